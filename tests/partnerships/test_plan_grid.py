"""The grid in the browser: one post for all rows, conflicts row by row, nothing typed is lost."""

import re

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from partnerships.actions.progress import move_progress
from partnerships.models import Activity, Dependency, WorkPlan
from tests.factories import make_contact, make_member, make_partnership
from tests.factories.workplan import make_activity, make_approved, make_objective, make_plan, make_proposal

pytestmark = pytest.mark.django_db
COLUMNS = "title kind host_owner resource_owner starts_on ends_on needs budget in_kind_days in_kind_value".split()


@pytest.fixture
def plan(alice):
    return make_plan(make_partnership(coordinator=alice))


@pytest.fixture
def objective(plan):
    return make_objective(plan)


def grid_url(plan):
    return reverse("partnerships:workplan-grid", args=[plan.partnership.slug])


def sent(response) -> dict:
    """What a browser would post back: every input of the page as it stands."""
    data: dict = {"row": []}
    for group in response.context["groups"]:
        for row in group["rows"]:
            data["row"].append(row.key)
            data[f"{row.key}-seen"] = row.seen
            data |= {f"{row.key}-{name}": row.values[name] for name in COLUMNS}
    return data


def blank(data) -> str:
    return next(key for key in data["row"] if key.startswith("n"))


def test_page_shows_every_row_with_its_values(login, alice, plan, objective):
    owner = make_member(plan.partnership, side="host", contact=make_contact(name="Grace"))
    make_activity(objective, title="Train midwives", host_owner=owner, budget="1200.50")

    response = login(alice).get(grid_url(plan))

    for words in ('value="Train midwives"', f'<option value="{owner.pk}" selected>Grace', 'value="1200.50"'):
        assertContains(response, words)
    assertContains(response, 'value="2026-01-10"')


def test_untouched_page_writes_nothing(login, alice, plan, objective):
    activity = make_activity(objective, budget="1200.50", in_kind_days="4.5")
    make_activity(objective, title="Two", needs=(activity,))
    client = login(alice)

    response = client.post(grid_url(plan), sent(client.get(grid_url(plan))), follow=True)

    assertContains(response, "Nothing was changed.")
    assert {each.version for each in Activity.objects.all()} == {1}
    assert Activity.objects.count() == 2


def test_changed_and_new_rows_are_saved_in_one_post(login, alice, plan, objective):
    one, two = make_activity(objective), make_activity(objective, title="Two")
    client = login(alice)
    data = sent(client.get(grid_url(plan)))
    data |= {f"a{one.pk}-title": "One, better", f"a{one.pk}-needs": "a2", f"a{one.pk}-budget": "1 250.50"}
    data |= {f"{blank(data)}-title": "Three", f"{blank(data)}-kind": "exchange"}

    response = client.post(grid_url(plan), data)

    assertRedirects(response, grid_url(plan))
    one.refresh_from_db()
    two.refresh_from_db()
    assert (one.title, str(one.budget), one.version, two.version) == ("One, better", "1250.50", 2, 1)
    assert Dependency.objects.get().needs == two
    assert Activity.objects.get(title="Three").kind == "exchange"
    entry = plan.partnership.entries.first()
    assert (entry.data["added"], entry.data["changed"]) == (["A3"], ["A1"])


def test_the_same_post_twice_adds_once(login, alice, plan, objective):
    client = login(alice)
    data = sent(client.get(grid_url(plan)))
    data[f"{blank(data)}-title"] = "Once"

    client.post(grid_url(plan), data)
    client.post(grid_url(plan), data)

    assert Activity.objects.count() == 1


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("title", "", "Say in a few words"),
        ("title", "x" * 201, "at most 200"),
        ("kind", "party", "one of the types"),
        ("host_owner", "999999", "this side’s team"),
        ("host_owner", "x", "this side’s team"),
        ("starts_on", "soon", "valid date"),
        ("ends_on", "2020-01-01", "before the start"),
        ("needs", "the first one", "codes of activities"),
        ("needs", "A99", "no activity A99"),
        ("budget", "a lot", "plain number"),
        ("budget", "-1", "greater than or equal to 0"),
        ("budget", "1.234", "2 decimal"),
        ("budget", "9" * 15, "digits"),
        ("in_kind_days", "NaN", "plain number"),
    ],
)
def test_wrong_input_is_told_at_its_row_and_kept(login, alice, plan, objective, name, text, message):
    one, two = make_activity(objective), make_activity(objective, title="Two")
    client = login(alice)
    data = sent(client.get(grid_url(plan))) | {f"a{one.pk}-{name}": text, f"a{two.pk}-title": "Two, better"}

    response = client.post(grid_url(plan), data)

    assert response.status_code == 400
    assertContains(response, message, status_code=400)
    (row,) = response.context["unsaved"]
    assert (row.key, row.values[name]) == (f"a{one.pk}", text)
    assert set(row.errors) == {name}
    one.refresh_from_db()
    two.refresh_from_db()
    assert (one.version, two.title) == (1, "Two, better")


def test_conflict_shows_both_and_saving_again_is_a_choice(login, alice, carol, plan, objective):
    make_member(plan.partnership, side="host", role="coordinator", user=carol)
    activity = make_activity(objective)
    hers, mine = login(carol), login(alice)
    old = sent(mine.get(grid_url(plan)))
    hers.post(grid_url(plan), sent(hers.get(grid_url(plan))) | {f"a{activity.pk}-title": "Carol’s title"})

    response = mine.post(grid_url(plan), old | {f"a{activity.pk}-title": "Alice’s title"})

    assert response.status_code == 409
    for words in ("Carol saved this row meanwhile", "Carol’s title", "Alice’s title"):
        assertContains(response, words, status_code=409)
    activity.refresh_from_db()
    assert activity.title == "Carol’s title"
    mine.post(grid_url(plan), sent(response))
    activity.refresh_from_db()
    assert activity.title == "Alice’s title"


def test_stale_row_that_was_not_touched_is_no_conflict(login, alice, plan, objective):
    one, two = make_activity(objective), make_activity(objective, title="Two")
    client = login(alice)
    old = sent(client.get(grid_url(plan)))
    client.post(grid_url(plan), old | {f"a{one.pk}-title": "New"})

    response = client.post(grid_url(plan), old | {f"a{two.pk}-title": "New two"})

    assertRedirects(response, grid_url(plan))
    assert sorted(Activity.objects.values_list("title", flat=True)) == ["New", "New two"]


def test_row_that_somebody_removed_can_be_added_again(login, alice, plan, objective):
    activity = make_activity(objective)
    client = login(alice)
    data = sent(client.get(grid_url(plan))) | {f"a{activity.pk}-title": "Worth keeping"}
    activity.delete()

    response = client.post(grid_url(plan), data)

    assertContains(response, "removed this activity meanwhile", status_code=409)
    client.post(grid_url(plan), sent(response))
    assert Activity.objects.get().title == "Worth keeping"


def test_rows_are_removed_and_moved_by_buttons(login, alice, plan, objective):
    one, two, three = (make_activity(objective, title=title) for title in ("One", "Two", "Three"))
    client = login(alice)
    data = sent(client.get(grid_url(plan)))

    client.post(grid_url(plan), data | {f"a{one.pk}-remove": "on", "shift": f"up:a{three.pk}"})

    assert [each.title for each in plan.activities.for_plan()] == ["Three", "Two"]
    response = client.post(grid_url(plan), sent(client.get(grid_url(plan))) | {"more": str(objective.pk)})
    assert f"more={objective.pk}" in response["Location"]
    keys = sent(client.get(response["Location"].partition("#")[0]))["row"]
    assert sum(key.startswith("n") for key in keys) == 5


@pytest.mark.parametrize("row", ["a0", "a99999999999999999999", "nxx", "<b>", f"n1x{'g' * 16}", "a1-title"])
def test_odd_keys_are_ignored(login, alice, plan, objective, row):
    response = login(alice).post(grid_url(plan), {"row": [row], f"{row}-title": "x", f"{row}-seen": "1.x"})

    assert response.status_code in (302, 400, 409)
    assert not Activity.objects.exists()


def test_row_of_another_plan_is_not_written(login, alice, plan, objective):
    foreign = make_activity(make_objective(make_plan(make_partnership())), title="Theirs")
    client = login(alice)

    client.post(
        grid_url(plan), {"row": [f"a{foreign.pk}"], f"a{foreign.pk}-title": "Mine", f"a{foreign.pk}-kind": "other"}
    )

    foreign.refresh_from_db()
    assert foreign.title == "Theirs"


def test_approved_plan_shows_no_inputs_and_takes_no_post(login, alice, plan, objective):
    activity = make_activity(objective)
    client = login(alice)
    data = sent(client.get(grid_url(plan))) | {f"a{activity.pk}-title": "Typed too late"}
    make_approved(plan)

    assertNotContains(client.get(grid_url(plan)), 'name="row"')
    response = client.post(grid_url(plan), data)

    assertContains(response, "Begin an amendment", status_code=409)
    assertContains(response, "Typed too late", status_code=409)
    assert Activity.objects.get().title == "Train midwives"


def test_proposed_plan_warns_and_is_taken_back_by_a_change(login, alice, plan, objective):
    activity = make_activity(objective)
    make_proposal(plan)
    client = login(alice)
    page = client.get(grid_url(plan))
    assertContains(page, "takes the proposal back")

    client.post(grid_url(plan), sent(page) | {f"a{activity.pk}-title": "Changed"})

    assert WorkPlan.objects.get(pk=plan.pk).state == "draft"


def test_hundreds_of_rows_fit_one_post(login, alice, plan, objective, settings, django_assert_max_num_queries):
    for number in range(300):
        make_activity(objective, title=f"Activity {number}")
    client = login(alice)
    with django_assert_max_num_queries(12):
        page = client.get(grid_url(plan))
    data = sent(page)
    assert len(data) < settings.DATA_UPLOAD_MAX_NUMBER_FIELDS
    last = [key for key in data["row"] if key.startswith("a")][-1]

    with django_assert_max_num_queries(25):
        client.post(grid_url(plan), data | {f"{last}-title": "The last one"})

    assert Activity.objects.filter(title="The last one").count() == 1


def test_every_input_has_a_label(login, alice, plan, objective):
    make_activity(objective)
    html = login(alice).get(grid_url(plan)).content.decode()

    ids = set(re.findall(r'<(?:input|select)[^>]* id="([an][0-9a-fx]+-[a-z_]+)"', html))
    assert ids
    assert ids == set(re.findall(r'<label for="([an][0-9a-fx]+-[a-z_]+)"', html))


def test_every_fault_of_a_row_is_told_at_once(login, alice, plan, objective):
    activity = make_activity(objective)
    client = login(alice)
    wrong = {"starts_on": "soon", "ends_on": "2020-01-01", "needs": "A99", "budget": "a lot", "progress": "cancelled"}
    data = sent(client.get(grid_url(plan))) | {f"a{activity.pk}-{name}": text for name, text in wrong.items()}

    response = client.post(grid_url(plan), data)

    (row,) = response.context["unsaved"]
    assert set(row.errors) == {"starts_on", "needs", "budget", "reason"}
    assert {name: row.values[name] for name in wrong} == wrong
    data |= {f"a{activity.pk}-starts_on": "2026-01-10", f"a{activity.pk}-budget": "1,500.50"}
    (row,) = client.post(grid_url(plan), data).context["unsaved"]
    assert set(row.errors) == {"ends_on", "needs", "reason"}
    activity.refresh_from_db()
    assert (activity.version, activity.progress) == (1, "planned")


def test_status_is_moved_along_its_table_and_told_in_the_history(login, alice, plan, objective):
    one, two = make_activity(objective), make_activity(objective, title="Two")
    client = login(alice)
    page = client.get(grid_url(plan))
    data = sent(page) | {f"a{one.pk}-progress": "under_way", f"a{two.pk}-progress": "cancelled"}
    data |= {f"a{two.pk}-reason": "No money", f"a{two.pk}-title": "Two, better"}
    data |= {f"{blank(data)}-title": "Three", f"{blank(data)}-progress": "done"}

    response = client.post(grid_url(plan), data, follow=True)

    assertContains(response, "Saved: 2 rows changed, 1 row added.")
    found = {each.number: each for each in Activity.objects.all()}
    assert {number: each.progress for number, each in found.items()} == {1: "under_way", 2: "cancelled", 3: "done"}
    assert (found[2].cancel_reason, found[2].title) == ("No money", "Two, better")
    assert found[1].version == 1, "how far a row is is not what it says"
    moved = {each.data["code"]: each.data for each in plan.partnership.entries.filter(verb="activity.moved")}
    assert moved["A2"] == {"code": "A2", "title": "Two, better", "old": "planned", "new": "cancelled"} | {
        "reason": "No money"
    }
    assert set(moved) == {"A1", "A2", "A3"}


def test_refused_move_is_told_at_its_row_and_keeps_the_other_cells(login, alice, plan, objective):
    done, other = make_activity(objective), make_activity(objective, title="Two")
    move_progress(done, "done", by=alice)
    client = login(alice)
    data = sent(client.get(grid_url(plan)))
    key = f"a{done.pk}"

    for wanted, message in (("cancelled", "cannot become"), ("lost", "cannot become")):
        changes = {f"{key}-progress": wanted, f"{key}-title": "Typed anew", f"a{other.pk}-title": "Saved"}
        response = client.post(grid_url(plan), data | changes)

        (row,) = response.context["unsaved"]
        assert message in row.errors["progress"], wanted
        assert (row.values["title"], row.values["progress"]) == ("Typed anew", wanted)
    assert [each.title for each in plan.activities.for_plan()] == ["Train midwives", "Saved"]


def test_status_that_somebody_moved_meanwhile(login, alice, plan, objective):
    """An untouched status is not put back to what it was; a chosen one is asked about once."""
    one, two = make_activity(objective), make_activity(objective, title="Two")
    client = login(alice)
    data = sent(client.get(grid_url(plan)))
    data |= {f"a{pk}-progress": "planned" for pk in (one.pk, two.pk)}
    move_progress(one, "under_way", by=alice)
    move_progress(two, "under_way", by=alice)

    response = client.post(grid_url(plan), data | {f"a{one.pk}-title": "Changed", f"a{two.pk}-progress": "cancelled"})

    one.refresh_from_db()
    assert (one.title, one.progress) == ("Changed", "under_way")
    (row,) = response.context["unsaved"]
    assert (row.key, "became “Under way”" in row.errors["progress"]) == (f"a{two.pk}", True)
    again = sent(response) | {f"a{two.pk}-progress": "cancelled", f"a{two.pk}-reason": "No money"}
    client.post(grid_url(plan), again)
    two.refresh_from_db()
    assert two.progress == "cancelled"


def test_approved_plan_takes_moves_alone(login, alice, plan, objective):
    one, two = make_activity(objective), make_activity(objective, title="Two")
    make_approved(plan)
    client = login(alice)
    page = client.get(grid_url(plan))
    data = {"status": [], "row": []}
    for row in page.context["groups"][0]["rows"]:
        data["status"].append(row.key)
        data |= {f"{row.key}-seen": row.seen, f"{row.key}-progress": row.values["progress"]}
    assertContains(page, f'name="a{one.pk}-progress"')
    assertNotContains(page, f'name="a{one.pk}-title"')

    nothing = client.post(grid_url(plan), data, follow=True)
    refused = client.post(grid_url(plan), data | {f"a{one.pk}-progress": "done", f"a{two.pk}-progress": "cancelled"})

    assertContains(nothing, "Nothing was changed.")
    assertContains(refused, "say why", status_code=400)
    assertContains(refused, f'name="a{two.pk}-reason"', status_code=400)
    assert sorted(plan.activities.values_list("progress", flat=True)) == ["done", "planned"]
    plan.refresh_from_db()
    assert plan.state == "approved"
    assert {each.version for each in Activity.objects.all()} == {1}
