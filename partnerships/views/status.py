"""The page on which the status of a partnership is moved."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from partnerships import permissions
from partnerships.actions.partnership import agree_to_step, change_status, withdraw_from_step
from partnerships.facts import known_facts
from partnerships.forms import MoveForm, StatusForm
from partnerships.guards import Move, sides_to_agree, status_moves, step_of_both_sides
from partnerships.models import Partnership
from partnerships.states import Side, Status
from partnerships.views.outcome import attempt, posted, refusal_status
from partnerships.views.page import get_partnership, tabs


@require_http_methods(["GET", "HEAD", "POST"])
def partnership_status(request: HttpRequest, *, slug: str) -> HttpResponse:
    """What is missing for every step that the status may take, and the step itself."""
    partnership = _steppable(request, slug)
    form = StatusForm(posted(request))
    if form.is_bound and not permissions.can_take_step(request.user, partnership, form.data.get("to", "")):
        raise PermissionDenied
    outcome = attempt(
        form,
        lambda: change_status(
            partnership,
            form.cleaned_data["to"],
            by=request.user,
            reason=form.cleaned_data["reason"],
            restart_on=form.cleaned_data["restart_on"],
            obligations=form.cleaned_data["obligations"],
        ),
    )
    if outcome.done:
        status = {"status": partnership.get_status_display()}
        messages.success(request, _("The partnership’s status is now “%(status)s”.") % status)
        return redirect(partnership)
    return _show(request, partnership, form, refusal=refusal_of(form), status=outcome.status)


@require_POST
def status_agree(request: HttpRequest, *, slug: str) -> HttpResponse:
    """The lead or coordinator of a side agrees to the step that both sides take together."""
    said = gettext_lazy("Your side has agreed that the partnership becomes “%(status)s”.")
    return _speak(request, slug, agree_to_step, said)


@require_POST
def status_withdraw(request: HttpRequest, *, slug: str) -> HttpResponse:
    """They take the agreement of their side back."""
    said = gettext_lazy("Your side no longer agrees that the partnership becomes “%(status)s”.")
    return _speak(request, slug, withdraw_from_step, said)


def _speak(request: HttpRequest, slug: str, act: Callable[..., str], said: str) -> HttpResponse:
    partnership = _steppable(request, slug)
    if not permissions.approving_roles(request.user, partnership):
        raise PermissionDenied
    try:
        new = act(partnership, by=request.user)
    except ValidationError as error:
        told, status = " ".join(error.messages), refusal_status(error)
        return _show(request, partnership, StatusForm(), refusal=told, status=status)
    messages.success(request, said % {"status": Status(new).label})
    return redirect("partnerships:partnership-status", slug=slug)


def _steppable(request: HttpRequest, slug: str) -> Partnership:
    partnership = get_partnership(request, slug)
    if not permissions.can_take_steps(request.user, partnership):
        raise PermissionDenied
    return partnership


def _show(
    request: HttpRequest, partnership: Partnership, form: StatusForm, *, refusal: str, status: int
) -> HttpResponse:
    facts, own = known_facts(partnership), permissions.approving_roles(request.user, partnership)
    can_edit = permissions.can_edit_partnership(request.user, partnership)
    moves = [
        move
        for move in status_moves(partnership, facts, agreed=own)
        if permissions.can_take_step(request.user, partnership, move.to)
    ]
    return render(
        request,
        "partnerships/partnership_status.html",
        {
            "partnership": partnership,
            "moves": with_forms(moves, form),
            "agreeing": _agreeing(partnership, facts, own),
            "can_waive": can_edit,
            "refusal": refusal,
            "tabs": tabs(partnership, "partnership-status", can_edit=can_edit),
        },
        status=status,
    )


def _agreeing(partnership: Partnership, facts: frozenset[str], own: dict[str, str]) -> dict:
    """The step that both sides agree to, which ``sides`` have, and whether it is for the reader to agree."""
    new = step_of_both_sides(partnership)
    if not new:
        return {}
    waiting = sides_to_agree(facts)
    return {
        "status": Status(new).label,
        "sides": [{"label": partnership.side_label(side), "has": side not in waiting} for side in Side.values],
        "can_agree": any(side in own for side in waiting),
        "can_withdraw": any(side not in waiting for side in own),
    }


def with_forms(moves: list[Move], tried: MoveForm) -> list[dict]:
    """Each move with its own form and the field of what it asks for; the one that was tried keeps what was typed."""
    rows = []
    for move in moves:
        was_tried = tried.is_bound and tried.data.get("to") == move.to
        form = tried if was_tried else type(tried)(initial={"to": move.to}, auto_id=f"{move.to}-%s")
        rows.append({"move": move, "form": form, "asked": form[move.asks] if getattr(move, "asks", "") else None})
    return rows


def refusal_of(form: MoveForm) -> str:
    """What is wrong, in one sentence, or nothing."""
    return " ".join(str(message) for messages_ in form.errors.values() for message in messages_)
