"""Exchanges that were over before they were written down here: they begin at their end.

See also exchange_states.RECORDED.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from partnerships.actions.exchange import lock_people, n_made, told_clashes
from partnerships.actions.partnership import refuse_unless_open
from partnerships.exchange_guards import missing_to_record
from partnerships.exchange_reading import days_taken, is_twin, twins
from partnerships.exchange_states import RECORDED, TRAVELLER_RECORDED
from partnerships.models import Contact, Exchange, ExchangeCost, HistoryEntry, Partnership, Traveller
from partnerships.models.history import entry

# Links are ours. Countries are read from a list of them, and looking each up again in all choices takes half the time.
LINKS = (
    "country", "partnership", "sending", "receiving", "host_contact", "activity", "created_by", "exchange", "contact",
)  # fmt: skip


@dataclass(kw_only=True)
class Journey:
    """An exchange that is not saved yet, with ``people`` who each gave ``exchange.working_days``.

    A ``cost`` without an amount says that there was none; without a cost it is not known.
    """

    exchange: Exchange
    people: list[Contact]
    cost: ExchangeCost | None = None


def record_exchange(
    exchange: Exchange, people: list[Contact], *, by: User, source: str, cost: ExchangeCost | None = None
) -> Exchange:
    """Save one past exchange as closed. ``source`` is where it came from."""
    journey = Journey(exchange=exchange, people=people, cost=cost)
    with transaction.atomic():
        recording = Recording([journey], by=by, source=source)
        recording.take(journey)
        recording.write()
    return exchange


class Recording:
    """Past exchanges on their way into the records: their travellers are back and owe no report.

    Partnerships and people are locked and read once for all journeys, and the rows written together, so that a
    thousand take seconds. Inside one transaction: ``take`` each journey, which may refuse it, then ``write``.
    """

    def __init__(self, journeys: Iterable[Journey], *, by: User, source: str):
        self.by, self.source = by, source
        journeys = list(journeys)
        keys = {journey.exchange.partnership_id for journey in journeys}
        locked = Partnership.objects.select_for_update(of=("self",)).filter(pk__in=keys).order_by("pk")
        self.partnerships = {each.pk: each for each in locked}
        people = {person.pk: person for journey in journeys for person in journey.people}
        lock_people(people.values())
        self.away: dict[int, list[Traveller]] = defaultdict(list)
        for each in days_taken(people.values()):
            self.away[each.contact_id].append(each)
        self.here: dict[tuple[int, date], list[Exchange]] = defaultdict(list)
        for each in twins(Exchange.objects.filter(partnership__in=keys)):
            self.here[each.partnership_id, each.from_on].append(each)
        self.made = {pk: n_made(partnership) for pk, partnership in self.partnerships.items()}
        self.taken: list[Journey] = []

    def take(self, journey: Journey) -> None:
        """Nobody travelled twice on one day, and the same exchange is refused."""
        exchange, people = journey.exchange, journey.people
        partnership = self.partnerships[exchange.partnership_id]
        refuse_unless_open(partnership)
        missing = missing_to_record(exchange, people)
        if missing:
            raise ValidationError(
                _("This is still missing: %(missing)s."), code="missing", params={"missing": ", ".join(missing)}
            )
        here = self.here[exchange.partnership_id, exchange.starts_on]
        if twin := next((other for other in here if is_twin(exchange, people, other)), None):
            raise ValidationError(told_twin(twin), code="twice")
        self._close(journey, partnership)
        exchange.clean_fields(exclude=LINKS)
        exchange.clean()
        if journey.cost is not None and journey.cost.actual:
            journey.cost.clean_fields(exclude=LINKS)
        self._refuse_clashes(exchange, people)
        for person in people:
            self.away[person.pk].append(_traveller(exchange, person))
        self.taken.append(journey)

    def _close(self, journey: Journey, partnership: Partnership) -> None:
        exchange, cost = journey.exchange, journey.cost
        self.made[partnership.pk] += 1
        exchange.reference = f"{partnership.reference}-X{self.made[partnership.pk]}"
        exchange.state = RECORDED
        exchange.actual_starts_on, exchange.actual_ends_on = exchange.starts_on, exchange.ends_on
        # There are no travel data to keep.
        exchange.closed_on = exchange.delete_data_on = timezone.localdate()
        exchange.no_costs = cost is not None and not cost.actual
        exchange.created_by = self.by

    def _refuse_clashes(self, exchange: Exchange, people: list[Contact]) -> None:
        found = [
            each
            for person in people
            for each in self.away[person.pk]
            if each.first <= exchange.ends_on and each.last >= exchange.starts_on
        ]
        if found:
            raise ValidationError({"__all__": told_clashes(found, by=self.by)})

    def write(self) -> None:
        Exchange.objects.bulk_create(journey.exchange for journey in self.taken)
        rows = [_traveller(each.exchange, person) for each in self.taken for person in each.people]
        for row in rows:
            row.clean_fields(exclude=LINKS)
        Traveller.objects.bulk_create(rows)
        costs = [journey.cost for journey in self.taken if journey.cost is not None and journey.cost.actual]
        for journey in self.taken:
            if journey.cost is not None:
                journey.cost.exchange = journey.exchange
        ExchangeCost.objects.bulk_create(costs)
        HistoryEntry.objects.bulk_create(self._told(journey) for journey in self.taken)

    def _told(self, journey: Journey) -> HistoryEntry:
        exchange = journey.exchange
        words = {"reference": exchange.reference, "title": exchange.title, "file": self.source}
        return entry(exchange.partnership, "exchange.recorded", by=self.by, n=len(journey.people), **words)


def told_twin(twin: Exchange) -> str:
    return _("This exchange is here already: %(reference)s, “%(title)s”.") % {
        "reference": twin.reference,
        "title": twin.title,
    }


def _traveller(exchange: Exchange, person: Contact) -> Traveller:
    """Not saved yet, with the ``first`` and ``last`` day of days_taken()."""
    traveller = Traveller(
        exchange=exchange,
        contact=person,
        state=TRAVELLER_RECORDED,
        departed_on=exchange.starts_on,
        arrived_on=exchange.starts_on,
        returned_on=exchange.ends_on,
        days_given=exchange.working_days,
        report_waived_reason=_("Recorded afterwards"),
    )
    traveller.first, traveller.last = exchange.starts_on, exchange.ends_on
    return traveller
