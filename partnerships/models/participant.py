"""Who takes part in a workshop, and what came of it: attendance, test results, evaluation, certificates."""

from __future__ import annotations

import secrets
from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField

from partnerships.models.workshop import Workshop, WorkshopSession
from partnerships.workshop_states import AttendanceSource, RegistrationSource, RegistrationState, TestMoment

# No letters that are taken for digits, and no vowels that make words.
ALPHABET = "23456789BCDFGHJKLMNPQRSTVWXZ"
CODE_LENGTH = 12


def new_code() -> str:
    """Twelve letters and digits, 57 bits: short enough to type from paper, long enough not to be guessed."""
    return "".join(secrets.choice(ALPHABET) for _each in range(CODE_LENGTH))


class RegistrationQuerySet(models.QuerySet):
    def seated(self) -> RegistrationQuerySet:
        return self.filter(state=RegistrationState.SEATED)

    def waiting(self) -> RegistrationQuerySet:
        """The waiting list, the first to be seated first."""
        return self.filter(state=RegistrationState.WAITING).order_by("registered_at", "pk")


class Registration(models.Model):
    """A person on the list of a workshop: with a seat, waiting for one, or gone. They need no account."""

    workshop = models.ForeignKey(Workshop, models.CASCADE, related_name="registrations")
    name = models.CharField(_("full name"), max_length=150, help_text=_("As it should stand on the certificate."))
    email = models.EmailField(_("e-mail"), blank=True)
    organization = models.CharField(_("organization"), max_length=200, blank=True)
    country = CountryField(_("country"), blank=True)
    post = models.CharField(_("profession or post"), max_length=120, blank=True)
    state = models.CharField(
        _("state"), max_length=10, choices=RegistrationState, default=RegistrationState.SEATED, editable=False
    )
    source = models.CharField(max_length=10, choices=RegistrationSource, default=RegistrationSource.HAND)
    consented_at = models.DateTimeField(null=True, editable=False)
    # Of the private page on which the person sees, and gives up, the seat.
    token_hash = models.CharField(max_length=64, blank=True, editable=False)
    language = models.CharField(max_length=12, blank=True, editable=False)
    registered_at = models.DateTimeField(default=timezone.now, editable=False)
    left_at = models.DateTimeField(null=True, editable=False)

    # What a form shows, and a stamp of it is made of: see twinning/locking.py
    EDITED = ("name", "email", "organization", "country", "post")

    objects = RegistrationQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        verbose_name = _("registration")
        verbose_name_plural = _("registrations")
        constraints = [
            models.UniqueConstraint(
                fields=["workshop", "email"],
                condition=~Q(email="") & ~Q(state="left"),
                name="address_is_registered_once",
                violation_error_message=_("This address is on the list already."),
            ),
            models.UniqueConstraint(
                fields=["token_hash"], condition=~Q(token_hash=""), name="registration_has_its_own_page"
            ),
            models.CheckConstraint(name="registration_state_is_known", condition=Q(state__in=RegistrationState.values)),
            models.CheckConstraint(
                name="registration_has_left_exactly_with_a_moment",
                condition=Q(state="left", left_at__isnull=False) | (~Q(state="left") & Q(left_at__isnull=True)),
            ),
            models.CheckConstraint(
                name="registration_by_link_has_consent",
                condition=~Q(source="link") | Q(consented_at__isnull=False),
                violation_error_message=_("Without your consent we cannot keep your data."),
            ),
        ]
        indexes = [models.Index(fields=["workshop", "state", "registered_at"], name="registration_queue")]

    def __str__(self):
        return self.name


class Attendance(models.Model):
    """Whether somebody was there in one session; ``minutes`` when it was measured, else the whole session counts."""

    registration = models.ForeignKey(Registration, models.CASCADE, related_name="attendances")
    session = models.ForeignKey(WorkshopSession, models.PROTECT, related_name="attendances")
    was_there = models.BooleanField(default=True)
    minutes = models.PositiveIntegerField(null=True, blank=True)
    source = models.CharField(max_length=10, choices=AttendanceSource)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["session__starts_at", "pk"]
        verbose_name = _("attendance")
        verbose_name_plural = _("attendances")
        constraints = [
            models.UniqueConstraint("registration", "session", name="attendance_is_noted_once_a_session"),
            models.CheckConstraint(
                name="absent_people_have_no_minutes", condition=Q(was_there=True) | Q(minutes__isnull=True)
            ),
        ]

    def __str__(self):
        return f"{self.registration}, {self.session}"


class TestResult(models.Model):
    """One person's test, before or after: ``scores`` holds a number from 0 to 1 for each question."""

    __test__ = False

    registration = models.ForeignKey(Registration, models.CASCADE, related_name="results")
    moment = models.CharField(max_length=4, choices=TestMoment)
    scores = models.JSONField(default=list)

    class Meta:
        ordering = ["registration__name", "moment"]
        verbose_name = _("test result")
        verbose_name_plural = _("test results")
        constraints = [
            models.UniqueConstraint("registration", "moment", name="test_is_taken_once_a_moment"),
            models.CheckConstraint(name="test_moment_is_known", condition=Q(moment__in=TestMoment.values)),
        ]

    def __str__(self):
        return f"{self.registration}, {self.get_moment_display()}"

    @property
    def percent(self) -> float:
        return 100 * sum(self.scores) / len(self.scores)


class Evaluation(models.Model):
    """What the participants said on their evaluation sheets: how often each mark was given, and their words summed up.

    ``counts`` holds, for each criterion, how many gave 5, 4, 3, 2 and 1.
    """

    workshop = models.OneToOneField(Workshop, models.CASCADE, related_name="evaluation")
    n_sheets = models.PositiveIntegerField(_("evaluation sheets that came back"))
    counts = models.JSONField(default=dict, blank=True)
    best = models.TextField(_("what was best"), max_length=4000, blank=True)
    better = models.TextField(_("what should be better"), max_length=4000, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("evaluation of a workshop")
        verbose_name_plural = _("evaluations of workshops")

    def __str__(self):
        return str(self.workshop)


class CertificateQuerySet(models.QuerySet):
    def live(self) -> CertificateQuerySet:
        return self.filter(revoked_at__isnull=True)


class Certificate(models.Model):
    """What was certified, as it was on that day. It is revoked, never changed."""

    registration = models.ForeignKey(Registration, models.PROTECT, related_name="certificates")
    number = models.CharField(max_length=40, unique=True)
    code = models.CharField(max_length=20, unique=True, default=new_code)
    name = models.CharField(max_length=150)
    workshop_title = models.CharField(max_length=200)
    starts_on = models.DateField()
    ends_on = models.DateField()
    minutes = models.PositiveIntegerField()
    issued_on = models.DateField()
    expires_on = models.DateField(null=True)
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    revoked_at = models.DateTimeField(null=True, editable=False)
    revoke_reason = models.CharField(max_length=2000, blank=True, editable=False)

    objects = CertificateQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        verbose_name = _("certificate")
        verbose_name_plural = _("certificates")
        constraints = [
            models.UniqueConstraint(
                fields=["registration"], condition=Q(revoked_at__isnull=True), name="person_has_one_valid_certificate"
            ),
            models.CheckConstraint(
                name="certificate_is_revoked_with_a_reason",
                condition=Q(revoked_at__isnull=True, revoke_reason="")
                | (Q(revoked_at__isnull=False) & ~Q(revoke_reason="")),
                violation_error_message=_("Please say why."),
            ),
            models.CheckConstraint(name="certificate_dates_are_in_order", condition=Q(ends_on__gte=F("starts_on"))),
        ]

    def __str__(self):
        return self.number

    @property
    def standing(self) -> str:
        """``valid``, ``expired`` or ``revoked``, as of today."""
        if self.revoked_at:
            return "revoked"
        return "expired" if self.expires_on and self.expires_on < timezone.localdate() else "valid"

    @property
    def hours(self) -> str:
        whole, rest = divmod(self.minutes, 60)
        return f"{whole}:{rest:02d}" if rest else str(whole)

    @property
    def verify_path(self) -> str:
        return reverse("partnerships:certificate-verify", args=[self.code])


def months_later(day: date, months: int) -> date:
    """The same day ``months`` later, or the last day of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    month += 1
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month, last)
        except ValueError:
            continue
    raise AssertionError("every month has 28 days")
