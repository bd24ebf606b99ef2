"""Reminders: some days before a document is due, on the day, a few times after it, and then no more.

They are written in the nightly round of notices: see settings.NOTICE_PROVIDERS.
"""

from __future__ import annotations

import logging
from datetime import date, timedelta

from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from partnerships.mail_states import MailKind
from partnerships.states import OPEN_STATUSES
from toolkit import emails
from toolkit.models import PartSubmission, ShareLink
from toolkit.states import FILLABLE, LinkScope

logger = logging.getLogger(__name__)


def waiting_links(today: date) -> QuerySet[ShareLink]:
    """The links whose recipients may be reminded on ``today``: something is to be filled in, is due, and was mailed."""
    done = PartSubmission.objects.filter(response__document=OuterRef("document"), part__in=["", OuterRef("side")])
    soon = today + timedelta(days=max(settings.REMIND_BEFORE, default=0))
    return (
        ShareLink.objects.live()
        .filter(
            ~Exists(done),
            scope=LinkScope.FILL,
            is_reminded=True,
            mailed_at__isnull=False,
            document__due_on__lte=soon,
            document__state__in=FILLABLE,
            document__partnership__status__in=OPEN_STATUSES,
        )
        .exclude(recipient_email="")
        .with_document()
        .select_related("created_by")
        .order_by("pk")
    )


def step_on(today: date, *, due_on: date, mailed_on: date) -> int | None:
    """The reminder whose turn it is, as days from the due date (-7 is a week before); None when there is none.

    It is the latest one whose day has come. What fell before the invitation, or on its day, is not caught up with.
    """
    steps = sorted({*(-days for days in settings.REMIND_BEFORE), 0, *settings.REMIND_AFTER})
    come = [step for step in steps if due_on + timedelta(days=step) <= today]
    if not come or due_on + timedelta(days=come[-1]) <= mailed_on:
        return None
    return come[-1]


def send_reminders(today: date | None = None) -> tuple[int, int]:
    """Write the reminders of ``today``; how many were written and how many could not be.

    Each is written once for a due date, however often this runs; a new due date begins anew.
    """
    today = today or timezone.localdate()
    n_written = n_failed = 0
    for link in waiting_links(today).iterator(chunk_size=200):
        mailed_on = timezone.localtime(link.mailed_at).date()
        step = step_on(today, due_on=link.document.due_on, mailed_on=mailed_on)
        if step is None:
            continue
        try:
            once = f"{MailKind.REMINDER}:{link.public_id}:{link.document.due_on}:{step}"
            n_written += emails.send_reminder(link, once=once, today=today)
        except Exception:  # one person's trouble is not everybody's
            logger.exception("The reminder for link %s could not be written.", link.pk)
            n_failed += 1
    return n_written, n_failed
