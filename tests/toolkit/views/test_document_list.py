from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from tests.factories import make_member, make_partnership
from tests.factories.toolkit import SIDES, make_document, make_tool, make_writer, only_response
from toolkit.actions.submitting import submit_part
from toolkit.models import Document

pytestmark = pytest.mark.django_db
LIST = "/documents/"


def titles(response):
    return [document.title for document in response.context["page"]]


def test_list_shows_only_documents_of_own_partnerships(login, alice, bob, carol, curator, admin):
    partnership = make_partnership(coordinator=alice)
    make_member(partnership, user=carol)
    make_document(partnership=partnership, title="Ours")

    assert titles(login(alice).get(LIST)) == ["Ours"]
    assert titles(login(carol).get(LIST)) == ["Ours"]
    assert titles(login(admin).get(LIST)) == ["Ours"]
    for stranger in (bob, curator):
        response = login(stranger).get(LIST)
        assert titles(response) == []
        assertNotContains(response, "Ours")


def test_list_says_what_to_do_when_it_is_empty(login, alice, carol):
    make_partnership(coordinator=alice)

    assertContains(login(alice).get(LIST), "Choose a tool from the toolkit")
    assertContains(login(carol).get(LIST), "as soon as a coordinator uses a tool")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("q=trip", ["Trip"]),
        ("q=001", ["Plan"]),
        ("state=withdrawn", ["Trip"]),
        ("section=workplan", ["Plan"]),
        ("state=withdrawn&section=workplan", []),
    ],
)
def test_list_is_narrowed_down(login, alice, query, expected):
    partnership = make_partnership(coordinator=alice)
    make_document(partnership=partnership, version=make_tool(section="workplan"), title="Plan")
    trip = make_document(partnership=partnership, version=make_tool(section="monitor"), title="Trip")
    Document.objects.filter(pk=trip.pk).update(state="withdrawn")

    assert titles(login(alice).get(f"{LIST}?{query}")) == expected


def test_list_of_one_partnership(login, alice, bob):
    first, second = make_partnership(coordinator=alice), make_partnership(coordinator=alice)
    make_document(partnership=first, title="First")
    make_document(partnership=second, title="Second")
    other = make_partnership(coordinator=bob)

    assert titles(login(alice).get(f"{LIST}?partnership={second.slug}")) == ["Second"]
    assert login(alice).get(f"{LIST}?partnership={other.slug}").status_code == 400


def test_list_of_what_waits_for_me(login, carol):
    partnership = make_partnership()
    make_member(partnership, side="host", user=carol)
    open_one = make_document(partnership=partnership, version=make_tool(mode="joint", form=SIDES), title="Open")
    done = make_document(partnership=partnership, title="Done")
    Document.objects.filter(pk=done.pk).update(state="accepted")

    assert titles(login(carol).get(f"{LIST}?waiting=on")) == ["Open"]

    response = only_response(open_one)
    writer = make_writer("host")
    response.answers = {"f_host": "x"}
    response.save()
    submit_part(response, by=writer)

    assert titles(login(carol).get(f"{LIST}?waiting=on")) == []


def test_list_refuses_an_unknown_state(login, alice):
    assert login(alice).get(f"{LIST}?state=lost").status_code == 400


def test_list_marks_what_is_overdue(login, alice):
    partnership = make_partnership(coordinator=alice)
    document = make_document(partnership=partnership)
    Document.objects.filter(pk=document.pk).update(due_on=timezone.localdate() - timedelta(days=1))

    assertContains(login(alice).get(LIST), "overdue since")
    Document.objects.filter(pk=document.pk).update(state="accepted")
    assertNotContains(login(alice).get(LIST), "overdue since")


@pytest.mark.parametrize("n", [1, 3])
def test_list_query_count_does_not_grow(login, alice, django_assert_num_queries, n):
    version = make_tool()
    for _each in range(n):
        make_document(partnership=make_partnership(coordinator=alice), version=version)
    client = login(alice)

    # session, person, the choice of partnerships, may start?, count, documents
    with django_assert_num_queries(6):
        client.get(LIST)
