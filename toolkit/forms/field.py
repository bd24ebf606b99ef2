"""One question on the page that fills a form, ready for its template."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.forms.utils import flatatt
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from toolkit.schema.definition import Item

INPUT_TYPES = {
    "email": {"type": "email"},
    "phone": {"type": "tel"},
    "time": {"type": "time"},
    "integer": {"type": "text", "inputmode": "numeric"},
    "year": {"type": "text", "inputmode": "numeric"},
    "decimal": {"type": "text", "inputmode": "decimal"},
    "percent": {"type": "text", "inputmode": "decimal"},
    "url": {"type": "text", "inputmode": "url"},
}
GROUPED = frozenset({"select_multiple", "yes_no", "rating", "signature"})


@dataclass(kw_only=True)
class FieldView:
    """One question on the page. ``parts`` holds what stands in its inputs, by part name (``value`` when it has one)."""

    cell: str
    item: Item
    label: str
    template: str
    parts: dict[str, Any]
    hint: str = ""
    guidance: str = ""
    unit: str = ""
    required: bool = False
    is_relevant: bool = True
    is_open: bool = True
    shown: str = ""
    options: list[tuple[str, str]] = field(default_factory=list)
    error: str = ""
    theirs: str | None = None
    theirs_name: str = ""

    is_table = False

    @property
    def value(self) -> Any:
        return self.parts.get("value", "")

    @property
    def is_grouped(self) -> bool:
        """Drawn with several inputs, so that its words stand over a group instead of labelling one input."""
        return self.is_open and (self.item.kind in GROUPED or self.template.endswith("/radios.html"))

    @property
    def attributes(self) -> SafeString:
        """What every input of the field carries for those who do not see the page; made here, for it is made often."""
        ids = [f"{self.cell}-hint"] if self.hint else []
        ids += [f"{self.cell}-error"] if self.error else []
        marks = {"aria-describedby": " ".join(ids)} if ids else {}
        if self.required:
            marks["aria-required"] = "true"
        if self.error:
            marks["aria-invalid"] = "true"
        return flatatt(marks)

    @property
    def css(self) -> str:
        """The classes of the field's box."""
        more = " fill-field--invalid" if self.error else ""
        return f"fill-field{more} fill-field--conflict" if self.theirs is not None else f"fill-field{more}"

    @property
    def invalid(self) -> str:
        return " is-invalid" if self.error else ""

    @property
    def has_trouble(self) -> bool:
        return bool(self.error) or self.theirs is not None

    @property
    def hiding(self) -> SafeString:
        return flatatt({"hidden": not self.is_relevant})

    @property
    def grouping(self) -> SafeString:
        """Several inputs under one label are a group that is named by it."""
        return flatatt({"role": "group", "aria-labelledby": f"{self.cell}-label"} if self.is_grouped else {})

    @property
    def suffix(self) -> str:
        """What stands behind the label: the unit, and whether an answer is needed."""
        if not self.unit and not self.required:
            return ""
        unit = format_html(' <span class="fill-unit">({})</span>', self.unit) if self.unit else ""
        needed = format_html(' <span class="fill-required">{}</span>', _("required")) if self.required else ""
        return format_html("{}{}", unit, needed)

    @property
    def input_type(self) -> SafeString:
        """The type and keyboard of a one-line input."""
        return flatatt(INPUT_TYPES.get(self.item.kind, {"type": "text"}))

    @property
    def choices(self) -> list[tuple[str, str, str, str]]:
        """Name, label, the id of the first input (where an error leads), and whether it is chosen, as HTML wants it."""
        chosen = self.value if isinstance(self.value, list) else [str(self.value)]
        first = [flatatt({"id": self.cell}), *[""] * (len(self.options) - 1)]
        marks = {True: flatatt({"checked": True}), False: ""}
        return [
            (name, label, mark, marks[name in chosen]) for (name, label), mark in zip(self.options, first, strict=False)
        ]

    @property
    def layout(self) -> str:
        if self.item.kind == "yes_no":
            return " fill-choices--row"
        is_scale = self.item.kind == "rating" or self.item.appearance in ("likert", "smileys")
        return " fill-choices--scale" if is_scale else ""

    @property
    def may_clear(self) -> bool:
        """A choice that need not be made can be taken back."""
        return bool(self.value) and not self.required
