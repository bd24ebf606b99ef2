"""What people call the properties of a tool's parts and what these hold: for differences and merges."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partnerships.states import ToolkitSection
from toolkit.rendering.vocabulary import APPEARANCES, BINDINGS, INDICATORS, KIND_NAMES, RECORDS, SIDES, SUBJECTS
from toolkit.schema.cells import ROW
from toolkit.schema.definition import tr
from toolkit.schema.retyping import kind_of
from toolkit.states import Mode, ToolKind
from twinning.languages import own_name

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
    "constraint_message": gettext_lazy("What to say when an answer is not taken"),
    "choice_filter": gettext_lazy("Which choices are offered"),
    "calculation": gettext_lazy("Formula"),
    "default": gettext_lazy("Answer to begin with"),
    "bind": gettext_lazy("Filled in from"),
    "prefill": gettext_lazy("Rows filled from"),
    "side": gettext_lazy("Who writes here"),
    "readonly": gettext_lazy("Shown, but not to be changed"),
    "sensitive": gettext_lazy("Sensitive"),
    "feeds": gettext_lazy("Counts for these indicators"),
    "appearance": gettext_lazy("Looks like"),
    "min": gettext_lazy("At least"),
    "max": gettext_lazy("At most"),
    "unit": gettext_lazy("Unit"),
    "currency": gettext_lazy("Usual currency"),
    "max_words": gettext_lazy("Words at most"),
    "max_length": gettext_lazy("Characters at most"),
    "of": gettext_lazy("Refers to"),
    "rows_of": gettext_lazy("Offers the rows of"),
    "label_from": gettext_lazy("Rows are called by"),
    "totals": gettext_lazy("Columns with a total"),
    "rows": gettext_lazy("Rows to begin with"),
    "fixed": gettext_lazy("Only these rows"),
    "score": gettext_lazy("Score"),
}
SORT_NAMES = {
    "tool": gettext_lazy("The tool"),
    "group": gettext_lazy("Group"),
    "table": gettext_lazy("Table"),
    "item": gettext_lazy("Question"),
    "list": gettext_lazy("List of choices"),
    "choice": gettext_lazy("Choice"),
}
# So many choices are named where a question is told by them
MOST_CHOICES = 6


def type_name(written: Any, choices: Sequence[str] = ()) -> str:
    """The type of a question in words; with the labels of its choices, “One of several choices: Good, Poor”."""
    name = str(KIND_NAMES.get(kind_of({"type": written}), written or ""))
    if not choices:
        return name
    told = [*choices[:MOST_CHOICES], *(["…"] if len(choices) > MOST_CHOICES else [])]
    return _("%(type)s: %(choices)s") % {"type": name, "choices": ", ".join(told)}


_READ: dict[str, Callable[[Any], Any]] = {
    "type": type_name,
    "mode": dict(Mode.choices).get,
    "kind": dict(ToolKind.choices).get,
    "section": dict(ToolkitSection.choices).get,
    "side": SIDES.get,
    "of": RECORDS.get,
    "subject": SUBJECTS.get,
    "appearance": APPEARANCES.get,
    "bind": BINDINGS.get,
    "prefill": BINDINGS.get,
    "feeds": INDICATORS.get,
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
        return ", ".join(own_name(str(code)) for code in value)
    if isinstance(value, list):
        read = _READ.get(key, str)
        lines = [_row_text(row) if isinstance(row, Mapping) else str(read(row) or row) for row in value]
        return ("\n" if any(isinstance(row, Mapping) for row in value) else ", ").join(lines)
    if isinstance(value, Mapping):
        return tr({str(code): str(words) for code, words in value.items()}, lang)
    return str(value)


def _row_text(row: Mapping[str, Any]) -> str:
    return " · ".join(str(value) for key, value in row.items() if key != ROW)
