"""The search over everything: what one may see, a few of each kind."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import make_contact, make_member, make_organization, make_partnership
from tests.factories.agreements import make_agreement
from tests.factories.following import make_follow_up
from tests.factories.sharing import make_resource, make_transfer
from tests.factories.toolkit import make_document, make_tool

pytestmark = pytest.mark.django_db


def found(client, words: str) -> dict[str, list[str]]:
    page = client.get("/search/", {"q": words})
    assert page.status_code == 200
    return {str(part.title): [hit.title for hit in part.hits] for part in page.context["parts"]}


@pytest.fixture
def world(alice):
    partnership = make_partnership(name="Zebra twins", coordinator=alice, status="active")
    person = make_contact(name="Zebra Achieng", post="Midwife")
    make_member(partnership, contact=person)
    make_organization(name="Zebra hospital", city="Nyeri")
    make_document(partnership=partnership, version=make_tool(title="Plain tool"), title="Zebra report")
    make_agreement(partnership, title="Zebra memo")
    make_follow_up(partnership, owner=person, title="Feed the zebra")
    make_resource(partnership, title="Zebra protocol")
    make_transfer(partnership, title="Zebra scales", items=2)
    make_tool(slug="zebra-count", title="Zebra count")
    return partnership


def test_each_kind_is_found_and_every_hit_opens(world, alice, login):
    client = login(alice)

    assert found(client, "zebra") == {
        "Partnerships": ["Zebra twins"],
        "Organizations": ["Zebra hospital"],
        "People": ["Zebra Achieng"],
        "Documents": ["Zebra report"],
        "Agreements": ["Zebra memo"],
        "Follow-ups": ["Feed the zebra"],
        "Shared resources": ["Zebra protocol"],
        "Transfers of equipment": ["Zebra scales"],
        "Tools": ["Zebra count"],
    }
    hits = [hit for part in client.get("/search/?q=zebra").context["parts"] for hit in part.hits]
    assert {client.get(hit.url).status_code for hit in hits} == {200}


def test_every_word_has_to_occur(world, alice, login):
    client = login(alice)

    assert found(client, "zebra nyeri") == {"Organizations": ["Zebra hospital"]}
    assert found(client, "  ") == {}
    assert "Nothing was found" in client.get("/search/?q=unicorn").text


def test_what_one_may_not_see_is_not_found(world, bob, carol, login):
    assert set(found(login(bob), "zebra")) == {"Organizations", "People", "Tools"}
    assert set(found(login(carol), "zebra")) == {"Tools"}


def test_of_many_a_few_are_shown_with_the_way_to_all(alice, login):
    for number in range(7):
        make_organization(name=f"Zebra {number}")
    client = login(alice)

    (part,) = client.get("/search/?q=zebra").context["parts"]

    assert len(part.hits) == 5
    assert part.more_url == "/organizations/?q=zebra"
    assert client.get(part.more_url).status_code == 200


@pytest.mark.parametrize("words", ["%", "<script>alert(1)</script>", "x" * 5000, "a " * 300, "\u202eabc", "'\"--;"])
def test_odd_words_do_no_harm(world, alice, login, words):
    page = login(alice).get("/search/", {"q": words})

    assert page.status_code == 200
    assert "<script>alert(1)" not in page.text


def test_queries_stay_few(world, alice, login):
    client = login(alice)
    client.get("/search/?q=zebra")
    counts = []
    for _round in range(2):
        with CaptureQueriesContext(connection) as seen:
            client.get("/search/?q=zebra")
        counts.append(len(seen))
        for number in range(4):
            make_organization(name=f"Zebra {number}-{_round}")
            make_partnership(name=f"Zebra {number}", coordinator=alice)
    assert counts[0] == counts[1] <= 15
