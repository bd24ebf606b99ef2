"""The pages of coordinators: what they save, what they refuse, what they keep of what was typed."""

import pytest
from django.urls import reverse

from partnerships.models import Registration, Workshop
from tests.factories import make_contact, make_member, make_partnership
from tests.factories.workshops import make_person, make_running, make_workshop

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


def test_a_title_is_enough_to_begin(login, alice, partnership):
    response = login(alice).post(reverse("partnerships:workshop-create", args=[partnership.slug]), PLAN)

    made = Workshop.objects.get()
    assert response["Location"] == made.get_absolute_url()
    assert (made.state, made.created_by) == ("idea", alice)
    assert partnership.entries.first().verb == "workshop.created"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"title": ""}, "title"),
        ({"capacity": "0"}, "capacity"),
        ({"attendance_percent": "101"}, "attendance_percent"),
        ({"time_zone": "Mars/Base"}, "time_zone"),
        ({"meeting_url": "javascript:alert(1)"}, "meeting_url"),
    ],
)
def test_bad_input_is_told_at_its_field_and_loses_nothing(login, alice, partnership, wrong, field):
    data = PLAN | {"place": "Kisumu"} | wrong
    response = login(alice).post(reverse("partnerships:workshop-create", args=[partnership.slug]), data)

    assert response.status_code == 400
    assert list(response.context["form"].errors) == [field]
    assert 'value="Kisumu"' in response.content.decode()
    assert not Workshop.objects.exists()


def test_an_edit_that_was_overtaken_shows_both(login, alice, workshop):
    data = PLAN | {"title": "Mine", "place": workshop.place, "version": workshop.version - 1 or 99}

    response = login(alice).post(url("workshop-edit", workshop), data)

    assert response.status_code == 409
    assert "Somebody else changed this" in response.content.decode()
    assert Workshop.objects.get().title == "Safe birth"


SESSION = {"title": "Opening", "day": "2026-05-04", "start": "09:00", "end": "12:00", "weeks": "3"}


def test_a_session_is_added_on_the_workshops_clock(login, alice, partnership):
    workshop = make_workshop(partnership)

    login(alice).post(url("session-add", workshop), SESSION)

    starts = [session.starts_at.isoformat() for session in workshop.sessions.all()]
    assert starts == [f"2026-05-{day}T06:00:00+00:00" for day in ("04", "11", "18")]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"day": "2026-02-30"}, "day"), ({"end": "09:00"}, "end"), ({"weeks": "99"}, "weeks"), ({"start": "x"}, "start")],
)
def test_a_wrong_session_is_refused_at_its_field(login, alice, partnership, wrong, field):
    workshop = make_workshop(partnership)
    response = login(alice).post(url("session-add", workshop), SESSION | wrong)

    assert (response.status_code, list(response.context["form"].errors)) == (400, [field])
    assert not workshop.sessions.exists()


def test_an_hour_that_the_clocks_skip_is_no_hour(login, alice, partnership):
    workshop = make_workshop(partnership, time_zone="Europe/Oslo")
    data = SESSION | {"day": "2026-03-29", "start": "02:30", "end": "05:00"}

    response = login(alice).post(url("session-add", workshop), data)

    assert list(response.context["form"].errors) == ["start"]


def test_an_overlap_is_told_at_its_field(login, alice, workshop):
    data = SESSION | {"day": "2026-03-02", "start": "10:00", "end": "11:00", "weeks": "1"}

    response = login(alice).post(url("session-add", workshop), data)

    assert response.status_code == 400
    assert "is at the same time" in str(response.context["form"].errors["start"])


def test_a_session_past_midnight_ends_on_the_next_day(login, alice, partnership):
    workshop = make_workshop(partnership)
    login(alice).post(url("session-add", workshop), SESSION | {"start": "22:00", "end": "01:00", "weeks": ""})

    assert workshop.sessions.get().minutes == 180


def test_trainers_are_added_and_removed(login, alice, partnership):
    workshop, contact = make_workshop(partnership), make_contact(name="Dr Moreau")

    login(alice).post(url("trainer-add", workshop), {"contact": contact.pk, "side": "resource"})
    trainer = workshop.trainers.get()
    assert (trainer.contact, trainer.side) == (contact, "resource")
    login(alice).post(url("trainer-remove", workshop, trainer.pk))
    assert not workshop.trainers.exists()


def test_a_step_whose_things_are_missing_is_refused_with_their_names(login, alice, partnership):
    workshop = make_workshop(partnership)
    response = login(alice).post(url("workshop-move", workshop), {"to": "planned"})

    assert response.status_code == 409
    assert "at least one session" in response.content.decode()
    assert Workshop.objects.get().state == "idea"


@pytest.mark.parametrize("to", ["closed", "nonsense", ""])
def test_steps_that_there_are_not_are_refused(login, alice, partnership, to):
    response = login(alice).post(url("workshop-move", make_workshop(partnership)), {"to": to})

    assert response.status_code in (400, 409)
    assert Workshop.objects.get().state == "idea"


def test_a_person_is_put_on_the_list_or_waits(login, alice, partnership):
    workshop = make_workshop(partnership, capacity=1, state="approved")
    client = login(alice)

    for name in ("Ann", "Ben"):
        client.post(url("registration-add", workshop), {"name": name, "another": "yes"})

    assert dict(Registration.objects.values_list("name", "state")) == {"Ann": "seated", "Ben": "waiting"}
    client.post(url("registration-leave", workshop, Registration.objects.get(name="Ann").pk))
    assert Registration.objects.get(name="Ben").state == "seated"


def test_the_address_for_registering_is_shown_once(login, alice, partnership):
    workshop = make_workshop(partnership, state="approved")
    client = login(alice)

    shown = client.post(url("registration-link", workshop))
    again = client.get(url("registration-list", workshop))

    assert "/register/" in shown.content.decode()
    assert "/register/" not in again.content.decode()
    assert shown["Cache-Control"].find("no-store") >= 0
    client.post(url("registration-link-end", workshop))
    assert Workshop.objects.get().token_hash == ""


def test_readers_see_names_and_no_addresses(login, carol, workshop):
    make_member(workshop.partnership, user=carol)
    client = login(carol)

    body = client.get(url("registration-list", workshop)).content.decode()

    assert "Akinyi Otieno" in body
    assert "akinyi@example.org" not in body
    assert client.get(reverse("bulk-export-of", args=["participants", workshop.reference, "csv"])).status_code == 403
    assert client.get(url("attendance-sheet", workshop)).status_code == 200
    assert client.post(url("attendance-sheet", workshop)).status_code == 403


def test_the_list_leaves_as_a_table_without_formulas(login, alice, workshop):
    make_person(workshop, "=cmd|calc", email="x@example.org")

    body = b"".join(
        login(alice).get(reverse("bulk-export-of", args=["participants", workshop.reference, "csv"]))
    ).decode()

    assert "akinyi@example.org" in body
    assert "'=cmd|calc" in body
