"""Lists of the directory as files: organizations, people, partnerships, programmes, awards; and what waits."""

from __future__ import annotations

from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from partnerships.award_states import CostShare
from partnerships.filters import ContactFilterSet, OrganizationFilterSet, PartnershipFilterSet
from partnerships.follow_filters import MyFollowUpFilterSet
from partnerships.models import Award, Contact, FollowUp, Organization, Partnership, Programme
from partnerships.things import things_of
from toolkit.waiting import waiting_for
from twinning.bulk.listing import Asked, Export, Found, by, joined, label, said


def _sides(partnership: Partnership) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for party in partnership.participations.all():
        found.setdefault(party.side, []).append(party.organization.name)
    return found


def _open_phases(partnership: Partnership) -> str:
    return "; ".join(str(phase.definition) for phase in partnership.open_phases)


def _of_programme(asked: Asked, rows):
    """``?programme=`` takes the slug of one that the person sees."""
    slug = asked.query.get("programme", "")
    if not slug:
        return Found(qs=rows)
    known = Programme.objects.visible_to(asked.user).filter(slug=slug).exists()
    return Found(qs=rows.filter(programme__slug=slug), status=200 if known else 404)


def about(follow_ups: list, asked: Asked) -> None:
    """What each of them is about, as the reader may see it."""
    things = things_of(follow_ups, asked.user)
    for each in follow_ups:
        thing = things[each.subject_key]
        each.told_about = f"{thing.label}: {thing.title}" if thing.title else thing.label


FOLLOW_UP_CELLS = (
    (_("Partnership"), said("partnership.name")),
    (_("What is to be done"), said("title")),
    (_("Details"), said("details")),
    (_("What it is about"), said("told_about")),
    (_("Who does it"), said("owner")),
    (_("Due date"), said("due_on")),
    (_("Priority"), label("priority")),
    (_("State"), label("state")),
    (_("Reason"), said("reason")),
    (_("Written down by"), said("created_by")),
    (_("Written down on"), lambda row: row.created_at.date()),
    (_("Closed by"), said("closed_by")),
    (_("Closed on"), lambda row: row.closed_at.date() if row.closed_at else None),
)
AWARD_CELLS = (
    (_("Number"), said("number")),
    (_("Title"), said("title")),
    (_("Donor"), said("donor.name")),
    (_("Programme"), said("programme.name")),
    (_("Amount"), said("amount")),
    (_("Currency"), said("currency")),
    (_("Start date"), said("starts_on")),
    (_("End date"), said("ends_on")),
    (_("Reports"), label("frequency")),
    (_("Who answers for its reports"), said("responsible")),
    (_("Cost share asked for"), lambda row: "" if row.cost_share == CostShare.NONE else row.cost_share_demand),
)

DIRECTORY = {
    "organizations": Export(
        title=_("Organizations"),
        page="partnerships:organization-list",
        rows=lambda asked: Organization.objects.visible_to(asked.user).for_list(),
        narrowed=by(OrganizationFilterSet),
        cells=(
            (_("Name"), said("name")),
            (_("Country"), said("country.code")),
            (_("Type"), label("type")),
            (_("Name in own language or script"), said("local_name")),
            (_("Short name"), said("short_name")),
            (_("City"), said("city")),
            (_("Address"), said("address")),
            (_("Website"), said("website")),
            (_("Year founded"), said("year_founded")),
            (_("Registration number"), said("registration_number")),
            (_("Working languages"), said("languages")),
            (_("Topics"), joined("topics", each="name")),
            (_("What it can offer"), said("offers")),
            (_("What it hopes to gain"), said("seeks")),
            (_("Partnerships"), said("n_partnerships")),
        ),
    ),
    "contacts": Export(
        title=_("Contacts"),
        page="partnerships:contact-list",
        rows=lambda asked: Contact.objects.visible_to(asked.user).for_list(),
        narrowed=by(ContactFilterSet),
        cells=(
            (_("Name"), said("name")),
            (_("Name in own script"), said("local_name")),
            (_("Post or title"), said("post")),
            (_("Organization"), said("organization.name")),
            (_("E-mail"), said("email")),
            (_("Phone or messenger"), said("phone")),
            (_("Languages"), said("languages")),
            (_("Time zone"), said("time_zone")),
        ),
    ),
    "partnerships": Export(
        title=_("Partnerships"),
        page="partnerships:partnership-list",
        rows=lambda asked: Partnership.objects.visible_to(asked.user).for_list(),
        narrowed=by(PartnershipFilterSet),
        cells=(
            (_("Reference"), said("reference")),
            (_("Name"), said("name")),
            (_("Status"), label("status")),
            (_("Programme"), said("programme.name")),
            (_("Home side"), lambda row: "; ".join(_sides(row).get("host", []))),
            (_("Guest side"), lambda row: "; ".join(_sides(row).get("resource", []))),
            (_("Open phases"), _open_phases),
            (_("Goal"), said("goal")),
            (_("Start date"), said("starts_on")),
            (_("End date"), said("ends_on")),
            (_("Responsible coordinator"), said("coordinator.name")),
        ),
    ),
    "programmes": Export(
        title=_("Programmes"),
        page="partnerships:programme-list",
        rows=lambda asked: (
            Programme.objects.visible_to(asked.user)
            .select_related("phase_model", "organization")
            .annotate(n_partnerships=Count("partnerships"))
            .order_by("name", "pk")
        ),
        cells=(
            (_("Name"), said("name")),
            (_("What it is for"), said("purpose")),
            (_("Phase model"), said("phase_model.name")),
            (_("Currency"), said("currency")),
            (_("Partnerships"), said("n_partnerships")),
        ),
    ),
    "awards": Export(
        title=_("Awards"),
        page="partnerships:programme-detail",
        rows=lambda asked: Award.objects.visible_to(asked.user).for_list(),
        narrowed=_of_programme,
        cells=AWARD_CELLS,
    ),
    "follow-ups": Export(
        title=_("Follow-ups"),
        page="partnerships:follow-up-list",
        rows=lambda asked: FollowUp.objects.visible_to(asked.user).for_list(),
        narrowed=by(MyFollowUpFilterSet),
        prepared=about,
        cells=FOLLOW_UP_CELLS,
    ),
    "waiting": Export(
        title=_("Waits for me"),
        page="waiting",
        rows=lambda asked: waiting_for(asked.user),
        cells=(
            (_("What"), said("title")),
            (_("Why"), said("text")),
            (_("Step"), said("action")),
            (_("Due date"), said("due_on")),
        ),
    ),
}
