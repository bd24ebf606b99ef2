"""A plan from draft to approved and amended: every pair of states, every guard both ways."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from partnerships.actions.plan_parts import change_objective
from partnerships.actions.workplan import (
    amend_plan,
    approve_plan,
    change_plan,
    propose_plan,
    return_plan,
    start_plan,
    take_back_plan,
)
from partnerships.models import PlanApproval, PlanVersion, TeamMember, WorkPlan
from partnerships.planning.snapshot import hash_of
from partnerships.workplan_states import PlanState, plan_can_become
from tests.factories import make_contact, make_member, make_partnership, make_programme
from tests.factories.workplan import (
    hash_now,
    make_activity,
    make_approved,
    make_leads,
    make_objective,
    make_plan,
    make_proposal,
)

pytestmark = pytest.mark.django_db

ALLOWED = {
    ("draft", "proposed"),
    ("proposed", "approved"),
    ("proposed", "draft"),
    ("proposed", "amended"),
    ("approved", "amended"),
    ("amended", "proposed"),
    ("amended", "approved"),
}


@pytest.mark.parametrize("old", PlanState.values)
@pytest.mark.parametrize("new", PlanState.values)
def test_every_pair_of_states(old, new):
    assert plan_can_become(old, new) == ((old, new) in ALLOWED)


@pytest.fixture
def plan(alice):
    plan = make_plan(make_partnership(coordinator=alice))
    make_activity(make_objective(plan))
    return plan


@pytest.fixture
def leads(plan):
    return make_leads(plan.partnership)


def state(plan) -> str:
    return WorkPlan.objects.get(pk=plan.pk).state


# --- Beginning ------------------------------------------------------------------------------------------------------
def test_plan_begins_with_the_goal_and_the_currency_of_the_programme(alice):
    programme = make_programme(currency="KES")
    partnership = make_partnership(coordinator=alice, goal="Safer births", programme=programme)

    plan = start_plan(partnership, by=alice)

    assert (plan.goal, plan.currency, plan.state) == ("Safer births", "KES", "draft")
    assert start_plan(partnership, by=alice) == plan
    assert [entry.verb for entry in partnership.entries.all()].count("workplan.started") == 1


def test_closed_partnership_begins_no_plan(alice):
    partnership = make_partnership(coordinator=alice, status="closed")

    with pytest.raises(ValidationError, match="nothing more can be changed"):
        start_plan(partnership, by=alice)


# --- Proposing ------------------------------------------------------------------------------------------------------
def test_proposal_freezes_what_was_seen(alice, plan):
    code = hash_now(plan)

    version = propose_plan(plan, seen_hash=code, by=alice)

    assert state(plan) == "proposed"
    assert (version.hash, version.number, version.approved_at) == (code, None, None)
    assert hash_of(version.content) == code
    assert version.content["objectives"][0]["activities"][0]["title"] == "Train midwives"


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda plan: WorkPlan.objects.update(goal=" "), "the goal"),
        (lambda plan: plan.objectives.all().delete(), "at least one objective"),
        (lambda plan: plan.activities.all().delete(), "an activity under O1"),
        (lambda plan: plan.activities.update(ends_on=None), "a start and an end for A1"),
    ],
)
def test_incomplete_plan_is_not_proposed(alice, plan, spoil, message):
    spoil(plan)

    with pytest.raises(ValidationError, match=f"still missing: .*{message}"):
        propose_plan(plan, seen_hash=hash_now(plan), by=alice)

    assert state(plan) == "draft"
    assert not PlanVersion.objects.exists()


def test_what_changed_since_it_was_seen_is_not_proposed(alice, plan):
    code = hash_now(plan)
    plan.activities.update(title="Something else")

    with pytest.raises(ValidationError, match="changed the plan meanwhile"):
        propose_plan(plan, seen_hash=code, by=alice)

    assert state(plan) == "draft"


def test_plan_is_proposed_once_at_a_time(alice, plan):
    make_proposal(plan)

    with pytest.raises(ValidationError, match="cannot become"):
        propose_plan(plan, seen_hash=hash_now(plan), by=alice)


def test_database_knows_one_waiting_version(alice, plan):
    version = make_proposal(plan)
    version.pk = None

    with pytest.raises(IntegrityError), transaction.atomic():
        version.save(force_insert=True)


# --- Approving ------------------------------------------------------------------------------------------------------
def test_both_sides_approve(plan, leads):
    version = make_proposal(plan)

    approve_plan(plan, "host", seen_hash=version.hash, by=leads["host"])
    assert state(plan) == "proposed"
    approve_plan(plan, "resource", seen_hash=version.hash, by=leads["resource"])

    plan.refresh_from_db()
    version.refresh_from_db()
    assert (plan.state, plan.current_version, version.number) == ("approved", version, 1)
    assert {(given.side, given.hash, given.role) for given in version.approvals.all()} == {
        ("host", version.hash, "lead"),
        ("resource", version.hash, "lead"),
    }
    verbs = [entry.verb for entry in plan.partnership.entries.all()[:3]]
    assert verbs == ["workplan.approved", "workplan.side_approved", "workplan.side_approved"]


@pytest.mark.parametrize("role", ["alternate", "technical", "monitoring", "finance", "communications", "member"])
def test_other_roles_do_not_approve(plan, carol, role):
    make_member(plan.partnership, side="host", role=role, user=carol)
    version = make_proposal(plan)

    with pytest.raises(ValidationError, match="Only a lead or coordinator"):
        approve_plan(plan, "host", seen_hash=version.hash, by=carol)

    assert not PlanApproval.objects.exists()


def test_lead_of_one_side_does_not_approve_for_the_other(plan, leads):
    version = make_proposal(plan)

    with pytest.raises(ValidationError, match="Only a lead or coordinator"):
        approve_plan(plan, "resource", seen_hash=version.hash, by=leads["host"])


def test_responsible_coordinator_stands_for_no_side(alice, plan):
    version = make_proposal(plan)

    with pytest.raises(ValidationError, match="Only a lead or coordinator"):
        approve_plan(plan, "host", seen_hash=version.hash, by=alice)


def test_one_person_does_not_approve_for_both_sides(plan, carol):
    contact = make_contact(user=carol)
    make_member(plan.partnership, side="host", role="lead", contact=contact)
    make_member(plan.partnership, side="resource", role="coordinator", contact=contact)
    version = make_proposal(plan)
    approve_plan(plan, "host", seen_hash=version.hash, by=carol)

    with pytest.raises(ValidationError, match="cannot approve for both"):
        approve_plan(plan, "resource", seen_hash=version.hash, by=carol)


def test_side_approves_once(plan, leads, carol):
    make_member(plan.partnership, side="host", role="coordinator", user=carol)
    version = make_proposal(plan)
    approve_plan(plan, "host", seen_hash=version.hash, by=leads["host"])

    with pytest.raises(ValidationError, match="approved already"):
        approve_plan(plan, "host", seen_hash=version.hash, by=carol)


def test_approval_is_bound_to_what_was_read(plan, leads):
    make_proposal(plan)

    with pytest.raises(ValidationError, match="no longer what you read"):
        approve_plan(plan, "host", seen_hash="0" * 64, by=leads["host"])


def test_owner_who_vanished_spoils_the_approval(plan, leads):
    owner = make_member(plan.partnership, side="host")
    plan.activities.update(host_owner=owner)
    version = make_proposal(plan)
    TeamMember.objects.filter(pk=owner.pk).delete()

    with pytest.raises(ValidationError, match="no longer what you read"):
        approve_plan(plan, "host", seen_hash=version.hash, by=leads["host"])


def test_owner_with_a_new_name_changes_no_plan(plan, leads):
    owner = make_member(plan.partnership, side="host", contact=make_contact(name="Grace"))
    plan.activities.update(host_owner=owner)
    version = make_proposal(plan)
    owner.contact.name = "Grace Njeri"
    owner.contact.save()

    approve_plan(plan, "host", seen_hash=version.hash, by=leads["host"])

    assert version.approvals.count() == 1


@pytest.mark.parametrize("old", ["draft", "approved", "amended"])
def test_only_a_proposed_plan_is_approved(plan, leads, old):
    code = "0" * 64
    if old != "draft":
        code = make_approved(plan, leads=leads).hash
    if old == "amended":
        amend_plan(plan, reason="Floods", by=plan.partnership.coordinator)

    with pytest.raises(ValidationError, match="does not wait"):
        approve_plan(plan, "host", seen_hash=code, by=leads["host"])

    assert state(plan) == old


# --- Taking back, returning, changing -------------------------------------------------------------------------------
def test_any_edit_voids_pending_approvals(alice, plan, leads):
    version = make_proposal(plan)
    approve_plan(plan, "host", seen_hash=version.hash, by=leads["host"])
    objective = plan.objectives.get()
    objective.title = "Even fewer deaths"

    change_objective(objective, seen_version=1, by=alice)

    version.refresh_from_db()
    assert state(plan) == "draft"
    assert version.voided_at is not None
    with pytest.raises(ValidationError, match="does not wait"):
        approve_plan(plan, "resource", seen_hash=version.hash, by=leads["resource"])
    again = make_proposal(plan)
    assert (again.hash != version.hash, again.approvals.count()) == (True, 0)
    assert "workplan.voided" in [entry.verb for entry in plan.partnership.entries.all()]


def test_saving_without_a_change_voids_nothing(alice, plan):
    version = make_proposal(plan)

    change_objective(plan.objectives.get(), seen_version=1, by=alice)
    change_plan(WorkPlan.objects.get(pk=plan.pk), seen_version=1, by=alice)

    version.refresh_from_db()
    assert (state(plan), version.voided_at) == ("proposed", None)


def test_proposal_is_taken_back(alice, plan):
    version = make_proposal(plan)

    take_back_plan(plan, by=alice)

    version.refresh_from_db()
    assert state(plan) == "draft"
    assert version.void_reason == "The proposal was taken back."


def test_side_returns_the_plan_with_a_reason(plan, leads):
    make_proposal(plan)

    with pytest.raises(ValidationError, match="say why"):
        return_plan(plan, "host", reason=" ", by=leads["host"])
    with pytest.raises(ValidationError, match="Only a lead"):
        return_plan(plan, "resource", reason="Too much", by=leads["host"])
    return_plan(plan, "host", reason="Too much in March", by=leads["host"])

    assert state(plan) == "draft"
    entry = plan.partnership.entries.first()
    assert (entry.verb, entry.data["reason"], entry.data["side"]) == ("workplan.returned", "Too much in March", "host")


@pytest.mark.parametrize("old", ["draft", "approved"])
def test_what_does_not_wait_is_not_taken_back(alice, plan, leads, old):
    if old == "approved":
        make_approved(plan, leads=leads)

    with pytest.raises(ValidationError, match="does not wait"):
        take_back_plan(plan, by=alice)
