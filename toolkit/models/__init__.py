from toolkit.models.document import ABOUT_WITH_NAMES, Document
from toolkit.models.example import WorkedExample
from toolkit.models.incoming import Incoming
from toolkit.models.learning import Feedback, ToolDay
from toolkit.models.library import Section, Tool
from toolkit.models.presence import Presence
from toolkit.models.proposal import Proposal
from toolkit.models.response import AnswerChange, Attachment, PartSubmission, PostReceipt, Response, Submission
from toolkit.models.share_link import ShareLink
from toolkit.models.version import ToolVersion

__all__ = [
    "ABOUT_WITH_NAMES",
    "AnswerChange",
    "Attachment",
    "Document",
    "Feedback",
    "Incoming",
    "PartSubmission",
    "PostReceipt",
    "Presence",
    "Proposal",
    "Response",
    "Section",
    "ShareLink",
    "Submission",
    "Tool",
    "ToolDay",
    "ToolVersion",
    "WorkedExample",
]
