"""Work plans as files: on paper, and as a table for other programs."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from partnerships.models import Partnership, WorkPlan
from partnerships.planning.reading import text_of
from partnerships.planning.rows import read_rows
from partnerships.planning.snapshot import content_of
from toolkit.exchange.plan_table import plan_table, to_csv, to_workbook
from toolkit.rendering.workplan import plan_pdf, version_pdf
from toolkit.views.papers import pdf_response
from twinning.tables import XLSX

FILES = {"csv": (to_csv, "text/csv; charset=utf-8"), "xlsx": (to_workbook, XLSX)}


def _plan(request: HttpRequest, slug: str) -> WorkPlan:
    seen = Partnership.objects.visible_to(request.user)
    plans = WorkPlan.objects.select_related("partnership__programme", "current_version")
    return get_object_or_404(plans, partnership__slug=slug, partnership__in=seen)


@require_safe
def workplan_pdf(request: HttpRequest, *, slug: str) -> HttpResponse:
    plan = _plan(request, slug)
    return pdf_response(request, lambda: plan_pdf(plan))


@require_safe
def workplan_version_pdf(request: HttpRequest, *, slug: str, number: int) -> HttpResponse:
    plan = _plan(request, slug)
    version = get_object_or_404(plan.versions.approved(), number=number)
    version.plan = plan
    return pdf_response(request, lambda: version_pdf(version))


@require_safe
def workplan_export(request: HttpRequest, *, slug: str, kind: str) -> HttpResponse:
    """Every activity with all it says, as ``csv`` or ``xlsx``."""
    if kind not in FILES:
        raise Http404
    plan = _plan(request, slug)
    rows = read_rows(plan)
    side_label = plan.partnership.side_label
    text = text_of(content_of(rows), side_label=side_label, today=timezone.localdate(), activities=rows.by_number)
    write, content_type = FILES[kind]
    answer = HttpResponse(write(plan_table(text, side_label)), content_type=content_type)
    name = f"{plan.partnership.reference}-work-plan.{kind}"
    answer["Content-Disposition"] = content_disposition_header(True, name)
    answer["Cache-Control"] = "private, no-store"
    return answer
