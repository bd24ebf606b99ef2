"""What a work plan, its objectives, activities and risks may become. The one place that knows."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class PlanState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    PROPOSED = "proposed", _("Proposed")
    APPROVED = "approved", _("Approved by both sides")
    AMENDED = "amended", _("Being amended")


PLAN_TRANSITIONS: dict[str, tuple[str, ...]] = {
    PlanState.DRAFT: (PlanState.PROPOSED,),
    # Taken back, returned or edited: to where it came from.
    PlanState.PROPOSED: (PlanState.APPROVED, PlanState.DRAFT, PlanState.AMENDED),
    PlanState.APPROVED: (PlanState.AMENDED,),
    PlanState.AMENDED: (PlanState.PROPOSED, PlanState.APPROVED),
}


def plan_can_become(current: str, new: str) -> bool:
    return new in PLAN_TRANSITIONS.get(current, ())


class Progress(models.TextChoices):
    """How far an objective or activity is. Whether it is late is worked out from its dates."""

    PLANNED = "planned", _("Planned")
    UNDER_WAY = "under_way", _("Under way")
    DONE = "done", _("Done")
    CANCELLED = "cancelled", _("Cancelled")


PROGRESS_TRANSITIONS: dict[str, tuple[str, ...]] = {
    Progress.PLANNED: (Progress.UNDER_WAY, Progress.DONE, Progress.CANCELLED),
    Progress.UNDER_WAY: (Progress.DONE, Progress.PLANNED, Progress.CANCELLED),
    Progress.DONE: (Progress.UNDER_WAY,),
    Progress.CANCELLED: (Progress.PLANNED,),
}
OPEN_PROGRESS = (Progress.PLANNED, Progress.UNDER_WAY)
PROGRESS_NEEDS_REASON = (Progress.CANCELLED,)


def progress_can_become(current: str, new: str) -> bool:
    return new in PROGRESS_TRANSITIONS.get(current, ())


class RiskState(models.TextChoices):
    OPEN = "open", _("Open: we are acting")
    WATCHING = "watching", _("Watching: measures are in place")
    HAPPENED = "happened", _("It happened")
    CLOSED = "closed", _("Closed: no longer a risk")


RISK_TRANSITIONS: dict[str, tuple[str, ...]] = {
    RiskState.OPEN: (RiskState.WATCHING, RiskState.HAPPENED, RiskState.CLOSED),
    RiskState.WATCHING: (RiskState.OPEN, RiskState.HAPPENED, RiskState.CLOSED),
    RiskState.HAPPENED: (RiskState.OPEN, RiskState.WATCHING, RiskState.CLOSED),
    RiskState.CLOSED: (RiskState.OPEN,),
}
LIVE_RISKS = (RiskState.OPEN, RiskState.WATCHING)
RISK_NEEDS_REASON = (RiskState.HAPPENED, RiskState.CLOSED)


def risk_can_become(current: str, new: str) -> bool:
    return new in RISK_TRANSITIONS.get(current, ())


class RiskLevel(models.TextChoices):
    LOW = "low", _("Low")
    MEDIUM = "medium", _("Medium")
    HIGH = "high", _("High")
    VERY_HIGH = "very_high", _("Very high")


def risk_level(likelihood: int, impact: int) -> RiskLevel:
    """The level of a risk by its marks from 1 to 5, on the scale of the toolkit's risk register (2.6).

    An impact of 5 is never rated lower than high, however unlikely it seems.
    """
    score = likelihood * impact
    if score >= 15:
        return RiskLevel.VERY_HIGH
    if score >= 10 or impact == 5:
        return RiskLevel.HIGH
    return RiskLevel.MEDIUM if score >= 5 else RiskLevel.LOW


class ActivityKind(models.TextChoices):
    EXCHANGE = "exchange", _("Exchange")
    WORKSHOP = "workshop", _("Workshop")
    MENTORING = "mentoring", _("Mentoring")
    ONLINE = "online", _("Online collaboration")
    RESOURCE_SHARING = "resource_sharing", _("Resource sharing")
    PROCUREMENT = "procurement", _("Procurement")
    RESEARCH = "research", _("Research")
    COORDINATION = "coordination", _("Coordination")
    OTHER = "other", _("Other")


class RiskCategory(models.TextChoices):
    PEOPLE = "people", _("People: staff, time, turnover")
    TRAVEL = "travel", _("Travel and security")
    CLINICAL = "clinical", _("Clinical")
    SAFEGUARDING = "safeguarding", _("Safeguarding")
    FINANCE = "finance", _("Finance and fraud")
    POLITICAL = "political", _("Politics and government")
    DATA = "data", _("Data and confidentiality")
    REPUTATION = "reputation", _("Reputation")
    SUPPLY = "supply", _("Supplies and equipment")
    CONNECTIVITY = "connectivity", _("Internet and electricity")


class RiskResponse(models.TextChoices):
    AVOID = "avoid", _("Avoid it")
    REDUCE = "reduce", _("Make it less likely or less bad")
    SHARE = "share", _("Hand it to others, such as an insurer")
    ACCEPT = "accept", _("Accept it knowingly")


class Likelihood(models.IntegerChoices):
    RARE = 1, _("1 · Rare")
    UNLIKELY = 2, _("2 · Unlikely")
    POSSIBLE = 3, _("3 · Possible")
    LIKELY = 4, _("4 · Likely")
    CERTAIN = 5, _("5 · Nearly certain")


class Impact(models.IntegerChoices):
    SLIGHT = 1, _("1 · Hardly felt")
    MINOR = 2, _("2 · Small")
    MODERATE = 3, _("3 · Clear")
    MAJOR = 4, _("4 · Serious")
    SEVERE = 5, _("5 · Very serious")
