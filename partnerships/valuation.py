"""What a contribution is worth: the rate of a role on a date, and the same in another currency. Nothing here writes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from django.db.models import Q

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


def work_rate(
    role: str, country: str, unit: str, on: date, *, among: Iterable[RoleRate] | None = None
) -> WorkRate | None:
    """The rate of ``role`` on a date: the country's own before that of all countries, then the newest by that day.

    A day has HOURS_A_DAY hours where the newest is for the other unit; only of two that began on one day the one for
    ``unit`` comes first. ``among`` are rates of this role that have been read before.
    """
    if among is None:
        among = RoleRate.objects.filter(role__iexact=role, country__in=["", country], valid_from__lte=on)
    fitting = [each for each in among if each.country in ("", country) and each.valid_from <= on]
    if not fitting:
        return None
    found = min(fitting, key=lambda each: (not each.country, -each.valid_from.toordinal(), each.unit != unit, each.pk))
    rate = found.rate
    if found.unit != unit:
        rate = rate / HOURS_A_DAY if unit == Unit.HOUR else rate * HOURS_A_DAY
    return WorkRate(
        rate=rate.quantize(FOUR, rounding=ROUND_HALF_UP),
        currency=found.currency,
        valid_from=found.valid_from,
        source=found.source,
    )


def conversion(currency: str, into: str, on: date, *, among: Iterable[ExchangeRate] | None = None) -> Conversion | None:
    """How to convert on a date, by the newest rate of that day or the year before it; None when nobody entered one.

    ``among`` are rates that have been read before.
    """
    if currency == into:
        return Conversion(rate=Decimal(1), on=on, source="")
    since = on - RATE_LASTS
    if among is None:
        either = Q(currency=currency, into=into) | Q(currency=into, into=currency)
        # A day has two at most, one for each direction.
        among = ExchangeRate.objects.filter(either, valid_on__range=(since, on)).order_by("-valid_on")[:2]
    fitting = [
        each for each in among if {each.currency, each.into} == {currency, into} and since <= each.valid_on <= on
    ]
    if not fitting:
        return None
    found = max(fitting, key=lambda each: (each.valid_on, each.currency == currency))
    rate = found.rate if found.currency == currency else (1 / found.rate).quantize(TEN, rounding=ROUND_HALF_UP)
    return Conversion(rate=rate, on=found.valid_on, source=found.source)


def value_it(contribution: Contribution, *, from_table: bool) -> None:
    """Fill in the rate (working time, ``from_table``), the value, and the value in the ledger's currency; unsaved.

    The first day decides on the rate of a role, the last day on the exchange rate.
    """
    _price_it(contribution, from_table=from_table)
    convert_it(contribution)


def value_them(gifts: Sequence[tuple[Contribution, bool]]) -> None:
    """As value_it() for each contribution of one partnership and its ``from_table``; the tables are read once."""
    by_role: dict[str, list[RoleRate]] = defaultdict(list)
    if any(from_table for _gift, from_table in gifts):
        for rate in RoleRate.objects.all():
            by_role[rate.role.casefold()].append(rate)
    for gift, from_table in gifts:
        _price_it(gift, from_table=from_table, rates=by_role[gift.role.casefold()])
    priced = [gift for gift, _from_table in gifts if gift.value is not None]
    rates = _rates_for(priced)
    for gift, _from_table in gifts:
        convert_it(gift, rates=rates)


def _rates_for(gifts: Sequence[Contribution]) -> list[ExchangeRate]:
    """The exchange rates that may answer for ``gifts`` of one partnership; nothing is asked where none is needed."""
    into = ledger_currency(gifts[0].partnership) if gifts else DEFAULT_CURRENCY
    others = {gift.currency for gift in gifts} - {into}
    if not others:
        return []
    days = [gift.ends_on for gift in gifts]
    either = Q(currency__in=others, into=into) | Q(currency=into, into__in=others)
    return list(ExchangeRate.objects.filter(either, valid_on__range=(min(days) - RATE_LASTS, max(days))))


def _price_it(contribution: Contribution, *, from_table: bool, rates: Iterable[RoleRate] | None = None) -> None:
    if contribution.kind != ContributionKind.TIME:
        contribution.role = ""
    if from_table:
        _take_table_rate(contribution, rates)
    else:
        contribution.rate_from, contribution.rate_source = None, ""
    if contribution.rate is None:
        contribution.value, contribution.rate_basis = None, ""
    else:
        contribution.value = rounded(contribution.quantity * contribution.rate, contribution.currency)


def _take_table_rate(contribution: Contribution, rates: Iterable[RoleRate] | None) -> None:
    country = str(contribution.participation.organization.country)
    found = work_rate(contribution.role, country, contribution.unit, contribution.starts_on, among=rates)
    contribution.rate = found.rate if found else None
    contribution.rate_basis = RateBasis.PROGRAMME if found else ""
    contribution.rate_from = found.valid_from if found else None
    contribution.rate_source = found.source if found else ""
    if found:
        contribution.currency = found.currency


def convert_it(contribution: Contribution, *, rates: Iterable[ExchangeRate] | None = None) -> bool:
    """Fill in the value in the ledger's currency, unsaved; False when there is no exchange rate."""
    contribution.base_currency = ledger_currency(contribution.partnership)
    found = None
    if contribution.value is not None:
        found = conversion(contribution.currency, contribution.base_currency, contribution.ends_on, among=rates)
    contribution.fx_rate = found.rate if found else None
    contribution.fx_on = found.on if found else None
    contribution.fx_source = found.source if found else ""
    contribution.base_value = rounded(contribution.value * found.rate, contribution.base_currency) if found else None
    return found is not None
