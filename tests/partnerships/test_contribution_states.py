"""The state table of contributions, pair by pair, and every guard both ways."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, IntegrityError, transaction

from partnerships.actions import contribution_steps as steps
from partnerships.actions.contribution import change_contribution, remove_evidence
from partnerships.contribution_guards import missing_for, possible_twins
from partnerships.contribution_states import (
    CONTRIBUTION_TRANSITIONS,
    ContributionState,
    contribution_can_become,
)
from partnerships.models import Contribution
from tests.factories import make_contact, make_member, make_partnership, make_user
from tests.factories.contributions import bring, day, make_contribution, make_evidence

pytestmark = pytest.mark.django_db
STATES = ContributionState.values
ALLOWED = {
    ("draft", "confirmed"),
    ("draft", "rejected"),
    ("confirmed", "verified"),
    ("confirmed", "draft"),
    ("confirmed", "rejected"),
    ("verified", "counted"),
    ("verified", "draft"),
    ("verified", "rejected"),
}
# Only an edit leads back to a draft: see test_an_edit_asks_the_giver_again.
ACTS = ("confirmed", "verified", "counted", "rejected")


@pytest.fixture
def partnership(alice):
    return make_partnership(coordinator=alice, status="active")


def act(contribution, new, *, by):
    return {
        "confirmed": lambda: steps.confirm_contribution(contribution, how="email", note="Yes.", by=by),
        "verified": lambda: steps.verify_contribution(contribution, by=by),
        "counted": lambda: steps.count_contribution(contribution, has_looked=False, by=by),
        "rejected": lambda: steps.reject_contribution(contribution, reason="Not ours", by=by),
    }[new]()


def in_state(partnership, state, **fields):
    """Working time, for which nothing but a step is missing."""
    return make_contribution(partnership, kind="time", state=state, **fields)


def test_the_table_says_what_may_become_what():
    found = {(old, new) for old in STATES for new in STATES if contribution_can_become(old, new)}

    assert found == ALLOWED
    assert set(CONTRIBUTION_TRANSITIONS) == set(STATES)


@pytest.mark.parametrize(("old", "new"), [(old, new) for old in STATES for new in ACTS])
def test_each_pair_of_states(partnership, alice, old, new):
    contribution = in_state(partnership, old)

    if (old, new) in ALLOWED:
        act(contribution, new, by=alice)
    else:
        with pytest.raises(ValidationError, match="cannot become"):
            act(contribution, new, by=alice)

    contribution.refresh_from_db()
    assert contribution.state == (new if (old, new) in ALLOWED else old)


@pytest.mark.parametrize("old", STATES)
def test_an_edit_asks_the_giver_again(partnership, alice, old):
    contribution = Contribution.objects.get(pk=in_state(partnership, old).pk)
    contribution.quantity = Decimal(3)

    if old in ("counted", "rejected"):
        with pytest.raises(ValidationError, match="not changed any more"):
            change_contribution(contribution, from_table=False, seen_version=contribution.version, by=alice)
        return
    change_contribution(contribution, from_table=False, seen_version=contribution.version, by=alice)

    contribution.refresh_from_db()
    assert (contribution.state, contribution.value) == ("draft", Decimal(60))
    assert (contribution.confirmed_by, contribution.verified_by, contribution.confirm_note) == (None, None, "")
    again = "contribution.changed" if old == "draft" else "contribution.changed_again"
    assert partnership.entries.first().verb == again


# --- Guards -----------------------------------------------------------------------------------------------------------
def test_nobody_confirms_what_is_still_to_come(partnership, alice):
    contribution = make_contribution(partnership, kind="time", starts_on=day(), ends_on=day(1))

    assert "its last day" in missing_for(contribution, "confirmed")[0]
    with pytest.raises(ValidationError, match="still to come"):
        act(contribution, "confirmed", by=alice)
    contribution.ends_on = day()
    assert missing_for(contribution, "confirmed") == []


def test_what_has_no_rate_is_not_confirmed(partnership):
    contribution = make_contribution(partnership, kind="time", from_table=True)
    assert "the table has none for “Midwife”" in missing_for(contribution, "confirmed")[0]

    contribution = make_contribution(partnership, rate=None)
    assert missing_for(contribution, "confirmed") == ["what one is worth, and why"]


def test_working_time_needs_a_role(partnership):
    assert missing_for(make_contribution(partnership, kind="time", role=""), "confirmed") == [
        "the role in which the person worked"
    ]


def test_goods_are_verified_with_evidence(partnership, alice):
    contribution = make_contribution(partnership, state="confirmed")

    assert "evidence" in missing_for(contribution, "verified")[0]
    with pytest.raises(ValidationError, match="still missing: evidence"):
        act(contribution, "verified", by=alice)
    make_evidence(contribution, by=alice)
    act(Contribution.objects.get(pk=contribution.pk), "verified", by=alice)


def test_long_days_are_verified_with_a_time_sheet(partnership, alice):
    usual = in_state(partnership, "confirmed", quantity=Decimal(24), ends_on=day(-9))
    assert missing_for(usual, "verified") == []
    long = in_state(partnership, "confirmed", quantity=Decimal("24.5"), ends_on=day(-9))
    (words,) = missing_for(long, "verified")
    assert "time sheet: these are more than 12 hours a day" in words
    make_evidence(long, by=alice)
    assert missing_for(long, "verified") == []


def test_time_that_does_not_fit_into_the_calendar_goes_no_further(partnership):
    steps_left = {"draft": "confirmed", "confirmed": "verified", "verified": "counted"}
    for old, new in steps_left.items():
        one = in_state(partnership, old)
        for quantity, unit, ok in ((24, "hour", True), (5000, "hour", False), (1, "day", True), ("1.5", "day", False)):
            one.quantity, one.unit = Decimal(quantity), unit
            found = [words for words in missing_for(one, new) if "fits into the calendar" in words]
            assert bool(found) != ok, (old, quantity, unit)


def test_what_counts_elsewhere_does_not_count_here(partnership, alice):
    contribution = in_state(partnership, "confirmed", is_counted_elsewhere=True)

    with pytest.raises(ValidationError, match="counted for another award"):
        act(contribution, "verified", by=alice)


def test_cost_share_is_decided_before_it_is_counted(partnership, alice):
    contribution = in_state(partnership, "verified", match="to_check")

    assert missing_for(contribution, "counted") == ["the answer whether it may count as cost share"]
    with pytest.raises(ValidationError, match="cost share"):
        act(contribution, "counted", by=alice)


def test_rejecting_wants_a_reason(partnership, alice):
    with pytest.raises(ValidationError, match="say why"):
        steps.reject_contribution(in_state(partnership, "draft"), reason=" ", by=alice)


# --- Who --------------------------------------------------------------------------------------------------------------
def test_only_the_giver_confirms_with_an_account(partnership, alice, admin):
    user = make_user()
    contact = make_contact(user=user, organization=partnership.participations.get(side="resource").organization)
    contribution = in_state(partnership, "draft", person=contact)

    for other in (alice, admin):
        with pytest.raises(PermissionDenied):
            steps.confirm_contribution(contribution, how="account", by=other)
    steps.confirm_contribution(contribution, how="account", by=user)

    contribution.refresh_from_db()
    assert (contribution.state, contribution.confirmed_by, contribution.confirmed_how) == ("confirmed", user, "account")


@pytest.mark.parametrize(
    ("role", "side", "may"), [("lead", "resource", True), ("member", "resource", False), ("lead", "host", False)]
)
def test_a_lead_of_the_organization_confirms_for_it(partnership, role, side, may):
    user = make_user()
    contact = make_contact(user=user, organization=partnership.participations.get(side=side).organization)
    make_member(partnership, side=side, role=role, contact=contact)
    contribution = make_contribution(partnership)

    if may:
        steps.confirm_contribution(contribution, how="account", by=user)
    else:
        with pytest.raises(PermissionDenied):
            steps.confirm_contribution(contribution, how="account", by=user)


def test_a_word_for_somebody_else_says_whose_it_was(partnership, alice):
    with pytest.raises(ValidationError, match="who confirmed"):
        steps.confirm_contribution(make_contribution(partnership), how="spoken", note=" ", by=alice)
    with pytest.raises(ValidationError, match="how the giver"):
        steps.confirm_contribution(make_contribution(partnership), how="dreamt", note="x", by=alice)


def test_nobody_verifies_their_own_gift(partnership, alice, admin):
    contact = make_contact(user=alice, organization=partnership.participations.get(side="resource").organization)
    contribution = in_state(partnership, "confirmed", person=contact)

    with pytest.raises(ValidationError, match="your own gift"):
        steps.verify_contribution(contribution, by=alice)
    steps.verify_contribution(contribution, by=admin)


# --- Counted is counted -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "change",
    [
        {"quantity": 5},
        {"rate": Decimal(1)},
        {"value": Decimal(1)},
        {"base_value": Decimal(1)},
        {"fx_rate": Decimal(3)},
        {"state": "rejected", "reason": "x", "counted_at": None, "counted_by": None},
        {"description": "Something else"},
        {"starts_on": day(-11)},
        {"source": "x:1"},
    ],
)
def test_the_database_keeps_what_is_counted(partnership, change):
    contribution = in_state(partnership, "counted")

    with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
        Contribution.objects.filter(pk=contribution.pk).update(**change)


def test_a_reversal_is_for_ever(partnership, alice):
    contribution = in_state(partnership, "counted")
    steps.reverse_contribution(contribution, reason="It was two hours, not four", by=alice)

    with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
        Contribution.objects.filter(pk=contribution.pk).update(is_reversed=False)


def test_a_ledger_loses_no_row(partnership):
    with pytest.raises(TypeError):
        make_contribution(partnership).delete()


def test_a_reversal_names_what_it_reverses_and_takes_it_out_of_the_sums(partnership, alice):
    contribution = in_state(partnership, "counted")

    reversal = steps.reverse_contribution(contribution, reason="It was two hours, not four", by=alice)

    contribution.refresh_from_db()
    assert contribution.is_reversed
    assert (reversal.reverses, reversal.state, reversal.reason) == (
        contribution,
        "counted",
        "It was two hours, not four",
    )
    assert (reversal.value, reversal.base_value) == (-contribution.value, -contribution.base_value)
    entry = partnership.entries.first()
    assert (entry.verb, entry.data["new_code"]) == ("contribution.reversed", reversal.code)
    for row in (contribution, reversal):
        with pytest.raises(ValidationError, match="can be reversed"):
            steps.reverse_contribution(row, reason="Again", by=alice)


@pytest.mark.parametrize("state", ["draft", "confirmed", "verified", "rejected"])
def test_only_what_is_counted_is_reversed(partnership, alice, state):
    with pytest.raises(ValidationError, match="can be reversed"):
        steps.reverse_contribution(in_state(partnership, state), reason="Because", by=alice)


def test_a_reversal_says_why(partnership, alice):
    with pytest.raises(ValidationError, match="say why"):
        steps.reverse_contribution(in_state(partnership, "counted"), reason="", by=alice)


def test_evidence_stays_once_it_was_looked_at(partnership, alice):
    contribution = make_contribution(partnership, state="verified")
    with pytest.raises(ValidationError, match="keeps its evidence"):
        remove_evidence(contribution.files.get(), by=alice)

    other = make_contribution(partnership)
    file = make_evidence(other, by=alice)
    remove_evidence(file, by=alice)
    assert other.files.count() == 0


# --- One gift counts once ---------------------------------------------------------------------------------------------
def test_one_source_is_in_the_ledger_once(partnership):
    make_contribution(partnership, source="exchange:EX-3:traveller:7")

    with pytest.raises(ValidationError, match="nothing counts twice"):
        make_contribution(partnership, source="exchange:EX-3:traveller:7")
    with pytest.raises(IntegrityError), transaction.atomic():
        Contribution.objects.filter(pk=make_contribution(partnership).pk).update(source="exchange:EX-3:traveller:7")


def test_a_source_is_free_again_when_its_gift_was_rejected_or_reversed(partnership, alice):
    make_contribution(partnership, source="meeting:1:contact:2", state="rejected")
    counted = make_contribution(partnership, source="meeting:1:contact:2", state="counted")
    steps.reverse_contribution(counted, reason="Wrong hours", by=alice)

    assert make_contribution(partnership, source="meeting:1:contact:2").pk


def test_the_same_gift_from_two_sources_is_noticed_before_it_counts(partnership, alice):
    first = in_state(partnership, "counted", source="meeting:1:contact:2")
    second = in_state(partnership, "verified", person=first.person, source="exchange:EX-3:traveller:7")

    assert list(possible_twins(second)) == [first]
    with pytest.raises(ValidationError, match=f"{first.code} may be the same gift"):
        steps.count_contribution(second, has_looked=False, by=alice)
    steps.count_contribution(second, has_looked=True, by=alice)


@pytest.mark.parametrize(
    "other",
    [
        {"starts_on": day(-9)},
        {"kind": "supplies"},
        {"state": "rejected"},
        {"person": None},
    ],
)
def test_other_gifts_are_no_twins(partnership, other):
    first = in_state(partnership, "verified")
    if "person" not in other and other.get("kind") != "supplies":
        other = {"person": first.person, **other}
    elif "person" in other:
        other = {"person": make_contact(organization=first.participation.organization)}

    make_contribution(partnership, **{"kind": "time", **other})

    assert not possible_twins(first).exists()


def test_as_many_goods_on_the_same_days_are_noticed(partnership):
    first = make_contribution(partnership, starts_on=day(-5), ends_on=day(-1))
    second = make_contribution(partnership, starts_on=day(-1) - timedelta(days=1), ends_on=day())
    make_contribution(partnership, side="host", starts_on=day(-1))
    make_contribution(partnership, quantity=7, starts_on=day(-1))

    assert list(possible_twins(first)) == [second]


@pytest.mark.parametrize(
    "wrong",
    [
        {"state": "odd"},
        {"kind": "odd"},
        {"unit": "odd"},
        {"ends_on": day(-30)},
        {"quantity": -1},
        {"rate": -1},
        {"rate_basis": ""},
        {"value": None},
        {"fx_rate": None},
        {"state": "confirmed"},
        {"state": "counted"},
        {"state": "rejected"},
        {"is_reversed": True},
        {"kind": "time"},
    ],
)
def test_the_database_keeps_the_rules_too(partnership, wrong):
    contribution = make_contribution(partnership)

    with pytest.raises(IntegrityError), transaction.atomic():
        Contribution.objects.filter(pk=contribution.pk).update(**wrong)


def test_each_state_is_reached_by_the_actions(partnership, alice):
    for state in STATES:
        assert bring(make_contribution(partnership), state, by=alice).state == state
