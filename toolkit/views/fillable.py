"""A document as a PDF to fill in elsewhere, for people with an account and for holders of a link."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from toolkit.actions.saving import refuse_unless_fillable, refuse_unless_writable
from toolkit.exchange.fillable_out import fillable_pdf
from toolkit.forms.taking import offered_in
from toolkit.models import ShareLink
from toolkit.schema.definition import language_of
from toolkit.views.door import Door, account_door
from toolkit.views.papers import pdf_response, refused
from toolkit.views.shared import shared_link_required
from toolkit.views.taking import writing_link


@never_cache
@require_safe
def document_fillable(request: HttpRequest, *, reference: str) -> HttpResponse:
    return _fillable(request, account_door(request, reference))


@shared_link_required
@require_safe
def shared_fillable(request: HttpRequest, *, link: ShareLink) -> HttpResponse:
    return _fillable(request, writing_link(link))


def _fillable(request: HttpRequest, door: Door) -> HttpResponse:
    """The PDF to save, or a page that says why there is none."""
    response = door.response(request)
    try:
        refuse_unless_fillable(door.document)
        refuse_unless_writable(response, door.writer)
    except ValidationError as error:
        return refused(request, " ".join(error.messages), status=409)
    answer = pdf_response(
        request, lambda: fillable_pdf(response, writer=door.writer, options=_options(response, door.document))
    )
    if answer.status_code == 200:
        # In a browser's own reader much of it cannot be saved: it is for the disk.
        answer["Content-Disposition"] = answer["Content-Disposition"].replace("inline", "attachment", 1)
    return answer


def _options(response, document):
    lang = language_of(document.version.form, document.language)
    with translation.override(lang):
        return offered_in(response, lang)
