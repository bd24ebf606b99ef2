"""The risk register of a work plan."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from partnerships.models.partnership import TeamMember
from partnerships.models.workplan import WorkPlan
from partnerships.workplan_states import (
    LIVE_RISKS,
    Impact,
    Likelihood,
    RiskCategory,
    RiskLevel,
    RiskResponse,
    RiskState,
    risk_level,
)

MARK = [MinValueValidator(1), MaxValueValidator(5)]


class Risk(models.Model):
    """Something that could go wrong: how likely, how bad, what is done about it, and who watches it."""

    plan = models.ForeignKey(WorkPlan, models.CASCADE, related_name="risks")
    number = models.PositiveIntegerField(editable=False)
    title = models.CharField(
        _("risk"),
        max_length=600,
        help_text=_("Because of a cause, something may happen, with the effect that … No names of patients."),
    )
    category = models.CharField(_("category"), max_length=20, choices=RiskCategory)
    likelihood = models.PositiveSmallIntegerField(
        _("likelihood within a year"), choices=Likelihood.choices, validators=MARK
    )
    impact = models.PositiveSmallIntegerField(_("impact"), choices=Impact.choices, validators=MARK)
    response = models.CharField(_("response"), max_length=10, choices=RiskResponse, default=RiskResponse.REDUCE)
    measures = models.TextField(
        _("what you will do"), max_length=2000, blank=True, help_text=_("The measures, and by when.")
    )
    owner = models.ForeignKey(
        TeamMember,
        models.SET_NULL,
        related_name="+",
        verbose_name=_("owner"),
        null=True,
        blank=True,
        help_text=_("The person who watches this risk and speaks up when it moves."),
    )
    review_on = models.DateField(_("look at it again on"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=RiskState, default=RiskState.OPEN, editable=False)
    state_reason = models.CharField(max_length=2000, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["number"]
        verbose_name = _("risk")
        verbose_name_plural = _("risks")
        constraints = [
            models.UniqueConstraint("plan", "number", name="risk_number_is_unique_in_its_plan"),
            models.CheckConstraint(name="risk_state_is_known", condition=Q(state__in=RiskState.values)),
            models.CheckConstraint(
                name="risk_marks_are_from_one_to_five",
                condition=Q(likelihood__gte=1, likelihood__lte=5, impact__gte=1, impact__lte=5),
                violation_error_message=_("Likelihood and impact are marks from 1 to 5."),
            ),
            models.CheckConstraint(
                name="risk_that_is_over_says_why",
                condition=Q(state__in=["open", "watching"]) | ~Q(state_reason=""),
                violation_error_message=_("Please say why."),
            ),
        ]

    def __str__(self):
        return f"{self.code} {self.title}"

    def clean(self) -> None:
        if self.owner and self.owner.partnership_id != self.plan.partnership_id:
            raise ValidationError({"owner": _("This person is not on the team.")})

    @property
    def code(self) -> str:
        return f"R{self.number}"

    @property
    def score(self) -> int:
        return self.likelihood * self.impact

    @property
    def level(self) -> RiskLevel:
        return risk_level(self.likelihood, self.impact)

    @property
    def is_live(self) -> bool:
        return self.state in LIVE_RISKS

    @property
    def is_review_due(self) -> bool:
        return self.is_live and self.review_on is not None and self.review_on < timezone.localdate()
