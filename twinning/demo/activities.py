"""The steps of a demonstration story that concern exchanges, workshops, meetings, gifts and awards."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from accounts.models import User
from partnerships.actions.attendance import save_sheet
from partnerships.actions.award import add_share, create_award
from partnerships.actions.contribution import add_contribution
from partnerships.actions.contribution_steps import confirm_contribution, count_contribution, verify_contribution
from partnerships.actions.exchange import add_traveller, create_exchange
from partnerships.actions.exchange_steps import answer_exchange, move_exchange
from partnerships.actions.meeting import add_meeting
from partnerships.actions.rate import add_role_rate
from partnerships.actions.registration import enrol
from partnerships.actions.workshop import create_workshop, move_workshop
from partnerships.actions.workshop_parts import add_trainer, save_session
from partnerships.exchange_reading import whole, with_exchange
from partnerships.meeting_time import Presence
from partnerships.models import (
    Award,
    AwardShare,
    Contribution,
    Exchange,
    Meeting,
    Partnership,
    Registration,
    RoleRate,
    Trainer,
    Workshop,
    WorkshopSession,
)

STEPS = ("confirmed", "verified", "counted")


class Activities:
    """The verbs; the story they belong to knows ``world``, ``partnership``, ``by`` and the day ``on``."""

    partnership: Partnership
    by: User
    on: date

    def do_award(self, row: dict[str, Any]) -> None:
        share = row.pop("share", None)
        donor, responsible = self.world.organizations[row.pop("donor")], self.world.users[row.pop("responsible")]
        dates = {name: date.fromisoformat(row.pop(name)) for name in ("starts_on", "ends_on")}
        amount = Decimal(row.pop("amount"))
        award = Award(donor=donor, responsible=responsible, amount=amount, **dates, **row)
        award = create_award(award, by=self.world.admin)
        amount = Decimal(share) if share else None
        add_share(AwardShare(award=award, partnership=self.partnership, amount=amount), by=self.world.admin)

    def do_role_rate(self, row: dict[str, Any]) -> None:
        valid_from = date.fromisoformat(row.pop("valid_from"))
        add_role_rate(RoleRate(rate=Decimal(row.pop("rate")), valid_from=valid_from, **row), by=self.world.admin)

    def do_meeting(self, row: dict[str, Any]) -> None:
        """On this day; ``people`` are keys of contacts, each with the role in which they gave their time."""
        present = [Presence(contact=self.world.contacts[key], role=role) for key, role in row.pop("people").items()]
        meeting = Meeting(partnership=self.partnership, starts_at=self._at(row.pop("at", "09:00"), "UTC"), **row)
        add_meeting(meeting, present=present, by=self.by)

    def do_gift(self, row: dict[str, Any]) -> None:
        """Something given on this day by the organization of ``side``, brought as far as ``state``."""
        wanted, side = row.pop("state", "draft"), row.pop("side")
        person = self.world.contacts.get(row.pop("person", ""))
        numbers = {name: Decimal(str(row.pop(name))) for name in ("quantity", "rate") if name in row}
        party = self.partnership.participations.filter(side=side).first()
        gift = Contribution(
            partnership=self.partnership,
            participation=party,
            person=person,
            starts_on=self.on,
            ends_on=self.on,
            **numbers,
            **row,
        )
        gift = add_contribution(gift, from_table="rate" not in numbers, by=self.by)
        for step in STEPS[: STEPS.index(wanted) + 1] if wanted in STEPS else ():
            if step == "confirmed":
                gift = confirm_contribution(gift, how="email", note="They wrote: yes, so it was.", by=self.by)
            elif step == "verified":
                gift = verify_contribution(gift, by=self.by)
            else:
                gift = count_contribution(gift, has_looked=True, by=self.by)

    def do_exchange(self, row: dict[str, Any]) -> None:
        """A request with its travellers, who are keys of contacts; ``approved_by`` says yes for the sending side."""
        parties = {party.side: party for party in self.partnership.participations.select_related("organization")}
        travellers, approver = row.pop("travellers"), row.pop("approved_by", "")
        dates = {name: date.fromisoformat(row.pop(name)) for name in ("starts_on", "ends_on")}
        activity = self.partnership.work_plan.activities.filter(number=row.pop("activity", 0)).first()
        exchange = Exchange(
            partnership=self.partnership,
            sending=parties[row.pop("sending")],
            receiving=parties[row.pop("receiving")],
            activity=activity,
            **dates,
            **row,
        )
        exchange = create_exchange(exchange, by=self.by)
        for key, role in travellers.items():
            add_traveller(
                exchange.travellers.model(exchange=exchange, contact=self.world.contacts[key], role=role), by=self.by
            )
        exchange = move_exchange(self._whole(exchange), "submitted", by=self.by)
        if approver:
            exchange = self._whole(exchange)
            answer_exchange(exchange, "approved", seen_version=exchange.version, by=self.world.users[approver])

    def _whole(self, exchange: Exchange) -> Exchange:
        return with_exchange(whole(Exchange.objects.filter(pk=exchange.pk)).get())

    def do_workshop(self, row: dict[str, Any]) -> None:
        """A course with its sessions (days from this one), trainers and people, taken through ``steps``; all were there
        but those in ``missing``."""
        sessions, trainers, people = row.pop("sessions"), row.pop("trainers"), row.pop("people")
        steps, missing = row.pop("steps"), row.pop("missing", [])
        workshop = create_workshop(Workshop(partnership=self.partnership, **row), by=self.by)
        made = [
            add_trainer(Trainer(workshop=workshop, contact=self.world.contacts[key], side=side), by=self.by)
            for key, side in trainers.items()
        ]
        for each in sessions:
            starts_at = self._at(each["at"], workshop.time_zone) + timedelta(days=each["day"])
            session = WorkshopSession(
                workshop=workshop,
                title=each["title"],
                starts_at=starts_at,
                ends_at=starts_at + timedelta(hours=each["hours"]),
            )
            save_session(session, trainers=made, by=self.by)
        for step in steps:
            workshop = move_workshop(workshop, step, by=self.by)
            if step == "registration_open":
                for person in people:
                    enrol(Registration(workshop=workshop, **person), by=self.by)
        if workshop.state in ("running", "delivered"):
            self._attend(workshop, missing)

    def _attend(self, workshop: Workshop, missing: list[str]) -> None:
        people = {row.pk: row.name for row in workshop.registrations.all()}
        sessions = list(workshop.sessions.values_list("pk", flat=True))
        ticked = {(pk, session) for pk, name in people.items() for session in sessions if name not in missing}
        save_sheet(workshop, people=set(people), ticked=ticked, seen=set(), complete=sessions, by=self.by)

    def _at(self, clock: str, zone: str) -> datetime:
        return datetime.combine(self.on, time.fromisoformat(clock), tzinfo=ZoneInfo(zone))
