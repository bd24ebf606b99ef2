"""Versions of a tool: comparing two, asking for a review, publishing."""

from __future__ import annotations

from collections.abc import Sequence

from django import forms
from django.utils.translation import gettext_lazy as _

from partnerships.forms.layout import long_text
from toolkit.forms.steer import StepForm
from toolkit.models import ToolVersion
from toolkit.rendering.differences import WHATS


class CompareForm(forms.Form):
    """Which two versions to hold against each other; ``choices`` are (number, words)."""

    before = forms.ChoiceField(label=_("From"), required=False)
    after = forms.ChoiceField(label=_("To"), required=False)
    what = forms.ChoiceField(choices=[("", ""), *WHATS.items()], required=False, widget=forms.HiddenInput)

    def __init__(self, *args, choices: Sequence[tuple[str, str]], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["before"].choices = self.fields["after"].choices = choices

    def clean(self) -> dict[str, str]:
        for name in ("before", "after"):
            if name not in self.errors and not self.cleaned_data.get(name):
                self.add_error(name, _("Choose a version."))
        return self.cleaned_data

    def add_prefix(self, field_name: str) -> str:
        return {"before": "from", "after": "to"}.get(field_name, field_name)


class PublishForm(StepForm):
    change_note = forms.CharField(
        label=_("What is new"),
        max_length=ToolVersion._meta.get_field("change_note").max_length,
        widget=long_text(2),
        help_text=_("One or two sentences. Everybody who uses the tool can read them."),
    )


class ReviewForm(PublishForm):
    """A reviewer publishes, or sends the version back with a note."""

    note = forms.CharField(
        label=_("Note to the author"),
        max_length=2000,
        required=False,
        widget=long_text(3),
        help_text=_("Needed when you send the version back: what should change?"),
    )

    def __init__(self, *args, is_return: bool = False, **kwargs):
        super().__init__(*args, **kwargs)
        if is_return:
            self.fields["change_note"].required = False
