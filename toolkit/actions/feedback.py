"""What people say of a tool: given, answered, hidden."""

from __future__ import annotations

import hashlib

from django.core.cache import cache
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from accounts.models import User
from toolkit.actions.contributing import TOO_MANY
from toolkit.models import Feedback
from toolkit.permissions import can_curate
from twinning import challenge
from twinning.locking import claim_stamp

SENT = ("tool_id", "rating", "text", "name", "user_id")
REMEMBERED_SECONDS = 24 * 60 * 60


def give_feedback(feedback: Feedback, *, key: str, token: str = "", may_add: bool = True) -> bool:
    """Keep ``feedback``; False when the page with this ``key`` had sent the same already.

    See propose() for ``token`` and ``may_add``.
    """
    feedback.full_clean(exclude=["user", "answered_by"])
    said = repr([getattr(feedback, name) for name in SENT])
    claim = f"feedback:{hashlib.sha256(f'{key} {said}'.encode()).hexdigest()}"
    if not cache.add(claim, 1, timeout=REMEMBERED_SECONDS):
        return False
    try:
        with transaction.atomic():
            if not may_add:
                raise ValidationError(TOO_MANY, code="throttled")
            if token and not challenge.spend(token):
                raise ValidationError(challenge.USED, code="word")
            feedback.save()
    except Exception:
        cache.delete(claim)
        raise
    return True


@transaction.atomic
def answer_feedback(feedback: Feedback, *, seen_stamp: str, by: User, answer: str) -> None:
    """What curators say to it, in public; an empty answer takes an earlier one back. StaleError if another curator
    has changed it since ``seen_stamp``."""
    _refuse_stranger(by)
    claim_stamp(feedback, seen_stamp, "answer")
    feedback.answer, feedback.answered_by = answer.strip(), by if answer.strip() else None
    feedback.full_clean(exclude=["user", "answered_by"])
    feedback.save(update_fields=["answer", "answered_by"])


@transaction.atomic
def hide_feedback(feedback: Feedback, *, by: User, is_hidden: bool) -> None:
    """Take it out of the tool's page and its rating, or put it back."""
    _refuse_stranger(by)
    feedback.is_hidden = is_hidden
    feedback.save(update_fields=["is_hidden"])


def _refuse_stranger(user: User) -> None:
    if not can_curate(user):
        raise PermissionDenied
