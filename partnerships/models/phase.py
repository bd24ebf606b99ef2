"""The phases of one partnership."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from partnerships.models.partnership import Partnership
from partnerships.models.phase_model import ExitCriterion, PhaseDefinition
from partnerships.states import PhaseState


class Phase(models.Model):
    """A phase of a partnership in one cycle (year 1, year 2 …). Several may be open at once."""

    partnership = models.ForeignKey(Partnership, models.CASCADE, related_name="phases")
    definition = models.ForeignKey(PhaseDefinition, models.PROTECT, related_name="uses")
    cycle = models.PositiveSmallIntegerField(_("cycle"), default=1)
    state = models.CharField(_("state"), max_length=10, choices=PhaseState, default=PhaseState.PLANNED)
    opened_on = models.DateField(_("opened on"), null=True, blank=True)
    closed_on = models.DateField(_("closed on"), null=True, blank=True)

    class Meta:
        ordering = ["cycle", "definition__number"]
        verbose_name = _("phase")
        verbose_name_plural = _("phases")
        constraints = [
            models.UniqueConstraint("partnership", "definition", "cycle", name="phase_happens_once_a_cycle"),
            models.CheckConstraint(name="phase_state_is_known", condition=Q(state__in=PhaseState.values)),
            models.CheckConstraint(
                name="phase_is_over_exactly_when_it_has_a_closing_date",
                condition=Q(state__in=["done", "skipped"], closed_on__isnull=False)
                | Q(state__in=["planned", "open"], closed_on__isnull=True),
            ),
        ]

    def __str__(self):
        return str(self.definition)


class CriterionCheck(models.Model):
    """A person's word that a manual exit criterion is met, with a note on how they know."""

    phase = models.ForeignKey(Phase, models.CASCADE, related_name="checks")
    criterion = models.ForeignKey(ExitCriterion, models.PROTECT, related_name="checks")
    note = models.CharField(_("how do you know?"), max_length=500, blank=True)
    checked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    checked_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("criterion check")
        verbose_name_plural = _("criterion checks")
        constraints = [models.UniqueConstraint("phase", "criterion", name="criterion_is_checked_once_a_phase")]

    def __str__(self):
        return str(self.criterion)
