"""The pages of a workshop's days and afterwards: attendance, lists, tests, evaluation, certificates."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from partnerships.models import Attendance, Certificate, Registration, TestResult, Workshop
from tests.factories import make_member, make_partnership
from tests.factories.workshops import make_person, make_running, make_session, make_trainer, make_workshop, put
from tests.partnerships.test_workshop_attendance import ZOOM, noted
from tests.partnerships.test_workshop_results import certified

pytestmark = pytest.mark.django_db


def url(name: str, workshop: Workshop, *more) -> str:
    return reverse(f"partnerships:{name}", args=[workshop.reference, *more])


@pytest.fixture
def partnership(alice):
    return make_partnership(coordinator=alice, status="active")


@pytest.fixture
def workshop(partnership):
    return make_running(partnership, people=("Akinyi Otieno", "Baraka Mwangi"))


PLAN = {"title": "Safe birth", "mode": "on_site", "time_zone": "Africa/Nairobi", "attendance_percent": "80"}


def test_the_grid_saves_what_was_ticked(login, alice, workshop):
    people, session = list(workshop.registrations.all()), workshop.sessions.first()
    data = {
        "person": [person.pk for person in people],
        "there": [f"{people[0].pk}-{session.pk}", "nonsense", "1-" + "9" * 30],
        "complete": [session.pk, "x"],
        "seen": "",
    }

    response = login(alice).post(url("attendance-sheet", workshop), data)

    assert response.status_code == 302
    assert noted(workshop) == {("Akinyi", "Day one"): True, ("Baraka", "Day one"): False}


def test_the_grid_keeps_the_ticks_when_it_is_refused(login, alice, workshop):
    person, session = workshop.registrations.first(), workshop.sessions.first()
    put(workshop, "closed")
    cell = f"{person.pk}-{session.pk}"

    response = login(alice).post(url("attendance-sheet", workshop), {"person": [person.pk], "there": [cell]})

    assert response.status_code == 409
    assert response.context["grid"][0]["cells"][0]["is_ticked"]
    assert not Attendance.objects.exists()


def test_what_was_typed_wrong_is_put_right_with_a_reason(login, alice, workshop):
    certified(workshop)
    people, session, client = list(workshop.registrations.all()), workshop.sessions.first(), login(alice)
    cells = [f"{person.pk}-{each.pk}" for person in people for each in workshop.sessions.all()]
    typed = {"person": [person.pk for person in people], "seen": " ".join(cells), "there": cells[1:]}
    assert "Why is it put right?" in client.get(url("attendance-sheet", workshop)).content.decode()

    for reason, why in (("", "say why"), ("The wrong sheet", "the certificate is out")):
        refused = client.post(url("attendance-sheet", workshop), typed | {"reason": reason})
        assert (refused.status_code, why in refused.content.decode()) == (409, True)
        assert f'value="{reason}"' in refused.content.decode()
    Certificate.objects.update(revoked_at=timezone.now(), revoke_reason="Was not there")
    assert client.post(url("attendance-sheet", workshop), typed | {"reason": "The wrong sheet"}).status_code == 302

    assert not Attendance.objects.get(registration=people[0], session=session).was_there
    entry = workshop.partnership.entries.first()
    assert (entry.verb, entry.data["reason"]) == ("workshop.attendance_corrected", "The wrong sheet")


def test_whoever_came_has_a_seat_even_in_a_full_workshop(login, alice, workshop):
    Workshop.objects.update(capacity=2)
    client, add = login(alice), url("registration-add", workshop)
    assert 'name="came"' in client.get(add).content.decode()

    client.post(add, {"name": "Walk In", "came": "on"})
    client.post(add, {"name": "Only Asks"})
    states = dict(Registration.objects.values_list("name", "state"))
    assert (states["Walk In"], states["Only Asks"]) == ("seated", "waiting")
    assert "Walk In" in client.get(url("attendance-sheet", workshop)).content.decode()

    for name in ("Akinyi Otieno", "Baraka Mwangi"):
        client.post(url("registration-leave", workshop, Registration.objects.get(name=name).pk))
    waits = Registration.objects.get(name="Only Asks")
    assert waits.state == "waiting", "a seat that became free is for who came"
    seat = url("registration-seat", workshop, waits.pk)
    assert [client.post(seat).status_code for _time in range(2)] == [302, 409]
    waits.refresh_from_db()
    assert waits.state == "seated"


def test_nobody_has_come_before_it_begins(login, alice, workshop):
    Workshop.objects.update(capacity=2)
    waits = make_person(workshop, "Waits")
    put(workshop, "registration_closed")
    client = login(alice)

    assert 'name="came"' not in client.get(url("registration-add", workshop)).content.decode()
    client.post(url("registration-add", workshop), {"name": "Walk In", "came": "on"})
    assert client.post(url("registration-seat", workshop, waits.pk)).status_code == 409
    assert set(Registration.objects.waiting().values_list("name", flat=True)) == {"Waits", "Walk In"}


def test_a_meeting_list_is_shown_before_it_is_saved(login, alice, workshop):
    session, client = workshop.sessions.first(), login(alice)
    address = url("participant-list", workshop, session.pk)

    preview = client.post(address, {"text": ZOOM})
    assert [row["found"] for row in preview.context["rows"]] == [True, True, False]
    assert "Somebody Else" in preview.content.decode()
    assert not Attendance.objects.exists()

    client.post(address, {"text": ZOOM, "save": "yes"})
    assert dict(Attendance.objects.values_list("registration__name", "minutes")) == {
        "Akinyi Otieno": 60,
        "Baraka Mwangi": 90,
    }


def test_somebody_unknown_on_a_list_is_given_to_a_participant_by_hand(login, alice, workshop):
    session = workshop.sessions.first()
    chosen = make_person(workshop, "Chege")

    login(alice).post(
        url("participant-list", workshop, session.pk), {"text": ZOOM, "save": "yes", "who2": str(chosen.pk)}
    )

    assert Attendance.objects.get(registration=chosen).minutes == 5


@pytest.mark.parametrize("data", [{"text": ""}, {"text": "no list"}])
def test_what_is_no_list_is_refused_at_its_field(login, alice, workshop, data):
    session = workshop.sessions.first()
    response = login(alice).post(url("participant-list", workshop, session.pk), data)

    assert response.status_code == 400
    assert list(response.context["form"].errors) == ["text"]


def test_the_code_is_for_those_who_edit_or_teach(login, alice, carol, workshop):
    session = workshop.sessions.first()
    make_member(workshop.partnership, user=carol)
    address = url("session-code", workshop, session.pk)
    assert login(carol).get(address).status_code == 403

    make_trainer(workshop, contact=carol.contact)
    assert login(carol).get(address).status_code == 200
    session.starts_at, session.ends_at = timezone.now(), timezone.now() + timedelta(hours=1)
    session.save()
    response = login(alice).get(address)
    assert response.context["is_open"]
    assert 0 < int(response["Refresh"]) <= 301


def test_tests_are_typed_line_by_line(login, alice, workshop):
    people = list(workshop.registrations.all())
    data = {"n_questions": "3", f"p{people[0].pk}": "101", f"p{people[1].pk}": ""}

    login(alice).post(url("test-entry", workshop, "pre"), data)

    assert TestResult.objects.get().scores == [1, 0, 1]


def test_a_wrong_line_is_told_and_the_others_are_kept(login, alice, workshop):
    people = list(workshop.registrations.all())
    data = {"n_questions": "3", f"p{people[0].pk}": "1011", f"p{people[1].pk}": "110"}

    response = login(alice).post(url("test-entry", workshop, "pre"), data)

    assert (response.status_code, list(response.context["form"].errors)) == (400, [f"p{people[0].pk}"])
    assert 'value="110"' in response.content.decode()
    assert not TestResult.objects.exists()


def test_a_pasted_table_fills_the_lines_and_saves_nothing_yet(login, alice, workshop):
    people = list(workshop.registrations.all())
    data = {"n_questions": "3", "pasted": "akinyi@example.org\t1\t0\t1\nMwangi Baraka\t1\t1\t1"}

    response = login(alice).post(url("test-entry", workshop, "pre"), data)

    assert (response.status_code, response.context["filled"]) == (200, 2)
    assert [response.context["form"][f"p{person.pk}"].value() for person in people] == ["1 0 1", "1 1 1"]
    assert not TestResult.objects.exists()


def test_a_pasted_table_with_a_stranger_fills_nothing(login, alice, workshop):
    data = {"n_questions": "3", "pasted": "Nobody\t1\t0\t1\nBaraka Mwangi\t1\t1\t1"}

    response = login(alice).post(url("test-entry", workshop, "pre"), data)

    assert response.status_code == 400
    assert "Nobody" in str(response.context["form"].errors["pasted"])


def test_evaluation_marks_are_checked(login, alice, workshop):
    client, address = login(alice), url("evaluation-edit", workshop)

    response = client.post(address, {"n_sheets": "3", "overall": "2 1 1 0 0", "clarity": "many"})
    assert list(response.context["form"].errors) == ["clarity", "overall"]

    client.post(address, {"n_sheets": "3", "overall": "2 1 0 0 0", "best": "Practice"})
    assert workshop.evaluation.counts == {"overall": [2, 1, 0, 0, 0]}


def test_certificates_are_issued_and_revoked_by_button(login, alice, workshop):
    certificates, client = certified(workshop), login(alice)
    assert client.post(url("certificates-issue", workshop)).status_code == 409

    response = client.post(url("certificate-revoke", workshop, certificates[0].pk), {"reason": ""})
    assert response.status_code == 400
    client.post(url("certificate-revoke", workshop, certificates[0].pk), {"reason": "Wrong name"})
    assert Certificate.objects.live().count() == 1
    assert "Issue another one" in client.get(url("workshop-results", workshop)).content.decode()
    assert client.post(url("certificates-issue", workshop)).status_code == 409
    for status in (302, 409):
        another = url("certificate-another", workshop, certificates[0].registration_id)
        assert client.post(another).status_code == status
    assert Certificate.objects.live().count() == 2


def test_the_list_and_its_table_tell_the_workshops(login, alice, workshop):
    client = login(alice)
    page = client.get(reverse("partnerships:workshop-list", args=[workshop.partnership.slug])).content.decode()
    table = b"".join(
        client.get(reverse("bulk-export-of", args=["workshops", workshop.partnership.slug, "csv"]))
    ).decode()

    assert "2 participants" in page
    assert "2026-03-02 09:00" in table


def test_the_sheet_to_print_has_a_page_a_day_and_a_line_a_person(login, alice, workshop):
    body = login(alice).get(url("sign-in-sheet", workshop)).content.decode()

    assert body.count("Sign-in sheet, ") == 4
    assert body.count("Akinyi Otieno") == 2


def test_sessions_and_trainers_of_other_workshops_are_not_found(login, alice, workshop):
    other = make_workshop(workshop.partnership, place="Oslo")
    session = make_session(other)
    client = login(alice)

    assert client.get(url("session-edit", workshop, session.pk)).status_code == 404
    assert client.post(url("session-remove", workshop, session.pk)).status_code == 404
    assert client.get(url("participant-list", workshop, session.pk)).status_code == 404
    assert client.post(url("registration-leave", workshop, 10**9)).status_code == 404
