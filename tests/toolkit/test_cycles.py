"""Each cycle of the phases asks for a work plan of its own, and for the donor's word on it."""

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from partnerships.actions.partnership import start_cycle
from partnerships.actions.workplan import amend_plan
from partnerships.facts import known_facts
from partnerships.guards import missing_in_new_cycle, missing_to_open
from partnerships.models import Partnership, Phase, PhaseModel, WorkPlan, record
from tests.factories import make_partnership
from tests.factories.funding import make_award
from tests.factories.toolkit import make_document, make_tool
from tests.factories.workplan import make_activity, make_approved, make_objective, make_plan
from toolkit.actions.submitting import accept_document
from toolkit.models import Document

pytestmark = pytest.mark.django_db
PLAN_FACTS = {"document:work-plan:accepted", "workplan:donor-approved"}


@pytest.fixture
def partnership(alice):
    call_command("load_phase_models", verbosity=0)
    return make_partnership(coordinator=alice, phase_model=PhaseModel.objects.get(slug="aiha"), status="active")


def phase_of(partnership, slug) -> Phase:
    return partnership.phases.select_related("definition", "partnership").get(definition__slug=slug)


def phase_url(phase):
    return reverse("partnerships:phase-detail", args=[phase.partnership.slug, phase.pk])


def asked_of(phase):
    """What the phase, as it is now, asks for of the plan before it opens."""
    phase = Phase.objects.select_related("definition", "partnership").get(pk=phase.pk)
    facts = known_facts(Partnership.objects.get(pk=phase.partnership_id))
    return {each.fact for each in missing_to_open(phase, facts)} & PLAN_FACTS


def approved_by_all(partnership, client):
    plan = make_plan(partnership)
    make_activity(make_objective(plan))
    make_award(partnership, responsible=partnership.coordinator)
    make_approved(plan)
    client.post(reverse("partnerships:workplan-donor", args=[partnership.slug]), {"note": "Letter of 3 May"})
    return plan


def test_a_new_cycle_does_not_take_the_plan_of_the_last_for_its_own(login, alice, partnership):
    client, work = login(alice), phase_of(partnership, "implement")
    plan = approved_by_all(partnership, client)
    assert asked_of(work) == set(), "the first cycle counts all that was ever approved"
    for phase in partnership.phases.all():
        Phase.objects.filter(pk=phase.pk).update(state="done", closed_on=timezone.localdate())
    done = phase_of(partnership, "workplan")

    assert start_cycle(partnership, by=alice) == 2

    again = partnership.phases.get(cycle=2, definition=work.definition)
    assert asked_of(again) == PLAN_FACTS
    assertContains(client.get(phase_url(again)), "the donor’s approval of the work plan of this cycle")
    planning = partnership.phases.get(cycle=2, definition=done.definition)
    assertContains(client.get(phase_url(planning)), "What was approved before this cycle began does not count for it.")
    assertNotContains(client.get(phase_url(done)), "before this cycle began")
    assertContains(client.get(plan.get_absolute_url()), "has approved version 1 too")

    amend_plan(WorkPlan.objects.get(pk=plan.pk), reason="Year 2", by=alice)
    make_activity(plan.objectives.first(), title="What year 2 is for")
    make_approved(plan)
    assert asked_of(again) == {"workplan:donor-approved"}
    client.post(reverse("partnerships:workplan-donor", args=[partnership.slug]), {"note": "Letter of 4 June"})
    assert asked_of(again) == set()


def test_the_donor_may_say_yes_to_the_same_plan_for_another_cycle(login, alice, partnership):
    client = login(alice)
    plan = approved_by_all(partnership, client)
    record(partnership, "cycle.started", by=alice, cycle=2)

    client.post(reverse("partnerships:workplan-donor", args=[partnership.slug]), {"note": "For year 2 as well"})

    assertContains(client.get(plan.get_absolute_url()), "For year 2 as well")
    assert "workplan:donor-approved-this-cycle" in known_facts(Partnership.objects.get(pk=partnership.pk))


def test_a_phase_that_begins_a_new_cycle_asks_for_a_plan_whatever_was_approved(login, alice, partnership):
    approved_by_all(partnership, login(alice))
    work = phase_of(partnership, "implement")
    facts = known_facts(Partnership.objects.get(pk=partnership.pk))

    assert {each.fact for each in missing_in_new_cycle(work, facts)} >= PLAN_FACTS


def accepted_paper(partnership):
    """A document on the tool of work plans, or on a copy of it, that the coordinator accepted."""
    document = make_document(partnership=partnership, version=make_tool(slug="work-plan"))
    Document.objects.filter(pk=document.pk).update(state="submitted")
    document.refresh_from_db()
    accept_document(document, by=partnership.coordinator)
    return document


def test_a_paper_that_was_accepted_counts_for_the_cycle_it_was_accepted_in(alice, partnership):
    accepted_paper(partnership)
    again = Phase(partnership=partnership, definition=phase_of(partnership, "implement").definition, cycle=2)
    again.save()
    assert asked_of(again) == set()

    record(partnership, "cycle.started", by=alice, cycle=2)
    assert asked_of(again) == {"document:work-plan:accepted"}
    assert asked_of(phase_of_cycle(partnership, 1)) == set(), "the first cycle asks for no other"


def phase_of_cycle(partnership, cycle):
    return partnership.phases.get(definition__slug="implement", cycle=cycle)
