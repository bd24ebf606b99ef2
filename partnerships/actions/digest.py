"""The mails that people asked for: what is new and what waits, at once, once a day or once a week."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.states import Digest
from partnerships.actions.notifying import note_dates
from partnerships.digest_emails import send_digest_mail
from partnerships.models import Notification
from partnerships.notices import lines_of
from partnerships.states import NoticeKind
from partnerships.waiting import Waiting

# Not in the middle of the night: the hour of the reader's own day from which a daily or weekly mail may go out.
FIRST_HOUR = 6
# What is older than this was missed for other reasons, and is no news.
FRESH = timedelta(days=14)
KEPT = timedelta(days=400)


@dataclass(frozen=True)
class Packet:
    """What goes into one mail, taken so that nobody else sends it."""

    notices: list[int]
    waits: list[int]
    new_waiting: list[Waiting]
    digested_on: date | None


def send_digest(user: User, waiting: list[Waiting]) -> bool:
    """Send ``user`` their mail if one is wanted now and there is something to say; whether one went out.

    ``waiting`` is all that waits for them. Called in their language and time zone, as often as one likes.
    """
    note_dates(user)
    _note_waiting(user, waiting)
    packet = _take(user, waiting)
    if packet is None:
        return False
    lines = lines_of(Notification.objects.of(user).filter(pk__in=packet.notices).for_list(), user)
    shown = packet.new_waiting if user.digest == Digest.IMMEDIATE else waiting
    if send_digest_mail(user, lines, shown):
        return True
    with transaction.atomic():
        Notification.objects.filter(pk__in=[*packet.notices, *packet.waits]).update(mailed_at=None)
        User.objects.filter(pk=user.pk).update(digested_on=packet.digested_on)
    return False


def forget_old_notices() -> int:
    """Remove what people were told more than a year ago."""
    n_rows, _by_model = Notification.objects.filter(at__lt=timezone.now() - KEPT).delete()
    return n_rows


def key_of(one: Waiting) -> str:
    return f"waits:{hashlib.sha256(f'{one.kind} {one.url}'.encode()).hexdigest()[:40]}"


@transaction.atomic
def _note_waiting(user: User, waiting: list[Waiting]) -> None:
    """A row for each thing that waits, and none for what does so no more: when it comes back, it is new again."""
    keys = {key_of(one) for one in waiting}
    rows = Notification.objects.filter(user=user, kind=NoticeKind.WAITS)
    rows.exclude(key__in=keys).delete()
    known = set(rows.values_list("key", flat=True))
    Notification.objects.bulk_create(
        [Notification(user=user, kind=NoticeKind.WAITS, key=key) for key in sorted(keys - known)],
        ignore_conflicts=True,
    )


@transaction.atomic
def _take(user: User, waiting: list[Waiting]) -> Packet | None:
    locked = User.objects.select_for_update(of=("self",)).get(pk=user.pk)
    now = timezone.localtime()
    if not locked.is_active or not is_wanted(locked, now):
        return None
    fresh = Notification.objects.unmailed().filter(user=user)
    # Follow-ups are told of in their own words; in the list of what waits they need no second word.
    waits = {row.key: row.pk for row in fresh.filter(kind=NoticeKind.WAITS)}
    new_waiting = [one for one in waiting if one.kind != "follow-up" and key_of(one) in waits]
    recent = Notification.objects.of(user).unmailed().unread().filter(at__gt=now - FRESH)
    notices = [line.notice.pk for line in lines_of(recent.for_list(), user)]
    is_worth_a_mail = bool(notices or new_waiting or (locked.digest == Digest.WEEKLY and waiting))
    if not is_worth_a_mail:
        return None
    waits_pks = list(waits.values())
    fresh.filter(pk__in=[*notices, *waits_pks]).update(mailed_at=timezone.now())
    locked_on = locked.digested_on
    User.objects.filter(pk=user.pk).update(digested_on=now.date())
    return Packet(notices=notices, waits=waits_pks, new_waiting=new_waiting, digested_on=locked_on)


def is_wanted(user: User, now: datetime) -> bool:
    """Whether a mail may go out at ``now``, in the reader's own time zone."""
    if user.digest == Digest.IMMEDIATE:
        return True
    if user.digest == Digest.NONE or now.hour < FIRST_HOUR:
        return False
    # A weekly mail that could not go out on Monday goes out later in the week.
    since = now.date() if user.digest == Digest.DAILY else now.date() - timedelta(days=now.weekday())
    return user.digested_on is None or user.digested_on < since
