"""The tables of rates, kept by administrators. Contributions keep the rates they were valued with."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Q

from accounts.models import User
from partnerships.actions.contribution import tell_of
from partnerships.actions.contribution_steps import VALUES
from partnerships.models import Contribution, ExchangeRate, Partnership, RoleRate
from partnerships.valuation import RATE_LASTS, convert_it, value_it


@transaction.atomic
def add_role_rate(rate: RoleRate, *, by: User) -> tuple[RoleRate, int]:
    """Add the rate of a role, and value the drafts that waited for it; how many these were."""
    rate.added_by = by
    rate.full_clean()
    rate.save()
    waiting = Contribution.objects.filter(
        kind="time", state="draft", rate__isnull=True, role__iexact=rate.role, starts_on__gte=rate.valid_from
    )
    n = 0
    for each in _locked(waiting):
        value_it(each, from_table=True)
        if each.rate is None:
            continue
        each.version += 1
        each.save(
            update_fields=[*VALUES, "rate", "rate_basis", "rate_from", "rate_source", "currency", "value", "version"]
        )
        tell_of(each, "contribution.valued", by=by, amount=each.value_text)
        n += 1
    return rate, n


@transaction.atomic
def add_exchange_rate(rate: ExchangeRate, *, by: User) -> tuple[ExchangeRate, int]:
    """Add an exchange rate, and convert what waited for it, counted or not; how many these were."""
    rate.added_by = by
    rate.full_clean()
    rate.save()
    pair = (rate.currency, rate.into)
    waiting = Contribution.objects.unconverted().filter(
        Q(currency__in=pair), ends_on__gte=rate.valid_on, ends_on__lte=rate.valid_on + RATE_LASTS
    )
    n = 0
    for each in _locked(waiting):
        if not convert_it(each):
            continue
        each.version += 1
        each.save(update_fields=[*VALUES, "version"])
        tell_of(each, "contribution.converted", by=by, amount=each.base_text)
        n += 1
    return rate, n


def _locked(rows):
    """``rows``, partnership by partnership, each locked before its contributions, as everywhere."""
    pks = list(rows.values_list("pk", flat=True))
    owners = Contribution.objects.filter(pk__in=pks).order_by().values("partnership")
    list(Partnership.objects.select_for_update(of=("self",)).filter(pk__in=owners).order_by("pk"))
    related = ("partnership__programme", "partnership__work_plan", "participation__organization")
    # Asked again under the lock: somebody may have been quicker.
    return rows.select_for_update(of=("self",)).select_related(*related).filter(pk__in=pks).order_by("pk")


def remove_rate(rate: RoleRate | ExchangeRate) -> None:
    """Take a wrong rate off the table; what was valued with it keeps its value."""
    rate.delete()
