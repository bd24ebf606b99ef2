"""What the pages of one exchange share: loading it whole, who may do what, and the page itself."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from partnerships.exchange_guards import exchange_moves, needs_clearance, warnings_of, why_not_answer
from partnerships.exchange_permissions import can_answer
from partnerships.exchange_reading import own_items, whole, with_exchange
from partnerships.exchange_states import ASKS, PREPARED_IN, UNDER_APPROVAL, Step, TravelDataEvent
from partnerships.forms.exchange import AnswerForm, ExchangeMoveForm
from partnerships.models import Exchange, ExchangeCost
from partnerships.permissions import can_edit_partnership
from partnerships.views.page import panels_of


def get_exchange(request: HttpRequest, reference: str) -> Exchange:
    """The exchange with everything on it if the person may see it, else 404."""
    seen = whole(Exchange.objects.visible_to(request.user))
    return with_exchange(get_object_or_404(seen, reference=reference))


def editable_exchange(request: HttpRequest, reference: str) -> Exchange:
    """As get_exchange, for people who may change the partnership's records; else 403."""
    exchange = get_exchange(request, reference)
    if not can_edit_partnership(request.user, exchange.partnership):
        raise PermissionDenied
    return exchange


def show_exchange(
    request: HttpRequest,
    exchange: Exchange,
    *,
    refusal: str = "",
    move: ExchangeMoveForm | None = None,
    answer: AnswerForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page of an exchange, with the sentence that says why a step was refused."""
    partnership, user = exchange.partnership, request.user
    can_edit = can_edit_partnership(user, partnership)
    can_change = can_edit and partnership.is_open
    asked = can_answer(user, exchange) and partnership.is_open
    why_not = why_not_answer(user, exchange) if asked else ""
    moves = exchange_moves(exchange) if can_edit else []
    return render(
        request,
        "partnerships/exchange_detail.html",
        {
            "exchange": exchange,
            "partnership": partnership,
            "next_moves": [_with_form(each, move) for each in moves if not each.needs_code],
            "other_moves": [_with_form(each, move) for each in moves if each.needs_code],
            "answer_form": (answer or AnswerForm(initial={"version": exchange.version}))
            if asked and not why_not
            else None,
            "why_not_answer": why_not,
            "waits_for": waits_for(exchange),
            "approvals": approvals_of(exchange),
            "warnings": warnings_of(exchange),
            "travellers": list(exchange.travellers.all()),
            "totals": totals_of(list(exchange.costs.all())),
            "agenda": list(exchange.agenda.all()[:4]),
            "n_host_open": sum(item.is_open for item in own_items(exchange, None)),
            "n_host_items": len(own_items(exchange, None)),
            "data_gone_on": _data_gone_on(exchange),
            "is_prepared": exchange.state in PREPARED_IN,
            "can_edit": can_edit,
            "can_change": can_change and exchange.is_editable,
            "can_work": can_change and not exchange.is_over,
            "panels": panels_of(settings.EXCHANGE_PANELS, user, exchange),
            "refusal": refusal,
        },
        status=status,
    )


def _data_gone_on(exchange: Exchange) -> datetime | None:
    """When the last travel data of an exchange that is over were deleted; None while there are some, or were none."""
    if not exchange.is_over or any(hasattr(each, "travel_data") for each in exchange.travellers.all()):
        return None
    return exchange.data_log.filter(event=TravelDataEvent.DELETED).values_list("at", flat=True).first()


def _with_form(step, tried: ExchangeMoveForm | None) -> dict[str, Any]:
    is_tried = tried is not None and tried.data.get("to") == step.to
    form = tried if is_tried else ExchangeMoveForm(initial={"to": step.to}, auto_id=f"{step.to}-%s")
    return {"move": step, "form": form}


def waits_for(exchange: Exchange) -> str:
    """Whose answer the request waits for, in the partnership's own words; empty when it waits for nobody."""
    step = ASKS.get(exchange.state)
    if step is None or (step == Step.PROGRAMME and not needs_clearance(exchange)):
        return ""
    return _asked(exchange, step)


def _asked(exchange: Exchange, step: str) -> str:
    party = {Step.SENDING: exchange.sending, Step.RECEIVING: exchange.receiving}.get(step)
    label = str(Step(step).label)
    return f"{label}: {party.organization}" if party else label


def approvals_of(exchange: Exchange) -> list[dict[str, Any]]:
    """Each step with the answer to the present request; the programme only where it is asked."""
    answers = exchange.approvals_that_count
    steps = [Step.SENDING, Step.RECEIVING]
    if needs_clearance(exchange) or Step.PROGRAMME in answers:
        steps.append(Step.PROGRAMME)
    return [
        {
            "label": _asked(exchange, step),
            "answer": answers.get(step),
            "is_asked": exchange.state in UNDER_APPROVAL and ASKS[exchange.state] == step,
        }
        for step in steps
    ]


def totals_of(costs: list[ExchangeCost]) -> list[dict[str, Any]]:
    """Planned and actual sums by currency; currencies are never added together."""
    totals: dict[str, dict[str, Any]] = {}
    for cost in costs:
        row = totals.setdefault(cost.currency, {"currency": cost.currency, "planned": None, "actual": None})
        for name in ("planned", "actual"):
            amount = getattr(cost, name)
            if amount is not None:
                row[name] = (row[name] or 0) + amount
    return [totals[currency] for currency in sorted(totals)]
