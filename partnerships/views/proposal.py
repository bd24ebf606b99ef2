"""What the records propose for the ledger: the coordinator takes, edits or dismisses each."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from partnerships import permissions
from partnerships.actions.proposal import dismiss_proposal, take_proposal
from partnerships.contribution_sources import offers_of, open_proposals
from partnerships.forms.contribution import ReasonForm
from partnerships.models import Contribution, Partnership
from partnerships.things import kinds
from partnerships.views.contribution_page import page_of
from partnerships.views.outcome import refusal_status
from partnerships.views.page import get_partnership
from twinning.paginate import paginate

MOST_AT_ONCE = 50


@require_safe
def contribution_proposed(request: HttpRequest, *, slug: str) -> HttpResponse:
    return _show(request, get_partnership(request, slug))


def _show(
    request: HttpRequest, partnership: Partnership, *, refusals: tuple[str, ...] = (), status: int = 200
) -> HttpResponse:
    shared = page_of(request, partnership, "contribution-proposed")
    waiting, dismissed = open_proposals(partnership)
    page = paginate(request, waiting)
    context = {
        **shared,
        "page": page,
        "offers": offers_of(partnership, list(page)),
        "dismissed": dismissed,
        "can_take": shared["can_edit"] and shared["can_add"],
        "kinds": {name: str(kind.label) for name, kind in kinds().items()},
        "reason_form": ReasonForm(),
        "refusals": refusals,
    }
    return render(request, "partnerships/contribution_proposed.html", context, status=status)


def _steered(request: HttpRequest, slug: str) -> Partnership:
    partnership = get_partnership(request, slug)
    if not permissions.can_edit_partnership(request.user, partnership):
        raise PermissionDenied
    return partnership


@require_POST
def proposal_take(request: HttpRequest, *, slug: str) -> HttpResponse:
    """Take the ticked ones, or the one whose button says “take and edit”."""
    partnership = _steered(request, slug)
    edited = request.POST.get("edit", "")
    sources = [edited] if edited else list(dict.fromkeys(request.POST.getlist("source")))[:MOST_AT_ONCE]
    if not sources:
        return _show(request, partnership, refusals=(_("Tick what you want to take."),), status=400)
    taken: list[Contribution] = []
    refusals: list[str] = []
    status = 200
    for source in sources:
        try:
            taken.append(take_proposal(partnership, source[:120], by=request.user))
        except ValidationError as error:
            refusals += error.messages
            status = refusal_status(error)
        except IntegrityError:  # another partnership or person was quicker than any lock
            refusals.append(_("This has been taken into the ledger already; nothing counts twice."))
            status = 409
    if taken:
        words = ngettext(
            "%(codes)s has been written down as a draft.", "%(codes)s have been written down as drafts.", len(taken)
        )
        messages.success(request, words % {"codes": ", ".join(one.code for one in taken)})
    if refusals:
        return _show(request, partnership, refusals=tuple(dict.fromkeys(refusals)), status=status)
    if edited:
        return redirect("partnerships:contribution-edit", slug=slug, number=taken[0].number)
    return redirect("partnerships:contribution-proposed", slug=slug)


@require_POST
def proposal_dismiss(request: HttpRequest, *, slug: str) -> HttpResponse:
    partnership = _steered(request, slug)
    source, reason = request.POST.get("source", "")[:120], request.POST.get("reason", "")[:500]
    try:
        dismiss_proposal(partnership, source, reason=reason, by=request.user)
    except ValidationError as error:
        return _show(request, partnership, refusals=tuple(error.messages), status=refusal_status(error))
    messages.success(request, _("It is left out of the ledger. You find it at the end of this page."))
    return redirect("partnerships:contribution-proposed", slug=slug)
