"""Work plans for tests, made by the same actions as the pages make them."""

from datetime import date

from accounts.models import User
from partnerships.actions.plan_parts import add_objective
from partnerships.actions.workplan import approve_plan, propose_plan, start_plan
from partnerships.models import Activity, Dependency, Objective, Partnership, PlanVersion, Risk, WorkPlan
from partnerships.planning.rows import read_rows
from partnerships.planning.snapshot import content_of, hash_of
from tests.factories.partnerships import make_member, make_partnership
from tests.factories.people import make_user


def make_plan(
    partnership: Partnership | None = None, *, by: User | None = None, goal: str = "Safer births"
) -> WorkPlan:
    partnership = partnership or make_partnership()
    plan = start_plan(partnership, by=by or partnership.coordinator)
    WorkPlan.objects.filter(pk=plan.pk).update(goal=goal)
    plan.refresh_from_db()
    return plan


def make_objective(plan: WorkPlan, *, title: str = "Fewer deaths", **fields) -> Objective:
    return add_objective(Objective(plan=plan, title=title, **fields), by=plan.partnership.coordinator)


def make_activity(
    objective: Objective,
    *,
    title: str = "Train midwives",
    starts_on: date | None = date(2026, 1, 10),
    ends_on: date | None = date(2026, 3, 20),
    needs: tuple[Activity, ...] = (),
    **fields,
) -> Activity:
    plan = WorkPlan.objects.get(pk=objective.plan_id)
    plan.last_activity += 1
    plan.save(update_fields=["last_activity"])
    activity = Activity.objects.create(
        plan=plan,
        objective=objective,
        number=plan.last_activity,
        position=plan.last_activity,
        title=title,
        starts_on=starts_on,
        ends_on=ends_on,
        changed_by=plan.partnership.coordinator,
        **fields,
    )
    for needed in needs:
        Dependency.objects.create(activity=activity, needs=needed)
    return activity


def make_risk(plan: WorkPlan, **fields) -> Risk:
    plan.refresh_from_db()
    plan.last_risk += 1
    plan.save(update_fields=["last_risk"])
    usual = {"title": "Visas may come late", "category": "travel", "likelihood": 3, "impact": 4}
    return Risk.objects.create(
        plan=plan, number=plan.last_risk, changed_by=plan.partnership.coordinator, **(usual | fields)
    )


def make_leads(partnership: Partnership) -> dict[str, User]:
    """A lead with an account on each side, by side."""
    leads = {side: make_user(name=f"Lead of {side}") for side in ("host", "resource")}
    for side, user in leads.items():
        make_member(partnership, side=side, role="lead", user=user)
    return leads


def hash_now(plan: WorkPlan) -> str:
    return hash_of(content_of(read_rows(WorkPlan.objects.get(pk=plan.pk))))


def make_proposal(plan: WorkPlan, *, reason: str = "") -> PlanVersion:
    return propose_plan(plan, seen_hash=hash_now(plan), reason=reason, by=plan.partnership.coordinator)


def make_approved(
    plan: WorkPlan | None = None, *, leads: dict[str, User] | None = None, reason: str = ""
) -> PlanVersion:
    """The version that both sides approved; a plan without activities gets one."""
    plan = plan or make_plan()
    if not plan.activities.exists():
        make_activity(make_objective(plan))
    leads = leads or make_leads(plan.partnership)
    version = make_proposal(plan, reason=reason)
    for side, user in leads.items():
        approve_plan(plan, side, seen_hash=version.hash, by=user)
    plan.refresh_from_db()
    return plan.current_version
