from toolkit.models.document import ABOUT_WITH_NAMES, Document
from toolkit.models.example import WorkedExample
from toolkit.models.handed import HandedFile
from toolkit.models.incoming import Incoming
from toolkit.models.learning import Feedback, ToolDay
from toolkit.models.library import Section, Tool
from toolkit.models.link_visit import LinkVisit
from toolkit.models.presence import Presence
from toolkit.models.proposal import Proposal
from toolkit.models.response import AnswerChange, Attachment, PartSubmission, PostReceipt, Response, Submission
from toolkit.models.review import Decision, FieldComment, ReturnedPoint
from toolkit.models.share_link import ShareLink
from toolkit.models.signature import Signature
from toolkit.models.version import ToolVersion

__all__ = [
    "ABOUT_WITH_NAMES",
    "AnswerChange",
    "Attachment",
    "Decision",
    "Document",
    "Feedback",
    "FieldComment",
    "HandedFile",
    "Incoming",
    "PartSubmission",
    "PostReceipt",
    "LinkVisit",
    "Presence",
    "Proposal",
    "Response",
    "ReturnedPoint",
    "Section",
    "ShareLink",
    "Signature",
    "Submission",
    "Tool",
    "ToolDay",
    "ToolVersion",
    "WorkedExample",
]
