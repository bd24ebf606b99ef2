"""Any form as a PDF to fill in elsewhere: the pages of the empty paper, with fields and the answers so far in them.

What somebody else writes, or nobody, stands there as plain text: readers let people change fields that are locked.
The pages are made by the one door to WeasyPrint with links where the fields will be; acroform.py turns them into
fields.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from django.utils import timezone, translation
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from toolkit.models import Response
from toolkit.permissions import Writer, sees_sensitive
from toolkit.rendering.blank import RECORDS, ROWS, Blank, BlankColumn, BlankSheet, BlankTable, Question, blank_sheet
from toolkit.rendering.display import show
from toolkit.rendering.fill_entries import PARTS, Choices, Entries, Entry, Fields, level
from toolkit.rendering.html import drawn
from toolkit.rendering.plain import date_text
from toolkit.rendering.sheet import Fact
from toolkit.schema.answers import evaluate_answers
from toolkit.schema.cells import ROW, get_cell, new_row_id
from toolkit.schema.codes import CURRENCIES, time_zones
from toolkit.schema.definition import Group, Item, Repeat, language_of

Options = Callable[[Item], Choices]


@dataclass(frozen=True, kw_only=True)
class FillQuestion(Question):
    entry: Entry
    template = "toolkit/read/fill_question.html"


@dataclass(frozen=True, kw_only=True)
class FillTable(BlankTable):
    """``filled`` are its rows: the column and where its answer is written."""

    filled: tuple[tuple[tuple[BlankColumn, Entry], ...], ...] = ()
    has_spare: bool = False

    @property
    def template(self) -> str:
        return "toolkit/read/fill_records.html" if self.form == "records" else "toolkit/read/fill_table.html"


@dataclass(kw_only=True)
class Carried:
    """What a file must know of itself to be read back; see exchange/frame.py for the meaning of each."""

    revisions: dict[str, int] = field(default_factory=dict)
    originals: dict[str, Any] = field(default_factory=dict)
    columns: dict[str, list[list[str]]] = field(default_factory=dict)
    rows: dict[str, list[str]] = field(default_factory=dict)
    spare: dict[str, list[str]] = field(default_factory=dict)
    lists: dict[str, list[list[Any]]] = field(default_factory=dict)
    whole: list[str] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class FillableForm:
    """The pages of a form with the fields that stand on them, and what the file carries."""

    html: SafeString
    fields: Fields
    carried: Carried
    lang: str
    direction: str
    name: str


def fillable_form(response: Response, *, writer: Writer, options: Options) -> FillableForm:
    """The form of ``response`` for ``writer``: a field for all that is theirs to fill in.

    ``options`` gives what an item offers, as (label, value): choices, or for a reference the records that may be meant.
    """
    document = response.document
    form = document.version.form
    lang = language_of(form, document.language)
    with translation.override(lang):
        walker = _Filling(response, writer, options, lang)
        sheet = _sheet(response, writer, walker, lang)
        html = drawn("fillable", sheet, is_paper=True)
    return FillableForm(
        html=html,
        fields=walker.fields,
        carried=walker.carried,
        lang=lang,
        direction=sheet.direction,
        name="-".join(filter(None, (document.reference, form.tool, response.side, "fill-in"))) + ".pdf",
    )


def _sheet(response: Response, writer: Writer, walker: _Filling, lang: str) -> BlankSheet:
    document = response.document
    plain = blank_sheet(document.version, lang)
    parts = [part for part in document.parts if part in writer.parts]
    whose = document.part_label(response.side) if response.side else ", ".join(map(document.part_label, parts))
    facts = (
        (_("Partnership"), document.partnership.name),
        (_("Reference"), document.reference),
        (_("Filled in by"), whose),
        (_("Made on"), date_text(timezone.localdate().isoformat(), lang)),
        (_("Due"), date_text(document.due_on.isoformat(), lang) if document.due_on else ""),
    )
    return replace(
        plain,
        title=document.title,
        running=" · ".join(filter(None, (document.partnership.name, document.reference))),
        footing=" · ".join(filter(None, (document.reference, whose, plain.footing))),
        facts=tuple(Fact(label=label, value=value) for label, value in facts if value),
        sections=tuple(walker.sections()),
        codes=(),
        sides=(),
        body="",
        problem="",
    )


class _Filling(Blank):
    """Walks a definition and puts fields where its answers are written."""

    def __init__(self, response: Response, writer: Writer, options: Options, lang: str):
        super().__init__(response.document.version.form, lang)
        self.response, self.writer, self.options = response, writer, options
        self.sensitive = sees_sensitive(writer, response)
        self.fields, self.carried = Fields(), Carried()
        self.entries = Entries(self.fields, self._choices)

    @cached_property
    def calculated(self) -> dict[str, Any]:
        now = timezone.localtime()
        form, answers = self.form, self.response.answers
        return evaluate_answers(form, answers, today=now.date(), now=now, lang=self.voice.lang).calculated

    def is_open(self, item: Item) -> bool:
        return self.writer.may_write(item.side) and not item.readonly and item.kind in PARTS

    def question(self, item: Item, group: Group) -> Question:
        made = super().question(item, group)
        entry = self._entry(item, item.id, made.space, self._named(item))
        told = {name: getattr(made, name) for name in made.__dataclass_fields__}
        return FillQuestion(**(told | {"entry": entry, "suggestion": ""}))

    def table(self, repeat: Repeat, *, titled: bool) -> BlankTable:
        kept = [row for row in self.response.answers.get(repeat.id, []) if isinstance(row, dict) and row.get(ROW)]
        made = super().table(replace(repeat, rows=tuple(self._hushed(row) for row in kept)), titled=titled)
        items = self._written(repeat)
        rows = [row[ROW] for row in kept]
        spare = self._spare(repeat, len(rows), RECORDS if made.form == "records" else ROWS)
        filled = [
            level(
                (column, self._cell(repeat, item, row, column, n, in_cell=made.form != "records"))
                for item, column in zip(items, made.columns, strict=True)
            )
            for n, row in enumerate((*rows, *spare), start=1)
        ]
        self._carry(repeat, items, rows, spare)
        told = {name: getattr(made, name) for name in made.__dataclass_fields__}
        return FillTable(**(told | {"rows": (), "filled": tuple(filled), "has_spare": bool(spare)}))

    def _hushed(self, row: dict[str, Any]) -> dict[str, Any]:
        """A row as far as it is shown, for the widths of its columns."""
        open_to = {item.id for item in self.form.items if self.sensitive or not item.sensitive or self.is_open(item)}
        return {key: value for key, value in row.items() if key == ROW or key in open_to}

    def _column(self, item: Item, repeat: Repeat, written: list[str]) -> BlankColumn:
        """Its choices stand in the field itself."""
        made = super()._column(item, repeat, written)
        if item.kind == "select_multiple" or not self.is_open(item):
            return made
        room = 14 if PARTS[item.kind][0][1] in ("choice", "combo", "open") else made.space.room
        return replace(made, space=replace(made.space, options=(), room=max(room, min(made.space.room, 18))))

    def _spare(self, repeat: Repeat, held: int, most: int) -> list[str]:
        may_add = not repeat.fixed and self.writer.may_write(repeat.side)
        if not may_add or not any(self.is_open(item) for item in repeat.items):
            return []
        wanted = max(2 if held else most, repeat.min - held, most - held)
        return [new_row_id() for _each in range(max(0, min(wanted, repeat.max - held)))]

    def _cell(self, repeat: Repeat, item: Item, row: str, column: BlankColumn, number: int, *, in_cell: bool) -> Entry:
        cell = f"{repeat.id}/{row}/{item.id}"
        told = {"table": self.say(repeat.label), "number": number, "column": self._named(item)}
        label = _("%(table)s, row %(number)s: %(column)s") % told
        return self._entry(item, cell, column.space, label, in_cell=in_cell)

    def _entry(self, item: Item, cell: str, space, label: str, *, in_cell: bool = False) -> Entry:
        value = get_cell(self.response.answers, cell)
        if not self.is_open(item):
            return Entry(text=self._shown(item, cell, value), is_open=False)
        if value is not None:
            self.carried.originals[cell] = value
        if cell in self.response.revisions:
            self.carried.revisions[cell] = self.response.revisions[cell]
        return self.entries.entry(item, cell, value, space, label, in_cell=in_cell)

    def _shown(self, item: Item, cell: str, value: Any) -> str:
        """What stands where nobody writes in this file."""
        if item.sensitive and not self.sensitive and not self.writer.may_write(item.side):
            return _("Restricted") if value is not None else "—"
        if item.kind == "calculate":
            value = self.calculated.get(cell)
        text = show(item, value, self.voice).text
        if item.kind in ("file", "image") and self.writer.may_write(item.side):
            told = _("Files and pictures are added on the page of the document.")
            return f"{text}\n{told}" if text else told
        return text or "—"

    def _named(self, item: Item) -> str:
        """The question as a screen reader says it."""
        unit = self.say(item.unit) or ("%" if item.kind == "percent" else "")
        label = f"{self.say(item.label)} ({unit})" if unit else self.say(item.label)
        return f"{label} ({_('required')})" if item.required is True else label

    def _choices(self, item: Item, part: str) -> tuple[str, Choices]:
        """The name of the list of a part, and what it offers."""
        if item.kind == "check":
            return "check", [[_("Not yet done"), "pending"], [_("Done"), "done"], [_("Not needed"), "not_needed"]]
        if part in ("currency", "zone"):
            return part, [[code, code] for code in sorted(CURRENCIES if part == "currency" else time_zones())]
        name = f"{item.kind}.{item.list or item.rows_of or item.of or ''}"
        if name not in self.carried.lists:
            self.carried.lists[name] = _told_apart(self.options(item))
        return name, self.carried.lists[name]

    def _carry(self, repeat: Repeat, items: list[Item], rows: list[str], spare: list[str]) -> None:
        self.carried.columns[repeat.id] = [[item.id, item.kind, ""] for item in items if self.is_open(item)]
        self.carried.rows[repeat.id], self.carried.spare[repeat.id] = rows, spare
        asked = [item for item in repeat.items if item.kind not in ("calculate", "note")]
        if not repeat.fixed and self.writer.may_write(repeat.side) and all(map(self.is_open, asked)):
            self.carried.whole.append(repeat.id)


def _told_apart(choices: Choices) -> list[list[Any]]:
    """``choices`` with labels that differ, for of a record the label is all that a field keeps."""
    labels = [str(label) for label, _value in choices]
    return [[label if labels.count(str(label)) == 1 else f"{label} ({value})", value] for label, value in choices]
