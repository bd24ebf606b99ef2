"""How the lists of proposals and of feedback are narrowed down."""

from __future__ import annotations

import django_filters as filters
from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from partnerships.filters import SearchFilterSet
from toolkit.models import Feedback, Proposal, Tool
from toolkit.states import ProposalKind, ProposalState


def named(tool: Tool) -> str:
    """The number and title of a tool from for_list(), for one that is not published its slug."""
    title = next((version.title for version in tool.current_versions), tool.slug)
    return f"{tool.number} {title}".strip()


class ProposalFilterSet(SearchFilterSet):
    """What people offered. The state is chosen by tabs."""

    kind = filters.ChoiceFilter(label=_("Kind"), choices=ProposalKind.choices, empty_label=_("Tools and changes"))
    state = filters.ChoiceFilter(choices=ProposalState.choices, widget=forms.HiddenInput)

    class Meta:
        model = Proposal
        fields: list[str] = []


class FeedbackFilterSet(SearchFilterSet):
    tool = filters.ModelChoiceFilter(
        label=_("Tool"), queryset=None, to_field_name="slug", empty_label=_("Any tool"), method="of_tool"
    )
    unanswered = filters.BooleanFilter(label=_("Only without an answer"), method="open", widget=forms.CheckboxInput)
    hidden = filters.BooleanFilter(label=_("Only what is hidden"), method="only_hidden", widget=forms.CheckboxInput)

    class Meta:
        model = Feedback
        fields: list[str] = []

    def __init__(self, data: QueryDict, rows: QuerySet, *, user: User):
        super().__init__(data, rows, user=user)
        tools = Tool.objects.for_list().filter(feedback__isnull=False).distinct()
        self.filters["tool"].queryset = tools
        self.filters["tool"].field.label_from_instance = named

    def of_tool(self, rows: QuerySet, _name: str, tool: Tool) -> QuerySet:
        return rows.filter(tool=tool)

    def open(self, rows: QuerySet, _name: str, wanted: bool) -> QuerySet:
        """Words that nobody answered yet; a rating alone asks for no answer."""
        return rows.filter(answer="", is_hidden=False).exclude(text="") if wanted else rows

    def only_hidden(self, rows: QuerySet, _name: str, wanted: bool) -> QuerySet:
        return rows.filter(is_hidden=True) if wanted else rows
