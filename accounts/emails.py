"""Mails about accounts. See also accounts/adapter.py for those that allauth sends."""

import logging

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.models import INVITATION_DAYS, Invitation, User

logger = logging.getLogger(__name__)


def prefixed(subject: str) -> str:
    """``subject`` as people find it in a full mailbox."""
    return f"[{settings.SITE_NAME}] {subject}"


def one_line(text: str) -> str:
    """A subject may hold what people typed; a line break in it would be a forged header."""
    return " ".join(text.split())[:200]


def send_invitation(invitation: Invitation, token: str) -> None:
    """Send the link; a mail server that is down leaves ``sent_at`` empty, for the administrator to see."""
    user = invitation.user
    with translation.override(user.language):
        body = render_to_string(
            "emails/invitation.txt",
            {
                "name": user.name,
                "inviter": str(invitation.invited_by) if invitation.invited_by else "",
                "site_name": settings.SITE_NAME,
                "url": settings.SITE_URL + reverse("accounts:invitation", args=[token]),
                "days": INVITATION_DAYS,
            },
        )
        subject = prefixed(_("Your invitation"))
    try:
        send_mail(subject, body, None, [user.email])
    except OSError:  # SMTPException is one
        logger.exception("The invitation %s could not be sent.", invitation.pk)
        return
    invitation.sent_at = timezone.now()
    invitation.save(update_fields=["sent_at"])


def send_address_changed(user: User, old_email: str, *, by: User) -> None:
    """Tell a person at both addresses, so that nobody loses an account in silence."""
    with translation.override(user.language):
        words = {"name": user.name, "old": old_email, "new": user.email, "by": str(by), "site_name": settings.SITE_NAME}
        body = render_to_string("emails/address_changed.txt", words)
        subject = prefixed(_("Your address for signing in has changed"))
    for address in (old_email, user.email):
        try:
            send_mail(subject, body, None, [address])
        except OSError:  # SMTPException is one
            logger.exception("The change of an address of account %s could not be told.", user.pk)
