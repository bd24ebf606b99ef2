"""Submitting, returning, accepting and withdrawing documents."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from partnerships.models import record
from toolkit import emails
from toolkit.actions.saving import lock_response, refuse_unless_fillable, refuse_unless_writable
from toolkit.actions.trip_reports import report_handed_in
from toolkit.models import Document, PartSubmission, Response, Submission
from toolkit.permissions import Writer
from toolkit.schema.answers import AnswerProblem, Evaluation, evaluate_answers, strip_irrelevant
from toolkit.states import DocumentState, LinkScope, Mode, ResponseState, document_can_become

REASON_LENGTH = 500  # characters, as PartSubmission.reason holds


class NotReadyError(ValidationError):
    """The answers cannot be submitted as they are. ``problems`` says why, question by question."""

    def __init__(self, problems: list[AnswerProblem]):
        self.problems = problems
        super().__init__(_("Some answers need your attention before this can be submitted."), code="not-ready")


def evaluate_response(
    response: Response, *, parts: set[str] | None = None, now: datetime | None = None, lang: str = ""
) -> Evaluation:
    """The answers as the form's own rules see them; ``parts`` limits problems to what those parts may write.

    The form speaks ``lang``, or the language of the document.
    """
    now = now or timezone.localtime()
    return evaluate_answers(
        response.document.version.form,
        response.answers,
        today=now.date(),
        now=now,
        lang=lang or response.document.language,
        sides=parts,
    )


def parts_to_submit(response: Response) -> tuple[str, ...]:
    """The parts that make this response whole."""
    document = response.document
    return (response.side,) if document.mode == Mode.EACH else document.parts


def open_parts(response: Response) -> list[str]:
    """The parts that nobody has submitted yet."""
    done = set(response.part_submissions.values_list("part", flat=True))
    return [part for part in parts_to_submit(response) if part not in done]


@transaction.atomic
def submit_part(response: Response, *, by: Writer, lang: str = "") -> bool:
    """Submit what ``by`` answers for. True when that made the whole document submitted.

    Raises NotReadyError with every problem of their part, told in ``lang``, ValidationError when nothing is open for
    them.
    """
    locked = lock_response(response)
    refuse_unless_fillable(locked.document)
    refuse_unless_writable(locked, by)
    mine = [part for part in open_parts(locked) if part == "" or part in by.parts]
    if not mine:
        raise ValidationError(_("There is no part of this document for you to submit."), code="part")
    evaluation = evaluate_response(locked, parts=None if "" in mine else set(by.parts), lang=lang)
    if evaluation.problems:
        raise NotReadyError(list(evaluation.problems))
    for part in mine:
        PartSubmission.objects.create(response=locked, part=part, user=by.user, link=by.link, name=by.name)
    if open_parts(locked):
        for part in mine:
            record(
                locked.document.partnership,
                "document.part_submitted",
                by=by.user or by.name,
                **_told(locked.document),
                side=part,
            )
        emails.send_part_submitted(locked.document, mine[0], by.name)
        return False
    return _freeze(locked, name=by.name, user=by.user)


@transaction.atomic
def finish_document(document: Document, *, by: User, reason: str) -> None:
    """Go on without the sides that did not submit. What they wrote counts as it stands; the reason stays on record."""
    reason = reason.strip()
    if not reason:
        raise ValidationError(_("Please say why."), code="reason")
    if len(reason) > REASON_LENGTH:
        raise ValidationError(_("Use at most %(most)s characters."), code="reason", params={"most": REASON_LENGTH})
    locked = _lock(document)
    refuse_unless_fillable(locked)
    if not PartSubmission.objects.filter(response__document=locked).exists():
        raise ValidationError(_("No side has submitted anything yet, so there is nothing to go on with."), code="empty")
    for response in locked.responses.select_for_update(of=("self",)).filter(state=ResponseState.DRAFT):
        response.document = locked
        for part in open_parts(response):
            PartSubmission.objects.create(response=response, part=part, user=by, name=str(by), reason=reason)
        _freeze(response, name=str(by), user=by)
    document.state = locked.state


def _freeze(response: Response, *, name: str, user: User | None) -> bool:
    """Keep the answers as they are now, for ever; True when every response of the document is in."""
    document = response.document
    evaluation = evaluate_response(response)
    answers = strip_irrelevant(document.version.form, response.answers, evaluation)
    calculated = {cell: value for cell, value in evaluation.calculated.items() if value not in ("", None)}
    last = response.submissions.order_by("-number").values_list("number", flat=True).first() or 0
    Submission.objects.create(
        response=response,
        number=last + 1,
        answers=answers,
        calculated=calculated,
        content_hash=submission_hash(document, answers, calculated),
        name=name,
    )
    response.state, response.submitted_at = ResponseState.SUBMITTED, timezone.now()
    response.save(update_fields=["state", "submitted_at"])
    if document.responses.filter(state=ResponseState.DRAFT).exists():
        emails.send_part_submitted(document, response.side, name)
        record(
            document.partnership,
            "document.part_submitted",
            by=user or name,
            **_told(document),
            side=response.side,
        )
        return False
    _move(document, DocumentState.SUBMITTED)
    record(document.partnership, "document.submitted", by=user or name, **_told(document))
    report_handed_in(document, by=user or name)
    emails.send_submitted(document, name)
    return True


def submission_hash(document: Document, answers: dict[str, Any], calculated: dict[str, Any]) -> str:
    """SHA-256 over the version's content and the answers: what a signature or a printed copy can be held against."""
    whole = {"version": document.version.content_hash, "answers": answers, "calculated": calculated}
    text = json.dumps(whole, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


@transaction.atomic
def return_document(document: Document, *, by: User, reason: str) -> None:
    """Open a submitted document again. What was submitted stays kept as a submission."""
    if not reason.strip():
        raise ValidationError(_("Please say what should change."), code="reason")
    locked = _lock(document)
    _move(locked, DocumentState.RETURNED)
    locked.return_reason = reason.strip()
    locked.save(update_fields=["return_reason"])
    PartSubmission.objects.filter(response__document=locked).delete()
    for link in locked.links.live().filter(scope=LinkScope.FILL).exclude(recipient_email=""):
        emails.send_returned(link, locked, reason.strip())
    locked.responses.update(state=ResponseState.DRAFT, submitted_at=None)
    record(locked.partnership, "document.returned", by=by, **_told(locked), reason=reason.strip())
    document.state, document.return_reason = locked.state, locked.return_reason


@transaction.atomic
def accept_document(document: Document, *, by: User) -> None:
    locked = _lock(document)
    _move(locked, DocumentState.ACCEPTED)
    record(locked.partnership, "document.accepted", by=by, **_told(locked))
    document.state = locked.state


@transaction.atomic
def withdraw_document(document: Document, *, by: User, reason: str) -> None:
    """Take a document out of use; its answers stay readable and its links end."""
    if not reason.strip():
        raise ValidationError(_("Please say why."), code="reason")
    locked = _lock(document)
    _move(locked, DocumentState.WITHDRAWN)
    locked.links.live().update(revoked_at=timezone.now())
    record(locked.partnership, "document.withdrawn", by=by, **_told(locked), reason=reason.strip())
    document.state = locked.state


def _lock(document: Document) -> Document:
    return (
        Document.objects.select_for_update(of=("self",))
        .select_related("partnership__programme", "version__tool")
        .get(pk=document.pk)
    )


def _move(document: Document, new: str) -> None:
    if not document_can_become(document.state, new):
        raise ValidationError(
            _("A document that is %(old)s cannot become %(new)s."),
            code="transition",
            params={"old": document.get_state_display().lower(), "new": str(DocumentState(new).label).lower()},
        )
    document.state = new
    document.save(update_fields=["state"])


def _told(document: Document) -> dict[str, str]:
    return {"reference": document.reference, "title": document.title}
