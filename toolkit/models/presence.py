"""Who has a form open right now, and in which section they are."""

from __future__ import annotations

from datetime import timedelta

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from toolkit.models.response import Response

HERE = timedelta(seconds=50)  # a page asks every 20 seconds: two missed turns and somebody is gone


class PresenceQuerySet(models.QuerySet):
    def here(self) -> PresenceQuerySet:
        return self.filter(at__gt=timezone.now() - HERE)

    def gone(self) -> PresenceQuerySet:
        return self.filter(at__lte=timezone.now() - HERE)


class Presence(models.Model):
    """One open page of a form. Rows live for a minute: whoever opens a page sweeps out what others left."""

    response = models.ForeignKey(Response, models.CASCADE, related_name="presences")
    page = models.CharField(max_length=32)
    name = models.CharField(max_length=200)
    side = models.CharField(max_length=12, blank=True)
    group = models.CharField(max_length=80, blank=True)
    at = models.DateTimeField(db_index=True)

    objects = PresenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("open page")
        verbose_name_plural = _("open pages")
        constraints = [models.UniqueConstraint("response", "page", name="page_is_open_once")]

    def __str__(self):
        return f"{self.name} {self.group}".strip()
