"""Typing in what somebody wrote on paper: whose it is and the scan first, then the form."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from toolkit.actions.saving import refuse_unless_fillable
from toolkit.actions.typing_in import response_for_side, start_paper, writer_for_paper
from toolkit.forms.taking import PaperForm
from toolkit.models import Document, HandedFile, Response
from toolkit.permissions import Writer, can_type_paper, writer_for_user
from toolkit.states import Part
from toolkit.views.filling import Place, fill, get_document
from toolkit.views.language import language_kept
from toolkit.views.outcome import attempt


@require_http_methods(["GET", "HEAD", "POST"])
def paper_start(request: HttpRequest, *, reference: str) -> HttpResponse:
    document = get_document(request, reference)
    writer = writer_for_user(request.user, document)
    if not writer.parts:
        raise PermissionDenied
    try:
        refuse_unless_fillable(document)
    except ValidationError:
        return redirect("toolkit:document-take", reference=reference)
    form = PaperForm(
        request.POST if request.method == "POST" else None,
        request.FILES if request.method == "POST" else None,
        sides=_sides(document, writer),
        initial={"side": request.GET.get("side", "")},
    )
    outcome = attempt(form, lambda: _start(document, writer, form))
    if outcome.done:
        return redirect(outcome.saved)
    context = {"document": document, "form": form, "has_sides": bool(form.fields["side"].choices)}
    return render(request, "toolkit/taking/paper_start.html", context, status=outcome.status)


def _sides(document: Document, writer: Writer) -> list[tuple[str, str]]:
    sides = (Part.HOST, Part.RESOURCE)
    return [(str(side), document.part_label(side)) for side in sides if can_type_paper(writer, document, side)]


def _start(document: Document, writer: Writer, form: PaperForm) -> HandedFile:
    given = form.cleaned_data
    return start_paper(
        response_for_side(_responses(document), given["side"]),
        given["scan"],
        side=given["side"],
        writer_name=given["writer_name"],
        writer_post=given["writer_post"],
        written_on=given["written_on"],
        by=writer,
    )


def _responses(document: Document) -> list[Response]:
    found = list(document.responses.all())
    for response in found:
        response.document = document
    return found


@require_http_methods(["GET", "HEAD", "POST"])
def paper_fill(request: HttpRequest, *, reference: str, public_id: str) -> HttpResponse:
    document = get_document(request, reference)
    typist = writer_for_user(request.user, document)
    handed = get_object_or_404(
        HandedFile.objects.on_paper().select_related("response"), response__document=document, public_id=public_id
    )
    if not can_type_paper(typist, document, handed.side):
        raise PermissionDenied if typist.parts else Http404
    handed.response.document = document
    place = Place(
        template="toolkit/taking/paper_fill.html",
        language=language_kept(request, document),
        here=reverse("toolkit:paper-fill", args=[reference, public_id]),
        done=document.get_absolute_url(),
        file_url=lambda file: reverse("toolkit:document-file", args=[reference, file]),
    )
    return fill(request, handed.response, writer=writer_for_paper(typist, handed), place=place)
