"""What an hour or a day of a role is worth from which day on, and what one currency is worth in another."""

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField

from partnerships.contribution_states import TIME_UNITS, Unit
from partnerships.models.programme import known_currency
from twinning.money import number_text

in_letters = RegexValidator(r"^[A-Z]{3}$", _("Write a currency as three capital letters, such as USD."))


class RoleRate(models.Model):
    """The value of an hour or a day of work in a role, in one country or in all of them, from a day on."""

    role = models.CharField(
        _("role"), max_length=80, help_text=_("What the person did, such as “Midwife”: a doctor who types is a typist.")
    )
    country = CountryField(
        _("country"), blank=True, help_text=_("Empty: all countries that have no rate of their own.")
    )
    unit = models.CharField(_("for one"), max_length=10, choices=[(unit.value, unit.label) for unit in TIME_UNITS])
    rate = models.DecimalField(_("amount"), max_digits=14, decimal_places=4)
    currency = models.CharField(_("currency"), max_length=3, validators=[in_letters, known_currency])
    valid_from = models.DateField(_("valid from"))
    source = models.CharField(
        _("source"), max_length=200, help_text=_("Where the rate comes from: a pay scale, a survey, a decision.")
    )
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False)
    added_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = [Lower("role"), "country", "unit", "-valid_from"]
        verbose_name = _("rate of a role")
        verbose_name_plural = _("rates of roles")
        constraints = [
            models.UniqueConstraint(
                Lower("role"),
                "country",
                "unit",
                "valid_from",
                name="role_has_one_rate_a_day",
                violation_error_message=_("There is a rate for this role, country and day already. Remove it first."),
            ),
            models.CheckConstraint(
                name="role_rate_is_more_than_nothing",
                condition=Q(rate__gt=0),
                violation_error_message=_("Write an amount of more than zero."),
            ),
            models.CheckConstraint(
                name="role_rate_is_for_an_hour_or_a_day", condition=Q(unit__in=[str(unit) for unit in TIME_UNITS])
            ),
        ]

    def __str__(self):
        return f"{self.role}, {self.valid_from:%Y-%m-%d}"

    @property
    def rate_text(self) -> str:
        return number_text(self.rate)

    @property
    def is_daily(self) -> bool:
        return self.unit == Unit.DAY


class ExchangeRate(models.Model):
    """On ``valid_on``, one unit of ``currency`` was worth ``rate`` units of ``into``. It also answers the other way."""

    currency = models.CharField(_("one unit of"), max_length=3, validators=[in_letters, known_currency])
    into = models.CharField(_("is worth, in"), max_length=3, validators=[in_letters, known_currency])
    rate = models.DecimalField(_("this much"), max_digits=20, decimal_places=10)
    valid_on = models.DateField(_("on the day"))
    source = models.CharField(
        _("source"),
        max_length=200,
        help_text=_("Who published it, such as a central bank, so that it can be looked up."),
    )
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False)
    added_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-valid_on", "currency", "into"]
        verbose_name = _("exchange rate")
        verbose_name_plural = _("exchange rates")
        constraints = [
            models.UniqueConstraint(
                fields=["currency", "into", "valid_on"],
                name="exchange_rate_is_unique_a_day",
                violation_error_message=_("There is a rate between these currencies on this day already."),
            ),
            models.CheckConstraint(
                name="exchange_rate_is_more_than_nothing",
                condition=Q(rate__gt=0),
                violation_error_message=_("Write a rate of more than zero."),
            ),
            models.CheckConstraint(
                name="exchange_rate_is_between_two_currencies",
                condition=~Q(currency=F("into")),
                violation_error_message=_("Choose two different currencies."),
            ),
        ]

    def __str__(self):
        return f"{self.currency}/{self.into} {self.valid_on:%Y-%m-%d}"

    @property
    def rate_text(self) -> str:
        return number_text(self.rate)
