"""What becomes of a transfer that arrived: its use, its checks, and its entries in the ledger."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from partnerships.actions.proposal import take_proposal
from partnerships.actions.transfer_steps import make_check, move_item
from partnerships.contribution_sources import all_proposals, open_proposals
from partnerships.models import TransferCheck, TransferItem
from partnerships.transfer_guards import missing_for, missing_for_check
from partnerships.transfer_states import ItemUse
from tests.factories import make_partnership
from tests.factories.sharing import fresh, make_item, make_receipt, make_transfer, take
from tests.partnerships.test_transfers import USES


@pytest.fixture
def partnership(alice):
    return make_partnership(coordinator=alice, status="active", name="Lyon – Bamako")


# --- Use and checks ---------------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_use_makes_two_checks_with_their_days(partnership):
    transfer = make_transfer(partnership, state="in_use")

    first, second = transfer.checks.all()
    assert (first.months, second.months) == (6, 12)
    assert (second.due_on.year, second.due_on.month) == (transfer.in_use_on.year + 1, transfer.in_use_on.month)
    assert transfer.items.get().use == "in_use"


@pytest.mark.django_db
def test_checks_come_in_order_in_time_and_say_how_each_item_is(partnership, alice):
    transfer = make_transfer(partnership, state="in_use")
    first, second = transfer.checks.all()
    with pytest.raises(ValidationError, match="comes first"):
        make_check(second, {1: ("in_use", "")}, by=alice)
    (words,) = missing_for_check(first, today=first.due_on - timedelta(days=31))
    assert words.startswith("the day from which it can be made, ")
    assert missing_for_check(first, today=first.due_on - timedelta(days=30)) == []
    for finding, field in (({}, "use_1"), ({1: ("broken", "")}, "reason_1"), ({1: ("", "x")}, "use_1")):
        with pytest.raises(ValidationError) as refused:
            make_check(first, finding, by=alice)
        assert set(refused.value.message_dict) == {field}
    assert "after 6 months" in missing_for(fresh(transfer), "closed")[0]

    make_check(first, {1: ("broken", "No probe")}, note="Ward 3", by=alice)

    with pytest.raises(ValidationError, match="has been made"):
        make_check(first, {1: ("in_use", "")}, by=alice)
    item = transfer.items.get()
    assert (item.use, item.use_reason) == ("broken", "No probe")
    assert first.findings.get().use == "broken"
    with pytest.raises(ValidationError, match="after 12 months"):
        take(transfer, "closed", by=alice, prepared=False)
    make_check(second, {1: ("in_use", "")}, by=alice)
    assert take(transfer, "closed", by=alice, prepared=False).state == "closed"
    with pytest.raises(ValidationError, match="what is in use"):
        make_check(TransferCheck.objects.get(pk=second.pk), {1: ("idle", "x")}, by=alice)


@pytest.mark.django_db
def test_each_pair_of_uses(partnership, alice):
    item = make_transfer(partnership, state="in_use").items.get()
    for old in ["", *ItemUse.values]:
        for new in ItemUse.values:
            TransferItem.objects.filter(pk=item.pk).update(use=old)
            is_allowed = old != "" and (old, new) in USES  # the first use is a step of the whole transfer
            try:
                move_item(item, new, reason="Because", by=alice)
                done = True
            except ValidationError:
                done = False
            assert done == is_allowed, (old, new)
            assert TransferItem.objects.get(pk=item.pk).use == (new if is_allowed else old), (old, new)
    TransferItem.objects.filter(pk=item.pk).update(use="in_use")
    with pytest.raises(ValidationError, match="say why"):
        move_item(item, "idle", by=alice)


# --- The ledger -------------------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_what_arrived_whole_is_proposed_once(partnership, alice):
    for state in ("offered", "customs"):
        make_transfer(partnership, state=state)
    assert list(all_proposals(partnership)) == []
    transfer = make_transfer(partnership, state="customs", items=2)
    make_receipt(transfer, by=alice, quantity=3, damaged=1, arrival="damaged", note="Wet")
    transfer = take(transfer, "received", by=alice, prepared=False)

    (one,) = open_proposals(partnership)[0]
    item = transfer.items.first()
    assert one.source == f"transfer:{transfer.pk}:item:{item.pk}"
    assert (one.kind, one.quantity, one.rate, one.currency) == ("equipment", 2, Decimal(100), "USD")
    assert one.participation == transfer.giver

    gift = take_proposal(partnership, one.source, by=alice)

    assert (gift.value, gift.rate_basis, gift.source_thing) == (Decimal(200), "fair_value", f"transfer:{transfer.pk}")
    assert open_proposals(partnership)[0] == []
    with pytest.raises(ValidationError, match="nothing counts twice"):
        take_proposal(partnership, one.source, by=alice)
    take(transfer, "installed", by=alice)
    assert open_proposals(partnership)[0] == []


@pytest.mark.django_db
def test_an_item_without_a_value_is_proposed_without_one(partnership, alice):
    transfer = make_transfer(partnership, items=0)
    make_item(transfer, kind="book", unit_value=None)
    for step in ("need_confirmed", "accepted", "shipped", "customs", "received"):
        transfer = take(transfer, step, by=alice)

    (one,) = all_proposals(partnership)

    assert (one.kind, one.rate, one.rate_basis) == ("books", None, "")
    assert take_proposal(partnership, one.source, by=alice).value is None


@pytest.mark.django_db
def test_nothing_is_written_in_a_partnership_that_is_over(partnership, alice):
    transfer = make_transfer(partnership)
    type(partnership).objects.filter(pk=partnership.pk).update(status="closed")
    for act in (
        lambda: take(transfer, "need_confirmed", by=alice, prepared=False),
        lambda: make_item(transfer, by=alice),
        lambda: make_transfer(partnership),
    ):
        with pytest.raises(ValidationError, match="nothing more is written down"):
            act()
