"""What closed exchanges and workshops that were held gave, for settings.CONTRIBUTION_SOURCES. No day counts twice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import ROUND_DOWN, Decimal

from django.utils.translation import gettext as _

from partnerships.contribution_sources import Proposal, givers_of
from partnerships.contribution_states import HOURS_A_DAY, ContributionKind, Unit, measured
from partnerships.exchange_reading import CountableDays, countable_days
from partnerships.exchange_states import ExchangeState
from partnerships.models import Contribution, Partnership, Traveller, Workshop
from partnerships.workshop_reading import trainer_times, with_trainer_times
from partnerships.workshop_states import HELD

HUNDREDTH = Decimal("0.01")


def days_of_exchanges(partnership: Partnership) -> Iterator[Proposal]:
    """The working days that each traveller of a closed exchange gave, but for the time that is in the ledger already.

    That is so when an exchange is written down after the workshop in its midst, see also days_away().
    """
    parties = {party.pk: party for party in givers_of(partnership).parties}
    counted = _counted_before(partnership)
    for each in _given(partnership):
        exchange = each.exchange
        entries = [entry for entry in counted[each.person.pk] if _days_in(entry, each)]
        days = each.days - sum((_days_of(entry, each) for entry in entries), Decimal(0))
        days = days.quantize(HUNDREDTH, rounding=ROUND_DOWN)
        if days <= 0:
            continue
        yield Proposal(
            source=f"exchange:{exchange.pk}:traveller:{each.traveller}",
            thing=f"exchange:{exchange.pk}",
            title=_("Exchange: %(title)s") % {"title": exchange.title},
            participation=parties[exchange.sending_id],
            person=each.person,
            kind=ContributionKind.TIME,
            starts_on=each.from_on,
            ends_on=each.until_on,
            quantity=days,
            unit=Unit.DAY,
            note=_told(partnership, each, entries),
        )


def _counted_before(partnership: Partnership) -> dict[int, list[Contribution]]:
    """By contact, the working time in whatever ledger that no exchange told of, on days of closed exchanges."""
    found: dict[int, list[Contribution]] = defaultdict(list)
    given = _given(partnership)
    if not given:
        return found
    entries = Contribution.objects.standing().filter(
        kind=ContributionKind.TIME,
        person__in={each.person.pk for each in given},
        starts_on__lte=max(each.until_on for each in given),
        ends_on__gte=min(each.from_on for each in given),
    )
    for entry in entries.exclude(source__startswith="exchange:").order_by("starts_on", "pk"):
        found[entry.person_id].append(entry)
    return found


def _days_in(entry: Contribution, given: CountableDays) -> int:
    """How many days of an entry are days of the exchange."""
    both = min(entry.ends_on, given.until_on) - max(entry.starts_on, given.from_on)
    return max(0, both.days + 1)


def _days_of(entry: Contribution, given: CountableDays) -> Decimal:
    """The working days of an entry that lie in the exchange; where it goes on outside, as many as may."""
    days = entry.quantity if entry.unit == Unit.DAY else entry.quantity / HOURS_A_DAY
    return min(days, Decimal(_days_in(entry, given)))


def _told(partnership: Partnership, given: CountableDays, entries: list[Contribution]) -> str:
    if not entries:
        return ""
    own = [entry.code for entry in entries if entry.partnership_id == partnership.pk]
    codes = own + ([_("another partnership")] if len(own) < len(entries) else [])
    words = {"days": measured(given.days, Unit.DAY), "codes": ", ".join(codes)}
    return _("Of %(days)s; the rest is in the ledger already: %(codes)s.") % words


def hours_of_workshops(partnership: Partnership) -> Iterator[Proposal]:
    """The hours that unpaid trainers taught, but for days on which they were away on an exchange: those count there."""
    givers, away = givers_of(partnership), days_away(partnership)
    held = Workshop.objects.filter(partnership=partnership, state__in=HELD).order_by("pk")
    for workshop in with_trainer_times(held):
        for each in trainer_times(workshop):
            party = givers.party_of(each.contact)
            hours = {day: spent for day, spent in each.by_day.items() if day not in away[each.contact.pk]}
            if each.is_paid or party is None or not hours:
                continue
            yield Proposal(
                source=f"workshop:{workshop.pk}:contact:{each.contact.pk}",
                thing=f"workshop:{workshop.pk}",
                title=_("Teaching: %(title)s") % {"title": workshop.title},
                participation=party,
                person=each.contact,
                kind=ContributionKind.TIME,
                starts_on=min(hours),
                ends_on=max(hours),
                quantity=sum(hours.values()),
                unit=Unit.HOUR,
            )


def days_away(partnership: Partnership) -> dict[int, set[date]]:
    """By contact, the days of closed exchanges for which working days are counted."""
    away: dict[int, set[date]] = defaultdict(set)
    for each in _given(partnership):
        span = (each.until_on - each.from_on).days + 1
        away[each.person.pk].update(each.from_on + timedelta(days=n) for n in range(span))
    return away


def _given(partnership: Partnership) -> list[CountableDays]:
    """Read once for the partnership in hand: three sources ask for it."""
    if not hasattr(partnership, "_given_days"):
        away = Traveller.objects.filter(exchange__partnership=partnership, exchange__state=ExchangeState.CLOSED)
        away = away.select_related("exchange__sending", "contact__organization")
        partnership._given_days = countable_days(away.order_by("exchange_id", "pk"))
    return partnership._given_days
