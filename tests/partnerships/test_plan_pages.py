"""Pages of a work plan: who sees what, what can be pressed, what is refused and how."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from partnerships.actions.workplan import amend_plan
from partnerships.models import Activity, Objective, Risk, WorkPlan
from tests.factories import make_contact, make_member, make_partnership, make_programme
from tests.factories.workplan import (
    hash_now,
    make_activity,
    make_approved,
    make_leads,
    make_objective,
    make_plan,
    make_proposal,
    make_risk,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan(alice):
    return make_plan(make_partnership(coordinator=alice))


def url(plan, name="workplan-detail", *more):
    return reverse(f"partnerships:{name}", args=[plan.partnership.slug, *more])


def test_partnership_without_a_plan_offers_to_begin_one(login, alice, carol):
    partnership = make_partnership(coordinator=alice, goal="Safer births")
    make_member(partnership, user=carol)
    page = reverse("partnerships:workplan-detail", args=[partnership.slug])
    assertContains(login(alice).get(page), "Begin the work plan")
    assertNotContains(login(carol).get(page), "Begin the work plan")

    response = login(alice).post(reverse("partnerships:workplan-start", args=[partnership.slug]))

    assertRedirects(response, page)
    assert WorkPlan.objects.get().goal == "Safer births"
    assertContains(login(alice).get(page), "Add the first objective")


def test_other_pages_of_no_plan_are_not_found(login, alice):
    partnership = make_partnership(coordinator=alice)
    for name in ("workplan-grid", "workplan-quarters", "workplan-timeline", "workplan-versions", "risk-list"):
        assert login(alice).get(reverse(f"partnerships:{name}", args=[partnership.slug])).status_code == 404


def test_page_shows_objectives_activities_and_sums(login, alice):
    programme = make_programme(currency="KES", host_label="Home hospital")
    plan = make_plan(make_partnership(coordinator=alice, programme=programme))
    owner = make_member(plan.partnership, side="host", contact=make_contact(name="Grace"))
    objective = make_objective(plan, title="Fewer deaths", baseline="31 %", lead_side="host")
    make_activity(objective, title="Train midwives", host_owner=owner, budget="1200.50", in_kind_days="4.5")

    response = login(alice).get(url(plan))

    for words in ("Safer births", "Fewer deaths", "31 %", "Home hospital", "A1", "Grace", "1,200.50 KES", "4.5"):
        assertContains(response, words)


def test_readers_have_nothing_to_press(login, carol, plan):
    make_member(plan.partnership, user=carol)
    make_activity(make_objective(plan))
    make_risk(plan)

    for page in (url(plan), url(plan, "activity-detail", 1), url(plan, "risk-list"), url(plan, "workplan-versions")):
        response = login(carol).get(page)
        for words in ("Propose to", "Edit", "Add a risk", "Add an objective", "Grid", "It is done"):
            assertNotContains(response, words)


def test_missing_things_stand_on_the_page_instead_of_the_button(login, alice, plan):
    make_objective(plan)

    response = login(alice).get(url(plan))

    assertContains(response, "an activity under O1")
    assertNotContains(response, "Propose to both sides")


def test_plan_goes_from_draft_to_approved_and_amended(login, alice, plan):
    leads = make_leads(plan.partnership)
    make_activity(make_objective(plan))
    client = login(alice)
    assertContains(client.get(url(plan)), "Propose to both sides")

    client.post(url(plan, "workplan-propose"), {"hash": hash_now(plan), "reason": "Year one"})
    version = plan.versions.get()
    assertContains(client.get(url(plan)), "Waits for one of")
    assertNotContains(client.get(url(plan)), "Approve for")
    host = login(leads["host"])
    assertContains(host.get(url(plan)), "Approve for: Host side")
    host.post(url(plan, "workplan-approve"), {"side": "host", "hash": version.hash})
    login(leads["resource"]).post(url(plan, "workplan-approve"), {"side": "resource", "hash": version.hash})
    assertContains(client.get(url(plan)), "Version 1 was approved on")

    client.post(url(plan, "workplan-amend"), {"reason": "The floods"})
    assertContains(client.get(url(plan)), "Nothing has been changed yet")
    client.post(url(plan, "workplan-end-amendment"))
    assert WorkPlan.objects.get(pk=plan.pk).state == "approved"


@pytest.mark.parametrize(
    ("name", "data", "status", "words"),
    [
        ("workplan-propose", {"hash": "0" * 64}, 409, "changed the plan meanwhile"),
        ("workplan-propose", {}, 400, "This was not done"),
        ("workplan-take-back", {}, 409, "does not wait for approval"),
        ("workplan-amend", {"reason": "x"}, 409, "Only an approved plan"),
        ("workplan-amend", {"reason": ""}, 400, "say why"),
        ("workplan-end-amendment", {}, 409, "not being amended"),
    ],
)
def test_refused_step_says_why_on_the_page(login, alice, plan, name, data, status, words):
    make_activity(make_objective(plan))

    response = login(alice).post(url(plan, name), data)

    assertContains(response, words, status_code=status)
    assert WorkPlan.objects.get(pk=plan.pk).state == "draft"


def test_return_for_changes_needs_words(login, plan):
    leads = make_leads(plan.partnership)
    make_activity(make_objective(plan))
    make_proposal(plan)
    host = login(leads["host"])

    assertContains(host.post(url(plan, "workplan-return"), {"side": "host"}), "say why", status_code=400)
    response = host.post(url(plan, "workplan-return"), {"side": "host", "reason": "Too much in March"}, follow=True)

    assertContains(response, "returned for changes")
    assert WorkPlan.objects.get(pk=plan.pk).state == "draft"


def test_approver_of_the_other_side_is_told(login, plan):
    leads = make_leads(plan.partnership)
    make_activity(make_objective(plan))
    version = make_proposal(plan)

    response = login(leads["host"]).post(url(plan, "workplan-approve"), {"side": "resource", "hash": version.hash})

    assertContains(response, "Only a lead or coordinator", status_code=409)


def test_goal_is_edited_and_a_stale_edit_shows_both(login, alice, plan):
    client = login(alice)
    page = url(plan, "workplan-edit")
    client.post(page, {"goal": "First", "currency": "kes", "version": "1"})
    plan.refresh_from_db()
    assert (plan.goal, plan.currency, plan.version) == ("First", "KES", 2)

    response = client.post(page, {"goal": "Second", "currency": "KES", "version": "1"})

    assertContains(response, "First", status_code=409)
    assertContains(response, "Second", status_code=409)
    assertContains(client.post(page, {"goal": "x", "currency": "XYZ!", "version": "2"}), "characters", status_code=400)
    assertContains(
        client.post(page, {"goal": "x", "currency": "ZZZ", "version": "2"}), "not a currency", status_code=400
    )


def test_objective_is_added_edited_and_refused(login, alice, plan):
    client = login(alice)
    assertContains(client.post(url(plan, "objective-create"), {"title": ""}), "required", status_code=400)

    client.post(url(plan, "objective-create"), {"title": "Fewer deaths", "lead_side": "host"})
    client.post(url(plan, "objective-edit", 1), {"title": "Far fewer deaths", "version": "1"})
    stale = client.post(url(plan, "objective-edit", 1), {"title": "Mine", "version": "1"})

    assert Objective.objects.get().title == "Far fewer deaths"
    assertContains(stale, "Far fewer deaths", status_code=409)


def test_objective_moves_and_says_what_is_missing(login, alice, plan):
    make_activity(make_objective(plan))
    client = login(alice)

    assertContains(client.get(url(plan, "objective-edit", 1)), "still open: A1")
    response = client.post(url(plan, "objective-move", 1), {"to": "done"})
    assertContains(response, "still missing", status_code=409)
    assertContains(client.post(url(plan, "objective-remove", 1)), "Remove its activities", status_code=409)
    Activity.objects.all().delete()
    client.post(url(plan, "objective-shift", 1), {"direction": "up"})
    client.post(url(plan, "objective-remove", 1))

    assert not Objective.objects.exists()


def test_activity_page_edits_everything(login, alice, plan):
    objective = make_objective(plan)
    make_activity(objective, title="First")
    activity = make_activity(objective)
    client = login(alice)
    data = {
        "version": "1",
        "title": "Train all midwives",
        "objective": objective.pk,
        "kind": "workshop",
        "description": "Two days",
        "deliverable": "A trained team",
        "starts_on": "2026-01-01",
        "ends_on": "2026-02-01",
        "needs": "A1",
        "budget": "10.50",
    }

    assertContains(
        client.post(url(plan, "activity-edit", 2), data | {"needs": "A9"}), "no activity A9", status_code=400
    )
    assertContains(
        client.post(url(plan, "activity-edit", 2), data | {"ends_on": "2025-01-01"}),
        "before the start",
        status_code=400,
    )
    assertRedirects(client.post(url(plan, "activity-edit", 2), data), url(plan, "activity-detail", 2))
    assertContains(client.post(url(plan, "activity-edit", 2), data | {"title": "Stale"}), "Stale", status_code=409)

    activity.refresh_from_db()
    assert (activity.title, activity.description, str(activity.budget)) == ("Train all midwives", "Two days", "10.50")
    page = client.get(url(plan, "activity-detail", 2))
    for words in ("Two days", "A trained team", "Waits for", "First"):
        assertContains(page, words)


def test_owner_reports_how_far_their_activity_is(login, carol, plan):
    owner = make_member(plan.partnership, side="host", user=carol)
    objective = make_objective(plan)
    make_activity(objective, host_owner=owner)
    make_activity(objective, title="Not hers")
    client = login(carol)

    assertRedirects(client.post(url(plan, "activity-move", 1), {"to": "under_way"}), url(plan, "activity-detail", 1))
    assert Activity.objects.get(number=1).progress == "under_way"
    assert client.post(url(plan, "activity-move", 2), {"to": "under_way"}).status_code == 403
    response = client.post(url(plan, "activity-move", 1), {"to": "cancelled", "reason": ""})
    assertContains(response, "say why", status_code=400)


def test_warnings_refuse_nothing(login, alice, plan):
    type(plan.partnership).objects.filter(pk=plan.partnership_id).update(starts_on="2026-02-01", ends_on="2026-03-01")
    objective = make_objective(plan)
    first = make_activity(objective)
    past = make_member(plan.partnership, side="resource", contact=make_contact(name="Ole"), starts_on="2020-01-01")
    type(past).objects.filter(pk=past.pk).update(ends_on="2020-02-02")
    make_activity(objective, title="Second", needs=(first,), resource_owner=past)

    response = login(alice).get(url(plan))

    for words in (
        "A1 starts before the partnership does, on 1 February 2026.",
        "A1 ends after the partnership does, on 1 March 2026.",
        "A2 starts on 10 January 2026, but it waits for A1, which ends on 20 March 2026.",
        "A1 has no owner on this side: Host side.",
        "A2: Ole is no longer on the team.",
        "Propose to both sides",
    ):
        assertContains(response, words)


def test_quarters_tell_what_is_planned_done_and_late(login, alice, plan):
    today = timezone.localdate()
    objective = make_objective(plan)
    make_activity(objective, title="Late one", starts_on=None, ends_on=today - timedelta(days=1))
    make_activity(objective, title="No date", starts_on=None, ends_on=None)
    make_activity(objective, title="Long ago", starts_on=date(2020, 2, 1), ends_on=date(2020, 2, 2))
    client = login(alice)

    this_year = client.get(url(plan, "workplan-quarters"))
    assertContains(this_year, "No date")
    yesterday = client.get(url(plan, "workplan-quarters"), {"year": (today - timedelta(days=1)).year, "starts": 1})
    assertContains(yesterday, "1 late")
    past = client.get(url(plan, "workplan-quarters"), {"year": 2019, "starts": 10})
    assertContains(past, "Long ago")
    for odd in ({"year": "x"}, {"starts": "13"}, {"year": "99999"}, {"starts": "0", "year": "-1"}):
        assert client.get(url(plan, "workplan-quarters"), odd).status_code == 200


def test_timeline_is_drawn_with_a_table_beside_it(login, alice, plan):
    make_activity(make_objective(plan, title="<b>Fewer</b>"), title="<script>x</script>")

    response = login(alice).get(url(plan, "workplan-timeline"))

    for words in ('<svg class="chart"', 'role="img"', "<desc", "The same as a table", "&lt;script&gt;"):
        assertContains(response, words)
    assertNotContains(response, "<script>x")


def test_versions_are_kept_and_compared(login, alice, plan):
    leads = make_leads(plan.partnership)
    make_activity(make_objective(plan))
    make_approved(plan, leads=leads)
    amend_plan(plan, reason="The floods", by=alice)
    plan.activities.update(title="Train them later", budget=500)
    client = login(alice)

    assertContains(client.get(url(plan)), "One change against the approved version")
    compare = client.get(url(plan, "workplan-compare"))
    for words in ("Train midwives", "Train them later", "500 USD", "Changed"):
        assertContains(compare, words)
    second = make_approved(plan, leads=leads)
    versions = client.get(url(plan, "workplan-versions"))
    for words in ("Version 1", "Version 2", "The floods", "In force", second.code):
        assertContains(versions, words)
    assertContains(client.get(url(plan, "workplan-version", 1)), "Train midwives")
    assertNotContains(client.get(url(plan, "workplan-version", 1)), "Train them later")
    between = client.get(url(plan, "workplan-compare"), {"from": "1", "to": "2"})
    assertContains(between, "Train them later")
    for odd in ({"from": "9"}, {"to": "x"}):
        assert client.get(url(plan, "workplan-compare"), odd).status_code == 404
    assert client.get(url(plan, "workplan-version", 9)).status_code == 404


def test_risk_is_added_edited_and_moved(login, alice, plan):
    client = login(alice)
    data = {"title": "Visas come late", "category": "travel", "likelihood": 4, "impact": 3, "response": "reduce"}
    assertContains(client.post(url(plan, "risk-create"), data | {"impact": 6}), "valid choice", status_code=400)

    client.post(url(plan, "risk-create"), data)
    assertContains(client.get(url(plan, "risk-list")), "High (12)")
    client.post(url(plan, "risk-edit", 1), data | {"likelihood": 1, "version": "1"})
    stale = client.post(url(plan, "risk-edit", 1), data | {"title": "Stale", "version": "1"})
    assertContains(stale, "Stale", status_code=409)
    assertContains(client.post(url(plan, "risk-move", 1), {"to": "closed"}), "say why", status_code=400)
    client.post(url(plan, "risk-move", 1), {"to": "closed", "reason": "Visas are here"})

    assert (Risk.objects.get().state, Risk.objects.get().likelihood) == ("closed", 1)
    assertContains(client.get(url(plan, "risk-list")), "Visas are here")


def test_closed_partnership_shows_its_plan_and_changes_nothing(login, alice, plan):
    make_activity(make_objective(plan))
    type(plan.partnership).objects.filter(pk=plan.partnership_id).update(status="closed")
    client = login(alice)

    page = client.get(url(plan))
    assertContains(page, "Train midwives")
    assertNotContains(page, "Propose to both sides")
    response = client.post(url(plan, "workplan-propose"), {"hash": hash_now(plan)})
    assertContains(response, "nothing more can be changed", status_code=409)


def test_story_tells_the_plan_in_sentences(login, alice, plan):
    make_activity(make_objective(plan))
    make_approved(plan)
    make_risk(plan)

    response = login(alice).get(reverse("partnerships:partnership-history", args=[plan.partnership.slug]))

    for words in (
        "began the work plan",
        "changed the work plan (added O1)",
        "for the host side",
        "approved by both sides",
    ):
        assertContains(response, words)
