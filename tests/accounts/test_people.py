import smtplib

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.urls import reverse
from pytest_django.asserts import assertRedirects

from accounts.actions import invite
from accounts.models import Invitation, User
from tests.factories import make_user

LIST = "/accounts/people/"
INVITE = "/accounts/people/invite/"
ROLES = ("is_coordinator", "is_curator", "is_admin")


def edit(user):
    return f"/accounts/people/{user.pk}/"


def data(user, **changes):
    roles = {role: "on" for role in ROLES if getattr(user, role)}
    return {"name": user.name, "email": user.email, "version": user.version} | roles | changes


@pytest.fixture
def ines(admin):
    return invite(email="ines@example.org", name="Ines", by=admin)


# --- Who may --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("page", ["user-list", "user-invite", "user-edit"])
@pytest.mark.parametrize("who", ["alice", "carol", "curator"])
def test_pages_are_for_administrators(request, login, bob, page, who):
    url = reverse(f"accounts:{page}", args=[bob.pk] if page == "user-edit" else [])
    client = login(request.getfixturevalue(who))

    assert client.get(url).status_code == 403
    assert client.post(url, {"name": "x"}).status_code in {403, 405}


@pytest.mark.parametrize("move", ["user-invite-again", "user-close", "user-reopen"])
@pytest.mark.parametrize("who", ["alice", "carol", "curator"])
def test_moves_are_for_administrators(request, login, bob, ines, move, who):
    client = login(request.getfixturevalue(who))
    for person in (bob, ines):
        assert client.post(reverse(f"accounts:{move}", args=[person.pk])).status_code == 403

    bob.refresh_from_db()
    assert (bob.is_active, bob.version) == (True, 1)
    assert Invitation.objects.count() == 1


@pytest.mark.parametrize("move", ["user-invite-again", "user-close", "user-reopen"])
def test_moves_are_not_made_by_looking(login, admin, bob, move):
    assert login(admin).get(reverse(f"accounts:{move}", args=[bob.pk])).status_code == 405


@pytest.mark.parametrize(
    "page", ["user-list", "user-invite", "user-edit", "user-invite-again", "user-close", "user-reopen"]
)
def test_strangers_are_asked_to_sign_in(client, bob, page):
    url = reverse(f"accounts:{page}", args=[] if page in {"user-list", "user-invite"} else [bob.pk])

    assertRedirects(client.get(url), f"/accounts/login/?next={url}")
    assertRedirects(client.post(url), f"/accounts/login/?next={url}")


@pytest.mark.parametrize("page", ["user-edit", "user-invite-again", "user-close", "user-reopen"])
def test_nobody_is_not_found(login, admin, page):
    url = reverse(f"accounts:{page}", args=[987654])

    assert login(admin).post(url).status_code == 404


# --- List -----------------------------------------------------------------------------------------------------------
def names(response):
    return [person.name for person in response.context["page"]]


def test_list_tells_people_roles_and_states(login, admin, ines, carol):
    make_user(name="Zoe", is_active=False)

    response = login(admin).get(LIST)

    assert [(p.name, p.state) for p in response.context["page"]] == [
        ("Ada", "active"),
        ("Carol", "active"),
        ("Ines", "invited"),
        ("Zoe", "closed"),
    ]
    for words in ("Administrator", "Partner", "Invited", "Closed", "The mail was not sent"):
        assert words in response.text


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["Ada", "Alice", "Carol", "Cyril", "Ines", "Zoe"]),
        ("q=ali", ["Alice"]),
        ("q=CURATOR@", ["Cyril"]),
        ("q=ine+example", ["Ines"]),
        ("q=%25", []),
        ("q=nobody", []),
        ("role=is_admin", ["Ada"]),
        ("role=is_coordinator", ["Alice"]),
        ("role=is_curator", ["Cyril"]),
        ("role=is_active", ["Ada", "Alice", "Carol", "Cyril", "Ines", "Zoe"]),
        ("role=password", ["Ada", "Alice", "Carol", "Cyril", "Ines", "Zoe"]),
        ("state=invited", ["Ines"]),
        ("state=closed", ["Zoe"]),
        ("state=active&q=c", ["Alice", "Carol", "Cyril"]),
        ("state=nonsense&page=999&page=x", ["Ada", "Alice", "Carol", "Cyril", "Ines", "Zoe"]),
    ],
)
def test_list_is_narrowed_down(login, admin, alice, carol, curator, ines, query, found):
    make_user(name="Zoe", email="zoe@example.net", is_active=False)

    assert names(login(admin).get(f"{LIST}?{query}")) == found


def test_list_has_pages_that_keep_the_search(login, admin):
    for number in range(30):
        make_user(name=f"Person {number:02}", is_curator=True)

    response = login(admin).get(f"{LIST}?role=is_curator&page=2")

    assert names(response) == [f"Person {number}" for number in range(25, 30)]
    assert "?role=is_curator&amp;page=1" in response.text


def test_list_says_when_nobody_matches(login, admin):
    assert "Nobody matches" in login(admin).get(f"{LIST}?q=nobody").text


@pytest.mark.parametrize("n", [1, 3])
def test_list_query_count_does_not_grow(login, admin, django_assert_num_queries, n):
    for number in range(n):
        make_user()
        invite(email=f"new{number}@example.org", name="New", by=admin)
    client = login(admin)

    with django_assert_num_queries(4):  # session, user, count, rows
        client.get(LIST)


# --- Invite ---------------------------------------------------------------------------------------------------------
@pytest.mark.django_db(transaction=True)
def test_invite_sends_a_mail(login, admin):
    response = login(admin).post(INVITE, {"email": "Ines@example.org", "name": "Ines O'Neil", "is_curator": "on"})

    assertRedirects(response, LIST, fetch_redirect_response=False)
    user = User.objects.get(email="ines@example.org")
    assert (user.name, user.is_curator, user.is_admin, user.is_active) == ("Ines O'Neil", True, False, False)
    (sent,) = mail.outbox
    assert sent.to == ["ines@example.org"]
    assert sent.subject == "[Twinning] Your invitation"
    assert "Hello Ines O'Neil," in sent.body
    assert "Ada invites you" in sent.body


@pytest.mark.django_db(transaction=True)
def test_invite_says_when_the_mail_did_not_go_out(login, admin, monkeypatch):
    def down(*args, **kwargs):
        raise smtplib.SMTPConnectError(421, "down")

    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", down)

    response = login(admin).post(INVITE, {"email": "ines@example.org", "name": "Ines"}, follow=True)

    assert "The invitation of Ines could not be sent" in response.text
    assert User.objects.filter(email="ines@example.org").exists()


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"email": "carol@EXAMPLE.org", "name": "Carol"}, "carol@example.org already has an account"),
        ({"email": "nonsense", "name": "Ines"}, "Enter a valid email address"),
        ({"email": "x" * 250 + "@example.org", "name": "Ines"}, "at most 254 characters"),
        ({"email": "ines@example.org", "name": ""}, "This field is required"),
        ({"email": "ines@example.org\r\nBcc: all@example.org", "name": "Ines"}, "Enter a valid email address"),
        ({}, "This field is required"),
    ],
)
def test_invite_refuses(login, admin, carol, form, words):
    response = login(admin).post(INVITE, form)

    assert response.status_code == 400
    assert words in response.text
    assert not Invitation.objects.exists()
    assert User.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_invite_again(login, admin):
    ines = invite(email="ines@example.org", name="Ines", by=None)
    first = Invitation.objects.get().token_hash

    response = login(admin).post(f"{edit(ines)}invite-again/")

    assertRedirects(response, LIST, fetch_redirect_response=False)
    assert Invitation.objects.get().token_hash != first
    assert len(mail.outbox) == 2
    assert "You are invited to Twinning" in mail.outbox[0].body


def test_inviting_again_somebody_who_came_is_refused(login, admin, carol):
    response = login(admin).post(f"{edit(carol)}invite-again/")

    assert response.status_code == 409
    assert "have not come yet" in response.text


# --- Edit -----------------------------------------------------------------------------------------------------------
def test_edit_shows_name_and_roles(login, admin, alice):
    response = login(admin).get(edit(alice))

    assert response.status_code == 200
    assert response.context["form"].initial["is_coordinator"] is True
    assert "Close the account" in response.text


def test_edit_saves_name_and_roles(login, admin, alice):
    response = login(admin).post(
        edit(alice), {"name": "Alicia", "email": alice.email, "is_curator": "on", "version": 1}
    )

    assertRedirects(response, LIST)
    alice.refresh_from_db()
    assert (alice.name, alice.is_coordinator, alice.is_curator, alice.is_admin) == ("Alicia", False, True, False)


def test_edit_cannot_change_password_or_state(login, admin, alice):
    before = alice.password

    login(admin).post(edit(alice), data(alice, password="x", is_active="", name="Alicia"))

    alice.refresh_from_db()
    assert (alice.name, alice.password, alice.is_active) == ("Alicia", before, True)


def test_edit_refuses_to_demote_the_last_administrator(login, admin):
    response = login(admin).post(edit(admin), {"name": "Ada", "email": admin.email, "version": 1})

    assert response.status_code == 400
    assert "last administrator" in response.text
    admin.refresh_from_db()
    assert admin.is_admin


def test_a_demoted_administrator_is_out_at_once(login, admin):
    other = make_user(is_admin=True)
    client = login(other)
    assert client.get(LIST).status_code == 200

    login(admin).post(edit(other), {"name": "Other", "email": other.email, "version": 1})

    assert client.get(LIST).status_code == 403


def test_edit_refuses_a_name_too_long(login, admin, alice):
    response = login(admin).post(edit(alice), data(alice, name="x" * 151))

    assert response.status_code == 400
    alice.refresh_from_db()
    assert alice.name == "Alice"


def test_a_stale_edit_shows_both_and_overwrites_nothing(login, admin, alice):
    User.objects.filter(pk=alice.pk).update(is_curator=True, version=2)

    response = login(admin).post(edit(alice), data(alice, name="Alicia"))

    assert response.status_code == 409
    assert response.context["conflict"] == [
        {"label": "Name", "mine": "Alicia", "theirs": "Alice"},
        {"label": "Curator", "mine": "No", "theirs": "Yes"},
    ]
    alice.refresh_from_db()
    assert (alice.name, alice.is_curator) == ("Alice", True)


# --- Close and reopen -----------------------------------------------------------------------------------------------
def test_a_closed_account_loses_its_sessions_at_once(login, admin, carol):
    client = login(carol)
    assert client.get("/accounts/profile/").status_code == 200

    assertRedirects(login(admin).post(f"{edit(carol)}close/"), LIST)

    assertRedirects(client.get("/accounts/profile/"), "/accounts/login/?next=/accounts/profile/")


def test_reopen(login, admin):
    zoe = make_user(name="Zoe", is_active=False)
    assert "Reopen the account" in login(admin).get(edit(zoe)).text

    assertRedirects(login(admin).post(f"{edit(zoe)}reopen/"), LIST)

    zoe.refresh_from_db()
    assert zoe.is_active


def test_who_never_came_is_not_reopened(login, admin, ines):
    response = login(admin).post(f"{edit(ines)}reopen/")

    assert response.status_code == 409
    ines.refresh_from_db()
    assert not ines.is_active


def test_own_account_is_not_closed(login, admin):
    assert "another administrator can close it" in login(admin).get(edit(admin)).text

    response = login(admin).post(f"{edit(admin)}close/")

    assert response.status_code == 409
    assert "your own account" in response.text
    admin.refresh_from_db()
    assert admin.is_active


def test_withdrawing_an_invitation(login, admin, ines):
    assert "Withdraw the invitation" in login(admin).get(edit(ines)).text

    login(admin).post(f"{edit(ines)}close/")

    assert not Invitation.objects.exists()
    assert "never came" in login(admin).get(edit(ines)).text


# --- Django's administration ----------------------------------------------------------------------------------------
def test_people_cannot_be_changed_behind_the_rules(login, admin, carol, ines):
    client = login(admin)
    page = client.get(f"/admin/accounts/user/{carol.pk}/change/")

    assert page.status_code == 200
    assert carol.password not in page.text
    assert client.post(f"/admin/accounts/user/{carol.pk}/change/", {"is_admin": "on"}).status_code == 403
    assert client.post(f"/admin/accounts/user/{carol.pk}/delete/", {"post": "yes"}).status_code == 403
    assert client.get("/admin/accounts/user/add/").status_code == 403
    assert client.get("/admin/accounts/invitation/").status_code == 200
    hashed = Invitation.objects.get().token_hash
    assert hashed not in client.get(f"/admin/accounts/invitation/{Invitation.objects.get().pk}/change/").text
    assert client.get("/admin/account/emailaddress/").status_code == 404


@pytest.mark.parametrize("who", ["alice", "carol", "curator"])
def test_djangos_administration_is_for_administrators(request, login, who):
    assert login(request.getfixturevalue(who)).get("/admin/", follow=True).status_code == 403


def test_djangos_own_login_page_is_no_way_round_the_limits(client, admin):
    response = client.post("/admin/login/", {"username": admin.email, "password": "correct horse battery"})

    assertRedirects(response, "/accounts/login/?next=%2Fadmin%2Flogin%2F")
    assert "_auth_user_id" not in client.session


# --- Another address ------------------------------------------------------------------------------------------------
def test_a_new_address_signs_in_and_both_are_told(client, login, admin, bob, django_capture_on_commit_callbacks):
    bob.set_password("a long enough secret")
    bob.save()
    EmailAddress.objects.create(user=bob, email=bob.email, verified=True, primary=True)

    with django_capture_on_commit_callbacks(execute=True):
        response = login(admin).post(edit(bob), data(bob, email="Robert@Example.org"))

    assertRedirects(response, LIST)
    bob.refresh_from_db()
    assert bob.email == "robert@example.org"
    assert sorted(message.to[0] for message in mail.outbox) == ["bob@example.org", "robert@example.org"]
    assert all("from bob@example.org to robert@example.org" in message.body for message in mail.outbox)
    for address, signs_in in (("bob@example.org", False), ("robert@example.org", True)):
        client.logout()
        client.post("/accounts/login/", {"login": address, "password": "a long enough secret"})
        assert ("_auth_user_id" in client.session) is signs_in


def test_an_address_of_somebody_else_is_refused_and_nothing_typed_is_lost(login, admin, alice, bob):
    response = login(admin).post(edit(bob), data(bob, email="ALICE@example.org", name="Robert"))

    assert response.status_code == 400
    assert b"Robert" in response.content
    bob.refresh_from_db()
    assert (bob.email, bob.name) == ("bob@example.org", "Bob")


def test_an_invitation_follows_its_owner_to_the_new_address(login, admin, ines, django_capture_on_commit_callbacks):
    old = Invitation.objects.get()
    with django_capture_on_commit_callbacks(execute=True):
        login(admin).post(edit(ines), data(ines, email="ines@hospital.example"))

    assert [message.to for message in mail.outbox] == [["ines@hospital.example"]]
    assert Invitation.objects.get().pk != old.pk
