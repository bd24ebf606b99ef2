"""What the state of an agreement may become. People, acceptances, other agreements and the calendar make it so.

The text is worked on until every party that must sign has accepted it; from the day it is in force it never changes.
“Expiring” is no state: it is worked out from the date (Agreement.is_expiring).
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class AgreementKind(models.TextChoices):
    MEMORANDUM = "memorandum", _("Memorandum of understanding")
    COMMITMENT = "commitment", _("Letter of commitment")
    DATA_SHARING = "data_sharing", _("Data-sharing agreement")
    CONTRACT = "contract", _("Contract")
    OTHER = "other", _("Other agreement")


# Kinds that one side may give alone.
ONE_SIDED = (AgreementKind.COMMITMENT,)


class Relation(models.TextChoices):
    """What an agreement is to its parent."""

    AMENDMENT = "amendment", _("Amendment")
    RENEWAL = "renewal", _("Renewal")
    REPLACEMENT = "replacement", _("Replacement")


class AgreementState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    IN_NEGOTIATION = "in_negotiation", _("In negotiation")
    FINAL_TEXT = "final_text", _("Final text")
    OUT_FOR_SIGNATURE = "out_for_signature", _("Out for signature")
    PARTLY_SIGNED = "partly_signed", _("Partly signed")
    SIGNED = "signed", _("Signed, not yet in force")
    IN_FORCE = "in_force", _("In force")
    EXPIRED = "expired", _("Expired")
    RENEWED = "renewed", _("Renewed")
    TERMINATED = "terminated", _("Terminated")
    SUPERSEDED = "superseded", _("Superseded")
    WITHDRAWN = "withdrawn", _("Withdrawn")


S = AgreementState
AGREEMENT_TRANSITIONS: dict[str, tuple[str, ...]] = {
    S.DRAFT: (S.IN_NEGOTIATION, S.WITHDRAWN),
    S.IN_NEGOTIATION: (S.FINAL_TEXT, S.WITHDRAWN),
    S.FINAL_TEXT: (S.OUT_FOR_SIGNATURE, S.WITHDRAWN),
    # A single signature is enough where only one party must sign.
    S.OUT_FOR_SIGNATURE: (S.PARTLY_SIGNED, S.SIGNED, S.IN_FORCE, S.WITHDRAWN),
    S.PARTLY_SIGNED: (S.SIGNED, S.IN_FORCE, S.WITHDRAWN),
    S.SIGNED: (S.IN_FORCE, S.WITHDRAWN),
    S.IN_FORCE: (S.EXPIRED, S.RENEWED, S.TERMINATED, S.SUPERSEDED),
    # A renewal is often signed after the end.
    S.EXPIRED: (S.RENEWED,),
    S.RENEWED: (),
    S.TERMINATED: (),
    S.SUPERSEDED: (),
    S.WITHDRAWN: (),
}

# The moves that a person makes with a button; all others follow from what was signed, and from dates.
BY_HAND = (S.IN_NEGOTIATION, S.FINAL_TEXT, S.OUT_FOR_SIGNATURE, S.WITHDRAWN)
# While the text may still be edited. An edit brings everything but a draft back into negotiation.
EDITABLE = (S.DRAFT, S.IN_NEGOTIATION, S.FINAL_TEXT, S.OUT_FOR_SIGNATURE, S.PARTLY_SIGNED, S.SIGNED)
# A party that need not sign may do so after the others have.
SIGNABLE = (S.OUT_FOR_SIGNATURE, S.PARTLY_SIGNED, S.SIGNED, S.IN_FORCE)
# From the last signature on, there is a day on which it came, or will come, into force.
AGREED = (S.SIGNED, S.IN_FORCE, S.EXPIRED, S.RENEWED, S.TERMINATED, S.SUPERSEDED)


def agreement_can_become(current: str, new: str) -> bool:
    return new in AGREEMENT_TRANSITIONS.get(current, ())


def after_edit(current: str) -> str:
    """The state in which an edit leaves an agreement: what others had agreed to is being talked about again."""
    return current if current == S.DRAFT else S.IN_NEGOTIATION


class AcceptanceMode(models.TextChoices):
    ACCOUNT = "account", _("Accepted here by the signatory")
    EMAIL = "email", _("Confirmed by e-mail")
    INK = "ink", _("Signed on paper")


class Occasion(models.TextChoices):
    """What a notice reminds of."""

    END = "end", _("End")
    REVIEW = "review", _("Review")


NOTICE_DAYS = (180, 90, 30)
EXPIRING_DAYS = 90
