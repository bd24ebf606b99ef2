"""Workshops read whole: hours on both sides, who completed, what the tests say, and what each trainer gave."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from statistics import fmean
from zoneinfo import ZoneInfo

from django.db.models import CharField, Prefetch, QuerySet, prefetch_related_objects
from django.db.models.functions import Cast

from accounts.zones import zone_of
from partnerships.models import (
    Attendance,
    Certificate,
    Contact,
    Partnership,
    Registration,
    TeamMember,
    TestResult,
    Trainer,
    Workshop,
    WorkshopSession,
)
from partnerships.states import Side, TeamRole
from partnerships.workshop_states import HELD, RegistrationState, TestMoment
from twinning.aggregates import Lines

# Whose clock stands for a side, the first of these that is on its team.
CLOCK_ROLES = (TeamRole.COORDINATOR, TeamRole.ALTERNATE, TeamRole.LEAD)


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How far a participant is. ``percent`` is of all minutes taught; ``pre`` and ``post`` are percentages or None."""

    registration: Registration
    minutes: int
    percent: int
    pre: float | None
    post: float | None
    is_noted: bool
    has_attended: bool
    has_passed: bool
    certificate: Certificate | None
    was_revoked: bool = False

    @property
    def is_complete(self) -> bool:
        return self.is_noted and self.has_attended and self.has_passed

    @property
    def is_due_a_certificate(self) -> bool:
        """Completed, and never had one. After one that was revoked, another is a decision about this one person."""
        return self.is_complete and self.certificate is None and not self.was_revoked

    @property
    def may_have_another(self) -> bool:
        return self.is_complete and self.certificate is None and self.was_revoked


@dataclass(kw_only=True)
class Course:
    """A workshop with everything its results depend on, read in a number of queries that never grows."""

    workshop: Workshop
    sessions: list[WorkshopSession]
    participants: list[Registration]
    noted: dict[tuple[int, int], Attendance] = field(default_factory=dict)
    results: dict[tuple[int, str], TestResult] = field(default_factory=dict)
    certificates: dict[int, Certificate] = field(default_factory=dict)
    revoked: list[Certificate] = field(default_factory=list)

    @property
    def minutes(self) -> int:
        return sum(session.minutes for session in self.sessions)

    def standing_of(self, person: Registration) -> Standing:
        noted = [self.noted.get((person.pk, session.pk)) for session in self.sessions]
        minutes = sum(_credited(one, session) for one, session in zip(noted, self.sessions, strict=True) if one)
        percent = 100 * minutes // self.minutes if self.minutes else 0
        tests = {moment: self.results.get((person.pk, moment)) for moment in TestMoment.values}
        pre, post = (tests[moment].percent if tests[moment] else None for moment in (TestMoment.PRE, TestMoment.POST))
        needed = self.workshop.score_percent
        return Standing(
            registration=person,
            minutes=minutes,
            percent=percent,
            pre=pre,
            post=post,
            is_noted=bool(noted) and all(one is not None for one in noted),
            has_attended=percent >= self.workshop.attendance_percent,
            # What a float cannot hold must fail nobody: 70 of 100 may come out as 69.99999999999999.
            has_passed=needed is None or (post is not None and round(post, 6) >= needed),
            certificate=self.certificates.get(person.pk),
            was_revoked=any(one.registration_id == person.pk for one in self.revoked),
        )

    @property
    def standings(self) -> list[Standing]:
        return [self.standing_of(person) for person in self.participants]

    @property
    def n_there(self) -> int | None:
        """How many people were in at least one session; None while somebody's attendance is not noted."""
        if not self.sessions or any(self.n_unnoted.values()):
            return None
        return len({person for (person, _session), one in self.noted.items() if one.was_there})

    @property
    def n_unnoted(self) -> Counter:
        """How many participants have no attendance yet, by session."""
        return Counter(
            {
                session.pk: sum((person.pk, session.pk) not in self.noted for person in self.participants)
                for session in self.sessions
            }
        )


def _credited(attendance: Attendance, session: WorkshopSession) -> int:
    if not attendance.was_there:
        return 0
    return session.minutes if attendance.minutes is None else min(attendance.minutes, session.minutes)


def course_of(workshop: Workshop) -> Course:
    people = list(workshop.registrations.seated())
    among = {"registration__workshop": workshop, "registration__state": RegistrationState.SEATED}
    certificates = list(Certificate.objects.filter(**among))
    return Course(
        workshop=workshop,
        sessions=list(workshop.sessions.all()),
        participants=people,
        noted={(one.registration_id, one.session_id): one for one in Attendance.objects.filter(**among)},
        results={(one.registration_id, one.moment): one for one in TestResult.objects.filter(**among)},
        certificates={one.registration_id: one for one in certificates if not one.revoked_at},
        revoked=[one for one in certificates if one.revoked_at],
    )


@dataclass(frozen=True, kw_only=True)
class QuestionChange:
    """A question of the test: how many percent were right before and after, and the difference in points."""

    number: int
    pre: float
    post: float

    @property
    def change(self) -> float:
        return self.post - self.pre


@dataclass(frozen=True, kw_only=True)
class TestChange:
    """Before and after of the ``n`` people who took both tests; nobody else counts."""

    __test__ = False

    n: int
    pre: float
    post: float
    questions: tuple[QuestionChange, ...]

    @property
    def change(self) -> float:
        return self.post - self.pre


def test_change(results: Iterable[TestResult]) -> TestChange | None:
    """The paired change, in percent; None when nobody took both tests."""
    by_person: dict[int, dict[str, list[float]]] = defaultdict(dict)
    for result in results:
        by_person[result.registration_id][result.moment] = result.scores
    pairs = [(tests["pre"], tests["post"]) for tests in by_person.values() if {"pre", "post"} <= tests.keys()]
    if not pairs:
        return None
    questions = tuple(
        QuestionChange(
            number=number + 1,
            pre=100 * fmean(pre[number] for pre, _post in pairs),
            post=100 * fmean(post[number] for _pre, post in pairs),
        )
        for number in range(min(len(scores) for pair in pairs for scores in pair))
    )
    return TestChange(
        n=len(pairs),
        pre=100 * fmean(fmean(pre) for pre, _post in pairs),
        post=100 * fmean(fmean(post) for _pre, post in pairs),
        questions=questions,
    )


test_change.__test__ = False


@dataclass(frozen=True, kw_only=True)
class TrainerTime:
    """What a person taught: hours of sessions, by the days on which they lay. ``side`` is empty for outsiders."""

    contact: Contact
    side: str
    is_paid: bool
    by_day: Mapping[date, Decimal]

    @property
    def hours(self) -> Decimal:
        return sum(self.by_day.values(), Decimal(0))

    @property
    def days(self) -> tuple[date, ...]:
        return tuple(sorted(self.by_day))


TRAINER_TIMES = (
    Prefetch("trainers", Trainer.objects.select_related("contact")),
    # Whom each names comes along with it: reading those apart would be one more query.
    Prefetch(
        "sessions",
        WorkshopSession.objects.annotate(named=Lines(Cast("trainers", CharField()))),
        to_attr="sessions_with_names",
    ),
)


def with_trainer_times(workshops: QuerySet[Workshop]) -> QuerySet[Workshop]:
    """With what trainer_times() reads, in two queries however many workshops there are."""
    return workshops.prefetch_related(*TRAINER_TIMES)


def trainer_times(workshop: Workshop) -> list[TrainerTime]:
    """Per trainer of a workshop that was held, the time they gave; nothing of one that was not.

    Hours of sessions that name no trainers count for each trainer of the workshop; sessions side by side are refused,
    so that no hour of a person counts twice. Days are those of the workshop's own time zone. Reads what
    with_trainer_times() prefetches.
    """
    if workshop.state not in HELD:
        return []
    prefetch_related_objects([workshop], *TRAINER_TIMES)
    trainers = list(workshop.trainers.all())
    taught: dict[int, list[WorkshopSession]] = defaultdict(list)
    for session in workshop.sessions_with_names:
        named = {int(pk) for pk in (session.named or "").split()}
        for trainer in trainers:
            if trainer.pk in named or not named:
                taught[trainer.pk].append(session)
    return [
        TrainerTime(
            contact=trainer.contact,
            side=trainer.side,
            is_paid=trainer.is_paid,
            by_day=_hours_by_day(taught[trainer.pk], workshop.zone),
        )
        for trainer in trainers
        if taught[trainer.pk]
    ]


def _hours_by_day(sessions: Iterable[WorkshopSession], zone: ZoneInfo) -> dict[date, Decimal]:
    minutes: dict[date, int] = defaultdict(int)
    for session in sessions:
        minutes[session.day_in(zone)] += session.minutes
    return {day: (Decimal(spent) / 60).quantize(Decimal("0.01")) for day, spent in minutes.items()}


def side_zones(partnership: Partnership) -> dict[str, str]:
    """The time zone by which each side lives: that of its coordinator, else of the first person on its team."""
    team = list(TeamMember.objects.current().filter(partnership=partnership).select_related("contact"))
    zones = {}
    for side in Side.values:
        own = [member for member in team if member.side == side]
        ranked = sorted(own, key=lambda one: CLOCK_ROLES.index(one.role) if one.role in CLOCK_ROLES else 9)
        if ranked:
            zones[side] = ranked[0].contact.time_zone
    return zones


@dataclass(frozen=True, kw_only=True)
class LocalTime:
    """A session on somebody's clock. ``other_day`` when it falls on another date than in the workshop's zone."""

    label: str
    zone: str
    start: str
    end: str
    day: date
    is_other_day: bool


def local_times(session: WorkshopSession, workshop: Workshop, zones: dict[str, str]) -> list[LocalTime]:
    """When ``session`` is for each side whose clock differs from the workshop's."""
    here = session.local_start(workshop.zone)
    told = []
    for side, name in zones.items():
        start, end = session.local_start(zone_of(name)), session.local_end(zone_of(name))
        if start.utcoffset() == here.utcoffset():
            continue
        told.append(
            LocalTime(
                label=workshop.partnership.side_label(side),
                zone=name,
                start=f"{start:%H:%M}",
                end=f"{end:%H:%M}",
                day=start.date(),
                is_other_day=start.date() != here.date(),
            )
        )
    return told


def sessions_with_trainers(workshop: Workshop) -> list[WorkshopSession]:
    trainers = Trainer.objects.select_related("contact")
    return list(workshop.sessions.prefetch_related(Prefetch("trainers", trainers)))
