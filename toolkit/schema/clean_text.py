"""Answers in words: text, e-mail, telephone, web address."""

import re
import unicodedata
from urllib.parse import urlsplit

from .definition import Definition, Item
from .errors import AnswerError
from .words import _

TEXT_LENGTH = 500
LONG_TEXT_LENGTH = 20_000
# What cannot be printed or stored: control characters (line breaks and tabs apart).
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff]")
SURROGATE = re.compile(r"[\ud800-\udfff]")
_EMAIL = re.compile(r"[^\s@<>(),;:\"\\\[\]]+@(?:[^\s@<>(),;:\"\\\[\]./]+\.)+[^\s@<>(),;:\"\\\[\]./]{2,}")
_PHONE = re.compile(r"\+?[0-9 ()./-]{3,30}(?: ?(?:ext\.?|x|#) ?[0-9]{1,6})?")


def words(raw: object, *, max_length: int = TEXT_LENGTH, lines: bool = False) -> str:
    """``raw`` as tidy text: one form for each letter, no control characters, trimmed."""
    if not isinstance(raw, str):
        raise AnswerError("type", _("Write this answer as text."))
    if len(raw) > 4 * max_length + 1000:  # far too long: say so before doing work on it
        raise _too_long(len(raw), max_length)
    if SURROGATE.search(raw):
        raise AnswerError("characters", _("This text holds broken characters. Type it again."))
    text = raw.replace("\r\n", "\n").replace("\r", "\n")
    text = unicodedata.normalize("NFC", CONTROL.sub("", text)).strip()
    if not lines:
        text = " ".join(text.split("\n")).replace("\t", " ")
    if len(text) > max_length:
        raise _too_long(len(text), max_length)
    return text


def _too_long(length: int, limit: int) -> AnswerError:
    return AnswerError(
        "too_long",
        _("This is %(length)d characters long; keep it to %(limit)d.", length=length, limit=limit),
    )


def _limited(item: Item, raw: object, default: int, *, lines: bool) -> str | None:
    text = words(raw, max_length=item.max_length or default, lines=lines)
    count = len(text.split())
    if item.max_words and count > item.max_words:
        raise AnswerError(
            "too_many_words",
            _("This is %(count)d words; keep it to %(limit)d.", count=count, limit=item.max_words),
        )
    return text or None


def text(item: Item, raw: object, definition: Definition) -> str | None:
    return _limited(item, raw, TEXT_LENGTH, lines=False)


def long_text(item: Item, raw: object, definition: Definition) -> str | None:
    return _limited(item, raw, LONG_TEXT_LENGTH, lines=True)


def email(item: Item, raw: object, definition: Definition) -> str | None:
    address = words(raw, max_length=254)
    if address and not _EMAIL.fullmatch(address):
        raise AnswerError("email", _("Write an e-mail address, such as name@example.org."))
    return address or None


def phone(item: Item, raw: object, definition: Definition) -> str | None:
    number = words(raw, max_length=40)
    if number and not (_PHONE.fullmatch(number) and len(re.sub(r"[^0-9]", "", number)) >= 3):
        raise AnswerError("phone", _("Write a telephone number in digits, such as +256 414 123456."))
    return number or None


def url(item: Item, raw: object, definition: Definition) -> str | None:
    address = words(raw, max_length=2000)
    if not address:
        return None
    if "://" not in address and not re.match(r"[a-z][a-z0-9+.-]*:(?![0-9])", address, re.I):
        address = f"https://{address}"
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
        port_is_sound = parts.port is None or parts.port > 0
    except ValueError:
        host, port_is_sound, parts = "", False, None
    known = port_is_sound and parts.scheme in ("http", "https") and "." in host
    if not known or re.search(r"[\s<>\"\\]", address) or parts.username is not None:
        raise AnswerError("url", _("Write a web address, such as https://www.example.org."))
    return address
