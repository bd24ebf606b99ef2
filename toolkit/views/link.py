"""The links of a document: who can open it without an account, and until when."""

from __future__ import annotations

from urllib.parse import quote

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from toolkit.actions.links import create_share_link, resend_share_link, revoke_share_link
from toolkit.forms.link import LinkForm
from toolkit.models import Document, PartSubmission, ShareLink
from toolkit.permissions import can_steer_document
from toolkit.schema.definition import language_of
from toolkit.states import DocumentState, LinkScope
from toolkit.views.filling import get_document
from toolkit.views.outcome import attempt
from twinning.languages import own_name


def steerable(request: HttpRequest, reference: str) -> Document:
    document = get_document(request, reference)
    if not can_steer_document(request.user, document):
        raise PermissionDenied
    return document


@require_http_methods(["GET", "HEAD", "POST"])
def document_links(request: HttpRequest, *, reference: str) -> HttpResponse:
    document = steerable(request, reference)
    form = LinkForm(request.POST if request.method == "POST" else None, document=document)
    outcome = attempt(form, lambda: create_share_link(document, by=request.user, **form.cleaned_data))
    if outcome.done:
        link: ShareLink = outcome.saved
        if form.cleaned_data["send"]:
            messages.success(request, _("The link goes to %(email)s now.") % {"email": link.recipient_email})
        else:
            messages.success(request, _("The link is ready. Copy it and give it to the person it is for."))
        return redirect(f"{reverse('toolkit:document-links', args=[reference])}#link-{link.public_id}")
    return _show(request, document, form, status=outcome.status)


def _show(
    request: HttpRequest, document: Document, form: LinkForm, *, refusal: str = "", status: int = 200
) -> HttpResponse:
    submitted = submitted_parts(document)
    links = list(document.links.select_related("created_by"))
    for link in links:
        link.document = document
    return render(
        request,
        "toolkit/document_links.html",
        {
            "document": document,
            "form": None if document.state == DocumentState.WITHDRAWN else form,
            "live": [row_of(link, submitted) for link in links if link.is_live],
            "over": [row_of(link, submitted) for link in links if not link.is_live],
            "refusal": refusal,
            **_languages(document),
        },
        status=status,
    )


def submitted_parts(document: Document) -> set[str]:
    return set(PartSubmission.objects.filter(response__document=document).values_list("part", flat=True))


def _languages(document: Document) -> dict[str, str]:
    """In which language links open, and the others that can be chosen there."""
    form = document.version.form
    first = language_of(form, document.language)
    others = ", ".join(own_name(code) for code in form.languages if code != first)
    return {"opens_in": own_name(first), "other_languages": others}


def row_of(link: ShareLink, submitted: set[str]) -> dict:
    # Links for nobody in particular are told apart by the start of their address.
    number = link.public_id[:4].upper()
    return {
        "link": link,
        "name": link.recipient_name or _("%(side)s, link %(number)s") % {"side": link.side_label, "number": number},
        "is_submitted": bool({"", link.side} & submitted),
        "may_remind": link.scope == LinkScope.FILL and link.document.is_fillable and not {"", link.side} & submitted,
        "mailto": mailto(link) if link.is_live else "",
        "id": f"address-{link.public_id}",
    }


def mailto(link: ShareLink) -> str:
    """An address that opens the sender's own mail programme with everything written."""
    words = {
        "name": link.recipient_name,
        "title": link.document.title,
        "url": link.url,
        "partnership": link.document.partnership.name,
        "date": link.expires_at.date().isoformat(),
    }
    hello = _("Hello %(name)s,") % words if link.recipient_name else _("Hello,")
    body = _(
        "please fill in “%(title)s” for our partnership “%(partnership)s”. No account is needed:"
        "\n\n%(url)s\n\nThe link works until %(date)s."
    )
    subject = _("Please fill in: %(title)s") % words
    letter = hello + "\n\n" + body % words
    return f"mailto:{quote(link.recipient_email, safe='@')}?subject={quote(subject)}&body={quote(letter)}"


@require_POST
def link_revoke(request: HttpRequest, *, reference: str, public_id: str) -> HttpResponse:
    document = steerable(request, reference)
    link = the_link(document, public_id)
    try:
        revoke_share_link(link, by=request.user)
    except ValidationError as error:
        return refused(request, document, error)
    messages.success(request, _("The link has been revoked. Whoever opens it is told to ask you for a new one."))
    return redirect("toolkit:document-links", reference=reference)


@require_POST
def link_send(request: HttpRequest, *, reference: str, public_id: str) -> HttpResponse:
    document = steerable(request, reference)
    link = the_link(document, public_id)
    try:
        resend_share_link(link, by=request.user)
    except ValidationError as error:
        return refused(request, document, error)
    messages.success(request, _("The link goes to %(email)s now.") % {"email": link.recipient_email})
    return redirect("toolkit:document-links", reference=reference)


def the_link(document: Document, public_id: str) -> ShareLink:
    link = get_object_or_404(document.links.select_related("created_by"), public_id=public_id)
    link.document = document
    return link


def refused(request: HttpRequest, document: Document, error: ValidationError) -> HttpResponse:
    return _show(request, document, LinkForm(document=document), refusal=" ".join(error.messages), status=409)
