"""One objective or one activity of a work plan."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from partnerships import permissions
from partnerships.actions.plan_parts import (
    add_objective,
    change_activity,
    change_objective,
    remove_objective,
    shift_row,
)
from partnerships.actions.progress import move_progress
from partnerships.forms import MoveForm
from partnerships.forms.workplan import ActivityForm, ObjectiveForm
from partnerships.models import Activity, Objective, WorkPlan
from partnerships.planning.checks import missing_to_move, warnings_of
from partnerships.planning.rows import PlanRows, read_rows
from partnerships.views.outcome import attempt, posted, refusal_status
from partnerships.views.status import refusal_of
from partnerships.views.workplan import editable_plan, get_plan, page_of, plan_text
from partnerships.workplan_states import PROGRESS_NEEDS_REASON, PROGRESS_TRANSITIONS, Progress

MOVE_LABELS = {
    (Progress.PLANNED, Progress.UNDER_WAY): later("It is under way"),
    (Progress.PLANNED, Progress.DONE): later("It is done"),
    (Progress.PLANNED, Progress.CANCELLED): later("Cancel it"),
    (Progress.UNDER_WAY, Progress.DONE): later("It is done"),
    (Progress.UNDER_WAY, Progress.PLANNED): later("Put it back to planned"),
    (Progress.UNDER_WAY, Progress.CANCELLED): later("Cancel it"),
    (Progress.DONE, Progress.UNDER_WAY): later("It is not done after all"),
    (Progress.CANCELLED, Progress.PLANNED): later("Plan it again"),
}


def moves_of(row: Objective | Activity, tried: MoveForm | None = None, below=()) -> list[dict[str, Any]]:
    """Every step that the row's progress may take, what is missing for it, and a form for it."""
    return [
        {
            "to": new,
            "label": str(MOVE_LABELS[row.progress, new]),
            "missing": missing_to_move(row, new, below),
            "needs_reason": new in PROGRESS_NEEDS_REASON,
            "form": tried
            if tried is not None and tried.data.get("to") == new
            else MoveForm(initial={"to": new}, auto_id=f"{new}-%s"),
        }
        for new in PROGRESS_TRANSITIONS[row.progress]
    ]


@require_http_methods(["GET", "HEAD", "POST"])
def objective_create(request: HttpRequest, *, slug: str) -> HttpResponse:
    plan = editable_plan(request, slug)
    form = ObjectiveForm(posted(request), plan=plan)
    outcome = attempt(form, lambda: add_objective(form.instance, by=request.user))
    if outcome.done:
        messages.success(request, _("%(code)s is added. Now write its activities.") % {"code": outcome.saved.code})
        return redirect("partnerships:workplan-grid", slug=slug)
    context = {**page_of(request, plan, "workplan-detail"), "form": form, "clash": outcome.clash}
    return render(request, "partnerships/objective_edit.html", context, status=outcome.status)


@require_http_methods(["GET", "HEAD", "POST"])
def objective_edit(request: HttpRequest, *, slug: str, number: int) -> HttpResponse:
    plan = editable_plan(request, slug)
    return _objective(request, plan, number)


def _objective(
    request: HttpRequest,
    plan: WorkPlan,
    number: int,
    *,
    tried: MoveForm | None = None,
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    objective = get_object_or_404(plan.objectives, number=number)
    edits = request.method == "POST" and tried is None and not refusal
    form = ObjectiveForm(request.POST if edits else None, instance=plan.objectives.get(pk=objective.pk), plan=plan)
    outcome = attempt(form, lambda: change_objective(form.instance, seen_version=form.seen_version, by=request.user))
    if outcome.done:
        messages.success(request, _("Your changes have been saved."))
        return redirect("partnerships:workplan-detail", slug=plan.partnership.slug)
    below = list(objective.activities.all())
    return render(
        request,
        "partnerships/objective_edit.html",
        {
            **page_of(request, plan, "workplan-detail"),
            "form": form,
            "clash": outcome.clash,
            "objective": objective,
            "n_activities": len(below),
            "moves": moves_of(objective, tried, below),
            "refusal": refusal,
        },
        status=max(status, outcome.status),
    )


@require_POST
def objective_move(request: HttpRequest, *, slug: str, number: int) -> HttpResponse:
    plan = editable_plan(request, slug)
    objective = get_object_or_404(plan.objectives, number=number)
    form = MoveForm(request.POST)
    outcome = attempt(
        form,
        lambda: move_progress(objective, form.cleaned_data["to"], by=request.user, reason=form.cleaned_data["reason"]),
    )
    if not outcome.done:
        return _objective(request, plan, number, tried=form, refusal=refusal_of(form), status=outcome.status)
    words = {"code": objective.code, "status": objective.get_progress_display()}
    messages.success(request, _("%(code)s is now “%(status)s”.") % words)
    return redirect("partnerships:workplan-detail", slug=slug)


@require_POST
def objective_remove(request: HttpRequest, *, slug: str, number: int) -> HttpResponse:
    plan = editable_plan(request, slug)
    objective = get_object_or_404(plan.objectives, number=number)
    try:
        remove_objective(objective, by=request.user)
    except ValidationError as error:
        return _objective(request, plan, number, refusal=" ".join(error.messages), status=refusal_status(error))
    messages.success(request, _("%(code)s is removed.") % {"code": f"O{number}"})
    return redirect("partnerships:workplan-detail", slug=slug)


@require_POST
def objective_shift(request: HttpRequest, *, slug: str, number: int) -> HttpResponse:
    """One place up or down among the objectives: ``direction`` is ``up`` or ``down``."""
    plan = editable_plan(request, slug)
    objective = get_object_or_404(plan.objectives, number=number)
    objective.plan = plan
    try:
        shift_row(objective, up=request.POST.get("direction") == "up", by=request.user)
    except ValidationError as error:
        return _objective(request, plan, number, refusal=" ".join(error.messages), status=refusal_status(error))
    return redirect("partnerships:workplan-grid", slug=slug)


@require_safe
def activity_detail(request: HttpRequest, *, slug: str, number: int) -> HttpResponse:
    return _activity(request, get_plan(request, slug), number)


def _activity(
    request: HttpRequest, plan: WorkPlan, number: int, *, tried: MoveForm | None = None, status: int = 200
) -> HttpResponse:
    rows = read_rows(plan)
    activity = _find(rows, plan, number)
    text = next(each for each in plan_text(rows).activities if each.number == number)
    may_move = permissions.can_move_activity(request.user, activity, plan.partnership) and plan.partnership.is_open
    return render(
        request,
        "partnerships/activity_detail.html",
        {
            **page_of(request, plan, "workplan-detail"),
            "activity": activity,
            "text": text,
            "needs": rows.needs_of(activity),
            "needed_by": [each for each in rows.activities if activity in rows.needs_of(each)],
            "warnings": [each for each in warnings_of(rows, plan.partnership) if each.number == number],
            "moves": moves_of(activity, tried) if may_move else [],
            "refusal": refusal_of(tried) if tried else "",
        },
        status=status,
    )


def _find(rows: PlanRows, plan: WorkPlan, number: int) -> Activity:
    # By the rows that were read anyway; a number that is not among them is told as every missing row is.
    found = rows.by_number.get(number)
    return found or get_object_or_404(plan.activities, number=number)


@require_http_methods(["GET", "HEAD", "POST"])
def activity_edit(request: HttpRequest, *, slug: str, number: int) -> HttpResponse:
    plan = editable_plan(request, slug)
    activity = get_object_or_404(plan.activities.for_plan(), number=number)
    activity.plan = plan
    form = ActivityForm(posted(request), instance=activity, plan=plan)
    outcome = attempt(
        form,
        lambda: change_activity(
            form.instance, needs=form.cleaned_data["needs"], seen_version=form.seen_version, by=request.user
        ),
    )
    if outcome.done:
        messages.success(request, _("Your changes have been saved."))
        return redirect("partnerships:activity-detail", slug=slug, number=number)
    context = {**page_of(request, plan, "workplan-detail"), "form": form, "clash": outcome.clash, "activity": activity}
    return render(request, "partnerships/activity_edit.html", context, status=outcome.status)


@require_POST
def activity_move(request: HttpRequest, *, slug: str, number: int) -> HttpResponse:
    plan = get_plan(request, slug)
    activity = get_object_or_404(plan.activities.for_plan(), number=number)
    activity.plan = plan
    if not permissions.can_move_activity(request.user, activity, plan.partnership):
        raise PermissionDenied
    form = MoveForm(request.POST)
    outcome = attempt(
        form,
        lambda: move_progress(activity, form.cleaned_data["to"], by=request.user, reason=form.cleaned_data["reason"]),
    )
    if not outcome.done:
        return _activity(request, plan, number, tried=form, status=outcome.status)
    words = {"code": activity.code, "status": activity.get_progress_display()}
    messages.success(request, _("%(code)s is now “%(status)s”.") % words)
    return redirect("partnerships:activity-detail", slug=slug, number=number)
