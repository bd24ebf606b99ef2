"""In which currency a calculation comes out, where that is beyond doubt.

An amount times a bare decimal is in no currency for sure: the decimal may be an exchange rate. So the code is shown
for sums and differences of amounts, for their whole multiples, their percents and their parts, and for nothing else;
and only when every amount that the calculation looks at is of that one currency.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

from toolkit.schema.cells import ROW
from toolkit.schema.definition import Definition, Item, Tree

MONEY, PLAIN, NOTHING, UNSURE = "money", "plain", "nothing", "unsure"
NONE: frozenset[str] = frozenset()

_COUNTED = frozenset({"integer", "percent", "rating"})
_ADDED = frozenset({"+", "-", "sum", "avg", "min", "max", "coalesce"})
_KEPT = frozenset({"round", "int", "neg", "number", "once"})
_COUNTS = frozenset({"count", "count-if", "count-selected", "position", "score", "string-length", "days-between"})


class Currencies:
    """What is known of the money in one set of answers. ``values`` are the answers that count, by cell."""

    def __init__(self, definition: Definition, values: Mapping[str, Any], answers: Mapping[str, Any]):
        self.definition, self.values, self.answers = definition, values, answers
        self._found: dict[str, frozenset[str]] = {}
        self._columns: dict[str, frozenset[str]] = {}

    def of(self, item: Item, cell: str) -> str:
        """The currency of the calculation ``item`` in ``cell``; empty when it has none or nobody can be sure."""
        return _only(self._found[cell]) if self._sorts.get(item.id) == MONEY and cell in self._found else ""

    def of_total(self, item: Item) -> tuple[str, ...]:
        """The currencies in a column of calculations. Where there are several, their sum means nothing."""
        is_money = self._sorts.get(item.id) == MONEY
        return tuple(sorted(self._in_column(item.repeat or "", item.id))) if is_money else ()

    @cached_property
    def _sorts(self) -> dict[str, str]:
        """What each calculation comes to. Found on the way: the currencies that each one looks at, in every row."""
        sorts: dict[str, str] = {}
        if not any(item.kind == "money" for item in self.definition.items):
            return sorts
        for cell, value in self.values.items():
            if isinstance(value, Mapping) and value.get("currency"):
                self._found[cell] = frozenset({str(value["currency"])})
        nodes = (self.definition.by_id.get(key) for key in self.definition.order)  # each after those it depends on
        for item in nodes:
            if isinstance(item, Item) and item.kind == "calculate":
                sorts[item.id] = self._sort(item.calculation, sorts)
                for row in self._rows(item.repeat) if item.repeat else ("",):
                    self._found[_cell(item.id, row)] = frozenset(self._mentioned(item.calculation, row))
        return sorts

    # What sort of thing comes out

    def _sort(self, tree: Tree, known: Mapping[str, str]) -> str:
        if not isinstance(tree, list):
            is_number = isinstance(tree, (int, float)) and not isinstance(tree, bool)
            return PLAIN if is_number and tree else NOTHING if tree in ("", 0) else UNSURE
        operation, *branches = tree
        if operation in ("item", "row", "col"):
            return _sort_of_item(self.definition.by_id.get(tree[-1]), known)
        if operation in _ADDED:
            return _alike([self._sort(branch, known) for branch in branches])
        if operation in _KEPT:
            return self._sort(branches[0], known)
        if operation in _COUNTS:
            return PLAIN
        if operation == "if":
            return _alike([self._sort(branch, known) for branch in branches[1:]])
        if operation == "sum-if":
            return self._sort(branches[2], known)
        if operation in ("*", "div"):
            return _times([self._sort(branch, known) for branch in branches], is_division=operation == "div")
        return UNSURE

    # Which currencies it looks at

    def _mentioned(self, tree: Tree, row: str) -> Iterator[str]:
        if not isinstance(tree, list):
            return
        operation = tree[0]
        if operation in ("item", "row"):
            yield from self._found.get(_cell(tree[1], row if operation == "row" else ""), NONE)
        elif operation == "col":
            yield from self._in_column(tree[1], tree[2])
        elif operation in ("sum-if", "count-if"):
            for each in self._rows(tree[1][1]):
                for branch in tree[2:]:
                    yield from self._mentioned(branch, each)
        else:
            for branch in tree[1:]:
                yield from self._mentioned(branch, row)

    def _in_column(self, table: str, key: str) -> frozenset[str]:
        if key not in self._columns:
            cells = (self._found.get(_cell(key, row), NONE) for row in self._rows(table))
            self._columns[key] = NONE.union(*cells)
        return self._columns[key]

    def _rows(self, table: str) -> list[str]:
        rows = self.answers.get(table)
        return [f"{table}/{row.get(ROW)}" for row in rows if isinstance(row, Mapping)] if isinstance(rows, list) else []


def _sort_of_item(node: Any, known: Mapping[str, str]) -> str:
    if not isinstance(node, Item):
        return UNSURE
    if node.kind == "calculate":
        return known.get(node.id, UNSURE)
    return MONEY if node.kind == "money" else PLAIN if node.kind in _COUNTED else UNSURE


def _cell(key: str, row: str) -> str:
    return f"{row}/{key}" if row else key


def _only(found: frozenset[str]) -> str:
    return next(iter(found)) if len(found) == 1 else ""


def _alike(sorts: list[str]) -> str:
    """What comes of adding, comparing or choosing: nothing said is no objection, two sorts are."""
    found = set(sorts) - {NOTHING}
    return found.pop() if len(found) == 1 else UNSURE if found else NOTHING


def _times(sorts: list[str], *, is_division: bool) -> str:
    if UNSURE in sorts or NOTHING in sorts:
        return UNSURE
    if is_division and sorts[1] == MONEY:
        return PLAIN if sorts[0] == MONEY else UNSURE
    amounts = sorts.count(MONEY)
    return MONEY if amounts == 1 else UNSURE if amounts else PLAIN
