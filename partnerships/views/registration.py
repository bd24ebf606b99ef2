"""The list of a workshop: seats, waiting list, the address at which people register."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from partnerships.actions.registration import (
    change_person,
    end_registration_link,
    enrol,
    leave,
    make_registration_link,
    seat_who_came,
)
from partnerships.actions.seats import seats_left
from partnerships.forms.registration import PersonForm
from partnerships.models import Registration, Workshop
from partnerships.views.outcome import Outcome, attempt, posted, refusal_status
from partnerships.views.workshop import editable_workshop, get_workshop, page_of
from partnerships.workshop_states import RegistrationState, WorkshopState
from twinning.paginate import paginate

PER_PAGE = 50


@require_safe
def registration_list(request: HttpRequest, *, reference: str) -> HttpResponse:
    return _show(request, get_workshop(request, reference))


def _show(
    request: HttpRequest, workshop: Workshop, *, address: str = "", refusal: str = "", status: int = 200
) -> HttpResponse:
    context = page_of(request, workshop, "registration-list")
    takes_link = workshop.state in (WorkshopState.APPROVED, WorkshopState.REGISTRATION_OPEN)
    seated = workshop.registrations.seated()
    page = paginate(request, seated, per_page=PER_PAGE)
    return render(
        request,
        "partnerships/registration_list.html",
        {
            **context,
            "page": page,
            "n_seated": page.paginator.count,
            "waiting": workshop.registrations.waiting(),
            "gone": workshop.registrations.filter(state=RegistrationState.LEFT).count(),
            "seats_left": seats_left(workshop),
            "can_enrol": context["can_edit"] and workshop.is_enrolling,
            "can_link": context["can_edit"] and takes_link,
            "address": address,
            "refusal": refusal,
        },
        status=status,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def registration_add(request: HttpRequest, *, reference: str) -> HttpResponse:
    workshop = editable_workshop(request, reference)
    is_full = workshop.is_attendable and seats_left(workshop) == 0
    form = PersonForm(posted(request), instance=Registration(workshop=workshop), asks_who_came=is_full)
    outcome = attempt(form, lambda: enrol(form.instance, by=request.user, came=form.cleaned_data.get("came", False)))
    if outcome.done:
        if outcome.saved.state == RegistrationState.SEATED:
            text = _("%(name)s has a seat.")
        else:
            text = _("All seats are taken: %(name)s is on the waiting list.")
        messages.success(request, text % {"name": outcome.saved.name})
        if "another" in request.POST:
            return redirect("partnerships:registration-add", reference=reference)
        return redirect("partnerships:registration-list", reference=reference)
    return _form(request, workshop, form, outcome)


@require_http_methods(["GET", "HEAD", "POST"])
def registration_edit(request: HttpRequest, *, reference: str, pk: int) -> HttpResponse:
    workshop = editable_workshop(request, reference)
    person = get_object_or_404(workshop.registrations.exclude(state=RegistrationState.LEFT), pk=pk)
    person.workshop = workshop
    form = PersonForm(posted(request), instance=person)
    outcome = attempt(form, lambda: change_person(form.instance, seen_stamp=form.seen_stamp, by=request.user))
    if outcome.done:
        messages.success(request, _("Your changes have been saved."))
        return redirect("partnerships:registration-list", reference=reference)
    return _form(request, workshop, form, outcome)


def _form(request: HttpRequest, workshop: Workshop, form: PersonForm, outcome: Outcome) -> HttpResponse:
    page = page_of(request, workshop, "registration-list")
    context = {**page, "form": form, "person": form.instance, "clash": outcome.clash}
    return render(request, "partnerships/registration_form.html", context, status=outcome.status)


@require_POST
def registration_leave(request: HttpRequest, *, reference: str, pk: int) -> HttpResponse:
    workshop = editable_workshop(request, reference)
    person = get_object_or_404(workshop.registrations, pk=pk)
    try:
        seated = leave(person)
    except ValidationError as error:
        return _show(request, workshop, refusal=" ".join(error.messages), status=refusal_status(error))
    messages.success(request, _("%(name)s is off the list.") % {"name": person.name})
    for other in seated:
        messages.success(request, _("%(name)s waited and has a seat now.") % {"name": other.name})
    return redirect("partnerships:registration-list", reference=reference)


@require_POST
def registration_seat(request: HttpRequest, *, reference: str, pk: int) -> HttpResponse:
    """Somebody on the waiting list is in the room."""
    workshop = editable_workshop(request, reference)
    person = get_object_or_404(workshop.registrations, pk=pk)
    try:
        seat_who_came(person, by=request.user)
    except ValidationError as error:
        return _show(request, workshop, refusal=" ".join(error.messages), status=refusal_status(error))
    messages.success(request, _("%(name)s has a seat.") % {"name": person.name})
    return redirect("partnerships:registration-list", reference=reference)


@never_cache
@require_POST
def registration_link(request: HttpRequest, *, reference: str) -> HttpResponse:
    """Answered with the page itself and not with a redirect: the address is known in this moment only."""
    workshop = editable_workshop(request, reference)
    try:
        locked, token = make_registration_link(workshop, by=request.user)
    except ValidationError as error:
        return _show(request, workshop, refusal=" ".join(error.messages), status=refusal_status(error))
    workshop.token_hash, workshop.token_made_at = locked.token_hash, locked.token_made_at
    return _show(request, workshop, address=settings.SITE_URL + reverse("partnerships:register", args=[token]))


@require_POST
def registration_link_end(request: HttpRequest, *, reference: str) -> HttpResponse:
    workshop = editable_workshop(request, reference)
    try:
        end_registration_link(workshop, by=request.user)
    except ValidationError as error:
        return _show(request, workshop, refusal=" ".join(error.messages), status=refusal_status(error))
    messages.success(request, _("Nobody can register with this address any more."))
    return redirect("partnerships:registration-list", reference=reference)
