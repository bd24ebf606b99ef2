"""What the records add up to between two days: journeys, sessions, resources, gifts; for reports and evaluations.

Kinds are named as the tools name them. Where a kind was counted and nothing was found the figure is 0; what the
records have no word for stays empty.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Max, Q, QuerySet, Sum

from partnerships.contribution_states import ContributionKind, MeetingKind
from partnerships.exchange_states import BACK
from partnerships.ledger import read_ledger
from partnerships.models import (
    Award,
    Contribution,
    Exchange,
    Meeting,
    Partnership,
    Registration,
    SharedResource,
    TestResult,
    TransferItem,
    Workshop,
    WorkshopSession,
)
from partnerships.planning.periods import months_after
from partnerships.states import Side
from partnerships.transfer_states import ARRIVED, ItemKind
from partnerships.workshop_reading import test_change
from partnerships.workshop_states import HELD
from toolkit.models import Document
from toolkit.subject_records import direction_of, hours, number

# All that direction_of() says. Copies of tools that know fewer rows lose the last ones first.
DIRECTIONS = ("host_to_resource", "resource_to_host", "third_country", "within_host", "within_resource")
# What the records call a session, and what reports do; online lectures and peer review are none of their kinds.
SESSIONS: dict[str, tuple[str, ...]] = {
    "coordination": (MeetingKind.MEETING, MeetingKind.CALL, MeetingKind.OTHER),
    "steering": (MeetingKind.STEERING,),
    "mentoring": (MeetingKind.MENTORING,),
    "tele_consult": (MeetingKind.CASE,),
    "e_lecture": (),
    "peer_review": (),
}
ITEMS: dict[str, tuple[str, ...]] = {
    "books_software": (ItemKind.BOOK, ItemKind.SOFTWARE),
    "medical_equipment": (ItemKind.DEVICE,),
    "it_equipment": (ItemKind.IT,),
    "supplies_drugs": (ItemKind.SUPPLIES, ItemKind.DRUG),
}
GIFTS: dict[str, tuple[str, ...]] = {
    "professional_time": (ContributionKind.TIME,),
    "equipment_gift": (ContributionKind.EQUIPMENT,),
    "equipment_loan": (ContributionKind.LOAN,),
    "supplies": (ContributionKind.SUPPLIES,),
    "drugs": (ContributionKind.MEDICINES,),
    "books_software": (ContributionKind.BOOKS,),
    "space": (ContributionKind.SPACE,),
    "travel_lodging": (ContributionKind.TRAVEL,),
    "discount_fees": (ContributionKind.DISCOUNT, ContributionKind.WAIVED_FEES),
    "other": (ContributionKind.OTHER,),
}
# What an evaluation adds up, and from which directions of journeys.
JOURNEYS = {
    "exchange_out": ("host_to_resource",),
    "exchange_in": ("resource_to_host",),
    "exchange_other": ("third_country", "within_host", "within_resource"),
}
QUARTERS = 4
ALWAYS = (date(1900, 1, 1), date(9000, 12, 31))


def results_records(document: Document) -> dict[str, Any]:
    """What came of the whole partnership."""
    partnership = document.partnership
    workshops = workshops_in(partnership, *ALWAYS)
    change = test_change(TestResult.objects.filter(registration__workshop__in=workshops).order_by("pk"))
    return {
        "results.activities": activity_totals(partnership, *ALWAYS),
        "results.trained_unstated": number(_people(workshops).count()),
        "results.mean_before": percent(change.pre) if change else "",
        "results.mean_after": percent(change.post) if change else "",
        "results.assets": [_asset(item) for item in _arrived(partnership, *ALWAYS)],
    }


def award_records(document: Document) -> dict[str, Any]:
    """The award that pays for the partnership, if it is one: of several nobody knows which is meant."""
    found = list(Award.objects.filter(shares__partnership=document.partnership_id)[:2])
    award = found[0] if len(found) == 1 else None
    return {
        "award.name": str(award) if award else "",
        "award.cost_share_percent": number(award.cost_share_percent) if award else "",
    }


def journeys(partnership: Partnership, first: date, last: date) -> list[dict[str, str]]:
    """Exchanges that ended in these days, by direction, with those who were away and the days that they worked."""
    ended = Q(actual_ends_on__range=(first, last)) | Q(actual_ends_on=None, ends_on__range=(first, last))
    rows = Exchange.objects.filter(ended, partnership=partnership, state__in=BACK)
    rows = rows.select_related("sending__organization", "receiving__organization").prefetch_related("travellers")
    by_direction: dict[str, list[Exchange]] = {direction: [] for direction in DIRECTIONS}
    for exchange in rows:
        by_direction[direction_of(exchange)].append(exchange)
    return [{"direction": direction, **_journey(by_direction[direction])} for direction in DIRECTIONS]


def _journey(exchanges: list[Exchange]) -> dict[str, str]:
    away = []
    for exchange in exchanges:
        for traveller in exchange.travellers.all():
            traveller.exchange = exchange  # who asks for their days asks for its dates
            if traveller.was_away:
                away.append(traveller)
    return {
        "n_exchanges": number(len(exchanges)),
        "n_travellers": number(len(away)),
        "professional_days": number(sum((each.proposed_days or Decimal(0) for each in away), Decimal(0))),
    }


def sessions(partnership: Partnership, first: date, last: date) -> list[dict[str, str]]:
    """Meetings by kind, with how many took part and their hours together."""
    meetings = Meeting.objects.filter(partnership=partnership, starts_at__date__range=(first, last))
    found = list(meetings.prefetch_related("attendees"))
    return [
        {"session_kind": kind, **_session([each for each in found if each.kind in kinds], is_known=bool(kinds))}
        for kind, kinds in SESSIONS.items()
    ]


def _session(meetings: list[Meeting], *, is_known: bool) -> dict[str, str]:
    minutes = [each.minutes for meeting in meetings for each in meeting.attendees.all()]
    return {
        "n_sessions": number(len(meetings)) if is_known else "",
        "n_session_people": number(len(minutes)) if is_known else "",
        "session_hours": hours(sum(minutes)) if is_known else "",
    }


def resources(partnership: Partnership, first: date, last: date) -> list[dict[str, Any]]:
    """What was shared and what arrived, by kind, with its value where that is in one currency."""
    shared = SharedResource.objects.filter(partnership=partnership, published_on__range=(first, last))
    n_translated = shared.filter(translation_of__isnull=False).count()
    counted = {"materials": shared.count() - n_translated, "translated": n_translated}
    items = list(_arrived(partnership, first, last))
    return [
        *({"resource_kind": kind, "n_resources": number(n), "resource_value": ""} for kind, n in counted.items()),
        *({"resource_kind": k, **_goods([item for item in items if item.kind in kinds])} for k, kinds in ITEMS.items()),
    ]


def _goods(items: list[TransferItem]) -> dict[str, Any]:
    values = [(item.unit_value * _quantity(item), item.transfer.currency) for item in items if item.unit_value]
    currencies = {currency for _value, currency in values}
    total = sum((value for value, _currency in values), Decimal(0))
    return {
        "n_resources": number(sum(_quantity(item) for item in items)),
        "resource_value": {"amount": f"{total:.2f}", "currency": currencies.pop()} if len(currencies) == 1 else "",
    }


def _quantity(item: TransferItem) -> int:
    return item.quantity if item.received_quantity is None else item.received_quantity


def _arrived(partnership: Partnership, first: date, last: date) -> QuerySet[TransferItem]:
    arrived = Q(transfer__state__in=ARRIVED, transfer__received_on__range=(first, last))
    rows = TransferItem.objects.filter(arrived, transfer__partnership=partnership).exclude(received_quantity=0)
    return rows.select_related("transfer__receiver__organization").order_by("transfer__received_on", "pk")


def _asset(item: TransferItem) -> dict[str, str]:
    return {
        "asset": ", ".join(part for part in (item.name, item.maker_model, item.serial) if part),
        "asset_holder": item.transfer.receiver.organization.name,
        "asset_note": item.get_use_display() if item.use else "",
    }


def gifts(partnership: Partnership, first: date, last: date) -> list[dict[str, str]]:
    """Counted contributions in kind by kind and side, in the currency of the ledger."""
    rows = Contribution.objects.counted().filter(partnership=partnership, ends_on__range=(first, last))
    rows = rows.filter(base_currency=read_ledger(partnership).currency, base_value__isnull=False)
    sums = {
        (row["kind"], row["participation__side"]): row["given"]
        for row in rows.order_by().values("kind", "participation__side").annotate(given=Sum("base_value"))
    }

    def given(kinds: Iterable[str], side: str) -> str:
        total = sum((sums.get((kind, side)) or Decimal(0) for kind in kinds), Decimal(0))
        return number(total.quantize(Decimal("0.01")))

    return [
        {
            "in_kind_kind": kind,
            "in_kind_host": given(kinds, Side.HOST),
            "in_kind_resource": given(kinds, Side.RESOURCE),
        }
        for kind, kinds in GIFTS.items()
    ]


def activity_totals(partnership: Partnership, first: date, last: date) -> list[dict[str, str]]:
    """What was done, by kind: how often, with how many people, on how many working days."""
    away = {row["direction"]: row for row in journeys(partnership, first, last)}
    held = workshops_in(partnership, first, last)
    online = sessions(partnership, first, last)
    stuff = {row["resource_kind"]: row["n_resources"] for row in resources(partnership, first, last)}
    totals = [
        _total(
            kind,
            sum(int(away[each]["n_exchanges"]) for each in directions),
            sum(int(away[each]["n_travellers"]) for each in directions),
            sum((Decimal(away[each]["professional_days"]) for each in directions), Decimal(0)),
        )
        for kind, directions in JOURNEYS.items()
    ]
    totals.append(_total("workshops", len(held), _people(held).count()))
    totals.append(_total("online", *(_added(online, name) for name in ("n_sessions", "n_session_people"))))
    totals.append(_total("events"))
    totals.append(_total("resources", int(stuff["materials"]) + int(stuff["translated"])))
    return [*totals, _total("equipment", sum(int(stuff[kind]) for kind in ITEMS))]


def totals_by_quarter(partnership: Partnership, first: date, last: date) -> list[dict[str, str]]:
    """What was done in these days, and in each quarter of them where they are longer than one."""
    totals = activity_totals(partnership, first, last)
    starts = [months_after(first, 3 * n) for n in range(QUARTERS + 1)]
    is_long = last >= starts[1]
    for n in range(QUARTERS):
        until = min(starts[n + 1] - timedelta(days=1), last)
        done = activity_totals(partnership, starts[n], until) if is_long and starts[n] <= last else ()
        counted = {row["activity_kind"]: row["done"] for row in done}
        for row in totals:
            row[f"q{n + 1}"] = counted.get(row["activity_kind"], "")
    return totals


def _added(rows: list[dict[str, str]], name: str) -> int:
    return sum(int(row[name]) for row in rows if row[name])


def _total(kind: str, done: int | None = None, people: int | None = None, days: Decimal | None = None):
    return {"activity_kind": kind, "done": number(done), "people": number(people), "working_days": number(days)}


def report_figures(partnership: Partnership, first: date, last: date) -> dict[str, Any]:
    """For settings.REPORT_FIGURES."""
    return {
        "currency": read_ledger(partnership).currency,
        "totals": activity_totals(partnership, first, last),
        "journeys": journeys(partnership, first, last),
        "gifts": gifts(partnership, first, last),
    }


def workshops_in(partnership: Partnership, first: date, last: date) -> list[Workshop]:
    """Workshops that were held and ended in these days, on their own clocks."""
    held = Workshop.objects.filter(partnership=partnership, state__in=HELD)
    ended = held.annotate(ends=Max("sessions__ends_at")).filter(ends__isnull=False)
    return [row for row in ended if first <= row.ends.astimezone(row.zone).date() <= last]


def sessions_of(workshops: list[Workshop]) -> QuerySet[WorkshopSession]:
    return WorkshopSession.objects.filter(workshop__in=workshops)


def _people(workshops: list[Workshop]) -> QuerySet[Registration]:
    return Registration.objects.seated().filter(workshop__in=workshops)


def percent(value: float) -> str:
    return number(Decimal(str(round(value, 1))))
