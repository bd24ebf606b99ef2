"""What is learnt from the use of the toolkit, for those who look after it: counts over many, and nobody's own."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from toolkit.cards import stars_of
from toolkit.kept import Kept, kept
from toolkit.learning import lessons_of
from toolkit.models import Document, Tool, ToolVersion
from toolkit.permissions import can_curate, can_learn
from toolkit.shelf import Entry, read_shelf
from toolkit.states import FILLABLE, DocumentState
from toolkit.statistics import FEW, LATELY_DAYS, Counts, counts_of, told, told_short
from twinning.paginate import paginate

PER_PAGE = 100


def hash_of(tools: list[int]) -> str:
    return hashlib.sha256(repr(tools).encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Column:
    """A column of the overview: its label, and what rows are sorted by."""

    label: Any
    value: Callable[[Entry, Counts], Any]
    is_number: bool = True


COLUMNS = {
    "title": Column(_("Tool"), lambda entry, counts: entry.title.casefold(), is_number=False),
    "opened": Column(_("Opened"), lambda entry, counts: counts.opened_lately),
    "tried": Column(_("Tried"), lambda entry, counts: counts.tried_lately),
    "started": Column(_("Started"), lambda entry, counts: counts.started),
    "submitted": Column(_("Submitted"), lambda entry, counts: counts.submitted),
    "accepted": Column(_("Accepted"), lambda entry, counts: counts.accepted),
    "partnerships": Column(_("Partnerships"), lambda entry, counts: counts.partnerships),
    "copies": Column(_("Copies"), lambda entry, counts: counts.copies),
    "rating": Column(_("Rating"), lambda entry, counts: counts.rating.mean if counts.rating else 0),
}
FIRST = "started"


@require_safe
def toolkit_learn(request: HttpRequest) -> HttpResponse:
    """All tools of the library in one table, sorted by the column that ``?by=`` names."""
    if not can_curate(request.user):
        raise PermissionDenied
    by = request.GET.get("by") if request.GET.get("by") in COLUMNS else FIRST
    shelf, counts = _counted()
    page = paginate(request, overview(by, shelf, counts.value), per_page=PER_PAGE)
    context = {
        "page": page,
        "rows": list(page),
        "columns": [{"name": name, "label": each.label, "is_number": each.is_number} for name, each in COLUMNS.items()],
        "by": by,
        "days": LATELY_DAYS,
        "least": told_short(1),
        "counted_at": counts.at,
    }
    return render(request, "toolkit/toolkit_learn.html", context)


def _shelf() -> dict[int, Entry]:
    in_use = ToolVersion.objects.published().filter(tool__withdrawn_at__isnull=True)
    return read_shelf(in_use.filter(tool__programme__isnull=True, tool__partnership__isnull=True))


def _counted() -> tuple[dict[int, Entry], Kept]:
    """Every tool of the library, and its counts with the time when they were made."""
    shelf = _shelf()
    return shelf, kept(f"counts:{hash_of(sorted(shelf))}", lambda: counts_of(list(shelf)))


def rows_of_use(by: str) -> list[dict]:
    """All of the overview, for a file."""
    shelf, counts = _counted()
    return overview(by, shelf, counts.value)


def overview(by: str, shelf: Mapping[int, Entry], counts: Mapping[int, Counts]) -> list[dict]:
    """Each tool of ``shelf`` as {entry, and its counts as they are told}, sorted by the column ``by``."""
    column = COLUMNS.get(by, COLUMNS[FIRST])
    rows = sorted(shelf.values(), key=lambda entry: column.value(entry, counts[entry.pk]), reverse=column.is_number)
    return [{"entry": entry, **_shown(counts[entry.pk], tell=told_short)} for entry in rows]


@require_safe
def tool_learn(request: HttpRequest, *, slug: str) -> HttpResponse:
    """What became of one tool, where people stumble in it, and what its copies change.

    For those who look after it: curators the library's tools, its owner a copy.
    """
    tool = get_object_or_404(
        Tool.objects.visible_to(request.user).select_related("section", "base", "partnership"), slug=slug
    )
    if not can_learn(request.user, tool):
        raise PermissionDenied
    versions = tool.versions.exclude(published_at=None).select_related("tool")
    version = get_object_or_404(versions.order_by("-published_at", "-number")[:1])
    learnt = kept(
        f"learnt:{version.pk}:{get_language()}",
        lambda: (counts_of([tool.pk])[tool.pk], lessons_of(version), _versions_in_use(tool)),
    )
    counts, lessons, versions_in_use = learnt.value
    context = {
        "tool": tool,
        "sees_all": can_curate(request.user),
        "version": version,
        "counts": counts,
        "shown": _shown(counts),
        "lessons": lessons,
        "n_copies": told(lessons.n_copies),
        "corrected": [{"label": each.label, "n": told(each.n)} for each in lessons.corrected],
        "left_out": [{"label": each.label, "n": told(each.n)} for each in lessons.left_out],
        "reworded": [{"label": each.label, "n": told(each.n)} for each in lessons.reworded],
        "versions": versions_in_use,
        "counted_at": learnt.at,
        "days": LATELY_DAYS,
        "few": FEW,
    }
    return render(request, "toolkit/tool_learn.html", context)


def _shown(counts: Counts, *, tell: Callable[[int], str] = told) -> dict[str, str]:
    """The counts as they are told: those of visits exactly, those of documents and partnerships when they are many."""
    return {
        "opened": str(counts.opened_lately),
        "tried": str(counts.tried_lately),
        "started": tell(counts.started),
        "submitted": tell(counts.submitted),
        "accepted": tell(counts.accepted),
        "partnerships": tell(counts.partnerships),
        "copies": tell(counts.copies),
        "rating": stars_of(counts.rating) if counts.rating else "",
    }


def _versions_in_use(tool: Tool) -> list[dict]:
    """Which versions of the tool itself documents stand on, the newest first."""
    rows = (
        Document.objects.filter(version__tool=tool)
        .exclude(state=DocumentState.WITHDRAWN)
        .values("version__number")
        .annotate(n=Count("pk"), n_open=Count("pk", filter=Q(state__in=FILLABLE)))
        .order_by("-version__number")
    )
    return [{"number": row["version__number"], "n": told(row["n"]), "n_open": told(row["n_open"])} for row in rows]
