"""The page of a work plan, and its steps: begin, propose, approve, return, amend."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from partnerships import permissions
from partnerships.actions.workplan import (
    amend_plan,
    approve_plan,
    change_plan,
    end_amendment,
    note_donor_approval,
    propose_plan,
    return_plan,
    start_plan,
    take_back_plan,
)
from partnerships.facts import donor_approvals, this_cycle
from partnerships.forms.workplan import AmendForm, ApproveForm, DonorForm, PlanForm, ProposeForm, ReturnForm
from partnerships.models import Partnership, PlanVersion, WorkPlan
from partnerships.planning.checks import missing_to_propose, warnings_of
from partnerships.planning.differences import differences
from partnerships.planning.reading import PlanText, text_of
from partnerships.planning.rows import PlanRows, read_rows
from partnerships.planning.snapshot import content_of, hash_of
from partnerships.states import Side
from partnerships.views.outcome import attempt, posted, refusal_status
from partnerships.views.page import get_partnership, tabs
from partnerships.views.status import refusal_of
from partnerships.workplan_states import PlanState

FEW_WARNINGS = 6


def get_plan(request: HttpRequest, slug: str) -> WorkPlan:
    """The plan of a partnership that the person may see, or 404; its partnership is loaded with it."""
    partnership = get_partnership(request, slug)
    plan = find_plan(partnership)
    if plan is None:
        raise Http404
    return plan


def find_plan(partnership: Partnership) -> WorkPlan | None:
    plan = WorkPlan.objects.select_related("current_version").filter(partnership=partnership).first()
    if plan:
        plan.partnership = partnership
    return plan


def editable_plan(request: HttpRequest, slug: str) -> WorkPlan:
    """As get_plan, for somebody who may edit the partnership; others are refused."""
    plan = get_plan(request, slug)
    if not permissions.can_edit_partnership(request.user, plan.partnership):
        raise PermissionDenied
    return plan


def plan_tabs(plan: WorkPlan, current: str, *, can_edit: bool) -> list[dict]:
    """The pages of a work plan for components/tabs.html."""
    pages = [("workplan-detail", _("The plan"))]
    if can_edit and plan.partnership.is_open:
        pages.append(("workplan-grid", _("Grid")))
    pages += [
        ("workplan-quarters", _("Quarters")),
        ("workplan-timeline", _("Timeline")),
        ("risk-list", _("Risks")),
        ("workplan-versions", _("Versions")),
    ]
    slug = plan.partnership.slug
    return [
        {"label": label, "url": reverse(f"partnerships:{name}", args=[slug]), "current": name == current, "count": ""}
        for name, label in pages
    ]


def page_of(request: HttpRequest, plan: WorkPlan, current: str) -> dict[str, Any]:
    """What every page of a plan shows around its own: head, tabs, and what the person may do."""
    can_edit = permissions.can_edit_partnership(request.user, plan.partnership)
    return {
        "partnership": plan.partnership,
        "plan": plan,
        "tabs": tabs(plan.partnership, "workplan-detail", can_edit=can_edit),
        "plan_tabs": plan_tabs(plan, current, can_edit=can_edit),
        "can_edit": can_edit and plan.partnership.is_open,
    }


def plan_text(rows: PlanRows, content: dict | None = None) -> PlanText:
    """The plan of now in words, with how far each row is."""
    return text_of(
        content or content_of(rows),
        side_label=rows.plan.partnership.side_label,
        today=timezone.localdate(),
        activities=rows.by_number,
        objectives={block.objective.number: block.objective for block in rows.blocks},
    )


@require_safe
def workplan_detail(request: HttpRequest, *, slug: str) -> HttpResponse:
    partnership = get_partnership(request, slug)
    plan = find_plan(partnership)
    if plan is None:
        can_edit = permissions.can_edit_partnership(request.user, partnership)
        own = {"partnership": partnership, "can_start": can_edit and partnership.is_open}
        all_tabs = tabs(partnership, "workplan-detail", can_edit=can_edit)
        return render(request, "partnerships/workplan_none.html", {**own, "tabs": all_tabs})
    return show_plan(request, plan)


def show_plan(request: HttpRequest, plan: WorkPlan, *, refusal: str = "", status: int = 200) -> HttpResponse:
    """The page of the plan, with the sentence that says why a step was refused."""
    rows = read_rows(plan)
    content = content_of(rows)
    page = page_of(request, plan, "workplan-detail")
    warnings = warnings_of(rows, plan.partnership)
    waiting = plan.versions.waiting().select_related("proposed_by").first()
    changes = []
    if plan.current_version and plan.state != PlanState.APPROVED:
        changes = differences(plan.current_version.content, content, side_label=plan.partnership.side_label)
    is_open = plan.state in (PlanState.DRAFT, PlanState.AMENDED)
    return render(
        request,
        "partnerships/workplan_detail.html",
        {
            **page,
            "text": plan_text(rows, content),
            "warnings": warnings[:FEW_WARNINGS],
            "more_warnings": warnings[FEW_WARNINGS:],
            "n_late": sum(activity.is_late for activity in rows.activities),
            "missing": missing_to_propose(rows) if is_open else [],
            "is_open": is_open,
            "n_changes": len(changes),
            "waiting": waiting,
            "sides": _approvals(request, plan, waiting),
            "donor": _donor(plan),
            "propose_form": ProposeForm(initial={"hash": hash_of(content), "reason": plan.reason}),
            "amend_form": AmendForm(auto_id="amend-%s"),
            "refusal": refusal,
        },
        status=status,
    )


def _donor(plan: WorkPlan) -> dict[str, Any]:
    """Whether whoever pays has approved the version in force, in this cycle; empty when nobody is to be asked."""
    if plan.state != PlanState.APPROVED or not plan.partnership.award_shares.exists():
        return {}
    entry = this_cycle(donor_approvals()).filter(partnership=plan.partnership).first()
    return {"entry": entry, "form": DonorForm(auto_id="donor-%s")}


def _approvals(request: HttpRequest, plan: WorkPlan, waiting: PlanVersion | None) -> list[dict]:
    """For each side: who approved what waits (or what stands), who may, and whether it is for this person to say."""
    version = waiting or plan.current_version
    given = {approval.side: approval for approval in version.approvals.all()} if version else {}
    mine = permissions.approving_roles(request.user, plan.partnership)
    people = [
        each for each in plan.partnership.team.all() if each.role in permissions.APPROVING_ROLES and each.is_current
    ]
    spoke = any(approval.by_id == request.user.pk for approval in given.values())
    return [
        {
            "side": side.value,
            "label": plan.partnership.side_label(side),
            "approval": given.get(side.value),
            "people": [each for each in people if each.side == side],
            "has_account": any(each.side == side and each.contact.user_id for each in people),
            "can_approve": bool(waiting and side in mine and side.value not in given and not spoke),
            "approve_form": ApproveForm(
                initial={"side": side.value, "hash": version.hash if version else ""},
                auto_id=f"approve-{side.value}-%s",
            ),
            "return_form": ReturnForm(initial={"side": side.value}, auto_id=f"return-{side.value}-%s"),
        }
        for side in Side
    ]


@require_POST
def workplan_start(request: HttpRequest, *, slug: str) -> HttpResponse:
    partnership = get_partnership(request, slug)
    if not permissions.can_edit_partnership(request.user, partnership):
        raise PermissionDenied
    try:
        plan = start_plan(partnership, by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("partnerships:workplan-detail", slug=slug)
    messages.success(request, _("The work plan has begun. Write the goal, then add the first objective."))
    return redirect(plan)


@require_http_methods(["GET", "HEAD", "POST"])
def workplan_edit(request: HttpRequest, *, slug: str) -> HttpResponse:
    plan = editable_plan(request, slug)
    form = PlanForm(posted(request), instance=WorkPlan.objects.get(pk=plan.pk))
    outcome = attempt(form, lambda: change_plan(form.instance, seen_version=form.seen_version, by=request.user))
    if outcome.done:
        messages.success(request, _("Your changes have been saved."))
        return redirect(plan)
    context = {**page_of(request, plan, "workplan-detail"), "form": form, "clash": outcome.clash}
    return render(request, "partnerships/workplan_edit.html", context, status=outcome.status)


def carry_out(request: HttpRequest, plan: WorkPlan, act: Callable[[], Any], *, said: str) -> HttpResponse:
    """Take a step of the plan, or show its page with the reason why not."""
    try:
        act()
    except ValidationError as error:
        fresh = get_plan(request, plan.partnership.slug)
        return show_plan(request, fresh, refusal=" ".join(error.messages), status=refusal_status(error))
    messages.success(request, said)
    return redirect(plan)


@require_POST
def workplan_propose(request: HttpRequest, *, slug: str) -> HttpResponse:
    plan = editable_plan(request, slug)
    return _step(
        request,
        plan,
        ProposeForm(request.POST),
        lambda said: propose_plan(plan, seen_hash=said["hash"], reason=said["reason"], by=request.user),
        done=_("The plan is proposed. A lead or coordinator of each side can now approve it."),
    )


@require_POST
def workplan_take_back(request: HttpRequest, *, slug: str) -> HttpResponse:
    plan = editable_plan(request, slug)
    said = _("The proposal is taken back; the plan is open for changes.")
    return carry_out(request, plan, lambda: take_back_plan(plan, by=request.user), said=said)


def _approving(request: HttpRequest, slug: str) -> WorkPlan:
    plan = get_plan(request, slug)
    if not permissions.approving_roles(request.user, plan.partnership):
        raise PermissionDenied
    return plan


@require_POST
def workplan_approve(request: HttpRequest, *, slug: str) -> HttpResponse:
    plan = _approving(request, slug)
    return _step(
        request,
        plan,
        ApproveForm(request.POST),
        lambda said: approve_plan(plan, said["side"], seen_hash=said["hash"], by=request.user),
        done=_("Your approval is recorded."),
    )


@require_POST
def workplan_return(request: HttpRequest, *, slug: str) -> HttpResponse:
    plan = _approving(request, slug)
    return _step(
        request,
        plan,
        ReturnForm(request.POST),
        lambda said: return_plan(plan, said["side"], reason=said["reason"], by=request.user),
        done=_("The plan is returned for changes; the story says why."),
    )


@require_POST
def workplan_amend(request: HttpRequest, *, slug: str) -> HttpResponse:
    plan = editable_plan(request, slug)
    return _step(
        request,
        plan,
        AmendForm(request.POST),
        lambda said: amend_plan(plan, reason=said["reason"], by=request.user),
        done=_(
            "The plan is open for changes. What was approved stays as it is until both sides approve the new version."
        ),
    )


@require_POST
def workplan_donor(request: HttpRequest, *, slug: str) -> HttpResponse:
    plan = editable_plan(request, slug)
    return _step(
        request,
        plan,
        DonorForm(request.POST),
        lambda said: note_donor_approval(plan, note=said["note"], by=request.user),
        done=_("The donor’s approval is written down."),
    )


@require_POST
def workplan_end_amendment(request: HttpRequest, *, slug: str) -> HttpResponse:
    plan = editable_plan(request, slug)
    said = _("The amendment is closed; the approved version stands.")
    return carry_out(request, plan, lambda: end_amendment(plan, by=request.user), said=said)


def _step(
    request: HttpRequest, plan: WorkPlan, form: Form, act: Callable[[dict[str, Any]], Any], *, done: str
) -> HttpResponse:
    """Take a step of the plan with what ``form`` says, or show its page with the reason why not."""
    if not form.is_valid():
        return show_plan(request, plan, refusal=refusal_of(form), status=400)
    return carry_out(request, plan, lambda: act(form.cleaned_data), said=done)
