"""What closed exchanges and workshops that were held gave, for settings.CONTRIBUTION_SOURCES. No day counts twice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta

from django.utils.translation import gettext as _

from partnerships.contribution_sources import Proposal, givers_of
from partnerships.contribution_states import ContributionKind, Unit
from partnerships.exchange_reading import CountableDays, countable_days
from partnerships.exchange_states import ExchangeState
from partnerships.models import Partnership, Traveller, Workshop
from partnerships.workshop_reading import trainer_times, with_trainer_times
from partnerships.workshop_states import HELD


def days_of_exchanges(partnership: Partnership) -> Iterator[Proposal]:
    """The working days that each traveller of a closed exchange gave."""
    parties = {party.pk: party for party in givers_of(partnership).parties}
    for each in _given(partnership):
        exchange = each.exchange
        yield Proposal(
            source=f"exchange:{exchange.pk}:traveller:{each.traveller}",
            thing=f"exchange:{exchange.pk}",
            title=_("Exchange: %(title)s") % {"title": exchange.title},
            participation=parties[exchange.sending_id],
            person=each.person,
            kind=ContributionKind.TIME,
            starts_on=each.from_on,
            ends_on=each.until_on,
            quantity=each.days,
            unit=Unit.DAY,
        )


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
