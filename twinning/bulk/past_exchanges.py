"""Exchanges that were over before they were written down here, from a table: one row a journey."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from partnerships.actions.exchange_past import Journey, Recording, told_twin
from partnerships.exchange_guards import missing_to_record
from partnerships.exchange_reading import days_taken, is_twin, twins
from partnerships.exchange_states import CostKind, ExchangeKind
from partnerships.models import Contact, Exchange, ExchangeCost, Participation, Partnership, Traveller
from partnerships.models.programme import known_currency
from partnerships.permissions import can_edit_partnership, editable_among
from twinning.bulk.checking import Column, Findings, Fresh, Kind, naming
from twinning.bulk.reading import Row, Table
from twinning.bulk.reading_cells import read_choice, read_country, read_day, read_list, read_number


def read_currency(text: str) -> str:
    known_currency(text.upper())
    return text.upper()


class PastExchanges(Kind):
    """``partnership`` is the one from whose page the person came; a row may name another one."""

    slug = "exchanges"
    title = gettext_lazy("Past exchanges")
    list_name = "partnerships:exchange-list"
    # A country was found among all countries when its cell was read.
    not_asked = (
        "partnership",
        "sending",
        "receiving",
        "host_contact",
        "activity",
        "reference",
        "created_by",
        "country",
    )
    leaves_known = False
    hint = gettext_lazy(
        "One row for each journey that is over. Travellers are found among the contacts by name or e-mail address; "
        "several stand in one cell with semicolons. Working days are those that each traveller gave, 0 where there "
        "were none. An empty cost means that it is not known, 0 that there was none. Without a partnership the row "
        "belongs to the one you came from. A journey that is here already cannot be taken again."
    )
    columns = (
        Column(name="title", heading=gettext_lazy("Title"), is_needed=True, example="Theatre nurses in Oslo"),
        Column(
            name="travellers",
            heading=gettext_lazy("Travellers"),
            is_needed=True,
            also=("traveller", "traveler", "travelers", "people"),
            read=read_list,
            example="Grace Achieng",
        ),
        Column(
            name="sending",
            heading=gettext_lazy("Sending organization"),
            is_needed=True,
            also=("from", "sending", "sending organisation"),
            example="Mwanga Hill County Hospital",
        ),
        Column(
            name="receiving",
            heading=gettext_lazy("Receiving organization"),
            is_needed=True,
            also=("to", "receiving", "host", "host organization", "receiving organisation"),
            example="Fjordlys University Hospital",
        ),
        Column(
            name="starts_on",
            heading=gettext_lazy("First day of travel"),
            is_needed=True,
            also=("start", "start date", "first day"),
            read=read_day,
            example="2025-03-03",
        ),
        Column(
            name="ends_on",
            heading=gettext_lazy("Last day of travel"),
            is_needed=True,
            also=("end", "end date", "last day"),
            read=read_day,
            example="2025-03-14",
        ),
        Column(
            name="working_days",
            heading=gettext_lazy("Working days"),
            is_needed=True,
            also=("days", "working days each"),
            read=read_number,
            example="8",
        ),
        Column(
            name="kind",
            heading=gettext_lazy("Type"),
            also=("kind", "direction"),
            read=read_choice(ExchangeKind),
            example="Training or attachment",
        ),
        Column(name="purpose", heading=gettext_lazy("Purpose"), is_needed=True, example="Learn how the theatre works"),
        Column(name="place", heading=gettext_lazy("Place of destination"), also=("place", "city"), example="Oslo"),
        Column(
            name="country",
            heading=gettext_lazy("Country of destination"),
            also=("country",),
            read=read_country,
            example="NO",
        ),
        Column(name="cost", heading=gettext_lazy("Cost"), also=("actual cost",), read=read_number, example="3200"),
        Column(name="currency", heading=gettext_lazy("Currency"), read=read_currency, example="EUR"),
        Column(
            name="partnership",
            heading=gettext_lazy("Partnership"),
            also=("partnership reference",),
        ),
    )

    def __init__(self, user: User, into: str):
        super().__init__(user)
        found = Partnership.objects.visible_to(user).filter(slug=into).first()
        if found is None:
            raise Http404
        self.partnership = found
        self._taken: dict[int, list[tuple[date, date, str]]] = {}

    @property
    def into(self) -> str:
        return self.partnership.slug

    def may(self) -> bool:
        return can_edit_partnership(self.user, self.partnership)

    def notes(self, found: Findings) -> list[str]:
        if not found.new:
            return []
        return [
            _(
                "They come in as closed and marked as recorded afterwards: nobody is asked and no report is due. "
                "The working days of each traveller are proposed for the ledger."
            )
        ]

    def check(self, table: Table) -> Findings:
        self._taken = self._days_taken()
        return super().check(table)

    # What is here, read once for all rows

    @cached_property
    def _partnerships(self) -> dict[str, Partnership]:
        """By reference in small letters, and by their slug."""
        seen = list(Partnership.objects.visible_to(self.user).prefetch_related("participations__organization"))
        return {each.reference.casefold(): each for each in seen} | {each.slug: each for each in seen}

    @cached_property
    def _editable(self) -> set[int]:
        return editable_among(self.user, {each.pk for each in self._partnerships.values()})

    @cached_property
    def _people(self) -> dict[str, list[Contact]]:
        """The people that the person sees, by each of their names and by their address."""
        found: dict[str, list[Contact]] = defaultdict(list)
        fields = ("name", "local_name", "email", "organization_id", "user_id")
        for person in Contact.objects.visible_to(self.user).only(*fields):
            for name in {each.casefold() for each in (person.name, person.local_name, person.email) if each}:
                found[name].append(person)
        return found

    def _days_taken(self) -> dict[int, list[tuple[date, date, str]]]:
        """By person: first and last day of each journey, and how it is told. What is not seen is not named."""
        seen = {each.pk for each in self._partnerships.values()}
        taken: dict[int, list[tuple[date, date, str]]] = defaultdict(list)
        for each in days_taken(Contact.objects.visible_to(self.user).order_by().values("pk")):
            taken[each.contact_id].append((each.first, each.last, self._told(each, seen)))
        return taken

    def _told(self, each: Traveller, seen: set[int]) -> str:
        words = {"name": each.contact, "first": date_format(each.first), "last": date_format(each.last)}
        if each.exchange.partnership_id in seen:
            words["title"] = each.exchange.title
            return _("%(name)s is on “%(title)s” from %(first)s to %(last)s.") % words
        return _("%(name)s is on another exchange from %(first)s to %(last)s.") % words

    @cached_property
    def _here(self) -> dict[tuple, list[Exchange]]:
        """Exchanges that a row may turn out to be, by partnership and first day."""
        found: dict[tuple, list[Exchange]] = defaultdict(list)
        for each in twins(Exchange.objects.visible_to(self.user)):
            found[each.partnership_id, each.from_on].append(each)
        return found

    # One row

    def _values(self, row, by_heading):
        values, reasons = super()._values(row, by_heading)
        partnership = self._partnership_of(values, reasons)
        if partnership:
            values["partnership"] = partnership
            for name in ("sending", "receiving"):
                if name in values:
                    values[name] = self._party(partnership, name, values[name], reasons)
            if isinstance(values.get("sending"), Participation) and "travellers" in values:
                values["travellers"] = self._travellers(values["travellers"], values["sending"], reasons)
        if "cost" in values and values["cost"] and "currency" not in values:
            reasons.append(_("Currency is missing: a cost says in which one it was paid."))
        return values, reasons

    def _partnership_of(self, values: dict[str, Any], reasons: list[str]) -> Partnership | None:
        text = values.pop("partnership", "")
        found = self._partnerships.get(text.casefold() if text else self.partnership.slug)
        if found is None:
            reasons.append(_("Partnership: “%(text)s” is the reference of none that you see.") % {"text": text[:60]})
        elif found.pk not in self._editable:
            reasons.append(_("Partnership: you may not change the records of %(name)s.") % {"name": found})
        elif not found.is_open:
            reasons.append(
                _("Partnership: %(name)s is %(status)s; nothing more can be changed in it.")
                % {"name": found, "status": found.get_status_display().lower()}
            )
        else:
            return found
        return None

    def _party(self, partnership: Partnership, name: str, text: str, reasons: list[str]) -> Participation | None:
        wanted = text.casefold()
        for party in partnership.participations.all():
            its = party.organization
            if wanted in (its.name.casefold(), its.short_name.casefold(), its.local_name.casefold()):
                return party
        heading = next(column.heading for column in self.columns if column.name == name)
        reasons.append(
            _("%(heading)s: “%(text)s” takes no part in %(partnership)s.")
            % {"heading": heading, "text": text[:80], "partnership": partnership}
        )
        return None

    def _travellers(self, names: list[str], sending: Participation, reasons: list[str]) -> list[Contact]:
        people = []
        for name in names:
            found = self._people.get(name.casefold(), [])
            if len(found) > 1:
                # The namesake who works for whoever sends is meant.
                found = [each for each in found if each.organization_id == sending.organization_id] or found
            if len(found) == 1:
                people.append(found[0])
            elif found:
                reasons.append(
                    _("Travellers: “%(name)s” is the name of several. Write the e-mail address.") % {"name": name[:80]}
                )
            else:
                reasons.append(
                    _("Travellers: “%(name)s” is not among the contacts yet. Add the person first.")
                    % {"name": name[:80]}
                )
        return list(dict.fromkeys(people))

    def record(self, values: Mapping[str, Any]) -> tuple[Exchange, dict[str, Any]]:
        fields = {name: value for name, value in values.items() if name not in ("travellers", "cost", "currency")}
        there = values["receiving"].organization
        fields = {"kind": ExchangeKind.OTHER, "country": there.country, "place": there.city or there.name} | fields
        cost = None
        if "cost" in values:
            currency = values.get("currency", "USD")
            cost = ExchangeCost(kind=CostKind.OTHER, actual=values["cost"], currency=currency)
        exchange = Exchange(unplanned_reason=_("Recorded afterwards"), **fields)
        return exchange, {"people": values["travellers"], "cost": cost}

    def _fresh(self, row: Row, values: Mapping[str, Any], reasons: list[str]) -> Fresh | None:
        fresh = super()._fresh(row, values, reasons)
        if fresh is None:
            return None
        exchange, people, cost = fresh.record, fresh.more["people"], fresh.more["cost"]
        reasons += [
            _("This is still missing: %(missing)s.") % {"missing": each} for each in missing_to_record(exchange, people)
        ]
        if cost is not None:
            try:
                cost.clean_fields(exclude=["exchange"])
            except ValidationError as error:
                reasons.append(_("Cost: %(reason)s") % {"reason": " ".join(error.messages)})
        here = self._here.get((exchange.partnership_id, exchange.starts_on), [])
        twin = next((other for other in here if is_twin(exchange, people, other)), None)
        if twin:
            reasons.append(told_twin(twin))
        else:
            reasons += self._clashes(exchange, people)
        if not reasons:
            told = _("%(name)s travels in row %(number)s too, on one of these days.")
            for person in people:
                words = {"name": person, "number": row.number}
                self._taken.setdefault(person.pk, []).append((exchange.starts_on, exchange.ends_on, told % words))
        return fresh

    def _clashes(self, exchange: Exchange, people: list[Contact]) -> list[str]:
        return [
            told
            for person in people
            for first, last, told in self._taken.get(person.pk, ())
            if first <= exchange.ends_on and last >= exchange.starts_on
        ]

    def marks(self, values: Mapping[str, Any]) -> Iterable[Any]:
        parties = values["sending"].pk, values["receiving"].pk
        yield *parties, values["starts_on"], values["title"].casefold()

    def known_marks(self) -> set[Any]:
        """None: one that is here already is told with its reference, for somebody wrote it down as something new."""
        return set()

    def save_all(self, rows: list[Fresh], *, source: str) -> None:
        journeys = [
            Journey(exchange=fresh.record, people=fresh.more["people"], cost=fresh.more["cost"]) for fresh in rows
        ]
        recording = Recording(journeys, by=self.user, source=source)
        for fresh, journey in zip(rows, journeys, strict=True):
            with naming(fresh.row):
                recording.take(journey)
        recording.write()
