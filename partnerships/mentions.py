"""Who is meant by “@Hana”: only people who may see the thing that is spoken of."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from accounts.models import User

# Not inside a word, or every e-mail address would be one.
_AT = re.compile(r"(?<![\w.@])@(?=\w)")
_WORD = re.compile(r"[\w’'-]+")


_RIGHT_TO_LEFT = ("R", "AL")
_LEFT_MARK, _RIGHT_MARK = "\u200e", "\u200f"


@dataclass(frozen=True)
class Mentioned:
    """``people`` in the order of the text, each once; ``unknown`` are names that nobody here has, or more than one."""

    people: list[User]
    unknown: list[str]


def find_mentions(text: str, people: list[User]) -> Mentioned:
    """Read “@Full Name” and “@First”, in any case; the longest name that fits wins. Unknown ones stay as written."""
    text = unicodedata.normalize("NFC", text)
    names = sorted(((_folded(person.name), person) for person in people if person.name), key=lambda pair: -len(pair[0]))
    found: dict[int, User] = {}
    unknown: dict[str, str] = {}
    for at in _AT.finditer(text):
        rest = _folded(text[at.end() :])
        person = next((person for name, person in names if _starts(rest, name)), None)
        first = _first_word(rest)
        if person is None:
            alike = [other for name, other in names if name.split()[0] == first]
            person = alike[0] if len(alike) == 1 else None
        if person is None:
            unknown.setdefault(first, _first_word(text[at.end() :]))
        else:
            found.setdefault(person.pk, person)
    return Mentioned(people=list(found.values()), unknown=list(unknown.values()))


def _first_word(rest: str) -> str:
    word = _WORD.match(rest)
    return word[0].rstrip("’'-") if word else ""


def ats_beside_names(text: str) -> str:
    """``text`` in which each “@” stays beside its name, also where the words around are written the other way."""
    if not any(unicodedata.bidirectional(letter) in _RIGHT_TO_LEFT for letter in text):
        return text
    return _AT.sub(lambda at: f"{_mark(text[at.end()])}@", text)


def _mark(letter: str) -> str:
    return _RIGHT_MARK if unicodedata.bidirectional(letter) in _RIGHT_TO_LEFT else _LEFT_MARK


def _folded(text: str) -> str:
    return unicodedata.normalize("NFC", text).casefold()


def _starts(rest: str, name: str) -> bool:
    return rest.startswith(name) and not re.match(r"\w", rest[len(name) :])
