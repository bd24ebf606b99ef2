"""The steps of an agreement: those people take, and those that follow from dates and signatures."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.models import User
from partnerships.actions.partnership import refuse_unless_open
from partnerships.agreement_emails import send_in_force, send_out_for_signature
from partnerships.agreement_guards import missing_for, waiting_parties
from partnerships.agreement_states import (
    BY_HAND,
    EDITABLE,
    AgreementState,
    Relation,
    agreement_can_become,
)
from partnerships.models import Agreement, Partnership, record

# Who made a step that only the date asked for.
CALENDAR = gettext_noop("The calendar")


def lock_agreement(agreement: Agreement) -> Agreement:
    """The row of ``agreement``, locked and brought up to today. The partnership is locked first, as everywhere."""
    partnership = Partnership.objects.select_for_update(of=("self",)).get(pk=agreement.partnership_id)
    locked = Agreement.objects.select_for_update(of=("self",)).select_related("parent").get(pk=agreement.pk)
    locked.partnership = partnership
    if locked.parent:
        locked.parent.partnership = partnership
        settle(locked.parent)
    settle(locked)
    return locked


def settle(agreement: Agreement) -> bool:
    """Take the steps that the calendar asks for; True when there was one. The agreement is locked."""
    before = agreement.state
    if agreement.state == AgreementState.SIGNED and agreement.in_force_on <= timezone.localdate():
        _bring_into_force(agreement, by=str(CALENDAR))
    if agreement.state == AgreementState.IN_FORCE and agreement.standing != AgreementState.IN_FORCE:
        _end(agreement, agreement.standing, by=str(CALENDAR))
    return agreement.state != before


@transaction.atomic
def move_agreement(agreement: Agreement, new: str, *, by: User, reason: str = "") -> Agreement:
    """Open the negotiation, declare the text final, send it out, or withdraw it (with a reason)."""
    locked = lock_agreement(agreement)
    refuse_unless_open(locked.partnership)
    old = locked.state
    if new not in BY_HAND or not agreement_can_become(old, new):
        raise ValidationError(
            _("An agreement that is %(old)s cannot become %(new)s."),
            code="transition",
            params={
                "old": AgreementState(old).label.lower(),
                "new": AgreementState(new).label.lower() if new in AgreementState else new,
            },
        )
    missing = missing_for(locked, new)
    if missing:
        raise ValidationError(
            _("This is still missing: %(missing)s."), code="missing", params={"missing": ", ".join(missing)}
        )
    if new == AgreementState.WITHDRAWN and not reason.strip():
        raise ValidationError(_("Please say why."), code="reason")
    _put(locked, new)
    if new == AgreementState.WITHDRAWN:
        locked.in_force_on = locked.runs_until = locked.look_again_on = None
        locked.end_reason = reason.strip()
    locked.save(update_fields=["state", "version", "end_reason", "in_force_on", "runs_until", "look_again_on"])
    _tell(locked, "agreement.moved", by=by, old=old, new=new, reason=reason.strip())
    if new == AgreementState.OUT_FOR_SIGNATURE:
        transaction.on_commit(lambda: send_out_for_signature(locked), robust=True)
    return locked


def note_signature(agreement: Agreement, *, by: User) -> None:
    """After an acceptance: partly signed, signed by all, or in force. The agreement is locked."""
    if agreement.state not in EDITABLE:
        agreement.version += 1
        agreement.save(update_fields=["version"])  # a party that need not sign joined one that is in force
        return
    if waiting_parties(agreement):
        _put(agreement, AgreementState.PARTLY_SIGNED)
        agreement.save(update_fields=["state", "version"])
        return
    last = max(each.signed_on for each in agreement.acceptances.live())
    agreement.in_force_on = max(agreement.starts_on or last, last)
    agreement.runs_until, agreement.look_again_on = agreement.ends_on, agreement.review_on
    if agreement.in_force_on <= timezone.localdate():
        _bring_into_force(agreement, by=by)
        return
    if agreement.state != AgreementState.SIGNED:
        _tell(agreement, "agreement.signed", by=by, day=agreement.in_force_on.isoformat())
    _put(agreement, AgreementState.SIGNED)
    agreement.save(update_fields=["state", "version", "in_force_on", "runs_until", "look_again_on"])


def _bring_into_force(agreement: Agreement, *, by: User | str) -> None:
    _put(agreement, AgreementState.IN_FORCE)
    agreement.save(update_fields=["state", "version", "in_force_on", "runs_until", "look_again_on"])
    _tell(agreement, "agreement.in_force", by=by, day=agreement.in_force_on.isoformat())
    transaction.on_commit(lambda: send_in_force(agreement), robust=True)
    if agreement.parent:
        parent = Agreement.objects.select_for_update(of=("self",)).get(pk=agreement.parent_id)
        parent.partnership = agreement.partnership
        _follow(parent, agreement, by=by)


def _follow(parent: Agreement, successor: Agreement, *, by: User | str) -> None:
    """What an agreement in force does to the one that it amends, renews or replaces."""
    if successor.relation == Relation.AMENDMENT:
        for earlier in parent.successors.filter(relation=Relation.AMENDMENT, state=AgreementState.IN_FORCE):
            if earlier.pk != successor.pk:
                _put(earlier, AgreementState.SUPERSEDED)
                earlier.save(update_fields=["state", "version"])
        if not parent.terminates_on:
            parent.runs_until, parent.look_again_on = successor.runs_until, successor.look_again_on
        parent.version += 1
        parent.save(update_fields=["runs_until", "look_again_on", "version"])
        return
    new = AgreementState.RENEWED if successor.relation == Relation.RENEWAL else AgreementState.SUPERSEDED
    if agreement_can_become(parent.state, new):
        _end(parent, new, by=by)


def _end(agreement: Agreement, new: str, *, by: User | str) -> None:
    """An agreement in force comes to its end, and its amendments with it."""
    for amendment in agreement.successors.filter(
        relation=Relation.AMENDMENT, state__in=[AgreementState.IN_FORCE, AgreementState.EXPIRED]
    ):
        if agreement_can_become(amendment.state, new):
            _put(amendment, new)
            amendment.terminates_on, amendment.end_reason = agreement.terminates_on, agreement.end_reason
            amendment.save(update_fields=["state", "version", "terminates_on", "end_reason"])
    old = agreement.state
    _put(agreement, new)
    agreement.save(update_fields=["state", "version"])
    _tell(agreement, "agreement.moved", by=by, old=old, new=new)


@transaction.atomic
def terminate_agreement(agreement: Agreement, *, on: date, reason: str, obligations: str, by: User) -> Agreement:
    """End an agreement in force before its time: today, or on a later day until which it still holds.

    A partnership that is closed may still have agreements to end.
    """
    locked = lock_agreement(agreement)
    if locked.state != AgreementState.IN_FORCE or locked.is_amendment:
        raise ValidationError(_("Only an agreement in force can be terminated."), code="transition")
    if locked.terminates_on:
        raise ValidationError(
            _("Notice was given already: it ends on %(day)s."), code="twice", params={"day": locked.terminates_on}
        )
    today = timezone.localdate()
    if on < today:
        raise ValidationError({"on": _("It cannot end in the past.")})
    if locked.runs_until and on > locked.runs_until:
        raise ValidationError({"on": _("It ends before that by itself, on %(day)s.") % {"day": locked.runs_until}})
    if not reason.strip():
        raise ValidationError({"reason": _("Please say why.")})
    locked.terminates_on, locked.runs_until = on, on
    locked.end_reason, locked.obligations = reason.strip(), obligations.strip()
    locked.version += 1
    locked.save(update_fields=["terminates_on", "runs_until", "end_reason", "obligations", "version"])
    locked.successors.filter(relation=Relation.AMENDMENT, state=AgreementState.IN_FORCE).update(runs_until=on)
    _tell(locked, "agreement.notice_given", by=by, day=on.isoformat(), reason=reason.strip())
    if on <= today:
        _end(locked, AgreementState.TERMINATED, by=by)
    return locked


def _put(agreement: Agreement, new: str) -> None:
    """Change the state in memory; ``version`` grows, so that whoever is editing is told."""
    agreement.state = new
    agreement.version += 1


def _tell(agreement: Agreement, verb: str, *, by: User | str, **words) -> None:
    record(agreement.partnership, verb, by=by, reference=agreement.reference, title=agreement.title, **words)
