"""A file that a curator wants to bring in: kept between looking at what it would change and doing it."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from toolkit.models.response import random_id

KEPT_DAYS = 2


def incoming_path(incoming: Incoming, filename: str) -> str:
    """A random name that says nothing; the sender's own file name stays in the row."""
    return f"incoming/{incoming.public_id[:2]}/{incoming.public_id}"


class IncomingQuerySet(models.QuerySet):
    def stale(self) -> IncomingQuerySet:
        return self.filter(created_at__lt=timezone.now() - timedelta(days=KEPT_DAYS))


class Incoming(models.Model):
    """An uploaded pack, XLSForm or tool file that was read without a fault and waits for a yes.

    ``sha256`` is of its content: what is done later is done with exactly the file that was looked at.
    """

    public_id = models.CharField(max_length=32, unique=True, default=random_id, editable=False)
    file = models.FileField(upload_to=incoming_path, max_length=200)
    name = models.CharField(max_length=150)
    sha256 = models.CharField(max_length=64)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = IncomingQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        verbose_name = _("incoming file")
        verbose_name_plural = _("incoming files")

    def __str__(self):
        return self.name
