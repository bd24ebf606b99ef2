"""How the contributions of a partnership are narrowed down."""

from __future__ import annotations

import django_filters as filters
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from partnerships.contribution_states import ContributionKind, ContributionState
from partnerships.filters import SearchFilterSet
from partnerships.forms.layout import DateInput
from partnerships.models import Contribution, Organization, Partnership
from partnerships.states import Side

UNCONVERTED, ON_THE_WAY = "unconverted", "on_the_way"


class ContributionFilterSet(SearchFilterSet):
    state = filters.ChoiceFilter(
        label=_("State"),
        choices=[
            *ContributionState.choices,
            (ON_THE_WAY, _("Not counted yet")),
            (UNCONVERTED, _("Not converted yet")),
        ],
        empty_label=_("Any state"),
        method="in_state",
    )
    side = filters.ChoiceFilter(label=_("Side"), field_name="participation__side", empty_label=_("Both sides"))
    organization = filters.ModelChoiceFilter(
        label=_("Organization"),
        field_name="participation__organization",
        queryset=None,
        to_field_name="slug",
        empty_label=_("Any organization"),
    )
    kind = filters.ChoiceFilter(label=_("Kind"), choices=ContributionKind.choices, empty_label=_("Any kind"))
    giver = filters.ChoiceFilter(
        label=_("Who gives"), choices=[("me", _("Me, or my organization"))], empty_label=_("Anybody"), method="of_giver"
    )
    since = filters.DateFilter(label=_("From"), field_name="ends_on", lookup_expr="gte", widget=DateInput)
    until = filters.DateFilter(label=_("Until"), field_name="starts_on", lookup_expr="lte", widget=DateInput)

    class Meta:
        model = Contribution
        fields: list[str] = []

    def __init__(self, data: QueryDict, rows: QuerySet, *, user: User, partnership: Partnership):
        super().__init__(data, rows, user=user)
        self.filters["side"].extra["choices"] = [(side.value, partnership.side_label(side)) for side in Side]
        taking_part = Organization.objects.filter(participations__partnership=partnership).distinct()
        self.filters["organization"].queryset = taking_part.order_by("name", "pk")

    def of_giver(self, rows: QuerySet, _name: str, _giver: str) -> QuerySet:
        return rows.filter(
            Q(person__user=self.user) | Q(participation__organization__contacts__user=self.user)
        ).distinct()

    def in_state(self, rows: QuerySet, _name: str, state: str) -> QuerySet:
        if state == ON_THE_WAY:
            return rows.on_the_way()
        return rows.unconverted() if state == UNCONVERTED else rows.filter(state=state)
