"""Lists in and out. A file that came in is looked at, shown, and only then taken: the same bytes, after a yes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files import File
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from toolkit.exchange.workbook import write_workbook
from twinning import holding
from twinning.bulk.checking import Findings, Kind
from twinning.bulk.exports import EXPORTS
from twinning.bulk.forms import TableForm
from twinning.bulk.kinds import KINDS
from twinning.bulk.reading import ENDINGS, MOST_ROWS, folded, read_table
from twinning.tables import csv_response

SHOWN_FAULTS, SHOWN_NEW = 50, 10
LISTS = {"organizations": "partnerships:organization-list", "contacts": "partnerships:contact-list"}
# A workbook is made whole in memory; longer lists go out as CSV, which is made while it is sent.
MOST_IN_A_WORKBOOK = 20_000


# In


@require_http_methods(["GET", "HEAD", "POST"])
def bulk_import(request: HttpRequest, *, kind: str) -> HttpResponse:
    """Choose a file; what it would do is shown before anything is kept."""
    wanted = _kind(request, kind)
    form = TableForm(request.POST if request.method == "POST" else None, request.FILES or None)
    status = 200
    if form.is_bound:
        found = _looked_at(form, wanted)
        token = holding.hold(form.cleaned_data["file"]) if found else ""
        if found and token:
            return render(request, "bulk/preview.html", _preview(wanted, found, token, form.cleaned_data["file"].name))
        if found:
            form.add_error("file", _("Too many files wait here at the moment. Please try again in a while."))
        status = 503 if found else 400
    context = {"form": form, "kind": wanted, "most": MOST_ROWS, "list_url": LISTS[kind], "title": EXPORTS[kind].title}
    return render(request, "bulk/import.html", context, status=status)


def _kind(request: HttpRequest, slug: str) -> Kind:
    if slug not in KINDS:
        raise Http404
    kind = KINDS[slug](request.user)
    if not kind.may():
        raise PermissionDenied
    return kind


def _looked_at(form: TableForm, kind: Kind) -> Findings | None:
    if not form.is_valid():
        return None
    try:
        return kind.check(read_table(form.cleaned_data["file"]))
    except ValidationError as error:
        form.add_error("file", error)
        return None


def _preview(kind: Kind, found: Findings, token: str, name: str) -> dict[str, Any]:
    columns = [column for column in kind.columns if any(folded(each) in column.names for each in found.table.headings)]
    return {
        "kind": kind,
        "title": EXPORTS[kind.slug].title,
        "list_url": LISTS[kind.slug],
        "found": found,
        "faults": found.faults[:SHOWN_FAULTS],
        "n_more_faults": max(0, len(found.faults) - SHOWN_FAULTS),
        "columns": columns,
        "sample": [[_cell(fresh.row.cells, column.names) for column in columns] for fresh in found.new[:SHOWN_NEW]],
        "token": token,
        "name": name,
    }


def _cell(cells, names: Iterable[str]) -> str:
    return next((cells[name] for name in names if name in cells), "")


@require_POST
def bulk_take(request: HttpRequest, *, kind: str) -> HttpResponse:
    """Add every row that is in order, all of them or none."""
    wanted = _kind(request, kind)
    found = _held(request, wanted)
    if found is None:
        messages.error(request, _("This file is no longer here. Please choose it again; nothing was added."))
        return redirect("bulk-import", kind=kind)
    try:
        with transaction.atomic():
            for fresh in found.new:
                wanted.save(fresh)
    except ValidationError as error:
        messages.error(request, _("Nothing was added: %(reason)s") % {"reason": " ".join(error.messages)})
        return redirect("bulk-import", kind=kind)
    holding.let_go(request.POST.get("file", ""))
    n = len(found.new)
    messages.success(request, ngettext("%(n)s row was added.", "%(n)s rows were added.", n) % {"n": n})
    return redirect(LISTS[kind])


@require_POST
def bulk_faults(request: HttpRequest, *, kind: str) -> HttpResponse:
    """The rows that cannot be taken, as they came, with the reasons in a column in front: to be put right and sent."""
    found = _held(request, _kind(request, kind))
    if found is None:
        messages.error(request, _("This file is no longer here. Please choose it again."))
        return redirect("bulk-import", kind=kind)
    head = [_("What is wrong"), *found.table.headings]
    lines = [
        [" ".join(fault.reasons), *(fault.row.cells.get(folded(each), "") for each in found.table.headings)]
        for fault in found.faults
    ]
    return _workbook(f"{kind}-to-put-right", [head, *lines])


def _held(request: HttpRequest, kind: Kind) -> Findings | None:
    file: File | None = holding.fetch(request.POST.get("file", ""))
    if file is None:
        return None
    try:
        return kind.check(read_table(file))
    except ValidationError:
        return None


@require_safe
def bulk_template(request: HttpRequest, *, kind: str) -> HttpResponse:
    """An empty workbook with the headings and one row that shows how."""
    wanted = _kind(request, kind)
    heads = [f"{column.heading} *" if column.is_needed else str(column.heading) for column in wanted.columns]
    return _workbook(kind, [heads, [column.example for column in wanted.columns]])


# Out


@require_safe
def bulk_export(request: HttpRequest, *, kind: str, ending: str) -> HttpResponse | StreamingHttpResponse:
    """A list as the person sees it, narrowed down as on its page."""
    if kind not in EXPORTS:
        raise Http404
    export = EXPORTS[kind]
    found = export.found(request.user, request.GET)
    if found.status != 200:
        raise Http404
    if ending == "csv":
        return csv_response(str(export.title), export.headings, export.lines(found.qs))
    if found.qs.count() > MOST_IN_A_WORKBOOK:
        messages.error(request, _("This list is too long for a workbook. Take it as CSV."))
        return redirect(LISTS.get(kind, "partnerships:partnership-list"))
    return _workbook(str(export.title), [[str(each) for each in export.headings], *export.lines(found.qs)])


def _workbook(name: str, rows: list[list[Any]]) -> HttpResponse:
    made = write_workbook({name[:31]: rows})
    response = HttpResponse(made, content_type=ENDINGS["xlsx"])
    response["Content-Disposition"] = f'attachment; filename="{slugify(name) or "list"}.xlsx"'
    return response
