"""Returning, accepting and withdrawing a document."""

from django import forms
from django.utils.translation import gettext_lazy as _

from partnerships.forms.layout import long_text


class StepForm(forms.Form):
    """``seen`` is what the page had shown of the document, so that nobody accepts what they have not read."""

    seen = forms.CharField(max_length=60, widget=forms.HiddenInput)


class ReasonForm(StepForm):
    reason = forms.CharField(max_length=2000, widget=long_text(4))

    def __init__(self, *args, question: str, longest: int = 2000, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reason"] = forms.CharField(max_length=longest, widget=long_text(4))
        self.fields["reason"].label = question
        self.fields["reason"].help_text = _("The history keeps it, and everybody on the team can read it.")
