"""What the work plan says, by the paths of schema/bindings.py: in the words that both sides approved, if they have.

How far things are needs nobody's approval and is read from the rows as they stand.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.formats import date_format

from partnerships.models import Partnership, WorkPlan
from partnerships.planning.rows import read_rows
from partnerships.planning.snapshot import content_of
from partnerships.workplan_states import Progress
from toolkit.models import Document

# The states of an activity in the words of reports, and in those of the plan on paper.
STATUS = {
    Progress.PLANNED: "not_started",
    Progress.UNDER_WAY: "under_way",
    Progress.DONE: "done",
    Progress.CANCELLED: "dropped",
}
ON_PAPER = STATUS | {Progress.PLANNED: "planned", Progress.UNDER_WAY: "running", Progress.CANCELLED: "cancelled"}
OPEN = (Progress.PLANNED, Progress.UNDER_WAY)
# An activity that begins so many days after a period is not planned for the next one.
SOON_DAYS = 92


@dataclass(frozen=True)
class Planned:
    """An objective or activity as it was agreed, and how far it is."""

    raw: Mapping[str, Any]
    letter: str
    progress: str = Progress.PLANNED
    done_on: date | None = None

    def __str__(self):
        return f"{self.letter}{self.raw['number']} {self.raw['title']}"

    @property
    def starts_on(self) -> date | None:
        return _day(self.raw["starts_on"])

    @property
    def ends_on(self) -> date | None:
        return _day(self.raw["ends_on"])


@dataclass(frozen=True)
class AgreedPlan:
    currency: str = ""
    objectives: tuple[Planned, ...] = ()
    activities: tuple[Planned, ...] = ()

    def activities_of(self, first: date, last: date) -> list[Planned]:
        """What was planned for these days, or was finished in them."""
        return [row for row in self.activities if _overlaps(row, first, last) or _is_within(row.done_on, first, last)]

    def activities_after(self, last: date) -> list[Planned]:
        """What goes on or begins within three months after the period."""
        dated = [row for row in self.activities if row.starts_on and row.ends_on and row.progress in OPEN]
        after = [row for row in dated if row.ends_on > last and (row.starts_on - last).days <= SOON_DAYS]
        return sorted(after, key=lambda row: row.starts_on)


def read_plan(partnership: Partnership) -> AgreedPlan:
    """The approved version of the plan of ``partnership``; while none was approved, the plan as it is written."""
    plan = WorkPlan.objects.filter(partnership=partnership).select_related("current_version").first()
    if plan is None:
        return AgreedPlan()
    content = plan.current_version.content if plan.current_version else content_of(read_rows(plan))
    pursued = dict(plan.objectives.values_list("number", "progress"))
    known = {number: rest for number, *rest in plan.activities.values_list("number", "progress", "done_on")}
    return AgreedPlan(
        content["currency"],
        tuple(Planned(raw, "O", pursued.get(raw["number"], Progress.PLANNED)) for raw in content["objectives"]),
        tuple(
            Planned(raw, "A", *known.get(raw["number"], ()))
            for objective in content["objectives"]
            for raw in objective["activities"]
        ),
    )


def workplan_records(document: Document) -> dict[str, Any]:
    """Objectives that are still pursued, and their activities, in the order of the plan."""
    plan = read_plan(document.partnership)
    pursued = [row for row in plan.objectives if row.progress != Progress.CANCELLED]
    return {
        "workplan.objectives": [
            {
                "objective": str(row),
                "result": str(row),
                "baseline": row.raw["baseline"],
                "target": row.raw["target"],
                "side": row.raw["lead_side"],
                "lead_side": row.raw["lead_side"],
            }
            for row in pursued
        ],
        "workplan.activities": [_activity(row, plan.currency) for row in plan.activities],
    }


def _activity(row: Planned, currency: str) -> dict[str, Any]:
    raw = row.raw
    return {
        "activity": str(row),
        "activity_type": raw["kind"],
        "description": raw["description"],
        "deliverable": raw["deliverable"],
        "host_lead": raw["host_owner"]["name"] if raw["host_owner"] else "",
        "resource_lead": raw["resource_owner"]["name"] if raw["resource_owner"] else "",
        "start": raw["starts_on"],
        "end": raw["ends_on"],
        "budget": _money(raw["budget"], currency),
        "in_kind": _money(raw["in_kind_value"], currency),
        "status": ON_PAPER[row.progress],
    }


def in_period(row: Planned) -> dict[str, str]:
    days = " – ".join(date_format(day) for day in (row.starts_on, row.ends_on) if day)
    return {
        "activity": str(row),
        "planned": "; ".join(part for part in (row.raw["deliverable"], days) if part),
        "activity_status": STATUS[row.progress],
    }


def after_period(row: Planned) -> dict[str, str]:
    return {"next_activity": str(row), "next_from": row.raw["starts_on"], "next_to": row.raw["ends_on"]}


def _money(amount: str, currency: str) -> dict[str, str] | str:
    return {"amount": amount, "currency": currency} if amount else ""


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _overlaps(row: Planned, first: date, last: date) -> bool:
    return bool(row.starts_on and row.ends_on and row.starts_on <= last and row.ends_on >= first)


def _is_within(day: date | None, first: date, last: date) -> bool:
    return day is not None and first <= day <= last
