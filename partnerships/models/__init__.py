from partnerships.models.acceptance import Acceptance, AgreementNotice, AgreementRevision
from partnerships.models.agreement import Agreement, AgreementFile, AgreementParty, AgreementText
from partnerships.models.calendar import CalendarFeed
from partnerships.models.contact import Contact
from partnerships.models.exchange import Exchange, ExchangeApproval
from partnerships.models.exchange_parts import AgendaItem, ExchangeCost
from partnerships.models.follow_up import Comment, FollowUp
from partnerships.models.history import HistoryEntry, record
from partnerships.models.notification import Notification
from partnerships.models.organization import Organization, OrganizationType, Topic
from partnerships.models.partnership import Participation, Partnership, TeamMember
from partnerships.models.phase import CriterionCheck, Phase
from partnerships.models.phase_model import ExitCriterion, PhaseDefinition, PhaseModel
from partnerships.models.plan_version import PlanApproval, PlanVersion
from partnerships.models.programme import Programme
from partnerships.models.risk import Risk
from partnerships.models.travel_data import TravelData, TravelDataLog, TravelDataReader
from partnerships.models.traveller import ChecklistItem, ReportReminder, Traveller
from partnerships.models.workplan import Activity, Dependency, Objective, WorkPlan

__all__ = [
    "Acceptance",
    "Activity",
    "AgendaItem",
    "Agreement",
    "AgreementFile",
    "AgreementNotice",
    "AgreementParty",
    "AgreementRevision",
    "AgreementText",
    "CalendarFeed",
    "ChecklistItem",
    "Comment",
    "Contact",
    "CriterionCheck",
    "Dependency",
    "Exchange",
    "ExchangeApproval",
    "ExchangeCost",
    "ExitCriterion",
    "FollowUp",
    "HistoryEntry",
    "Objective",
    "Notification",
    "Organization",
    "OrganizationType",
    "Participation",
    "Partnership",
    "Phase",
    "PhaseDefinition",
    "PhaseModel",
    "PlanApproval",
    "PlanVersion",
    "Programme",
    "ReportReminder",
    "Risk",
    "TeamMember",
    "Topic",
    "TravelData",
    "TravelDataLog",
    "TravelDataReader",
    "Traveller",
    "WorkPlan",
    "record",
]
