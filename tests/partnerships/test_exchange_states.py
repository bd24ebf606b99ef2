"""Every pair of states, written out: a test that read the tables would only agree with itself."""

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from pytest_django.asserts import assertContains

from partnerships.actions.exchange import change_exchange
from partnerships.actions.exchange_steps import answer_exchange, move_exchange
from partnerships.actions.travelling import move_traveller
from partnerships.exchange_states import ExchangeState, TravellerState, exchange_can_become, traveller_can_become
from partnerships.models import Exchange, Partnership, Traveller
from tests.factories import make_partnership
from tests.factories.exchanges import (
    approve,
    bring_to,
    days,
    fill_travel_data,
    fresh,
    make_crew,
    make_exchange,
    make_traveller,
    submit,
)
from tests.factories.workplan import make_leads
from tests.undone import undone

ALLOWED = {
    ("draft", "submitted"),
    ("draft", "cancelled"),
    ("submitted", "sending_approved"),
    ("submitted", "changes"),
    ("submitted", "rejected"),
    ("submitted", "postponed"),
    ("submitted", "cancelled"),
    ("sending_approved", "host_approved"),
    ("sending_approved", "changes"),
    ("sending_approved", "rejected"),
    ("sending_approved", "postponed"),
    ("sending_approved", "cancelled"),
    ("host_approved", "cleared"),
    ("host_approved", "preparing"),
    ("host_approved", "changes"),
    ("host_approved", "rejected"),
    ("host_approved", "postponed"),
    ("host_approved", "cancelled"),
    ("cleared", "preparing"),
    ("cleared", "postponed"),
    ("cleared", "cancelled"),
    ("preparing", "ready"),
    ("preparing", "postponed"),
    ("preparing", "cancelled"),
    ("ready", "travelling"),
    ("ready", "postponed"),
    ("ready", "cancelled"),
    ("travelling", "returned"),
    ("returned", "reporting"),
    ("reporting", "closed"),
    ("changes", "submitted"),
    ("changes", "cancelled"),
    ("postponed", "submitted"),
    ("postponed", "cancelled"),
}
PAIRS = [(old, new) for old in ExchangeState.values for new in ExchangeState.values]
# Approvals and travellers make the others.
BY_HAND = {
    pair
    for pair in ALLOWED
    if pair[1] in ("submitted", "preparing", "ready", "reporting", "closed", "postponed", "cancelled")
}
# Those of them that this exchange, which lacks nothing but readiness, can take.
UNGUARDED = {pair for pair in BY_HAND if pair[1] != "ready"}
OVER = ("closed", "rejected", "cancelled")

T_ALLOWED = {
    ("nominated", "accepted"),
    ("accepted", "visa_applied"),
    ("accepted", "visa_not_needed"),
    ("visa_applied", "visa_granted"),
    ("visa_applied", "visa_refused"),
    ("visa_refused", "visa_applied"),
    ("visa_granted", "cleared"),
    ("visa_not_needed", "cleared"),
    ("cleared", "departed"),
    ("cleared", "no_show"),
    ("departed", "arrived"),
    ("departed", "no_show"),
    ("arrived", "returned"),
    ("arrived", "extended"),
    ("arrived", "did_not_return"),
    ("extended", "returned"),
    ("extended", "did_not_return"),
    ("returned", "reported"),
    ("did_not_return", "reported"),
}
T_PAIRS = [(old, new) for old in TravellerState.values for new in TravellerState.values]


@pytest.fixture
def exchange(alice):
    partnership = make_partnership(coordinator=alice, status="active")
    exchange = make_exchange(partnership)
    make_traveller(exchange)
    return exchange


def put(exchange, state):
    """Set the row to ``state`` as it would lie there."""
    fields = {"state": state}
    if state in ("postponed", "cancelled"):
        fields |= {"reason_code": "visa", "state_reason": "No visa in time"}
    if state in OVER:
        fields |= {"closed_on": timezone.localdate(), "delete_data_on": days(30)}
    Exchange.objects.filter(pk=exchange.pk).update(**fields, no_costs=True)
    return Exchange.objects.select_related("partnership").get(pk=exchange.pk)


def test_the_tables_say_what_may_become_of_an_exchange_and_a_traveller():
    assert {pair for pair in PAIRS if exchange_can_become(*pair)} == ALLOWED
    assert {pair for pair in T_PAIRS if traveller_can_become(*pair)} == T_ALLOWED


@pytest.mark.django_db
def test_a_step_by_hand_is_saved_and_recorded(exchange, alice, subtests):
    for old, new in sorted(UNGUARDED):
        with subtests.test(old=old, new=new), undone():
            moved = put(exchange, old)

            move_exchange(moved, new, by=alice, code="visa", reason="The embassy is closed")

            moved.refresh_from_db()
            assert moved.state == new
            entry = moved.partnership.entries.first()
            assert (entry.verb, entry.data["old"], entry.data["new"]) == ("exchange.moved", old, new)
            why = ("visa", "The embassy is closed") if new in ("postponed", "cancelled") else ("", "")
            assert (moved.reason_code, moved.state_reason) == why
            assert (moved.delete_data_on == days(30)) == (new in OVER)


@pytest.mark.django_db
def test_no_other_step_is_taken_by_hand(exchange, alice, subtests):
    for old, new in sorted(set(PAIRS) - BY_HAND):
        with subtests.test(old=old, new=new), undone():
            put(exchange, old)
            told = exchange.partnership.entries.count()

            with pytest.raises(ValidationError, match="cannot become"):
                move_exchange(exchange, new, by=alice, code="visa", reason="All the same")

            exchange.refresh_from_db()
            assert (exchange.state, exchange.partnership.entries.count()) == (old, told)


@pytest.mark.django_db
def test_a_word_that_is_no_state_is_refused(exchange, alice):
    with pytest.raises(ValidationError, match="cannot become"):
        move_exchange(exchange, "nonsense", by=alice)


@pytest.mark.django_db
@pytest.mark.parametrize(("code", "reason"), [("", "Ill"), ("illness", "  "), ("nonsense", "Ill")])
@pytest.mark.parametrize("new", ["postponed", "cancelled"])
def test_postponing_and_cancelling_ask_why(exchange, alice, new, code, reason):
    exchange = put(exchange, "submitted")

    with pytest.raises(ValidationError, match="choose a reason"):
        move_exchange(exchange, new, by=alice, code=code, reason=reason)

    exchange.refresh_from_db()
    assert exchange.state == "submitted"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("old", "decision", "new"),
    [
        ("submitted", "approved", "sending_approved"),
        ("submitted", "returned", "changes"),
        ("submitted", "rejected", "rejected"),
        ("sending_approved", "approved", "host_approved"),
        ("sending_approved", "returned", "changes"),
        ("sending_approved", "rejected", "rejected"),
    ],
)
def test_an_answer_moves_the_request(exchange, old, decision, new):
    leads = make_leads(exchange.partnership)
    exchange = put(exchange, old)
    by = leads["host" if old == "submitted" else "resource"]

    answer_exchange(exchange, decision, seen_version=exchange.version, by=by, comment="Because")

    exchange.refresh_from_db()
    assert exchange.state == new
    answer = exchange.approvals.get()
    assert (answer.decision, answer.by, answer.comment) == (decision, by, "Because")


@pytest.mark.django_db
@pytest.mark.parametrize("state", sorted(set(ExchangeState.values) - {"submitted", "sending_approved"}))
def test_nothing_else_waits_for_an_answer(exchange, state):
    leads = make_leads(exchange.partnership)
    exchange = put(exchange, state)

    for by in leads.values():
        with pytest.raises(ValidationError):
            answer_exchange(exchange, "approved", seen_version=exchange.version, by=by)

    exchange.refresh_from_db()
    assert exchange.state == state


@pytest.mark.django_db
def test_a_request_goes_from_draft_to_closed(alice):
    partnership = make_partnership(coordinator=alice, status="active")
    traveller = make_crew(partnership)
    exchange = bring_to(traveller.exchange, "reporting")

    assert (exchange.actual_starts_on, exchange.actual_ends_on) == (days(-12), days(-2))
    moved = partnership.entries.filter(verb="exchange.moved").order_by("pk")
    assert [entry.data["new"] for entry in moved] == [
        "submitted", "preparing", "ready", "travelling", "returned", "reporting",
    ]  # fmt: skip


@pytest.mark.django_db
def test_returned_for_changes_asks_everybody_again(exchange, alice):
    leads = make_leads(exchange.partnership)
    submit(exchange)
    exchange = fresh(exchange)
    answer_exchange(exchange, "approved", seen_version=exchange.version, by=leads["host"])
    exchange = fresh(exchange)
    answer_exchange(exchange, "returned", seen_version=exchange.version, by=leads["resource"], comment="Too long")

    submit(fresh(exchange))
    approve(exchange, leads)

    assert fresh(exchange).state == "host_approved"
    assert fresh(exchange).approvals.count() == 4


@pytest.mark.django_db
@pytest.mark.parametrize("status", ["on_hold", "graduated", "closed", "terminated", "declined"])
def test_exchanges_rest_when_the_partnership_does(exchange, alice, status):
    Partnership.objects.update(status=status)

    with pytest.raises(ValidationError, match="nothing more can be changed"):
        move_exchange(fresh(exchange), "submitted", by=alice)
    move_exchange(fresh(exchange), "cancelled", by=alice, code="security", reason="It is over")


@pytest.mark.django_db
def test_nothing_is_called_off_while_somebody_is_on_the_way(login, exchange, alice):
    traveller = exchange.travellers.get()
    Traveller.objects.update(state="departed", departed_on=days(-1), undertaken_on=days(-9), verdict="go")
    put(exchange, "ready")
    address = f"{exchange.get_absolute_url()}move/"
    for new in ("cancelled", "postponed"):
        posted = {"to": new, "code": "visa", "reason": "The embassy is closed"}
        assertContains(login(alice).post(address, posted), "who has departed", status_code=409)
        exchange.refresh_from_db()
        assert exchange.state == "ready", new

    move_traveller(traveller, "no_show", by=alice, reason="Turned back at the airport")
    move_exchange(fresh(exchange), "postponed", by=alice, code="visa", reason="The embassy is closed")
    traveller.refresh_from_db()
    assert (traveller.state, traveller.departed_on) == ("nominated", None)


@pytest.mark.django_db
@pytest.mark.parametrize("change", [None, {"starts_on": days(150), "ends_on": days(155)}, {"country": "UG"}])
def test_other_days_are_another_journey(exchange, alice, change):
    """Postponed, or returned and changed: visa, go, undertakings and ticks were for days that are no longer meant."""
    traveller = exchange.travellers.get()
    Traveller.objects.update(state="cleared", verdict="go", undertaken_on=days(-9), undertaken_by=alice)
    exchange.checklist.update(state="done", note="Room 4")
    if change is None:
        put(exchange, "ready")
        move_exchange(fresh(exchange), "postponed", by=alice, code="visa", reason="The embassy is closed")
    else:
        put(exchange, "changes")
        for words, state in (({"title": "Another title"}, "cleared"), (change, "nominated")):
            changed = fresh(exchange)
            for name, value in words.items():
                setattr(changed, name, value)
            change_exchange(changed, seen_version=changed.version, by=alice)
            traveller.refresh_from_db()
            assert traveller.state == state, words

    traveller.refresh_from_db()
    assert (traveller.state, traveller.verdict, traveller.undertaken_on) == ("nominated", "", None)
    assert set(exchange.checklist.values_list("state", "note")) == {("pending", "Room 4")}
    entry = exchange.partnership.entries.filter(verb="traveller.moved").get()
    assert (entry.data["old"], entry.data["new"]) == ("cleared", "nominated")


# --- One traveller ----------------------------------------------------------------------------------------------------
def put_traveller(traveller, state):
    """As a row lies there on the way: days where they are known by then."""
    known = {"departed_on": days(-9), "arrived_on": days(-8), "verdict": "go", "undertaken_on": days(-20)}
    fields = {"state": state, **known, "reported_at": timezone.now() if state == "reported" else None}
    Traveller.objects.filter(pk=traveller.pk).update(**fields)
    Exchange.objects.update(state="travelling", starts_on=days(-9), ends_on=days(1), actual_starts_on=days(-9))


NEEDS_APPROVAL = ("visa_applied", "visa_granted", "visa_refused", "visa_not_needed", "cleared")


@pytest.mark.django_db
def test_a_step_of_a_traveller_is_saved_and_recorded(alice, subtests):
    partnership = make_partnership(coordinator=alice, status="active")
    going = make_crew(partnership)
    fill_travel_data(going)
    for old, new in sorted(pair for pair in T_ALLOWED if pair[1] != "reported"):
        with subtests.test(old=old, new=new), undone():
            put_traveller(going, old)
            if new in NEEDS_APPROVAL:
                Exchange.objects.update(state="preparing")
            if new in ("departed", "arrived"):
                Traveller.objects.update(arrived_on=None)
            on = {"departed": days(-9), "arrived": days(-8), "extended": days(3), "returned": days(-1)}.get(new)
            traveller = Traveller.objects.select_related("exchange__partnership").get(pk=going.pk)

            move_traveller(traveller, new, by=alice, on=on, reason="It was so")

            traveller.refresh_from_db()
            assert traveller.state == new
            entry = partnership.entries.filter(verb="traveller.moved").first()
            assert (entry.data["old"], entry.data["new"]) == (old, new)


@pytest.mark.django_db
def test_no_other_step_of_a_traveller_is_taken(exchange, alice, subtests):
    traveller = exchange.travellers.get()
    told = exchange.partnership.entries.count()
    for old, new in sorted({pair for pair in T_PAIRS if pair not in T_ALLOWED} | {("returned", "reported")}):
        with subtests.test(old=old, new=new), undone():
            put_traveller(traveller, old)

            with pytest.raises(ValidationError, match="cannot become"):
                move_traveller(traveller, new, by=alice, on=days(-1), reason="All the same")

            traveller.refresh_from_db()
            assert (traveller.state, exchange.partnership.entries.count()) == (old, told)
