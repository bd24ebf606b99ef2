"""What the forms of all parts share: texts in the first language, what was seen, what differs after a clash."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partnerships.forms.layout import long_text
from toolkit.forms.editor.choices import ChoiceGrid, note_on_name
from toolkit.forms.editor.condition import Condition, scope_of
from toolkit.rendering.plain import locale_of
from toolkit.rendering.vocabulary import SIDES
from toolkit.schema.clean_number import number
from toolkit.schema.editing import Raw, move_to, set_properties
from toolkit.schema.errors import AnswerError
from toolkit.schema.locks import KEPT, KEPT_TEXTS, may_move
from toolkit.schema.numbers import to_text
from toolkit.schema.parts import FORM, Part, label_of, parts_of
from toolkit.schema.places import stamp
from toolkit.schema.report import Report
from toolkit.schema.retyping import name_from
from toolkit.schema.structure import MISSING, NAME
from toolkit.schema.texts import languages_of
from twinning.stale import shown

# Every part has these, so they are nothing to point out
PLACES = frozenset({"parent", "side", "name", "repeat"})


@dataclass(frozen=True, kw_only=True)
class Block:
    """Some fields of the page under a heading; with ``is_more`` folded away."""

    title: str
    nodes: list[tuple[str, Any]] = field(default_factory=list)
    is_more: bool = False

    @property
    def is_open(self) -> bool:
        """What is folded away opens where something in it must be put right."""
        return any(bool(node.errors) if kind == "field" else node.has_errors for kind, node in self.nodes)

    @property
    def is_set(self) -> bool:
        """Whether something of what is folded away says anything, so that nobody overlooks it."""
        return any(_says(kind, node) for kind, node in self.nodes)


def _says(kind: str, node: Any) -> bool:
    if kind == "field":
        return node.name not in PLACES and bool(node.value())
    return bool(node.value) if kind == "condition" else False


# Of Markdown, what people need who never heard of it
HOW_TO_WRITE = gettext_lazy(
    "Leave an empty line between paragraphs, begin the lines of a list with - and a heading with ##; **two stars** "
    "on each side make words bold."
)


LONGER_HELP = format_lazy("{} {}", gettext_lazy("Longer help for whoever fills it in."), HOW_TO_WRITE)


def in_language(lang: str) -> dict[str, str]:
    """The attributes of an element whose words are in ``lang``."""
    return {"lang": lang, "dir": locale_of(lang).text_direction}


class NumberField(forms.CharField):
    """A number as people write it, with a point or a comma; whole ones come out as int.

    What is no number is kept as it was typed: it is one of the problems of the draft, and holds nothing else up.
    """

    def __init__(self, *args, **kwargs):
        super().__init__(*args, required=False, max_length=40, **kwargs)
        self.widget.attrs["inputmode"] = "decimal"

    def prepare_value(self, value: Any) -> Any:
        return to_text(value) if isinstance(value, int | float) and not isinstance(value, bool) else value

    def clean(self, value: Any) -> int | float | str | None:
        typed = super().clean(value)
        try:
            found: Decimal | None = number(typed)
        except AnswerError:
            return typed
        return None if found is None else int(found) if found == int(found) else float(found)


class WholeField(NumberField):
    """A whole number; which ones are taken, the check of the tool tells."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.widget.attrs["inputmode"] = "numeric"


class PartForm(forms.Form):
    """The properties of one part. ``change(raw)`` writes them into the tool as it stands by then."""

    TEXTS: tuple[str, ...] = ()

    def __init__(self, data: QueryDict | None, *, raw: Raw, part: Part, locked: frozenset[str] = frozenset()):
        self.raw, self.part, self.entry = raw, part, part.entry
        self.parts = parts_of(raw)
        self.lang = languages_of(raw)[0]
        self.fresh = part.entry
        self.locked = locked
        self.is_locked = part.id in locked
        self.conditions: dict[str, Condition] = {}
        self.grids: list[Any] = []
        self.notes: list[str] = []
        super().__init__(data, initial={})
        self.scope = scope_of(raw, part, self.lang)
        self.build()
        self._lock()
        for extra in self.extras if data is not None else ():
            extra.read(data)

    def build(self) -> None:
        raise NotImplementedError

    @property
    def told(self) -> list[str]:
        """What was saved otherwise than it was typed."""
        return [*self.notes, *(note for grid in self.grids for note in getattr(grid, "notes", ()))]

    @property
    def extras(self) -> list[Any]:
        return [*self.conditions.values(), *self.grids]

    def _lock(self) -> None:
        for key in (*KEPT[self.part.sort], *KEPT_TEXTS[self.part.sort]) if self.is_locked else ():
            if key in self.fields:
                self.fields[key].disabled = True

    # Making fields

    def text(self, key: str, label: Any, *, help_text: Any = "", rows: int = 0, limit: int = 1000) -> None:
        """A text in the tool's first language; the others are written on the page of texts."""
        widget = long_text(rows) if rows else None
        self.fields[key] = forms.CharField(
            label=label, help_text=help_text, required=False, max_length=limit, widget=widget
        )
        self.fields[key].widget.attrs.update(in_language(self.lang))
        value = self.entry.get(key)
        self.initial[key] = value.get(self.lang, "") if isinstance(value, Mapping) else (value or "")

    def plain(self, key: str, made: forms.Field) -> None:
        self.fields[key] = made
        self.initial[key] = self.entry.get(key)

    def side_field(self) -> None:
        above = gettext_lazy("As the group or table it stands in")
        inherits = [("", above)] if self.part.parent != FORM else []
        made = forms.ChoiceField(
            label=gettext_lazy("Who writes here"), choices=[*inherits, *SIDES.items()], required=False
        )
        self.plain("side", made)
        self.initial["side"] = self.entry.get("side") or ("" if inherits else "both")

    def name_field(self, key: str, help_text: Any) -> None:
        made = forms.CharField(label=gettext_lazy("Short name"), max_length=300, required=False, help_text=help_text)
        self.plain(key, made)
        self.fields[key].widget.attrs.update(autocapitalize="none", spellcheck="false")

    def place_field(self, sorts: Sequence[str]) -> None:
        places = [(FORM, gettext_lazy("The form itself, in no group"))]
        kinds = {"group": gettext_lazy("Group: %s"), "table": gettext_lazy("Table: %s")}
        places += [
            (each.id, str(kinds[each.sort]) % label_of(each, self.lang))
            for each in self.parts.values()
            if each.sort in sorts and each.id != self.part.id
        ]
        if self.is_locked:
            places = [place for place in places if may_move(self.parts, self.part, place[0])]
        help_text = gettext_lazy("Moved elsewhere, it comes last there.")
        made = forms.ChoiceField(label=gettext_lazy("Stands in"), choices=places, help_text=help_text)
        self.plain("parent", made)
        self.initial["parent"] = self.part.parent

    def condition(self, key: str, **options: Any) -> None:
        self.conditions[key] = Condition(
            key, scope=self.scope, current=self.entry.get(key), is_locked=self.is_locked, **options
        )

    # What was posted

    def clean(self) -> dict[str, Any]:
        for key in ("name", "repeat"):
            if key in self.cleaned_data and not self.fields[key].disabled:
                self.cleaned_data[key] = self._short_name(self.cleaned_data[key])
        return self.cleaned_data

    def _short_name(self, typed: str) -> str:
        """What formulas can call the part: the name as it was typed, or made from it."""
        if not typed or typed == self.part.name:
            return self.part.name
        if NAME(Report(), (), typed) is not MISSING:
            return typed
        taken = {part.name for part in self.parts.values()} - {self.part.name}
        made = name_from(typed, "table" if self.part.sort == "table" else "question", taken=taken)
        self.notes.append(note_on_name(typed, made))
        return made

    def is_valid(self) -> bool:
        sound = [extra.is_valid() for extra in self.extras] if self.is_bound else []
        return super().is_valid() and all(sound)

    def act(self, data: QueryDict) -> bool:
        """A button that changes the page and saves nothing; whether it was one."""
        line, grid = data.get("_line", ""), data.get("_choices", "")
        if line in self.conditions:
            self.conditions[line].add_line()
        for each in self.grids:
            if isinstance(each, ChoiceGrid) and grid:
                each.act(grid)
        return bool(line or grid)

    def values(self) -> dict[str, Any]:
        """The properties by their keys; None takes one away."""
        found: dict[str, Any] = {}
        for key in self.fields:
            if key != "parent" and not self.fields[key].disabled:
                found[key] = self.value_of(key)
        return found | {key: each.value for key, each in self.conditions.items() if not each.is_locked}

    def value_of(self, key: str) -> Any:
        value = self.cleaned_data[key]
        if key in self.TEXTS:
            texts = self.fresh.get(key)
            texts = dict(texts) if isinstance(texts, Mapping) else {}
            texts.pop(self.lang, None)
            texts = {self.lang: value, **texts} if value else texts
            return texts or ({} if key == "label" else None)
        if key == "side":
            is_usual = value == "both" and "side" not in self.fresh and self.part.parent == FORM
            return None if is_usual else value or None
        return None if value is False or value in ("", []) else value

    def change(self, raw: Raw) -> Raw:
        self.fresh = parts_of(raw)[self.part.id].entry
        tool = set_properties(raw, self.part.id, self.values())
        parent = self.cleaned_data.get("parent", self.part.parent)
        if parent != self.part.parent:
            tool = move_to(tool, self.part.id, parent=parent)
        return tool

    # What was seen, and what somebody else wrote meanwhile

    @property
    def watched(self) -> list[str]:
        return [self.part.id]

    @property
    def seen_now(self) -> str:
        return " ".join(stamp(self.parts, self.raw, name) for name in self.watched)

    def seen(self) -> dict[str, str]:
        """The stamps of what the page showed. A page that sent none saw nothing."""
        signs = str(self.data.get("seen", "")).split()
        return {name: signs[at] if at < len(signs) else "-" for at, name in enumerate(self.watched)}

    def clash(self, theirs: PartForm) -> list[dict[str, str]]:
        """Rows {label, mine, theirs} of what differs from ``theirs``, the part as it was saved."""
        rows = []
        for key, made in self.fields.items():
            if key in theirs.fields and not made.disabled:
                mine, saved = shown(made, self.cleaned_data.get(key)), shown(made, theirs.initial.get(key))
                rows.append((str(made.label), mine, saved))
        for mine, saved in zip(self.extras, theirs.extras, strict=False):
            rows.append((str(getattr(mine, "legend", _("Choices"))), mine.shown(), saved.shown()))
        return [{"label": label, "mine": mine, "theirs": saved} for label, mine, saved in rows if mine != saved]

    @property
    def has_trouble(self) -> bool:
        return bool(self.errors) or any(extra.has_errors for extra in self.extras)

    @property
    def troubles(self) -> list[tuple[str, str, str]]:
        """What is wrong outside the plain fields: (place on the page, what it is, why)."""
        return [trouble for extra in self.extras for trouble in extra.troubles]

    @property
    def blocks(self) -> list[Block]:
        raise NotImplementedError

    def block(self, title: Any, *names: str, is_more: bool = False, extra: Callable[[], list] = list) -> Block:
        nodes: list[tuple[str, Any]] = []
        for name in names:
            if name in self.fields:
                nodes.append(("field", self[name]))
            elif name in self.conditions:
                nodes.append(("condition", self.conditions[name]))
        return Block(title=str(title), nodes=[*nodes, *extra()], is_more=is_more)
