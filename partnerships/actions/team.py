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
from partnerships.sides import missing_to_end, missing_to_leave, others_on_its_side, people_who_leave


@transaction.atomic
def add_participation(participation: Participation, *, by: User) -> Participation:
    """Let one more organization, which may be a new one, join; there may be several on a side."""
    partnership = Partnership.objects.select_for_update(of=("self",)).get(pk=participation.partnership_id)
    refuse_unless_open(partnership)
    if participation.organization.pk is None:
        participation.organization = create_organization(participation.organization, by=by)
    elif participation.organization.is_archived:
        raise ValidationError({"organization": _("This organization is archived.")}, code="archived")
    _refuse_future("joined_on", participation.joined_on)
    participation.full_clean()
    participation.save()
    record(
        partnership, "organization.joined", by=by, organization=str(participation.organization), side=participation.side
    )
    return participation


@transaction.atomic
def end_participation(
    participation: Participation,
    *,
    by: User,
    on: date | None = None,
    reason: str = "",
    successor: Participation | None = None,
) -> None:
    """An organization leaves, today unless ``on`` says when, and the roles of its people end with its part.

    A side keeps an organization and a coordinator. Where the lead of a side leaves, ``successor`` leads it; it may be
    left out when only one organization stays.
    """
    partnership = Partnership.objects.select_for_update(of=("self",)).get(pk=participation.partnership_id)
    refuse_unless_open(partnership)
    if partnership.participations.filter(pk=participation.pk, left_on__isnull=False).exists():
        raise ValidationError(_("This organization has already left."), code="ended")
    if missing := missing_to_leave(participation):
        told = "; ".join(str(requirement.text) for requirement in missing)
        raise ValidationError(_("This is still missing: %(missing)s."), code="last", params={"missing": told})
    participation.left_on = on or timezone.localdate()
    participation.leave_reason = reason.strip()
    _refuse_future("left_on", participation.left_on)
    participation.full_clean()
    for member in people_who_leave(participation):
        end_role(member, partnership, by=by)
    participation.save(update_fields=["left_on", "leave_reason"])
    words = {"organization": str(participation.organization), "side": participation.side}
    record(partnership, "organization.left", by=by, **words, reason=participation.leave_reason)
    if participation.is_lead:
        _pass_on_the_lead(participation, successor, partnership, by=by)


def _pass_on_the_lead(
    leaving: Participation, successor: Participation | None, partnership: Partnership, *, by: User
) -> None:
    others = {party.pk: party for party in others_on_its_side(leaving)}
    if any(party.is_lead for party in others.values()):
        return
    if successor is None and len(others) == 1:
        successor = next(iter(others.values()))
    if successor is None or successor.pk not in others:
        raise ValidationError({"successor": _("Say which organization leads this side from now on.")}, code="lead")
    _lead(others[successor.pk], partnership, by=by)


@transaction.atomic
def make_lead(participation: Participation, *, by: User) -> None:
    """From now on this organization leads its side, instead of the one that did."""
    partnership = Partnership.objects.select_for_update(of=("self",)).get(pk=participation.partnership_id)
    refuse_unless_open(partnership)
    current = partnership.participations.current().filter(pk=participation.pk).first()
    if current is None:
        raise ValidationError(_("This organization has already left."), code="ended")
    if current.is_lead:
        raise ValidationError(_("This organization leads its side already."), code="lead")
    _lead(current, partnership, by=by)


def _lead(participation: Participation, partnership: Partnership, *, by: User) -> None:
    partnership.participations.filter(side=participation.side, is_lead=True, left_on__isnull=True).update(is_lead=False)
    participation.is_lead = True
    participation.save(update_fields=["is_lead"])
    words = {"organization": str(participation.organization), "side": participation.side}
    record(partnership, "organization.leads", by=by, **words)


def _refuse_future(field: str, day: date) -> None:
    if day > timezone.localdate():
        raise ValidationError({field: _("Write a day that is not in the future.")}, code="future")


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
    """End a person's role; it stays on record, and with it their access ends. A side keeps its last coordinator."""
    partnership = Partnership.objects.select_for_update(of=("self",)).get(pk=member.partnership_id)
    if not TeamMember.objects.current().filter(pk=member.pk).exists():
        raise ValidationError(_("This role has already ended."), code="ended")
    if missing := missing_to_end(partnership, [member]):
        told = "; ".join(str(requirement.text) for requirement in missing)
        raise ValidationError(_("This is still missing: %(missing)s."), code="missing", params={"missing": told})
    end_role(member, partnership, by=by)


def end_role(member: TeamMember, partnership: Partnership, *, by: User) -> None:
    """End a role in a partnership that is locked already, without asking what its side still needs."""
    # The role ends with yesterday, so that access ends now; one that began today, or later, never really began. What
    # the role owns would lose its owner with the row, and an approved plan would change without anybody's doing.
    yesterday = timezone.localdate() - timedelta(days=1)
    if member.starts_on > yesterday and not _is_named(member):
        member.delete()
    else:
        member.starts_on, member.ends_on = min(member.starts_on, yesterday), yesterday
        member.save(update_fields=["starts_on", "ends_on"])
    record(partnership, "team.left", by=by, person=str(member.contact), role=member.role, side=member.side)


def _is_named(member: TeamMember) -> bool:
    """Does any record name this role: an activity that it owns, a handover that it gave?"""
    pointing = (field for field in TeamMember._meta.get_fields(include_hidden=True) if field.one_to_many)
    return any(link.related_model._base_manager.filter(**{link.field.name: member}).exists() for link in pointing)


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
