"""Agenda, costs and checklists of an exchange."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from partnerships import permissions
from partnerships.actions.exchange_parts import (
    remove_agenda_item,
    remove_cost,
    save_agenda_item,
    save_cost,
    say_no_costs,
)
from partnerships.actions.travelling import tick_items
from partnerships.exchange_permissions import can_tick
from partnerships.exchange_reading import own_items
from partnerships.exchange_states import BEFORE_DEPARTURE, OVER
from partnerships.forms.exchange import AgendaForm, CostForm
from partnerships.forms.traveller import ChecklistForm
from partnerships.models import AgendaItem, Exchange, ExchangeCost, Traveller
from partnerships.planning.agenda import overlap_warnings
from partnerships.views.exchange_page import editable_exchange, get_exchange, totals_of
from partnerships.views.outcome import Outcome, attempt, posted, refusal_status
from partnerships.views.traveller_page import traveller_of


@require_http_methods(["GET", "HEAD", "POST"])
def exchange_agenda(request: HttpRequest, *, reference: str) -> HttpResponse:
    """The agenda in both local times, and a form for one more item."""
    exchange = get_exchange(request, reference)
    can_work = _can_work(request, exchange)
    if request.method == "POST" and not can_work:
        raise PermissionDenied
    form = AgendaForm(posted(request), exchange=exchange)
    outcome = attempt(form, lambda: save_agenda_item(form.save(commit=False), seen_version=None, by=request.user))
    if outcome.done:
        messages.success(request, _("It is on the agenda."))
        return redirect("partnerships:exchange-agenda", reference=reference)
    return _agenda_page(request, exchange, form if can_work else None, outcome)


@require_http_methods(["GET", "HEAD", "POST"])
def agenda_item_edit(request: HttpRequest, *, reference: str, pk: int) -> HttpResponse:
    exchange = editable_exchange(request, reference)
    item = get_object_or_404(AgendaItem, exchange=exchange, pk=pk)
    form = AgendaForm(posted(request), instance=item, exchange=exchange)
    outcome = attempt(
        form, lambda: save_agenda_item(form.save(commit=False), seen_version=form.seen_version, by=request.user)
    )
    if outcome.done:
        messages.success(request, _("Your changes have been saved."))
        return redirect("partnerships:exchange-agenda", reference=reference)
    return _part_form(request, exchange, form, outcome, page="agenda")


@require_POST
def agenda_item_remove(request: HttpRequest, *, reference: str, pk: int) -> HttpResponse:
    exchange = editable_exchange(request, reference)
    item = get_object_or_404(AgendaItem, exchange=exchange, pk=pk)
    try:
        remove_agenda_item(item, by=request.user)
    except ValidationError as error:
        return _agenda_page(request, exchange, None, _refused(error), refusal=" ".join(error.messages))
    messages.success(request, _("It is off the agenda."))
    return redirect("partnerships:exchange-agenda", reference=reference)


def _agenda_page(
    request: HttpRequest, exchange: Exchange, form: AgendaForm | None, outcome: Outcome, *, refusal: str = ""
) -> HttpResponse:
    items = list(exchange.agenda.all())
    for item in items:
        item.exchange = exchange
    days: dict = {}
    for item in items:
        days.setdefault(item.on, []).append(item)
    rows = [{"day": day, "items": found, "warnings": overlap_warnings(found)} for day, found in days.items()]
    context = {"exchange": exchange, "partnership": exchange.partnership, "days": rows, "form": form}
    return render(request, "partnerships/exchange_agenda.html", {**context, "refusal": refusal}, status=outcome.status)


@require_http_methods(["GET", "HEAD", "POST"])
def exchange_costs(request: HttpRequest, *, reference: str) -> HttpResponse:
    """What it is planned to cost and did cost, and a form for one more line."""
    exchange = get_exchange(request, reference)
    can_work = _can_work(request, exchange)
    if request.method == "POST" and not can_work:
        raise PermissionDenied
    form = CostForm(posted(request), exchange=exchange)
    outcome = attempt(form, lambda: save_cost(form.save(commit=False), seen_version=None, by=request.user))
    if outcome.done:
        messages.success(request, _("The line has been added."))
        return redirect("partnerships:exchange-costs", reference=reference)
    return _costs_page(request, exchange, form if can_work else None, outcome)


@require_http_methods(["GET", "HEAD", "POST"])
def cost_edit(request: HttpRequest, *, reference: str, pk: int) -> HttpResponse:
    exchange = editable_exchange(request, reference)
    cost = get_object_or_404(ExchangeCost, exchange=exchange, pk=pk)
    form = CostForm(posted(request), instance=cost, exchange=exchange)
    outcome = attempt(form, lambda: save_cost(form.save(commit=False), seen_version=form.seen_version, by=request.user))
    if outcome.done:
        messages.success(request, _("Your changes have been saved."))
        return redirect("partnerships:exchange-costs", reference=reference)
    return _part_form(request, exchange, form, outcome, page="costs")


@require_POST
def cost_remove(request: HttpRequest, *, reference: str, pk: int) -> HttpResponse:
    exchange = editable_exchange(request, reference)
    cost = get_object_or_404(ExchangeCost, exchange=exchange, pk=pk)
    return _done_on_costs(request, exchange, lambda: remove_cost(cost, by=request.user))


@require_POST
def exchange_no_costs(request: HttpRequest, *, reference: str) -> HttpResponse:
    exchange = editable_exchange(request, reference)
    return _done_on_costs(request, exchange, lambda: say_no_costs(exchange, by=request.user))


def _done_on_costs(request: HttpRequest, exchange: Exchange, act) -> HttpResponse:
    try:
        act()
    except ValidationError as error:
        return _costs_page(request, exchange, None, _refused(error), refusal=" ".join(error.messages))
    messages.success(request, _("It has been recorded."))
    return redirect("partnerships:exchange-costs", reference=exchange.reference)


def _costs_page(
    request: HttpRequest, exchange: Exchange, form: CostForm | None, outcome: Outcome, *, refusal: str = ""
) -> HttpResponse:
    costs = list(exchange.costs.all())
    context = {"exchange": exchange, "partnership": exchange.partnership, "costs": costs, "form": form}
    context |= {"totals": totals_of(costs), "refusal": refusal}
    return render(request, "partnerships/exchange_costs.html", context, status=outcome.status)


def _part_form(request: HttpRequest, exchange: Exchange, form, outcome: Outcome, *, page: str) -> HttpResponse:
    context = {"exchange": exchange, "form": form, "clash": outcome.clash, "page": page}
    return render(request, "partnerships/exchange_part_form.html", context, status=outcome.status)


@require_http_methods(["GET", "HEAD", "POST"])
def host_checklist(request: HttpRequest, *, reference: str) -> HttpResponse:
    return _checklist(request, get_exchange(request, reference), None)


@require_http_methods(["GET", "HEAD", "POST"])
def traveller_checklist(request: HttpRequest, *, reference: str, pk: int) -> HttpResponse:
    exchange = get_exchange(request, reference)
    return _checklist(request, exchange, traveller_of(exchange, pk))


def _checklist(request: HttpRequest, exchange: Exchange, traveller: Traveller | None) -> HttpResponse:
    items = own_items(exchange, traveller)
    may = can_tick(request.user, traveller, exchange)
    is_open = exchange.state not in OVER and (traveller is None or traveller.state in BEFORE_DEPARTURE)
    if request.method == "POST" and not may:
        raise PermissionDenied
    form = ChecklistForm(posted(request), items=items)
    outcome = attempt(form, lambda: tick_items(exchange, traveller, form.answers, seen=form.seen, by=request.user))
    if outcome.done:
        messages.success(request, _("The checklist has been saved."))
        return redirect(traveller or exchange)
    context = {
        "exchange": exchange,
        "partnership": exchange.partnership,
        "traveller": traveller,
        "form": form,
        "can_tick": may and is_open,
        "n_open": sum(item.is_open for item in items),
    }
    return render(request, "partnerships/exchange_checklist.html", context, status=outcome.status)


def _can_work(request: HttpRequest, exchange: Exchange) -> bool:
    can_edit = permissions.can_edit_partnership(request.user, exchange.partnership)
    return can_edit and exchange.partnership.is_open and not exchange.is_over


def _refused(error: ValidationError) -> Outcome:
    return Outcome(status=refusal_status(error))
