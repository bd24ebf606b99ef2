"""What a person wrote for a part that cannot be saved any more: by its labels, and without what they left as it was."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from django.http import QueryDict

from toolkit.forms.editor.base import PartForm
from toolkit.forms.editor.group import GroupForm
from toolkit.forms.editor.item import ItemForm
from toolkit.forms.editor.lists import ListForm
from toolkit.forms.editor.table import TableForm
from toolkit.schema.parts import FORM, Part, parts_of
from toolkit.schema.retyping import choices_in

FORMS: dict[str, type[PartForm]] = {"group": GroupForm, "table": TableForm, "item": ItemForm, "list": ListForm}
_SORTS = {"g_": "group", "r_": "table", "li": "list"}


def typed_in(
    raw: Mapping[str, Any], at: str, data: QueryDict, *, before: Mapping[str, Any] | None = None
) -> list[dict[str, str]]:
    """Rows {label, text} of what ``data``, sent for the part ``at``, says otherwise than the part does.

    ``raw`` may have lost the part; then it is looked for in ``before``, a tool that still had it. Where neither knows
    it, all that was written is told.
    """
    known = next((tool for tool in (raw, before) if tool is not None and at in parts_of(tool)), None)
    tool, part = (known, parts_of(known)[at]) if known is not None else _stand_in(raw, at, data)
    made = FORMS.get(part.sort)
    if made is None:
        return []
    mine, old = made(data, raw=dict(tool), part=part), made(None, raw=dict(tool), part=part)
    mine.is_valid()
    rows = [row for row in mine.clash(old) if row["mine"]]
    refused = [
        (str(mine.fields[key].label), mine.data.get(key, ""))
        for key in mine.errors
        if key in mine.fields and key != "parent"
    ]
    return [{"label": row["label"], "text": row["mine"]} for row in rows] + [
        {"label": label, "text": text} for label, text in refused if text.strip()
    ]


def _stand_in(raw: Mapping[str, Any], at: str, data: QueryDict) -> tuple[Mapping[str, Any], Part]:
    """A part without words of the sort and type that were sent, so that the form of such a part can read them."""
    sort = _SORTS.get(at[:2], "item")
    name = str(data.get("repeat" if sort == "table" else "name", ""))[:60] or "part"
    kind = str(data.get("type", "text"))
    entry: dict[str, Any] = {"id": at, "name": name, "type": kind, "label": {}}
    tool = raw
    if sort == "group":
        entry = {"group": at[2:], "label": {}, "items": []}
    elif sort == "table":
        entry = {"repeat": name, "id": at, "label": {}, "items": []}
    elif "choice-label" in data:
        listed = at.removeprefix("list:") if sort == "list" else "list_of_what_is_gone"
        entry["type"] = f"{kind} {listed}"
        if not choices_in(raw, listed):
            tool = deepcopy(dict(raw))
            tool["choices"] = {**(tool.get("choices") or {}), listed: []}
    return tool, Part(id=at, sort=sort, parent=str(data.get("parent", FORM)), path=(), entry=entry)
