"""What an award asks for, and what the report of a reporting period may become. The one place that knows.

Upcoming, open, due and late are no states: they are worked out from the dates (ReportingPeriod.standing).
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Frequency(models.TextChoices):
    NONE = "none", _("No regular reports")
    MONTHLY = "monthly", _("Every month")
    QUARTERLY = "quarterly", _("Every three months")
    HALF_YEARLY = "half_yearly", _("Every six months")
    YEARLY = "yearly", _("Every year")


MONTHS_OF: dict[str, int] = {
    Frequency.MONTHLY: 1,
    Frequency.QUARTERLY: 3,
    Frequency.HALF_YEARLY: 6,
    Frequency.YEARLY: 12,
}


class CostShare(models.TextChoices):
    """What the donor wants the partners to bring themselves, in cash or in kind."""

    NONE = "none", _("None")
    PERCENT = "percent", _("A percentage of the award")
    AMOUNT = "amount", _("A fixed amount")


class PeriodState(models.TextChoices):
    EXPECTED = "expected", _("Not sent yet")
    SUBMITTED = "submitted", _("Sent to the donor")
    UNDER_REVIEW = "under_review", _("Under review by the donor")
    RETURNED = "returned", _("Returned by the donor")
    ACCEPTED = "accepted", _("Accepted by the donor")
    LOCKED = "locked", _("Locked")
    WAIVED = "waived", _("Not needed")


PERIOD_TRANSITIONS: dict[str, tuple[str, ...]] = {
    PeriodState.EXPECTED: (PeriodState.SUBMITTED, PeriodState.WAIVED),
    # Few donors say that they have begun to read; their answer may come without.
    PeriodState.SUBMITTED: (PeriodState.UNDER_REVIEW, PeriodState.ACCEPTED, PeriodState.RETURNED),
    PeriodState.UNDER_REVIEW: (PeriodState.ACCEPTED, PeriodState.RETURNED),
    PeriodState.RETURNED: (PeriodState.SUBMITTED,),
    PeriodState.ACCEPTED: (PeriodState.LOCKED,),
    PeriodState.LOCKED: (),
    PeriodState.WAIVED: (PeriodState.EXPECTED,),
}
# States in which somebody still has to send the report.
TO_SEND = (PeriodState.EXPECTED, PeriodState.RETURNED)
# States in which nothing more is done about the report.
SETTLED = (PeriodState.LOCKED, PeriodState.WAIVED)
PERIOD_NEEDS_REASON = (PeriodState.RETURNED, PeriodState.WAIVED)


def period_can_become(current: str, new: str) -> bool:
    return new in PERIOD_TRANSITIONS.get(current, ())


class Standing(models.TextChoices):
    """Where a report that is still to be sent stands today."""

    UPCOMING = "upcoming", _("Upcoming")
    OPEN = "open", _("Under way")
    DUE = "due", _("Due")
    LATE = "late", _("Late")


class StaffRole(models.TextChoices):
    MANAGER = "manager", _("Programme manager")
    OFFICER = "officer", _("Programme officer")
