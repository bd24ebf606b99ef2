"""Every pair of states, and every guard both ways. Pairs are written out: who reads the table agrees with it."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from partnerships.actions.attendance import save_sheet
from partnerships.actions.results import issue_certificates, save_evaluation, save_report, say_why_no_tests
from partnerships.actions.workshop import move_workshop
from partnerships.models import Evaluation, Partnership, Workshop
from partnerships.workshop_guards import missing_for, workshop_moves
from partnerships.workshop_states import RegistrationState, WorkshopState, registration_can_become
from tests.factories.workshops import make_person, make_running, make_session, make_trainer, make_workshop, put
from twinning.locking import row_stamp

pytestmark = pytest.mark.django_db
CHAIN = "idea planned approved registration_open registration_closed running delivered results_entered closed".split()
ALLOWED = set(zip(CHAIN, CHAIN[1:], strict=False))
ALLOWED |= {
    (old, new)
    for old in ("planned", "approved", "registration_open", "registration_closed", "running")
    for new in ("postponed", "cancelled")
}
ALLOWED |= {("idea", "cancelled"), ("postponed", "planned"), ("postponed", "cancelled")}
FORBIDDEN = {(old, new) for old in WorkshopState.values for new in WorkshopState.values} - ALLOWED


def ready() -> Workshop:
    """A workshop that lacks nothing for any step, whatever its state."""
    workshop = make_running(people=("Akinyi",))
    noted(workshop)
    put(workshop, "running")
    say_why_no_tests(workshop, "A talk", by=workshop.created_by)
    save_evaluation(Evaluation(workshop=workshop, n_sheets=1), seen_version=None, by=workshop.created_by)
    put(workshop, "results_entered")
    issue_certificates(workshop, by=workshop.created_by)
    return workshop


def noted(workshop: Workshop) -> None:
    people = set(workshop.registrations.seated().values_list("pk", flat=True))
    sessions = list(workshop.sessions.values_list("pk", flat=True))
    ticked = {(person, session) for person in people for session in sessions}
    save_sheet(workshop, people=people, ticked=ticked, seen=set(), complete=sessions, by=workshop.created_by)


@pytest.mark.parametrize(("old", "new"), sorted(ALLOWED))
def test_allowed_step_is_saved_and_recorded(old, new):
    workshop = put(ready(), old)

    move_workshop(workshop, new, by=workshop.created_by, reason="Floods")

    workshop.refresh_from_db()
    assert workshop.state == new
    assert workshop.state_reason == ("Floods" if new in ("postponed", "cancelled") else "")
    entry = workshop.partnership.entries.first()
    assert (entry.verb, entry.data["old"], entry.data["new"]) == ("workshop.moved", old, new)


@pytest.mark.parametrize(("old", "new"), sorted(FORBIDDEN))
def test_forbidden_step_changes_nothing(old, new):
    workshop = put(ready(), old)

    with pytest.raises(ValidationError, match="cannot become"):
        move_workshop(workshop, new, by=workshop.created_by, reason="Floods")

    workshop.refresh_from_db()
    assert workshop.state == old


@pytest.mark.parametrize("new", ["postponed", "cancelled"])
def test_calling_off_asks_for_a_reason(new):
    workshop = put(ready(), "approved")

    with pytest.raises(ValidationError, match="say why"):
        move_workshop(workshop, new, by=workshop.created_by, reason="  ")

    assert Workshop.objects.get().state == "approved"


@pytest.mark.parametrize(
    ("old", "new", "allowed"),
    [
        ("waiting", "seated", True),
        ("waiting", "left", True),
        ("seated", "left", True),
        ("seated", "waiting", False),
        ("left", "seated", False),
        ("left", "waiting", False),
        *((state, state, False) for state in RegistrationState.values),
    ],
)
def test_registrations_move_by_their_table(old, new, allowed):
    assert registration_can_become(old, new) is allowed


def test_nothing_moves_in_a_partnership_that_is_over():
    workshop = put(ready(), "approved")
    Partnership.objects.update(status="closed")

    with pytest.raises(ValidationError, match="nothing more can be changed"):
        move_workshop(workshop, "registration_open", by=workshop.created_by)


def test_planning_needs_a_session_and_a_place():
    workshop = make_workshop(place="")
    assert len(missing_for(workshop, "planned")) == 2
    with pytest.raises(ValidationError, match="at least one session"):
        move_workshop(workshop, "planned", by=workshop.created_by)

    make_session(workshop)
    Workshop.objects.update(place="Kisumu")
    workshop.refresh_from_db()
    assert missing_for(workshop, "planned") == []


def test_a_virtual_workshop_needs_no_place():
    workshop = make_workshop(place="", mode="virtual")
    make_session(workshop)

    assert missing_for(workshop, "planned") == []


@pytest.mark.parametrize("new", ["approved", "registration_open"])
def test_approval_and_registration_need_a_trainer(new):
    workshop = make_workshop()
    make_session(workshop)
    assert missing_for(workshop, new) == ["at least one trainer"]

    make_trainer(workshop)
    assert missing_for(workshop, new) == []


def test_running_needs_a_participant_and_the_day():
    workshop = make_workshop(state="approved")
    make_trainer(workshop)
    session = make_session(workshop, starts_at=timezone.now() + timedelta(days=3))
    assert len(missing_for(workshop, "running")) == 2

    make_person(workshop)
    assert [text[:7] for text in missing_for(workshop, "running")] == ["the day"]
    session.starts_at, session.ends_at = (datetime(2026, 1, 5, hour, tzinfo=UTC) for hour in (8, 9))
    session.save()
    assert missing_for(workshop, "running") == []


def test_delivery_needs_the_day_of_the_last_session():
    workshop = make_running()
    assert missing_for(workshop, "delivered") == []

    make_session(workshop, starts_at=timezone.now() + timedelta(days=3))
    assert [text[:7] for text in missing_for(workshop, "delivered")] == ["the day"]


def test_results_need_the_attendance_of_every_person_in_every_session():
    workshop = put(make_running(), "delivered")
    assert missing_for(workshop, "results_entered") == [
        "the attendance of 2 people in “Day one”",
        "the attendance of 2 people in “Day two”",
    ]

    noted(workshop)
    assert missing_for(workshop, "results_entered") == []


def test_closing_needs_tests_or_a_reason_an_evaluation_certificates_and_the_report():
    workshop = make_running(needs_report=True)
    noted(workshop)
    by = workshop.created_by
    put(workshop, "results_entered")
    assert len(missing_for(workshop, "closed")) == 4

    say_why_no_tests(workshop, "A talk", by=by)
    save_evaluation(Evaluation(workshop=workshop, n_sheets=0), seen_version=None, by=by)
    issue_certificates(workshop, by=by)
    workshop.refresh_from_db()
    assert missing_for(workshop, "closed") == ["the event report"]
    save_report(workshop, "It went well.", seen_stamp=row_stamp(workshop, "report"), by=by)
    workshop.refresh_from_db()
    assert missing_for(workshop, "closed") == []


def test_moves_tell_the_next_step_first():
    moves = workshop_moves(make_workshop())

    assert [(move.to, move.needs_reason) for move in moves] == [("planned", False), ("cancelled", True)]
