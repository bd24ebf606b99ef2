"""What each step of the status asks for, who may take it, and what a phase asks for before it opens."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from partnerships.actions.partnership import agree_to_step, change_status
from partnerships.actions.phase import move_phase
from partnerships.chronicle import note_of
from partnerships.facts import known_facts, partnership_facts, row_facts
from partnerships.guards import STATUS_REQUIREMENTS, missing_in_new_cycle, missing_to_open
from partnerships.models import Partnership, Phase, PhaseModel, record
from partnerships.states import STEPS_OF_LEADS, TRANSITIONS, Status
from partnerships.story import tell
from tests.factories import make_contact, make_member, make_partnership, make_user
from tests.factories.following import make_follow_up
from tests.factories.funding import make_award
from tests.factories.workplan import make_activity, make_approved, make_objective, make_plan

ASKED = {
    ("proposed", "forming"): {
        "sides:two": ("sides:two",),
        "focal points": ("team:focal-points",),
        "selection": ("document:proposal-scoring-sheet:submitted", "document:proposal-panel-sheet:submitted"),
    },
    ("forming", "active"): {
        "sides": ("sides:two",),
        "focal points": ("team:focal-points",),
        "memorandum": ("memorandum:agreed",),
        "communication": ("document:communication-plan:submitted",),
        "start": ("dates:start",),
        "host": ("step:agreed-host",),
        "resource": ("step:agreed-resource",),
    },
    ("active", "graduating"): {
        "looked back": (
            "document:partnership-health-check:submitted",
            "document:partnership-self-assessment:submitted",
            "document:mid-term-review:submitted",
            "document:final-evaluation-report:submitted",
        ),
        "sustainability plan begun": ("document:sustainability-and-close-out-plan:started",),
        "host": ("step:agreed-host",),
        "resource": ("step:agreed-resource",),
    },
    ("graduating", "graduated"): {
        "end": ("dates:end",),
        "final report": ("document:final-evaluation-report:accepted",),
        "close-out": ("document:sustainability-and-close-out-plan:accepted",),
        "a year later": ("follow-up:after-a-year",),
        "host": ("step:agreed-host",),
        "resource": ("step:agreed-resource",),
    },
}


def today(days=0):
    return timezone.localdate() + timedelta(days=days)


def address(partnership, page="partnership-status"):
    return reverse(f"partnerships:{page}", args=[partnership.slug])


def lead_of(partnership, side):
    user = make_user()
    make_member(partnership, side=side, role="lead", contact=make_contact(user=user))
    return user


def test_each_step_asks_for_what_is_written_here():
    assert set(STATUS_REQUIREMENTS) == set(ASKED)
    for step, asked in ASKED.items():
        proofs = [{requirement.fact, *requirement.others} for requirement in STATUS_REQUIREMENTS[step]]
        assert proofs == [set(facts) for facts in asked.values()], step
        for requirement in STATUS_REQUIREMENTS[step]:
            assert not requirement.is_met(frozenset()), requirement.fact
            for fact in (requirement.fact, *requirement.others):
                assert requirement.is_met({fact}), fact


def test_both_sides_agree_before_a_step(alice):
    partnership = make_partnership(coordinator=alice, status="graduating")
    host, resource = lead_of(partnership, "host"), lead_of(partnership, "resource")
    agree_to_step(partnership, by=host)

    assert {fact for fact in row_facts(partnership) if fact.startswith("step:")} == {"step:agreed-host"}
    entry = partnership.entries.first()
    assert "moves from “Graduating” to “Graduated”" in tell(entry)
    with pytest.raises(ValidationError, match="agreed already"):
        agree_to_step(partnership, by=host)
    with pytest.raises(ValidationError, match="agreed already"):
        agree_to_step(partnership, by=alice)  # who coordinates, and speaks for no side

    change_status(partnership, "graduated", by=alice, reason="Papers follow")
    waived = partnership.entries.first().data["waived"]
    assert "the agreement of the resource side, by its lead or coordinator" in waived
    assert not any("host side" in each for each in waived)
    with pytest.raises(ValidationError, match="No step is waiting"):
        agree_to_step(partnership, by=resource)


def test_a_side_takes_its_agreement_back_while_the_step_is_open(login, alice):
    partnership = make_partnership(coordinator=alice, status="graduating")
    host, resource = lead_of(partnership, "host"), lead_of(partnership, "resource")
    agree_to_step(partnership, by=resource)
    client = login(host)

    for _time in range(2):
        client.post(address(partnership, "status-agree"))
        assertContains(client.get(address(partnership)), "Take the agreement of my side back")
        client.post(address(partnership, "status-withdraw"))
        assert {fact for fact in row_facts(partnership) if fact.startswith("step:")} == {"step:agreed-resource"}
    assert tell(partnership.entries.first()).startswith("took back the agreement of the host side")
    refused = client.post(address(partnership, "status-withdraw"))
    assertContains(refused, "no agreement of your side to take back", status_code=409)
    assert login(alice).post(address(partnership, "status-withdraw")).status_code == 403


def test_an_agreement_counts_until_the_status_moves(alice):
    partnership = make_partnership(coordinator=alice, status="active")
    agree_to_step(partnership, by=lead_of(partnership, "host"))
    change_status(partnership, "on_hold", by=alice, reason="Flood", restart_on=today(30))
    change_status(partnership, "active", by=alice)

    assert "step:agreed-host" not in row_facts(partnership)


def test_who_takes_the_step_agrees_for_their_side(alice):
    partnership = make_partnership(coordinator=alice, status="active")
    make_member(partnership, side="host", role="coordinator", contact=make_contact(user=alice))

    change_status(partnership, "graduating", by=alice, reason="Agreed in the meeting")

    waived = " ".join(partnership.entries.first().data["waived"])
    assert "resource side" in waived
    assert "host side" not in waived


def test_leads_take_the_steps_that_are_theirs(login, alice, subtests):
    reason = {"reason": "We agreed", "restart_on": today(40), "obligations": "None"}
    for old, nexts in TRANSITIONS.items():
        for new in nexts:
            with subtests.test(old=old, new=new):
                partnership = make_partnership(coordinator=alice, status=old)
                client = login(lead_of(partnership, "resource"))
                response = client.post(address(partnership), {"to": new, **reason})
                asks = (old, new) in STATUS_REQUIREMENTS
                own = (old, new) in STEPS_OF_LEADS
                assert response.status_code == (403 if not own else 409 if asks else 302)
                partnership.refresh_from_db()
                assert partnership.status == (new if own and not asks else old)


def test_a_lead_sets_nothing_aside_and_sees_what_is_missing(login, alice):
    partnership = make_partnership(coordinator=alice, status="active")
    client = login(lead_of(partnership, "resource"))

    page = client.get(address(partnership))
    assertContains(page, "This step opens for you as soon as that is there.")
    assertNotContains(page, "Change to “Graduating”")
    assertContains(page, "Change to “On hold”")
    assertContains(client.get(partnership.get_absolute_url()), address(partnership))

    assertRedirects(client.post(address(partnership, "status-agree")), address(partnership))
    assertContains(client.get(address(partnership)), "has agreed")
    assertContains(client.post(address(partnership, "status-agree")), "agreed already", status_code=409)


def test_a_lead_whose_side_is_the_last_to_agree_takes_the_step(login, alice, settings):
    settings.FACT_PROVIDERS = [f"{__name__}.everything"]
    partnership = make_partnership(coordinator=alice, status="graduating")
    agree_to_step(partnership, by=lead_of(partnership, "host"))
    lead = lead_of(partnership, "resource")
    make_follow_up(partnership, due_on=today(365))

    assertRedirects(login(lead).post(address(partnership), {"to": "graduated"}), partnership.get_absolute_url())

    assert partnership.entries.first().data["waived"] == []


def everything(partnership):
    return {
        fact for asked in STATUS_REQUIREMENTS.values() for each in asked for fact in (each.fact,) if "step:" not in fact
    }


def test_on_hold_says_until_when(login, alice):
    partnership = make_partnership(coordinator=alice, status="active")
    client, hold = login(alice), {"to": "on_hold", "reason": "Flood in the ward"}
    for day in ("", today(), today(-3)):
        response = client.post(address(partnership), {**hold, "restart_on": day})
        assertContains(response, "expect to go on", status_code=400)
        assertContains(response, "Flood in the ward", status_code=400)

    client.post(address(partnership), {**hold, "restart_on": today(60)})

    page = client.get(partnership.get_absolute_url())
    assertContains(page, "Expected to go on from")
    assert partnership.entries.first().data["restart_on"] == today(60).isoformat()
    assert "Expected to go on:" in note_of(partnership.entries.first())


def test_an_end_says_what_remains_to_be_done(login, alice):
    partnership = make_partnership(coordinator=alice, status="active")
    client, end = login(alice), {"to": "terminated", "reason": "No funds"}
    for words in ("", "   ", "x" * 4001):
        assert client.post(address(partnership), {**end, "obligations": words}).status_code == 400

    client.post(address(partnership), {**end, "obligations": "Return two laptops"})

    assertContains(client.get(partnership.get_absolute_url()), "Return two laptops")
    assert "Obligations left: Return two laptops" in note_of(partnership.entries.first())


def test_the_follow_up_after_a_year_is_open_and_far_away(alice):
    partnership = make_partnership(coordinator=alice, status="graduating")
    near = make_follow_up(partnership, due_on=today(100))
    assert "follow-up:after-a-year" not in row_facts(partnership)

    near.due_on = today(365)
    near.save()
    assert "follow-up:after-a-year" in row_facts(partnership)


# --- Phases -----------------------------------------------------------------------------------------------------------
@pytest.fixture
def partnership(alice):
    call_command("load_phase_models", verbosity=0)
    return make_partnership(coordinator=alice, phase_model=PhaseModel.objects.get(slug="aiha"), status="active")


def phase_of(partnership, slug) -> Phase:
    return partnership.phases.select_related("definition", "partnership").get(definition__slug=slug)


def test_the_work_begins_with_a_plan(login, alice, partnership):
    phase = phase_of(partnership, "implement")
    url = reverse("partnerships:phase-move", args=[partnership.slug, phase.pk])
    client = login(alice)

    assertContains(client.get(phase_url(phase)), "Before this phase opens, there should be:")
    assertContains(client.post(url, {"to": "open"}), "Please say why", status_code=400)
    phase.refresh_from_db()
    assert phase.state == "planned"

    assert client.post(url, {"to": "open", "reason": "The plan is on paper"}).status_code == 302
    entry = partnership.entries.first()
    assert "The work plan has been accepted." in entry.data["waived"]
    assert "Set aside: " in note_of(entry)


def phase_url(phase):
    return reverse("partnerships:phase-detail", args=[phase.partnership.slug, phase.pk])


def test_what_a_phase_asks_for_before_it_opens(partnership, alice):
    def asks(slug, facts=frozenset()):
        return {each.fact for each in missing_to_open(phase_of(partnership, slug), frozenset(facts))}

    assert asks("initiate") == set()
    assert "sides:two" in asks("workplan")
    assert "document:work-plan:accepted" not in asks("workplan")
    for slug in ("implement", "monitor", "evaluate", "disseminate"):
        assert "document:work-plan:accepted" in asks(slug), slug
    # What was done or skipped, for a reason on record, asks for nothing more; but the work still asks for its plan.
    for slug in ("initiate", "workplan"):
        Phase.objects.filter(pk=phase_of(partnership, slug).pk).update(state="done", closed_on=today())
    assert asks("implement") == {"document:work-plan:accepted"}
    assert asks("monitor") == asks("workplan") == set()
    assert asks("implement", {"document:work-plan:accepted"}) == set()
    move_phase(phase_of(partnership, "monitor"), "open", by=alice)


def test_the_goal_of_an_approved_plan_is_the_goal(alice):
    partnership = make_partnership(coordinator=alice, goal="")
    plan = make_plan(partnership, goal="Safe births at night", by=alice)
    make_activity(make_objective(plan))
    assert "goal:written" not in partnership_facts(Partnership.objects.get(pk=partnership.pk))

    make_approved(plan)

    assert "goal:written" in partnership_facts(Partnership.objects.get(pk=partnership.pk))


def test_every_status_is_known_to_the_table():
    assert set(TRANSITIONS) == set(Status)


def test_whoever_pays_approves_the_plan_before_the_work(login, alice, partnership):
    plan = make_plan(partnership)
    make_activity(make_objective(plan))
    phase = phase_of(partnership, "implement")
    client, url = login(alice), reverse("partnerships:workplan-donor", args=[partnership.slug])

    def asks():
        asked = missing_to_open(phase, known_facts(Partnership.objects.get(pk=partnership.pk)))
        return {each.fact for each in asked if each.fact.startswith(("document:work-plan", "workplan:"))}

    assert "workplan:donor-approved" not in asks(), "nobody pays"
    make_award(partnership, responsible=alice)
    assert "workplan:donor-approved" in asks()
    assertContains(client.post(url, {"note": "Letter"}), "Both sides approve the plan first", status_code=409)
    make_approved(plan)
    assertContains(client.get(plan.get_absolute_url()), "has approved version 1 too")
    assertContains(client.post(url, {"note": " "}), "Write who approved it, and when.", status_code=400)
    assert asks() == {"workplan:donor-approved"}

    client.post(url, {"note": "Letter of the fund, 3 May"})

    assert asks() == set()
    assert tell(partnership.entries.first()).endswith("version 1 of the work plan: Letter of the fund, 3 May")
    assertContains(client.get(plan.get_absolute_url()), "Letter of the fund, 3 May")
    assertContains(client.post(url, {"note": "Again"}), "written down already", status_code=409)
    record(partnership, "workplan.approved", by=alice, number=2)
    assert asks() == {"workplan:donor-approved"}, "another version is asked about anew"


def test_a_new_cycle_asks_for_its_plan_before_the_work(login, alice, partnership):
    work, planning = phase_of(partnership, "implement"), phase_of(partnership, "workplan")
    for phase in (work, planning):
        Phase.objects.filter(pk=phase.pk).update(state="done", closed_on=today())
    client, url = login(alice), reverse("partnerships:phase-reopen", args=[partnership.slug, work.pk])
    assert missing_in_new_cycle(planning, frozenset()) == [], "a cycle may begin with its plan"
    assert "document:work-plan:accepted" in {each.fact for each in missing_in_new_cycle(work, frozenset())}
    assertContains(client.get(phase_url(work)), 'id="again-reason"')
    assertContains(client.post(url), "Please say why.", status_code=400)
    assert not partnership.phases.filter(cycle=2).exists()
    client.post(url, {"reason": "The plan is signed next week"})

    assert partnership.phases.get(cycle=2, state="open").definition == work.definition
    entry = partnership.entries.get(verb="cycle.phase_reopened")
    assert entry.data["reason"] == "The plan is signed next week"
    assert "The work plan has been accepted." in entry.data["waived"]
