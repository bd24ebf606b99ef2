"""Signing what was submitted: in the form, with an account, through a link, or on paper with the scan attached."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from partnerships.models import record
from toolkit import emails
from toolkit.actions.saving import lock_response
from toolkit.models import AnswerChange, Response, Signature, Submission
from toolkit.permissions import Writer
from toolkit.review_permissions import can_enter_signature, can_sign
from toolkit.schema.answers import Evaluation
from toolkit.schema.cells import get_cell, set_cell
from toolkit.signing import last_submission, signature_cells, spot_of
from toolkit.states import SIGNABLE, Part, ResponseState, SignedHow, Source, VoidedBy
from twinning.uploads import IMAGES, PDF, checked_upload, digest_of, safe_name

NAME_LENGTH = 200  # characters, as Signature holds


@dataclass(frozen=True, kw_only=True)
class Signer:
    """Who signs, as they write it. ``scan`` with ``on`` for what was signed on paper."""

    name: str
    post: str = ""
    organization: str = ""
    has_consented: bool = False
    scan: UploadedFile | None = None
    on: date | None = None


@transaction.atomic
def sign_submission(response: Response, cell: str, signer: Signer, *, seen_hash: str, by: Writer) -> Signature:
    """Keep the signature of ``signer`` in the place ``cell``, bound to the submission whose hash they were shown.

    Raises PermissionDenied for whoever may not sign there, and ValidationError when what stands is another by now, is
    signed already, or cannot be signed (yet), or when a name, the consent or the scan is missing.
    """
    locked = lock_response(response)
    spot = spot_of(locked, cell)
    own = spot is not None and can_sign(by, locked, spot.item.side)
    if spot is None or not (own or (signer.scan and can_enter_signature(by.user, locked.document))):
        raise PermissionDenied
    submission = _signable(locked, seen_hash)
    if locked.signatures.live().filter(cell=cell).exists():
        raise ValidationError(_("This is signed already."), code="submitted")
    signature = Signature(
        response=locked,
        submission=submission,
        cell=cell,
        side=spot.item.side if spot.item.side in Part.values else by.side,
        content_hash=submission.content_hash,
        user=by.user,
        link=by.link,
        entered_by=by.name,
        **_checked(signer),
    )
    if signer.scan:
        _attach(signature, signer.scan)
    else:
        signature.how = SignedHow.LINK if by.link else SignedHow.ACCOUNT
    signature.save()
    _tell(locked, signature, by)
    return signature


def _signable(response: Response, seen_hash: str) -> Submission:
    document = response.document
    if not document.partnership.is_open:
        raise ValidationError(_("The partnership is closed, so nothing can be signed any more."), code="closed")
    submission = last_submission(response)
    if document.state not in SIGNABLE or response.state != ResponseState.SUBMITTED or submission is None:
        raise ValidationError(
            _("This document is open for changes. It can be signed once it is handed in."), code="transition"
        )
    if submission.content_hash != seen_hash:
        raise ValidationError(
            _("What you read has been replaced meanwhile. Nothing was signed: read it again first."), code="stale"
        )
    return submission


def _checked(signer: Signer) -> dict[str, Any]:
    """What is kept of a signer; ValidationError where something is missing or still to come."""
    words = {"signer": signer.name, "post": signer.post, "organization": signer.organization}
    kept = {key: " ".join(text.split()) for key, text in words.items()}
    if not kept["signer"]:
        raise ValidationError({"name": _("Write the name of the person who signs.")})
    if any(len(text) > NAME_LENGTH for text in kept.values()):
        raise ValidationError(_("Use at most %(most)s characters."), code="length", params={"most": NAME_LENGTH})
    if not signer.has_consented:
        raise ValidationError({"agree": _("Say that you have read it and sign it.")})
    on = signer.on if signer.scan and signer.on else timezone.localdate()
    if on > timezone.localdate():
        raise ValidationError({"on": _("This day is still to come.")})
    return {**kept, "signed_on": on, "has_consented": True}


def _attach(signature: Signature, scan: UploadedFile) -> None:
    try:
        signature.scan_type = checked_upload(scan, {**PDF, **IMAGES}, most=settings.MAX_UPLOAD_BYTES)
    except ValidationError as error:
        raise ValidationError({"scan": error}) from None
    signature.how, signature.scan_name = SignedHow.SCAN, safe_name(scan.name)
    signature.scan_sha256 = digest_of(scan)
    signature.scan = scan


def _tell(response: Response, signature: Signature, by: Writer) -> None:
    document = response.document
    record(
        document.partnership,
        "document.signed",
        by=by.user or by.name,
        reference=document.reference,
        title=document.title,
        code=signature.code,
    )
    if by.user is None or by.user.pk != document.partnership.coordinator_id:
        emails.send_signed(document, signature)


def bind_signatures(response: Response, submission: Submission, evaluation: Evaluation) -> None:
    """Bind the signatures that were given in the form to what has just been submitted.

    A signature after which somebody else went on writing was for something else: it stays an answer, is bound to
    nothing, and its place can be signed again.
    """
    now = timezone.now()
    live = response.signatures.live()
    live.update(voided_at=now, voided_by=VoidedBy.SUBMITTED, voided_by_name=submission.name)
    cells = list(signature_cells(response.document.version.form, submission.answers, evaluation))
    given = {cell: value for cell in cells if (value := _agreed(submission.answers, cell))}
    if not given:
        return
    rows = list(response.changes.order_by("pk").values_list("pk", "cell", "user", "link", "name"))
    last = {cell: (pk, who) for pk, cell, *who in rows if cell in given}
    form = response.document.version.form
    for cell, value in given.items():
        pk, who = last.get(cell, (0, None))
        others = (row for row in rows if row[0] > pk and list(row[2:]) != who)
        if who is None or any(not _is_signature(form, row[1]) for row in others):
            continue
        user, link, name = who
        item = form.by_id[cell.rpartition("/")[2]]
        Signature.objects.create(
            response=response,
            submission=submission,
            cell=cell,
            side=item.side if item.side in Part.values else "",
            how=SignedHow.FORM,
            signer=value["name"],
            post=value.get("title", ""),
            organization=value.get("organization", ""),
            signed_on=date.fromisoformat(value["on"]),
            has_consented=True,
            content_hash=submission.content_hash,
            user_id=user,
            link_id=link,
            entered_by=name,
        )


def _agreed(answers: dict[str, Any], cell: str) -> dict[str, Any] | None:
    value = get_cell(answers, cell)
    is_given = isinstance(value, dict) and value.get("agreed") is True and value.get("name") and value.get("on")
    return value if is_given else None


def _is_signature(form, cell: str) -> bool:
    node = form.by_id.get(cell.rpartition("/")[2])
    return getattr(node, "kind", "") == "signature"


def void_signatures(response: Response, why: VoidedBy, *, by: User) -> None:
    """No signature under ``response`` counts any more; those given in the form must be given anew. The rows stay."""
    response.signatures.live().update(voided_at=timezone.now(), voided_by=why, voided_by_name=str(by))
    form = response.document.version.form
    rows = []
    for cell in signature_cells(form, response.answers):
        value = _agreed(response.answers, cell)
        if value is None:
            continue
        after = {**value, "agreed": False}
        revision = response.revisions.get(cell, 0) + 1
        response.answers = set_cell(response.answers, cell, after)
        response.revisions = {**response.revisions, cell: revision}
        rows.append(
            AnswerChange(
                response=response,
                cell=cell,
                revision=revision,
                before=value,
                after=after,
                user=by,
                name=str(by),
                source=Source.VOID,
            )
        )
    if rows:
        AnswerChange.objects.bulk_create(rows)
        response.save(update_fields=["answers", "revisions"])
