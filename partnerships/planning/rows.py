"""A work plan read whole, in a number of queries that never grows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property

from partnerships.models import Activity, Dependency, Objective, WorkPlan


@dataclass
class Block:
    """An objective with its activities in order."""

    objective: Objective
    activities: list[Activity] = field(default_factory=list)


@dataclass
class PlanRows:
    """The plan's blocks, and which activities each one waits for: pk → activities by number."""

    plan: WorkPlan
    blocks: list[Block]
    needs: dict[int, list[Activity]]

    @cached_property
    def activities(self) -> list[Activity]:
        return [activity for block in self.blocks for activity in block.activities]

    @cached_property
    def by_number(self) -> dict[int, Activity]:
        return {activity.number: activity for activity in self.activities}

    def needs_of(self, activity: Activity) -> list[Activity]:
        return self.needs.get(activity.pk, [])

    @property
    def total_budget(self) -> Decimal:
        return _total(activity.budget for activity in self.activities)

    @property
    def total_days(self) -> Decimal:
        return _total(activity.in_kind_days for activity in self.activities)

    @property
    def total_value(self) -> Decimal:
        return _total(activity.in_kind_value for activity in self.activities)


def _total(amounts: Iterable[Decimal | None]) -> Decimal:
    return sum((amount for amount in amounts if amount is not None), Decimal(0))


def read_rows(plan: WorkPlan) -> PlanRows:
    """Objectives, activities with owners, and dependencies: three queries."""
    blocks = {objective.pk: Block(objective) for objective in plan.objectives.all()}
    known: dict[int, Activity] = {}
    for activity in plan.activities.for_plan():
        activity.plan = plan
        activity.objective = blocks[activity.objective_id].objective
        blocks[activity.objective_id].activities.append(activity)
        known[activity.pk] = activity
    needs: dict[int, list[Activity]] = {}
    for link in Dependency.objects.filter(activity__plan=plan).order_by("needs__number"):
        needs.setdefault(link.activity_id, []).append(known[link.needs_id])
    return PlanRows(plan=plan, blocks=list(blocks.values()), needs=needs)
