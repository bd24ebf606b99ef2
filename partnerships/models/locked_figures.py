"""The figures that a report to a donor was locked with."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from partnerships.models.award import ReportingPeriod


class LockedFigures(models.Model):
    """What the records of each partnership said on the day. Rows are added and read, never changed.

    ``content`` is that of partnerships/locked_figures.py, ``hash`` its SHA-256.
    """

    period = models.OneToOneField(ReportingPeriod, models.PROTECT, related_name="figures", verbose_name=_("report"))
    content = models.JSONField()
    hash = models.CharField(max_length=64)
    locked_by = models.CharField(_("locked by"), max_length=200)
    locked_at = models.DateTimeField(_("locked at"), auto_now_add=True)

    class Meta:
        ordering = ["period"]
        verbose_name = _("figures of a locked report")
        verbose_name_plural = _("figures of locked reports")

    def __str__(self):
        return f"{self.period}: {self.code}"

    def save(self, *args, **kwargs):
        if self.pk:
            raise TypeError("Locked figures never change.")
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        raise TypeError("Locked figures never change.")

    @property
    def code(self) -> str:
        """The start of the hash, to hold a paper against."""
        return self.hash[:12]
