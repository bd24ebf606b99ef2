"""Answers that an author writes into a tool (what a question begins with, the rows of a table) as text and back."""

from __future__ import annotations

import re
from collections.abc import Mapping, Set
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from partnerships.forms.layout import DateInput, long_text
from toolkit.rendering.vocabulary import CHECK_STATES, YES_NO
from toolkit.schema.bindings import BINDINGS, is_known_to
from toolkit.schema.definition import tr
from toolkit.schema.editing import Raw
from toolkit.schema.retyping import choices_in, kind_of, list_of
from toolkit.schema.structure import ONLY_FOR
from twinning.languages import language_options

# Kinds whose answers have more parts than one field can hold
UNTYPED = frozenset({"datetime", "file", "image", "signature"})
_MONEY = re.compile(r"(.*?)\s*([A-Za-z]{3})?\s*")


def takes_default(kind: str) -> bool:
    return kind in ONLY_FOR["default"] and kind not in UNTYPED


def to_text(kind: str, value: Any) -> str:
    """A value as a person would type it."""
    if value is None:
        return ""
    if isinstance(value, Mapping):
        if kind == "money":
            return f"{value.get('amount', '')} {value.get('currency', '')}".strip()
        return str(value.get("state" if kind == "check" else "text", ""))
    if isinstance(value, list):
        return ", ".join(str(each) for each in value)
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


def from_text(entry: Mapping[str, Any], text: str) -> Any:
    """What the language keeps of ``text``; None when there is nothing. Whether it is sound, the tool's check tells."""
    kind, text = kind_of(entry), text.strip()
    if not text:
        return None
    if kind == "money":
        match = _MONEY.fullmatch(text)
        amount, currency = match.groups() if match else (text, "")
        return {"amount": amount, "currency": (currency or str(entry.get("currency", ""))).upper()}
    if kind == "select_multiple":
        return [each.strip() for each in text.split(",") if each.strip()]
    return text


def options_for(raw: Mapping[str, Any], entry: Mapping[str, Any], lang: str) -> list[tuple[str, str]]:
    """The answers among which such a value is chosen; empty where it is typed."""
    kind = kind_of(entry)
    if name := list_of(entry):
        return [
            (str(each.get("name")), tr(each["label"], lang) if isinstance(each.get("label"), dict) else "")
            for each in choices_in(raw, name)
        ]
    fixed = {"yes_no": YES_NO, "check": CHECK_STATES, "rating": [(str(n), str(n)) for n in range(1, 6)]}
    if kind in fixed:
        return [(key, str(words)) for key, words in fixed[kind]]
    if kind == "country":
        return [(code, str(name)) for code, name in countries]
    return list(language_options(lang)) if kind == "language" else []


def default_field(raw: Mapping[str, Any], entry: Mapping[str, Any], lang: str) -> forms.Field:
    """The field for what a question begins with."""
    kind, label = kind_of(entry), _("Starts with")
    options = options_for(raw, entry, lang)
    if kind == "select_multiple":
        return forms.MultipleChoiceField(
            label=label, choices=options, required=False, widget=forms.CheckboxSelectMultiple
        )
    if options:
        return forms.ChoiceField(label=label, choices=[("", _("Nothing")), *options], required=False)
    widget = {"date": DateInput(), "time": forms.TimeInput(attrs={"type": "time"}), "long_text": long_text(4)}.get(kind)
    field = forms.CharField(label=label, required=False, max_length=20_000, widget=widget)
    field.help_text = {
        "money": _("An amount and its currency, such as 12.50 EUR."),
        "long_text": _("A standard wording that people may change."),
    }.get(kind, _("What stands in the field before anybody writes."))
    return field


def offered_paths(tool: Raw, kinds: Set[str], *, chosen: Any) -> list[str]:
    """The paths of these kinds that can have something in ``tool``, and the one that is ``chosen`` now."""
    subject = str(tool.get("subject", "partnership"))
    return [
        path for path, each in BINDINGS.items() if each.kind in kinds and (is_known_to(subject, path) or path == chosen)
    ]
