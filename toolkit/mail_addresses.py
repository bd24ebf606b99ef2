"""The secret addresses in mails, found when a mail is sent or read: the outbox itself keeps none."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from partnerships.models import Traveller
from toolkit.models import PartSubmission, ShareLink
from toolkit.report_links import report_url
from toolkit.states import DocumentState, LinkScope


def address_of_link(public_id: str) -> str:
    """The address of a live link; ValidationError when it is over."""
    return _live(public_id).url


def address_while_wanted(public_id: str) -> str:
    """As address_of_link(), as long as something is still to be filled in under it."""
    link = _live(public_id)
    refusal = why_no_reminder(link)
    if refusal:
        raise ValidationError(refusal, code="transition")
    return link.url


def address_of_report(pk: str) -> str:
    """Where a traveller writes the trip report."""
    traveller = Traveller.objects.filter(pk=int(pk)).first()
    if traveller is None:
        raise ValidationError(_("This person no longer travels."), code="transition")
    return report_url(traveller)


def why_no_reminder(link: ShareLink) -> str:
    """Why nobody is reminded of ``link``; empty while its recipient still has something to do."""
    document = link.document
    if not link.is_live:
        return _("The link no longer works.")
    if link.scope != LinkScope.FILL:
        return _("The link is not for filling in.")
    if not document.is_fillable:
        return _("Nothing is to be filled in any more.")
    done = PartSubmission.objects.filter(response__document=document, part__in=["", link.side])
    return _("What was asked for has been handed in.") if done.exists() else ""


def _live(public_id: str) -> ShareLink:
    link = ShareLink.objects.with_document().filter(public_id=public_id).first()
    if link is None or not link.is_live or link.document.state == DocumentState.WITHDRAWN:
        raise ValidationError(_("The link no longer works."), code="transition")
    return link
