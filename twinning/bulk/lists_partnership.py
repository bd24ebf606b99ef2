"""Lists of one partnership as files. Its travel and health data are in none of them: see travel_data.py."""

from __future__ import annotations

from django.db.models import Count, Prefetch
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from partnerships.chronicle import clauses_of
from partnerships.contribution_sources import offers_of, open_proposals
from partnerships.follow_filters import FollowUpFilterSet
from partnerships.models import Attendee, Partnership, Risk, Traveller
from partnerships.things import visible_subjects
from partnerships.views.history import StoryFilterForm
from twinning.bulk.listing import Asked, Export, by, joined, label, said
from twinning.bulk.lists_directory import AWARD_CELLS, FOLLOW_UP_CELLS, about


def partnership_of(user: User, slug: str) -> Partnership:
    return get_object_or_404(Partnership.objects.visible_to(user).select_related("programme"), slug=slug)


def _side(asked: Asked, name: str = "side"):
    return lambda row: asked.of.side_label(said(name)(row))


def _stories(entries: list, asked: Asked) -> None:
    clauses = clauses_of(entries, asked.of, asked.user)
    for entry in entries:
        entry.clause = clauses[entry.pk]


def _of_award(cell):
    return lambda share: cell(share.award)


def _report(traveller: Traveller) -> str:
    if traveller.reported_at:
        return _now("submitted")
    return _now("not asked for") if traveller.report_waived_reason else ""


OF_PARTNERSHIPS = {
    "exchanges": Export(
        title=_("Exchanges"),
        page="partnerships:exchange-list",
        whose=partnership_of,
        rows=lambda asked: asked.of.exchanges.for_list().prefetch_related("travellers__contact"),
        # The headings that an import takes
        cells=(
            (_("Reference"), said("reference")),
            (_("Title"), said("title")),
            (_("State"), label("state")),
            (_("Type"), label("kind")),
            (_("Travellers"), joined("travellers", each="contact.name")),
            (_("Sending organization"), said("sending.organization.name")),
            (_("Receiving organization"), said("receiving.organization.name")),
            (_("Place of destination"), said("place")),
            (_("Country of destination"), said("country.code")),
            (_("First day of travel"), said("from_on")),
            (_("Last day of travel"), said("until_on")),
            (_("Working days"), said("working_days")),
            (_("Purpose"), said("purpose")),
            (_("Recorded afterwards"), lambda row: _now("yes") if row.is_recorded else ""),
        ),
    ),
    "travellers": Export(
        title=_("Travellers"),
        page="partnerships:exchange-list",
        whose=partnership_of,
        rows=lambda asked: (
            Traveller.objects.filter(exchange__partnership=asked.of)
            .select_related("exchange", "contact__organization")
            .order_by("-exchange__starts_on", "-exchange", "pk")
        ),
        cells=(
            (_("Exchange"), said("exchange.reference")),
            (_("Title"), said("exchange.title")),
            (_("Person"), said("contact.name")),
            (_("Organization"), said("contact.organization.name")),
            (_("Role on the trip"), said("role")),
            (_("State"), label("state")),
            (_("First day of travel"), said("from_on")),
            (_("Last day of travel"), said("until_on")),
            (_("Working days given"), said("days_given")),
            (_("Report due on"), said("report_due_on")),
            (_("Report"), _report),
        ),
    ),
    "agreements": Export(
        title=_("Agreements"),
        page="partnerships:agreement-list",
        whose=partnership_of,
        rows=lambda asked: asked.of.agreements.for_list(),
        cells=(
            (_("Reference"), said("reference")),
            (_("Kind"), label("kind")),
            (_("Title"), said("title")),
            (_("State"), label("state")),
            (_("Start date"), said("starts_on")),
            (_("End date"), said("ends_on")),
            (_("Review date"), said("review_on")),
            (_("In force since"), said("in_force_on")),
            (_("Ends early on"), said("terminates_on")),
            (_("Follows"), said("parent.reference")),
            (_("Must sign"), said("n_required")),
            (_("Have signed"), said("n_accepted")),
        ),
    ),
    "workshops": Export(
        title=_("Workshops"),
        page="partnerships:workshop-list",
        whose=partnership_of,
        rows=lambda asked: asked.of.workshops.for_list(),
        cells=(
            (_("Reference"), said("reference")),
            (_("Title"), said("title")),
            (_("State"), label("state")),
            (_("How"), label("mode")),
            (_("Place"), said("place")),
            (_("Start"), lambda row: local(row, row.starts_at)),
            (_("End"), lambda row: local(row, row.ends_at)),
            (_("Seats"), said("capacity")),
            (_("People"), said("n_seated")),
        ),
    ),
    "meetings": Export(
        title=_("Meetings"),
        page="partnerships:meeting-list",
        whose=partnership_of,
        rows=lambda asked: (
            asked.of.meetings.prefetch_related(Prefetch("attendees", Attendee.objects.select_related("contact")))
            .annotate(n_people=Count("attendees"))
            .order_by("-starts_at", "-pk")
        ),
        cells=(
            (_("Begins"), said("starts_at")),
            (_("What it was about"), said("title")),
            (_("Kind"), label("kind")),
            (_("Minutes"), said("minutes")),
            (_("Place or link"), said("place")),
            (_("People"), said("n_people")),
            (_("Who took part"), joined("attendees", each="contact.name")),
            (_("Decisions"), said("decisions")),
        ),
    ),
    "proposals": Export(
        title=_("Proposed contributions"),
        page="partnerships:contribution-proposed",
        whose=partnership_of,
        rows=lambda asked: offers_of(asked.of, open_proposals(asked.of)[0]),
        cells=(
            (_("What was given"), said("proposal.title")),
            (_("Organization"), said("proposal.participation.organization.name")),
            (_("Person"), said("proposal.person")),
            (_("First day"), said("proposal.starts_on")),
            (_("Last day"), said("proposal.ends_on")),
            (_("How many"), said("proposal.quantity")),
            (_("Unit"), said("proposal.unit_label")),
            (_("Role"), said("proposal.role")),
            (_("Value of one"), said("gift.rate")),
            (_("Value"), said("gift.value")),
            (_("Currency"), lambda row: row.gift.currency if row.gift.value is not None else ""),
            (_("In the currency of the ledger"), said("gift.base_value")),
            (_("Currency of the ledger"), said("gift.base_currency")),
            (_("Note"), said("proposal.note")),
        ),
    ),
    "risks": Export(
        title=_("Risks"),
        page="partnerships:risk-list",
        whose=partnership_of,
        rows=lambda asked: Risk.objects.filter(plan__partnership=asked.of).select_related("owner__contact"),
        cells=(
            (_("Code"), said("code")),
            (_("Risk"), said("title")),
            (_("Category"), label("category")),
            (_("Likelihood"), label("likelihood")),
            (_("Impact"), label("impact")),
            (_("Level"), said("level.label")),
            (_("Response"), label("response")),
            (_("What you will do"), said("measures")),
            (_("Owner"), said("owner.contact.name")),
            (_("Look at it again on"), said("review_on")),
            (_("State"), label("state")),
            (_("Reason"), said("state_reason")),
        ),
    ),
    "team": Export(
        title=_("Team"),
        page="partnerships:partnership-team",
        whose=partnership_of,
        rows=lambda asked: asked.of.team.select_related("contact__organization"),
        cells=lambda asked: (
            (_("Side"), _side(asked)),
            (_("Name"), said("contact.name")),
            (_("Organization"), said("contact.organization.name")),
            (_("Role"), label("role")),
            (_("From"), said("starts_on")),
            (_("Until"), said("ends_on")),
        ),
    ),
    "parties": Export(
        title=_("Organizations taking part"),
        page="partnerships:partnership-team",
        whose=partnership_of,
        rows=lambda asked: asked.of.participations.select_related("organization"),
        cells=lambda asked: (
            (_("Side"), _side(asked)),
            (_("Organization"), said("organization.name")),
            (_("Country"), said("organization.country.code")),
            (_("Leads its side"), lambda row: _now("yes") if row.is_lead else ""),
            (_("Its part"), said("part")),
            (_("Joined on"), said("joined_on")),
            (_("Left on"), said("left_on")),
            (_("Why it left"), said("leave_reason")),
        ),
    ),
    "funding": Export(
        title=_("Funding"),
        page="partnerships:partnership-funding",
        whose=partnership_of,
        rows=lambda asked: asked.of.award_shares.select_related(
            "award__donor", "award__programme", "award__responsible"
        ).order_by("award__number", "pk"),
        cells=(
            *((heading, _of_award(cell)) for heading, cell in AWARD_CELLS),
            (_("Of it for this partnership"), said("amount")),
        ),
    ),
    "follow-ups": Export(
        title=_("Follow-ups"),
        page="partnerships:partnership-follow-ups",
        whose=partnership_of,
        rows=lambda asked: asked.of.followups.for_list(),
        narrowed=by(FollowUpFilterSet),
        prepared=about,
        cells=FOLLOW_UP_CELLS,
    ),
    "comments": Export(
        title=_("Comments"),
        page="partnerships:partnership-comments",
        whose=partnership_of,
        rows=lambda asked: (
            asked.of.comments.filter(visible_subjects(asked.user))
            .select_related("author")
            .order_by("-created_at", "-pk")
        ),
        prepared=about,
        cells=(
            (_("When"), said("created_at")),
            (_("Who"), said("author.name")),
            (_("What it is about"), said("told_about")),
            (_("Comment"), lambda row: _now("removed since") if row.is_removed else row.text),
        ),
    ),
    "history": Export(
        title=_("History"),
        page="partnerships:partnership-history",
        whose=partnership_of,
        rows=lambda asked: StoryFilterForm(asked.query, partnership=asked.of).found(),
        prepared=_stories,
        cells=(
            (_("When"), said("at")),
            (_("Who"), said("actor_name")),
            (_("What"), lambda row: f"{row.clause.text} {row.clause.thing}".strip()),
            (_("Why"), lambda row: " ".join(filter(None, (row.clause.note, row.clause.quote)))),
        ),
    ),
}


def local(workshop, moment) -> str:
    """In the clock of the workshop, whoever reads it."""
    return f"{moment.astimezone(workshop.zone):%Y-%m-%d %H:%M}" if moment else ""
