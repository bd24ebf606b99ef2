"""The nightly round: what the calendar asks of agreements, reminders of their ends and reviews, and other notices.

What else is sent each night is named in settings.NOTICE_PROVIDERS.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string

from partnerships.actions.agreement_steps import lock_agreement
from partnerships.agreement_emails import send_notice
from partnerships.agreement_states import AGREED, NOTICE_DAYS, AgreementState, Occasion, Relation
from partnerships.models import Agreement, AgreementNotice
from partnerships.states import OPEN_STATUSES, Status

logger = logging.getLogger(__name__)

TOLD_STATUSES = (*OPEN_STATUSES, Status.ON_HOLD)


@dataclass
class Round:
    """What a round did: agreements that came into force or ended, notices sent, agreements whose mail failed."""

    moved: int = 0
    sent: int = 0
    failed: int = 0


def send_notices() -> Round:
    """Settle every agreement that runs, and send what is due. Running it again sends nothing twice.

    Each agreement stands alone: a mail server that refuses one leaves the others, and that one for the next round.
    """
    found = Round()
    running = Agreement.objects.filter(state__in=[AgreementState.SIGNED, AgreementState.IN_FORCE])
    for agreement in running.order_by("pk"):
        before = agreement.state
        try:
            with transaction.atomic():
                locked = lock_agreement(agreement)
                found.moved += locked.state != before
        except Exception:
            logger.exception("The agreement %s could not be brought up to date.", agreement.reference)
            found.failed += 1
            continue
        for occasion, on in due_occasions(locked):
            try:
                with transaction.atomic():
                    found.sent += _remind(locked, occasion, on)
            except Exception:
                logger.exception("The notice for the agreement %s could not be sent.", agreement.reference)
                found.failed += 1
    for path in settings.NOTICE_PROVIDERS:
        sent, failed = import_string(path)()
        found.sent += sent
        found.failed += failed
    return found


def due_occasions(agreement: Agreement) -> list[tuple[str, date]]:
    """What people may have to be reminded of. Amendments run with their agreement, which speaks for them."""
    if not agreement.is_in_force or agreement.is_amendment or agreement.partnership.status not in TOLD_STATUSES:
        return []
    follows = agreement.successors.filter(relation__in=[Relation.RENEWAL, Relation.REPLACEMENT], state__in=AGREED)
    found = []
    if agreement.runs_until and not agreement.terminates_on and not follows.exists():
        found.append((Occasion.END, agreement.runs_until))
    if agreement.look_again_on and agreement.days_to_review >= 0:
        found.append((Occasion.REVIEW, agreement.look_again_on))
    return found


def nearest_threshold(days_left: int) -> int | None:
    """The notice that is due ``days_left`` days before: only the nearest, however long nobody looked."""
    return min((days for days in NOTICE_DAYS if days_left <= days), default=None)


def _remind(agreement: Agreement, occasion: str, on: date) -> bool:
    days_left = agreement.days_left if occasion == Occasion.END else agreement.days_to_review
    days = nearest_threshold(days_left)
    if days is None:
        return False
    # Locked, so that two rounds at once do not both find that nothing was sent.
    Agreement.objects.select_for_update(of=("self",)).get(pk=agreement.pk)
    if AgreementNotice.objects.filter(agreement=agreement, occasion=occasion, for_date=on, days__lte=days).exists():
        return False
    told = send_notice(agreement, occasion=occasion, on=on, days_left=days_left)
    AgreementNotice.objects.create(agreement=agreement, occasion=occasion, for_date=on, days=days, n_recipients=told)
    return True
