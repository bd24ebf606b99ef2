"""What is missing before an agreement's next step. The page, the button and the move itself ask here."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from partnerships.agreement_content import is_empty_amendment
from partnerships.agreement_states import (
    AGREEMENT_TRANSITIONS,
    BY_HAND,
    ONE_SIDED,
    AgreementState,
    Relation,
)
from partnerships.models import Agreement, AgreementParty
from partnerships.states import Side

LABELS = {
    AgreementState.IN_NEGOTIATION: lambda: _("Open the negotiation"),
    AgreementState.FINAL_TEXT: lambda: _("Declare the text final"),
    AgreementState.OUT_FOR_SIGNATURE: lambda: _("Send it out for signature"),
    AgreementState.WITHDRAWN: lambda: _("Withdraw it"),
}


@dataclass(frozen=True, kw_only=True)
class AgreementMove:
    """A step that a person may make, and what is missing for it."""

    to: str
    label: str
    missing: tuple[str, ...]
    needs_reason: bool = False


def agreement_moves(agreement: Agreement) -> list[AgreementMove]:
    """The steps that the present state allows by hand, the next one first and withdrawing last."""
    nexts = [new for new in AGREEMENT_TRANSITIONS[agreement.standing] if new in BY_HAND]
    return [
        AgreementMove(
            to=new,
            label=LABELS[new](),
            missing=tuple(missing_for(agreement, new)),
            needs_reason=new == AgreementState.WITHDRAWN,
        )
        for new in nexts
    ]


def missing_for(agreement: Agreement, new: str) -> list[str]:
    """What must be there before ``agreement`` may become ``new``, each in words; nothing when it may."""
    if new == AgreementState.IN_NEGOTIATION:
        return [] if agreement.texts.all() else [_("a text, typed here or uploaded as a file")]
    if new in (AgreementState.FINAL_TEXT, AgreementState.OUT_FOR_SIGNATURE):
        found = [*_missing_in_text(agreement), *_missing_in_dates(agreement), *_missing_parties(agreement)]
        return found + (_missing_parent(agreement) if new == AgreementState.OUT_FOR_SIGNATURE else [])
    if new in (AgreementState.SIGNED, AgreementState.IN_FORCE):
        names = [str(party.participation.organization) for party in waiting_parties(agreement)]
        return [_("the acceptance of %(name)s") % {"name": name} for name in names]
    return []


def _missing_in_text(agreement: Agreement) -> list[str]:
    texts = list(agreement.texts.all())
    if not texts:
        return [_("a text, typed here or uploaded as a file")]
    if len(texts) > 1 and not any(text.prevails for text in texts):
        return [_("which language version prevails")]
    return []


def _missing_in_dates(agreement: Agreement) -> list[str]:
    if not agreement.ends_on and not agreement.review_on:
        return [_("an end date, or a review date when it has no end")]
    if agreement.ends_on and agreement.ends_on < timezone.localdate():
        return [_("an end date that is still to come")]
    return []


def _missing_parties(agreement: Agreement) -> list[str]:
    parties = list(agreement.parties.all())
    signing = {party.participation.side for party in parties if party.is_required}
    found = [
        _("%(name)s takes part no longer: take it off the parties") % {"name": party.participation.organization}
        for party in parties
        if party.participation.left_on
    ]
    if agreement.kind in ONE_SIDED:
        return found if signing else [*found, _("a party that must sign")]
    missing = [side for side in Side.values if side not in signing]
    return found + [
        _("a party of the %(side)s that must sign") % {"side": agreement.partnership.side_label(side)}
        for side in missing
    ]


def _missing_parent(agreement: Agreement) -> list[str]:
    if agreement.relation == Relation.AMENDMENT and not agreement.parent.is_in_force:
        return [_("the agreement that it amends is no longer in force")]
    if is_empty_amendment(agreement):
        return [_("a change: nothing differs yet from what it amends but title and start date")]
    return []


def accepted_by(agreement: Agreement) -> dict:
    """The acceptances that count, by participation; reads prefetched ``acceptances``."""
    return {each.participation_id: each for each in agreement.acceptances.all() if each.is_live}


def waiting_parties(agreement: Agreement) -> list[AgreementParty]:
    """The parties that must still sign."""
    accepted = accepted_by(agreement)
    return [party for party in agreement.parties.all() if party.is_required and party.participation_id not in accepted]
