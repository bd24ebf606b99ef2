"""Three versions of a tool into one: the base both came from, theirs (its new version) and ours (the adapted copy).

Item by item and property by property. What only one side changed is taken from that side. What both changed is a
conflict, and stays as ours until somebody decides.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from .changes import flat
from .parts import FORM, TOOL, Part, parts_of

Side = Literal["theirs", "ours"]
# Lists in which each side may add and remove names without touching the other's
_NAMES = frozenset({"languages", "totals"})
_ORDER = "order"


@dataclass(frozen=True, kw_only=True)
class Step:
    """One thing the new version brings. ``taken`` is whose is in the result; the other may be chosen by ``key``.

    ``what`` is added, removed, property, place or order; ``part`` is the part as ours has it, else as theirs.
    For a property ``base``, ``theirs`` and ``ours`` are its values, None where it is absent.
    """

    key: str
    what: str
    part: Part
    taken: Side
    is_conflict: bool = False
    name: str = ""
    lang: str = ""
    base: Any = None
    theirs: Any = None
    ours: Any = None


@dataclass(frozen=True, kw_only=True)
class Merged:
    """The tool that comes out, and all that the new version brought to it."""

    raw: dict[str, Any]
    steps: tuple[Step, ...]

    @property
    def conflicts(self) -> tuple[Step, ...]:
        return tuple(step for step in self.steps if step.is_conflict)


def merge(
    base: Mapping[str, Any],
    theirs: Mapping[str, Any],
    ours: Mapping[str, Any],
    choices: Mapping[str, Side] | None = None,
) -> Merged:
    """``ours`` with what is new in ``theirs`` since ``base``. ``choices`` decides steps by their keys."""
    return _Merge(base, theirs, ours, choices or {}).done()


class _Merge:
    def __init__(self, base: Mapping, theirs: Mapping, ours: Mapping, choices: Mapping[str, Side]):
        self.base, self.theirs, self.ours = parts_of(base), parts_of(theirs), parts_of(ours)
        self.choices = choices
        self.steps: list[Step] = []
        self.own: dict[str, dict[str, Any]] = {}
        self.parent: dict[str, str] = {}

    def done(self) -> Merged:
        for name in dict.fromkeys((*self.ours, *self.theirs)):
            if self.stays(name):
                self.own[name] = self.properties(name)
                self.parent[name] = self.place(name)
        for name in list(self.own):
            self.keep_parents(name)
        return Merged(raw=self.assembled(), steps=tuple(self.steps))

    def decide(self, step: Step) -> Side:
        """Record ``step`` with whose it is after the choice of a person, who also settles a conflict."""
        taken = self.choices.get(step.key, step.taken)
        self.steps.append(
            Step(**{**step.__dict__, "taken": taken, "is_conflict": step.is_conflict and step.key not in self.choices})
        )
        return taken

    # Which parts there are

    def stays(self, name: str) -> bool:
        base, theirs, ours = self.base.get(name), self.theirs.get(name), self.ours.get(name)
        if theirs and ours:
            return True
        if theirs is None and base is None:
            return True  # our own
        if theirs is None:
            touched = flat(ours) != flat(base)
            taken: Side = "ours" if touched else "theirs"
            step = Step(key=f"{name}|removed", what="removed", part=ours, taken=taken, is_conflict=touched)
            return self.decide(step) == "ours"
        if base is None:
            # New in their part of the form. It comes, unless what it stands in was switched off here.
            off = theirs.parent in self.base and theirs.parent not in self.ours
            taken = "ours" if off else "theirs"
            return self.decide(Step(key=f"{name}|added", what="added", part=theirs, taken=taken)) == "theirs"
        if flat(theirs) == flat(base):
            return False  # switched off here, and nothing new about it
        return self.decide(Step(key=f"{name}|off", what="off", part=theirs, taken="ours")) == "theirs"

    def keep_parents(self, name: str) -> None:
        """What stays keeps what it stands in."""
        parent = self.parent[name]
        while parent and parent != FORM and parent not in self.own:
            part = self.ours.get(parent) or self.theirs[parent]
            self.own[parent] = dict(part.own)
            self.parent[parent] = part.parent
            parent = part.parent

    # What each holds

    def properties(self, name: str) -> dict[str, Any]:
        ours, theirs = self.ours.get(name), self.theirs.get(name)
        if ours is None or theirs is None:
            return dict((ours or theirs).own)
        b = flat(self.base[name]) if name in self.base else {}
        t, o = flat(theirs), flat(ours)
        if t == b:
            return dict(ours.own)
        kept = dict(o)
        for key in dict.fromkeys((*t, *b)):
            if t.get(key) == b.get(key) or t.get(key) == o.get(key):
                continue
            value = self.property(name, ours, key, b.get(key), t.get(key), o.get(key))
            kept[key] = value
        return _unflat({key: value for key, value in kept.items() if value is not None}, ours)

    def property(self, name: str, part: Part, key: tuple[str, str], base: Any, theirs: Any, ours: Any) -> Any:
        is_ours_changed = ours != base
        if is_ours_changed and key[0] in _NAMES:
            theirs, is_ours_changed = _names(base or [], theirs or [], ours or []), False
        step = Step(
            key="|".join((name, "property", *key)),
            what="property",
            part=part,
            taken="ours" if is_ours_changed else "theirs",
            is_conflict=is_ours_changed,
            name=key[0],
            lang=key[1],
            base=base,
            theirs=theirs,
            ours=ours,
        )
        return theirs if self.decide(step) == "theirs" else ours

    # Where each stands

    def place(self, name: str) -> str:
        base, theirs, ours = self.base.get(name), self.theirs.get(name), self.ours.get(name)
        if ours is None or theirs is None:
            return (ours or theirs).parent
        if theirs.parent == ours.parent or (base and theirs.parent == base.parent):
            return ours.parent
        is_conflict = base is None or ours.parent != base.parent
        taken: Side = "ours" if is_conflict else "theirs"
        step = Step(key=f"{name}|place", what="place", part=ours, taken=taken, is_conflict=is_conflict)
        return theirs.parent if self.decide(step) == "theirs" else ours.parent

    def children(self, parent: str) -> list[str]:
        here = {name for name, its in self.parent.items() if its == parent and name in self.own}
        base, theirs, ours = (
            [name for name, part in parts.items() if part.parent == parent and name in here]
            for parts in (self.base, self.theirs, self.ours)
        )
        follow: Side = "ours"
        if _differ(base, theirs) and _differ(ours, theirs):
            is_conflict = _differ(base, ours)
            part = self.ours.get(parent) or self.theirs.get(parent) or self.ours[TOOL]
            step = Step(
                key=f"{parent}|{_ORDER}",
                what=_ORDER,
                part=part,
                taken="ours" if is_conflict else "theirs",
                is_conflict=is_conflict,
            )
            follow = self.decide(step)
        first, second = (theirs, ours) if follow == "theirs" else (ours, theirs)
        order = _woven(first, second)
        return order + sorted(here - set(order))

    # The whole again

    def assembled(self) -> dict[str, Any]:
        raw = dict(self.own[TOOL])
        if "tool" in self.ours[TOOL].entry:
            raw["tool"] = self.ours[TOOL].entry["tool"]
        lists = [name for name in self.own if name.startswith("list:") and not self.parent[name]]
        if lists or "choices" in self.ours[TOOL].entry:
            raw["choices"] = {
                name.removeprefix("list:"): [self.own[choice] for choice in self.children(name)] for name in lists
            }
        form = list(self.nodes(FORM))
        if form or "form" in self.ours[TOOL].entry:
            raw["form"] = form
        return raw

    def nodes(self, parent: str) -> Iterator[dict[str, Any]]:
        for name in self.children(parent):
            own = self.own[name]
            part = self.ours.get(name) or self.theirs[name]
            yield {**own, "items": list(self.nodes(name))} if part.sort in ("group", "table") else own


def _unflat(properties: Mapping[tuple[str, str], Any], part: Part) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if part.id == TOOL and "tool" in part.entry:
        found["tool"] = part.entry["tool"]
    for (key, lang), value in properties.items():
        if lang:
            found.setdefault(key, {})[lang] = value
        else:
            found[key] = value
    return found


def _names(base: Sequence[str], theirs: Sequence[str], ours: Sequence[str]) -> list[str]:
    gone = set(base) - set(theirs)
    return [name for name in ours if name not in gone] + [n for n in theirs if n not in base and n not in ours]


def _differ(one: Sequence[str], other: Sequence[str]) -> bool:
    """Whether what both hold stands in another order."""
    here, there = set(one), set(other)
    return [name for name in one if name in there] != [name for name in other if name in here]


def _woven(first: Sequence[str], second: Sequence[str]) -> list[str]:
    """``first``, with what only ``second`` has put after what it follows there."""
    order = list(first)
    known = set(first)
    before: str | None = None
    for name in second:
        if name not in known:
            at = order.index(before) + 1 if before in known else 0
            # After others that were put here from the same place
            order.insert(at, name)
            known.add(name)
        before = name
    return order
