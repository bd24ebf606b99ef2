"""Returning, accepting and withdrawing a document: a page that asks once more, then the step."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from toolkit.actions.submitting import accept_document, return_document, withdraw_document
from toolkit.forms.steer import ReasonForm, StepForm
from toolkit.models import Document
from toolkit.permissions import can_steer_document
from toolkit.states import DocumentState, document_can_become
from toolkit.views.document import show_document
from toolkit.views.filling import get_document
from toolkit.views.outcome import attempt, refuse_if_stale, stamp


def _steerable(request: HttpRequest, reference: str) -> Document:
    document = get_document(request, reference)
    if not can_steer_document(request.user, document):
        raise PermissionDenied
    return document


@require_http_methods(["GET", "HEAD", "POST"])
def document_return(request: HttpRequest, *, reference: str) -> HttpResponse:
    document = _steerable(request, reference)
    form = ReasonForm(_posted(request), initial={"seen": stamp(document)}, question=_("What should change?"))
    return _step(
        request,
        document,
        form,
        to=DocumentState.RETURNED,
        template="toolkit/document_return.html",
        act=lambda: return_document(document, by=request.user, reason=form.cleaned_data["reason"]),
        done=_("The document has been returned. Both sides can change their answers again."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def document_accept(request: HttpRequest, *, reference: str) -> HttpResponse:
    document = _steerable(request, reference)
    form = StepForm(_posted(request), initial={"seen": stamp(document)})
    return _step(
        request,
        document,
        form,
        to=DocumentState.ACCEPTED,
        template="toolkit/document_accept.html",
        act=lambda: accept_document(document, by=request.user),
        done=_("The document has been accepted. It can be read and printed, and no longer be changed."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def document_withdraw(request: HttpRequest, *, reference: str) -> HttpResponse:
    document = _steerable(request, reference)
    form = ReasonForm(
        _posted(request), initial={"seen": stamp(document)}, question=_("Why is it taken out of use?")
    )
    return _step(
        request,
        document,
        form,
        to=DocumentState.WITHDRAWN,
        template="toolkit/document_withdraw.html",
        act=lambda: withdraw_document(document, by=request.user, reason=form.cleaned_data["reason"]),
        done=_("The document has been withdrawn and its links have ended. Its answers stay readable."),
    )


def _posted(request: HttpRequest):
    return request.POST if request.method == "POST" else None


def _step(
    request: HttpRequest,
    document: Document,
    form: StepForm,
    *,
    to: DocumentState,
    template: str,
    act: Callable[[], None],
    done: str,
) -> HttpResponse:
    if not document_can_become(document.state, to):
        refusal = _("A document that is %(old)s cannot become %(new)s.") % {
            "old": document.get_state_display().lower(),
            "new": str(to.label).lower(),
        }
        return show_document(request, document, refusal=refusal, status=409)

    def act_on_what_was_read() -> None:
        refuse_if_stale(document, form.cleaned_data["seen"])
        act()

    outcome = attempt(form, act_on_what_was_read)
    if outcome.done:
        messages.success(request, done)
        return redirect(document)
    if outcome.status == 409:
        refusal = " ".join(str(error) for error in form.non_field_errors())
        return show_document(request, get_document(request, document.reference), refusal=refusal, status=409)
    return render(request, template, {"document": document, "form": form}, status=outcome.status)
