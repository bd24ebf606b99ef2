"""The steps of a demonstration story that concern exchanges, from the request to the last report."""

from __future__ import annotations

from datetime import date, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet

from accounts.models import User
from partnerships.actions.exchange import add_traveller, create_exchange
from partnerships.actions.exchange_parts import save_agenda_item, save_cost, say_no_costs
from partnerships.actions.exchange_steps import answer_exchange, move_exchange
from partnerships.actions.travel_data import name_reader, save_travel_data
from partnerships.actions.travelling import (
    judge_traveller,
    move_traveller,
    record_days,
    sign_undertakings,
    tick_items,
    waive_report,
)
from partnerships.models import AgendaItem, ChecklistItem, Exchange, ExchangeCost, Partnership, Traveller
from partnerships.models.traveller import RISK
from toolkit.actions.trip_reports import link_to_report
from toolkit.permissions import writer_for_link
from twinning.demo.answers import cells_of

if TYPE_CHECKING:
    from twinning.demo.world import World

VISA = ("visa_applied", "visa_granted")


class Journeys:
    """The verbs; the story they belong to knows ``world``, ``partnership``, ``by`` and the day ``on``."""

    world: World
    partnership: Partnership
    by: User
    on: date
    exchanges: dict[str, Exchange]

    def do_exchange(self, row: dict[str, Any]) -> None:
        """A request with its travellers, who are keys of contacts with their role, and its planned costs.

        It is sent to the first approver at once, unless it is a ``draft``.
        """
        parties = {party.organization_id: party for party in self.partnership.participations.current()}
        travellers, costs, is_draft = row.pop("travellers"), row.pop("costs", []), row.pop("draft", False)
        sides = {name: parties[self.world.organizations[row.pop(name)].pk] for name in ("sending", "receiving")}
        dates = {name: date.fromisoformat(row.pop(name)) for name in ("starts_on", "ends_on")}
        plan = getattr(Partnership.objects.get(pk=self.partnership.pk), "work_plan", None)
        activity = plan.activities.filter(number=row.pop("activity", 0)).first() if plan else None
        contact, key = self.world.contacts.get(row.pop("host_contact", "")), row.pop("key")
        exchange = Exchange(partnership=self.partnership, activity=activity, host_contact=contact)
        for name, value in {**sides, **dates, **row}.items():
            setattr(exchange, name, value)
        exchange = self.exchanges[key] = create_exchange(exchange, by=self.by)
        for person, role in travellers.items():
            add_traveller(Traveller(exchange=exchange, contact=self.world.contacts[person], role=role), by=self.by)
        for kind, planned, currency, paid_by in costs:
            cost = ExchangeCost(
                exchange=exchange, kind=kind, planned=Decimal(planned), currency=currency, paid_by=paid_by
            )
            save_cost(cost, seen_version=None, by=self.by)
        if not is_draft:
            move_exchange(self._row(key), "submitted", by=self.by)

    def do_answer(self, row: dict[str, str]) -> None:
        """``by`` answers for the step that the request waits for: yes, unless ``with`` says otherwise."""
        exchange = self._row(row["exchange"])
        answer_exchange(
            exchange,
            row.get("with", "approved"),
            seen_version=exchange.version,
            comment=row.get("comment", ""),
            by=self.world.users[row["by"]],
        )

    def do_move_exchange(self, row: dict[str, str]) -> None:
        words = {"code": row.get("code", ""), "reason": row.get("reason", "")}
        move_exchange(self._row(row["exchange"]), row["to"], by=self.by, **words)

    def do_agenda(self, row: dict[str, Any]) -> None:
        """``items``: rows of [day from the first one, from, until, title, key of who receives]."""
        exchange = self._row(row["exchange"])
        for day, starts_at, ends_at, title, *host in row["items"]:
            item = AgendaItem(
                exchange=exchange,
                on=exchange.starts_on + timedelta(days=day),
                starts_at=time.fromisoformat(starts_at),
                ends_at=time.fromisoformat(ends_at),
                title=title,
                host_person=str(self.world.contacts[host[0]]) if host else "",
            )
            save_agenda_item(item, seen_version=None, by=self.by)

    def do_prepare(self, row: dict[str, Any]) -> None:
        """All that must be settled before the journey, in one day; ``until`` leaves it half done at “visa”."""
        for traveller in self._travellers(row["exchange"]):
            for state in ("accepted", *(VISA if row.get("visa", True) else ("visa_not_needed",))):
                if row.get("until") == "visa" and state == "visa_granted":
                    break
                move_traveller(traveller, state, by=self.by)
            if row.get("until") == "visa":
                continue
            self._seal(traveller)
            sign_undertakings(traveller, by=traveller.contact.user or self.by)
            self._tick(row["exchange"], traveller)
            judge_traveller(traveller, "go", note="", by=self.by)
            move_traveller(traveller, "cleared", by=self.by)
        if row.get("until") != "visa":
            self._tick(row["exchange"], None)
            move_exchange(self._row(row["exchange"]), "ready", by=self.by)

    def _seal(self, traveller: Traveller) -> None:
        """The traveller types passport and insurance; for one without an account the coordinator, who is named."""
        by = traveller.contact.user
        if by is None:
            by = self.by
            name_reader(traveller, by, by=by)
        data = {
            "passport_family_name": traveller.contact.name.split()[-1],
            "passport_number": f"X{traveller.pk:07d}",
            "passport_expires_on": self.world.day(-900).isoformat(),
            "insurance": f"Fairwind Mutual, policy {4400 + traveller.pk}, +44 20 5555 0199",
            "emergency_name": "At home: the family",
            "emergency_phone": traveller.contact.phone,
        }
        save_travel_data(traveller, data, seen_version=0, by=by)

    def _tick(self, key: str, traveller: Traveller | None) -> None:
        exchange = self._row(key)
        items = exchange.checklist.filter(traveller=traveller)
        answers = {item.pk: ("done", item.note or self._note(item)) for item in items}
        seen = {item.pk: (item.state, item.note) for item in items}
        tick_items(exchange, traveller, answers, seen=seen, by=self.by)

    def _note(self, item: ChecklistItem) -> str:
        return "Talked through with the hosts; the coordinator looks after it" if item.slug.startswith(RISK) else ""

    def do_travel(self, row: dict[str, str]) -> None:
        """Everybody, or ``only`` one person: departed, arrived or returned on this day, or what came instead.

        ``reason`` says why, ``until`` on which day somebody who stays longer comes home.
        """
        travellers = self._travellers(row["exchange"])
        if "only" in row:
            travellers = travellers.filter(contact=self.world.contacts[row["only"]])
        on = date.fromisoformat(row["until"]) if "until" in row else self.on
        for traveller in travellers:
            by = traveller.contact.user or self.by
            move_traveller(traveller, row["to"], on=on, reason=row.get("reason", ""), by=by)

    def do_report(self, row: dict[str, Any]) -> None:
        """The traveller hands in the trip report by the link."""
        traveller = self._travellers(row["exchange"]).get(contact=self.world.contacts[row["traveller"]])
        link = link_to_report(traveller, by=self.by)
        document, writer = link.document, writer_for_link(link)
        response = document.responses.get()
        response.document = document
        cells = self._signed(response, writer) | cells_of(response, row["answers"])
        self._write(response, cells, writer)
        self._submit(response, writer)

    def do_waive(self, row: dict[str, str]) -> None:
        """No report is asked of anybody who owes one; their days are those that were planned."""
        for traveller in self._travellers(row["exchange"]):
            if traveller.owes_report:
                waive_report(traveller, reason=row["reason"], by=self.by)
                record_days(traveller, traveller.proposed_days, by=self.by)

    def do_close_exchange(self, row: dict[str, Any]) -> None:
        """``actual``: what each planned cost was in the end, in their order; none where nothing was paid."""
        exchange = self._row(row["exchange"])
        costs = list(exchange.costs.order_by("pk"))
        for cost, actual in zip(costs, row.get("actual", []), strict=True):
            cost.actual = Decimal(actual)
            save_cost(cost, seen_version=cost.version, by=self.by)
        if not costs:
            say_no_costs(exchange, by=self.by)
        move_exchange(self._row(row["exchange"]), "closed", by=self.by)

    def _row(self, key: str) -> Exchange:
        """As it stands."""
        return Exchange.objects.select_related("partnership").get(pk=self.exchanges[key].pk)

    def _travellers(self, key: str) -> QuerySet[Traveller]:
        rows = Traveller.objects.filter(exchange=self.exchanges[key].pk)
        return rows.select_related("contact__user", "exchange__partnership")
