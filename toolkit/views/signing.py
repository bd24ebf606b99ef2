"""Signing what was submitted, with an account or through a link, and who has signed."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from toolkit.actions.signing import Signer, sign_submission
from toolkit.forms.review import SignForm
from toolkit.models import Document, Response, ShareLink, Signature
from toolkit.permissions import Writer, can_read_response, writer_for_link, writer_for_user
from toolkit.rendering.html import document_html
from toolkit.review_permissions import can_enter_signature, can_sign, sees_question
from toolkit.signing import last_submission, spots_of
from toolkit.states import SIGNABLE, ResponseState
from toolkit.views.filling import get_document
from toolkit.views.outcome import attempt
from toolkit.views.shared import responses_of_link, shared_link_required
from toolkit.views.signed import SignPlace, place_of, place_of_link
from twinning.downloads import download


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def document_sign(request: HttpRequest, *, reference: str) -> HttpResponse:
    document = get_document(request, reference)
    responses = list(document.discussed_responses())
    return _sign(request, document, responses, writer_for_user(request.user, document), place_of(document))


@shared_link_required
@require_http_methods(["GET", "HEAD", "POST"])
def shared_sign(request: HttpRequest, *, link: ShareLink) -> HttpResponse:
    place = place_of_link(link)
    return _sign(request, link.document, responses_of_link(link), writer_for_link(link), place)


def _sign(
    request: HttpRequest, document: Document, responses: list[Response], writer: Writer, place: SignPlace
) -> HttpResponse:
    side, _colon, cell = request.GET.get("about", "").partition(":")
    response = next((each for each in responses if each.side == side.removeprefix("-")), None)
    if response is None or not cell or not can_read_response(writer, response):
        return redirect(place.back)
    response.document = document
    submission = last_submission(response)
    is_in = response.state == ResponseState.SUBMITTED and document.state in SIGNABLE
    spot = next((each for each in spots_of(response, submission, ()) if each.cell == cell), None)
    if spot is None or not sees_question(writer, response, spot.item):
        return redirect(place.back)
    own = can_sign(writer, response, spot.item.side)
    if not own and not can_enter_signature(writer.user, document):
        raise PermissionDenied
    if not is_in and request.method != "POST":
        messages.warning(request, _("This document is open for changes. It can be signed once it is handed in."))
        return redirect(place.back)
    form = SignForm(
        request.POST if request.method == "POST" else None,
        request.FILES if request.method == "POST" else None,
        initial=_known(writer, own=own) | {"seen_hash": submission.content_hash},
        code=submission.content_hash[:12],
        needs_scan=not own,
    )
    outcome = attempt(form, lambda: _take(form, response, cell, writer))
    if outcome.done:
        messages.success(request, _("The signature is kept, with the check code of what was signed."))
        return redirect(place.back)
    context = {
        "document": document,
        "link": writer.link,
        "form": form,
        "spot": spot,
        "label": spot.label(document.language),
        "side": document.part_label(spot.item.side if spot.item.side != "both" else response.side),
        "code": submission.content_hash[:12],
        "needs_scan": not own,
        "back": place.back,
        "html": document_html(document, writer=writer, file_url=place.file_url),
    }
    return render(request, place.template, context, status=outcome.status)


def _known(writer: Writer, *, own: bool) -> dict[str, str]:
    """What is known of whoever signs; nothing of the person whose paper somebody else attaches."""
    if not own:
        return {}
    if writer.link:
        name = writer.link.respondent_name or writer.link.recipient_name
        return {"name": name, "post": writer.link.respondent_post}
    return {"name": str(writer.user)}


def _take(form: SignForm, response: Response, cell: str, writer: Writer) -> Signature:
    data = form.cleaned_data
    signer = Signer(
        name=data["name"],
        post=data["post"],
        organization=data["organization"],
        has_consented=data["agree"],
        scan=data["scan"] or None,
        on=data["on"],
    )
    return sign_submission(response, cell, signer, seen_hash=data["seen_hash"], by=writer)


@require_safe
@never_cache
def document_scan(request: HttpRequest, *, reference: str, public_id: str) -> HttpResponse:
    document = get_document(request, reference)
    return _send_scan(document, writer_for_user(request.user, document), public_id)


@shared_link_required
@require_safe
def shared_scan(request: HttpRequest, *, link: ShareLink, public_id: str) -> HttpResponse:
    return _send_scan(link.document, writer_for_link(link), public_id)


def _send_scan(document: Document, writer: Writer, public_id: str) -> HttpResponse:
    """The scan of a signed page as a download, for who may read the answer that it belongs to."""
    signed = Signature.objects.exclude(scan="").select_related("response")
    signature = get_object_or_404(signed, response__document=document, public_id=public_id)
    signature.response.document = document
    item = document.version.form.by_id.get(signature.cell.rpartition("/")[2])
    if item is None or not sees_question(writer, signature.response, item):
        raise Http404
    return download(signature.scan, name=signature.scan_name, content_type=signature.scan_type)
