"""Submitting, returning, accepting and withdrawing documents."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from partnerships.models import record
from toolkit import emails
from toolkit.actions.returning import Point, open_responses, refuse_what_may_not_be_returned
from toolkit.actions.saving import lock_response, refuse_unless_fillable, refuse_unless_writable
from toolkit.actions.signing import bind_signatures
from toolkit.actions.trip_reports import report_handed_in
from toolkit.actions.window import moment_for
from toolkit.models import Decision, Document, PartSubmission, Response, Submission
from toolkit.permissions import Writer, can_steer_document
from toolkit.rendering.head import head_of
from toolkit.returned import opened_of
from toolkit.review_permissions import can_accept_document
from toolkit.schema.answers import AnswerProblem, Evaluation, evaluate_answers, strip_irrelevant
from toolkit.states import AGREED, DecisionKind, DocumentState, Mode, ResponseState, document_can_become

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
    evaluation = evaluate_response(locked, parts=None if {"", AGREED} & set(mine) else set(by.parts), lang=lang)
    # What was not returned was in order when it was handed in, and nobody could put it right now.
    opened = opened_of(locked)
    problems = [problem for problem in evaluation.problems if opened.allows_cell(problem.cell)]
    if problems:
        raise NotReadyError(problems)
    if locked.document.mode == Mode.OPEN:
        refuse_unless_place_is_left(locked.document)
        _keep(locked, name=by.name)
        return False
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
    drafts = locked.counting_responses().select_for_update(of=("self",)).filter(state=ResponseState.DRAFT)
    for response in drafts:
        response.document = locked
        for part in open_parts(response):
            PartSubmission.objects.create(response=response, part=part, user=by, name=str(by), reason=reason)
        # Whoever let the time pass has sent nothing: their draft stays their own.
        if not locked.has_closed:
            _freeze(response, name=str(by), user=by)
    if locked.has_closed:
        _hand_over(locked, name=str(by), user=by)
    document.state = locked.state


def refuse_unless_place_is_left(document: Document) -> None:
    """Asked with the document locked, so that the last place goes to one person."""
    if document.capacity is None:
        return
    if document.responses.filter(state=ResponseState.SUBMITTED).count() >= document.capacity:
        raise ValidationError(
            _("All places (%(n)s) have been taken, so no more answers are taken here."),
            code="closed",
            params={"n": document.capacity},
        )


def _keep(response: Response, *, name: str) -> None:
    """Keep the answers as they are now, for ever."""
    document = response.document
    evaluation = evaluate_response(response)
    answers = strip_irrelevant(document.version.form, response.answers, evaluation)
    calculated = {cell: value for cell, value in evaluation.calculated.items() if value not in ("", None)}
    last = response.submissions.order_by("-number").values_list("number", flat=True).first() or 0
    submission = Submission.objects.create(
        response=response,
        number=last + 1,
        answers=answers,
        calculated=calculated,
        content_hash=submission_hash(document, answers, calculated),
        head=head_of(document, timezone.localdate()),
        name=name,
        at=moment_for(document),
    )
    bind_signatures(response, submission, evaluation)
    response.returned_points.open().update(mended_at=timezone.now())
    response.state, response.submitted_at = ResponseState.SUBMITTED, moment_for(document)
    response.save(update_fields=["state", "submitted_at"])


def _freeze(response: Response, *, name: str, user: User | None) -> bool:
    """Keep the answers as they are now; True when every response that counts for the document is in."""
    _keep(response, name=name)
    document = response.document
    if document.counting_responses().filter(state=ResponseState.DRAFT).exists():
        emails.send_part_submitted(document, response.side, name)
        record(
            document.partnership,
            "document.part_submitted",
            by=user or name,
            **_told(document),
            side=response.side,
        )
        return False
    _hand_over(document, name=name, user=user)
    return True


def _hand_over(document: Document, *, name: str, user: User | None) -> None:
    """All of the document is in: it counts as delivered, and its coordinator is told."""
    _move(document, DocumentState.SUBMITTED)
    record(document.partnership, "document.submitted", by=user or name, **_told(document))
    report_handed_in(document, by=user or name)
    emails.send_submitted(document, name)


def submission_hash(document: Document, answers: dict[str, Any], calculated: dict[str, Any]) -> str:
    """SHA-256 over the version's content and the answers: what a signature or a printed copy can be held against."""
    whole = {"version": document.version.content_hash, "answers": answers, "calculated": calculated}
    text = json.dumps(whole, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


@transaction.atomic
def return_document(document: Document, *, by: User, reason: str, points: Sequence[Point] = ()) -> None:
    """Open a submitted document again, or only the ``points`` of it. What was submitted stays kept as a submission.

    Raises PermissionDenied for whoever may not return what they name, and ValidationError without a reason.
    """
    locked = _lock(document)
    if locked.state == DocumentState.ACCEPTED:  # see reopen_document()
        raise _cannot_become(locked, DocumentState.RETURNED)
    refuse_what_may_not_be_returned(locked, points, by=by)
    _open_again(locked, DecisionKind.RETURNED, by=by, reason=reason.strip(), points=points)
    document.state, document.return_reason = locked.state, locked.return_reason


@transaction.atomic
def reopen_document(document: Document, *, by: User, reason: str, points: Sequence[Point] = ()) -> None:
    """Open an accepted document again, or only the ``points`` of it. The accepted version stays readable.

    Raises PermissionDenied for everybody but coordinators, and ValidationError without a reason.
    """
    if not reason.strip():
        raise ValidationError(_("Please say why it is opened again."), code="reason")
    locked = _lock(document)
    if not can_steer_document(by, locked):
        raise PermissionDenied
    if locked.state != DocumentState.ACCEPTED:
        raise ValidationError(_("Only a document that was accepted can be reopened."), code="transition")
    _open_again(locked, DecisionKind.REOPENED, by=by, reason=reason.strip(), points=points)
    document.state, document.return_reason = locked.state, locked.return_reason


def _open_again(locked: Document, kind: DecisionKind, *, by: User, reason: str, points: Sequence[Point]) -> None:
    """The document as one that must be handed in again, as far as ``points`` say; its people are told."""
    if not reason and not points:
        raise ValidationError(_("Please say what should change."), code="reason")
    _move(locked, DocumentState.RETURNED)
    locked.return_reason = reason
    if locked.has_closed and not locked.agreed_at:
        locked.closes_at = None  # or nobody could write what is asked of them
    locked.save(update_fields=["return_reason", "closes_at"])
    decision = Decision.objects.create(document=locked, kind=kind, reason=reason, user=by, name=str(by))
    open_responses(decision, locked, points, parts_to_submit, by=by)
    record(locked.partnership, f"document.{kind}", by=by, **_told(locked), reason=reason or _in_short(points))


def _in_short(points: Sequence[Point]) -> str:
    """What the history tells of single questions, whose words not everybody may read."""
    return ngettext("%(n)d place is to be looked at again.", "%(n)d places are to be looked at again.", len(points)) % {
        "n": len(points)
    }


@transaction.atomic
def accept_document(document: Document, *, by: User) -> None:
    locked = _lock(document)
    if not can_accept_document(by, locked):
        raise PermissionDenied
    _move(locked, DocumentState.ACCEPTED)
    Decision.objects.create(document=locked, kind=DecisionKind.ACCEPTED, user=by, name=str(by))
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
        raise _cannot_become(document, new)
    document.state = new
    document.save(update_fields=["state"])


def _cannot_become(document: Document, new: str) -> ValidationError:
    return ValidationError(
        _("A document that is %(old)s cannot become %(new)s."),
        code="transition",
        params={"old": document.get_state_display().lower(), "new": str(DocumentState(new).label).lower()},
    )


def _told(document: Document) -> dict[str, str]:
    return {"reference": document.reference, "title": document.title}
