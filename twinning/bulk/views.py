"""Lists in and out. A file that came in is looked at, shown, and only then taken: the same bytes, after a yes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files import File
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from toolkit.exchange.workbook import write_workbook
from twinning import holding
from twinning.bulk.checking import Findings, Kind
from twinning.bulk.exports import EXPORTS, EXPORTS_FOR_FEW, EXPORTS_OF
from twinning.bulk.forms import TableForm
from twinning.bulk.kinds import KINDS, KINDS_INTO
from twinning.bulk.listing import Asked, Export
from twinning.bulk.reading import folded, read_table
from twinning.tables import csv_response, workbook_response

SHOWN_FAULTS, SHOWN_NEW = 50, 10
# Signs that no sheet may have in its name
NO_SHEET = re.compile(r"[\[\]:*?/\\]")
# A workbook is made whole in memory; longer lists go out as CSV, which is made while it is sent.
MOST_IN_A_WORKBOOK = 20_000


# In


@require_http_methods(["GET", "HEAD", "POST"])
def bulk_import(request: HttpRequest, *, kind: str, into: str = "") -> HttpResponse:
    """Choose a file; what it would do is shown before anything is kept."""
    wanted = _kind(request, kind, into)
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
    context = {"form": form, "kind": wanted, "most": wanted.most, "steps": _steps(wanted), "refusal": wanted.refusal()}
    return render(request, "bulk/import.html", context, status=status)


def _kind(request: HttpRequest, slug: str, into: str) -> Kind:
    """The kind for this person; 404 where ``into`` is nothing that they see, 403 where they only read it."""
    kinds = KINDS_INTO if into else KINDS
    if slug not in kinds:
        raise Http404
    kind = kinds[slug](request.user, into) if into else kinds[slug](request.user)
    if not kind.may():
        raise PermissionDenied
    return kind


def _steps(kind: Kind) -> dict[str, str]:
    return {step: kind.address(step) for step in ("import", "take", "faults", "template")}


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
        "steps": _steps(kind),
        "found": found,
        "notes": kind.notes(found),
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
def bulk_take(request: HttpRequest, *, kind: str, into: str = "") -> HttpResponse:
    """Add every row that is in order, all of them or none."""
    wanted = _kind(request, kind, into)
    found = _held(request, wanted)
    if found is None:
        messages.error(request, _("This file is no longer here. Please choose it again; nothing was added."))
        return redirect(wanted.address("import"))
    try:
        with transaction.atomic():
            wanted.save_all(found.new, source=holding.held_name(request.POST["file"]))
    except ValidationError as error:
        messages.error(request, _("Nothing was added: %(reason)s") % {"reason": " ".join(error.messages)})
        return redirect(wanted.address("import"))
    holding.let_go(request.POST.get("file", ""))
    n = len(found.new)
    messages.success(request, ngettext("%(n)s row was added.", "%(n)s rows were added.", n) % {"n": n})
    return redirect(wanted.list_url)


@require_POST
def bulk_faults(request: HttpRequest, *, kind: str, into: str = "") -> HttpResponse:
    """The rows that cannot be taken, as they came, with the reasons in a column in front: to be put right and sent."""
    wanted = _kind(request, kind, into)
    found = _held(request, wanted)
    if found is None:
        messages.error(request, _("This file is no longer here. Please choose it again."))
        return redirect(wanted.address("import"))
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
def bulk_template(request: HttpRequest, *, kind: str, into: str = "") -> HttpResponse:
    """An empty workbook with the headings and one row that shows how."""
    wanted = _kind(request, kind, into)
    heads = [f"{column.heading} *" if column.is_needed else str(column.heading) for column in wanted.columns]
    return _workbook(kind, [heads, [column.example for column in wanted.columns]])


# Out


@require_safe
def bulk_export(request: HttpRequest, *, kind: str, ending: str, of: str = "") -> HttpResponseBase:
    """A list as the person sees it, narrowed down as on its page; ``of`` is what its rows belong to."""
    exports = EXPORTS_OF if of else EXPORTS | EXPORTS_FOR_FEW
    if kind not in exports:
        raise Http404
    export = exports[kind]
    if export.may and not export.may(request.user):
        raise PermissionDenied
    whose = export.whose(request.user, of) if of else None
    asked = Asked(user=request.user, query=request.GET, of=whose)
    found = export.found(asked)
    if found.status != 200:
        raise Http404
    name = f"{of} {export.title}".strip()
    if ending == "csv":
        return csv_response(name, export.headings(asked), export.lines(found.qs, asked))
    n = len(found.qs) if isinstance(found.qs, list) else found.qs.count()
    if n > MOST_IN_A_WORKBOOK:
        messages.error(request, _("This list is too long for a workbook. Take it as CSV."))
        return redirect(_page_of(export, of))
    return _workbook(name, [export.headings(asked), *export.lines(found.qs, asked)], sheet=str(export.title))


def _page_of(export: Export, of: str) -> str:
    """The page of the list; the home page where that takes more than this address says."""
    try:
        return reverse(export.page, args=[of] if of else [])
    except NoReverseMatch:
        return reverse("home")


def _workbook(name: str, rows: list[list[Any]], *, sheet: str = "") -> HttpResponse:
    return workbook_response(name, write_workbook({NO_SHEET.sub(" ", sheet or name)[:31]: rows}))
