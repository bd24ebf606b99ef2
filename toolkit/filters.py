"""How the lists of tools and documents are narrowed down."""

from __future__ import annotations

import django_filters as filters
from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from partnerships.filters import SearchFilterSet
from partnerships.models import Partnership
from partnerships.states import ToolkitSection
from toolkit.models import Document, Tool
from toolkit.states import DocumentState, ToolKind
from toolkit.waiting import ids_waiting_for


class ToolFilterSet(SearchFilterSet):
    section = filters.ChoiceFilter(label=_("Section"), choices=ToolkitSection.choices, empty_label=_("Any section"))
    kind = filters.ChoiceFilter(label=_("Kind"), choices=ToolKind.choices, empty_label=_("Any kind"))

    class Meta:
        model = Tool
        fields: list[str] = []

    def search(self, rows: QuerySet, _name: str, words: str) -> QuerySet:
        """Words are looked for in the tools' texts, which only Python reads in the reader's own language."""
        wanted = words.casefold().split()[:8]
        found = [tool.pk for tool in rows if all(word in _texts(tool) for word in wanted)]
        return rows.filter(pk__in=found)


def _texts(tool: Tool) -> str:
    version = tool.current_versions[0]
    return f"{tool.number} {version.title} {version.purpose} {tool.get_kind_display()}".casefold()


class DocumentFilterSet(SearchFilterSet):
    state = filters.ChoiceFilter(label=_("State"), choices=DocumentState.choices, empty_label=_("Any state"))
    partnership = filters.ModelChoiceFilter(
        label=_("Partnership"), queryset=None, to_field_name="slug", empty_label=_("Any partnership")
    )
    section = filters.ChoiceFilter(
        label=_("Section"),
        field_name="version__tool__section",
        choices=ToolkitSection.choices,
        empty_label=_("Any section"),
    )
    waiting = filters.BooleanFilter(
        label=_("Only what waits for me"), method="only_waiting", widget=forms.CheckboxInput
    )

    class Meta:
        model = Document
        fields: list[str] = []

    def __init__(self, data: QueryDict, rows: QuerySet, *, user: User):
        super().__init__(data, rows, user=user)
        self.filters["partnership"].queryset = Partnership.objects.visible_to(user).only("name", "slug")

    def only_waiting(self, rows: QuerySet, _name: str, wanted: bool) -> QuerySet:
        return rows.filter(pk__in=ids_waiting_for(self.user)) if wanted else rows
