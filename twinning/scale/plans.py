"""Work plans of the world for measuring: objectives, activities, risks, and the version that both sides approved."""

from __future__ import annotations

from decimal import Decimal

from partnerships.models import Activity, Dependency, Objective, PlanApproval, PlanVersion, Risk, WorkPlan
from partnerships.planning.rows import read_rows
from partnerships.planning.snapshot import content_of, hash_of, risk_content
from partnerships.states import Side
from partnerships.workplan_states import ActivityKind, PlanState, Progress
from twinning.scale.frame import Place
from twinning.scale.words import FIELDS
from twinning.scale.writing import days, moment

OBJECTIVES, ACTIVITIES, RISKS = 5, 8, 6
VERBS = ("Train midwives in", "Visit the ward of", "Write the guideline for", "Hold monthly calls on", "Buy for")
CATEGORIES = ("people", "travel", "clinical", "finance", "political", "supply")


def make_plan(place: Place) -> None:
    """A plan of five objectives with eight activities each; a partnership that has not begun has a draft."""
    (plan,) = place.writing.put(
        [
            WorkPlan(
                partnership=place.partnership,
                goal="Fewer deaths that could be avoided.",
                currency=place.partnership.programme.currency,
                last_objective=OBJECTIVES,
                last_activity=OBJECTIVES * ACTIVITIES,
                last_risk=RISKS,
                created_at=moment(place.since - days(30)),
            )
        ]
    )
    objectives = place.writing.put(
        Objective(
            plan=plan,
            number=n,
            position=n,
            title=f"Better {FIELDS[n % len(FIELDS)]} by the end of the partnership",
            baseline="40%",
            target="80%",
            lead_side=Side.HOST if n % 2 else Side.RESOURCE,
            changed_by=place.by,
            changed_at=moment(place.since),
        )
        for n in range(1, OBJECTIVES + 1)
    )
    _activities(place, plan, objectives)
    _risks(place, plan)
    place.record(place.since - days(30), "workplan.started")
    if place.is_at_work:
        _approve(place, plan)


def _risks(place: Place, plan: WorkPlan) -> None:
    place.writing.put(
        Risk(
            plan=plan,
            number=n,
            title=f"Something may hold up {FIELDS[n % len(FIELDS)]}",
            category=CATEGORIES[n % len(CATEGORIES)],
            likelihood=1 + n % 5,
            impact=place.dice.randrange(1, 6),
            measures="Say so early, and plan a second way.",
            owner=place.members[Side.HOST][0],
            changed_by=place.by,
            changed_at=moment(place.since),
        )
        for n in range(1, RISKS + 1)
    )


def _activities(place: Place, plan: WorkPlan, objectives: list[Objective]) -> None:
    kinds, rows = list(ActivityKind.values), []
    step = (place.partnership.ends_on - place.since).days / (OBJECTIVES * ACTIVITIES)
    for n in range(1, OBJECTIVES * ACTIVITIES + 1):
        starts_on = place.since + days(step * (n - 1))
        ends_on = starts_on + days(60)
        progress = Progress.PLANNED if place.is_open and ends_on >= place.today else Progress.DONE
        if not place.is_at_work:
            progress = Progress.PLANNED
        elif place.is_open and starts_on < place.today <= ends_on or (place.is_open and n % 37 == 0):
            progress = Progress.UNDER_WAY
        rows.append(
            Activity(
                plan=plan,
                objective=objectives[(n - 1) % OBJECTIVES],
                number=n,
                position=n,
                title=f"{VERBS[n % len(VERBS)]} {FIELDS[n % len(FIELDS)]}",
                kind=kinds[n % len(kinds)],
                deliverable="A report that both sides have read.",
                host_owner=place.members[Side.HOST][n % len(place.members[Side.HOST])],
                resource_owner=place.members[Side.RESOURCE][n % len(place.members[Side.RESOURCE])],
                starts_on=starts_on,
                ends_on=ends_on,
                budget=Decimal(200 * n),
                in_kind_days=Decimal(n % 5),
                progress=progress,
                done_on=min(ends_on, place.today) if progress == Progress.DONE else None,
                changed_by=place.by,
                changed_at=moment(min(ends_on, place.today)),
            )
        )
        if progress == Progress.DONE:
            words = {"code": f"A{n}", "title": rows[-1].title, "old": "planned", "new": "done", "reason": ""}
            place.record(rows[-1].done_on, "activity.moved", **words)
    place.activities = place.writing.put(rows)
    place.writing.put(
        Dependency(activity=one, needs=before)
        for before, one in zip(place.activities, place.activities[1:], strict=False)
        if one.number % 4 == 0
    )


def _approve(place: Place, plan: WorkPlan) -> None:
    on = place.since - days(10)
    content = content_of(read_rows(plan))
    version = PlanVersion(plan=plan, number=1, content=content, hash=hash_of(content), proposed_by=place.by)
    version.risks = risk_content(list(plan.risks.select_related("owner__contact")))
    version.proposed_at, version.approved_at = moment(on), moment(on + days(5))
    (version,) = place.writing.put([version])
    place.writing.put(
        PlanApproval(
            version=version,
            side=side,
            hash=version.hash,
            by=lead,
            name=lead.name,
            role="Lead",
            at=moment(on + days(number)),
        )
        for number, (side, lead) in enumerate(place.leads.items(), start=4)
    )
    WorkPlan.objects.filter(pk=plan.pk).update(state=PlanState.APPROVED, current_version=version)
    place.record(on, "workplan.proposed", code=version.code, reason="")
    place.record(on + days(5), "workplan.approved", number=1, by=place.leads[Side.RESOURCE])
