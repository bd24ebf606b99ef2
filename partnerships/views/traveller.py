"""One traveller: put on the list, moved step by step, judged, taken off."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from partnerships.actions.exchange import add_traveller, remove_traveller
from partnerships.actions.travelling import (
    judge_traveller,
    move_traveller,
    record_days,
    sign_undertakings,
    waive_report,
)
from partnerships.exchange_permissions import can_move_traveller
from partnerships.forms.traveller import DaysForm, JudgeForm, ReasonForm, TravellerForm, TravellerMoveForm
from partnerships.models import Traveller
from partnerships.permissions import can_edit_partnership
from partnerships.views.exchange_page import editable_exchange, get_exchange, show_exchange
from partnerships.views.outcome import attempt, posted
from partnerships.views.status import refusal_of
from partnerships.views.traveller_page import may_sign, show_traveller, traveller_of


@require_http_methods(["GET", "HEAD", "POST"])
def traveller_add(request: HttpRequest, *, reference: str) -> HttpResponse:
    exchange = editable_exchange(request, reference)
    if not exchange.is_editable:
        refusal = _("Who travels is part of what both sides approved. Postpone the exchange to change the list.")
        return show_exchange(request, exchange, refusal=refusal, status=409 if request.method == "POST" else 200)
    form = TravellerForm(posted(request), exchange=exchange, user=request.user)
    outcome = attempt(form, lambda: add_traveller(form.save(commit=False), by=request.user))
    if outcome.done:
        messages.success(request, _("%(name)s is on the list.") % {"name": outcome.saved.contact})
        return redirect(exchange)
    context = {"exchange": exchange, "form": form}
    return render(request, "partnerships/traveller_add.html", context, status=outcome.status)


@require_safe
def traveller_detail(request: HttpRequest, *, reference: str, pk: int) -> HttpResponse:
    return show_traveller(request, traveller_of(get_exchange(request, reference), pk))


@require_POST
def traveller_move(request: HttpRequest, *, reference: str, pk: int) -> HttpResponse:
    traveller = traveller_of(get_exchange(request, reference), pk)
    if not can_move_traveller(request.user, traveller, request.POST.get("to", "")):
        raise PermissionDenied
    form = TravellerMoveForm(request.POST)
    return _acted(
        request,
        traveller,
        form,
        "move",
        lambda: move_traveller(
            traveller,
            form.cleaned_data["to"],
            by=request.user,
            on=form.cleaned_data["on"],
            reason=form.cleaned_data["reason"],
        ),
    )


@require_POST
def traveller_remove(request: HttpRequest, *, reference: str, pk: int) -> HttpResponse:
    traveller = traveller_of(editable_exchange(request, reference), pk)
    form, exchange, name = ReasonForm(request.POST), traveller.exchange, str(traveller.contact)
    outcome = attempt(form, lambda: remove_traveller(traveller, reason=form.cleaned_data["reason"], by=request.user))
    if outcome.done:
        messages.success(request, _("%(name)s is off the list.") % {"name": name})
        return redirect(exchange)
    return _refused(request, traveller, form, "remove", outcome.status)


@require_POST
def traveller_undertake(request: HttpRequest, *, reference: str, pk: int) -> HttpResponse:
    traveller = traveller_of(get_exchange(request, reference), pk)
    can_edit = can_edit_partnership(request.user, traveller.exchange.partnership)
    if not may_sign(request.user, traveller, can_edit=can_edit):
        raise PermissionDenied
    form = forms.Form(request.POST)
    return _acted(request, traveller, form, "sign", lambda: sign_undertakings(traveller, by=request.user))


@require_POST
def traveller_judge(request: HttpRequest, *, reference: str, pk: int) -> HttpResponse:
    traveller = traveller_of(editable_exchange(request, reference), pk)
    form = JudgeForm(request.POST)
    return _acted(
        request,
        traveller,
        form,
        "judge",
        lambda: judge_traveller(
            traveller, form.cleaned_data["verdict"], note=form.cleaned_data["note"], by=request.user
        ),
    )


@require_POST
def traveller_days(request: HttpRequest, *, reference: str, pk: int) -> HttpResponse:
    traveller = traveller_of(editable_exchange(request, reference), pk)
    form = DaysForm(request.POST)
    return _acted(
        request, traveller, form, "days", lambda: record_days(traveller, form.cleaned_data["days"], by=request.user)
    )


@require_POST
def traveller_waive(request: HttpRequest, *, reference: str, pk: int) -> HttpResponse:
    traveller = traveller_of(editable_exchange(request, reference), pk)
    form = ReasonForm(request.POST)
    return _acted(
        request,
        traveller,
        form,
        "waive",
        lambda: waive_report(traveller, reason=form.cleaned_data["reason"], by=request.user),
    )


def _acted(
    request: HttpRequest, traveller: Traveller, form: forms.Form, name: str, act: Callable[[], Any]
) -> HttpResponse:
    """Carry out ``act``, then the traveller's page again, with what was refused."""
    outcome = attempt(form, act)
    if outcome.done:
        messages.success(request, _("It has been recorded."))
        return redirect(traveller)
    return _refused(request, traveller, form, name, outcome.status)


def _refused(request: HttpRequest, traveller: Traveller, form: forms.Form, name: str, status: int) -> HttpResponse:
    exchange = get_exchange(request, traveller.exchange.reference)
    fresh = traveller_of(exchange, traveller.pk)
    return show_traveller(request, fresh, refusal=refusal_of(form), tried={name: form}, status=status)
