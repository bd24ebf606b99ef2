"""The steps of a contribution: confirmed by its giver, verified and counted by the coordinator, rejected, reversed."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from partnerships import permissions
from partnerships.actions.contribution import lock_partnership, tell_of
from partnerships.contribution_guards import missing_for, possible_twins
from partnerships.contribution_states import (
    CONTRIBUTION_NEEDS_REASON,
    ConfirmMode,
    ContributionState,
    contribution_can_become,
)
from partnerships.models import Contribution
from partnerships.valuation import convert_it

S = ContributionState
VALUES = ("base_currency", "base_value", "fx_rate", "fx_on", "fx_source")
# A reversal is the same gift with the opposite sign, by the same rates.
COPIED = (
    "kind participation_id person_id starts_on ends_on role unit rate rate_basis rate_from rate_source currency match "
    "base_currency fx_rate fx_on fx_source source_thing confirmed_by_id confirmed_at confirmed_how verified_by_id "
    "verified_at"
).split()


@transaction.atomic
def confirm_contribution(contribution: Contribution, *, how: str, note: str = "", by: User) -> Contribution:
    """The giver says that it is so: here with an account, or otherwise, and ``note`` says who told whom and when."""
    locked = _locked(contribution, S.CONFIRMED)
    if how == ConfirmMode.ACCOUNT:
        if not permissions.can_confirm_contribution(by, locked):
            raise PermissionDenied
    elif how not in ConfirmMode.values:
        raise ValidationError({"how": _("Choose how the giver confirmed it.")})
    elif not note.strip():
        raise ValidationError({"note": _("Write who confirmed it, and when.")})
    locked.confirmed_by, locked.confirmed_at = by, timezone.now()
    locked.confirmed_how, locked.confirm_note = how, note.strip()
    _put(locked, S.CONFIRMED, "confirmed_by", "confirmed_at", "confirmed_how", "confirm_note")
    verb = "contribution.confirmed" if how == ConfirmMode.ACCOUNT else "contribution.confirmed_for"
    tell_of(locked, verb, by=by, note=note.strip())
    return locked


@transaction.atomic
def verify_contribution(contribution: Contribution, *, by: User) -> Contribution:
    """The coordinator has looked at it; nobody verifies what they gave themselves."""
    locked = _locked(contribution, S.VERIFIED)
    refuse_own(locked, by)
    locked.verified_by, locked.verified_at = by, timezone.now()
    _put(locked, S.VERIFIED, "verified_by", "verified_at")
    tell_of(locked, "contribution.verified", by=by)
    return locked


@transaction.atomic
def count_contribution(contribution: Contribution, *, has_looked: bool, by: User) -> Contribution:
    """Put it into the ledger for good. ``has_looked``: others on the same days are not the same gift."""
    locked = _locked(contribution, S.COUNTED)
    twins = [] if has_looked else list(possible_twins(locked))
    if twins:
        raise ValidationError(
            _("%(codes)s may be the same gift. Look at it first, and say so."),
            code="twins",
            params={"codes": ", ".join(twin.code for twin in twins)},
        )
    if locked.base_value is None:
        convert_it(locked)
    locked.counted_by, locked.counted_at = by, timezone.now()
    _put(locked, S.COUNTED, "counted_by", "counted_at", *VALUES)
    tell_of(locked, "contribution.counted", by=by, amount=locked.value_text)
    return locked


@transaction.atomic
def reject_contribution(contribution: Contribution, *, reason: str, by: User) -> Contribution:
    """It does not go into the ledger, and why. What it was proposed from may be proposed again."""
    locked = _locked(contribution, S.REJECTED, reason=reason)
    locked.reason = reason.strip()
    _put(locked, S.REJECTED, "reason")
    tell_of(locked, "contribution.rejected", by=by, reason=locked.reason)
    return locked


@transaction.atomic
def reverse_contribution(contribution: Contribution, *, reason: str, by: User) -> Contribution:
    """Correct a counted one: a new entry with the opposite amount, counted at once, that names the one it reverses."""
    partnership = lock_partnership(contribution.partnership)
    locked = Contribution.objects.select_for_update(of=("self",)).get(pk=contribution.pk)
    if not locked.can_be_reversed:
        raise ValidationError(_("Only what is counted, and was not reversed yet, can be reversed."), code="transition")
    if not reason.strip():
        raise ValidationError({"reason": _("Please say why.")})
    now = timezone.now()
    last = partnership.contributions.aggregate(last=Max("number"))["last"]
    reversal = Contribution(
        **{name: getattr(locked, name) for name in COPIED},
        partnership=partnership,
        number=last + 1,
        description=_("Reversal of %(code)s: %(title)s") % {"code": locked.code, "title": locked.title},
        quantity=-locked.quantity,
        value=-locked.value,
        base_value=None if locked.base_value is None else -locked.base_value,
        state=S.COUNTED,
        counted_by=by,
        counted_at=now,
        reason=reason.strip(),
        reverses=locked,
        created_by=by,
    )
    # Marked first: with that the source is free, should the gift be written down again as it really was.
    locked.is_reversed = True
    locked.version += 1
    locked.save(update_fields=["is_reversed", "version"])
    reversal.full_clean(exclude=["rate"])
    reversal.save()
    tell_of(locked, "contribution.reversed", by=by, new_code=reversal.code, reason=reversal.reason)
    return reversal


@transaction.atomic
def convert_contribution(contribution: Contribution, *, by: User) -> Contribution:
    """Try again to convert one for whose currency there was no rate; a counted one too, once."""
    lock_partnership(contribution.partnership)
    locked = _reread(contribution)
    if not locked.is_unconverted:
        raise ValidationError(_("There is nothing to convert here."), code="transition")
    if not convert_it(locked):
        raise ValidationError(no_rate_words(locked), code="rate")
    locked.version += 1
    locked.save(update_fields=[*VALUES, "version"])
    tell_of(locked, "contribution.converted", by=by, amount=locked.base_text)
    return locked


def no_rate_words(contribution: Contribution) -> str:
    """Why it is not converted, and what helps."""
    return _(
        "There is no exchange rate between %(currency)s and %(base)s for %(day)s or the year before it. "
        "An administrator enters it under “Rates”; then it is converted by itself."
    ) % {
        "currency": contribution.currency,
        "base": contribution.base_currency,
        "day": date_format(contribution.ends_on),
    }


def refuse_own(contribution: Contribution, by: User) -> None:
    if permissions.is_own_gift(by, contribution):
        raise ValidationError(
            _("This is your own gift: ask another coordinator or an administrator to verify it."), code="own"
        )


def _locked(contribution: Contribution, new: str, *, reason: str = "") -> Contribution:
    """The row, locked, if it may become ``new`` and nothing is missing for that."""
    lock_partnership(contribution.partnership)
    locked = _reread(contribution)
    if not contribution_can_become(locked.state, new):
        raise ValidationError(
            _("A contribution that is “%(old)s” cannot become “%(new)s”."),
            code="transition",
            params={"old": S(locked.state).label, "new": S(new).label},
        )
    if new in CONTRIBUTION_NEEDS_REASON and not reason.strip():
        raise ValidationError({"reason": _("Please say why.")})
    missing = missing_for(locked, new)
    if missing:
        raise ValidationError(
            _("This is still missing: %(missing)s."), code="missing", params={"missing": "; ".join(missing)}
        )
    return locked


def _reread(contribution: Contribution) -> Contribution:
    return (
        Contribution.objects.select_for_update(of=("self",))
        .select_related("partnership__programme", "partnership__work_plan", "participation__organization", "person")
        .get(pk=contribution.pk)
    )


def _put(contribution: Contribution, new: str, *fields: str) -> None:
    contribution.state = new
    contribution.version += 1
    contribution.save(update_fields=["state", "version", *fields])
