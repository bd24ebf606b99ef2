"""Awards: a donor's money, what the donor asks for in return, and when it wants to hear of it."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from accounts.models import User
from partnerships.award_states import SETTLED, TO_SEND, CostShare, Frequency, PeriodState, Standing
from partnerships.models.organization import Organization
from partnerships.models.partnership import Partnership
from partnerships.models.programme import Programme, ProgrammeStaff, known_currency

# From so many days before its due date a report waits for the person who is responsible for it.
SOON = timedelta(days=30)
CENT = Decimal("0.01")


class AwardQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> AwardQuerySet:
        """Awards that pay for a partnership the person sees, of their programmes, and those they answer for."""
        if user.is_admin:
            return self
        shares = AwardShare.objects.filter(partnership__in=Partnership.objects.visible_to(user))
        staffed = ProgrammeStaff.objects.current().filter(user=user)
        return self.filter(
            Q(responsible=user) | Q(pk__in=shares.values("award")) | Q(programme__in=staffed.values("programme"))
        )

    def paying_for(self, partnership: Partnership, first: date, last: date) -> AwardQuerySet:
        """Awards that pay for ``partnership`` and run on one of these days at least, the earliest first."""
        running = self.filter(shares__partnership=partnership, starts_on__lte=last, ends_on__gte=first)
        return running.order_by("starts_on", "pk")

    def for_list(self) -> AwardQuerySet:
        return self.select_related("donor", "programme", "responsible").order_by("-starts_on", "number", "pk")


class Award(models.Model):
    """One donor's promise of money, under one number, in its own currency, with its own calendar of reports."""

    title = models.CharField(_("title"), max_length=200)
    number = models.CharField(_("number"), max_length=80, help_text=_("As the donor writes it on its papers."))
    donor = models.ForeignKey(Organization, models.PROTECT, related_name="awards", verbose_name=_("donor"))
    programme = models.ForeignKey(
        Programme, models.PROTECT, related_name="awards", verbose_name=_("programme"), null=True, blank=True
    )
    responsible = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="awards",
        verbose_name=_("who answers for its reports"),
    )
    amount = models.DecimalField(
        _("amount"), max_digits=14, decimal_places=2, validators=[MinValueValidator(CENT)], null=True, blank=True
    )
    currency = models.CharField(_("currency"), max_length=3, validators=[known_currency])
    starts_on = models.DateField(_("start date"))
    ends_on = models.DateField(_("end date"))

    frequency = models.CharField(_("reports"), max_length=12, choices=Frequency, default=Frequency.NONE)
    anchor_on = models.DateField(_("periods are counted from"), null=True, blank=True)
    due_days = models.PositiveSmallIntegerField(_("days to report"), default=30, validators=[MaxValueValidator(365)])

    cost_share = models.CharField(_("cost share asked for"), max_length=8, choices=CostShare, default=CostShare.NONE)
    cost_share_percent = models.DecimalField(
        _("percentage"),
        max_digits=5,
        decimal_places=2,
        validators=[MinValueValidator(CENT), MaxValueValidator(999)],
        null=True,
        blank=True,
    )
    cost_share_amount = models.DecimalField(
        _("amount to bring"),
        max_digits=14,
        decimal_places=2,
        validators=[MinValueValidator(CENT)],
        null=True,
        blank=True,
    )
    notes = models.TextField(_("conditions and notes"), max_length=4000, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = AwardQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["-starts_on", "number", "pk"]
        verbose_name = _("award")
        verbose_name_plural = _("awards")
        constraints = [
            models.UniqueConstraint(
                fields=["donor", "number"],
                name="award_number_is_unique_for_its_donor",
                violation_error_message=_("An award of this donor with this number is already here."),
            ),
            models.CheckConstraint(
                name="award_ends_after_it_starts",
                condition=Q(ends_on__gt=F("starts_on")),
                violation_error_message=_("The end date must be after the start date."),
            ),
            models.CheckConstraint(
                name="award_amount_is_positive",
                condition=Q(amount__isnull=True) | Q(amount__gt=0),
                violation_error_message=_("The amount must be more than zero."),
            ),
            models.CheckConstraint(name="award_frequency_is_known", condition=Q(frequency__in=Frequency.values)),
            models.CheckConstraint(
                name="award_cost_share_says_how_much",
                # A figure that is missing makes a comparison neither true nor false, and the database lets that pass.
                condition=Q(cost_share="none", cost_share_percent__isnull=True, cost_share_amount__isnull=True)
                | Q(cost_share="percent", cost_share_percent__isnull=False, cost_share_amount__isnull=True)
                | Q(cost_share="amount", cost_share_percent__isnull=True, cost_share_amount__isnull=False),
                violation_error_message=_("Say how much cost share the donor asks for."),
            ),
        ]

    def __str__(self):
        return f"{self.number} – {self.title}"

    def get_absolute_url(self) -> str:
        return reverse("partnerships:award-detail", args=[self.pk])

    def clean(self) -> None:
        """Cost share: exactly the figure that its kind asks for."""
        wanted = {CostShare.PERCENT: "cost_share_percent", CostShare.AMOUNT: "cost_share_amount"}.get(self.cost_share)
        if wanted and getattr(self, wanted) is None:
            raise ValidationError({wanted: _("Say how much cost share the donor asks for.")}, code="cost_share")
        if self.cost_share == CostShare.PERCENT and self.amount is None:
            raise ValidationError({"amount": _("A percentage needs the amount of the award.")}, code="cost_share")

    @property
    def cost_share_demand(self) -> Decimal | None:
        """What the partners have to bring, in the currency of the award; None when nothing is asked for."""
        if self.cost_share == CostShare.PERCENT and self.amount is not None:
            return (self.amount * self.cost_share_percent / 100).quantize(CENT)
        return self.cost_share_amount if self.cost_share == CostShare.AMOUNT else None

    @property
    def is_running(self) -> bool:
        return self.starts_on <= timezone.localdate() <= self.ends_on


class AwardShare(models.Model):
    """That an award pays for a partnership, and how much of it where that is agreed."""

    award = models.ForeignKey(Award, models.CASCADE, related_name="shares")
    partnership = models.ForeignKey(
        Partnership, models.PROTECT, related_name="award_shares", verbose_name=_("partnership")
    )
    amount = models.DecimalField(
        _("amount"), max_digits=14, decimal_places=2, validators=[MinValueValidator(CENT)], null=True, blank=True
    )

    class Meta:
        ordering = ["award", "pk"]
        verbose_name = _("share of an award")
        verbose_name_plural = _("shares of awards")
        constraints = [
            models.UniqueConstraint(
                fields=["award", "partnership"],
                name="award_pays_for_a_partnership_once",
                violation_error_message=_("This award already pays for this partnership."),
            ),
            models.CheckConstraint(
                name="award_share_is_positive",
                condition=Q(amount__isnull=True) | Q(amount__gt=0),
                violation_error_message=_("The amount must be more than zero."),
            ),
        ]

    def __str__(self):
        return f"{self.award} – {self.partnership}"


class ReportingPeriodQuerySet(models.QuerySet):
    def to_send(self) -> ReportingPeriodQuerySet:
        return self.filter(state__in=TO_SEND)

    def to_lock(self) -> ReportingPeriodQuerySet:
        """Accepted reports before which nothing is open any more."""
        # See also missing_to_lock()
        earlier = ReportingPeriod.objects.filter(award=OuterRef("award"), number__lt=OuterRef("number"))
        return self.filter(~Exists(earlier.exclude(state__in=SETTLED)), state=PeriodState.ACCEPTED)

    def pressing(self) -> ReportingPeriodQuerySet:
        """Reports that somebody should be writing: of periods that are over, returned ones, and those due soon."""
        today = timezone.localdate()
        return self.to_send().filter(Q(ends_on__lt=today) | Q(due_on__lte=today + SOON) | Q(state=PeriodState.RETURNED))


class ReportingPeriod(models.Model):
    """A window that one report to the donor covers. Made from the award's schedule; what was sent stays as it is."""

    award = models.ForeignKey(Award, models.CASCADE, related_name="periods")
    number = models.PositiveSmallIntegerField(_("number"))
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"))
    due_on = models.DateField(_("due date"))
    state = models.CharField(_("state"), max_length=12, choices=PeriodState, default=PeriodState.EXPECTED)
    submitted_on = models.DateField(_("sent on"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=2000, blank=True)

    objects = ReportingPeriodQuerySet.as_manager()

    class Meta:
        ordering = ["award", "number"]
        verbose_name = _("reporting period")
        verbose_name_plural = _("reporting periods")
        constraints = [
            models.UniqueConstraint("award", "number", name="period_number_is_unique_in_its_award"),
            models.CheckConstraint(name="period_state_is_known", condition=Q(state__in=PeriodState.values)),
            models.CheckConstraint(
                name="period_is_in_order", condition=Q(ends_on__gte=F("starts_on"), due_on__gte=F("ends_on"))
            ),
            models.CheckConstraint(
                name="period_was_sent_exactly_when_it_has_a_date",
                condition=Q(state__in=["expected", "waived"], submitted_on__isnull=True)
                | Q(
                    state__in=["submitted", "under_review", "returned", "accepted", "locked"],
                    submitted_on__isnull=False,
                ),
            ),
        ]
        indexes = [models.Index(fields=["state", "due_on"])]

    def __str__(self):
        return _("Report %(number)s") % {"number": self.number}

    @property
    def is_to_send(self) -> bool:
        return self.state in TO_SEND

    @property
    def standing(self) -> str:
        """``upcoming``, ``open``, ``due`` or ``late`` while it is still to be sent; afterwards its state."""
        if self.state != PeriodState.EXPECTED:
            return self.state
        today = timezone.localdate()
        if self.due_on < today:
            return Standing.LATE
        if self.ends_on < today:
            return Standing.DUE
        return Standing.OPEN if self.starts_on <= today else Standing.UPCOMING

    @property
    def standing_label(self) -> str:
        standing = self.standing
        return str(Standing(standing).label if standing in Standing.values else PeriodState(standing).label)

    @property
    def days_late(self) -> int:
        """How many days after its due date it was sent, or today if it was not; 0 when it is in time."""
        day = self.submitted_on or (timezone.localdate() if self.is_to_send else self.due_on)
        return max((day - self.due_on).days, 0)
