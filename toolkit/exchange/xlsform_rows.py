"""The rows of an XLSForm for each type of question: what is asked, and what our types need beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from toolkit.exchange.xlsform_dialect import SEALED, texts_of
from toolkit.exchange.xlsform_lists import Lists
from toolkit.exchange.xlsform_names import Names
from toolkit.exchange.xlsform_xpath import literal
from toolkit.schema.definition import Definition, Item, Text

# A text that no reader could take for a calculation
_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 .,;:")
_MAIL = r"[^\s@]+@[^\s@]+\.[^\s@][^\s@]+"
_PHONE = r"\+?[0-9 ()./-]{3,30}(( ext\.?| x| #) ?[0-9]{1,6})?"
_WEB = r"(https?://)?[^\s<>]+\.[^\s<>]+"
PICK = "minimal autocomplete"


@dataclass
class Row:
    """One row of the survey sheet. ``cells`` are XLSForm's columns, ``own`` ours, ``texts`` those with translations.

    ``sealed`` names the cells that were worked out from properties which ``own`` keeps.
    """

    cells: dict[str, str]
    texts: dict[str, Text] = field(default_factory=dict)
    own: dict[str, Any] = field(default_factory=dict)
    sealed: set[str] = field(default_factory=set)

    def put(self, column: str, value: str, **own: Any) -> None:
        """A cell that was worked out from the properties ``own``."""
        self.cells[column] = value
        self.seal(column, **own)

    def seal(self, column: str, **own: Any) -> None:
        if not own.keys() <= set(SEALED[column]):
            raise ValueError(f"{column} is not made of {', '.join(own)}")
        self.sealed.add(column)
        self.own |= {key: value for key, value in own.items() if value is not None}

    def also(self, test: str) -> None:
        """One more thing that an answer must meet."""
        before = self.cells.get("constraint")
        self.put("constraint", f"{test} and ({before})" if before else test)

    def advise(self, text: Text) -> None:
        """What to say when an answer does not meet it, unless the author has said so."""
        if "constraint_message" not in self.texts:
            self.texts["constraint_message"] = text
            self.seal("constraint_message")


@dataclass(frozen=True)
class Kit:
    """What every maker of rows needs. ``written`` holds what the author wrote, by id."""

    definition: Definition
    names: Names
    lists: Lists
    written: Mapping[str, Mapping[str, Any]]

    def say(self, say: Callable[[], str]) -> Text:
        return self.lists.each(say)

    def part(self, item: Item, part: str, kind: str, label: Text, **cells: str) -> Row:
        """A row for a part of an answer that needs a question of its own."""
        cells = {"type": kind, "name": self.names.part(item, part), **cells}
        return Row(cells, {"label": texts_of(label)}, {"part": f"{item.id}/{part}"})

    def beside(self, item: Item, say: Callable[[], str]) -> Text:
        """``Cost: currency``"""
        words = self.say(say)
        first = next(iter(item.label.values()))
        return {lang: f"{item.label.get(lang) or first}: {word}" for lang, word in words.items()}


Maker = Callable[[Kit, Item, Row], Iterator[Row]]


def rows_for(kit: Kit, item: Item, row: Row) -> list[Row]:
    """``row``, which has what all questions have, with its type; and the rows that go with it."""
    return list(MAKERS[item.kind](kit, item, row))


def default_cell(text: str) -> str:
    """A text to begin with. What could be taken for a calculation is made one that yields the text."""
    return text if set(text) <= _PLAIN else f"string({literal(text)})"


def _same(kind: str) -> Maker:
    """A type that XLSForm has too."""

    def make(kit: Kit, item: Item, row: Row) -> Iterator[Row]:
        row.cells["type"] = kind
        yield row

    return make


def _near(kind: str, *, appearance: str = "", pattern: str = "", advice: Callable[[], str] | None = None) -> Maker:
    """A type of ours as the nearest that XLSForm has."""

    def make(kit: Kit, item: Item, row: Row) -> Iterator[Row]:
        row.put("type", kind, type=item.kind)
        if appearance:
            row.put("appearance", appearance, appearance=item.appearance)
        if pattern:
            row.also(f"regex(., {literal(f'^({pattern})$')})")
        if advice:
            row.advise(kit.say(advice))
        yield row

    return make


def _year(kit: Kit, item: Item, row: Row) -> Iterator[Row]:
    row.put("type", "integer", type="year")
    if item.min is None or item.max is None:
        row.also(". >= 1000 and . <= 2200")
    yield row


def _choice(kit: Kit, item: Item, row: Row) -> Iterator[Row]:
    row.cells["type"] = f"{item.kind} {item.list}"
    yield row


def _listed(appearance: str = "") -> Maker:
    """A type of ours as a choice from a list that everybody knows."""

    def make(kit: Kit, item: Item, row: Row) -> Iterator[Row]:
        row.put("type", f"select_one {kit.lists.name_for(item.kind)}", type=item.kind)
        if appearance and not row.cells.get("appearance"):
            row.put("appearance", appearance, appearance=item.appearance)
        yield row

    return make


def _money(kit: Kit, item: Item, row: Row) -> Iterator[Row]:
    row.put("type", "decimal", type="money")
    yield row
    given = item.currency or (item.default or {}).get("currency", "")
    about = {"relevant": f"${{{kit.names.of[item.id]}}} != ''", "required": "yes", "default": given, "appearance": PICK}
    label = kit.beside(item, lambda: _("currency"))
    yield kit.part(item, "currency", f"select_one {kit.lists.name_for('money')}", label, **about)


def _check(kit: Kit, item: Item, row: Row) -> Iterator[Row]:
    row.put("type", f"select_one {kit.lists.name_for('check')}", type="check")
    yield row
    about = {"relevant": row.cells["relevant"]} if row.cells.get("relevant") else {}
    yield kit.part(item, "on", "date", kit.beside(item, lambda: _("date")), **about)
    yield kit.part(item, "note", "text", kit.beside(item, lambda: _("note")), **about)


def _signature(kit: Kit, item: Item, row: Row) -> Iterator[Row]:
    """A group: who signs, when, and that they agree. What the signature must meet, its name must."""
    written = kit.written[item.id]
    name = Row({"type": "text", "name": kit.names.of[item.id]}, {}, {"part": f"{item.id}/name"})
    name.texts["label"] = kit.say(lambda: _("Name"))
    for column in ("required", "constraint", "read_only"):
        if column in row.cells:
            name.cells[column] = row.cells.pop(column)
            row.seal(column, **{key: written[key] for key in SEALED[column] if key in written})
    if "constraint_message" in row.texts:
        name.texts["constraint_message"] = row.texts.pop("constraint_message")
        row.seal("constraint_message", constraint_message=written.get("constraint_message"))
    must = {"required": name.cells["required"]} if name.cells.get("required") else {}
    row.cells["name"] = kit.names.part(item, "signature")
    row.own["name"] = item.name
    row.put("type", "begin_group", type="signature")
    yield row
    yield name
    yield kit.part(item, "title", "text", kit.say(lambda: pgettext("of a person", "Post")))
    yield kit.part(item, "organization", "text", kit.say(lambda: _("Organization")))
    yield kit.part(item, "date", "date", kit.say(lambda: _("Date")), default="today()")
    yield kit.part(item, "agreed", "acknowledge", kit.say(lambda: _("I sign this")), **must)
    yield Row({"type": "end_group"}, {}, {"part": f"{item.id}/end"})


def _calculate(kit: Kit, item: Item, row: Row) -> Iterator[Row]:
    """A calculation, which XLSForm does not show, and a note that shows it."""
    row.cells["type"] = "calculate"
    yield row
    name = kit.names.of[item.id]
    units = item.unit or {}
    label = {
        lang: f"{words}: ${{{name}}} {units.get(lang) or next(iter(units.values()), '')}".strip()
        for lang, words in texts_of(item.label).items()
    }
    shown = kit.part(item, "shown", "note", {}, relevant=f"${{{name}}} != ''")
    shown.texts["label"] = label
    yield shown


MAKERS: dict[str, Maker] = {
    "text": _same("text"),
    "long_text": _near("text", appearance="multiline"),
    "integer": _same("integer"),
    "decimal": _same("decimal"),
    "percent": _near("decimal"),
    "money": _money,
    "date": _same("date"),
    "datetime": _same("dateTime"),
    "time": _same("time"),
    "year": _year,
    "yes_no": _listed(),
    "select_one": _choice,
    "select_multiple": _choice,
    "rating": _listed("likert"),
    "email": _near("text", pattern=_MAIL, advice=lambda: _("Write an e-mail address, such as name@example.org.")),
    "phone": _near(
        "text",
        appearance="numbers",
        pattern=_PHONE,
        advice=lambda: _("Write a telephone number in digits, such as +256 414 123456."),
    ),
    "url": _near("text", pattern=_WEB, advice=lambda: _("Write a web address, such as https://www.example.org.")),
    "country": _listed(PICK),
    "language": _listed(PICK),
    "reference": _near("text"),
    "file": _same("file"),
    "image": _same("image"),
    "signature": _signature,
    "check": _check,
    "calculate": _calculate,
    "note": _same("note"),
}
