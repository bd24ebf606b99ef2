"""From a document's answers to a Sheet: the form is walked once, and only what applied is kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from copy import copy
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from django.utils.translation import gettext as _

from toolkit.rendering.currency import Currencies
from toolkit.rendering.display import NOTHING, Shown, Voice, show, total_text, unsigned
from toolkit.rendering.plain import number_text
from toolkit.rendering.sheet import (
    Answer,
    Answers,
    Column,
    Note,
    Pair,
    Pairs,
    Section,
    Table,
    cell_of,
    form_of,
    row_of,
)
from toolkit.schema.answers import Evaluation
from toolkit.schema.cells import ROW
from toolkit.schema.definition import Definition, Group, Item, Repeat, tr
from toolkit.talking import Aside

NUMERIC = frozenset({"integer", "decimal", "percent", "money"})
MARKS = frozenset({"calculate", "rating", "select_one"})
FAR = 1.5
SKIPPED = Shown(look="blank")


@dataclass(frozen=True, kw_only=True)
class Told:
    """One set of answers as it is to be read: live, or as submitted."""

    answers: Mapping[str, Any]
    evaluation: Evaluation
    calculated: Mapping[str, Any]

    def applies(self, cell: str) -> bool:
        return self.evaluation.is_relevant(cell)

    def rows(self, repeat: Repeat) -> list[Mapping[str, Any]]:
        rows = self.answers.get(repeat.id)
        return [row for row in rows if isinstance(row, Mapping)] if isinstance(rows, list) else []


def nothing_beside(_place: str) -> None:
    return None


class Reader:
    """Walks a definition with one set of answers."""

    def __init__(
        self,
        definition: Definition,
        told: Told,
        *,
        voice: Voice,
        sensitive: bool,
        owners: Mapping[str, str],
        beside: Callable[[str], Aside | None] = nothing_beside,
    ):
        self.beside = beside
        self.definition, self.told, self.voice = definition, told, voice
        self.sensitive, self.owners = sensitive, owners
        self.currencies = Currencies(definition, told.evaluation.values, told.answers)

    def sections(self) -> Iterator[Section]:
        for group in grouped(self.definition):
            if not self.told.applies(group.id):
                continue
            blocks = tuple(self._blocks(group))
            if blocks:
                label = tr(group.label, self.voice.lang)
                yield Section(id=group.id, label=label, owner=self.owners.get(group.side, ""), blocks=blocks)

    def signatures(self) -> Iterator[Section]:
        """What is signed, on its own: for a document whose text stands above it."""
        quiet = copy(self)
        quiet.beside = nothing_beside  # they stand among all answers as well
        for group in grouped(self.definition):
            nodes = tuple(node for node in group.nodes if _is_signed(node))
            if nodes and self.told.applies(group.id):
                # A table of signatures needs no title below the heading that the reader sees.
                label = nodes[0].label if isinstance(nodes[0], Repeat) else {}
                own = Group(name=group.name, label=label, nodes=nodes, side=group.side)
                blocks = tuple(quiet._blocks(own))
                if blocks:
                    yield Section(id=f"signed-{group.id}", label="", blocks=blocks)

    def _blocks(self, group: Group) -> Iterator[Answers | Note | Table]:
        for sort, nodes in groupby(group.nodes, key=_sort):
            if sort == "table":
                for repeat in nodes:
                    if self.told.applies(repeat.id):
                        yield self.table(repeat, is_titled=is_titled(repeat, group))
            elif sort == "note":
                yield from self.notes(nodes)
            else:
                answers = (self.answer(item, group) for item in nodes if self.told.applies(item.id))
                for is_long, alike in groupby(answers, key=lambda answer: answer.is_long):
                    yield Answers(answers=tuple(alike), is_long=is_long)

    def notes(self, items: Iterable[Item]) -> Iterator[Note]:
        for item in items:
            if self.told.applies(item.id):
                yield Note(text=tr(item.label, self.voice.lang))

    def answer(self, item: Item, group: Group) -> Answer:
        owner = self.owners.get(item.side, "") if item.side != group.side else ""
        label = tr(item.label, self.voice.lang)
        shown = self.shown(item, item.id, self.told.answers.get(item.id))
        return Answer(label=label, owner=owner, shown=shown, place=item.id, aside=self.beside(item.id))

    def shown(self, item: Item, cell: str, value: Any) -> Shown:
        if item.sensitive and not self.sensitive:
            return Shown(_("Restricted"), look="restricted")
        if item.kind == "calculate":
            value = self.told.calculated.get(cell)
            if currency := self._currency(item, cell, value):
                item, value = replace(item, kind="money"), {"amount": value, "currency": currency}
        shown = show(item, value, self.voice)
        return unsigned() if shown is NOTHING and item.kind == "signature" else shown

    def _currency(self, item: Item, cell: str, value: Any) -> str:
        """The currency of a calculation, unless its author has named a unit."""
        is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
        return self.currencies.of(item, cell) if is_number and not item.unit else ""

    def table(self, repeat: Repeat, *, is_titled: bool = True) -> Table:
        rows = [(row, f"{repeat.id}/{row.get(ROW, '')}") for row in self.told.rows(repeat)]
        items = [
            item
            for item in repeat.items
            if item.kind != "note"
            and (not rows or any(self.told.applies(f"{place}/{item.id}") for _row, place in rows))
        ]
        columns = tuple(
            Column(label=tr(item.label, self.voice.lang), is_number=self._is_number(item, rows)) for item in items
        )
        naming = naming_column(items)
        drawn = tuple(
            row_of(
                number,
                tuple(
                    cell_of(column, self._cell(item, f"{place}/{item.id}", row.get(item.id)))
                    for item, column in zip(items, columns, strict=True)
                ),
                naming,
            )
            for number, (row, place) in enumerate(rows, start=1)
        )
        return Table(
            id=repeat.id,
            label=tr(repeat.label, self.voice.lang),
            columns=columns,
            rows=drawn,
            form=form_of(columns, drawn),
            totals=self._totals(repeat, items) if rows else (),
            is_titled=is_titled,
            aside=self.beside(repeat.id),
        )

    def _cell(self, item: Item, cell: str, value: Any) -> Shown:
        return self.shown(item, cell, value) if self.told.applies(cell) else SKIPPED

    def _is_number(self, item: Item, rows: list[tuple[Mapping[str, Any], str]]) -> bool:
        if item.kind != "calculate":
            return item.kind in NUMERIC
        values = [self.told.calculated.get(f"{place}/{item.id}") for _row, place in rows]
        known = [value for value in values if value not in (None, "")]
        return bool(known) and all(isinstance(value, (int, float)) for value in known)

    def _totals(self, repeat: Repeat, items: list[Item]) -> tuple[str, ...]:
        totals = self.told.evaluation.totals.get(repeat.id, {})
        hidden = {item.id for item in items if item.sensitive and not self.sensitive}
        texts = tuple(self._total(item, totals.get(item.id)) if item.id not in hidden else "" for item in items)
        return texts if any(texts) else ()

    def _total(self, item: Item, total: Any) -> str:
        is_bare = item.kind == "calculate" and not item.unit and total not in (None, "")
        currencies = self.currencies.of_total(item) if is_bare else ()
        if len(currencies) > 1:
            return ""
        return total_text({currencies[0]: total} if currencies else total, self.voice.lang)


class PairReader:
    """Walks a definition with the answers of both sides and sets them side by side."""

    def __init__(self, left: Reader, right: Reader, *, left_label: str, right_label: str):
        self.left, self.right = left, right
        self.left_label, self.right_label = left_label, right_label
        self.lang = left.voice.lang

    def sections(self) -> Iterator[Section]:
        for group in grouped(self.left.definition):
            blocks = tuple(self._blocks(group))
            if blocks and self._applies(group.id):
                yield Section(id=group.id, label=tr(group.label, self.lang), blocks=blocks)

    def _applies(self, cell: str) -> bool:
        return self.left.told.applies(cell) or self.right.told.applies(cell)

    def _blocks(self, group: Group) -> Iterator[Pairs | Table | Note]:
        for sort, nodes in groupby(group.nodes, key=_sort):
            if sort == "table":
                for repeat in nodes:
                    yield from self._tables(repeat)
            elif sort == "note":
                yield from self.left.notes(nodes)
            else:
                pairs = tuple(self._pair(item) for item in nodes if self._applies(item.id))
                if pairs:
                    yield Pairs(
                        title=tr(group.label, self.lang),
                        left=self.left_label,
                        right=self.right_label,
                        pairs=pairs,
                        has_gaps=any(pair.gap for pair in pairs),
                    )

    def _tables(self, repeat: Repeat) -> Iterator[Table]:
        for reader, side in ((self.left, self.left_label), (self.right, self.right_label)):
            if reader.told.applies(repeat.id):
                table = reader.table(repeat)
                label = _("%(table)s: %(side)s") % {"table": table.label, "side": side}
                yield Table(**{**vars(table), "label": label})

    def _pair(self, item: Item) -> Pair:
        left, right = (
            reader.shown(item, item.id, reader.told.answers.get(item.id)) if reader.told.applies(item.id) else SKIPPED
            for reader in (self.left, self.right)
        )
        gap = None
        if item.kind in MARKS and left.number is not None and right.number is not None:
            gap = round(abs(left.number - right.number), 10)
        return Pair(
            label=tr(item.label, self.lang),
            left=left,
            right=right,
            gap="" if gap is None else number_text(gap, self.lang),
            is_far=gap is not None and gap >= FAR,
            place=item.id,
            asides=(self.left.beside(item.id), self.right.beside(item.id)),
        )


def grouped(definition: Definition) -> Iterator[Group]:
    """The groups of a form. A table outside any is a group of its own, and so are items that follow each other."""
    for sort, nodes in groupby(definition.nodes, key=_sort_of_node):
        if sort == "group":
            yield from nodes
        elif sort == "table":
            for repeat in nodes:
                yield Group(name=repeat.name, label=repeat.label, nodes=(repeat,), side=repeat.side)
        else:
            loose = tuple(nodes)
            yield Group(name=f"loose_{loose[0].name}", label={}, nodes=loose)


def naming_column(items: list[Item]) -> int | None:
    """The column that says what a row is about: the first words that must be given, else the first words at all."""
    words = [n for n, item in enumerate(items) if item.kind in ("text", "long_text")]
    required = [n for n in words if items[n].required is True]
    return next(iter(required or words), None)


def is_titled(repeat: Repeat, group: Group) -> bool:
    """Whether a table needs a title of its own, or its group has said it."""
    return group.label != repeat.label


def _sort_of_node(node: Group | Repeat | Item) -> str:
    return "group" if isinstance(node, Group) else "table" if isinstance(node, Repeat) else "item"


def _sort(node: Repeat | Item) -> str:
    if isinstance(node, Repeat):
        return "table"
    return "note" if node.kind == "note" else "item"


def _is_signed(node: Repeat | Item) -> bool:
    if isinstance(node, Repeat):
        return any(item.kind == "signature" for item in node.items)
    return node.kind == "signature"
