"""One version that both sides agree on: begun from what they answered alike, filled in by choosing or writing anew."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from partnerships.models import record
from toolkit.actions.saving import SaveResult, lock_response, refuse_unless_fillable, save_answers
from toolkit.models import Document, Response
from toolkit.permissions import Writer, can_compare, can_steer_document, can_write_response
from toolkit.schema.answers import evaluate_answers
from toolkit.schema.cells import ROW, get_cell
from toolkit.schema.comparing import Compared, Comparison, Told, compare_answers
from toolkit.states import AGREED, DocumentState, Part, ResponseState, Source, document_can_become

SIDES = {Part.HOST: Source.HOST, Part.RESOURCE: Source.RESOURCE}
EVERY_PART = frozenset({Part.HOST, Part.RESOURCE, Part.COORDINATOR, AGREED})


def can_begin_agreed(user: User, document: Document, responses: list[Response]) -> bool:
    """Whether ``user`` may begin the agreed version now. See also begin_agreed()."""
    return (
        document.agreed_at is None
        and document.partnership.is_open
        and can_steer_document(user, document)
        and _may_begin_in(document)
        and can_compare(Writer(name="", parts=frozenset()), document, among=responses)
    )


def _may_begin_in(document: Document) -> bool:
    return document.is_fillable or document_can_become(document.state, DocumentState.IN_PROGRESS)


@transaction.atomic
def begin_agreed(document: Document, *, by: User) -> Response:
    """The response that both sides agree on, with every answer on which they agree already.

    The document is being filled in again until that one is handed in; it stands for the document from then on. Raises
    ValidationError when it was begun before or the answers cannot be compared yet.
    """
    locked = (
        Document.objects.select_for_update(of=("self",))
        .select_related("partnership__programme", "version__tool")
        .get(pk=document.pk)
    )
    if not can_steer_document(by, locked):
        raise PermissionDenied
    if locked.agreed_at:
        raise ValidationError(_("The agreed version has been begun already."), code="closed")
    responses = list(locked.responses.select_for_update(of=("self",)))
    if not can_compare(Writer(name="", parts=frozenset()), locked, among=responses):
        raise ValidationError(
            _("Both sides must submit first, or the time to answer must be over and one of them have submitted."),
            code="closed",
        )
    if not locked.partnership.is_open or not _may_begin_in(locked):
        raise ValidationError(
            _("A document that is %(state)s stays as it is."),
            code="transition",
            params={"state": locked.get_state_display().lower()},
        )
    locked.agreed_at = timezone.now()
    if locked.state != DocumentState.RETURNED:
        locked.state = DocumentState.IN_PROGRESS
    locked.save(update_fields=["agreed_at", "state"])
    response = Response.objects.create(document=locked, side=AGREED, answers=_fixed_rows(locked))
    comparison = comparison_of(locked)
    alike = {each.cell: each.left for each in comparison if each.state == "same"}
    writer = Writer(name=str(by), parts=EVERY_PART, user=by)
    save_answers(response, alike, {}, by=writer, source=Source.BOTH)
    record(locked.partnership, "document.agreeing", by=by, reference=locked.reference, title=locked.title)
    document.agreed_at, document.state = locked.agreed_at, locked.state
    response.document = document
    return response


def _fixed_rows(document: Document) -> dict[str, Any]:
    """Tables whose rows are given have them from the beginning, for nobody can add one."""
    tables = (repeat for repeat in document.version.form.repeats if repeat.fixed)
    return {repeat.id: [{ROW: row[ROW]} for row in repeat.rows] for repeat in tables}


def comparison_of(document: Document) -> Comparison:
    """What both sides submitted, beside each other. What was not submitted is not read."""
    told = {}
    for response in document.responses.exclude(side=AGREED):
        last = response.submissions.order_by("-number").first()
        is_in = last is not None and response.state == ResponseState.SUBMITTED
        now = timezone.localtime(response.submitted_at)
        answers = last.answers if is_in else {}
        found = evaluate_answers(document.version.form, answers, today=now.date(), now=now, lang=document.language)
        told[response.side] = Told(answers=answers, applies=found.is_relevant)
    return compare_answers(document.version.form, told[Part.HOST], told[Part.RESOURCE])


def undecided(comparison: Comparison, agreed: Mapping[str, Any]) -> list[Compared]:
    """The questions that both sides did not answer alike and for which nothing has been agreed yet."""
    return [
        each
        for each in comparison
        if each.state in ("differs", "left", "right") and get_cell(agreed, each.cell) is None
    ]


@transaction.atomic
def choose_answers(
    response: Response, chosen: Mapping[str, str], seen_revisions: Mapping[str, int], *, by: Writer
) -> SaveResult:
    """Take the answers of one side into the agreed version: ``chosen`` is the side (a Part) by cell.

    Everything goes through save_answers(), with the side as the source of each value. A cell that neither side
    answered, or whose side did not, is refused. ``response`` is brought up to date.
    """
    locked = lock_response(response)
    refuse_unless_fillable(locked.document)
    if locked.side != AGREED or not can_write_response(by, locked):
        raise ValidationError(_("This part of the document is not yours to fill in."), code="part")
    comparison = {each.cell: each for each in comparison_of(locked.document)}
    by_side: dict[str, dict[str, Any]] = {side: {} for side in SIDES}
    result = SaveResult()
    for cell, side in chosen.items():
        each = comparison.get(cell)
        value = each and (each.left if side == Part.HOST else each.right if side == Part.RESOURCE else None)
        if value is None:
            result.refused[cell] = _("This side gave no answer here.")
        else:
            by_side[side][cell] = value
    writer = Writer(name=by.name, parts=EVERY_PART, user=by.user, link=by.link)
    for side, values in by_side.items():
        if not values:
            continue
        saved = save_answers(locked, values, seen_revisions, by=writer, source=SIDES[side])
        result.saved |= saved.saved
        result.refused |= saved.refused
        result.conflicts += saved.conflicts
    response.answers, response.revisions = locked.answers, locked.revisions
    return result
