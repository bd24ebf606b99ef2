"""A tool as an empty form to print: lines to write on, boxes to tick, conditions told in words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby
from math import ceil

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from toolkit.models import ToolVersion
from toolkit.rendering.body import markdown_html
from toolkit.rendering.conditions import clause_text, condition_text
from toolkit.rendering.display import RATINGS, Drawn, Voice, show
from toolkit.rendering.plain import locale_of
from toolkit.rendering.reading import grouped, is_titled
from toolkit.rendering.sheet import GAP, ON_ITS_SIDE, UPRIGHT, Fact, Section, Sheet
from toolkit.schema.cells import ROW
from toolkit.schema.definition import Definition, Group, Item, Repeat, tr
from toolkit.states import Mode, Part

ROWS = 6
RECORDS = 3
MANY_COLUMNS = 8
WORDS_ON_A_LINE = 11
LETTERS_ON_A_LINE = 85
LONG_LABEL = 22
BOXES_IN_A_CELL = 4


@dataclass(frozen=True, kw_only=True)
class Space(Drawn):
    """Where an answer is written. ``look`` names the partial; ``lines`` is how many, ``room`` letters in a table."""

    look: str
    options: tuple[str, ...] = ()
    lines: int = 1
    room: int = 16
    unit: str = ""

    @property
    def template(self) -> str:
        return f"toolkit/read/space_{self.look}.html"

    @property
    def times(self) -> range:
        return range(self.lines)


@dataclass(frozen=True, kw_only=True)
class Question(Drawn):
    label: str
    space: Space
    hint: str = ""
    guidance: str = ""
    condition: str = ""
    owner: str = ""
    is_required: bool = False
    suggestion: str = ""
    template = "toolkit/read/question.html"


@dataclass(frozen=True, kw_only=True)
class BlankNote(Drawn):
    text: str
    condition: str = ""
    template = "toolkit/read/blank_note.html"


@dataclass(frozen=True, kw_only=True)
class BlankColumn(Drawn):
    label: str
    space: Space
    is_required: bool = False
    has_total: bool = False
    # Its part of the width of the table in twentieths; 0 takes what the others leave
    share: int = 0

    @property
    def is_boxed(self) -> bool:
        """Whether its few choices are printed in every row; else they are listed below the table."""
        options = self.space.options
        return 0 < len(options) <= BOXES_IN_A_CELL and all(len(option) <= 14 for option in options)


@dataclass(frozen=True, kw_only=True)
class BlankTable(Drawn):
    id: str
    label: str
    columns: tuple[BlankColumn, ...]
    rows: tuple[tuple[tuple[BlankColumn, str], ...], ...]
    form: str
    hint: str = ""
    guidance: str = ""
    condition: str = ""
    legend: tuple[tuple[str, str], ...] = ()
    may_grow: bool = True
    is_titled: bool = True

    @property
    def template(self) -> str:
        return "toolkit/read/blank_records.html" if self.form == "records" else "toolkit/read/blank_table.html"

    @property
    def is_long_record(self) -> bool:
        return len(self.columns) > MANY_COLUMNS

    @property
    def has_totals(self) -> bool:
        return any(column.has_total for column in self.columns)


@dataclass(frozen=True, kw_only=True)
class BlankSection(Section):
    guidance: str = ""
    condition: str = ""

    @property
    def is_wide(self) -> bool:
        return any(isinstance(block, BlankTable) and block.form == "wide" for block in self.blocks)


@dataclass(frozen=True, kw_only=True)
class BlankSheet(Sheet):
    purpose: str = ""
    guidance: SafeString = SafeString("")
    sides: tuple[str, ...] = ()


def blank_sheet(version: ToolVersion, lang: str) -> BlankSheet:
    form = version.form
    number = _("version %(number)s") % {"number": version.number}
    title = tr(form.title, lang)
    minutes = _("about %(minutes)s minutes") % {"minutes": form.minutes} if form.minutes else ""
    facts = (
        (_("Filled in by"), tr(form.filled_by, lang)),
        (_("How often"), tr(form.frequency, lang)),
        (_("Takes"), minutes),
    )
    return BlankSheet(
        title=title,
        kicker=" · ".join((version.tool.get_kind_display(), f"{form.number}, {number}")),
        lang=lang,
        direction=locale_of(lang).text_direction,
        running=f"{form.number} {title}",
        footing=" · ".join((form.number, number, version.content_hash[:12])),
        facts=tuple(Fact(label=label, value=value) for label, value in facts if value),
        notices=(),
        sections=tuple(_Blank(form, lang).sections()),
        purpose=tr(form.purpose, lang),
        guidance=markdown_html(tr(form.guidance, lang)),
        sides=(str(Part.HOST.label), str(Part.RESOURCE.label)) if form.mode == Mode.EACH else (),
    )


class _Blank:
    """Walks a definition and makes room for answers."""

    def __init__(self, form: Definition, lang: str):
        self.form, self.voice = form, Voice(form, lang)
        joint = form.mode == Mode.JOINT
        self.owners = {part.value: str(part.label) for part in Part} if joint else {}

    def say(self, text: dict[str, str] | None) -> str:
        return tr(text, self.voice.lang)

    def sections(self) -> Iterator[BlankSection]:
        for group in grouped(self.form):
            blocks = tuple(self._blocks(group))
            if blocks:
                yield BlankSection(
                    id=group.id,
                    label=self.say(group.label),
                    owner=self.owners.get(group.side, ""),
                    guidance=self.say(group.guidance),
                    condition=condition_text(group.relevant, self.voice),
                    blocks=blocks,
                )

    def _blocks(self, group: Group) -> Iterator[Question | BlankTable | BlankNote]:
        for is_table, nodes in groupby(group.nodes, key=lambda node: isinstance(node, Repeat)):
            for node in nodes:
                if is_table:
                    yield self.table(node, titled=is_titled(node, group))
                elif node.kind == "note":
                    yield from self.note(node)
                else:
                    yield self.question(node, group)

    def note(self, item: Item) -> Iterator[BlankNote]:
        """A note, unless only a computer can tell when it holds."""
        condition = clause_text(item.relevant, self.voice)
        if item.relevant is None or condition:
            yield BlankNote(text=self.say(item.label), condition=condition)

    def question(self, item: Item, group: Group) -> Question:
        space = PAPER[item.kind](item, self.voice)
        suggestion = item.default if item.kind == "long_text" and isinstance(item.default, str) else ""
        return Question(
            label=self.say(item.label),
            space=replace(space, lines=3) if suggestion else space,
            suggestion=suggestion,
            hint=self.say(item.hint),
            guidance=self.say(item.guidance),
            condition=condition_text(item.relevant, self.voice),
            owner=self.owners.get(item.side, "") if item.side != group.side else "",
            is_required=item.required is True,
        )

    def table(self, repeat: Repeat, *, titled: bool) -> BlankTable:
        items = [item for item in repeat.items if item.kind != "note"]
        rows = [
            tuple(show(item, row.get(item.id), self.voice).text for item in items)
            for row in repeat.rows
            if row.get(ROW)
        ]
        columns, form = _fitted([self._column(item, repeat, [row[n] for row in rows]) for n, item in enumerate(items)])
        most = RECORDS if form == "records" else ROWS
        if not repeat.fixed:
            wanted = min(repeat.max, max(most, repeat.min, len(rows) + 1))
            rows += [("",) * len(items)] * (wanted - len(rows))
        return BlankTable(
            id=repeat.id,
            label=self.say(repeat.label),
            columns=columns,
            rows=tuple(tuple(zip(columns, row, strict=True)) for row in rows),
            form=form,
            hint=self.say(repeat.hint),
            guidance=self.say(repeat.guidance),
            condition=condition_text(repeat.relevant, self.voice),
            legend=tuple(self._legend(items, columns, form)),
            may_grow=not repeat.fixed and len(rows) < repeat.max,
            is_titled=titled,
        )

    def _column(self, item: Item, repeat: Repeat, written: list[str]) -> BlankColumn:
        space = PAPER[item.kind](item, self.voice)
        longest = max(map(len, written), default=0)
        return BlankColumn(
            label=self.say(item.label),
            space=replace(space, lines=min(space.lines, 3), room=max(space.room, min(longest, 26))),
            is_required=item.required is True,
            has_total=item.id in repeat.totals,
        )

    def _legend(self, items: list[Item], columns: tuple[BlankColumn, ...], form: str) -> Iterator[tuple[str, str]]:
        """What must be known to fill a column in: its choices, its hint, when it is answered."""
        for item, column in zip(items, columns, strict=True):
            said = [self.say(item.hint), condition_text(item.relevant, self.voice)]
            if form != "records" and column.space.options and not column.is_boxed and not item.readonly:
                said.append(_("One of: %(choices)s.") % {"choices": "; ".join(column.space.options)})
            said = [text for text in said if text]
            if said:
                yield column.label, " ".join(said)


def _fitted(columns: list[BlankColumn]) -> tuple[tuple[BlankColumn, ...], str]:
    """The columns with their shares of the width, and how the table reads best."""
    rooms = [max([column.space.room, *map(len, column.label.split(" "))]) + GAP for column in columns]
    if any(column.space.look == "signature" for column in columns) or sum(rooms) > ON_ITS_SIDE:
        return tuple(columns), "records"
    widest = rooms.index(max(rooms))
    shares = [0 if n == widest else max(1, round(20 * room / sum(rooms))) for n, room in enumerate(rooms)]
    fitted = tuple(replace(column, share=share) for column, share in zip(columns, shares, strict=True))
    return fitted, "table" if sum(rooms) <= UPRIGHT else "wide"


# How much room each kind of answer needs


def _text(item: Item, voice: Voice) -> Space:
    if item.appearance == "short":
        return Space(look="short", room=10, unit=tr(item.unit, voice.lang))
    lines = 2 if item.appearance == "wide" or (item.max_length or 0) > 3 * LETTERS_ON_A_LINE else 1
    return Space(look="lines", lines=lines, room=18 + 2 * (lines - 1), unit=tr(item.unit, voice.lang))


def _long_text(item: Item, voice: Voice) -> Space:
    lines = 6
    if item.max_words:
        lines = ceil(item.max_words / WORDS_ON_A_LINE)
    elif item.max_length:
        lines = ceil(item.max_length / LETTERS_ON_A_LINE)
    return Space(look="lines", lines=min(max(lines, 3), 10), room=26)


def _line(item: Item, voice: Voice) -> Space:
    return Space(look="lines", room=18)


def _figure(item: Item, voice: Voice) -> Space:
    return Space(look="short", room=9, unit=tr(item.unit, voice.lang) or ("%" if item.kind == "percent" else ""))


def _plain(look: str, room: int) -> Callable[[Item, Voice], Space]:
    return lambda item, voice: Space(look=look, room=room)


def _yes_no(item: Item, voice: Voice) -> Space:
    return Space(look="row", options=(_("Yes"), _("No")), room=8)


def _choices(item: Item, voice: Voice) -> Space:
    options = tuple(tr(choice.label, voice.lang) for choice in voice.definition.lists.get(item.list or "", ()))
    is_row = item.appearance in ("likert", "smileys") or (len(options) <= 5 and sum(map(len, options)) <= 70)
    many = item.kind == "select_multiple"
    room = max((len(option) for option in options), default=0) + 4 if len(options) <= BOXES_IN_A_CELL else 12
    return Space(look="row" if is_row else "many" if many else "choices", options=options, room=min(room, 18))


def _rating(item: Item, voice: Voice) -> Space:
    marks = (*(str(mark) for mark in range(1, RATINGS + 1)), _("Not applicable"))
    return Space(look="row", options=marks, room=8)


PAPER: dict[str, Callable[[Item, Voice], Space]] = {
    "text": _text,
    "long_text": _long_text,
    "integer": _figure,
    "decimal": _figure,
    "percent": _figure,
    "money": _plain("money", 13),
    "date": _plain("date", 11),
    "datetime": _plain("datetime", 18),
    "time": _plain("time", 7),
    "year": _plain("year", 7),
    "yes_no": _yes_no,
    "select_one": _choices,
    "select_multiple": _choices,
    "rating": _rating,
    "email": _line,
    "phone": _line,
    "url": _line,
    "country": _plain("lines", 12),
    "language": _plain("lines", 12),
    "reference": _line,
    "file": _plain("attach", 14),
    "image": _plain("attach", 14),
    "signature": _plain("signature", 40),
    "check": _plain("check", 16),
    "calculate": _plain("worked", 9),
    "note": _plain("lines", 0),
}
