"""Contributions as files for spreadsheets."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from partnerships.contribution_filters import ContributionFilterSet
from partnerships.contribution_table import contribution_head, contribution_rows, contributions_of
from partnerships.models import Partnership
from toolkit.exchange.workbook import write_workbook
from toolkit.views.workplan import XLSX
from twinning.tables import csv_response


@require_safe
def contribution_export(request: HttpRequest, *, slug: str, kind: str) -> HttpResponseBase:
    """The contributions of the list as it is narrowed down, with all they say, as ``csv`` or ``xlsx``."""
    if kind not in ("csv", "xlsx"):
        raise Http404
    seen = Partnership.objects.visible_to(request.user).select_related("programme")
    partnership = get_object_or_404(seen, slug=slug)
    found = ContributionFilterSet(
        request.GET, contributions_of(partnership), user=request.user, partnership=partnership
    )
    rows = contribution_rows(found.qs, partnership)
    if kind == "csv":
        return csv_response(f"{partnership.reference} {_('Contributions')}", contribution_head(), rows)
    book = write_workbook({str(_("Contributions")): [contribution_head(), *rows]})
    answer = HttpResponse(book, content_type=XLSX)
    answer["Content-Disposition"] = content_disposition_header(True, f"{partnership.reference}-contributions.xlsx")
    answer["Cache-Control"] = "private, no-store"
    return answer
