"""What a link shows, and to whom: its side, its document, as long as it lives; guessing leads nowhere."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from tests.factories import make_partnership
from tests.factories.toolkit import SIDES, make_document, make_link, make_tool, only_response
from tests.toolkit.views.test_shared import address, body
from toolkit.actions.links import revoke_share_link
from toolkit.models import ShareLink

pytestmark = pytest.mark.django_db


@pytest.fixture
def document(alice):
    return make_document(partnership=make_partnership(coordinator=alice, name="Bergen – Mombasa"))


@pytest.fixture
def link(document):
    return make_link(document, recipient_name="Hawa")


@pytest.fixture
def joint(alice):
    return make_document(partnership=make_partnership(coordinator=alice), version=make_tool(form=SIDES, mode="joint"))


def test_a_side_sees_the_other_sides_part_but_cannot_write_it(client, joint):
    host = make_link(joint, side="host")
    guest = make_link(joint, side="resource")
    client.post(address(host), body(f_host="OURWORD"))

    page = client.get(address(guest)).content.decode()
    assert "OURWORD" in page
    assert 'name="f_host"' not in page
    client.post(address(guest), body(f_host="FORGED", f_guest="Theirs"))

    assert only_response(joint).answers == {"f_host": "OURWORD", "f_guest": "Theirs"}


def test_a_document_answered_by_each_side_stays_sealed(client, alice):
    document = make_document(partnership=make_partnership(coordinator=alice), version=make_tool(mode="each"))
    host, guest = make_link(document, side="host"), make_link(document, side="resource")
    client.post(address(host), body(action="submit", f_title="CANARY-HOST"))

    for page in ("fill", "done"):
        assert b"CANARY-HOST" not in client.get(address(guest, page), follow=True).content
    assert b"CANARY-HOST" in client.get(address(host, "done")).content
    client.post(address(guest), body(action="submit", f_title="Ours"))
    assert b"CANARY-HOST" in client.get(address(guest, "done")).content, "both have submitted: both read"


def test_a_link_shows_nothing_of_other_documents(client, link, alice):
    other = make_partnership(coordinator=alice, name="CANARY-PARTNERSHIP", goal="CANARY-GOAL")
    make_document(partnership=other, title="CANARY-TITLE")

    for page in ("fill", "done"):
        assert b"CANARY" not in client.get(address(link, page)).content


def test_links_that_are_over_say_whom_to_ask_and_nothing_else(client, link, document, alice):
    client.post(address(link), body(f_title="CANARY-ANSWER"))
    ShareLink.objects.filter(pk=link.pk).update(
        created_at=timezone.now() - timedelta(days=3), expires_at=timezone.now() - timedelta(days=1)
    )

    for page in ("fill", "done", "pdf"):
        response = client.get(address(link, page))
        assert response.status_code == 410
        assert b"alice@example.org" in response.content
        assert b"CANARY" not in response.content
        assert document.title.encode() not in response.content
        assert b"Bergen" not in response.content


def test_a_revoked_link_is_over_also_for_posts(client, link, document, alice):
    revoke_share_link(link, by=alice)

    response = client.post(address(link), body(f_title="Late <b>words</b>", f_note="\nTwo\nlines\n"))

    assert response.status_code == 410
    assert only_response(document).answers == {}
    # What was just written is not lost on its writer.
    assertContains(response, "Late &lt;b&gt;words&lt;/b&gt;\nTwo\nlines</textarea>", status_code=410)
    assertNotContains(client.get(address(link)), "<textarea", status_code=410)


def test_every_changed_letter_of_a_token_is_refused(client, link, settings):
    settings.SHARE_MISSES_PER_MINUTE = 10_000
    for position, letter in enumerate(link.token):
        other = "a" if letter != "a" else "b"
        forged = link.token[:position] + other + link.token[position + 1 :]
        response = client.get(reverse("toolkit:shared-fill", args=[forged]))
        assert response.status_code == 404, forged
        assert b"alice" not in response.content


@pytest.mark.parametrize("token", ["x", "-", "a-b", "é", "0", "a" * 300, "%00", "..%2f", "'; drop table--"])
def test_nonsense_tokens_get_the_same_kind_page(client, token):
    response = client.get(reverse("toolkit:shared-fill", args=[token]))

    assert response.status_code in (400, 404)


def test_guessing_is_slowed_down(client, link, settings, monkeypatch):
    monkeypatch.setattr("twinning.throttle.time", lambda: 1_800_000_000.0)  # a minute never ends in the middle
    settings.SHARE_MISSES_PER_MINUTE = 5
    codes = [client.get(reverse("toolkit:shared-fill", args=[f"guess{n}-x"])).status_code for n in range(8)]

    assert codes == [404] * 5 + [429] * 3
    assert client.get("/f/again-x/")["Retry-After"]
    assert client.get(address(link)).status_code == 200, "others behind the same address keep their links"


def test_a_token_of_another_installation_is_refused(client, link, settings):
    token = link.token
    settings.SECRET_KEY = "another-installation-entirely-" + "x" * 30

    assert client.get(reverse("toolkit:shared-fill", args=[token])).status_code == 404
