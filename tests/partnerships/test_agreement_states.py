"""Every pair of states, written out: a test that read the table would only agree with itself."""

import pytest
from django.core.exceptions import ValidationError

from partnerships.actions.agreement_steps import move_agreement
from partnerships.agreement_states import AgreementState, after_edit, agreement_can_become
from partnerships.models import Agreement
from tests.factories import make_partnership
from tests.factories.agreements import make_agreement, today

pytestmark = pytest.mark.django_db

ALLOWED = {
    ("draft", "in_negotiation"),
    ("draft", "withdrawn"),
    ("in_negotiation", "final_text"),
    ("in_negotiation", "withdrawn"),
    ("final_text", "out_for_signature"),
    ("final_text", "withdrawn"),
    ("out_for_signature", "partly_signed"),
    ("out_for_signature", "signed"),
    ("out_for_signature", "in_force"),
    ("out_for_signature", "withdrawn"),
    ("partly_signed", "signed"),
    ("partly_signed", "in_force"),
    ("partly_signed", "withdrawn"),
    ("signed", "in_force"),
    ("signed", "withdrawn"),
    ("in_force", "expired"),
    ("in_force", "renewed"),
    ("in_force", "terminated"),
    ("in_force", "superseded"),
    ("expired", "renewed"),
}
# What a person may ask for with a button; the rest follows from signatures and dates.
BY_HAND = {pair for pair in ALLOWED if pair[1] in ("in_negotiation", "final_text", "out_for_signature", "withdrawn")}
PAIRS = [(old, new) for old in AgreementState.values for new in AgreementState.values]
AGREED = ("signed", "in_force", "expired", "renewed", "terminated", "superseded")


@pytest.mark.parametrize(("old", "new"), PAIRS)
def test_the_table_says_what_may_become_what(old, new):
    assert agreement_can_become(old, new) == ((old, new) in ALLOWED)


def put(agreement: Agreement, state: str) -> Agreement:
    """Set the row to ``state`` as it would lie there."""
    fields = {"state": state}
    if state in AGREED:
        fields |= {"in_force_on": today(5) if state == "signed" else today(-5), "runs_until": agreement.ends_on}
    if state == "terminated":
        fields |= {"terminates_on": today(-1), "end_reason": "Over"}
    Agreement.objects.filter(pk=agreement.pk).update(**fields)
    agreement.refresh_from_db()
    return agreement


@pytest.mark.parametrize(("old", "new"), sorted(BY_HAND))
def test_a_step_by_hand_is_saved_and_recorded(alice, old, new):
    partnership = make_partnership(coordinator=alice)
    agreement = put(make_agreement(partnership), old)

    move_agreement(agreement, new, by=alice, reason="Agreed on the phone")

    agreement.refresh_from_db()
    assert agreement.state == new
    entry = partnership.entries.first()
    assert (entry.verb, entry.data["old"], entry.data["new"]) == ("agreement.moved", old, new)
    assert entry.data["reason"] == "Agreed on the phone"


@pytest.mark.parametrize(("old", "new"), sorted(set(PAIRS) - BY_HAND))
def test_no_other_step_can_be_taken_by_hand(alice, old, new):
    partnership = make_partnership(coordinator=alice)
    agreement = put(make_agreement(partnership), old)
    entries = partnership.entries.count()

    with pytest.raises(ValidationError, match="cannot become"):
        move_agreement(agreement, new, by=alice, reason="All the same")

    agreement.refresh_from_db()
    assert agreement.state == old
    assert partnership.entries.count() == entries


@pytest.mark.parametrize(
    "old", ["draft", "in_negotiation", "final_text", "out_for_signature", "partly_signed", "signed"]
)
def test_an_edit_opens_the_talks_again(old):
    assert after_edit(old) == ("draft" if old == "draft" else "in_negotiation")


@pytest.mark.parametrize("status", ["on_hold", "graduated", "closed", "terminated", "declined"])
def test_agreements_rest_when_the_partnership_does(alice, status):
    agreement = make_agreement(make_partnership(coordinator=alice))
    type(agreement.partnership).objects.update(status=status)

    with pytest.raises(ValidationError, match="nothing more can be changed"):
        move_agreement(agreement, "in_negotiation", by=alice)


def test_withdrawing_asks_why(alice):
    agreement = make_agreement(make_partnership(coordinator=alice))

    with pytest.raises(ValidationError, match="say why"):
        move_agreement(agreement, "withdrawn", by=alice, reason="  ")

    agreement.refresh_from_db()
    assert agreement.state == "draft"


@pytest.mark.parametrize(("days", "badge", "label"), [(91, "in_force", "In force"), (74, "expiring", "Expiring")])
def test_an_end_that_is_near_shows_wherever_the_state_does(login, alice, days, badge, label):
    partnership = make_partnership(coordinator=alice, status="active")
    agreement = make_agreement(partnership, state="in_force", ends_on=today(days))

    assert (agreement.badge, agreement.badge_label) == (badge, label)
    for url in (
        partnership.get_absolute_url(),
        agreement.get_absolute_url(),
        f"{partnership.get_absolute_url()}agreements/",
    ):
        told = login(alice).get(url).content.decode()
        assert (f"</svg>{label}</span>" in told) is True, url
