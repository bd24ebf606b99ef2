"""Facts that records prove, as exit criteria and guards ask for them."""

import pytest
from django.core.exceptions import FieldDoesNotExist
from django.db import connection
from django.test.utils import CaptureQueriesContext

from partnerships.exchange_states import OVER, ExchangeState
from partnerships.facts import fact_rows, known_facts, row_facts, with_facts
from partnerships.models import Agreement, Exchange, Partnership
from partnerships.reading import FACT
from partnerships.views.phase_model import FACTS
from tests.factories import make_partnership
from tests.factories.agreements import make_agreement, on_day, today
from tests.factories.contributions import bring, make_contribution, make_meeting
from tests.factories.exchanges import make_exchange

pytestmark = pytest.mark.django_db


@pytest.fixture
def partnership(alice):
    return make_partnership(coordinator=alice, status="active")


def put(exchange, state):
    code = "other" if state in ("cancelled", "postponed") else ""
    over = today() if state in OVER else None
    Exchange.objects.filter(pk=exchange.pk).update(
        state=state, reason_code=code, state_reason=code, closed_on=over, delete_data_on=over
    )


def test_every_fact_of_rows_may_stand_in_a_criterion():
    for fact, rows in fact_rows().items():
        assert FACT.fullmatch(fact), fact
        try:
            rows.model._meta.get_field("partnership")
        except FieldDoesNotExist:
            pytest.fail(f"{fact}: its rows belong to no partnership")
    assert all(FACT.fullmatch(fact) for fact in FACTS)


def test_an_exchange_proves_what_a_request_would(partnership):
    exchange = make_exchange(partnership)
    approved, made = {"exchange:approved"}, {"exchange:approved", "exchange:made"}
    proved = dict.fromkeys(("cleared", "preparing", "ready", "travelling"), approved)
    proved |= {"returned": made, "reporting": made, "closed": made | {"exchange:closed"}}
    for state in ExchangeState.values:
        put(exchange, state)
        found = row_facts(partnership)
        assert {fact for fact in found if fact.startswith("exchange:")} == proved.get(state, set()), state
        assert ("document:exchange-request:accepted" in found) == (state in proved), state


def test_contributions_and_meetings_prove_what_their_forms_would(partnership, alice):
    asked = {"contribution:confirmed", "contribution:counted", "document:in-kind-contribution:submitted"}
    gift = make_contribution(partnership, by=alice)
    assert not asked & known_facts(partnership)
    bring(gift, "confirmed", by=alice)
    assert asked & known_facts(partnership) == asked - {"contribution:counted"}

    held = {"meeting:held", "document:meeting-record:submitted"}
    assert not held & known_facts(partnership)
    make_meeting(partnership)
    assert held <= known_facts(partnership)


def test_what_holds_of_one_partnership_holds_of_no_other(partnership, alice):
    make_agreement(partnership, state="in_force")
    make_meeting(partnership)

    assert row_facts(make_partnership(coordinator=alice)) == set()


def test_agreements_in_force_are_the_same_for_the_page_and_for_the_facts(partnership):
    agreements = [make_agreement(partnership, state=state) for state in ("draft", "signed", "in_force", "in_force")]
    on_day(agreements[3], runs_until=-1)

    assert set(Agreement.objects.in_force()) == {each for each in Agreement.objects.all() if each.is_in_force}
    assert len(Agreement.objects.in_force()) >= 1


def test_partnerships_read_with_their_facts_ask_nothing_more(partnership):
    make_agreement(partnership, state="in_force")
    loaded = with_facts(Partnership.objects.all()).get()
    partly = with_facts(Partnership.objects.all(), only=frozenset({"meeting:held"})).get()
    with CaptureQueriesContext(connection) as seen:
        assert row_facts(loaded) == {"memorandum:agreed", "agreement:memorandum:in-force"}
        assert row_facts(partly) == set()

    assert len(seen) == 0
