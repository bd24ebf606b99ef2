"""What is missing before a transfer's next step. The page, the button and the move itself ask here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from partnerships.models import Transfer, TransferCheck, TransferItem
from partnerships.transfer_states import (
    POWERED,
    TRANSFER_NEEDS_REASON,
    TRANSFER_TRANSITIONS,
    CostKind,
    ItemAnswer,
    ItemCondition,
    ItemKind,
    ItemUse,
    TransferState,
)

S = TransferState
# How long before its day a check may be made.
CHECK_EARLY = timedelta(days=30)
LABELS = {
    S.NEED_CONFIRMED: lambda: _("Confirm the need"),
    S.ACCEPTED: lambda: _("Accept it"),
    S.SHIPPED: lambda: _("Write down that it was sent"),
    S.CUSTOMS: lambda: _("Write down that it is in customs"),
    S.RECEIVED: lambda: _("Write down that it was received"),
    S.INSTALLED: lambda: _("Write down that it is installed"),
    S.IN_USE: lambda: _("Write down that it is in use"),
    S.CLOSED: lambda: _("Close the transfer"),
    S.DECLINED: lambda: _("Decline it"),
    S.WITHDRAWN: lambda: _("Withdraw it"),
}


@dataclass(frozen=True, kw_only=True)
class TransferMove:
    """A step that a person may take, and what is missing for it."""

    to: str
    label: str
    missing: tuple[str, ...]
    needs_reason: bool = False


def transfer_moves(transfer: Transfer) -> list[TransferMove]:
    """The steps that the present state allows, the next one first."""
    return [
        TransferMove(
            to=new,
            label=LABELS[new](),
            missing=tuple(missing_for(transfer, new)),
            needs_reason=new in TRANSFER_NEEDS_REASON,
        )
        for new in TRANSFER_TRANSITIONS[transfer.state]
        # Inside one country nothing has to go through customs, and across a border nothing goes without.
        if not (transfer.state == S.SHIPPED and new == (S.RECEIVED if transfer.crosses_border else S.CUSTOMS))
    ]


def missing_for(transfer: Transfer, new: str) -> list[str]:
    """What must be there before ``transfer`` may become ``new``, each in words; nothing when it may.

    What the step itself asks for, such as the carrier, is in its form. ``items``, ``costs`` and ``checks`` are read
    whole, so a page that has prefetched them asks nothing more of the database.
    """
    ask = ASKS.get(new)
    return ask(transfer) if ask else []


def _before_need(transfer: Transfer) -> list[str]:
    return [] if transfer.items.all() else [_("at least one item on the list")]


def _before_accepting(transfer: Transfer) -> list[str]:
    items = list(transfer.items.all())
    found = _before_need(transfer)
    unanswered = [item.label for item in items if item.answer == ItemAnswer.OPEN]
    if unanswered:
        found.append(_("a yes or no to each item: %(items)s") % {"items": ", ".join(unanswered)})
    accepted = [item for item in items if item.answer == ItemAnswer.ACCEPTED]
    if items and not unanswered and not accepted:
        found.append(_("an item that was accepted; when none is, decline the whole"))
    for item in accepted:
        found += [f"{item.name}: {words}" for words in missing_of_item(item)]
    agreed = {cost.kind for cost in transfer.costs.all()}
    open_costs = [str(kind.label) for kind in CostKind if kind not in agreed]
    if open_costs:
        found.append(_("who pays for: %(costs)s") % {"costs": "; ".join(open_costs)})
    return found


def missing_of_item(item: TransferItem) -> list[str]:
    """What the receiver must know of an item before it is accepted."""
    found = []
    if not item.is_working:
        found.append(_("the giver’s word that it works"))
    if item.kind in POWERED and not item.power:
        found.append(_("power, voltage and plug"))
    if item.kind == ItemKind.DEVICE and not item.manual_language:
        found.append(_("its manuals, and in which language"))
    if item.kind in POWERED and not (item.running_costs and item.running_costs_payer):
        found.append(_("what it costs to run, and who pays that"))
    if item.kind == ItemKind.DRUG and not item.expires_on:
        found.append(_("the day on which it expires"))
    if item.expires_on and item.expires_on <= timezone.localdate():
        found.append(_("another batch: this one has expired"))
    if item.condition != ItemCondition.NEW and item.kind in POWERED and item.age_years is None:
        found.append(_("its age"))
    return found


def _before_customs(transfer: Transfer) -> list[str]:
    if transfer.crosses_border:
        return []
    return [_("a border: both organizations are in one country, so it goes straight to the receipt")]


def _before_receiving(transfer: Transfer) -> list[str]:
    found = []
    if transfer.state == S.SHIPPED and transfer.crosses_border:
        found.append(_("customs: the organizations are in two countries"))
    waiting = [item.label for item in sent_items(transfer) if not item.arrival]
    if waiting:
        found.append(_("what arrived of each item, and how: %(items)s") % {"items": ", ".join(waiting)})
    return found


def _before_installing(transfer: Transfer) -> list[str]:
    if any(item.received_quantity for item in sent_items(transfer)):
        return []
    return [_("something that arrived")]


def _before_use(transfer: Transfer) -> list[str]:
    if any(item.good_quantity for item in sent_items(transfer)):
        return []
    return [_("something that arrived whole and works")]


def _before_closing(transfer: Transfer) -> list[str]:
    words = _("the check after %(n)s months, due on %(day)s")
    return [
        words % {"n": check.months, "day": date_format(check.due_on)}
        for check in transfer.checks.all()
        if check.done_on is None
    ]


ASKS: dict[str, Callable[[Transfer], list[str]]] = {
    S.NEED_CONFIRMED: _before_need,
    S.ACCEPTED: _before_accepting,
    # Nothing is sent before all that was accepted still holds.
    S.SHIPPED: _before_accepting,
    S.CUSTOMS: _before_customs,
    S.RECEIVED: _before_receiving,
    S.INSTALLED: _before_installing,
    S.IN_USE: _before_use,
    S.CLOSED: _before_closing,
}


def sent_items(transfer: Transfer) -> list[TransferItem]:
    """What was accepted, and so is sent; what was declined stays on the list and at home."""
    return [item for item in transfer.items.all() if item.answer == ItemAnswer.ACCEPTED]


def items_to_check(transfer: Transfer) -> list[TransferItem]:
    """What was put to use and is still there."""
    return [item for item in transfer.items.all() if item.use and item.use not in (ItemUse.RETIRED, ItemUse.LOST)]


def missing_for_check(check: TransferCheck, *, today: date | None = None) -> list[str]:
    """Why ``check`` cannot be made now; ``transfer.checks`` are read whole."""
    if check.done_on:
        return [_("another check: this one has been made")]
    found = []
    earlier = [each for each in check.transfer.checks.all() if each.months < check.months and each.done_on is None]
    found += [_("the check after %(n)s months, which comes first") % {"n": each.months} for each in earlier]
    first = check.due_on - CHECK_EARLY
    if (today or timezone.localdate()) < first:
        found.append(_("the day from which it can be made, %(day)s") % {"day": date_format(first)})
    return found
