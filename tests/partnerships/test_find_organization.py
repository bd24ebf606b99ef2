"""Where there are a thousand organizations, forms offer those that a search finds; without JavaScript."""

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from partnerships.forms.find_select import MOST_FOUND, MOST_LISTED
from partnerships.models import Contact, Organization, Partnership
from tests.factories import make_organization, make_partnership, make_phase_model, make_programme
from tests.factories.people import make_contact

pytestmark = pytest.mark.django_db
NEW_CONTACT = reverse("partnerships:contact-create")


def fill(n=MOST_LISTED):
    Organization.objects.bulk_create(
        Organization(name=f"Clinic {i:04}", slug=f"clinic-{i:04}", country="KE", city="Kisumu", type="delivery")
        for i in range(n)
    )


def typed(search="", shown="", organization="", **more):
    return {
        "name": "Akinyi",
        "organization": organization,
        "organization_search": search,
        "organization_shown": shown,
        "time_zone": "UTC",
    } | more


def options(response, name="organization"):
    select = response.text.partition(f'<select name="{name}"')[2].partition("</select>")[0]
    return [line.partition(">")[2].partition("<")[0] for line in select.split("<option")[1:]]


def test_few_are_listed_whole_and_need_no_search(login, alice):
    fill(MOST_LISTED)

    response = login(alice).get(NEW_CONTACT)

    assert len(options(response)) == MOST_LISTED + 1
    assertNotContains(response, "organization_search")


def test_many_are_not_sent(login, alice):
    client = login(alice)
    fill(MOST_LISTED)
    small = len(client.get(NEW_CONTACT).content)
    fill_more = [make_organization(name=f"Ward {i}") for i in range(2)]

    response = client.get(NEW_CONTACT)

    assert options(response) == ["Search, then choose"]
    assertContains(response, "organization_search")
    assertNotContains(response, fill_more[0].name)
    assert len(response.content) < small


def test_a_search_finds_and_nothing_is_saved_before_somebody_chose(login, alice):
    fill(MOST_LISTED)
    wanted = make_organization(name="Hôpital du Mali", city="Bamako")
    client = login(alice)

    found = client.post(NEW_CONTACT, typed("bamako"))
    assertContains(found, "“bamako” was found 1 time.", status_code=400)
    assert options(found) == ["Search, then choose", "Hôpital du Mali – Bamako, Kenya"]
    assertContains(found, 'name="organization_shown" value="bamako"', status_code=400)
    assertContains(found, 'value="Akinyi"', status_code=400)
    assert not Contact.objects.filter(name="Akinyi").exists()

    client.post(NEW_CONTACT, typed("bamako", "bamako", wanted.pk))
    assert Contact.objects.get(name="Akinyi").organization == wanted


@pytest.mark.parametrize(
    ("words", "told", "n"),
    [
        ("nowhere at all", "Nothing was found for “nowhere at all”.", 0),
        ("clinic", "There are more than 30 for “clinic”.", MOST_FOUND),
        ("0012", "“0012” was found 1 time.", 1),
        ("<b>", "Nothing was found for “&lt;b&gt;”.", 0),
    ],
)
def test_what_a_search_tells(login, alice, words, told, n):
    fill(MOST_LISTED + 1)

    response = login(alice).post(NEW_CONTACT, typed(words))

    assertContains(response, told, status_code=400)
    assert len(options(response)) == 1 + n


def test_what_is_chosen_stays_until_something_else_is(login, alice):
    fill(MOST_LISTED)
    old, new = make_organization(name="Old ward"), make_organization(name="New ward")
    contact = make_contact(name="Akinyi", organization=old)
    client, address = login(alice), f"{contact.get_absolute_url()}edit/"
    page = client.get(address)
    assert [text.partition(" –")[0] for text in options(page)] == ["Search, then choose", "Old ward"]
    version = page.context["form"].initial.get("version", contact.version)

    found = client.post(address, typed("ward", "", old.pk, version=version))
    assert [text.partition(" –")[0] for text in options(found)] == ["Search, then choose", "Old ward", "New ward"]
    contact.refresh_from_db()
    assert contact.organization == old

    client.post(address, typed("ward", "ward", new.pk, version=version))
    contact.refresh_from_db()
    assert contact.organization == new


def test_a_search_shows_only_whom_the_person_may_see(login, alice, bob):
    fill(MOST_LISTED + 1)
    client = login(alice)
    hidden = make_organization(name="Archived ward")
    Organization.objects.filter(pk=hidden.pk).update(archived_at="2026-01-01T00:00Z")

    response = client.post(NEW_CONTACT, typed("archived"))
    assert options(response) == ["Search, then choose"]
    assert client.post(NEW_CONTACT, typed("archived", "archived", hidden.pk)).status_code == 400
    assert not Contact.objects.filter(name="Akinyi").exists()


def test_a_new_one_may_be_described_after_a_search_in_vain(login, alice):
    fill(MOST_LISTED + 1)
    host = make_organization(name="Hôpital du Mali")
    model = make_phase_model()
    data = {
        "host": host.pk,
        "resource": "",
        "resource_search": "lyon",
        "resource_new_name": "Hospices de Lyon",
        "resource_new_country": "FR",
        "resource_new_type": "delivery",
        "phase_model": model.pk,
    }

    response = login(alice).post(reverse("partnerships:partnership-create"), data)

    assert response.status_code == 302
    names = Partnership.objects.get().participations.values_list("organization__name", flat=True)
    assert set(names) == {"Hôpital du Mali", "Hospices de Lyon"}


@pytest.mark.parametrize("page", ["partnerships:programme-create", "partnerships:partnership-create"])
def test_every_form_with_organizations_stays_small(login, admin, page):
    fill(1_000)
    make_programme()

    response = login(admin).get(reverse(page))

    assertNotContains(response, "Clinic 0001")
    assert len(response.content) < 120_000


def test_a_team_page_offers_organizations_by_search(login, alice):
    partnership = make_partnership(coordinator=alice, status="active")
    fill(MOST_LISTED + 1)

    response = login(alice).get(reverse("partnerships:partnership-team", args=[partnership.slug]))

    assertContains(response, 'name="organization_search"')
    assertNotContains(response, "Clinic 0001")
