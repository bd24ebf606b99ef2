"""The short forms beside a step: why, and how do you know."""

from django import forms
from django.utils.translation import gettext_lazy as _

from partnerships.forms.layout import DateInput, long_text


class MoveForm(forms.Form):
    """Where to, and why. Whether the step may be made, and needs a reason, is for the action to say."""

    to = forms.CharField(max_length=20, widget=forms.HiddenInput)
    reason = forms.CharField(label=_("Reason"), max_length=2000, required=False, widget=long_text(2))


class AgainForm(forms.Form):
    """Why a phase opens again although something before it is missing."""

    reason = forms.CharField(label=_("Reason"), max_length=2000, required=False, widget=long_text(2))


class StatusForm(MoveForm):
    """A step of the status, with what some of them ask for besides the reason (guards.STATUS_ASKS)."""

    restart_on = forms.DateField(
        label=_("Expected to go on from"),
        required=False,
        widget=DateInput,
        help_text=_("Your best guess today. Everybody sees it on the partnership’s page."),
    )
    obligations = forms.CharField(
        label=_("Obligations that remain"),
        max_length=4000,
        required=False,
        widget=long_text(4),
        help_text=_("What each side still owes the other: reports, equipment, money, data; or “none”."),
    )


class CriterionForm(forms.Form):
    is_met = forms.TypedChoiceField(
        label=_("Met?"), choices=[("yes", _("Met")), ("no", _("Not met"))], coerce=lambda answer: answer == "yes"
    )
    note = forms.CharField(label=_("How do you know?"), max_length=500, required=False)
