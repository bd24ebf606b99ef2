"""A tool as it is written, taken apart: where each part stands, and what it holds apart from its children.

Works on plain data that may be faulty, as a draft may be. Parts are named by ids that never change: ``g_`` and the
name of a group, the ids of tables and items, ``list:name`` for a choice list, ``list:name/choice`` for a choice of it,
and ``tool`` for the whole.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

TOOL = "tool"
FORM = "form"
# What is a part of its own or no property of one
_CHILDREN = frozenset({"items", "form", "choices", "compiled"})
SORTS = ("tool", "group", "table", "item", "list", "choice")


@dataclass(frozen=True, kw_only=True)
class Part:
    """One group, table, item, choice list or choice, or the tool itself.

    ``path`` leads to it in the raw tool; ``parent`` is the id of what it stands in (``form`` at the top); ``own``
    are its properties without its children.
    """

    id: str
    sort: str
    parent: str
    path: tuple[str | int, ...]
    entry: Mapping[str, Any]

    @property
    def own(self) -> dict[str, Any]:
        return {key: value for key, value in self.entry.items() if key not in _CHILDREN}

    @property
    def name(self) -> str:
        key = {"group": "group", "table": "repeat", "tool": "tool"}.get(self.sort, "name")
        return str(self.entry.get(key, "")) if self.sort != "list" else self.id.removeprefix("list:")


def node_id(entry: Mapping[str, Any]) -> str:
    """The id of a group, table or item as it is written; empty when it has none."""
    return f"g_{entry['group']}" if "group" in entry else str(entry.get("id", ""))


def sort_of(entry: Mapping[str, Any]) -> str:
    return "group" if "group" in entry else "table" if "repeat" in entry else "item"


def parts_of(raw: Mapping[str, Any]) -> dict[str, Part]:
    """Every part of ``raw`` by its id, in the order of the form. What is no part at all is left out."""
    found = {TOOL: Part(id=TOOL, sort="tool", parent="", path=(), entry=raw)}
    for part in _nodes(raw.get("form"), FORM, ("form",)):
        found.setdefault(part.id, part)
    lists = raw.get("choices")
    for name, choices in lists.items() if isinstance(lists, Mapping) else ():
        found.update((part.id, part) for part in _choices(str(name), choices))
    return found


def _choices(name: str, choices: Any) -> Iterator[Part]:
    own = f"list:{name}"
    yield Part(id=own, sort="list", parent="", path=("choices", name), entry={})
    for at, choice in enumerate(choices if isinstance(choices, list) else ()):
        if isinstance(choice, Mapping) and isinstance(choice.get("name"), str):
            path = ("choices", name, at)
            yield Part(id=f"{own}/{choice['name']}", sort="choice", parent=own, path=path, entry=choice)


def _nodes(entries: Any, parent: str, path: tuple[str | int, ...]) -> Iterator[Part]:
    for at, entry in enumerate(entries if isinstance(entries, list) else ()):
        if isinstance(entry, Mapping) and (name := node_id(entry)):
            part = Part(id=name, sort=sort_of(entry), parent=parent, path=(*path, at), entry=entry)
            yield part
            yield from _nodes(entry.get("items"), name, (*part.path, "items"))


def children_of(raw: Mapping[str, Any], parent: str) -> list[str]:
    """The ids of what stands in ``parent``, in order."""
    return [part.id for part in parts_of(raw).values() if part.parent == parent]


def label_of(part: Part, lang: str = "en") -> str:
    """What a person calls a part: its label, else its name."""
    text = part.entry.get("title" if part.sort == "tool" else "label")
    if isinstance(text, Mapping) and text:
        return str(text.get(lang) or next(iter(text.values())))
    return text if isinstance(text, str) and text else part.name
