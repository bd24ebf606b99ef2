"""What a browser sent, as cells and raw values. Nothing is judged here; ``save_answers`` judges.

Names in the page are cell keys; a part of an answer stands behind a colon: ``f_cost:amount``. A table sends the ids of
its rows as ``r_x:row``. What an empty page cannot send (unticked boxes) is told by ``<cell>:shown``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import TooManyFieldsSent
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from toolkit.permissions import Writer
from toolkit.schema.cells import ROW_ID
from toolkit.schema.definition import Definition, Item, Repeat
from toolkit.schema.structure import MAX_ROWS

PARTS = {
    "money": ("amount", "currency"),
    "datetime": ("at", "zone"),
    "signature": ("name", "title", "organization", "on", "agreed"),
    "check": ("state", "on", "note"),
}
# The part without which the others say nothing: a currency without an amount is not an answer.
LEADING = {"money": "amount", "datetime": "at"}
FILES = ("file", "image")
SILENT = ("calculate", "note")


@dataclass(kw_only=True)
class Posted:
    """``changes``: ``{cell: raw}``, None for emptied. ``rows``: ``{repeat id: [row ids as sent]}``."""

    changes: dict[str, Any] = field(default_factory=dict)
    seen: dict[str, int] = field(default_factory=dict)
    rows: dict[str, list[str]] = field(default_factory=dict)
    removed: set[str] = field(default_factory=set)
    uploads: dict[str, list[UploadedFile]] = field(default_factory=dict)
    dropped: dict[str, set[str]] = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)
    key: str = ""
    is_whole: bool = False


def read_post(
    form: Definition,
    data: QueryDict,
    files: MultiValueDict,
    *,
    writer: Writer,
    references: Mapping[str, list[tuple[str, str]]],
) -> Posted:
    """Every cell of ``form`` that ``writer`` may write and the page showed; ``references`` as in forms/options.py."""
    posted = Posted(key=data.get("_key", "")[:64], is_whole=data.get("_end") == "1", seen=_seen(data.get("_seen", "")))
    used: set[str] = set()
    for node in form.by_id.values():
        if isinstance(node, Repeat):
            _read_table(posted, node, data, files, writer, references, used)
        elif node.repeat is None:
            _read_cell(posted, node.id, node, data, files, writer, references, used)
    posted.unknown = sorted(
        name for name in {*data, *files} - used if not name.startswith("_") and name != "csrfmiddlewaretoken"
    )
    return posted


def _seen(text: str) -> dict[str, int]:
    try:
        seen = json.loads(text or "{}")
    except (ValueError, RecursionError):
        return {}
    if not isinstance(seen, dict):
        return {}
    return {str(cell): rev for cell, rev in seen.items() if isinstance(rev, int) and not isinstance(rev, bool)}


def _read_table(posted, repeat: Repeat, data, files, writer, references, used: set[str]) -> None:
    used.add(f"{repeat.id}:row")
    if not any(writer.may_write(item.side) for item in repeat.items):
        return
    rows = list(dict.fromkeys(row for row in data.getlist(f"{repeat.id}:row") if ROW_ID.fullmatch(row)))
    if len(rows) > MAX_ROWS:
        # No page of ours sends so many: refused before a cell is looked at, like a post with too many fields.
        raise TooManyFieldsSent
    posted.rows[repeat.id] = rows
    for row in rows:
        place = f"{repeat.id}/{row}"
        used.add(f"{place}:remove")
        if data.get(f"{place}:remove") and writer.may_write(repeat.side):
            posted.removed.add(place)
            posted.changes[place] = None
        for item in repeat.items:
            _read_cell(posted, f"{place}/{item.id}", item, data, files, writer, references, used)
    for place in posted.removed:
        for sent in (posted.changes, posted.uploads, posted.dropped):
            for cell in [cell for cell in sent if cell.startswith(f"{place}/")]:
                del sent[cell]


def _read_cell(posted, cell: str, item: Item, data, files, writer, references, used: set[str]) -> None:
    names = {cell, f"{cell}:shown", *(f"{cell}:{part}" for part in (*PARTS.get(item.kind, ()), "drop", "ref"))}
    used |= names
    if item.kind in SILENT or item.readonly or not writer.may_write(item.side):
        return
    if item.kind in FILES:
        uploads, dropped = files.getlist(cell), set(data.getlist(f"{cell}:drop"))
        if uploads:
            posted.uploads[cell] = uploads
        if dropped:
            posted.dropped[cell] = dropped
        return
    if any(name in data for name in names):
        posted.changes[cell] = _raw(cell, item, data, references)


def _raw(cell: str, item: Item, data: QueryDict, references) -> Any:
    """The raw value of one answer; None when nothing was typed or ticked."""
    if item.kind == "select_multiple":
        return [name for name in data.getlist(cell) if name] or None
    if item.kind in PARTS:
        parts = {part: data.get(f"{cell}:{part}", "").strip() for part in PARTS[item.kind]}
        filled = {part: text for part, text in parts.items() if text}
        if item.kind in LEADING and LEADING[item.kind] not in filled:
            return None
        return filled or None
    text = data.get(cell, "").replace("\r\n", "\n").strip()
    if item.kind == "reference" and text:
        return {"text": text, "ref": _ref(text, references.get(item.of or "", ()))}
    return text or None


def _ref(text: str, options: Iterable[tuple[str, str]]) -> str | None:
    """The record whose name was picked, if it is one of those offered."""
    return next((ref for ref, label in options if label == text), None)
