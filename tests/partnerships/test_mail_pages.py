"""The pages of the outbox: what a coordinator sees of it, and what nobody else does."""

import gzip

import pytest
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from partnerships.models import ADDRESS, OutgoingMail
from partnerships.views.mail import shown_body
from tests.factories import make_member, make_partnership
from tests.factories.mails import make_mail
from tests.factories.toolkit import make_document, make_link
from toolkit.actions.links import revoke_share_link

pytestmark = pytest.mark.django_db


@pytest.fixture
def partnership(alice):
    return make_partnership(coordinator=alice, name="Bergen – Mombasa")


@pytest.fixture
def outbox(partnership):
    return f"{partnership.get_absolute_url()}mails/"


def test_coordinators_see_what_was_sent_queued_and_refused(login, alice, partnership, outbox, bob):
    make_mail(partnership, state="sent", subject="To read")
    make_mail(partnership, state="failed", subject="Never came", reason="550 No such user")
    make_mail(partnership, subject="Under way", about="TW-7")
    make_mail(make_partnership(coordinator=bob), subject="Of others")

    response = login(alice).get(outbox)

    for words in ("To read", "Never came", "550 No such user", "Under way", "TW-7", "Waiting to be sent", "Not sent"):
        assertContains(response, words)
    assertNotContains(response, "Of others")


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("state=failed", ["B"]),
        ("kind=reminder", ["C"]),
        ("q=peter", ["C"]),
        ("q=TW-7", ["A"]),
        ("state=failed&q=peter", []),
    ],
)
def test_the_outbox_is_narrowed_down(login, alice, partnership, outbox, asked, found):
    make_mail(partnership, subject="A", about="TW-7")
    make_mail(partnership, subject="B", state="failed")
    make_mail(partnership, subject="C", kind="reminder", to_email="peter@example.org")

    response = login(alice).get(f"{outbox}?{asked}")

    assert [row.subject for row in response.context["page"]] == found


def test_nonsense_in_the_address_is_said(login, alice, outbox):
    assert login(alice).get(f"{outbox}?state=nonsense").status_code == 400
    assert login(alice).get(f"{outbox}?page=999").status_code == 200


def test_administrators_see_the_mails_of_all(login, admin, partnership, bob):
    make_mail(partnership, subject="One")
    make_mail(make_partnership(coordinator=bob), subject="Two")
    make_mail(None, subject="Nobody’s")

    response = login(admin).get("/mails/")

    for words in ("One", "Two", "Nobody’s", "Bergen – Mombasa"):
        assertContains(response, words)


def test_the_address_of_a_link_is_for_those_who_could_make_it(partnership, alice, carol, admin):
    link = make_link(make_document(partnership=partnership))
    make_member(partnership, user=carol)
    row = make_mail(partnership, body=f"Open {ADDRESS}", address_of=f"link:{link.public_id}")

    assert shown_body(row, alice) == f"Open {link.url}"
    assert shown_body(row, admin) == f"Open {link.url}"
    assert shown_body(row, carol) == "Open [the address is hidden]"
    nobodys = make_mail(None, body=f"Open {ADDRESS}", address_of=f"link:{link.public_id}")
    assert link.token not in shown_body(nobodys, admin)
    revoke_share_link(link, by=alice)
    assert shown_body(row, alice) == "Open [the address no longer opens anything]"


def test_the_page_of_a_mail_is_for_those_who_coordinate(login, partnership, alice, bob, carol):
    link = make_link(make_document(partnership=partnership))
    make_member(partnership, user=carol)
    row = make_mail(partnership, body=f"Open {ADDRESS}", address_of=f"link:{link.public_id}", state="failed")

    for person, status in ((bob, 404), (carol, 403)):
        for step in ("", "again/", "cancel/"):
            client = login(person)
            response = client.post(f"/mails/{row.pk}/{step}") if step else client.get(f"/mails/{row.pk}/")
            assert response.status_code == status
            assert link.token not in response.content.decode()
    own = login(alice).get(f"/mails/{row.pk}/")
    assertContains(own, link.token)
    assert "no-store" in own["Cache-Control"]
    assert OutgoingMail.objects.count() == 1


def test_again_and_cancel_from_the_page(login, alice, partnership, django_capture_on_commit_callbacks):
    waiting, failed = make_mail(partnership), make_mail(partnership, state="failed", subject="Other")
    client = login(alice)

    with django_capture_on_commit_callbacks(execute=True):
        assertContains(client.post(f"/mails/{failed.pk}/again/", follow=True), "written once more")
    assertContains(client.post(f"/mails/{waiting.pk}/cancel/", follow=True), "will not be sent")
    assertContains(client.post(f"/mails/{waiting.pk}/cancel/"), "Only a mail that still waits", status_code=409)

    states = dict(OutgoingMail.objects.values_list("pk", "state"))
    assert states.pop(waiting.pk) == "cancelled"
    assert sorted(states.values()) == ["failed", "sent"]


def test_words_that_are_deleted_are_said_to_be(login, alice, partnership):
    row = make_mail(partnership, state="sent", body="", forgotten_at=timezone.now())

    response = login(alice).get(f"/mails/{row.pk}/")

    assertContains(response, "The words were deleted on")
    assertNotContains(response, "Send it once more")


def test_hostile_words_stay_words(login, alice, partnership, outbox):
    row = make_mail(partnership, subject="<script>alert(1)</script>", to_name="<b>x</b>", body="<img src=x>")

    for url in (outbox, f"/mails/{row.pk}/"):
        page = login(alice).get(url).content.decode()
        assert "<script>alert" not in page
        assert "<img src=x>" not in page
        assert "<b>x</b>" not in page


@pytest.mark.parametrize("n", [1, 25])
def test_the_outbox_asks_the_database_no_more_for_more(login, alice, partnership, outbox, django_assert_num_queries, n):
    for _each in range(n):
        make_mail(partnership)
    client = login(alice)

    # session, person, partnership, count, mails
    with django_assert_num_queries(5):
        client.get(outbox)


def test_a_page_of_twenty_five_mails_is_small(login, alice, partnership, outbox):
    for n in range(26):
        make_mail(partnership, subject=f"Please fill in: Report number {n}", to_email=f"person{n}@example.org")

    assert len(gzip.compress(login(alice).get(outbox).content)) <= 14_000
