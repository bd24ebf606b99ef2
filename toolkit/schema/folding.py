"""Words as a search compares them: small letters without accents, so that “resume” finds “Résumé”."""

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

MOST_WORDS = 8


def fold(text: str) -> str:
    """``text`` in small letters, without the marks above and below them."""
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFKD", text.casefold())
    return unicodedata.normalize("NFC", "".join(sign for sign in apart if unicodedata.category(sign) != "Mn"))


def wanted_words(typed: str) -> list[str]:
    """The words of a search, each once."""
    return list(dict.fromkeys(fold(typed).split()))[:MOST_WORDS]


def has_words(text: str, wanted: Sequence[str]) -> bool:
    folded = fold(text)
    return all(word in folded for word in wanted)


def texts_searched(raw: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """All that a search looks through, as pairs of place and text: ``about``, ``question`` or ``text``.

    The text of a document and the advice of a guide are what people come for; the help of a form is not.
    """
    yield "about", str(raw.get("number", ""))
    for key in ("title", "purpose", "filled_by"):
        yield from (("about", text) for text in _languages(raw.get(key)))
    for label in _labels(raw.get("form")):
        yield from (("question", text) for text in _languages(label))
    for key in ("body", "guidance") if raw.get("kind") == "guide" else ("body",):
        yield from (("text", text) for text in _languages(raw.get(key)))


def _labels(entries: Any) -> Iterator[Any]:
    """The headings and questions of a form, in its order."""
    stack = _entries(entries)[::-1]
    while stack:
        entry = stack.pop()
        yield entry.get("label")
        stack += _entries(entry.get("items"))[::-1]


def _entries(value: Any) -> list[Mapping[str, Any]]:
    return [entry for entry in value if isinstance(entry, Mapping)] if isinstance(value, list) else []


def _languages(text: Any) -> Iterator[str]:
    if isinstance(text, Mapping):
        yield from (words for words in text.values() if isinstance(words, str))
