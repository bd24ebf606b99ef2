"""What is different between two versions of a tool, question by question. merge.py stands on it."""

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from .parts import TOOL, Part, parts_of

# Keys whose texts are compared language by language
TEXTS = frozenset("title purpose guidance filled_by repeats source body label hint constraint_message unit".split())
# What identifies a tool rather than says something
NOT_COMPARED = frozenset({"tool"})


@dataclass(frozen=True, kw_only=True)
class Property:
    """One property that differs. ``lang`` is set for texts; None is absent."""

    key: str
    before: Any
    after: Any
    lang: str = ""


@dataclass(frozen=True, kw_only=True)
class Change:
    """What happened to one part: ``added``, ``removed``, ``changed`` or ``moved`` (a moved part may be changed too).

    ``before`` and ``after`` are the part in each version, None where it is not there.
    """

    id: str
    sort: str
    what: str
    before: Part | None
    after: Part | None
    properties: tuple[Property, ...] = ()
    has_moved: bool = False


def compare(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    """Every part that differs, the tool itself first, then in the order of the newer form, what is gone last."""
    old, new = parts_of(before), parts_of(after)
    moved = moved_parts(old, new)
    changes = []
    for name, part in new.items():
        was = old.get(name)
        if was is None:
            changes.append(Change(id=name, sort=part.sort, what="added", before=None, after=part))
            continue
        properties = tuple(differing(was, part))
        if properties or name in moved:
            what = "changed" if properties else "moved"
            changes.append(
                Change(
                    id=name,
                    sort=part.sort,
                    what=what,
                    before=was,
                    after=part,
                    properties=properties,
                    has_moved=name in moved,
                )
            )
    for name, part in old.items():
        if name not in new:
            changes.append(Change(id=name, sort=part.sort, what="removed", before=part, after=None))
    return changes


def flat(part: Part) -> dict[tuple[str, str], Any]:
    """The properties of ``part`` one by one: ``(key, language)`` → value. Texts fall apart by language."""
    found: dict[tuple[str, str], Any] = {}
    for key, value in part.own.items():
        if part.id == TOOL and key in NOT_COMPARED:
            continue
        if key in TEXTS and isinstance(value, Mapping):
            found.update({(key, str(lang)): words for lang, words in value.items()})
        else:
            found[(key, "")] = value
    return found


def differing(before: Part, after: Part) -> Iterator[Property]:
    old, new = flat(before), flat(after)
    for name in dict.fromkeys((*new, *old)):
        if old.get(name) != new.get(name):
            yield Property(key=name[0], lang=name[1], before=old.get(name), after=new.get(name))


def moved_parts(old: Mapping[str, Part], new: Mapping[str, Part]) -> set[str]:
    """The fewest parts whose moving explains the new order: those in another parent, or out of line in theirs."""
    both = [name for name in new if name in old and new[name].parent]
    moved = {name for name in both if old[name].parent != new[name].parent}
    stayed: dict[str, list[str]] = {}
    for name in both:
        if name not in moved:
            stayed.setdefault(new[name].parent, []).append(name)
    for names in stayed.values():
        place = {name: old[name].path[-1] for name in names}
        moved.update(set(names) - longest_rising(names, place))
    return moved


def longest_rising(names: list[str], place: Mapping[str, Any]) -> set[str]:
    """The largest set of ``names`` that stand in rising order of ``place`` (patience sorting, n log n)."""
    tops: list[int] = []
    last: list[str] = []
    before: dict[str, str | None] = {}
    for name in names:
        at = bisect_left(tops, place[name])
        before[name] = last[at - 1] if at else None
        if at == len(tops):
            tops.append(place[name])
            last.append(name)
        else:
            tops[at], last[at] = place[name], name
    kept: set[str] = set()
    name = last[-1] if last else None
    while name is not None:
        kept.add(name)
        name = before[name]
    return kept
