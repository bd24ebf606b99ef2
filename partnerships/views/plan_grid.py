"""The grid: every activity of a plan as a row of inputs, one post for all of them."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from partnerships.actions.plan_parts import shift_row
from partnerships.actions.plan_rows import GridOutcome, RowEdit, save_rows
from partnerships.forms.plan_grid import KEY, Grid, GridRow
from partnerships.models import WorkPlan
from partnerships.planning.rows import read_rows
from partnerships.views.outcome import refusal_status
from partnerships.views.workplan import editable_plan, get_plan, page_of
from partnerships.workplan_states import PlanState

LARGEST = 18


@require_http_methods(["GET", "HEAD", "POST"])
def workplan_grid(request: HttpRequest, *, slug: str) -> HttpResponse:
    """Save the rows that were changed; the others are neither checked nor written."""
    plan = editable_plan(request, slug)
    if request.method != "POST":
        return _show(request, plan, _grid(request, plan))
    grid = Grid(read_rows(plan), plan.partnership)
    touched = grid.posted(request.POST)
    edits = _edits(grid, touched)
    try:
        outcome = save_rows(plan, edits, by=request.user)
    except ValidationError as error:
        for row in touched:
            grid.put_back(row)
        return _show(request, plan, grid, refusal=" ".join(error.messages), status=refusal_status(error))
    if not outcome.is_clean:
        return _show_again(request, slug, touched, outcome)
    _say(request, outcome)
    return redirect(_next(request, plan, outcome))


def _grid(request: HttpRequest, plan: WorkPlan) -> Grid:
    more = request.GET.get("more", "")
    return Grid(read_rows(plan), plan.partnership, more=int(more) if more.isdecimal() and len(more) < LARGEST else 0)


def _edits(grid: Grid, touched: list[GridRow]) -> list[RowEdit]:
    """Every row that was touched, with what could be read of it and what could not."""
    edits = []
    for row in touched:
        values = {}
        if not row.is_removed and not row.only_moves:
            values, row.errors = grid.cleaner.clean(row.values)
        edits.append(
            RowEdit(
                key=row.key,
                values=values,
                pk=row.activity_pk,
                objective=row.objective,
                token=row.token,
                seen_version=row.version,
                is_removed=row.is_removed,
                faults=row.errors,
                move=row.move,
                seen_progress=row.seen_progress,
                reason=row.values["reason"],
            )
        )
    return edits


def _show_again(request: HttpRequest, slug: str, touched: list[GridRow], outcome: GridOutcome) -> HttpResponse:
    """The grid as it is saved now, and over it what was not saved, with the reasons; nothing typed is lost."""
    plan = get_plan(request, slug)
    grid = Grid(read_rows(plan), plan.partnership)
    unsaved = []
    for row in touched:
        row.errors = outcome.refused.get(row.key, row.errors)
        if row.key in outcome.conflicts:
            grid.tell_conflict(row, outcome.conflicts[row.key])
        elif not row.errors:
            continue
        row.only_moves = plan.state == PlanState.APPROVED
        grid.put_back(row)
        unsaved.append(row)
    if outcome.did_something:
        _say(request, outcome)
    return _show(request, plan, grid, unsaved=unsaved, status=409 if outcome.conflicts else 400)


def _say(request: HttpRequest, outcome: GridOutcome) -> None:
    n_changed = len({activity.pk for activity in (*outcome.saved, *outcome.moved)} - {a.pk for a in outcome.added})
    told = [
        ngettext("%(n)s row changed", "%(n)s rows changed", n_changed) % {"n": n_changed},
        ngettext("%(n)s row added", "%(n)s rows added", len(outcome.added)) % {"n": len(outcome.added)},
        ngettext("%(n)s row removed", "%(n)s rows removed", len(outcome.removed)) % {"n": len(outcome.removed)},
    ]
    counts = (n_changed, len(outcome.added), len(outcome.removed))
    told = [words for words, n in zip(told, counts, strict=True) if n]
    if told:
        messages.success(request, _("Saved: %(what)s.") % {"what": ", ".join(told)})


def _next(request: HttpRequest, plan: WorkPlan, outcome: GridOutcome) -> str:
    """Where to go after saving: back to the row that was moved, or to the empty rows that were asked for."""
    url = reverse("partnerships:workplan-grid", args=[plan.partnership.slug])
    direction, _colon, key = request.POST.get("shift", "").partition(":")
    match = KEY.fullmatch(key)
    if direction in ("up", "down") and match and match["pk"]:
        activity = plan.activities.filter(pk=int(match["pk"])).select_related("plan__partnership").first()
        if activity:
            try:
                shift_row(activity, up=direction == "up", by=request.user)
            except ValidationError as error:
                messages.error(request, " ".join(error.messages))
        return f"{url}#{key}"
    more = request.POST.get("more", "")
    if more.isdecimal() and len(more) < LARGEST:
        return f"{url}?more={more}#o{more}-end"
    if not outcome.did_something:
        messages.info(request, _("Nothing was changed."))
    return url


def _show(
    request: HttpRequest,
    plan: WorkPlan,
    grid: Grid,
    *,
    unsaved: list[GridRow] | None = None,
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    rows = grid.rows
    return render(
        request,
        "partnerships/workplan_grid.html",
        {
            **page_of(request, plan, "workplan-grid"),
            "groups": grid.groups(),
            "labels": grid.labels,
            # Rows of an approved plan show their status alone; what was typed over them and refused stays to be copied.
            "is_closed": plan.state == PlanState.APPROVED and not refusal,
            "unsaved": unsaved or [],
            "totals": {"budget": rows.total_budget, "days": rows.total_days, "value": rows.total_value},
            "refusal": refusal,
        },
        status=status,
    )
