"""Exchanges and workshops in the ledger: proposed once, taken once, no day twice."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from partnerships.actions.contribution_steps import reject_contribution
from partnerships.actions.proposal import take_proposal
from partnerships.contribution_sources import all_proposals
from partnerships.given import days_away, days_of_exchanges, hours_of_workshops
from partnerships.models import Contribution, Exchange, Partnership, Traveller
from tests.factories import make_contact, make_member, make_partnership, make_user
from tests.factories.contributions import make_contribution, make_meeting
from tests.factories.exchanges import days, make_exchange, make_traveller
from tests.factories.workshops import make_session, make_trainer, make_workshop, put

pytestmark = pytest.mark.django_db


@pytest.fixture
def partnership(alice):
    return make_partnership(coordinator=alice, status="active")


@pytest.fixture
def hana(partnership):
    party = partnership.participations.get(side="host")
    contact = make_contact(name="Hana", user=make_user(name="Hana"), organization=party.organization)
    return make_member(partnership, side="host", contact=contact).contact


def closed_exchange(partnership, *people, working_days=5):
    """People were away from twelve to two days ago; how an exchange comes there is tested elsewhere."""
    exchange = make_exchange(partnership)
    for person in people:
        traveller = make_traveller(exchange, contact=person)
        Traveller.objects.filter(pk=traveller.pk).update(
            state="returned", departed_on=days(-12), returned_on=days(-2), days_given=working_days
        )
    Exchange.objects.filter(pk=exchange.pk).update(
        state="closed", starts_on=days(-12), ends_on=days(-2), closed_on=days(-1), delete_data_on=days(30)
    )
    return Exchange.objects.get(pk=exchange.pk)


def taught(partnership, person, *, ago: tuple[int, ...] = (40,), hours: float = 2, **trainer):
    workshop = make_workshop(partnership)
    for number, day in enumerate(ago):
        starts_at = (timezone.now() - timedelta(days=day)).replace(hour=9, minute=0, second=0, microsecond=0)
        make_session(workshop, title=f"Day {number}", starts_at=starts_at, hours=hours)
    make_trainer(workshop, contact=person, side="host", **trainer)
    return put(workshop, "delivered")


def test_a_closed_exchange_gives_the_days_of_each_traveller(partnership, hana):
    exchange = closed_exchange(partnership, hana)

    (one,) = days_of_exchanges(partnership)

    assert one.source == f"exchange:{exchange.pk}:traveller:{exchange.travellers.get().pk}"
    assert (one.person, one.quantity, one.unit, one.participation) == (hana, Decimal(5), "day", exchange.sending)
    assert (one.starts_on, one.ends_on) == (days(-12), days(-2))


def test_an_exchange_that_is_not_closed_gives_nothing_yet(partnership, hana):
    exchange = closed_exchange(partnership, hana)
    Exchange.objects.filter(pk=exchange.pk).update(state="reporting", closed_on=None, delete_data_on=None)

    assert list(days_of_exchanges(partnership)) == []


def test_trainers_give_their_hours_once_the_workshop_was_held(partnership, hana):
    workshop = taught(partnership, hana, ago=(40, 41))

    (one,) = hours_of_workshops(partnership)

    assert one.source == f"workshop:{workshop.pk}:contact:{hana.pk}"
    assert (one.person, one.quantity, one.unit) == (hana, Decimal(4), "hour")
    put(workshop, "running")
    assert list(hours_of_workshops(partnership)) == []


def test_paid_trainers_and_guests_give_nothing(partnership, hana):
    taught(partnership, hana, is_paid=True)
    taught(partnership, make_contact(name="Guest"), ago=(50,))

    assert list(hours_of_workshops(partnership)) == []


def test_teaching_and_meetings_during_an_exchange_count_as_its_days(partnership, hana):
    closed_exchange(partnership, hana)
    taught(partnership, hana, ago=(5, 40))
    make_meeting(partnership, hana, at=timezone.now() - timedelta(days=6), minutes=60)
    make_meeting(partnership, hana, at=timezone.now() - timedelta(days=30), minutes=60)

    assert len(days_away(partnership)[hana.pk]) == 11
    found = {one.source.partition(":")[0]: one.quantity for one in all_proposals(partnership)}
    assert found == {"exchange": Decimal(5), "workshop": Decimal(2), "meeting": Decimal(1)}


def test_an_exchange_written_down_late_gives_only_what_is_not_in_the_ledger(partnership, hana, alice):
    workshop = taught(partnership, hana, ago=(5, 6), hours=7)
    taken = take_proposal(partnership, f"workshop:{workshop.pk}:contact:{hana.pk}", by=alice)
    exchange = closed_exchange(partnership, hana)

    (one,) = days_of_exchanges(Partnership.objects.get(pk=partnership.pk))
    # Fourteen hours are a day and three quarters.
    assert (one.quantity, one.note) == (Decimal("3.25"), f"Of 5 days; the rest is in the ledger already: {taken.code}.")
    assert take_proposal(partnership, one.source, by=alice).quantity == Decimal("3.25")

    # What was rejected takes nothing away; what took it all leaves nothing to propose.
    Contribution.objects.filter(source=one.source).update(state="rejected", reason="Twice")
    reject_contribution(taken, reason="It was a mistake", by=alice)
    assert [each.quantity for each in days_of_exchanges(Partnership.objects.get(pk=partnership.pk))] == [5]
    make_contribution(
        partnership, side="host", kind="time", person=hana, unit="day", quantity=5, starts_on=days(-9), ends_on=days(-5)
    )
    assert list(days_of_exchanges(Partnership.objects.get(pk=exchange.partnership_id))) == []


def test_time_in_the_ledger_of_another_partnership_is_not_proposed_again(partnership, hana, alice):
    organization = partnership.participations.get(side="host").organization
    other = make_partnership(coordinator=alice, status="active", host=organization)
    make_contribution(other, side="host", kind="time", person=hana, quantity=4, starts_on=days(-5))
    closed_exchange(partnership, hana)

    (one,) = days_of_exchanges(partnership)

    assert (one.quantity, one.note) == (
        Decimal("4.5"),
        "Of 5 days; the rest is in the ledger already: another partnership.",
    )
