"""Exchanges of the world for measuring, from drafts to closed ones, with travellers, approvals, agenda and costs."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, time
from decimal import Decimal

from partnerships.exchange_states import ExchangeKind, ExchangeState, TravellerState
from partnerships.models import AgendaItem, ChecklistItem, Exchange, ExchangeApproval, ExchangeCost, Traveller
from partnerships.states import Side
from partnerships.travel_lists import checklists
from twinning.scale.frame import Place
from twinning.scale.words import FIELDS
from twinning.scale.writing import days, moment

S, T = ExchangeState, TravellerState
AHEAD = 240  # days that requests are made before they happen
# What happens to journeys that are over, of twenty; the others closed in good order.
CALLED_OFF = {3: S.CANCELLED, 11: S.REJECTED}
BEFORE = (S.DRAFT, S.SUBMITTED, S.SENDING_APPROVED, S.HOST_APPROVED, S.CHANGES, S.POSTPONED)
APPROVED = (S.HOST_APPROVED, S.PREPARING, S.READY, S.TRAVELLING, S.RETURNED, S.REPORTING, S.CLOSED)
WENT = (S.TRAVELLING, S.RETURNED, S.REPORTING, S.CLOSED)
STATE_OF_TRAVELLER = {
    S.CLOSED: T.REPORTED, S.REPORTING: T.RETURNED, S.RETURNED: T.RETURNED, S.TRAVELLING: T.ARRIVED,
    S.READY: T.CLEARED, S.PREPARING: T.VISA_APPLIED,
}  # fmt: skip
COSTS = (("air", 900), ("lodging", 640), ("per_diem", 420))


@dataclass(kw_only=True)
class Journeys:
    """What was made, for the ledger: travellers of closed exchanges."""

    exchanges: list[Exchange] = field(default_factory=list)
    travellers: list[Traveller] = field(default_factory=list)


def make_journeys(place: Place, n: int) -> Journeys:
    """``n`` exchanges, one after the other, so that nobody is in two places at once."""
    last = place.today + days(AHEAD) if place.is_open else place.until
    step = max(1, (last - place.since).days // max(1, n))
    long = max(1, min(12, step - 1))
    made = [_exchange(place, at, place.since + days(step * at), long) for at in range(n)]
    made = place.writing.put(made)
    travellers = [row for exchange in made for row in _travellers(place, exchange)]
    travellers = place.writing.put(travellers)
    _papers(place, made, travellers)
    return Journeys(exchanges=made, travellers=[row for row in travellers if row.exchange.state == S.CLOSED])


def _state(place: Place, at: int, starts_on: date, ends_on: date) -> str:
    if ends_on < place.today - days(40) or not place.is_open:
        return CALLED_OFF.get(at % 20, S.CLOSED)
    if ends_on < place.today:
        return S.REPORTING if at % 2 else S.RETURNED
    if starts_on < place.today:
        return S.TRAVELLING
    if starts_on < place.today + days(60):
        return S.READY if at % 2 else S.PREPARING
    return BEFORE[at % len(BEFORE)]


def _exchange(place: Place, at: int, starts_on: date, long: int) -> Exchange:
    sending, receiving = (Side.HOST, Side.RESOURCE) if at % 3 else (Side.RESOURCE, Side.HOST)
    home, land = place.lands[sending], place.lands[receiving]
    ends_on = starts_on + days(long - 1)
    state = _state(place, at, starts_on, ends_on)
    kinds = ExchangeKind.values
    planned = place.activities[at % len(place.activities)] if at % 4 else None
    row = Exchange(
        partnership=place.partnership,
        reference=f"{place.partnership.reference}-X{at + 1}",
        title=f"{'Training' if at % 2 else 'Study visit'}: {FIELDS[at % len(FIELDS)]} ({land.cities[0]})",
        kind=kinds[at % len(kinds)],
        purpose="Learn how the other ward works, and bring home what can be done there too.",
        objectives="See how shifts hand over\nWrite down three things to try",
        sending=place.parties[sending],
        receiving=place.parties[receiving],
        host_contact=place.members[receiving][0].contact,
        departs_from=home.cities[0],
        country=land.code,
        place=land.cities[0],
        home_zone=home.zone,
        zone=land.zone,
        starts_on=starts_on,
        ends_on=ends_on,
        working_days=Decimal(min(long, 5)),
        activity=planned,
        unplanned_reason="" if planned else "It came up in a call.",
        state=state,
        round=0 if state == S.DRAFT else 1,
        created_by=place.by,
        created_at=moment(min(place.today, starts_on - days(90))),
    )
    if state in (S.CANCELLED, S.POSTPONED):
        row.reason_code, row.state_reason = "scheduling", "The ward could not let anybody go."
    if state in WENT:
        row.actual_starts_on = starts_on
        row.actual_ends_on = None if state == S.TRAVELLING else ends_on
    if state in (S.CLOSED, S.CANCELLED, S.REJECTED):
        row.closed_on = min(place.today, ends_on + days(30))
        row.delete_data_on = row.closed_on + days(30)
    return row


def _travellers(place: Place, exchange: Exchange) -> list[Traveller]:
    """Two people of the sending organization, not always the same."""
    people, state = place.people[exchange.sending.side], exchange.state
    first = place.dice.randrange(len(people))
    rows = []
    for n in range(2):
        row = Traveller(
            exchange=exchange, contact=people[(first + n) % len(people)], role="Team leader" if not n else ""
        )
        row.state = STATE_OF_TRAVELLER.get(state, T.NOMINATED)
        if state in WENT or state == S.READY:
            row.undertaken_on, row.undertaken_by = exchange.starts_on - days(20), place.by
            row.undertaken_on = min(row.undertaken_on, place.today)
            row.verdict, row.verdict_by = "go", place.by
        if state in WENT:
            row.departed_on = row.arrived_on = exchange.starts_on
        if state in (S.RETURNED, S.REPORTING, S.CLOSED):
            row.returned_on, row.report_due_on = exchange.ends_on, exchange.ends_on + days(14)
            row.days_given = exchange.working_days
        if state == S.CLOSED:
            row.reported_at = moment(min(place.today, exchange.ends_on + days(10)))
        row.added_at = exchange.created_at
        rows.append(row)
    return rows


def _papers(place: Place, exchanges: list[Exchange], travellers: list[Traveller]) -> None:
    lists = checklists()
    place.writing.put(
        _item(place, exchange, None, *pair) for exchange in exchanges for pair in _positions(lists["host"])
    )
    place.writing.put(
        _item(place, row.exchange, row, *pair) for row in travellers for pair in _positions(lists["traveller"])
    )
    place.writing.put(approval for exchange in exchanges for approval in _approvals(place, exchange))
    place.writing.put(
        AgendaItem(
            exchange=exchange,
            on=exchange.starts_on,
            starts_at=time(8 + 3 * n),
            ends_at=time(10 + 3 * n),
            title=("Welcome and round of the ward", "Handing over at the end of the shift")[n],
        )
        for exchange in exchanges
        for n in range(2)
    )
    place.writing.put(
        ExchangeCost(
            exchange=exchange,
            kind=kind,
            currency=place.partnership.programme.currency,
            planned=Decimal(planned),
            actual=Decimal(planned + 12) if exchange.state == S.CLOSED else None,
        )
        for exchange in exchanges
        for kind, planned in COSTS
    )
    for exchange in exchanges:
        words = {"reference": exchange.reference, "title": exchange.title}
        place.record(exchange.created_at.date(), "exchange.created", **words)
        if exchange.state in APPROVED:
            place.record(
                exchange.created_at.date() + days(9), "exchange.approved", **words, side=exchange.receiving.side
            )
        if exchange.state == S.CLOSED:
            place.record(exchange.closed_on, "exchange.moved", **words, old="reporting", new="closed", reason="")


def _positions(items: list[dict[str, str]]):
    return enumerate(items, start=1)


def _item(place: Place, exchange: Exchange, traveller: Traveller | None, position: int, item: dict) -> ChecklistItem:
    is_done = exchange.state in WENT or exchange.state == S.READY
    return ChecklistItem(
        exchange=exchange,
        traveller=traveller,
        slug=item["slug"],
        text=item["text"],
        position=position,
        state="done" if is_done else "pending",
        settled_by=place.by if is_done else None,
        settled_at=exchange.created_at + days(20) if is_done else None,
    )


def _approvals(place: Place, exchange: Exchange) -> list[ExchangeApproval]:
    steps = [("sending", exchange.sending.side), ("receiving", exchange.receiving.side)]
    state = exchange.state
    if state in APPROVED or state == S.CANCELLED:
        answers = ["approved", "approved"]
    else:
        answers = {S.SENDING_APPROVED: ["approved"], S.CHANGES: ["returned"], S.REJECTED: ["rejected"]}.get(state, [])
    return [
        ExchangeApproval(
            exchange=exchange,
            round=1,
            step=step,
            decision=decision,
            comment="" if decision == "approved" else "The dates fall into the holidays.",
            by=place.leads[side],
            by_name=place.leads[side].name,
            at=exchange.created_at + days(n),
        )
        for n, ((step, side), decision) in enumerate(zip(steps, answers, strict=False), start=5)
    ]
