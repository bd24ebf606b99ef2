"""How the lists of tools and documents are narrowed down."""

from __future__ import annotations

import django_filters as filters
from django import forms
from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from partnerships.filters import SearchFilterSet
from partnerships.models import Partnership
from partnerships.states import ToolkitSection
from toolkit.models import Document, ToolVersion
from toolkit.rendering.vocabulary import SUBJECTS
from toolkit.schema.folding import wanted_words
from toolkit.shelf import Entry, read_shelf
from toolkit.states import DocumentState, Mode, ToolKind
from toolkit.waiting import ids_waiting_for
from twinning.languages import own_name

WHOSE = (("library", _("Everybody’s")), ("copies", _("Adapted by a programme or partnership")))
# What the form language takes for granted where a tool does not say it
SUBJECT = "partnership"


class ToolFilterSet(SearchFilterSet):
    """Published versions of tools, narrowed down. Choices that would leave all of them are not offered."""

    section = filters.ChoiceFilter(
        label=_("Section"), field_name="tool__section", choices=ToolkitSection.choices, empty_label=_("Any section")
    )
    kind = filters.ChoiceFilter(
        label=_("Kind"), field_name="tool__kind", choices=ToolKind.choices, empty_label=_("Any kind")
    )
    mode = filters.ChoiceFilter(
        label=_("How it is filled in"), choices=Mode.choices, empty_label=_("In any way"), method="in_mode"
    )
    subject = filters.ChoiceFilter(
        label=_("What it is about"), choices=list(SUBJECTS.items()), empty_label=_("Anything"), method="about"
    )
    language = filters.ChoiceFilter(label=_("Language"), empty_label=_("Any language"), method="in_language")
    whose = filters.ChoiceFilter(label=_("Whose"), choices=WHOSE, empty_label=_("All"), method="of_whom")

    class Meta:
        model = ToolVersion
        fields: list[str] = []

    def __init__(self, data: QueryDict, rows: QuerySet, *, user: User | AnonymousUser):
        super().__init__(data, rows, user=user)
        self.shelf = read_shelf(rows)
        codes = sorted({code for entry in self.shelf.values() for code in entry.languages})
        self.filters["language"].extra["choices"] = [(code, own_name(code)) for code in codes]
        if not any(entry.is_copy for entry in self.shelf.values()):
            del self.filters["whose"]

    def search(self, rows: QuerySet, _name: str, typed: str) -> QuerySet:
        for word in wanted_words(typed):
            rows = rows.filter(words__contains=word)
        return rows

    def in_mode(self, rows: QuerySet, _name: str, mode: str) -> QuerySet:
        """Nobody fills in a guide."""
        return rows.exclude(tool__kind=ToolKind.GUIDE).filter(mode=mode)

    def about(self, rows: QuerySet, _name: str, subject: str) -> QuerySet:
        found = Q(definition__subject=subject)
        if subject == SUBJECT:
            found |= Q(definition__subject__isnull=True)
        return rows.filter(found)

    def in_language(self, rows: QuerySet, _name: str, code: str) -> QuerySet:
        return rows.filter(tool__in=[pk for pk, entry in self.shelf.items() if code in entry.languages])

    def of_whom(self, rows: QuerySet, _name: str, whose: str) -> QuerySet:
        return rows.filter(tool__base__isnull=whose == "library")

    def entries(self) -> list[Entry]:
        """The tools that fit, in the order of the library."""
        chosen = set(self.qs.values_list("tool", flat=True)) if self.is_active else self.shelf
        return [entry for entry in self.shelf.values() if entry.pk in chosen]

    @property
    def is_narrow(self) -> bool:
        """Is more than a search asked for? Then the choices stand open."""
        return any(self.data.get(name) for name in self.form.fields if name != "q")


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
