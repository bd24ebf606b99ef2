"""Transfers of equipment: the state tables pair by pair, every guard both ways, receipts, checks, the ledger."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from partnerships.actions.transfer import answer_items, change_transfer, remove_item, save_costs, save_item
from partnerships.actions.transfer_steps import Receipt, move_transfer, save_receipt
from partnerships.models import Transfer, TransferItem
from partnerships.transfer_guards import missing_for, missing_of_item, transfer_moves
from partnerships.transfer_states import (
    TRANSFER_TRANSITIONS,
    USE_TRANSITIONS,
    CostKind,
    ItemUse,
    TransferState,
    transfer_can_become,
    use_can_become,
)
from tests.factories import make_contact, make_organization, make_partnership
from tests.factories.contributions import day
from tests.factories.sharing import details, fresh, make_item, make_receipt, make_transfer, prepare, take
from twinning.locking import StaleError

STATES = TransferState.values
ALLOWED = {
    ("offered", "need_confirmed"),
    ("offered", "declined"),
    ("offered", "withdrawn"),
    ("need_confirmed", "accepted"),
    ("need_confirmed", "declined"),
    ("need_confirmed", "withdrawn"),
    ("accepted", "shipped"),
    ("accepted", "withdrawn"),
    ("shipped", "customs"),
    ("shipped", "received"),
    ("customs", "received"),
    ("received", "installed"),
    ("installed", "in_use"),
    ("in_use", "closed"),
}
USES = {
    ("", "in_use"),
    ("", "broken"),
    ("in_use", "idle"),
    ("in_use", "broken"),
    ("in_use", "retired"),
    ("in_use", "lost"),
    ("idle", "in_use"),
    ("idle", "broken"),
    ("idle", "retired"),
    ("idle", "lost"),
    ("broken", "in_use"),
    ("broken", "retired"),
    ("broken", "lost"),
}


@pytest.fixture
def partnership(alice):
    return make_partnership(coordinator=alice, status="active", name="Lyon – Bamako")


def one_country(partnership):
    """The same partnership, with no border to cross."""
    organization = partnership.participations.get(side="resource").organization
    organization.country = partnership.participations.get(side="host").organization.country
    organization.save()
    return partnership


# --- Tables -----------------------------------------------------------------------------------------------------------
def test_the_tables_say_what_may_become_what():
    assert {(old, new) for old in STATES for new in STATES if transfer_can_become(old, new)} == ALLOWED
    assert set(TRANSFER_TRANSITIONS) == set(STATES)
    uses = ["", *ItemUse.values]
    assert {(old, new) for old in uses for new in uses if use_can_become(old, new)} == USES
    assert set(USE_TRANSITIONS) == set(uses)


@pytest.mark.django_db
def test_each_pair_of_states(partnership, alice):
    """Every state is reached once; from each, all others are tried and undone."""
    one_country(partnership)
    for old in STATES:
        transfer = make_transfer(partnership, state="offered" if old == "customs" else old) if old != "closed" else None
        if old == "customs" or transfer is None:
            continue
        for new in STATES:
            is_allowed = (old, new) in ALLOWED - {("shipped", "customs")}
            done, said = False, None
            point = transaction.savepoint()
            try:
                if is_allowed:
                    prepare(fresh(transfer), new, by=alice)
                move_transfer(transfer, new, details=details(fresh(transfer), new), reason="Because", by=alice)
                done = True
            except ValidationError as error:
                said = error.messages
            assert Transfer.objects.get(pk=transfer.pk).state == (new if is_allowed else old), (old, new)
            assert done == is_allowed, (old, new, said)
            transaction.savepoint_rollback(point)


@pytest.mark.django_db
def test_no_way_leads_back_from_customs_or_from_what_is_closed(partnership, alice):
    for old, onward in (("customs", {"received"}), ("closed", set())):
        transfer = make_transfer(partnership, state=old)
        for new in set(STATES) - onward:
            with pytest.raises(ValidationError, match="cannot become"):
                move_transfer(transfer, new, details=details(transfer, new), reason="Because", by=alice)
        assert fresh(transfer).state == old


@pytest.mark.django_db
def test_across_a_border_it_goes_through_customs_and_inside_a_country_it_does_not(partnership, alice):
    transfer = make_transfer(partnership, state="shipped")
    assert [move.to for move in transfer_moves(transfer)] == ["customs"]
    prepare(transfer, "received", by=alice)
    with pytest.raises(ValidationError, match="two countries"):
        take(transfer, "received", by=alice, prepared=False)

    transfer = make_transfer(one_country(partnership), state="shipped")
    assert [move.to for move in transfer_moves(transfer)] == ["received"]
    with pytest.raises(ValidationError, match="one country"):
        take(transfer, "customs", by=alice)
    assert take(transfer, "received", by=alice).state == "received"


# --- Guards -----------------------------------------------------------------------------------------------------------
def whole_item(**fields):
    return TransferItem(**{
        "name": "Oximeter", "kind": "device", "is_working": True, "power": "230 V", "manual_language": "English",
        "running_costs": "Probes", "running_costs_payer": "receiver", "condition": "new",
    } | fields)  # fmt: skip


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"is_working": False}, "that it works"),
        ({"power": ""}, "voltage"),
        ({"manual_language": ""}, "manuals"),
        ({"running_costs": ""}, "costs to run"),
        ({"running_costs_payer": ""}, "who pays"),
        ({"condition": "used"}, "its age"),
        ({"kind": "drug"}, "expires"),
        ({"kind": "supplies", "expires_on": timezone.localdate()}, "has expired"),
    ],
)
def test_what_a_receiver_must_know_of_an_item(fields, words):
    assert [text for text in missing_of_item(whole_item(**fields)) if words in text]
    assert missing_of_item(whole_item()) == []


@pytest.mark.django_db
def test_a_need_asks_for_an_item(partnership, alice):
    transfer = make_transfer(partnership, items=0)
    assert missing_for(transfer, "need_confirmed") == ["at least one item on the list"]
    with pytest.raises(ValidationError, match="at least one item"):
        take(transfer, "need_confirmed", by=alice)
    make_item(transfer)
    assert take(transfer, "need_confirmed", by=alice).state == "need_confirmed"


@pytest.mark.django_db
def test_nothing_is_accepted_before_each_item_is_answered_and_each_cost_has_a_payer(partnership, alice):
    transfer = make_transfer(partnership, state="need_confirmed", items=2)
    missing = missing_for(transfer, "accepted")
    assert "a yes or no to each item" in missing[0]
    assert "Freight and insurance" in missing[1]
    answer_items(transfer, {1: ("accepted", "")}, seen_version=transfer.version, by=alice)
    transfer = fresh(transfer)
    assert transfer.items.get(number=2).label in missing_for(transfer, "accepted")[0]
    with pytest.raises(ValidationError, match="yes or no to each item"):
        take(transfer, "accepted", by=alice, prepared=False)
    answer_items(transfer, {2: ("declined", "We have enough")}, seen_version=transfer.version, by=alice)
    with pytest.raises(ValidationError, match="who pays for"):
        take(transfer, "accepted", by=alice, prepared=False)
    save_costs(transfer, {kind: ("giver", "") for kind in CostKind if kind != "disposal"}, by=alice)
    with pytest.raises(ValidationError, match="Safe disposal"):
        take(transfer, "accepted", by=alice, prepared=False)
    save_costs(transfer, {"disposal": ("not_needed", "")}, by=alice)

    transfer = take(transfer, "accepted", by=alice, prepared=False)

    assert transfer.state == "accepted"
    # And all of it still holds when it is sent.
    transfer.costs.filter(kind="freight").delete()
    with pytest.raises(ValidationError, match="Freight"):
        take(transfer, "shipped", by=alice)


@pytest.mark.django_db
def test_when_every_item_is_declined_there_is_nothing_to_accept(partnership, alice):
    transfer = make_transfer(partnership, state="need_confirmed")
    with pytest.raises(ValidationError) as refused:
        answer_items(transfer, {1: ("declined", " ")}, seen_version=transfer.version, by=alice)
    assert refused.value.message_dict == {"reason_1": ["Please say why."]}
    answer_items(transfer, {1: ("declined", "Too old")}, seen_version=transfer.version, by=alice)
    assert "decline the whole" in missing_for(fresh(transfer), "accepted")[0]


@pytest.mark.django_db
def test_items_are_answered_only_as_they_were_read_and_only_then(partnership, alice):
    transfer = make_transfer(partnership, state="need_confirmed", items=2)
    answer_items(transfer, {1: ("accepted", "")}, seen_version=transfer.version, by=alice)
    with pytest.raises(StaleError):
        answer_items(transfer, {1: ("accepted", "")}, seen_version=transfer.version, by=alice)

    item = transfer.items.get(number=1)
    item.quantity = 5
    save_item(item, seen_version=item.version, by=alice)

    item.refresh_from_db()
    assert (item.answer, item.quantity) == ("open", 5)
    for state in ("offered", "accepted", "shipped"):
        other = make_transfer(partnership, state=state)
        with pytest.raises(ValidationError, match="when the need is confirmed"):
            answer_items(other, {1: ("accepted", "")}, seen_version=other.version, by=alice)


@pytest.mark.django_db
def test_another_receiver_has_said_nothing_yet(partnership, alice):
    transfer = make_transfer(partnership, state="need_confirmed")
    answer_items(transfer, {1: ("accepted", "")}, seen_version=transfer.version, by=alice)
    transfer = fresh(transfer)
    transfer.receiver = type(transfer.receiver).objects.create(
        partnership=partnership, organization=make_organization(), side="host"
    )
    change_transfer(transfer, seen_version=transfer.version, by=alice)
    assert transfer.items.get().answer == "open"


@pytest.mark.django_db
def test_what_was_accepted_is_not_changed_any_more(partnership, alice):
    transfer = make_transfer(partnership, state="accepted", items=2)
    item = transfer.items.first()
    for act in (
        lambda: save_item(item, seen_version=item.version, by=alice),
        lambda: make_item(transfer, by=alice),
        lambda: remove_item(item, by=alice),
        lambda: save_costs(transfer, {"freight": ("receiver", "")}, by=alice),
        lambda: change_transfer(fresh(transfer), seen_version=transfer.version, by=alice),
    ):
        with pytest.raises(ValidationError, match="not changed any more"):
            act()


@pytest.mark.django_db
def test_the_details_of_a_step_are_checked_at_their_fields(partnership, alice):
    transfer = make_transfer(partnership, state="accepted")
    good = details(transfer, "shipped")
    for wrong, field in (
        ({"carrier": " "}, "carrier"),
        ({"shipped_on": None}, "shipped_on"),
        ({"shipped_on": day(1)}, "shipped_on"),
        ({"shipped_on": transfer.accepted_on - timedelta(days=1)}, "shipped_on"),
        ({"expected_on": good["shipped_on"] - timedelta(days=1)}, "expected_on"),
    ):
        with pytest.raises(ValidationError) as refused:
            move_transfer(transfer, "shipped", details=good | wrong, by=alice)
        assert set(refused.value.message_dict) == {field}, wrong
    other = make_transfer(partnership)
    stranger = {"need": "We have none", "need_by": make_contact(organization=other.giver.organization)}
    with pytest.raises(ValidationError) as refused:
        move_transfer(other, "need_confirmed", details=stranger, by=alice)
    assert set(refused.value.message_dict) == {"need_by"}
    for step in ("declined", "withdrawn"):
        with pytest.raises(ValidationError, match="say why"):
            move_transfer(other, step, reason=" ", by=alice)


# --- Receipt ----------------------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_a_receipt_is_written_for_each_item_that_was_sent(partnership, alice):
    transfer = make_transfer(partnership, state="customs", items=2)
    sent, declined = transfer.items.all()
    assert sent.label in missing_for(transfer, "received")[0]
    with pytest.raises(ValidationError, match="was not sent"):
        save_receipt(transfer, {declined.number: Receipt(quantity=1, damaged=0, arrival="good")}, by=alice)
    for wrong, field in (
        ({"quantity": 5}, "quantity_1"),
        ({"quantity": -1}, "quantity_1"),
        ({"damaged": 5}, "damaged_1"),
        ({"arrival": ""}, "arrival_1"),
        ({"arrival": "missing"}, "arrival_1"),
        ({"quantity": 0}, "arrival_1"),
        ({"damaged": 1}, "arrival_1"),
        ({"arrival": "damaged"}, "damaged_1"),
        ({"arrival": "incomplete"}, "note_1"),
        ({"quantity": 3}, "note_1"),
    ):
        with pytest.raises(ValidationError) as refused:
            make_receipt(transfer, by=alice, **wrong)
        assert set(refused.value.message_dict) == {field}, wrong
    make_receipt(transfer, by=alice, quantity=3, damaged=1, arrival="damaged", note="One box was wet")

    transfer = take(transfer, "received", by=alice, prepared=False)

    sent.refresh_from_db()
    assert (transfer.state, sent.received_quantity, sent.good_quantity) == ("received", 3, 2)
    with pytest.raises(ValidationError, match="on its way"):
        make_receipt(transfer, by=alice)


@pytest.mark.django_db
def test_what_did_not_arrive_is_not_installed_and_what_is_broken_not_used(partnership, alice):
    transfer = make_transfer(partnership, state="customs")
    make_receipt(transfer, by=alice, quantity=0, arrival="missing", note="Lost at the port")
    transfer = take(transfer, "received", by=alice, prepared=False)
    with pytest.raises(ValidationError, match="something that arrived"):
        take(transfer, "installed", by=alice)

    transfer = make_transfer(partnership, state="customs")
    make_receipt(transfer, by=alice, arrival="not_working", note="No light")
    transfer = take(take(transfer, "received", by=alice, prepared=False), "installed", by=alice)
    with pytest.raises(ValidationError, match="arrived whole"):
        take(transfer, "in_use", by=alice)


@pytest.mark.django_db
def test_the_database_holds_the_rules_too(partnership):
    transfer = make_transfer(partnership, state="in_use", items=2)
    sent, declined = transfer.items.all()
    for row, wrong in (
        (transfer, {"receiver": transfer.giver_id}),
        (transfer, {"shipped_on": transfer.received_on + timedelta(days=1)}),
        (transfer, {"accepted_by": None}),
        (transfer, {"received_on": None}),
        (transfer, {"state": "declined"}),
        (sent, {"received_quantity": 9}),
        (sent, {"damaged_quantity": 9}),
        (declined, {"use": "in_use"}),
        (declined, {"answer_reason": ""}),
        (sent, {"quantity": 0}),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            type(row).objects.filter(pk=row.pk).update(**wrong)
