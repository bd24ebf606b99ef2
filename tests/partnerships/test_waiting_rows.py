"""What waits for whom in agreements and work plans; follow-ups are in test_follow_up_lists.py."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from partnerships.actions.agreement_steps import terminate_agreement
from partnerships.actions.digest import send_digest
from partnerships.actions.partnership import agree_to_step, change_status, withdraw_from_step
from partnerships.actions.progress import move_progress
from partnerships.actions.workplan import approve_plan, take_back_plan
from partnerships.agreement_content import PartyChoice
from partnerships.models import Partnership
from partnerships.waiting import rows_waiting
from tests.factories import make_contact, make_member, make_partnership, make_user
from tests.factories.agreements import make_agreement, on_day, sign, today
from tests.factories.workplan import make_activity, make_leads, make_objective, make_plan, make_proposal
from toolkit.waiting import waiting_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def partnership(alice):
    return make_partnership(coordinator=alice, status="active")


def kinds(user) -> list[str]:
    return sorted(one.kind for one in rows_waiting(user))


def host(partnership):
    return partnership.participations.get(side="host")


def someone_of(partnership, *, side="host", role="lead"):
    """A user on the team who works at the organization of ``side``."""
    party = partnership.participations.get(side=side)
    contact = make_contact(user=make_user(), organization=party.organization)
    make_member(partnership, side=side, role=role, contact=contact)
    return contact.user


# Steps of both sides


def test_a_step_waits_for_the_side_that_has_not_agreed(partnership, alice):
    lead, second = someone_of(partnership), someone_of(partnership, role="coordinator")
    other, technical = someone_of(partnership, side="resource"), someone_of(partnership, role="technical")
    elsewhere = make_partnership(coordinator=alice, status="active")
    agree_to_step(elsewhere, by=someone_of(elsewhere, side="resource"))

    assert kinds(lead) == kinds(other) == []
    agree_to_step(partnership, by=other)

    (one,) = rows_waiting(lead)
    assert (one.kind, one.title) == ("step-to-agree", partnership.name)
    assert one.url == f"{partnership.get_absolute_url()}status/"
    assert "becomes “Graduating”" in one.text
    assert kinds(second) == ["step-to-agree"]
    assert kinds(other) == kinds(technical) == kinds(alice) == []
    withdraw_from_step(partnership, by=other)
    assert kinds(lead) == []
    agree_to_step(partnership, by=other)
    agree_to_step(partnership, by=second)
    assert kinds(lead) == kinds(second) == []


def test_a_step_waits_no_longer_when_the_status_moves(partnership, alice):
    lead, other = someone_of(partnership), someone_of(partnership, side="resource")
    agree_to_step(partnership, by=other)
    make_member(partnership, side="host", role="coordinator", contact=lead.contact)
    assert kinds(lead) == ["step-to-agree"], "one partnership is one row, however many roles"

    change_status(partnership, "on_hold", by=alice, reason="Flood", restart_on=today(30))
    assert kinds(lead) == []
    change_status(partnership, "active", by=alice)
    assert kinds(lead) == []


def test_a_step_that_waits_stands_in_the_digest(partnership, mailoutbox):
    lead, other = someone_of(partnership), someone_of(partnership, side="resource")
    agree_to_step(partnership, by=other)

    send_digest(lead, waiting_for(lead))

    assert "The other side agreed that it becomes" in mailoutbox[0].body


# Agreements


def test_an_agreement_waits_for_those_who_sign_until_they_did(partnership, alice):
    lead, other = someone_of(partnership), someone_of(partnership, side="resource")
    technical = someone_of(partnership, role="technical")
    agreement = make_agreement(partnership, state="out_for_signature", title="Memo")

    (one,) = rows_waiting(lead)
    assert (one.kind, one.title, one.url) == ("agreement-to-sign", "Memo", agreement.get_absolute_url())
    assert kinds(other) == ["agreement-to-sign"]
    assert kinds(technical) == kinds(alice) == []

    sign(agreement, agreement.parties.get(participation=host(partnership)))
    assert kinds(lead) == []
    assert kinds(other) == ["agreement-to-sign"]


def test_a_named_signatory_is_asked_and_nobody_else(partnership):
    lead = someone_of(partnership)
    director = make_contact(user=make_user(), organization=host(partnership).organization)
    parties = {each: PartyChoice() for each in partnership.participations.current()}
    parties[host(partnership)] = PartyChoice(signatory=director)
    make_agreement(partnership, state="out_for_signature", parties=parties)

    assert kinds(director.user) == ["agreement-to-sign"]
    assert kinds(lead) == []


@pytest.mark.parametrize("state", ["draft", "in_negotiation", "final_text"])
def test_what_is_not_out_for_signature_waits_for_nobody(partnership, state):
    lead = someone_of(partnership)
    make_agreement(partnership, state=state)

    assert kinds(lead) == []


def test_a_closed_partnership_asks_for_no_signature(partnership):
    lead = someone_of(partnership)
    make_agreement(partnership, state="out_for_signature")
    Partnership.objects.update(status="closed")

    assert kinds(lead) == []


@pytest.mark.parametrize(("days", "waits"), [(0, True), (90, True), (91, False), (-1, False)])
def test_an_agreement_that_ends_soon_waits_for_who_steers(partnership, alice, bob, days, waits):
    lead = someone_of(partnership)
    on_day(make_agreement(partnership, state="in_force"), runs_until=days)

    assert kinds(alice) == (["agreement-ending"] if waits else [])
    assert kinds(lead) == kinds(bob) == []


def test_an_end_that_was_decided_waits_no_more(partnership, alice):
    agreement = on_day(make_agreement(partnership, state="in_force"), runs_until=40)
    terminate_agreement(agreement, on=today(20), reason="Both move on", obligations="", by=alice)

    assert kinds(alice) == []


# Work plans


def test_a_proposed_plan_waits_for_each_side_until_it_has_approved(partnership, alice):
    leads = make_leads(partnership)
    plan = make_plan(partnership)
    make_activity(make_objective(plan))
    assert kinds(leads["host"]) == []

    version = make_proposal(plan)
    assert kinds(leads["host"]) == kinds(leads["resource"]) == ["plan-to-approve"]
    assert kinds(alice) == []

    approve_plan(plan, "host", seen_hash=version.hash, by=leads["host"])
    assert kinds(leads["host"]) == []
    assert kinds(leads["resource"]) == ["plan-to-approve"]

    take_back_plan(plan, by=alice)
    assert kinds(leads["resource"]) == []
    make_proposal(plan)
    assert kinds(leads["host"]) == ["plan-to-approve"], "the approval of what was taken back no longer counts"


def test_a_late_activity_waits_for_its_owners(partnership, alice):
    owner = make_member(partnership, side="host", role="technical", user=make_user())
    other = make_member(partnership, side="resource", role="technical", user=make_user())
    objective = make_objective(make_plan(partnership))
    late = make_activity(objective, title="Train", starts_on=today(-9), ends_on=today(-1), host_owner=owner)
    make_activity(objective, starts_on=today(-9), ends_on=today(), host_owner=owner)
    make_activity(objective, starts_on=None, ends_on=None, host_owner=owner)

    (one,) = rows_waiting(owner.contact.user)
    assert (one.kind, one.title, one.due_on, one.is_late) == ("activity-late", "Train", today(-1), True)
    assert kinds(other.contact.user) == kinds(alice) == []

    move_progress(late, "done", by=alice)
    assert kinds(owner.contact.user) == []


def test_whoever_left_the_team_is_asked_for_nothing(partnership):
    leads = make_leads(partnership)
    plan = make_plan(partnership)
    owner = partnership.team.get(side="host")
    make_activity(make_objective(plan), ends_on=date(2026, 1, 20), host_owner=owner)
    make_proposal(plan)
    assert kinds(leads["host"]) == ["activity-late", "plan-to-approve"]

    partnership.team.update(starts_on="2020-01-01", ends_on="2020-12-31")
    assert kinds(leads["host"]) == []


def test_all_rows_come_in_one_query_and_lead_to_pages_that_open(partnership, alice, login):
    lead = someone_of(partnership)
    on_day(make_agreement(partnership, state="in_force"), runs_until=10)
    make_agreement(partnership, state="out_for_signature")
    plan = make_plan(partnership)
    make_activity(make_objective(plan), ends_on=date(2026, 1, 20), host_owner=partnership.team.get())
    make_proposal(plan)

    with CaptureQueriesContext(connection) as seen:
        found = [*rows_waiting(lead)]
    assert len(seen) == 1
    assert {one.kind for one in found} == {"agreement-to-sign", "plan-to-approve", "activity-late"}
    found += rows_waiting(alice)
    assert {login(alice).get(one.url).status_code for one in found} == {200}
