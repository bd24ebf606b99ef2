"""Writing an agreement: its terms, its parties and its texts. Every edit is a version, and voids what was accepted."""

from __future__ import annotations

from collections.abc import Mapping

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from partnerships.actions.agreement_steps import lock_agreement
from partnerships.actions.partnership import refuse_unless_open
from partnerships.agreement_content import TEXT_FILES, PartyChoice, content_of, differences, hash_of
from partnerships.agreement_emails import send_voided
from partnerships.agreement_states import EDITABLE, SIGNABLE, AgreementState, after_edit
from partnerships.models import (
    Agreement,
    AgreementFile,
    AgreementParty,
    AgreementRevision,
    AgreementText,
    Participation,
    Partnership,
    record,
)
from twinning.locking import claim_version
from twinning.uploads import checked_upload, digest_of, safe_name

TERMS = ("kind", "title", "starts_on", "ends_on", "review_on", "notice_days")


Parties = Mapping[Participation, PartyChoice]


@transaction.atomic
def create_agreement(agreement: Agreement, *, parties: Parties, by: User) -> Agreement:
    """Save a new draft with its parties and the first version of its terms. Texts are added one by one."""
    partnership = Partnership.objects.select_for_update(of=("self",)).get(pk=agreement.partnership_id)
    refuse_unless_open(partnership)
    agreement.partnership = partnership
    agreement.reference = _next_reference(partnership)
    agreement.state = AgreementState.DRAFT
    agreement.created_by = by
    agreement.full_clean(exclude=["content_hash"])
    agreement.save()
    _set_parties(agreement, parties)
    add_revision(agreement, by=by)
    record(
        partnership,
        "agreement.created",
        by=by,
        reference=agreement.reference,
        title=agreement.title,
        kind=agreement.kind,
    )
    return agreement


def _next_reference(partnership: Partnership) -> str:
    """Such as ``TP-7K2MQ-A3``; the number of an agreement that was deleted is not given again."""
    made = partnership.entries.filter(verb="agreement.created").count()
    return f"{partnership.reference}-A{made + 1}"


@transaction.atomic
def change_terms(agreement: Agreement, *, parties: Parties, seen_version: int, by: User) -> Agreement:
    """Save edited terms and parties, unless somebody else saved since ``seen_version`` (StaleError)."""
    locked = _lock_to_edit(agreement)
    claim_version(agreement, seen_version)
    agreement.state = locked.state
    agreement.full_clean(exclude=["content_hash"])
    agreement.save(update_fields=[*TERMS, "version"])
    _set_parties(agreement, parties)
    return _revise(agreement, by=by)


def _set_parties(agreement: Agreement, parties: Parties) -> None:
    if any(each.partnership_id != agreement.partnership_id for each in parties):
        raise ValidationError(_("A party must take part in this partnership."), code="party")
    agreement.parties.exclude(participation__in=[each.pk for each in parties]).delete()
    for participation, choice in parties.items():
        AgreementParty.objects.update_or_create(
            agreement=agreement,
            participation=participation,
            defaults={"is_required": choice.is_required, "signatory": choice.signatory},
        )


@transaction.atomic
def save_text(
    agreement: Agreement, *, language: str, body: str, prevails: bool, seen_version: int, by: User
) -> Agreement:
    """Write the text of ``agreement`` in ``language``, in place of what stood there, typed or uploaded."""
    locked = _lock_to_edit(agreement)
    _claim(locked, seen_version)
    body = body.replace("\r\n", "\n").replace("\r", "\n").strip()
    _put_text(locked, language, prevails=prevails, body=body, file=None)
    return _revise(locked, by=by)


@transaction.atomic
def save_text_file(
    agreement: Agreement, *, language: str, upload: UploadedFile, prevails: bool, seen_version: int, by: User
) -> Agreement:
    """Take an uploaded file as the text in ``language``."""
    locked = _lock_to_edit(agreement)
    _claim(locked, seen_version)
    file = keep_file(locked, upload, allowed=TEXT_FILES, by=by)
    _put_text(locked, language, prevails=prevails, body="", file=file)
    return _revise(locked, by=by)


def keep_file(agreement: Agreement, upload: UploadedFile, *, allowed: Mapping[str, str], by: User) -> AgreementFile:
    """Keep what was uploaded, or ValidationError when it is too big or not what its name says."""
    content_type = checked_upload(upload, allowed, most=settings.MAX_UPLOAD_BYTES)
    return AgreementFile.objects.create(
        agreement=agreement,
        file=upload,
        name=safe_name(upload.name),
        content_type=content_type,
        size=upload.size,
        sha256=digest_of(upload),
        added_by=by,
    )


def _put_text(agreement: Agreement, language: str, *, prevails: bool, body: str, file: AgreementFile | None) -> None:
    text = agreement.texts.filter(language=language).first() or AgreementText(agreement=agreement, language=language)
    if prevails:
        agreement.texts.exclude(pk=text.pk).update(prevails=False)
    text.body, text.file, text.prevails = body, file, prevails
    text.full_clean()
    text.save()


@transaction.atomic
def remove_text(agreement: Agreement, language: str, *, seen_version: int, by: User) -> Agreement:
    """Take a language version away. What others accepted of it stays among the versions."""
    locked = _lock_to_edit(agreement)
    _claim(locked, seen_version)
    if locked.state != AgreementState.DRAFT and locked.texts.count() < 2:
        raise ValidationError(_("It is the only text. Write another one first."), code="last")
    locked.texts.filter(language=language).delete()
    return _revise(locked, by=by)


def _claim(agreement: Agreement, seen_version: int) -> None:
    claim_version(agreement, seen_version)
    agreement.save(update_fields=["version"])


def _lock_to_edit(agreement: Agreement) -> Agreement:
    locked = lock_agreement(agreement)
    refuse_unless_open(locked.partnership)
    if locked.state not in EDITABLE:
        raise ValidationError(
            _("An agreement that is %(state)s is not edited any more. Make an amendment instead."),
            code="frozen",
            params={"state": locked.get_state_display().lower()},
        )
    return locked


def add_revision(agreement: Agreement, *, by: User) -> AgreementRevision | None:
    """Keep the content as a new version; nothing when it is what it was. The agreement is locked or new."""
    content = content_of(agreement)
    code = hash_of(content)
    if code == agreement.content_hash:
        return None
    last = agreement.revisions.values_list("number", flat=True).first() or 0
    revision = AgreementRevision.objects.create(
        agreement=agreement, number=last + 1, content=content, content_hash=code, by=by
    )
    agreement.content_hash = code
    agreement.save(update_fields=["content_hash"])
    return revision


def _revise(agreement: Agreement, *, by: User) -> Agreement:
    """After an edit: a new version; acceptances of the one before are void, and the talks are open again."""
    agreement.refresh_from_db()
    before = agreement.revisions.first()
    revision = add_revision(agreement, by=by)
    if revision is None:
        return agreement
    old = agreement.state
    live = agreement.acceptances.live().select_related("participation__organization")
    voided = [str(acceptance.participation.organization) for acceptance in live]
    agreement.acceptances.live().update(voided_at=timezone.now(), voided_by=revision)
    agreement.state = after_edit(old)
    agreement.in_force_on = agreement.runs_until = agreement.look_again_on = None
    agreement.save(update_fields=["state", "in_force_on", "runs_until", "look_again_on"])
    changed = [each.label for each in differences(before.content, revision.content)]
    record(
        agreement.partnership,
        "agreement.changed",
        by=by,
        reference=agreement.reference,
        title=agreement.title,
        number=revision.number,
        changed=changed,
        note=", ".join(changed),
    )
    if voided:
        words = {"reference": agreement.reference, "title": agreement.title, "organizations": ", ".join(voided)}
        record(agreement.partnership, "agreement.voided", by=by, **words)
    if voided or old in SIGNABLE:
        transaction.on_commit(lambda: send_voided(agreement, changed=changed, who=str(by)), robust=True)
    return agreement


@transaction.atomic
def delete_agreement(agreement: Agreement, *, by: User) -> None:
    """Remove an agreement that nobody ever accepted and nothing follows; otherwise it is withdrawn, and stays."""
    locked = lock_agreement(agreement)
    if locked.acceptances.exists():
        raise ValidationError(
            _("Somebody has accepted this agreement, so it stays on record. Withdraw it instead."), code="accepted"
        )
    if locked.state not in EDITABLE or locked.successors.exists():
        raise ValidationError(_("This agreement stays on record."), code="frozen")
    record(locked.partnership, "agreement.deleted", by=by, reference=locked.reference, title=locked.title)
    files = [file.file for file in locked.files.all()]
    locked.texts.all().delete()
    locked.delete()
    for file in files:
        if not AgreementFile.objects.filter(file=file.name).exists():
            transaction.on_commit(lambda file=file: file.storage.delete(file.name), robust=True)
