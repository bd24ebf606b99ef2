"""Sessions and trainers of a workshop, one page each."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from partnerships.actions.workshop_parts import add_trainer, remove_session, remove_trainer, save_session
from partnerships.forms.workshop import SessionForm, TrainerForm
from partnerships.models import Workshop, WorkshopSession
from partnerships.views.outcome import attempt, posted, refusal_status
from partnerships.views.workshop import editable_workshop, get_workshop, page_of, show_workshop


@require_http_methods(["GET", "HEAD", "POST"])
def session_add(request: HttpRequest, *, reference: str) -> HttpResponse:
    workshop = editable_workshop(request, reference)
    return _session(request, workshop, WorkshopSession(workshop=workshop))


@require_http_methods(["GET", "HEAD", "POST"])
def session_edit(request: HttpRequest, *, reference: str, pk: int) -> HttpResponse:
    workshop = editable_workshop(request, reference)
    return _session(request, workshop, get_object_or_404(workshop.sessions.prefetch_related("trainers"), pk=pk))


def _session(request: HttpRequest, workshop: Workshop, session: WorkshopSession) -> HttpResponse:
    session.workshop = workshop
    form = SessionForm(posted(request), instance=session, workshop=workshop)
    outcome = attempt(
        form,
        lambda: save_session(
            form.instance,
            trainers=form.chosen_trainers,
            weeks=form.n_weeks,
            seen_stamp=form.seen_stamp,
            by=request.user,
        ),
    )
    if outcome.done:
        n = len(outcome.saved)
        messages.success(
            request, ngettext("The session has been saved.", "%(n)s sessions have been saved.", n) % {"n": n}
        )
        return redirect(workshop)
    context = {
        **page_of(request, workshop, "workshop-detail"),
        "form": form,
        "session": session,
        "clash": outcome.clash,
    }
    return render(request, "partnerships/session_form.html", context, status=outcome.status)


@require_POST
def session_remove(request: HttpRequest, *, reference: str, pk: int) -> HttpResponse:
    workshop = editable_workshop(request, reference)
    session = get_object_or_404(workshop.sessions, pk=pk)
    try:
        remove_session(session, by=request.user)
    except ValidationError as error:
        return _refused(request, reference, error)
    messages.success(request, _("The session has been removed."))
    return redirect(workshop)


@require_http_methods(["GET", "HEAD", "POST"])
def trainer_add(request: HttpRequest, *, reference: str) -> HttpResponse:
    workshop = editable_workshop(request, reference)
    form = TrainerForm(posted(request), workshop=workshop, user=request.user)
    outcome = attempt(form, lambda: add_trainer(form.instance, by=request.user))
    if outcome.done:
        messages.success(request, _("%(name)s teaches in this workshop.") % {"name": outcome.saved.contact})
        return redirect(workshop)
    context = {**page_of(request, workshop, "workshop-detail"), "form": form}
    return render(request, "partnerships/trainer_form.html", context, status=outcome.status)


@require_POST
def trainer_remove(request: HttpRequest, *, reference: str, pk: int) -> HttpResponse:
    workshop = editable_workshop(request, reference)
    trainer = get_object_or_404(workshop.trainers.select_related("contact"), pk=pk)
    try:
        remove_trainer(trainer, by=request.user)
    except ValidationError as error:
        return _refused(request, reference, error)
    messages.success(request, _("%(name)s is no trainer of this workshop any more.") % {"name": trainer.contact})
    return redirect(workshop)


def _refused(request: HttpRequest, reference: str, error: ValidationError) -> HttpResponse:
    text = " ".join(error.messages)
    return show_workshop(request, get_workshop(request, reference), refusal=text, status=refusal_status(error))
