"""A work plan read in other ways: by quarters, as a timeline, as the versions that were approved, compared."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from partnerships.forms.workplan import YearForm
from partnerships.models import PlanVersion, WorkPlan
from partnerships.planning.differences import differences
from partnerships.planning.quarters import by_quarter, quarter_of, quarters_of_year, years_of
from partnerships.planning.reading import charts_of, text_of
from partnerships.planning.rows import read_rows
from partnerships.planning.snapshot import content_of
from partnerships.views.workplan import get_plan, page_of, plan_text

DRAFT = "draft"


@require_safe
def workplan_quarters(request: HttpRequest, *, slug: str) -> HttpResponse:
    """Four quarters of a year, which may begin in another month than January: ``?year=2026&starts=10``."""
    plan = get_plan(request, slug)
    rows, today = read_rows(plan), timezone.localdate()
    # The year to show hangs on the month it begins with, so that is read first.
    form = YearForm(request.GET, years=[])
    form.is_valid()
    first_month = form.value("starts", 1)
    years = years_of(rows.activities, today, first_month)
    form = YearForm(request.GET or None, years=[(year, _year(year, first_month)) for year in years])
    this_year = quarter_of(today, first_month).year
    year = form.value("year", this_year) if form.is_valid() else this_year
    form.initial = {"year": year, "starts": first_month}
    form.is_bound = False
    undated = [each for each in rows.activities if not (each.starts_on or each.ends_on)]
    return render(
        request,
        "partnerships/workplan_quarters.html",
        {
            **page_of(request, plan, "workplan-quarters"),
            "quarters": by_quarter(rows.activities, quarters_of_year(year, first_month), today),
            "form": form,
            "year": _year(year, first_month),
            "undated": undated,
            "has_rows": bool(rows.activities),
        },
    )


def _year(year: int, first_month: int) -> str:
    return str(year) if first_month == 1 else f"{year}/{(year + 1) % 100:02d}"


@require_safe
def workplan_timeline(request: HttpRequest, *, slug: str) -> HttpResponse:
    plan = get_plan(request, slug)
    text = plan_text(read_rows(plan))
    return render(
        request,
        "partnerships/workplan_timeline.html",
        {**page_of(request, plan, "workplan-timeline"), "charts": charts_of(text, timezone.localdate())},
    )


@require_safe
def workplan_versions(request: HttpRequest, *, slug: str) -> HttpResponse:
    """Every version that was approved, and the proposals that came to nothing."""
    plan = get_plan(request, slug)
    versions = plan.versions.select_related("proposed_by").prefetch_related("approvals").defer("content", "risks")
    versions = list(versions)
    for version in versions:
        version.plan = plan
        for approval in version.approvals.all():
            approval.label = plan.partnership.side_label(approval.side)
    approved = [version for version in versions if version.approved_at]
    return render(
        request,
        "partnerships/workplan_versions.html",
        {
            **page_of(request, plan, "workplan-versions"),
            "approved": approved,
            "others": [version for version in versions if not version.approved_at],
            "choices": _choices(approved),
            "ends": (str(approved[0].number), DRAFT) if approved else ("", ""),
        },
    )


def _choices(approved: list[PlanVersion]) -> list[tuple[str, str]]:
    numbered = [(str(each.number), _("Version %(n)s") % {"n": each.number}) for each in approved]
    return [(DRAFT, _("The plan as it stands now")), *numbered]


@require_safe
def workplan_version(request: HttpRequest, *, slug: str, number: int) -> HttpResponse:
    """A version as it was approved, word for word."""
    plan = get_plan(request, slug)
    version = get_object_or_404(plan.versions.approved().select_related("proposed_by"), number=number)
    version.plan = plan
    approvals = list(version.approvals.all())
    for approval in approvals:
        approval.label = plan.partnership.side_label(approval.side)
    return render(
        request,
        "partnerships/workplan_version.html",
        {
            **page_of(request, plan, "workplan-versions"),
            "version": version,
            "approvals": approvals,
            "text": text_of(version.content, side_label=plan.partnership.side_label, today=timezone.localdate()),
        },
    )


@require_safe
def workplan_compare(request: HttpRequest, *, slug: str) -> HttpResponse:
    """What differs between two approved versions, or one of them and the plan of now: ``?from=1&to=draft``."""
    plan = get_plan(request, slug)
    approved = list(plan.versions.approved().defer("risks"))
    if not approved:
        raise Http404
    choices = _choices(approved)
    known = dict(choices)
    ends = [request.GET.get("from", str(approved[0].number)), request.GET.get("to", DRAFT)]
    if not set(ends) <= set(known):
        raise Http404
    old, new = (_content(plan, approved, end) for end in ends)
    return render(
        request,
        "partnerships/workplan_compare.html",
        {
            **page_of(request, plan, "workplan-versions"),
            "changes": differences(old, new, side_label=plan.partnership.side_label),
            "choices": choices,
            "ends": ends,
            "old_label": known[ends[0]],
            "new_label": known[ends[1]],
        },
    )


def _content(plan: WorkPlan, approved: list[PlanVersion], end: str) -> dict:
    if end == DRAFT:
        return content_of(read_rows(plan))
    return next(version.content for version in approved if str(version.number) == end)
