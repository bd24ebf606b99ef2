"""How far things are, and risks: every pair of states, every guard both ways."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from partnerships.actions.progress import move_progress
from partnerships.actions.risk import add_risk, change_risk, move_risk
from partnerships.models import Activity, Objective, Risk, WorkPlan
from partnerships.workplan_states import Progress, RiskState, risk_level
from tests.factories import make_member, make_partnership
from tests.factories.workplan import make_activity, make_approved, make_objective, make_plan, make_proposal, make_risk
from twinning.locking import StaleError

pytestmark = pytest.mark.django_db

ALLOWED = {
    ("planned", "under_way"),
    ("planned", "done"),
    ("planned", "cancelled"),
    ("under_way", "done"),
    ("under_way", "planned"),
    ("under_way", "cancelled"),
    ("done", "under_way"),
    ("cancelled", "planned"),
}
FORBIDDEN = {(old, new) for old in Progress.values for new in Progress.values} - ALLOWED
RISK_ALLOWED = {
    ("open", "watching"),
    ("open", "happened"),
    ("open", "closed"),
    ("watching", "open"),
    ("watching", "happened"),
    ("watching", "closed"),
    ("happened", "open"),
    ("happened", "watching"),
    ("happened", "closed"),
    ("closed", "open"),
}
RISK_FORBIDDEN = {(old, new) for old in RiskState.values for new in RiskState.values} - RISK_ALLOWED


@pytest.fixture
def plan(alice):
    return make_plan(make_partnership(coordinator=alice))


def put(row, progress):
    type(row).objects.filter(pk=row.pk).update(
        progress=progress,
        cancel_reason="Why" if progress == "cancelled" else "",
        done_on=date(2026, 1, 1) if progress == "done" else None,
    )
    row.refresh_from_db()
    return row


def row_of(kind, plan):
    objective = make_objective(plan)
    return objective if kind == "objective" else make_activity(objective)


@pytest.mark.parametrize("kind", ["objective", "activity"])
@pytest.mark.parametrize(("old", "new"), sorted(ALLOWED))
def test_allowed_progress_is_saved_and_recorded(alice, plan, kind, old, new):
    row = put(row_of(kind, plan), old)

    move_progress(row, new, by=alice, reason="Agreed")

    row.refresh_from_db()
    assert row.progress == new
    assert row.cancel_reason == ("Agreed" if new == "cancelled" else "")
    assert row.done_on == (timezone.localdate() if new == "done" else None)
    entry = plan.partnership.entries.first()
    assert (entry.verb, entry.data["old"], entry.data["new"]) == (f"{kind}.moved", old, new)


@pytest.mark.parametrize("kind", ["objective", "activity"])
@pytest.mark.parametrize(("old", "new"), sorted(FORBIDDEN))
def test_forbidden_progress_changes_nothing(alice, plan, kind, old, new):
    row = put(row_of(kind, plan), old)

    with pytest.raises(ValidationError, match="cannot become"):
        move_progress(row, new, by=alice, reason="All the same")

    row.refresh_from_db()
    assert row.progress == old


@pytest.mark.parametrize("kind", ["objective", "activity"])
def test_cancelling_says_why(alice, plan, kind):
    row = row_of(kind, plan)

    with pytest.raises(ValidationError, match="say why"):
        move_progress(row, "cancelled", by=alice, reason="  ")


@pytest.mark.parametrize("new", ["done", "cancelled"])
def test_objective_ends_when_nothing_is_open_under_it(alice, plan, new):
    objective = make_objective(plan)
    activity = make_activity(objective)

    with pytest.raises(ValidationError, match="still missing: .*A1"):
        move_progress(objective, new, by=alice, reason="Enough")
    put(activity, "done")
    move_progress(objective, new, by=alice, reason="Enough")

    assert Objective.objects.get().progress == new


def test_progress_needs_no_approval(alice, plan):
    activity = make_activity(make_objective(plan))
    version = make_proposal(plan)
    move_progress(activity, "under_way", by=alice)
    version.refresh_from_db()
    assert version.voided_at is None

    make_plan_approved = make_approved(make_plan(make_partnership(coordinator=alice)))
    move_progress(make_plan_approved.plan.activities.get(), "done", by=alice)
    assert WorkPlan.objects.get(pk=make_plan_approved.plan_id).state == "approved"


def test_progress_rests_with_the_partnership(alice, plan):
    activity = make_activity(make_objective(plan))
    type(plan.partnership).objects.filter(pk=plan.partnership_id).update(status="closed")

    with pytest.raises(ValidationError, match="nothing more can be changed"):
        move_progress(activity, "done", by=alice)


@pytest.mark.parametrize(
    ("progress", "days", "late"),
    [
        ("planned", -1, True),
        ("under_way", -1, True),
        ("planned", 0, False),
        ("done", -1, False),
        ("cancelled", -1, False),
    ],
)
def test_late_is_worked_out(plan, progress, days, late):
    end = timezone.localdate() + timedelta(days=days)
    activity = put(make_activity(make_objective(plan), starts_on=None, ends_on=end), progress)

    assert activity.is_late is late
    assert Activity.objects.late().exists() is late


# --- Risks ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("old", "new"), sorted(RISK_ALLOWED))
def test_allowed_risk_move_is_saved(alice, plan, old, new):
    risk = make_risk(plan, state=old, state_reason="" if old in ("open", "watching") else "Why")

    move_risk(risk, new, by=alice, reason="Agreed")

    risk.refresh_from_db()
    assert (risk.state, risk.state_reason) == (new, "Agreed" if new in ("happened", "closed") else "")
    assert plan.partnership.entries.first().verb == "risk.moved"


@pytest.mark.parametrize(("old", "new"), sorted(RISK_FORBIDDEN))
def test_forbidden_risk_move_changes_nothing(alice, plan, old, new):
    risk = make_risk(plan, state=old, state_reason="" if old in ("open", "watching") else "Why")

    with pytest.raises(ValidationError, match="cannot become"):
        move_risk(risk, new, by=alice, reason="Agreed")

    assert Risk.objects.get().state == old


@pytest.mark.parametrize("new", ["happened", "closed"])
def test_risk_that_ends_says_why(alice, plan, new):
    risk = make_risk(plan)

    with pytest.raises(ValidationError, match="say why"):
        move_risk(risk, new, by=alice)


@pytest.mark.parametrize(
    ("likelihood", "impact", "level"),
    [
        (1, 1, "low"),
        (4, 1, "low"),
        (5, 1, "medium"),
        (3, 3, "medium"),
        (2, 5, "high"),
        (1, 5, "high"),
        (3, 4, "high"),
        (3, 5, "very_high"),
        (5, 5, "very_high"),
    ],
)
def test_level_follows_the_scale_of_the_toolkit(likelihood, impact, level):
    assert risk_level(likelihood, impact) == level


def test_risk_is_added_and_changed_without_touching_the_approval(alice, plan):
    version = make_approved(plan)
    risk = add_risk(Risk(plan=plan, title="Floods", category="travel", likelihood=2, impact=2), by=alice)
    risk.likelihood = 5

    change_risk(risk, seen_version=1, by=alice)

    assert (risk.code, Risk.objects.get().level, Risk.objects.get().version) == ("R1", "high", 2)
    assert WorkPlan.objects.get().current_version == version
    with pytest.raises(StaleError):
        change_risk(risk, seen_version=1, by=alice)


def test_owner_of_a_risk_is_on_the_team(alice, plan):
    stranger = make_member(make_partnership())
    risk = Risk(plan=plan, title="Floods", category="travel", likelihood=2, impact=2, owner=stranger)

    with pytest.raises(ValidationError, match="not on the team"):
        add_risk(risk, by=alice)


@pytest.mark.parametrize("change", [{"likelihood": 0}, {"impact": 6}, {"state": "gone"}, {"state": "closed"}])
def test_database_holds_the_rules_of_a_risk(plan, change):
    risk = make_risk(plan)

    with pytest.raises(IntegrityError), transaction.atomic():
        Risk.objects.filter(pk=risk.pk).update(**change)
