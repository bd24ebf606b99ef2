"""Addresses at which a person's own programs read a calendar, without signing in."""

from __future__ import annotations

import secrets

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import hash_token
from partnerships.models.partnership import Partnership
from partnerships.states import Side

TOKEN_BYTES = 32


class CalendarFeedQuerySet(models.QuerySet):
    def from_token(self, token: str) -> CalendarFeed:
        """The feed that ``token`` names, of a person who may still sign in, or DoesNotExist."""
        found = self.select_related("user", "partnership__programme").filter(user__is_active=True)
        return found.get(token_hash=hash_token(token))


class CalendarFeed(models.Model):
    """One private address of one person: their own dates, those of a partnership, or those of one of its sides.

    The token is shown once and kept nowhere. What the address shows is decided anew at every visit.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="calendar_feeds")
    partnership = models.ForeignKey(Partnership, models.CASCADE, related_name="+", null=True, blank=True)
    side = models.CharField(_("side"), max_length=10, choices=Side, blank=True)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    fetched_at = models.DateTimeField(_("last read"), null=True, blank=True, editable=False)
    # What was shown last, and since when: the calendar's Last-Modified also moves when something went away.
    shown_hash = models.CharField(max_length=64, blank=True, editable=False)
    shown_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = CalendarFeedQuerySet.as_manager()

    class Meta:
        ordering = ["partnership__name", "side", "pk"]
        verbose_name = _("calendar address")
        verbose_name_plural = _("calendar addresses")
        constraints = [
            models.UniqueConstraint("user", "partnership", "side", name="person_has_a_calendar_once"),
            models.UniqueConstraint(
                fields=["user"], condition=Q(partnership__isnull=True), name="person_has_one_calendar_of_their_own"
            ),
            models.CheckConstraint(name="calendar_side_is_known", condition=Q(side__in=["", *Side.values])),
            models.CheckConstraint(
                name="calendar_of_a_side_has_a_partnership", condition=Q(side="") | Q(partnership__isnull=False)
            ),
        ]

    def __str__(self):
        return f"{self.user} {self.partnership or ''} {self.side}".strip()


def new_token() -> str:
    """A random token of 256 bits."""
    return secrets.token_urlsafe(TOKEN_BYTES)
