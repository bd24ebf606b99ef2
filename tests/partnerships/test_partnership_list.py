import pytest
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from partnerships.models import Participation, Phase, TeamMember
from tests.factories import (
    make_member,
    make_organization,
    make_partnership,
    make_programme,
    make_topic,
)

LIST = "/partnerships/"


def names(response):
    return [partnership.name for partnership in response.context["page"]]


def test_list_shows_only_own_partnerships(login, alice, bob):
    make_partnership(name="Mine", coordinator=alice)
    make_partnership(name="Not mine", coordinator=bob)

    response = login(alice).get(LIST)

    assert names(response) == ["Mine"]
    assertNotContains(response, "Not mine")


def test_list_shows_administrators_all(login, alice, bob, admin):
    make_partnership(name="A", coordinator=alice)
    make_partnership(name="B", coordinator=bob)

    response = login(admin).get(LIST)

    assert names(response) == ["A", "B"]
    assertContains(response, "/programmes/")


def test_list_shows_partners_those_whose_team_they_are_on(login, carol):
    member = make_member(make_partnership(name="On the team"), user=carol)
    left = make_member(make_partnership(name="Was on the team"), contact=member.contact)
    TeamMember.objects.filter(pk=left.pk).update(starts_on="2020-01-01", ends_on="2020-12-31")
    make_partnership(name="Never was")

    assert names(login(carol).get(LIST)) == ["On the team"]


def test_list_asks_strangers_to_sign_in(client, db):
    assertRedirects(client.get(LIST), f"/accounts/login/?next={LIST}", fetch_redirect_response=False)


def test_list_says_what_to_do_when_it_is_empty(login, alice, curator):
    assertContains(login(alice).get(LIST), "Two organizations are enough to begin")
    response = login(curator).get(LIST)
    assertContains(response, "as soon as a coordinator adds you")
    assertNotContains(response, "Start a partnership")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, ["Births", "Labs", "Wards"]),
        ({"q": "births"}, ["Births"]),
        ({"q": "bergen"}, ["Labs"]),
        ({"q": "fewer infections"}, ["Wards"]),
        ({"q": "nothing like it"}, []),
        ({"status": "active"}, ["Labs"]),
        ({"country": "ET"}, ["Births"]),
        ({"country": "UG"}, None),
        ({"topic": "laboratory"}, ["Labs"]),
        ({"programme": "better"}, ["Births"]),
        ({"section": "evaluate"}, ["Wards"]),
        ({"section": "disseminate"}, []),
        ({"mine": "on"}, ["Births", "Labs"]),
        ({"mine": "on", "status": "active"}, ["Labs"]),
    ],
)
def test_list_is_narrowed_down(login, admin, query, expected):
    programme = make_programme()
    type(programme).objects.update(slug="better")
    births = make_partnership(
        name="Births", coordinator=admin, host=make_organization(country="ET"), programme=programme
    )
    gone = births.participations.first()
    Participation.objects.create(
        partnership=births,
        organization=make_organization(country="UG"),
        side="host",
        joined_on=gone.joined_on,
        left_on=gone.joined_on,
    )
    labs = make_partnership(
        name="Labs", coordinator=admin, status="active", resource=make_organization(country="NO", city="Bergen")
    )
    topic = make_topic(name="Laboratory")
    type(topic).objects.update(slug="laboratory")
    labs.topics.add(topic)
    wards = make_partnership(name="Wards", goal="Fewer infections after surgery")
    Phase.objects.filter(partnership=wards, definition__section="evaluate").update(state="open")

    response = login(admin).get(LIST, query)

    if expected is None:  # a country that only an organization that left comes from is not offered
        assert response.status_code == 400
        expected = ["Births", "Labs", "Wards"]
    assert names(response) == expected


def test_list_shows_status_countries_and_progress(login, alice):
    partnership = make_partnership(coordinator=alice, status="on_hold")
    partnership.phases.filter(definition__number=1).update(state="done", closed_on="2026-03-01")
    partnership.phases.filter(definition__number__in=[2, 3]).update(state="open")

    response = login(alice).get(LIST)

    for words in ("On hold", "Kenya", "Norway", "Phase 2, Phase 3", "1 of 6 phases done"):
        assertContains(response, words)


def test_list_counts_only_the_latest_cycle(login, alice):
    partnership = make_partnership(coordinator=alice)
    partnership.phases.update(state="done", closed_on="2026-03-01")
    for phase in list(partnership.phases.all()):
        Phase.objects.create(partnership=partnership, definition=phase.definition, cycle=2)

    assertContains(login(alice).get(LIST), "0 of 6 phases done")


@pytest.mark.parametrize("query", [{"status": "asleep"}, {"topic": "x"}, {"programme": "x"}, {"section": "x"}])
def test_list_says_when_a_choice_does_not_exist(login, alice, query):
    make_partnership(coordinator=alice)

    response = login(alice).get(LIST, query)

    assert response.status_code == 400
    assert len(response.context["page"]) == 1


def test_list_offers_no_programme_of_others(login, alice, bob):
    make_partnership(coordinator=bob, programme=make_programme(name="Secret programme"))
    make_partnership(coordinator=alice, programme=make_programme(name="Own programme"))

    response = login(alice).get(LIST)

    assertContains(response, "Own programme")
    assertNotContains(response, "Secret programme")


def test_list_refuses_bytes_that_are_not_text(login, alice):
    assert login(alice).get("/partnerships/?q=%ff%fe").status_code == 400
    assert login(alice).get("/partnerships/?q=a%00b").status_code == 400


@pytest.mark.parametrize("n", [1, 3])
def test_list_query_count_does_not_grow(login, alice, django_assert_num_queries, n):
    for _index in range(n):
        partnership = make_partnership(coordinator=alice, programme=make_programme())
        make_member(partnership)
    client = login(alice)

    with django_assert_num_queries(10):
        client.get(LIST)
