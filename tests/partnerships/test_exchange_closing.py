"""What is missing before an exchange is closed, and what is only warned of on the way."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from partnerships.actions.exchange_steps import move_exchange
from partnerships.actions.travelling import move_traveller
from partnerships.exchange_guards import (
    in_six_months,
    missing_for,
    warnings_of,
)
from partnerships.models import Exchange, ExchangeCost, Traveller
from tests.factories import make_partnership
from tests.factories.exchanges import (
    bring_to,
    days,
    fill_travel_data,
    fresh,
    make_crew,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def partnership(alice):
    return make_partnership(coordinator=alice, status="active")


@pytest.fixture
def exchange(partnership):
    return make_crew(partnership).exchange


def one(exchange) -> Traveller:
    return fresh(exchange).travellers.all()[0]


def refused(exchange, new, alice):
    with pytest.raises(ValidationError, match="still missing") as caught:
        move_exchange(exchange, new, by=alice)
    return caught.value.messages[0]


# --- Closing ----------------------------------------------------------------------------------------------------------
@pytest.fixture
def back(exchange):
    exchange = bring_to(exchange, "reporting")
    Exchange.objects.update(no_costs=True)
    Traveller.objects.update(report_waived_reason="In the joint report")
    return fresh(exchange)


def test_with_everything_in_it_is_closed(back, alice):
    assert missing_for(back, "closed") == []
    assert move_exchange(back, "closed", by=alice).delete_data_on == days(30)


def test_each_report_cost_and_day_is_asked_for(back, alice):
    Exchange.objects.update(no_costs=False)
    Traveller.objects.update(report_waived_reason="", days_given=None)

    missing = refused(back, "closed", alice)

    for words in ("trip report of Tabitha", "working days that Tabitha", "the costs, or that there were none"):
        assert words in missing


def test_planned_days_are_a_proposal_within_the_days_of_the_journey():
    exchange = Exchange(starts_on=days(-9), ends_on=days(-3), working_days=2)
    for fields, proposed in (
        ({}, 2),
        ({"departed_on": days(-5), "returned_on": days(-5)}, 1),
        ({"departed_on": days(-5), "returned_on": days(-5), "days_given": 0}, 0),
    ):
        assert Traveller(exchange=exchange, **fields).proposed_days == proposed, fields
    exchange.working_days = None
    assert Traveller(exchange=exchange).proposed_days is None


def test_coming_home_settles_no_days(exchange, alice):
    bring_to(exchange, "travelling")

    assert move_traveller(one(exchange), "returned", by=alice, on=days(-2)).days_given is None


def test_planned_costs_are_asked_back(back, alice):
    cost = ExchangeCost.objects.create(exchange=back, kind="air", planned=5)

    assert "what each planned cost was" in refused(back, "closed", alice)
    ExchangeCost.objects.filter(pk=cost.pk).update(actual=0)
    assert missing_for(fresh(back), "closed") == []


# --- Warnings ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("country", "left", "warned"),
    [("NO", 45, False), ("NO", 44, True), ("US", 90, False), ("US", 89, True), ("US", 45, True)],
)
def test_too_little_time_is_warned_of_and_not_forbidden(exchange, country, left, warned):
    Exchange.objects.update(country=country, starts_on=days(left), ends_on=days(left + 5))

    assert any("plan" in text for text in warnings_of(fresh(exchange))) == warned
    assert missing_for(fresh(exchange), "submitted") == []


@pytest.mark.parametrize(("shift", "warned"), [(0, False), (-1, True)])
def test_a_passport_should_be_valid_six_months_longer(exchange, shift, warned):
    until = in_six_months(fresh(exchange).ends_on)
    fill_travel_data(one(exchange), passport_expires_on=date.fromordinal(until.toordinal() + shift).isoformat())

    assert any("six months" in text for text in warnings_of(fresh(exchange))) == warned


@pytest.mark.parametrize(
    ("day", "later"),
    [
        (date(2026, 1, 31), date(2026, 7, 31)),
        (date(2026, 8, 31), date(2027, 2, 28)),
        (date(2027, 8, 30), date(2028, 2, 29)),
        (date(2026, 6, 30), date(2026, 12, 30)),
        (date(2026, 12, 31), date(2027, 6, 30)),
    ],
)
def test_six_months_are_calendar_months(day, later):
    assert in_six_months(day) == later
