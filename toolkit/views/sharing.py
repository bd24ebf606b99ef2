"""Shared resources and transfers as files for spreadsheets."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from partnerships.models import Partnership
from partnerships.sharing_filters import ResourceFilterSet, TransferFilterSet
from partnerships.sharing_tables import resource_head, resource_rows, transfer_head, transfer_rows
from toolkit.exchange.workbook import write_workbook
from toolkit.views.workplan import XLSX
from twinning.tables import csv_response


@require_safe
def resource_export(request: HttpRequest, *, slug: str, kind: str) -> HttpResponseBase:
    """The resources of the list as it is narrowed down, as ``csv`` or ``xlsx``."""
    partnership = _seen(request, slug, kind)
    rows = partnership.resources.for_list()
    found = ResourceFilterSet(request.GET, rows, user=request.user, partnership=partnership)
    lines = resource_rows(found.qs, partnership)
    return _answer(kind, partnership, "resources", str(_("Shared resources")), resource_head(), lines)


@require_safe
def transfer_export(request: HttpRequest, *, slug: str, kind: str) -> HttpResponseBase:
    """The items of the transfers of the list as it is narrowed down, as ``csv`` or ``xlsx``."""
    partnership = _seen(request, slug, kind)
    rows = partnership.transfers.for_list()
    found = TransferFilterSet(request.GET, rows, user=request.user, partnership=partnership)
    lines = transfer_rows(found.qs)
    return _answer(kind, partnership, "transfers", str(_("Transfers")), transfer_head(), lines)


def _seen(request: HttpRequest, slug: str, kind: str) -> Partnership:
    if kind not in ("csv", "xlsx"):
        raise Http404
    return get_object_or_404(Partnership.objects.visible_to(request.user).select_related("programme"), slug=slug)


def _answer(
    kind: str, partnership: Partnership, name: str, title: str, head: list[str], rows: Iterable[list[Any]]
) -> HttpResponseBase:
    if kind == "csv":
        return csv_response(f"{partnership.reference} {name}", head, rows)
    answer = HttpResponse(write_workbook({title: [head, *rows]}), content_type=XLSX)
    answer["Content-Disposition"] = content_disposition_header(True, f"{partnership.reference}-{name}.xlsx")
    answer["Cache-Control"] = "private, no-store"
    return answer
