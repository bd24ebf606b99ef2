"""What hangs on a transfer: who pays which cost, and the checks after half a year and a year of use."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from partnerships.models.transfer import Transfer, TransferItem
from partnerships.transfer_states import CHECK_MONTHS, CostKind, CostPayer, ItemUse


class TransferCost(models.Model):
    """Who pays for one kind of cost, as both sides agreed beforehand."""

    transfer = models.ForeignKey(Transfer, models.CASCADE, related_name="costs")
    kind = models.CharField(_("cost"), max_length=12, choices=CostKind)
    payer = models.CharField(_("paid by"), max_length=12, choices=CostPayer)
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("cost of a transfer")
        verbose_name_plural = _("costs of transfers")
        constraints = [
            models.UniqueConstraint("transfer", "kind", name="transfer_cost_is_paid_by_one"),
            models.CheckConstraint(name="transfer_cost_kind_is_known", condition=Q(kind__in=CostKind.values)),
            models.CheckConstraint(name="transfer_cost_payer_is_known", condition=Q(payer__in=CostPayer.values)),
        ]

    def __str__(self):
        return f"{self.get_kind_display()}: {self.get_payer_display()}"


class TransferCheck(models.Model):
    """A look at what was given, ``months`` after it was put to use."""

    transfer = models.ForeignKey(Transfer, models.CASCADE, related_name="checks")
    months = models.PositiveSmallIntegerField()
    due_on = models.DateField()
    done_on = models.DateField(null=True)
    done_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    note = models.CharField(_("note"), max_length=1000, blank=True)

    class Meta:
        ordering = ["months"]
        verbose_name = _("check of a transfer")
        verbose_name_plural = _("checks of transfers")
        constraints = [
            models.UniqueConstraint("transfer", "months", name="transfer_is_checked_once_at_a_time"),
            models.CheckConstraint(name="transfer_check_months_are_known", condition=Q(months__in=CHECK_MONTHS)),
            models.CheckConstraint(
                name="transfer_check_is_done_by_somebody",
                condition=Q(done_on__isnull=True, done_by__isnull=True)
                | Q(done_on__isnull=False, done_by__isnull=False),
            ),
        ]

    def __str__(self):
        return f"{self.transfer}, {self.months}"

    def get_absolute_url(self) -> str:
        place = self.transfer
        return reverse("partnerships:transfer-check", args=[place.partnership.slug, place.number, self.months])

    @property
    def is_late(self) -> bool:
        return self.done_on is None and self.due_on < timezone.localdate()


class CheckFinding(models.Model):
    """How it was with one item on the day of a check."""

    check_up = models.ForeignKey(TransferCheck, models.CASCADE, related_name="findings")
    item = models.ForeignKey(TransferItem, models.CASCADE, related_name="findings")
    use = models.CharField(_("state"), max_length=10, choices=ItemUse)
    reason = models.CharField(_("reason"), max_length=500, blank=True)

    class Meta:
        ordering = ["item__number"]
        verbose_name = _("finding of a check")
        verbose_name_plural = _("findings of checks")
        constraints = [
            models.UniqueConstraint("check_up", "item", name="item_is_found_once_a_check"),
            models.CheckConstraint(name="finding_use_is_known", condition=Q(use__in=ItemUse.values)),
        ]

    def __str__(self):
        return f"{self.item}: {self.get_use_display()}"
