"""Where things are in a tool as it is written, and whether a part is still as somebody saw it."""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from .parts import TOOL, Part, parts_of

_STEP = re.compile(r"\[([0-9]+)\]|([^.\[\]]+)")


def read_path(text: str) -> tuple[str | int, ...]:
    """``form[0].items[2].type`` taken apart. See also yaml_file.spell()."""
    return tuple(int(index) if index else key for index, key in _STEP.findall(text))


def places_of(parts: Mapping[str, Part], paths: Iterable[str]) -> list[tuple[str, str]]:
    """For each path of a problem the id of the part it lies in, and the property that follows (or nothing)."""
    known = {part.path: part.id for part in parts.values()}
    return [_place(known, read_path(text)) for text in paths]


def _place(known: Mapping[tuple[str | int, ...], str], path: tuple[str | int, ...]) -> tuple[str, str]:
    for length in range(len(path), -1, -1):
        if path[:length] in known:
            key = path[length] if length < len(path) else ""
            return known[path[:length]], key if isinstance(key, str) else ""
    return TOOL, ""


def stamp(parts: Mapping[str, Part], raw: Mapping[str, Any], name: str, *, whole: bool = False) -> str:
    """A short sign of what the part ``name`` says now; empty when it is not there.

    A choice list is taken with its choices. With ``whole`` a group or table is taken with all that stands in it.
    """
    part = parts.get(name)
    if part is None:
        return ""
    if part.sort == "list":
        content: Any = (raw.get("choices") or {}).get(part.name)
    else:
        content = part.entry if whole else part.own
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def stamps(raw: Mapping[str, Any], names: Iterable[str]) -> dict[str, str]:
    parts = parts_of(raw)
    return {name: stamp(parts, raw, name) for name in names if name}
