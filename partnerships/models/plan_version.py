"""What was proposed and approved of a work plan, word for word, and who said yes."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from partnerships.models.workplan import WorkPlan
from partnerships.states import Side


class PlanVersionQuerySet(models.QuerySet):
    def approved(self) -> PlanVersionQuerySet:
        return self.filter(approved_at__isnull=False)

    def waiting(self) -> PlanVersionQuerySet:
        # See also PlanVersion.is_waiting
        return self.filter(approved_at__isnull=True, voided_at__isnull=True)


class PlanVersion(models.Model):
    """A work plan as it was proposed: it waits for both sides, then is approved for ever, or void.

    ``content`` is the dict of planning/snapshot.py, ``hash`` the SHA-256 of its canonical JSON. ``risks`` is the
    register of that day; it is there to be read and is no part of what is approved.
    """

    plan = models.ForeignKey(WorkPlan, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField(_("number"), null=True)
    content = models.JSONField()
    risks = models.JSONField(default=list)
    hash = models.CharField(max_length=64)
    reason = models.CharField(_("reason"), max_length=2000, blank=True)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    approved_at = models.DateTimeField(null=True)
    voided_at = models.DateTimeField(null=True)
    void_reason = models.CharField(max_length=2000, blank=True)

    objects = PlanVersionQuerySet.as_manager()

    class Meta:
        ordering = ["-proposed_at", "-pk"]
        verbose_name = _("version of a work plan")
        verbose_name_plural = _("versions of work plans")
        constraints = [
            models.UniqueConstraint("plan", "number", name="plan_version_number_is_unique_in_its_plan"),
            models.UniqueConstraint(
                fields=["plan"],
                condition=Q(approved_at__isnull=True, voided_at__isnull=True),
                name="plan_waits_for_approval_once_at_a_time",
                violation_error_message=_("This plan waits for approval already."),
            ),
            models.CheckConstraint(
                name="plan_version_has_a_number_exactly_when_approved",
                condition=Q(approved_at__isnull=True, number__isnull=True)
                | Q(approved_at__isnull=False, number__isnull=False, voided_at__isnull=True),
            ),
        ]

    def __str__(self):
        return str(self.number or self.hash[:8])

    def get_absolute_url(self) -> str:
        return reverse("partnerships:workplan-version", args=[self.plan.partnership.slug, self.number])

    @property
    def is_waiting(self) -> bool:
        # See also PlanVersionQuerySet.waiting()
        return self.approved_at is None and self.voided_at is None

    @property
    def code(self) -> str:
        """The beginning of the hash, to hold a printed copy against the record."""
        return self.hash[:12]


class PlanApproval(models.Model):
    """The word of one side, bound to the hash of what was approved."""

    version = models.ForeignKey(PlanVersion, models.CASCADE, related_name="approvals")
    side = models.CharField(_("side"), max_length=10, choices=Side)
    hash = models.CharField(max_length=64)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    role = models.CharField(max_length=20)
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "pk"]
        verbose_name = _("approval of a work plan")
        verbose_name_plural = _("approvals of work plans")
        constraints = [
            models.UniqueConstraint("version", "side", name="side_approves_a_plan_once"),
            models.UniqueConstraint("version", "by", name="person_approves_a_plan_for_one_side"),
            models.CheckConstraint(name="plan_approval_side_is_known", condition=Q(side__in=Side.values)),
        ]

    def __str__(self):
        return f"{self.name}, {self.get_side_display()}"
