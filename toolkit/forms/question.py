"""A question as one page asks it, for all its cells alike."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.template.defaultfilters import linebreaks_filter
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from toolkit.forms.options import Options
from toolkit.forms.posted import FILES, PARTS
from toolkit.schema.definition import Definition, Item

NOTHING = SafeString("")  # is not escaped again each time it is drawn, as "" is
RADIO_LIMIT = 6  # more choices than this are offered in a drop-down list
SCALES = ("likert", "smileys")
GROUPED = frozenset({"radios", "checkboxes", "signature"})  # several inputs under one label
LOOKS = {
    "select_multiple": "checkboxes",
    "country": "select",
    "language": "select",
    "yes_no": "radios",
    "rating": "radios",
    "long_text": "long_text",
    "file": "files",
    "image": "files",
    "money": "money",
    "datetime": "datetime",
    "date": "date",
    "reference": "reference",
    "signature": "signature",
    "check": "check",
}


@dataclass(kw_only=True)
class Question:
    """What the cells of an item have in common: a table makes it once, however many rows it has.

    ``look`` names the way its inputs are drawn (``drawing.INPUTS``); ``shown`` has none and is only read.
    """

    item: Item
    look: str
    label: str
    hint: str = ""
    guidance: str = ""
    unit: str = ""
    options: Options = ()

    @property
    def is_open(self) -> bool:
        return self.look != "shown"

    @property
    def is_required(self) -> bool:
        return self.item.required is True

    @property
    def is_grouped(self) -> bool:
        """Drawn with several inputs, so that its words stand over a group instead of labelling one input."""
        return self.look in GROUPED

    @cached_property
    def words(self) -> SafeString:
        """The label, with its unit and whether an answer is needed."""
        unit = format_html(' <span class="fill-unit">({})</span>', self.unit) if self.unit else NOTHING
        needed = format_html(' <span class="fill-required">{}</span>', _("required")) if self.is_required else NOTHING
        return format_html("{}{}{}", self.label, unit, needed)

    @cached_property
    def help(self) -> SafeString:
        """The guidance, folded until somebody asks for it."""
        if not self.guidance:
            return NOTHING
        return format_html(
            '<details class="fill-guidance"><summary>{}</summary>{}</details>',
            _("Help with this question"),
            linebreaks_filter(self.guidance),
        )

    @cached_property
    def layout(self) -> str:
        """How its choices stand beside each other."""
        if self.item.kind == "yes_no":
            return " fill-choices--row"
        return " fill-choices--scale" if self.item.kind == "rating" or self.item.appearance in SCALES else ""


def look_of(item: Item, form: Definition) -> str:
    """How the inputs of an open question are drawn."""
    if item.kind == "select_one":
        many = len(form.lists[item.list]) > RADIO_LIMIT or item.appearance == "minimal" or item.repeat
        return "select" if many and item.appearance not in SCALES else "radios"
    return LOOKS.get(item.kind, "line")


def parts_of(item: Item, value: Any) -> dict[str, Any]:
    """What goes into the inputs; ``value`` is a kept value, or raw text after a failed post."""
    if item.kind in PARTS:
        parts = value if isinstance(value, dict) else {}
        parts = {part: parts.get(part, "") for part in PARTS[item.kind]}
        if item.kind == "money" and not parts["currency"]:
            parts["currency"] = item.currency or ""
        return parts
    if item.kind == "reference" and isinstance(value, dict):
        return {"value": value.get("text", "")}
    if item.kind in FILES or item.kind == "select_multiple":
        return {"value": value or []}
    return {"value": "" if value is None else value}
