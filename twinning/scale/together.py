"""What else fills a partnership of the world for measuring: meetings, the ledger, follow-ups, comments, notices."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models

from partnerships.contribution_states import ContributionState, RateBasis, Unit
from partnerships.models import (
    Attendee,
    Comment,
    Contribution,
    ContributionFile,
    FollowUp,
    Meeting,
    Notification,
    Traveller,
)
from partnerships.states import Side
from twinning.scale.frame import Place
from twinning.scale.travel import Journeys
from twinning.scale.words import COMMENTS, FIELDS, TASKS
from twinning.scale.writing import days, moment

MEETINGS, GIFTS, TASKS_EACH, COMMENTS_EACH = 20, 60, 40, 45
STATES = ("counted",) * 6 + ("verified", "confirmed", "draft", "rejected")
GIFT_KINDS = (("supplies", Unit.PACKAGE, 35), ("space", Unit.DAY, 80), ("travel", Unit.TRIP, 120))
C = ContributionState


def make_meetings(place: Place) -> list[Meeting]:
    """Calls over the years, each with three people of the team."""
    span = max(1, (min(place.until, place.today) - place.since).days)
    rows = []
    for n in range(MEETINGS):
        on = place.since + days(span * n / MEETINGS)
        row = Meeting(
            partnership=place.partnership, title=f"Call {n + 1}: {FIELDS[n % len(FIELDS)]}", created_by=place.by
        )
        row.starts_at = row.created_at = row.changed_at = moment(on, 8 + n % 8)
        row.decisions = "We go on as planned."
        rows.append(row)
        place.record(on, "meeting.added", title=row.title, n=3)
    team = [member.contact for members in place.members.values() for member in members]
    place.writing.put(rows)
    place.writing.put(
        Attendee(meeting=row, contact=team[(n + at) % len(team)], minutes=60, role="Midwife")
        for n, row in enumerate(rows)
        for at in range(min(3, len(team)))
    )
    return rows


def make_ledger(place: Place, journeys: Journeys) -> None:
    """Days of travellers, each once, and gifts from both sides."""
    rows = [_days_of(place, traveller) for traveller in journeys.travellers[:GIFTS]]
    span = max(1, (min(place.until, place.today) - place.since).days)
    for n in range(GIFTS):
        kind, unit, rate = GIFT_KINDS[n % len(GIFT_KINDS)]
        side = Side.HOST if n % 3 else Side.RESOURCE
        row = _gift(place, side, place.since + days(span * n / GIFTS), STATES[n % len(STATES)])
        row.kind, row.unit, row.quantity = kind, unit, Decimal(1 + n % 6)
        row.description = f"{kind.capitalize()} for {FIELDS[n % len(FIELDS)]}"
        rows.append(_valued(row, Decimal(rate), RateBasis.MARKET))
    for number, row in enumerate(rows, start=1):
        row.number = number
        words = {"code": row.code, "title": row.description[:80], "giver": str(row.participation.organization)}
        place.record(row.ends_on, "contribution.added", **words)
    place.writing.put(rows)
    place.writing.put(
        ContributionFile(
            contribution=row,
            file=f"contributions/scale/{row.pk}",
            name="receipt.pdf",
            content_type="application/pdf",
            size=1_000,
            sha256=f"{row.pk:064x}",
            added_by=place.by,
            added_at=row.created_at,
        )
        for row in rows
        if row.state in (C.VERIFIED, C.COUNTED) and row.kind != "time"
    )


def _days_of(place: Place, traveller: Traveller) -> Contribution:
    exchange = traveller.exchange
    row = _gift(place, exchange.sending.side, exchange.starts_on, C.COUNTED)
    row.kind, row.unit, row.quantity, row.role = "time", Unit.DAY, traveller.days_given, "Midwife"
    row.person, row.ends_on, row.description = traveller.contact, exchange.ends_on, f"Exchange: {exchange.title}"
    row.source = f"exchange:{exchange.pk}:traveller:{traveller.pk}"
    row.source_thing = f"exchange:{exchange.pk}"
    return _valued(row, Decimal(120), RateBasis.EMPLOYER)


def _gift(place: Place, side: str, on: date, state: str) -> Contribution:
    """With everything that its state asks for."""
    row = Contribution(partnership=place.partnership, participation=place.parties[side], starts_on=on, ends_on=on)
    row.state, row.created_by, row.created_at = state, place.by, moment(on)
    row.currency = place.partnership.programme.currency
    if state in (C.CONFIRMED, C.VERIFIED, C.COUNTED):
        row.confirmed_by, row.confirmed_at, row.confirmed_how = place.by, moment(on + days(3)), "email"
        row.confirm_note = "She wrote: yes."
    if state in (C.VERIFIED, C.COUNTED):
        row.verified_by, row.verified_at, row.match = place.by, moment(on + days(6)), "yes"
    if state == C.COUNTED:
        row.counted_by, row.counted_at = place.by, moment(on + days(9))
    if state == C.REJECTED:
        row.reason = "It was written down twice."
    return row


def _valued(row: Contribution, rate: Decimal, basis: str) -> Contribution:
    row.rate, row.rate_basis, row.value = rate, basis, row.quantity * rate
    row.base_currency, row.base_value, row.fx_rate, row.fx_on = row.currency, row.value, Decimal(1), row.ends_on
    return row


def make_talk(place: Place, things: list[models.Model]) -> None:
    """Follow-ups and comments about ``things``, the newest of them open, and what people were told."""
    types = {type(thing): ContentType.objects.get_for_model(type(thing)) for thing in things}
    owners = [member.contact for members in place.members.values() for member in members if member.contact.user_id]
    span = max(1, (place.today - place.since).days)

    def about(n: int) -> dict[str, Any]:
        thing = things[n * 7 % len(things)]
        return {"partnership": place.partnership, "subject_type": types[type(thing)], "subject_id": thing.pk}

    tasks = []
    for n in range(TASKS_EACH):
        on = place.since + days(span * n / TASKS_EACH)
        row = FollowUp(**about(n), title=TASKS[n % len(TASKS)], owner=owners[n % len(owners)], due_on=on + days(21))
        row.created_by, row.created_at, row.changed_at = place.by, moment(on), moment(on)
        row.priority = ("normal", "high", "low")[n % 3]
        if n < TASKS_EACH - 4 or not place.is_open:
            row.state, row.reason = ("dropped", "No longer needed.") if n % 9 == 8 else ("done", "")
            row.closed_by, row.closed_at = place.by, moment(min(place.today, on + days(15)))
            place.record(on + days(15), f"follow_up.{row.state}", title=row.title, person=str(row.owner))
        place.record(on, "follow_up.added", title=row.title, person=str(row.owner))
        tasks.append(row)
    place.writing.put(tasks)
    authors = [*place.leads.values(), place.by]
    place.writing.put(
        Comment(
            **about(3 * n),
            text=COMMENTS[n % len(COMMENTS)],
            author=authors[n % len(authors)],
            created_at=moment(place.since + days(span * n / COMMENTS_EACH), 11),
        )
        for n in range(COMMENTS_EACH)
    )
    _tell(place, tasks)


def _tell(place: Place, tasks: list[FollowUp]) -> None:
    place.writing.put(
        Notification(
            user_id=row.owner.user_id,
            kind="assigned",
            key=f"follow-up-{row.pk}-assigned",
            partnership=place.partnership,
            follow_up=row,
            actor_name=place.by.name,
            at=row.created_at,
            read_at=None if row.state == "open" else row.closed_at,
            mailed_at=row.created_at,
        )
        for row in tasks
    )
