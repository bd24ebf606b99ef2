"""Work that need not be done again: a stamp in ``var/stamps`` remembers what it was last done with."""

import hashlib
from importlib.metadata import distributions

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders


def is_stamped(name: str, fingerprint: str) -> bool:
    stamp = settings.VAR_DIR / "stamps" / name
    return stamp.exists() and stamp.read_text(encoding="utf-8") == fingerprint


def put_stamp(name: str, fingerprint: str) -> None:
    stamp = settings.VAR_DIR / "stamps" / name
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(fingerprint, encoding="utf-8")


def static_fingerprint() -> str:
    """Changes when a static file or an installed package does, or when the files are to lie elsewhere."""
    digest = hashlib.sha256(str(settings.STATIC_ROOT).encode())
    for package in sorted(f"{found.name} {found.version}" for found in distributions()):
        digest.update(package.encode())
    for finder in get_finders():
        for path, storage in finder.list([]):
            digest.update(f"{path} {storage.size(path)} {storage.get_modified_time(path)}".encode())
    return digest.hexdigest()
