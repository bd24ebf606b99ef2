"""What people upload: judged by its name *and* its content, under a name that steers nothing."""

from __future__ import annotations

import hashlib
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import PurePath

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

OFFICE = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "odt": "application/vnd.oasis.opendocument.text",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "odp": "application/vnd.oasis.opendocument.presentation",
}
IMAGES = {"png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "gif": "image/gif", "webp": "image/webp"}
TEXTS = {"txt": "text/plain", "csv": "text/csv"}
PDF = {"pdf": "application/pdf"}
MAGIC = {
    "png": (b"\x89PNG\r\n\x1a\n",),
    "jpg": (b"\xff\xd8\xff",),
    "jpeg": (b"\xff\xd8\xff",),
    "gif": (b"GIF87a", b"GIF89a"),
    "webp": (b"RIFF",),
    "pdf": (b"%PDF-",),
}


def safe_name(name: str | None) -> str:
    """The last part of a file name, in one line, without what could steer a file system or a header."""
    last = PurePath((name or "").replace("\\", "/")).name
    kept = "".join(letter for letter in last if letter.isprintable() and letter not in '"<>|:*?/')
    return kept.strip(". ")[-120:] or "file"


def digest_of(upload: UploadedFile) -> str:
    """The SHA-256 of what was uploaded, in 64 hexadecimal digits."""
    upload.seek(0)
    digest = hashlib.sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
    upload.seek(0)
    return digest.hexdigest()


def checked_upload(upload: UploadedFile, allowed: Mapping[str, str], *, most: int) -> str:
    """The content type of ``upload`` by its name *and* its first bytes; ValidationError when they disagree.

    ``allowed`` holds the types by the endings of names, ``most`` is a number of bytes.
    """
    name = safe_name(upload.name)
    if upload.size > most:
        raise ValidationError(
            _("“%(name)s” is too big: files may have up to %(most)s."),
            code="size",
            params={"name": name, "most": filesizeformat(most)},
        )
    if not upload.size:
        raise ValidationError(_("“%(name)s” is empty."), code="empty", params={"name": name})
    ending = PurePath(name).suffix.lower().removeprefix(".")
    if ending not in allowed:
        raise ValidationError(
            _("“%(name)s” cannot be attached. These can: %(allowed)s."),
            code="type",
            params={"name": name, "allowed": ", ".join(sorted(allowed))},
        )
    if not _is_what_it_says(ending, upload):
        raise ValidationError(
            _("“%(name)s” is not a %(ending)s file inside, or it is damaged."),
            code="content",
            params={"name": name, "ending": ending.upper()},
        )
    return allowed[ending]


def _is_what_it_says(ending: str, upload: UploadedFile) -> bool:
    upload.seek(0)
    if ending in OFFICE or ending == "zip":
        return _is_zip_of(ending, upload)
    start = upload.read(4096)
    if ending in MAGIC:
        return start.startswith(MAGIC[ending]) and (ending != "webp" or start[8:12] == b"WEBP")
    return _is_text(start)


def _is_zip_of(ending: str, upload: UploadedFile) -> bool:
    """Looks at the list of what is packed, and unpacks no more than a few letters."""
    try:
        with zipfile.ZipFile(upload) as archive:
            names = set(archive.namelist())
            if ending in ("odt", "ods", "odp"):
                if "mimetype" not in names:
                    return False
                with archive.open("mimetype") as file:
                    return file.read(100).decode("ascii") == OFFICE[ending]
            return ending == "zip" or "[Content_Types].xml" in names
    except (zipfile.BadZipFile, zlib.error, UnicodeDecodeError, RuntimeError, NotImplementedError, OSError, EOFError):
        return False


def _is_text(start: bytes) -> bool:
    if b"\0" in start:
        return False
    try:
        start.decode("utf-8")
    except UnicodeDecodeError as error:
        # A letter may be cut in two at the end of what was read.
        return len(start) == 4096 and error.start >= len(start) - 4
    return True
