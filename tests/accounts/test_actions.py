import smtplib
from datetime import timedelta

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError
from django.utils import timezone

from accounts.actions import accept_invitation, change_person, change_profile, invite, invite_again, set_active
from accounts.models import Invitation, User, hash_token
from tests.factories import make_user
from tests.factories.people import PASSWORD
from twinning.locking import StaleError

GOOD = "a long enough sentence"


@pytest.fixture
def issued(admin):
    """An invited person and the token of their invitation."""
    user = User(email="ines@example.org", name="Ines", is_active=False)
    user.set_unusable_password()
    user.save()
    return user, Invitation.issue(user, by=admin)[1]


# --- Inviting -------------------------------------------------------------------------------------------------------
def test_invite_makes_a_waiting_account_and_sends_the_link(admin, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        user = invite(email=" Ines@Example.ORG ", name="Ines", by=admin, is_coordinator=True)

    assert (user.email, user.is_active, user.is_coordinator, user.is_admin) == ("ines@example.org", False, True, False)
    assert not user.has_usable_password()
    invitation = user.invitations.get()
    assert invitation.invited_by == admin
    assert invitation.sent_at is not None
    assert mail.outbox[0].to == ["ines@example.org"]


def test_the_token_itself_is_stored_nowhere(issued):
    _user, token = issued

    assert Invitation.objects.get().token_hash == hash_token(token) != token


@pytest.mark.parametrize("role", ["is_admin", "is_curator", "is_coordinator"])
def test_a_coordinator_cannot_give_a_role(alice, role):
    with pytest.raises(PermissionDenied):
        invite(email="new@example.org", name="New", by=alice, **{role: True})

    assert not User.objects.filter(email="new@example.org").exists()


def test_a_coordinator_who_invites_an_invited_administrator_takes_nothing_away(admin, alice):
    invite(email="ines@example.org", name="Ines", by=admin, is_admin=True)

    user = invite(email="INES@example.org", name="Somebody", by=alice)

    user.refresh_from_db()
    assert (user.is_admin, user.name) == (True, "Ines")


def test_an_administrator_who_invites_again_may_change_name_and_roles(admin):
    invite(email="ines@example.org", name="Ines", by=admin, is_admin=True)

    user = invite(email="ines@example.org", name="Ines Silva", by=admin, is_curator=True)

    user.refresh_from_db()
    assert (user.name, user.is_admin, user.is_curator) == ("Ines Silva", False, True)
    assert User.objects.filter(email="ines@example.org").count() == 1


@pytest.mark.parametrize("is_active", [True, False])
def test_who_has_an_account_cannot_be_invited(admin, is_active):
    make_user(email="carol@example.org", is_active=is_active)

    with pytest.raises(ValidationError, match="already has an account"):
        invite(email="Carol@Example.org", name="Carol", by=admin)

    assert not Invitation.objects.exists()


@pytest.mark.parametrize(
    ("email", "name"), [("nonsense", "Ines"), ("", "Ines"), ("a@example.org", ""), ("a@example.org", "x" * 151)]
)
def test_invite_refuses_what_is_no_person(admin, email, name):
    with pytest.raises(ValidationError):
        invite(email=email, name=name, by=admin)

    assert User.objects.count() == 1


def test_two_accounts_cannot_share_an_address_in_another_case(db):
    make_user(email="carol@example.org")

    with pytest.raises(IntegrityError):
        make_user(email="Carol@example.org")


def test_a_mail_server_that_is_down_leaves_the_account_and_says_so(
    admin, monkeypatch, caplog, django_capture_on_commit_callbacks
):
    def down(*args, **kwargs):
        raise smtplib.SMTPServerDisconnected("down")

    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", down)
    with django_capture_on_commit_callbacks(execute=True):
        user = invite(email="ines@example.org", name="Ines", by=admin)

    assert user.invitations.get().sent_at is None
    assert "could not be sent" in caplog.text


# --- Inviting again -------------------------------------------------------------------------------------------------
def test_invite_again_ends_the_old_link(admin, issued, django_capture_on_commit_callbacks):
    user, token = issued

    with django_capture_on_commit_callbacks(execute=True):
        invite_again(user, by=admin)

    assert len(mail.outbox) == 1
    with pytest.raises(Invitation.DoesNotExist):
        Invitation.objects.from_token(token)


def test_who_came_once_is_not_invited_again_even_when_closed(admin, issued):
    user, token = issued
    accept_invitation(token, name="Ines", password=GOOD)
    user.refresh_from_db()
    set_active(user, active=False, by=admin)

    with pytest.raises(ValidationError, match="have not come yet"):
        invite_again(user, by=admin)

    user.refresh_from_db()
    assert not user.is_active


def test_who_was_never_invited_is_not_invited_again(admin, carol):
    with pytest.raises(ValidationError, match="have not come yet"):
        invite_again(carol, by=admin)


# --- Accepting ------------------------------------------------------------------------------------------------------
def test_accepting_opens_the_account_once(issued):
    user, token = issued

    accept_invitation(token, name="Inês", password=GOOD, time_zone="Africa/Maputo")

    user.refresh_from_db()
    assert (user.name, user.time_zone, user.is_active) == ("Inês", "Africa/Maputo", True)
    assert user.check_password(GOOD)
    assert Invitation.objects.get().accepted_at is not None
    with pytest.raises(Invitation.DoesNotExist):
        accept_invitation(token, name="Mallory", password=GOOD)
    user.refresh_from_db()
    assert user.name == "Inês"


def test_an_expired_invitation_opens_nothing(issued):
    user, token = issued
    Invitation.objects.update(created_at=timezone.now() - timedelta(days=20), expires_at=timezone.now())

    with pytest.raises(Invitation.DoesNotExist):
        accept_invitation(token, name="Ines", password=GOOD)

    user.refresh_from_db()
    assert not user.is_active


@pytest.mark.parametrize("change", [str.upper, lambda token: token[:-1], lambda token: token + "A", lambda token: ""])
def test_a_tampered_token_opens_nothing(issued, change):
    _user, token = issued

    with pytest.raises(Invitation.DoesNotExist):
        accept_invitation(change(token), name="Ines", password=GOOD)


def test_an_unknown_zone_leaves_the_invitation_open(issued):
    user, token = issued

    with pytest.raises(ValidationError, match="is not a time zone"):
        accept_invitation(token, name="Ines", password=GOOD, time_zone="Mars/Olympus")

    user.refresh_from_db()
    assert not user.is_active
    assert Invitation.objects.get().is_open


# --- Closing and reopening ------------------------------------------------------------------------------------------
def test_close_and_reopen(admin, carol):
    set_active(carol, active=False, by=admin)
    carol.refresh_from_db()
    assert (carol.is_active, carol.version) == (False, 2)

    set_active(carol, active=True, by=admin)
    carol.refresh_from_db()
    assert (carol.is_active, carol.version) == (True, 3)
    assert carol.check_password(PASSWORD)


def test_closing_withdraws_a_waiting_invitation(admin, issued):
    user, token = issued

    set_active(user, active=False, by=admin)

    with pytest.raises(Invitation.DoesNotExist):
        accept_invitation(token, name="Ines", password=GOOD)


def test_who_never_came_cannot_be_reopened(admin, issued):
    user, _token = issued

    with pytest.raises(ValidationError, match="never signed in"):
        set_active(user, active=True, by=admin)

    user.refresh_from_db()
    assert not user.is_active


def test_nobody_closes_their_own_account(admin):
    make_user(is_admin=True)

    with pytest.raises(ValidationError, match="your own account"):
        set_active(admin, active=False, by=admin)

    admin.refresh_from_db()
    assert admin.is_active


def test_the_last_active_administrator_is_not_closed(admin):
    # Closed a moment ago, in the very same second: what counts is who can still sign in.
    other = make_user(is_admin=True, is_active=False)

    with pytest.raises(ValidationError, match="last administrator"):
        set_active(admin, active=False, by=other)

    admin.refresh_from_db()
    assert admin.is_active


def test_one_of_two_administrators_can_be_closed(admin):
    other = make_user(is_admin=True)

    set_active(other, active=False, by=admin)

    other.refresh_from_db()
    assert not other.is_active


# --- Changing -------------------------------------------------------------------------------------------------------
def test_the_last_active_administrator_is_not_demoted(admin):
    make_user(is_admin=True, is_active=False)
    admin.is_admin = False

    with pytest.raises(ValidationError, match="last administrator"):
        change_person(admin, seen_version=1, by=User.objects.get(pk=admin.pk))

    admin.refresh_from_db()
    assert (admin.is_admin, admin.version) == (True, 1)


def test_one_of_two_administrators_can_be_demoted(admin):
    other = make_user(is_admin=True)
    other.is_admin = False

    change_person(other, seen_version=1, by=admin)

    other.refresh_from_db()
    assert (other.is_admin, other.version) == (False, 2)


@pytest.mark.parametrize("who", ["alice", "carol", "curator"])
def test_only_administrators_change_people_and_close_accounts(request, who, bob):
    by = request.getfixturevalue(who)
    bob.is_admin = True

    with pytest.raises(PermissionDenied):
        change_person(bob, seen_version=1, by=by)
    with pytest.raises(PermissionDenied):
        set_active(bob, active=False, by=by)

    bob.refresh_from_db()
    assert (bob.is_admin, bob.is_active, bob.version) == (False, True, 1)


def test_changing_a_person_leaves_the_rest_of_the_row_alone(admin, carol):
    # Somebody closes the account and changes the password between reading and saving: neither comes back.
    stale = User.objects.get(pk=carol.pk)
    User.objects.filter(pk=carol.pk).update(is_active=False, password="x", language="fr")
    stale.name = "Caroline"

    change_person(stale, seen_version=1, by=admin)

    carol.refresh_from_db()
    assert (carol.name, carol.is_active, carol.password, carol.language) == ("Caroline", False, "x", "fr")


def test_changing_a_profile_never_touches_roles(carol):
    carol.is_admin, carol.name = True, "Caroline"
    carol.time_zone = "Asia/Ho_Chi_Minh"

    change_profile(carol, seen_version=1)

    carol.refresh_from_db()
    assert (carol.is_admin, carol.name, carol.time_zone) == (False, "Caroline", "Asia/Ho_Chi_Minh")


def test_a_stale_profile_is_refused(carol):
    User.objects.filter(pk=carol.pk).update(version=2, name="Newer")
    carol.name = "Older"

    with pytest.raises(StaleError) as caught:
        change_profile(carol, seen_version=1)

    assert caught.value.current.name == "Newer"
    carol.refresh_from_db()
    assert (carol.name, carol.version) == ("Newer", 2)


def test_a_stale_person_is_refused(admin, carol):
    User.objects.filter(pk=carol.pk).update(version=2, is_curator=True)
    carol.is_admin = True

    with pytest.raises(StaleError):
        change_person(carol, seen_version=1, by=admin)

    carol.refresh_from_db()
    assert (carol.is_admin, carol.is_curator, carol.version) == (False, True, 2)
