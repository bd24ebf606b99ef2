"""A link on paper: QR code and short address."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from toolkit.actions.links import give_code
from toolkit.rendering.link_paper import link_html, link_sheet
from toolkit.rendering.link_paper import link_pdf as make_pdf
from toolkit.views.link import refused, steerable, the_link
from toolkit.views.papers import pdf_response


@require_POST
def link_code(request: HttpRequest, *, reference: str, public_id: str) -> HttpResponse:
    """Give the link a short code if it has none, or another one; then to the page that can be printed."""
    document = steerable(request, reference)
    link = the_link(document, public_id)
    renew = request.POST.get("renew") == "1"
    try:
        give_code(link, renew=renew)
    except ValidationError as error:
        return refused(request, document, error)
    if renew:
        messages.success(request, _("The link has a new short address. The old one opens nothing any more."))
    return redirect("toolkit:link-print", reference=reference, public_id=public_id)


@require_safe
@never_cache
def link_print(request: HttpRequest, *, reference: str, public_id: str) -> HttpResponse:
    document = steerable(request, reference)
    link = the_link(document, public_id)
    if not link.is_live:
        return redirect("toolkit:document-links", reference=reference)
    sheet = link_sheet(link)
    context = {"document": document, "link": link, "sheet": sheet, "paper": link_html(sheet)}
    return render(request, "toolkit/link_print.html", context)


@require_safe
@never_cache
def link_pdf(request: HttpRequest, *, reference: str, public_id: str) -> HttpResponse:
    document = steerable(request, reference)
    link = the_link(document, public_id)
    if not link.is_live:
        return redirect("toolkit:document-links", reference=reference)
    return pdf_response(request, lambda: make_pdf(link))
