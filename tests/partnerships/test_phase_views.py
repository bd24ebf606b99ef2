import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from partnerships.models import CriterionCheck, Phase
from tests.factories import make_member, make_partnership, make_phase_model


@pytest.fixture
def partnership(alice):
    """Two manual criteria a phase; the first phase also asks for a goal and a start date."""
    model = make_phase_model(criteria=2, facts=("goal:written", "dates:start"))
    return make_partnership(coordinator=alice, phase_model=model, goal="Fewer infections")


def page(phase, name="phase-detail", *more):
    return reverse(f"partnerships:{name}", args=[phase.partnership.slug, phase.pk, *more])


def first(partnership):
    return partnership.phases.first()


def criterion(phase, *, fact=""):
    return phase.definition.criteria.filter(fact=fact).first()


def tick(client, phase, criterion, **data):
    return client.post(page(phase, "criterion-check", criterion.pk), data)


def test_page_shows_the_phase_and_its_criteria(login, alice, partnership):
    phase = first(partnership)
    type(phase.definition).objects.filter(pk=phase.definition_id).update(deliverables=["A signed letter"])

    response = login(alice).get(page(phase))

    for words in ("Phase 1", "What this phase is for.", "A signed letter", "Initiating the partnership"):
        assertContains(response, words)
    assertContains(response, "1 of 4 criteria met")
    states = [(item["state"].criterion.fact, item["state"].is_met) for item in response.context["criteria"]]
    assert states == [("", False), ("", False), ("goal:written", True), ("dates:start", False)]
    assert [item["move"].to for item in response.context["moves"]] == ["done", "planned"]


def test_page_query_count_does_not_grow(login, alice):
    counts = []
    for n in (1, 3):
        partnership = make_partnership(coordinator=alice, phase_model=make_phase_model(criteria=n))
        phase = first(partnership)
        for one in phase.definition.criteria.all():
            CriterionCheck.objects.create(phase=phase, criterion=one, checked_by=alice)
        client = login(alice)
        with CaptureQueriesContext(connection) as queries:
            client.get(page(phase))
        counts.append(len(queries))

    assert counts[0] == counts[1] <= 12


def test_page_for_readers_has_nothing_to_press(login, carol, partnership):
    make_member(partnership, user=carol)

    response = login(carol).get(page(first(partnership)))

    assert response.context["moves"] == []
    assertNotContains(response, "Mark as met")


def test_page_of_a_closed_partnership_has_nothing_to_press(login, alice, partnership):
    type(partnership).objects.update(status="closed")

    response = login(alice).get(page(first(partnership)))

    assert response.context["moves"] == []
    assertNotContains(response, "Mark as met")


def test_page_of_a_phase_of_another_partnership_is_not_there(login, alice, bob, partnership):
    theirs = make_partnership(coordinator=bob)
    forged = reverse("partnerships:phase-detail", args=[partnership.slug, first(theirs).pk])

    assert login(alice).get(forged).status_code == 404
    assert login(bob).get(page(first(partnership))).status_code == 404


# --- Criteria ---------------------------------------------------------------------------------------------------------
def test_tick_and_untick_are_saved_and_recorded(login, alice, partnership):
    phase, client = first(partnership), login(alice)
    manual = criterion(phase)

    response = tick(client, phase, manual, is_met="yes", note="Letter of 3 March")

    assertRedirects(response, page(phase))
    check = phase.checks.get()
    assert (check.criterion, check.note, check.checked_by) == (manual, "Letter of 3 March", alice)
    assertContains(client.get(page(phase)), "Letter of 3 March")

    tick(client, phase, manual, is_met="no", note="It was withdrawn")

    assert not phase.checks.exists()
    assert [(entry.verb, entry.data["note"]) for entry in partnership.entries.all()[:2]] == [
        ("criterion.unmet", "It was withdrawn"),
        ("criterion.met", "Letter of 3 March"),
    ]


def test_tick_twice_is_recorded_once(login, alice, partnership):
    phase, client = first(partnership), login(alice)

    for _time in range(2):
        assert tick(client, phase, criterion(phase), is_met="yes").status_code == 302

    assert phase.checks.count() == 1
    assert partnership.entries.filter(verb="criterion.met").count() == 1


@pytest.mark.parametrize(
    ("data", "status", "message"),
    [
        ({"is_met": "yes", "note": "x" * 501}, 400, "at most 500 characters"),
        ({"is_met": "perhaps"}, 400, "not one of the available choices"),
        ({}, 400, "required"),
    ],
)
def test_tick_says_what_is_wrong(login, alice, partnership, data, status, message):
    phase = first(partnership)

    response = tick(login(alice), phase, criterion(phase), **data)

    assertContains(response, message, status_code=status)
    assert not phase.checks.exists()


def test_tick_of_what_the_records_answer_is_refused(login, alice, partnership):
    phase = first(partnership)

    response = tick(login(alice), phase, criterion(phase, fact="dates:start"), is_met="yes")

    assertContains(response, "The records answer this criterion", status_code=409)
    assert not phase.checks.exists()


def test_tick_of_another_phases_criterion_is_not_there(login, alice, partnership):
    one, two, *_rest = partnership.phases.all()

    assert tick(login(alice), one, criterion(two), is_met="yes").status_code == 404
    assert not CriterionCheck.objects.exists()


def test_tick_in_a_resting_partnership_is_refused(login, alice, partnership):
    type(partnership).objects.update(status="on_hold")
    phase = first(partnership)

    response = tick(login(alice), phase, criterion(phase), is_met="yes")

    assertContains(response, "nothing more can be changed", status_code=409)
    assert not phase.checks.exists()


@pytest.mark.parametrize(("who", "status"), [("bob", 404), ("curator", 404), ("carol", 403)])
def test_tick_and_move_are_not_for_everybody(login, request, carol, partnership, who, status):
    make_member(partnership, user=carol)
    phase, client = first(partnership), login(request.getfixturevalue(who))

    assert tick(client, phase, criterion(phase), is_met="yes").status_code == status
    assert client.post(page(phase, "phase-move"), {"to": "done", "reason": "Mine"}).status_code == status
    assert client.post(reverse("partnerships:cycle-start", args=[partnership.slug])).status_code == status
    phase.refresh_from_db()
    assert phase.state == "open"
    assert partnership.entries.count() == 1


# --- Moves ------------------------------------------------------------------------------------------------------------
def test_move_is_saved(login, alice, partnership):
    phase = partnership.phases.last()

    response = login(alice).post(page(phase, "phase-move"), {"to": "open", "reason": "Begun on paper"})

    assertRedirects(response, page(phase))
    phase.refresh_from_db()
    assert (phase.state, phase.opened_on is not None) == ("open", True)


def test_several_phases_may_be_open(login, alice, partnership):
    for phase in partnership.phases.all()[1:3]:
        login(alice).post(page(phase, "phase-move"), {"to": "open", "reason": "Begun on paper"})

    assert partnership.phases.filter(state="open").count() == 3


def test_finishing_with_unmet_criteria_needs_a_reason(login, alice, partnership):
    phase, client = first(partnership), login(alice)

    response = client.post(page(phase, "phase-move"), {"to": "done"})

    assertContains(response, "Please say why", status_code=400)
    phase.refresh_from_db()
    assert phase.state == "open"

    client.post(page(phase, "phase-move"), {"to": "done", "reason": "Signed in May"})

    phase.refresh_from_db()
    assert phase.state == "done"
    assert partnership.entries.first().data["reason"] == "Signed in May"


def test_finishing_with_every_criterion_met_needs_none(login, alice):
    partnership = make_partnership(coordinator=alice, phase_model=make_phase_model(criteria=1))
    phase = first(partnership)
    CriterionCheck.objects.create(phase=phase, criterion=criterion(phase), checked_by=alice)

    assert login(alice).post(page(phase, "phase-move"), {"to": "done"}).status_code == 302


@pytest.mark.parametrize(
    ("data", "status", "message"),
    [
        ({"to": "skipped", "reason": "No"}, 409, "cannot become skipped"),
        ({"to": "moon", "reason": "No"}, 409, "cannot become moon"),
        ({"to": "done", "reason": "x" * 2001}, 400, "at most 2000 characters"),
        ({}, 400, "required"),
    ],
)
def test_move_is_refused_with_a_sentence(login, alice, partnership, data, status, message):
    phase = first(partnership)

    response = login(alice).post(page(phase, "phase-move"), data)

    assertContains(response, message, status_code=status)
    phase.refresh_from_db()
    assert phase.state == "open"


def test_move_in_a_resting_partnership_is_refused(login, alice, partnership):
    type(partnership).objects.update(status="terminated")

    response = login(alice).post(page(first(partnership), "phase-move"), {"to": "planned"})

    assertContains(response, "nothing more can be changed", status_code=409)


def test_posts_only(login, alice, partnership):
    phase = first(partnership)

    assert login(alice).get(page(phase, "phase-move")).status_code == 405
    assert login(alice).get(page(phase, "criterion-check", criterion(phase).pk)).status_code == 405
    assert login(alice).get(reverse("partnerships:cycle-start", args=[partnership.slug])).status_code == 405


# --- Cycles -----------------------------------------------------------------------------------------------------------
def test_next_cycle_begins_when_every_phase_is_over(login, alice, partnership):
    address, client = reverse("partnerships:cycle-start", args=[partnership.slug]), login(alice)

    response = client.post(address)

    assertContains(response, "Finish or skip every phase", status_code=409)
    assert partnership.phases.count() == 6
    assertNotContains(client.get(partnership.get_absolute_url()), "Start the next cycle")

    Phase.objects.update(state="done", closed_on="2026-12-01")
    assertContains(client.get(partnership.get_absolute_url()), "Start the next cycle")
    assertRedirects(client.post(address), partnership.get_absolute_url())

    second = partnership.phases.filter(cycle=2)
    assert [phase.state for phase in second] == ["open", *["planned"] * 5]
    assert partnership.entries.first().verb == "cycle.started"
    assertContains(client.get(partnership.get_absolute_url()), "Cycle 2")
