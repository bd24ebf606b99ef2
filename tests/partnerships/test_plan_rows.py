"""Many rows at once: what is in order is saved, the rest comes back, nothing is overwritten."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from partnerships.actions.plan_parts import add_objective, change_activity, remove_objective, shift_row
from partnerships.actions.plan_rows import RowEdit, save_rows
from partnerships.actions.workplan import amend_plan
from partnerships.models import Activity, Dependency, Objective, WorkPlan
from partnerships.planning.checks import circle_through
from tests.factories import make_member, make_partnership
from tests.factories.workplan import (
    make_activity,
    make_approved,
    make_leads,
    make_objective,
    make_plan,
    make_proposal,
)
from twinning.locking import StaleError

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan(alice):
    return make_plan(make_partnership(coordinator=alice))


@pytest.fixture
def objective(plan):
    return make_objective(plan)


def values(**changes):
    usual = {
        "title": "Train midwives",
        "kind": "workshop",
        "host_owner": None,
        "resource_owner": None,
        "starts_on": date(2026, 1, 10),
        "ends_on": date(2026, 3, 20),
        "needs": [],
        "budget": Decimal("100.50"),
        "in_kind_days": None,
        "in_kind_value": None,
    }
    return usual | changes


def new(objective, token="0" * 16, **changes):
    return RowEdit(key=f"n{token}", objective=objective.pk, token=token, values=values(**changes))


def edit(activity, *, seen=1, is_removed=False, **changes):
    return RowEdit(
        key=f"a{activity.pk}", pk=activity.pk, seen_version=seen, values=values(**changes), is_removed=is_removed
    )


def test_row_is_added_with_a_number_for_life(alice, plan, objective):
    owner = make_member(plan.partnership, side="host")

    outcome = save_rows(plan, [new(objective, host_owner=owner), new(objective, token="1" * 16, title="B")], by=alice)

    assert [activity.code for activity in outcome.added] == ["A1", "A2"]
    first = Activity.objects.get(number=1)
    assert (first.title, first.host_owner, first.budget, first.kind) == (
        "Train midwives",
        owner,
        Decimal("100.50"),
        "workshop",
    )
    save_rows(plan, [edit(first, is_removed=True)], by=alice)
    save_rows(plan, [new(objective, token="2" * 16, title="C")], by=alice)
    assert sorted(Activity.objects.values_list("number", flat=True)) == [2, 3]


def test_row_posted_twice_is_added_once(alice, plan, objective):
    save_rows(plan, [new(objective)], by=alice)
    again = save_rows(plan, [new(objective)], by=alice)

    assert (again.is_clean, again.did_something, Activity.objects.count()) == (True, False, 1)


def test_only_changed_rows_are_written(alice, plan, objective):
    activity = make_activity(objective)

    outcome = save_rows(plan, [edit(activity, kind="other", budget=None)], by=alice)

    activity.refresh_from_db()
    assert (outcome.did_something, activity.version) == (False, 1)


def test_stale_row_is_a_conflict_and_the_others_are_saved(alice, plan, objective):
    one, two = make_activity(objective), make_activity(objective, title="Two")
    save_rows(plan, [edit(one, title="First writer")], by=alice)

    outcome = save_rows(plan, [edit(one, title="Second writer"), edit(two, title="Two, better")], by=alice)

    one.refresh_from_db()
    two.refresh_from_db()
    assert (one.title, two.title) == ("First writer", "Two, better")
    assert list(outcome.conflicts) == [f"a{one.pk}"]
    assert outcome.conflicts[f"a{one.pk}"].title == "First writer"


def test_both_writing_the_same_is_no_conflict(alice, plan, objective):
    activity = make_activity(objective)
    save_rows(plan, [edit(activity, title="Same")], by=alice)

    assert save_rows(plan, [edit(activity, title="Same")], by=alice).is_clean


def test_removed_row_is_a_conflict_for_who_edits_it(alice, plan, objective):
    activity = make_activity(objective)
    Activity.objects.all().delete()

    outcome = save_rows(plan, [edit(activity, title="Late edit")], by=alice)

    assert outcome.conflicts == {f"a{activity.pk}": None}


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        ({"ends_on": date(2026, 1, 1)}, "ends_on", "before the start"),
        ({"budget": Decimal(-1)}, "budget", "less than zero"),
        ({"in_kind_days": Decimal(-1)}, "in_kind_days", "less than zero"),
        ({"in_kind_value": Decimal(-1)}, "in_kind_value", "less than zero"),
        ({"title": ""}, "title", "blank"),
        ({"kind": "party"}, "kind", "not a valid choice"),
        ({"needs": [9]}, "needs", "no activity A9"),
        ({"needs": [1]}, "needs", "cannot wait for itself"),
    ],
)
def test_wrong_row_is_refused_with_a_reason(alice, plan, objective, changes, field, message):
    activity = make_activity(objective)

    outcome = save_rows(plan, [edit(activity, **changes)], by=alice)

    activity.refresh_from_db()
    assert message in outcome.refused[f"a{activity.pk}"][field]
    assert (activity.version, activity.title) == (1, "Train midwives")


def test_owner_of_another_side_or_partnership_is_refused(alice, plan, objective):
    activity = make_activity(objective)
    for stranger in (make_member(plan.partnership, side="resource"), make_member(make_partnership(), side="host")):
        outcome = save_rows(plan, [edit(activity, host_owner=stranger)], by=alice)
        assert "not on this side" in outcome.refused[f"a{activity.pk}"]["host_owner"]


def test_circle_is_refused_also_over_several_rows_of_one_post(alice, plan, objective):
    one = make_activity(objective)
    two = make_activity(objective, title="Two", needs=(one,))
    three = make_activity(objective, title="Three", needs=(two,))

    outcome = save_rows(plan, [edit(one, needs=[three.number])], by=alice)
    assert "would make a circle" in outcome.refused[f"a{one.pk}"]["needs"]

    four, five = make_activity(objective, title="Four"), make_activity(objective, title="Five")
    outcome = save_rows(
        plan, [edit(four, title="Four", needs=[five.number]), edit(five, title="Five", needs=[four.number])], by=alice
    )
    assert list(outcome.refused) == [f"a{five.pk}"]
    assert Dependency.objects.filter(activity=four, needs=five).exists()


def test_dependencies_are_replaced(alice, plan, objective):
    one, two = make_activity(objective), make_activity(objective, title="Two")
    three = make_activity(objective, title="Three", needs=(one,))

    save_rows(plan, [edit(three, title="Three", needs=[two.number])], by=alice)

    assert [link.needs for link in Dependency.objects.filter(activity=three)] == [two]


def test_database_refuses_waiting_for_oneself(objective):
    activity = make_activity(objective)

    with pytest.raises(IntegrityError), transaction.atomic():
        Dependency.objects.create(activity=activity, needs=activity)


@pytest.mark.parametrize(
    ("needs", "found"),
    [
        ({1: [2], 2: [3]}, False),
        ({1: [2], 2: [1]}, True),
        ({1: [1]}, True),
        ({1: [2, 3], 2: [4], 3: [4], 4: [1]}, True),
    ],
)
def test_circle_is_found(needs, found):
    assert circle_through(1, needs) is found


@pytest.mark.parametrize(("progress", "may"), [("planned", True), ("under_way", False), ("done", False)])
def test_only_what_is_planned_is_removed(alice, plan, objective, progress, may):
    activity = make_activity(objective)
    waits = make_activity(objective, title="Two", needs=(activity,))
    done_on = date(2026, 2, 1) if progress == "done" else None
    Activity.objects.filter(pk=activity.pk).update(progress=progress, done_on=done_on)

    outcome = save_rows(plan, [edit(activity, is_removed=True)], by=alice)

    assert Activity.objects.filter(pk=activity.pk).exists() is not may
    assert (outcome.removed == ["A1"]) is may
    assert outcome.is_clean is may
    assert Activity.objects.filter(pk=waits.pk).exists()


def test_rows_of_an_approved_plan_are_not_written(alice, plan, objective):
    activity = make_activity(objective)
    leads = make_leads(plan.partnership)
    make_approved(plan, leads=leads)

    with pytest.raises(ValidationError, match="Begin an amendment"):
        save_rows(plan, [edit(activity, title="Sly")], by=alice)

    amend_plan(plan, reason="Floods", by=alice)
    assert save_rows(plan, [edit(activity, title="Open")], by=alice).did_something


def test_written_row_voids_a_proposal_and_an_unchanged_one_does_not(alice, plan, objective):
    activity = make_activity(objective)
    make_proposal(plan)

    save_rows(plan, [edit(activity, kind="other", budget=None)], by=alice)
    assert WorkPlan.objects.get(pk=plan.pk).state == "proposed"
    save_rows(plan, [edit(activity, title="Changed")], by=alice)
    assert WorkPlan.objects.get(pk=plan.pk).state == "draft"


def test_closed_partnership_keeps_its_rows(alice, objective):
    plan = objective.plan
    activity = make_activity(objective)
    type(plan.partnership).objects.filter(pk=plan.partnership_id).update(status="closed")

    with pytest.raises(ValidationError, match="nothing more can be changed"):
        save_rows(plan, [edit(activity, title="Too late")], by=alice)


# --- One at a time --------------------------------------------------------------------------------------------------
def test_activity_changes_with_its_long_texts_and_its_objective(alice, plan, objective):
    other = make_objective(plan, title="Another")
    activity = make_activity(objective)
    first = make_activity(objective, title="First")
    activity.description, activity.objective, activity.budget = "Two days on the ward", other, Decimal(70)

    change_activity(activity, needs=[first.number], seen_version=1, by=alice)

    saved = Activity.objects.get(pk=activity.pk)
    assert (saved.description, saved.objective, saved.budget) == ("Two days on the ward", other, Decimal(70))
    assert [link.needs for link in saved.needs_links.all()] == [first]
    assert saved.version > 1


def test_stale_activity_is_not_overwritten(alice, plan, objective):
    activity = make_activity(objective)
    save_rows(plan, [edit(activity, title="First writer")], by=alice)
    activity.title = "Second writer"

    with pytest.raises(StaleError):
        change_activity(activity, needs=[], seen_version=1, by=alice)


def test_refused_activity_changes_nothing(alice, objective):
    activity = make_activity(objective)
    activity.description, activity.ends_on = "Half a change", date(2020, 1, 1)

    with pytest.raises(ValidationError, match="before the start"):
        change_activity(activity, needs=[], seen_version=1, by=alice)

    assert Activity.objects.get(pk=activity.pk).description == ""


def test_rows_change_places(alice, plan, objective):
    one, two = make_activity(objective), make_activity(objective, title="Two")

    assert shift_row(two, up=True, by=alice) is True
    assert [each.pk for each in plan.activities.for_plan()] == [two.pk, one.pk]
    assert shift_row(two, up=True, by=alice) is False
    second = make_objective(plan, title="Second")
    assert shift_row(second, up=True, by=alice) is True
    assert [each.pk for each in plan.objectives.all()] == [second.pk, objective.pk]


def test_objective_is_removed_when_nothing_stands_under_it(alice, plan, objective):
    activity = make_activity(objective)

    with pytest.raises(ValidationError, match="Remove its activities first"):
        remove_objective(objective, by=alice)
    activity.delete()
    Objective.objects.update(progress="under_way")
    with pytest.raises(ValidationError, match="Only what is planned"):
        remove_objective(objective, by=alice)
    Objective.objects.update(progress="planned")
    remove_objective(objective, by=alice)

    assert not plan.objectives.exists()
    assert add_objective(Objective(plan=plan, title="Next"), by=alice).code == "O2"


@pytest.mark.parametrize(
    "change",
    [
        {"ends_on": "2020-01-01"},
        {"budget": -1},
        {"in_kind_days": -1},
        {"in_kind_value": -1},
        {"kind": "party"},
        {"progress": "lost"},
        {"progress": "cancelled"},
        {"progress": "done"},
        {"cancel_reason": "without being cancelled"},
        {"done_on": "2026-01-01"},
    ],
)
def test_database_holds_the_rules_of_an_activity(objective, change):
    activity = make_activity(objective)

    with pytest.raises(IntegrityError), transaction.atomic():
        Activity.objects.filter(pk=activity.pk).update(**change)
