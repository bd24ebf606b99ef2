"""The fields of a PDF that is filled in elsewhere: one for each part of each answer, and the spots where they stand.

A field is named after its cell: ``f_cost:amount`` is a part of an answer, ``f_topics=icu`` one choice of several.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.translation import gettext as _

from toolkit.rendering.display import Drawn
from toolkit.rendering.spaces import Space
from toolkit.schema.definition import Item

Choices = Sequence[Sequence[Any]]  # [label, value]

# Parts of an answer with the kind of field of each; see shapes.py for the same on a sheet.
PARTS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "text": (("", "text"),),
    "long_text": (("", "lines"),),
    "integer": (("", "text"),),
    "decimal": (("", "text"),),
    "percent": (("", "text"),),
    "money": (("amount", "text"), ("currency", "open")),
    "date": (("", "text"),),
    "datetime": (("at", "text"), ("zone", "open")),
    "time": (("", "text"),),
    "year": (("", "text"),),
    "yes_no": (("", "choice"),),
    "select_one": (("", "choice"),),
    "select_multiple": (("", "many"),),
    "rating": (("", "choice"),),
    "email": (("", "text"),),
    "phone": (("", "text"),),
    "url": (("", "text"),),
    "country": (("", "combo"),),
    "language": (("", "combo"),),
    "reference": (("", "open"),),
    "signature": (("name", "text"), ("title", "text"), ("organization", "text"), ("on", "text"), ("agreed", "tick")),
    "check": (("state", "combo"), ("on", "text"), ("note", "lines")),
}
SPOT = "https://field.invalid/"
# More choices than this are offered in a list that unfolds.
MOST_MARKS = 12
LETTERS_ON_A_LINE = 95
MOST_LINES = 40
HEIGHTS = (1, 2, 3, 4, 5, 6, 8, 10, 12, 16, 20, 30, MOST_LINES)  # print-fill.css knows each


@dataclass(frozen=True, kw_only=True)
class Field:
    """A field of the PDF. ``kind``: text, lines, combo, open (a list in which something else may be written), radio,
    tick. ``value`` is its text, of a radio the name of the choice, of a tick whether it is set. ``choices`` are
    (value, label) and ``list`` is the name under which fields share them."""

    name: str
    kind: str
    label: str
    value: Any = ""
    choices: tuple[tuple[str, str], ...] = ()
    list: str = ""
    is_required: bool = False
    max_length: int | None = None


@dataclass(frozen=True)
class Spot(Drawn):
    """Where a field stands on the page; ``css`` says how large it is."""

    number: int
    css: str

    @property
    def address(self) -> str:
        """Where a link leads that acroform.py turns into the field."""
        return f"{SPOT}{self.number}"


@dataclass(frozen=True)
class Option(Drawn):
    label: str
    spot: Spot
    face: str = ""


@dataclass(frozen=True, kw_only=True)
class Part(Drawn):
    spot: Spot
    label: str = ""
    hint: str = ""
    is_beside: bool = False


@dataclass(frozen=True, kw_only=True)
class Entry(Drawn):
    """Where one answer is written: in parts, by marking options, or not at all, then ``text`` is what there is."""

    parts: tuple[Part, ...] = ()
    options: tuple[Option, ...] = ()
    groups: tuple[tuple[str, tuple[Option, ...]], ...] = ()
    css: str = "doc-choices"
    hint: str = ""
    text: str = ""
    is_open: bool = True


@dataclass
class Fields:
    """All fields of a file, in the order in which they are gone through, and which spot belongs to which."""

    fields: list[Field] = field(default_factory=list)
    spots: list[tuple[int, str]] = field(default_factory=list)  # the field, and of a radio the choice

    def add(self, made: Field) -> int:
        self.fields.append(made)
        return len(self.fields) - 1

    def spot(self, number: int, css: str, value: str = "") -> Spot:
        self.spots.append((number, value))
        return Spot(len(self.spots) - 1, css)


def split(item: Item, value: Any) -> dict[str, Any]:
    """A kept answer by parts."""
    if value is None:
        return {}
    if item.kind == "reference":
        return {"": value.get("text", "") if isinstance(value, dict) else str(value)}
    names = [name for name, _kind in PARTS[item.kind]]
    if names == [""]:
        return {"": value}
    return {name: value.get(name) for name in names} if isinstance(value, dict) else {}


def part_label(part: str) -> str:
    labels = {
        "amount": _("Amount"),
        "currency": _("Currency"),
        "at": _("Date and time"),
        "zone": _("Time zone"),
        "name": _("Name"),
        "title": _("Post"),
        "organization": _("Organization"),
        "on": _("Date"),
        "agreed": _("I sign this with my name typed above."),
        "state": _("State"),
        "note": _("Note"),
    }
    return labels.get(part, "")


def format_hint(item: Item, part: str) -> str:
    """How a day or a time is written, for no reader checks it."""
    if item.kind == "date" or part == "on":
        return _("year-month-day, such as 2026-01-31")
    if part == "at":
        return _("such as 2026-01-31 14:30")
    return _("such as 14:30") if item.kind == "time" else ""


class Entries:
    """Makes the entries of one file."""

    def __init__(self, fields: Fields, choices: Callable[[Item, str], tuple[str, Choices]]):
        self.fields, self.choices = fields, choices

    def entry(self, item: Item, cell: str, value: Any, space: Space, label: str, *, in_cell: bool = False) -> Entry:
        """The entry of ``cell``; ``in_cell`` of a table, where there is little room."""
        is_marked = item.kind == "select_multiple" or (not in_cell and self._is_marked(item))
        if is_marked:
            return self._marks(item, cell, value, space, label, in_cell=in_cell)
        held = split(item, value)
        parts = [
            self._part(item, cell, part, kind, held.get(part), space, label, in_cell=in_cell)
            for part, kind in PARTS[item.kind]
        ]
        return Entry(parts=tuple(parts))

    def _is_marked(self, item: Item) -> bool:
        kind = PARTS[item.kind][0][1]
        return kind == "choice" and len(self.choices(item, "")[1]) <= MOST_MARKS

    def _part(
        self, item: Item, cell: str, part: str, kind: str, value: Any, space: Space, label: str, *, in_cell: bool
    ) -> Part:
        named = part_label(part) if part and (part != "amount" or not in_cell) else ""
        hint = format_hint(item, part)
        list_name, choices = self.choices(item, part) if kind in ("choice", "combo", "open") else ("", ())
        text = "" if value is None else str(value)
        made = Field(
            name=f"{cell}:{part}" if part else cell,
            kind="combo" if kind == "choice" else _wrapped(item, kind, in_cell=in_cell),
            label=". ".join(filter(None, (f"{label} – {named}" if named else label, hint))),
            value=bool(value) if kind == "tick" else text,
            choices=tuple((str(name), str(shown)) for shown, name in choices),
            list=list_name,
            is_required=item.required is True,
            max_length=item.max_length if not part else None,
        )
        if kind == "open":  # what is written there is the label itself, or something else
            made = Field(**{**vars(made), "choices": tuple((shown, shown) for _name, shown in made.choices)})
        css = _size(item, part, kind, text, space, in_cell=in_cell)
        spot = self.fields.spot(self.fields.add(made), css)
        return Part(spot=spot, label=named, hint="" if in_cell else hint, is_beside=css == "tick")

    def _marks(self, item: Item, cell: str, value: Any, space: Space, label: str, *, in_cell: bool) -> Entry:
        list_name, choices = self.choices(item, "")
        is_many = item.kind == "select_multiple"
        pairs = [(str(name), str(shown)) for shown, name in choices]
        faces = (*space.faces, *[""] * len(pairs))
        options = []
        radio = None
        if not is_many:
            held = "" if value is None else str(value)
            radio = self.fields.add(
                Field(name=cell, kind="radio", label=label, value=held, choices=tuple(pairs), list=list_name)
            )
        for (name, shown), face in zip(pairs, faces, strict=False):
            at = radio
            if at is None:
                told = f"{label} – {shown}"
                at = self.fields.add(Field(name=f"{cell}={name}", kind="tick", label=told, value=name in (value or ())))
            options.append(Option(shown, self.fields.spot(at, "tick" if is_many else "radio", name), face))
        if in_cell:
            return Entry(options=tuple(options), css="fill-stack")
        return Entry(
            options=() if space.groups else tuple(options),
            groups=_grouped(space.groups, options),
            css="doc-row" if space.look == "row" else "doc-choices",
            hint=_("Mark all that apply.") if is_many else "",
        )


def _grouped(groups: tuple[tuple[str, tuple[str, ...]], ...], options: list[Option]):
    """The options under the headings of the paper. One that stands under several is marked under the first."""
    rest = list(options)
    found = []
    for heading, labels in groups:
        own = tuple(option for option in rest if option.label in labels)
        rest = [option for option in rest if option not in own]
        if own:
            found.append((heading, own))
    if groups and rest:
        found.append(("", tuple(rest)))
    return tuple(found)


def _wrapped(item: Item, kind: str, *, in_cell: bool) -> str:
    """A short text in a narrow column is broken into lines; so is a long one that is asked for in one field."""
    return "lines" if kind == "text" and in_cell and item.kind == "text" else kind


def _size(item: Item, part: str, kind: str, text: str, space: Space, *, in_cell: bool) -> str:
    if kind == "tick":
        return "tick"
    if in_cell:
        lines = _lines(text, 24) if kind == "lines" or item.kind == "text" else 1
        return f"cell{min(max(lines, 3 if kind == 'lines' else 1), 6)}"
    if part in ("currency", "on", "at") or item.kind in ("date", "time", "year"):
        return "date"
    if part == "amount" or space.look == "short":
        return "short"
    if kind == "lines":
        wanted = max(space.lines if not part else 2, _lines(text, LETTERS_ON_A_LINE))
        return f"l{next(height for height in HEIGHTS if height >= min(wanted, MOST_LINES))}"
    return "part" if part in ("state", "zone") else "l1"


def _lines(text: str, letters: int) -> int:
    """About how many lines ``text`` takes."""
    return sum(1 + len(line) // letters for line in text.split("\n")) if text else 1


def level(row: Iterable[tuple[Any, Entry]]) -> tuple[tuple[Any, Entry], ...]:
    """The entries of a row of a table with fields as high as the highest."""
    row = tuple(row)
    own = [entry.parts[0].spot.css for _column, entry in row if len(entry.parts) == 1]
    highest = max((css for css in own if css.startswith("cell")), default="")
    return tuple((column, _raised(entry, highest)) for column, entry in row)


def _raised(entry: Entry, css: str) -> Entry:
    if len(entry.parts) != 1 or not entry.parts[0].spot.css.startswith("cell"):
        return entry
    part = entry.parts[0]
    return replace(entry, parts=(replace(part, spot=replace(part.spot, css=css)),))
