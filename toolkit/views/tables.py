"""Contributions, shared resources and transfers of a partnership as files for spreadsheets.

They stand beside the lists of twinning/bulk, which are read cell by cell: here one row may be many lines.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from partnerships.contribution_filters import ContributionFilterSet
from partnerships.contribution_table import contribution_head, contribution_rows, contributions_of
from partnerships.filters import SearchFilterSet
from partnerships.models import Partnership
from partnerships.sharing_filters import ResourceFilterSet, TransferFilterSet
from partnerships.sharing_tables import resource_head, resource_rows, transfer_head, transfer_rows
from toolkit.exchange.workbook import write_workbook
from twinning.tables import csv_response, workbook_response


@require_safe
def contribution_export(request: HttpRequest, *, slug: str, kind: str) -> HttpResponseBase:
    """The contributions of the list as it is narrowed down, with all they say."""
    partnership = _seen(request, slug)
    found = _narrowed(request, partnership, contributions_of(partnership), ContributionFilterSet)
    return _answer(kind, partnership, _("Contributions"), contribution_head, contribution_rows(found, partnership))


@require_safe
def resource_export(request: HttpRequest, *, slug: str, kind: str) -> HttpResponseBase:
    """The resources of the list as it is narrowed down."""
    partnership = _seen(request, slug)
    found = _narrowed(request, partnership, partnership.resources.for_list(), ResourceFilterSet)
    return _answer(kind, partnership, _("Shared resources"), resource_head, resource_rows(found, partnership))


@require_safe
def transfer_export(request: HttpRequest, *, slug: str, kind: str) -> HttpResponseBase:
    """The items of the transfers of the list as it is narrowed down."""
    partnership = _seen(request, slug)
    found = _narrowed(request, partnership, partnership.transfers.for_list(), TransferFilterSet)
    return _answer(kind, partnership, _("Transfers"), transfer_head, transfer_rows(found))


def _seen(request: HttpRequest, slug: str) -> Partnership:
    return get_object_or_404(Partnership.objects.visible_to(request.user).select_related("programme"), slug=slug)


def _narrowed(
    request: HttpRequest, partnership: Partnership, rows: QuerySet, filters: type[SearchFilterSet]
) -> QuerySet:
    return filters(request.GET, rows, user=request.user, partnership=partnership).qs


def _answer(
    kind: str, partnership: Partnership, title: str, head: Callable[[], list[str]], lines: Iterable[list[Any]]
) -> HttpResponseBase:
    name = f"{partnership.reference} {title}"
    if kind == "csv":
        return csv_response(name, head(), lines)
    if kind == "xlsx":
        return workbook_response(name, write_workbook({title: [head(), *lines]}))
    raise Http404
