"""The terms on which people answer a document, and closing it by hand."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from toolkit.actions.collecting import close_collection
from toolkit.actions.terms import ASKED, change_terms, stamp_of, terms_of
from toolkit.forms.steer import StepForm
from toolkit.forms.terms import TermsForm
from toolkit.models import Document
from toolkit.permissions import can_steer_document
from toolkit.states import Mode
from toolkit.views.document import show_document
from toolkit.views.filling import get_document
from toolkit.views.outcome import attempt, refuse_if_stale, stamp


@require_http_methods(["GET", "HEAD", "POST"])
def document_terms(request: HttpRequest, *, reference: str) -> HttpResponse:
    document = _steerable(request, reference)
    if document.mode not in ASKED:
        raise Http404
    if not document.is_fillable:
        refusal = _("This document takes no more answers, so its settings stay.")
        return show_document(request, document, refusal=refusal, status=409 if request.method == "POST" else 200)
    standing = terms_of(document)
    form = TermsForm(
        request.POST if request.method == "POST" else None,
        mode=document.mode,
        standing=standing,
        initial={"seen": stamp_of(document)},
    )
    outcome = attempt(form, lambda: change_terms(document, form.terms, seen=form.cleaned_data["seen"], by=request.user))
    if outcome.done:
        messages.success(request, _("The settings have been saved."))
        return redirect(document)
    context = {
        "document": document,
        "form": form,
        "heading": _("Settings"),
        "words": _("When people can answer, and on what terms. The history says who changed them."),
        "yes": _("Save the settings"),
    }
    return render(request, "toolkit/document_step.html", context, status=outcome.status)


@require_http_methods(["GET", "HEAD", "POST"])
def document_close(request: HttpRequest, *, reference: str) -> HttpResponse:
    document = _steerable(request, reference)
    if document.mode != Mode.OPEN:
        raise Http404
    if not document.is_fillable:
        refusal = _("This document takes no answers now.")
        return show_document(request, document, refusal=refusal, status=409 if request.method == "POST" else 200)
    form = StepForm(request.POST if request.method == "POST" else None, initial={"seen": stamp(document)})

    def act() -> None:
        refuse_if_stale(document, form.cleaned_data["seen"])
        close_collection(document, by=request.user)

    outcome = attempt(form, act)
    if outcome.done:
        messages.success(request, _("Nobody can answer any more. Return the document to open it again."))
        return redirect(document)
    context = {
        "document": document,
        "form": form,
        "heading": _("Close it"),
        "words": _("Nobody can answer after that, and the document counts as submitted. Returning it opens it again."),
        "yes": _("Take no more answers"),
    }
    return render(request, "toolkit/document_step.html", context, status=outcome.status)


def _steerable(request: HttpRequest, reference: str) -> Document:
    document = get_document(request, reference)
    if not can_steer_document(request.user, document):
        raise PermissionDenied
    return document
