"""Workshops of a partnership: list, page, plan, steps."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from partnerships import permissions
from partnerships.actions.workshop import change_workshop, create_workshop, move_workshop
from partnerships.forms import MoveForm
from partnerships.forms.workshop import WorkshopForm
from partnerships.models import Workshop
from partnerships.views.outcome import attempt, posted
from partnerships.views.page import get_partnership, panels_of, tabs
from partnerships.views.status import refusal_of, with_forms
from partnerships.workshop_guards import workshop_moves
from partnerships.workshop_reading import local_times, sessions_with_trainers, side_zones
from partnerships.workshop_states import RegistrationState
from twinning.paginate import paginate


@require_safe
def workshop_list(request: HttpRequest, *, slug: str) -> HttpResponse:
    partnership = get_partnership(request, slug)
    can_edit = permissions.can_edit_partnership(request.user, partnership)
    page = paginate(request, partnership.workshops.for_list())
    for workshop in page:
        workshop.first_day = workshop.starts_at.astimezone(workshop.zone).date() if workshop.starts_at else None
    return render(
        request,
        "partnerships/workshop_list.html",
        {
            "partnership": partnership,
            "page": page,
            "can_create": can_edit and partnership.is_open,
            "tabs": tabs(partnership, "workshop-list", can_edit=can_edit),
        },
    )


def get_workshop(request: HttpRequest, reference: str) -> Workshop:
    """The workshop if the person may see it, else 404."""
    seen = Workshop.objects.visible_to(request.user).select_related("partnership__programme", "activity__plan")
    return get_object_or_404(seen, reference=reference)


def editable_workshop(request: HttpRequest, reference: str) -> Workshop:
    """As get_workshop; 403 for whoever only reads."""
    workshop = get_workshop(request, reference)
    if not permissions.can_edit_partnership(request.user, workshop.partnership):
        raise PermissionDenied
    return workshop


def page_of(request: HttpRequest, workshop: Workshop, current: str) -> dict[str, Any]:
    """What the pages of one workshop share; ``current`` is the name of the tab that is open."""
    can_edit = permissions.can_edit_partnership(request.user, workshop.partnership)
    pages = [
        ("workshop-detail", _("Plan")),
        ("registration-list", _("People")),
        ("attendance-sheet", _("Attendance")),
        ("workshop-results", _("Results")),
    ]
    return {
        "workshop": workshop,
        "partnership": workshop.partnership,
        "can_edit": can_edit and workshop.partnership.is_open,
        "tabs": [
            {
                "label": label,
                "url": reverse(f"partnerships:{name}", args=[workshop.reference]),
                "current": name == current,
                "count": "",
            }
            for name, label in pages
        ],
    }


@require_http_methods(["GET", "HEAD", "POST"])
def workshop_create(request: HttpRequest, *, slug: str) -> HttpResponse:
    partnership = get_partnership(request, slug)
    if not permissions.can_edit_partnership(request.user, partnership):
        raise PermissionDenied
    zones = side_zones(partnership)
    form = WorkshopForm(
        posted(request),
        partnership=partnership,
        instance=Workshop(partnership=partnership),
        initial={"time_zone": zones.get("host", request.user.time_zone)},
    )
    outcome = attempt(form, lambda: create_workshop(form.instance, by=request.user, topics=form.chosen_topics))
    if outcome.done:
        messages.success(request, _("The workshop is written down. Now add its sessions and trainers."))
        return redirect(outcome.saved)
    context = {"partnership": partnership, "form": form, "clash": outcome.clash, "workshop": None}
    return render(request, "partnerships/workshop_form.html", context, status=outcome.status)


@require_http_methods(["GET", "HEAD", "POST"])
def workshop_edit(request: HttpRequest, *, reference: str) -> HttpResponse:
    workshop = editable_workshop(request, reference)
    edited = Workshop.objects.select_related("partnership").get(pk=workshop.pk)
    form = WorkshopForm(posted(request), instance=edited, partnership=workshop.partnership)
    outcome = attempt(
        form,
        lambda: change_workshop(
            form.instance, seen_version=form.seen_version, topics=form.chosen_topics, by=request.user
        ),
    )
    if outcome.done:
        messages.success(request, _("Your changes have been saved."))
        return redirect(workshop)
    context = {"partnership": workshop.partnership, "form": form, "clash": outcome.clash, "workshop": workshop}
    return render(request, "partnerships/workshop_form.html", context, status=outcome.status)


@require_safe
def workshop_detail(request: HttpRequest, *, reference: str) -> HttpResponse:
    return show_workshop(request, get_workshop(request, reference))


def show_workshop(
    request: HttpRequest,
    workshop: Workshop,
    *,
    refusal: str = "",
    move: MoveForm | None = None,
    status: int = 200,
) -> HttpResponse:
    page = page_of(request, workshop, "workshop-detail")
    moves = workshop_moves(workshop) if page["can_edit"] else []
    people = list(workshop.registrations.values_list("state", flat=True))
    return render(
        request,
        "partnerships/workshop_detail.html",
        {
            **page,
            "panels": panels_of(settings.WORKSHOP_PANELS, request.user, workshop),
            "can_plan": page["can_edit"] and workshop.is_plannable,
            "sessions": session_rows(workshop),
            "trainers": workshop.trainers.select_related("contact", "workshop__partnership__programme"),
            "n_seated": people.count(RegistrationState.SEATED),
            "n_waiting": people.count(RegistrationState.WAITING),
            "moves": with_forms(moves, move or MoveForm()),
            "refusal": refusal,
            "topics": workshop.topics.all(),
        },
        status=status,
    )


def session_rows(workshop: Workshop) -> list[dict[str, Any]]:
    """Sessions on the workshop's clock, and on those of the sides that live by another one."""
    zones, rows = side_zones(workshop.partnership), []
    for session in sessions_with_trainers(workshop):
        start, end = session.local_start(workshop.zone), session.local_end(workshop.zone)
        rows.append(
            {
                "session": session,
                "day": start.date(),
                "start": f"{start:%H:%M}",
                "end": f"{end:%H:%M}",
                "elsewhere": local_times(session, workshop, zones),
                "trainers": [trainer.contact for trainer in session.trainers.all()],
            }
        )
    return rows


@require_POST
def workshop_move(request: HttpRequest, *, reference: str) -> HttpResponse:
    workshop = editable_workshop(request, reference)
    form = MoveForm(request.POST)
    outcome = attempt(
        form,
        lambda: move_workshop(workshop, form.cleaned_data["to"], by=request.user, reason=form.cleaned_data["reason"]),
    )
    if outcome.done:
        words = {"title": workshop.title, "state": outcome.saved.get_state_display()}
        messages.success(request, _("“%(title)s” is now “%(state)s”.") % words)
        return redirect(workshop)
    fresh = get_workshop(request, reference)
    return show_workshop(request, fresh, refusal=refusal_of(form), move=form, status=outcome.status)
