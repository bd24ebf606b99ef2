"""Workshops on paper."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from partnerships.models import Certificate, Workshop
from partnerships.permissions import can_edit_partnership
from toolkit.rendering.workshop import certificates_pdf as make_certificates
from toolkit.rendering.workshop import sign_in_pdf
from toolkit.views.papers import pdf_response


def _workshop(request: HttpRequest, reference: str) -> Workshop:
    seen = Workshop.objects.visible_to(request.user).select_related("partnership__programme")
    return get_object_or_404(seen, reference=reference)


@require_safe
def certificates_pdf(request: HttpRequest, *, reference: str) -> HttpResponse:
    """All certificates of a workshop that are not revoked, one a page."""
    workshop = _workshop(request, reference)
    certificates = list(Certificate.objects.live().filter(registration__workshop=workshop))
    if not certificates:
        raise Http404
    return pdf_response(request, lambda: make_certificates(workshop, certificates))


@require_safe
def certificate_pdf(request: HttpRequest, *, reference: str, pk: int) -> HttpResponse:
    workshop = _workshop(request, reference)
    certificate = get_object_or_404(Certificate, registration__workshop=workshop, pk=pk)
    return pdf_response(request, lambda: make_certificates(workshop, [certificate]))


@require_safe
def sign_in_sheet_pdf(request: HttpRequest, *, reference: str) -> HttpResponse:
    """The sheet holds the names of all: it is for those who may change the list."""
    workshop = _workshop(request, reference)
    if not can_edit_partnership(request.user, workshop.partnership):
        raise PermissionDenied
    return pdf_response(request, lambda: sign_in_pdf(workshop))
