import smtplib

import pytest
from allauth.account.adapter import get_adapter
from django.contrib.auth import get_user
from django.core import mail
from pytest_django.asserts import assertRedirects

from accounts.actions import invite
from tests.factories import make_user
from tests.factories.people import PASSWORD

RESET = "/accounts/password/reset/"
CHANGE = "/accounts/password/change/"
NEW = "a long enough sentence"
SITE = "https://twinning.example.org"


@pytest.fixture(autouse=True)
def site(settings):
    settings.SITE_URL = SITE


def ask(client, email, **extra):
    return client.post(RESET, {"email": email}, **extra)


def test_from_forgotten_to_signed_in(client, log_in, carol, login, path_in_last_mail):
    elsewhere = login(carol)
    assertRedirects(ask(client, "Carol@Example.org"), "/accounts/password/reset/done/")
    (sent,) = mail.outbox
    assert (sent.to, sent.subject) == (["carol@example.org"], "[Twinning] A new password")
    assert "Hello Carol," in sent.body

    form = client.get(path_in_last_mail(SITE), follow=True)
    assert form.status_code == 200
    # The key is out of the address before anything else is loaded or clicked.
    assert form.request["PATH_INFO"].endswith("-set-password/")

    done = client.post(form.request["PATH_INFO"], {"password1": NEW, "password2": NEW}, follow=True)
    assert "Your new password is saved" in done.text
    assert not get_user(client).is_authenticated
    assert elsewhere.get("/accounts/profile/").status_code == 302
    log_in(carol.email, PASSWORD)
    assert not get_user(client).is_authenticated
    log_in(carol.email, NEW)
    assert get_user(client) == carol

    assert mail.outbox[-1].subject == "[Twinning] Your password has been changed"
    assert f"{SITE}{RESET}" in mail.outbox[-1].body


def test_the_link_works_once(client, carol, path_in_last_mail):
    ask(client, carol.email)
    path = path_in_last_mail(SITE)
    form = client.get(path, follow=True).request["PATH_INFO"]
    client.post(form, {"password1": NEW, "password2": NEW})

    for address in (path, form):
        assert "no longer works" in client.get(address, follow=True).text
    client.post(form, {"password1": "quite another sentence", "password2": "quite another sentence"})
    carol.refresh_from_db()
    assert carol.check_password(NEW)


def test_the_link_ends_when_the_password_changes_otherwise(client, carol, path_in_last_mail):
    ask(client, carol.email)
    carol.set_password(NEW)
    carol.save()

    assert "no longer works" in client.get(path_in_last_mail(SITE), follow=True).text


@pytest.mark.parametrize("key", ["1-x", "zzzz-abc-def", "0-set-password", "99999999999999999999-a", "a" * 300 + "-b"])
def test_a_wrong_link_says_so(client, db, key):
    response = client.get(f"/accounts/password/reset/key/{key}/", follow=True)

    assert response.status_code == 200
    assert "no longer works" in response.text


@pytest.mark.parametrize(
    ("first", "second", "words"),
    [
        ("short", "short", "too short"),
        ("carol@example.org", "carol@example.org", "too similar"),
        ("password1234", "password1234", "too common"),
        (NEW, "something different", "same password"),
        ("", "", "This field is required"),
    ],
)
def test_a_weak_password_is_refused(client, carol, path_in_last_mail, first, second, words):
    ask(client, carol.email)
    form = client.get(path_in_last_mail(SITE), follow=True).request["PATH_INFO"]

    response = client.post(form, {"password1": first, "password2": second})

    assert words in response.text
    carol.refresh_from_db()
    assert carol.check_password(PASSWORD)


def test_known_and_unknown_addresses_get_the_same_answer(client, carol, admin):
    invite(email="ines@example.org", name="Ines", by=admin)
    make_user(email="zoe@example.org", is_active=False)

    answers = [ask(client, f"{who}@example.org") for who in ("carol", "nobody", "ines", "zoe")]

    assert len({(r.status_code, r.url, tuple(sorted(r.headers))) for r in answers}) == 1
    assert [m.to for m in mail.outbox] == [["carol@example.org"]]


def test_a_mail_server_that_is_down_gives_the_same_answer_too(client, carol, monkeypatch, caplog):
    def down(*args, **kwargs):
        raise smtplib.SMTPServerDisconnected("down")

    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", down)

    assertRedirects(ask(client, carol.email), "/accounts/password/reset/done/")
    assert "could not be sent" in caplog.text


def test_a_claimed_host_never_gets_into_the_mail(client, carol):
    assert ask(client, carol.email, headers={"host": "evil.example"}).status_code == 400
    assert not mail.outbox

    ask(client, carol.email, headers={"host": "localhost", "x-forwarded-host": "evil.example"})
    assert f"{SITE}/accounts/password/reset/key/" in mail.outbox[0].body
    assert "evil" not in mail.outbox[0].body + mail.outbox[0].subject
    assert "localhost" not in mail.outbox[0].body + mail.outbox[0].subject


def test_mail_shows_names_as_they_are(client, carol):
    carol.name = "Siân O'Neil & <Sons>"
    carol.save()

    ask(client, carol.email)

    assert "Hello Siân O'Neil & <Sons>," in mail.outbox[0].body


def test_asking_too_often_is_429(client, carol):
    statuses = [ask(client, carol.email).status_code for _time in range(6)]

    assert statuses == [302] * 5 + [429]
    assert len(mail.outbox) == 5


def test_a_new_password_ends_the_waiting_after_wrong_ones(client, log_in, carol, path_in_last_mail):
    for _time in range(5):
        log_in(carol.email, "wrong password")
    ask(client, carol.email)
    form = client.get(path_in_last_mail(SITE), follow=True).request["PATH_INFO"]
    client.post(form, {"password1": NEW, "password2": NEW})

    log_in(carol.email, NEW)

    assert get_user(client) == carol


# --- Changing it while signed in ------------------------------------------------------------------------------------
def change(client, old=PASSWORD, first=NEW, second=NEW):
    return client.post(CHANGE, {"oldpassword": old, "password1": first, "password2": second})


def test_change_ends_every_session_and_tells_the_owner(login, carol):
    here, elsewhere = login(carol), login(carol)

    response = change(here)

    assertRedirects(response, "/accounts/profile/", fetch_redirect_response=False)
    for client in (here, elsewhere):
        assertRedirects(client.get("/accounts/profile/"), "/accounts/login/?next=/accounts/profile/")
    carol.refresh_from_db()
    assert carol.check_password(NEW)
    assert mail.outbox[0].to == ["carol@example.org"]
    assert mail.outbox[0].subject == "[Twinning] Your password has been changed"


@pytest.mark.parametrize(
    ("old", "first", "second", "words"),
    [
        ("wrong password", NEW, NEW, "not your present password"),
        (PASSWORD, NEW, "something different", "same password"),
        (PASSWORD, "short", "short", "too short"),
        (PASSWORD, "carol@example.org", "carol@example.org", "too similar"),
    ],
)
def test_change_refuses(login, carol, old, first, second, words):
    client = login(carol)

    response = change(client, old, first, second)

    assert words in response.text
    carol.refresh_from_db()
    assert carol.check_password(PASSWORD)
    assert client.get("/accounts/profile/").status_code == 200
    assert not mail.outbox


def test_change_does_not_bring_back_a_role_taken_away_meanwhile(carol):
    carol.is_admin = True  # as it was when the request began; the row says otherwise by now

    get_adapter().set_password(carol, NEW)

    carol.refresh_from_db()
    assert carol.check_password(NEW)
    assert not carol.is_admin


def test_change_is_limited(login, carol):
    client = login(carol)
    for _time in range(5):
        change(client, old="wrong password")

    assert change(client).status_code == 429


def test_change_is_for_people_who_signed_in(client, db):
    assertRedirects(client.get(CHANGE), f"/accounts/login/?next={CHANGE}")


# --- The remaining pages of allauth that have an address -------------------------------------------------------------
def test_a_person_with_a_password_is_sent_to_change_it(login, carol):
    assertRedirects(login(carol).get("/accounts/password/set/"), CHANGE)


def test_confirming_that_it_is_me(login, carol):
    client = login(carol)
    assert client.get("/accounts/confirm/").status_code == 200
    assert "This is not your password." in client.post("/accounts/confirm/", {"password": "wrong"}).text

    assertRedirects(client.post("/accounts/confirm/", {"password": PASSWORD}), "/")


def test_reset_pages_render(client, db):
    assert client.get(RESET).status_code == 200
    assert client.get("/accounts/password/reset/done/").status_code == 200
    assert client.get("/accounts/password/reset/key/done/").status_code == 200
    assert "Enter a valid email address" in ask(client, "nonsense").text
