"""What both directions of XLSForm agree on: our own columns, names of languages, and seals.

A cell of XLSForm that was worked out from several of our properties is sealed: its fingerprint is kept beside the
properties. Read back, an untouched cell gives way to them; a cell that somebody changed wins.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from babel import Locale, UnknownLocaleError

from toolkit.schema.codes import language_tag
from toolkit.schema.definition import Text

OWN = "twinning::"
# The sheets that are ours alone
TOOL_SHEET, ROWS_SHEET = "twinning", "twinning_rows"
TRANSLATED = ("label", "hint", "guidance_hint", "constraint_message")
# Which of our properties a sealed cell was made of
SEALED: dict[str, tuple[str, ...]] = {
    "type": ("type",),
    "relevant": ("relevant",),
    "required": ("required",),
    "constraint": ("constraint", "min", "max", "max_words", "max_length"),
    "constraint_message": ("constraint_message",),
    "hint": ("hint", "unit"),
    "choice_filter": ("choice_filter",),
    "calculation": ("calculation",),
    "default": ("default",),
    "appearance": ("appearance",),
    "read_only": ("readonly",),
    "repeat_count": ("fixed",),
}
_KNOWN_BY_OWN_NAME = (
    "ar bn de en es fa fr ha hi id it ja km ky lo ms my ne pt ro ru rw si so sq sw ta tg th tr uk ur uz vi zh"
)
_NAME_AND_CODE = re.compile(r"(.*?)\s*\(\s*([A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*)\s*\)\s*")


def column_for(heading: str, tag: str) -> str:
    """``label::French (fr)``"""
    return f"{heading}::{language_name(tag)}"


def language_name(tag: str) -> str:
    """A language as XLSForm names it: ``French (fr)``, ``Brazilian Portuguese (pt-BR)``."""
    english = Locale("en")
    name = english.languages.get(tag.replace("-", "_"))
    if not name:
        try:
            name = Locale.parse(tag, sep="-").get_display_name("en")
        except (UnknownLocaleError, ValueError):
            name = None
    plain = re.sub(r"\s*\((.*?)\)", r", \1", name or tag)
    return f"{plain} ({tag})"


def language_of(name: str) -> str | None:
    """The tag of a language as some XLSForm names it: ``French (fr)``, ``fr``, ``Français``."""
    name = name.strip()
    match = _NAME_AND_CODE.fullmatch(name)
    for candidate in (match[2], match[1]) if match else (name,):
        tag = language_tag(candidate) if len(candidate) <= 11 and candidate[:1].isascii() else None
        if tag and (len(candidate.split("-")[0]) == 2 or match):
            return tag
        if candidate.casefold() in _by_name():
            return _by_name()[candidate.casefold()]
    return None


@cache
def _by_name() -> dict[str, str]:
    """Languages by their English names and by their own, in small letters. A hundred files are read for it, once."""
    english = {name.casefold(): code for code, name in Locale("en").languages.items() if language_tag(code) == code}
    own = {}
    for code in _KNOWN_BY_OWN_NAME.split():
        own[(Locale(code).languages.get(code) or code).casefold()] = code
    return {**own, **english}


def seal_of(value: str | Mapping[str, str] | None) -> str:
    """A short fingerprint of a cell, or of the cells of all languages."""
    text = json.dumps(dict(value), sort_keys=True, ensure_ascii=False) if isinstance(value, Mapping) else value or ""
    return hashlib.sha256(text.strip().encode()).hexdigest()[:8]


def encode(value: Any) -> str:
    """A property in a cell: a word as it is, all else as JSON."""
    if isinstance(value, str) and not _looks_like_json(value):
        return value
    return json.dumps(value, ensure_ascii=False, sort_keys=False)


def decode(cell: str) -> Any:
    """See also encode()."""
    if not _looks_like_json(cell):
        return cell
    try:
        return json.loads(cell)
    except ValueError:
        return cell


def _looks_like_json(text: str) -> bool:
    return text != text.strip() or not text or text in ("true", "false", "null") or text[0] in '"[{-0123456789'


def guarded(text: str) -> str:
    """A text in which XLSForm would see a question's name, which it is not."""
    return text.replace("${", "$\u200b{")


def unguarded(text: str) -> str:
    return text.replace("$\u200b{", "${")


def texts_of(text: Text | None) -> dict[str, str]:
    return {lang: guarded(words) for lang, words in (text or {}).items()}
