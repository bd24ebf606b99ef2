"""What is missing before each step, both ways, and what is only warned of."""

import pytest
from django.core.exceptions import ValidationError

from partnerships.actions.exchange_steps import answer_exchange, move_exchange
from partnerships.actions.travelling import judge_traveller, move_traveller, sign_undertakings
from partnerships.exchange_guards import (
    missing_for,
    missing_for_traveller,
    missing_to_go,
    needs_clearance,
    that_need_clearance,
    why_not_answer,
)
from partnerships.models import ChecklistItem, Exchange, ExchangeCost, Programme, Traveller
from tests.factories import make_contact, make_member, make_partnership, make_programme
from tests.factories.exchanges import (
    approve,
    bring_to,
    days,
    fill_travel_data,
    fresh,
    make_crew,
    make_exchange,
    make_traveller,
    prepare,
    settle_checklist,
)
from tests.factories.workplan import make_leads

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


# --- Asking -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"unplanned_reason": ""}, "an activity of the work plan"),
        ({"starts_on": days(-1)}, "days that are still to come"),
    ],
)
def test_a_request_that_lacks_something_is_not_sent(exchange, alice, wrong, words):
    assert missing_for(fresh(exchange), "submitted") == []
    Exchange.objects.update(**wrong)

    assert [words in text for text in missing_for(fresh(exchange), "submitted")] == [True]
    assert words in refused(exchange, "submitted", alice)


def test_a_request_needs_somebody_who_travels(partnership, alice):
    assert "at least one traveller" in refused(make_exchange(partnership), "submitted", alice)


def test_an_organization_that_left_sends_nobody(exchange, alice):
    exchange.partnership.participations.filter(side="host").update(left_on=days(0))

    assert "takes part no longer" in refused(exchange, "submitted", alice)


def test_a_late_report_blocks_the_next_journey_where_it_is_set_so(exchange, alice, settings, partnership):
    other = make_exchange(partnership, starts_on=days(200), ends_on=days(203))
    late = make_traveller(other, contact=one(exchange).contact)
    Traveller.objects.filter(pk=late.pk).update(state="returned", report_due_on=days(-1))

    assert missing_for(fresh(exchange), "submitted") == []
    settings.LATE_REPORT_BLOCKS = True
    assert "overdue trip report of Tabitha Wanjiru" in refused(exchange, "submitted", alice)
    Traveller.objects.filter(pk=late.pk).update(report_waived_reason="Ill")
    assert missing_for(fresh(exchange), "submitted") == []


# --- The threshold ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("threshold", "lines", "needed"),
    [
        (None, [("USD", "99999")], False),
        ("1000", [], False),
        ("1000", [("USD", "1000")], False),
        ("1000", [("USD", "600"), ("USD", "400.01")], True),
        ("1000", [("KES", "1")], True),
        ("0", [("USD", "0")], False),
        ("0", [("USD", "0.01")], True),
    ],
)
def test_the_programme_clears_what_costs_more(exchange, threshold, lines, needed):
    programme = make_programme(clearance_above=threshold, currency="USD")
    exchange.partnership.programme = programme
    exchange.partnership.save()
    for currency, planned in lines:
        ExchangeCost.objects.create(exchange=exchange, kind="air", currency=currency, planned=planned)

    assert needs_clearance(fresh(exchange)) == needed
    assert that_need_clearance(Exchange.objects.all()).exists() == needed


def test_without_a_programme_the_setting_decides(exchange, settings):
    ExchangeCost.objects.create(exchange=exchange, kind="air", currency="USD", planned=50)

    assert not needs_clearance(fresh(exchange))
    for most, needed in ((49, True), (50, False), (None, False)):
        settings.EXCHANGE_CLEARANCE_ABOVE = most
        assert needs_clearance(fresh(exchange)) == needed
        assert that_need_clearance(Exchange.objects.all()).exists() == needed


def test_above_the_threshold_nothing_is_prepared_before_the_clearance(exchange, alice, admin):
    exchange.partnership.programme = make_programme(clearance_above="100", currency="USD")
    exchange.partnership.save()
    ExchangeCost.objects.create(exchange=exchange, kind="air", currency="USD", planned=101)
    leads = approve(exchange)

    assert "clearance" in refused(exchange, "preparing", alice)
    assert why_not_answer(leads["host"], fresh(exchange))
    answer_exchange(fresh(exchange), "approved", seen_version=fresh(exchange).version, by=admin)
    assert move_exchange(fresh(exchange), "preparing", by=alice).state == "preparing"
    Programme.objects.update(clearance_above=None)


def test_below_the_threshold_the_programme_is_not_asked(exchange, admin):
    approve(exchange)

    assert "needs nobody else" in why_not_answer(admin, fresh(exchange))


def test_one_person_answers_once(partnership, exchange):
    leads = make_leads(partnership)
    make_member(partnership, side="resource", role="coordinator", contact=leads["host"].contact)
    move_exchange(exchange, "submitted", by=partnership.coordinator)
    answer_exchange(fresh(exchange), "approved", seen_version=fresh(exchange).version, by=leads["host"])

    assert "answered this request already" in why_not_answer(leads["host"], fresh(exchange))
    assert why_not_answer(leads["resource"], fresh(exchange)) == ""


# --- Ready ------------------------------------------------------------------------------------------------------------
@pytest.fixture
def ready(exchange):
    """Prepared but for the last click."""
    bring_to(exchange, "preparing")
    prepare(one(exchange))
    settle_checklist(exchange, None)
    return fresh(exchange)


def test_with_everything_there_it_is_ready(ready, alice):
    assert missing_for(ready, "ready") == []
    assert move_exchange(ready, "ready", by=alice).state == "ready"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"passport_number": ""}, "a passport number"),
        ({"passport_expires_on": ""}, "a passport number"),
        ({"passport_expires_on": days(125).isoformat()}, "valid until the return"),
        ({"insurance": ""}, "a travel insurance"),
        ({"emergency_phone": ""}, "an emergency contact"),
        ({"emergency_name": ""}, "an emergency contact"),
    ],
)
def test_what_a_traveller_lacks_is_told_without_telling_more(ready, alice, data, words):
    fill_travel_data(one(ready), **data)

    missing = missing_for(fresh(ready), "ready")

    assert [words in text for text in missing] == [True]
    assert "penicillin" not in str(missing)
    assert words in refused(ready, "ready", alice)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"undertaken_on": None}, "the signed undertakings"),
        ({"verdict": ""}, "the checklist with a “go”"),
        ({"verdict": "no_go"}, "the checklist with a “go”"),
        ({"state": "visa_applied"}, "the visa"),
    ],
)
def test_what_must_be_settled_for_each_traveller(ready, alice, fields, words):
    Traveller.objects.update(**fields)

    assert any(words in text for text in missing_for(fresh(ready), "ready"))
    assert words in refused(ready, "ready", alice)


def test_go_with_controls_is_a_go(ready):
    Traveller.objects.update(verdict="controls")

    assert missing_for(fresh(ready), "ready") == []


def test_the_hosts_are_ready_too(ready, alice):
    ChecklistItem.objects.filter(traveller=None, slug="lodging").update(state="pending")

    assert "checklist of the receiving side: 1" in refused(ready, "ready", alice)


def test_one_of_two_travellers_holds_it_up(ready, alice):
    Exchange.objects.update(state="draft")
    make_traveller(fresh(ready), contact=make_contact(name="Yaw"))
    Exchange.objects.update(state="preparing")

    assert "Yaw: to be cleared to travel" in missing_for(fresh(ready), "ready")


# --- One traveller ----------------------------------------------------------------------------------------------------
def test_a_visa_waits_for_the_approvals(exchange, alice):
    move_traveller(one(exchange), "accepted", by=alice)

    with pytest.raises(ValidationError, match="the approval of both sides"):
        move_traveller(one(exchange), "visa_applied", by=alice)
    approve(exchange)
    assert move_traveller(one(exchange), "visa_applied", by=alice).state == "visa_applied"


def test_clearing_asks_for_all_that_a_journey_needs(ready, alice):
    assert missing_to_go(one(ready)) == []
    Traveller.objects.update(state="visa_granted", undertaken_on=None)

    assert missing_for_traveller(one(ready), "cleared") == ["the signed undertakings"]
    with pytest.raises(ValidationError, match="undertakings"):
        move_traveller(one(ready), "cleared", by=alice)


def test_nobody_departs_before_the_exchange_is_ready(ready, alice):
    with pytest.raises(ValidationError, match="ready to travel"):
        move_traveller(one(ready), "departed", by=alice, on=days(0))


@pytest.mark.parametrize(
    ("new", "on", "words"),
    [
        ("departed", None, "Please write the day"),
        ("departed", days(1), "still to come"),
        ("arrived", days(-13), "cannot be before"),
    ],
)
def test_days_of_a_journey_stand_in_order(exchange, alice, new, on, words):
    bring_to(exchange, "ready")
    Exchange.objects.update(starts_on=days(-12), ends_on=days(-2))
    if new == "arrived":
        move_traveller(one(exchange), "departed", by=alice, on=days(-12))

    with pytest.raises(ValidationError, match=words):
        move_traveller(one(exchange), new, by=alice, on=on)


def test_nobody_comes_home_before_arriving_or_stays_longer_into_another_journey(exchange, alice, partnership):
    bring_to(exchange, "travelling")
    with pytest.raises(ValidationError, match="cannot be before"):
        move_traveller(one(exchange), "returned", by=alice, on=days(-12))
    Exchange.objects.update(ends_on=days(1))
    other = make_exchange(partnership, starts_on=days(3), ends_on=days(6))
    make_traveller(other, contact=one(exchange).contact)

    with pytest.raises(ValidationError, match="on another exchange"):
        move_traveller(one(exchange), "extended", by=alice, on=days(4), reason="Ill")
    with pytest.raises(ValidationError, match="not after the planned return"):
        move_traveller(one(exchange), "extended", by=alice, on=days(1), reason="Ill")
    assert move_traveller(one(exchange), "extended", by=alice, on=days(2), reason="Ill").stays_until == days(2)


@pytest.mark.parametrize(
    ("state", "new", "clash", "free"),
    [("cleared", "departed", -14, -12), ("arrived", "returned", 0, -1), ("extended", "returned", 0, -1)],
)
def test_nobody_is_in_two_places_on_the_days_that_happened(exchange, alice, partnership, state, new, clash, free):
    Exchange.objects.update(state="ready", starts_on=days(-12), ends_on=days(-2))
    Traveller.objects.update(state=state, departed_on=days(-12) if new == "returned" else None)
    for first, last in ((-20, -13), (0, 5)):
        other = make_exchange(partnership, starts_on=days(first), ends_on=days(last))
        make_traveller(other, contact=one(exchange).contact)

    with pytest.raises(ValidationError, match="on another exchange"):
        move_traveller(one(exchange), new, by=alice, on=days(clash))
    assert move_traveller(one(exchange), new, by=alice, on=days(free)).state == new


def test_only_the_traveller_signs_and_only_once(exchange, alice):
    with pytest.raises(ValidationError, match="Only the traveller signs"):
        sign_undertakings(one(exchange), by=alice)
    sign_undertakings(one(exchange), by=one(exchange).contact.user)
    with pytest.raises(ValidationError, match="signed already"):
        sign_undertakings(one(exchange), by=one(exchange).contact.user)


@pytest.mark.parametrize(
    ("verdict", "words"), [("go", "still has 18 things to do"), ("controls", "still has 18 things to do")]
)
def test_a_go_waits_for_the_checklist(exchange, alice, verdict, words):
    with pytest.raises(ValidationError, match=words):
        judge_traveller(one(exchange), verdict, note="Only by day", by=alice)
    judge_traveller(one(exchange), "no_go", note="Cholera", by=alice)
    settle_checklist(exchange, one(exchange))
    assert judge_traveller(one(exchange), verdict, note="Only by day", by=alice).verdict == verdict


@pytest.mark.parametrize("verdict", ["controls", "no_go"])
def test_controls_and_refusals_are_written_down(exchange, alice, verdict):
    settle_checklist(exchange, one(exchange))

    with pytest.raises(ValidationError):
        judge_traveller(one(exchange), verdict, note=" ", by=alice)
