"""The steps of an agreement: moves by hand, what follows it, and its end."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from partnerships.actions.agreement_family import start_successor, why_not_followed
from partnerships.actions.agreement_steps import move_agreement, terminate_agreement
from partnerships.agreement_states import AgreementState, Relation
from partnerships.forms import MoveForm, TerminateForm
from partnerships.views.agreement_page import editable_agreement, get_agreement, refused, show_agreement
from partnerships.views.outcome import attempt, posted, refusal_status
from partnerships.views.status import refusal_of


@require_POST
def agreement_move(request: HttpRequest, *, reference: str) -> HttpResponse:
    agreement = editable_agreement(request, reference)
    form = MoveForm(request.POST)
    outcome = attempt(
        form,
        lambda: move_agreement(agreement, form.cleaned_data["to"], by=request.user, reason=form.cleaned_data["reason"]),
    )
    if outcome.done:
        state = {"title": agreement.title, "state": AgreementState(outcome.saved.state).label.lower()}
        messages.success(request, _("“%(title)s” is now: %(state)s.") % state)
        return redirect(agreement)
    fresh = get_agreement(request, reference)
    return show_agreement(request, fresh, refusal=refusal_of(form), move=form, status=outcome.status)


@require_http_methods(["GET", "HEAD", "POST"])
def agreement_follow(request: HttpRequest, *, reference: str, relation: str) -> HttpResponse:
    """What an amendment, a renewal or a replacement is, and the button that begins one."""
    if relation not in Relation.values:
        raise Http404
    agreement = editable_agreement(request, reference)
    refusal = why_not_followed(agreement, relation)
    if request.method == "POST":
        try:
            successor = start_successor(agreement, relation, by=request.user)
        except ValidationError as error:
            return show_agreement(request, agreement, refusal=" ".join(error.messages), status=refusal_status(error))
        messages.success(request, _("It has been started with the present text. Now change what should change."))
        return redirect(successor)
    if refusal:
        return show_agreement(request, agreement, refusal=refusal, status=refused(request))
    context = {"agreement": agreement, "relation": relation}
    return render(request, "partnerships/agreement_follow.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def agreement_terminate(request: HttpRequest, *, reference: str) -> HttpResponse:
    agreement = editable_agreement(request, reference)
    if not agreement.is_in_force or agreement.is_amendment:
        refusal = _("Only an agreement in force can be terminated.")
        return show_agreement(request, agreement, refusal=refusal, status=refused(request))
    form = TerminateForm(posted(request), agreement=agreement)
    outcome = attempt(form, lambda: terminate_agreement(agreement, by=request.user, **form.cleaned_data))
    if outcome.done:
        messages.success(request, _("The end has been recorded. Tell the other parties in the form they asked for."))
        return redirect(agreement)
    context = {"agreement": agreement, "form": form}
    return render(request, "partnerships/agreement_terminate.html", context, status=outcome.status)
