import pytest
from django.contrib.auth import get_user
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertRedirects

from accounts.actions import invite
from accounts.models import User
from tests.factories import make_user
from tests.factories.people import PASSWORD

LOGIN = "/accounts/login/"


def test_sign_in_and_out(client, log_in, carol):
    assertRedirects(log_in(carol.email, PASSWORD), reverse("home"))
    assert get_user(client) == carol
    carol.refresh_from_db()
    assert carol.last_login <= timezone.now()

    assert client.get("/accounts/logout/").status_code == 200
    assert get_user(client) == carol  # looking signs nobody out
    client.post("/accounts/logout/")
    assert not get_user(client).is_authenticated
    assert "You are signed out." in client.get(LOGIN).text


@pytest.mark.parametrize("typed", ["CAROL@example.org", "Carol@Example.Org", "  carol@example.org "])
def test_the_address_is_known_in_any_case(client, log_in, carol, typed):
    log_in(typed, PASSWORD)

    assert get_user(client) == carol


def test_an_address_is_stored_in_small_letters(db):
    user = User.objects.create_user("Dora@Example.ORG", PASSWORD, name="Dora")

    assert user.email == "dora@example.org"


def test_the_password_is_not_trimmed(client, log_in, carol):
    assert log_in(carol.email, f" {PASSWORD}").status_code == 200
    assert not get_user(client).is_authenticated


def test_the_session_changes_its_key(client, log_in, carol):
    client.get(LOGIN)
    session = client.session
    session["planted"] = True
    session.save()
    before = session.session_key

    log_in(carol.email, PASSWORD)

    assert client.session.session_key != before
    assert client.cookies["sessionid"]["httponly"]
    assert client.cookies["sessionid"]["samesite"] == "Lax"


def answer(response):
    """What somebody outside can see of a refusal, without the forgery token and what they typed themselves."""
    form = response.context["form"]
    return response.status_code, form.errors.get_json_data(), sorted(response.headers)


def test_unknown_address_and_wrong_password_get_the_same_answer(client, log_in, carol, admin):
    invite(email="ines@example.org", name="Ines", by=admin)
    make_user(email="zoe@example.org", is_active=False)

    known, unknown, invited, closed = (
        answer(log_in(f"{who}@example.org", "wrong password")) for who in ("carol", "nobody", "ines", "zoe")
    )

    assert known == unknown == invited == closed
    assert "do not fit together" in str(known)


@pytest.mark.parametrize(("email", "password"), [("", ""), ("nonsense", PASSWORD), ("a@example.org", "")])
def test_an_incomplete_form_says_what_is_missing(log_in, db, email, password):
    response = log_in(email, password)

    assert response.status_code == 200
    assert response.context["form"].errors


# --- Limits ---------------------------------------------------------------------------------------------------------
def test_after_five_wrong_passwords_the_right_one_has_to_wait(client, log_in, carol):
    for _time in range(5):
        assert "do not fit together" in log_in(carol.email, "wrong password").text

    response = log_in(carol.email, PASSWORD)

    assert "wrong too many times" in response.text
    assert not get_user(client).is_authenticated
    # Neither another case nor another place is a way round, and other people are not held up.
    assert "wrong too many times" in log_in(carol.email.upper(), PASSWORD, address="192.0.2.9").text
    make_user(email="dora@example.org")
    assertRedirects(log_in("dora@example.org", PASSWORD), reverse("home"))


def test_an_address_that_does_not_exist_is_limited_as_well(log_in, db):
    for _time in range(5):
        log_in("nobody@example.org", "wrong password")

    assert "wrong too many times" in log_in("nobody@example.org", "wrong password").text


def test_one_place_cannot_try_everybody(log_in, carol):
    for number in range(10):
        log_in(f"person{number}@example.com", "wrong password")

    assert "wrong too many times" in log_in(carol.email, PASSWORD).text


def test_sending_the_form_too_often_is_429(client, log_in, carol, settings):
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"login": "2/m/ip"}
    for _time in range(2):
        log_in("nonsense", "x")

    response = log_in(carol.email, PASSWORD)

    assert response.status_code == 429
    assert "Please wait" in response.text


# --- Accounts that are not open ---------------------------------------------------------------------------------------
def test_a_closed_account_is_told_so_only_with_the_right_password(client, db, log_in):
    make_user(email="zoe@example.org", is_active=False)

    response = log_in("zoe@example.org", PASSWORD)

    assertRedirects(response, "/accounts/inactive/")
    assert not get_user(client).is_authenticated
    assert "not active" in client.get("/accounts/inactive/").text


@pytest.mark.parametrize("password", ["", "!", "None"])
def test_an_invited_person_has_no_password_to_guess(client, log_in, admin, password):
    user = invite(email="ines@example.org", name="Ines", by=admin)

    log_in(user.email, password or user.password)

    assert not get_user(client).is_authenticated


# --- Where one lands ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("path", ["/accounts/profile/", "/accounts/profile/?a=b&c=d", "/accounts/people/?q=%C3%A9"])
def test_signing_in_leads_back_to_the_page_asked_for(log_in, admin, path):
    assert log_in(admin.email, PASSWORD, next=path).url == path


EVIL = [
    "https://evil.example/",
    "http://evil.example",
    "//evil.example/",
    "///evil.example",
    "////evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "https:evil.example",
    "https:///evil.example",
    "http:\\\\evil.example",
    "javascript:alert(1)",
    "data:text/html,x",
    "https://testserver@evil.example/",
    "https://testserver.evil.example/",
    "//testserver:80@evil.example/",
    " //evil.example",
    "\t//evil.example",
    "/\t/evil.example",
    "/%0d%0aLocation: https://evil.example\r\nX: y",
    "\x01https://evil.example",
]


@pytest.mark.parametrize("next_url", EVIL)
def test_signing_in_never_leads_elsewhere(client, log_in, carol, next_url):
    response = log_in(carol.email, PASSWORD, next=next_url)

    assert response.status_code == 302
    assert "\r" not in response.url
    assert response.url == "/" or (response.url.startswith("/%0d%0a") and "\n" not in response.url)
    # Nor does the page for those who are signed in already, nor signing out.
    for again in (client.get(LOGIN, {"next": next_url}), client.post("/accounts/logout/", {"next": next_url})):
        assert again.status_code == 302
        assert again.url in {"/", LOGIN} or again.url.startswith("/%0d%0a")


# --- Sign-up --------------------------------------------------------------------------------------------------------
def test_nobody_signs_up(client, db):
    form = {"email": "new@example.org", "password1": PASSWORD, "password2": PASSWORD}

    for response in (client.get("/accounts/signup/"), client.post("/accounts/signup/", form)):
        assert response.status_code == 200
        assert "Accounts are given by invitation" in response.text
    assert not User.objects.exists()


def test_the_entrance_leads_to_a_new_password_once(client, db):
    assert client.get(LOGIN).text.count('href="/accounts/password/reset/"') == 1


def test_the_entrance_is_kept_by_nobody(client, db):
    assert "no-store" in client.get(LOGIN)["Cache-Control"]
