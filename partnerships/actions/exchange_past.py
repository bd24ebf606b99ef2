"""Exchanges that were over before they were written down here: they begin at their end.

See also exchange_states.RECORDED.
"""

from __future__ import annotations

from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from partnerships.actions.exchange import next_reference, refuse_clashes, tell
from partnerships.actions.partnership import refuse_unless_open
from partnerships.exchange_guards import missing_to_record
from partnerships.exchange_reading import is_twin, twins
from partnerships.exchange_states import RECORDED, TRAVELLER_RECORDED
from partnerships.models import Contact, Exchange, ExchangeCost, Partnership, Traveller


@transaction.atomic
def record_exchange(
    exchange: Exchange, people: list[Contact], *, by: User, source: str, cost: ExchangeCost | None = None
) -> Exchange:
    """Save a past exchange as closed, with ``people`` who are back and owe no report. ``source`` is where it came from.

    Each of them gave ``exchange.working_days``. A ``cost`` without an amount says that there was none; without a cost
    it is not known. Nobody travelled twice on one day, and the same exchange is refused.
    """
    partnership = Partnership.objects.select_for_update(of=("self",)).get(pk=exchange.partnership_id)
    refuse_unless_open(partnership)
    missing = missing_to_record(exchange, people)
    if missing:
        raise ValidationError(
            _("This is still missing: %(missing)s."), code="missing", params={"missing": ", ".join(missing)}
        )
    _refuse_twin(exchange, people)
    exchange.reference = next_reference(partnership)
    exchange.state = RECORDED
    exchange.actual_starts_on, exchange.actual_ends_on = exchange.starts_on, exchange.ends_on
    # There are no travel data to keep.
    exchange.closed_on = exchange.delete_data_on = timezone.localdate()
    exchange.no_costs = cost is not None and not cost.actual
    exchange.created_by = by
    exchange.full_clean()
    refuse_clashes(people, exchange, by=by, field="__all__")
    exchange.save()
    for person in people:
        _record_traveller(exchange, person, days=exchange.working_days)
    if cost is not None and cost.actual:
        cost.exchange = exchange
        cost.full_clean()
        cost.save()
    tell(exchange, "exchange.recorded", by=by, file=source, n=len(people))
    return exchange


def _refuse_twin(exchange: Exchange, people: list[Contact]) -> None:
    same = Exchange.objects.filter(partnership=exchange.partnership_id, sending=exchange.sending_id)
    begun = Q(actual_starts_on=exchange.starts_on) | Q(actual_starts_on=None, starts_on=exchange.starts_on)
    twin = next((other for other in twins(same.filter(begun)) if is_twin(exchange, people, other)), None)
    if twin:
        raise ValidationError(told_twin(twin), code="twice")


def told_twin(twin: Exchange) -> str:
    return _("This exchange is here already: %(reference)s, “%(title)s”.") % {
        "reference": twin.reference,
        "title": twin.title,
    }


def _record_traveller(exchange: Exchange, person: Contact, *, days: Decimal) -> None:
    traveller = Traveller(
        exchange=exchange,
        contact=person,
        state=TRAVELLER_RECORDED,
        departed_on=exchange.starts_on,
        arrived_on=exchange.starts_on,
        returned_on=exchange.ends_on,
        days_given=days,
        report_waived_reason=_("Recorded afterwards"),
    )
    traveller.full_clean()
    traveller.save()
