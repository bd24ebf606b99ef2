"""Who may do what with partnerships. Whether a thing may be seen at all is ``visible_to`` on its QuerySet."""

from django.db.models import Prefetch, Q, QuerySet, prefetch_related_objects

from accounts.models import User
from partnerships.award_states import StaffRole
from partnerships.contribution_states import ConfirmMode
from partnerships.models import (
    Activity,
    Agreement,
    AgreementParty,
    Award,
    Comment,
    Contact,
    Contribution,
    FollowUp,
    Organization,
    Partnership,
    Programme,
    ProgrammeStaff,
    TeamMember,
)
from partnerships.states import FOLLOWED_STATUSES, STEPS_OF_LEADS, TeamRole

# Roles on a partnership's team that may change its records, when the person has an account.
EDITING_ROLES = (TeamRole.COORDINATOR, TeamRole.ALTERNATE)


def can_create_partnership(user: User) -> bool:
    return user.is_admin or user.is_coordinator


def can_edit_partnership(user: User, partnership: Partnership) -> bool:
    """Administrators, the responsible coordinator, and coordinators and alternates on its team."""
    if user.is_admin or partnership.coordinator_id == user.pk:
        return True
    return any(member.role in EDITING_ROLES for member in _roles_of(user, partnership))


def editable_among(user: User, pks: set[int]) -> set[int]:
    """Those of the partnerships ``pks`` whose records ``user`` may change, in one query. See can_edit_partnership()"""
    if user.is_admin or not pks:
        return pks
    editing = TeamMember.objects.current().filter(contact__user=user, role__in=EDITING_ROLES)
    own = Q(coordinator=user) | Q(pk__in=editing.values("partnership"))
    return set(Partnership.objects.filter(own, pk__in=pks).values_list("pk", flat=True))


def sides_of(user: User, partnership: Partnership) -> set[str]:
    """The sides on whose behalf ``user`` may fill in forms: the sides of their current roles."""
    return {member.side for member in _roles_of(user, partnership)}


# Roles that may say yes to a work plan for their side.
APPROVING_ROLES = (TeamRole.LEAD, TeamRole.COORDINATOR)


def approving_roles(user: User, partnership: Partnership) -> dict[str, str]:
    """The sides for which ``user`` may approve a plan, each with the role that lets them."""
    return {member.side: member.role for member in _roles_of(user, partnership) if member.role in APPROVING_ROLES}


def can_take_steps(user: User, partnership: Partnership) -> bool:
    """Whoever may edit the partnership, and the leads of its sides while a step is theirs. See also can_take_step()"""
    if can_edit_partnership(user, partnership):
        return True
    has_step = any(partnership.status == old for old, _new in STEPS_OF_LEADS)
    return has_step and bool(approving_roles(user, partnership))


def can_take_step(user: User, partnership: Partnership, new: str) -> bool:
    """Some steps of the status are for the leads as well, when nothing is missing that must be set aside."""
    if can_edit_partnership(user, partnership):
        return True
    return (partnership.status, new) in STEPS_OF_LEADS and bool(approving_roles(user, partnership))


def can_move_activity(user: User, activity: Activity, partnership: Partnership) -> bool:
    """Whoever may edit the partnership, and the activity's own owners."""
    if can_edit_partnership(user, partnership):
        return True
    own = {member.pk for member in _roles_of(user, partnership)}
    return bool(own & {activity.host_owner_id, activity.resource_owner_id})


def _roles_of(user: User, partnership: Partnership) -> list[TeamMember]:
    """The current roles of ``user``. A page that has the team already asks nothing more of the database."""
    prefetch_related_objects([partnership], Prefetch("team", TeamMember.objects.select_related("contact")))
    return [member for member in partnership.team.all() if member.is_current and member.contact.user_id == user.pk]


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


def can_manage_programme(user: User, programme: Programme) -> bool:
    """Its awards: administrators and its managers. Its own details and staff are for administrators."""
    if user.is_admin:
        return True
    managers = ProgrammeStaff.objects.current().filter(programme=programme, role=StaffRole.MANAGER)
    return managers.filter(user=user).exists()


def can_edit_award(user: User, award: Award) -> bool:
    """Administrators, whoever answers for its reports, and the managers of its programme."""
    if user.is_admin or award.responsible_id == user.pk:
        return True
    return award.programme_id is not None and can_manage_programme(user, award.programme)


def payable_by(user: User, award: Award) -> QuerySet[Partnership]:
    """The partnerships for which ``user`` may say that the award pays: those of its programme, and their own."""
    rows = Partnership.objects.filter(status__in=FOLLOWED_STATUSES)
    if user.is_admin:
        return rows
    editing = TeamMember.objects.current().filter(contact__user=user, role__in=EDITING_ROLES)
    own = Q(coordinator=user) | Q(pk__in=editing.values("partnership"))
    managed = ProgrammeStaff.objects.current().filter(user=user, role=StaffRole.MANAGER)
    return rows.filter(own | Q(programme__in=managed.values("programme"), programme=award.programme_id))


# Roles that speak for their organization when no signatory is named.
SIGNING_ROLES = (TeamRole.LEAD, TeamRole.COORDINATOR)


def can_accept_for(user: User, agreement: Agreement, party: AgreementParty) -> bool:
    """The named signatory; where nobody is named, a lead or coordinator on the team who works there.

    Nobody else, not even an administrator: they write down what they got by e-mail or on paper.
    """
    if party.signatory_id:
        return party.signatory.user_id == user.pk
    return any(
        member.role in SIGNING_ROLES
        and member.side == party.participation.side
        and member.contact.organization_id == party.participation.organization_id
        for member in _roles_of(user, agreement.partnership)
    )


def can_follow_up(partnership: Partnership) -> bool:
    """Write down follow-ups and comments: everybody who sees the partnership, while it is one to write about."""
    return partnership.status in FOLLOWED_STATUSES


def can_edit_follow_up(user: User, follow_up: FollowUp) -> bool:
    """Its owner, whoever wrote it down, and those who may change the partnership. They also close it."""
    own = follow_up.created_by_id == user.pk or follow_up.owner.user_id == user.pk
    return own or can_edit_partnership(user, follow_up.partnership)


def can_edit_comment(user: User, comment: Comment) -> bool:
    return comment.author_id == user.pk and comment.may_still_be_edited and can_follow_up(comment.partnership)


def can_remove_comment(user: User, comment: Comment) -> bool:
    """Its author, and those who may change the partnership."""
    return comment.author_id == user.pk or can_edit_partnership(user, comment.partnership)


def can_add_contribution(user: User, partnership: Partnership) -> bool:
    """Whoever may change the partnership, and everybody on its team for what their own side gives."""
    if partnership.status not in FOLLOWED_STATUSES:
        return False
    return can_edit_partnership(user, partnership) or bool(sides_of(user, partnership))


def can_edit_contribution(user: User, contribution: Contribution, partnership: Partnership) -> bool:
    """Whoever may change the partnership, and the team of the side that gives."""
    return can_edit_partnership(user, partnership) or contribution.participation.side in sides_of(user, partnership)


def can_confirm_contribution(user: User, contribution: Contribution) -> bool:
    """The person who gives, or a lead or coordinator on the team who works at the organization that gives.

    Nobody else, not even an administrator: they write down what the giver told them.
    """
    if contribution.person_id and contribution.person.user_id == user.pk:
        return True
    party = contribution.participation
    return any(
        member.role in SIGNING_ROLES
        and member.side == party.side
        and member.contact.organization_id == party.organization_id
        for member in _roles_of(user, contribution.partnership)
    )


def is_own_gift(user: User, contribution: Contribution) -> bool:
    """Did ``user`` give it, or confirm it for the giver with their own account?"""
    own = contribution.person_id and contribution.person.user_id == user.pk
    return bool(own) or (contribution.confirmed_how == ConfirmMode.ACCOUNT and contribution.confirmed_by_id == user.pk)


def can_edit_rates(user: User) -> bool:
    return user.is_admin


def can_write_meeting(user: User, partnership: Partnership) -> bool:
    """Meetings belong to all sides: everybody on the team, and whoever may change the partnership."""
    return can_add_contribution(user, partnership)
