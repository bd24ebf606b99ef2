"""Workshops: the plan, its sessions and who teaches. Who takes part, and what came of it: participant.py."""

from __future__ import annotations

from datetime import date, datetime, tzinfo

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Count, F, Max, Min, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User, known_zone
from accounts.zones import zone_of
from partnerships.models.contact import Contact
from partnerships.models.organization import Topic
from partnerships.models.partnership import Partnership
from partnerships.models.workplan import Activity
from partnerships.states import Side
from partnerships.workshop_states import (
    ATTENDABLE,
    CORRECTABLE,
    ENROLLING,
    PLANNABLE,
    RESULTS,
    RegistrationState,
    WorkshopMode,
    WorkshopState,
)

MOST_QUESTIONS = 60


class WorkshopQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> WorkshopQuerySet:
        """The workshops of the partnerships that ``user`` may know."""
        return self if user.is_admin else self.filter(partnership__in=Partnership.objects.visible_to(user))

    def for_list(self) -> WorkshopQuerySet:
        """With ``starts_at``, ``ends_at`` and ``n_seated``; those without a date stand last."""
        seated = Q(registrations__state=RegistrationState.SEATED)
        return self.annotate(
            starts_at=Min("sessions__starts_at"),
            ends_at=Max("sessions__ends_at"),
            n_seated=Count("registrations", filter=seated, distinct=True),
        ).order_by(F("starts_at").desc(nulls_last=True), "-pk")


class Workshop(models.Model):
    """A course, meeting or series in which people are taught: one or many sessions."""

    partnership = models.ForeignKey(Partnership, models.PROTECT, related_name="workshops")
    reference = models.CharField(_("reference"), max_length=30, unique=True, editable=False)
    title = models.CharField(_("title"), max_length=200)
    purpose = models.TextField(
        _("what people will learn"),
        max_length=4000,
        blank=True,
        help_text=_("Two or three sentences. People who register read them."),
    )
    mode = models.CharField(_("how it is held"), max_length=10, choices=WorkshopMode, default=WorkshopMode.ON_SITE)
    place = models.CharField(
        _("place"), max_length=200, blank=True, help_text=_("Town and building. A virtual workshop needs none.")
    )
    meeting_url = models.URLField(
        _("meeting link"), max_length=500, blank=True, help_text=_("For virtual and blended workshops.")
    )
    time_zone = models.CharField(_("time zone"), max_length=64, default="UTC", validators=[known_zone])
    languages = models.CharField(_("language"), max_length=200, blank=True, help_text=_("And interpretation, if any."))
    capacity = models.PositiveIntegerField(
        _("seats"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(100_000)],
        help_text=_("Whoever registers after the last seat waits. Empty: no limit."),
    )
    activity = models.ForeignKey(
        Activity,
        models.SET_NULL,
        related_name="workshops",
        verbose_name=_("activity of the work plan"),
        null=True,
        blank=True,
    )
    topics = models.ManyToManyField(Topic, verbose_name=_("topics"), related_name="workshops", blank=True)
    attendance_percent = models.PositiveSmallIntegerField(
        _("attendance needed, %"),
        default=80,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
        help_text=_("Of all hours taught. A certificate needs at least this much."),
    )
    score_percent = models.PositiveSmallIntegerField(
        _("test score needed, %"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
        help_text=_("In the test at the end. Empty: attendance alone decides."),
    )
    valid_months = models.PositiveSmallIntegerField(
        _("certificates are valid for, months"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(240)],
        help_text=_("Empty: without end."),
    )
    needs_report = models.BooleanField(
        _("an event report is wanted"), default=False, help_text=_("Then the workshop closes only with a report.")
    )
    state = models.CharField(
        _("state"), max_length=20, choices=WorkshopState, default=WorkshopState.IDEA, editable=False
    )
    state_reason = models.CharField(max_length=2000, blank=True, editable=False)
    # Results of the whole workshop; those of people are rows of their own.
    n_questions = models.PositiveSmallIntegerField(
        _("questions in the test"), default=0, validators=[MaxValueValidator(MOST_QUESTIONS)], editable=False
    )
    no_tests_reason = models.CharField(max_length=2000, blank=True, editable=False)
    report = models.TextField(max_length=20_000, blank=True, editable=False)
    # The hash of the secret address at which people register; the address itself is kept nowhere.
    token_hash = models.CharField(max_length=64, blank=True, editable=False)
    token_made_at = models.DateTimeField(null=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)

    objects = WorkshopQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("workshop")
        verbose_name_plural = _("workshops")
        constraints = [
            models.UniqueConstraint(
                fields=["token_hash"], condition=~Q(token_hash=""), name="workshop_has_its_own_address"
            ),
            models.CheckConstraint(name="workshop_state_is_known", condition=Q(state__in=WorkshopState.values)),
            models.CheckConstraint(name="workshop_mode_is_known", condition=Q(mode__in=WorkshopMode.values)),
            models.CheckConstraint(
                name="workshop_has_a_seat",
                condition=Q(capacity__isnull=True) | Q(capacity__gte=1),
                violation_error_message=_("There must be at least one seat."),
            ),
            models.CheckConstraint(
                name="workshop_attendance_is_a_percentage",
                condition=Q(attendance_percent__gte=1, attendance_percent__lte=100),
                violation_error_message=_("Between 1 and 100."),
            ),
            models.CheckConstraint(
                name="workshop_score_is_a_percentage",
                condition=Q(score_percent__isnull=True) | Q(score_percent__gte=1, score_percent__lte=100),
                violation_error_message=_("Between 1 and 100."),
            ),
            models.CheckConstraint(
                name="workshop_is_called_off_with_a_reason",
                condition=~Q(state__in=["postponed", "cancelled"]) | ~Q(state_reason=""),
                violation_error_message=_("Please say why."),
            ),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("partnerships:workshop-detail", args=[self.reference])

    @property
    def zone(self) -> tzinfo:
        return zone_of(self.time_zone)

    @property
    def needs_place(self) -> bool:
        return self.mode != WorkshopMode.VIRTUAL

    @property
    def is_plannable(self) -> bool:
        return self.state in PLANNABLE

    @property
    def is_enrolling(self) -> bool:
        return self.state in ENROLLING

    @property
    def is_attendable(self) -> bool:
        return self.state in ATTENDABLE

    @property
    def is_correctable(self) -> bool:
        return self.state in CORRECTABLE

    @property
    def takes_results(self) -> bool:
        return self.state in RESULTS


class Trainer(models.Model):
    """A person who teaches in a workshop, for one of the sides or from outside."""

    workshop = models.ForeignKey(Workshop, models.CASCADE, related_name="trainers")
    contact = models.ForeignKey(Contact, models.PROTECT, related_name="trainings", verbose_name=_("person"))
    side = models.CharField(_("side"), max_length=10, choices=Side, blank=True)
    is_paid = models.BooleanField(
        _("is paid for it"), default=False, help_text=_("The time of paid trainers is no gift in kind.")
    )

    class Meta:
        ordering = ["contact__name", "pk"]
        verbose_name = _("trainer")
        verbose_name_plural = _("trainers")
        constraints = [
            models.UniqueConstraint(
                "workshop",
                "contact",
                name="trainer_stands_once_in_a_workshop",
                violation_error_message=_("This person is a trainer of this workshop already."),
            ),
            models.CheckConstraint(name="trainer_side_is_known", condition=Q(side__in=["", *Side.values])),
        ]

    def __str__(self):
        return str(self.contact)

    @property
    def side_label(self) -> str:
        """The name of the trainer's side in the partnership's own words; empty for outsiders."""
        return self.workshop.partnership.side_label(self.side) if self.side else ""


class WorkshopSession(models.Model):
    """A stretch of teaching: from when to when, in which room, by whom. Without trainers of its own, by all of them."""

    workshop = models.ForeignKey(Workshop, models.CASCADE, related_name="sessions")
    title = models.CharField(_("title"), max_length=200)
    room = models.CharField(_("room"), max_length=120, blank=True)
    starts_at = models.DateTimeField(_("start"))
    ends_at = models.DateTimeField(_("end"))
    trainers = models.ManyToManyField(Trainer, verbose_name=_("trainers"), related_name="sessions", blank=True)

    # What a form shows, and a stamp of it is made of: see twinning/locking.py
    EDITED = ("title", "room", "starts_at", "ends_at", "trainers")

    class Meta:
        ordering = ["starts_at", "pk"]
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        constraints = [
            models.CheckConstraint(
                name="session_ends_after_it_starts",
                condition=Q(ends_at__gt=F("starts_at")),
                violation_error_message=_("The end must be after the start."),
            )
        ]
        indexes = [models.Index(fields=["starts_at", "ends_at"], name="session_when")]

    def __str__(self):
        return self.title

    @property
    def minutes(self) -> int:
        return round((self.ends_at - self.starts_at).total_seconds() / 60)

    @property
    def has_ended(self) -> bool:
        return self.ends_at <= timezone.now()

    def local_start(self, zone: tzinfo) -> datetime:
        return self.starts_at.astimezone(zone)

    def local_end(self, zone: tzinfo) -> datetime:
        return self.ends_at.astimezone(zone)

    def day_in(self, zone: tzinfo) -> date:
        return self.local_start(zone).date()
