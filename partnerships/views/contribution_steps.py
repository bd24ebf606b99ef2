"""The steps of a contribution, each a post: confirm, verify, count, reject, reverse, convert."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from partnerships import permissions
from partnerships.actions.contribution_steps import (
    confirm_contribution,
    convert_contribution,
    count_contribution,
    reject_contribution,
    reverse_contribution,
    verify_contribution,
)
from partnerships.contribution_states import ConfirmMode
from partnerships.forms.contribution import ConfirmForm, ReasonForm
from partnerships.models import Contribution
from partnerships.views.contribution_page import (
    get_contribution,
    show_contribution,
    steered_contribution,
)
from partnerships.views.outcome import attempt, refusal_status


@require_POST
def contribution_confirm(request: HttpRequest, *, slug: str, number: int) -> HttpResponse:
    """The giver confirms with one button; the coordinator writes down how a giver without an account did."""
    contribution = get_contribution(request, slug, number)
    if "how" not in request.POST:
        if not permissions.can_confirm_contribution(request.user, contribution):
            raise PermissionDenied
        return _step(
            request,
            contribution,
            lambda: confirm_contribution(contribution, how=ConfirmMode.ACCOUNT, by=request.user),
            _("Thank you: %(code)s is confirmed."),
        )
    if not permissions.can_edit_partnership(request.user, contribution.partnership):
        raise PermissionDenied
    form = ConfirmForm(request.POST, auto_id="confirm-%s")
    outcome = attempt(form, lambda: confirm_contribution(contribution, **form.cleaned_data, by=request.user))
    if outcome.done:
        return _done(request, outcome.saved, _("%(code)s is confirmed."))
    return show_contribution(request, contribution, confirm=form, status=outcome.status)


@require_POST
def contribution_verify(request: HttpRequest, *, slug: str, number: int) -> HttpResponse:
    contribution = steered_contribution(request, slug, number)
    return _step(
        request, contribution, lambda: verify_contribution(contribution, by=request.user), _("%(code)s is verified.")
    )


@require_POST
def contribution_count(request: HttpRequest, *, slug: str, number: int) -> HttpResponse:
    contribution = steered_contribution(request, slug, number)
    has_looked = request.POST.get("looked") == "on"
    return _step(
        request,
        contribution,
        lambda: count_contribution(contribution, has_looked=has_looked, by=request.user),
        _("%(code)s is in the ledger."),
    )


@require_POST
def contribution_reject(request: HttpRequest, *, slug: str, number: int) -> HttpResponse:
    contribution = steered_contribution(request, slug, number)
    form = ReasonForm(request.POST, auto_id="reject-%s")
    outcome = attempt(
        form, lambda: reject_contribution(contribution, reason=form.cleaned_data["reason"], by=request.user)
    )
    if outcome.done:
        return _done(request, outcome.saved, _("%(code)s is rejected."))
    return show_contribution(request, contribution, reject=form, status=outcome.status)


@require_POST
def contribution_reverse(request: HttpRequest, *, slug: str, number: int) -> HttpResponse:
    contribution = steered_contribution(request, slug, number)
    form = ReasonForm(request.POST, auto_id="undo-%s")
    outcome = attempt(
        form, lambda: reverse_contribution(contribution, reason=form.cleaned_data["reason"], by=request.user)
    )
    if outcome.done:
        return _done(request, outcome.saved, _("It is reversed by this entry, %(code)s."))
    return show_contribution(request, contribution, undo=form, status=outcome.status)


@require_POST
def contribution_convert(request: HttpRequest, *, slug: str, number: int) -> HttpResponse:
    contribution = steered_contribution(request, slug, number)
    return _step(
        request, contribution, lambda: convert_contribution(contribution, by=request.user), _("%(code)s is converted.")
    )


def _step(request: HttpRequest, contribution: Contribution, act: Callable[[], Contribution], said: str) -> HttpResponse:
    """A step without a form: done, or refused above the page as it stands now."""
    try:
        return _done(request, act(), said)
    except ValidationError as error:
        fresh = get_contribution(request, contribution.partnership.slug, contribution.number)
        return show_contribution(request, fresh, refusal=" ".join(error.messages), status=refusal_status(error))


def _done(request: HttpRequest, contribution: Contribution, said: str) -> HttpResponse:
    messages.success(request, said % {"code": contribution.code})
    return redirect(contribution)
