"""Exchanges read whole, for pages, guards and papers; and what a closed one gave."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import F, Prefetch, Q, QuerySet
from django.db.models.functions import Coalesce

from partnerships.exchange_states import ExchangeState
from partnerships.models import ChecklistItem, Contact, Exchange, TeamMember, TravelDataReader, Traveller


def whole(exchanges: QuerySet[Exchange]) -> QuerySet[Exchange]:
    """With all that guards and pages read, in a number of queries that never grows."""
    travellers = Traveller.objects.select_related(
        "contact__organization", "contact__user", "travel_data", "undertaken_by", "verdict_by"
    ).prefetch_related(Prefetch("data_readers", TravelDataReader.objects.select_related("user", "named_by")))
    return exchanges.select_related(
        "partnership__programme",
        "partnership__coordinator",
        "sending__organization",
        "receiving__organization",
        "host_contact",
        "activity",
    ).prefetch_related(
        Prefetch("travellers", travellers),
        Prefetch("checklist", ChecklistItem.objects.select_related("settled_by")),
        "approvals",
        "costs",
        Prefetch("partnership__team", TeamMember.objects.select_related("contact")),
    )


def with_exchange(exchange: Exchange) -> Exchange:
    """Give travellers the exchange they were read with, so that they ask nothing of the database."""
    for traveller in exchange.travellers.all():
        traveller.exchange = exchange
    return exchange


def own_items(exchange: Exchange, traveller: Traveller | None) -> list[ChecklistItem]:
    """The checklist of one traveller, or of the hosts; reads prefetched ``checklist``."""
    pk = traveller.pk if traveller else None
    return [item for item in exchange.checklist.all() if item.traveller_id == pk]


def clashes(contacts: list[Contact], starts_on: date, ends_on: date, *, but: Exchange | None) -> QuerySet[Traveller]:
    """Those of ``contacts`` who are on another exchange on one of these days, as travellers there."""
    return days_taken(contacts).exclude(exchange=but).filter(Q(first__lte=ends_on) & Q(last__gte=starts_on))


def days_taken(contacts: Iterable[Contact]) -> QuerySet[Traveller]:
    """The journeys of ``contacts`` that take place, with their ``first`` and ``last`` day, the earliest first."""
    return (
        Traveller.objects.who_take_days()
        .filter(contact__in=contacts)
        .annotate(
            first=Coalesce("departed_on", "exchange__starts_on"),
            last=Coalesce("returned_on", "stays_until", "exchange__ends_on"),
        )
        .select_related("contact", "exchange__partnership")
        .order_by(F("first").asc(), "pk")
    )


def twins(exchanges: QuerySet[Exchange]) -> QuerySet[Exchange]:
    """Those of ``exchanges`` that a past one may turn out to be, with their travellers."""
    off = [ExchangeState.REJECTED, ExchangeState.CANCELLED]
    return exchanges.exclude(state__in=off).prefetch_related("travellers")


def is_twin(exchange: Exchange, people: Iterable[Contact], other: Exchange) -> bool:
    """Whether ``other`` is the same journey as ``exchange`` with ``people``, which is not saved yet."""
    if _journey(exchange) != _journey(other):
        return False
    going = {traveller.contact_id for traveller in other.travellers.all()}
    return exchange.title.casefold() == other.title.casefold() or any(person.pk in going for person in people)


def _journey(exchange: Exchange) -> tuple:
    return exchange.partnership_id, exchange.sending_id, exchange.receiving_id, exchange.from_on


@dataclass(frozen=True, kw_only=True)
class CountableDays:
    """Working days that one person of one side gave on one exchange. ``traveller`` is the key to count them once."""

    exchange: Exchange
    traveller: int
    person: Contact
    side: str
    days: Decimal
    from_on: date
    until_on: date


def countable_days(travellers: Iterable[Traveller]) -> list[CountableDays]:
    """What ``travellers`` gave, read with contact, exchange and its sending side; nothing where that is not closed."""
    return [
        CountableDays(
            exchange=traveller.exchange,
            traveller=traveller.pk,
            person=traveller.contact,
            side=traveller.exchange.sending.side,
            days=traveller.days_given,
            from_on=traveller.departed_on or traveller.exchange.from_on,
            until_on=traveller.returned_on or traveller.exchange.until_on,
        )
        for traveller in travellers
        if traveller.exchange.state == ExchangeState.CLOSED and traveller.was_away and traveller.days_given
    ]
