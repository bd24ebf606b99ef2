"""What the records say was given, as proposals that a coordinator takes into the ledger, edits, or dismisses.

Functions named in settings.CONTRIBUTION_SOURCES take a partnership and give proposals. Each has a key that never
changes, such as “exchange:EX-3:traveller:7”; a constraint of the table lets each key into the ledger once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property

from django.conf import settings
from django.utils.module_loading import import_string

from partnerships.contribution_states import ContributionKind, ContributionState, Unit, measured
from partnerships.models import Contact, Contribution, DismissedSource, Participation, Partnership, TeamMember
from partnerships.valuation import ledger_currency, value_them
from twinning.money import number_text


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """A gift that a record tells of. ``thing`` is that record by kind and number (“meeting:12”), see things.py.

    ``rate`` with ``currency`` and ``rate_basis`` where the record knows them; working time is valued by the rate table.
    """

    source: str
    thing: str
    title: str
    participation: Participation
    starts_on: date
    ends_on: date
    quantity: Decimal
    unit: str
    kind: str = ContributionKind.TIME
    person: Contact | None = None
    role: str = ""
    rate: Decimal | None = None
    rate_basis: str = ""
    currency: str = ""
    # What a person should know of how much it is.
    note: str = ""

    @property
    def from_table(self) -> bool:
        return self.kind == ContributionKind.TIME and self.rate is None and bool(self.role)

    def contribution(self, partnership: Partnership) -> Contribution:
        """The draft that it becomes, not valued and not saved."""
        return Contribution(
            partnership=partnership,
            kind=self.kind,
            participation=self.participation,
            person=self.person,
            starts_on=self.starts_on,
            ends_on=self.ends_on,
            description=self.title,
            role=self.role,
            quantity=self.quantity,
            unit=self.unit,
            rate=self.rate,
            rate_basis=self.rate_basis,
            currency=self.currency or ledger_currency(partnership),
            source=self.source,
            source_thing=self.thing,
        )

    @property
    def quantity_text(self) -> str:
        return number_text(self.quantity)

    @property
    def measure(self) -> str:
        return measured(self.quantity, self.unit)

    @property
    def unit_label(self) -> str:
        return str(Unit(self.unit).label)


def all_proposals(partnership: Partnership) -> Iterator[Proposal]:
    """What every source proposes now, taken into the ledger or not, a key once."""
    seen: set[str] = set()
    for path in settings.CONTRIBUTION_SOURCES:
        for proposal in import_string(path)(partnership):
            if proposal.source not in seen:
                seen.add(proposal.source)
                yield proposal


def open_proposals(partnership: Partnership) -> tuple[list[Proposal], list[tuple[Proposal, DismissedSource]]]:
    """Proposals that are in the ledger neither as a draft nor further on: those to decide on, and the dismissed."""
    partnership._standing = _standing_entries(partnership)
    taken = {entry.source for entry in partnership._standing}
    dismissed = {row.source: row for row in partnership.dismissed_sources.select_related("by")}
    waiting, set_aside = [], []
    for proposal in all_proposals(partnership):
        if proposal.source in taken:
            continue
        if proposal.source in dismissed:
            set_aside.append((proposal, dismissed[proposal.source]))
        else:
            waiting.append(proposal)
    return sorted(waiting, key=lambda each: (each.starts_on, each.source), reverse=True), set_aside


def _standing_entries(partnership: Partnership) -> list[Contribution]:
    """What is in the ledger or on the way there, in short."""
    short = ("partnership", "number", "kind", "person", "starts_on", "ends_on", "source")
    return list(partnership.contributions.standing().order_by("starts_on", "pk").only(*short))


def taken_sources(partnership: Partnership) -> set[str]:
    """Keys that are in the ledger, or on the way there. See also the constraint contribution_source_counts_once."""
    rows = partnership.contributions.filter(is_reversed=False).exclude(source="")
    return set(rows.exclude(state=ContributionState.REJECTED).values_list("source", flat=True))


def find_proposal(partnership: Partnership, source: str) -> Proposal | None:
    return next((each for each in all_proposals(partnership) if each.source == source), None)


@dataclass(frozen=True, kw_only=True)
class Offer:
    """A proposal with the draft that it would become, valued and not saved, and what may be the same in the ledger."""

    proposal: Proposal
    gift: Contribution
    alike: list[Contribution] = field(default_factory=list)


def offers_of(partnership: Partnership, proposals: Sequence[Proposal]) -> list[Offer]:
    """What each of ``proposals`` is worth now, in a number of queries that does not grow with them."""
    gifts = [proposal.contribution(partnership) for proposal in proposals]
    value_them([(gift, proposal.from_table) for gift, proposal in zip(gifts, proposals, strict=True)])
    times: dict[int, list[Contribution]] = defaultdict(list)
    # open_proposals() has read them a moment ago.
    entries = partnership._standing if hasattr(partnership, "_standing") else _standing_entries(partnership)
    for entry in entries:
        if entry.kind == ContributionKind.TIME and entry.person_id:
            times[entry.person_id].append(entry)
    return [
        Offer(proposal=proposal, gift=gift, alike=[each for each in times[gift.person_id] if _is_alike(each, gift)])
        for gift, proposal in zip(gifts, proposals, strict=True)
    ]


def _is_alike(entry: Contribution, gift: Contribution) -> bool:
    # See also contribution_guards.possible_twins()
    is_other_sort = entry.source.partition(":")[0] != gift.source.partition(":")[0]
    meets = entry.starts_on <= gift.ends_on and entry.ends_on >= gift.starts_on
    return is_other_sort and meets and gift.kind == ContributionKind.TIME


def givers_of(partnership: Partnership) -> Givers:
    """Read once for the partnership in hand: every source asks for them."""
    if not hasattr(partnership, "_givers"):
        partnership._givers = Givers(partnership)
    return partnership._givers


class Givers:
    """For whom a person of a partnership works."""

    def __init__(self, partnership: Partnership):
        self.partnership = partnership
        self.parties = list(partnership.participations.select_related("organization"))

    @cached_property
    def sides(self) -> dict[int, str]:
        """By contact; asked only for people who work elsewhere."""
        return dict(TeamMember.objects.filter(partnership=self.partnership).values_list("contact", "side"))

    def party_of(self, contact: Contact) -> Participation | None:
        """The organization in whose name ``contact`` gives: where they work, else the lead of their side."""
        own = [party for party in self.parties if party.organization_id == contact.organization_id]
        if own:
            return own[0]
        side = self.sides.get(contact.pk)
        return next((party for party in self.parties if party.side == side), None) if side else None
