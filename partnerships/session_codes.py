"""The short code that stands on the wall during a session and changes every few minutes. Nothing is kept of it."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from partnerships.models import WorkshopSession

SALT = "partnerships.session_code"
CHANGES_EVERY = timedelta(minutes=5)
DIGITS = 6
# People come early and leave late.
MARGIN = timedelta(minutes=30)


def code_of(session: WorkshopSession, now: datetime | None = None, *, ago: int = 0) -> str:
    """Six digits for the five minutes around ``now``, or ``ago`` spans earlier."""
    window = int((now or timezone.now()).timestamp() // CHANGES_EVERY.total_seconds()) - ago
    digest = salted_hmac(SALT, f"{session.pk}:{window}", algorithm="sha256").digest()
    return f"{int.from_bytes(digest[:8], 'big') % 10**DIGITS:0{DIGITS}d}"


def is_right(session: WorkshopSession, code: str, now: datetime | None = None) -> bool:
    """Whether ``code`` is the present one, or the one before: it may change while somebody types."""
    given = "".join(letter for letter in code if letter.isdecimal())[:DIGITS]
    return any(constant_time_compare(given, code_of(session, now, ago=ago)) for ago in (0, 1))


def is_now(session: WorkshopSession, now: datetime | None = None) -> bool:
    return session.starts_at - MARGIN <= (now or timezone.now()) <= session.ends_at + MARGIN
