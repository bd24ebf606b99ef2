"""Two sets of answers to one form, question by question and row by row: where they are the same and where not."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from .cells import ROW
from .definition import Definition, Item, Repeat
from .kinds import KINDS

# What may name a row, the best first
NAMING = (("text", "reference", "long_text"), ("select_one", "year", "date"))
UNASKED = frozenset({"note"})

Applies = Callable[[str], bool]


@dataclass(frozen=True, kw_only=True)
class Compared:
    """One question. ``cell`` is its place in what both agree on; ``left_cell`` and ``right_cell`` where each side has
    it, empty where that side has no such row. Values are None where nothing was answered, or it did not apply."""

    item: Item
    cell: str
    left_cell: str
    right_cell: str
    left: Any
    right: Any

    @property
    def state(self) -> str:
        """``none`` (nobody answered), ``same``, ``differs``, ``left`` or ``right`` (only that side answered)."""
        if self.left is None or self.right is None:
            return "none" if self.left is self.right else "right" if self.left is None else "left"
        return "same" if same_value(self.left, self.right) else "differs"


@dataclass(frozen=True, kw_only=True)
class ComparedRow:
    """One row of a table: its place in what both agree on, and whether each side has it."""

    repeat: Repeat
    row: str
    has_left: bool
    has_right: bool
    cells: tuple[Compared, ...]

    @property
    def is_shared(self) -> bool:
        return self.has_left and self.has_right


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """``items`` by their ids, ``rows`` by the ids of their tables. Calculations are in neither: nobody answers them."""

    items: dict[str, Compared]
    rows: dict[str, tuple[ComparedRow, ...]]

    def __iter__(self) -> Iterator[Compared]:
        yield from self.items.values()
        for rows in self.rows.values():
            for row in rows:
                yield from row.cells

    def find(self, cell: str) -> Compared | None:
        return next((each for each in self if each.cell == cell), None)


@dataclass(frozen=True, kw_only=True)
class Told:
    """The answers of one side. ``applies``: whether a cell, or a table by its id, applied to whoever gave them."""

    answers: Mapping[str, Any]
    applies: Applies

    def rows(self, repeat: Repeat) -> list[Mapping[str, Any]]:
        rows = self.answers.get(repeat.id) if self.applies(repeat.id) else None
        return [row for row in rows if isinstance(row, Mapping) and row.get(ROW)] if isinstance(rows, list) else []

    def value(self, within: Mapping[str, Any] | None, item: Item, cell: str) -> Any:
        """The answer to ``item`` in a row, or among all; None when there is none or it did not apply."""
        value = within.get(item.id) if within and self.applies(cell) else None
        return None if value is None or KINDS[item.kind].is_empty(value) else value


def compare_answers(form: Definition, left: Told, right: Told) -> Comparison:
    items = {
        item.id: Compared(
            item=item,
            cell=item.id,
            left_cell=item.id,
            right_cell=item.id,
            left=left.value(left.answers, item, item.id),
            right=right.value(right.answers, item, item.id),
        )
        for item in form.items
        if item.repeat is None and _is_asked(item)
    }
    rows = {
        repeat.id: tuple(
            _row(repeat, left, right, one, other)
            for one, other in _matched(repeat, left.rows(repeat), right.rows(repeat))
        )
        for repeat in form.repeats
    }
    return Comparison(items=items, rows=rows)


def _row(
    repeat: Repeat, left: Told, right: Told, one: Mapping[str, Any] | None, other: Mapping[str, Any] | None
) -> ComparedRow:
    place = f"{repeat.id}/{(one or other or {})[ROW]}"
    cells = []
    for item in repeat.items:
        if _is_asked(item):
            left_cell = f"{repeat.id}/{one[ROW]}/{item.id}" if one else ""
            right_cell = f"{repeat.id}/{other[ROW]}/{item.id}" if other else ""
            cells.append(
                Compared(
                    item=item,
                    cell=f"{place}/{item.id}",
                    left_cell=left_cell,
                    right_cell=right_cell,
                    left=left.value(one, item, left_cell),
                    right=right.value(other, item, right_cell),
                )
            )
    return ComparedRow(
        repeat=repeat, row=place, has_left=one is not None, has_right=other is not None, cells=tuple(cells)
    )


def same_value(left: Any, right: Any) -> bool:
    """Whether two answers say the same; the order in which choices were marked says nothing."""
    if isinstance(left, list) and isinstance(right, list) and all(isinstance(each, str) for each in (*left, *right)):
        return sorted(left) == sorted(right)
    return left == right


def _is_asked(item: Item) -> bool:
    return item.kind not in UNASKED and KINDS[item.kind].answered


def _matched(
    repeat: Repeat, left: list[Mapping[str, Any]], right: list[Mapping[str, Any]]
) -> list[tuple[Mapping[str, Any] | None, Mapping[str, Any] | None]]:
    """Rows that are about the same, beside each other: those that began as one, else those that are called the same.
    Of several rows with one name the first goes with the first."""
    key = _key_of(repeat)
    waiting = list(right)

    def take(wanted: Callable[[Mapping[str, Any]], bool]) -> Mapping[str, Any] | None:
        at = next((n for n, row in enumerate(waiting) if wanted(row)), None)
        return None if at is None else waiting.pop(at)

    by_id = {row[ROW]: take(lambda other, row=row: other[ROW] == row[ROW]) for row in left}
    pairs = []
    for row in left:
        other = by_id[row[ROW]]
        name = _name(row, key)
        if other is None and name:
            other = take(lambda each, name=name: _name(each, key) == name)
        pairs.append((row, other))
    return [*pairs, *((None, row) for row in waiting)]


def _key_of(repeat: Repeat) -> Item | None:
    """The column that says what a row is about."""
    for kinds in NAMING:
        named = [item for item in repeat.items if item.kind in kinds]
        found = next((item for item in named if item.required is True), next(iter(named), None))
        if found is not None:
            return found
    return None


def _name(row: Mapping[str, Any], key: Item | None) -> str:
    value = row.get(key.id) if key else None
    if isinstance(value, Mapping):
        value = value.get("text") or value.get("id")
    return " ".join(str(value).split()).casefold() if value not in (None, "", []) else ""
