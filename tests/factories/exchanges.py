"""Exchanges for tests, made and moved by the same actions as the pages make and move them."""

from datetime import date, timedelta
from itertools import count

from django.utils import timezone

from accounts.models import User
from partnerships.actions.exchange import add_traveller, create_exchange
from partnerships.actions.exchange_steps import answer_exchange, move_exchange
from partnerships.actions.travel_data import name_reader, save_travel_data
from partnerships.actions.travelling import judge_traveller, move_traveller, record_days, sign_undertakings, tick_items
from partnerships.exchange_reading import whole, with_exchange
from partnerships.models import ChecklistItem, Contact, Exchange, Partnership, Traveller
from tests.factories.partnerships import make_member, make_partnership
from tests.factories.people import make_contact, make_user
from tests.factories.workplan import make_leads

number = count(1)
PASSPORT = {
    "passport_family_name": "Wanjiru",
    "passport_number": "AK0123456",
    "passport_expires_on": "2040-01-31",
    "insurance": "Umoja 77-1",
    "emergency_name": "Sister Ruth",
    "emergency_phone": "+254 700 000 000",
    "health": "Allergic to penicillin",
}


def days(n: int) -> date:
    return timezone.localdate() + timedelta(days=n)


def make_exchange(
    partnership: Partnership | None = None, *, by: User | None = None, sending: str = "host", **fields
) -> Exchange:
    """A draft without travellers; ``sending`` is the side from which people travel."""
    partnership = partnership or make_partnership(status="active")
    parties = {party.side: party for party in partnership.participations.current()}
    receiving = "resource" if sending == "host" else "host"
    usual = {
        "title": f"Exchange {next(number)}",
        "purpose": "Learn how the ward works.",
        "sending": parties[sending],
        "receiving": parties[receiving],
        "country": "NO",
        "place": "Oslo",
        "zone": "Europe/Oslo",
        "home_zone": "Africa/Nairobi",
        "starts_on": days(120),
        "ends_on": days(130),
        "working_days": 2,
        "unplanned_reason": "It came up in a call",
    }
    return create_exchange(Exchange(partnership=partnership, **(usual | fields)), by=by or partnership.coordinator)


def make_traveller(
    exchange: Exchange, *, contact: Contact | None = None, user: User | None = None, **fields
) -> Traveller:
    contact = contact or make_contact(user=user)
    traveller = Traveller(exchange=exchange, contact=contact, **fields)
    return add_traveller(traveller, by=exchange.partnership.coordinator)


def fresh(exchange: Exchange) -> Exchange:
    """The exchange as pages read it."""
    return with_exchange(whole(Exchange.objects.filter(pk=exchange.pk)).get())


def row_of(exchange: Exchange) -> Exchange:
    """The exchange as it is now, for actions: they read the rest themselves."""
    return Exchange.objects.select_related("partnership__coordinator", "sending", "receiving").get(pk=exchange.pk)


def submit(exchange: Exchange) -> Exchange:
    return move_exchange(exchange, "submitted", by=exchange.partnership.coordinator)


def approve(exchange: Exchange, leads: dict[str, User] | None = None) -> dict[str, User]:
    """Both sides say yes; returns their leads, by side."""
    exchange = row_of(exchange)
    leads = leads or make_leads(exchange.partnership)
    if exchange.state == "draft":
        submit(exchange)
    for side in (exchange.sending.side, exchange.receiving.side):
        exchange = row_of(exchange)
        answer_exchange(exchange, "approved", seen_version=exchange.version, by=leads[side])
    return leads


def settle_checklist(exchange: Exchange, traveller: Traveller | None) -> None:
    items = ChecklistItem.objects.filter(exchange=exchange, traveller=traveller)
    done = {item.pk: ("done", "The hosts look after it." if item.is_risk else "") for item in items}
    seen = {item.pk: (item.state, item.note) for item in items}
    tick_items(exchange, traveller, done, seen=seen, by=exchange.partnership.coordinator)


def fill_travel_data(traveller: Traveller, **data) -> None:
    """As its own traveller, or as a reader whom the coordinator named because the traveller has no account."""
    traveller = Traveller.objects.select_related("contact__user", "exchange__partnership").get(pk=traveller.pk)
    by = traveller.contact.user
    if by is None:
        by = traveller.exchange.partnership.coordinator
        if not traveller.data_readers.filter(user=by).exists():
            name_reader(traveller, by, by=by)
    version = traveller.travel_data.version if hasattr(traveller, "travel_data") else 0
    save_travel_data(traveller, PASSPORT | data, seen_version=version, by=by)


def prepare(traveller: Traveller) -> None:
    """Everything that a journey needs, up to “cleared”."""
    coordinator = traveller.exchange.partnership.coordinator
    for state in ("accepted", "visa_applied", "visa_granted"):
        move_traveller(traveller, state, by=coordinator)
    fill_travel_data(traveller)
    sign_undertakings(traveller, by=traveller.contact.user or coordinator)
    settle_checklist(traveller.exchange, traveller)
    judge_traveller(traveller, "go", note="", by=coordinator)
    move_traveller(traveller, "cleared", by=coordinator)


def bring_to(exchange: Exchange, state: str, *, leads: dict[str, User] | None = None) -> Exchange:
    """Take ``exchange``, a draft with travellers, to ``state`` along the straight road."""
    by = exchange.partnership.coordinator
    road = ["submitted", "host_approved", "preparing", "ready", "travelling", "returned", "reporting", "closed"]
    travellers = Traveller.objects.filter(exchange=exchange).select_related("exchange__partnership", "contact__user")
    for step in road[: road.index(state) + 1]:
        if step == "host_approved":
            approve(exchange, leads)
        elif step in ("travelling", "returned"):
            # Journeys lie in the past by the time they are written down.
            Exchange.objects.filter(pk=exchange.pk).update(starts_on=days(-12), ends_on=days(-2))
            moves = [("departed", -12), ("arrived", -11)] if step == "travelling" else [("returned", -2)]
            for each in travellers.all():
                for new, on in moves:
                    move_traveller(each, new, on=days(on), by=by)
                if step == "returned" and exchange.working_days is not None:
                    record_days(each, exchange.working_days, by=by)
        else:
            if step == "ready":
                settle_checklist(exchange, None)
                for each in travellers.all():
                    prepare(each)
            move_exchange(exchange, step, by=by)
    return fresh(exchange)


def make_crew(partnership: Partnership) -> Traveller:
    """A draft exchange with one traveller who has an account and is on the team."""
    user = make_user(name="Tabitha")
    member = make_member(partnership, side="host", contact=make_contact(name="Tabitha Wanjiru", user=user))
    return make_traveller(make_exchange(partnership), contact=member.contact)
