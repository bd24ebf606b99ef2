from partnerships.models.acceptance import Acceptance, AgreementNotice, AgreementRevision
from partnerships.models.agreement import Agreement, AgreementFile, AgreementParty, AgreementText
from partnerships.models.contact import Contact
from partnerships.models.history import HistoryEntry, record
from partnerships.models.organization import Organization, OrganizationType, Topic
from partnerships.models.partnership import Participation, Partnership, TeamMember
from partnerships.models.phase import CriterionCheck, Phase
from partnerships.models.phase_model import ExitCriterion, PhaseDefinition, PhaseModel
from partnerships.models.programme import Programme

__all__ = [
    "Acceptance",
    "Agreement",
    "AgreementFile",
    "AgreementNotice",
    "AgreementParty",
    "AgreementRevision",
    "AgreementText",
    "Contact",
    "CriterionCheck",
    "ExitCriterion",
    "HistoryEntry",
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
