import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from accounts.actions import invite
from accounts.models import User
from partnerships.models import Contact
from tests.factories import make_contact, make_member, make_organization, make_partnership, make_user

LIST = "/contacts/"
CREATE = "/contacts/new/"
DATA = {"name": "Grace Achieng", "time_zone": "Africa/Nairobi"}


def page(name, contact):
    return reverse(f"partnerships:contact-{name}", args=[contact.pk])


def test_list_shows_coordinators_everybody(login, alice):
    one, two = make_contact(name="A"), make_contact(name="B")

    assert list(login(alice).get(LIST).context["page"]) == [one, two]


def test_list_shows_partners_themselves_and_their_team(login, carol):
    partnership = make_partnership()
    own = make_member(partnership, user=carol).contact
    mate = make_member(partnership, side="resource").contact
    make_contact(name="Stranger")

    assert set(login(carol).get(LIST).context["page"]) == {own, mate}


def test_list_is_searched_and_narrowed_down(login, alice):
    make_contact(name="Abebe", local_name="አበበ", organization=make_organization(country="ET", name="Black Lion"))
    make_contact(name="Grace", organization=make_organization(country="KE"))
    client = login(alice)

    for query in ({"q": "አበበ"}, {"q": "lion"}, {"country": "ET"}):
        assert [contact.name for contact in client.get(LIST, query).context["page"]] == ["Abebe"]
    assert client.get(LIST, {"country": "XX"}).status_code == 400
    assertContains(client.get(LIST, {"q": "nobody"}), "Nothing matches")


@pytest.mark.parametrize("n", [1, 3])
def test_list_query_count_does_not_grow(login, alice, django_assert_num_queries, n):
    for _index in range(n):
        make_contact(organization=make_organization(), user=make_user())
    client = login(alice)

    with django_assert_num_queries(5):
        client.get(LIST)


def test_detail_shows_roles_in_partnerships_that_one_may_see(login, alice, bob):
    contact = make_contact(name="Grace")
    make_member(make_partnership(name="Seen", coordinator=alice), contact=contact)
    make_member(make_partnership(name="Hidden", coordinator=bob), contact=contact)

    response = login(alice).get(page("detail", contact))

    assertContains(response, "Seen")
    assertNotContains(response, "Hidden")


def test_detail_is_not_there_for_strangers(login, carol, curator):
    contact = make_contact()

    for user in (carol, curator):
        assert login(user).get(page("detail", contact)).status_code == 404
        assert login(user).get(page("edit", contact)).status_code == 404


def test_detail_of_a_number_beyond_all_numbers_is_not_there(login, alice):
    assert login(alice).get(f"/contacts/{'9' * 30}/").status_code == 404


def test_create_needs_a_name(login, alice):
    response = login(alice).post(CREATE, DATA)

    contact = Contact.objects.get()
    assertRedirects(response, page("detail", contact))
    assert (contact.name, contact.time_zone, contact.user) == ("Grace Achieng", "Africa/Nairobi", None)


def test_create_begins_with_the_organization_one_came_from(login, alice):
    organization = make_organization(name="Kisumu")

    response = login(alice).get(CREATE, {"organization": organization.pk})

    assertContains(response, f'<option value="{organization.pk}" selected>')


@pytest.mark.parametrize("who", ["carol", "curator"])
def test_create_is_for_programme_staff(login, request, who):
    assert login(request.getfixturevalue(who)).post(CREATE, DATA).status_code == 403
    assert not Contact.objects.exists()


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("name", " ", "required"),
        ("name", "x" * 151, "at most 150 characters"),
        ("email", "grace at example", "valid email"),
        ("time_zone", "Mars/Base", "not one of the available choices"),
        ("time_zone", "", "required"),
        ("organization", "999999999999999999999999", "not one of the available choices"),
        ("organization", "one", "not one of the available choices"),
    ],
)
def test_create_says_what_is_wrong(login, alice, field, value, message):
    response = login(alice).post(CREATE, DATA | {field: value})

    assert response.status_code == 400
    assert message in str(response.context["form"].errors)
    assert not Contact.objects.exists()


def test_edit_own_contact(login, carol):
    contact = make_member(make_partnership(), user=carol).contact

    response = login(carol).post(page("edit", contact), DATA | {"phone": "+254 700", "version": "1"})

    contact.refresh_from_db()
    assertRedirects(response, page("detail", contact))
    assert (contact.phone, contact.version) == ("+254 700", 2)


def test_edit_cannot_move_oneself_to_another_organization(login, carol):
    partnership = make_partnership()
    home, other = (party.organization for party in partnership.participations.all())
    contact = make_contact(user=carol, organization=home)
    make_member(partnership, contact=contact)

    login(carol).post(page("edit", contact), DATA | {"organization": other.pk, "version": "1"})

    contact.refresh_from_db()
    assert (contact.name, contact.organization) == ("Grace Achieng", home)


def test_edit_team_mates_is_refused(login, carol):
    partnership = make_partnership()
    make_member(partnership, user=carol)
    mate = make_member(partnership).contact

    assert login(carol).get(page("edit", mate)).status_code == 403
    assert login(carol).post(page("edit", mate), DATA | {"version": "1"}).status_code == 403


def test_edit_keeps_a_zone_under_an_older_name(login, alice):
    contact = make_contact(time_zone="US/Eastern")

    response = login(alice).post(page("edit", contact), DATA | {"time_zone": "US/Eastern", "version": "1"})

    assert response.status_code == 302


def test_edit_that_is_stale_shows_both(login, alice, bob):
    contact = make_contact(name="Before")
    login(bob).post(page("edit", contact), DATA | {"name": "Bob’s", "version": "1"})

    response = login(alice).post(page("edit", contact), DATA | {"name": "Alice’s", "version": "1"})

    assert response.status_code == 409
    assert {"label": "Name", "mine": "Alice’s", "theirs": "Bob’s"} in response.context["clash"].rows
    contact.refresh_from_db()
    assert contact.name == "Bob’s"


# --- Invitation -------------------------------------------------------------------------------------------------------
def test_invite_makes_a_waiting_account_and_sends_a_mail(login, alice, mailoutbox, django_capture_on_commit_callbacks):
    contact = make_contact(name="Grace", email="grace@example.org")

    with django_capture_on_commit_callbacks(execute=True):
        response = login(alice).post(page("invite", contact))

    assertRedirects(response, page("detail", contact))
    contact.refresh_from_db()
    assert (contact.user.email, contact.user.is_active, contact.user.is_coordinator) == (
        "grace@example.org",
        False,
        False,
    )
    assert [mail.to for mail in mailoutbox] == [["grace@example.org"]]


def test_invite_links_an_account_that_is_there(login, alice, mailoutbox, django_capture_on_commit_callbacks):
    user = make_user(email="grace@example.org")
    contact = make_contact(email="Grace@Example.org")

    with django_capture_on_commit_callbacks(execute=True):
        login(alice).post(page("invite", contact))

    contact.refresh_from_db()
    assert contact.user == user
    assert not mailoutbox


def test_invite_leaves_promised_roles_alone(login, alice, admin):
    waiting = invite(email="grace@example.org", name="Grace", by=admin, is_curator=True)
    contact = make_contact(email="grace@example.org")

    login(alice).post(page("invite", contact))

    waiting.refresh_from_db()
    contact.refresh_from_db()
    assert (contact.user, waiting.is_curator) == (waiting, True)


@pytest.mark.parametrize(
    ("email", "message"),
    [("", "Write down an e-mail address"), ("taken@example.org", "belongs to another contact")],
)
def test_invite_says_why_not(login, alice, email, message):
    make_contact(user=make_user(email="taken@example.org"))
    contact = make_contact(email=email)

    response = login(alice).post(page("invite", contact))

    assertContains(response, message, status_code=409)
    contact.refresh_from_db()
    assert contact.user is None


def test_invite_does_not_reopen_a_closed_account(login, alice):
    make_user(email="grace@example.org", is_active=False)
    contact = make_contact(email="grace@example.org")

    assert login(alice).post(page("invite", contact)).status_code == 409
    assert not User.objects.get(email="grace@example.org").is_active


def test_invite_twice_is_refused(login, alice):
    contact = make_contact(user=make_user())

    assertContains(login(alice).post(page("invite", contact)), "already has an account", status_code=409)


def test_invite_is_for_programme_staff(login, carol):
    partnership = make_partnership()
    make_member(partnership, user=carol, role="coordinator")
    mate = make_member(partnership).contact

    assert login(carol).post(page("invite", mate)).status_code == 403
    assert login(carol).get(page("invite", mate)).status_code == 405
