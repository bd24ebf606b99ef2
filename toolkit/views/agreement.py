"""Where agreements meet the toolkit: a text taken from a document, and an agreement on paper."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from partnerships.models import Acceptance, Agreement, AgreementParty, AgreementText, Partnership
from partnerships.permissions import can_edit_partnership
from toolkit.actions.agreements import documents_to_sign, start_agreement_from
from toolkit.rendering.agreement import agreement_pdf as make_pdf
from toolkit.views.papers import pdf_response


@require_http_methods(["GET", "HEAD", "POST"])
def agreement_from_document(request: HttpRequest, *, slug: str) -> HttpResponse:
    """The documents whose text may be signed; choosing one starts an agreement with it."""
    seen = Partnership.objects.visible_to(request.user).select_related("programme")
    partnership = get_object_or_404(seen, slug=slug)
    if not can_edit_partnership(request.user, partnership):
        raise PermissionDenied
    documents, refusal = documents_to_sign(partnership), ""
    if request.method == "POST":
        document = get_object_or_404(documents, reference=request.POST.get("document", ""))
        try:
            agreement = start_agreement_from(document, by=request.user)
        except ValidationError as error:
            refusal = " ".join(error.messages)
        else:
            words = {"reference": document.reference}
            messages.success(request, _("The agreement has been started with the text of %(reference)s.") % words)
            return redirect(agreement)
    context = {"partnership": partnership, "documents": documents, "refusal": refusal}
    return render(request, "toolkit/agreement_from_document.html", context, status=409 if refusal else 200)


@require_safe
def agreement_pdf(request: HttpRequest, *, reference: str) -> HttpResponse:
    whole = (
        Agreement.objects.visible_to(request.user)
        .select_related("partnership__programme", "parent")
        .prefetch_related(
            Prefetch("parties", AgreementParty.objects.select_related("participation__organization")),
            Prefetch("texts", AgreementText.objects.select_related("file")),
            Prefetch("acceptances", Acceptance.objects.live()),
        )
    )
    agreement = get_object_or_404(whole, reference=reference)
    return pdf_response(request, lambda: make_pdf(agreement))
