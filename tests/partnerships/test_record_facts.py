"""What records prove: an exchange that was approved is an approved request, with or without the form of it."""

import pytest

from partnerships.exchange_states import OVER, ExchangeState
from partnerships.facts import known_facts
from partnerships.models import Exchange
from partnerships.record_facts import record_facts
from tests.factories import make_partnership
from tests.factories.contributions import make_contribution, make_meeting
from tests.factories.exchanges import make_exchange

pytestmark = pytest.mark.django_db
# Written out: a test that reads the module's own list would only agree with itself.
PROVES = {
    "host_approved", "cleared", "preparing", "ready", "travelling", "returned", "reporting", "closed",
}  # fmt: skip


def test_nothing_proves_nothing():
    assert record_facts(make_partnership()) == set()


def test_an_exchange_counts_from_the_yes_of_both_sides_on():
    exchange = make_exchange()
    for state in ExchangeState.values:
        words = {"reason_code": "visa", "state_reason": "No visa"} if state in ("postponed", "cancelled") else {}
        day = exchange.ends_on if state in OVER else None
        Exchange.objects.filter(pk=exchange.pk).update(state=state, closed_on=day, delete_data_on=day, **words)
        expected = {"exchange:approved"} if state in PROVES else set()
        assert record_facts(exchange.partnership) == expected, state


def test_it_says_what_a_form_of_the_same_would_say(settings):
    settings.FACT_PROVIDERS = ["partnerships.record_facts.record_facts"]
    exchange = make_exchange()
    Exchange.objects.filter(pk=exchange.pk).update(state="preparing")
    make_meeting(exchange.partnership)
    make_contribution(exchange.partnership)

    found = known_facts(exchange.partnership)

    assert {"document:exchange-request:accepted", "document:exchange-request:submitted"} <= found
    assert {"document:meeting-record:submitted", "document:in-kind-contribution:submitted"} <= found


def test_a_rejected_gift_proves_nothing():
    gift = make_contribution(make_partnership())
    type(gift).objects.filter(pk=gift.pk).update(state="rejected", reason="Given elsewhere")

    assert "contribution:recorded" not in record_facts(gift.partnership)
