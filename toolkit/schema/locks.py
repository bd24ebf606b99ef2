"""What an adapted copy may not change: the questions that feed standard indicators, and what these need.

Numbers that many partnerships add up must mean the same everywhere. A locked question may be moved (not into or out of
a table, nor under another condition), explained and translated; it may not be dropped, renamed, asked in other words or
of other people, or given other answers.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from .choice_columns import columns_of
from .errors import Problem
from .names import EXPRESSIONS, names_used
from .parts import Part, label_of, parts_of
from .words import Message, _
from .yaml_file import spell

# What may not change of each sort of locked part; texts are held in the languages the base has.
KEPT: dict[str, tuple[str, ...]] = {
    "item": tuple(
        (
            "name type relevant required constraint choice_filter calculation min max currency of rows_of label_from "
            "feeds"
        ).split()
    ),
    "table": ("repeat", "relevant", "fixed", "min", "max"),
    "group": ("relevant",),
    "list": (),
}
KEPT_TEXTS: dict[str, tuple[str, ...]] = {"item": ("label", "unit"), "table": (), "group": (), "list": ()}
_SAID: dict[str, Message] = {
    "name": _("“%(label)s” counts for an indicator, so its name cannot be changed here."),
    "type": _("“%(label)s” counts for an indicator, so its type and its table cannot be changed here."),
    "relevant": _("“%(label)s” counts for an indicator, so it is asked under the same conditions everywhere."),
    "required": _("“%(label)s” counts for an indicator, so whether it must be answered cannot be changed here."),
    "constraint": _("“%(label)s” counts for an indicator, so it takes the same answers everywhere."),
    "calculation": _("“%(label)s” counts for an indicator, so it is worked out the same way everywhere."),
    "of": _("“%(label)s” counts for an indicator, so what it refers to cannot be changed here."),
    "feeds": _("“%(label)s” counts for an indicator, and goes on doing so."),
    "label": _("“%(label)s” counts for an indicator, so its words stay. You can explain it in the hint."),
    "unit": _("“%(label)s” counts for an indicator, so its unit cannot be changed here."),
    "fixed": _("“%(label)s” counts for an indicator, so its rows cannot be changed here."),
}
_SAID |= dict.fromkeys(("min", "max", "currency", "choice_filter"), _SAID["constraint"])
_SAID |= dict.fromkeys(("rows_of", "label_from"), _SAID["of"]) | {"repeat": _SAID["name"]}


@dataclass(frozen=True)
class LockProblem(Problem):
    """A change to a locked part. ``part`` is its id, ``path`` where it stands, empty when it is gone."""

    part: str = ""


def locked_parts(base: Mapping[str, Any]) -> set[str]:
    """The ids of the parts of ``base`` that its copies must keep."""
    parts = parts_of(base)
    waiting = [part for part in parts.values() if part.sort == "item" and part.entry.get("feeds")]
    found: set[str] = set()
    while waiting:
        part = waiting.pop()
        if part.id in found:
            continue
        found.add(part.id)
        waiting += _needed(parts, part)
    return found


def asked_of_all(base: Mapping[str, Any]) -> set[str]:
    """The ids of the questions and tables of ``base`` that must be answered whatever else is: copies keep them too.

    What stands under a condition, or is required under one, may be left out. So may a table that may stay empty; while
    it is there, its required columns are.
    """
    parts = parts_of(base)
    return {name for name, part in parts.items() if _is_required(parts, part) and not any(_conditions(part, parts))}


def _is_required(parts: Mapping[str, Part], part: Part) -> bool:
    if part.sort == "item":
        return part.entry.get("required") is True
    if part.sort != "table":
        return False
    columns = [each for each in parts.values() if each.parent == part.id]
    at_least = part.entry.get("min")
    if isinstance(at_least, int) and at_least > 0:
        return True
    return bool(part.entry.get("fixed")) and any(_is_required(parts, column) for column in columns)


def left_out_now(base: Mapping[str, Any], before: Mapping[str, Any], raw: Mapping[str, Any]) -> list[LockProblem]:
    """Each required question of ``base`` that ``before`` had and the copy ``raw`` has no more.

    A copy that never had one goes on as it is: it was made when that was possible, or the question is new in its base.
    """
    parts, had, ours, asked = parts_of(base), parts_of(before), parts_of(raw), asked_of_all(base)
    found = []
    for name, part in parts.items():
        goes_with_table = part.parent in parts and parts[part.parent].sort == "table" and part.parent not in ours
        if name in asked and name in had and name not in ours and not goes_with_table:
            label = _label(part, base, parts)
            message = _("“%(label)s” must be answered everywhere and cannot be left out.", label=label)
            found.append(LockProblem("", message, part=name))
    return found


def _needed(parts: Mapping[str, Part], part: Part) -> Iterator[Part]:
    """What ``part`` cannot do without: where it stands, its choices, and what its expressions ask."""
    if part.parent in parts and part.sort in ("item", "table"):
        yield parts[part.parent]
    words = str(part.entry.get("type", "")).split()
    if part.sort == "item" and len(words) == 2 and f"list:{words[1]}" in parts:
        yield parts[f"list:{words[1]}"]
    for key in EXPRESSIONS:
        text = part.entry.get(key)
        for name in sorted(names_used(text)) if isinstance(text, str) else ():
            yield from _meant(parts, part, name)
    for key in ("rows_of", "label_from"):
        yield from _meant(parts, part, str(part.entry[key])) if key in part.entry else ()


def _meant(parts: Mapping[str, Part], place: Part, name: str) -> list[Part]:
    """The parts that ``name`` may stand for in ``place``: its table's column, else the form's, else any column."""
    named = [part for part in parts.values() if part.sort in ("item", "table") and part.name == name]
    beside = [part for part in named if part.parent == place.parent and part.sort == "item"]
    inside = [part for part in named if part.parent == place.id]
    form = [part for part in named if part.parent not in parts or parts[part.parent].sort != "table"]
    return beside or form or inside or named


def locked_texts(base: Mapping[str, Any]) -> set[tuple[str, str]]:
    """The texts that copies keep: ``(part id|property, language)``. What the base does not say, a copy may."""
    locked, found = locked_parts(base), set()
    for part in parts_of(base).values():
        keys = KEPT_TEXTS[part.sort] if part.id in locked else ()
        for key in ("label",) if part.sort == "choice" and part.parent in locked else keys:
            texts = part.entry.get(key)
            found |= {(f"{part.id}|{key}", lang) for lang in texts} if isinstance(texts, Mapping) else set()
    return found


def lock_violations(base: Mapping[str, Any], raw: Mapping[str, Any]) -> list[LockProblem]:
    """Each change in the copy ``raw`` that the base does not allow, in the order of the base."""
    locked = locked_parts(base)
    before, after = parts_of(base), parts_of(raw)
    found: list[LockProblem] = []
    for name in (name for name in before if name in locked):
        was, part = before[name], after.get(name)
        if part is None:
            message = _("“%(label)s” counts for an indicator and cannot be left out.", label=_label(was, base, before))
            found.append(LockProblem("", message, part=name))
            continue
        for key in _changed(was, part, before, after):
            message = Message(_SAID[key].template, label=_label(was, base, before))
            found.append(LockProblem(spell((*part.path, key)), message, part=name))
        if was.sort == "list":
            found += _changed_choices(was, part, base, before, after)
    return found


def _changed(was: Part, part: Part, before: Mapping[str, Part], after: Mapping[str, Part]) -> Iterator[str]:
    for key in KEPT[was.sort]:
        if key == "relevant":
            if _conditions(was, before) != _conditions(part, after):
                yield key
        elif _plain(was.entry.get(key), key) != _plain(part.entry.get(key), key):
            yield key
    for key in KEPT_TEXTS[was.sort]:
        old, new = was.entry.get(key) or {}, part.entry.get(key) or {}
        if (
            isinstance(old, Mapping)
            and isinstance(new, Mapping)
            and any(lang in new and new[lang] != words for lang, words in old.items())
        ):
            yield key
    if was.sort == "table" and was.entry.get("fixed") and was.entry.get("rows") != part.entry.get("rows"):
        yield "fixed"
    if was.sort == "item" and _table_of(was, before) != _table_of(part, after):
        yield "type"


def may_move(parts: Mapping[str, Part], part: Part, place: str) -> bool:
    """Whether the locked ``part`` may stand in ``place``: under the same conditions, in the same table or in none."""
    moved = replace(part, parent=place)
    same_table = part.sort != "item" or _table_of(part, parts) == _table_of(moved, parts)
    return same_table and _conditions(part, parts) == _conditions(moved, parts)


def _plain(value: Any, key: str) -> Any:
    if key == "feeds":
        return sorted(value or ())
    return value or None if key in ("required", "fixed") else value


def _conditions(part: Part, parts: Mapping[str, Part]) -> list[Any]:
    """The conditions of a part and of what it stands in: a question moved under another condition has another."""
    found = [part.entry.get("relevant")]
    while part.parent in parts:
        part = parts[part.parent]
        found.append(part.entry.get("relevant"))
    return sorted(str(each) for each in found if each is not None)


def _table_of(part: Part, parts: Mapping[str, Part]) -> str:
    parent = parts.get(part.parent)
    return parent.id if parent and parent.sort == "table" else ""


def _changed_choices(
    was: Part, part: Part, base: Mapping[str, Any], before: Mapping[str, Part], after: Mapping[str, Part]
) -> Iterator[LockProblem]:
    old = [each for each in before.values() if each.parent == was.id]
    new = {each.id: each for each in after.values() if each.parent == was.id}
    same = {each.id for each in old} == new.keys()
    for each in old if same else ():
        label, words = each.entry.get("label"), new[each.id].entry.get("label")
        if isinstance(label, Mapping) and isinstance(words, Mapping):
            same = same and all(words.get(lang, text) == text for lang, text in label.items())
        same = same and each.entry.get("score") == new[each.id].entry.get("score")
        same = same and columns_of(each.entry) == columns_of(new[each.id].entry)
    if not same:
        message = _(
            "The choices of “%(label)s” count for an indicator and cannot be changed.", label=_label(was, base, before)
        )
        yield LockProblem(path=spell(part.path), message=message, part=was.id)


def _label(part: Part, base: Mapping[str, Any], parts: Mapping[str, Part]) -> str:
    """What people call a part; a choice list goes by the first question that uses it."""
    lang = (base.get("languages") or ["en"])[0]
    if part.sort == "list":
        kinds = (f"select_one {part.name}", f"select_multiple {part.name}")
        part = next((each for each in parts.values() if each.entry.get("type") in kinds), part)
    return label_of(part, lang)
