"""What people call the properties of a tool's parts and what these hold: for differences and merges."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import get_language_info, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _

from partnerships.states import ToolkitSection
from toolkit.schema.cells import ROW
from toolkit.schema.definition import tr
from toolkit.states import Mode, Part, ToolKind

PROPERTY_NAMES = {
    "title": gettext_lazy("Title"),
    "number": gettext_lazy("Number"),
    "section": gettext_lazy("Section"),
    "kind": gettext_lazy("Kind"),
    "purpose": gettext_lazy("Purpose"),
    "guidance": gettext_lazy("Guidance"),
    "filled_by": gettext_lazy("Who fills it in"),
    "subject": gettext_lazy("What it is about"),
    "mode": gettext_lazy("How it is shared"),
    "repeats": gettext_lazy("How often"),
    "minutes": gettext_lazy("Minutes"),
    "source": gettext_lazy("Source"),
    "languages": gettext_lazy("Languages"),
    "body": gettext_lazy("Text of the document"),
    "label": gettext_lazy("Wording"),
    "hint": gettext_lazy("Hint"),
    "name": gettext_lazy("Name in conditions"),
    "group": gettext_lazy("Name in the file"),
    "repeat": gettext_lazy("Name in conditions"),
    "type": gettext_lazy("Type"),
    "required": gettext_lazy("Must be answered"),
    "relevant": gettext_lazy("Asked only when"),
    "constraint": gettext_lazy("Rule for the answer"),
    "constraint_message": gettext_lazy("What is said when the rule is broken"),
    "calculation": gettext_lazy("Calculation"),
    "default": gettext_lazy("Answer to begin with"),
    "bind": gettext_lazy("Filled from the records"),
    "prefill": gettext_lazy("Rows from the records"),
    "side": gettext_lazy("Who writes here"),
    "readonly": gettext_lazy("Only shown"),
    "sensitive": gettext_lazy("Sensitive"),
    "feeds": gettext_lazy("Counts for the indicators"),
    "appearance": gettext_lazy("Appearance"),
    "min": gettext_lazy("At least"),
    "max": gettext_lazy("At most"),
    "unit": gettext_lazy("Unit"),
    "currency": gettext_lazy("Currency"),
    "max_words": gettext_lazy("Most words"),
    "max_length": gettext_lazy("Most characters"),
    "of": gettext_lazy("Refers to"),
    "rows_of": gettext_lazy("Offers the rows of"),
    "label_from": gettext_lazy("Rows are called by"),
    "totals": gettext_lazy("Columns with a total"),
    "rows": gettext_lazy("Rows to begin with"),
    "fixed": gettext_lazy("Rows are given"),
    "score": gettext_lazy("Score"),
}
TYPE_NAMES = {
    "text": gettext_lazy("One line of text"),
    "long_text": gettext_lazy("Longer text"),
    "integer": gettext_lazy("Whole number"),
    "decimal": gettext_lazy("Number"),
    "percent": gettext_lazy("Percentage"),
    "money": gettext_lazy("Amount of money"),
    "date": gettext_lazy("Date"),
    "datetime": gettext_lazy("Date and time"),
    "time": gettext_lazy("Time of day"),
    "year": gettext_lazy("Year"),
    "yes_no": gettext_lazy("Yes or no"),
    "select_one": gettext_lazy("One of several choices"),
    "select_multiple": gettext_lazy("Several of several choices"),
    "rating": gettext_lazy("Rating from 1 to 5"),
    "email": gettext_lazy("E-mail address"),
    "phone": gettext_lazy("Telephone number"),
    "url": gettext_lazy("Web address"),
    "country": gettext_lazy("Country"),
    "language": gettext_lazy("Language"),
    "reference": gettext_lazy("Something in the records"),
    "file": gettext_lazy("File"),
    "image": gettext_lazy("Picture"),
    "signature": gettext_lazy("Signature"),
    "check": gettext_lazy("Item of a checklist"),
    "calculate": gettext_lazy("Calculation"),
    "note": gettext_lazy("Note to the reader"),
}
SORT_NAMES = {
    "tool": gettext_lazy("The tool"),
    "group": gettext_lazy("Group"),
    "table": gettext_lazy("Table"),
    "item": gettext_lazy("Question"),
    "list": gettext_lazy("List of choices"),
    "choice": gettext_lazy("Choice"),
}
SIDE_NAMES = {**dict(Part.choices), "both": pgettext_lazy("who writes", "Either side")}


def type_name(written: Any) -> str:
    """The type of a question in words: ``select_one state`` is “One of several choices (list “state”)”."""
    kind, _space, which = str(written or "").partition(" ")
    name = TYPE_NAMES.get(kind, kind)
    return str(format_lazy("{} ({})", name, _("list “%(name)s”") % {"name": which}) if which else name)


def language_name(code: str) -> str:
    """A language by its own name; one that nobody knows by its code."""
    try:
        return get_language_info(code)["name_local"]
    except KeyError:
        return code


_READ: dict[str, Callable[[Any], Any]] = {
    "type": type_name,
    "mode": dict(Mode.choices).get,
    "kind": dict(ToolKind.choices).get,
    "section": dict(ToolkitSection.choices).get,
    "side": SIDE_NAMES.get,
}


def property_text(key: str, value: Any, lang: str) -> str:
    """What a property holds, in words; empty when it holds nothing."""
    if value is None or value == "" or value == []:
        return ""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if key in _READ and isinstance(value, str):
        return str(_READ[key](value) or value)
    if key == "languages" and isinstance(value, list):
        return ", ".join(language_name(str(code)) for code in value)
    if isinstance(value, list):
        lines = [_row_text(row) if isinstance(row, Mapping) else str(row) for row in value]
        return ("\n" if any(isinstance(row, Mapping) for row in value) else ", ").join(lines)
    if isinstance(value, Mapping):
        return tr({str(code): str(words) for code, words in value.items()}, lang)
    return str(value)


def _row_text(row: Mapping[str, Any]) -> str:
    return " · ".join(str(value) for key, value in row.items() if key != ROW)
