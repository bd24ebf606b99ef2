from datetime import timedelta
from urllib.parse import unquote

import pytest
from django.core import mail
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from tests.factories import make_member, make_partnership, make_programme
from tests.factories.toolkit import make_document, make_link
from toolkit.models import Document, ShareLink
from toolkit.views.link import mailto

pytestmark = pytest.mark.django_db
GOOD = {"side": "host", "days": "30", "scope": "fill"}


@pytest.fixture
def document(alice):
    programme = make_programme(host_label="Home hospital", resource_label="Guest hospital")
    return make_document(partnership=make_partnership(coordinator=alice, programme=programme), title="Trip report")


@pytest.fixture
def links(document):
    return f"{document.get_absolute_url()}links/"


def test_a_link_is_made_and_its_address_shown(login, alice, document, links, settings):
    settings.SITE_URL = "https://twinning.example"

    response = login(alice).post(links, GOOD | {"recipient_name": "Grace"}, follow=True)

    link = ShareLink.objects.get()
    assert (link.side, link.scope, link.recipient_name, link.created_by) == ("host", "fill", "Grace", alice)
    assert timedelta(days=29) < link.expires_at - timezone.now() <= timedelta(days=30)
    assertContains(response, f"https://twinning.example/f/{link.token}/")
    assertContains(response, "Not opened yet")
    assert document.partnership.entries.first().verb == "link.created"
    assert mail.outbox == []


def test_sides_are_called_as_the_programme_calls_them(login, alice, links):
    response = login(alice).get(links)

    assertContains(response, "Home hospital")
    assertContains(response, "Guest hospital")


def test_a_link_is_sent_after_it_was_saved(login, alice, document, links, settings, django_capture_on_commit_callbacks):
    settings.SITE_URL = "https://twinning.example"
    client = login(alice)
    data = GOOD | {"recipient_name": "Grace", "recipient_email": "grace@example.org", "send": "on"}

    with django_capture_on_commit_callbacks() as callbacks:
        client.post(links, data)
        assert mail.outbox == []
    for callback in callbacks:
        callback()

    link = ShareLink.objects.get()
    (message,) = mail.outbox
    assert message.to == ["grace@example.org"]
    assert message.subject == "Please fill in: Trip report"
    for words in (
        "Hello Grace",
        "Alice",
        "alice@example.org",
        "Home hospital",
        f"https://twinning.example/f/{link.token}/",
    ):
        assert words in message.body
    assert "testserver" not in message.body


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"side": ""}, "This field is required"),
        ({"side": "coordinator"}, "Select a valid choice"),
        ({"days": "0"}, "greater than or equal to 1"),
        ({"days": "366"}, "A link may work for 1 to 365 days"),
        ({"days": "many"}, "Enter a whole number"),
        ({"scope": "steer"}, "Select a valid choice"),
        ({"recipient_email": "grace"}, "Enter a valid email address"),
        ({"recipient_email": "grace@example.org\nBcc: all@example.org"}, "Enter a valid email address"),
        ({"send": "on"}, "Write the e-mail address"),
        ({"recipient_name": "x" * 151}, "at most 150 characters"),
    ],
)
def test_a_link_that_cannot_be_is_not_made(login, alice, links, change, words):
    response = login(alice).post(links, GOOD | change)

    assertContains(response, words, status_code=400)
    assert not ShareLink.objects.exists()
    assert mail.outbox == []


def test_no_link_to_a_withdrawn_document(login, alice, document, links):
    Document.objects.update(state="withdrawn")
    assertContains(login(alice).get(links), "This document was withdrawn")

    response = login(alice).post(links, GOOD)

    assert response.status_code == 409
    assert not ShareLink.objects.exists()


def test_revoking_ends_a_link(login, alice, document, links, client):
    link = make_link(document)
    assert client.get(f"/f/{link.token}/").status_code == 200

    response = login(alice).post(f"{links}{link.public_id}/revoke/", follow=True)

    link.refresh_from_db()
    assert link.revoked_at is not None
    assertContains(response, "Revoked")
    assertNotContains(response, link.token)
    assert client.get(f"/f/{link.token}/").status_code == 410
    assert document.partnership.entries.first().verb == "link.revoked"


def test_revoking_twice_is_said_and_changes_nothing(login, alice, document, links):
    link = make_link(document)
    login(alice).post(f"{links}{link.public_id}/revoke/")
    link.refresh_from_db()
    moment = link.revoked_at

    response = login(alice).post(f"{links}{link.public_id}/revoke/")

    assertContains(response, "already revoked", status_code=409)
    link.refresh_from_db()
    assert link.revoked_at == moment


def test_sending_again_mails_the_same_address(login, alice, document, links, django_capture_on_commit_callbacks):
    link = make_link(document, recipient_email="grace@example.org")

    with django_capture_on_commit_callbacks(execute=True):
        login(alice).post(f"{links}{link.public_id}/send/")

    assert [message.to for message in mail.outbox] == [["grace@example.org"]]
    assert link.token in mail.outbox[0].body
    assert document.partnership.entries.first().verb == "link.sent"


def test_sending_again_needs_an_address_and_a_live_link(
    login, alice, document, links, django_capture_on_commit_callbacks
):
    nameless, over = make_link(document), make_link(document, recipient_email="grace@example.org")
    ShareLink.objects.filter(pk=over.pk).update(revoked_at=timezone.now())

    with django_capture_on_commit_callbacks(execute=True):
        first = login(alice).post(f"{links}{nameless.public_id}/send/")
        second = login(alice).post(f"{links}{over.public_id}/send/")

    assertContains(first, "No e-mail address is known", status_code=409)
    assertContains(second, "no longer works", status_code=409)
    assert mail.outbox == []


def test_list_tells_live_links_from_those_that_are_over(login, alice, document, links):
    live, expired = make_link(document), make_link(document, recipient_name="Too late")
    now = timezone.now()
    ShareLink.objects.filter(pk=live.pk).update(n_opened=3, opened_at=now)
    ShareLink.objects.filter(pk=expired.pk).update(
        created_at=now - timedelta(days=9), expires_at=now - timedelta(days=1)
    )

    response = login(alice).get(links)

    assert [row["link"] for row in response.context["live"]] == [live]
    assert [row["link"] for row in response.context["over"]] == [expired]
    assertContains(response, "Opened 3 times")
    assertContains(response, "Expired")
    assertNotContains(response, expired.token)


def test_links_of_another_document_are_not_found(login, alice, document, links):
    other = make_link(make_document(partnership=document.partnership, version=document.version))

    for step in ("revoke", "send"):
        assert login(alice).post(f"{links}{other.public_id}/{step}/").status_code == 404
    other.refresh_from_db()
    assert other.is_live


def test_links_are_for_those_who_steer(login, document, links, bob, carol, curator):
    make_member(document.partnership, user=carol)
    link = make_link(document)

    for person, status in ((bob, 404), (curator, 404), (carol, 403)):
        client = login(person)
        response = client.get(links)
        assert response.status_code == status
        assert link.token not in response.content.decode()
        assert client.post(links, GOOD).status_code == status
        assert client.post(f"{links}{link.public_id}/revoke/").status_code == status
    assert ShareLink.objects.count() == 1
    link.refresh_from_db()
    assert link.is_live


def test_a_letter_is_prepared_for_ones_own_mail_programme(document, settings):
    settings.SITE_URL = "https://twinning.example"
    link = make_link(document, recipient_name="Grace & Co", recipient_email="grace@example.org")

    address = mailto(link)

    assert address.startswith("mailto:grace@example.org?subject=Please%20fill%20in%3A%20Trip%20report&body=")
    assert address.count("&") == 1
    assert link.url in unquote(address)


@pytest.mark.parametrize("n", [1, 3])
def test_query_count_does_not_grow(login, alice, document, links, django_assert_num_queries, n):
    for _each in range(n):
        make_link(document)
    client = login(alice)

    # session, person, document, submitted parts, links
    with django_assert_num_queries(5):
        client.get(links)
