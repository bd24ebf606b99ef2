"""A tool read from a foreign form, freed of what our language refuses: part by part, each with a note."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from toolkit.exchange.refusals import ImportRefused, RowNote
from toolkit.exchange.xlsform_sheets import Line
from toolkit.schema.definition import Definition
from toolkit.schema.errors import Problem, SchemaError
from toolkit.schema.names import EXPRESSIONS, names_used
from toolkit.schema.parsing import parse
from toolkit.schema.words import _

ROUNDS = 10
_STEP = re.compile(r"\[([0-9]+)\]|([^.\[\]]+)")
# What an entry cannot do without
_NEEDED = frozenset({"id", "name", "type", "label", "repeat", "group", "items", "calculation"})


def settle(raw: dict[str, Any], lines: dict[int, Line], notes: list[RowNote]) -> Definition:
    """Take out of ``raw`` what ``parse`` refuses, with a note for its row. ImportRefused if nothing helps."""
    n_before = len(notes)
    for _round in range(ROUNDS):
        try:
            return parse(raw)
        except SchemaError as error:
            changed: set[int] = set()
            for problem in error.problems:
                _mend(raw, problem, lines, notes, changed)
            if not changed:
                raise ImportRefused(error.problems[0].message) from None
            _sweep(raw, lines, notes)
            if not raw["form"] and raw["kind"] != "guide":
                raise _nothing_left(notes[n_before:]) from None
    raise ImportRefused(_("This form holds too much that cannot be understood here."))


def _nothing_left(notes: list[RowNote]) -> ImportRefused:
    """What fell first took the rest with it, so that is the reason and the place."""
    if not notes:
        return ImportRefused(_("This form holds no question that can be understood here."))
    first = notes[0]
    return ImportRefused(
        _(
            "No question of this form can be kept. It begins in row %(row)d of the sheet “%(sheet)s”: %(why)s",
            row=first.row,
            sheet=first.sheet,
            why=first.message,
        )
    )


def _mend(
    raw: dict[str, Any], problem: Problem, lines: dict[int, Line], notes: list[RowNote], changed: set[int]
) -> None:
    """Take away the key a problem is about, or the whole entry where it needs that key."""
    path = [int(number) if number else word for number, word in _STEP.findall(problem.path)]
    chain: list[Any] = [raw]
    for step in path:
        try:
            chain.append(chain[-1][step])
        except (KeyError, IndexError, TypeError):
            break
    at = next((n for n in range(len(chain) - 1, -1, -1) if id(chain[n]) in lines), None)
    if at is None:
        _mend_tool(raw, path, problem, notes, changed)
        return
    entry, line = chain[at], lines[id(chain[at])]
    if id(entry) in changed:
        return
    changed.add(id(entry))
    key = path[at] if at < len(path) else ""
    if not key:  # a circle, in which a condition around it may have its part
        around = (each for each in reversed(chain[: at + 1]) if id(each) in lines and "relevant" in each)
        if (conditional := next(around, None)) is not None:
            entry, line, key = conditional, lines[id(conditional)], "relevant"
            changed.add(id(entry))
    if not key or key in _NEEDED:
        notes.append(RowNote(line.sheet, line.row, _("Left out: %(why)s", why=problem.message)))
        entry["left out"] = True
        return
    entry.pop(key, None)
    if key == "constraint" and not {"min", "max"} & entry.keys():
        entry.pop("constraint_message", None)
    notes.append(RowNote(line.sheet, line.row, _("“%(key)s” is left out: %(why)s", key=key, why=problem.message)))


def _mend_tool(raw: dict[str, Any], path: list[Any], problem: Problem, notes: list[RowNote], changed: set[int]) -> None:
    key = path[0] if path else ""
    if key == "choices" and len(path) > 1 and raw["choices"].pop(path[1], None) is not None:
        changed.add(id(raw))
        notes.append(RowNote("choices", 0, _("“%(key)s” is left out: %(why)s", key=path[1], why=problem.message)))
    elif key in raw and key not in ("tool", "section", "kind", "title", "purpose", "languages", "form", "choices"):
        changed.add(id(raw))
        raw.pop(key)
        notes.append(RowNote("survey", 0, _("“%(key)s” is left out: %(why)s", key=key, why=problem.message)))


def _sweep(raw: dict[str, Any], lines: dict[int, Line], notes: list[RowNote]) -> None:
    """Take away the entries that are left out, all that asks for them, and groups and tables with nothing in them."""
    asking: dict[str, list[tuple[dict[str, Any], str]]] = {}
    for entry in _entries(raw["form"]):
        for key in EXPRESSIONS:
            for name in sorted(names_used(entry[key])) if isinstance(entry.get(key), str) else ():
                asking.setdefault(name, []).append((entry, key))
    gone = [_name(entry) for entry in _entries(raw["form"]) if "left out" in entry]
    while gone:
        name = gone.pop()
        for entry, key in asking.pop(name, ()):
            gone += _forget(entry, key, name, lines[id(entry)], notes)
    raw["form"] = _kept(raw["form"], lines, notes)


def _entries(entries: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for entry in entries:
        yield entry
        yield from _entries(entry.get("items", []))


def _name(entry: dict[str, Any]) -> str:
    return str(entry.get("repeat") or entry.get("name") or "")


def _forget(entry: dict[str, Any], key: str, name: str, line: Line, notes: list[RowNote]) -> Iterator[str]:
    """Leave out an expression that asks for what is gone; and the entry, if it was that expression that made it."""
    if key not in entry or "left out" in entry:
        return
    why = _("it asks for “%(name)s”, which is not here.", name=name)
    if key == "calculation":
        entry["left out"] = True
        notes.append(RowNote(line.sheet, line.row, _("Left out: %(why)s", why=why)))
        yield _name(entry)
    else:
        del entry[key]
        notes.append(RowNote(line.sheet, line.row, _("“%(key)s” is left out: %(why)s", key=key, why=why)))
    if "constraint" not in entry and not {"min", "max"} & entry.keys():
        entry.pop("constraint_message", None)


def _kept(entries: list[dict[str, Any]], lines: dict[int, Line], notes: list[RowNote]) -> list[dict[str, Any]]:
    found = []
    for entry in entries:
        if entry.pop("left out", False):
            continue
        if "items" in entry:
            entry["items"] = _kept(entry["items"], lines, notes)
            if not entry["items"]:
                line = lines[id(entry)]
                notes.append(RowNote(line.sheet, line.row, _("Left out: nothing in it could be kept.")))
                continue
        found.append(entry)
    return found
