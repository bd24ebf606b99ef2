"""Questions of the base that an adapted copy leaves out, switched off and on again. Works on raw tools (parts.py)."""

from collections.abc import Mapping, Set
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from .cells import ROW
from .choice_columns import with_columns, without_idle
from .columns import remember_column
from .editing import Raw, delete_part
from .locks import asked_of_all, locked_parts
from .parts import FORM, Part, node_id, parts_of
from .uses import SORTS, Uses
from .words import Message, _


@dataclass(frozen=True, kw_only=True)
class Switch:
    """One question or table of the base. ``why_not`` says why it cannot be switched off; empty when it can.

    ``is_missed`` of one that this copy left out, and copies may no longer leave out.
    ``users`` are the parts of the copy that speak of it: they go first, or with it. ``columns`` are a table's.
    """

    part: Part
    is_on: bool
    why_not: Message | str = ""
    is_missed: bool = False
    users: tuple[Part, ...] = ()
    columns: tuple["Switch", ...] = ()


def switched_off(base: Mapping[str, Any], raw: Mapping[str, Any]) -> set[str]:
    """The ids of the questions and tables of ``base`` that the copy ``raw`` does not have."""
    ours = parts_of(raw)
    return {name for name, part in parts_of(base).items() if part.sort in SORTS and name not in ours}


def switches(base: Mapping[str, Any], raw: Mapping[str, Any]) -> list[tuple[Part | None, list[Switch]]]:
    """Every group of the base with its questions and tables; the group is None for those that stand in none."""
    parts, uses, held = parts_of(base), Uses(raw), _Held(locked_parts(base), asked_of_all(base))
    found: list[tuple[Part | None, list[Switch]]] = []
    for part in parts.values():
        if part.sort == "group":
            found.append((part, []))
        elif part.sort in SORTS and (part.parent == FORM or parts[part.parent].sort == "group"):
            place = None if part.parent == FORM else parts[part.parent]
            if not found or (found[-1][0] and found[-1][0].id) != (place and place.id):
                found.append((place, []))
            found[-1][1].append(_switch(part, parts, uses, held))
    return [(place, rows) for place, rows in found if rows]


def _switch(part: Part, parts: Mapping[str, Part], uses: Uses, held: "_Held") -> Switch:
    here = uses.parts.get(part.id)
    columns = [each for each in parts.values() if each.parent == part.id] if part.sort == "table" else []
    return Switch(
        part=part,
        is_on=here is not None,
        why_not=_why_not(part, held) if here is not None or part.id in held.locked else "",
        is_missed=here is None and part.id in held.asked,
        users=tuple(user for user in uses.of(part.id) if user.parent != part.id),
        columns=tuple(_switch(column, parts, uses, held) for column in columns),
    )


@dataclass(frozen=True)
class _Held:
    """What copies keep: ``locked`` for indicators, ``asked`` because everybody must answer it."""

    locked: set[str]
    asked: set[str]


def _why_not(part: Part, held: _Held) -> Message | str:
    if part.id not in held.locked:
        return _("It must be answered everywhere.") if part.id in held.asked else ""
    if part.entry.get("feeds"):
        return _("It counts for an indicator that all partnerships share.")
    return _("A question that counts for an indicator cannot do without it.")


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """Why a part stays on: it is locked, or ``user`` speaks of it and stays on."""

    part: Part
    why: Message | str
    user: Part | None = None


def switch(base: Mapping[str, Any], raw: Mapping[str, Any], off: Set[str]) -> tuple[Raw, list[Refusal]]:
    """``raw`` without the questions of ``base`` in ``off`` and with all its others; and what had to stay on.

    What the copy added itself is left alone. A group that holds nothing more goes, and comes back with its questions.
    """
    parts, tool = parts_of(base), deepcopy(dict(raw))
    wanted_off = {name for name in off if name in parts and parts[name].sort in SORTS}
    for name, part in parts.items():
        if part.sort in SORTS and name not in wanted_off and part.parent not in wanted_off:
            _switch_on(tool, base, part)
    uses, held = Uses(tool), _Held(locked_parts(base), asked_of_all(base))
    refusals = []
    for name in [name for name in parts if name in wanted_off and name in uses.parts]:
        why = _why_not(parts[name], held)
        if why and (name in held.locked or parts[name].parent not in wanted_off):
            refusals.append(Refusal(part=uses.parts[name], why=why))
        else:
            refusals += _still_used(uses, name, wanted_off)
    if refusals:
        return tool, refusals
    for name in [name for name in parts if name in wanted_off]:
        if name in parts_of(tool):
            _switch_off(tool, name)
    return without_idle(tool, raw, base), []


def _still_used(uses: Uses, name: str, off: Set[str]) -> list[Refusal]:
    """Who still speaks of ``name``, or of a column of it, once all of ``off`` is gone."""
    ours = uses.parts
    gone = {each.id for each in ours.values() if each.id in off or each.parent in off}
    inside = [name, *(each.id for each in ours.values() if each.parent == name)]
    users = {user.id: user for each in inside for user in uses.of(each)}
    return [
        Refusal(part=ours[name], why=_("Something else speaks of it."), user=user)
        for user in users.values()
        if user.id not in gone and user.id != name
    ]


def _switch_off(tool: Raw, name: str) -> None:
    part = parts_of(tool)[name]
    parent = part.parent
    tool.update(delete_part(tool, name))
    around = parts_of(tool).get(parent)
    if around is None:
        return
    if not around.entry.get("items"):
        tool.update(delete_part(tool, parent))
        if around.parent in parts_of(tool) and not parts_of(tool)[around.parent].entry.get("items"):
            tool.update(delete_part(tool, around.parent))


def _switch_on(tool: Raw, base: Mapping[str, Any], part: Part) -> None:
    """Put ``part`` of the base back after what it follows there; its group and its choices come with it."""
    if part.id in parts_of(tool):
        return
    around = parts_of(base).get(part.parent)
    if around is not None and around.id not in parts_of(tool):
        _switch_on_empty(tool, base, around)
    _insert(tool, base, part, deepcopy(dict(part.entry)))
    _give_lists(tool, base, part)
    if around is not None and around.sort == "table":
        remember_column(parts_of(tool)[around.id].entry, around.entry, part.name)


def _switch_on_empty(tool: Raw, base: Mapping[str, Any], part: Part) -> None:
    if part.parent in parts_of(base) and part.parent not in parts_of(tool):
        _switch_on_empty(tool, base, parts_of(base)[part.parent])
    entry = {**deepcopy(part.own), "items": []}
    if isinstance(entry.get("rows"), list):
        entry["rows"] = [{ROW: row[ROW]} for row in entry["rows"] if ROW in row]
    entry.pop("totals", None)
    _insert(tool, base, part, entry)


def _insert(tool: Raw, base: Mapping[str, Any], part: Part, entry: dict[str, Any]) -> None:
    parent = parts_of(tool)[part.parent].entry if part.parent != FORM else tool
    key = "items" if part.parent != FORM else "form"
    siblings = parent.setdefault(key, [])  # type: ignore[attr-defined]
    order = [name for name, each in parts_of(base).items() if each.parent == part.parent]
    before = order[: order.index(part.id)]
    places = {node_id(each): at for at, each in enumerate(siblings) if isinstance(each, Mapping)}
    at = next((places[name] + 1 for name in reversed(before) if name in places), 0)
    siblings.insert(at, entry)


def _give_lists(tool: Raw, base: Mapping[str, Any], part: Part) -> None:
    lists = base.get("choices") or {}
    for entry in (part.entry, *(part.entry.get("items") or ())):
        words = str(entry.get("type", "")).split()
        if len(words) == 2 and words[1] in lists:
            known = tool.get("choices") or {}
            base_choices = deepcopy(lists[words[1]])
            choices = known.get(words[1], base_choices)
            if entry.get("choice_filter"):
                choices = with_columns(choices, base_choices)
            tool["choices"] = {**known, words[1]: choices}
