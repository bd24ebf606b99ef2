"""An XLSForm's sheets as lines: headings told apart, whatever their spelling, and texts by language."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any

from toolkit.exchange.refusals import RowNote
from toolkit.exchange.workbook import Sheet
from toolkit.exchange.xlsform_dialect import OWN, TRANSLATED, decode, language_name, language_of, seal_of, unguarded
from toolkit.schema.definition import Text
from toolkit.schema.words import Message, _

_ALIASES = {
    "caption": "label", "relevance": "relevant", "skip_logic": "relevant", "constraint_msg": "constraint_message",
    "constraintmessage": "constraint_message", "calculate": "calculation", "readonly": "read_only", "command": "type",
    "tag": "name", "value": "name", "listname": "list_name", "list": "list_name", "count": "repeat_count",
    "guidance": "guidance_hint", "requiredmsg": "required_message", "bind:relevant": "relevant",
    "bind:constraint": "constraint", "bind:required": "required", "bind:calculate": "calculation",
    "bind:readonly": "read_only", "bind:jr:constraintmsg": "constraint_message", "control:appearance": "appearance",
    "body:appearance": "appearance", "repeat:count": "repeat_count",
}  # fmt: skip
# What a sheet of choices may hold beside the columns that filters ask for
_KNOWN_OF_CHOICES = frozenset({"list_name", "name", "label", "media", "score"})
_MEDIA = frozenset({"image", "audio", "video", "big-image", "media"})


@dataclass(frozen=True)
class Column:
    """A heading: what it is, and the language it is in (as the form calls it; empty when it says none)."""

    name: str
    language: str = ""


@dataclass
class Line:
    """One row: its cells by XLSForm's names, its texts by column and language, and our own columns."""

    sheet: str
    row: int
    cells: dict[str, str] = field(default_factory=dict)
    texts: dict[str, Text] = field(default_factory=dict)
    own: dict[str, Any] = field(default_factory=dict)
    # Cells under headings that XLSForm does not know, by the heading as it is written
    extra: dict[str, str] = field(default_factory=dict)

    @cached_property
    def seals(self) -> dict[str, str]:
        pairs = (pair.partition(":") for pair in str(self.own.get("seal", "")).split())
        return {column: seal for column, _colon, seal in pairs}

    def is_untouched(self, column: str) -> bool:
        """Whether a cell is as we wrote it, and our own columns say what it was made of."""
        if column not in self.seals:
            return False
        now = self.texts.get(column, {}) if column in TRANSLATED else self.cells.get(column, "")
        return seal_of(now) == self.seals[column]


@lru_cache(maxsize=2000)  # asked for every cell
def read_heading(heading: str) -> Column:
    """``label::French (fr)``, ``Label : French``, ``constraint message`` …"""
    parts = [part.strip() for part in re.split(r"::", heading)]
    if len(parts) == 1 and ":" in heading and not heading.casefold().startswith(("jr:", "bind:", "body:")):
        parts = [part.strip() for part in heading.split(":", 1)]
    word = re.sub(r"[\s_]+", "_", parts[0].casefold())
    word = _ALIASES.get(word, word)
    if word == "media" and len(parts) > 1:
        return Column("media")
    if word in _MEDIA:
        return Column("media")
    if len(parts) > 1 and word not in TRANSLATED:
        whole = ":".join(re.sub(r"[\s_]+", "_", part.casefold()) for part in parts)
        return Column(_ALIASES.get(whole, whole))
    return Column(word, parts[1] if len(parts) > 1 else "")


class Languages:
    """The languages of a form: which there are, which comes first, and what the form calls each."""

    def __init__(self, sheets: Iterable[Sheet], *, default: str = "", known: Iterable[str] = ()):
        self.notes: list[RowNote] = []
        self.tags: dict[str, str] = {}
        columns = [(sheet, read_heading(heading)) for sheet in sheets for heading in sheet.headings]
        texts = [(sheet, column) for sheet, column in columns if column.name in TRANSLATED]
        used = Counter(
            language
            for sheet in sheets
            for _row, cells in sheet.rows
            for heading in cells
            if (column := read_heading(heading)).name == "label" and (language := column.language) is not None
        )
        for sheet, column in texts:
            if column.language and column.language not in self.tags:
                self._take(sheet, column.language)
        said = first = self.tags.get(default) or language_of(default)
        named = {tag for tag in self.tags.values() if tag}
        beside = _beside_others(texts)
        if not first and beside:
            first = "en"  # what stands beside translations is what was translated
        if not first and named:
            first = max(self.tags.values(), key=lambda tag: used[self._name(tag)])
        self.first = next(iter(known), "") or first or "en"
        self.tags[""] = self.first
        self._tell_unnamed(texts, beside, is_said=bool(said))
        found = list(dict.fromkeys(tag for tag in self.tags.values() if tag))
        self.all = tuple(dict.fromkeys((self.first, *known, *found)))

    def _take(self, sheet: Sheet, name: str) -> None:
        tag = language_of(name)
        if tag is None and not self.tags:
            tag = "en"
            self._note(sheet, _("The language “%(name)s” is not known here and is taken for English.", name=name[:60]))
        elif tag is None:
            tag = ""
            self._note(sheet, _("Texts in “%(name)s” are left out: the language is not known here.", name=name[:60]))
        self.tags[name] = tag

    def _tell_unnamed(
        self, texts: list[tuple[Sheet, Column]], beside: list[tuple[Sheet, Column]], *, is_said: bool
    ) -> None:
        """What became of texts whose heading names no language, in a form that names some."""
        sheets = {sheet.name: sheet for sheet, column in texts if not column.language}
        if not is_said and any(self.tags):
            for sheet in sheets.values():
                message = _("Texts without a language are taken for %(language)s.", language=language_name(self.first))
                self._note(sheet, message)
        twice = {
            (sheet.name, plain.name): sheet
            for sheet, plain in beside
            if any(each is sheet and self._is_first(column, plain) for each, column in texts)
        }
        for (_sheet, name), sheet in twice.items():
            message = _(
                "The column “%(column)s” without a language is left out where there is one in %(language)s.",
                column=name,
                language=language_name(self.first),
            )
            self._note(sheet, message)

    def _is_first(self, column: Column, plain: Column) -> bool:
        return column.name == plain.name and bool(column.language) and self.tags[column.language] == self.first

    def _note(self, sheet: Sheet, message: Message) -> None:
        self.notes.append(RowNote(sheet.name, 0, message))

    def _name(self, tag: str) -> str:
        return next((name for name, each in self.tags.items() if each == tag), "")


def _beside_others(texts: Iterable[tuple[Sheet, Column]]) -> list[tuple[Sheet, Column]]:
    """The headings without a language that stand in one sheet with the same in some language."""
    texts = list(texts)
    named = {(sheet.name, column.name) for sheet, column in texts if column.language}
    return [(sheet, column) for sheet, column in texts if not column.language and (sheet.name, column.name) in named]


def lines_of(sheet: Sheet, languages: Languages) -> Iterator[Line]:
    columns = {heading: read_heading(heading) for heading in sheet.headings}
    for number, cells in sheet.rows:
        line = Line(sheet.name, number)
        for heading, text in cells.items():
            if heading.casefold().startswith(OWN):
                line.own[heading[len(OWN) :].strip().casefold()] = unguarded(text)
                continue
            column = columns[heading]
            if column.name in TRANSLATED:
                tag = languages.tags.get(column.language, "")
                if tag and (column.language or tag not in line.texts.get(column.name, {})):
                    line.texts.setdefault(column.name, {})[tag] = text
            else:
                line.cells.setdefault(column.name, text)
                if column.name not in _KNOWN_OF_CHOICES:
                    line.extra[heading.strip()] = unguarded(text)
        line.own = {
            key: decode(value) if key not in ("part", "seal", "id") else value for key, value in line.own.items()
        }
        yield line


def plain_text(text: Mapping[str, str], languages: Languages, *, but: Iterable[str] = ()) -> Text:
    """A text of ours, in the order of the languages; ``but`` those that only repeat the first."""
    return {tag: unguarded(text[tag]) for tag in languages.all if text.get(tag, "").strip() and tag not in set(but)}
