"""Who may do what with partnerships. Whether a thing may be seen at all is ``visible_to`` on its QuerySet."""

from accounts.models import User
from partnerships.models import Contact, Organization, Partnership, TeamMember
from partnerships.states import TeamRole

# Roles on a partnership's team that may change its records, when the person has an account.
EDITING_ROLES = (TeamRole.COORDINATOR, TeamRole.ALTERNATE)


def can_create_partnership(user: User) -> bool:
    return user.is_admin or user.is_coordinator


def can_edit_partnership(user: User, partnership: Partnership) -> bool:
    """Administrators, the responsible coordinator, and coordinators and alternates on its team."""
    if user.is_admin or partnership.coordinator_id == user.pk:
        return True
    return (
        TeamMember.objects.current()
        .filter(partnership=partnership, contact__user=user, role__in=EDITING_ROLES)
        .exists()
    )


def sides_of(user: User, partnership: Partnership) -> set[str]:
    """The sides on whose behalf ``user`` may fill in forms: the sides of their current roles."""
    current = TeamMember.objects.current().filter(partnership=partnership, contact__user=user)
    return set(current.values_list("side", flat=True))


def can_create_organization(user: User) -> bool:
    return user.is_admin or user.is_coordinator


def can_edit_organization(user: User, organization: Organization) -> bool:
    """Programme staff, and people who work there."""
    if user.is_admin or user.is_coordinator:
        return True
    return Contact.objects.filter(user=user, organization=organization).exists()


def can_create_contact(user: User) -> bool:
    return user.is_admin or user.is_coordinator


def can_edit_contact(user: User, contact: Contact) -> bool:
    return user.is_admin or user.is_coordinator or contact.user_id == user.pk


def can_edit_programmes(user: User) -> bool:
    return user.is_admin
