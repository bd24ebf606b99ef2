"""The story of a partnership, as it happened."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from partnerships.models.partnership import Partnership


class HistoryEntry(models.Model):
    """One thing that happened. Rows are added and read, never changed."""

    partnership = models.ForeignKey(Partnership, models.CASCADE, related_name="entries")
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    actor_name = models.CharField(max_length=200)
    verb = models.CharField(max_length=60)
    data = models.JSONField(default=dict)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("history entry")
        verbose_name_plural = _("history")
        indexes = [models.Index(fields=["partnership", "-at"])]

    def __str__(self):
        return self.verb

    def save(self, *args, **kwargs):
        if self.pk:
            raise TypeError("History is only added to.")
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        raise TypeError("History is only added to.")


def record(partnership: Partnership, verb: str, *, by: User | str, **data: Any) -> HistoryEntry:
    """Add what happened to the partnership's story.

    ``by`` is the user, or the name under which somebody without an account acted. ``data`` holds plain JSON values
    that the sentence of ``verb`` (partnerships/story.py) is told with.
    """
    found = entry(partnership, verb, by=by, **data)
    found.save()
    return found


def entry(partnership: Partnership, verb: str, *, by: User | str, **data: Any) -> HistoryEntry:
    """As record(), not saved yet: for many that are written at once."""
    user = by if isinstance(by, User) else None
    return HistoryEntry(partnership=partnership, actor=user, actor_name=str(by), verb=verb, data=data)
