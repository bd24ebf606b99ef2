"""Where things are in a tool as it is written, and whether a part is still as somebody saw it."""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from .changes import TEXTS
from .parts import TOOL, Part
from .texts import languages_of

BODY = "body|"
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

    A choice list is taken with its choices; ``body|fr`` is the text of a document in one language. Translations are
    left out: whoever writes them is in nobody's way. With ``whole`` a group or table is taken with all that stands in
    it, in every language.
    """
    if name.startswith(BODY):
        body = raw.get("body")
        content: Any = body.get(name.removeprefix(BODY)) if isinstance(body, Mapping) else body
        return _sign(content)
    part = parts.get(name)
    if part is None:
        return ""
    content = part.entry if whole else part.own
    if name == TOOL:
        content = {key: value for key, value in part.own.items() if key not in ("body", "languages")}
    if part.sort == "list":
        content = (raw.get("choices") or {}).get(part.name)
    if not whole:
        content = _in_first(content, languages_of(raw)[0])
    return _sign(content)


def _sign(content: Any) -> str:
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _in_first(content: Any, lang: str) -> Any:
    if isinstance(content, list):
        return [_in_first(each, lang) for each in content]
    if not isinstance(content, Mapping):
        return content
    return {
        key: value.get(lang) if key in TEXTS and isinstance(value, Mapping) else value for key, value in content.items()
    }
