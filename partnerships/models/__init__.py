from partnerships.models.acceptance import Acceptance, AgreementNotice, AgreementRevision
from partnerships.models.agreement import Agreement, AgreementFile, AgreementParty, AgreementText
from partnerships.models.award import Award, AwardShare, ReportingPeriod
from partnerships.models.calendar import CalendarFeed
from partnerships.models.contact import Contact
from partnerships.models.contribution import Contribution, ContributionFile, DismissedSource
from partnerships.models.exchange import Exchange, ExchangeApproval
from partnerships.models.exchange_parts import AgendaItem, ExchangeCost
from partnerships.models.follow_up import Comment, FollowUp
from partnerships.models.handover import Handover
from partnerships.models.history import HistoryEntry, record
from partnerships.models.locked_figures import LockedFigures
from partnerships.models.meeting import Attendee, Meeting
from partnerships.models.notification import Notification
from partnerships.models.organization import Organization, OrganizationType, Topic
from partnerships.models.outbox import ADDRESS, OutgoingMail
from partnerships.models.participant import Attendance, Certificate, Evaluation, Registration, TestResult
from partnerships.models.partnership import Participation, Partnership, TeamMember
from partnerships.models.phase import CriterionCheck, Phase
from partnerships.models.phase_model import ExitCriterion, PhaseDefinition, PhaseModel
from partnerships.models.plan_version import PlanApproval, PlanVersion
from partnerships.models.programme import Programme, ProgrammeStaff
from partnerships.models.rate import ExchangeRate, RoleRate
from partnerships.models.resource import ResourceFile, SharedResource
from partnerships.models.risk import Risk
from partnerships.models.transfer import Transfer, TransferItem
from partnerships.models.transfer_parts import CheckFinding, TransferCheck, TransferCost
from partnerships.models.travel_data import TravelData, TravelDataLog, TravelDataReader
from partnerships.models.traveller import ChecklistItem, ReportReminder, Traveller
from partnerships.models.workplan import Activity, Dependency, Objective, WorkPlan
from partnerships.models.workshop import Trainer, Workshop, WorkshopSession

__all__ = [
    "ADDRESS",
    "Acceptance",
    "Activity",
    "AgendaItem",
    "Agreement",
    "AgreementFile",
    "AgreementNotice",
    "AgreementParty",
    "AgreementRevision",
    "AgreementText",
    "Award",
    "AwardShare",
    "Attendance",
    "Attendee",
    "CalendarFeed",
    "Certificate",
    "CheckFinding",
    "ChecklistItem",
    "Comment",
    "Contact",
    "Contribution",
    "ContributionFile",
    "CriterionCheck",
    "Dependency",
    "Evaluation",
    "DismissedSource",
    "ExchangeRate",
    "Exchange",
    "ExchangeApproval",
    "ExchangeCost",
    "ExitCriterion",
    "FollowUp",
    "Handover",
    "HistoryEntry",
    "LockedFigures",
    "Meeting",
    "Objective",
    "Notification",
    "Organization",
    "OrganizationType",
    "OutgoingMail",
    "Participation",
    "Partnership",
    "Phase",
    "PhaseDefinition",
    "PhaseModel",
    "PlanApproval",
    "PlanVersion",
    "Programme",
    "ProgrammeStaff",
    "ReportingPeriod",
    "Registration",
    "ReportReminder",
    "ResourceFile",
    "Risk",
    "RoleRate",
    "SharedResource",
    "TeamMember",
    "TestResult",
    "Topic",
    "Trainer",
    "Transfer",
    "TransferCheck",
    "TransferCost",
    "TransferItem",
    "TravelData",
    "TravelDataLog",
    "TravelDataReader",
    "Traveller",
    "WorkPlan",
    "Workshop",
    "WorkshopSession",
    "record",
]
