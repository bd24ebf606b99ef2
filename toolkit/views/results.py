"""What many people answered, counted, for those who look after the document; and as files."""

from __future__ import annotations

from itertools import groupby

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from toolkit.actions.collecting import n_answers
from toolkit.exchange.workbook import write_workbook
from toolkit.models import Document
from toolkit.permissions import can_see_results
from toolkit.results import FEW_ANSWERS, MOST_READ, results_of
from toolkit.results_table import MOST_IN_WORKBOOK, results_head, results_rows
from toolkit.states import Mode
from toolkit.views.filling import get_document
from twinning.tables import csv_response, workbook_response


@require_safe
def document_results(request: HttpRequest, *, reference: str) -> HttpResponse:
    document = _readable(request, reference)
    results = results_of(document)
    context = {
        "document": document,
        "results": results,
        "answers": n_answers(document),
        "few": FEW_ANSWERS,
        "is_part": results.n_read == MOST_READ and results.n > MOST_READ,
        "groups": [(label, list(rows)) for label, rows in groupby(results.questions, key=lambda each: each.group)],
    }
    return render(request, "toolkit/document_results.html", context)


@require_safe
def document_results_export(request: HttpRequest, *, reference: str, kind: str) -> HttpResponseBase:
    document = _readable(request, reference)
    results = results_of(document)
    if results.is_guarded:
        messages.warning(request, _("Without names answers are told from %(n)s people on.") % {"n": FEW_ANSWERS})
        return redirect("toolkit:document-results", reference=reference)
    head, rows = results_head(document), results_rows(document, results)
    if kind == "csv":
        answer = csv_response(document.reference, head, rows)
    elif kind == "xlsx":
        if results.n > MOST_IN_WORKBOOK:
            messages.warning(
                request, _("A workbook holds up to %(n)s answers. Take the CSV file.") % {"n": MOST_IN_WORKBOOK}
            )
            return redirect("toolkit:document-results", reference=reference)
        answer = workbook_response(document.reference, write_workbook({str(_("Answers")): [head, *rows]}))
    else:
        raise Http404
    answer["Cache-Control"] = "private, no-store"
    return answer


def _readable(request: HttpRequest, reference: str) -> Document:
    document = get_document(request, reference)
    if document.mode != Mode.OPEN:
        raise Http404
    if not can_see_results(request.user, document):
        raise PermissionDenied
    return document
