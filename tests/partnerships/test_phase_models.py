"""Phase models edited in the browser, and cycles: what was done stays done."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from partnerships.actions.library import load_library
from partnerships.actions.partnership import start_cycle
from partnerships.actions.phase import check_criterion, move_phase, reopen_in_new_cycle
from partnerships.actions.phase_model import copy_model, remove_definition, shift_definition
from partnerships.guards import criteria_of, missing_to_reopen
from partnerships.models import ExitCriterion, Phase, PhaseModel
from tests.factories import make_partnership, make_phase_model


@pytest.fixture
def model(db):
    return make_phase_model(phases=3, criteria=2)


@pytest.fixture
def partnership(alice, model):
    return make_partnership(coordinator=alice, phase_model=model)


def address(definition) -> str:
    return f"{definition.model.get_absolute_url()}phases/{definition.pk}/"


def posted(definition, rows, **changes) -> dict:
    """The form of a phase with ``rows`` of (pk, text, fact)."""
    form = {
        "title": definition.title,
        "purpose": definition.purpose,
        "section": definition.section,
        "version": PhaseModel.objects.get(pk=definition.model_id).version,
        "criteria-TOTAL_FORMS": len(rows),
        "criteria-INITIAL_FORMS": 0,
    }
    for n, (pk, text, fact) in enumerate(rows):
        form |= {f"criteria-{n}-pk": pk or "", f"criteria-{n}-text": text, f"criteria-{n}-fact": fact}
    return form | changes


def texts(phase) -> list[str]:
    return [state.criterion.text for state in criteria_of(Phase.objects.get(pk=phase.pk), frozenset())]


def test_phase_is_edited_with_its_criteria(login, admin, model, settings):
    settings.TOOL_SLUGS = "tests.partnerships.test_phase_models.two_tools"
    first = model.phases.first()
    one, two = first.criteria.all()
    rows = [(two.pk, "Second, now first", ""), (None, "Money is promised", "award:promised"), (one.pk, "", "")]

    response = login(admin).post(
        address(first),
        posted(first, rows, title="Begin", deliverables="A letter\n\nA list", expected_tools="work-plan"),
    )

    assertRedirects(response, model.get_absolute_url())
    first.refresh_from_db()
    assert (first.title, first.deliverables, first.expected_tools) == ("Begin", ["A letter", "A list"], ["work-plan"])
    assert [(each.text, each.fact) for each in first.criteria.all()] == [
        ("Second, now first", ""),
        ("Money is promised", "award:promised"),
    ]
    assert PhaseModel.objects.get(pk=model.pk).is_own


def two_tools() -> list[str]:
    return ["work-plan", "trip-report"]


@pytest.mark.parametrize(
    ("rows", "changes", "words"),
    [
        ([(None, "Money", "money:there")], {}, "is not a fact that the records can answer"),
        ([(None, "", "award:promised")], {}, "Say in words what should hold"),
        ([], {"title": ""}, "This field is required"),
        ([], {"expected_tools": "no-such-tool"}, "There is no tool called no-such-tool"),
        ([], {"deliverables": "x" * 301}, "longer than 300"),
        ([], {"version": "99"}, "Somebody else changed this model"),
    ],
)
def test_faults_are_told_and_nothing_is_saved(login, admin, model, settings, rows, changes, words):
    settings.TOOL_SLUGS = "tests.partnerships.test_phase_models.two_tools"
    first = model.phases.first()

    response = login(admin).post(address(first), posted(first, rows, **({"purpose": "Kept words"} | changes)))

    assert response.status_code in (400, 409)
    assertContains(response, words, status_code=response.status_code)
    assertContains(response, "Kept words", status_code=response.status_code)
    assert first.criteria.count() == 2


def test_ticked_criterion_stays_in_an_open_phase(login, admin, alice, partnership):
    phase = partnership.phases.first()
    one, two = phase.definition.criteria.all()
    check_criterion(phase, one, is_met=True, by=alice)
    rows = [(one.pk, "Reworded", ""), (two.pk, two.text, "")]

    login(admin).post(address(phase.definition), posted(phase.definition, rows))

    assert sorted(texts(phase)) == sorted([one.text, "Reworded", two.text])
    assert ExitCriterion.objects.get(pk=one.pk).retired_on == timezone.localdate()
    assert texts(partnership.phases.last()) == ["Criterion 1", "Criterion 2"]


def test_phase_that_is_over_keeps_what_was_asked_of_it(login, admin, alice, partnership):
    phase = partnership.phases.first()
    one, two = phase.definition.criteria.all()
    move_phase(phase, "done", by=alice, reason="Enough")
    Phase.objects.filter(pk=phase.pk).update(closed_on=timezone.localdate() - timedelta(days=3))

    login(admin).post(address(phase.definition), posted(phase.definition, [(one.pk, one.text, ""), (None, "New", "")]))

    assert texts(phase) == [one.text, two.text]
    again = reopen_in_new_cycle(phase, by=alice)
    assert texts(again) == [one.text, "New"]


def test_phase_in_use_is_taken_out_of_the_next_cycle_only(login, admin, alice, model, partnership):
    second = model.phases.get(number=2)

    response = login(admin).post(f"{address(second)}remove/")

    assertRedirects(response, model.get_absolute_url())
    second.refresh_from_db()
    assert second.is_retired
    assert partnership.phases.count() == 3
    for phase in partnership.phases.all():
        Phase.objects.filter(pk=phase.pk).update(state="done", closed_on=timezone.localdate())
    start_cycle(partnership, by=alice)
    assert [phase.definition.number for phase in partnership.phases.filter(cycle=2)] == [1, 3]
    assert login(admin).get(address(second)).status_code == 404


def test_last_phase_stays(model):
    for phase in list(model.phases.all())[1:]:
        remove_definition(phase)
    assert model.phases.count() == 1

    with pytest.raises(ValidationError, match="at least one"):
        remove_definition(model.phases.get())


def test_phases_change_places(login, admin, model):
    first, second, third = model.phases.all()

    assert shift_definition(second, up=True)
    assert not shift_definition(second, up=True)
    login(admin).post(f"{address(third)}shift/", {"to": "up"})

    assert list(model.phases.order_by("number")) == [second, third, first]


def test_copy_is_a_model_of_its_own(login, admin, model):
    remove_definition(model.phases.get(number=2))

    login(admin).post(f"{model.get_absolute_url()}copy/", {"name": "Ours"})

    copy = PhaseModel.objects.get(name="Ours")
    assert copy.is_own
    assert [(phase.number, phase.title, phase.criteria.count()) for phase in copy.phases.all()] == [
        (1, "Phase 1", 2),
        (2, "Phase 3", 2),
    ]
    assert model.phases.count() == 2
    assertContains(
        login(admin).post(f"{model.get_absolute_url()}copy/", {"name": "Ours"}), "already exists", status_code=400
    )


def test_model_words_are_saved_and_a_stale_edit_shows_both(login, admin, model):
    form = {"name": "Mine", "summary": "How we work.", "version": 1}
    PhaseModel.objects.filter(pk=model.pk).update(name="Theirs", version=2)

    response = login(admin).post(model.get_absolute_url(), form)

    assert response.status_code == 409
    assert {"label": "Name", "mine": "Mine", "theirs": "Theirs"} in response.context["clash"].rows
    assert login(admin).post(model.get_absolute_url(), form | {"version": 2}).status_code == 302
    assert PhaseModel.objects.get().name == "Mine"


def test_shipped_files_leave_a_changed_model_alone(model):
    phase = {"slug": "one", "number": 1, "title": "One", "purpose": "P", "section": "initiate"}
    raw = {"slug": model.slug, "name": "Shipped", "summary": "S", "phases": [phase]}
    copy_model(model, name="Copy")
    PhaseModel.objects.filter(pk=model.pk).update(is_own=True)

    loaded = load_library([raw], [])

    assert loaded.kept == [model.name]
    model.refresh_from_db()
    assert model.name != "Shipped"


@pytest.mark.parametrize("who", ["alice", "carol", "curator"])
def test_models_are_for_administrators(login, request, model, who):
    client = login(request.getfixturevalue(who))

    assert client.get("/phase-models/").status_code == 403
    for page in (address(model.phases.first()), model.get_absolute_url()):
        assert (client.get(page).status_code, client.post(page).status_code) == (403, 403)


# --- Cycles -----------------------------------------------------------------------------------------------------------
def test_phase_opens_again_in_a_new_cycle_beside_open_ones(login, alice, partnership):
    first, second, _third = partnership.phases.all()
    move_phase(first, "done", by=alice, reason="Enough")
    move_phase(second, "open", by=alice)
    url = f"{partnership.get_absolute_url()}phases/{first.pk}/"
    assertContains(login(alice).get(url), "Open it again in a new cycle")

    response = login(alice).post(f"{url}reopen/")

    again = partnership.phases.get(cycle=2, state="open")
    assertRedirects(response, f"{partnership.get_absolute_url()}phases/{again.pk}/")
    assert again.definition == first.definition
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state) == ("done", "open")
    assert partnership.phases.filter(cycle=2, state="planned").count() == 2
    page = login(alice).get(partnership.get_absolute_url())
    assertContains(page, "?cycle=1")
    assert {item["phase"].pk for item in page.context["open_phases"]} == {again.pk, second.pk}
    old = login(alice).get(f"{partnership.get_absolute_url()}?cycle=1")
    assert [step["state"] for step in old.context["track"]] == ["done", "open", "planned"]
    assert login(alice).post(f"{url}reopen/").status_code == 409
    assertNotContains(login(alice).get(url), "Open it again in a new cycle")


def test_what_keeps_a_phase_from_a_new_cycle(alice, partnership):
    first, second, _third = partnership.phases.all()
    assert [each.fact for each in missing_to_reopen(first)] == ["phase:over"]
    move_phase(first, "done", by=alice, reason="Enough")
    assert missing_to_reopen(first) == []
    move_phase(second, "skipped", by=alice, reason="Not now")
    remove_definition(second.definition)
    second = Phase.objects.get(pk=second.pk)
    assert [each.fact for each in missing_to_reopen(second)] == ["phase:in-use"]
    reopen_in_new_cycle(first, by=alice)
    assert [each.fact for each in missing_to_reopen(first)] == ["phase:latest-cycle"]
    partnership.status = "closed"
    partnership.save()
    with pytest.raises(ValidationError, match="closed"):
        reopen_in_new_cycle(first, by=alice)
