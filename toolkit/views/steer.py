"""Returning, accepting and withdrawing a document: a page that asks once more, then the step."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from toolkit.actions.submitting import (
    REASON_LENGTH,
    accept_document,
    finish_document,
    reopen_document,
    return_document,
    withdraw_document,
)
from toolkit.forms.review import ReturnForm
from toolkit.forms.steer import ReasonForm, StepForm
from toolkit.models import Document
from toolkit.permissions import can_steer_document, writer_for_user
from toolkit.review_permissions import can_accept_document, returnable_sides
from toolkit.states import DocumentState, Mode, document_can_become
from toolkit.views.document import show_document
from toolkit.views.filling import get_document
from toolkit.views.outcome import attempt, refuse_if_stale, stamp

RETURN_PAGE = "toolkit/review/document_return.html"


@dataclass(frozen=True, kw_only=True)
class Words:
    """What the page says before a step: its heading, what will happen, the button."""

    heading: str
    lead: str
    yes: str
    tone: str = ""


def _steerable(request: HttpRequest, reference: str) -> Document:
    document = get_document(request, reference)
    if not can_steer_document(request.user, document):
        raise PermissionDenied
    return document


@require_http_methods(["GET", "HEAD", "POST"])
def document_return(request: HttpRequest, *, reference: str) -> HttpResponse:
    document = get_document(request, reference)
    form = _return_form(request, document, returnable_sides(request.user, document), question=_("What should change?"))
    return _step(
        request,
        document,
        form,
        to=DocumentState.RETURNED,
        since=(DocumentState.SUBMITTED,),
        template=RETURN_PAGE,
        words=Words(
            heading=_("Return for changes"),
            lead=_returning(document),
            yes=_("Return the document"),
        ),
        act=lambda: return_document(document, by=request.user, reason=form.cleaned_data["reason"], points=form.points),
        done=_("The document has been returned. Those who must change something are told."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def document_reopen(request: HttpRequest, *, reference: str) -> HttpResponse:
    document = _steerable(request, reference)
    sides = returnable_sides(request.user, document)
    form = _return_form(request, document, sides, question=_("Why is it opened again?"))
    form.fields["reason"].required = True
    return _step(
        request,
        document,
        form,
        to=DocumentState.RETURNED,
        since=(DocumentState.ACCEPTED,),
        template=RETURN_PAGE,
        words=Words(
            heading=_("Reopen the document"),
            lead=_(
                "The accepted version stays readable in the history. Until the document is accepted again, nothing "
                "counts it as accepted, and signatures under it count no longer."
            ),
            yes=_("Reopen the document"),
            tone="danger",
        ),
        act=lambda: reopen_document(document, by=request.user, reason=form.cleaned_data["reason"], points=form.points),
        done=_("The document is open again. Those who must change something are told."),
    )


def _return_form(request: HttpRequest, document: Document, sides: frozenset[str], *, question: str) -> ReturnForm:
    if not sides:
        raise PermissionDenied
    if document.mode != Mode.OPEN:
        prefetch_related_objects([document], "responses__comments")
    return ReturnForm(
        _posted(request),
        initial={"seen": stamp(document)},
        document=document,
        writer=writer_for_user(request.user, document),
        sides=sides,
        question=question,
    )


def _returning(document: Document) -> str:
    if document.mode == Mode.OPEN:
        return _("More people can answer again. What was sent stays as it is.")
    return _(
        "Write at the questions that should change, and only they are opened. Without any, the whole document is "
        "opened again. What was submitted stays kept; signatures under it count no longer."
    )


@require_http_methods(["GET", "HEAD", "POST"])
def document_finish(request: HttpRequest, *, reference: str) -> HttpResponse:
    document = _steerable(request, reference)
    form = ReasonForm(
        _posted(request),
        initial={"seen": stamp(document)},
        question=_("Why go on without the others?"),
        longest=REASON_LENGTH,
    )
    return _step(
        request,
        document,
        form,
        to=DocumentState.SUBMITTED,
        words=Words(
            heading=_("Go on without the others"),
            lead=_("What the others wrote so far counts as it stands. The document says that they did not submit it."),
            yes=_("Submit the document now"),
        ),
        act=lambda: finish_document(document, by=request.user, reason=form.cleaned_data["reason"]),
        done=_("The document has been submitted without waiting for everybody."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def document_accept(request: HttpRequest, *, reference: str) -> HttpResponse:
    document = get_document(request, reference)
    if not can_accept_document(request.user, document):
        raise PermissionDenied
    form = StepForm(_posted(request), initial={"seen": stamp(document)})
    return _step(
        request,
        document,
        form,
        to=DocumentState.ACCEPTED,
        since=(DocumentState.SUBMITTED,),
        words=Words(
            heading=_("Accept the document"),
            lead=_("It then stands as it was submitted. A coordinator can reopen it, with a reason."),
            yes=_("Accept"),
        ),
        act=lambda: accept_document(document, by=request.user),
        done=_("The document has been accepted. It can be read and printed, and no longer be changed."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def document_withdraw(request: HttpRequest, *, reference: str) -> HttpResponse:
    document = _steerable(request, reference)
    form = ReasonForm(_posted(request), initial={"seen": stamp(document)}, question=_("Why is it taken out of use?"))
    return _step(
        request,
        document,
        form,
        to=DocumentState.WITHDRAWN,
        words=Words(
            heading=_("Take the document out of use"),
            lead=_(
                "Its links end and nobody can fill it in any more. Its answers stay readable. This cannot be undone."
            ),
            yes=_("Withdraw the document"),
            tone="danger",
        ),
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
    words: Words,
    act: Callable[[], None],
    done: str,
    since: tuple[str, ...] = tuple(DocumentState),
    template: str = "toolkit/document_step.html",
) -> HttpResponse:
    if document.state not in since or not document_can_become(document.state, to):
        refusal = _("A document that is %(old)s cannot become %(new)s.") % {
            "old": document.get_state_display().lower(),
            "new": str(to.label).lower(),
        }
        return show_document(request, document, refusal=refusal, status=409 if form.is_bound else 200)

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
    context = {
        "document": document,
        "form": form,
        "heading": words.heading,
        "words": words.lead,
        "yes": words.yes,
        "tone": words.tone,
    }
    return render(request, template, context, status=outcome.status)
