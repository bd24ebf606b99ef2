"""Mails about accounts, one function a message."""

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import INVITATION_DAYS, Invitation


def send_invitation(invitation: Invitation, token: str) -> None:
    user = invitation.user
    with translation.override(user.language):
        body = render_to_string(
            "emails/invitation.txt",
            {
                "name": user.name,
                "inviter": str(invitation.invited_by) if invitation.invited_by else settings.SITE_NAME,
                "site_name": settings.SITE_NAME,
                "url": settings.SITE_URL + reverse("accounts:invitation", args=[token]),
                "days": INVITATION_DAYS,
            },
        )
        subject = _("You are invited to %(site)s") % {"site": settings.SITE_NAME}
    send_mail(subject, body, None, [user.email])
