from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from partnerships.models import Contact, Organization, Participation, TeamMember
from tests.factories import make_contact, make_member, make_organization, make_partnership, make_programme


@pytest.fixture
def partnership(alice):
    return make_partnership(coordinator=alice)


def page(partnership, name="partnership-team", *more):
    return reverse(f"partnerships:{name}", args=[partnership.slug, *more])


def person(**changes):
    return {"side": "host", "role": "lead", "starts_on": "2026-01-01"} | changes


def days(n):
    return timezone.localdate() + timedelta(days=n)


def test_page_shows_both_sides_with_people_and_dates(login, alice):
    partnership = make_partnership(coordinator=alice, programme=make_programme(resource_label="Technical partner"))
    make_member(partnership, contact=make_contact(name="Grace"), role="lead", starts_on="2026-01-15")
    past = make_member(partnership, contact=make_contact(name="Ole"), side="resource")
    TeamMember.objects.filter(pk=past.pk).update(starts_on="2020-01-01", ends_on="2020-06-30")

    response = login(alice).get(page(partnership))

    for words in ("Host side", "Technical partner", "Grace", "since 15 January 2026", "Ole", "30 June 2020"):
        assertContains(response, words)
    host, resource = response.context["sides"]
    assert (len(host["members"]), len(resource["members"]), len(resource["past_members"])) == (1, 0, 1)


def test_page_for_readers_has_nothing_to_press(login, carol, partnership):
    make_member(partnership, user=carol)

    response = login(carol).get(page(partnership))

    for words in ("Add a person", "Add an organization", "End the role", "Invite to an account"):
        assertNotContains(response, words)


# --- People -----------------------------------------------------------------------------------------------------------
def test_known_person_joins(login, alice, partnership):
    contact = make_contact(name="Grace")

    response = login(alice).post(page(partnership, "member-add"), person(contact=contact.pk))

    assertRedirects(response, page(partnership))
    member = partnership.team.get()
    assert (member.contact, member.side, member.role, str(member.starts_on)) == (contact, "host", "lead", "2026-01-01")
    assert partnership.entries.first().data["person"] == "Grace"


def test_new_person_joins_from_the_same_page(login, alice, partnership):
    organization = partnership.participations.first().organization
    new = {"new_name": "Grace", "new_email": "grace@example.org", "new_organization": organization.pk}

    response = login(alice).post(page(partnership, "member-add"), person(**new))

    assertRedirects(response, page(partnership))
    contact = partnership.team.get().contact
    assert (contact.name, contact.email, contact.organization) == ("Grace", "grace@example.org", organization)
    assert contact.history.get().history_user == alice


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        ({}, "contact", "Choose a person, or add"),
        ({"contact": "999999"}, "contact", "not one of the available choices"),
        ({"new_email": "grace@example.org"}, "new_name", "Write the person’s name"),
        ({"new_name": "x" * 151}, "new_name", "at most 150 characters"),
        ({"new_name": "Grace", "new_email": "no address"}, "new_email", "valid email"),
        ({"new_name": "Grace", "new_email": "KNOWN@example.org"}, "new_email", "choose them from the list"),
        ({"new_name": "Grace", "new_organization": "outside"}, "new_organization", "not one of the available"),
        ({"new_name": "Grace", "side": "third"}, "side", "not one of the available choices"),
        ({"new_name": "Grace", "role": "king"}, "role", "not one of the available choices"),
        ({"new_name": "Grace", "role": ""}, "role", "required"),
        ({"new_name": "Grace", "starts_on": "2026-02-30"}, "starts_on", "valid date"),
        ({"new_name": "Grace", "ends_on": "2025-01-01"}, "__all__", "cannot end before it starts"),
    ],
)
def test_person_who_cannot_join_leaves_nothing_behind(login, alice, partnership, changes, field, message):
    make_contact(email="known@example.org")
    if changes.get("new_organization"):
        changes = changes | {"new_organization": make_organization().pk}
    before = Contact.objects.count()

    response = login(alice).post(page(partnership, "member-add"), person(**changes))

    assert response.status_code == 400
    assert message in str(response.context["member_form"].errors[field])
    assertContains(response, 'id="error-title"', status_code=400)
    assert not partnership.team.exists()
    assert Contact.objects.count() == before


def test_known_and_new_at_once_is_refused(login, alice, partnership):
    data = person(contact=make_contact().pk, new_name="Grace")

    assertContains(login(alice).post(page(partnership, "member-add"), data), "not both", status_code=400)
    assert not partnership.team.exists()


def test_same_role_twice_is_refused(login, alice, partnership):
    member = make_member(partnership, role="lead")

    response = login(alice).post(page(partnership, "member-add"), person(contact=member.contact.pk))

    assertContains(response, "already has this role", status_code=400)
    assert partnership.team.count() == 1


def test_partner_coordinators_add_people_they_can_see(login, carol, partnership):
    make_member(partnership, user=carol, role="coordinator")
    stranger = make_contact()
    client = login(carol)

    assert client.post(page(partnership, "member-add"), person(contact=stranger.pk)).status_code == 400
    assert client.post(page(partnership, "member-add"), person(new_name="Grace")).status_code == 302
    assert Contact.objects.filter(name="Grace").exists()


@pytest.mark.parametrize(("starts", "is_gone"), [(-10, False), (-1, False), (0, True), (5, True)])
def test_role_ends_and_with_it_the_access(login, alice, carol, partnership, starts, is_gone):
    member = make_member(partnership, user=carol, starts_on=days(starts))
    assert login(carol).get(page(partnership)).status_code == 200

    response = login(alice).post(page(partnership, "member-end", member.pk))

    assertRedirects(response, page(partnership))
    assert login(carol).get(page(partnership)).status_code == 404
    assert TeamMember.objects.filter(pk=member.pk).exists() != is_gone
    assert partnership.entries.first().verb == "team.left"


def test_role_that_ended_cannot_end_again(login, alice, partnership):
    member = make_member(partnership, starts_on=days(-10))
    client = login(alice)
    client.post(page(partnership, "member-end", member.pk))

    response = client.post(page(partnership, "member-end", member.pk))

    assertContains(response, "already ended", status_code=409)
    member.refresh_from_db()
    assert member.ends_on == days(-1)


def test_role_ends_even_when_the_partnership_has(login, alice, carol, partnership):
    member = make_member(partnership, user=carol, starts_on=days(-10))
    type(partnership).objects.update(status="terminated")

    assert login(alice).post(page(partnership, "member-end", member.pk)).status_code == 302
    assert login(carol).get(page(partnership)).status_code == 404


# --- Organizations ----------------------------------------------------------------------------------------------------
def test_known_organization_joins(login, alice, partnership):
    organization = make_organization(name="Mbale")

    response = login(alice).post(
        page(partnership, "participation-add"), {"side": "resource", "organization": organization.pk}
    )

    assertRedirects(response, page(partnership))
    assert partnership.participations.filter(side="resource").count() == 2
    assert partnership.entries.first().data["organization"] == "Mbale"


def test_new_organization_joins_from_the_same_page(login, alice, partnership):
    new = {f"organization_new_{part}": v for part, v in (("name", "Mbale"), ("country", "UG"), ("type", "delivery"))}

    response = login(alice).post(page(partnership, "participation-add"), {"side": "host"} | new)

    assertRedirects(response, page(partnership))
    assert partnership.participations.filter(organization__name="Mbale", side="host").exists()


def test_organization_that_takes_part_is_not_offered_again(login, alice, partnership):
    organization = partnership.participations.first().organization

    response = login(alice).post(
        page(partnership, "participation-add"), {"side": "host", "organization": organization.pk}
    )

    assert response.status_code == 400
    assert partnership.participations.count() == 2


def test_partner_coordinators_cannot_add_to_the_directory(login, carol, partnership):
    make_member(partnership, user=carol, role="coordinator")
    new = {f"organization_new_{part}": v for part, v in (("name", "Mbale"), ("country", "UG"), ("type", "delivery"))}

    assert login(carol).post(page(partnership, "participation-add"), {"side": "host"} | new).status_code == 400
    assert not Organization.objects.filter(name="Mbale").exists()


def test_organization_leaves(login, alice, partnership):
    first = partnership.participations.filter(side="host").get()
    Participation.objects.create(partnership=partnership, organization=make_organization(), side="host")

    response = login(alice).post(page(partnership, "participation-end", first.pk))

    assertRedirects(response, page(partnership))
    first.refresh_from_db()
    assert first.left_on == timezone.localdate()
    assertContains(login(alice).post(page(partnership, "participation-end", first.pk)), "already left", status_code=409)


def test_last_organization_of_a_side_stays(login, alice, partnership):
    only = partnership.participations.filter(side="host").get()

    response = login(alice).post(page(partnership, "participation-end", only.pk))

    assertContains(response, "only organization on its side", status_code=409)
    only.refresh_from_db()
    assert only.left_on is None


# --- Who, and in what state -------------------------------------------------------------------------------------------
def posts(partnership):
    member = make_member(partnership, starts_on=days(-10))
    party = partnership.participations.first()
    return [
        (page(partnership, "member-add"), person(new_name="Grace")),
        (page(partnership, "member-end", member.pk), {}),
        (page(partnership, "participation-add"), {"side": "host", "organization": make_organization().pk}),
        (page(partnership, "participation-end", party.pk), {}),
    ]


@pytest.mark.parametrize(("who", "status"), [("bob", 404), ("curator", 404), ("carol", 403)])
def test_changes_are_not_for_everybody(login, request, carol, partnership, who, status):
    make_member(partnership, user=carol)
    wanted, client = posts(partnership), login(request.getfixturevalue(who))

    assert {client.post(address, data).status_code for address, data in wanted} == {status}
    opened = [client.get(address).status_code for address, _data in wanted]
    assert opened == [405, 405, 405, status]  # an organization's leaving has a page of its own
    assert partnership.entries.count() == 1


def test_forged_numbers_of_another_partnership_are_not_there(login, alice, bob, partnership):
    theirs = make_partnership(coordinator=bob)
    member = make_member(theirs, starts_on=days(-10))

    client = login(alice)
    assert client.post(page(partnership, "member-end", member.pk)).status_code == 404
    assert client.post(page(partnership, "participation-end", theirs.participations.first().pk)).status_code == 404
    member.refresh_from_db()
    assert member.ends_on is None


def test_nobody_joins_a_closed_partnership(login, alice, partnership):
    wanted = posts(partnership)
    type(partnership).objects.update(status="closed")

    for address, data in (wanted[0], wanted[2]):
        assert login(alice).post(address, data).status_code == 409
    assert not Contact.objects.filter(name="Grace").exists()
    assertNotContains(login(alice).get(page(partnership)), "Add a person to the team")
