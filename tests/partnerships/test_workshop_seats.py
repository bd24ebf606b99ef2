"""Seats: one to a person, the rest wait, and whoever leaves makes room. Also when two come at once."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, connections, transaction

from accounts.models import hash_token
from partnerships.actions.registration import (
    change_person,
    end_registration_link,
    enrol,
    leave,
    make_registration_link,
    register,
)
from partnerships.actions.workshop import change_workshop
from partnerships.models import Registration, Workshop
from tests.factories.workshops import make_person, make_running, make_workshop, put
from twinning.locking import row_stamp

pytestmark = pytest.mark.django_db


def open_workshop(capacity: int | None = 1) -> tuple[Workshop, str]:
    workshop = make_workshop(capacity=capacity, state="registration_open")
    workshop, token = make_registration_link(workshop, by=workshop.created_by)
    return workshop, token


def stranger(workshop: Workshop, name: str) -> Registration:
    return Registration(
        workshop=workshop, name=name, email=f"{name.lower()}@example.org", organization="Clinic", country="KE"
    )


def states(workshop: Workshop) -> dict[str, str]:
    return dict(workshop.registrations.values_list("name", "state"))


def test_the_token_is_kept_only_as_a_hash():
    workshop, token = open_workshop()
    registration, own = register(stranger(workshop, "Ann"), token=token)

    assert workshop.token_hash == hash_token(token)
    assert registration.token_hash == hash_token(own)
    assert token not in str(list(Workshop.objects.values())) + str(list(Registration.objects.values()))


def test_the_last_seat_is_given_once_whoever_looked_first():
    """Both read the workshop while a seat was free; the second one waits."""
    workshop, token = open_workshop()
    first, second = (stranger(Workshop.objects.get(pk=workshop.pk), name) for name in ("Ann", "Ben"))

    register(second, token=token)
    register(first, token=token)

    assert states(workshop) == {"Ben": "seated", "Ann": "waiting"}


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="threads share no database in memory")
def test_the_last_seat_is_given_once_when_two_come_at_once():
    for _round in range(5):
        workshop, token = open_workshop()
        gate = Barrier(2)

        def come(name, workshop=workshop, token=token, gate=gate):
            try:
                person = stranger(Workshop.objects.get(pk=workshop.pk), name)
                gate.wait(timeout=10)
                register(person, token=token)
            finally:
                connections.close_all()

        with ThreadPoolExecutor(2) as pool:
            list(pool.map(come, ("Ann", "Ben")))

        assert sorted(states(workshop).values()) == ["seated", "waiting"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="threads share no database in memory")
def test_one_address_that_comes_twice_at_once_is_on_the_list_once():
    workshop, token = open_workshop(capacity=10)
    gate, refused = Barrier(2), []

    def come(_n):
        try:
            person = stranger(Workshop.objects.get(pk=workshop.pk), "Ann")
            gate.wait(timeout=10)
            register(person, token=token)
        except ValidationError as error:
            refused.extend(error.messages)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(come, (1, 2)))

    assert workshop.registrations.count() == 1
    assert refused == ["This address is on the list already."]


def test_whoever_leaves_frees_the_seat_for_the_first_who_waits(django_capture_on_commit_callbacks):
    workshop, token = open_workshop()
    with django_capture_on_commit_callbacks(execute=True):
        people = [register(stranger(workshop, name), token=token)[0] for name in ("Ann", "Ben", "Cem")]
    mail.outbox.clear()

    with django_capture_on_commit_callbacks(execute=True):
        seated = leave(people[0])

    assert [person.name for person in seated] == ["Ben"]
    assert states(workshop) == {"Ann": "left", "Ben": "seated", "Cem": "waiting"}
    assert [letter.to for letter in mail.outbox] == [["ben@example.org"]]
    assert "A seat became free" in mail.outbox[0].body


def test_somebody_who_waits_and_leaves_frees_no_seat():
    workshop, token = open_workshop()
    people = [register(stranger(workshop, name), token=token)[0] for name in ("Ann", "Ben", "Cem")]

    assert leave(people[1]) == []
    assert states(workshop) == {"Ann": "seated", "Ben": "left", "Cem": "waiting"}


def test_nobody_is_called_to_a_workshop_that_is_over():
    workshop, token = open_workshop()
    people = [register(stranger(workshop, name), token=token)[0] for name in ("Ann", "Ben")]
    put(workshop, "delivered")

    assert leave(people[0]) == []
    assert states(workshop) == {"Ann": "left", "Ben": "waiting"}


def test_more_seats_are_given_to_those_who_wait_in_their_order():
    workshop, token = open_workshop()
    for name in ("Ann", "Ben", "Cem", "Dan"):
        register(stranger(workshop, name), token=token)
    workshop.capacity = 3

    change_workshop(workshop, seen_version=workshop.version, by=workshop.created_by)

    assert states(workshop) == {"Ann": "seated", "Ben": "seated", "Cem": "seated", "Dan": "waiting"}


def test_the_mail_holds_the_private_address_and_none_of_the_strangers_words(django_capture_on_commit_callbacks):
    workshop, token = open_workshop()
    person = stranger(workshop, "Ann")
    person.name, person.organization = "Buy cheap pills", "at pills.example"

    with django_capture_on_commit_callbacks(execute=True):
        _registration, own = register(person, token=token)

    assert f"/my-registration/{own}/" in mail.outbox[0].body
    assert "pills" not in mail.outbox[0].body + mail.outbox[0].subject


def test_without_a_limit_everybody_has_a_seat():
    workshop, token = open_workshop(capacity=None)

    assert {register(stranger(workshop, name), token=token)[0].state for name in ("Ann", "Ben")} == {"seated"}


def test_an_address_is_on_the_list_once_until_it_leaves():
    workshop, token = open_workshop(capacity=5)
    person, _own = register(stranger(workshop, "Ann"), token=token)
    with pytest.raises(ValidationError, match="on the list already"):
        register(stranger(workshop, "ANN"), token=token)

    leave(person)
    assert register(stranger(workshop, "Ann"), token=token)[0].state == "seated"


@pytest.mark.parametrize("state", ["approved", "registration_closed", "running", "postponed", "cancelled", "closed"])
def test_the_link_registers_only_while_the_registration_is_open(state):
    workshop, token = open_workshop()
    put(workshop, state)

    with pytest.raises(ValidationError, match="registration is closed"):
        register(stranger(workshop, "Ann"), token=token)
    assert not Registration.objects.exists()


def test_an_ended_or_renewed_link_registers_nobody():
    workshop, token = open_workshop(capacity=5)
    _workshop, newer = make_registration_link(workshop, by=workshop.created_by)
    with pytest.raises(ValidationError, match="closed"):
        register(stranger(workshop, "Ann"), token=token)

    end_registration_link(workshop, by=workshop.created_by)
    with pytest.raises(ValidationError, match="closed"):
        register(stranger(workshop, "Ann"), token=newer)
    with pytest.raises(ValidationError, match="closed"):
        register(stranger(workshop, "Ann"), token="")


@pytest.mark.parametrize("state", ["idea", "planned", "running", "closed"])
def test_links_are_made_around_the_registration_alone(state):
    workshop = make_workshop(state=state)

    with pytest.raises(ValidationError, match="takes no registrations"):
        make_registration_link(workshop, by=workshop.created_by)


@pytest.mark.parametrize(
    ("state", "allowed"),
    [
        ("idea", False),
        ("planned", False),
        ("approved", True),
        ("registration_open", True),
        ("registration_closed", True),
        ("running", True),
        ("delivered", True),
        ("results_entered", False),
        ("closed", False),
        ("postponed", False),
        ("cancelled", False),
    ],
)
def test_people_come_on_the_list_and_leave_it_in_these_states(state, allowed):
    workshop = make_workshop(state="approved")
    person = make_person(workshop)
    put(workshop, state)

    for act in (
        lambda: enrol(Registration(workshop=workshop, name="Ben"), by=workshop.created_by),
        lambda: leave(person),
    ):
        if allowed:
            act()
        else:
            with pytest.raises(ValidationError):
                act()
    assert workshop.registrations.count() == (2 if allowed else 1)


def test_nobody_leaves_twice():
    person = make_person(make_workshop(state="approved"))
    leave(person)

    with pytest.raises(ValidationError, match="not on the list"):
        leave(person)


def test_a_name_is_put_right_while_the_workshop_is_not_over():
    workshop = make_running()
    person = workshop.registrations.first()
    seen = row_stamp(person, *Registration.EDITED)
    person.name = "Akinyi Otieno"
    change_person(person, seen_stamp=seen, by=workshop.created_by)
    assert workshop.registrations.filter(name="Akinyi Otieno").exists()

    put(workshop, "closed")
    with pytest.raises(ValidationError, match="over"):
        change_person(person, seen_stamp=row_stamp(person, *Registration.EDITED), by=workshop.created_by)


def test_the_database_asks_for_consent_and_one_row_an_address():
    workshop = make_workshop()

    for rows in (
        [Registration(workshop=workshop, name="Ann", source="link")],
        [Registration(workshop=workshop, name=name, email="a@example.org") for name in ("Ann", "Ben")],
        [Registration(workshop=workshop, name="Ann", state="left")],
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Registration.objects.bulk_create(rows)
