"""Who may do what with accounts."""

from accounts.models import User


def can_manage_people(user: User) -> bool:
    return user.is_admin


def can_invite(user: User) -> bool:
    return user.is_admin or user.is_coordinator
