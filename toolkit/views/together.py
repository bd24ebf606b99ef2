"""Both sides' answers beside each other, and the one version that they agree on."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from toolkit.actions.agreeing import (
    begin_agreed,
    can_begin_agreed,
    choose_answers,
    comparison_of,
)
from toolkit.forms.agreeing import Choosing
from toolkit.models import Document, Response
from toolkit.permissions import (
    Writer,
    can_compare,
    can_steer_document,
    can_write_response,
    sees_sensitive,
    writer_for_user,
)
from toolkit.rendering.comparing import compared_html, compared_pdf
from toolkit.states import AGREED, Mode
from toolkit.views.document import file_url_of, show_document
from toolkit.views.filling import get_document
from toolkit.views.papers import pdf_response

ONLY = "differences"


@require_safe
def document_compare(request: HttpRequest, *, reference: str) -> HttpResponse:
    """Question by question what each side answered; ``?only=differences`` leaves out where they agree."""
    document, writer, responses = _each(request, reference)
    only = request.GET.get("only") == ONLY
    context = {"document": document, "only": only, "is_sealed": not can_compare(writer, document, among=responses)}
    if not context["is_sealed"]:
        html, summary = compared_html(document, reader=writer, only=only, file_url=file_url_of(document))
        context |= {
            "html": html,
            "summary": summary,
            "can_begin": can_begin_agreed(request.user, document, responses),
            "can_agree": _agreed_of(document, writer, responses) is not None,
        }
    return render(request, "toolkit/document_compare.html", context)


@require_safe
def document_compare_pdf(request: HttpRequest, *, reference: str) -> HttpResponse:
    document, writer, responses = _each(request, reference)
    if not can_compare(writer, document, among=responses):
        raise Http404
    only = request.GET.get("only") == ONLY
    return pdf_response(request, lambda: compared_pdf(document, reader=writer, only=only))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def document_agree(request: HttpRequest, *, reference: str) -> HttpResponse:
    """Begin the agreed version, or choose between the answers of the two sides."""
    document, writer, responses = _each(request, reference)
    if request.method == "POST" and request.POST.get("_action") == "begin":
        return _begin(request, document)
    if not document.agreed_at:
        if not (writer.parts and can_compare(writer, document, among=responses)):
            raise PermissionDenied
        return redirect("toolkit:document-compare", reference=reference)
    response = _agreed_of(document, writer, responses)
    if response is None:
        raise PermissionDenied
    return choose(request, response, writer=writer, fill_url=_fill_url(document))


def choose(
    request: HttpRequest,
    response: Response,
    *,
    writer: Writer,
    fill_url: str,
    template: str = "toolkit/document_agree.html",
) -> HttpResponse:
    """The questions on which the sides differ, each with both answers to choose from."""
    document = response.document
    choosing = Choosing(
        response, comparison_of(document), sensitive=sees_sensitive(writer, response), data=request.POST or None
    )
    status, refusal = 200, ""
    if request.method == "POST":
        try:
            result = choose_answers(response, choosing.chosen, choosing.seen, by=writer)
        except ValidationError as error:
            refusal, status = " ".join(error.messages), 409
        else:
            if result.is_clean:
                messages.success(request, _("What you chose is in the agreed version now."))
                return redirect(request.path)
            choosing = choosing.after(result)
            status = 409 if result.conflicts else 422
    context = {"document": document, "choosing": choosing, "fill_url": fill_url, "refusal": refusal}
    return render(request, template, context, status=status)


def _begin(request: HttpRequest, document: Document) -> HttpResponse:
    if not can_steer_document(request.user, document):
        raise PermissionDenied
    try:
        begin_agreed(document, by=request.user)
    except ValidationError as error:
        return show_document(request, document, refusal=" ".join(error.messages), status=409)
    messages.success(request, _("The agreed version has begun with all that both sides answered alike."))
    return redirect("toolkit:document-agree", reference=document.reference)


def _each(request: HttpRequest, reference: str) -> tuple[Document, Writer, list[Response]]:
    """The document that each side answers on its own, with its responses; any other is not found here."""
    document = get_document(request, reference)
    if document.mode != Mode.EACH:
        raise Http404
    responses = list(document.responses.all())
    for response in responses:
        response.document = document
    return document, writer_for_user(request.user, document), responses


def _agreed_of(document: Document, writer: Writer, responses: list[Response]) -> Response | None:
    """The agreed version, if ``writer`` may write it now."""
    found = next((each for each in responses if each.side == AGREED), None)
    return found if found and document.is_fillable and can_write_response(writer, found) else None


def _fill_url(document: Document) -> str:
    return f"{reverse('toolkit:document-fill', args=[document.reference])}?side={AGREED}"
