"""A tool as the list of its parts that the editor shows, and its problems in plain words, each with its place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from toolkit.rendering.vocabulary import KIND_NAMES, SIDES
from toolkit.schema.errors import Problem
from toolkit.schema.expressions import MISSING_HERE
from toolkit.schema.parts import FORM, TOOL, Part, label_of, parts_of
from toolkit.schema.places import places_of
from toolkit.schema.retyping import kind_of, list_of
from toolkit.schema.words import Message
from twinning.languages import name_here

SORTS = {"group": gettext_lazy("Group"), "table": gettext_lazy("Table")}


@dataclass(frozen=True, kw_only=True)
class OutlineRow:
    """A part in the outline, or with ``adds`` the place where one may be added at the end of ``parent``."""

    id: str = ""
    sort: str = ""
    parent: str = FORM
    depth: int = 0
    label: str = ""
    kind: str = ""
    marks: tuple[tuple[str, str], ...] = ()
    n_problems: int = 0
    is_current: bool = False
    is_locked: bool = False
    is_inside: bool = False
    adds: tuple[str, ...] = ()


def outline_of(
    raw: Mapping[str, Any], *, lang: str, at: str, locked: frozenset[str], faults: Iterable[Fault]
) -> list[OutlineRow]:
    parts = parts_of(raw)
    counts = Counter(fault.part for fault in faults)
    children: dict[str, list[Part]] = {}
    for part in parts.values():
        if part.sort in ("group", "table", "item"):
            children.setdefault(part.parent, []).append(part)

    def walk(parent: str, depth: int) -> Iterator[OutlineRow]:
        for part in children.get(parent, ()):
            yield OutlineRow(
                id=part.id,
                sort=part.sort,
                parent=parent,
                depth=depth,
                label=label_of(part, lang) if part.entry.get("label") else _("(no words yet)"),
                kind=str(SORTS.get(part.sort) or KIND_NAMES.get(kind_of(part.entry), kind_of(part.entry))),
                marks=tuple(_marks(part)),
                n_problems=counts[part.id],
                is_current=part.id == at,
                is_locked=part.id in locked,
            )
            if part.sort != "item":
                yield from walk(part.id, depth + 1)
                adds = ("item",) if part.sort == "table" else ("item", "table")
                yield OutlineRow(parent=part.id, depth=depth + 1, adds=adds, label=label_of(part, lang))

    return [*walk(FORM, 0), OutlineRow(adds=("item", "table", "group"))]


def _marks(part: Part) -> Iterator[tuple[str, str]]:
    """Icons with the words they stand for."""
    entry = part.entry
    if entry.get("required"):
        always = entry["required"] is True
        yield "asterisk", str(_("Must be answered") if always else _("Must be answered under a condition"))
    if "relevant" in entry:
        yield "git-branch", str(_("Asked under a condition") if part.sort == "item" else _("Shown under a condition"))
    if entry.get("side") in SIDES and entry["side"] != "both":
        yield "user-round-pen", str(SIDES[entry["side"]])
    if entry.get("sensitive"):
        yield "eye-off", str(_("Sensitive"))
    if entry.get("feeds"):
        yield "chart-column", str(_("Counts for an indicator"))


# Problems


@dataclass(frozen=True, kw_only=True)
class Fault:
    """A problem as a curator reads it: whose it is, at which property, what to do. ``page`` is where that is done."""

    part: str
    key: str
    label: str
    text: str
    page: str = "form"
    lang: str = ""


_TEXT_MISSING = "The text in “%(lang)s” is missing."
# (template of the language, property or nothing) → what an author reads
_PLAIN = {
    (_TEXT_MISSING, "title"): gettext_lazy("The title is missing."),
    (_TEXT_MISSING, "purpose"): gettext_lazy("Say what the tool is for."),
    ("A list has 1 to %(limit)d choices.", ""): gettext_lazy("There are no choices yet."),
    ("A calculate needs its calculation.", ""): gettext_lazy("The formula is missing."),
    ("A tool needs a form. Only a guide may do without.", ""): gettext_lazy("There is no question yet."),
    ("The group “%(name)s” is empty.", ""): gettext_lazy("There is no question in this group yet."),
    ("The table “%(name)s” has no column.", ""): gettext_lazy("This table has no column yet."),
    ("A reference needs “of”: what it refers to.", ""): gettext_lazy("Say what it refers to."),
    ("“of: rows” needs “rows_of” and “label_from”.", ""): gettext_lazy("Choose the table and its column."),
    ("A table with fixed rows needs its rows.", ""): gettext_lazy("People may add no rows, so write the rows here."),
    ("Write an expression in quotes.", ""): gettext_lazy("Write the formula, or choose another answer."),
    ("There is no constraint to go with this.", ""): gettext_lazy(
        "There are words for a refused answer, but every answer is taken."
    ),
}
_ABOUT = frozenset("title purpose number section kind guidance filled_by subject mode repeats minutes source".split())


def faults_of(raw: Mapping[str, Any], problems: Iterable[Problem], *, lang: str) -> list[Fault]:
    problems = list(problems)
    parts = parts_of(raw)
    places = places_of(parts, [problem.path for problem in problems])
    found = [_fault(parts, part, key, problem, lang) for problem, (part, key) in zip(problems, places, strict=True)]
    return list(dict.fromkeys(found))


def _fault(parts: Mapping[str, Part], name: str, key: str, problem: Problem, lang: str) -> Fault:
    part = parts.get(getattr(problem, "part", "")) or parts[name]
    name = part.id
    template = getattr(problem.message, "template", "")
    plain = _PLAIN.get((template, key)) or _PLAIN.get((template, ""))
    if template == _TEXT_MISSING and plain is None:
        plain = _("The words are missing.") if key == "label" else _("The words in the first language are missing.")
    page = "form"
    if name == TOOL:
        page = "body" if key == "body" else "about" if key in _ABOUT else "texts" if key == "languages" else "form"
    if part.sort in ("choice", "list"):
        part, key = _user_of(parts, part), "choices"
    label, spoken = label_of(part, lang) if name != TOOL else "", ""
    if page == "body":
        spoken = problem.path.partition(".")[2]
        label = _("Text of the document (%(language)s)") % {"language": name_here(spoken)} if spoken else ""
    text = str(plain) if plain else _sentence(problem.message)
    return Fault(part=part.id, key=key, label=label, text=text, page=page, lang=spoken)


def _sentence(message: Message) -> str:
    """The sentence in the reader's language, without the short name of the question: its words stand before it."""
    why, before = message.params.get("why"), message.params.get("before")
    if not isinstance(why, Message):
        return message.translated(_)
    if before and why != MISSING_HERE:
        return _("After “%(before)s”: %(why)s") % {"before": before, "why": why.translated(_)}
    return why.translated(_)


def _user_of(parts: Mapping[str, Part], part: Part) -> Part:
    """The first question that chooses from a list; the list itself where none does."""
    name = part.id.removeprefix("list:").partition("/")[0]
    users = (each for each in parts.values() if list_of(each.entry) == name)
    return next(users, parts[f"list:{name}"])
