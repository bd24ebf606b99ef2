"""Offering equipment: the transfer, its items, who pays what, and the receiving side's answer to each item."""

from __future__ import annotations

from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from accounts.models import User
from partnerships.actions.contribution import lock_partnership
from partnerships.actions.follow_up import refuse_unless_followed
from partnerships.models import Transfer, TransferCost, TransferItem, record
from partnerships.transfer_states import CostKind, CostPayer, ItemAnswer, TransferState
from twinning.locking import StaleError, claim_version

MOST_ITEMS = 100
FIELDS = ("title", "giver", "receiver", "offer", "currency", "changed_at")
ITEM_FIELDS = (
    "name kind maker_model serial quantity unit_value value_basis condition age_years is_working power "
    "manual_language running_costs running_costs_payer expires_on"
).split()


@transaction.atomic
def add_transfer(transfer: Transfer, *, by: User) -> Transfer:
    """Write down an offer; its items follow."""
    partnership = lock_partnership(transfer.partnership)
    refuse_unless_followed(partnership)
    last = partnership.transfers.aggregate(last=Max("number"))["last"] or 0
    transfer.partnership, transfer.number, transfer.created_by = partnership, last + 1, by
    _check(transfer)
    transfer.save()
    tell(transfer, "transfer.offered", by=by)
    return transfer


@transaction.atomic
def change_transfer(transfer: Transfer, *, seen_version: int, by: User) -> Transfer:
    """Save an edited offer if nobody else did since ``seen_version`` was read."""
    partnership = lock_partnership(transfer.partnership)
    refuse_unless_followed(partnership)
    claim_version(transfer, seen_version)
    before = Transfer.objects.get(pk=transfer.pk)
    refuse_unless_editable(before)
    _check(transfer)
    if before.receiver_id != transfer.receiver_id:
        # Another receiver has said nothing yet.
        transfer.items.update(answer=ItemAnswer.OPEN, answer_reason="")
    transfer.save(update_fields=[*FIELDS, "version"])
    tell(transfer, "transfer.changed", by=by)
    return transfer


def _check(transfer: Transfer) -> None:
    for field in ("giver", "receiver"):
        party = getattr(transfer, field)
        if party.partnership_id != transfer.partnership.pk:
            raise ValidationError({field: _("This organization does not take part in the partnership.")})
    transfer.full_clean()


@transaction.atomic
def save_item(item: TransferItem, *, seen_version: int | None, by: User) -> TransferItem:
    """Save a new or edited item; what the receiving side had said to it no longer counts."""
    transfer = lock_transfer(item.transfer)
    refuse_unless_editable(transfer)
    item.transfer = transfer
    if item.pk:
        claim_version(item, seen_version)
    else:
        if transfer.items.count() >= MOST_ITEMS:
            raise ValidationError(_("A transfer has up to %(n)s items."), code="many", params={"n": MOST_ITEMS})
        item.number = (transfer.items.aggregate(last=Max("number"))["last"] or 0) + 1
    item.answer, item.answer_reason = ItemAnswer.OPEN, ""
    item.full_clean()
    item.save(update_fields=[*ITEM_FIELDS, "answer", "answer_reason", "version"] if item.pk else None)
    touch(transfer)
    tell(transfer, "transfer.item_written", by=by, item=item.label)
    return item


@transaction.atomic
def remove_item(item: TransferItem, *, by: User) -> None:
    transfer = lock_transfer(item.transfer)
    refuse_unless_editable(transfer)
    if transfer.state != TransferState.OFFERED and transfer.items.count() == 1:
        raise ValidationError(_("It is the last item: withdraw the whole transfer instead."), code="last")
    label = item.label
    item.delete()
    touch(transfer)
    tell(transfer, "transfer.item_removed", by=by, item=label)


@transaction.atomic
def save_costs(transfer: Transfer, payers: Mapping[str, tuple[str, str]], *, by: User) -> Transfer:
    """Write down who pays what: ``payers`` holds (payer, note) by kind of cost; an empty payer is not agreed yet."""
    locked = lock_transfer(transfer)
    refuse_unless_editable(locked)
    for kind, (payer, note) in payers.items():
        if kind not in CostKind.values or payer not in ("", *CostPayer.values):
            raise ValidationError(_("Choose who pays from the list."), code="payer")
        if payer:
            TransferCost.objects.update_or_create(
                transfer=locked, kind=kind, defaults={"payer": payer, "note": note.strip()}
            )
        else:
            locked.costs.filter(kind=kind).delete()
    touch(locked)
    tell(locked, "transfer.costs_agreed", by=by)
    return locked


@transaction.atomic
def answer_items(
    transfer: Transfer, answers: Mapping[int, tuple[str, str]], *, seen_version: int, by: User
) -> Transfer:
    """The receiving side's yes or no to items: (answer, reason) by number; only to what it has read."""
    locked = lock_transfer(transfer)
    if locked.state != TransferState.NEED_CONFIRMED:
        raise ValidationError(
            _("Items are answered when the need is confirmed, and before the transfer is accepted."), code="transition"
        )
    if locked.version != seen_version:
        raise StaleError(locked)
    items = {item.number: item for item in locked.items.all()}
    wrong = {}
    for number, (answer, reason) in answers.items():
        if number not in items or answer not in ItemAnswer.values:
            raise ValidationError(_("This item is not on the list any more."), code="gone")
        if answer == ItemAnswer.DECLINED and not reason.strip():
            wrong[f"reason_{number}"] = _("Please say why.")
    if wrong:
        raise ValidationError(wrong)
    for number, (answer, reason) in answers.items():
        item = items[number]
        item.answer, item.answer_reason = answer, reason.strip() if answer != ItemAnswer.OPEN else ""
        item.version += 1
        item.save(update_fields=["answer", "answer_reason", "version"])
    touch(locked)
    said = [item.answer for item in items.values()]
    counts = {answer: said.count(answer) for answer in (ItemAnswer.ACCEPTED, ItemAnswer.DECLINED)}
    tell(locked, "transfer.answered", by=by, yes=counts[ItemAnswer.ACCEPTED], no=counts[ItemAnswer.DECLINED])
    return locked


def lock_transfer(transfer: Transfer) -> Transfer:
    """The transfer, locked and read anew, its partnership first, as everywhere; refused when nobody writes in it."""
    partnership = lock_partnership(transfer.partnership)
    refuse_unless_followed(partnership)
    locked = (
        Transfer.objects.select_for_update(of=("self",))
        .select_related("giver__organization", "receiver__organization")
        .get(pk=transfer.pk)
    )
    locked.partnership = partnership
    return locked


def refuse_unless_editable(transfer: Transfer) -> None:
    if not transfer.is_editable:
        raise ValidationError(
            _("A transfer that is “%(state)s” is not changed any more: what was accepted stays as it was read."),
            code="frozen",
            params={"state": transfer.get_state_display()},
        )


def touch(transfer: Transfer, *fields: str) -> None:
    transfer.version += 1
    transfer.save(update_fields=[*fields, "version", "changed_at"])


def tell(transfer: Transfer, verb: str, *, by: User, **words) -> None:
    record(transfer.partnership, verb, by=by, code=transfer.code, title=transfer.title, **words)
