"""How the lists of shared resources and of transfers are narrowed down."""

from __future__ import annotations

import django_filters as filters
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from partnerships.filters import SearchFilterSet
from partnerships.models import Partnership, SharedResource, Transfer
from partnerships.resource_states import Licence, ResourceKind, ResourceState
from partnerships.states import Side
from partnerships.transfer_states import OVER, TransferState
from twinning.languages import language_options

ON_THE_WAY = "under_way"


class ResourceFilterSet(SearchFilterSet):
    kind = filters.ChoiceFilter(label=_("Kind"), choices=ResourceKind.choices, empty_label=_("Any kind"))
    language = filters.ChoiceFilter(label=_("Language"), empty_label=_("Any language"), method="in_language")
    licence = filters.ChoiceFilter(label=_("Licence"), choices=Licence.choices, empty_label=_("Any licence"))
    side = filters.ChoiceFilter(label=_("Shared by"), field_name="owner__side", empty_label=_("Both sides"))
    state = filters.ChoiceFilter(
        label=_("State"), choices=ResourceState.choices, empty_label=_("All but the archived"), method="in_state"
    )

    class Meta:
        model = SharedResource
        fields: list[str] = []

    def __init__(self, data: QueryDict, rows: QuerySet, *, user: User, partnership: Partnership):
        if not data.get("state"):
            rows = rows.exclude(state=ResourceState.ARCHIVED)
        super().__init__(data, rows, user=user)
        self.filters["side"].extra["choices"] = [(side.value, partnership.side_label(side)) for side in Side]
        self.filters["language"].extra["choices"] = language_options(get_language() or "en")

    def in_language(self, rows: QuerySet, _name: str, code: str) -> QuerySet:
        return rows.filter(languages__contains=f" {code} ")

    def in_state(self, rows: QuerySet, _name: str, state: str) -> QuerySet:
        return rows.in_state(state)


class TransferFilterSet(SearchFilterSet):
    state = filters.ChoiceFilter(
        label=_("State"),
        choices=[*TransferState.choices, (ON_THE_WAY, _("Not over yet"))],
        empty_label=_("Any state"),
        method="in_state",
    )
    side = filters.ChoiceFilter(label=_("Given by"), field_name="giver__side", empty_label=_("Both sides"))

    class Meta:
        model = Transfer
        fields: list[str] = []

    def __init__(self, data: QueryDict, rows: QuerySet, *, user: User, partnership: Partnership):
        super().__init__(data, rows, user=user)
        self.filters["side"].extra["choices"] = [(side.value, partnership.side_label(side)) for side in Side]

    def in_state(self, rows: QuerySet, _name: str, state: str) -> QuerySet:
        return rows.exclude(state__in=OVER) if state == ON_THE_WAY else rows.filter(state=state)
