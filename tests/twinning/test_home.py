from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from accounts.models import Invitation
from tests.factories import make_contact, make_member, make_partnership, make_user
from tests.factories.following import make_comment, make_follow_up
from tests.factories.toolkit import SIDES, make_document, make_link, make_tool, only_response
from toolkit.models import Document

pytestmark = pytest.mark.django_db


def test_strangers_are_asked_to_sign_in(client):
    assertRedirects(client.get("/"), "/accounts/login/?next=/", fetch_redirect_response=False)


def test_home_shows_what_waits_and_ones_partnerships(login, carol):
    partnership = make_partnership(name="Nyeri – Bergen", status="active")
    make_member(partnership, side="host", user=carol)
    document = make_document(partnership=partnership, title="<Trip report>")
    make_partnership(name="Of others")

    response = login(carol).get("/")

    assertContains(response, "Nyeri – Bergen")
    assertContains(response, "&lt;Trip report&gt;")
    assertContains(response, f"{document.get_absolute_url()}fill/")
    assertContains(response, "0 of 6")
    assertNotContains(response, "Of others")


def test_home_says_when_nothing_waits(login, alice):
    make_partnership(coordinator=alice, status="active")

    assertContains(login(alice).get("/"), "Nothing at the moment")


def test_home_shows_a_dozen_and_counts_the_rest(login, alice):
    partnership = make_partnership(coordinator=alice, status="active")
    version = make_tool()
    for number in range(14):
        make_document(partnership=partnership, version=version, title=f"Report {number}")
    Document.objects.update(state="submitted")

    response = login(alice).get("/")

    assert len(response.context["waiting"]) == 12
    assertContains(response, "and 2 more")
    assertContains(response, "/waiting/")


def test_home_shows_six_partnerships_and_leads_to_the_rest(login, alice):
    for number in range(7):
        make_partnership(coordinator=alice, name=f"Partnership {number}")

    response = login(alice).get("/")

    assertContains(response, "All 7")
    assertNotContains(response, ">Partnership 6<")


@pytest.mark.parametrize(
    ("roles", "words", "unwanted"),
    [
        ({"is_coordinator": True}, "Start your first partnership", "not part of a partnership yet"),
        ({"is_curator": True}, "You look after the toolkit", "Start a partnership"),
        ({"is_admin": True}, "Invite the people who will coordinate", "not part of a partnership yet"),
        ({}, "You are not part of a partnership yet", "Start a partnership"),
    ],
)
def test_home_of_somebody_without_a_partnership(login, roles, words, unwanted):
    response = login(make_user(**roles)).get("/")

    assertContains(response, words)
    assertNotContains(response, unwanted)


def test_administrators_see_how_many_partnerships_are_open(login, admin):
    make_partnership()
    make_partnership(status="closed")

    response = login(admin).get("/")

    assert response.context["n_all"] == 1
    assertContains(response, "Nothing waits for you")
    assertContains(response, "/accounts/people/")


@pytest.mark.parametrize("n", [1, 3])
def test_query_count_does_not_grow(login, alice, django_assert_max_num_queries, n):
    version = make_tool(mode="joint", form=SIDES)
    for _each in range(n):
        partnership = make_partnership(coordinator=alice, status="active")
        make_member(partnership, side="host", user=make_user())
        for state in ("assigned", "submitted", "accepted"):
            document = make_document(partnership=partnership, version=version)
            make_link(document, days=2)
            Document.objects.filter(pk=document.pk).update(state=state, due_on=timezone.localdate())
        invited = make_user(is_active=False)
        make_contact(user=invited)
        Invitation.issue(invited, by=alice)
    Invitation.objects.update(expires_at=timezone.now() + timedelta(days=1))
    assert only_response(document).answers == {}
    client = login(alice)

    with django_assert_max_num_queries(11):
        client.get("/")


def test_what_is_new_stands_on_the_home_page_until_it_is_read(login, alice):
    partnership = make_partnership(coordinator=alice)
    hana = make_member(partnership, contact=make_contact(user=make_user(name="Hana"))).contact.user
    make_comment(partnership, "Look, @Hana")
    client = login(hana)

    assertContains(client.get("/"), "One thing concerns you")
    opened = client.post(reverse("partnerships:notification-open", args=[hana.notifications.get().pk]))

    assert opened["Location"].endswith(f"#comment-{partnership.comments.get().pk}")
    assertNotContains(client.get("/"), "concerns you that")
    assertContains(client.get(reverse("partnerships:notification-list")), "Alice mentioned you")


def test_all_that_waits_stands_on_a_page_of_its_own(login, alice):
    partnership = make_partnership(coordinator=alice)
    mine = make_contact(name="Alice", user=alice)
    for n in range(55):
        make_follow_up(partnership, owner=mine, title=f"Task {n}")
    client = login(alice)

    assertContains(client.get("/"), "and 43 more")
    assert len(client.get("/waiting/").context["page"]) == 50
    assert len(client.get("/waiting/", {"page": 2}).context["page"]) == 5
