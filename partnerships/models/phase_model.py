"""Phase models are data: which phases a partnership goes through, what each is for, and when it is over."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from partnerships.states import ToolkitSection


class PhaseModelQuerySet(models.QuerySet):
    def for_list(self) -> PhaseModelQuerySet:
        """With ``n_phases``, those that are in use, and ``n_partnerships``."""
        return self.annotate(
            n_phases=Count("phases", filter=Q(phases__is_retired=False), distinct=True),
            n_partnerships=Count("partnerships", distinct=True),
        ).order_by("position", "name")


class PhaseModel(models.Model):
    """An ordered way of working, such as AIHA's six phases or the six steps of WHO's twinning partnerships."""

    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=120, unique=True)
    summary = models.TextField(_("summary"), max_length=2000)
    source = models.CharField(_("source"), max_length=300, blank=True)
    is_cycle = models.BooleanField(_("starts again after the last phase"), default=False)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    # Changed or made here: the shipped files leave it alone.
    is_own = models.BooleanField(default=False, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = PhaseModelQuerySet.as_manager()

    class Meta:
        ordering = ["position", "name"]
        verbose_name = _("phase model")
        verbose_name_plural = _("phase models")

    def __str__(self):
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("partnerships:phase-model-detail", args=[self.slug])


class PhaseDefinition(models.Model):
    """One phase of a model, mapped to the toolkit section that helps with it."""

    model = models.ForeignKey(PhaseModel, models.CASCADE, related_name="phases")
    slug = models.SlugField(max_length=60)
    number = models.PositiveSmallIntegerField(_("number"))
    title = models.CharField(_("title"), max_length=120)
    purpose = models.TextField(_("purpose"), max_length=2000)
    section = models.CharField(_("toolkit section"), max_length=20, choices=ToolkitSection)
    deliverables = models.JSONField(_("deliverables"), default=list, blank=True)
    expected_tools = models.JSONField(
        _("expected tools"),
        default=list,
        blank=True,
        help_text=_("Slugs of the tools that partners normally use here."),
    )
    # Taken out of the model; partnerships that are in it, or were, keep it.
    is_retired = models.BooleanField(default=False, editable=False)

    class Meta:
        ordering = ["model", "number"]
        verbose_name = _("phase")
        verbose_name_plural = _("phases")
        constraints = [
            models.UniqueConstraint("model", "slug", name="phase_slug_is_unique_in_its_model"),
            models.UniqueConstraint("model", "number", name="phase_number_is_unique_in_its_model"),
            models.CheckConstraint(name="phase_section_is_known", condition=Q(section__in=ToolkitSection.values)),
        ]

    def __str__(self):
        return f"{self.number}. {self.title}"


class ExitCriterion(models.Model):
    """What should hold before a phase is called done. With a ``fact`` the records answer; without, a person ticks."""

    phase = models.ForeignKey(PhaseDefinition, models.CASCADE, related_name="criteria")
    slug = models.SlugField(max_length=60)
    number = models.PositiveSmallIntegerField()
    text = models.CharField(_("criterion"), max_length=300)
    fact = models.CharField(_("automatic fact"), max_length=120, blank=True)
    # Phases that were over before a criterion came, or that ended while it was asked for, keep what they had.
    added_on = models.DateField(null=True, blank=True, editable=False)
    retired_on = models.DateField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ["phase", "number"]
        verbose_name = _("exit criterion")
        verbose_name_plural = _("exit criteria")
        constraints = [models.UniqueConstraint("phase", "slug", name="criterion_slug_is_unique_in_its_phase")]

    def __str__(self):
        return self.text

    def is_asked_in(self, closed_on: date | None) -> bool:
        """Is it asked for in a phase that ended on ``closed_on``, or in one that has not ended?"""
        if closed_on is None:
            return self.retired_on is None
        came_in_time = self.added_on is None or self.added_on <= closed_on
        return came_in_time and (self.retired_on is None or self.retired_on > closed_on)
