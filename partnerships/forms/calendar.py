"""Which calendar an address is wanted for."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from partnerships.models import Partnership
from partnerships.states import Side


class CalendarForm(forms.Form):
    """``partnerships`` are those to choose from. The view judges what is posted."""

    partnership = forms.ChoiceField(label=_("Partnership"))
    side = forms.ChoiceField(
        label=_("Dates of"),
        choices=[("", _("Both sides")), *Side.choices],
        required=False,
    )

    def __init__(self, *args, partnerships: list[Partnership], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["partnership"].choices = [(each.slug, each.name) for each in partnerships]
