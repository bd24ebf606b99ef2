"""Saying something about one question, answering it, and marking it as done."""

from __future__ import annotations

from datetime import timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from partnerships.models import record
from toolkit.actions.comment_mails import tell_of_comments
from toolkit.actions.saving import lock_response
from toolkit.models import FieldComment, Response
from toolkit.models.review import REASON_LENGTH
from toolkit.permissions import Writer
from toolkit.review_permissions import can_comment, sees_question
from toolkit.schema.cells import get_cell
from toolkit.schema.definition import Repeat
from toolkit.talking import node_of

MOST_AN_HOUR = 60
# The same words about the same question within this time are a post that came twice.
ECHO = timedelta(minutes=2)


@transaction.atomic
def add_field_comment(
    response: Response, cell: str, text: str, *, by: Writer, parent: int | None = None
) -> FieldComment:
    """Keep what ``by`` says about the question, table or row ``cell``; with ``parent`` as the answer to a remark on it.

    Answering what was marked as done opens it again. Raises PermissionDenied for whoever does not see the answer or
    may only read, ValidationError for words that are missing, too long or too many.
    """
    text = text.strip()
    locked = lock_response(response)
    _refuse_who_may_not(locked, cell, by)
    if not text:
        raise ValidationError({"text": _("Write your comment.")})
    if len(text) > REASON_LENGTH:
        raise ValidationError({"text": _("Use at most %(most)s characters.") % {"most": REASON_LENGTH}})
    thread = _thread(locked, cell, parent) if parent else None
    mine = locked.comments.filter(user=by.user, link=by.link)
    now = timezone.now()
    echo = mine.filter(cell=cell, parent=thread, text=text, at__gt=now - ECHO).first()
    if echo:
        return echo
    if mine.filter(at__gt=now - timedelta(hours=1)).count() >= MOST_AN_HOUR:
        raise ValidationError(
            _("You have written %(n)s comments within an hour. Please wait a little."),
            code="rate",
            params={"n": MOST_AN_HOUR},
        )
    comment = FieldComment.objects.create(
        response=locked,
        cell=cell,
        parent=thread,
        text=text,
        user=by.user,
        link=by.link,
        name=by.name,
        side=by.side if by.parts else by.link.side if by.link else "",
    )
    if thread and not thread.is_open:
        _mark(thread, at=None, by="")
    document = locked.document
    # The history keeps no words: not everybody may see what they are about.
    who = by.user or by.name
    record(document.partnership, "document.commented", by=who, reference=document.reference, title=document.title)
    transaction.on_commit(lambda: tell_of_comments(document))
    return comment


@transaction.atomic
def mark_comment(comment: FieldComment, *, is_done: bool, by: Writer) -> None:
    """Mark a remark as done, or open it again. Doing so twice changes nothing."""
    locked = lock_response(comment.response)
    thread = _thread(locked, comment.cell, comment.pk)
    _refuse_who_may_not(locked, thread.cell, by)
    if thread.is_open == is_done:
        _mark(thread, at=timezone.now() if is_done else None, by=by.name if is_done else "")
    comment.resolved_at, comment.resolved_by = thread.resolved_at, thread.resolved_by


def _mark(thread: FieldComment, *, at, by: str) -> None:
    thread.resolved_at, thread.resolved_by = at, by
    thread.save(update_fields=["resolved_at", "resolved_by"])


def _thread(response: Response, cell: str, pk: int) -> FieldComment:
    """The remark about ``cell`` that is answered or marked; answers to it are none."""
    found = response.comments.filter(pk=pk, parent__isnull=True, cell=cell).first()
    if found is None:
        raise ValidationError(_("This comment is not here any more."), code="parent")
    return found


def _refuse_who_may_not(response: Response, cell: str, by: Writer) -> None:
    place, _slash, row = cell.partition("/")
    node = node_of(response.document, place)
    is_known = node is not None and (
        not row or (isinstance(node, Repeat) and "/" not in row and _has_row(response, cell))
    )
    if not is_known or not sees_question(by, response, node) or not can_comment(by, response):
        raise PermissionDenied


def _has_row(response: Response, cell: str) -> bool:
    """Whether the row is there, or was when somebody spoke of it."""
    try:
        return get_cell(response.answers, cell) is not None or response.comments.filter(cell=cell).exists()
    except ValueError:
        return False
