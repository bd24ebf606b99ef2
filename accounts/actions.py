"""Inviting people, and letting them in."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import emails
from accounts.models import Invitation, User


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
    """An account that waits for its owner, and a mail that hands it over. Asking again sends a fresh mail."""
    email = email.strip().lower()
    user = User.objects.select_for_update(of=("self",)).filter(email__iexact=email).first()
    if user and (user.is_active or user.has_usable_password()):
        # A closed account is reopened by an administrator, not by asking its owner in again.
        raise ValidationError(_("%(email)s already has an account."), code="known", params={"email": email})
    if user is None:
        user = User(email=email)
        user.set_unusable_password()
    user.name, user.is_active = name, False
    user.is_coordinator, user.is_curator, user.is_admin = is_coordinator, is_curator, is_admin
    user.full_clean()
    user.save()
    _send(user, by=by)
    return user


def invite_again(user: User, *, by: User) -> None:
    """A fresh mail for somebody who has not come yet; the old one stops working."""
    if user.is_active or not user.invitations.exists():
        raise ValidationError(_("Only people who were invited and have not come yet can be invited again."), code="state")
    with transaction.atomic():
        _send(user, by=by)


def _send(user: User, *, by: User | None) -> None:
    invitation, token = Invitation.issue(user, by=by)
    transaction.on_commit(lambda: emails.send_invitation(invitation, token))


@transaction.atomic
def accept_invitation(token: str, *, name: str, password: str, time_zone: str = "UTC") -> User:
    """Let the invited person in; works once."""
    locked = Invitation.objects.select_for_update(of=("self",)).from_token(token)
    user = locked.user
    user.name, user.time_zone, user.is_active = name, time_zone, True
    user.set_password(password)
    user.full_clean(exclude=["password"])
    user.version += 1
    user.save(update_fields=["name", "time_zone", "is_active", "password", "version"])
    locked.accepted_at = timezone.now()
    locked.save(update_fields=["accepted_at"])
    return user


@transaction.atomic
def set_active(user: User, *, active: bool, by: User) -> None:
    """Close or reopen an account. Nobody closes their own, so that there is always somebody left."""
    if user == by:
        raise ValidationError(_("You cannot close your own account."), code="self")
    if active and not user.has_usable_password():
        raise ValidationError(_("This person has not accepted the invitation yet."), code="state")
    user.is_active = active
    user.version += 1
    user.save(update_fields=["is_active", "version"])
