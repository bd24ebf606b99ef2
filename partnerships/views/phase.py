"""The page of one phase: what it is for, what must hold, and its next steps."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from partnerships import permissions
from partnerships.actions.partnership import start_cycle
from partnerships.actions.phase import check_criterion, move_phase, reopen_in_new_cycle
from partnerships.facts import known_facts
from partnerships.forms import CriterionForm, MoveForm
from partnerships.forms.phase import AgainForm
from partnerships.guards import criteria_of, missing_in_new_cycle, missing_to_reopen, phase_moves
from partnerships.models import CriterionCheck, ExitCriterion, Partnership, Phase
from partnerships.states import ToolkitSection
from partnerships.views.outcome import attempt, refusal_status
from partnerships.views.page import get_partnership, get_whole_partnership
from partnerships.views.partnership import show_partnership
from partnerships.views.status import refusal_of, with_forms


@require_safe
def phase_detail(request: HttpRequest, *, slug: str, pk: int) -> HttpResponse:
    partnership = get_partnership(request, slug)
    return _show(request, partnership, _phase(partnership, pk))


def _phase(partnership: Partnership, pk: int) -> Phase:
    phases = partnership.phases.select_related("definition").prefetch_related(
        "definition__criteria", Prefetch("checks", CriterionCheck.objects.select_related("checked_by"))
    )
    return get_object_or_404(phases, pk=pk)


def _show(
    request: HttpRequest,
    partnership: Partnership,
    phase: Phase,
    *,
    move: MoveForm | None = None,
    again: AgainForm | None = None,
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    facts = known_facts(partnership)
    can_edit = permissions.can_edit_partnership(request.user, partnership) and partnership.is_open
    criteria = criteria_of(phase, facts)
    can_reopen = can_edit and phase.closed_on is not None and not missing_to_reopen(phase)
    return render(
        request,
        "partnerships/phase_detail.html",
        {
            "partnership": partnership,
            "phase": phase,
            "section": ToolkitSection(phase.definition.section).label,
            "criteria": [
                {"state": state, "form": CriterionForm(auto_id=f"criterion-{state.criterion.pk}-%s")}
                for state in criteria
            ],
            "n_met": sum(state.is_met for state in criteria),
            "moves": with_forms(phase_moves(phase, facts), move or MoveForm()) if can_edit else [],
            "can_edit": can_edit,
            "can_reopen": can_reopen,
            "early": missing_in_new_cycle(phase, facts) if can_reopen else [],
            "again_form": again or AgainForm(auto_id="again-%s"),
            "refusal": refusal,
        },
        status=status,
    )


def _editable(request: HttpRequest, slug: str) -> Partnership:
    partnership = get_partnership(request, slug)
    if not permissions.can_edit_partnership(request.user, partnership):
        raise PermissionDenied
    return partnership


@require_POST
def phase_move(request: HttpRequest, *, slug: str, pk: int) -> HttpResponse:
    partnership = _editable(request, slug)
    phase = _phase(partnership, pk)
    form = MoveForm(request.POST)
    outcome = attempt(
        form,
        lambda: move_phase(phase, form.cleaned_data["to"], by=request.user, reason=form.cleaned_data["reason"]),
    )
    if outcome.done:
        words = {"phase": phase.definition.title, "state": phase.get_state_display().lower()}
        messages.success(request, _("“%(phase)s” is now %(state)s.") % words)
        return redirect("partnerships:phase-detail", slug=slug, pk=pk)
    return _show(request, partnership, phase, move=form, refusal=refusal_of(form), status=outcome.status)


@require_POST
def criterion_check(request: HttpRequest, *, slug: str, pk: int, criterion_pk: int) -> HttpResponse:
    partnership = _editable(request, slug)
    phase = _phase(partnership, pk)
    criterion = get_object_or_404(ExitCriterion, phase=phase.definition_id, pk=criterion_pk)
    form = CriterionForm(request.POST)
    outcome = attempt(
        form,
        lambda: check_criterion(
            phase,
            criterion,
            is_met=form.cleaned_data["is_met"],
            note=form.cleaned_data["note"],
            by=request.user,
        ),
    )
    if outcome.done:
        return redirect("partnerships:phase-detail", slug=slug, pk=pk)
    return _show(request, partnership, _phase(partnership, pk), refusal=refusal_of(form), status=outcome.status)


@require_POST
def phase_reopen(request: HttpRequest, *, slug: str, pk: int) -> HttpResponse:
    partnership = _editable(request, slug)
    phase = _phase(partnership, pk)
    form = AgainForm(request.POST, auto_id="again-%s")
    outcome = attempt(form, lambda: reopen_in_new_cycle(phase, by=request.user, reason=form.cleaned_data["reason"]))
    if not outcome.done:
        return _show(request, partnership, phase, again=form, refusal=refusal_of(form), status=outcome.status)
    again = outcome.saved
    words = {"phase": again.definition.title, "cycle": again.cycle}
    messages.success(request, _("“%(phase)s” is open again, in cycle %(cycle)s.") % words)
    return redirect("partnerships:phase-detail", slug=slug, pk=again.pk)


@require_POST
def cycle_start(request: HttpRequest, *, slug: str) -> HttpResponse:
    partnership = _editable(request, slug)
    try:
        cycle = start_cycle(partnership, by=request.user)
    except ValidationError as error:
        whole = get_whole_partnership(request, slug)
        return show_partnership(request, whole, refusal=" ".join(error.messages), status=refusal_status(error))
    messages.success(request, _("Cycle %(cycle)s has begun.") % {"cycle": cycle})
    return redirect(partnership)
