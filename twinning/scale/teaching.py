"""Workshops of the world for measuring: sessions, people on the list, who was there, tests and certificates."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import product

from partnerships.models import (
    Attendance,
    Certificate,
    Evaluation,
    Registration,
    TestResult,
    Trainer,
    Workshop,
    WorkshopSession,
)
from partnerships.states import Side
from partnerships.workshop_states import HELD, WorkshopMode, WorkshopState
from twinning.scale.frame import Place
from twinning.scale.size import dealt
from twinning.scale.words import FIELDS, POSTS, person
from twinning.scale.writing import days, moment

S = WorkshopState
AHEAD = 150
SESSIONS, QUESTIONS, MINUTES = 2, 5, 120
TO_COME = (S.IDEA, S.PLANNED, S.APPROVED, S.REGISTRATION_OPEN, S.REGISTRATION_CLOSED, S.POSTPONED)
TAKES_PEOPLE = (S.APPROVED, S.REGISTRATION_OPEN, S.REGISTRATION_CLOSED)
RATED = ("useful", "pace", "materials", "trainers", "organization")


@dataclass(kw_only=True)
class Course:
    """A workshop while its rows are made. ``n`` is how many attendances it shall have."""

    workshop: Workshop
    on: date
    n: int = 0
    sessions: list[WorkshopSession] = field(default_factory=list)
    people: list[Registration] = field(default_factory=list)
    absent: set[int] = field(default_factory=set)


def make_workshops(place: Place, n: int, attendances: int) -> list[Workshop]:
    """``n`` workshops with ``attendances`` in those that were held, in the order of their days."""
    last = place.today + days(AHEAD) if place.is_open else place.until
    step = (last - place.since).days / max(1, n)
    courses = [_course(place, at, place.since + days(20 + step * at)) for at in range(n)]
    held = [course for course in courses if course.workshop.state in HELD]
    for course, pairs in zip(held, dealt(attendances // SESSIONS, [1] * len(held)) if held else [], strict=True):
        course.n = SESSIONS * pairs
    place.writing.put(course.workshop for course in courses)
    _plan(place, courses)
    _enrol(place, courses)
    _attend(place, held)
    _results(place, held)
    return [course.workshop for course in courses]


def _course(place: Place, at: int, on: date) -> Course:
    """The first one is always held: there is no partnership at work without one."""
    if on + days(1) < place.today or not place.is_open or at == 0:
        on = min(on, place.today - days(30))
        is_recent = on > place.today - days(45) and place.is_open
        state = S.DELIVERED if is_recent else S.CLOSED
        if at % 25 == 24:
            state = S.CANCELLED
    elif on <= place.today:
        on, state = place.today, S.RUNNING
    else:
        state = TO_COME[at % len(TO_COME)]
    land = place.lands[Side.HOST]
    workshop = Workshop(
        partnership=place.partnership,
        reference=f"{place.partnership.reference}-W{at + 1}",
        title=f"{FIELDS[at % len(FIELDS)].capitalize()}, course {at + 1}",
        purpose="What to do first, and whom to call.",
        mode=WorkshopMode.ON_SITE,
        place=f"{land.cities[at % len(land.cities)]}, hall of the hospital",
        time_zone=land.zone,
        languages=land.language,
        capacity=None if at % 3 else 40,
        activity=place.activities[at % len(place.activities)],
        state=state,
        state_reason="Floods" if state in (S.CANCELLED, S.POSTPONED) else "",
        n_questions=QUESTIONS if _has_tests(at) else 0,
        no_tests_reason="" if _has_tests(at) else "It was a meeting of equals.",
        created_by=place.by,
        created_at=moment(min(place.today, on - days(45))),
        changed_at=moment(min(place.today, on)),
    )
    words = {"reference": workshop.reference, "title": workshop.title}
    place.record(workshop.created_at.date(), "workshop.created", **words)
    if state in HELD:
        place.record(on + days(2), "workshop.moved", **words, old="running", new="delivered", reason="")
    return Course(workshop=workshop, on=on)


def _has_tests(at: int) -> bool:
    return at % 3 == 0


def _plan(place: Place, courses: list[Course]) -> None:
    team = place.members[Side.RESOURCE]
    place.writing.put(
        Trainer(
            workshop=course.workshop,
            contact=team[number % len(team)].contact,
            side=Side.RESOURCE,
            is_paid=number % 9 == 0,
        )
        for number, course in enumerate(courses)
        if course.workshop.state != S.IDEA
    )
    for course in courses:
        course.sessions = [
            WorkshopSession(
                workshop=course.workshop,
                title=("First day", "Second day")[n],
                room="Hall",
                starts_at=moment(course.on + days(n), 6),
                ends_at=moment(course.on + days(n), 6 + MINUTES // 60),
            )
            for n in range(SESSIONS)
            if course.workshop.state != S.IDEA
        ]
    place.writing.put(session for course in courses for session in course.sessions)


def _enrol(place: Place, courses: list[Course]) -> None:
    """As many people as attendances need; a few on the lists of what is to come."""
    for course in courses:
        n = course.n // SESSIONS
        if course.workshop.state in TAKES_PEOPLE or course.workshop.state == S.RUNNING:
            n = 8
        course.people = [_registration(place, course, at) for at in range(n)]
    place.writing.put(row for course in courses for row in course.people)


def _registration(place: Place, course: Course, at: int) -> Registration:
    side = Side.RESOURCE if at % 5 == 4 else Side.HOST
    land = place.lands[side]
    latin, own = person(place.dice, land)
    return Registration(
        workshop=course.workshop,
        name=own if own and at % 2 else latin,
        email=f"participant{at}@scale.example" if at % 3 else "",
        organization=str(place.parties[side].organization),
        country=land.code,
        post=place.dice.choice(POSTS),
        language=land.language,
        registered_at=course.workshop.created_at + days(5),
    )


def _attend(place: Place, held: list[Course]) -> None:
    def rows() -> Iterator[Attendance]:
        for course in held:
            for row, session in product(course.people, course.sessions):
                was_there = place.dice.random() < 0.92
                if not was_there:
                    course.absent.add(row.pk)
                yield Attendance(
                    registration=row, session=session, was_there=was_there, source="sheet", at=session.ends_at
                )

    place.writing.put(rows())


def _results(place: Place, held: list[Course]) -> None:
    dice, closed = place.dice, [course for course in held if course.workshop.state == S.CLOSED]
    place.writing.put(
        TestResult(
            registration=row,
            moment=when,
            scores=[float(dice.random() < share) for _question in range(QUESTIONS)],
        )
        for course in held
        if course.workshop.n_questions
        for row in course.people
        for when, share in (("pre", 0.45), ("post", 0.8))
    )
    place.writing.put(
        Evaluation(
            workshop=course.workshop,
            n_sheets=len(course.people),
            counts={name: [len(course.people), 0, 0, 0, 0] for name in RATED},
            best="The practice in pairs.",
        )
        for course in closed
    )
    place.writing.put(
        Certificate(
            registration=row,
            number=f"{course.workshop.reference}-{number:03d}",
            name=row.name,
            workshop_title=course.workshop.title,
            starts_on=course.on,
            ends_on=course.on + days(SESSIONS - 1),
            minutes=MINUTES * SESSIONS,
            issued_on=min(place.today, course.on + days(20)),
            issued_by=place.by,
        )
        for course in closed
        for number, row in enumerate((row for row in course.people if row.pk not in course.absent), start=1)
    )
