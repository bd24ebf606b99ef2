"""What is planned on an exchange, hour by hour, and what it costs."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.zones import zone_of
from partnerships.exchange_states import CostKind, Payer
from partnerships.models.exchange import Exchange
from partnerships.models.programme import known_currency


class AgendaItem(models.Model):
    """Something on one day of an exchange, in the hours of the destination."""

    exchange = models.ForeignKey(Exchange, models.CASCADE, related_name="agenda")
    on = models.DateField(_("day"))
    starts_at = models.TimeField(_("from"))
    ends_at = models.TimeField(_("until"), null=True, blank=True)
    title = models.CharField(_("what"), max_length=200)
    place = models.CharField(_("where"), max_length=200, blank=True)
    host_person = models.CharField(_("with whom"), max_length=150, blank=True)
    notes = models.CharField(
        _("notes"), max_length=500, blank=True, help_text=_("Transport, interpreter, what to wear or to bring.")
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        ordering = ["on", "starts_at", "pk"]
        verbose_name = _("agenda item")
        verbose_name_plural = _("agenda items")
        constraints = [
            models.CheckConstraint(
                name="agenda_item_ends_after_it_starts",
                condition=Q(ends_at__isnull=True) | Q(ends_at__gt=F("starts_at")),
                violation_error_message=_("The end must be after the beginning."),
            ),
        ]

    def __str__(self):
        return self.title

    def clean(self) -> None:
        wrong: dict[str, str] = {}
        if self.starts_at and self.ends_at and self.ends_at <= self.starts_at:
            wrong["ends_at"] = _("The end must be after the beginning.")
        if self.on and not self.exchange.from_on <= self.on <= max(self.exchange.until_on, self.exchange.ends_on):
            wrong["on"] = _("This day is not within the exchange.")
        if wrong:
            raise ValidationError(wrong)

    @property
    def begins(self) -> datetime:
        """The moment at which it begins, in the zone of the destination."""
        return datetime.combine(self.on, self.starts_at, tzinfo=zone_of(self.exchange.zone))

    @property
    def ends(self) -> datetime | None:
        return datetime.combine(self.on, self.ends_at, tzinfo=zone_of(self.exchange.zone)) if self.ends_at else None

    @property
    def begins_at_home(self) -> datetime:
        return self.begins.astimezone(zone_of(self.exchange.home_zone))

    @property
    def ends_at_home(self) -> datetime | None:
        return self.ends.astimezone(zone_of(self.exchange.home_zone)) if self.ends else None

    @property
    def home_times(self) -> str:
        """“09:00–11:00” in the zone of home."""
        times = [self.begins_at_home, self.ends_at_home]
        return "–".join(f"{each:%H:%M}" for each in times if each)

    @property
    def days_apart(self) -> int:
        """How many calendar days home is ahead (1) or behind (-1) when it begins."""
        return (self.begins_at_home.date() - self.on).days


class ExchangeCost(models.Model):
    """One line of what an exchange is planned to cost and did cost, in one currency."""

    exchange = models.ForeignKey(Exchange, models.CASCADE, related_name="costs")
    kind = models.CharField(_("for what"), max_length=16, choices=CostKind)
    description = models.CharField(_("description"), max_length=200, blank=True)
    paid_by = models.CharField(_("paid by"), max_length=10, choices=Payer, default=Payer.PROGRAMME)
    currency = models.CharField(_("currency"), max_length=3, default="USD", validators=[known_currency])
    planned = models.DecimalField(
        _("planned"), max_digits=14, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    actual = models.DecimalField(
        _("actual"), max_digits=14, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("cost of an exchange")
        verbose_name_plural = _("costs of exchanges")
        constraints = [
            models.CheckConstraint(name="exchange_cost_kind_is_known", condition=Q(kind__in=CostKind.values)),
            models.CheckConstraint(name="exchange_cost_payer_is_known", condition=Q(paid_by__in=Payer.values)),
            models.CheckConstraint(
                name="exchange_cost_has_an_amount",
                condition=Q(planned__isnull=False) | Q(actual__isnull=False),
                violation_error_message=_("Write down what was planned, or what it cost."),
            ),
            *(
                models.CheckConstraint(
                    name=f"exchange_cost_{field}_is_not_negative",
                    condition=Q(**{f"{field}__isnull": True}) | Q(**{f"{field}__gte": 0}),
                    violation_error_message=_("This cannot be less than zero."),
                )
                for field in ("planned", "actual")
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {self.currency}"

    def clean(self) -> None:
        if self.planned is None and self.actual is None:
            raise ValidationError(_("Write down what was planned, or what it cost."))
