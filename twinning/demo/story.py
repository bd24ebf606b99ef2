"""One partnership of the demonstration world: its steps, each a mapping with one verb, told on their days."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from accounts.models import User
from partnerships.actions.commenting import add_comment
from partnerships.actions.directory import contact_of
from partnerships.actions.follow_up import add_follow_up, move_follow_up
from partnerships.actions.partnership import change_status, create_partnership
from partnerships.actions.phase import check_criterion, move_phase, reopen_in_new_cycle
from partnerships.models import (
    Agreement,
    Exchange,
    FollowUp,
    Partnership,
    Phase,
    PhaseModel,
    SharedResource,
    Transfer,
    Workshop,
)
from partnerships.states import FollowUpState, Priority
from partnerships.things import Thing, find_thing
from toolkit.models import Document
from twinning.demo.activities import Activities
from twinning.demo.errors import DemoError
from twinning.demo.frame import Framing, Team
from twinning.demo.journeys import Journeys
from twinning.demo.papers import Papers
from twinning.demo.records import Records
from twinning.demo.sharing import Sharing

if TYPE_CHECKING:
    from twinning.demo.world import World


class Teller:
    """Tells steps: mappings with one verb each, which is the name of a method."""

    def tell(self, step: dict[str, Any], *, on: date) -> None:
        self.on = on
        for verb, what in step.items():
            if verb == "ago":
                continue
            try:
                getattr(self, f"do_{verb}")(what)
            except Exception as error:
                raise DemoError(f"{self}, {self.on}: {verb} {what}: {error}") from error


class Frame(Framing, Teller):
    """What belongs to no single partnership: staff, rates, awards, the archive."""

    def __init__(self, world: World):
        self.world, self.on = world, world.today

    def __str__(self):
        return "frame.yaml"


class Story(Papers, Records, Journeys, Activities, Sharing, Team, Teller):
    """One partnership, told from its beginning."""

    def __init__(self, world: World, told: dict[str, Any]):
        self.world, self.told = world, told
        self.by: User = None
        self.partnership: Partnership = None
        self.documents: dict[str, Document] = {}
        self.agreements: dict[str, Agreement] = {}
        self.exchanges: dict[str, Exchange] = {}
        self.workshops: dict[str, Workshop] = {}
        self.resources: dict[str, SharedResource] = {}
        self.transfers: dict[str, Transfer] = {}
        self.on = world.today

    def __str__(self):
        return self.told["name"]

    @property
    def steps(self) -> list[dict[str, Any]]:
        return [{"ago": self.told["ago"], "begin": self.told}, *self.told["story"]]

    def do_begin(self, row: dict[str, Any]) -> None:
        self.by = self.world.users[row["coordinator"]]
        programme = self.world.programmes.get(row.get("programme", ""))
        model = PhaseModel.objects.get(slug=row["phase_model"]) if "phase_model" in row else programme.phase_model
        partnership = Partnership(
            name=row["name"],
            programme=programme,
            phase_model=model,
            goal=row.get("goal", "").strip(),
            starts_on=date.fromisoformat(row["starts_on"]) if "starts_on" in row else None,
            ends_on=date.fromisoformat(row["ends_on"]) if "ends_on" in row else None,
            coordinator=self.by,
        )
        self.partnership = create_partnership(
            partnership,
            host=self.world.organizations[row["host"]],
            resource=self.world.organizations[row["resource"]],
            topics=[self.world.topics[slug] for slug in row.get("topics", [])],
            by=self.by,
        )
        contact_of(self.by, by=self.by)
        self.partnership.participations.update(joined_on=self.on)  # the day of the calendar on the wall, else
        self.world.partnerships[row["host"]] = self.partnership

    def do_status(self, row: dict[str, str]) -> None:
        said = {"reason": row.get("reason", ""), "obligations": row.get("obligations", "")}
        restart_on = date.fromisoformat(row["restart_on"]) if "restart_on" in row else None
        change_status(self.partnership, row["to"], by=self.by, restart_on=restart_on, **said)

    def do_phase(self, row: dict[str, str]) -> None:
        move_phase(self._phase(row["slug"]), row["to"], by=self.by, reason=row.get("reason", ""))

    def do_again(self, slug: str) -> None:
        """A phase that is over opens once more, in the next cycle."""
        reopen_in_new_cycle(self._phase(slug), by=self.by)

    def do_criterion(self, row: dict[str, str]) -> None:
        phase = self._phase(row["phase"])
        criterion = phase.definition.criteria.get(slug=row["slug"])
        check_criterion(phase, criterion, is_met=True, by=self.by, note=row.get("note", ""))

    def _phase(self, slug: str) -> Phase:
        """The one of the latest cycle."""
        phases = self.partnership.phases.select_related("definition", "partnership")
        return phases.filter(definition__slug=slug).order_by("-cycle").first()

    def do_follow_up(self, row: dict[str, str]) -> None:
        """``owner`` is the key of a contact, ``by`` the address of an account; with ``done`` it is closed at once."""
        follow_up = FollowUp(
            partnership=self.partnership,
            title=row["title"],
            details=row.get("details", ""),
            owner=self.world.contacts[row["owner"]],
            due_on=date.fromisoformat(row["due_on"]) if "due_on" in row else None,
            priority=row.get("priority", Priority.NORMAL),
        )
        by = self._person(row)
        add_follow_up(follow_up, about=self._thing(row, by), by=by)
        if row.get("done"):
            move_follow_up(follow_up, FollowUpState.DONE, by=by)

    def do_finish(self, row: dict[str, str]) -> None:
        """A follow-up that was written down before is done, or dropped for a ``reason``."""
        follow_up = self.partnership.followups.get(title=row["title"])
        to = FollowUpState.DROPPED if "reason" in row else FollowUpState.DONE
        move_follow_up(follow_up, to, by=self._person(row), reason=row.get("reason", ""))

    def do_comment(self, row: dict[str, str]) -> None:
        by = self._person(row)
        add_comment(self.partnership, self._thing(row, by), row["text"].strip(), by=by)

    def _person(self, row: dict[str, str]) -> User:
        return self.world.users[row["by"]] if "by" in row else self.by

    def _thing(self, row: dict[str, Any], by: User) -> Thing:
        """What “document: key”, “phase: slug”, “exchange: key” and the like name; the partnership without."""
        if "phase" in row:
            return find_thing(self.partnership, "phase", self._phase(row["phase"]).pk, by)
        if "meeting" in row:
            return find_thing(self.partnership, "meeting", row["meeting"], by)
        known = {
            "document": self.documents,
            "exchange": self.exchanges,
            "workshop": self.workshops,
            "resource": self.resources,
            "transfer": self.transfers,
        }
        for kind, rows in known.items():
            if kind in row:
                return find_thing(self.partnership, kind, rows[row[kind]].pk, by)
        return find_thing(self.partnership, "partnership", self.partnership.pk, by)
