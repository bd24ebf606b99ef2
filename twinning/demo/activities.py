"""The steps of a demonstration story that concern workshops, meetings and what both sides give."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from accounts.models import User
from partnerships.actions.attendance import save_sheet
from partnerships.actions.contribution import add_contribution, attach_evidence, change_contribution
from partnerships.actions.contribution_steps import (
    confirm_contribution,
    count_contribution,
    reject_contribution,
    reverse_contribution,
    verify_contribution,
)
from partnerships.actions.meeting import add_meeting
from partnerships.actions.proposal import take_proposal
from partnerships.actions.registration import enrol
from partnerships.actions.results import (
    issue_certificates,
    save_evaluation,
    save_report,
    save_results,
    say_why_no_tests,
)
from partnerships.actions.workshop import create_workshop, move_workshop
from partnerships.actions.workshop_parts import add_trainer, save_session
from partnerships.contribution_guards import needs_evidence
from partnerships.contribution_sources import open_proposals
from partnerships.contribution_states import ConfirmMode
from partnerships.meeting_time import Presence
from partnerships.models import (
    Contribution,
    Evaluation,
    Meeting,
    Partnership,
    Registration,
    Trainer,
    Workshop,
    WorkshopSession,
)
from twinning.demo.evidence import paper
from twinning.locking import row_stamp

if TYPE_CHECKING:
    from twinning.demo.world import World

STEPS = ("confirmed", "verified", "counted")
FRIDAY = 4
CRITERIA = ("relevance", "clarity", "methods", "logistics", "overall")


def working_start(first: date, days: list[int], today: date) -> date:
    """``first``, or the last day before it from which no session falls on a weekend, nor a planned one on the holidays.

    What is over moves by less than a week, or its later steps would come too late for it.
    """
    furthest = 28 if first > today else 6
    for back in range(furthest + 1):
        start = first - timedelta(days=back)
        held = [start + timedelta(days=day) for day in days]
        if start <= today < first:
            break
        if not any(day.weekday() > FRIDAY or (first > today and is_holiday(day)) for day in held):
            return start
    return first


def is_holiday(day: date) -> bool:
    return (day.month, day.day) >= (12, 20) or (day.month, day.day) <= (1, 6)


class Activities:
    """The verbs; the story they belong to knows ``world``, ``partnership``, ``by`` and the day ``on``."""

    world: World
    partnership: Partnership
    by: User
    on: date
    workshops: dict[str, Workshop]

    def do_meeting(self, row: dict[str, Any]) -> None:
        """On this day; ``people`` are keys of contacts, each with the role in which they gave their time."""
        present = [Presence(contact=self.world.contacts[key], role=role) for key, role in row.pop("people").items()]
        actions = row.pop("actions", [])
        meeting = Meeting(partnership=self.partnership, starts_at=self._at(row.pop("at", "07:00"), "UTC"), **row)
        add_meeting(meeting, present=present, by=self.by)
        for action in actions:
            self.do_follow_up(action | {"meeting": meeting.pk})

    # What was given

    def do_gift(self, row: dict[str, Any]) -> None:
        """Something given by ``organization``, else the lead of ``side``, brought as far as ``state``.

        It was given on this day, or ``over`` so many days up to it.
        """
        begun = self.on - timedelta(days=row.pop("over", 1) - 1)
        wanted, words = row.pop("state", "draft"), {name: row.pop(name, "") for name in ("evidence", "reason")}
        person = self.world.contacts.get(row.pop("person", ""))
        numbers = {name: Decimal(str(row.pop(name))) for name in ("quantity", "rate") if name in row}
        parties = self.partnership.participations.filter(side=row.pop("side"))
        if "organization" in row:
            parties = parties.filter(organization=self.world.organizations[row.pop("organization")])
        gift = Contribution(
            partnership=self.partnership,
            participation=parties.first(),
            person=person,
            starts_on=begun,
            ends_on=self.on,
            **numbers,
            **row,
        )
        gift = add_contribution(gift, from_table="rate" not in numbers, by=self.by)
        if words["evidence"] or (needs_evidence(gift) and wanted in STEPS[1:]):
            self._prove(gift, words["evidence"])
        self._bring(gift, wanted, reason=words["reason"])

    def do_take(self, row: dict[str, Any]) -> None:
        """What the records of ``exchange`` or ``workshop`` propose goes into the ledger, as work in ``role``."""
        rows = self.exchanges | self.workshops
        kind = "exchange" if "exchange" in row else "workshop"
        thing = f"{kind}:{rows[row[kind]].pk}"
        proposed, _dismissed = open_proposals(Partnership.objects.get(pk=self.partnership.pk))
        for proposal in [each for each in proposed if each.thing == thing]:
            gift = take_proposal(self.partnership, proposal.source, by=self.by)
            gift.match, gift.role = "yes", gift.role or row["role"]
            gift = change_contribution(gift, from_table=True, seen_version=gift.version, by=self.by)
            self._bring(gift, row.get("state", "counted"))

    def do_reverse(self, row: dict[str, str]) -> None:
        gift = self.partnership.contributions.get(description=row["description"], reverses=None)
        reverse_contribution(gift, reason=row["reason"], by=self.by)

    def _prove(self, gift: Contribution, told: str) -> None:
        lines = [told or "Delivery note", self.on.isoformat(), gift.title, f"{gift.quantity_text} × {gift.rate_text}"]
        attach_evidence(gift, paper(f"{told or 'delivery-note'}.pdf", lines), by=self.by)

    def _bring(self, gift: Contribution, wanted: str, *, reason: str = "") -> None:
        for step in STEPS[: STEPS.index(wanted) + 1] if wanted in STEPS else ():
            if step == "confirmed" and gift.person and gift.person.user:
                gift = confirm_contribution(gift, how=ConfirmMode.ACCOUNT, by=gift.person.user)
            elif step == "confirmed":
                note = "They wrote: yes, so it was."
                gift = confirm_contribution(gift, how=ConfirmMode.EMAIL, note=note, by=self.by)
            elif step == "verified":
                gift = verify_contribution(gift, by=self.by)
            else:
                gift = count_contribution(gift, has_looked=True, by=self.by)
        if wanted == "rejected":
            reject_contribution(gift, reason=reason, by=self.by)

    # Workshops

    def do_workshop(self, row: dict[str, Any]) -> None:
        """A course with its trainers and its sessions on days from ``first``, or a little earlier where these would
        be days of rest; later steps follow by its ``key``."""
        sessions, trainers, key = row.pop("sessions"), row.pop("trainers"), row.pop("key")
        first = working_start(date.fromisoformat(row.pop("first")), [day for day, *_rest in sessions], self.world.today)
        topics = [self.world.topics[slug] for slug in row.pop("topics", [])]
        number, plan = row.pop("activity", 0), getattr(self.partnership, "work_plan", None)
        activity = plan.activities.filter(number=number).first() if plan else None
        workshop = Workshop(partnership=self.partnership, activity=activity, **row)
        workshop = self.workshops[key] = create_workshop(workshop, topics=topics, by=self.by)
        made = [
            add_trainer(Trainer(workshop=workshop, contact=self.world.contacts[name], side=side), by=self.by)
            for name, side in trainers.items()
        ]
        for day, clock, hours, title in sessions:
            starts_at = self._at(clock, workshop.time_zone, on=first + timedelta(days=day))
            session = WorkshopSession(
                workshop=workshop, title=title, starts_at=starts_at, ends_at=starts_at + timedelta(hours=hours)
            )
            save_session(session, trainers=made, by=self.by)

    def do_move_workshop(self, row: dict[str, Any]) -> None:
        """One step, or several on one day."""
        steps = row["to"] if isinstance(row["to"], list) else [row["to"]]
        for step in steps:
            move_workshop(self._workshop(row["workshop"]), step, by=self.by, reason=row.get("reason", ""))

    def do_enrol(self, row: dict[str, Any]) -> None:
        """``people``: rows of [name, organization, post]."""
        for name, organization, post in row["people"]:
            person = Registration(
                workshop=self._workshop(row["workshop"]),
                name=name,
                organization=organization,
                post=post,
                country=row.get("country", ""),
            )
            enrol(person, by=self.by)

    def do_attend(self, row: dict[str, Any]) -> None:
        """The typed sign-in sheet of all sessions that are over: all were there but those in ``missing``.

        ``partly`` says of a name how many of the last sessions that person missed.
        """
        workshop = self._workshop(row["workshop"])
        people = {person.pk: person.name for person in workshop.registrations.seated()}
        until = datetime.combine(self.on + timedelta(days=1), time(), tzinfo=ZoneInfo("UTC"))
        sessions = list(
            workshop.sessions.filter(ends_at__lt=until).order_by("starts_at", "pk").values_list("pk", flat=True)
        )
        missed = dict.fromkeys(row.get("missing", []), len(sessions)) | row.get("partly", {})
        ticked = {
            (pk, session) for pk, name in people.items() for session in sessions[: len(sessions) - missed.get(name, 0)]
        }
        save_sheet(workshop, people=set(people), ticked=ticked, seen=set(), complete=sessions, by=self.by)

    def do_test(self, row: dict[str, Any]) -> None:
        """``right``: for each person in turn, as in the list by name, which of the questions were right: “110”."""
        workshop = self._workshop(row["workshop"])
        people = workshop.registrations.seated().order_by("name").values_list("pk", flat=True)
        scores = {
            pk: [float(each) for each in told] if told else None for pk, told in zip(people, row["right"], strict=True)
        }
        save_results(workshop, row["moment"], n_questions=len(row["right"][0]), scores=scores, seen={}, by=self.by)

    def do_no_tests(self, row: dict[str, str]) -> None:
        say_why_no_tests(self._workshop(row["workshop"]), row["reason"], by=self.by)

    def do_evaluate(self, row: dict[str, Any]) -> None:
        counts = dict(zip(CRITERIA, row["counts"], strict=True))
        evaluation = Evaluation(
            workshop=self._workshop(row["workshop"]),
            n_sheets=row["n_sheets"],
            counts=counts,
            best=row["best"],
            better=row["better"],
        )
        save_evaluation(evaluation, seen_version=None, by=self.by)

    def do_tell_workshop(self, row: dict[str, str]) -> None:
        workshop = self._workshop(row["workshop"])
        save_report(workshop, row["report"], seen_stamp=row_stamp(workshop, "report"), by=self.by)

    def do_certify(self, key: str) -> None:
        issue_certificates(self._workshop(key), by=self.by)

    def _workshop(self, key: str) -> Workshop:
        return Workshop.objects.get(pk=self.workshops[key].pk)

    def _at(self, clock: str, zone: str, *, on: date | None = None) -> datetime:
        return datetime.combine(on or self.on, time.fromisoformat(clock), tzinfo=ZoneInfo(zone))
