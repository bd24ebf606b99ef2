"""Answers carried from one version of a tool to another, by the ids of questions."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from .answers import clean_value
from .cells import ROW, flatten
from .definition import Definition, Item, Repeat
from .errors import AnswerError

# Kinds whose answers name choices, which may be gone; any other answer of an unchanged kind stays as it is
CHOOSING = ("select_one", "select_multiple")
GONE, UNFIT, CHOICE, ROWS = "gone", "unfit", "choice", "rows"


@dataclass(frozen=True, kw_only=True)
class Lost:
    """An answer that the other version has no place for.

    ``why``: the question is ``gone``, asks for something else (``unfit``), no longer offers that ``choice``, or the
    ``rows`` of its table are now given. ``node`` is the question, or the table of a row, as the old version has it.
    """

    cell: str
    node: Item | Repeat | None
    value: Any
    why: str


@dataclass(kw_only=True)
class Carried:
    """``answers`` to the new version. ``lost`` is what did not come along, ``rewritten`` what came in another shape,
    ``added`` the given rows of tables that the old version did not have; all by cells."""

    answers: dict[str, Any] = field(default_factory=dict)
    lost: list[Lost] = field(default_factory=list)
    rewritten: dict[str, Any] = field(default_factory=dict)
    added: dict[str, Any] = field(default_factory=dict)


def carry(old: Definition, new: Definition, answers: Mapping[str, Any]) -> Carried:
    """``answers`` to ``old`` as answers to ``new``."""
    carried = Carried()
    for key, value in answers.items():
        if isinstance(value, list) and key.startswith("r_"):
            _table(old, new, key, value, carried)
            continue
        item = new.by_id.get(key)
        fitted = _fitted(old, new, key, item if isinstance(item, Item) and not item.repeat else None, value, carried)
        if fitted is not None:
            carried.answers[key] = fitted
    for table in new.repeats:
        if table.fixed:
            _seed(table, carried)
    return carried


def at_risk(old: Definition, new: Definition) -> frozenset[str]:
    """The questions and tables of ``old`` of which some answer may have no place in ``new``, by the keys of answers.

    What carry() does with all other answers is known without looking at them: they come along.
    """
    items = (item for item in old.items if item.repeat is None and _may_lose(old, new, item))
    tables = (table for table in old.repeats if _may_lose_rows(old, new, table))
    return frozenset(node.id for node in (*items, *tables))


def _may_lose(old: Definition, new: Definition, item: Item) -> bool:
    now = new.by_id.get(item.id)
    if item.kind in ("note", "calculate"):
        return False
    if not isinstance(now, Item) or now.repeat != item.repeat:
        return True
    if now.kind != item.kind:
        return now.kind != "calculate"
    return item.kind in CHOOSING and not _offered(old, item) <= _offered(new, now)


def _may_lose_rows(old: Definition, new: Definition, table: Repeat) -> bool:
    now = new.by_id.get(table.id)
    if not isinstance(now, Repeat):
        return True
    given = {row[ROW] for row in table.rows} if table.fixed else None
    is_narrower = now.fixed and (given is None or not given <= {row[ROW] for row in now.rows})
    return is_narrower or any(_may_lose(old, new, item) for item in table.items)


def _offered(form: Definition, item: Item) -> set[str]:
    return {choice.name for choice in form.lists.get(item.list or "", ())}


def newly_required(old: Definition, new: Definition, answers: Mapping[str, Any]) -> list[Item]:
    """The questions that ``new`` asks for and ``old`` did not, as far as ``answers`` holds no answer to them."""
    found = []
    for item in new.items:
        was = old.by_id.get(item.id)
        if item.required and not (isinstance(was, Item) and was.required) and item.id not in answers:
            found.append(item)
    return found


def _table(old: Definition, new: Definition, key: str, rows: list[Any], carried: Carried) -> None:
    table = new.by_id.get(key)
    columns = {item.id: item for item in table.items} if isinstance(table, Repeat) else {}
    given = {row[ROW] for row in table.rows} if isinstance(table, Repeat) and table.fixed else None
    kept = []
    for row in rows:
        if not isinstance(row, Mapping) or not isinstance(row.get(ROW), str):
            continue
        cell = f"{key}/{row[ROW]}"
        if not isinstance(table, Repeat) or (given is not None and row[ROW] not in given):
            why = ROWS if isinstance(table, Repeat) else GONE
            value = {name: each for name, each in row.items() if name != ROW}
            carried.lost.append(Lost(cell=cell, node=_node(old, key), value=value, why=why))
            continue
        fitted = {
            name: _fitted(old, new, f"{cell}/{name}", columns.get(name), value, carried)
            for name, value in row.items()
            if name != ROW
        }
        kept.append({ROW: row[ROW], **{name: value for name, value in fitted.items() if value is not None}})
    if kept:
        carried.answers[key] = kept


def _seed(table: Repeat, carried: Carried) -> None:
    """The rows that people only fill in are those of the new version, in its order."""
    there = {row[ROW]: row for row in carried.answers.get(table.id, ())}
    rows = [there.get(row[ROW]) or dict(row) for row in table.rows]
    fresh = [row for row in rows if row[ROW] not in there]
    if rows:
        carried.answers[table.id] = rows
        carried.added.update(flatten({table.id: fresh}))


def _fitted(old: Definition, new: Definition, cell: str, item: Item | None, value: Any, carried: Carried) -> Any:
    """``value`` as ``item`` of the new version keeps it; None, and told, when it has no place there."""
    was = _node(old, cell.rpartition("/")[2])
    if item is None or item.kind == "note":
        carried.lost.append(Lost(cell=cell, node=was, value=value, why=GONE))
        return None
    if item.kind == "calculate" or (was and was.kind == item.kind and item.kind not in CHOOSING):
        return value
    if item.kind == "select_multiple" and isinstance(value, list):
        return _still_offered(new, cell, item, was, value, carried)
    for shape in _shapes(item, value):
        try:
            fitted = clean_value(item, shape, definition=new)
        except AnswerError:
            continue
        if fitted is not None:
            if fitted != value:
                carried.rewritten[cell] = fitted
            return fitted
    why = CHOICE if was and was.kind == item.kind else UNFIT
    carried.lost.append(Lost(cell=cell, node=was, value=value, why=why))
    return None


def _shapes(item: Item, value: Any) -> Iterator[Any]:
    """How ``value`` may be read by a question of another kind: as it is, as it is typed, as the only one picked."""
    yield value
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        yield str(value)
    if item.kind == "select_multiple" and isinstance(value, str):
        yield [value]


def _still_offered(
    new: Definition, cell: str, item: Item, was: Item | None, value: list[Any], carried: Carried
) -> list[Any] | None:
    """The picked choices that are still on the list."""
    offered = _offered(new, item)
    kept = [name for name in value if name in offered]
    if gone := [name for name in value if name not in offered]:
        carried.lost.append(Lost(cell=cell, node=was, value=gone, why=CHOICE))
        if kept:
            carried.rewritten[cell] = kept
    return kept or None


def _node(form: Definition, key: str) -> Any:
    return form.by_id.get(key)
