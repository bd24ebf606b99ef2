"""Making, revoking and opening share links."""

from __future__ import annotations

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from partnerships.models import record
from toolkit import emails
from toolkit.models import Document, ShareLink
from toolkit.states import DocumentState, LinkScope, Mode, Part

LONGEST_DAYS = 365


@transaction.atomic
def create_share_link(
    document: Document,
    *,
    side: str,
    days: int,
    by: User,
    scope: str = LinkScope.FILL,
    recipient_name: str = "",
    recipient_email: str = "",
    send: bool = False,
) -> ShareLink:
    """A link for one side, good for ``days`` days; mailed to the recipient when ``send``."""
    if document.state == DocumentState.WITHDRAWN:
        raise ValidationError(_("This document was withdrawn; nobody can be asked to fill it in."), code="withdrawn")
    if side not in (Part.HOST, Part.RESOURCE):
        raise ValidationError(_("Choose the side that the link is for."), code="side")
    if not 1 <= days <= LONGEST_DAYS:
        raise ValidationError(_("A link may work for 1 to %(most)s days."), code="days", params={"most": LONGEST_DAYS})
    if document.mode == Mode.OPEN and scope != LinkScope.FILL:
        raise ValidationError(_("Many people answer this by one link; there is nothing in it to read."), code="scope")
    if send and not recipient_email:
        raise ValidationError(_("Write the e-mail address the link should go to."), code="email")
    now = timezone.now()
    link = ShareLink(
        document=document,
        side=side,
        scope=scope,
        recipient_name=recipient_name.strip(),
        recipient_email=recipient_email.strip(),
        created_by=by,
        created_at=now,
        expires_at=now + timedelta(days=days),
    )
    link.full_clean()
    link.save()
    record(document.partnership, "link.created", by=by, reference=document.reference, side=side)
    if send:
        transaction.on_commit(lambda: emails.send_link(link))
    return link


@transaction.atomic
def revoke_share_link(link: ShareLink, *, by: User) -> None:
    locked = ShareLink.objects.select_for_update(of=("self",)).get(pk=link.pk)
    if locked.revoked_at is not None:
        raise ValidationError(_("This link was already revoked."), code="revoked")
    locked.revoked_at = link.revoked_at = timezone.now()
    locked.save(update_fields=["revoked_at"])
    record(link.document.partnership, "link.revoked", by=by, reference=link.document.reference, side=link.side)


@transaction.atomic
def resend_share_link(link: ShareLink, *, by: User) -> None:
    """Mail a link again to the recipient it was made for."""
    locked = ShareLink.objects.select_for_update(of=("self",)).get(pk=link.pk)
    if not locked.is_live:
        raise ValidationError(_("This link no longer works, so it was not sent. Make a new one."), code="closed")
    if not locked.recipient_email:
        raise ValidationError(
            _("No e-mail address is known for this link. Copy it, or make a new one with an address."), code="email"
        )
    record(link.document.partnership, "link.sent", by=by, reference=link.document.reference, side=link.side)
    transaction.on_commit(lambda: emails.send_link(link))


def note_opened(link: ShareLink) -> None:
    """Count a visit. One statement, so that simultaneous visits are all counted."""
    ShareLink.objects.filter(pk=link.pk).update(n_opened=F("n_opened") + 1, opened_at=timezone.now())


def name_respondent(link: ShareLink, *, name: str, post: str) -> None:
    """Remember who filled in, for the next visit and for the history."""
    link.respondent_name, link.respondent_post = name.strip()[:150], post.strip()[:150]
    link.save(update_fields=["respondent_name", "respondent_post"])
