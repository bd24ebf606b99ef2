"""The agenda of an exchange and its costs."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from partnerships.actions.exchange import lock_exchange, refuse_if_over, tell
from partnerships.models import AgendaItem, Exchange, ExchangeCost
from twinning.locking import claim_version

AGENDA_FIELDS = ("on", "starts_at", "ends_at", "title", "place", "host_person", "notes")
COST_FIELDS = ("kind", "description", "paid_by", "currency", "planned", "actual")


@transaction.atomic
def save_agenda_item(item: AgendaItem, *, seen_version: int | None, by: User) -> AgendaItem:
    """Save a new or edited item of the agenda; StaleError when somebody else saved it first."""
    locked = lock_exchange(item.exchange)
    refuse_if_over(locked)
    item.exchange = locked
    if item.pk:
        claim_version(item, seen_version)
    item.full_clean()
    item.save(update_fields=[*AGENDA_FIELDS, "version"] if item.pk else None)
    tell(locked, "exchange.agenda_changed", by=by, what=item.title)
    return item


@transaction.atomic
def remove_agenda_item(item: AgendaItem, *, by: User) -> None:
    locked = lock_exchange(item.exchange)
    refuse_if_over(locked)
    title = item.title
    item.delete()
    tell(locked, "exchange.agenda_removed", by=by, what=title)


@transaction.atomic
def save_cost(cost: ExchangeCost, *, seen_version: int | None, by: User) -> ExchangeCost:
    """Save a line of the costs. What was planned is part of the request, and stays as it was approved."""
    locked = lock_exchange(cost.exchange)
    refuse_if_over(locked)
    before = ExchangeCost.objects.filter(pk=cost.pk).first()
    if cost.pk:
        claim_version(cost, seen_version)
    if not locked.is_editable and not _is_as_approved(before, cost):
        raise ValidationError(
            {"planned": _("What was planned is what both sides read. Write what it cost under “actual”.")}
        )
    cost.exchange = locked
    cost.full_clean()
    cost.save(update_fields=[*COST_FIELDS, "version"] if cost.pk else None)
    if locked.no_costs:
        locked.no_costs = False
        locked.save(update_fields=["no_costs"])
    if locked.is_editable:
        locked.version += 1
        locked.save(update_fields=["version"])
    tell(locked, "exchange.cost_changed", by=by, what=cost.get_kind_display())
    return cost


def _is_as_approved(before: ExchangeCost | None, cost: ExchangeCost) -> bool:
    if before is None:
        return cost.planned is None
    same_currency = before.planned is None or before.currency == cost.currency
    return before.planned == cost.planned and same_currency


@transaction.atomic
def remove_cost(cost: ExchangeCost, *, by: User) -> None:
    locked = lock_exchange(cost.exchange)
    refuse_if_over(locked)
    if not locked.is_editable and cost.planned is not None:
        raise ValidationError(_("What was planned stays. If it cost nothing, write 0 under “actual”."), code="frozen")
    what = cost.get_kind_display()
    cost.delete()
    tell(locked, "exchange.cost_removed", by=by, what=what)


@transaction.atomic
def say_no_costs(exchange: Exchange, *, by: User) -> None:
    """That it cost nobody anything is an answer too."""
    locked = lock_exchange(exchange)
    refuse_if_over(locked)
    if locked.costs.all():
        raise ValidationError(_("There are costs on the list."), code="costs")
    locked.no_costs = True
    locked.save(update_fields=["no_costs"])
    tell(locked, "exchange.cost_nothing", by=by)
