"""What the status of a partnership and the state of a phase may become. The one place that knows.

Source: the lifecycle of a twinning partnership as programmes run it; status and phase are two different things.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Status(models.TextChoices):
    PROPOSED = "proposed", _("Proposed")
    FORMING = "forming", _("Forming")
    ACTIVE = "active", _("Active")
    ON_HOLD = "on_hold", _("On hold")
    GRADUATING = "graduating", _("Graduating")
    GRADUATED = "graduated", _("Graduated")
    CLOSED = "closed", _("Closed")
    TERMINATED = "terminated", _("Terminated")
    DECLINED = "declined", _("Declined")


TRANSITIONS: dict[str, tuple[str, ...]] = {
    Status.PROPOSED: (Status.FORMING, Status.DECLINED),
    Status.FORMING: (Status.ACTIVE, Status.DECLINED, Status.TERMINATED),
    Status.ACTIVE: (Status.GRADUATING, Status.ON_HOLD, Status.TERMINATED),
    Status.ON_HOLD: (Status.ACTIVE, Status.TERMINATED),
    Status.GRADUATING: (Status.GRADUATED, Status.CLOSED, Status.ACTIVE, Status.TERMINATED),
    Status.GRADUATED: (),
    Status.CLOSED: (),
    Status.TERMINATED: (),
    Status.DECLINED: (),
}

# Statuses in which work goes on: documents may be started, links sent, phases moved.
OPEN_STATUSES = (Status.PROPOSED, Status.FORMING, Status.ACTIVE, Status.GRADUATING)
# Statuses that nothing comes after: no phase is being worked on, whatever state it was left in.
ENDED_STATUSES = tuple(status for status, nexts in TRANSITIONS.items() if not nexts)
# Moves that nobody should make without saying why.
NEEDS_REASON = (Status.ON_HOLD, Status.TERMINATED, Status.DECLINED, Status.CLOSED)
# Steps that are for both sides to agree to, and steps that the lead of a side may take.
STEPS_OF_BOTH_SIDES = (
    (Status.FORMING, Status.ACTIVE),
    (Status.ACTIVE, Status.GRADUATING),
    (Status.GRADUATING, Status.GRADUATED),
)
STEPS_OF_LEADS = (
    *STEPS_OF_BOTH_SIDES,
    (Status.ACTIVE, Status.ON_HOLD),
    *((old, Status.TERMINATED) for old, nexts in TRANSITIONS.items() if Status.TERMINATED in nexts),
)


def can_become(current: str, new: str) -> bool:
    return new in TRANSITIONS.get(current, ())


class PhaseState(models.TextChoices):
    PLANNED = "planned", _("Planned")
    OPEN = "open", _("Open")
    DONE = "done", _("Done")
    SKIPPED = "skipped", _("Skipped")


PHASE_TRANSITIONS: dict[str, tuple[str, ...]] = {
    PhaseState.PLANNED: (PhaseState.OPEN, PhaseState.SKIPPED),
    PhaseState.OPEN: (PhaseState.DONE, PhaseState.PLANNED),
    PhaseState.DONE: (PhaseState.OPEN,),
    PhaseState.SKIPPED: (PhaseState.OPEN,),
}
PHASE_NEEDS_REASON = (PhaseState.SKIPPED,)


def phase_can_become(current: str, new: str) -> bool:
    return new in PHASE_TRANSITIONS.get(current, ())


class FollowUpState(models.TextChoices):
    OPEN = "open", _("Open")
    DONE = "done", _("Done")
    DROPPED = "dropped", _("Dropped")


FOLLOW_UP_TRANSITIONS: dict[str, tuple[str, ...]] = {
    FollowUpState.OPEN: (FollowUpState.DONE, FollowUpState.DROPPED),
    FollowUpState.DONE: (FollowUpState.OPEN,),
    FollowUpState.DROPPED: (FollowUpState.OPEN,),
}
FOLLOW_UP_NEEDS_REASON = (FollowUpState.DROPPED,)
# Statuses of a partnership in which people still write to one another: what rests is asked about again some day, and
# graduates have their follow-up after a year. What is open can be closed in every status.
FOLLOWED_STATUSES = (*OPEN_STATUSES, Status.ON_HOLD, Status.GRADUATED)


def follow_up_can_become(current: str, new: str) -> bool:
    return new in FOLLOW_UP_TRANSITIONS.get(current, ())


class Priority(models.TextChoices):
    HIGH = "high", _("High")
    NORMAL = "normal", _("Normal")
    LOW = "low", _("Low")


class NoticeKind(models.TextChoices):
    """What a person is told of."""

    MENTIONED = "mentioned", _("Somebody mentioned you")
    ASSIGNED = "assigned", _("Something was given to you")
    DUE = "due", _("Due soon")
    OVERDUE = "overdue", _("Overdue")
    WAITS = "waits", _("Something waits for you")


class Side(models.TextChoices):
    """The two sides of a partnership; a programme may call them by other names."""

    HOST = "host", _("Host side")
    RESOURCE = "resource", _("Resource side")


class TeamRole(models.TextChoices):
    LEAD = "lead", _("Lead")
    COORDINATOR = "coordinator", _("Coordinator")
    ALTERNATE = "alternate", _("Alternate coordinator")
    TECHNICAL = "technical", _("Technical lead")
    MONITORING = "monitoring", _("Monitoring and evaluation")
    FINANCE = "finance", _("Finance")
    COMMUNICATIONS = "communications", _("Communications")
    MEMBER = "member", _("Member")


class ToolkitSection(models.TextChoices):
    """The six sections of the toolkit; every phase of every phase model belongs to one."""

    INITIATE = "initiate", _("Initiating the partnership")
    WORKPLAN = "workplan", _("Developing a shared work plan")
    IMPLEMENT = "implement", _("Implementing the programme")
    MONITOR = "monitor", _("Programme monitoring")
    EVALUATE = "evaluate", _("Evaluation of results")
    DISSEMINATE = "disseminate", _("Disseminating information")
