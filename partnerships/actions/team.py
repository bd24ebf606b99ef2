"""Organizations that join and leave, and the people of a partnership's team."""

from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actions import invite, invite_again
from accounts.models import User
from partnerships.actions.directory import create_contact, create_organization
from partnerships.actions.partnership import refuse_unless_open
from partnerships.models import Contact, Participation, Partnership, TeamMember, record


@transaction.atomic
def add_participation(participation: Participation, *, by: User) -> Participation:
    """Let one more organization, which may be a new one, join; there may be several on a side."""
    partnership = Partnership.objects.select_for_update(of=("self",)).get(pk=participation.partnership_id)
    refuse_unless_open(partnership)
    if participation.organization.pk is None:
        participation.organization = create_organization(participation.organization, by=by)
    participation.full_clean()
    participation.save()
    record(
        partnership, "organization.joined", by=by, organization=str(participation.organization), side=participation.side
    )
    return participation


@transaction.atomic
def end_participation(participation: Participation, *, by: User, on: date | None = None) -> None:
    """An organization leaves; both sides must keep at least one."""
    partnership = Partnership.objects.select_for_update(of=("self",)).get(pk=participation.partnership_id)
    refuse_unless_open(partnership)
    if partnership.participations.filter(pk=participation.pk, left_on__isnull=False).exists():
        raise ValidationError(_("This organization has already left."), code="ended")
    others = partnership.participations.current().filter(side=participation.side).exclude(pk=participation.pk)
    if not others.exists():
        raise ValidationError(
            _("It is the only organization on its side. Add another one first, or close the partnership."), code="last"
        )
    participation.left_on = on or timezone.localdate()
    participation.full_clean()
    participation.save(update_fields=["left_on"])
    record(
        partnership, "organization.left", by=by, organization=str(participation.organization), side=participation.side
    )


@transaction.atomic
def add_team_member(member: TeamMember, *, by: User) -> TeamMember:
    """Give a person, who may be a new contact, a role on one side."""
    partnership = Partnership.objects.select_for_update(of=("self",)).get(pk=member.partnership_id)
    refuse_unless_open(partnership)
    if member.contact.pk is None:
        member.contact = create_contact(member.contact, by=by)
    member.full_clean()
    member.save()
    record(partnership, "team.joined", by=by, person=str(member.contact), role=member.role, side=member.side)
    return member


@transaction.atomic
def end_team_member(member: TeamMember, *, by: User) -> None:
    """End a person's role; it stays on record, and with it their access ends."""
    partnership = Partnership.objects.select_for_update(of=("self",)).get(pk=member.partnership_id)
    if not TeamMember.objects.current().filter(pk=member.pk).exists():
        raise ValidationError(_("This role has already ended."), code="ended")
    # The role ends with yesterday, so that access ends now; one that began today, or later, never really began.
    yesterday = timezone.localdate() - timedelta(days=1)
    if member.starts_on > yesterday:
        member.delete()
    else:
        member.ends_on = yesterday
        member.save(update_fields=["ends_on"])
    record(partnership, "team.left", by=by, person=str(member.contact), role=member.role, side=member.side)


@transaction.atomic
def invite_contact(contact: Contact, *, by: User) -> User:
    """Give a contact an account of their own: they will see the partnerships whose team they are on."""
    if contact.user_id:
        raise ValidationError(_("%(name)s already has an account."), code="known", params={"name": contact.name})
    if not contact.email:
        raise ValidationError(
            _("Write down an e-mail address for %(name)s first."), code="email", params={"name": contact.name}
        )
    user = User.objects.filter(email__iexact=contact.email).first()
    if user and Contact.objects.filter(user=user).exists():
        raise ValidationError(
            _("The account of %(email)s belongs to another contact."), code="known", params={"email": contact.email}
        )
    if user and not user.is_active and not user.has_usable_password():
        # Invited before, for something else: a fresh mail, and the roles they were promised stay as they are.
        invite_again(user, by=by)
    elif user is None or not user.is_active:
        user = invite(email=contact.email, name=contact.name, by=by)
    contact.user = user
    contact._history_user = by
    contact.save(update_fields=["user"])
    return user
