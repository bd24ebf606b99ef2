"""What a tool's version, a document and a response may become. The one place that knows."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class ToolKind(models.TextChoices):
    FORM = "form", _("Form")
    DOCUMENT = "document", _("Document")
    CHECKLIST = "checklist", _("Checklist")
    GUIDE = "guide", _("Guide")
    REPORT = "report", _("Report")


class Mode(models.TextChoices):
    """How the people of a partnership share one document."""

    SINGLE = "single", _("Filled in by one person")
    JOINT = "joint", _("Filled in together by both sides")
    EACH = "each", _("Filled in by each side on its own")
    OPEN = "open", _("Filled in by many people")


class VersionState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    IN_REVIEW = "in_review", _("In review")
    PUBLISHED = "published", _("Published")
    SUPERSEDED = "superseded", _("Superseded")


VERSION_TRANSITIONS: dict[str, tuple[str, ...]] = {
    VersionState.DRAFT: (VersionState.IN_REVIEW, VersionState.PUBLISHED),
    VersionState.IN_REVIEW: (VersionState.DRAFT, VersionState.PUBLISHED),
    VersionState.PUBLISHED: (VersionState.SUPERSEDED,),
    VersionState.SUPERSEDED: (),
}

# A tool has at most one version that is still being worked on.
OPEN_VERSIONS = (VersionState.DRAFT, VersionState.IN_REVIEW)


def version_can_become(current: str, new: str) -> bool:
    return new in VERSION_TRANSITIONS.get(current, ())


class Licence(models.TextChoices):
    """On what terms a tool may be used by others. The shipped toolkit is CC BY 4.0."""

    CC_BY = "cc-by-4.0", _("Creative Commons Attribution 4.0")
    CC_BY_SA = "cc-by-sa-4.0", _("Creative Commons Attribution-ShareAlike 4.0")
    CC_BY_NC_SA = "cc-by-nc-sa-4.0", _("Creative Commons Attribution-NonCommercial-ShareAlike 4.0")
    CC0 = "cc0-1.0", _("Public domain (CC0)")
    OWN_USE = "own-use", _("For use in this installation only")


# Where the whole text of a licence stands. What is for own use only has none.
LICENCE_ADDRESSES: dict[str, str] = {
    Licence.CC_BY: "https://creativecommons.org/licenses/by/4.0/",
    Licence.CC_BY_SA: "https://creativecommons.org/licenses/by-sa/4.0/",
    Licence.CC_BY_NC_SA: "https://creativecommons.org/licenses/by-nc-sa/4.0/",
    Licence.CC0: "https://creativecommons.org/publicdomain/zero/1.0/",
}


class ProposalKind(models.TextChoices):
    TOOL = "tool", _("A new tool")
    CHANGE = "change", _("A change to a tool")


class ProposalState(models.TextChoices):
    WAITING = "waiting", _("Waiting for a curator")
    ACCEPTED = "accepted", _("Accepted")
    ANSWERED = "answered", _("Answered")
    DECLINED = "declined", _("Declined")


PROPOSAL_TRANSITIONS: dict[str, tuple[str, ...]] = {
    ProposalState.WAITING: (ProposalState.ACCEPTED, ProposalState.ANSWERED, ProposalState.DECLINED),
    ProposalState.ANSWERED: (ProposalState.ACCEPTED, ProposalState.DECLINED),
    ProposalState.ACCEPTED: (),
    ProposalState.DECLINED: (),
}


def proposal_can_become(current: str, new: str) -> bool:
    return new in PROPOSAL_TRANSITIONS.get(current, ())


class DocumentState(models.TextChoices):
    ASSIGNED = "assigned", _("Not started")
    IN_PROGRESS = "in_progress", _("Being filled in")
    SUBMITTED = "submitted", _("Submitted")
    RETURNED = "returned", _("Returned for changes")
    ACCEPTED = "accepted", _("Accepted")
    WITHDRAWN = "withdrawn", _("Withdrawn")


DOCUMENT_TRANSITIONS: dict[str, tuple[str, ...]] = {
    DocumentState.ASSIGNED: (DocumentState.IN_PROGRESS, DocumentState.SUBMITTED, DocumentState.WITHDRAWN),
    DocumentState.IN_PROGRESS: (DocumentState.SUBMITTED, DocumentState.WITHDRAWN),
    # Back to being filled in: both sides have answered, and now agree on one version
    DocumentState.SUBMITTED: (
        DocumentState.ACCEPTED,
        DocumentState.RETURNED,
        DocumentState.IN_PROGRESS,
        DocumentState.WITHDRAWN,
    ),
    DocumentState.RETURNED: (DocumentState.SUBMITTED, DocumentState.WITHDRAWN),
    DocumentState.ACCEPTED: (DocumentState.RETURNED,),  # only by reopening, which needs a reason of its own
    DocumentState.WITHDRAWN: (),
}

# States in which answers may be written.
FILLABLE = (DocumentState.ASSIGNED, DocumentState.IN_PROGRESS, DocumentState.RETURNED)
# States that count as delivered when a phase asks for this document.
DELIVERED = (DocumentState.SUBMITTED, DocumentState.ACCEPTED)
# States in which the parties may sign what was submitted.
SIGNABLE = DELIVERED


def document_can_become(current: str, new: str) -> bool:
    return new in DOCUMENT_TRANSITIONS.get(current, ())


class ResponseState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Submitted")


class DecisionKind(models.TextChoices):
    """What was decided about what was handed in."""

    RETURNED = "returned", _("Returned for changes")
    ACCEPTED = "accepted", _("Accepted")
    REOPENED = "reopened", _("Reopened after it was accepted")


class SignedHow(models.TextChoices):
    """How a party signed what was submitted."""

    FORM = "form", _("In the form, as an answer")
    ACCOUNT = "account", _("With their account")
    LINK = "link", _("Through a link")
    SCAN = "scan", _("On paper; the scan is attached")


class VoidedBy(models.TextChoices):
    """What made a signature count no longer."""

    RETURNED = "returned", _("the document was returned for changes")
    REOPENED = "reopened", _("the document was reopened")
    SUBMITTED = "submitted", _("something else was submitted")


class Part(models.TextChoices):
    """Who writes a part of a form. ``both`` is either side, or the coordinator."""

    HOST = "host", _("Host side")
    RESOURCE = "resource", _("Resource side")
    COORDINATOR = "coordinator", _("Coordinator")


# The part of the one response that both sides agree on, once each of them has answered on its own. No item belongs to
# it and no link is made for it, so it is not a Part.
AGREED = "agreed"


class LinkScope(models.TextChoices):
    FILL = "fill", _("May fill in")
    REVIEW = "review", _("May read and comment")
    READ = "read", _("May read")


class Source(models.TextChoices):
    """How a value came into a response."""

    RECORD = "record", _("from the records")
    DEFAULT = "default", _("standard text")
    PAGE = "page", _("typed on the page")
    AUTOSAVE = "autosave", _("saved while typing")
    VOID = "void", _("consent that no longer counts")
    BOTH = "both", _("the same on both sides")
    HOST = "host", _("taken from the host side")
    RESOURCE = "resource", _("taken from the resource side")
    WORKBOOK = "workbook", _("from a workbook")
    PDF = "pdf", _("from a PDF that was filled in")
    PAPER = "paper", _("typed in from paper")

    @classmethod
    def files(cls) -> tuple[Source, ...]:
        """What comes back as a file."""
        return cls.WORKBOOK, cls.PDF, cls.PAPER


# Values that people do not write: what is filled in from the records may come from there alone.
OURS = frozenset({Source.RECORD, Source.DEFAULT})


class HandedState(models.TextChoices):
    """What became of a file that was handed in."""

    WAITING = "waiting", _("Waiting for a decision")
    APPLIED = "applied", _("Taken over")
    DECLINED = "declined", _("Not taken over")


# What people typed on a page of ours, saved whole or bit by bit.
TYPED = (Source.PAGE, Source.AUTOSAVE)
