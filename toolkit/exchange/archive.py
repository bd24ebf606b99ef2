"""Zip files from strangers: looked over before anything in them is unpacked, and unpacked in memory only.

What a zip says of itself may be a lie, so whoever reads an entry reads no more than it promised.
"""

import io
import stat
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from toolkit.schema.words import Message, _

MAGIC = b"PK\x03\x04"
# From here on, a file that shrinks to less than a two-hundredth of itself is taken for a bomb
SMALL = 1_000_000
RATIO = 200
PIECE = 1_000_000
EARLIEST = (1980, 1, 1, 0, 0, 0)
_BROKEN = (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, RuntimeError)


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Bytes as sent, bytes unpacked in all, and how many files."""

    packed: int
    unpacked: int
    entries: int


class Unsound(ValueError):
    """A zip that is not opened, with the reasons."""

    def __init__(self, *problems: Message):
        self.problems = problems
        super().__init__("\n".join(problems))


def open_zip(content: bytes, limits: Limits) -> zipfile.ZipFile:
    """``content`` as a zip whose directory promises nothing out of bounds, or Unsound."""
    if len(content) > limits.packed:
        raise Unsound(_("This file is larger than %(limit)d MB.", limit=limits.packed // 1_000_000))
    if not content.startswith(MAGIC):
        raise Unsound(_("This is not a zip file."))
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except _BROKEN:
        raise Unsound(_("This zip file is damaged and cannot be read.")) from None
    entries = archive.infolist()
    if len(entries) > limits.entries:
        raise Unsound(_("This zip file holds more than %(limit)d files.", limit=limits.entries))
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > limits.unpacked:
        raise Unsound(_("Unpacked, this would be larger than %(limit)d MB.", limit=limits.unpacked // 1_000_000))
    if any(is_bomb(entry) for entry in entries):
        raise Unsound(_("This zip file unpacks to far more than it holds, as a zip bomb does."))
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise Unsound(_("This zip file is protected by a password. Save it without one."))
    return archive


def is_bomb(entry: zipfile.ZipInfo) -> bool:
    return entry.file_size > SMALL and entry.file_size > RATIO * max(entry.compress_size, 1)


def is_link(entry: zipfile.ZipInfo) -> bool:
    """Whether an entry is anything but a plain file: a link, a device, a pipe."""
    mode = entry.external_attr >> 16
    return bool(mode) and not stat.S_ISREG(mode) and stat.S_IFMT(mode) != 0


def read_entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """What an entry holds, never more than it promised; Unsound when it is not what it says."""
    return b"".join(pieces_of(archive, entry))


def pieces_of(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """The same piece by piece, for what is too large to be kept whole."""
    left = entry.file_size + 1
    try:
        with archive.open(entry) as file:
            while piece := file.read(min(left, PIECE)):
                left -= len(piece)
                yield piece
    except (*_BROKEN, EOFError, zlib.error):
        left = 0
    if left != 1:
        raise Unsound(_("“%(name)s” in this zip file is damaged.", name=entry.filename[:100]))


def write_zip(files: dict[str, bytes]) -> bytes:
    """A zip of ``files`` in the order of their names; the same files give the same bytes."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, date_time=EARLIEST)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o100644 << 16
            entry.create_system = 3
            archive.writestr(entry, files[name], compresslevel=9)
    return made.getvalue()


def without_dates(content: bytes) -> bytes:
    """A zip that a library made, packed again without the time it was made at."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(made, "w") as archive:
        for old in source.infolist():
            entry = zipfile.ZipInfo(old.filename, date_time=EARLIEST)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, source.read(old))
    return made.getvalue()
