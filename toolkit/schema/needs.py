"""What in the outcome of a merge speaks of something that is not in it, or would not be if something went."""

from collections.abc import Iterator, Mapping
from typing import Any, Protocol

from .parts import TOOL, Part
from .steps import Held, Side, Step
from .uses import SPEAKING, Uses


class Outcome(Protocol):
    """A merge that is done: the parts of both sides, what of them is in the result, and the steps that led there."""

    theirs: Mapping[str, Part]
    ours: Mapping[str, Part]
    uses: Mapping[str, Uses]
    own: Mapping[str, Mapping[str, Any]]
    steps: list[Step]


def hold_unmet(merge: Outcome, held: Held) -> bool:
    """Hold the steps of ``merge`` on which something depends that is not in it; whether there were new ones.

    What goes is held by all in our words that speaks of it; what comes, by all it speaks of that we left out.
    """
    found = False
    known = {step.key for step in merge.steps}
    for user, key, side, meant in spoken(merge):
        if side == "ours" and meant.id in merge.ours:
            for step in _goings(merge, meant, known):
                found |= held.hold(step, "users", user)
        if side == "theirs" and meant.id not in merge.own:
            for step in _comings(merge, user, key, known):
                found |= held.hold(step, "needs", meant)
            if meant.id not in held.wanted and meant.id not in merge.ours:
                held.wanted.add(meant.id)
                found = True
    return found


def _goings(merge: Outcome, part: Part, known: set[str]) -> list[str]:
    """The steps by which ``part`` of ours goes, or would go: its own, that of its table, those of its columns."""
    names = [part.id, part.parent, *(each.id for each in merge.ours.values() if each.parent == part.id)]
    return [key for name in names if (key := f"{name}|removed") in known]


def _comings(merge: Outcome, part: Part, key: str, known: set[str]) -> list[str]:
    """The steps by which ``part`` of theirs came to speak of something."""
    if part.id in merge.ours:
        return [found for found in (f"{part.id}|property|{key}",) if found in known]
    names = (part.id, part.parent)
    return [found for name in names for what in ("added", "off") if (found := f"{name}|{what}") in known][:1]


def spoken(merge: Outcome) -> Iterator[tuple[Part, str, Side, Part]]:
    """Each part of the result that speaks of another: by which property, in whose words, and of which."""
    for name, own in merge.own.items():
        for key in SPEAKING:
            if key not in own:
                continue
            theirs = merge.theirs.get(name)
            side: Side = "theirs" if theirs and theirs.entry.get(key) == own[key] else "ours"
            part = theirs if side == "theirs" else merge.ours[name]
            for meant in merge.uses[side].meant_by(part, key):
                if meant.id != name and meant.parent != name:
                    yield part, f"{key}|", side, meant
    body = merge.own[TOOL].get("body")
    new = merge.theirs[TOOL].entry.get("body")
    for lang, text in body.items() if isinstance(body, Mapping) else ():
        side = "theirs" if isinstance(new, Mapping) and new.get(lang) == text else "ours"
        for meant in merge.uses[side].meant_in_text(text):
            yield merge.ours[TOOL], f"body|{lang}", side, meant
