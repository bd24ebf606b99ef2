"""One objective or activity of a plan at a time: added, changed, removed, put in another place."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from accounts.models import User
from partnerships.actions.plan_rows import FIELDS, RowEdit, save_rows, why_not_removed
from partnerships.actions.workplan import lock_plan, note_change, open_for_change
from partnerships.models import Activity, Objective, WorkPlan
from twinning.locking import StaleError

OBJECTIVE = ("title", "baseline", "target", "lead_side")
MORE = ("description", "deliverable")


@transaction.atomic
def add_objective(objective: Objective, *, by: User) -> Objective:
    """Put a new objective at the end of its plan."""
    plan = lock_plan(objective.plan)
    open_for_change(plan, by=by)
    plan.last_objective += 1
    plan.save(update_fields=["last_objective"])
    objective.plan, objective.number, objective.changed_by = plan, plan.last_objective, by
    objective.position = max((each.position for each in plan.objectives.all()), default=0) + 1
    objective.full_clean()
    objective.save()
    note_change(plan, by=by, added=[objective.code])
    return objective


@transaction.atomic
def change_objective(objective: Objective, *, seen_version: int, by: User) -> Objective:
    """Save an edited objective if nobody else did since ``seen_version`` was read; otherwise StaleError."""
    plan = lock_plan(objective.plan)
    current = Objective.objects.select_related("changed_by").get(pk=objective.pk)
    if current.version != seen_version:
        raise StaleError(current)
    if all(getattr(current, name) == getattr(objective, name) for name in OBJECTIVE):
        return current
    open_for_change(plan, by=by)
    objective.clean_fields(exclude=["plan", "changed_by"])
    objective.version, objective.changed_by = seen_version + 1, by
    objective.save(update_fields=[*OBJECTIVE, "version", "changed_by", "changed_at"])
    note_change(plan, by=by, changed=[objective.code])
    return objective


@transaction.atomic
def change_activity(activity: Activity, *, needs: list[int], seen_version: int, by: User) -> Activity:
    """Save an edited activity with all it says, its objective and ``needs``, the numbers it waits for."""
    plan = lock_plan(activity.plan)
    current = Activity.objects.for_plan().get(pk=activity.pk)
    if current.version != seen_version:
        raise StaleError(current)
    values = {**{name: getattr(activity, name) for name in FIELDS}, "needs": sorted(set(needs))}
    more = {name: getattr(activity, name) for name in MORE}
    moved = current.objective_id != activity.objective_id
    if moved or any(getattr(current, name) != value for name, value in more.items()):
        open_for_change(plan, by=by)
        _change_words(plan, current, activity, more, by=by)
        seen_version = current.version
    outcome = save_rows(plan, [RowEdit(key="one", pk=activity.pk, values=values, seen_version=seen_version)], by=by)
    if "one" in outcome.refused:
        raise ValidationError(outcome.refused["one"])
    if not outcome.did_something and current.version != activity.version:
        note_change(plan, by=by, changed=[current.code])
    return Activity.objects.get(pk=activity.pk)


def _change_words(plan: WorkPlan, current: Activity, wanted: Activity, more: dict, *, by: User) -> None:
    """What the grid does not show: the long texts, and the objective that an activity belongs to."""
    if wanted.objective_id != current.objective_id:
        current.objective = plan.objectives.get(pk=wanted.objective_id)
        places = current.objective.activities.values_list("position", flat=True)
        current.position = max(places, default=0) + 1
    for name, value in more.items():
        setattr(current, name, value)
    current.clean_fields(exclude=["plan", "objective", "host_owner", "resource_owner", "changed_by"])
    current.version += 1
    current.changed_by = by
    current.save(update_fields=[*MORE, "objective", "position", "version", "changed_by", "changed_at"])


@transaction.atomic
def remove_objective(objective: Objective, *, by: User) -> None:
    """Remove an objective under which nothing stands any more."""
    plan = lock_plan(objective.plan)
    current = plan.objectives.get(pk=objective.pk)
    if reason := why_not_removed(current):
        raise ValidationError(reason, code="begun")
    if current.activities.exists():
        raise ValidationError(_("Remove its activities first, or move them to another objective."), code="activities")
    open_for_change(plan, by=by)
    code = current.code
    try:
        current.delete()
    except ProtectedError:
        raise ValidationError(_("Other records belong to this objective. Cancel it instead."), code="linked") from None
    note_change(plan, by=by, removed=[code])


@transaction.atomic
def shift_row(row: Objective | Activity, *, up: bool, by: User) -> bool:
    """Change places with the neighbour above or below; at the end of its list a row stays where it is."""
    plan = lock_plan(row.plan)
    siblings = Objective.objects.filter(plan=plan)
    if isinstance(row, Activity):
        objective = Activity.objects.values_list("objective", flat=True).get(pk=row.pk)
        siblings = Activity.objects.filter(objective=objective)
    order = list(siblings.select_for_update(of=("self",)).order_by("position", "pk"))
    at = next(index for index, each in enumerate(order) if each.pk == row.pk)
    to = at - 1 if up else at + 1
    if not 0 <= to < len(order):
        return False
    open_for_change(plan, by=by)
    order[at], order[to] = order[to], order[at]
    for position, each in enumerate(order, start=1):
        if each.position != position:
            each.position = position
            each.save(update_fields=["position"])
    return True
