"""The steps around the partnerships: programmes' people, awards, rates; and who joins, leaves and hands over."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from accounts.models import User
from partnerships.actions.archiving import archive_organization
from partnerships.actions.award import add_share, create_award, move_period
from partnerships.actions.handover import hand_over
from partnerships.actions.programme import add_staff
from partnerships.actions.rate import add_exchange_rate, add_role_rate
from partnerships.actions.team import add_participation, add_team_member, end_participation
from partnerships.handing import items_of
from partnerships.models import (
    Award,
    AwardShare,
    ExchangeRate,
    Handover,
    Participation,
    Partnership,
    ProgrammeStaff,
    RoleRate,
    TeamMember,
)

if TYPE_CHECKING:
    from twinning.demo.world import World


class Framing:
    """The verbs of what belongs to no single partnership; partnerships go by the key of their host."""

    world: World
    on: date

    def do_staff(self, row: dict[str, str]) -> None:
        programme, user = self.world.programmes[row["programme"]], self.world.users[row["user"]]
        add_staff(ProgrammeStaff(programme=programme, user=user, role=row["role"], starts_on=self.on))

    def do_award(self, row: dict[str, Any]) -> None:
        """``pays_for``: what each partnership gets of it, or nothing said."""
        shares = row.pop("pays_for")
        donor, responsible = self.world.organizations[row.pop("donor")], self.world.users[row.pop("responsible")]
        programme = self.world.programmes.get(row.pop("programme", ""))
        dates = {name: date.fromisoformat(row.pop(name)) for name in ("starts_on", "ends_on")}
        award = Award(donor=donor, responsible=responsible, programme=programme, **dates, **row)
        award.amount = Decimal(str(award.amount))
        award = create_award(award, by=self.world.admin)
        for host, amount in shares.items():
            share = AwardShare(award=award, partnership=self.world.partnerships[host])
            share.amount = Decimal(amount) if amount else None
            add_share(share, by=self.world.admin)

    def do_period(self, row: dict[str, Any]) -> None:
        """The report of a period goes to the donor, comes back, is accepted."""
        award = Award.objects.get(number=row["award"])
        period = award.periods.get(number=row["n"])
        move_period(period, row["to"], by=award.responsible, reason=row.get("reason", ""))

    def do_role_rate(self, row: dict[str, Any]) -> None:
        rate = RoleRate(rate=Decimal(str(row.pop("rate"))), valid_from=self.on, **row)
        add_role_rate(rate, by=self.world.admin)

    def do_exchange_rate(self, row: dict[str, Any]) -> None:
        rate = ExchangeRate(rate=Decimal(str(row.pop("rate"))), valid_on=self.on, **row)
        add_exchange_rate(rate, by=self.world.admin)

    def do_archive(self, row: dict[str, str]) -> None:
        archive_organization(self.world.organizations[row["organization"]], reason=row["reason"], by=self.world.admin)


class Team:
    """The verbs of who takes part; the story knows ``world``, ``partnership``, ``by`` and the day ``on``."""

    world: World
    partnership: Partnership
    by: User
    on: date

    def do_team(self, rows: list[list[str]]) -> None:
        for contact, side, role in rows:
            member = TeamMember(
                partnership=self.partnership,
                contact=self.world.contacts[contact],
                side=side,
                role=role,
                starts_on=self.on,
            )
            add_team_member(member, by=self.by)

    def do_join(self, row: dict[str, str]) -> None:
        organization = self.world.organizations[row["organization"]]
        party = Participation(
            partnership=self.partnership,
            organization=organization,
            side=row["side"],
            part=row.get("part", ""),
            joined_on=self.on,
        )
        add_participation(party, by=self.by)

    def do_leave(self, row: dict[str, str]) -> None:
        party = self.partnership.participations.get(organization=self.world.organizations[row["organization"]])
        end_participation(party, by=self.by, reason=row["reason"])

    def do_hand_over(self, row: dict[str, Any]) -> None:
        """From one contact to another, with all that can be given."""
        giver, taker = (self.world.contacts[row.pop(name)] for name in ("giver", "taker"))
        member = self.partnership.team.current().select_related("contact").get(contact=giver, role=row.pop("role"))
        given = [item.key for item in items_of(member) if item.is_movable]
        hand_over(Handover(taker=taker, **row), member=member, given=given, by=self.by)
