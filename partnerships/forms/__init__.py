from partnerships.forms.agreement import AcceptForm, AgreementForm, EnterForm, TerminateForm, TextForm, UploadForm
from partnerships.forms.contact import ContactForm
from partnerships.forms.follow_up import CommentForm, FollowUpForm
from partnerships.forms.organization import OrganizationForm
from partnerships.forms.partnership import PartnershipEditForm, PartnershipForm
from partnerships.forms.phase import CriterionForm, MoveForm, StatusForm
from partnerships.forms.programme import ProgrammeForm
from partnerships.forms.team import MemberForm, PartyForm

__all__ = [
    "AcceptForm",
    "AgreementForm",
    "CommentForm",
    "ContactForm",
    "CriterionForm",
    "EnterForm",
    "FollowUpForm",
    "MemberForm",
    "MoveForm",
    "OrganizationForm",
    "PartnershipEditForm",
    "PartnershipForm",
    "PartyForm",
    "ProgrammeForm",
    "StatusForm",
    "TerminateForm",
    "TextForm",
    "UploadForm",
]
