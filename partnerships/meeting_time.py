"""Volunteer time in meetings, counted once: who sat in two meetings at a time gave their hours only once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from types import MappingProxyType

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from partnerships.contribution_sources import Proposal, givers_of
from partnerships.contribution_states import ContributionKind, ContributionState, Unit
from partnerships.given import days_away
from partnerships.models import Attendee, Contact, Contribution, DismissedSource, Meeting, Partnership
from partnerships.models.meeting import LONGEST

HUNDREDTH = Decimal("0.01")


@dataclass(frozen=True, kw_only=True)
class Presence:
    """Somebody who took part; ``minutes`` is None for those who stayed to the end."""

    contact: Contact
    minutes: int | None = None
    role: str = ""


def source_of(attendee: Attendee) -> str:
    return f"meeting:{attendee.meeting_id}:contact:{attendee.contact_id}"


def own_minutes(
    attendees: list[Attendee], *, taken: Mapping[str, int] = MappingProxyType({}), late: Set[str] = frozenset()
) -> dict[int, int]:
    """By attendee, the minutes that no other meeting of the same person has claimed.

    ``attendees`` come with their meeting. Everybody is taken to be there from the beginning, for as long as is written
    down. What is in the ledger (``taken``: minutes by source) claims as many minutes as were counted; then the earlier
    meeting comes first, of two that begin together the one written down first. Sources in ``late`` come last, for
    nobody wanted them.
    """

    def turn(one: Attendee):
        source = source_of(one)
        is_part = taken.get(source, one.minutes) < one.minutes
        return (source not in taken, is_part, source in late, one.meeting.starts_at, one.meeting_id, one.pk)

    minutes: dict[int, int] = {}
    spent: dict[int, set[int]] = defaultdict(set)
    for each in sorted(attendees, key=turn):
        start = int(each.meeting.starts_at.timestamp()) // 60
        free = [minute for minute in range(start, start + each.minutes) if minute not in spent[each.contact_id]]
        # An earlier meeting claimed the beginning, so what was counted of this one is its end.
        claimed = free[max(0, len(free) - taken.get(source_of(each), len(free))) :]
        spent[each.contact_id].update(claimed)
        minutes[each.pk] = len(claimed)
    return minutes


def minutes_that_count(contacts: QuerySet | list[int]) -> tuple[list[Attendee], dict[int, int]]:
    """Every attendance of ``contacts`` in whatever partnership, and the minutes of each that count for it."""
    attendees = list(
        Attendee.objects.filter(contact__in=contacts).select_related(
            "meeting", "contact__user", "contact__organization"
        )
    )
    live = Contribution.objects.filter(source__startswith="meeting:", person__in=contacts, is_reversed=False)
    live = live.exclude(state=ContributionState.REJECTED)
    taken = {
        source: round(quantity * 60) if unit == Unit.HOUR else LONGEST
        for source, quantity, unit in live.values_list("source", "quantity", "unit")
    }
    dismissed = DismissedSource.objects.filter(
        source__startswith="meeting:",
        partnership__in=Meeting.objects.filter(attendees__contact__in=contacts).order_by().values("partnership"),
    )
    return attendees, own_minutes(attendees, taken=taken, late=set(dismissed.values_list("source", flat=True)))


def time_in_meetings(partnership: Partnership) -> Iterator[Proposal]:
    """For settings.CONTRIBUTION_SOURCES: the hours of each person in each meeting that is over.

    A person's meetings in other partnerships take their minutes too, but are not proposed here.
    """
    people = Attendee.objects.filter(meeting__partnership=partnership).order_by().values("contact")
    attendees, minutes = minutes_that_count(people)
    givers, away = givers_of(partnership), days_away(partnership)
    for each in attendees:
        meeting = each.meeting
        if meeting.partnership_id != partnership.pk or not meeting.is_over or minutes[each.pk] <= 0:
            continue
        party = givers.party_of(each.contact)
        if party is None:
            continue  # a guest: none of the organizations gave this time
        day = timezone.localtime(meeting.starts_at).date()
        if day in away[each.contact_id]:
            continue  # it counts as a day of the exchange
        yield Proposal(
            source=source_of(each),
            thing=f"meeting:{meeting.pk}",
            title=_("%(kind)s: %(title)s") % {"kind": meeting.get_kind_display(), "title": meeting.title},
            participation=party,
            person=each.contact,
            kind=ContributionKind.TIME,
            starts_on=day,
            ends_on=day,
            quantity=max(HUNDREDTH, (Decimal(minutes[each.pk]) / 60).quantize(HUNDREDTH, rounding=ROUND_HALF_UP)),
            unit=Unit.HOUR,
            role=each.role,
        )
