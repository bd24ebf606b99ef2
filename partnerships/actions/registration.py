"""Getting on the list of a workshop, by hand or by its secret address, and off it again."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.models import User, hash_token
from partnerships.actions.seats import fill_seats, state_for_next
from partnerships.actions.workshop import lock_workshop, words_of
from partnerships.models import Registration, Workshop, record
from partnerships.models.calendar import new_token
from partnerships.workshop_emails import send_registered
from partnerships.workshop_states import (
    ATTENDABLE,
    ENROLLING,
    RegistrationSource,
    RegistrationState,
    WorkshopState,
    registration_can_become,
)
from twinning.locking import claim_stamp

MOST_ON_A_LIST = 20_000


@transaction.atomic
def make_registration_link(workshop: Workshop, *, by: User) -> tuple[Workshop, str]:
    """A new secret address for registering; the one before ends. The token is given back once and kept nowhere."""
    locked = lock_workshop(workshop)
    if locked.state not in (WorkshopState.APPROVED, WorkshopState.REGISTRATION_OPEN):
        raise ValidationError(
            _("A workshop that is “%(state)s” takes no registrations by link."),
            code="state",
            params={"state": locked.get_state_display()},
        )
    token = new_token()
    locked.token_hash, locked.token_made_at = hash_token(token), timezone.now()
    locked.save(update_fields=["token_hash", "token_made_at"])
    record(locked.partnership, "workshop.link_made", by=by, **words_of(locked))
    return locked, token


@transaction.atomic
def end_registration_link(workshop: Workshop, *, by: User) -> Workshop:
    locked = lock_workshop(workshop)
    if not locked.token_hash:
        return locked
    locked.token_hash, locked.token_made_at = "", None
    locked.save(update_fields=["token_hash", "token_made_at"])
    record(locked.partnership, "workshop.link_ended", by=by, **words_of(locked))
    return locked


@transaction.atomic
def enrol(registration: Registration, *, by: User, came: bool = False) -> Registration:
    """Put somebody on the list by hand: a seat while there is one, else the end of the waiting list.

    Who ``came`` – without a seat, to a workshop that runs or was just held – has one: no number of seats undoes that.
    """
    locked = lock_workshop(registration.workshop)
    if locked.state not in ENROLLING:
        raise ValidationError(
            _("Nobody is put on the list of a workshop that is “%(state)s”."),
            code="state",
            params={"state": locked.get_state_display()},
        )
    registration.source = RegistrationSource.HAND
    if came:
        _refuse_unless_begun(locked)
    return _put_on_the_list(registration, locked, came=came)


@transaction.atomic
def seat_who_came(registration: Registration, *, by: User) -> Registration:
    """Give a seat to somebody who waited for one and came, whoever stands before them and whatever is free."""
    workshop = lock_workshop(registration.workshop)
    locked = Registration.objects.select_for_update(of=("self",)).get(pk=registration.pk)
    _refuse_unless_begun(workshop)
    if not registration_can_become(locked.state, RegistrationState.SEATED):
        raise ValidationError(_("This person is not on the waiting list any more."), code="transition")
    locked.state = RegistrationState.SEATED
    locked.save(update_fields=["state"])
    record(workshop.partnership, "workshop.list_changed", by=by, **words_of(workshop))
    return locked


def _refuse_unless_begun(workshop: Workshop) -> None:
    if workshop.state not in ATTENDABLE:
        raise ValidationError(
            _("Nobody has come yet to a workshop that is “%(state)s”."),
            code="state",
            params={"state": workshop.get_state_display()},
        )


@transaction.atomic
def enrol_all(registrations: list[Registration], *, source: str, by: User) -> None:
    """Put many people on the list of one workshop by hand, in their order; ``source`` is the file they stood in."""
    for registration in registrations:
        enrol(registration, by=by)
    workshop = registrations[0].workshop
    record(
        workshop.partnership, "workshop.list_imported", by=by, **words_of(workshop, n=len(registrations), file=source)
    )


@transaction.atomic
def register(registration: Registration, *, token: str) -> tuple[Registration, str]:
    """Register by the secret address ``token``; gives back the row and the token of its private page."""
    locked = lock_workshop(registration.workshop)
    if locked.state != WorkshopState.REGISTRATION_OPEN or locked.token_hash != hash_token(token):
        raise ValidationError(_("The registration is closed."), code="closed")
    own = new_token()
    registration.source = RegistrationSource.LINK
    registration.consented_at = timezone.now()
    registration.token_hash = hash_token(own)
    registration.language = get_language() or ""
    _put_on_the_list(registration, locked)
    transaction.on_commit(lambda: send_registered(registration, own), robust=True)
    return registration, own


def _put_on_the_list(registration: Registration, workshop: Workshop, *, came: bool = False) -> Registration:
    """The workshop's row is locked: of two who want the last seat at once, the second one sees the first."""
    registration.workshop = workshop
    registration.email = registration.email.lower()
    if workshop.registrations.count() >= MOST_ON_A_LIST:
        raise ValidationError(_("The list of this workshop is full."), code="full")
    on_list = workshop.registrations.exclude(state=RegistrationState.LEFT)
    if registration.email and on_list.filter(email=registration.email).exists():
        raise ValidationError({"email": _("This address is on the list already.")}, code="twice")
    registration.state = RegistrationState.SEATED if came else state_for_next(workshop)
    registration.full_clean(exclude=["language"])
    registration.save()
    return registration


@transaction.atomic
def leave(registration: Registration) -> list[Registration]:
    """Take somebody off the list; gives back who got the seat. Their attendance and results go with them."""
    workshop = lock_workshop(registration.workshop)
    locked = Registration.objects.select_for_update(of=("self",)).get(pk=registration.pk)
    if workshop.state not in ENROLLING:
        raise ValidationError(
            _("The list of a workshop that is “%(state)s” is not changed any more."),
            code="state",
            params={"state": workshop.get_state_display()},
        )
    if not registration_can_become(locked.state, RegistrationState.LEFT):
        raise ValidationError(_("This person is not on the list any more."), code="transition")
    if locked.attendances.filter(was_there=True).exists():
        raise ValidationError(
            _("%(name)s was there in a session and stays on the list."), code="held", params={"name": locked.name}
        )
    locked.state, locked.left_at = RegistrationState.LEFT, timezone.now()
    locked.save(update_fields=["state", "left_at"])
    locked.attendances.all().delete()
    locked.results.all().delete()
    registration.state, registration.left_at = locked.state, locked.left_at
    return fill_seats(workshop)


@transaction.atomic
def change_person(registration: Registration, *, seen_stamp: str, by: User) -> Registration:
    """Put right how somebody is written, if nobody else did since ``seen_stamp``; otherwise StaleError. Certificates
    that were issued stay as they are."""
    workshop = lock_workshop(registration.workshop)
    if workshop.state in (WorkshopState.CLOSED, WorkshopState.CANCELLED):
        raise ValidationError(_("This workshop is over; its list stays as it is."), code="state")
    claim_stamp(registration, seen_stamp, *Registration.EDITED)
    registration.email = registration.email.lower()
    registration.full_clean(exclude=["language"])
    registration.save(update_fields=list(Registration.EDITED))
    record(workshop.partnership, "workshop.list_changed", by=by, **words_of(workshop))
    return registration
