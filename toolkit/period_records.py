"""What the ledger, the days of a reporting period and the risks in them say, by the paths of schema/bindings.py."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from partnerships.exchange_states import APPROVED, BACK, TravellerState
from partnerships.ledger import read_ledger
from partnerships.models import Exchange, Partnership, Registration, ReportingPeriod, Risk, Traveller, Workshop
from partnerships.states import Side
from partnerships.workplan_states import RiskState
from toolkit.figure_records import gifts, journeys, resources, sessions, sessions_of, totals_by_quarter, workshops_in
from toolkit.models import Document
from toolkit.plan_records import after_period, in_period, read_plan
from toolkit.subject_records import direction_of, hours, number

# What became of a risk, in the words of reports; of others only the people know how they changed.
RISK_CHANGES = {RiskState.HAPPENED: "happened", RiskState.CLOSED: "closed"}


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
    plan = read_plan(partnership)
    workshops = workshops_in(partnership, first, last)
    due = Traveller.objects.filter(exchange__partnership=partnership, report_due_on__range=(first, last))
    due = due.filter(report_waived_reason="")
    return {
        "period.name": f"{date_format(first)} – {date_format(last)}",
        "period.first_day": first.isoformat(),
        "period.last_day": last.isoformat(),
        "period.due_on": _due_on(document, last),
        "period.activities": [in_period(row) for row in plan.activities_of(first, last)],
        "period.next_activities": [after_period(row) for row in plan.activities_after(last)],
        "period.next_exchanges": [_next_exchange(row) for row in _exchanges_after(partnership, last)],
        "period.exchanges": number(_exchanges(partnership, first, last).count()),
        "period.journeys": journeys(partnership, first, last),
        "period.reports_due": number(due.count()),
        "period.reports_in": number(due.filter(state=TravellerState.REPORTED).count()),
        "period.workshops": number(len(workshops)),
        "period.hours_taught": hours(sum(session.minutes for session in sessions_of(workshops))),
        "period.trained": _trained(workshops),
        "period.sessions": sessions(partnership, first, last),
        "period.resources": resources(partnership, first, last),
        "period.in_kind": gifts(partnership, first, last),
        "period.totals": totals_by_quarter(partnership, first, last),
        "period.risks": [_risk(row) for row in _risks(partnership, first, last)],
    }


def _due_on(document: Document, last: date) -> str:
    """When the donor's report of these days is due; else when the document is."""
    paying = ReportingPeriod.objects.filter(award__shares__partnership=document.partnership_id, ends_on=last)
    day = paying.order_by("due_on").values_list("due_on", flat=True).first() or document.due_on
    return day.isoformat() if day else ""


def _risks(partnership: Partnership, first: date, last: date):
    """Risks that somebody wrote, moved or closed in these days."""
    rows = Risk.objects.filter(plan__partnership=partnership, changed_at__date__range=(first, last))
    return rows.order_by("number")


def _risk(row: Risk) -> dict[str, str]:
    return {
        "risk": f"{row.code} {row.title}",
        "risk_change": RISK_CHANGES.get(row.state, ""),
        "risk_response": row.measures,
    }


def _exchanges(partnership: Partnership, first: date, last: date):
    """Exchanges that took place and began in these days."""
    began = Q(actual_starts_on__range=(first, last)) | Q(actual_starts_on=None, starts_on__range=(first, last))
    return Exchange.objects.filter(began, partnership=partnership, state__in=BACK)


def _exchanges_after(partnership: Partnership, last: date):
    rows = Exchange.objects.filter(partnership=partnership, starts_on__gt=last, state__in=APPROVED)
    rows = rows.select_related("sending__organization", "receiving__organization").prefetch_related("travellers")
    return rows.order_by("starts_on", "pk")


def _next_exchange(row: Exchange) -> dict[str, str]:
    return {
        "travel_exchange": row.title,
        "travel_direction": direction_of(row),
        "travel_people": number(len(row.going)),
        "travel_from": row.starts_on.isoformat(),
        "travel_to": row.ends_on.isoformat(),
    }


def _trained(workshops: list[Workshop]) -> list[dict[str, str]]:
    """How many took part, by profession as they wrote it; nobody is asked for their sex when registering."""
    people = Registration.objects.seated().filter(workshop__in=workshops)
    posts = Counter(" ".join(post.split()) or str(_("Not stated")) for post in people.values_list("post", flat=True))
    return [{"cadre": post, "trained_unstated": number(n)} for post, n in sorted(posts.items())]
