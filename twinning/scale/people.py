"""Who is in the world for measuring: organizations, their people, accounts and the programmes that pay."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from accounts.models import User
from partnerships.award_states import CostShare, Frequency
from partnerships.models import (
    Award,
    Contact,
    Organization,
    PhaseModel,
    Programme,
    ProgrammeStaff,
    ReportingPeriod,
    Topic,
)
from twinning.scale.dice import Dice
from twinning.scale.size import Size
from twinning.scale.words import FIELDS, HOUSES, LANDS, POSTS, TYPES, Land, person
from twinning.scale.writing import Writing, days, moment

DOMAIN = "scale.example"
PROGRAMMES, AWARDS = 6, 12
CURRENCIES = ("USD", "EUR", "USD", "GBP", "NOK", "EUR")


@dataclass(kw_only=True)
class Directory:
    """What partnerships are made of. ``people`` is by organization; ``start`` numbers on where another world ended."""

    writing: Writing
    today: date
    start: int
    lands: dict[int, Land] = field(default_factory=dict)
    organizations: list[Organization] = field(default_factory=list)
    people: dict[int, list[Contact]] = field(default_factory=lambda: defaultdict(list))
    coordinators: list[User] = field(default_factory=list)
    programmes: list[Programme] = field(default_factory=list)
    awards: list[Award] = field(default_factory=list)
    topics: list[Topic] = field(default_factory=list)


def make_directory(writing: Writing, size: Size, *, start: int, today: date, dice: Dice) -> Directory:
    """Everybody and everything that stands outside of partnerships."""
    directory = Directory(writing=writing, today=today, start=start, topics=list(Topic.objects.order_by("pk")))
    _coordinators(directory, max(2, size.partnerships // 10), dice)
    _organizations(directory, size.organizations, dice)
    _contacts(directory, size.contacts, dice)
    _programmes(directory)
    _awards(directory, dice)
    return directory


def account(name: str, key: str, **fields) -> User:
    """An account that nobody can sign in to until somebody sets a password."""
    user = User(name=name, email=f"{key}@{DOMAIN}", digest="none", **fields)
    user.set_unusable_password()
    return user


def _coordinators(directory: Directory, n: int, dice: Dice) -> None:
    rows = []
    for number in range(n):
        land = LANDS[number % len(LANDS)]
        key = f"coordinator-{directory.start}-{number}"
        rows.append(account(person(dice, land)[0], key, is_coordinator=True, time_zone=land.zone))
    directory.coordinators = directory.writing.put(rows)


def _organizations(directory: Directory, n: int, dice: Dice) -> None:
    rows, long_ago = [], moment(directory.today - days(2_600))
    for number in range(directory.start, directory.start + n):
        land, kind = LANDS[number % len(LANDS)], number % len(HOUSES)
        city = dice.choice(land.cities)
        rows.append(
            Organization(
                name=f"{city} {HOUSES[kind]} {number}",
                local_name=person(dice, land)[1],
                slug=f"scale-{number}",
                type=TYPES[kind],
                country=land.code,
                city=city,
                website=f"https://house-{number}.{DOMAIN}/",
                year_founded=1900 + number % 120,
                languages=f"{land.language} en",
                offers=f"Teaching on the ward in {dice.choice(FIELDS)}.",
                seeks=f"A partner for {dice.choice(FIELDS)}.",
                created_at=long_ago,
            )
        )
    directory.organizations = directory.writing.put(rows)
    Organization.history.bulk_history_create(rows, batch_size=500, default_date=long_ago)
    directory.lands = {row.pk: LANDS[(directory.start + at) % len(LANDS)] for at, row in enumerate(rows)}
    if directory.topics:
        links = Organization.topics.through
        directory.writing.put(
            links(organization=row, topic=directory.topics[at % len(directory.topics)]) for at, row in enumerate(rows)
        )


def _contacts(directory: Directory, n: int, dice: Dice) -> None:
    """A thousand at a time, with the version of each that its history begins with."""
    houses, since = directory.organizations, moment(directory.today - days(2_500))
    for first in range(0, n, 1_000):
        rows = []
        for number in range(first, min(n, first + 1_000)):
            house = houses[number % len(houses)]
            land = directory.lands[house.pk]
            name, own = person(dice, land)
            rows.append(
                Contact(
                    name=name,
                    local_name=own,
                    post=dice.choice(POSTS),
                    organization=house,
                    email=f"person-{directory.start}-{number}@{DOMAIN}",
                    phone=f"+{100 + number % 800} {number:07d}",
                    languages=f"{land.language} en",
                    time_zone=land.zone,
                    created_at=since,
                )
            )
        for row in directory.writing.put(rows):
            directory.people[row.organization_id].append(row)
        Contact.history.bulk_history_create(rows, batch_size=500, default_date=since)


def _programmes(directory: Directory) -> None:
    models = list(PhaseModel.objects.order_by("position", "pk"))
    since = directory.today - days(2_500)
    directory.programmes = directory.writing.put(
        Programme(
            name=f"Twinning for {FIELDS[number % len(FIELDS)]} {directory.start + number}",
            slug=f"scale-{directory.start + number}",
            phase_model=models[number % len(models)],
            currency=CURRENCIES[number % len(CURRENCIES)],
            purpose="Hospitals and schools learn from one another.",
            host_label="African partner" if number % 3 == 0 else "",
            resource_label="Partner abroad" if number % 3 == 0 else "",
        )
        for number in range(PROGRAMMES)
    )
    directory.writing.put(
        ProgrammeStaff(
            programme=programme,
            user=directory.coordinators[number % len(directory.coordinators)],
            role="manager",
            starts_on=since,
        )
        for number, programme in enumerate(directory.programmes)
    )


def _awards(directory: Directory, dice: Dice) -> None:
    """Two for each programme: one with quarterly reports and a cost share, one with yearly reports."""
    donors, rows = directory.organizations, []
    for number in range(AWARDS):
        programme = directory.programmes[number % PROGRAMMES]
        is_first = number < PROGRAMMES
        rows.append(
            Award(
                title=f"Grant {number + 1} for {programme.name}"[:200],
                number=f"SC-{directory.start}-{number + 1:03d}",
                donor=donors[number * 7 % len(donors)],
                programme=programme,
                responsible=dice.choice(directory.coordinators),
                amount=Decimal(250_000 + 50_000 * number),
                currency=programme.currency,
                starts_on=directory.today - days(700),
                ends_on=directory.today + days(395),
                frequency=Frequency.QUARTERLY if is_first else Frequency.YEARLY,
                cost_share=CostShare.PERCENT if is_first else CostShare.NONE,
                cost_share_percent=Decimal(10) if is_first else None,
            )
        )
    directory.awards = directory.writing.put(rows, at=moment(directory.today - days(720)))
    directory.writing.put(period for award in directory.awards for period in _periods(award, directory.today))


def _periods(award: Award, today: date) -> list[ReportingPeriod]:
    """Reports of what is over were accepted, but for the last one."""
    long = 91 if award.frequency == Frequency.QUARTERLY else 365
    found, starts_on = [], award.starts_on
    while starts_on < award.ends_on:
        ends_on = min(award.ends_on, starts_on + days(long - 1))
        is_sent = ends_on + days(long) < today
        found.append(
            ReportingPeriod(
                award=award,
                number=len(found) + 1,
                starts_on=starts_on,
                ends_on=ends_on,
                due_on=ends_on + days(30),
                state="accepted" if is_sent else "expected",
                submitted_on=ends_on + days(20) if is_sent else None,
            )
        )
        starts_on = ends_on + days(1)
    return found
