from partnerships.models.calendar import CalendarFeed
from partnerships.models.contact import Contact
from partnerships.models.follow_up import Comment, FollowUp
from partnerships.models.history import HistoryEntry, record
from partnerships.models.notification import Notification
from partnerships.models.organization import Organization, OrganizationType, Topic
from partnerships.models.partnership import Participation, Partnership, TeamMember
from partnerships.models.phase import CriterionCheck, Phase
from partnerships.models.phase_model import ExitCriterion, PhaseDefinition, PhaseModel
from partnerships.models.programme import Programme

__all__ = [
    "CalendarFeed",
    "Comment",
    "Contact",
    "CriterionCheck",
    "ExitCriterion",
    "FollowUp",
    "HistoryEntry",
    "Notification",
    "Organization",
    "OrganizationType",
    "Participation",
    "Partnership",
    "Phase",
    "PhaseDefinition",
    "PhaseModel",
    "Programme",
    "TeamMember",
    "Topic",
    "record",
]
