"""What is different between two versions of a tool, told to people: question by question, word by word."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy

from toolkit.rendering.conditions import in_words
from toolkit.rendering.display import Voice
from toolkit.rendering.property_names import PROPERTY_NAMES, SORT_NAMES, property_text, type_name
from toolkit.schema.changes import TEXTS, Change, Property, compare, flat
from toolkit.schema.definition import Definition, Item
from toolkit.schema.editing import users_of_list
from toolkit.schema.names import EXPRESSIONS
from toolkit.schema.parts import Part, label_of, parts_of
from toolkit.schema.retyping import kind_of, list_of
from twinning.languages import own_name
from twinning.word_diff import Piece, word_diff

# The sorts of change by which a page may be narrowed down, in the order in which a summary names them
WHATS = {
    "added": gettext_lazy("Added"),
    "removed": gettext_lazy("Removed"),
    "reworded": gettext_lazy("Reworded"),
    "changed": gettext_lazy("Changed otherwise"),
    "moved": gettext_lazy("Moved"),
}
_COUNTED = {
    "added": ngettext_lazy("%(n)d added", "%(n)d added", "n"),
    "removed": ngettext_lazy("%(n)d removed", "%(n)d removed", "n"),
    "reworded": ngettext_lazy("%(n)d reworded", "%(n)d reworded", "n"),
    "changed": ngettext_lazy("%(n)d changed otherwise", "%(n)d changed otherwise", "n"),
    "moved": ngettext_lazy("%(n)d moved", "%(n)d moved", "n"),
}
# What a heading says already of a part that was not there before, or nobody reads
_OF_NAMES = frozenset({"id", "name", "group", "repeat", "type"})
_HELD = {
    "group": ngettext_lazy("%(n)d group", "%(n)d groups", "n"),
    "table": ngettext_lazy("%(n)d table", "%(n)d tables", "n"),
    "item": ngettext_lazy("%(n)d question", "%(n)d questions", "n"),
    "list": ngettext_lazy("%(n)d list of choices", "%(n)d lists of choices", "n"),
}
UNASKED = frozenset({"note", "calculate"})
# What these hold are the names of questions and tables
CALLED_BY_NAME = frozenset({"totals", "rows_of", "label_from"})


@dataclass(frozen=True, kw_only=True)
class Shift:
    """One property that differs. Texts fall into ``pieces``; other values are told whole, conditions also in words."""

    name: str
    language: str = ""
    lang: str = ""
    pieces: tuple[Piece, ...] = ()
    before: str = ""
    after: str = ""
    before_words: str = ""
    after_words: str = ""
    is_code: bool = False


@dataclass(frozen=True, kw_only=True)
class Row:
    """What happened to one part. ``whats`` are keys of WHATS, ``place`` says where it stands now, or stood."""

    id: str
    sort: str
    whats: tuple[str, ...]
    label: str
    above: str
    place: str = ""
    shifts: tuple[Shift, ...] = ()
    inside: tuple[Row, ...] = ()

    @property
    def badges(self) -> list[tuple[str, str]]:
        return [(what, str(WHATS[what])) for what in self.whats]


@dataclass(frozen=True, kw_only=True)
class Differences:
    """``holds`` says what a first version has in it; nothing of it is called new, for there was nothing before."""

    rows: tuple[Row, ...]
    counts: Mapping[str, int] = field(default_factory=dict)
    holds: str = ""

    @property
    def summary(self) -> str:
        """“3 added, 2 removed, 5 reworded”; of a first version “2 groups, 7 questions”."""
        if self.holds:
            return self.holds
        told = [str(words % {"n": self.counts[what]}) for what, words in _COUNTED.items() if self.counts.get(what)]
        return ", ".join(told) or _("Nothing is different.")

    def only(self, what: str) -> tuple[Row, ...]:
        return tuple(row for row in self.rows if what in row.whats) if what else self.rows


class Teller:
    """Two raw tools with their parsed forms, if they are sound, told in ``lang``."""

    def __init__(
        self,
        before: Mapping[str, Any],
        after: Mapping[str, Any],
        *,
        lang: str,
        old_form: Definition | None = None,
        new_form: Definition | None = None,
        is_first: bool = False,
    ):
        self.before, self.after, self.lang, self.is_first = before, after, lang, is_first
        self.old, self.new = parts_of(before), parts_of(after)
        # A faulty tool has no conditions that could be told in words; then those of the other are told as code too.
        is_told = bool(new_form) and (bool(old_form) or not before.get("form"))
        self.voices = [Voice(form, lang) if form and is_told else None for form in (old_form, new_form)]
        self.has_languages = len({*_codes(before), *_codes(after)}) > 1

    def differences(self) -> Differences:
        changes = compare(self.before, self.after)
        rows = [self.row(change) for change in changes if change.sort not in ("list", "choice")]
        rows += self.lists([change for change in changes if change.sort in ("list", "choice")])
        if self.is_first:
            return Differences(rows=tuple(map(_as_it_is, rows)), holds=self.holds())
        counts = Counter(what for row in rows for what in row.whats)
        return Differences(rows=tuple(rows), counts=counts)

    def holds(self) -> str:
        """“2 groups, 7 questions, 1 list of choices”."""
        sorts = Counter(part.sort for part in self.new.values() if kind_of(part.entry) not in UNASKED)
        return ", ".join(str(words % {"n": sorts[sort]}) for sort, words in _HELD.items() if sorts[sort])

    def row(self, change: Change) -> Row:
        part = change.after or change.before
        shifts = self.shifts(change)
        return Row(
            id=change.id,
            sort=change.sort,
            whats=_whats(change),
            label=label_of(part, self.lang),
            above=self.above(part),
            place=self.place(change),
            shifts=shifts,
        )

    def above(self, part: Part) -> str:
        """What sort of part this is: its type for a question."""
        return type_name(part.entry.get("type")) if part.sort == "item" else str(SORT_NAMES[part.sort])

    def place(self, change: Change) -> str:
        old, new = (self.parent(parts, part) for parts, part in ((self.old, change.before), (self.new, change.after)))
        if change.has_moved and old != new:
            words = {"old": old or _("no group"), "new": new or _("no group")}
            return _("moved from “%(old)s” to “%(new)s”") % words
        if change.has_moved:
            return _("stands elsewhere in “%(place)s”") % {"place": new} if new else _("stands elsewhere in the form")
        place = "" if change.sort == "choice" else new if change.after else old
        return _("in “%(place)s”") % {"place": place} if place else ""

    def parent(self, parts: Mapping[str, Part], part: Part | None) -> str:
        return label_of(parts[part.parent], self.lang) if part and part.parent in parts else ""

    def shifts(self, change: Change) -> tuple[Shift, ...]:
        if change.what == "removed":
            return ()
        if change.what == "added":
            return tuple(self.shift(change.id, each) for each in self.of_new(change.after))
        return tuple(self.shift(change.id, each) for each in change.properties)

    def of_new(self, part: Part) -> Iterator[Property]:
        """All that a part holds which was not there before, but for the wording that is its heading."""
        heading = label_of(part, self.lang)
        for (key, lang), value in flat(part).items():
            if key not in _OF_NAMES and not (key == "label" and value == heading):
                yield Property(key=key, lang=lang, before=None, after=value)

    def shift(self, name: str, found: Property) -> Shift:
        """One property as people read it."""
        key, lang = found.key, found.lang
        label = str(PROPERTY_NAMES.get(key, key))
        before, after = (self.text(at, name, key, value) for at, value in enumerate((found.before, found.after)))
        if key in EXPRESSIONS and (isinstance(found.before, str) or isinstance(found.after, str)):
            words = [self.words(at, name, key) for at in (0, 1)]
            # One of two in words and the other as code cannot be held against each other
            if (before and not words[0]) or (after and not words[1]):
                words = ["", ""]
            return Shift(
                name=label, before=before, after=after, before_words=words[0], after_words=words[1], is_code=True
            )
        if key in TEXTS or "\n" in before + after:
            language = own_name(lang) if lang and self.has_languages else ""
            return Shift(name=label, language=language, lang=lang, pieces=word_diff(before, after))
        return Shift(name=label, before=before, after=after)

    def words(self, at: int, name: str, key: str) -> str:
        """A condition in words; empty where there is none, or where words cannot say it in short."""
        voice = self.voices[at]
        if voice is None or key == "calculation":
            return ""
        form = voice.definition
        node = next((group for group in form.groups if group.id == name), None) or form.by_id.get(name)
        return in_words(getattr(node, key, None), voice, node if isinstance(node, Item) else None)

    def text(self, at: int, name: str, key: str, value: Any) -> str:
        """What a property held, or holds: other parts and choices go by what people call them."""
        parts = (self.old, self.new)[at]
        if key == "type" and isinstance(value, str):
            return type_name(value, [label_of(choice, self.lang) for choice in _choices_of(parts, value)])
        if key == "default" and name in parts:
            offered = {each.name: each for each in _choices_of(parts, str(parts[name].entry.get("type", "")))}
            picked = [label_of(offered[each], self.lang) for each in _listed(value) if each in offered]
            return ", ".join(picked) or property_text(key, value, self.lang)
        if key in CALLED_BY_NAME:
            called = {part.name: label_of(part, self.lang) for part in parts.values() if part.sort in ("item", "table")}
            return ", ".join(called.get(each, str(each)) for each in _listed(value))
        return property_text(key, value, self.lang)

    def lists(self, changes: Iterable[Change]) -> list[Row]:
        """One row for each list of choices that differs, with its choices inside."""
        by_list: dict[str, list[Change]] = {}
        for change in changes:
            by_list.setdefault(change.id.partition("/")[0], []).append(change)
        return [self.list_row(name, found) for name, found in by_list.items()]

    def list_row(self, name: str, found: list[Change]) -> Row:
        own = next((change for change in found if change.id == name), None)
        choices = tuple(self.row(change) for change in found if change.id != name)
        what = own.what if own and own.what in ("added", "removed") else "changed"
        raw = self.before if what == "removed" else self.after
        users = users_of_list(raw, name.removeprefix("list:"))
        parts = self.old if what == "removed" else self.new
        labels = [label_of(part, self.lang) for part in parts.values() if part.sort == "item" and part.name in users]
        return Row(
            id=name,
            sort="list",
            whats=(what,),
            label=_("Choices of “%(question)s”") % {"question": labels[0]} if labels else name.removeprefix("list:"),
            above=str(SORT_NAMES["list"]),
            place=_("also of %(others)s") % {"others": ", ".join(f"“{each}”" for each in labels[1:])}
            if labels[1:]
            else "",
            inside=choices,
        )


def _as_it_is(row: Row) -> Row:
    return replace(row, whats=(), inside=tuple(map(_as_it_is, row.inside)))


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value] if isinstance(value, str) and value else []


def _choices_of(parts: Mapping[str, Part], written: str) -> list[Part]:
    """The choices of the list that a type names."""
    name = list_of({"type": written})
    return [part for part in parts.values() if name and part.sort == "choice" and part.parent == f"list:{name}"]


def _whats(change: Change) -> tuple[str, ...]:
    if change.what in ("added", "removed"):
        return (change.what,)
    found = {"reworded" if each.key in TEXTS else "changed" for each in change.properties}
    found |= {"moved"} if change.has_moved else set()
    return tuple(what for what in WHATS if what in found)


def _codes(raw: Mapping[str, Any]) -> list[str]:
    languages = raw.get("languages")
    return [str(code) for code in languages] if isinstance(languages, list) else ["en"]
