from datetime import timedelta

import pytest
from django.contrib.auth import get_user
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertRedirects

from accounts.actions import set_active
from accounts.models import Invitation, User

GOOD = "a long enough sentence"


@pytest.fixture
def ines(db):
    user = User(email="ines@example.org", name="Ines", is_active=False)
    user.set_unusable_password()
    user.save()
    return user


@pytest.fixture
def url(ines, alice):
    return reverse("accounts:invitation", args=[Invitation.issue(ines, by=alice)[1]])


def data(**changes):
    return {"name": "Ines", "password": GOOD, "password_again": GOOD, "time_zone": "Europe/Lisbon"} | changes


def test_looking_tells_who_invites_and_changes_nothing(client, ines, url):
    for _time in range(3):
        response = client.get(url)

    assert response.status_code == 200
    for words in ("Alice has invited you", "ines@example.org", 'value="Ines"'):
        assert words in response.text
    assert client.head(url).status_code == 200
    assert Invitation.objects.get().is_open
    ines.refresh_from_db()
    assert not ines.is_active
    assert "sessionid" not in response.cookies


def test_nobody_keeps_the_page_or_learns_its_address(client, url):
    response = client.get(url)

    assert "no-store" in response["Cache-Control"]
    assert response["X-Robots-Tag"] == "noindex, nofollow"
    assert response["Referrer-Policy"] == "strict-origin"


def test_accepting_lets_in(client, ines, url):
    response = client.post(url, data(name="Inês"))

    assertRedirects(response, reverse("home"))
    assert get_user(client) == ines
    ines.refresh_from_db()
    assert (ines.name, ines.time_zone, ines.is_active) == ("Inês", "Europe/Lisbon", True)
    assert ines.check_password(GOOD)


def test_the_link_works_once(client, ines, url):
    client.post(url, data())
    client.logout()

    for response in (
        client.get(url),
        client.post(url, data(name="Mallory", password="x" * 20, password_again="x" * 20)),
    ):
        assert response.status_code == 410
    ines.refresh_from_db()
    assert ines.name == "Ines"
    assert ines.check_password(GOOD)


@pytest.mark.parametrize("role", ["is_admin", "is_curator", "is_coordinator", "is_staff"])
def test_no_role_can_be_slipped_in(client, ines, url, role):
    client.post(url, data(email="x@example.org", version="9") | {role: "on"})

    ines.refresh_from_db()
    assert ines.is_active
    assert (ines.is_admin, ines.is_curator, ines.is_coordinator) == (False, False, False)
    assert ines.email == "ines@example.org"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"password": "short", "password_again": "short"}, "too short"),
        ({"password": "password1234", "password_again": "password1234"}, "too common"),
        ({"password": "ines@example.org", "password_again": "ines@example.org"}, "too similar"),
        ({"name": "Maria Fernandes", "password": "mariafernandes", "password_again": "mariafernandes"}, "too similar"),
        ({"password_again": "another long sentence"}, "not the same"),
        ({"password_again": GOOD + " "}, "not the same"),
        ({"password": "", "password_again": ""}, "This field is required"),
        ({"name": "  "}, "This field is required"),
        ({"name": "x" * 151}, "at most 150 characters"),
        ({"time_zone": "Mars/Olympus"}, "Select a valid choice"),
    ],
)
def test_bad_input_is_named_and_the_link_still_works(client, ines, url, changes, words):
    response = client.post(url, data() | changes)

    assert response.status_code == 400
    assert words in response.text
    assert GOOD not in response.text
    ines.refresh_from_db()
    assert not ines.is_active
    assert Invitation.objects.get().is_open


def over(client, url):
    """The answers to looking and to sending, which must be the same for every link that does not work."""
    return [(r.status_code, r["Referrer-Policy"], r.text) for r in (client.get(url), client.post(url, data()))]


def test_wrong_expired_and_withdrawn_links_are_told_apart_by_nobody(client, ines, url, admin):
    wrong = over(client, url[:-2] + "x/")
    assert wrong[0][0] == 410
    for words in ("ask the person who invited you", "invite you again"):
        assert words in wrong[0][2]
    assert not {"Ines", "ines@", "Alice"} & set(wrong[0][2].split())

    Invitation.objects.update(created_at=timezone.now() - timedelta(days=20), expires_at=timezone.now())
    expired = over(client, url)
    set_active(ines, active=False, by=admin)
    withdrawn = over(client, url)

    def plain(answers):
        # The forgery token and the address itself differ from page to page.
        return [(status, policy, text.count("\n"), "Alice" in text) for status, policy, text in answers]

    assert plain(wrong) == plain(expired) == plain(withdrawn)
    ines.refresh_from_db()
    assert not ines.is_active


@pytest.mark.parametrize("token", ["x", "a" * 5000, "%00", "%ff%fe", "☃", "-1", "..%2f..", "null"])
def test_nonsense_is_over_too(client, db, token):
    assert client.get(f"/accounts/invite/{token}/").status_code in {400, 404, 410}


@pytest.fixture
def one_minute(monkeypatch):
    """Everything happens within one minute of the clock."""
    monkeypatch.setattr("twinning.throttle.time", lambda: 1_800_000_000.0)


@pytest.mark.usefixtures("one_minute")
def test_who_guesses_too_often_waits(client, url, settings):
    settings.SHARE_MISSES_PER_MINUTE = 3
    for guess in range(3):
        assert client.get(f"/accounts/invite/guess{guess}/").status_code == 410

    blocked = client.get("/accounts/invite/guess4/")
    assert blocked.status_code == 429
    assert blocked["Retry-After"] == "60"
    assert client.post(url, data()).status_code == 429
    # Somebody else, somewhere else, is not in the way.
    assert client.get(url, REMOTE_ADDR="192.0.2.7").status_code == 200


@pytest.mark.usefixtures("one_minute")
def test_one_network_counts_as_one(client, url, settings):
    settings.SHARE_MISSES_PER_MINUTE = 2
    for guess in range(2):
        client.get(f"/accounts/invite/guess{guess}/", REMOTE_ADDR=f"2001:db8::{guess}")

    assert client.get(url, REMOTE_ADDR="2001:db8::ffff").status_code == 429
    assert client.get(url, REMOTE_ADDR="2001:db8:0:1::1").status_code == 200


def test_waiting_helps(client, url, settings, monkeypatch):
    settings.SHARE_MISSES_PER_MINUTE = 1
    monkeypatch.setattr("twinning.throttle.time", lambda: 1_800_000_000.0)
    client.get("/accounts/invite/guess/")
    assert client.get(url).status_code == 429

    monkeypatch.setattr("twinning.throttle.time", lambda: 1_800_000_061.0)
    assert client.get(url).status_code == 200


def test_right_links_are_not_counted(client, url, settings):
    settings.SHARE_MISSES_PER_MINUTE = 2
    for _time in range(5):
        assert client.get(url).status_code == 200


def test_somebody_else_who_is_signed_in_is_told_and_then_signed_out(login, bob, ines, url):
    client = login(bob)
    before = client.session.session_key
    assert "You are signed in as Bob" in client.get(url).text

    client.post(url, data())

    assert get_user(client) == ines
    assert client.session.session_key != before


def test_other_methods_are_refused(client, url):
    assert client.delete(url).status_code == 405
    assert Invitation.objects.get().is_open
