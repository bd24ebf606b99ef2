"""What the pages of one traveller share, and the page itself."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.models import User
from partnerships.exchange_guards import missing_to_go, passport_warnings, traveller_moves
from partnerships.exchange_permissions import (
    can_have_travel_data,
    can_move_traveller,
    can_name_readers,
    can_open_travel_data,
    can_read_log,
    can_remove_traveller,
    can_tick,
    is_own,
)
from partnerships.exchange_reading import own_items
from partnerships.exchange_states import AWAY_OR_BACK, BEFORE_DEPARTURE
from partnerships.forms.traveller import DaysForm, JudgeForm, ReasonForm, TravellerMoveForm
from partnerships.models import Exchange, Traveller
from partnerships.permissions import can_edit_partnership
from partnerships.travel_lists import UNDERTAKINGS
from partnerships.views.page import panels_of


def traveller_of(exchange: Exchange, pk: int) -> Traveller:
    """The traveller of an exchange that was read whole, else 404."""
    found = next((each for each in exchange.travellers.all() if each.pk == pk), None)
    if found is None:
        raise Http404
    return found


def show_traveller(
    request: HttpRequest,
    traveller: Traveller,
    *,
    refusal: str = "",
    tried: dict[str, forms.Form] | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page of a traveller. ``tried`` are forms that were refused: move, judge, days, waive, remove."""
    exchange, user, tried = traveller.exchange, request.user, tried or {}
    can_edit = can_edit_partnership(user, exchange.partnership)
    items = own_items(exchange, traveller)
    is_before = traveller.state in BEFORE_DEPARTURE and not exchange.is_over
    return render(
        request,
        "partnerships/traveller_detail.html",
        {
            "exchange": exchange,
            "partnership": exchange.partnership,
            "traveller": traveller,
            "is_own": is_own(user, traveller),
            "can_edit": can_edit,
            "moves": _moves(user, traveller, tried.get("move")),
            "missing": missing_to_go(traveller) if is_before else [],
            "warnings": passport_warnings(traveller) if is_before else [],
            "is_before": is_before,
            "n_items": len(items),
            "n_open": sum(item.is_open for item in items),
            "can_tick": can_tick(user, traveller, exchange) and is_before,
            "undertakings": UNDERTAKINGS,
            "can_sign": is_before and not traveller.undertaken_on and may_sign(user, traveller, can_edit=can_edit),
            "judge_form": tried.get("judge") or JudgeForm()
            if can_edit and is_before and not is_own(user, traveller)
            else None,
            "days_form": _days_form(traveller, tried) if can_edit else None,
            "waive_form": (tried.get("waive") or ReasonForm(auto_id="waive-%s"))
            if can_edit and traveller.owes_report and not exchange.is_over
            else None,
            "remove_form": (tried.get("remove") or ReasonForm(auto_id="remove-%s"))
            if can_remove_traveller(user, traveller) and not exchange.is_over
            else None,
            "data": _about_data(user, traveller),
            "panels": panels_of(settings.TRAVELLER_PANELS, user, traveller),
            "refusal": refusal,
        },
        status=status,
    )


def may_sign(user: User, traveller: Traveller, *, can_edit: bool) -> bool:
    """The traveller; for one without an account those who may change the partnership, from the signed paper."""
    return is_own(user, traveller) if traveller.contact.user_id else can_edit


def _days_form(traveller: Traveller, tried: dict[str, forms.Form]) -> DaysForm | None:
    if traveller.exchange.state not in AWAY_OR_BACK or not traveller.was_away:
        return None
    return tried.get("days") or DaysForm(initial={"days": traveller.proposed_days})


def _moves(user: User, traveller: Traveller, tried: forms.Form | None) -> list[dict[str, Any]]:
    if traveller.exchange.is_over:
        return []
    rows = []
    for step in traveller_moves(traveller):
        if can_move_traveller(user, traveller, step.to):
            is_tried = tried is not None and tried.data.get("to") == step.to
            form = tried if is_tried else TravellerMoveForm(initial={"to": step.to}, auto_id=f"{step.to}-%s")
            rows.append({"move": step, "form": form})
    return rows


def _about_data(user: User, traveller: Traveller) -> dict[str, Any]:
    """Whether there are travel data and who may read them; nothing of what they say."""
    return {
        "exists": hasattr(traveller, "travel_data"),
        "can_have": can_have_travel_data(traveller),
        "can_open": can_open_travel_data(user, traveller),
        "can_name": can_name_readers(user, traveller),
        "can_erase": is_own(user, traveller),
        "can_read_log": can_read_log(user, traveller),
        "readers": list(traveller.data_readers.all()),
        "delete_on": traveller.exchange.delete_data_on,
        "days": settings.TRAVEL_DATA_DAYS,
    }
