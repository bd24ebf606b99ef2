"""What a newer version of the base brings to a copy, told to people who decide what to take."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from toolkit.rendering.differences import Shift, Teller
from toolkit.schema.changes import Property
from toolkit.schema.definition import Definition
from toolkit.schema.merge import Merged, Step
from toolkit.schema.parts import FORM, Part, label_of, parts_of

LISTED = ("list", "choice")


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
        """In the order of the form; choices come last, each beside the others of its list."""
        steps = sorted(merged.steps, key=lambda step: step.part.id.split("/")[0] if step.part.sort in LISTED else "")
        return [self.row(step, chosen.get(step.key, "")) for step in steps]

    def row(self, step: Step, chosen: str) -> MergeRow:
        brings, keeps = self.sentences(step)
        theirs = ours = None
        if step.what == "property":
            at = {"key": step.name, "lang": step.lang, "before": step.base}
            theirs = self.new.shift(step.part.id, Property(**at, after=step.theirs))
            if step.ours != step.base:
                ours = self.own.shift(step.part.id, Property(**at, after=step.ours))
        return MergeRow(
            key=step.key,
            label=self.label(step.part),
            above=self.above(step.part),
            brings=brings,
            keeps=keeps,
            theirs=theirs,
            ours=ours,
            is_conflict=step.is_conflict,
            chosen=chosen or ("" if step.is_conflict else step.taken),
        )

    def sentences(self, step: Step) -> tuple[str, str]:
        """What taking a step does, and what leaving it does."""
        if step.what == "added":
            return self.about(step, _("New: it is added%(place)s.")), _("It is left out.")
        if step.what == "removed":
            keeps = _("It stays, as your copy has it.") if step.is_conflict else _("It stays.")
            return _("It was removed: it goes from your copy too."), keeps
        if step.what == "off":
            return _("You had left it out. It has changed: it comes back%(place)s.") % {
                "place": self.place(self.parts["theirs"], step.part)
            }, _("It stays left out.")
        if step.what == "place":
            words = {side: self.parent(self.parts[side].get(step.part.id)) for side in ("theirs", "ours")}
            return _("It moves to “%(place)s”.") % {"place": words["theirs"]}, _("It stays in “%(place)s”.") % {
                "place": words["ours"]
            }
        if step.what == "order":
            return _("What stands in it takes the new order."), _("It keeps the order of your copy.")
        return _("Take the new one"), _("Keep yours")

    def above(self, part: Part) -> str:
        if part.sort == "choice":
            return _("Choice of “%(question)s”") % {"question": self.question(part.parent)}
        return self.new.above(part)

    def about(self, step: Step, words: str) -> str:
        return words % {"place": self.place(self.parts["theirs"], step.part)}

    def place(self, parts: Mapping[str, Part], part: Part) -> str:
        found = parts.get(part.id)
        if found is None or found.parent not in parts or part.sort == "choice":
            return ""
        return _(" in “%(place)s”") % {"place": self.label(parts[found.parent])}

    def parent(self, part: Part | None) -> str:
        if part is None or part.parent == FORM:
            return _("no group")
        for parts in self.parts.values():
            if part.parent in parts:
                return label_of(parts[part.parent], self.lang)
        return part.parent

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
