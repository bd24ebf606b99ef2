"""How allauth behaves here: nobody signs up, mails speak our words, and links are built from our own address."""

import logging
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.signals import password_reset
from django.conf import settings
from django.dispatch import receiver
from django.http import HttpRequest
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from accounts.emails import prefixed
from accounts.models import User

logger = logging.getLogger(__name__)


class ClosedAdapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": _("This e-mail address and password do not fit together. Please try again."),
        "too_many_login_attempts": _(
            "That was wrong too many times. Please wait five minutes, or ask for a new password."
        ),
        "incorrect_password": _("This is not your password."),
        "enter_current_password": _("This is not your present password."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def set_password(self, user: User, password: str) -> None:
        # Only what changed: saving the whole row would bring back roles taken away a moment ago.
        user.set_password(password)
        user.save(update_fields=["password"])

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("accounts:profile")

    def get_reset_password_from_key_url(self, key: str) -> str:
        """The link in a reset mail, built from our own address and never from the Host that a client claims."""
        url = super().get_reset_password_from_key_url(key)
        path = url[url.index("/", url.index("//") + 2) :]
        return settings.SITE_URL + path

    def format_email_subject(self, subject: str) -> str:
        return prefixed(subject)

    def send_notification_mail(
        self, template_prefix: str, user: User, context: dict[str, Any] | None = None, email: str | None = None
    ) -> None:
        super().send_notification_mail(template_prefix, user, {"user": user} | (context or {}), email)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """In the language of the person who gets it. A mail server that is down is our trouble, not the reader's."""
        user = context.get("user")
        ours = {
            "site_name": settings.SITE_NAME,
            "reset_url": settings.SITE_URL + reverse("account_reset_password"),
            "days": settings.PASSWORD_RESET_TIMEOUT // (24 * 60 * 60),
        }
        with translation.override(user.language if user else translation.get_language()):
            try:
                super().send_mail(template_prefix, email, context | ours)
            except OSError:  # SMTPException is one; an error page would also tell which addresses are known
                logger.exception("The mail %s could not be sent.", template_prefix)


@receiver(password_reset, dispatch_uid="accounts.forgive_failed_logins")
def forgive_failed_logins(request: HttpRequest, user: User, **kwargs) -> None:
    """Whoever has just proved to own the mailbox may sign in at once, however often they had guessed before."""
    ClosedAdapter()._delete_login_attempts_cached_email(request, email=user.email)
