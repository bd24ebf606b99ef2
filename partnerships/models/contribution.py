"""What the sides give: time, goods, space, travel, fees they waive, and money. One row a gift, one currency a row."""

from __future__ import annotations

import secrets
from decimal import Decimal

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from partnerships.contribution_states import (
    EDITABLE,
    TIME_UNITS,
    ConfirmMode,
    ContributionKind,
    ContributionState,
    Match,
    RateBasis,
    Unit,
)
from partnerships.models.contact import Contact
from partnerships.models.partnership import Participation, Partnership
from partnerships.models.programme import known_currency
from twinning.money import money_text, number_text

AGREED = ("verified", "counted")


class ContributionQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> ContributionQuerySet:
        """The contributions of the partnerships that ``user`` may know."""
        return self if user.is_admin else self.filter(partnership__in=Partnership.objects.visible_to(user))

    def counted(self) -> ContributionQuerySet:
        return self.filter(state=ContributionState.COUNTED)

    def on_the_way(self) -> ContributionQuerySet:
        # See also Contribution.is_editable
        return self.filter(state__in=EDITABLE)

    def standing(self) -> ContributionQuerySet:
        """In the ledger or on the way there: neither rejected nor reversed, and no reversals."""
        stands = self.filter(reverses__isnull=True, is_reversed=False)
        return stands.exclude(state=ContributionState.REJECTED)

    def unconverted(self) -> ContributionQuerySet:
        """Valued, but not in the currency of the ledger: nobody entered an exchange rate yet."""
        # See also Contribution.is_unconverted
        return self.filter(value__isnull=False, base_value__isnull=True).exclude(state=ContributionState.REJECTED)

    def search(self, words: str) -> ContributionQuerySet:
        found = self
        for word in words.split()[:8]:
            found = found.filter(
                Q(description__icontains=word)
                | Q(person__name__icontains=word)
                | Q(role__icontains=word)
                | Q(participation__organization__name__icontains=word)
            )
        return found

    def for_list(self) -> ContributionQuerySet:
        return self.select_related(
            "partnership__programme", "participation__organization", "person", "reverses"
        ).order_by("-starts_on", "-number")


class Contribution(models.Model):
    """A gift of one organization of a partnership, measured and valued; a counted one never changes.

    ``value`` = ``quantity`` × ``rate`` in ``currency``. ``base_value`` is the same in ``base_currency``, the currency
    of the partnership's ledger, by the exchange rate ``fx_rate`` of ``fx_on``; it is empty until there is such a rate.
    A reversal has the opposite quantity of the one that it ``reverses``.
    """

    partnership = models.ForeignKey(Partnership, models.PROTECT, related_name="contributions")
    number = models.PositiveIntegerField(editable=False)
    kind = models.CharField(_("kind"), max_length=15, choices=ContributionKind, default=ContributionKind.TIME)
    participation = models.ForeignKey(
        Participation, models.PROTECT, related_name="contributions", verbose_name=_("organization that gives")
    )
    person = models.ForeignKey(
        Contact, models.PROTECT, related_name="contributions", verbose_name=_("person"), null=True, blank=True
    )
    starts_on = models.DateField(_("date, or first day"))
    ends_on = models.DateField(_("last day"))
    description = models.TextField(_("what was given, and for what"), max_length=2000)
    role = models.CharField(_("role"), max_length=80, blank=True)
    quantity = models.DecimalField(_("how many"), max_digits=12, decimal_places=2)
    unit = models.CharField(_("unit"), max_length=10, choices=Unit, default=Unit.HOUR)
    rate = models.DecimalField(
        _("value of one"),
        max_digits=16,
        decimal_places=4,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal("0.0001"), _("Write an amount of more than zero."))],
    )
    rate_basis = models.CharField(_("why this value"), max_length=15, choices=RateBasis, blank=True)
    # When the rate comes from the rate table: the day from which it was valid, and where it came from.
    rate_from = models.DateField(null=True, editable=False)
    rate_source = models.CharField(max_length=200, blank=True, editable=False)
    currency = models.CharField(_("currency"), max_length=3, validators=[known_currency])
    value = models.DecimalField(max_digits=20, decimal_places=3, null=True, editable=False)
    base_currency = models.CharField(max_length=3, editable=False)
    base_value = models.DecimalField(max_digits=20, decimal_places=3, null=True, editable=False)
    fx_rate = models.DecimalField(max_digits=20, decimal_places=10, null=True, editable=False)
    fx_on = models.DateField(null=True, editable=False)
    fx_source = models.CharField(max_length=200, blank=True, editable=False)
    match = models.CharField(
        _("may count as cost share"),
        max_length=10,
        choices=Match,
        default=Match.TO_CHECK,
        help_text=_("Some donors ask how much the partners give themselves. They say what they accept."),
    )
    is_counted_elsewhere = models.BooleanField(
        _("It is paid by a donor, or counted for another award already"),
        default=False,
        help_text=_("Then it cannot be counted here: one gift counts once."),
    )
    state = models.CharField(max_length=10, choices=ContributionState, default=ContributionState.DRAFT, editable=False)
    # What it was proposed from, such as “meeting:12:contact:7”, and that thing by kind and number: “meeting:12”.
    source = models.CharField(max_length=120, blank=True, editable=False)
    source_thing = models.CharField(max_length=60, blank=True, editable=False)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, editable=False
    )
    confirmed_at = models.DateTimeField(null=True, editable=False)
    confirmed_how = models.CharField(max_length=10, choices=ConfirmMode, blank=True, editable=False)
    confirm_note = models.CharField(max_length=1000, blank=True, editable=False)
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, editable=False
    )
    verified_at = models.DateTimeField(null=True, editable=False)
    counted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, editable=False
    )
    counted_at = models.DateTimeField(null=True, editable=False)
    # Why it was rejected, or why it reverses another.
    reason = models.CharField(max_length=2000, blank=True, editable=False)
    reverses = models.OneToOneField("self", models.PROTECT, related_name="reversal", null=True, editable=False)
    is_reversed = models.BooleanField(default=False, editable=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = ContributionQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_on", "-number"]
        verbose_name = _("contribution")
        verbose_name_plural = _("contributions")
        indexes = [models.Index(fields=["partnership", "state", "-starts_on"])]
        constraints = [
            models.UniqueConstraint("partnership", "number", name="contribution_number_is_unique_in_its_partnership"),
            models.UniqueConstraint(
                fields=["partnership", "source"],
                condition=~Q(source="") & ~Q(state="rejected") & Q(is_reversed=False),
                name="contribution_source_counts_once",
                violation_error_message=_("This has been taken into the ledger already; nothing counts twice."),
            ),
            models.CheckConstraint(name="contribution_kind_is_known", condition=Q(kind__in=ContributionKind.values)),
            models.CheckConstraint(name="contribution_state_is_known", condition=Q(state__in=ContributionState.values)),
            models.CheckConstraint(name="contribution_unit_is_known", condition=Q(unit__in=Unit.values)),
            models.CheckConstraint(
                name="contribution_rate_basis_is_known", condition=Q(rate_basis__in=["", *RateBasis.values])
            ),
            models.CheckConstraint(
                name="contribution_ends_after_it_starts",
                condition=Q(ends_on__gte=F("starts_on")),
                violation_error_message=_("The last day cannot be before the first."),
            ),
            models.CheckConstraint(
                name="contribution_quantity_is_negative_exactly_when_it_reverses",
                condition=Q(reverses__isnull=True, quantity__gt=0) | Q(reverses__isnull=False, quantity__lt=0),
                violation_error_message=_("Write a number of more than zero."),
            ),
            models.CheckConstraint(
                name="contribution_rate_is_more_than_nothing",
                condition=Q(rate__isnull=True) | Q(rate__gt=0),
                violation_error_message=_("Write an amount of more than zero."),
            ),
            models.CheckConstraint(
                name="contribution_has_a_value_exactly_with_a_rate_and_its_basis",
                condition=Q(rate__isnull=True, value__isnull=True, rate_basis="")
                | (Q(rate__isnull=False, value__isnull=False) & ~Q(rate_basis="")),
                violation_error_message=_("Say why one is worth that much."),
            ),
            models.CheckConstraint(
                name="contribution_is_converted_exactly_with_a_rate_and_its_day",
                condition=Q(base_value__isnull=True, fx_rate__isnull=True, fx_on__isnull=True)
                | Q(base_value__isnull=False, fx_rate__isnull=False, fx_on__isnull=False),
            ),
            models.CheckConstraint(
                name="contribution_of_time_is_in_hours_or_days",
                condition=~Q(kind="time") | Q(unit__in=[str(unit) for unit in TIME_UNITS]),
                violation_error_message=_("Working time is written down in hours or days."),
            ),
            models.CheckConstraint(
                name="contribution_is_confirmed_with_a_giver",
                condition=~Q(state__in=["confirmed", *AGREED])
                | (Q(confirmed_by__isnull=False, confirmed_at__isnull=False) & ~Q(confirmed_how="")),
            ),
            models.CheckConstraint(
                name="contribution_is_verified_by_somebody",
                condition=~Q(state__in=AGREED) | Q(verified_by__isnull=False, verified_at__isnull=False),
            ),
            models.CheckConstraint(
                name="contribution_is_counted_exactly_with_a_day_and_a_value",
                condition=Q(state="counted", counted_at__isnull=False, counted_by__isnull=False, value__isnull=False)
                | (~Q(state="counted") & Q(counted_at__isnull=True, counted_by__isnull=True)),
            ),
            models.CheckConstraint(
                name="contribution_counted_elsewhere_is_not_counted",
                condition=~Q(state="counted") | Q(is_counted_elsewhere=False),
                violation_error_message=_("It is counted for another award already; one gift counts once."),
            ),
            models.CheckConstraint(
                name="contribution_says_why_it_is_rejected_or_reverses",
                condition=(~Q(state="rejected") & Q(reverses__isnull=True)) | ~Q(reason=""),
                violation_error_message=_("Please say why."),
            ),
            models.CheckConstraint(
                name="contribution_reversed_or_reversing_is_counted",
                condition=Q(is_reversed=False, reverses__isnull=True) | Q(state="counted"),
            ),
        ]

    def __str__(self):
        return f"{self.code} {self.description}"

    def get_absolute_url(self) -> str:
        return reverse("partnerships:contribution-detail", args=[self.partnership.slug, self.number])

    def delete(self, *args, **kwargs):
        raise TypeError("A ledger is only added to; reject a contribution or reverse it.")

    @property
    def code(self) -> str:
        return f"C{self.number}"

    @property
    def title(self) -> str:
        """What it is in one line."""
        first = self.description.strip().partition("\n")[0]
        return first if len(first) <= 80 else f"{first[:79].rstrip()}…"

    @property
    def is_editable(self) -> bool:
        # See also ContributionQuerySet.on_the_way()
        return self.state in EDITABLE

    @property
    def is_unconverted(self) -> bool:
        # See also ContributionQuerySet.unconverted()
        return self.value is not None and self.base_value is None and self.state != ContributionState.REJECTED

    @property
    def can_be_reversed(self) -> bool:
        return self.state == ContributionState.COUNTED and self.reverses_id is None and not self.is_reversed

    @property
    def is_one_day(self) -> bool:
        return self.starts_on == self.ends_on

    @property
    def quantity_text(self) -> str:
        return number_text(self.quantity)

    @property
    def rate_text(self) -> str:
        return f"{number_text(self.rate)}\N{NO-BREAK SPACE}{self.currency}" if self.rate is not None else ""

    @property
    def fx_text(self) -> str:
        return number_text(self.fx_rate) if self.fx_rate is not None else ""

    @property
    def value_text(self) -> str:
        return money_text(self.value, self.currency)

    @property
    def base_text(self) -> str:
        return money_text(self.base_value, self.base_currency)


def evidence_path(file: ContributionFile, filename: str) -> str:
    """A random name that says nothing; the person's own file name stays in the row."""
    return f"contributions/{file.public_id[:2]}/{file.public_id}"


def random_file_id() -> str:
    return secrets.token_urlsafe(18)


class ContributionFile(models.Model):
    """Evidence: a receipt, a photo, a time sheet. Served only to who may read the contribution, as a download."""

    contribution = models.ForeignKey(Contribution, models.PROTECT, related_name="files")
    public_id = models.CharField(max_length=32, unique=True, default=random_file_id, editable=False)
    file = models.FileField(upload_to=evidence_path, max_length=200)
    name = models.CharField(max_length=150)
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    added_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("evidence of a contribution")
        verbose_name_plural = _("evidence of contributions")
        constraints = [
            models.UniqueConstraint(
                "contribution",
                "sha256",
                name="evidence_is_attached_once",
                violation_error_message=_("This file is attached already."),
            )
        ]

    def __str__(self):
        return self.name


class DismissedSource(models.Model):
    """A proposal that a coordinator does not want in the ledger, and why. It can be taken back."""

    partnership = models.ForeignKey(Partnership, models.CASCADE, related_name="dismissed_sources")
    source = models.CharField(max_length=120)
    reason = models.CharField(max_length=500)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("dismissed proposal")
        verbose_name_plural = _("dismissed proposals")
        constraints = [models.UniqueConstraint("partnership", "source", name="source_is_dismissed_once")]

    def __str__(self):
        return self.source
