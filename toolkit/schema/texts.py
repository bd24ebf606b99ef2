"""The texts of a tool in all its languages: found, missing, written; and languages that come and go."""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from .editing import EditError, Raw
from .parts import Part, label_of, parts_of
from .words import _

# The texts of each sort of part, in the order in which people meet them; a document's body has a page of its own.
KEYS: dict[str, tuple[str, ...]] = {
    "tool": ("title", "purpose", "guidance", "filled_by", "repeats", "source"),
    "group": ("label", "guidance"),
    "table": ("label", "hint", "guidance"),
    "item": ("label", "unit", "hint", "guidance", "constraint_message"),
    "list": (),
    "choice": ("label",),
}
LONG = frozenset({"purpose", "guidance", "source"})
LONG_FROM = 90


@dataclass(frozen=True, kw_only=True)
class TextPlace:
    """One text: the part it belongs to, which of its properties it is, and what is written in each language."""

    part: Part
    key: str
    label: str
    texts: Mapping[str, str]

    @property
    def name(self) -> str:
        """Names the text in a page; set_texts() reads it back."""
        return f"{self.part.id}|{self.key}"

    def is_long(self, lang: str) -> bool:
        return self.key in LONG or len(self.texts.get(lang, "")) > LONG_FROM or "\n" in self.texts.get(lang, "")


def languages_of(raw: Mapping[str, Any]) -> list[str]:
    languages = raw.get("languages")
    found = [each for each in languages if isinstance(each, str)] if isinstance(languages, list) else []
    return found or ["en"]


def texts_of(raw: Mapping[str, Any]) -> Iterator[TextPlace]:
    """Every text that is written in the first language, in the order of the form, the choices last.

    A text that only another language has is left over from something; it is listed too, so that it can be removed.
    """
    first = languages_of(raw)[0]
    parts = parts_of(raw)
    for part in parts.values():
        for key in KEYS[part.sort]:
            texts = part.entry.get(key)
            texts = {first: texts} if isinstance(texts, str) else texts
            if isinstance(texts, Mapping) and any(isinstance(words, str) and words.strip() for words in texts.values()):
                kept = {str(lang): words for lang, words in texts.items() if isinstance(words, str)}
                yield TextPlace(part=part, key=key, label=_label(part, parts, first), texts=kept)


def _label(part: Part, parts: Mapping[str, Part], lang: str) -> str:
    if part.sort != "choice":
        return label_of(part, lang)
    return parts[part.parent].name


def missing_in(places: list[TextPlace], lang: str) -> int:
    return sum(not place.texts.get(lang, "").strip() for place in places)


def untranslated(raw: Mapping[str, Any]) -> dict[str, int]:
    """How many texts are not written yet in each language but the first; languages that are complete are left out."""
    places, body, (first, *others) = list(texts_of(raw)), raw.get("body"), languages_of(raw)
    bodies = body if isinstance(body, Mapping) else {}
    has_body = bool(str(bodies.get(first, "")).strip())
    found = {lang: missing_in(places, lang) + (has_body and not str(bodies.get(lang, "")).strip()) for lang in others}
    return {lang: n for lang, n in found.items() if n}


def set_texts(raw: Mapping[str, Any], lang: str, values: Mapping[str, str]) -> Raw:
    """``values`` by the names of texts, written in ``lang``; an empty one is taken away."""
    tool = deepcopy(dict(raw))
    first = languages_of(tool)[0]
    parts = parts_of(tool)
    for name, words in values.items():
        part_id, bar, key = name.rpartition("|")
        part = parts.get(part_id)
        if not bar or part is None or key not in KEYS[part.sort]:
            raise EditError(_("There is no part “%(name)s” any more.", name=part_id[:60]))
        entry: Any = part.entry
        texts = entry.get(key)
        texts = {first: texts} if isinstance(texts, str) else dict(texts or {})
        if words.strip():
            texts[lang] = words.strip()
        else:
            texts.pop(lang, None)
        entry[key] = texts
    return tool


def add_language(raw: Mapping[str, Any], lang: str) -> Raw:
    known = languages_of(raw)
    if lang in known:
        raise EditError(_("The tool has this language already."))
    return {**deepcopy(dict(raw)), "languages": [*known, lang]}


def remove_language(raw: Mapping[str, Any], lang: str) -> Raw:
    """Without the language and all that is written in it. The first language stays: every text has it."""
    known = languages_of(raw)
    if lang not in known[1:]:
        raise EditError(_("The first language of a tool cannot be removed."))
    tool = deepcopy(dict(raw))
    tool["languages"] = [each for each in known if each != lang]
    for part in parts_of(tool).values():
        entry: Any = part.entry
        for key in (*KEYS[part.sort], "body"):
            if isinstance(entry.get(key), dict):
                entry[key].pop(lang, None)
    return tool


def count_in(raw: Mapping[str, Any], lang: str) -> int:
    """How many texts are written in ``lang``; what would be lost with it."""
    body = raw.get("body")
    has_body = isinstance(body, Mapping) and bool(str(body.get(lang, "")).strip())
    return sum(bool(place.texts.get(lang, "").strip()) for place in texts_of(raw)) + has_body
