"""Invented answers to a form, so that its texts can be looked at before anybody has filled it in."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from .cells import ROW
from .definition import Definition, Item, tr
from .reach import offers

# Kinds that say more when the answer repeats what was asked
_WORDS = frozenset({"text", "long_text", "reference"})
_PICKED = frozenset({"select_one", "select_multiple", "yes_no", "country", "language", "check"})
N_ROWS = 2


def sample_answers(form: Definition, *, lang: str, today: dt.date) -> dict[str, Any]:
    """An answer to every question, two rows in every table that has none of its own."""
    found: dict[str, Any] = {}
    for item in form.items:
        if item.repeat is None:
            _put(found, form, item, lang, today, at=1)
    for table in form.repeats:
        rows = [dict(row) for row in table.rows] or [{ROW: f"sample{n:02}"} for n in range(1, N_ROWS + 1)]
        for at, row in enumerate(rows, start=1):
            for item in table.items:
                if item.id not in row:
                    _put(row, form, item, lang, today, at=at)
        found[table.id] = rows
    return found


def _put(target: dict[str, Any], form: Definition, item: Item, lang: str, today: dt.date, *, at: int) -> None:
    if item.kind in ("calculate", "note"):
        return
    if item.default is not None:
        target[item.id] = item.default
        return
    if item.kind in _WORDS:
        words = f"[{tr(item.label, lang)}]"
        target[item.id] = {"text": words, "ref": None} if item.kind == "reference" else words
        return
    constants: set[Any] = {item.min} if item.min is not None else {10}
    known = [value for value in offers(form, item, constants, today) if value is not None]
    if known:
        # The first choices in turn; of numbers and days those that are not on the edge
        target[item.id] = known[(at - 1) % len(known)] if item.kind in _PICKED else known[min(at + 1, len(known) - 1)]


def merged(example: Mapping[str, Any], form: Definition) -> dict[str, Any]:
    """The answers of a worked example that the form still has a question for."""
    return {key: value for key, value in example.items() if key in form.by_id}
