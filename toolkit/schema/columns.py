"""What a table says about its columns, kept in step when a column goes or comes back. Works on raw tools (parts.py)."""

from collections.abc import Mapping, Set
from typing import Any

from .bindings import takes
from .cells import ROW


def forget_columns(table: Any, left: Set[str], gone: Set[str]) -> None:
    """Take columns that went out of the total and the rows to begin with, and the source of a table that has no use
    for it with the columns that are left."""
    if "prefill" in table and not any(takes(table["prefill"], name) for name in left):
        del table["prefill"]
    if isinstance(table.get("rows"), list):
        table["rows"] = [_without(row, gone) for row in table["rows"]]
    if isinstance(table.get("totals"), list):
        table["totals"] = [name for name in table["totals"] if name not in gone]
        if not table["totals"]:
            del table["totals"]


def _without(row: Any, gone: Set[str]) -> Any:
    return {key: value for key, value in row.items() if key not in gone} if isinstance(row, Mapping) else row


def remember_column(table: Any, was: Mapping[str, Any], column: str) -> None:
    """Give a column that came back its place in the total, its values in the rows to begin with, and its source."""
    if takes(was.get("prefill"), column):
        table.setdefault("prefill", was["prefill"])
    if column in (was.get("totals") or ()):
        table["totals"] = [name for name in was["totals"] if name == column or name in (table.get("totals") or ())]
    known = {row[ROW]: row[column] for row in was.get("rows") or () if ROW in row and column in row}
    for row in table.get("rows") or ():
        if row.get(ROW) in known:
            row.setdefault(column, known[row[ROW]])
