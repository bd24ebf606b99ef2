"""Many rows of a plan at once, as the grid sends them. What is in order is saved; the rest comes back with reasons."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from accounts.models import User
from partnerships.actions.progress import check_move, put_progress
from partnerships.actions.workplan import lock_plan, note_change, open_for_change
from partnerships.models import Activity, Dependency, Objective, WorkPlan
from partnerships.planning.checks import circle_through
from partnerships.planning.rows import PlanRows, read_rows
from partnerships.workplan_states import PlanState, Progress

FIELDS = (
    "title",
    "kind",
    "host_owner",
    "resource_owner",
    "starts_on",
    "ends_on",
    "budget",
    "in_kind_days",
    "in_kind_value",
)
UNCHECKED = ["plan", "objective", "host_owner", "resource_owner", "changed_by"]


@dataclass
class RowEdit:
    """One row that a person changed. ``values`` are clean: FIELDS, and ``needs`` as numbers of activities.

    ``pk`` is None for a new row, which then names its ``objective`` and carries a ``token`` of its own. ``faults`` tell
    what was typed and could not be read; the row is refused, with whatever else is wrong about it. ``move`` is the
    status that was chosen instead of ``seen_progress``.
    """

    key: str
    values: dict[str, Any]
    pk: int | None = None
    objective: int | None = None
    token: str = ""
    seen_version: int = 0
    is_removed: bool = False
    faults: dict[str, str] = field(default_factory=dict)
    move: str = ""
    seen_progress: str = Progress.PLANNED
    reason: str = ""


@dataclass
class GridOutcome:
    """Every edit is in one of these, by its key, or stood so already."""

    saved: list[Activity] = field(default_factory=list)
    added: list[Activity] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    moved: list[Activity] = field(default_factory=list)
    conflicts: dict[str, Activity | None] = field(default_factory=dict)
    refused: dict[str, dict[str, str]] = field(default_factory=dict)

    @property
    def is_clean(self) -> bool:
        return not self.conflicts and not self.refused

    @property
    def did_something(self) -> bool:
        return self.did_write or bool(self.moved)

    @property
    def did_write(self) -> bool:
        """Whether the plan itself says something else now; how far its rows are is not part of what is agreed."""
        return bool(self.saved or self.added or self.removed)


@transaction.atomic
def save_rows(plan: WorkPlan, edits: Iterable[RowEdit], *, by: User) -> GridOutcome:
    """Save the edits that are in order. A row that somebody else saved since it was seen is a conflict and stays."""
    return _Saver(lock_plan(plan), by).save(list(edits))


class _Saver:
    def __init__(self, plan: WorkPlan, by: User):
        self.plan, self.by = plan, by
        self.rows: PlanRows = read_rows(plan)
        self.known = {activity.pk: activity for activity in self.rows.activities}
        self.tokens = {activity.token: activity for activity in self.rows.activities}
        self.objectives = {block.objective.pk: block.objective for block in self.rows.blocks}
        self.needs = {pk: {each.pk for each in found} for pk, found in self.rows.needs.items()}
        self.outcome = GridOutcome()
        self.is_open = False

    def save(self, edits: list[RowEdit]) -> GridOutcome:
        if self.plan.state == PlanState.APPROVED and not all(self._only_moves(edit) for edit in edits):
            open_for_change(self.plan, by=self.by)  # says why not; a proposal is taken back when a row is written
        for edit in edits:
            self._one(edit)
        if self.outcome.did_write:
            note_change(
                self.plan,
                by=self.by,
                added=[activity.code for activity in self.outcome.added],
                changed=[activity.code for activity in self.outcome.saved],
                removed=self.outcome.removed,
            )
        return self.outcome

    def _one(self, edit: RowEdit) -> None:
        if edit.pk is None:
            self._new(edit)
            return
        activity = self.known.get(edit.pk)
        if activity is None:
            self.outcome.conflicts[edit.key] = None  # somebody removed it
        elif edit.is_removed:
            self._remove(edit, activity)
        elif self._only_moves(edit):
            # As on the page of the activity: who wrote something else about it meanwhile is no hindrance.
            self._write(edit, activity)
        elif activity.version != edit.seen_version:
            self.outcome.conflicts[edit.key] = activity
        else:
            self._write(edit, activity)

    def _only_moves(self, edit: RowEdit) -> bool:
        activity = self.known.get(edit.pk)
        return bool(activity and not edit.is_removed and not edit.faults and self._stands(activity, edit.values))

    def _new(self, edit: RowEdit) -> None:
        twin = self.tokens.get(edit.token)
        if twin is not None:  # the same post came twice
            if not self._stands(twin, edit.values):
                self.outcome.conflicts[edit.key] = twin
            return
        objective = self.objectives.get(edit.objective)
        if objective is None:
            self.outcome.refused[edit.key] = {"title": _("Its objective was removed meanwhile.")}
            return
        places = [activity.position for activity in self.known.values() if activity.objective_id == objective.pk]
        activity = Activity(
            plan=self.plan,
            objective=objective,
            token=edit.token,
            position=max(places, default=0) + 1,
            changed_by=self.by,
        )
        self._write(edit, activity)

    def _stands(self, activity: Activity, values: dict[str, Any]) -> bool:
        """Whether what was sent is what is saved."""
        same = all(getattr(activity, name) == values[name] for name in FIELDS if name in values)
        return same and ("needs" not in values or values["needs"] == self._numbers(activity))

    def _numbers(self, activity: Activity) -> list[int]:
        waits = self.needs.get(activity.pk, ())
        return sorted(self.known[pk].number for pk in waits if pk in self.known)

    def _write(self, edit: RowEdit, activity: Activity) -> None:
        before = {name: getattr(activity, name) for name in FIELDS}
        for name in FIELDS:
            # What could not be read is nothing while the rest is checked, so that it is not held against the old value.
            setattr(activity, name, edit.values.get(name, None if name in edit.faults else before[name]))
        wanted, faults = self._check(edit, activity)
        if faults:
            self.outcome.refused[edit.key] = faults
            for name, value in before.items():
                setattr(activity, name, value)
            return
        if activity.pk is None:
            self._add(activity)
        elif not all(getattr(activity, name) == value for name, value in before.items()) or self._waits_anew(
            activity, wanted
        ):
            self._open()
            activity.version += 1
            activity.changed_by = self.by
            activity.save(update_fields=[*FIELDS, "version", "changed_by", "changed_at"])
            self.outcome.saved.append(activity)
        if wanted is not None:
            self._link(activity, wanted)
        if edit.move and edit.move != activity.progress:
            put_progress(activity, edit.move, plan=self.plan, by=self.by, reason=edit.reason)
            self.outcome.moved.append(activity)

    def _add(self, activity: Activity) -> None:
        self._open()
        self.plan.last_activity += 1
        self.plan.save(update_fields=["last_activity"])
        activity.number = self.plan.last_activity
        activity.save()
        self.known[activity.pk], self.tokens[activity.token] = activity, activity
        self.outcome.added.append(activity)

    def _waits_anew(self, activity: Activity, wanted: set[int] | None) -> bool:
        return wanted is not None and wanted != self.needs.get(activity.pk, set())

    def _check(self, edit: RowEdit, activity: Activity) -> tuple[set[int] | None, dict[str, str]]:
        """What to wait for, and all that is wrong with the row: nobody is sent back twice for one row."""
        faults, wanted = dict(edit.faults), None
        exclude = [*UNCHECKED, *edit.faults]

        def check_needs() -> None:
            nonlocal wanted
            wanted = self._wanted(edit, activity)

        for check in (
            lambda: activity.clean_fields(exclude=exclude),
            activity.clean,
            check_needs,
            lambda: self._check_move(edit, activity),
        ):
            try:
                check()
            except ValidationError as error:
                for name, messages in error.message_dict.items():
                    faults.setdefault(name, " ".join(str(message) for message in messages))
        return wanted, faults

    def _check_move(self, edit: RowEdit, activity: Activity) -> None:
        if not edit.move or edit.move == activity.progress:
            return
        if edit.seen_progress != activity.progress:
            said = _("Meanwhile this became “%(status)s”. If you still mean it, save again.")
            raise ValidationError({"progress": said % {"status": activity.get_progress_display()}})
        try:
            check_move(activity, edit.move, reason=edit.reason)
        except ValidationError as error:
            raise ValidationError({"reason" if error.code == "reason" else "progress": error}) from None

    def _wanted(self, edit: RowEdit, activity: Activity) -> set[int] | None:
        """The activities to wait for, as keys, once it is sure that they exist and make no circle."""
        if "needs" not in edit.values:
            return None
        by_number = {each.number: each for each in self.known.values()}
        unknown = [f"A{number}" for number in edit.values["needs"] if number not in by_number]
        if unknown:
            raise ValidationError(
                {"needs": _("There is no activity %(codes)s in this plan.") % {"codes": ", ".join(unknown)}}
            )
        wanted = {by_number[number].pk for number in edit.values["needs"]}
        if activity.pk and activity.pk in wanted:
            raise ValidationError({"needs": _("An activity cannot wait for itself.")})
        if activity.pk and circle_through(activity.pk, {**self.needs, activity.pk: wanted}):
            raise ValidationError(
                {
                    "needs": _("This would make a circle: in the end %(code)s would wait for itself.")
                    % {"code": activity.code}
                }
            )
        return wanted

    def _link(self, activity: Activity, wanted: set[int]) -> None:
        have = self.needs.get(activity.pk, set())
        Dependency.objects.filter(activity=activity, needs__in=have - wanted).delete()
        Dependency.objects.bulk_create(Dependency(activity=activity, needs_id=pk) for pk in sorted(wanted - have))
        self.needs[activity.pk] = wanted

    def _remove(self, edit: RowEdit, activity: Activity) -> None:
        if activity.version != edit.seen_version:
            self.outcome.conflicts[edit.key] = activity
            return
        if reason := why_not_removed(activity):
            self.outcome.refused[edit.key] = {"remove": reason}
            return
        self._open()
        code = activity.code
        pk = activity.pk
        try:
            with transaction.atomic():
                activity.delete()
        except ProtectedError:
            self.outcome.refused[edit.key] = {
                "remove": _("Other records belong to this activity. Cancel it instead, with a reason.")
            }
            return
        del self.known[pk]
        for waits in self.needs.values():
            waits.discard(pk)
        self.outcome.removed.append(code)

    def _open(self) -> None:
        if not self.is_open:
            open_for_change(self.plan, by=self.by)
            self.is_open = True


def why_not_removed(row: Activity | Objective) -> str:
    """What has begun is not made to vanish; nothing when the row may be removed."""
    if row.progress == Progress.PLANNED:
        return ""
    return _("This is “%(status)s”. Only what is planned can be removed; cancel it instead, with a reason.") % {
        "status": row.get_progress_display()
    }
