"""The risk register of a work plan."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from partnerships.actions.risk import add_risk, change_risk, move_risk
from partnerships.forms import MoveForm
from partnerships.forms.risk import RiskForm
from partnerships.models import Risk, WorkPlan
from partnerships.views.outcome import attempt, posted
from partnerships.views.status import refusal_of
from partnerships.views.workplan import editable_plan, get_plan, page_of
from partnerships.workplan_states import RISK_NEEDS_REASON, RISK_TRANSITIONS, Impact, Likelihood, RiskState, risk_level


@require_safe
def risk_list(request: HttpRequest, *, slug: str) -> HttpResponse:
    """The register, the gravest first, and where each live risk stands between likelihood and impact."""
    plan = get_plan(request, slug)
    risks = list(plan.risks.select_related("owner__contact"))
    live = sorted((risk for risk in risks if risk.is_live), key=lambda risk: (-risk.score, -risk.impact, risk.number))
    return render(
        request,
        "partnerships/risk_list.html",
        {
            **page_of(request, plan, "risk-list"),
            "live": live,
            "over": [risk for risk in risks if not risk.is_live],
            "matrix": _matrix(live),
            "likelihoods": Likelihood.labels,
        },
    )


def _matrix(risks: list[Risk]) -> list[dict[str, Any]]:
    """Rows by falling impact, cells by rising likelihood, each with its level and the risks that stand there."""
    return [
        {
            "impact": Impact(impact).label,
            "cells": [
                {
                    "level": risk_level(likelihood, impact),
                    "risks": [risk for risk in risks if (risk.likelihood, risk.impact) == (likelihood, impact)],
                    "likelihood": Likelihood(likelihood).label,
                }
                for likelihood in Likelihood.values
            ],
        }
        for impact in reversed(Impact.values)
    ]


@require_http_methods(["GET", "HEAD", "POST"])
def risk_create(request: HttpRequest, *, slug: str) -> HttpResponse:
    plan = editable_plan(request, slug)
    form = RiskForm(posted(request), plan=plan)
    outcome = attempt(form, lambda: add_risk(form.instance, by=request.user))
    if outcome.done:
        messages.success(request, _("%(code)s is on the register.") % {"code": outcome.saved.code})
        return redirect("partnerships:risk-list", slug=slug)
    context = {**page_of(request, plan, "risk-list"), "form": form, "clash": outcome.clash}
    return render(request, "partnerships/risk_edit.html", context, status=outcome.status)


@require_http_methods(["GET", "HEAD", "POST"])
def risk_edit(request: HttpRequest, *, slug: str, number: int) -> HttpResponse:
    return _edit(request, editable_plan(request, slug), number)


def _edit(
    request: HttpRequest, plan: WorkPlan, number: int, *, tried: MoveForm | None = None, status: int = 200
) -> HttpResponse:
    risk = get_object_or_404(plan.risks.select_related("owner__contact"), number=number)
    edited = Risk.objects.get(pk=risk.pk)
    form = RiskForm(request.POST if request.method == "POST" and tried is None else None, instance=edited, plan=plan)
    outcome = attempt(form, lambda: change_risk(form.instance, seen_version=form.seen_version, by=request.user))
    if outcome.done:
        messages.success(request, _("Your changes have been saved."))
        return redirect("partnerships:risk-list", slug=plan.partnership.slug)
    return render(
        request,
        "partnerships/risk_edit.html",
        {
            **page_of(request, plan, "risk-list"),
            "form": form,
            "clash": outcome.clash,
            "risk": risk,
            "moves": _moves(risk, tried),
            "refusal": refusal_of(tried) if tried else "",
        },
        status=max(status, outcome.status),
    )


def _moves(risk: Risk, tried: MoveForm | None) -> list[dict[str, Any]]:
    return [
        {
            "to": new,
            "label": RiskState(new).label,
            "missing": [],
            "needs_reason": new in RISK_NEEDS_REASON,
            "form": tried
            if tried is not None and tried.data.get("to") == new
            else MoveForm(initial={"to": new}, auto_id=f"{new}-%s"),
        }
        for new in RISK_TRANSITIONS[risk.state]
    ]


@require_POST
def risk_move(request: HttpRequest, *, slug: str, number: int) -> HttpResponse:
    plan = editable_plan(request, slug)
    risk = get_object_or_404(plan.risks, number=number)
    form = MoveForm(request.POST)
    outcome = attempt(
        form, lambda: move_risk(risk, form.cleaned_data["to"], by=request.user, reason=form.cleaned_data["reason"])
    )
    if not outcome.done:
        return _edit(request, plan, number, tried=form, status=outcome.status)
    messages.success(
        request, _("%(code)s is now “%(state)s”.") % {"code": risk.code, "state": risk.get_state_display()}
    )
    return redirect("partnerships:risk-list", slug=slug)
