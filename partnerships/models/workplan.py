"""The shared work plan: a goal, objectives under it, activities under these, and what must be finished before what."""

from __future__ import annotations

import secrets
from datetime import date

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from partnerships.models.partnership import Partnership, TeamMember
from partnerships.models.programme import known_currency
from partnerships.states import Side
from partnerships.workplan_states import OPEN_PROGRESS, ActivityKind, PlanState, Progress

# The door of every change writes these two; a conflict says with them who was first.
CHANGED = ("changed_by", "changed_at")


def new_token() -> str:
    return secrets.token_hex(8)


class WorkPlan(models.Model):
    """The one plan that both sides of a partnership follow. What was approved is kept in its versions."""

    partnership = models.OneToOneField(Partnership, models.CASCADE, related_name="work_plan")
    state = models.CharField(_("state"), max_length=10, choices=PlanState, default=PlanState.DRAFT, editable=False)
    goal = models.TextField(
        _("goal"),
        max_length=4000,
        blank=True,
        help_text=_("The change you hope for in the long run. The plan is a step towards it."),
    )
    currency = models.CharField(
        _("currency"),
        max_length=3,
        default="USD",
        validators=[known_currency],
        help_text=_("Three letters, such as USD or KES. All amounts of the plan are in this currency."),
    )
    # Why the approved plan is being changed; kept with the next version.
    reason = models.CharField(max_length=2000, blank=True, editable=False)
    current_version = models.ForeignKey(
        "partnerships.PlanVersion", models.RESTRICT, related_name="+", null=True, editable=False
    )
    # Numbers are given once and never again, so that “A7” means the same in every minute, letter and version.
    last_objective = models.PositiveIntegerField(default=0, editable=False)
    last_activity = models.PositiveIntegerField(default=0, editable=False)
    last_risk = models.PositiveIntegerField(default=0, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("work plan")
        verbose_name_plural = _("work plans")
        constraints = [
            models.CheckConstraint(name="work_plan_state_is_known", condition=Q(state__in=PlanState.values)),
            models.CheckConstraint(
                name="work_plan_is_approved_exactly_with_a_version",
                condition=Q(state="proposed")
                | Q(state="draft", current_version__isnull=True)
                | Q(state__in=["approved", "amended"], current_version__isnull=False),
            ),
        ]

    def __str__(self):
        return str(self.partnership)

    def get_absolute_url(self) -> str:
        return reverse("partnerships:workplan-detail", args=[self.partnership.slug])

    @property
    def open_state(self) -> PlanState:
        """The state in which the plan may be edited: the first draft, or a draft over the approved version."""
        return PlanState.AMENDED if self.current_version_id else PlanState.DRAFT


class PlanRow(models.Model):
    """What objectives and activities share: a number for life, a place, how far they are, who changed them last."""

    number = models.PositiveIntegerField(editable=False)
    position = models.PositiveIntegerField(default=0, editable=False)
    progress = models.CharField(_("status"), max_length=10, choices=Progress, default=Progress.PLANNED, editable=False)
    cancel_reason = models.CharField(max_length=2000, blank=True, editable=False)
    done_on = models.DateField(_("done on"), null=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        abstract = True

    @property
    def is_open(self) -> bool:
        return self.progress in OPEN_PROGRESS


def row_constraints(name: str) -> list[models.BaseConstraint]:
    """What holds for the progress of every row, under names of its table."""
    return [
        models.UniqueConstraint("plan", "number", name=f"{name}_number_is_unique_in_its_plan"),
        models.CheckConstraint(name=f"{name}_progress_is_known", condition=Q(progress__in=Progress.values)),
        models.CheckConstraint(
            name=f"{name}_is_cancelled_exactly_with_a_reason",
            condition=(Q(progress="cancelled") & ~Q(cancel_reason=""))
            | (~Q(progress="cancelled") & Q(cancel_reason="")),
            violation_error_message=_("Please say why."),
        ),
        models.CheckConstraint(
            name=f"{name}_is_done_exactly_with_a_date",
            condition=Q(progress="done", done_on__isnull=False) | (~Q(progress="done") & Q(done_on__isnull=True)),
        ),
    ]


class Objective(PlanRow):
    """A measurable change that the partnership wants to bring about."""

    plan = models.ForeignKey(WorkPlan, models.CASCADE, related_name="objectives")
    title = models.CharField(
        _("objective"),
        max_length=600,
        help_text=_("What will be better, for whom, by how much and by when?"),
    )
    baseline = models.CharField(
        _("baseline"), max_length=200, blank=True, help_text=_("The value today, with its date.")
    )
    target = models.CharField(_("target"), max_length=200, blank=True, help_text=_("The value at the end of the plan."))
    lead_side = models.CharField(_("lead side"), max_length=10, choices=Side, blank=True)

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = _("objective")
        verbose_name_plural = _("objectives")
        constraints = [
            *row_constraints("objective"),
            models.CheckConstraint(name="objective_lead_side_is_known", condition=Q(lead_side__in=["", *Side.values])),
        ]

    def __str__(self):
        return f"{self.code} {self.title}"

    @property
    def code(self) -> str:
        return f"O{self.number}"


class ActivityQuerySet(models.QuerySet):
    def for_plan(self) -> ActivityQuerySet:
        """Activities with their owners, in the order of the plan."""
        return self.select_related(
            "objective", "host_owner__contact", "resource_owner__contact", "changed_by"
        ).order_by("objective__position", "objective_id", "position", "pk")

    def late(self) -> ActivityQuerySet:
        # See also Activity.is_late
        return self.filter(progress__in=OPEN_PROGRESS, ends_on__lt=timezone.localdate())


class Activity(PlanRow):
    """Something to be done under an objective, with an owner on each side, dates, cash and gifts in kind."""

    plan = models.ForeignKey(WorkPlan, models.CASCADE, related_name="activities")
    objective = models.ForeignKey(Objective, models.CASCADE, related_name="activities", verbose_name=_("objective"))
    # Given to an empty line of the grid, so that a line posted twice becomes one activity.
    token = models.CharField(max_length=32, default=new_token, editable=False)
    title = models.CharField(_("activity"), max_length=200)
    kind = models.CharField(_("type"), max_length=20, choices=ActivityKind, default=ActivityKind.OTHER)
    description = models.TextField(_("description"), max_length=4000, blank=True)
    deliverable = models.CharField(
        _("deliverable"),
        max_length=300,
        blank=True,
        help_text=_("What you can show when it is done: a report, a trained team, a protocol in use."),
    )
    host_owner = models.ForeignKey(
        TeamMember, models.SET_NULL, related_name="+", verbose_name=_("owner, host side"), null=True, blank=True
    )
    resource_owner = models.ForeignKey(
        TeamMember, models.SET_NULL, related_name="+", verbose_name=_("owner, resource side"), null=True, blank=True
    )
    starts_on = models.DateField(_("start"), null=True, blank=True)
    ends_on = models.DateField(_("end"), null=True, blank=True)
    budget = models.DecimalField(_("budget"), max_digits=14, decimal_places=2, null=True, blank=True)
    in_kind_days = models.DecimalField(
        _("expected in kind, days"),
        max_digits=8,
        decimal_places=2,
        null=True,
        blank=True,
        help_text=_("Working days that people of both sides are expected to give."),
    )
    in_kind_value = models.DecimalField(
        _("expected in kind, value"),
        max_digits=14,
        decimal_places=2,
        null=True,
        blank=True,
        help_text=_("What the days and goods are worth, if you know it."),
    )

    objects = ActivityQuerySet.as_manager()

    class Meta:
        ordering = ["objective__position", "position", "pk"]
        verbose_name = _("activity")
        verbose_name_plural = _("activities")
        constraints = [
            *row_constraints("activity"),
            models.UniqueConstraint("plan", "token", name="activity_token_is_used_once"),
            models.CheckConstraint(name="activity_kind_is_known", condition=Q(kind__in=ActivityKind.values)),
            models.CheckConstraint(
                name="activity_ends_after_it_starts",
                condition=Q(starts_on__isnull=True) | Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                violation_error_message=_("The end cannot be before the start."),
            ),
            *(
                models.CheckConstraint(
                    name=f"activity_{field}_is_not_negative",
                    condition=Q(**{f"{field}__isnull": True}) | Q(**{f"{field}__gte": 0}),
                    violation_error_message=_("This cannot be less than zero."),
                )
                for field in ("budget", "in_kind_days", "in_kind_value")
            ),
        ]

    def __str__(self):
        return f"{self.code} {self.title}"

    def get_absolute_url(self) -> str:
        return reverse("partnerships:activity-detail", args=[self.plan.partnership.slug, self.number])

    def clean(self) -> None:
        """The constraints of the table, told at their fields without asking the database."""
        wrong: dict[str, str] = {}
        if self.starts_on and self.ends_on and self.ends_on < self.starts_on:
            wrong["ends_on"] = _("The end cannot be before the start.")
        for field in ("budget", "in_kind_days", "in_kind_value"):
            value = getattr(self, field)
            if value is not None and value < 0:
                wrong[field] = _("This cannot be less than zero.")
        for side in Side:
            owner = getattr(self, f"{side.value}_owner")
            if owner and (owner.side != side or owner.partnership_id != self.plan.partnership_id):
                wrong[f"{side.value}_owner"] = _("This person is not on this side’s team.")
        if self.objective_id and self.objective.plan_id != self.plan_id:
            wrong["objective"] = _("This objective belongs to another plan.")
        if wrong:
            raise ValidationError(wrong)

    @property
    def code(self) -> str:
        return f"A{self.number}"

    @property
    def is_late(self) -> bool:
        # See also ActivityQuerySet.late()
        return self.late_on(timezone.localdate())

    def late_on(self, day: date) -> bool:
        return self.is_open and self.ends_on is not None and self.ends_on < day

    @property
    def owners(self) -> list[TeamMember]:
        return [owner for owner in (self.host_owner, self.resource_owner) if owner]


class Dependency(models.Model):
    """``needs`` must be finished before ``activity`` can begin. Circles are refused by the action that saves."""

    activity = models.ForeignKey(Activity, models.CASCADE, related_name="needs_links")
    needs = models.ForeignKey(Activity, models.CASCADE, related_name="needed_by_links")

    class Meta:
        ordering = ["needs__number"]
        verbose_name = _("dependency")
        verbose_name_plural = _("dependencies")
        constraints = [
            models.UniqueConstraint("activity", "needs", name="dependency_stands_once"),
            models.CheckConstraint(
                name="activity_does_not_wait_for_itself",
                condition=~Q(activity=F("needs")),
                violation_error_message=_("An activity cannot wait for itself."),
            ),
        ]

    def __str__(self):
        return f"{self.needs.code} → {self.activity.code}"
