"""A tool as an empty form to print: lines to write on, boxes to tick, conditions told in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain, groupby

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from toolkit.models import ToolVersion
from toolkit.rendering.brackets import unfilled_body
from toolkit.rendering.conditions import clause_text, condition_text, filter_note
from toolkit.rendering.display import Drawn, Voice, show
from toolkit.rendering.plain import locale_of
from toolkit.rendering.reading import grouped, is_titled
from toolkit.rendering.sheet import GAP, ON_ITS_SIDE, UPRIGHT, Fact, Section, Sheet
from toolkit.rendering.spaces import BOXES_IN_A_CELL, PAPER, Space
from toolkit.schema.cells import ROW
from toolkit.schema.definition import Definition, Group, Item, Repeat, Tree, tr
from toolkit.states import Mode, Part
from twinning.markdown import markdown_html

ROWS = 6
RECORDS = 3
MANY_COLUMNS = 8
# A row with more columns than this leaves out those that are worked out.
ROOMY_COLUMNS = 6
# Into so many parts the width of a table is shared out; print.css knows each.
PARTS = 20


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
class Worked(Drawn):
    """What nobody writes: it follows from the other answers once they are typed in."""

    names: tuple[str, ...]
    template = "toolkit/read/blank_worked.html"


@dataclass(frozen=True, kw_only=True)
class BlankColumn(Drawn):
    label: str
    space: Space
    is_required: bool = False
    has_total: bool = False
    # Its part of the width of the table, of PARTS
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
    # What is written in by hand above the questions, two in a row: whose paper it is
    codes: tuple[tuple[str, ...], ...] = ()
    # Why the text of the document cannot be shown
    problem: str = ""


def _codes(form: Definition) -> tuple[tuple[str, ...], ...]:
    """Many people answer an open form; they know no more than whose it is."""
    whose = (_("Partnership"), _("Reference"))
    return (whose,) if form.mode == Mode.OPEN else (whose, (_("Programme, award"), _("Country")))


def blank_sheet(version: ToolVersion, lang: str) -> BlankSheet:
    form = version.form
    number = _("version %(number)s") % {"number": version.number}
    title = tr(form.title, lang)
    minutes = ngettext("about %(minutes)s minute", "about %(minutes)s minutes", form.minutes or 0)
    facts = (
        (_("Filled in by"), tr(form.filled_by, lang)),
        (_("How often"), tr(form.frequency, lang)),
        (_("Takes"), minutes % {"minutes": form.minutes} if form.minutes else ""),
    )
    text = unfilled_body(form, lang, top=3, marked=True) if form.body else None
    return BlankSheet(
        title=title,
        kicker=" · ".join((version.tool.get_kind_display(), ", ".join(filter(None, (form.number, number))))),
        lang=lang,
        direction=locale_of(lang).text_direction,
        running=form.named(lang),
        footing=" · ".join(filter(None, (form.number, number, version.content_hash[:12]))),
        facts=tuple(Fact(label=label, value=value) for label, value in facts if value),
        notices=(),
        sections=tuple(Blank(form, lang).sections()),
        purpose=tr(form.purpose, lang),
        guidance=markdown_html(tr(form.guidance, lang)),
        codes=_codes(form),
        sides=(str(Part.HOST.label), str(Part.RESOURCE.label)) if form.mode == Mode.EACH else (),
        body=text.whole if text else "",
        problem=text.problem if text else "",
    )


class Blank:
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

    def _blocks(self, group: Group) -> Iterator[Question | BlankTable | BlankNote | Worked]:
        for is_worked, blocks in groupby(self._each(group), key=lambda block: isinstance(block, Worked)):
            if is_worked:
                yield Worked(names=tuple(name for block in blocks for name in block.names))
            else:
                yield from blocks

    def _each(self, group: Group) -> Iterator[Question | BlankTable | BlankNote | Worked]:
        for node in group.nodes:
            if _is_worked(node):
                yield Worked(names=(self.say(node.label),))
            elif isinstance(node, Repeat):
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
            hint=" ".join(filter(None, (self.say(item.hint), filter_note(item.choice_filter, self.voice)))),
            guidance=self.say(item.guidance),
            condition=condition_text(item.relevant, self.voice),
            owner=self.owners.get(item.side, "") if item.side != group.side else "",
            is_required=item.required is True,
        )

    def table(self, repeat: Repeat, *, titled: bool) -> BlankTable:
        items = self._written(repeat)
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

    def _written(self, repeat: Repeat) -> list[Item]:
        """The columns of a table that are printed. A row has room for what is worked out if it is short and somebody
        reads the result; what is only a step to another calculation is no use to a pen."""
        items = [item for item in repeat.items if item.kind != "note"]
        is_roomy = sum(item.kind != "calculate" for item in items) <= ROOMY_COLUMNS
        return [
            item
            for item in items
            if item.kind != "calculate" or (is_roomy and (item.id in repeat.totals or item.id not in self.steps))
        ]

    @cached_property
    def steps(self) -> frozenset[str]:
        """What other calculations, conditions and checks ask for."""
        trees = ((item.calculation, item.relevant, item.required, item.constraint) for item in self.form.items)
        return frozenset(key for tree in chain.from_iterable(trees) for key in _asked_for(tree))

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
            said.append(filter_note(item.choice_filter, self.voice))
            if form != "records" and column.space.options and not column.is_boxed and not item.readonly:
                said.append(_("One of: %(choices)s.") % {"choices": "; ".join(column.space.options)})
            said = [text for text in said if text]
            if said:
                yield column.label, " ".join(said)


def _is_worked(node: Repeat | Item) -> bool:
    """Whether nothing of it is written: a calculation, or a table of such under fixed names."""
    if isinstance(node, Item):
        return node.kind == "calculate"
    kinds = {"name" if item.readonly else item.kind for item in node.items}
    return node.fixed and "calculate" in kinds and kinds <= {"name", "calculate", "note"}


def _asked_for(tree: Tree | None) -> Iterator[str]:
    if not isinstance(tree, list):
        return
    if tree[0] in ("item", "row", "col"):
        yield tree[-1]
        return
    for branch in tree[1:]:
        yield from _asked_for(branch)


def _fitted(columns: list[BlankColumn]) -> tuple[tuple[BlankColumn, ...], str]:
    """The columns with their shares of the width, and how the table reads best."""
    rooms = [_room(column) for column in columns]
    if any(column.space.look == "signature" for column in columns) or sum(rooms) > ON_ITS_SIDE:
        return tuple(columns), "records"
    fitted = tuple(replace(column, share=share) for column, share in zip(columns, _shares(rooms), strict=True))
    return fitted, "table" if sum(rooms) <= UPRIGHT else "wide"


def _room(column: BlankColumn) -> int:
    words = [*column.label.split(" "), _("required") if column.is_required else ""]
    return max(column.space.room, *map(len, words)) + GAP


def _shares(rooms: list[int]) -> list[int]:
    """``PARTS`` in the proportion of ``rooms``. What rounding down leaves goes to those who lost most by it."""
    exact = [PARTS * room / sum(rooms) for room in rooms]
    shares = [max(1, int(share)) for share in exact]
    by_loss = sorted(range(len(rooms)), key=lambda n: shares[n] - exact[n])
    for n in by_loss[: max(0, PARTS - sum(shares))]:
        shares[n] += 1
    return shares
