"""Three versions of a tool brought to the same names before they are merged.

Questions and tables keep their ids when they are given another name, so a new name is carried into all that the other
versions say of them. Lists of choices have no ids: a list that a version gave another name is known by the questions
that chose from it and choose from the other now.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from .editing import fresh_name
from .names import rename_in
from .parts import Part, parts_of

Raw = dict[str, Any]
_KEY = {"item": "name", "table": "repeat"}


@dataclass(frozen=True, kw_only=True)
class Renamed:
    """A question or table with another name in the new version. ``twin`` is our own part that bears this name until
    now, and ``gives_way`` the name that it gets if theirs is taken."""

    part: Part
    key: str
    base: str | None
    theirs: str
    ours: str
    twin: Part | None = None
    gives_way: str = ""


class Aligned:
    """``base``, ``theirs`` and ``ours`` with one name for each thing; what was passed in is left alone.

    ``decide`` is told of each new name and says whose is taken, "theirs" or "ours". ``twins`` are, by the ids of parts
    that only the new version has, our own parts of the same name.
    """

    def __init__(
        self,
        base: Mapping[str, Any],
        theirs: Mapping[str, Any],
        ours: Mapping[str, Any],
        decide: Callable[[Renamed], str],
    ):
        self.base, self.theirs, self.ours = dict(base), dict(theirs), dict(ours)
        self._copied: set[str] = set()
        self._lists()
        self._parts(decide)
        self.twins = _twins(parts_of(self.base), parts_of(self.theirs), parts_of(self.ours))

    def _own(self, side: str) -> Raw:
        """The version of ``side`` as a copy that may be changed."""
        if side not in self._copied:
            self._copied.add(side)
            setattr(self, side, deepcopy(getattr(self, side)))
        return getattr(self, side)

    def give_way(self, twin: Part) -> str:
        """Give our own part another name, which is free on both sides; and that name."""
        taken = {part.name for raw in (self.theirs, self.ours) for part in parts_of(raw).values()}
        name = fresh_name(twin.name, taken)
        _rename(self._own("ours"), {twin.id: name})
        return name

    # Questions and tables

    def _parts(self, decide: Callable[[Renamed], str]) -> None:
        base, theirs, ours = parts_of(self.base), parts_of(self.theirs), parts_of(self.ours)
        new: dict[str, dict[str, str]] = {"base": {}, "theirs": {}, "ours": {}}
        for name, part in ours.items():
            other, was = theirs.get(name), base.get(name)
            if part.sort not in _KEY or other is None or other.sort != part.sort or other.name == part.name:
                continue
            taken = part.name
            if was is None or other.name != was.name:
                twin = _bearer(ours, theirs, other)
                free = {each.name for each in (*ours.values(), *theirs.values())}
                found = Renamed(
                    part=part,
                    key=_KEY[part.sort],
                    base=was.name if was else None,
                    theirs=other.name,
                    ours=part.name,
                    twin=twin,
                    gives_way=fresh_name(twin.name, free) if twin else "",
                )
                if decide(found) == "theirs":
                    taken = other.name
                    new["ours"] |= {twin.id: found.gives_way} if twin else {}
            for side in new:
                new[side][name] = taken
        for side, names in new.items():
            parts = {"base": base, "theirs": theirs, "ours": ours}[side]
            if wanted := {each: words for each, words in names.items() if each in parts and parts[each].name != words}:
                _rename(self._own(side), wanted)

    # Lists of choices

    def _lists(self) -> None:
        theirs, ours = _lists_renamed(self.base, self.theirs), _lists_renamed(self.base, self.ours)
        for old in dict.fromkeys((*theirs, *ours)):
            name = ours.get(old) or theirs[old]
            for side, was in (("base", old), ("theirs", theirs.get(old, old)), ("ours", ours.get(old, old))):
                lists = getattr(self, side).get("choices") or {}
                if was != name and was in lists:
                    if name in lists:
                        self._free_list(side, name)
                    _rename_list(self._own(side), was, name)
        known = set(_lists_of(self.base))
        for name, choices in _lists_of(self.ours).items():
            other = _lists_of(self.theirs).get(name)
            if name not in known and other is not None and other != choices and not self._is_shared(name):
                self._free_list("ours", name)

    def _is_shared(self, name: str) -> bool:
        """Whether a question that both sides have chooses from the list ``name`` on both."""
        theirs, ours = parts_of(self.theirs), parts_of(self.ours)
        return any(_list_of(part) == name and _list_of(theirs.get(part.id)) == name for part in ours.values())

    def _free_list(self, side: str, name: str) -> None:
        taken = {each for raw in (self.base, self.theirs, self.ours) for each in _lists_of(raw)}
        _rename_list(self._own(side), name, fresh_name(name, taken))


def _bearer(ours: Mapping[str, Part], theirs: Mapping[str, Part], named: Part) -> Part | None:
    """Our own part that bears the name of ``named`` where it stands."""
    for part in ours.values():
        is_named_so = part.id not in theirs and part.sort in _KEY and part.name == named.name
        if is_named_so and _table_of(ours, part) == _table_of(theirs, named):
            return part
    return None


def _twins(base: Mapping[str, Part], theirs: Mapping[str, Part], ours: Mapping[str, Part]) -> dict[str, Part]:
    found = {}
    for name, part in theirs.items():
        if part.sort in _KEY and name not in ours:
            twin = _bearer(ours, theirs, part)
            if twin is not None and twin.id not in base:
                found[name] = twin
    return found


def _table_of(parts: Mapping[str, Part], part: Part) -> str:
    return part.parent if part.parent in parts and parts[part.parent].sort == "table" else ""


def _rename(raw: Raw, names: Mapping[str, str]) -> None:
    """Give parts of ``raw`` other names, also ones that others of them bear until now."""
    parts = parts_of(raw)
    borne = {part.name for part in parts.values()}
    if borne & set(names.values()):
        _rename(raw, {name: f"between_{at}" for at, name in enumerate(names)})
        parts = parts_of(raw)
    for name, new in names.items():
        rename_in(raw, name, new)
        parts[name].entry[_KEY[parts[name].sort]] = new  # type: ignore[index]


def _lists_of(raw: Mapping[str, Any]) -> Mapping[str, Any]:
    lists = raw.get("choices")
    return lists if isinstance(lists, Mapping) else {}


def _list_of(part: Part | None) -> str:
    return str(part.entry.get("type", "")).partition(" ")[2] if part else ""


def _lists_renamed(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, str]:
    """Lists of ``before`` that bear another name in ``after``: the same questions choose from much the same."""
    old, new = _lists_of(before), _lists_of(after)
    gone, come = old.keys() - new.keys(), new.keys() - old.keys()
    if not gone or not come:
        return {}
    was, now = parts_of(before), parts_of(after)
    votes: Counter[tuple[str, str]] = Counter()
    for name, part in was.items():
        pair = _list_of(part), _list_of(now.get(name))
        if pair[0] in gone and pair[1] in come:
            votes[pair] += 1
    found: dict[str, str] = {}
    for (one, other), _n in votes.most_common():
        if one not in found and other not in found.values() and _alike(old[one], new[other]):
            found[one] = other
    return found


def _alike(one: Any, other: Any) -> bool:
    names, others = ({c.get("name") for c in each if isinstance(c, Mapping)} for each in (one or (), other or ()))
    return bool(names) and 2 * len(names & others) >= min(len(names), len(others))


def _rename_list(raw: Raw, old: str, new: str) -> None:
    raw["choices"] = {new if name == old else name: choices for name, choices in raw["choices"].items()}
    for part in parts_of(raw).values():
        if part.sort == "item" and _list_of(part) == old:
            kind = part.entry["type"].partition(" ")[0]
            part.entry["type"] = f"{kind} {new}"  # type: ignore[index]
