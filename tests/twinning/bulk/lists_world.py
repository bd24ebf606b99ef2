"""A world in which every list has rows, some of which look like formulas; and the addresses of its pages."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.urls import reverse

from accounts.models import User
from partnerships.actions.exchange_past import record_exchange
from partnerships.models import Attendance, Contact, Exchange, Partnership, Programme, Workshop
from tests.factories import make_contact, make_member, make_partnership, make_programme, make_user
from tests.factories.agreements import make_agreement
from tests.factories.contributing import make_feedback, make_proposal
from tests.factories.contributions import (
    make_contribution,
    make_exchange_rate,
    make_meeting,
    make_role_rate,
)
from tests.factories.exchanges import fill_travel_data, make_exchange, make_traveller
from tests.factories.following import make_comment, make_follow_up
from tests.factories.funding import make_award
from tests.factories.sharing import make_resource, make_transfer
from tests.factories.toolkit import make_document, make_tool
from tests.factories.workplan import make_activity, make_objective, make_plan, make_risk
from tests.factories.workshops import MORNING, make_person, make_session, make_workshop, put
from tests.toolkit.versions.making import make_draft, shorter
from twinning.bulk.exports import EXPORTS, EXPORTS_FOR_FEW, EXPORTS_OF
from twinning.bulk.lists_workshop import OF_WORKSHOPS

FORMULA = "=HYPERLINK(1)"
# Lists of a partnership with files of their own, as wide as the papers on which they are printed: see toolkit/views/
OWN_FILES = {"partnerships:contribution-list", "partnerships:contribution-side", "partnerships:workplan-detail"}
OWN_FILES |= {"partnerships:resource-list", "partnerships:transfer-list"}


@dataclass
class World:
    admin: User
    partnership: Partnership
    workshop: Workshop
    programme: Programme
    rows: int = 0

    def of(self, kind: str) -> str:
        return self.workshop.reference if kind in OF_WORKSHOPS else self.partnership.slug

    def file(self, kind: str, ending: str = "csv", *, of: bool | None = None) -> str:
        """The address of an export; of lists that stand both for all and for one, ``of`` says which."""
        of = kind not in EXPORTS | EXPORTS_FOR_FEW if of is None else of
        if of:
            return reverse("bulk-export-of", args=[kind, self.of(kind), ending])
        return reverse("bulk-export", args=[kind, ending])

    @property
    def files(self) -> list[tuple[str, bool]]:
        """Every export as its kind, and whether it belongs to something."""
        return [*((kind, False) for kind in EXPORTS | EXPORTS_FOR_FEW), *((kind, True) for kind in EXPORTS_OF)]

    def page(self, name: str) -> str:
        """The address of a page that shows a list."""
        if name == "partnerships:programme-detail":
            return self.programme.get_absolute_url()
        if name == "partnerships:contribution-side":
            return reverse(name, args=[self.partnership.slug, "resource"])
        if name in {export.page for export in OF_WORKSHOPS.values()}:
            return reverse(name, args=[self.workshop.reference])
        if name in {export.page for export in EXPORTS_OF.values()} | OWN_FILES:
            return reverse(name, args=[self.partnership.slug])
        return reverse(name)


def make_world() -> World:
    admin = make_user(name="=Ada", is_admin=True)
    programme = make_programme(name=FORMULA)
    partnership = make_partnership(status="active", coordinator=admin, name=FORMULA, programme=programme)
    make_member(partnership, user=admin)
    make_activity(make_objective(make_plan(partnership)))
    make_resource(partnership)
    make_transfer(partnership)
    workshop = make_workshop(partnership, title="+1")
    make_session(workshop)
    put(workshop, "running")
    world = World(admin=admin, partnership=partnership, workshop=workshop, programme=programme)
    grow(world, 1)
    return world


def grow(world: World, n: int) -> None:
    for _each in range(n):
        world.rows += 1
        _grow_partnership(world.partnership, world.programme, world.rows, by=world.admin)
        _grow_workshop(world.workshop, world.rows)
        tool = make_tool().tool
        make_draft(tool, shorter, by=world.admin)
        make_proposal(title=f"@offer {world.rows}")
        make_feedback(tool, text="-1")
        make_role_rate(f"=Role {world.rows}", by=world.admin)
        make_exchange_rate(by=world.admin, on=MORNING.date() - timedelta(days=world.rows))


def _grow_partnership(partnership: Partnership, programme: Programme, number: int, *, by: User) -> None:
    member = make_member(partnership, contact=make_contact(name=f"=Contact {number}", user=make_user()))
    exchange = make_exchange(partnership, title=FORMULA, by=by)
    fill_travel_data(make_traveller(exchange, contact=make_contact(name=f"@Traveller {number}")))
    record_exchange(_past(exchange, number), [make_contact(name=f"-Traveller {number}")], source="x", by=by)
    make_agreement(partnership, title=FORMULA, state="in_force")
    make_award(partnership, programme=programme, responsible=by, title=FORMULA)
    make_meeting(partnership, member.contact, title=FORMULA)
    make_contribution(partnership, state="counted")
    make_contribution(partnership, state="draft")
    make_risk(partnership.work_plan, title=FORMULA, owner=member)
    make_document(partnership=partnership)
    make_follow_up(partnership, owner=member.contact, title=FORMULA, about=exchange)
    make_follow_up(partnership, owner=Contact.objects.get(user=by), title="Other", about=partnership)
    make_comment(partnership, FORMULA, about=exchange, by=by)


def _past(exchange: Exchange, number: int) -> Exchange:
    """One of the same kind that was over long ago; it gave days for the ledger."""
    on = date(2024, 1, 1) + timedelta(days=10 * number)
    same = ("partnership", "sending", "receiving", "country", "place", "purpose", "unplanned_reason")
    fields = {name: getattr(exchange, name) for name in same}
    return Exchange(title=f"=Past {number}", starts_on=on, ends_on=on + timedelta(days=4), working_days=3, **fields)


def _grow_workshop(workshop: Workshop, number: int) -> None:
    person = make_person(workshop, f"=Person {number}", email=f"p{number}@example.org")
    Attendance.objects.create(registration=person, session=workshop.sessions.first(), source="sheet")
