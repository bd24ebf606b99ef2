"""A partnership's work plan on paper: goal, objectives, activities, timeline, risks, approvals."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from partnerships.models import PlanVersion, WorkPlan
from partnerships.planning.reading import Charts, PlanText, charts_of, text_of
from partnerships.planning.rows import read_rows
from partnerships.planning.snapshot import content_of, risk_content
from partnerships.planning.words import say_day
from partnerships.workplan_states import LIVE_RISKS, PlanState, RiskLevel, RiskResponse, RiskState
from toolkit.rendering.plain import direction_of, locale_of
from toolkit.rendering.sheet import Fact
from toolkit.rendering.store import pdf_for


@dataclass(frozen=True, kw_only=True)
class PlanSheet:
    """A plan as layouts/print.html and toolkit/read/plan.html draw it. ``risks`` and ``approvals`` hold texts."""

    title: str
    lang: str
    direction: str
    running: str
    footing: str
    mark: str
    created: str
    facts: tuple[Fact, ...]
    text: PlanText
    charts: tuple[Charts, ...]
    risks: tuple[dict[str, str], ...]
    approvals: tuple[dict[str, str], ...]
    dress: str = "doc--wide"


def plan_pdf(plan: WorkPlan) -> tuple[bytes, str]:
    """The plan as it stands now, with how far everything is, and a name for the file. Raises what pdf_for() raises."""
    with translation.override(_language()):
        rows, today = read_rows(plan), timezone.localdate()
        text = text_of(
            content_of(rows),
            side_label=plan.partnership.side_label,
            today=today,
            activities=rows.by_number,
            objectives={block.objective.number: block.objective for block in rows.blocks},
        )
        standing = plan.current_version if plan.state == PlanState.APPROVED else None
        risks = risk_content(list(plan.risks.select_related("owner__contact")))
        state = plan.get_state_display()
        sheet = _sheet(
            plan, text, risks, standing, facts=[(_("State"), state), (_("As of"), say_day(today))], today=today
        )
        return pdf_for(plan_html(sheet)), f"{plan.partnership.reference}-work-plan.pdf"


def version_pdf(version: PlanVersion) -> tuple[bytes, str]:
    """A version as it was approved, with the risks of that day; the same bytes whenever it is asked for."""
    plan = version.plan
    with translation.override(_language()):
        day = timezone.localdate(version.approved_at)
        text = text_of(version.content, side_label=plan.partnership.side_label, today=day)
        facts = [(_("Version"), str(version.number)), (_("Approved on"), say_day(day))]
        if version.reason:
            facts.append((_("Reason"), version.reason))
        sheet = _sheet(plan, text, version.risks, version, facts=facts, today=day)
        return pdf_for(plan_html(sheet)), f"{plan.partnership.reference}-work-plan-{version.number}.pdf"


def plan_html(sheet: PlanSheet) -> SafeString:
    """The whole page for the PDF door."""
    context = {"sheet": sheet, "paper_size": getattr(settings, "PAPER", "A4"), "article": "toolkit/read/plan.html"}
    return render_to_string("layouts/print.html", context)


def _language() -> str:
    return translation.get_language() or "en"


def _sheet(
    plan: WorkPlan,
    text: PlanText,
    risks: list[dict[str, Any]],
    version: PlanVersion | None,
    *,
    facts: list[tuple[str, str]],
    today: date,
) -> PlanSheet:
    partnership, lang = plan.partnership, _language()
    programme = partnership.programme.name if partnership.programme else ""
    code = version.code if version else ""
    sums = [
        (_("Budget"), text.budget),
        (_("Expected in kind"), "; ".join(filter(None, (text.in_kind_time, text.in_kind_value)))),
    ]
    return PlanSheet(
        title=_("Work plan: %(name)s") % {"name": partnership.name},
        lang=lang,
        direction=locale_of(lang).text_direction,
        running=" · ".join(filter(None, (programme, partnership.name))),
        footing=" · ".join(filter(None, (partnership.reference, _("work plan"), code))),
        mark="" if version else _("Draft"),
        created=version.approved_at.isoformat(timespec="seconds") if version else "",
        facts=tuple(
            Fact(label=label, value=value, direction=direction_of(value)) for label, value in (*facts, *sums) if value
        ),
        text=text,
        charts=tuple(charts_of(text, today)),
        risks=tuple(_risk(risk) for risk in risks if risk["state"] in LIVE_RISKS),
        approvals=tuple(_approvals(version)) if version else (),
    )


def _risk(risk: dict[str, Any]) -> dict[str, str]:
    return {
        **{name: risk[name] for name in ("code", "title", "owner", "measures")},
        "score": f"{risk['score']} ({RiskLevel(risk['level']).label})",
        "response": str(RiskResponse(risk["response"]).label),
        "state": str(RiskState(risk["state"]).label),
    }


def _approvals(version: PlanVersion):
    for approval in version.approvals.all():
        side = version.plan.partnership.side_label(approval.side)
        yield {"side": side, "name": approval.name, "day": say_day(timezone.localdate(approval.at))}
