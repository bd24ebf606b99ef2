"""A question gets another name: every expression, every list of names and the text of a document follow."""

import re
from collections.abc import Mapping
from typing import Any

from .bindings import takes
from .parts import Part, parts_of
from .spoken import Names, renamed

EXPRESSIONS = ("relevant", "required", "constraint", "choice_filter", "calculation")
_REFERENCE = re.compile(r"\$\{([^}]*)\}")


def rename_in(raw: dict[str, Any], name: str, new: str) -> None:
    """Carry the new name of the table or item ``name`` (an id) into all that speaks of it. Changes ``raw``."""
    parts, known = parts_of(raw), Names(raw)
    part = parts[name]
    if not known.is_meant(part):
        return
    old, table = part.name, parts.get(part.parent)
    column_of = table if table and table.sort == "table" else None
    for each in parts.values():
        for key in EXPRESSIONS:
            if isinstance(each.entry.get(key), str):
                swap = _Swap(parts, part, column_of, each, old, new)
                each.entry[key] = _REFERENCE.sub(swap, each.entry[key])  # type: ignore[index]
        if each.sort == "item":
            _rename_reference(each, part, column_of, old, new)
    if column_of:
        _rename_column(column_of.entry, old, new)
    if isinstance(raw.get("body"), dict):
        raw["body"] = {
            lang: renamed(text, known, part, new) if isinstance(text, str) else text
            for lang, text in raw["body"].items()
        }


class _Swap:
    """Rewrites one reference of the expression of ``place``, if it means the renamed part."""

    def __init__(self, parts: Mapping[str, Part], part: Part, column_of: Part | None, place: Part, old: str, new: str):
        self.part, self.column_of, self.old, self.new = part, column_of, old, new
        self.table = parts.get(place.parent) if place.sort == "item" else None
        self.table = self.table if self.table and self.table.sort == "table" else None
        self.columns = {child.name for child in parts.values() if self.table and child.parent == self.table.id}
        self.form = {
            each.name
            for each in parts.values()
            if each.sort in ("item", "table") and (each.parent not in parts or parts[each.parent].sort != "table")
        }

    def __call__(self, match: re.Match[str]) -> str:
        table, dot, name = match[1].rpartition(".")
        if self.column_of is None:
            if dot and table == self.old and self.part.sort == "table":
                return f"${{{self.new}.{name}}}"
            is_meant = not dot and name == self.old and self.old not in self.columns
        elif dot:
            is_meant = table == self.column_of.name and name == self.old
        elif self.table:
            own = self.table.id == self.column_of.id
            is_meant = name == self.old and (own or (self.old not in self.columns and self.old not in self.form))
        else:
            is_meant = name == self.old and self.old not in self.form
        if not is_meant:
            return match[0]
        return f"${{{table}{dot}{self.new}}}"


def rename_within(entry: dict[str, Any], new_names: Mapping[str, str]) -> None:
    """Give other names to what ``entry`` and the parts in it say of each other. Changes ``entry``."""

    def swap(match: re.Match[str]) -> str:
        return "${" + ".".join(new_names.get(part, part) for part in match[1].split(".")) + "}"

    for key in EXPRESSIONS:
        if isinstance(entry.get(key), str):
            entry[key] = _REFERENCE.sub(swap, entry[key])
    for key in ("rows_of", "label_from"):
        if key in entry:
            entry[key] = new_names.get(entry[key], entry[key])
    for old, new in new_names.items() if "repeat" in entry else ():
        _rename_column(entry, old, new)
    for child in entry.get("items") or ():
        if isinstance(child, dict):
            rename_within(child, new_names)


def _rename_reference(each: Part, part: Part, column_of: Part | None, old: str, new: str) -> None:
    entry: Any = each.entry
    if part.sort == "table" and entry.get("rows_of") == old:
        entry["rows_of"] = new
    if column_of and entry.get("rows_of") == column_of.name and entry.get("label_from") == old:
        entry["label_from"] = new


def _rename_column(table: Any, old: str, new: str) -> None:
    """What the table says of its column follows; a source that only this column took from goes with the old name."""
    kept = {each.get("name") for each in table.get("items") or () if isinstance(each, dict)} - {old}
    if takes(table.get("prefill"), old) and not any(takes(table["prefill"], name) for name in {*kept, new}):
        del table["prefill"]
    if isinstance(table.get("totals"), list):
        table["totals"] = [new if name == old else name for name in table["totals"]]
    if isinstance(table.get("rows"), list):
        table["rows"] = [
            {new if key == old else key: value for key, value in row.items()} if isinstance(row, dict) else row
            for row in table["rows"]
        ]


def names_used(text: str) -> set[str]:
    """The names an expression speaks of: ``days``; of ``${costs.amount}`` both ``costs`` and ``amount``."""
    found = set()
    for match in _REFERENCE.finditer(text):
        found.update(part for part in match[1].split(".") if part)
    return found
