"""What a newer version of the base brings to a copy, told to people who decide what to take."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from toolkit.rendering.differences import Shift, Teller
from toolkit.schema.changes import Property
from toolkit.schema.definition import Definition
from toolkit.schema.parts import FORM, TOOL, Part, label_of, parts_of
from toolkit.schema.steps import Merged, Step

MOST_NAMED = 5


@dataclass(frozen=True, kw_only=True)
class MergeRow:
    """One thing to take or to leave.

    ``theirs`` and ``ours`` are what each made of the property, told against the base; ``brings`` says in a sentence
    what taking it does, ``keeps`` what leaving it does. ``chosen`` is "theirs", "ours" or nothing yet.
    """

    key: str
    label: str
    above: str
    brings: str
    keeps: str
    theirs: Shift | None = None
    ours: Shift | None = None
    is_conflict: bool = False
    chosen: str = ""
    note: str = ""
    heading: str = ""


class MergeTeller:
    """The steps of a merge as rows; ``chosen`` are decisions that somebody made on the page, by key."""

    def __init__(
        self,
        base: Mapping[str, Any],
        theirs: Mapping[str, Any],
        ours: Mapping[str, Any],
        *,
        lang: str,
        forms: tuple[Definition | None, Definition | None, Definition | None] = (None, None, None),
    ):
        self.lang = lang
        self.parts = {"base": parts_of(base), "theirs": parts_of(theirs), "ours": parts_of(ours)}
        self.new = Teller(base, theirs, lang=lang, old_form=forms[0], new_form=forms[1])
        self.own = Teller(base, ours, lang=lang, old_form=forms[0], new_form=forms[2])

    def rows(self, merged: Merged, chosen: Mapping[str, str]) -> list[MergeRow]:
        """In the order of the form; choices come last, those of a list together."""
        steps = sorted(merged.steps, key=lambda step: _list_of(step.part))
        return [self.row(step, chosen.get(step.key, "")) for step in steps]

    def row(self, step: Step, chosen: str) -> MergeRow:
        theirs = ours = None
        if step.what == "property":
            at = {"key": step.name, "lang": step.lang, "before": step.base}
            theirs = self.new.shift(step.part.id, Property(**at, after=step.theirs))
            if step.ours != step.base:
                ours = self.own.shift(step.part.id, Property(**at, after=step.ours))
        subject = step.parts[0] if step.what == "order" and len(step.parts) == 1 else step.part
        return MergeRow(
            key=step.key,
            label=self.label(subject),
            above=self.new.above(subject) if subject.id != TOOL or step.what != "order" else _("Order"),
            brings=self.brings(step),
            keeps=self.keeps(step),
            theirs=theirs,
            ours=ours,
            is_conflict=step.is_conflict,
            chosen=chosen or ("" if step.is_conflict else step.taken),
            note=self.note(step),
            heading=self.label(self.part(_list_of(step.part))) if _list_of(step.part) else "",
        )

    def brings(self, step: Step) -> str:
        """What taking a step does."""
        place = self.place(self.parts["theirs"], step.part)
        match step.what:
            case "added":
                return _("New: it is added%(place)s.") % {"place": place}
            case "removed":
                return _("It was removed: it goes from your copy too.")
            case "off" if step.part.sort == "table":
                return _("You had left it out. It has changed: the whole table comes back%(place)s.") % {"place": place}
            case "off":
                return _("You had left it out. It has changed: it comes back%(place)s.") % {"place": place}
            case "place":
                return _("It moves to “%(place)s”.") % {"place": self.parent("theirs", step.part)}
            case "order":
                return self.moves(step)
        return _("Take the new one")

    def keeps(self, step: Step) -> str:
        """What leaving a step does."""
        match step.what:
            case "added":
                return _("It is left out.")
            case "removed":
                return _("It stays, as your copy has it.") if step.is_conflict else _("It stays.")
            case "off":
                return _("It stays left out.")
            case "place":
                return _("It stays in “%(place)s”.") % {"place": self.parent("ours", step.part)}
            case "order":
                return _("It keeps the order of your copy.")
        return _("Keep yours")

    def note(self, step: Step) -> str:
        """What depends on what, which of us has the name, what is new inside it, which choices a question offers."""
        others = self.named(step.parts)
        match step.why:
            case "users" if all(part.id == TOOL for part in step.parts):
                return _("The text of the document in your copy speaks of it.")
            case "users":
                return _("In your copy this depends on it: %(others)s.") % {"others": others}
            case "needs":
                return _("It depends on what your copy leaves out: %(others)s.") % {"others": others}
            case "twin":
                return _("%(others)s in your copy has the same short name and gets another one: “%(name)s”.") % {
                    "others": others,
                    "name": step.gives_way,
                }
        inside = [part for part in step.parts if step.what == "off" and part.id != step.part.id]
        if inside:
            return _("New or changed in it: %(others)s.") % {"others": self.named(inside)}
        if step.what == "off" and not step.parts:
            return _("Something that is new depends on it.")
        return self.choices(step.part) if step.what == "added" else ""

    def named(self, parts: Sequence[Part]) -> str:
        """“One”, “Two”, and how many more."""
        labels = [_("the text of the document") if part.id == TOOL else f"“{self.label(part)}”" for part in parts]
        return _few(labels)

    def choices(self, part: Part) -> str:
        """The choices of a question that is new with its list."""
        name = str(part.entry.get("type", "")).partition(" ")[2]
        new = self.parts["theirs"]
        if not name or f"list:{name}" in self.parts["ours"]:
            return ""
        offered = [label_of(each, self.lang) for each in new.values() if each.parent == f"list:{name}"]
        return _("Choices: %(choices)s") % {"choices": _few([f"“{each}”" for each in offered])}

    def moves(self, step: Step) -> str:
        """Which parts stand elsewhere; of a single one also where."""
        if len(step.parts) > 1:
            return _("These take their new places: %(others)s.") % {"others": self.named(step.parts)}
        (moved,) = step.parts
        beside = [part for part in self.parts["theirs"].values() if part.parent == moved.parent]
        at = [part.id for part in beside].index(moved.id)
        if at == 0:
            return _("It moves to the beginning.")
        return _("It moves behind “%(before)s”.") % {"before": self.label(beside[at - 1])}

    def place(self, parts: Mapping[str, Part], part: Part) -> str:
        found = parts.get(part.id)
        if found is None or found.parent not in parts or part.sort == "choice":
            return ""
        return _(" in “%(place)s”") % {"place": self.label(parts[found.parent])}

    def parent(self, side: str, part: Part) -> str:
        found = self.parts[side].get(part.id)
        if found is None or found.parent == FORM:
            return _("no group")
        within = self.part(found.parent)
        return label_of(within, self.lang) if within else found.parent

    def part(self, name: str) -> Part | None:
        return next((parts[name] for parts in self.parts.values() if name in parts), None)

    def label(self, part: Part) -> str:
        """What a person calls the part; a list of choices goes by the question that offers it."""
        if part.sort == "list":
            return _("Choices of “%(question)s”") % {"question": self.question(part.id)}
        return label_of(part, self.lang)

    def question(self, name: str) -> str:
        """The first question that offers the list ``name``, else the list's own name."""
        name = name.removeprefix("list:")
        kinds = (f"select_one {name}", f"select_multiple {name}")
        found = (each for parts in self.parts.values() for each in parts.values() if each.entry.get("type") in kinds)
        first = next(found, None)
        return label_of(first, self.lang) if first else name


def _list_of(part: Part) -> str:
    """The list to whose choices a part belongs."""
    return part.id.partition("/")[0] if part.sort in ("list", "choice") else ""


def _few(labels: Sequence[str]) -> str:
    shown = ", ".join(labels[:MOST_NAMED])
    more = len(labels) - MOST_NAMED
    return (
        ngettext("%(shown)s and %(n)d more", "%(shown)s and %(n)d more", more) % {"shown": shown, "n": more}
        if more > 0
        else shown
    )
