"""Lists as files: what a person sees on a list page, narrowed down as there, with the headings an import takes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from partnerships.filters import ContactFilterSet, OrganizationFilterSet, PartnershipFilterSet, SearchFilterSet
from partnerships.models import Contact, Organization, Partnership
from partnerships.states import PhaseState

Cells = tuple[tuple[Any, Callable[[Any], Any]], ...]
PIECE = 500


@dataclass(frozen=True, kw_only=True)
class Export:
    """A list: who sees which rows, how they are narrowed down, and what each cell says."""

    title: Any
    rows: Callable[[User], QuerySet]
    narrowed: type[SearchFilterSet]
    cells: Cells

    def found(self, user: User, query: QueryDict) -> SearchFilterSet:
        return self.narrowed(query, self.rows(user), user=user)

    @property
    def headings(self) -> list[Any]:
        return [heading for heading, _cell in self.cells]

    def lines(self, found: QuerySet) -> Iterator[list[Any]]:
        """Row by row, a few hundred at a time, so that twenty thousand take no more memory than one page."""
        for row in found.iterator(chunk_size=PIECE):
            yield [cell(row) for _heading, cell in self.cells]


def _said(name: str) -> Callable[[Any], Any]:
    return lambda row: getattr(row, name)


def _sides(partnership: Partnership) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for party in partnership.participations.all():
        found.setdefault(party.side, []).append(party.organization.name)
    return found


def _open_phases(partnership: Partnership) -> str:
    phases = partnership.phases.all()
    return "; ".join(str(phase.definition) for phase in phases if phase.state == PhaseState.OPEN)


EXPORTS = {
    "organizations": Export(
        title=_("Organizations"),
        rows=lambda user: Organization.objects.visible_to(user).for_list(),
        narrowed=OrganizationFilterSet,
        cells=(
            (_("Name"), _said("name")),
            (_("Country"), lambda row: row.country.code),
            (_("Type"), lambda row: row.get_type_display()),
            (_("Name in own language or script"), _said("local_name")),
            (_("Short name"), _said("short_name")),
            (_("City"), _said("city")),
            (_("Address"), _said("address")),
            (_("Website"), _said("website")),
            (_("Year founded"), _said("year_founded")),
            (_("Registration number"), _said("registration_number")),
            (_("Working languages"), _said("languages")),
            (_("Topics"), lambda row: "; ".join(topic.name for topic in row.topics.all())),
            (_("What it can offer"), _said("offers")),
            (_("What it hopes to gain"), _said("seeks")),
            (_("Partnerships"), _said("n_partnerships")),
        ),
    ),
    "contacts": Export(
        title=_("Contacts"),
        rows=lambda user: Contact.objects.visible_to(user).for_list(),
        narrowed=ContactFilterSet,
        cells=(
            (_("Name"), _said("name")),
            (_("Name in own script"), _said("local_name")),
            (_("Post or title"), _said("post")),
            (_("Organization"), lambda row: row.organization.name if row.organization else ""),
            (_("E-mail"), _said("email")),
            (_("Phone or messenger"), _said("phone")),
            (_("Languages"), _said("languages")),
            (_("Time zone"), _said("time_zone")),
        ),
    ),
    "partnerships": Export(
        title=_("Partnerships"),
        rows=lambda user: Partnership.objects.visible_to(user).for_list(),
        narrowed=PartnershipFilterSet,
        cells=(
            (_("Reference"), _said("reference")),
            (_("Name"), _said("name")),
            (_("Status"), lambda row: row.get_status_display()),
            (_("Programme"), lambda row: row.programme.name if row.programme else ""),
            (_("Home side"), lambda row: "; ".join(_sides(row).get("host", []))),
            (_("Guest side"), lambda row: "; ".join(_sides(row).get("resource", []))),
            (_("Open phases"), _open_phases),
            (_("Goal"), _said("goal")),
            (_("Start date"), _said("starts_on")),
            (_("End date"), _said("ends_on")),
            (_("Responsible coordinator"), lambda row: row.coordinator.name),
        ),
    ),
}
