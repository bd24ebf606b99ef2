"""Adapting a tool: for whom."""

from __future__ import annotations

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from partnerships.models import Partnership, Programme
from toolkit.forms.steer import StepForm


class AdaptForm(forms.Form):
    """For which partnership or programme a copy is made."""

    owner = forms.ChoiceField(label=_("Who is the copy for?"))

    def __init__(self, *args, partnerships: QuerySet[Partnership], programmes: QuerySet[Programme], **kwargs):
        super().__init__(*args, **kwargs)
        self.owners: dict[str, Partnership | Programme] = {}
        groups = []
        for key, label, rows in (
            ("partnership", _("Partnerships"), partnerships.order_by("name", "pk")),
            ("programme", _("Programmes"), programmes.order_by("name", "pk")),
        ):
            named = {f"{key}:{row.slug}": row for row in rows}
            self.owners |= named
            if named:
                groups.append((label, [(name, str(row)) for name, row in named.items()]))
        self.fields["owner"].choices = [("", _("Choose a partnership or a programme")), *groups]

    def clean_owner(self) -> Partnership | Programme:
        return self.owners[self.cleaned_data["owner"]]


class MergeForm(StepForm):
    """``known`` is what the page told of the faults of the outcome, so that nobody is surprised by them afterwards."""

    known = forms.CharField(max_length=16, required=False, widget=forms.HiddenInput)
