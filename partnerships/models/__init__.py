from partnerships.models.acceptance import Acceptance, AgreementNotice, AgreementRevision
from partnerships.models.agreement import Agreement, AgreementFile, AgreementParty, AgreementText
from partnerships.models.award import Award, AwardShare, ReportingPeriod
from partnerships.models.calendar import CalendarFeed
from partnerships.models.contact import Contact
from partnerships.models.follow_up import Comment, FollowUp
from partnerships.models.handover import Handover
from partnerships.models.history import HistoryEntry, record
from partnerships.models.notification import Notification
from partnerships.models.organization import Organization, OrganizationType, Topic
from partnerships.models.participant import Attendance, Certificate, Evaluation, Registration, TestResult
from partnerships.models.partnership import Participation, Partnership, TeamMember
from partnerships.models.phase import CriterionCheck, Phase
from partnerships.models.phase_model import ExitCriterion, PhaseDefinition, PhaseModel
from partnerships.models.plan_version import PlanApproval, PlanVersion
from partnerships.models.programme import Programme, ProgrammeStaff
from partnerships.models.risk import Risk
from partnerships.models.workplan import Activity, Dependency, Objective, WorkPlan
from partnerships.models.workshop import Trainer, Workshop, WorkshopSession

__all__ = [
    "Acceptance",
    "Activity",
    "Agreement",
    "AgreementFile",
    "AgreementNotice",
    "AgreementParty",
    "AgreementRevision",
    "AgreementText",
    "Award",
    "AwardShare",
    "Attendance",
    "CalendarFeed",
    "Certificate",
    "Comment",
    "Contact",
    "CriterionCheck",
    "Dependency",
    "Evaluation",
    "ExitCriterion",
    "FollowUp",
    "Handover",
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
    "ProgrammeStaff",
    "ReportingPeriod",
    "Registration",
    "Risk",
    "TeamMember",
    "TestResult",
    "Topic",
    "Trainer",
    "WorkPlan",
    "Workshop",
    "WorkshopSession",
    "record",
]
