"""Who opens a link: browsers told apart by a cookie, seats of limited links, people to whom a link was passed on."""

import threading
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from partnerships.models import OutgoingMail
from tests.factories import make_partnership
from tests.factories.toolkit import make_document, make_link, only_response
from tests.toolkit.views.test_shared import address, body
from toolkit.actions.links import name_respondent, revoke_share_link
from toolkit.actions.visits import MOST_NAMELESS, MOST_PASSED_ON
from toolkit.models import AnswerChange, LinkVisit, ShareLink

pytestmark = pytest.mark.django_db
WHO = {"name": "Ngọc Ánh", "post": "Head nurse", "email": "ngoc@example.org"}


@pytest.fixture
def document(alice):
    return make_document(partnership=make_partnership(coordinator=alice), title="Trip report")


@pytest.fixture
def link(document):
    return make_link(document, recipient_name="Hawa", recipient_email="hawa@example.org")


def forwarded(link) -> str:
    return f"{address(link)}forwarded/"


def test_a_browser_is_one_visit_however_often_it_reloads(client, link):
    for _time in range(3):
        client.get(address(link))
    Client().get(address(link))

    assert LinkVisit.objects.filter(link=link).count() == 2
    link.refresh_from_db()
    assert link.n_opened == 4


def test_the_cookie_is_for_this_link_alone_and_the_row_keeps_no_key(client, link):
    response = client.get(address(link), REMOTE_ADDR="203.0.113.9")

    cookie = response.cookies["visit"]
    assert cookie["path"] == address(link)
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    row = LinkVisit.objects.values().get()
    assert cookie.value not in str(row)
    assert "203.0.113.9" not in str(row)


def test_the_cookie_is_secure_where_the_site_is(client, link, settings):
    settings.SESSION_COOKIE_SECURE = True

    assert client.get(address(link)).cookies["visit"]["secure"]


def test_coming_back_is_written_down(client, link):
    client.get(address(link))
    LinkVisit.objects.update(
        first_seen=timezone.now() - timedelta(days=2), last_seen=timezone.now() - timedelta(days=2)
    )

    client.get(address(link))

    row = LinkVisit.objects.get()
    assert row.last_seen - row.first_seen > timedelta(days=1)
    assert row.wrote_at is None
    client.post(address(link), body(f_title="x"))
    row.refresh_from_db()
    assert row.wrote_at is not None
    assert row.name == "Hawa"


@pytest.mark.parametrize("key", ["", "x" * 5000, "\u00e4", "another-key-of-nobody"])
def test_a_cookie_that_is_none_of_ours_is_a_new_browser(client, link, key):
    client.get(address(link))
    stranger = Client()
    stranger.cookies["visit"] = key

    assert stranger.get(address(link)).status_code == 200
    assert LinkVisit.objects.count() == 2


def test_a_cookie_of_another_link_counts_for_nothing(client, link, document):
    other = make_link(document)
    key = client.get(address(link)).cookies["visit"].value
    LinkVisit.objects.update(name="Hawa", email="h@example.org", is_other=True)
    stranger = Client()
    stranger.cookies["visit"] = key

    stranger.post(address(other), body(f_title="x") | {"_name": ""})

    assert AnswerChange.objects.get().name == "Somebody with the link"


def test_browsers_without_cookies_fill_no_table(link):
    LinkVisit.objects.bulk_create(LinkVisit(link=link, key_hash=str(n)) for n in range(MOST_NAMELESS + 5))
    LinkVisit.objects.filter(key_hash="0").update(name="Hawa")
    ShareLink.objects.update(n_opened=MOST_NAMELESS + 5)

    Client().get(address(link))

    assert LinkVisit.objects.filter(name="").count() == MOST_NAMELESS
    assert LinkVisit.objects.filter(name="Hawa").exists()


def test_the_name_given_on_another_device_is_not_asked_for_again(client, link):
    client.post(address(link), body(f_title="x") | {"_name": "Hawa K.", "_post": "Nurse"})

    page = Client().get(address(link)).content.decode()

    assert 'value="Hawa K."' in page
    assert 'value="Nurse"' in page


def test_name_and_post_are_given_once_for_all_documents(document, link):
    name_respondent(link, name="Hawa K.", post="Nurse")
    other = make_document(partnership=document.partnership, version=document.version)

    again = make_link(other, recipient_email="HAWA@example.org")
    stranger = make_link(other, recipient_email="peter@example.org")
    elsewhere = make_link(make_document(partnership=make_partnership()), recipient_email="hawa@example.org")

    assert (again.respondent_name, again.respondent_post) == ("Hawa K.", "Nurse")
    assert (stranger.respondent_name, elsewhere.respondent_name) == ("", "")


# A limited link


@pytest.fixture
def limited(document):
    return make_link(document, recipient_name="Hawa", most_devices=1)


def test_looking_into_a_mail_uses_up_nothing(limited):
    for _time in range(5):
        scanner = Client()
        response = scanner.get(address(limited))
        assert b'name="f_title"' not in response.content
        assert scanner.head(address(limited)).status_code == 200
        assert b"f_title" not in scanner.get(address(limited, "done")).content

    person = Client()
    assertContains(person.get(address(limited)), "for one device")
    assertContains(person.post(f"{address(limited)}open/", follow=True), 'name="f_title"')


def test_a_limited_link_stays_open_where_it_was_opened_and_nowhere_else(limited, client):
    for _time in range(3):
        client.post(f"{address(limited)}open/")
        assert b'name="f_title"' in client.get(address(limited)).content
    second = Client()

    refused = second.post(f"{address(limited)}open/")

    assertContains(refused, "on as many devices as it was made for", status_code=403)
    assertContains(second.get(address(limited)), "Open it on this device")
    assert LinkVisit.objects.filter(has_seat=True).count() == 1


def test_behind_the_door_nothing_is_read_or_written(limited, document):
    stranger = Client()

    posted = stranger.post(address(limited), body(f_title="Mine"))

    assertContains(posted, "Mine", status_code=409)
    assert only_response(document).answers == {}
    for page in ("done", "pdf", "files/none/", "forwarded/"):
        url = f"{address(limited)}{page}{'' if page in ('pdf',) or page.endswith('/') else '/'}"
        assertContains(stranger.get(url), "Open it on this device")


def test_the_coordinator_lets_it_be_opened_on_other_devices(login, alice, limited, document, client):
    client.post(f"{address(limited)}open/")
    links = f"{document.get_absolute_url()}links/{limited.public_id}/"

    assertContains(login(alice).get(links), "Opened on 1 of 1 devices")
    login(alice).post(f"{links}seats/")

    assert Client().post(f"{address(limited)}open/").status_code == 302
    assertContains(client.get(address(limited)), "Open it on this device")


@pytest.mark.parametrize("page", ["open/", "forwarded/"])
def test_a_link_that_is_over_opens_nothing(limited, alice, page, client):
    revoke_share_link(limited, by=alice)

    assert client.post(f"{address(limited)}{page}", WHO).status_code == 410
    assert client.post(f"/f/{limited.public_id}-{'x' * 32}/{page}", WHO).status_code == 404
    assert not LinkVisit.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif("connection.vendor == 'sqlite'", reason="threads share no database in memory")
def test_two_at_once_do_not_both_take_the_last_seat(limited):
    browsers = [Client(), Client()]
    found: list[int] = []

    def knock(browser):
        found.append(browser.post(f"{address(limited)}open/").status_code)
        connection.close()

    threads = [threading.Thread(target=knock, args=(browser,)) for browser in browsers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(found) == [302, 403]


# Passed on


def test_somebody_else_adds_themselves_and_writes_under_their_own_name(
    client, link, document, alice, django_capture_on_commit_callbacks
):
    owner = Client()
    owner.post(address(link), body(f_days="3"))

    with django_capture_on_commit_callbacks(execute=True):
        response = client.post(forwarded(link), WHO, follow=True)

    assertContains(response, "What you write here carries your name")
    assertContains(response, 'value="Ngọc Ánh"')
    client.post(address(link), body(f_title="From Ngọc") | {"_name": "Ngọc Ánh", "_post": "Head nurse"})
    owner.post(address(link), body(seen={"f_days": 1}, f_days="4"))
    names = dict(AnswerChange.objects.order_by("pk").values_list("cell", "name"))
    assert names == {"f_title": "Ngọc Ánh", "f_days": "Hawa"}
    link.refresh_from_db()
    assert link.respondent_name == "Hawa"
    (message,) = mail.outbox
    assert message.to == ["alice@example.org"]
    for words in ("Ngọc Ánh, Head nurse", "ngoc@example.org", "Hawa", "Trip report"):
        assert words in message.body
    entry = document.partnership.entries.first()
    assert document.partnership.entries.filter(verb="link.passed_on", actor_name="Ngọc Ánh").count() == 1
    assert entry is not None


def test_the_coordinator_is_told_once_of_one_person(client, link, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        client.post(forwarded(link), WHO)
        client.post(forwarded(link), WHO | {"post": "Matron"})
        Client().post(forwarded(link), WHO | {"email": "NGOC@example.org"})

    assert len(mail.outbox) == 1
    assert LinkVisit.objects.filter(is_other=True).count() == 2


def test_a_link_of_their_own_shows_no_more_and_ends_with_the_first(
    client, document, alice, django_capture_on_commit_callbacks
):
    link = make_link(document, scope="read", side="resource", days=3)

    with django_capture_on_commit_callbacks(execute=True):
        for _time in range(2):
            client.post(forwarded(link), WHO | {"wants_own": "on"})

    own = ShareLink.objects.get(passed_on_from=link)
    assert (own.scope, own.side, own.expires_at) == ("read", "resource", link.expires_at)
    assert (own.recipient_name, own.recipient_email, own.created_by) == ("Ngọc Ánh", "ngoc@example.org", alice)
    (theirs,) = (message for message in mail.outbox if message.to == ["ngoc@example.org"])
    assert own.url in theirs.body
    assert "Ngọc" not in theirs.subject + theirs.body, "what a stranger typed goes into no mail to strangers"
    revoke_share_link(link, by=alice)
    own.refresh_from_db()
    assert not own.is_live


def test_a_limited_link_gives_no_others(client, document):
    limited = make_link(document, most_devices=1)
    client.post(f"{address(limited)}open/")

    assertNotContains(client.get(forwarded(limited)), "A link of my own")
    client.post(forwarded(limited), WHO | {"wants_own": "on"})

    assert ShareLink.objects.count() == 1
    assert LinkVisit.objects.get().is_other


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"name": " "}, "This field is required"),
        ({"name": "x" * 151}, "at most 150 characters"),
        ({"email": ""}, "This field is required"),
        ({"email": "ngoc@example.org\nBcc: all@example.org"}, "Enter a valid email address"),
        ({"email": "ngoc"}, "Enter a valid email address"),
    ],
)
def test_who_says_too_little_is_not_added(client, link, change, words):
    response = client.post(forwarded(link), WHO | change)

    assertContains(response, words, status_code=400)
    assert not LinkVisit.objects.filter(is_other=True).exists()
    assert not OutgoingMail.objects.exists()


def test_one_link_makes_no_mail_of_mails(link, settings):
    settings.PASSED_ON_PER_HOUR = 1000
    for n in range(MOST_PASSED_ON):
        assert Client().post(forwarded(link), WHO | {"email": f"p{n}@example.org"}).status_code == 302

    refused = Client().post(forwarded(link), WHO | {"email": "more@example.org", "wants_own": "on"})

    assertContains(refused, "Too many people said", status_code=400)
    assert OutgoingMail.objects.filter(to_email="alice@example.org").count() == MOST_PASSED_ON
    assert not ShareLink.objects.filter(recipient_email="more@example.org").exists()


def test_one_network_adds_so_many_an_hour(client, link, settings):
    settings.PASSED_ON_PER_HOUR = 1
    client.post(forwarded(link), WHO)

    refused = client.post(forwarded(link), WHO | {"email": "second@example.org"})

    assert refused.status_code == 429
    assert LinkVisit.objects.filter(email="second@example.org").count() == 0
