"""Names in any script as short Latin names, for addresses and for names of files."""

from anyascii import anyascii
from django.utils.text import slugify


def latin_slug(text: str) -> str:
    """``text`` in lower-case Latin letters, digits and hyphens: “Żółty — Київ” is ``zolty-kiiv``.

    Empty where nothing of it can be told so, such as “???”.
    """
    return slugify(anyascii(text))
