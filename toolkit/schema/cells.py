"""Cells: the smallest things people write, each with a key of its own.

``f_x`` is an answer of the form, ``r_x/<row id>/f_y`` one in a table, ``r_x/<row id>`` a row.
"""

import re
import secrets
import string
from collections.abc import Mapping
from typing import Any, NamedTuple

ROW = "_row"
ROW_ID = re.compile(r"[a-z0-9]{6,12}")
_KEY = re.compile(r"(?:(r_[a-z0-9_]{1,60})/([a-z0-9]{6,12}))?/?([fcn]_[a-z0-9_]{1,60})?")
_ALPHABET = string.ascii_lowercase + string.digits


class Cell(NamedTuple):
    """The parts of a cell key; ``item`` is None for a row, ``row`` and ``repeat`` for the form."""

    item: str | None
    repeat: str | None = None
    row: str | None = None

    def __str__(self):
        return "/".join(part for part in (self.repeat, self.row, self.item) if part)


def new_row_id() -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(8))


def parse_cell(key: str) -> Cell:
    """The parts of ``key``, or ValueError when it is no cell key."""
    match = _KEY.fullmatch(key)
    cell = Cell(match[3], match[1], match[2]) if match else None
    if not key or cell is None or str(cell) != key:
        raise ValueError(f"{key!r} is not a cell key")
    return cell


def _rows(answers: Mapping[str, Any], repeat: str) -> list[Mapping[str, Any]]:
    rows = answers.get(repeat)
    if not isinstance(rows, list):
        return []
    return [row for row in rows if isinstance(row, Mapping) and isinstance(row.get(ROW), str)]


def get_cell(answers: Mapping[str, Any], key: str) -> Any:
    """The value of a cell; a row's answers (without its id) for a row; None when there is none."""
    cell = parse_cell(key)
    if cell.row is None:
        return answers.get(cell.item)
    for row in _rows(answers, cell.repeat):
        if row[ROW] == cell.row:
            if cell.item is None:
                return {name: value for name, value in row.items() if name != ROW}
            return row.get(cell.item)
    return None


def set_cell(answers: Mapping[str, Any], key: str, value: Any) -> dict[str, Any]:
    """New answers in which ``key`` holds ``value``; None clears it, and for a row removes it.

    A row is set to its answers (``{}`` for an empty row). A cell of a row that is not there yet
    adds the row at the end, for a page may send its cells in any order.
    """
    cell = parse_cell(key)
    new = dict(answers)
    if cell.row is None:
        _put(new, cell.item, value)
        return new
    rows = [dict(row) for row in _rows(answers, cell.repeat)]
    at = next((n for n, row in enumerate(rows) if row[ROW] == cell.row), None)
    if value is None and at is None:
        return new
    if cell.item is None and value is None:
        del rows[at]
    else:
        if at is None:
            rows.append({ROW: cell.row})
            at = len(rows) - 1
        if cell.item is None:
            rows[at] = {ROW: cell.row, **value}
        else:
            _put(rows[at], cell.item, value)
    _put(new, cell.repeat, rows or None)
    return new


def _put(target: dict[str, Any], key: str, value: Any) -> None:
    if value is None:
        target.pop(key, None)
    else:
        target[key] = value


def flatten(answers: Mapping[str, Any]) -> dict[str, Any]:
    """Every cell and its value, in order. A row comes before its cells, with the value ``{}``.

    ``set_cell`` for each of them, in this order, gives the same answers back.
    """
    cells: dict[str, Any] = {}
    for key, value in answers.items():
        if not key.startswith("r_"):
            cells[key] = value
            continue
        for row in _rows(answers, key):
            cells[f"{key}/{row[ROW]}"] = {}
            for name, cell in row.items():
                if name != ROW:
                    cells[f"{key}/{row[ROW]}/{name}"] = cell
    return cells
