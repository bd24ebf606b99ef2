"""Three versions of a tool into one: the base both came from, theirs (its new version) and ours (the adapted copy).

Item by item and property by property. What only one side changed is taken from that side. What both changed is a
conflict, and stays as ours until somebody decides; so is what only they changed but something of ours depends on.
Lists of choices come and go with the questions that choose from them, columns with a table that only one side has.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from .aligning import Aligned, Renamed
from .changes import flat, longest_rising
from .choice_columns import without_idle
from .columns import forget_columns, remember_column
from .needs import hold_unmet
from .parts import FORM, TOOL, Part, parts_of
from .steps import Held, Merged, Side, Step
from .uses import Uses

# Lists in which each side may add and remove names without touching the other's
_NAMES = frozenset({"languages", "totals"})
_ORDER = "order"


def merge(
    base: Mapping[str, Any],
    theirs: Mapping[str, Any],
    ours: Mapping[str, Any],
    choices: Mapping[str, Side] | None = None,
) -> Merged:
    """``ours`` with what is new in ``theirs`` since ``base``. ``choices`` decides steps by their keys.

    Which steps there are and which of them are conflicts does not depend on ``choices``.
    """
    held = Held()
    while True:
        found = _Merge(base, theirs, ours, {}, held)
        merged = found.done()
        if not hold_unmet(found, held):
            break
    return _Merge(base, theirs, ours, choices, held).done() if choices else merged


class _Merge:
    def __init__(self, base: Mapping, theirs: Mapping, ours: Mapping, choices: Mapping[str, Side], held: Held):
        self.choices, self.held = choices, held
        self.steps: list[Step] = []
        aligned = Aligned(base, theirs, ours, self.name)
        self.twins = {
            name: (twin, aligned.give_way(twin)) for name, twin in aligned.twins.items() if self.comes(aligned, name)
        }
        self.filtered = (aligned.base, aligned.theirs, aligned.ours)
        self.uses = {"theirs": Uses(aligned.theirs), "ours": Uses(aligned.ours)}
        self.base, self.theirs, self.ours = parts_of(aligned.base), self.uses["theirs"].parts, self.uses["ours"].parts
        self.own: dict[str, dict[str, Any]] = {}
        self.parent: dict[str, str] = {}
        self.present: dict[str, bool] = {}

    def done(self) -> Merged:
        names = dict.fromkeys((*self.ours, *self.theirs))
        for name in names:
            if not name.startswith("list:") and self.stays(name):
                self.keep(name)
        for name in list(self.own):
            self.keep_parents(name)
        self.drop_empty()
        self.lists([name for name in names if name.startswith("list:")])
        self.tidy_tables()
        raw = without_idle(self.assembled(), *self.filtered)
        return Merged(raw=raw, steps=tuple(self.steps))

    def decide(self, step: Step) -> Side:
        """Record ``step`` with whose it is after the choice of a person, who also settles a conflict."""
        why, parts = self.held.why.get(step.key, ("", {}))
        if why:
            step = replace(step, why=why, parts=tuple(parts.values()), taken="ours", is_conflict=step.what != "off")
        elif step.what in ("added", "off") and step.part.id in self.twins:
            twin, name = self.twins[step.part.id]
            step = replace(step, why="twin", parts=(twin,), gives_way=name)
        taken = self.choices.get(step.key, step.taken)
        self.steps.append(replace(step, taken=taken, is_conflict=step.is_conflict and step.key not in self.choices))
        return taken

    def name(self, found: Renamed) -> Side:
        """Whose name a question or table has from now on."""
        is_conflict = found.base != found.ours
        return self.decide(
            Step(
                key=f"{found.part.id}|property|{found.key}|",
                what="property",
                part=found.part,
                taken="ours" if is_conflict else "theirs",
                is_conflict=is_conflict,
                name=found.key,
                base=found.base,
                theirs=found.theirs,
                ours=found.ours,
                why="twin" if found.twin else "",
                parts=(found.twin,) if found.twin else (),
                gives_way=found.gives_way,
            )
        )

    def comes(self, aligned: Aligned, name: str) -> bool:
        """Whether a part that only the new version has is in the result, so that our part of its name gives way."""
        base, theirs, ours = (parts_of(raw) for raw in (aligned.base, aligned.theirs, aligned.ours))
        what = "off" if name in base else "added"
        parent = theirs[name].parent
        is_taken = what == "added" and not (parent in base and parent not in ours)
        if f"{name}|{what}" in self.held.why:
            is_taken = False
        return self.choices.get(f"{name}|{what}", "theirs" if is_taken else "ours") == "theirs"

    # Which parts there are

    def keep(self, name: str) -> None:
        self.own[name] = self.properties(name)
        self.parent[name] = self.place(name)

    def stays(self, name: str) -> bool:
        within = self.rides_on(name)
        self.present[name] = self.present[within] if within else self.is_kept(name)
        return self.present[name]

    def rides_on(self, name: str) -> str:
        """The table or list that only one side has and with which the part ``name`` comes or goes."""
        theirs, ours = self.theirs.get(name), self.ours.get(name)
        if theirs and ours:
            return ""
        within = (ours or theirs).parent
        mine, other = (self.ours, self.theirs) if ours else (self.theirs, self.ours)
        if within in other or within not in mine or mine[within].sort not in ("table", "list"):
            return ""
        is_new = within not in self.base
        return "" if is_new and (ours or name in self.base) else within

    def is_kept(self, name: str) -> bool:
        base, theirs, ours = self.base.get(name), self.theirs.get(name), self.ours.get(name)
        if (theirs and ours) or (theirs is None and base is None):
            return True  # on both sides, or our own
        if theirs is None:
            touched = any(self.is_new(self.ours, each) for each in self.whole(self.ours, name))
            taken: Side = "ours" if touched else "theirs"
            step = Step(key=f"{name}|removed", what="removed", part=ours, taken=taken, is_conflict=touched)
            return self.decide(step) == "ours"
        if base is None:
            # New in their part of the form. It comes, unless what it stands in was switched off here.
            off = theirs.parent in self.base and theirs.parent not in self.ours
            taken = "ours" if off else "theirs"
            return self.decide(Step(key=f"{name}|added", what="added", part=theirs, taken=taken)) == "theirs"
        new = [each for each in self.whole(self.theirs, name) if self.is_new(self.theirs, each)]
        if not new and name not in self.held.wanted:
            return False  # switched off here, and nothing new about it
        step = Step(key=f"{name}|off", what="off", part=theirs, taken="ours", parts=tuple(new))
        return self.decide(step) == "theirs"

    def whole(self, parts: Mapping[str, Part], name: str) -> list[Part]:
        """The part ``name`` of one side; a table that the other side does not have with its columns."""
        columns = [each for each in parts.values() if each.parent == name] if parts[name].sort == "table" else []
        return [parts[name], *(each for each in columns if self.rides_on(each.id))]

    def is_new(self, parts: Mapping[str, Part], part: Part) -> bool:
        return part.id not in self.base or flat(part) != flat(self.base[part.id])

    def keep_parents(self, name: str) -> None:
        """What stays keeps what it stands in."""
        parent = self.parent[name]
        while parent and parent != FORM and parent not in self.own:
            part = self.ours.get(parent) or self.theirs[parent]
            self.own[parent] = dict(part.own)
            self.parent[parent] = part.parent
            parent = part.parent

    def drop_empty(self) -> None:
        """Groups and tables of which nothing is left go, but for those that one side left empty itself."""
        for sort in ("table", "group"):
            filled = {self.parent[name] for name in self.own}
            for name in [name for name in self.own if name not in filled]:
                sides = [side[name] for side in (self.ours, self.theirs) if name in side]
                if sides[0].sort == sort and all(part.entry.get("items") for part in sides):
                    del self.own[name]

    def lists(self, names: Sequence[str]) -> None:
        """Lists with their choices; one that only one side has as far as anything chooses from it."""
        used = {str(own.get("type", "")).partition(" ")[2] for own in self.own.values()}
        for name in names:
            within, on_both = name.partition("/")[0], name in self.theirs and name in self.ours
            if within == name:
                is_own = name in self.ours and name not in self.base
                is_idle = name not in self.base and not self.uses["theirs"].choosers(name)
                self.present[name] = on_both or is_own or is_idle or name.removeprefix("list:") in used
                stays = self.present[name]
            else:
                stays = self.stays(name)
            if stays:
                self.keep(name)

    def tidy_tables(self) -> None:
        """Tables add up and begin with the columns they have, and those that came back as they were."""
        for name in [name for name in self.own if (self.ours.get(name) or self.theirs[name]).sort == "table"]:
            inside = [each for each in self.own if self.parent[each] == name]
            here = {self.own[each]["name"] for each in inside}
            gone = (self.lends(self.theirs, name) | self.lends(self.ours, name)) - here
            table = dict(self.own[name])
            if gone:
                forget_columns(table, here, gone)
            for each in inside if name in self.ours and name in self.theirs else ():
                if each not in self.ours and each in self.base:
                    remember_column(table, self.theirs[name].entry, self.own[each]["name"])
            self.own[name] = table

    def lends(self, parts: Mapping[str, Part], table: str) -> set[str]:
        """The names of the columns that one side has, if the other may have them in its total rightly."""
        other = self.ours if parts is self.theirs else self.theirs
        mine, theirs = ({part.name for part in each.values() if part.parent == table} for each in (parts, other))
        listed = other[table].entry.get("totals") if table in other else None
        return mine - (set(listed or ()) - theirs)

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
            step = Step(
                key=f"{parent}|{_ORDER}",
                what=_ORDER,
                part=self.ours.get(parent) or self.theirs.get(parent) or self.ours[TOOL],
                taken="ours" if is_conflict else "theirs",
                is_conflict=is_conflict,
                parts=self.moving(ours, theirs),
            )
            follow = self.decide(step)
        first, second = (theirs, ours) if follow == "theirs" else (ours, theirs)
        order = _woven(first, second)
        return order + sorted(here - set(order))

    def moving(self, ours: Sequence[str], theirs: Sequence[str]) -> tuple[Part, ...]:
        """The fewest parts whose moving makes our order theirs."""
        place = {name: at for at, name in enumerate(ours)}
        shared = [name for name in theirs if name in place]
        stayed = longest_rising(shared, place)
        return tuple(self.theirs[name] for name in shared if name not in stayed)

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
