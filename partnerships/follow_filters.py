"""How lists of follow-ups are narrowed down. Without a choice they show what is still open."""

from __future__ import annotations

import django_filters as filters
from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from partnerships.filters import SearchFilterSet
from partnerships.models import Contact, FollowUp, Partnership
from partnerships.states import FollowUpState, Priority

CLOSED = (("done", FollowUpState.DONE.label), ("dropped", FollowUpState.DROPPED.label), ("all", _("All")))
LEFT = "left"


class FollowUpFilterSet(SearchFilterSet):
    """The follow-ups of one partnership."""

    state = filters.ChoiceFilter(label=_("State"), choices=CLOSED, empty_label=_("Open"), method="in_state")
    owner = filters.ChoiceFilter(label=_("Who does it"), empty_label=_("Anybody"), method="of_owner")
    priority = filters.ChoiceFilter(label=_("Priority"), choices=Priority.choices, empty_label=_("Any priority"))
    overdue = filters.BooleanFilter(label=_("Only overdue"), method="only_overdue", widget=forms.CheckboxInput)

    class Meta:
        model = FollowUp
        fields: list[str] = []

    def __init__(self, data: QueryDict, rows: QuerySet, *, user: User):
        super().__init__(data, rows, user=user)
        self.offer_owners(Contact.objects.filter(follow_ups__in=rows.order_by().values("pk")))

    def offer_owners(self, owners: QuerySet) -> None:
        named = [(str(owner.pk), str(owner)) for owner in owners.distinct().order_by("name", "pk")[:300]]
        self.filters["owner"].extra["choices"] = [("me", _("Me")), (LEFT, _("People who left the team")), *named]

    def filter_queryset(self, rows: QuerySet) -> QuerySet:
        found = super().filter_queryset(rows)
        return found if self.form.cleaned_data.get("state") else found.open()

    def in_state(self, rows: QuerySet, _name: str, state: str) -> QuerySet:
        return rows if state == "all" else rows.filter(state=state)

    def of_owner(self, rows: QuerySet, _name: str, owner: str) -> QuerySet:
        if owner == "me":
            return rows.owned_by(self.user)
        return rows.without_owner() if owner == LEFT else rows.filter(owner=owner)

    def only_overdue(self, rows: QuerySet, _name: str, wanted: bool) -> QuerySet:
        return rows.overdue() if wanted else rows


class MyFollowUpFilterSet(FollowUpFilterSet):
    """The follow-ups of all partnerships that a person sees; their own without a choice."""

    owner = filters.ChoiceFilter(
        label=_("Who does it"),
        empty_label=_("Me"),
        choices=(("all", _("Anybody")), (LEFT, _("People who left the team"))),
        method="of_owner",
    )
    partnership = filters.ModelChoiceFilter(
        label=_("Partnership"), queryset=None, to_field_name="slug", empty_label=_("Any partnership")
    )

    def offer_owners(self, _owners: QuerySet) -> None:
        self.filters["partnership"].queryset = Partnership.objects.visible_to(self.user).order_by("name", "pk")

    def filter_queryset(self, rows: QuerySet) -> QuerySet:
        found = super().filter_queryset(rows)
        return found if self.form.cleaned_data.get("owner") else found.owned_by(self.user)

    def of_owner(self, rows: QuerySet, _name: str, owner: str) -> QuerySet:
        return rows.without_owner() if owner == LEFT else rows
