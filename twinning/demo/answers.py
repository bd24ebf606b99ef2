"""Answers of the demonstration world, as its files write them, turned into cells that ``save_answers`` takes."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

from toolkit.models import Response
from toolkit.schema.cells import new_row_id
from toolkit.schema.definition import Definition, Item, Repeat

DAY = re.compile(r"day([+-]\d+)")


def dated(value: Any, today: date) -> Any:
    """``value`` with every ``day-30`` in it turned into that day's date, so that the world is never out of date."""
    if isinstance(value, dict):
        return {key: dated(inner, today) for key, inner in value.items()}
    if isinstance(value, list):
        return [dated(inner, today) for inner in value]
    if isinstance(value, str):
        return DAY.sub(lambda found: (today + timedelta(days=int(found[1]))).isoformat(), value)
    return value


def cells_of(response: Response, answers: dict[str, Any]) -> dict[str, Any]:
    """``{name: value}`` as ``{cell: raw value}``.

    A table is a list of new rows, or a mapping from a row that is there (its id, or its place counted from 1) to what
    is written in it.
    """
    form = response.document.version.form
    names = {node.name: node for node in form.by_id.values() if isinstance(node, Repeat) or node.repeat is None}
    cells: dict[str, Any] = {}
    rows = {repeat.id: [row["_row"] for row in response.answers.get(repeat.id, ())] for repeat in form.repeats}
    for name, value in answers.items():
        node = names[name]
        if isinstance(node, Repeat):
            cells |= _table(node, value, rows, form)
        else:
            cells[node.id] = _raw(node, value, rows, form)
    return cells


def _table(repeat: Repeat, value: Any, rows: dict[str, list[str]], form: Definition) -> dict[str, Any]:
    items = {item.name: item for item in repeat.items}
    if isinstance(value, list):
        fresh = [new_row_id() for _row in value]
        rows[repeat.id] = rows[repeat.id] + fresh
        written = dict(zip(fresh, value, strict=True))
    else:
        written = {key if isinstance(key, str) else rows[repeat.id][key - 1]: row for key, row in value.items()}
    return {
        f"{repeat.id}/{row_id}/{items[name].id}": _raw(items[name], raw, rows, form)
        for row_id, row in written.items()
        for name, raw in row.items()
    }


def _raw(item: Item, value: Any, rows: dict[str, list[str]], form: Definition) -> Any:
    """Kinds of several parts are written in one line in the files."""
    if item.kind == "money" and isinstance(value, str):
        amount, currency = value.split()
        return {"amount": amount, "currency": currency}
    if item.kind == "signature":
        name, title, organization, on = (part.strip() for part in value.split("|"))
        return {"name": name, "title": title, "organization": organization, "on": on, "agreed": True}
    if item.kind == "check":
        state, _space, on = value.partition(" ")
        return {"state": state, "on": on}
    if item.kind == "reference" and item.of == "rows":
        place, text = value.split("|")
        target = next(repeat for repeat in form.repeats if repeat.name == item.rows_of)
        return {"text": text.strip(), "ref": f"row:{rows[target.id][int(place) - 1]}"}
    return value
