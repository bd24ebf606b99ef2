"""The time in which people may answer where each answers alone, and how exactly it is written down."""

from __future__ import annotations

from datetime import datetime, time

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from toolkit.models import Document, Response
from toolkit.states import AGREED, Mode, ResponseState


def moment_for(document: Document) -> datetime:
    """Now, as it is kept with an answer: without names no finer than the day, at its first moment in UTC."""
    now = timezone.now()
    return datetime.combine(now.date(), time(), tzinfo=now.tzinfo) if document.is_anonymous else now


def refuse_outside_window(response: Response) -> None:
    """Refuse what is written too early, too late, after it was handed in, or once both sides agree on one version."""
    document = response.document
    if document.mode not in (Mode.EACH, Mode.OPEN) or response.side == AGREED:
        return
    if document.agreed_at:
        raise ValidationError(
            _("Both sides now agree on one version, so what each side answered stays as it is."), code="closed"
        )
    if document.mode == Mode.OPEN and response.state == ResponseState.SUBMITTED:
        raise ValidationError(_("Your answers have been sent already. Thank you."), code="submitted")
    refuse_unless_taking_answers(document)


def refuse_unless_taking_answers(document: Document) -> None:
    if not document.has_opened:
        raise ValidationError(_("This opens on %(when)s."), code="closed", params={"when": document.opens_told})
    if document.has_closed:
        raise ValidationError(
            _("This closed on %(when)s, so it takes no more answers."),
            code="closed",
            params={"when": document.closes_told},
        )
