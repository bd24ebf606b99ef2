"""The steps of a transfer: from the need to the receipt, and the checks after half a year and a year of use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from partnerships.actions.transfer import lock_transfer, tell, touch
from partnerships.models import CheckFinding, Contact, TeamMember, Transfer, TransferCheck, TransferItem
from partnerships.models.transfer import DAYS
from partnerships.planning.periods import months_after
from partnerships.transfer_guards import items_to_check, missing_for, missing_for_check, sent_items
from partnerships.transfer_states import (
    CHECK_MONTHS,
    ON_THE_WAY,
    TRANSFER_NEEDS_REASON,
    USE_NEEDS_REASON,
    Arrival,
    ItemUse,
    TransferState,
    transfer_can_become,
    use_can_become,
)

S = TransferState
# What each step asks for, by the fields of the transfer; those in OPTIONAL may stay empty.
DETAILS: dict[str, tuple[str, ...]] = {
    S.NEED_CONFIRMED: ("need", "need_by"),
    S.ACCEPTED: ("accepted_by", "accepted_on"),
    S.SHIPPED: ("carrier", "waybill", "shipped_on", "expected_on"),
    S.CUSTOMS: ("customs_on", "customs_reference"),
    S.RECEIVED: ("received_by", "received_on"),
    S.INSTALLED: ("installed_on", "place", "custodian"),
    S.IN_USE: ("in_use_on",),
}
OPTIONAL = ("waybill", "expected_on")


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """What arrived of one item. ``damaged`` of them are broken; ``arrival`` is a value of Arrival."""

    quantity: int
    damaged: int
    arrival: str
    note: str = ""
    serial: str = ""


@transaction.atomic
def move_transfer(
    transfer: Transfer, new: str, *, details: Mapping[str, Any] | None = None, reason: str = "", by: User
) -> Transfer:
    """Take the next step, with what it asks for in ``details``; declining and withdrawing ask for a reason."""
    locked = lock_transfer(transfer)
    old = locked.state
    if not transfer_can_become(old, new):
        raise ValidationError(
            _("A transfer that is “%(old)s” cannot become “%(new)s”."),
            code="transition",
            params={"old": S(old).label, "new": S(new).label if new in S.values else new},
        )
    if new in TRANSFER_NEEDS_REASON and not reason.strip():
        raise ValidationError({"reason": _("Please say why.")})
    missing = missing_for(locked, new)
    if missing:
        raise ValidationError(
            _("This is still missing: %(missing)s."), code="missing", params={"missing": "; ".join(missing)}
        )
    fields = _take(locked, new, details or {})
    locked.state, locked.state_reason = new, reason.strip()
    locked.full_clean()
    touch(locked, *fields, "state", "state_reason")
    if new == S.IN_USE:
        _put_to_use(locked)
    tell(locked, "transfer.moved", by=by, old=old, new=new, reason=locked.state_reason)
    return locked


def _take(transfer: Transfer, new: str, details: Mapping[str, Any]) -> list[str]:
    """Write the details of a step onto the row, unsaved; every fault at its field."""
    names = DETAILS.get(new, ())
    wrong: dict[str, str] = {}
    for name in names:
        value = details.get(name)
        value = value.strip() if isinstance(value, str) else value
        if value in (None, "") and name not in OPTIONAL:
            wrong[name] = _("This is needed for the step.")
        elif isinstance(value, Contact) and not _is_of_receiver(value, transfer):
            wrong[name] = _("Choose somebody of the receiving side.")
        elif name in DAYS and (fault := _fault_of_day(transfer, name, value)):
            wrong[name] = fault
        setattr(transfer, name, "" if value is None and isinstance(getattr(transfer, name), str) else value)
    expected = transfer.expected_on if "expected_on" in names and not wrong else None
    if expected and expected < transfer.shipped_on:
        wrong["expected_on"] = _("It cannot arrive before it was sent.")
    if wrong:
        raise ValidationError(wrong)
    return list(names)


def _fault_of_day(transfer: Transfer, name: str, day: date) -> str:
    if day > timezone.localdate():
        return _("This day is still to come.")
    before = [getattr(transfer, each) for each in DAYS[: DAYS.index(name)]]
    last = max((each for each in before if each), default=None)
    return _("This is before the step that came before it.") if last and day < last else ""


def _is_of_receiver(person: Contact, transfer: Transfer) -> bool:
    """Somebody who works at the organization that receives, or is on its side of the team."""
    party = transfer.receiver
    if person.organization_id == party.organization_id:
        return True
    team = TeamMember.objects.filter(partnership=transfer.partnership, contact=person, side=party.side)
    return team.exists()


def _put_to_use(transfer: Transfer) -> None:
    """What arrived whole is in use, what arrived broken is broken; and the days of the checks."""
    for item in sent_items(transfer):
        if not item.received_quantity:
            continue
        item.use = ItemUse.IN_USE if item.good_quantity else ItemUse.BROKEN
        item.use_reason = "" if item.good_quantity else item.receipt_note or item.get_arrival_display()
        item.version += 1
        item.save(update_fields=["use", "use_reason", "version"])
    TransferCheck.objects.bulk_create(
        TransferCheck(transfer=transfer, months=months, due_on=months_after(transfer.in_use_on, months))
        for months in CHECK_MONTHS
    )


@transaction.atomic
def save_receipt(transfer: Transfer, receipts: Mapping[int, Receipt], *, by: User) -> Transfer:
    """What arrived of each item that was sent, by its number; written until the transfer is received."""
    locked = lock_transfer(transfer)
    if locked.state not in ON_THE_WAY:
        raise ValidationError(
            _("What arrived is written down while the transfer is on its way, until it is received."),
            code="transition",
        )
    items = {item.number: item for item in sent_items(locked)}
    wrong: dict[str, str] = {}
    for number, receipt in receipts.items():
        if number not in items:
            raise ValidationError(_("This item was not sent."), code="gone")
        wrong |= {f"{name}_{number}": words for name, words in _faults_of(items[number], receipt).items()}
    if wrong:
        raise ValidationError(wrong)
    for number, receipt in receipts.items():
        item = items[number]
        item.received_quantity, item.damaged_quantity = receipt.quantity, receipt.damaged
        item.arrival, item.receipt_note = receipt.arrival, receipt.note.strip()
        item.serial = receipt.serial.strip() or item.serial
        item.version += 1
        item.full_clean()
        item.save(
            update_fields=["received_quantity", "damaged_quantity", "arrival", "receipt_note", "serial", "version"]
        )
    touch(locked)
    tell(locked, "transfer.receipt_written", by=by)
    return locked


def _faults_of(item: TransferItem, receipt: Receipt) -> dict[str, str]:
    if receipt.arrival not in Arrival.values:
        return {"arrival": _("Say how it arrived.")}
    if not 0 <= receipt.quantity <= item.quantity:
        return {"quantity": _("%(n)s were sent: write a number from 0 to that.") % {"n": item.quantity}}
    if not 0 <= receipt.damaged <= receipt.quantity:
        return {"damaged": _("No more can be damaged than arrived.")}
    if (receipt.quantity == 0) != (receipt.arrival == Arrival.MISSING):
        return {"arrival": _("“It did not arrive” goes with the number 0, and only with it.")}
    is_whole = receipt.arrival == Arrival.GOOD
    if is_whole and receipt.damaged:
        return {"arrival": _("Some are damaged, so it did not arrive complete and working.")}
    if receipt.arrival == Arrival.DAMAGED and not receipt.damaged:
        return {"damaged": _("Say how many are damaged.")}
    if (not is_whole or receipt.quantity < item.quantity) and not receipt.note.strip():
        return {"note": _("Say what was wrong, and what you agreed about it.")}
    return {}


@transaction.atomic
def make_check(
    check: TransferCheck, findings: Mapping[int, tuple[str, str]], *, note: str = "", by: User
) -> TransferCheck:
    """Write down how each item is, as (use, reason) by its number; once, and the first check before the second."""
    locked = lock_transfer(check.transfer)
    if locked.state != S.IN_USE:
        raise ValidationError(_("Checks are made of what is in use."), code="transition")
    check = locked.checks.get(pk=check.pk)
    check.transfer = locked
    missing = missing_for_check(check)
    if missing:
        raise ValidationError(
            _("This is still missing: %(missing)s."), code="missing", params={"missing": "; ".join(missing)}
        )
    items = items_to_check(locked)
    wrong: dict[str, str] = {}
    for item in items:
        use, reason = findings.get(item.number, ("", ""))
        wrong |= {f"{name}_{item.number}": words for name, words in _faults_of_use(item, use, reason).items()}
    if wrong:
        raise ValidationError(wrong)
    for item in items:
        use, reason = findings[item.number]
        CheckFinding.objects.create(check_up=check, item=item, use=use, reason=reason.strip())
        _set_use(item, use, reason)
    check.done_on, check.done_by, check.note = timezone.localdate(), by, note.strip()
    check.save(update_fields=["done_on", "done_by", "note"])
    touch(locked)
    tell(locked, "transfer.checked", by=by, months=check.months, note=check.note)
    return check


@transaction.atomic
def move_item(item: TransferItem, new: str, *, reason: str = "", by: User) -> TransferItem:
    """Between two checks: it broke, was repaired, stands idle, was retired or lost."""
    locked = lock_transfer(item.transfer)
    fresh = locked.items.get(pk=item.pk)
    old = fresh.use
    if not old or not use_can_become(old, new):
        raise ValidationError(
            _("An item that is “%(old)s” cannot become “%(new)s”."),
            code="transition",
            params={
                "old": fresh.get_use_display() or _("not in use yet"),
                "new": ItemUse(new).label if new in ItemUse.values else new,
            },
        )
    faults = _faults_of_use(fresh, new, reason)
    if faults:
        raise ValidationError(faults)
    _set_use(fresh, new, reason)
    touch(locked)
    tell(locked, "transfer.item_moved", by=by, item=fresh.label, old=old, new=new, reason=fresh.use_reason)
    return fresh


def _faults_of_use(item: TransferItem, use: str, reason: str) -> dict[str, str]:
    if use not in ItemUse.values:
        return {"use": _("Say how it is.")}
    if use != item.use and not use_can_become(item.use, use):
        words = _("What is “%(old)s” cannot become “%(new)s”.")
        return {"use": words % {"old": item.get_use_display(), "new": ItemUse(use).label}}
    if use in USE_NEEDS_REASON and not reason.strip():
        return {"reason": _("Please say why.")}
    return {}


def _set_use(item: TransferItem, use: str, reason: str) -> None:
    item.use, item.use_reason = use, reason.strip()
    item.version += 1
    item.save(update_fields=["use", "use_reason", "version"])
