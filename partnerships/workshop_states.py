"""What the states of workshops, registrations and their kin may become. The one place that knows.

A workshop goes one step at a time and never back; a postponed one is planned anew.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class WorkshopMode(models.TextChoices):
    ON_SITE = "on_site", _("On site")
    VIRTUAL = "virtual", _("Virtual")
    BLENDED = "blended", _("Blended")


class WorkshopState(models.TextChoices):
    IDEA = "idea", _("Idea")
    PLANNED = "planned", _("Planned")
    APPROVED = "approved", _("Approved")
    REGISTRATION_OPEN = "registration_open", _("Registration open")
    REGISTRATION_CLOSED = "registration_closed", _("Registration closed")
    RUNNING = "running", _("Running")
    DELIVERED = "delivered", _("Delivered")
    RESULTS_ENTERED = "results_entered", _("Results entered")
    CLOSED = "closed", _("Closed")
    POSTPONED = "postponed", _("Postponed")
    CANCELLED = "cancelled", _("Cancelled")


S = WorkshopState
WORKSHOP_TRANSITIONS: dict[str, tuple[str, ...]] = {
    S.IDEA: (S.PLANNED, S.CANCELLED),
    S.PLANNED: (S.APPROVED, S.POSTPONED, S.CANCELLED),
    S.APPROVED: (S.REGISTRATION_OPEN, S.POSTPONED, S.CANCELLED),
    S.REGISTRATION_OPEN: (S.REGISTRATION_CLOSED, S.POSTPONED, S.CANCELLED),
    S.REGISTRATION_CLOSED: (S.RUNNING, S.POSTPONED, S.CANCELLED),
    S.RUNNING: (S.DELIVERED, S.POSTPONED, S.CANCELLED),
    S.DELIVERED: (S.RESULTS_ENTERED,),
    S.RESULTS_ENTERED: (S.CLOSED,),
    S.CLOSED: (),
    S.POSTPONED: (S.PLANNED, S.CANCELLED),
    S.CANCELLED: (),
}
WORKSHOP_NEEDS_REASON = (S.POSTPONED, S.CANCELLED)
# While plan, sessions and trainers may be changed.
PLANNABLE = (S.IDEA, S.PLANNED, S.APPROVED, S.REGISTRATION_OPEN, S.REGISTRATION_CLOSED, S.RUNNING, S.POSTPONED)
# While people may be put on the list by hand: from the approval to the day on which the results stand.
ENROLLING = (S.APPROVED, S.REGISTRATION_OPEN, S.REGISTRATION_CLOSED, S.RUNNING, S.DELIVERED)
# While attendance may be written down, and tests and evaluations may be.
ATTENDABLE = (S.RUNNING, S.DELIVERED)
# Attendance that was written down wrong is put right here, with a reason, for whoever has no certificate.
CORRECTABLE = (S.RESULTS_ENTERED,)
RESULTS = (S.RUNNING, S.DELIVERED, S.RESULTS_ENTERED)
CERTIFYING = (S.RESULTS_ENTERED, S.CLOSED)
# Held: what its trainers gave counts.
HELD = (S.DELIVERED, S.RESULTS_ENTERED, S.CLOSED)
# Takes place, or may: its rooms and trainers are taken.
LIVE = tuple(state for state in S.values if state not in (S.POSTPONED, S.CANCELLED))


def workshop_can_become(current: str, new: str) -> bool:
    return new in WORKSHOP_TRANSITIONS.get(current, ())


class RegistrationState(models.TextChoices):
    SEATED = "seated", _("Has a seat")
    WAITING = "waiting", _("On the waiting list")
    LEFT = "left", _("Gave up the seat")


REGISTRATION_TRANSITIONS: dict[str, tuple[str, ...]] = {
    RegistrationState.WAITING: (RegistrationState.SEATED, RegistrationState.LEFT),
    RegistrationState.SEATED: (RegistrationState.LEFT,),
    RegistrationState.LEFT: (),
}


def registration_can_become(current: str, new: str) -> bool:
    return new in REGISTRATION_TRANSITIONS.get(current, ())


class RegistrationSource(models.TextChoices):
    HAND = "hand", _("Added by hand")
    LINK = "link", _("Registered by link")


class AttendanceSource(models.TextChoices):
    SHEET = "sheet", _("Sign-in sheet")
    PHONE = "phone", _("Phone")
    MEETING = "meeting", _("Participant list")


class TestMoment(models.TextChoices):
    __test__ = False

    PRE = "pre", _("Before")
    POST = "post", _("After")
