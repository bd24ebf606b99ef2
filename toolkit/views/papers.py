"""A PDF as an answer: kept apart by its hash, named safely, and a page that says why when there is none."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header, quote_etag, urlencode

from toolkit.rendering.pdf import PdfUnavailable, RenderFailed

RETRY_AFTER_SECONDS = 60
# The page that shows on the screen what a PDF shows on paper: what the browser can print itself.
SAME_ON_SCREEN = {
    "toolkit:tool-blank-pdf": "toolkit:tool-blank",
    "toolkit:tool-example-pdf": "toolkit:tool-example",
    "toolkit:agreement-pdf": "partnerships:agreement-detail",
    "toolkit:document-pdf": "toolkit:document-detail",
    "toolkit:document-compare-pdf": "toolkit:document-compare",
    "toolkit:shared-pdf": "toolkit:shared-done",
    "toolkit:link-pdf": "toolkit:link-print",
    "toolkit:document-fillable": "toolkit:document-detail",
    "toolkit:shared-fillable": "toolkit:shared-done",
    "toolkit:certificates-pdf": "partnerships:workshop-results",
    "toolkit:sign-in-sheet-pdf": "partnerships:sign-in-sheet",
    "toolkit:workplan-pdf": "partnerships:workplan-detail",
    "toolkit:workplan-version-pdf": "partnerships:workplan-version",
}


def pdf_response(request: HttpRequest, make: Callable[[], tuple[bytes, str]]) -> HttpResponse:
    """The PDF and file name that ``make`` gives, or 304 when the browser has it, or a page that says what is wrong."""
    return file_response(request, make)


def file_response(
    request: HttpRequest, make: Callable[[], tuple[bytes, str]], *, kind: str = "application/pdf"
) -> HttpResponse:
    """As pdf_response(), for other files that are made of PDF files."""
    try:
        pdf, name = make()
    except PdfUnavailable as problem:
        return refused(request, problem.message, status=503)
    except RenderFailed as problem:
        if problem.reason == "busy":
            answer = refused(request, problem.message, status=503)
            answer["Retry-After"] = RETRY_AFTER_SECONDS
            return answer
        return refused(request, problem.message, status=422)
    etag = quote_etag(hashlib.sha256(pdf).hexdigest()[:32])
    answer = HttpResponse(pdf, content_type=kind)
    answer["Content-Disposition"] = content_disposition_header(kind != "application/pdf", name)
    answer["ETag"] = etag
    answer["Cache-Control"] = "private, no-store"
    answer["X-Content-Type-Options"] = "nosniff"
    return get_conditional_response(request, etag=etag, response=answer)


def refused(request: HttpRequest, message, *, status: int) -> HttpResponse:
    match = request.resolver_match
    same = SAME_ON_SCREEN.get(match.view_name if match else "")
    return render(
        request,
        "toolkit/pdf_refused.html",
        {
            "message": message,
            "page_url": reverse(same, kwargs=match.kwargs) + _language(request) if same else "",
            "layout": "layouts/app.html" if request.user.is_authenticated else "layouts/public.html",
        },
        status=status,
    )


def _language(request: HttpRequest) -> str:
    """The language that was asked for, to be asked for again."""
    lang = request.GET.get("lang", "")
    return f"?{urlencode({'lang': lang})}" if lang else ""
