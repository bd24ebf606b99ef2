"""Acts on the directory: organizations and contacts."""

from collections.abc import Iterable

from django.db import transaction

from accounts.models import User
from partnerships.actions.names import free_slug
from partnerships.models import Contact, Organization, Programme
from twinning.locking import claim_version


@transaction.atomic
def create_organization(organization: Organization, *, topics: Iterable = (), by: User) -> Organization:
    organization.slug = free_slug(Organization, organization.short_name or organization.name)
    organization.full_clean()
    organization._history_user = by
    organization.save()
    organization.topics.set(topics)
    return organization


@transaction.atomic
def change_organization(organization: Organization, *, seen_version: int, topics: Iterable, by: User) -> Organization:
    """Save edits if nobody else saved since ``seen_version``; otherwise StaleError."""
    claim_version(organization, seen_version)
    organization.full_clean()
    organization._history_user = by
    organization.save()
    organization.topics.set(topics)
    return organization


@transaction.atomic
def create_contact(contact: Contact, *, by: User) -> Contact:
    contact.full_clean()
    contact._history_user = by
    contact.save()
    return contact


@transaction.atomic
def contact_of(user: User, *, by: User) -> Contact:
    """The person behind an account, so that things can be asked of them: theirs, the one with their e-mail, or new."""
    own = Contact.objects.filter(user=user).first()
    if own is not None:
        return own
    same = Contact.objects.filter(email__iexact=user.email, user=None)
    if same.count() == 1:
        contact = same.get()
        contact.user = user
        contact._history_user = by
        contact.save(update_fields=["user"])
        return contact
    return create_contact(Contact(name=user.name, email=user.email, time_zone=user.time_zone, user=user), by=by)


@transaction.atomic
def change_contact(contact: Contact, *, seen_version: int, by: User) -> Contact:
    """Save edits if nobody else saved since ``seen_version``; otherwise StaleError."""
    claim_version(contact, seen_version)
    contact.full_clean()
    contact._history_user = by
    contact.save()
    return contact


@transaction.atomic
def create_programme(programme: Programme) -> Programme:
    programme.slug = free_slug(Programme, programme.name)
    programme.full_clean()
    programme.save()
    return programme


@transaction.atomic
def change_programme(programme: Programme, *, seen_version: int) -> Programme:
    """Save edits if nobody else saved since ``seen_version``; otherwise StaleError."""
    claim_version(programme, seen_version)
    programme.full_clean()
    programme.save()
    return programme
