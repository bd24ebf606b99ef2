"""Changes to a tool as it is written, one at a time. Each gives a new raw tool and leaves the old one alone.

Drafts may be faulty, so nothing here asks whether the outcome is sound: ``parse`` does. What cannot be done at all is
an EditError. Parts are named as in parts.py.
"""

import secrets
from collections.abc import Mapping, Sequence
from copy import deepcopy
from typing import Any

from .columns import forget_columns
from .names import rename_in, rename_within
from .parts import FORM, TOOL, Part, node_id, parts_of, sort_of
from .words import Message, _

Raw = dict[str, Any]
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
_PREFIX = {"table": "r_", "calculate": "c_", "note": "n_"}


class EditError(ValueError):
    """A change that cannot be made, with a sentence that says why."""

    def __init__(self, message: Message):
        self.message = message
        super().__init__(message)


def new_tool(slug: str, *, section: str, kind: str, title: str, language: str) -> Raw:
    """A tool to begin with: what a draft cannot do without, and no question yet."""
    raw = {"tool": slug, "section": section, "kind": kind, "title": {language: title}, "purpose": {language: ""}}
    return raw | {"languages": [language], "choices": {}, "form": []}


def add_part(
    raw: Mapping[str, Any], sort: str, *, parent: str = FORM, after: str = "", kind: str = "text", label: str = ""
) -> tuple[Raw, str]:
    """A new group, table or item of ``kind`` in ``parent``, after the part ``after`` or at the end; and its id."""
    tool = deepcopy(dict(raw))
    siblings = _siblings(tool, parent)
    _check_place(sort, parent, tool)
    language = (tool.get("languages") or ["en"])[0]
    entry = _new_entry(tool, sort, kind, {language: label} if label else {})
    at = next((n + 1 for n, each in enumerate(siblings) if node_id(each) == after), len(siblings))
    siblings.insert(at, entry)
    if kind in ("select_one", "select_multiple") and sort == "item":
        _give_list(tool, entry, kind, language)
    return tool, node_id(entry)


def copy_part(raw: Mapping[str, Any], name: str) -> tuple[Raw, str]:
    """The same part once more, behind the first, with ids and names of its own; and its id."""
    tool = deepcopy(dict(raw))
    entry, siblings = _found(tool, name)
    twin = deepcopy(entry)
    _rename_copy(twin, {part.name for part in parts_of(tool).values()})
    siblings.insert(siblings.index(entry) + 1, twin)
    return tool, node_id(twin)


def delete_part(raw: Mapping[str, Any], name: str) -> Raw:
    """Without the part and all in it; a table forgets what it said of a column that goes."""
    tool = deepcopy(dict(raw))
    entry, siblings = _found(tool, name)
    siblings.remove(entry)
    _forget(tool, parts_of(raw)[name], siblings)
    return tool


def move_part(raw: Mapping[str, Any], name: str, *, step: int) -> Raw:
    """One place up (-1) or down (1); past the edge of a group into the one before or behind it."""
    tool = deepcopy(dict(raw))
    entry, siblings = _found(tool, name)
    at = siblings.index(entry)
    if 0 <= at + step < len(siblings):
        neighbour = siblings[at + step]
        siblings.pop(at)
        if "group" in neighbour and "group" not in entry:  # a lone question goes into the group beside it
            inside = neighbour.setdefault("items", [])
            inside.insert(0 if step > 0 else len(inside), entry)
        else:
            siblings.insert(at + step, entry)
        return tool
    parent = parts_of(tool)[name].parent
    if not parent.startswith("g_"):
        raise EditError(_("This already stands at the edge."))
    groups = tool["form"]
    place = next(n for n, each in enumerate(groups) if node_id(each) == parent) + step
    siblings.pop(at)
    if 0 <= place < len(groups) and "group" in groups[place]:
        inside = groups[place].setdefault("items", [])
        inside.insert(0 if step > 0 else len(inside), entry)
    else:
        groups.insert(max(place if step > 0 else place + 1, 0), entry)
    return tool


def move_to(raw: Mapping[str, Any], name: str, *, parent: str, before: str = "") -> Raw:
    """Into ``parent``, before ``before`` or at its end; a table forgets what it said of a column that leaves it."""
    tool = deepcopy(dict(raw))
    entry, siblings = _found(tool, name)
    if parent == name or before == name:
        return tool
    _check_place(sort_of(entry), parent, tool)
    target = _siblings(tool, parent)
    siblings.remove(entry)
    if target is not siblings:
        _forget(tool, parts_of(raw)[name], siblings)
    at = next((n for n, each in enumerate(target) if node_id(each) == before), len(target))
    target.insert(at, entry)
    return tool


def set_properties(raw: Mapping[str, Any], name: str, values: Mapping[str, Any]) -> Raw:
    """``values`` on a part; None takes a property away. A new name is carried into every expression and the text."""
    tool = deepcopy(dict(raw))
    entry = tool if name == TOOL else _found(tool, name)[0]
    key = {"group": "group", "table": "repeat"}.get(sort_of(entry), "name")
    new_name = values.get(key)
    if name != TOOL and new_name and new_name != entry.get(key):
        if sort_of(entry) != "group":
            rename_in(tool, name, new_name)
        entry[key] = new_name
    for each, value in values.items():
        if each != key or name == TOOL:
            _set(entry, each, value)
    return tool


def set_choices(raw: Mapping[str, Any], list_name: str, choices: Sequence[Mapping[str, Any]] | None) -> Raw:
    """The choices of one list, which may be new; None takes the list away."""
    tool = deepcopy(dict(raw))
    lists = dict(tool.get("choices") or {})
    if choices is None:
        if users := users_of_list(raw, list_name):
            raise EditError(_("The list is still used by “%(name)s”.", name=users[0]))
        lists.pop(list_name, None)
    else:
        lists[list_name] = [dict(choice) for choice in choices]
    tool["choices"] = lists
    return tool


def users_of_list(raw: Mapping[str, Any], list_name: str) -> list[str]:
    """The names of the questions that choose from a list."""
    wanted = (f"select_one {list_name}", f"select_multiple {list_name}")
    return [part.name for part in parts_of(raw).values() if part.entry.get("type") in wanted]


def fresh_name(stem: str, taken: set[str]) -> str:
    """``stem``, or with the first number behind it that is not taken."""
    number = 2
    name = stem
    while name in taken:
        name = f"{stem[:55]}_{number}"
        number += 1
    return name


def _set(entry: Any, key: str, value: Any) -> None:
    if value is None:
        entry.pop(key, None)
    else:
        entry[key] = value


def _found(tool: Raw, name: str) -> tuple[dict[str, Any], list[Any]]:
    """A part's entry and the list it stands in."""
    part = parts_of(tool).get(name)
    if part is None or part.sort not in ("group", "table", "item"):
        raise EditError(_("There is no part “%(name)s” any more.", name=name[:60]))
    return part.entry, _siblings(tool, part.parent)  # type: ignore[return-value]


def _forget(tool: Raw, column: Part, left: Sequence[Any]) -> None:
    """Have the table, if it is one, forget ``column``, which left it with the columns of ``left``."""
    table = parts_of(tool).get(column.parent)
    if table and table.sort == "table":
        names = {str(each.get("name", "")) for each in left if isinstance(each, Mapping)}
        forget_columns(table.entry, names, {column.name})


def _siblings(tool: Raw, parent: str) -> list[Any]:
    if parent == FORM:
        if not isinstance(tool.get("form"), list):
            tool["form"] = []
        return tool["form"]
    part = parts_of(tool).get(parent)
    if part is None or part.sort not in ("group", "table"):
        raise EditError(_("There is no part “%(name)s” any more.", name=parent[:60]))
    if not isinstance(part.entry.get("items"), list):
        part.entry["items"] = []  # type: ignore[index]
    return part.entry["items"]


def _check_place(sort: str, parent: str, tool: Raw) -> None:
    place = parts_of(tool).get(parent)
    if place is None and parent != FORM:
        raise EditError(_("There is no part “%(name)s” any more.", name=parent[:60]))
    inside = place.sort if place else FORM
    if sort == "group" and inside != FORM:
        raise EditError(_("A group may not stand in another group."))
    if sort == "table" and inside == "table":
        raise EditError(_("A table may not stand in another table."))


def _new_entry(tool: Raw, sort: str, kind: str, label: dict[str, str]) -> dict[str, Any]:
    taken = {part.name for part in parts_of(tool).values()}
    if sort == "group":
        return {"group": fresh_name("section", taken), "label": label, "items": []}
    if sort == "table":
        name = fresh_name("table", taken)
        return {"repeat": name, "id": new_id("r_"), "label": label, "items": []}
    name = fresh_name("note" if kind == "note" else "total" if kind == "calculate" else "question", taken)
    return {"id": new_id(_PREFIX.get(kind, "f_")), "name": name, "type": kind, "label": label}


def _give_list(tool: Raw, entry: dict[str, Any], kind: str, language: str) -> None:
    lists = tool.get("choices") if isinstance(tool.get("choices"), dict) else {}
    name = fresh_name(f"{entry['name']}_choices", set(lists))
    choice = {"name": "choice_1", "label": {language: ""}}
    tool["choices"] = {**lists, name: [choice]}
    entry["type"] = f"{kind} {name}"


def _rename_copy(twin: dict[str, Any], taken: set[str]) -> None:
    """New ids and names for a copy and all in it; what its parts said of each other they say of the copies."""
    new_names: dict[str, str] = {}
    waiting = [twin]
    while waiting:
        entry = waiting.pop()
        key = {"group": "group", "table": "repeat"}.get(sort_of(entry), "name")
        old = str(entry.get(key, "question"))
        entry[key] = new_names[old] = fresh_name(old, taken)
        taken.add(entry[key])
        if "id" in entry:
            entry["id"] = new_id(entry["id"][:2])
        waiting += [child for child in entry.get("items") or () if isinstance(child, dict)]
    rename_within(twin, new_names)


def new_id(prefix: str) -> str:
    return prefix + "".join(secrets.choice(_ALPHABET) for _n in range(8))
