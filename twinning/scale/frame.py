"""A partnership of the world for measuring with what every one has: sides, team, phases, money and an agreement."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from accounts.models import User
from partnerships.agreement_content import content_of, hash_of
from partnerships.models import (
    Acceptance,
    Activity,
    Agreement,
    AgreementParty,
    AgreementRevision,
    AgreementText,
    AwardShare,
    Contact,
    CriterionCheck,
    HistoryEntry,
    Organization,
    Participation,
    Partnership,
    Phase,
    TeamMember,
)
from partnerships.states import OPEN_STATUSES, PhaseState, Side, Status, TeamRole
from twinning.scale.dice import Dice
from twinning.scale.people import Directory, account
from twinning.scale.words import FIELDS, Land
from twinning.scale.writing import Writing, days, moment

# Of twenty partnerships: most are at work, a few have not begun or are over.
STATUSES = ("active",) * 11 + ("forming", "proposed", "on_hold", "graduating", "graduated", "closed", "active")
STATUSES += ("terminated", "declined")
BEFORE_WORK = (Status.PROPOSED, Status.FORMING, Status.DECLINED)
ROLES = (TeamRole.LEAD, TeamRole.COORDINATOR, TeamRole.TECHNICAL, TeamRole.MONITORING, TeamRole.MEMBER, TeamRole.MEMBER)
BODY = "# Memorandum\n\nBoth sides teach and learn. They share what they know, and say so when something goes wrong.\n"


@dataclass(kw_only=True)
class Place:
    """One partnership and what its records hang on; work happened from ``since`` to ``until``."""

    writing: Writing
    dice: Dice
    today: date
    partnership: Partnership
    parties: dict[str, Participation]
    people: dict[str, list[Contact]]
    lands: dict[str, Land]
    members: dict[str, list[TeamMember]] = field(default_factory=dict)
    leads: dict[str, User] = field(default_factory=dict)
    activities: list[Activity] = field(default_factory=list)
    told: list[HistoryEntry] = field(default_factory=list)

    @property
    def by(self) -> User:
        return self.partnership.coordinator

    @property
    def is_at_work(self) -> bool:
        return self.partnership.status not in BEFORE_WORK

    @property
    def is_open(self) -> bool:
        return self.partnership.status in OPEN_STATUSES

    @property
    def since(self) -> date:
        return self.partnership.starts_on

    @property
    def until(self) -> date:
        return self.partnership.ends_on if self.is_open else min(self.partnership.ends_on, self.today - days(30))

    def record(self, on: date, verb: str, *, by: User | str = "", **data: Any) -> None:
        """What happened on a day, kept until the history is written."""
        who = by or self.by
        actor = who if isinstance(who, User) else None
        entry = HistoryEntry(partnership=self.partnership, actor=actor, actor_name=str(who), verb=verb, data=data)
        entry.at = moment(min(on, self.today), self.dice.randrange(5, 17), self.dice.randrange(60))
        self.told.append(entry)


def make_place(directory: Directory, number: int, dice: Dice) -> Place:
    """Partnership ``number``: who takes part in it, on which side, and since when."""
    status = STATUSES[number % len(STATUSES)]
    age, lasts = dice.randrange(420, 1_500), dice.randrange(1_000, 1_700)
    if status in BEFORE_WORK:
        age = dice.randrange(30, 160)
    if status in (Status.GRADUATED, Status.CLOSED, Status.TERMINATED):
        age = lasts + dice.randrange(40, 400)
    starts_on = directory.today - days(age)
    ends_on = max(starts_on + days(lasts), starts_on + days(age + 60)) if status in OPEN_STATUSES else None
    programme = directory.programmes[number % len(directory.programmes)]
    houses = directory.organizations
    host, resource = houses[2 * number % len(houses)], houses[(2 * number + 1) % len(houses)]
    partnership = Partnership(
        name=f"{host.city} – {resource.city}: {dice.choice(FIELDS)}",
        slug=f"scale-{directory.start + number}",
        reference=f"TP-{directory.start + number:06d}",
        programme=programme,
        phase_model=programme.phase_model,
        status=status,
        goal="Safer births in both hospitals, for mothers and children, and teams that teach one another.",
        starts_on=starts_on,
        ends_on=ends_on or starts_on + days(lasts),
        coordinator=directory.coordinators[number % len(directory.coordinators)],
        created_at=moment(starts_on - days(60)),
    )
    directory.writing.put([partnership])
    Partnership.history.bulk_history_create([partnership], default_date=partnership.created_at)
    if directory.topics:
        topic = directory.topics[number % len(directory.topics)]
        directory.writing.put([Partnership.topics.through(partnership=partnership, topic=topic)])
    return _place(directory, partnership, {Side.HOST: host, Side.RESOURCE: resource}, dice)


def _place(directory: Directory, partnership: Partnership, sides: dict[str, Organization], dice: Dice) -> Place:
    joined_on = partnership.starts_on - days(60)
    parties = directory.writing.put(
        Participation(partnership=partnership, organization=house, side=side, is_lead=True, joined_on=joined_on)
        for side, house in sides.items()
    )
    return Place(
        writing=directory.writing,
        dice=dice,
        today=directory.today,
        partnership=partnership,
        parties={party.side: party for party in parties},
        people={side: directory.people[house.pk] for side, house in sides.items()},
        lands={side: directory.lands[house.pk] for side, house in sides.items()},
    )


def furnish(place: Place, directory: Directory) -> None:
    """Team with accounts, phases, a share of an award, and agreements."""
    _team(place)
    _phases(place)
    if place.is_at_work:
        award = next(award for award in directory.awards if award.programme_id == place.partnership.programme_id)
        amount = Decimal(place.dice.randrange(2_000, 6_000))
        place.writing.put([AwardShare(award=award, partnership=place.partnership, amount=amount)])
    place.record(
        place.since - days(60),
        "partnership.created",
        organizations=[str(party.organization) for party in place.parties.values()],
    )
    if place.is_at_work:
        place.record(place.since, "partnership.status_changed", old="forming", new="active", reason="", missing=[])
        if place.partnership.status != Status.ACTIVE:
            new = place.partnership.status
            place.record(place.until, "partnership.status_changed", old="active", new=new, reason="", missing=[])
        _agreements(place)


def _team(place: Place) -> None:
    rows = []
    for side, people in place.people.items():
        chosen = people[: len(ROLES)]
        for contact in chosen[:2]:
            _give_account(place, contact)
        place.leads[side] = chosen[0].user
        for contact, role in zip(chosen, ROLES, strict=False):
            row = TeamMember(partnership=place.partnership, contact=contact, side=side, role=role)
            row.starts_on = place.since - days(50)
            rows.append(row)
            words = {"person": str(contact), "role": role, "side": side}
            place.record(row.starts_on, "team.joined", **words)
        if len(people) > len(ROLES):
            left = TeamMember(partnership=place.partnership, contact=people[-1], side=side, role=TeamRole.FINANCE)
            left.starts_on, left.ends_on = place.since - days(50), min(place.since + days(20), place.today - days(1))
            rows.append(left)
    for row in place.writing.put(rows):
        if row.is_current:
            place.members.setdefault(row.side, []).append(row)


def _give_account(place: Place, contact: Contact) -> None:
    """An organization with few partnerships per head may lend the same people twice; an account is theirs for good."""
    if contact.user_id:
        return
    (user,) = place.writing.put([account(contact.name, f"member-{contact.pk}", time_zone=contact.time_zone)])
    contact.user = user
    contact.save_without_historical_record(update_fields=["user"])


def _phases(place: Place) -> None:
    """Behind, at work, to come: by how much of its time the partnership has behind it."""
    definitions = list(place.partnership.phase_model.phases.filter(is_retired=False).prefetch_related("criteria"))
    span = max(1, (place.partnership.ends_on - place.since).days)
    gone = (place.today - place.since).days / span if place.is_at_work else 0
    at = len(definitions) if gone >= 1 else int(gone * len(definitions))
    rows = []
    for index, definition in enumerate(definitions):
        opened = place.since + days(span * index / len(definitions))
        row = Phase(partnership=place.partnership, definition=definition)
        if index < at:
            row.state, row.opened_on = PhaseState.DONE, opened
            row.closed_on = min(place.today, opened + days(span / len(definitions)))
            words = {"phase": definition.title, "old": "open", "new": "done", "reason": "", "missing": []}
            place.record(row.closed_on, "phase.moved", **words)
        elif index == at:
            row.state, row.opened_on = PhaseState.OPEN, min(opened, place.today)
        rows.append(row)
    place.writing.put(rows)
    place.writing.put(
        CriterionCheck(phase=row, criterion=criterion, note="", checked_by=place.by, checked_at=moment(row.closed_on))
        for row, definition in zip(rows, definitions, strict=True)
        if row.state == PhaseState.DONE
        for criterion in definition.criteria.all()
        if not criterion.fact and criterion.is_asked_in(row.closed_on)
    )


def _agreements(place: Place) -> None:
    """A memorandum that both sides signed, and of some partnerships a second one that one side has signed."""
    ends_on = place.since + days(1_095)
    is_over = ends_on < place.today or not place.is_open
    memorandum = _agreement(place, 1, "memorandum", "Memorandum of understanding", place.since - days(20), ends_on)
    memorandum.state = "expired" if is_over and ends_on < place.today else "in_force"
    memorandum.in_force_on, memorandum.runs_until = place.since, ends_on
    sealed = [(memorandum, (Side.HOST, Side.RESOURCE))]
    if place.is_open and place.dice.random() < 0.3:
        sharing = _agreement(place, 2, "data_sharing", "Sharing of ward figures", place.today - days(40), None)
        sharing.state = "partly_signed"
        sealed.append((sharing, (Side.HOST,)))
    place.writing.put(agreement for agreement, _sides in sealed)
    for agreement, sides in sealed:
        _sign(place, agreement, sides)


def _agreement(place: Place, n: int, kind: str, title: str, on: date, ends_on: date | None) -> Agreement:
    return Agreement(
        partnership=place.partnership,
        reference=f"{place.partnership.reference}-A{n}",
        kind=kind,
        title=title,
        starts_on=place.since if ends_on else None,
        ends_on=ends_on,
        review_on=None if ends_on else place.today + days(365),
        notice_days=90,
        created_by=place.by,
        created_at=moment(on),
    )


def _sign(place: Place, agreement: Agreement, sides: tuple[str, ...]) -> None:
    place.writing.put(
        AgreementParty(agreement=agreement, participation=party, signatory=place.members[side][0].contact)
        for side, party in place.parties.items()
    )
    place.writing.put([AgreementText(agreement=agreement, language="en", body=BODY)])
    content = content_of(agreement)
    agreement.content_hash = hash_of(content)
    agreement.save(update_fields=["content_hash"])
    revision = AgreementRevision(agreement=agreement, number=1, content=content, by=place.by, at=agreement.created_at)
    revision.content_hash = agreement.content_hash
    place.writing.put([revision])
    words = {"reference": agreement.reference, "title": agreement.title}
    made = agreement.created_at.date()
    place.record(made, "agreement.created", **words)
    rows = []
    for side in sides:
        signer = place.members[side][0].contact
        rows.append(
            Acceptance(
                agreement=agreement,
                participation=place.parties[side],
                revision=revision,
                content_hash=agreement.content_hash,
                mode="account",
                signatory_name=signer.name,
                signatory_post=signer.post,
                signed_on=made + days(10),
                by=place.leads[side],
                at=moment(made + days(10)),
            )
        )
        told = words | {"organization": str(place.parties[side].organization), "person": signer.name}
        place.record(made + days(10), "agreement.accepted", **told, code=agreement.content_hash[:12])
    place.writing.put(rows)
