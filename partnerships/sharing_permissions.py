"""Who may do what with shared resources and transfers. What concerns partnerships as a whole is in permissions.py."""

from __future__ import annotations

from accounts.models import User
from partnerships.models import SharedResource, Transfer
from partnerships.permissions import can_add_contribution, can_edit_partnership, sides_of
from partnerships.states import FOLLOWED_STATUSES
from partnerships.transfer_states import BOTH_STEPS, GIVER_STEPS

# Whoever may write for a side: the same people who write down what it gives.
can_share = can_add_contribution


def can_edit_resource(user: User, resource: SharedResource) -> bool:
    """Whoever may change the partnership, and the team of the side that shares it; while one may write in it."""
    partnership = resource.partnership
    if partnership.status not in FOLLOWED_STATUSES:
        return False
    return can_edit_partnership(user, partnership) or resource.owner.side in sides_of(user, partnership)


def can_edit_transfer(user: User, transfer: Transfer) -> bool:
    """The offer and its items: whoever may change the partnership, and the team of the side that gives."""
    return _may(user, transfer, {transfer.giver.side})


def can_answer_transfer(user: User, transfer: Transfer) -> bool:
    """What is accepted, what arrived, how it is used: whoever may change the partnership, and the receiving side."""
    return _may(user, transfer, {transfer.receiver.side})


def can_agree_costs(user: User, transfer: Transfer) -> bool:
    return _may(user, transfer, {transfer.giver.side, transfer.receiver.side})


def can_take_step(user: User, transfer: Transfer, new: str) -> bool:
    """Each step belongs to a side: sending to the giver, customs to both, all others to the receiver."""
    if new in BOTH_STEPS:
        return can_agree_costs(user, transfer)
    return can_edit_transfer(user, transfer) if new in GIVER_STEPS else can_answer_transfer(user, transfer)


def _may(user: User, transfer: Transfer, sides: set[str]) -> bool:
    partnership = transfer.partnership
    if partnership.status not in FOLLOWED_STATUSES:
        return False
    return can_edit_partnership(user, partnership) or bool(sides & sides_of(user, partnership))
