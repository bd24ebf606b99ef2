"""The steps of an exchange: moves by hand, and the answers of those who are asked."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from partnerships.actions.exchange_steps import answer_exchange, move_exchange
from partnerships.exchange_permissions import may_answer
from partnerships.exchange_states import ExchangeState, Step
from partnerships.forms.exchange import AnswerForm, ExchangeMoveForm
from partnerships.views.exchange_page import editable_exchange, get_exchange, show_exchange
from partnerships.views.outcome import attempt
from partnerships.views.status import refusal_of


@require_POST
def exchange_move(request: HttpRequest, *, reference: str) -> HttpResponse:
    exchange = editable_exchange(request, reference)
    form = ExchangeMoveForm(request.POST)
    outcome = attempt(
        form,
        lambda: move_exchange(
            exchange,
            form.cleaned_data["to"],
            by=request.user,
            code=form.cleaned_data["code"],
            reason=form.cleaned_data["reason"],
        ),
    )
    if outcome.done:
        words = {"title": exchange.title, "state": ExchangeState(outcome.saved.state).label}
        messages.success(request, _("“%(title)s” is now: %(state)s.") % words)
        return redirect(exchange)
    fresh = get_exchange(request, reference)
    return show_exchange(request, fresh, refusal=refusal_of(form), move=form, status=outcome.status)


@require_POST
def exchange_answer(request: HttpRequest, *, reference: str) -> HttpResponse:
    exchange = get_exchange(request, reference)
    # Whoever is never asked is refused here; whose turn it is, is for the guard to say.
    if not any(may_answer(request.user, exchange, step) for step in Step.values):
        raise PermissionDenied
    form = AnswerForm(request.POST)
    outcome = attempt(
        form,
        lambda: answer_exchange(
            exchange,
            form.cleaned_data["decision"],
            seen_version=form.cleaned_data["version"],
            by=request.user,
            comment=form.cleaned_data["comment"],
        ),
    )
    if outcome.done:
        messages.success(request, _("Your answer has been recorded. Thank you."))
        return redirect(exchange)
    refusal = refusal_of(form)
    if outcome.clash:
        refusal = _("The exchange was changed while you were reading. Please read it again, then answer.")
    return show_exchange(request, get_exchange(request, reference), refusal=refusal, answer=form, status=outcome.status)
