"""How the lists are narrowed down. Every choice offered belongs to something that the person may see."""

from __future__ import annotations

import django_filters as filters
from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from accounts.models import User
from partnerships.mail_states import MailKind, MailState
from partnerships.models import Contact, Organization, OrganizationType, OutgoingMail, Partnership, Programme, Topic
from partnerships.states import ENDED_STATUSES, PhaseState, Status, ToolkitSection


class SearchFilterSet(filters.FilterSet):
    """A list with a search box. ``rows`` are those that ``user`` may see."""

    q = filters.CharFilter(
        label=_("Words"), method="search", max_length=200, widget=forms.TextInput(attrs={"type": "search"})
    )

    def __init__(self, data: QueryDict, rows: QuerySet, *, user: User):
        self.user = user
        super().__init__(data, rows)

    def search(self, rows: QuerySet, _name: str, words: str) -> QuerySet:
        return rows.search(words)

    @property
    def is_active(self) -> bool:
        """Is anything narrowed down, or tried to be?"""
        return any(self.data.get(name) for name in self.form.fields)

    @property
    def status(self) -> int:
        """The code of the page: a choice that does not exist is said at its field, and narrows nothing down."""
        return 400 if self.form.errors else 200


def countries_of(organizations: QuerySet) -> list[tuple[str, str]]:
    """The countries that occur, by name."""
    codes = organizations.order_by().values_list("country", flat=True).distinct()
    return sorted(((code, countries.name(code)) for code in codes), key=lambda pair: pair[1])


class OrganizationFilterSet(SearchFilterSet):
    country = filters.ChoiceFilter(label=_("Country"), empty_label=_("Any country"))
    type = filters.ChoiceFilter(label=_("Type"), choices=OrganizationType.choices, empty_label=_("Any type"))
    topic = filters.ModelChoiceFilter(
        label=_("Topic"),
        field_name="topics",
        queryset=Topic.objects.all(),
        to_field_name="slug",
        empty_label=_("Any topic"),
    )

    shown = filters.ChoiceFilter(
        label=_("Archived"),
        choices=[("archived", _("Archived ones")), ("all", _("All"))],
        empty_label=_("Those in use"),
        method="show",
    )

    class Meta:
        model = Organization
        fields: list[str] = []

    def show(self, rows: QuerySet, _name: str, which: str) -> QuerySet:
        return rows if which == "all" else rows.filter(archived_at__isnull=False)

    def __init__(self, data: QueryDict, rows: QuerySet, *, user: User):
        rows = rows if data.get("shown") else rows.in_use()
        super().__init__(data, rows, user=user)
        self.filters["country"].extra["choices"] = countries_of(Organization.objects.visible_to(user))


class ContactFilterSet(SearchFilterSet):
    country = filters.ChoiceFilter(label=_("Country"), field_name="organization__country", empty_label=_("Any country"))

    class Meta:
        model = Contact
        fields: list[str] = []

    def __init__(self, data: QueryDict, rows: QuerySet, *, user: User):
        super().__init__(data, rows, user=user)
        self.filters["country"].extra["choices"] = countries_of(Organization.objects.visible_to(user))


class PartnershipFilterSet(SearchFilterSet):
    status = filters.ChoiceFilter(label=_("Status"), choices=Status.choices, empty_label=_("Any status"))
    country = filters.ChoiceFilter(label=_("Country"), empty_label=_("Any country"), method="in_country")
    topic = filters.ModelChoiceFilter(
        label=_("Topic"),
        field_name="topics",
        queryset=Topic.objects.all(),
        to_field_name="slug",
        empty_label=_("Any topic"),
    )
    programme = filters.ModelChoiceFilter(
        label=_("Programme"), queryset=None, to_field_name="slug", empty_label=_("Any programme")
    )
    section = filters.ChoiceFilter(
        label=_("Working on"), choices=ToolkitSection.choices, empty_label=_("Any phase"), method="in_section"
    )
    mine = filters.BooleanFilter(label=_("Only mine"), method="only_mine", widget=forms.CheckboxInput)

    class Meta:
        model = Partnership
        fields: list[str] = []

    def __init__(self, data: QueryDict, rows: QuerySet, *, user: User):
        super().__init__(data, rows, user=user)
        seen = Partnership.objects.visible_to(user)
        own = Organization.objects.filter(participations__left_on__isnull=True, participations__partnership__in=seen)
        self.filters["country"].extra["choices"] = countries_of(own)
        self.filters["programme"].queryset = Programme.objects.filter(partnerships__in=seen).distinct()

    def in_country(self, rows: QuerySet, _name: str, code: str) -> QuerySet:
        """Partnerships in which an organization of the country takes part now."""
        parties = Organization.objects.filter(country=code, participations__left_on__isnull=True)
        return rows.filter(pk__in=parties.values("participations__partnership"))

    def in_section(self, rows: QuerySet, _name: str, section: str) -> QuerySet:
        """Partnerships with an open phase that the toolkit section helps with."""
        at_work = Partnership.objects.filter(phases__definition__section=section, phases__state=PhaseState.OPEN)
        return rows.filter(pk__in=at_work.exclude(status__in=ENDED_STATUSES).values("pk"))

    def only_mine(self, rows: QuerySet, _name: str, wanted: bool) -> QuerySet:
        return rows.mine(self.user) if wanted else rows


class MailFilterSet(SearchFilterSet):
    state = filters.ChoiceFilter(label=_("State"), choices=MailState.choices, empty_label=_("Any state"))
    kind = filters.ChoiceFilter(label=_("Kind"), choices=MailKind.choices, empty_label=_("Any kind"))

    class Meta:
        model = OutgoingMail
        fields: list[str] = []
