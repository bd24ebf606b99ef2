"""An approved plan is amended beside the version in force, which never changes; and what an approved plan proves."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from partnerships.actions.plan_parts import change_objective
from partnerships.actions.workplan import amend_plan, end_amendment, propose_plan, take_back_plan
from partnerships.facts import known_facts
from partnerships.models import Partnership, PlanVersion, WorkPlan
from partnerships.planning.rows import read_rows
from partnerships.planning.snapshot import content_of, hash_of
from tests.factories import make_member, make_partnership
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


# --- Amending -------------------------------------------------------------------------------------------------------
def test_approved_plan_is_not_edited(alice, plan, leads):
    make_approved(plan, leads=leads)
    objective = plan.objectives.get()
    objective.title = "Quietly changed"

    with pytest.raises(ValidationError, match="Begin an amendment"):
        change_objective(objective, seen_version=1, by=alice)

    assert plan.objectives.get().title == "Fewer deaths"


def test_amendment_keeps_the_approved_version(alice, plan, leads):
    first = make_approved(plan, leads=leads)
    before = first.content

    amend_plan(plan, reason="The floods", by=alice)
    objective = plan.objectives.get()
    objective.title = "Fewer deaths after the floods"
    change_objective(objective, seen_version=1, by=alice)
    second = make_approved(plan, leads=leads)

    first.refresh_from_db()
    assert (first.number, first.content) == (1, before)
    assert (second.number, second.reason) == (2, "The floods")
    assert WorkPlan.objects.get().current_version == second


@pytest.mark.parametrize("old", ["draft", "proposed", "amended"])
def test_only_an_approved_plan_is_amended(alice, plan, leads, old):
    if old == "proposed":
        make_proposal(plan)
    if old == "amended":
        make_approved(plan, leads=leads)
        amend_plan(plan, reason="Floods", by=alice)

    with pytest.raises(ValidationError, match="Only an approved plan"):
        amend_plan(plan, reason="Once more", by=alice)

    assert state(plan) == old


def test_amendment_says_why(alice, plan, leads):
    make_approved(plan, leads=leads)

    with pytest.raises(ValidationError, match="say why"):
        amend_plan(plan, reason="", by=alice)

    assert state(plan) == "approved"


def test_amendment_without_changes_is_not_proposed_but_closed(alice, plan, leads):
    make_approved(plan, leads=leads)
    amend_plan(plan, reason="Floods", by=alice)

    with pytest.raises(ValidationError, match="Nothing differs"):
        propose_plan(plan, seen_hash=hash_now(plan), by=alice)
    end_amendment(plan, by=alice)

    assert state(plan) == "approved"


def test_amendment_with_changes_is_not_closed(alice, plan, leads):
    make_approved(plan, leads=leads)
    amend_plan(plan, reason="Floods", by=alice)
    plan.activities.update(title="Another")

    with pytest.raises(ValidationError, match="differs from the approved"):
        end_amendment(plan, by=alice)


def test_taken_back_amendment_is_still_an_amendment(alice, plan, leads):
    make_approved(plan, leads=leads)
    amend_plan(plan, reason="Floods", by=alice)
    plan.activities.update(title="Another")
    make_proposal(plan)

    take_back_plan(plan, by=alice)

    assert state(plan) == "amended"


def test_approved_version_never_changes(plan, leads):
    version = make_approved(plan, leads=leads)

    for change in ({"content": {}}, {"hash": "0" * 64}, {"number": 7}, {"reason": "Other"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            PlanVersion.objects.filter(pk=version.pk).update(**change)


@pytest.mark.parametrize("change", [{"state": "approved"}, {"state": "amended"}, {"state": "lost"}])
def test_database_holds_state_and_version_together(plan, change):
    with pytest.raises(IntegrityError), transaction.atomic():
        WorkPlan.objects.filter(pk=plan.pk).update(**change)


# --- What it proves -------------------------------------------------------------------------------------------------
def test_approved_plan_is_a_fact_also_while_it_is_amended(alice, plan, leads):
    def facts():
        return known_facts(Partnership.objects.get(pk=plan.partnership_id))

    proven = {"workplan:approved", "document:work-plan:submitted", "document:work-plan:accepted"}
    make_proposal(plan)
    assert not facts() & proven
    take_back_plan(plan, by=alice)
    make_approved(plan, leads=leads)
    assert facts() >= proven
    amend_plan(plan, reason="Floods", by=alice)
    assert facts() >= proven


def test_hash_changes_with_every_part(plan):
    seen = {hash_now(plan)}
    changes = [
        {"title": "Other"},
        {"kind": "workshop"},
        {"description": "x"},
        {"deliverable": "x"},
        {"budget": 1},
        {"in_kind_days": 1},
        {"in_kind_value": 1},
        {"ends_on": "2026-04-01"},
        {"host_owner": make_member(plan.partnership, side="host")},
    ]
    for change in changes:
        plan.activities.update(**change)
        seen.add(hash_now(plan))
    plan.activities.update(progress="under_way")
    seen.add(hash_of(content_of(read_rows(plan))))
    assert len(seen) == len(changes) + 1
