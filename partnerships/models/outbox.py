"""The outbox: every mail about documents, exchanges and workshops, from the moment it is written."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from partnerships.mail_states import CANCELLABLE, SENDABLE_AGAIN, MailKind, MailState
from partnerships.models.partnership import Partnership

# Stands in a kept text where the secret address comes when the mail is sent: the database alone opens nothing.
ADDRESS = "⟦address⟧"


class OutgoingMailQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> OutgoingMailQuerySet:
        """Mails of partnerships that ``user`` may know; those of none are for administrators."""
        return self if user.is_admin else self.filter(partnership__in=Partnership.objects.visible_to(user))

    def due(self) -> OutgoingMailQuerySet:
        """What may be tried now, also what somebody took and never came back with."""
        under_way = Q(state__in=[MailState.QUEUED, MailState.SENDING])
        return self.filter(under_way, next_try_at__lte=timezone.now())

    def search(self, words: str) -> OutgoingMailQuerySet:
        found = self
        for word in words.split()[:8]:
            found = found.filter(
                Q(to_email__icontains=word)
                | Q(to_name__icontains=word)
                | Q(subject__icontains=word)
                | Q(about__icontains=word)
            )
        return found

    def for_list(self) -> OutgoingMailQuerySet:
        return self.select_related("partnership").defer("body").order_by("-created_at", "-pk")


class OutgoingMail(models.Model):
    """One mail to one person. ``body`` holds ADDRESS where the secret address that ``address_of`` names will stand.

    ``about`` is the reference of what the mail is about and ``path`` its page; ``once`` keeps a second mail for the
    same occasion from being written.
    """

    partnership = models.ForeignKey(Partnership, models.CASCADE, related_name="mails", null=True)
    kind = models.CharField(_("kind"), max_length=10, choices=MailKind)
    about = models.CharField(_("about"), max_length=40, blank=True)
    path = models.CharField(max_length=200, blank=True)
    to_name = models.CharField(_("name"), max_length=150, blank=True)
    to_email = models.EmailField(_("to"), max_length=254)
    reply_to = models.EmailField(max_length=254, blank=True)
    language = models.CharField(max_length=12)
    subject = models.CharField(_("subject"), max_length=250)
    body = models.TextField(blank=True)
    address_of = models.CharField(max_length=60, blank=True)
    once = models.CharField(max_length=160, unique=True, null=True)  # noqa: DJ001 - none, or unique
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", null=True)
    created_at = models.DateTimeField(default=timezone.now)
    state = models.CharField(_("state"), max_length=10, choices=MailState, default=MailState.QUEUED)
    tries = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=300, blank=True)
    forgotten_at = models.DateTimeField(null=True)

    objects = OutgoingMailQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("mail")
        verbose_name_plural = _("mails")
        constraints = [
            models.CheckConstraint(name="mail_state_is_known", condition=Q(state__in=MailState.values)),
            models.CheckConstraint(
                name="mail_is_sent_exactly_when_it_has_a_moment",
                condition=Q(state=MailState.SENT, sent_at__isnull=False)
                | ~Q(state=MailState.SENT) & Q(sent_at__isnull=True),
            ),
        ]
        indexes = [
            models.Index(fields=["state", "next_try_at"], name="mail_due"),
            models.Index(fields=["partnership", "-created_at", "-id"], name="mail_newest_first_here"),
            models.Index(fields=["-created_at", "-id"], name="mail_newest_first"),
            models.Index(fields=["address_of"], name="mail_of_an_address"),
        ]

    def __str__(self):
        return f"{self.to_email}: {self.subject}"

    def get_absolute_url(self) -> str:
        return reverse("partnerships:mail-detail", args=[self.pk])

    @property
    def can_be_cancelled(self) -> bool:
        return self.state in CANCELLABLE

    @property
    def can_be_sent_again(self) -> bool:
        return self.state in SENDABLE_AGAIN and self.forgotten_at is None
