"""Papers: a person types in what another wrote by hand, and the scan is kept beside it."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from partnerships.models import record
from toolkit.actions.saving import lock_response, refuse_unless_fillable, refuse_unless_writable
from toolkit.models import HandedFile, Response
from toolkit.permissions import Writer, can_type_paper
from toolkit.states import HandedState, Mode, Source
from twinning.uploads import PDF, checked_upload, digest_of, safe_name

SCANS = {**PDF, "png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg"}
NAME_LENGTH = 200


def writer_for_paper(typist: Writer, handed: HandedFile) -> Writer:
    """``typist`` as the hand of whoever wrote the paper: for that side only. Both stand in the history."""
    with translation.override(settings.LANGUAGE_CODE):
        name = _("%(typist)s, from the paper of %(writer)s") % {"typist": typist.name, "writer": handed.writer_name}
    return Writer(name=name[:NAME_LENGTH], parts=frozenset({handed.side}), user=typist.user, handed=handed)


@transaction.atomic
def start_paper(
    response: Response,
    scan: UploadedFile,
    *,
    side: str,
    writer_name: str,
    writer_post: str,
    written_on: date,
    by: Writer,
) -> HandedFile:
    """Keep the scan of a paper that somebody of ``side`` wrote; its answers are typed in afterwards.

    Raises ValidationError when the scan is no PDF, JPEG or PNG, the day is to come, or the document is closed.
    """
    locked = lock_response(response)
    if by.user is None or not can_type_paper(by, locked.document, side):
        raise PermissionDenied
    refuse_unless_fillable(locked.document)
    if written_on > timezone.localdate():
        raise ValidationError(_("The date on the paper lies in the future."), code="written_on")
    if not writer_name.strip():
        raise ValidationError(_("Write who filled in the paper."), code="writer_name")
    handed = HandedFile(
        response=locked,
        kind=Source.PAPER,
        side=side,
        name=safe_name(scan.name),
        content_type=_checked(scan),
        size=scan.size,
        sha256=digest_of(scan),
        user=by.user,
        by_name=by.name,
        state=HandedState.APPLIED,
        decided_by=by.name,
        decided_at=timezone.now(),
        writer_name=writer_name.strip(),
        writer_post=writer_post.strip(),
        written_on=written_on,
    )
    refuse_unless_writable(locked, writer_for_paper(by, handed))
    handed.full_clean(exclude=["file", "response", "user", "link", "said"])
    scan.seek(0)
    handed.file.save(handed.name, scan, save=False)
    handed.save()
    document = locked.document
    record(
        document.partnership,
        "document.paper_handed_in",
        by=by.user,
        reference=document.reference,
        title=document.title,
        name=handed.writer_name,
    )
    return handed


def _checked(scan: UploadedFile) -> str:
    try:
        return checked_upload(scan, SCANS, most=settings.MAX_UPLOAD_BYTES)
    except ValidationError as error:
        raise ValidationError({"scan": error.messages}) from error


def response_for_side(responses: list[Response], side: str) -> Response:
    """The response that a paper of ``side`` belongs to: the only one, or the side's own."""
    own = side if responses[0].document.mode == Mode.EACH else ""
    return next(response for response in responses if response.side == own)
