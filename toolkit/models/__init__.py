from toolkit.models.document import Document
from toolkit.models.library import Section, Tool, ToolVersion
from toolkit.models.response import AnswerChange, Attachment, PartSubmission, PostReceipt, Response, Submission
from toolkit.models.share_link import ShareLink

__all__ = [
    "AnswerChange",
    "Attachment",
    "Document",
    "PartSubmission",
    "PostReceipt",
    "Response",
    "Section",
    "ShareLink",
    "Submission",
    "Tool",
    "ToolVersion",
]
