"""Pages of partnerships: list, start, read, change, and the story so far."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Prefetch, prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from partnerships import permissions
from partnerships.actions.directory import contact_of
from partnerships.actions.partnership import change_partnership, create_partnership
from partnerships.facts import known_facts
from partnerships.filters import PartnershipFilterSet
from partnerships.forms import PartnershipEditForm, PartnershipForm
from partnerships.guards import status_moves
from partnerships.models import Agreement, Partnership
from partnerships.states import PhaseState
from partnerships.views.agreement_page import agreements_panel
from partnerships.views.outcome import attempt, posted
from partnerships.views.page import (
    cycles,
    get_partnership,
    get_whole_partnership,
    open_phases,
    pause_of,
    sides_of_page,
    tabs,
    told,
    topics_of,
    track,
)
from twinning.paginate import paginate

RECENT = 5


@require_safe
def partnership_list(request: HttpRequest) -> HttpResponse:
    found = PartnershipFilterSet(
        request.GET, Partnership.objects.visible_to(request.user).for_list(), user=request.user
    )
    return render(
        request,
        "partnerships/partnership_list.html",
        {
            "page": paginate(request, found.qs),
            "filter": found,
            "can_create": permissions.can_create_partnership(request.user),
        },
        status=found.status,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def partnership_create(request: HttpRequest) -> HttpResponse:
    if not permissions.can_create_partnership(request.user):
        raise PermissionDenied
    form = PartnershipForm(posted(request), user=request.user)
    outcome = attempt(form, lambda: _start(form, by=request.user))
    if outcome.done:
        messages.success(request, _("The partnership has been started. Its first phase is open."))
        return redirect(outcome.saved)
    return render(request, "partnerships/partnership_create.html", {"form": form}, status=outcome.status)


@transaction.atomic
def _start(form: PartnershipForm, *, by: User) -> Partnership:
    partnership = create_partnership(
        form.save(commit=False),
        host=form.cleaned_data["host"],
        resource=form.cleaned_data["resource"],
        topics=form.cleaned_data["topics"],
        by=by,
    )
    contact_of(partnership.coordinator, by=by)
    return partnership


@transaction.atomic
def _change(form: PartnershipEditForm, *, by: User) -> Partnership:
    topics = form.cleaned_data["topics"]
    partnership = change_partnership(form.instance, seen_version=form.seen_version, topics=topics, by=by)
    contact_of(partnership.coordinator, by=by)
    return partnership


@require_safe
def partnership_detail(request: HttpRequest, *, slug: str) -> HttpResponse:
    return show_partnership(request, get_whole_partnership(request, slug))


def show_partnership(
    request: HttpRequest, partnership: Partnership, *, refusal: str = "", status: int = 200
) -> HttpResponse:
    """The page of a partnership, with the sentence that says why a step was refused."""
    prefetch_related_objects([partnership], Prefetch("agreements", Agreement.objects.for_list()))
    facts = known_facts(partnership)
    moves = status_moves(partnership, facts)
    latest = partnership.latest_phases
    rounds = cycles(partnership, request.GET.get("cycle", ""))
    shown = next((each["number"] for each in rounds if each["current"]), 1)
    over = latest and all(phase.state in (PhaseState.DONE, PhaseState.SKIPPED) for phase in latest)
    can_edit = permissions.can_edit_partnership(request.user, partnership)
    return render(
        request,
        "partnerships/partnership_detail.html",
        {
            "partnership": partnership,
            "topics": topics_of(partnership),
            "sides": sides_of_page(partnership),
            "track": track(partnership, facts, shown),
            "cycle": shown,
            "cycles": rounds,
            "has_cycles": len(rounds) > 1,
            "open_phases": open_phases(partnership, facts) if partnership.is_open else [],
            "next_move": moves[0] if moves else None,
            "pause": pause_of(partnership),
            "agreements": agreements_panel(partnership, facts),
            "panels": list(_panels(request, partnership)),
            "recent": [told(entry) for entry in partnership.entries.all()[:RECENT]],
            "tabs": tabs(partnership, "partnership-detail", can_edit=can_edit),
            "can_edit": can_edit,
            "can_step": permissions.can_take_steps(request.user, partnership),
            "can_start_cycle": can_edit and partnership.is_open and over,
            "refusal": refusal,
        },
        status=status,
    )


def _panels(request: HttpRequest, partnership: Partnership):
    """What other apps have to say about the partnership (settings.PARTNERSHIP_PANELS), drawn by their own templates."""
    for path in settings.PARTNERSHIP_PANELS:
        panel = import_string(path)(request.user, partnership)
        if panel:
            yield render_to_string(panel["template"], panel["context"], request)


@require_http_methods(["GET", "HEAD", "POST"])
def partnership_edit(request: HttpRequest, *, slug: str) -> HttpResponse:
    partnership = get_partnership(request, slug)
    if not permissions.can_edit_partnership(request.user, partnership):
        raise PermissionDenied
    # The form writes on a row of its own, so that the page around it keeps speaking of what is saved.
    form = PartnershipEditForm(posted(request), instance=Partnership.objects.get(pk=partnership.pk), user=request.user)
    outcome = attempt(form, lambda: _change(form, by=request.user))
    if outcome.done:
        messages.success(request, _("Your changes have been saved."))
        return redirect(partnership)
    return render(
        request,
        "partnerships/partnership_edit.html",
        {
            "form": form,
            "clash": outcome.clash,
            "partnership": partnership,
            "tabs": tabs(partnership, "partnership-edit", can_edit=True),
        },
        status=outcome.status,
    )
