"""Pages that need no account: what they take, what they tell, and how often somebody may knock."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from partnerships.actions.registration import register
from partnerships.actions.results import revoke_certificate
from partnerships.models import Attendance, Certificate, Registration
from partnerships.session_codes import code_of
from tests.factories.workshops import make_running, put
from tests.partnerships.test_workshop_results import certified
from tests.partnerships.test_workshop_seats import open_workshop, stranger
from twinning import challenge

pytestmark = pytest.mark.django_db
PERSON = {"name": "Ann Otieno", "email": "Ann@Example.org", "organization": "Clinic", "country": "KE", "consent": "on"}


@pytest.fixture(autouse=True)
def nobody_is_too_quick(monkeypatch):
    monkeypatch.setattr(challenge, "QUICKEST_SECONDS", -1)


def answered(**more) -> dict:
    """A filled-in form with the answer to a question of now."""
    asked = challenge.new_challenge()
    right = challenge._asked(challenge._nonce(asked.token)).right[0]
    return PERSON | {"challenge": asked.token, "word": right, "website": ""} | more


def test_somebody_without_an_account_registers(client):
    workshop, token = open_workshop(capacity=1)
    page = client.get(f"/register/{token}/")
    assert page.status_code == 200
    assert "no-store" in page["Cache-Control"]
    assert page["X-Robots-Tag"].startswith("noindex")

    response = client.post(f"/register/{token}/", answered())

    row = Registration.objects.get()
    assert (row.email, row.state, row.source) == ("ann@example.org", "seated", "link")
    assert row.consented_at
    own = client.get(response["Location"]).content.decode()
    assert "you have a seat" in own
    assert row.token_hash not in own
    second = Client().post(f"/register/{token}/", answered(email="b@example.org"), follow=True)
    assert "waiting list" in second.content.decode()
    assert workshop.registrations.count() == 2


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"consent": ""}, "consent"),
        ({"email": "no"}, "email"),
        ({"organization": ""}, "organization"),
        ({"country": ""}, "country"),
        ({"name": ""}, "name"),
        ({"website": "https://pills.example"}, "website"),
        ({"word": "wrong"}, "word"),
        ({"challenge": "forged"}, "word"),
    ],
)
def test_what_is_missing_or_comes_from_a_machine_is_refused(client, wrong, field):
    _workshop, token = open_workshop()

    response = client.post(f"/register/{token}/", answered(**{"post": "Midwife"} | wrong))

    assert (response.status_code, list(response.context["form"].errors)) == (400, [field])
    assert 'value="Midwife"' in response.content.decode()
    assert not Registration.objects.exists()


def test_an_answer_opens_the_door_once(client):
    _workshop, token = open_workshop(capacity=5)
    data = answered()
    client.post(f"/register/{token}/", data)

    response = client.post(f"/register/{token}/", data | {"email": "other@example.org"})

    assert list(response.context["form"].errors) == ["word"]
    assert Registration.objects.count() == 1


def test_an_address_that_is_on_the_list_is_told_so(client):
    _workshop, token = open_workshop(capacity=5)
    client.post(f"/register/{token}/", answered())

    response = client.post(f"/register/{token}/", answered(email="ANN@example.org"))

    assert list(response.context["form"].errors) == ["email"]
    assert Registration.objects.count() == 1


def test_a_network_registers_so_many_an_hour(client, monkeypatch):
    monkeypatch.setattr("partnerships.views.workshop_public.PER_HOUR", 1)
    _workshop, token = open_workshop(capacity=5)
    client.post(f"/register/{token}/", answered())

    response = client.post(f"/register/{token}/", answered(email="b@example.org"))

    assert response.status_code == 429
    assert int(response["Retry-After"]) > 0
    assert Registration.objects.count() == 1


@pytest.mark.parametrize("state", ["approved", "registration_closed", "postponed", "cancelled", "closed"])
def test_the_page_says_when_nobody_can_register(client, state):
    workshop, token = open_workshop()
    put(workshop, state)

    assert "<form" not in client.get(f"/register/{token}/").content.decode().split("</main>")[0]
    assert client.post(f"/register/{token}/", answered()).status_code == 200
    assert not Registration.objects.exists()


def test_a_seat_is_given_up_on_its_own_page(client):
    workshop, token = open_workshop()
    _ann, own = register(stranger(workshop, "Ann"), token=token)
    ben, _own = register(stranger(workshop, "Ben"), token=token)

    response = client.post(f"/my-registration/{own}/", follow=True)

    ben.refresh_from_db()
    assert "You gave up your seat" in response.content.decode()
    assert ben.state == "seated"
    put(workshop, "closed")
    assert client.post(f"/my-registration/{_own}/").status_code == 409


@pytest.mark.parametrize("address", ["/register/x/", "/my-registration/x/", "/verify/x/"])
def test_wrong_addresses_have_one_answer_and_are_counted(client, settings, address):
    settings.SHARE_MISSES_PER_MINUTE = 2

    assert [client.get(address).status_code for _each in range(3)] == [404, 404, 429]


def test_an_empty_token_opens_nothing(client):
    make_running()

    assert client.get("/register/ /").status_code == 404


def going_on():
    workshop = make_running(people=("Akinyi Otieno",))
    session = workshop.sessions.first()
    session.starts_at, session.ends_at = timezone.now(), timezone.now() + timedelta(hours=1)
    session.save()
    return session


def test_people_sign_in_on_their_phones(client):
    session = going_on()
    assert "Day one" not in client.get(f"/here/{session.pk}/").content.decode()

    response = client.post(f"/here/{session.pk}/", {"code": code_of(session), "who": "akinyi@example.org"})

    assert "Akinyi Otieno, you are signed in" in response.content.decode()
    assert Attendance.objects.get().source == "phone"


@pytest.mark.parametrize(("code", "who"), [("000000", "akinyi@example.org"), ("", ""), ("right", "x@example.org")])
def test_wrong_codes_tell_nothing_and_are_counted(client, settings, code, who):
    settings.SHARE_MISSES_PER_MINUTE = 2
    session = going_on()
    code = code_of(session) if code == "right" else code

    answers = [client.post(f"/here/{session.pk}/", {"code": code, "who": who}) for _each in range(3)]

    assert [answer.status_code for answer in answers] == [400, 400, 429]
    assert "Akinyi" not in answers[0].content.decode()
    assert not Attendance.objects.exists()


def test_a_room_behind_one_network_is_not_locked_out(client, settings, monkeypatch):
    settings.SHARE_MISSES_PER_MINUTE = 1
    monkeypatch.setattr("partnerships.views.workshop_public.ROOM_PER_MINUTE", 3)
    session = going_on()
    here = f"/here/{session.pk}/"
    put(session.workshop, "registration_closed")
    early = [client.post(here, {"code": "123456", "who": "akinyi@example.org"}).status_code for _each in range(5)]
    assert early == [409] * 5, "coming too early is no guess"
    put(session.workshop, "running")
    client.get("/register/x/")

    slips = [client.post(here, {"code": "000000", "who": f"{n}@example.org"}).status_code for n in (1, 1, 2)]
    assert slips == [400, 429, 400], "one person's slips are their own"
    right = client.post(here, {"code": code_of(session), "who": "akinyi@example.org"})
    assert right.status_code == 200
    guesses = [client.post(here, {"code": "000000", "who": f"{n}@example.org"}).status_code for n in (3, 4)]
    assert guesses == [400, 429], "all together may guess so often"
    assert client.get(here).status_code == 200


def test_a_session_that_there_is_not_is_answered_like_one_that_is_over(client):
    session = going_on()
    put(session.workshop, "closed")
    data = {"code": "123456", "who": "x@example.org"}

    over, none = (client.post(f"/here/{pk}/", data) for pk in (session.pk, 10**9))

    assert (over.status_code, none.status_code) == (409, 409)
    assert over.context["form"].errors == none.context["form"].errors


def test_a_certificate_shows_name_workshop_dates_validity_and_nothing_else(client):
    workshop = make_running(people=("Akinyi Otieno",))
    (certificate,) = certified(workshop)
    person = workshop.registrations.get()

    body = client.get(reverse("partnerships:certificate-verify", args=[certificate.code])).content.decode()

    for shown in ("Akinyi Otieno", "Safe birth", "2 March 2026", "3 March 2026", "This certificate is valid"):
        assert shown in body
    for hidden in (
        person.email,
        certificate.number,
        workshop.reference,
        workshop.partnership.name,
        workshop.created_by.name,
        "Kisumu",
    ):
        assert hidden not in body
    shown_small = client.get(f"/verify/{certificate.code.lower()[:6]}-{certificate.code.lower()[6:]}/")
    assert shown_small.status_code == 200


def test_a_revoked_and_an_expired_certificate_say_so(client):
    workshop = make_running(people=("Akinyi",))
    (certificate,) = certified(workshop)
    address = reverse("partnerships:certificate-verify", args=[certificate.code])
    Certificate.objects.update(issued_on="2025-01-01", expires_on="2026-01-01")
    assert "has expired" in client.get(address).content.decode()

    revoke_certificate(certificate, "Secret reason", by=workshop.created_by)

    body = client.get(address).content.decode()
    assert "was revoked" in body
    assert "Secret reason" not in body
