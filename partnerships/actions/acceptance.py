"""A party accepts an agreement: on the page, or by a mail or a signed paper that the coordinator enters."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from partnerships.actions.agreement import keep_file
from partnerships.actions.agreement_steps import lock_agreement, note_signature
from partnerships.actions.partnership import refuse_unless_open
from partnerships.agreement_content import SCANS
from partnerships.agreement_guards import missing_for
from partnerships.agreement_states import SIGNABLE, AcceptanceMode, AgreementState
from partnerships.models import Acceptance, Agreement, AgreementParty, record
from partnerships.permissions import can_accept_for
from partnerships.states import Side


@transaction.atomic
def accept_agreement(
    agreement: Agreement, party: AgreementParty, *, seen_hash: str, name: str, post: str = "", by: User
) -> Acceptance:
    """``by`` accepts for the organization of ``party`` the text whose hash they were shown.

    Raises PermissionDenied for whoever may not sign for it, and ValidationError when the text is another by now, was
    accepted already, or is not out for signature.
    """
    locked = _lock_to_sign(agreement, party, seen_hash)
    if not can_accept_for(by, locked, party):
        raise PermissionDenied
    acceptance = Acceptance(
        mode=AcceptanceMode.ACCOUNT, signatory_name=name, signatory_post=post, signed_on=timezone.localdate()
    )
    return _accept(locked, party, acceptance, by=by)


@transaction.atomic
def enter_acceptance(
    agreement: Agreement,
    party: AgreementParty,
    *,
    mode: str,
    seen_hash: str,
    name: str,
    post: str = "",
    signed_on: date,
    note: str = "",
    scan: UploadedFile | None = None,
    by: User,
) -> Acceptance:
    """``by``, a coordinator, writes down what a party confirmed by e-mail or signed on paper."""
    locked = _lock_to_sign(agreement, party, seen_hash)
    if mode not in (AcceptanceMode.EMAIL, AcceptanceMode.INK):
        raise ValidationError({"mode": _("Say how it was accepted.")})
    if signed_on > timezone.localdate():
        raise ValidationError({"signed_on": _("This day is still to come.")})
    if mode == AcceptanceMode.INK and not scan:
        raise ValidationError({"scan": _("Add a scan or photo of the signed page.")})
    if mode == AcceptanceMode.EMAIL and not scan and not note.strip():
        raise ValidationError({"note": _("Say who wrote what, or add the e-mail as a file.")})
    acceptance = Acceptance(mode=mode, signatory_name=name, signatory_post=post, signed_on=signed_on, note=note.strip())
    if scan:
        acceptance.evidence = _keep_scan(locked, scan, by=by)
    return _accept(locked, party, acceptance, by=by)


def _keep_scan(agreement: Agreement, scan: UploadedFile, *, by: User):
    try:
        return keep_file(agreement, scan, allowed=SCANS, by=by)
    except ValidationError as error:
        raise ValidationError({"scan": error}) from None


def _lock_to_sign(agreement: Agreement, party: AgreementParty, seen_hash: str) -> Agreement:
    locked = lock_agreement(agreement)
    refuse_unless_open(locked.partnership)
    if party.agreement_id != locked.pk:
        raise ValidationError(_("This organization is no party of the agreement."), code="party")
    if locked.content_hash != seen_hash:
        raise ValidationError(
            _("The agreement was changed after you opened this page. Nothing was accepted: read it again first."),
            code="stale",
        )
    if locked.state not in SIGNABLE:
        raise ValidationError(_("This agreement is not out for signature."), code="transition")
    if locked.acceptances.live().filter(participation=party.participation_id).exists():
        raise ValidationError(_("This organization has already accepted."), code="twice")
    if locked.state != AgreementState.IN_FORCE:
        missing = missing_for(locked, AgreementState.OUT_FOR_SIGNATURE)
        if missing:
            raise ValidationError(
                _("This is still missing: %(missing)s."), code="missing", params={"missing": ", ".join(missing)}
            )
    elif party.participation.left_on:
        raise ValidationError(_("This organization takes part no longer."), code="party")
    return locked


def _accept(agreement: Agreement, party: AgreementParty, acceptance: Acceptance, *, by: User) -> Acceptance:
    acceptance.agreement, acceptance.participation, acceptance.by = agreement, party.participation, by
    acceptance.revision = agreement.revisions.first()
    acceptance.content_hash = agreement.content_hash
    acceptance.full_clean()
    acceptance.save()
    side = party.participation.side
    record(
        agreement.partnership,
        "agreement.accepted",
        by=by,
        reference=agreement.reference,
        title=agreement.title,
        organization=str(party.participation.organization),
        side=side if side in Side.values else "",
        person=acceptance.signatory_name,
        code=agreement.content_hash[:12],
        mode=acceptance.mode,
    )
    note_signature(agreement, by=by)
    return acceptance
