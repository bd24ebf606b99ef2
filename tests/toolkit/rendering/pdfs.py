"""What tests of the PDF door look at: pages as pictures, the objects of a file, hostile images."""

import io
import struct
import zlib
from collections.abc import Iterator

import pikepdf
import pypdfium2
from PIL import Image, ImageChops

# Pixels of the picture for each CSS pixel
SCALE = 2


def page(body: str, *, head: str = "", lang: str = "en", direction: str = "ltr") -> str:
    return (
        f'<!DOCTYPE html><html lang="{lang}" dir="{direction}"><head><title>A page</title>{head}</head>'
        f"<body>{body}</body></html>"
    )


def opened(pdf: bytes) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(pdf))


def text_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    try:
        return "\n".join(one.get_textpage().get_text_range() for one in document)
    finally:
        document.close()


def picture_of(pdf: bytes, number: int = 0) -> Image.Image:
    document = pypdfium2.PdfDocument(pdf)
    try:
        return document[number].render(scale=SCALE * 96 / 72, grayscale=True).to_pil().convert("L")
    finally:
        document.close()


def ink(picture: Image.Image) -> Image.Image:
    """The picture cut down to what is printed on it, in black and white."""
    dark = ImageChops.invert(picture).point(lambda value: 255 if value > 127 else 0)
    return dark.crop(dark.getbbox())


def likeness(one: Image.Image, other: Image.Image) -> float:
    """How much of the ink of two pictures is the same, from 0 to 1, sizes made equal."""
    other = other.resize(one.size).point(lambda value: 255 if value > 127 else 0)
    both, either = ImageChops.darker(one, other), ImageChops.lighter(one, other)
    return both.histogram()[255] / either.histogram()[255]


def everything_in(pdf: bytes) -> bytes:
    """All the bytes of a PDF, its streams unpacked."""
    parts = [pdf]
    with opened(pdf) as document:
        for item in document.objects:
            parts.append(item.unparse())
            if isinstance(item, pikepdf.Stream):
                try:
                    parts.append(item.read_bytes())
                except pikepdf.PdfError:
                    parts.append(item.read_raw_bytes())
    return b"\n".join(parts)


def names_in(pdf: bytes) -> set[str]:
    """Every key and every name used anywhere in a PDF."""
    with opened(pdf) as document:
        return {name for item in document.objects for name in _names(item)}


def _names(item) -> Iterator[str]:
    if isinstance(item, pikepdf.Name):
        yield str(item)
    elif isinstance(item, pikepdf.Dictionary | pikepdf.Stream):
        for key, value in item.items():
            yield key
            yield from () if getattr(value, "is_indirect", False) else _names(value)
    elif isinstance(item, pikepdf.Array):
        for value in item:
            yield from () if getattr(value, "is_indirect", False) else _names(value)


def links_in(pdf: bytes) -> list[str]:
    with opened(pdf) as document:
        return [
            str(note.A.URI) if "/A" in note else "#" + str(note.Dest)
            for one in document.pages
            for note in one.get("/Annots", [])
        ]


def images_in(pdf: bytes) -> set[tuple[int, int]]:
    """The sizes of the pictures in a PDF."""
    with opened(pdf) as document:
        return {
            (int(item.Width), int(item.Height))
            for item in document.objects
            if isinstance(item, pikepdf.Stream) and item.get("/Subtype") == "/Image"
        }


def png(width: int, height: int) -> bytes:
    """A black picture of any size in very few bytes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    packer = zlib.compressobj(9)
    row = bytes(1 + (width + 7) // 8)
    rows = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
