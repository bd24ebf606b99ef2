"""Acts on calendar addresses: make or renew one, end one, note what was shown."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from accounts.models import User, hash_token
from partnerships.calendars import fingerprint
from partnerships.models import CalendarFeed, Partnership
from partnerships.models.calendar import new_token

NOTED_EVERY = timedelta(hours=1)


@transaction.atomic
def make_feed(user: User, *, partnership: Partnership | None = None, side: str = "") -> tuple[CalendarFeed, str]:
    """A calendar address and its token, which is kept nowhere. One that was there before ends."""
    User.objects.select_for_update(of=("self",)).get(pk=user.pk)
    CalendarFeed.objects.filter(user=user, partnership=partnership, side=side).delete()
    token = new_token()
    feed = CalendarFeed(user=user, partnership=partnership, side=side, token_hash=hash_token(token))
    feed.full_clean()
    feed.save()
    return feed, token


def end_feed(feed: CalendarFeed) -> None:
    feed.delete()


def note_shown(feed: CalendarFeed, body: bytes) -> tuple[str, datetime]:
    """The hash of what is shown and the second since when; writes only when it changed, or once an hour."""
    now = timezone.now().replace(microsecond=0)
    shown = fingerprint(body)
    if shown != feed.shown_hash:
        # Seconds are all that HTTP knows: two changes within one must not look like the same.
        since = max(now, feed.shown_at + timedelta(seconds=1)) if feed.shown_at else now
        feed.shown_hash, feed.shown_at, feed.fetched_at = shown, since, now
        feed.save(update_fields=["shown_hash", "shown_at", "fetched_at"])
    elif feed.fetched_at is None or feed.fetched_at < now - NOTED_EVERY:
        feed.fetched_at = now
        feed.save(update_fields=["fetched_at"])
    return shown, feed.shown_at
