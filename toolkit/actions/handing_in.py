"""Files that were filled in elsewhere: taken in, compared with what stands now, and taken over once somebody agrees."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from importlib.util import find_spec
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from partnerships.models import record
from toolkit.actions.saving import lock_response, refuse_unless_fillable, refuse_unless_writable, save_answers
from toolkit.exchange.read_back import ReadBack, ReadBackError
from toolkit.models import Document, HandedFile, Response
from toolkit.permissions import Writer, can_see_handed, can_write_response
from toolkit.schema.cells import parse_cell
from toolkit.schema.returning import Returned, compare_returned
from toolkit.states import HandedState, Mode, Source
from twinning.uploads import OFFICE, PDF, checked_upload, safe_name

# How each kind of file is read, by the ending of its name. A reader gives a ReadBack, or raises ReadBackError.
READERS = {
    "xlsx": (Source.WORKBOOK, "toolkit.exchange.filled_workbook_in.read_filled_workbook"),
    "pdf": (Source.PDF, "toolkit.exchange.fillable_in.read_fillable"),
}
# What is filled in as a file, as far as this installation has it
KNOWN = {ending: reader for ending, reader in READERS.items() if find_spec(reader[1].rpartition(".")[0]) is not None}
ALLOWED = {"xlsx": OFFICE["xlsx"], **PDF}
OTHERS = {"xls": "xlsx", "xlsm": "xlsx", "ods": "xlsx"}
KEPT = 20  # files that may wait for one response
THEIRS, NOW = "theirs", "now"


@dataclass(frozen=True, kw_only=True)
class Offer:
    """A file that was handed in, with what it would change now."""

    handed: HandedFile
    returned: Returned
    problems: tuple[tuple[str, str], ...]
    is_older: bool


class NotTakenError(ValidationError):
    """Nothing was taken over: ``reasons`` by cell."""

    def __init__(self, message: str, reasons: Mapping[str, str], *, code: str):
        super().__init__(message, code=code)
        self.reasons = dict(reasons)


def hand_in(document: Document, upload: UploadedFile, *, by: Writer) -> HandedFile:
    """Keep ``upload`` as answers to ``document`` that wait for a decision; nothing is written.

    Raises ValidationError when it is not a file of ours, belongs to another document or side, or the document is
    closed. A file that waits already is not kept twice.
    """
    ending = _ending(upload)
    content_type = checked_upload(upload, {ending: ALLOWED[ending]}, most=settings.MAX_UPLOAD_BYTES)
    upload.seek(0)
    content = upload.read()
    digest = hashlib.sha256(content).hexdigest()
    kind, reader = KNOWN[ending]
    try:
        said: ReadBack = import_string(reader)(content)
    except ReadBackError as error:
        raise ValidationError(str(error), code="file") from error
    response = _response_for(document, said, by)
    return _kept(response, upload, kind, content_type, digest, said, by)


def _ending(upload: UploadedFile) -> str:
    ending = safe_name(upload.name).rpartition(".")[2].lower()
    if ending in OTHERS:
        raise ValidationError(_("This is a workbook of another kind. Save it as .xlsx and send that."), code="file")
    if ending not in KNOWN:
        raise ValidationError(
            _("Only files that were downloaded here to be filled in can be read: %(kinds)s."),
            code="file",
            params={"kinds": ", ".join(f".{each}" for each in KNOWN)},
        )
    return ending


def _response_for(document: Document, said: ReadBack, by: Writer) -> Response:
    """The response that a file belongs to, if it is of this document and ``by`` writes there."""
    if said.reference != document.reference:
        raise ValidationError(
            _("This file belongs to another document: %(reference)s. This one is %(own)s."),
            code="other",
            params={"reference": said.reference[:40], "own": document.reference},
        )
    response = document.responses.filter(side=said.side).first()
    if response is None:
        raise ValidationError(_("This file was made when the document was shared in another way."), code="other")
    response.document = document
    if not can_write_response(by, response):
        raise ValidationError(
            _("This file holds the answers of the other side: %(side)s."),
            code="other",
            params={"side": document.part_label(said.side) or said.side},
        )
    return response


@transaction.atomic
def _kept(
    response: Response, upload: UploadedFile, kind: str, content_type: str, digest: str, said: ReadBack, by: Writer
) -> HandedFile:
    locked = lock_response(response)
    same = locked.handed.filter(sha256=digest).exclude(state=HandedState.DECLINED).first()
    if same is not None:
        same.response = locked
        return same
    refuse_unless_fillable(locked.document)
    refuse_unless_writable(locked, by)
    if locked.handed.waiting().count() >= KEPT:
        raise ValidationError(
            _("%(n)s files are waiting here already. Decide on those first."), code="many", params={"n": KEPT}
        )
    handed = HandedFile(
        response=locked,
        kind=kind,
        side=_side_of(by, locked),
        name=safe_name(upload.name),
        content_type=content_type,
        size=upload.size,
        sha256=digest,
        said=asdict(said),
        user=by.user,
        link=by.link,
        by_name=by.name,
    )
    upload.seek(0)
    handed.file.save(handed.name, upload, save=False)
    handed.save()
    _tell(handed, "document.handed_in", by)
    return handed


def _side_of(by: Writer, response: Response) -> str:
    return response.side if response.document.mode == Mode.EACH else by.side


def offer_of(handed: HandedFile, *, by: Writer) -> Offer:
    """What ``handed`` would change in the answers as they stand now."""
    response, said = handed.response, handed.says()
    form = response.document.version.form
    returned = compare_returned(
        form,
        response.answers,
        cells=said["cells"],
        originals=said["originals"],
        new_rows=said["new_rows"],
        may_write=by.may_write,
    )
    return Offer(
        handed=handed,
        returned=returned,
        problems=tuple((cell, words) for cell, words in said["problems"]),
        is_older=said["version_hash"] != response.document.version.content_hash,
    )


@transaction.atomic
def take_over(handed: HandedFile, chosen: Mapping[str, str], seen: Mapping[str, int], *, by: Writer) -> int:
    """Write what was chosen (``{cell: "theirs" or "now"}``) of a file; how many answers were written.

    ``seen`` are the revisions that the screen showed. All or nothing: NotTakenError with the reason at each cell when
    something was decided by nobody, was changed meanwhile, or is refused.
    """
    locked, response = _lock(handed, by)
    returned = offer_of(locked, by=by).returned
    open_cells = {each.cell: _("Choose which answer shall stand.") for each in returned.differences}
    for cell in [cell for cell in open_cells if chosen.get(cell) in (THEIRS, NOW)]:
        del open_cells[cell]
    if open_cells:
        raise NotTakenError(_("Some answers still need a decision. Nothing was written."), open_cells, code="open")
    changes: dict[str, Any] = {}
    for each in returned.differences:
        if chosen[each.cell] == THEIRS:
            changes |= returned.changes_of(each.cell)
    result = save_answers(response, changes, seen, by=replace(by, handed=locked))
    if result.conflicts:
        reasons = {
            each.cell: _("%(name)s changed this meanwhile.") % {"name": each.theirs_name} for each in result.conflicts
        }
        raise NotTakenError(
            _("Somebody changed these answers while you were looking. Look again; nothing was written."),
            reasons,
            code="stale",
        )
    if result.refused:
        raise NotTakenError(
            _("Some answers cannot be taken over as they are. Nothing was written."), result.refused, code="refused"
        )
    n_taken = sum(parse_cell(cell).item is not None or changes[cell] is None for cell in result.saved)
    _decide(locked, HandedState.APPLIED, by, n_taken=n_taken)
    return n_taken


@transaction.atomic
def decline(handed: HandedFile, *, by: Writer) -> None:
    """Leave the answers as they are. The file is kept, as evidence of what was offered."""
    locked, _response = _lock(handed, by)
    _decide(locked, HandedState.DECLINED, by)


def _lock(handed: HandedFile, by: Writer) -> tuple[HandedFile, Response]:
    """The file and its response as they stand now, in the order of all locks: document, response, then the file."""
    response = lock_response(handed.response)
    locked = HandedFile.objects.select_for_update(of=("self",)).get(pk=handed.pk)
    locked.response = response
    if not can_see_handed(by, locked):
        raise ValidationError(_("This file is not yours to decide on."), code="part")
    if not locked.is_waiting:
        raise ValidationError(
            _("%(name)s decided on this file already: %(state)s."),
            code="decided",
            params={"name": locked.decided_by, "state": locked.get_state_display().lower()},
        )
    return locked, response


def _decide(handed: HandedFile, state: str, by: Writer, *, n_taken: int = 0) -> None:
    handed.state, handed.decided_by, handed.decided_at = state, by.name, timezone.now()
    handed.n_taken = n_taken
    handed.save(update_fields=["state", "decided_by", "decided_at", "n_taken"])
    verb = "document.file_taken" if state == HandedState.APPLIED else "document.file_declined"
    _tell(handed, verb, by, n=n_taken)


def _tell(handed: HandedFile, verb: str, by: Writer, **more: Any) -> None:
    document = handed.response.document
    record(
        document.partnership,
        verb,
        by=by.user or by.name,
        reference=document.reference,
        title=document.title,
        name=handed.name,
        **more,
    )
