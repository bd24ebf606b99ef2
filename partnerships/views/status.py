"""The page on which the status of a partnership is moved."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from partnerships import permissions
from partnerships.actions.partnership import change_status
from partnerships.forms import MoveForm
from partnerships.guards import Move, status_moves
from partnerships.views.outcome import attempt, posted
from partnerships.views.page import get_partnership, tabs


@require_http_methods(["GET", "HEAD", "POST"])
def partnership_status(request: HttpRequest, *, slug: str) -> HttpResponse:
    """What is missing for every step that the status may take, and the step itself."""
    partnership = get_partnership(request, slug)
    if not permissions.can_edit_partnership(request.user, partnership):
        raise PermissionDenied
    form = MoveForm(posted(request))
    outcome = attempt(
        form,
        lambda: change_status(
            partnership, form.cleaned_data["to"], by=request.user, reason=form.cleaned_data["reason"]
        ),
    )
    if outcome.done:
        status = {"status": partnership.get_status_display()}
        messages.success(request, _("The partnership’s status is now “%(status)s”.") % status)
        return redirect(partnership)
    return render(
        request,
        "partnerships/partnership_status.html",
        {
            "partnership": partnership,
            "moves": with_forms(status_moves(partnership), form),
            "refusal": refusal_of(form),
            "tabs": tabs(partnership, "partnership-status", can_edit=True),
        },
        status=outcome.status,
    )


def with_forms(moves: list[Move], tried: MoveForm) -> list[dict]:
    """Each move with a form of its own; the one that was tried keeps what was typed."""
    return [
        {
            "move": move,
            "form": tried
            if tried.is_bound and tried.data.get("to") == move.to
            else MoveForm(initial={"to": move.to}, auto_id=f"{move.to}-%s"),
        }
        for move in moves
    ]


def refusal_of(form: MoveForm) -> str:
    """What is wrong, in one sentence, or nothing."""
    return " ".join(str(message) for messages_ in form.errors.values() for message in messages_)
