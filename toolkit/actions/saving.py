"""Saving answers, cell by cell. Everything that writes an answer comes through ``save_answers``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from partnerships.models import record
from toolkit import emails
from toolkit.actions.window import moment_for, refuse_outside_window
from toolkit.models import AnswerChange, Document, Response
from toolkit.permissions import Writer, can_write_response
from toolkit.returned import opened_of
from toolkit.schema.answers import AnswerError, clean_value, evaluate_answers
from toolkit.schema.cells import get_cell, parse_cell, set_cell
from toolkit.schema.clean_choice import picked, refuse_unoffered
from toolkit.schema.definition import Definition, Item, Repeat
from toolkit.states import OURS, DocumentState, LinkScope, Mode, Part, Source


@dataclass(frozen=True, kw_only=True)
class Conflict:
    """A cell that somebody else changed since the writer read it: both values, for the writer to choose.

    ``seen``: the revisions that count as read once the writer has looked at this and decided.
    """

    cell: str
    mine: Any
    theirs: Any
    revision: int
    theirs_name: str
    theirs_at: datetime | None
    seen: Mapping[str, int]


@dataclass(kw_only=True)
class SaveResult:
    """What became of a save. Every cell sent is in ``saved`` (or stood so already), ``conflicts`` or ``refused``."""

    saved: dict[str, int] = field(default_factory=dict)
    conflicts: list[Conflict] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)
    # Sent back as the writer had read them, while somebody else had changed them: theirs stands.
    overtaken: list[str] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        return not self.conflicts and not self.refused


@transaction.atomic
def save_answers(
    response: Response,
    changes: Mapping[str, Any],
    seen_revisions: Mapping[str, int],
    *,
    by: Writer,
    source: str = Source.PAGE,
) -> SaveResult:
    """Write the cells in ``changes`` that nobody else changed meanwhile; say what could not be written and why.

    ``changes``: ``{cell: raw value}``; None empties a cell, and for a row cell (``r_x/<row>``) removes the row. A new
    row comes into being with its first cell. ``seen_revisions``: the revision of each cell when the writer read it; a
    cell that is absent was seen empty (0). What ``by`` takes from a file that was handed in has that file's source.
    ``response`` is brought up to date. Raises ValidationError when the
    document, or the writer's part of it, is not open for writing.
    """
    locked = lock_response(response)
    result = save_locked(locked, changes, seen_revisions, by=by, source=source)
    response.answers, response.revisions, response.changed_at = locked.answers, locked.revisions, locked.changed_at
    response.document.state = locked.document.state
    return result


def save_locked(
    locked: Response, changes: Mapping[str, Any], seen_revisions: Mapping[str, int], *, by: Writer, source: str
) -> SaveResult:
    """``save_answers`` for a response that the caller holds: see ``lock_response``."""
    document = locked.document
    refuse_unless_fillable(document)
    refuse_unless_writable(locked, by)
    save = _Save(locked, document.version.form, seen_revisions, by, source)
    for cell, raw in changes.items():
        save.change(cell, raw)
    save.refuse_unoffered()
    save.write()
    if save.is_shared:
        reopen_other_parts(locked, by)
    if save.result.saved and document.state == DocumentState.ASSIGNED:
        document.state = DocumentState.IN_PROGRESS
        document.save(update_fields=["state"])
    return save.result


def reopen_other_parts(response: Response, by: Writer) -> None:
    """Undo what other parts handed in before ``by`` changed an answer that belongs to all: their word was for what
    stood then. They are told, and hand in again."""
    document = response.document
    if not submitted_parts(response) - {*by.parts, ""}:
        return
    for done in response.part_submissions.exclude(part__in=[*by.parts, ""]):
        part = done.part
        done.delete()
        record(
            document.partnership,
            "document.part_reopened",
            by=by.user or by.name,
            reference=document.reference,
            title=document.title,
            side=part,
        )
        links = document.links.live().filter(side=part, scope=LinkScope.FILL).exclude(recipient_email="")
        for link in links:
            emails.send_reopened(link, document, by.name)


def lock_response(response: Response) -> Response:
    """The response as it stands now, held until the end of the transaction, with its document locked first."""
    document = lock_document(Document.objects.filter(pk=response.document_id))
    locked = Response.objects.select_for_update(of=("self",)).get(pk=response.pk)
    locked.document = document
    return locked


def lock_document(documents: QuerySet[Document]) -> Document:
    """The one of ``documents``, held until the end of the transaction."""
    return (
        documents.select_for_update(of=("self",))
        .select_related("partnership__programme", "version__tool")
        .defer("version__definition")  # the form in it is in memory: see ToolVersion.form
        .get()
    )


def submitted_parts(response: Response) -> set[str]:
    """The parts that have been handed in; with what ``ResponseQuerySet.with_submitted_parts`` read, without asking."""
    if hasattr(response, "has_whole"):
        return {part for part in ("", *Part.values) if getattr(response, f"has_{part or 'whole'}")}
    return set(response.part_submissions.values_list("part", flat=True))


def refuse_unless_fillable(document: Document) -> None:
    if not document.partnership.is_open:
        raise ValidationError(
            _("The partnership is %(status)s, so its documents can only be read."),
            code="closed",
            params={"status": document.partnership.get_status_display().lower()},
        )
    if not document.is_fillable:
        raise ValidationError(
            _("This document is %(state)s and can no longer be changed. If it must be, ask for it to be returned."),
            code="closed",
            params={"state": document.get_state_display().lower()},
        )


def refuse_unless_writable(response: Response, by: Writer) -> None:
    if not can_write_response(by, response):
        raise ValidationError(_("This part of the document is not yours to fill in."), code="part")
    refuse_outside_window(response)
    submitted = submitted_parts(response)
    mine = {""} if response.document.mode == Mode.SINGLE else set(by.parts) & set(response.document.parts)
    if mine and mine <= submitted:
        raise ValidationError(
            _("Your part has been submitted. Ask the coordinator to return it if something must change."),
            code="submitted",
        )


class _Save:
    """One run of save_answers over a locked response."""

    def __init__(self, response: Response, form: Definition, seen: Mapping[str, int], by: Writer, source: str):
        self.response, self.form, self.seen, self.by = response, form, seen, by
        self.source = by.handed.kind if by.handed else source
        self.start, self.opened = response.answers, opened_of(response)
        self.result = SaveResult()
        self.rows: list[AnswerChange] = []

    @property
    def is_shared(self) -> bool:
        """Whether an answer that belongs to all sides was written."""
        cells = (parse_cell(row.cell) for row in self.rows)
        return any(self.form.by_id[cell.item or cell.repeat].side == "both" for cell in cells)

    def change(self, cell: str, raw: Any) -> None:
        try:
            parsed = parse_cell(cell)
        except ValueError:
            self.result.refused[cell] = _("This form has no such field.")
            return
        if parsed.item is None:
            self._change_row(cell, self.form.by_id.get(parsed.repeat), raw)
            return
        item = self.form.by_id.get(parsed.item)
        known = isinstance(item, Item) and item.repeat == parsed.repeat
        if not known or item.kind in ("calculate", "note"):
            self.result.refused[cell] = _("This form has no such field.")
        elif not self.by.may_write(item.side):
            self.result.refused[cell] = _("This field belongs to another part of the form.")
        elif item.readonly and self.source not in OURS:
            self.result.refused[cell] = _("This field is filled in from the records.")
        else:
            self._change_value(cell, item, raw)

    def _change_value(self, cell: str, item: Item, raw: Any) -> None:
        try:
            value = None if raw is None else clean_value(item, raw, definition=self.form)
        except AnswerError as error:
            self.result.refused[cell] = error.message.translated(_)
            return
        self._put(cell, value)

    def _change_row(self, cell: str, repeat: Repeat | None, raw: Any) -> None:
        if not isinstance(repeat, Repeat):
            self.result.refused[cell] = _("This form has no such table.")
        elif not self.by.may_write(repeat.side):
            self.result.refused[cell] = _("This table belongs to another part of the form.")
        elif repeat.fixed:
            self.result.refused[cell] = _("The rows of this table are fixed.")
        elif raw is None:
            self._remove_row(cell, repeat)
        else:
            self._put(cell, {})

    def _remove_row(self, cell: str, repeat: Repeat) -> None:
        current = get_cell(self.response.answers, cell)
        if current is None or self._is_closed(cell):
            return
        inside = (cell, *(f"{cell}/{item.id}" for item in repeat.items))
        stale = [each for each in inside if self._is_stale(each)]
        if stale:
            self._conflict(cell, None, current, stale=stale, shown=inside)
        else:
            self._write(cell, None)

    def _put(self, cell: str, value: Any) -> None:
        current = get_cell(self.response.answers, cell)
        if current == value or (value == {} and current is not None):
            return
        if self._is_closed(cell):
            return
        stale = [each for each in (cell, *self._lost_row(cell)) if self._is_stale(each)]
        if stale:
            # A page sends every field; sending back what it had shown is not a change of this writer's.
            if value != self._seen_value(cell):
                self._conflict(cell, value, current, stale=stale, shown=(cell, *self._lost_row(cell)))
            else:
                self.result.overtaken.append(cell)
        elif self._fits(cell):
            self._write(cell, value)

    def _is_closed(self, cell: str) -> bool:
        """Whether the document was returned for something else, and this must stay as it was handed in."""
        table, row = parse_cell(cell)[1:]
        is_new = row is not None and get_cell(self.response.answers, f"{table}/{row}") is None
        if self.opened.allows_cell(f"{table}/{row}" if is_new else cell):
            return False
        self.result.refused[cell] = _("This was not returned for changes, so it stays as it was handed in.")
        return True

    def _fits(self, cell: str) -> bool:
        """Whether a new row has room, and a fixed table already has the row."""
        parsed = parse_cell(cell)
        if not parsed.row or get_cell(self.response.answers, f"{parsed.repeat}/{parsed.row}") is not None:
            return True
        repeat = self.form.by_id[parsed.repeat]
        if repeat.fixed:
            self.result.refused[cell] = _("The rows of this table are fixed.")
            return False
        if len(self.response.answers.get(repeat.id, ())) >= repeat.max:
            self.result.refused[cell] = _("This table is full (%(max)s). It takes no more rows.") % {"max": repeat.max}
            return False
        return True

    def _lost_row(self, cell: str) -> tuple[str, ...]:
        """The row of ``cell`` when it is not there: a word into a row that somebody removed meanwhile asks first."""
        row, _slash, item = cell.rpartition("/")
        return (row,) if row and item[1] == "_" and get_cell(self.response.answers, row) is None else ()

    def _is_stale(self, cell: str) -> bool:
        return self.response.revisions.get(cell, 0) != self.seen.get(cell, 0)

    def _seen_value(self, cell: str) -> Any:
        """What the writer read: the value that the revision they name had written."""
        change = self.response.changes.filter(cell=cell, revision=self.seen.get(cell, 0)).first()
        return change.after if change else None

    def _conflict(self, cell: str, mine: Any, theirs: Any, *, stale: Sequence[str], shown: Sequence[str]) -> None:
        last = self.response.changes.filter(cell__in=stale).order_by("-pk").first()
        revisions = self.response.revisions
        self.result.conflicts.append(
            Conflict(
                cell=cell,
                mine=mine,
                theirs=theirs,
                revision=revisions.get(cell, 0),
                theirs_name=last.name if last else "",
                theirs_at=last.at if last else None,
                seen={each: revisions.get(each, 0) for each in shown},
            )
        )

    def _write(self, cell: str, value: Any) -> None:
        before = get_cell(self.response.answers, cell)
        self.response.answers = set_cell(self.response.answers, cell, value)
        revision = self.response.revisions.get(cell, 0) + 1
        self.response.revisions[cell] = self.result.saved[cell] = revision
        self.rows.append(
            AnswerChange(
                response=self.response,
                cell=cell,
                revision=revision,
                before=before,
                after=value,
                user=self.by.user,
                link=self.by.link,
                name=self.by.name,
                side=self.by.side,
                source=self.source,
                at=moment_for(self.response.document),
                handed=self.by.handed,
            )
        )

    def refuse_unoffered(self) -> None:
        """Take back each choice that a filter leaves out now that all answers of this save stand.

        What was chosen before is not touched: the filter may have changed its mind, and the writer is told when the
        form is handed in.
        """
        written = [(row, self.form.by_id.get(parse_cell(row.cell).item or "")) for row in self.rows if row.after]
        written = [(row, item) for row, item in written if isinstance(item, Item) and item.choice_filter is not None]
        if not any(set(picked(row.after)) - set(picked(row.before)) for row, __ in written):
            return
        now, lang = timezone.localtime(), self.response.document.language
        offered = evaluate_answers(self.form, self.response.answers, today=now.date(), now=now, lang=lang).offered
        for row, item in written:
            left = offered.get(row.cell)
            try:
                if left is not None:
                    refuse_unoffered(item, row.after, left, definition=self.form, lang=lang, but=picked(row.before))
            except AnswerError as error:
                self._take_back(row, error.message.translated(_))

    def _take_back(self, row: AnswerChange, why: str) -> None:
        """As if the cell had not been written; a row that only it had begun goes with it."""
        self.rows.remove(row)
        self.response.answers = set_cell(self.response.answers, row.cell, row.before)
        del self.result.saved[row.cell]
        self.response.revisions[row.cell] -= 1
        if not self.response.revisions[row.cell]:
            del self.response.revisions[row.cell]
        self.result.refused[row.cell] = why
        within, _slash, _item = row.cell.rpartition("/")
        begun = within and get_cell(self.start, within) is None and get_cell(self.response.answers, within) == {}
        if begun and not any(cell == within or cell.startswith(f"{within}/") for cell in self.result.saved):
            self.response.answers = set_cell(self.response.answers, within, None)

    def write(self) -> None:
        if not self.rows:
            return
        AnswerChange.objects.bulk_create(self.rows)
        self.response.changed_at = moment_for(self.response.document)
        self.response.save(update_fields=["answers", "revisions", "changed_at"])
