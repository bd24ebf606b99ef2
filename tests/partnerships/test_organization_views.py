import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from partnerships.models import Organization
from tests.factories import make_contact, make_member, make_organization, make_partnership, make_topic

LIST = "/organizations/"
CREATE = "/organizations/new/"
DATA = {"name": "Mbale Regional Hospital", "type": "delivery", "country": "UG"}


def detail(organization):
    return reverse("partnerships:organization-detail", args=[organization.slug])


def edit(organization):
    return reverse("partnerships:organization-edit", args=[organization.slug])


# --- List -------------------------------------------------------------------------------------------------------------
def test_list_shows_coordinators_every_organization(login, alice):
    one, two = make_organization(name="A"), make_organization(name="B")

    assert list(login(alice).get(LIST).context["page"]) == [one, two]


def test_list_shows_partners_only_those_they_work_with(login, carol):
    partnership = make_partnership()
    make_member(partnership, user=carol)
    make_organization(name="Unrelated")

    shown = set(login(carol).get(LIST).context["page"])

    assert shown == {party.organization for party in partnership.participations.all()}


def test_list_shows_curators_nothing(login, curator):
    make_organization()

    response = login(curator).get(LIST)

    assertContains(response, "No organization yet")
    assertNotContains(response, "Add the first one")


def test_list_offers_coordinators_the_first_step(login, alice):
    assertContains(login(alice).get(LIST), "Add the first one")


def test_list_says_when_nothing_matches_and_how_to_get_back(login, alice):
    make_organization()

    response = login(alice).get(LIST, {"q": "zebra"})

    assertContains(response, "Nothing matches")
    assertContains(response, f'href="{LIST}"')


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({"q": "kisumu"}, ["Kisumu Hospital"]),
        ({"q": "hospital bergen"}, ["Haukeland Hospital"]),
        ({"q": "أطفال"}, ["Children’s Centre"]),
        ({"country": "JO"}, ["Children’s Centre"]),
        ({"type": "university"}, ["Haukeland Hospital"]),
        ({"topic": "hiv"}, ["Kisumu Hospital"]),
        ({"topic": "hiv", "country": "NO"}, []),
        ({"q": "%"}, []),
        ({"page": "99"}, ["Children’s Centre", "Haukeland Hospital", "Kisumu Hospital"]),
        ({"page": "last-ish"}, ["Children’s Centre", "Haukeland Hospital", "Kisumu Hospital"]),
    ],
)
def test_list_is_narrowed_down(login, alice, query, names):
    topic = make_topic(name="HIV")
    type(topic).objects.filter(pk=topic.pk).update(slug="hiv")
    make_organization(name="Kisumu Hospital", country="KE").topics.add(topic)
    make_organization(name="Haukeland Hospital", country="NO", type="university", city="Bergen")
    make_organization(name="Children’s Centre", country="JO", local_name="مركز الأطفال")

    response = login(alice).get(LIST, query)

    assert response.status_code == 200
    assert [organization.name for organization in response.context["page"]] == names


@pytest.mark.parametrize("query", [{"country": "XX"}, {"type": "castle"}, {"topic": "nothing"}, {"q": "x" * 201}])
def test_list_says_when_a_choice_does_not_exist(login, alice, query):
    make_organization()

    response = login(alice).get(LIST, query)

    assert response.status_code == 400
    assert response.context["filter"].form.errors


def test_list_keeps_the_search_on_the_next_page(login, alice):
    for number in range(26):
        make_organization(name=f"Clinic {number:02}")

    response = login(alice).get(LIST, {"q": "clinic"})

    assert len(response.context["page"]) == 25
    assertContains(response, "?q=clinic&amp;page=2")


@pytest.mark.parametrize("n", [1, 3])
def test_list_query_count_does_not_grow(login, alice, django_assert_num_queries, n):
    for _index in range(n):
        make_organization().topics.add(make_topic())
    client = login(alice)

    with django_assert_num_queries(7):
        client.get(LIST)


# --- Detail -----------------------------------------------------------------------------------------------------------
def test_detail_shows_what_is_known(login, alice):
    organization = make_organization(name="Kisumu Hospital", local_name="Hospitali", offers="Teaching", city="Kisumu")
    make_contact(name="Grace", organization=organization)
    make_partnership(name="Kisumu – Bergen", coordinator=alice, host=organization)

    response = login(alice).get(detail(organization))

    for words in ("Kisumu Hospital", "Hospitali", "Teaching", "Grace", "Kisumu – Bergen", "Kenya", "Edit"):
        assertContains(response, words)


def test_detail_hides_partnerships_of_others(login, bob, alice):
    organization = make_organization()
    make_partnership(name="Not for Bob", coordinator=alice, host=organization)

    assertNotContains(login(bob).get(detail(organization)), "Not for Bob")


def test_detail_is_not_there_for_strangers(login, carol, curator):
    organization = make_organization()

    assert login(carol).get(detail(organization)).status_code == 404
    assert login(curator).get(detail(organization)).status_code == 404


def test_detail_of_a_partner_organization_can_be_read_not_edited(login, carol):
    partnership = make_partnership()
    make_member(partnership, user=carol)
    organization = partnership.participations.first().organization

    response = login(carol).get(detail(organization))

    assert response.status_code == 200
    assertNotContains(response, edit(organization))
    assert login(carol).get(edit(organization)).status_code == 403


@pytest.mark.parametrize("n", [1, 3])
def test_detail_query_count_does_not_grow(login, alice, django_assert_max_num_queries, n):
    organization = make_organization()
    for _index in range(n):
        make_contact(organization=organization)
        make_partnership(coordinator=alice, host=organization)
    client = login(alice)

    with django_assert_max_num_queries(9):
        client.get(detail(organization))


# --- Create -----------------------------------------------------------------------------------------------------------
def test_create_needs_three_fields(login, alice):
    response = login(alice).post(CREATE, DATA)

    organization = Organization.objects.get()
    assertRedirects(response, detail(organization))
    assert (organization.name, organization.slug) == ("Mbale Regional Hospital", "mbale-regional-hospital")
    assert organization.history.get().history_user == alice


def test_create_saves_every_field(login, alice):
    topic = make_topic()
    more = {
        "local_name": "ጥቁር አንበሳ",
        "short_name": "New",
        "city": "Mbale",
        "topics": [topic.pk],
        "offers": "A skills lab",
        "seeks": "Mentors",
        "languages": "English, Luganda",
        "website": "example.org",
        "address": "Box 1\nMbale",
        "year_founded": "1924",
        "registration_number": "UG-1",
    }

    login(alice).post(CREATE, DATA | more)

    organization = Organization.objects.get()
    assert list(organization.topics.all()) == [topic]
    assert organization.website == "https://example.org"
    assert organization.year_founded == 1924
    assert organization.local_name == "ጥቁር አንበሳ"
    # A short name “New” must not take the address of the page for new ones.
    assert organization.slug.startswith("new-")


@pytest.mark.parametrize("who", ["carol", "curator"])
def test_create_is_for_programme_staff(login, request, who):
    client = login(request.getfixturevalue(who))

    assert client.get(CREATE).status_code == 403
    assert client.post(CREATE, DATA).status_code == 403
    assert not Organization.objects.exists()


def test_create_asks_strangers_to_sign_in(client, db):
    assertRedirects(client.post(CREATE, DATA), f"/accounts/login/?next={CREATE}", fetch_redirect_response=False)
    assert not Organization.objects.exists()


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("name", "", "required"),
        ("name", "x" * 201, "at most 200 characters"),
        ("type", "castle", "not one of the available choices"),
        ("country", "XX", "not one of the available choices"),
        ("website", "no address at all", "valid URL"),
        ("website", "javascript:alert(1)", "valid URL"),
        ("year_founded", "12", "four digits"),
        ("year_founded", "last year", "whole number"),
        ("topics", "999999", "not one of the available choices"),
        ("topics", "many", "not a valid value"),
        ("offers", "x" * 4001, "at most 4000 characters"),
        ("address", "x" * 501, "at most 500 characters"),
    ],
)
def test_create_says_what_is_wrong_and_keeps_what_was_typed(login, alice, field, value, message):
    response = login(alice).post(CREATE, DATA | {"city": "Mbale", field: value})

    assert response.status_code == 400
    assert message in str(response.context["form"].errors)
    assertContains(response, "Please look at this again", status_code=400)
    assertContains(response, 'value="Mbale"', status_code=400)
    assert not Organization.objects.exists()


@pytest.mark.parametrize("number", ["9" * 30, "-1", "x", "0"])
def test_create_refuses_a_topic_that_no_row_could_be(login, alice, number):
    response = login(alice).post(CREATE, DATA | {"topics": [number]})

    assert response.status_code == 400
    assert "topics" in response.context["form"].errors
    assert not Organization.objects.exists()


def test_create_refuses_an_empty_post(login, alice):
    assert login(alice).post(CREATE, {}).status_code == 400


def test_create_refuses_a_second_of_the_same_name_in_a_country(login, alice):
    make_organization(name="MBALE regional hospital", country="UG")

    response = login(alice).post(CREATE, DATA)

    assert response.status_code == 400
    assertContains(response, "already here", status_code=400)
    assert Organization.objects.count() == 1


@pytest.mark.parametrize("body", [b"name=%00&type=delivery&country=UG", b"name=%ff%fe&type=delivery&country=UG"])
def test_create_refuses_what_is_not_text(login, alice, body):
    response = login(alice).post(CREATE, body, content_type="application/x-www-form-urlencoded")

    assert response.status_code == 400
    assert not Organization.objects.exists()


# --- Edit -------------------------------------------------------------------------------------------------------------
def test_edit_saves_and_counts_up_the_version(login, alice):
    organization = make_organization(name="Old name")

    response = login(alice).post(edit(organization), DATA | {"version": "1"})

    organization.refresh_from_db()
    assertRedirects(response, detail(organization))
    assert (organization.name, organization.version) == ("Mbale Regional Hospital", 2)


def test_edit_is_open_to_people_who_work_there(login, carol):
    organization = make_organization()
    make_contact(user=carol, organization=organization)

    assert login(carol).post(edit(organization), DATA | {"version": "1"}).status_code == 302


def test_edit_that_is_stale_shows_both_and_saves_nothing(login, alice, bob):
    organization = make_organization(name="Before", city="Kisumu")
    login(bob).post(edit(organization), DATA | {"name": "Bob’s name", "city": "Kisumu", "version": "1"})

    response = login(alice).post(edit(organization), DATA | {"name": "Alice’s name", "city": "Kisumu", "version": "1"})

    assert response.status_code == 409
    organization.refresh_from_db()
    assert organization.name == "Bob’s name"
    clash = response.context["clash"]
    assert clash.who == "Bob"
    assert clash.rows == [{"label": "Legal name", "mine": "Alice’s name", "theirs": "Bob’s name"}]
    assertContains(response, 'name="version" value="2"', status_code=409)
    assertContains(response, 'value="Alice’s name"', status_code=409)
    # Saving again, with the newer version in hand, is a choice.
    login(alice).post(edit(organization), DATA | {"name": "Alice’s name", "city": "Kisumu", "version": "2"})
    organization.refresh_from_db()
    assert organization.name == "Alice’s name"


def test_edit_that_is_stale_compares_choices_and_topics_in_words(login, alice, bob):
    organization = make_organization(name="Same", country="KE")
    nursing, imaging = make_topic(name="Nursing"), make_topic(name="Imaging")
    mine = {"name": "Same", "type": "delivery", "country": "NO", "topics": [nursing.pk], "version": "1"}
    login(bob).post(edit(organization), mine | {"country": "UG", "topics": [imaging.pk]})

    response = login(alice).post(edit(organization), mine)

    assert response.context["clash"].rows == [
        {"label": "Country", "mine": "Norway", "theirs": "Uganda"},
        {"label": "Topics", "mine": "Nursing", "theirs": "Imaging"},
    ]
    assert list(organization.topics.all()) == [imaging]


@pytest.mark.parametrize("version", ["", "0", "-1", "one", "9" * 30])
def test_edit_without_a_version_that_could_be_changes_nothing(login, alice, version):
    organization = make_organization(name="Before")

    response = login(alice).post(edit(organization), DATA | {"version": version})

    organization.refresh_from_db()
    assert response.status_code in (400, 409)
    assert organization.name == "Before"
