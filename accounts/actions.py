"""Inviting people, letting them in, and changing what they may do."""

from allauth.account.models import EmailAddress
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import emails
from accounts.models import Invitation, User
from accounts.states import Digest
from twinning.locking import claim_version


@transaction.atomic
def invite(
    *,
    email: str,
    name: str,
    by: User | None,
    is_coordinator: bool = False,
    is_curator: bool = False,
    is_admin: bool = False,
) -> User:
    """An account that waits for its owner, and a mail that hands it over. Asking again sends a fresh mail.

    ``by`` is None for the machine itself. Only administrators give roles; somebody else who asks in a person that an
    administrator has already asked in sends the mail once more and changes nothing.
    """
    may_give_roles = by is None or by.is_admin
    if (is_coordinator or is_curator or is_admin) and not may_give_roles:
        raise PermissionDenied
    email = email.strip().lower()
    user = User.objects.select_for_update(of=("self",)).filter(email__iexact=email).first()
    if user and (user.is_active or user.has_usable_password()):
        # A closed account is reopened by an administrator, not by asking its owner in again.
        raise _known(email)
    if user is None or may_give_roles:
        user = user or _waiting_account(email)
        user.name = name
        user.is_coordinator, user.is_curator, user.is_admin = is_coordinator, is_curator, is_admin
        user.full_clean()
        _save_once(user)
    _send(user, by=by)
    return user


def _waiting_account(email: str) -> User:
    user = User(email=email, is_active=False)
    user.set_unusable_password()
    return user


def _save_once(user: User) -> None:
    try:
        with transaction.atomic():
            user.save()
    except IntegrityError:  # two people asked for the same address in the same moment
        raise _known(user.email) from None


def _known(email: str) -> ValidationError:
    return ValidationError(_("%(email)s already has an account."), code="known", params={"email": email})


@transaction.atomic
def invite_again(user: User, *, by: User) -> None:
    """A fresh mail for somebody who has not come yet; the old one stops working."""
    user = User.objects.select_for_update(of=("self",)).get(pk=user.pk)
    if user.is_active or user.has_usable_password() or not user.invitations.exists():
        raise ValidationError(
            _("Only people who were invited and have not come yet can be invited again."), code="state"
        )
    _send(user, by=by)


def _send(user: User, *, by: User | None) -> None:
    invitation, token = Invitation.issue(user, by=by)
    transaction.on_commit(lambda: emails.send_invitation(invitation, token))


@transaction.atomic
def accept_invitation(token: str, *, name: str, password: str, time_zone: str = "UTC") -> User:
    """Let the invited person in; works once. DoesNotExist when the invitation is over."""
    owner = Invitation.objects.from_token(token).user
    # The account first, then the invitation, as everywhere here: two acts at once wait instead of blocking each other.
    user = User.objects.select_for_update(of=("self",)).get(pk=owner.pk)
    invitation = Invitation.objects.select_for_update(of=("self",)).from_token(token)
    user.name, user.time_zone, user.is_active = name, time_zone, True
    user.set_password(password)
    user.full_clean(exclude=["password"])
    user.version += 1
    user.save(update_fields=["name", "time_zone", "is_active", "password", "version"])
    invitation.accepted_at = timezone.now()
    invitation.save(update_fields=["accepted_at"])
    return user


@transaction.atomic
def change_profile(user: User, *, seen_version: int) -> None:
    """Save what people say about themselves, and nothing else; StaleError if it was saved since ``seen_version``."""
    claim_version(user, seen_version)
    user.full_clean(exclude=["password"])
    user.save(update_fields=["name", "language", "time_zone", "digest", "version"])


def choose_digest(user: User, digest: Digest) -> None:
    """Set how often mails come; a later save of the profile page that was open meanwhile is told."""
    User.objects.filter(pk=user.pk).update(digest=digest, version=F("version") + 1)


@transaction.atomic
def change_person(user: User, *, seen_version: int, by: User) -> None:
    """Save a person's name, address and roles; StaleError if somebody saved them since ``seen_version``.

    Who gets another address is told at both; an invitation that still waits goes out again to the new one.
    """
    _refuse_unless_admin(by)
    admins = _lock_admins()
    claim_version(user, seen_version)
    old_email = User.objects.values_list("email", flat=True).get(pk=user.pk)
    if not user.is_admin:
        _keep_an_admin(admins, without=user)
    user.full_clean(exclude=["password"])
    user.save(update_fields=["name", "email", "is_coordinator", "is_curator", "is_admin", "version"])
    if user.email.lower() != old_email.lower():
        _follow_address(user, old_email, by=by)


def _follow_address(user: User, old_email: str, *, by: User) -> None:
    # What the sign-in library remembers of the old address must not open the account any more.
    EmailAddress.objects.filter(user=user).exclude(email__iexact=user.email).delete()
    if user.has_usable_password():
        transaction.on_commit(lambda: emails.send_address_changed(user, old_email, by=by))
    elif user.invitations.filter(accepted_at__isnull=True).exists():
        user.invitations.filter(accepted_at__isnull=True).delete()
        _send(user, by=by)


@transaction.atomic
def set_active(user: User, *, active: bool, by: User) -> None:
    """Close or reopen an account. Nobody closes their own, and the last administrator's stays open.

    Closing ends every session at once, and an invitation that still waits.
    """
    _refuse_unless_admin(by)
    if user == by:
        raise ValidationError(_("You cannot close your own account."), code="self")
    admins = _lock_admins()
    locked = User.objects.select_for_update(of=("self",)).get(pk=user.pk)
    if active and not locked.has_usable_password():
        raise ValidationError(_("This person has never signed in. Invite them instead."), code="state")
    if not active:
        _keep_an_admin(admins, without=locked)
        locked.invitations.filter(accepted_at__isnull=True).delete()
    locked.is_active = user.is_active = active
    locked.version += 1
    locked.save(update_fields=["is_active", "version"])
    user.version = locked.version


def _refuse_unless_admin(by: User) -> None:
    # The views ask too; a rule about who rules is worth asking twice.
    if not by.is_admin:
        raise PermissionDenied


def _lock_admins() -> set[int]:
    """The keys of the administrators who can sign in, held until the act is over: two cannot demote each other."""
    return set(User.objects.admins().select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True))


def _keep_an_admin(admins: set[int], *, without: User) -> None:
    if admins == {without.pk}:
        raise ValidationError(
            _("This is the last administrator. Make somebody else an administrator first."), code="last_admin"
        )
