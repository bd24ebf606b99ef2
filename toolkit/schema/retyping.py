"""Another type for a question, a name from its words, a choice list of its own: what still fits is kept."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from copy import deepcopy
from typing import Any

from .bindings import BINDINGS, FILLS
from .choice_columns import columns_of, without_idle
from .editing import EditError, Raw, add_part, delete_part, fresh_name, new_id, set_properties
from .kinds import KINDS, TOTALLED
from .parts import FORM, Part, parts_of
from .structure import ONLY_FOR
from .words import _

PICKED = ("select_one", "select_multiple")
NAME_LENGTH = 32
_PREFIX = {"calculate": "c_", "note": "n_"}
# What an answer of one type may begin with may begin an answer of the other
_ALIKE = (frozenset({"text", "long_text"}), frozenset({"integer", "decimal", "percent"}))


def kind_of(entry: Mapping[str, Any]) -> str:
    words = str(entry.get("type", "")).split()
    return words[0] if words else ""


def list_of(entry: Mapping[str, Any]) -> str:
    """The choice list of a question, empty when it has none."""
    kind, _space, name = str(entry.get("type", "")).partition(" ")
    return name.strip() if kind in PICKED else ""


def name_from(words: str, fallback: str, *, taken: set[str]) -> str:
    """A name that expressions can use, from the Latin letters of ``words``."""
    plain = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode().casefold()
    stem = re.sub(r"[^a-z0-9]+", "_", plain.replace("'", "")).strip("_")
    if len(stem) > NAME_LENGTH:
        stem = stem[: NAME_LENGTH + 1].rpartition("_")[0] or stem[:NAME_LENGTH]
    stem = stem if re.match(r"[a-z]", stem) else f"{fallback}_{stem}".rstrip("_")
    return fresh_name(stem, taken)


def add_named(
    raw: Mapping[str, Any], sort: str, *, parent: str = FORM, after: str = "", kind: str = "text", label: str = ""
) -> tuple[Raw, str]:
    """A new part as add_part() makes it, its name made from its label."""
    tool, new = add_part(raw, sort, parent=parent, after=after, kind=kind, label=label)
    parts = parts_of(tool)
    if label and (sort != "item" or kind != "note"):
        taken = {part.name for part in parts.values()} - {parts[new].name}
        name = name_from(label, parts[new].name.rstrip("_0123456789"), taken=taken)
        key = {"group": "group", "table": "repeat"}.get(sort, "name")
        tool = set_properties(tool, new, {key: name})
        new = f"g_{name}" if sort == "group" else new
        if kind in PICKED and sort == "item":
            tool = without_unused(_with_own_list(tool, new), tool)
    if kind == "reference" and sort == "item":
        tool = set_properties(tool, new, {"of": "contact"})
    return tool, new


def remove_part(raw: Mapping[str, Any], name: str) -> Raw:
    """Without the part, and without the choice lists that nothing else uses."""
    return without_idle(without_unused(delete_part(raw, name), raw), raw)


def without_unused(tool: Raw, before: Mapping[str, Any]) -> Raw:
    """``tool`` without the lists that were in use before and no longer are."""
    used = {list_of(part.entry) for part in parts_of(tool).values()}
    were = {list_of(part.entry) for part in parts_of(before).values()}
    lists = tool.get("choices")
    if not isinstance(lists, dict) or not (gone := (were - used) & lists.keys()):
        return tool
    return {**tool, "choices": {name: choices for name, choices in lists.items() if name not in gone}}


def retype(raw: Mapping[str, Any], name: str, kind: str) -> tuple[Raw, str]:
    """The question with another type and all that this may have; and its id.

    A calculation or a note is no question: from or to one, the part gets a new id, for no answer carries over.
    """
    tool = deepcopy(dict(raw))
    parts = parts_of(tool)
    part = parts.get(name)
    if part is None or part.sort != "item" or kind not in KINDS:
        raise EditError(_("There is no part “%(name)s” any more.", name=name[:60]))
    entry: Any = part.entry
    was, choices = kind_of(entry), list_of(entry)
    if was == kind:
        return tool, name
    _keep_fitting(entry, was, kind)
    entry["type"] = kind
    if kind in PICKED:
        entry["type"] = f"{kind} {choices or _new_list(tool, entry)}"
    if kind == "reference":
        entry.setdefault("of", "contact")
    prefix = _PREFIX.get(kind, "f_")
    if not str(entry.get("id", "")).startswith(prefix):
        entry["id"] = name = new_id(prefix)
    _drop_total(parts, part, kind)
    return without_idle(without_unused(tool, raw), raw), name


def _keep_fitting(entry: dict[str, Any], was: str, kind: str) -> None:
    for key, kinds in ONLY_FOR.items():
        if kind not in kinds:
            entry.pop(key, None)
    if not {"constraint", "min", "max"} & entry.keys():
        entry.pop("constraint_message", None)
    is_alike = any({was, kind} <= kinds for kinds in _ALIKE)
    if not is_alike:
        entry.pop("default", None)
        entry.pop("appearance", None)
    bound = BINDINGS.get(str(entry.get("bind", "")))
    if bound is None or kind not in FILLS[bound.kind]:
        entry.pop("bind", None)


def _drop_total(parts: Mapping[str, Part], part: Part, kind: str) -> None:
    table: Any = parts.get(part.parent)
    if table and table.sort == "table" and kind not in TOTALLED and part.name in table.entry.get("totals", ()):
        left = [each for each in table.entry["totals"] if each != part.name]
        table.entry.update(totals=left) if left else table.entry.pop("totals")


# Choices


def _new_list(tool: Raw, entry: Mapping[str, Any]) -> str:
    lists = dict(tool.get("choices") or {})
    name = fresh_name(f"{entry.get('name', 'question')}_choices"[:60], set(lists))
    tool["choices"] = {**lists, name: []}
    return name


def _with_own_list(tool: Raw, name: str) -> Raw:
    """A list named after the question, in place of the one that add_part() gave it."""
    raw = deepcopy(tool)
    entry: Any = parts_of(raw)[name].entry
    entry["type"] = f"{kind_of(entry)} {_new_list(raw, entry)}"
    return raw


def use_list(raw: Mapping[str, Any], name: str, wanted: str) -> Raw:
    """Let a question choose from the list ``wanted``; an empty name gives it a copy of its own of the list it has."""
    tool = deepcopy(dict(raw))
    part = parts_of(tool).get(name)
    if part is None or not list_of(part.entry):
        raise EditError(_("There is no part “%(name)s” any more.", name=name[:60]))
    entry: Any = part.entry
    lists = tool.get("choices") or {}
    if not wanted:
        copied = deepcopy(lists.get(list_of(entry)) or [])
        wanted = _new_list(tool, entry)
        tool["choices"][wanted] = copied
    elif wanted not in lists:
        raise EditError(_("There is no part “%(name)s” any more.", name=wanted[:60]))
    entry["type"] = f"{kind_of(entry)} {wanted}"
    return without_unused(tool, raw)


def choices_in(raw: Mapping[str, Any], list_name: str) -> list[dict[str, Any]]:
    choices = (raw.get("choices") or {}).get(list_name)
    return [dict(each) for each in choices if isinstance(each, Mapping)] if isinstance(choices, list) else []


def choices_from(rows: Sequence[Mapping[str, Any]], known: Sequence[Mapping[str, Any]], lang: str) -> list[dict]:
    """Choices from what a person wrote: rows of ``was`` (the name it had), ``name``, ``label``, ``score``, ``columns``.

    A choice keeps its name, for answers hang on it, and what it is called in other languages. A new one is named
    after its label unless the person gave a name, and so is one that had no label yet. A row that says nothing at all
    is no choice.
    """
    before = {str(each.get("name")): each for each in known}
    nameless = {name for name, each in before.items() if not _words_of(each)}
    rows = [{**row, "was": ""} if row.get("was") in nameless and row.get("label") else row for row in rows]
    taken = {row["was"] for row in rows if row.get("was")} | {row["name"] for row in rows if row.get("name")}
    made = []
    for row in rows:
        was, label = row.get("was") or "", str(row.get("label") or "").strip()
        columns = {key: value for key, value in (row.get("columns") or {}).items() if value}
        if not (was or label or columns or row.get("name") or row.get("score") not in (None, "")):
            continue
        old = dict(before.get(was, {}))
        name = was or row.get("name") or name_from(label, "choice", taken=taken)
        taken.add(name)
        words = {**_words_of(old), lang: label}
        old |= {"name": name, "label": {code: each for code, each in words.items() if each}}
        old.pop("score", None)
        if "columns" in row:
            old = {key: value for key, value in old.items() if key not in columns_of(old)} | columns
        made.append(old | ({"score": row["score"]} if row.get("score") not in (None, "") else {}))
    return made


def _words_of(choice: Mapping[str, Any]) -> dict[str, str]:
    texts = choice.get("label")
    texts = texts if isinstance(texts, Mapping) else {}
    return {lang: words for lang, words in texts.items() if isinstance(words, str) and words.strip()}
