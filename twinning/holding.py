"""Files that came with a form which was refused: kept for a while, so that nobody has to look for them again.

A browser sends a file once and does not put it back into the page. What is held here belongs to nobody yet and goes
by itself; there is never much of it.
"""

from __future__ import annotations

import secrets
from datetime import timedelta

from django.core import signing
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone

from twinning.uploads import safe_name

SALT = "toolkit.held-file"
FOLDER = "held"
LIFETIME = timedelta(hours=2)
MOST = 40  # files at a time, from everybody


def hold(upload: UploadedFile) -> str:
    """Keep ``upload``, which was checked, and give the token that fetches it; empty where there is no room now."""
    kept = sweep()
    if kept >= MOST:
        return ""
    key = secrets.token_urlsafe(18)
    upload.seek(0)
    default_storage.save(f"{FOLDER}/{key}", upload)
    return signing.dumps([key, safe_name(upload.name)], salt=SALT)


def held_name(token: str) -> str:
    """The name of the file that ``token`` fetches; empty where there is none any more."""
    path, name = _path(token)
    return name if path and default_storage.exists(path) else ""


def fetch(token: str) -> ContentFile | None:
    """The file that ``token`` fetches, under its own name."""
    path, name = _path(token)
    if not path:
        return None
    try:
        with default_storage.open(path) as file:
            return ContentFile(file.read(), name=name)
    except FileNotFoundError:
        return None


def let_go(token: str) -> None:
    path, _name = _path(token)
    if path:
        default_storage.delete(path)


def sweep() -> int:
    """Delete what nobody came back for; how many files are left."""
    try:
        _folders, names = default_storage.listdir(FOLDER)
    except FileNotFoundError:
        return 0
    left = 0
    for name in names:
        path = f"{FOLDER}/{name}"
        try:
            is_old = default_storage.get_modified_time(path) < timezone.now() - LIFETIME
        except FileNotFoundError:  # somebody else was quicker
            continue
        if is_old:
            default_storage.delete(path)
        else:
            left += 1
    return left


def _path(token: str) -> tuple[str, str]:
    try:
        key, name = signing.loads(token, salt=SALT, max_age=LIFETIME)
    except signing.BadSignature:
        return "", ""
    return f"{FOLDER}/{key}", name
