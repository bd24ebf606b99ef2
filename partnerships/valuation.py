"""What a contribution is worth: the rate of a role on a date, and the same in another currency. Nothing here writes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from django.db.models import Case, IntegerField, Q, Value, When

from partnerships.contribution_states import HOURS_A_DAY, ContributionKind, RateBasis, Unit
from partnerships.models import Contribution, ExchangeRate, Partnership, RoleRate
from twinning.money import rounded

DEFAULT_CURRENCY = "USD"
# A rate answers for the days after it, but not for ever: nobody values a gift by the market of three years ago.
RATE_LASTS = timedelta(days=366)
FOUR, TEN = Decimal("0.0001"), Decimal("0.0000000001")


@dataclass(frozen=True, kw_only=True)
class WorkRate:
    """What one ``unit`` of work is worth, by the rate that was valid from a day on."""

    rate: Decimal
    currency: str
    valid_from: date
    source: str


@dataclass(frozen=True, kw_only=True)
class Conversion:
    """One unit of a currency in another: the rate, the day it was published for, and by whom."""

    rate: Decimal
    on: date
    source: str


def ledger_currency(partnership: Partnership) -> str:
    """The currency in which a partnership adds up: its programme's, else its work plan's, else US dollars."""
    if partnership.programme_id:
        return partnership.programme.currency
    plan = getattr(partnership, "work_plan", None)
    return plan.currency if plan else DEFAULT_CURRENCY


def work_rate(role: str, country: str, unit: str, on: date) -> WorkRate | None:
    """The rate of ``role`` on a date: the country's own before that of all countries, then the newest by that day.

    A day has HOURS_A_DAY hours where the table knows only the other unit.
    """
    exactness = Case(
        When(~Q(country="") & Q(unit=unit), then=Value(0)),
        When(~Q(country=""), then=Value(1)),
        When(unit=unit, then=Value(2)),
        default=Value(3),
        output_field=IntegerField(),
    )
    found = (
        RoleRate.objects.filter(role__iexact=role, country__in=["", country], valid_from__lte=on)
        .annotate(exactness=exactness)
        .order_by("exactness", "-valid_from", "pk")
        .first()
    )
    if found is None:
        return None
    rate = found.rate
    if found.unit != unit:
        rate = rate / HOURS_A_DAY if unit == Unit.HOUR else rate * HOURS_A_DAY
    return WorkRate(
        rate=rate.quantize(FOUR, rounding=ROUND_HALF_UP),
        currency=found.currency,
        valid_from=found.valid_from,
        source=found.source,
    )


def conversion(currency: str, into: str, on: date) -> Conversion | None:
    """How to convert on a date, by the newest rate of that day or the year before it; None when nobody entered one."""
    if currency == into:
        return Conversion(rate=Decimal(1), on=on, source="")
    either = Q(currency=currency, into=into) | Q(currency=into, into=currency)
    found = (
        ExchangeRate.objects.filter(either, valid_on__lte=on, valid_on__gte=on - RATE_LASTS)
        .annotate(turned=Case(When(currency=currency, then=Value(0)), default=Value(1)))
        .order_by("-valid_on", "turned")
        .first()
    )
    if found is None:
        return None
    rate = found.rate if found.currency == currency else (1 / found.rate).quantize(TEN, rounding=ROUND_HALF_UP)
    return Conversion(rate=rate, on=found.valid_on, source=found.source)


def value_it(contribution: Contribution, *, from_table: bool) -> None:
    """Fill in the rate (working time, ``from_table``), the value, and the value in the ledger's currency; unsaved.

    The first day decides on the rate of a role, the last day on the exchange rate.
    """
    if contribution.kind != ContributionKind.TIME:
        contribution.role = ""
    if from_table:
        _take_table_rate(contribution)
    else:
        contribution.rate_from, contribution.rate_source = None, ""
    if contribution.rate is None:
        contribution.value, contribution.rate_basis = None, ""
    else:
        contribution.value = rounded(contribution.quantity * contribution.rate, contribution.currency)
    convert_it(contribution)


def _take_table_rate(contribution: Contribution) -> None:
    country = str(contribution.participation.organization.country)
    found = work_rate(contribution.role, country, contribution.unit, contribution.starts_on)
    contribution.rate = found.rate if found else None
    contribution.rate_basis = RateBasis.PROGRAMME if found else ""
    contribution.rate_from = found.valid_from if found else None
    contribution.rate_source = found.source if found else ""
    if found:
        contribution.currency = found.currency


def convert_it(contribution: Contribution) -> bool:
    """Fill in the value in the ledger's currency, unsaved; False when there is no exchange rate."""
    contribution.base_currency = ledger_currency(contribution.partnership)
    found = None
    if contribution.value is not None:
        found = conversion(contribution.currency, contribution.base_currency, contribution.ends_on)
    contribution.fx_rate = found.rate if found else None
    contribution.fx_on = found.on if found else None
    contribution.fx_source = found.source if found else ""
    contribution.base_value = rounded(contribution.value * found.rate, contribution.base_currency) if found else None
    return found is not None
