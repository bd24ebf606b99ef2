"""What the work plan, the ledger and the days of a reporting period say, by the paths of schema/bindings.py."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

from django.db.models import Max, Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from partnerships.exchange_states import APPROVED, BACK, TravellerState
from partnerships.ledger import read_ledger
from partnerships.models import (
    Activity,
    Exchange,
    Objective,
    Partnership,
    Registration,
    Traveller,
    Workshop,
    WorkshopSession,
)
from partnerships.states import Side
from partnerships.workplan_states import Progress
from partnerships.workshop_states import HELD
from toolkit.models import Document
from toolkit.subject_records import hours, number

# The states of an activity in the words of reports.
STATUS = {
    Progress.PLANNED: "not_started",
    Progress.UNDER_WAY: "under_way",
    Progress.DONE: "done",
    Progress.CANCELLED: "dropped",
}


def workplan_records(document: Document) -> dict[str, Any]:
    """The objectives that are still pursued, in the order of the plan."""
    rows = Objective.objects.filter(plan__partnership=document.partnership_id).exclude(progress=Progress.CANCELLED)
    return {
        "workplan.objectives": [
            {"objective": str(row), "baseline": row.baseline, "target": row.target, "side": row.lead_side}
            for row in rows
        ]
    }


def ledger_records(document: Document) -> dict[str, Any]:
    """What each side gave in all, counted and in the ledger's currency."""
    ledger = read_ledger(document.partnership)
    given = {side.key: side.given for side in ledger.sides}
    return {
        "ledger.currency": ledger.currency,
        "ledger.host": number(given[Side.HOST]),
        "ledger.resource": number(given[Side.RESOURCE]),
    }


def period_records(document: Document) -> dict[str, Any]:
    if document.period is None:
        return {}
    first, last = document.period
    partnership = document.partnership
    workshops = _workshops(partnership, first, last)
    due = Traveller.objects.filter(exchange__partnership=partnership, report_due_on__range=(first, last))
    due = due.filter(report_waived_reason="")
    return {
        "period.first_day": first.isoformat(),
        "period.last_day": last.isoformat(),
        "period.activities": [_activity(row) for row in _activities(partnership, first, last)],
        "period.next_activities": [_next_activity(row) for row in _activities_after(partnership, last)],
        "period.next_exchanges": [_next_exchange(row) for row in _exchanges_after(partnership, last)],
        "period.exchanges": number(_exchanges(partnership, first, last).count()),
        "period.reports_due": number(due.count()),
        "period.reports_in": number(due.filter(state=TravellerState.REPORTED).count()),
        "period.workshops": number(len(workshops)),
        "period.hours_taught": hours(sum(session.minutes for session in _sessions(workshops))),
        "period.trained": _trained(workshops),
    }


def _activities(partnership: Partnership, first: date, last: date):
    """What was planned for these days, or was finished in them."""
    planned = Q(starts_on__lte=last, ends_on__gte=first)
    rows = Activity.objects.filter(planned | Q(done_on__range=(first, last)), plan__partnership=partnership)
    return rows.select_related("objective")


def _activities_after(partnership: Partnership, last: date):
    """What goes on or begins within three months after the period."""
    rows = Activity.objects.filter(plan__partnership=partnership, starts_on__isnull=False, ends_on__gt=last)
    return [row for row in rows.order_by("starts_on", "pk") if row.is_open and (row.starts_on - last).days <= 92]


def _activity(row: Activity) -> dict[str, str]:
    days = " – ".join(date_format(day) for day in (row.starts_on, row.ends_on) if day)
    return {
        "activity": str(row),
        "planned": "; ".join(part for part in (row.deliverable, days) if part),
        "activity_status": STATUS[row.progress],
    }


def _next_activity(row: Activity) -> dict[str, str]:
    return {
        "next_activity": str(row),
        "next_from": row.starts_on.isoformat(),
        "next_to": row.ends_on.isoformat(),
    }


def _exchanges(partnership: Partnership, first: date, last: date):
    """Exchanges that took place and began in these days."""
    began = Q(actual_starts_on__range=(first, last)) | Q(actual_starts_on=None, starts_on__range=(first, last))
    return Exchange.objects.filter(began, partnership=partnership, state__in=BACK)


def _exchanges_after(partnership: Partnership, last: date):
    rows = Exchange.objects.filter(partnership=partnership, starts_on__gt=last, state__in=APPROVED)
    return rows.select_related("sending").prefetch_related("travellers").order_by("starts_on", "pk")


def _next_exchange(row: Exchange) -> dict[str, str]:
    is_from_host = row.sending.side == Side.HOST
    return {
        "travel_exchange": row.title,
        "travel_direction": "host_to_resource" if is_from_host else "resource_to_host",
        "travel_people": number(len(row.going)),
        "travel_from": row.starts_on.isoformat(),
        "travel_to": row.ends_on.isoformat(),
    }


def _workshops(partnership: Partnership, first: date, last: date) -> list[Workshop]:
    """Workshops that were held and ended in these days, on their own clocks."""
    held = Workshop.objects.filter(partnership=partnership, state__in=HELD)
    ended = held.annotate(ends=Max("sessions__ends_at")).filter(ends__isnull=False)
    return [row for row in ended if first <= row.ends.astimezone(row.zone).date() <= last]


def _sessions(workshops: list[Workshop]):
    return WorkshopSession.objects.filter(workshop__in=workshops)


def _trained(workshops: list[Workshop]) -> list[dict[str, str]]:
    """How many took part, by profession as they wrote it; nobody is asked for their sex when registering."""
    people = Registration.objects.seated().filter(workshop__in=workshops)
    posts = Counter(" ".join(post.split()) or str(_("Not stated")) for post in people.values_list("post", flat=True))
    return [{"cadre": post, "trained_unstated": number(n)} for post, n in sorted(posts.items())]
