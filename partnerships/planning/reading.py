"""A plan made ready to be read: on its page, as a version, on paper, as a table or timeline. Texts, ready to draw."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from partnerships.drawing.timeline import Bar, Drawing, draw, scale_of
from partnerships.models import Activity, Objective
from partnerships.planning.words import SideLabel, say, say_amount, say_day, say_days
from partnerships.workplan_states import Progress

MONEY = ("budget", "in_kind_days", "in_kind_value")


@dataclass(frozen=True, kw_only=True)
class ActivityText:
    """An activity in words. ``progress`` is empty in a version, which is about what was agreed alone."""

    number: int
    code: str
    title: str
    kind: str
    description: str
    deliverable: str
    host_owner: str
    resource_owner: str
    starts_on: str
    ends_on: str
    needs: str
    budget: str
    in_kind_days: str
    in_kind_value: str
    raw: Mapping[str, Any]
    progress: str = ""
    progress_label: str = ""
    is_late: bool = False
    note: str = ""

    @property
    def in_kind_time(self) -> str:
        return say_days(self.raw["in_kind_days"])

    @property
    def state(self) -> str:
        """The word that styles its bar and badge."""
        return "late" if self.is_late else self.progress or "planned"

    @property
    def when(self) -> str:
        if self.starts_on and self.ends_on and self.starts_on != self.ends_on:
            return f"{self.starts_on} – {self.ends_on}"
        return self.starts_on or self.ends_on

    @property
    def owners(self) -> str:
        return ", ".join(filter(None, [self.host_owner, self.resource_owner]))


@dataclass(frozen=True, kw_only=True)
class ObjectiveText:
    number: int
    code: str
    title: str
    baseline: str
    target: str
    lead_side: str
    activities: tuple[ActivityText, ...]
    progress: str = ""
    progress_label: str = ""
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Charts:
    """The timeline of one objective, in as many drawings as it takes, and who has no dates yet."""

    objective: ObjectiveText
    drawings: tuple[Drawing, ...]
    undated: tuple[ActivityText, ...]


@dataclass(frozen=True, kw_only=True)
class PlanText:
    goal: str
    currency: str
    objectives: tuple[ObjectiveText, ...]
    budget: str
    in_kind_days: str
    in_kind_time: str
    in_kind_value: str

    @property
    def activities(self) -> list[ActivityText]:
        return [activity for objective in self.objectives for activity in objective.activities]


def text_of(
    content: Mapping[str, Any],
    *,
    side_label: SideLabel,
    today: date,
    activities: Mapping[int, Activity] | None = None,
    objectives: Mapping[int, Objective] | None = None,
) -> PlanText:
    """``content`` of snapshot.py in words; with the rows of now, by number, also how far each one is."""
    activities, objectives = activities or {}, objectives or {}
    writer = _Writer(content["currency"], side_label, today)
    rows = [each for objective in content["objectives"] for each in objective["activities"]]
    totals = {name: _total(rows, name) for name in MONEY}
    return PlanText(
        goal=content["goal"],
        currency=content["currency"],
        objectives=tuple(writer.objective(each, objectives, activities) for each in content["objectives"]),
        budget=say_amount(totals["budget"], content["currency"]),
        in_kind_days=say_amount(totals["in_kind_days"]),
        in_kind_time=say_days(totals["in_kind_days"]),
        in_kind_value=say_amount(totals["in_kind_value"], content["currency"]),
    )


def _total(rows: list[Mapping[str, Any]], name: str) -> Decimal | None:
    amounts = [Decimal(row[name]) for row in rows if row[name]]
    return sum(amounts, Decimal(0)) if amounts else None


class _Writer:
    def __init__(self, currency: str, side_label: SideLabel, today: date):
        self.currency, self.side_label, self.today = currency, side_label, today

    def objective(self, raw: Mapping, objectives: Mapping[int, Objective], activities: Mapping[int, Activity]):
        row = objectives.get(raw["number"])
        return ObjectiveText(
            number=raw["number"],
            code=f"O{raw['number']}",
            title=raw["title"],
            baseline=raw["baseline"],
            target=raw["target"],
            lead_side=self.side_label(raw["lead_side"]) if raw["lead_side"] else "",
            activities=tuple(self.activity(each, activities.get(each["number"])) for each in raw["activities"]),
            progress=row.progress if row else "",
            progress_label=row.get_progress_display() if row else "",
            note=row.cancel_reason if row else "",
        )

    def activity(self, raw: Mapping[str, Any], row: Activity | None) -> ActivityText:
        said = {
            name: say(name, raw[name], currency=self.currency, side_label=self.side_label)
            for name in ("kind", "host_owner", "resource_owner", "starts_on", "ends_on", "needs", *MONEY)
        }
        is_late = row is not None and row.late_on(self.today)
        label = (_("Late") if is_late else row.get_progress_display()) if row else ""
        note = ""
        if row is not None:
            note = row.cancel_reason or (_("Done on %(day)s") % {"day": say_day(row.done_on)} if row.done_on else "")
        return ActivityText(
            number=raw["number"],
            code=f"A{raw['number']}",
            title=raw["title"],
            description=raw["description"],
            deliverable=raw["deliverable"],
            raw=raw,
            progress=row.progress if row else "",
            progress_label=label,
            is_late=is_late,
            note=note,
            **said,
        )


def charts_of(plan: PlanText, today: date) -> list[Charts]:
    """The timeline, one part for each objective, all on the same scale."""
    scale = scale_of(bar for objective in plan.objectives for bar in _bars(objective))
    found = []
    for objective in plan.objectives:
        bars = _bars(objective)
        drawings = draw(bars, scale, today) if scale else []
        drawn = {bar.code for bar in bars}
        undated = tuple(each for each in objective.activities if each.code not in drawn)
        found.append(Charts(objective=objective, drawings=tuple(drawings), undated=undated))
    return found


def _bars(objective: ObjectiveText) -> list[Bar]:
    return [
        Bar(
            code=each.code,
            label=each.title,
            start=date.fromisoformat(each.raw["starts_on"] or each.raw["ends_on"]),
            end=date.fromisoformat(each.raw["ends_on"] or each.raw["starts_on"]),
            state=each.state if each.state in STATES else Progress.PLANNED,
            hint=" · ".join(filter(None, [f"{each.code} {each.title}", each.when, each.progress_label, _needs(each)])),
            needs=tuple(f"A{number}" for number in each.raw["needs"]),
        )
        for each in objective.activities
        if each.raw["starts_on"] or each.raw["ends_on"]
    ]


def _needs(activity: ActivityText) -> str:
    return f"{_('Waits for')} {activity.needs}" if activity.needs else ""


STATES = ("late", *Progress.values)
