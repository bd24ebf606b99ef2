"""The short forms beside a step: why, and how do you know."""

from django import forms
from django.utils.translation import gettext_lazy as _

from partnerships.forms.layout import long_text


class MoveForm(forms.Form):
    """Where to, and why. Whether the step may be made, and needs a reason, is for the action to say."""

    to = forms.CharField(max_length=20, widget=forms.HiddenInput)
    reason = forms.CharField(label=_("Reason"), max_length=2000, required=False, widget=long_text(2))


class CriterionForm(forms.Form):
    is_met = forms.TypedChoiceField(
        label=_("Met?"), choices=[("yes", _("Met")), ("no", _("Not met"))], coerce=lambda answer: answer == "yes"
    )
    note = forms.CharField(label=_("How do you know?"), max_length=500, required=False)
