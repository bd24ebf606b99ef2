"""Bringing files back, and saying whose paper is typed in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from partnerships.forms.layout import DateInput
from toolkit.actions.handing_in import KNOWN
from toolkit.forms.options import options_of, reference_options
from toolkit.models import Response
from toolkit.schema.definition import Item

CONTROL = {"class": "form-control"}


def offered_in(response: Response, lang: str) -> Callable[[Item], list[tuple[Any, Any]]]:
    """What the items of ``response`` offer in a file that is filled in elsewhere, as (label, value)."""
    form, records = response.document.version.form, reference_options(response.document)

    def offered(item: Item) -> list[tuple[Any, Any]]:
        if item.kind == "reference":
            pairs = records.get(item.of or "", []) if item.of != "rows" else _rows(item)
        else:
            pairs = options_of(item, form, lang)
        if item.kind == "rating":
            return [(int(name), int(name)) if name.isdigit() else (label, name) for name, label in pairs]
        return [(label, name) for name, label in pairs]

    def _rows(item: Item) -> list[tuple[str, str]]:
        repeat = next((each for each in form.repeats if each.name == item.rows_of), None)
        source = next((each for each in repeat.items if each.name == item.label_from), None) if repeat else None
        rows = response.answers.get(repeat.id, []) if repeat and source else []
        return [(f"row:{row['_row']}", str(row[source.id])) for row in rows if source.id in row]

    return offered


class HandInForm(forms.Form):
    """A file that was filled in elsewhere. Whoever has no account also says who they are, once."""

    file = forms.FileField(
        label=_("The file that was filled in"),
        widget=forms.ClearableFileInput(attrs={"accept": ",".join(f".{ending}" for ending in KNOWN), **CONTROL}),
    )

    def __init__(self, *args, asks_name: bool, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["file"].help_text = _("As you saved it: %(kinds)s.") % {
            "kinds": ", ".join(f".{ending}" for ending in KNOWN)
        }
        if asks_name:
            self.fields["name"] = forms.CharField(label=_("Your name"), max_length=150)
            self.fields["post"] = forms.CharField(label=_("Your post"), max_length=150, required=False)


class PaperForm(forms.Form):
    """Who wrote a paper, when, for which side, and the scan of it."""

    side = forms.ChoiceField(label=_("For which side"))
    writer_name = forms.CharField(label=_("Name on the paper"), max_length=120)
    writer_post = forms.CharField(label=_("Post on the paper"), max_length=120, required=False)
    written_on = forms.DateField(label=_("Date on the paper"), widget=DateInput())
    scan = forms.FileField(
        label=_("Scan or photo of the paper"),
        help_text=_("All pages in one PDF, or a photo (JPEG, PNG). It is kept beside the answers."),
        widget=forms.ClearableFileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png", **CONTROL}),
    )

    def __init__(self, *args, sides: list[tuple[str, str]], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["side"].choices = sides
