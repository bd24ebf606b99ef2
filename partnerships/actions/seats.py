"""Seats of a workshop. Whoever calls these holds the lock on the workshop's row, so that no seat is given twice."""

from __future__ import annotations

from django.db import transaction

from partnerships.models import Registration, Workshop
from partnerships.workshop_emails import send_seat
from partnerships.workshop_states import ATTENDABLE, ENROLLING, RegistrationState


def seats_left(workshop: Workshop) -> int | None:
    """How many seats are free; None when there is no limit."""
    if workshop.capacity is None:
        return None
    return max(0, workshop.capacity - workshop.registrations.seated().count())


def state_for_next(workshop: Workshop) -> RegistrationState:
    """A seat, or the end of the waiting list. Nobody overtakes those who wait."""
    left = seats_left(workshop)
    is_free = left is None or left > workshop.registrations.waiting().count()
    return RegistrationState.SEATED if is_free else RegistrationState.WAITING


def fill_seats(workshop: Workshop) -> list[Registration]:
    """Give the free seats to those who wait, the first ones first; they are told.

    From the start of the workshop on nobody is called: a seat is then for who came, and given by hand.
    """
    if workshop.state not in ENROLLING or workshop.state in ATTENDABLE:
        return []
    left = seats_left(workshop)
    waiting = workshop.registrations.waiting()
    seated = list(waiting if left is None else waiting[:left])
    for person in seated:
        person.state = RegistrationState.SEATED
        person.save(update_fields=["state"])
        person.workshop = workshop
        transaction.on_commit(lambda person=person: send_seat(person), robust=True)
    return seated
