"""Reminders of trip reports, for the nightly round."""

from __future__ import annotations

import logging

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from partnerships.exchange_emails import send_report_asked
from partnerships.exchange_states import TravellerState
from partnerships.models import ReportReminder, Traveller

logger = logging.getLogger(__name__)
# Days before (above zero) and after the day on which a report is due; each is sent once.
REMINDERS = (3, -1, -7, -14)


def send_exchange_notices() -> tuple[int, int]:
    """Remind everybody who owes a trip report; returns how many mails were sent, and how many people failed.

    Only the nearest reminder is sent, however long nobody looked, and never twice.
    """
    sent = failed = 0
    owing = Traveller.objects.filter(
        Q(state=TravellerState.RETURNED) | Q(state=TravellerState.DID_NOT_RETURN),
        report_due_on__isnull=False,
        report_waived_reason="",
    )
    for traveller in owing.select_related("contact__user", "exchange__partnership").order_by("pk"):
        try:
            with transaction.atomic():
                sent += _remind(traveller)
        except Exception:
            logger.exception("The reminder of a trip report for %s could not be sent.", traveller.exchange.reference)
            failed += 1
    return sent, failed


def nearest_reminder(days_left: int) -> int | None:
    """The last reminder whose day has come, ``days_left`` days before the report is due."""
    return min((days for days in REMINDERS if days_left <= days), default=None)


def _remind(traveller: Traveller) -> int:
    days_left = (traveller.report_due_on - timezone.localdate()).days
    days = nearest_reminder(days_left)
    if days is None:
        return 0
    # Locked, so that two rounds at once do not both find that nothing was sent.
    Traveller.objects.select_for_update(of=("self",)).get(pk=traveller.pk)
    sent = ReportReminder.objects.filter(traveller=traveller, due_on=traveller.report_due_on, days__lte=days)
    if sent.exists():
        return 0
    n = send_report_asked(traveller, is_late=days_left < 0)
    ReportReminder.objects.create(traveller=traveller, due_on=traveller.report_due_on, days=days, n_recipients=n)
    return n
