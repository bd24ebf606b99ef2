"""Who may do what with accounts."""

from accounts.models import User


def can_manage_people(user: User) -> bool:
    return user.is_admin


def can_invite(user: User) -> bool:
    return user.is_admin or user.is_coordinator


def can_close(user: User, person: User) -> bool:
    """Administrators close accounts, but never their own."""
    return user.is_admin and user != person
