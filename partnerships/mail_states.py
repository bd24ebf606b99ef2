"""What becomes of a mail on its way. The one place that knows."""

from datetime import timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _


class MailKind(models.TextChoices):
    LINK = "link", _("Invitation to fill in or read")
    REMINDER = "reminder", _("Reminder")
    RETURNED = "returned", _("Returned for changes")
    REOPENED = "reopened", _("To be looked at again")
    SUBMITTED = "submitted", _("Handed in")
    SIGNED = "signed", _("Signed")
    FORWARDED = "forwarded", _("A link was passed on")
    EXCHANGE = "exchange", _("About an exchange")
    WORKSHOP = "workshop", _("About a workshop")


class MailState(models.TextChoices):
    QUEUED = "queued", _("Waiting to be sent")
    SENDING = "sending", _("Being sent")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Not sent")
    CANCELLED = "cancelled", _("Cancelled")


# After so long a mail that was refused is tried again; after the last of them it has failed.
PAUSES = (
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(hours=1),
    timedelta(hours=4),
    timedelta(hours=12),
    timedelta(days=1),
    timedelta(days=1),
)
MOST_TRIES = len(PAUSES) + 1
# Whoever took a mail to send it and has said nothing for so long is taken for dead.
LEASE = timedelta(minutes=15)

CANCELLABLE = (MailState.QUEUED,)
# A mail that is on its way is not sent a second time.
SENDABLE_AGAIN = (MailState.SENT, MailState.FAILED, MailState.CANCELLED)
