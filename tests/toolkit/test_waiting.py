from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from accounts.models import Invitation
from partnerships.actions.partnership import agree_to_step
from partnerships.models import Partnership
from tests.factories import make_contact, make_member, make_partnership, make_user
from tests.factories.toolkit import SIDES, make_document, make_link, make_tool, make_writer, only_response
from toolkit.actions.saving import save_answers
from toolkit.actions.submitting import return_document, submit_part
from toolkit.facts import delivered_in, facts_of
from toolkit.models import Document, ShareLink, ToolVersion
from toolkit.states import DocumentState
from toolkit.waiting import ids_waiting_for, waiting_for

pytestmark = pytest.mark.django_db
COORDINATED = """
  - {id: f_any, name: any, type: text, label: {en: Anything}}
  - {id: f_check, name: checked, type: text, side: coordinator, label: {en: Checked}}
"""


@pytest.fixture
def partnership(alice):
    return make_partnership(coordinator=alice, status="active")


@pytest.fixture
def hana(partnership):
    """A partner of the host side."""
    return make_member(partnership, side="host", user=make_user(name="Hana")).contact.user


def kinds(user):
    return [(one.kind, one.document.title if one.document else one.title) for one in waiting_for(user)]


def submit(response, *, side, **answers):
    writer = make_writer(side)
    save_answers(response, answers, response.revisions, by=writer)
    submit_part(response, by=writer)


def days(n):
    return timezone.localdate() + timedelta(days=n)


def test_a_part_waits_for_its_side_until_it_is_submitted(partnership, hana, alice):
    document = make_document(partnership=partnership, version=make_tool(mode="joint", form=SIDES), title="Plan")

    assert kinds(hana) == [("fill", "Plan")]
    assert kinds(alice) == []
    submit(only_response(document), side="host", f_host="x")
    assert kinds(hana) == []


def test_where_each_side_answers_alone_the_address_names_it(partnership, hana):
    make_document(partnership=partnership, version=make_tool(mode="each"))

    assert waiting_for(hana)[0].url.endswith("/fill/?side=host")


def test_a_document_for_one_person_waits_for_everybody_on_the_team(partnership, hana, alice):
    rolf = make_member(partnership, side="resource", user=make_user()).contact.user
    document = make_document(partnership=partnership, title="Report")

    assert kinds(hana) == kinds(rolf) == [("fill", "Report")]
    assert kinds(alice) == []
    submit(only_response(document), side="resource", f_title="x")
    assert kinds(hana) == []


def test_the_coordinators_own_part_waits_for_the_coordinator(partnership, hana, alice):
    document = make_document(
        partnership=partnership, version=make_tool(mode="joint", form=COORDINATED), title="Checked"
    )

    assert kinds(alice) == kinds(hana) == [("fill", "Checked")]
    submit(only_response(document), side="host")
    assert (kinds(alice), kinds(hana)) == ([("fill", "Checked")], [])


def test_what_was_submitted_waits_for_whoever_steers(partnership, hana, alice):
    document = make_document(partnership=partnership, title="Report")
    submit(only_response(document), side="host", f_title="x")

    assert (kinds(alice), kinds(hana)) == ([("accept", "Report")], [])
    document.refresh_from_db()
    return_document(document, by=alice, reason="x")
    assert (kinds(alice), kinds(hana)) == ([], [("returned", "Report")])


def test_what_is_overdue_stands_first_and_is_told_to_the_coordinator(partnership, hana, alice):
    version = make_tool()
    make_document(partnership=partnership, version=version, title="Later", due_on=days(9))
    make_document(partnership=partnership, version=version, title="Some day")
    late = make_document(partnership=partnership, version=version, title="Late", due_on=days(3))
    Document.objects.filter(pk=late.pk).update(due_on=days(-1))

    assert kinds(hana) == [("fill", "Late"), ("fill", "Later"), ("fill", "Some day")]
    assert [one.is_late for one in waiting_for(hana)] == [True, False, False]
    assert kinds(alice) == [("overdue", "Late")]


@pytest.mark.parametrize("status", ["on_hold", "closed", "terminated"])
def test_nothing_waits_in_a_partnership_that_rests(partnership, hana, status):
    make_document(partnership=partnership)
    Partnership.objects.update(status=status)

    assert kinds(hana) == []


@pytest.mark.parametrize("state", ["accepted", "withdrawn"])
def test_nothing_waits_in_a_document_that_is_over(partnership, hana, alice, state):
    make_document(partnership=partnership)
    Document.objects.update(state=state)

    assert kinds(hana) == kinds(alice) == []


def test_a_link_that_runs_out_with_nothing_submitted_is_told(partnership, alice, hana):
    document = make_document(partnership=partnership, version=make_tool(mode="joint", form=SIDES), title="Plan")
    make_link(document, side="host", days=2)
    make_link(document, side="resource", days=30)
    make_link(document, side="resource", days=2, scope="read")
    revoked = make_link(document, side="resource", days=2)
    ShareLink.objects.filter(pk=revoked.pk).update(revoked_at=timezone.now())

    assert kinds(alice) == [("link", "Plan")]
    assert ("link", "Plan") not in kinds(hana)
    submit(only_response(document), side="host", f_host="x")
    assert kinds(alice) == []


def test_what_somebody_writes_in_has_begun(alice):
    partnership = make_partnership(coordinator=alice)
    slug = "sustainability-and-close-out-plan"
    plan = make_document(partnership=partnership, version=make_tool(slug=slug))
    begun = {"in_progress", "submitted", "returned", "accepted"}
    for state in DocumentState.values:
        Document.objects.filter(pk=plan.pk).update(state=state)
        found = facts_of((tool, at) for _pk, tool, at in delivered_in([partnership]))
        assert (f"document:{slug}:started" in found) == (state in begun), state
        assert (f"document:{slug}:submitted" in found) == (state in ("submitted", "accepted")), state


def both_agree(partnership):
    for side in ("host", "resource"):
        lead = make_user()
        make_member(partnership, side=side, role="lead", user=lead)
        agree_to_step(partnership, by=lead)


def test_a_step_with_nothing_missing_is_told(alice):
    partnership = make_partnership(coordinator=alice, name="Ready")
    assert kinds(alice) == []
    make_member(partnership, side="host", role="lead")
    make_member(partnership, side="resource", role="coordinator")
    scored = make_document(partnership=partnership, version=make_tool(slug="proposal-scoring-sheet"))
    Document.objects.filter(pk=scored.pk).update(state="accepted")

    assert kinds(alice) == [("move", "Ready")]
    assert "Forming" in waiting_for(alice)[0].text


def test_documents_count_towards_the_next_step(alice):
    call_command("load_toolkit", verbosity=0)
    partnership = make_partnership(coordinator=alice, status="forming", starts_on="2026-01-01", name="Ready")
    both_agree(partnership)

    for slug in ("memorandum-of-understanding", "communication-plan"):
        assert ("move", "Ready") not in kinds(alice)
        version = ToolVersion.objects.get(tool__slug=slug)
        made = make_document(partnership=partnership, version=version)
        Document.objects.filter(pk=made.pk).update(state="accepted")

    assert ("move", "Ready") in kinds(alice)


@pytest.mark.parametrize(("ends_in", "told"), [(400, False), (30, True), (None, False)])
def test_an_active_partnership_is_only_reminded_near_its_end(alice, ends_in, told):
    partnership = make_partnership(
        coordinator=alice, status="active", starts_on="2020-01-01", ends_on=days(ends_in) if ends_in else None
    )
    both_agree(partnership)
    plan = make_document(partnership=partnership, version=make_tool(slug="sustainability-and-close-out-plan"))
    Document.objects.filter(pk=plan.pk).update(state="accepted")
    made = make_document(partnership=partnership, version=make_tool(slug="partnership-health-check"))
    Document.objects.filter(pk=made.pk).update(state="accepted")

    assert [one.kind for one in waiting_for(alice)] == (["move"] if told else [])


def test_an_invitation_that_nobody_took_up_is_told(alice, bob):
    invited = make_user(name="Nomsa", is_active=False)
    make_contact(user=invited)
    Invitation.issue(invited, by=alice)
    assert kinds(alice) == []

    Invitation.objects.update(expires_at=timezone.now() + timedelta(days=1))
    assert kinds(alice) == [("invitation", "Nomsa has not come yet")]
    assert kinds(bob) == []
    Invitation.objects.update(accepted_at=timezone.now())
    assert kinds(alice) == []


def test_administrators_are_not_asked_to_do_everybodys_work(partnership, admin):
    make_document(partnership=partnership)

    assert waiting_for(admin) == []


def test_strangers_and_people_who_left_see_nothing(partnership, hana, bob, curator):
    make_document(partnership=partnership)
    partnership.team.update(starts_on="2020-01-01", ends_on="2020-12-31")

    for person in (hana, bob, curator):
        assert waiting_for(person) == []


def test_ids_are_those_of_the_documents(partnership, hana):
    document = make_document(partnership=partnership)

    assert ids_waiting_for(hana) == {document.pk}
