"""Acts on awards: write one down, change it, say for which partnerships it pays, follow its reports."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from accounts.models import User
from partnerships.actions.directory import create_organization
from partnerships.award_states import (
    MONTHS_OF,
    PERIOD_NEEDS_REASON,
    Frequency,
    PeriodState,
    period_can_become,
)
from partnerships.funding import missing_to_expect, missing_to_lock, missing_to_submit
from partnerships.guards import Requirement
from partnerships.locked_figures import figures_of, hash_of
from partnerships.models import Award, AwardShare, LockedFigures, Partnership, ReportingPeriod, record
from partnerships.planning.periods import MOST_PERIODS, Span, spans
from partnerships.states import FOLLOWED_STATUSES
from twinning.locking import claim_version


@transaction.atomic
def create_award(award: Award, *, by: User, pays_for: Partnership | None = None) -> Award:
    """Save a new award with its reporting periods. Its donor may be a new organization that is not saved yet."""
    if award.donor.pk is None:
        award.donor = create_organization(award.donor, by=by)
    _prepare(award)
    award._history_user = by
    award.save()
    _lay_out_periods(award)
    if pays_for is not None:
        add_share(AwardShare(award=award, partnership=pays_for), by=by)
    return award


@transaction.atomic
def change_award(award: Award, *, seen_version: int, by: User) -> Award:
    """Save an edited award if nobody else did since ``seen_version``; otherwise StaleError.

    The calendar is laid out anew behind the last report that was sent, waived or accepted; those stay as they are.
    """
    if award.donor.pk is None:
        award.donor = create_organization(award.donor, by=by)
    claim_version(award, seen_version)
    _prepare(award)
    _refuse_more_than_there_is(award, award.shares.all())
    award._history_user = by
    award.save()
    _lay_out_periods(award)
    for share in award.shares.select_related("partnership"):
        record(share.partnership, "award.changed", by=by, **_words(award))
    return award


def _prepare(award: Award) -> None:
    if award.frequency != Frequency.NONE and award.anchor_on is None:
        award.anchor_on = award.starts_on
    award.full_clean()
    found = list(_spans_of(award, award.starts_on))
    if len(found) > MOST_PERIODS:
        raise ValidationError(
            {"ends_on": _("That would be %(n)s reports. Look at the dates again.") % {"n": len(found)}}, code="periods"
        )


def _spans_of(award: Award, starts_on: date) -> list[Span]:
    months = MONTHS_OF.get(award.frequency)
    if months is None:
        return []
    return list(
        spans(
            starts_on=starts_on,
            ends_on=award.ends_on,
            anchor=award.anchor_on or award.starts_on,
            months=months,
            due_days=award.due_days,
        )
    )


def _lay_out_periods(award: Award) -> None:
    award.periods.filter(state=PeriodState.EXPECTED).delete()
    kept = award.periods.order_by("-ends_on").first()
    number = award.periods.order_by("-number").values_list("number", flat=True).first() or 0
    for span in _spans_of(award, award.starts_on):
        if kept is not None and span.ends_on <= kept.ends_on:
            continue
        starts_on = max(span.starts_on, _day_after(kept)) if kept is not None else span.starts_on
        number += 1
        ReportingPeriod.objects.create(
            award=award, number=number, starts_on=starts_on, ends_on=span.ends_on, due_on=span.due_on
        )


def _day_after(period: ReportingPeriod) -> date:
    return date.fromordinal(period.ends_on.toordinal() + 1)


@transaction.atomic
def add_share(share: AwardShare, *, by: User) -> AwardShare:
    """From now on the award pays for one more partnership; all shares together are never more than the award."""
    award = Award.objects.select_for_update(of=("self",)).get(pk=share.award_id)
    partnership = Partnership.objects.select_for_update(of=("self",)).get(pk=share.partnership_id)
    if partnership.status not in FOLLOWED_STATUSES:
        raise ValidationError(
            _("This partnership is %(status)s; no more money comes to it."),
            code="closed",
            params={"status": partnership.get_status_display().lower()},
        )
    share.full_clean()
    _refuse_more_than_there_is(award, [*award.shares.all(), share])
    share.save()
    record(partnership, "award.added", by=by, **_words(award))
    return share


def _refuse_more_than_there_is(award: Award, shares) -> None:
    given = sum((share.amount for share in shares if share.amount is not None), Decimal(0))
    if award.amount is not None and given > award.amount:
        over = f"{award.currency} {number_format(given - award.amount, decimal_pos=2, force_grouping=True)}"
        raise ValidationError(
            {"amount": _("The shares of the partnerships are %(over)s more than the award.") % {"over": over}},
            code="share",
        )


@transaction.atomic
def end_share(share: AwardShare, *, by: User) -> None:
    """The award no longer pays for the partnership, or never did: what was said stays in the history."""
    partnership = Partnership.objects.select_for_update(of=("self",)).get(pk=share.partnership_id)
    if not AwardShare.objects.filter(pk=share.pk).exists():
        raise ValidationError(_("This award does not pay for this partnership."), code="ended")
    record(partnership, "award.ended", by=by, **_words(share.award))
    share.delete()


@transaction.atomic
def move_period(
    period: ReportingPeriod, new: str, *, by: User, reason: str = "", submitted_on: date | None = None
) -> None:
    """Say that a report was sent, is read, was returned or accepted, is locked, or is not needed after all.

    With locking, the figures of its days are frozen: what the records say later belongs to the next report.
    ``submitted_on`` is the day on which it was sent, today if left out.
    """
    Award.objects.select_for_update(of=("self",)).get(pk=period.award_id)  # its reports are looked at together
    locked = ReportingPeriod.objects.select_for_update(of=("self",)).select_related("award__donor").get(pk=period.pk)
    old = locked.state
    if not period_can_become(old, new):
        raise ValidationError(
            _("A report that is “%(old)s” cannot become “%(new)s”."),
            code="transition",
            params={"old": PeriodState(old).label, "new": PeriodState(new).label if new in PeriodState else new},
        )
    sent_on = submitted_on or timezone.localdate()
    if missing := _missing_to_move(locked, new, sent_on):
        told = ", ".join(str(requirement.text) for requirement in missing)
        raise ValidationError(_("This is still missing: %(missing)s."), code="missing", params={"missing": told})
    reason = reason.strip()
    if new in PERIOD_NEEDS_REASON and not reason:
        raise ValidationError(_("Please say why."), code="reason")
    locked.state = new
    locked.reason = reason if new in PERIOD_NEEDS_REASON else ""
    if new == PeriodState.SUBMITTED:
        locked.submitted_on = sent_on
    if new in (PeriodState.EXPECTED, PeriodState.WAIVED):
        locked.submitted_on = None
    locked.save(update_fields=["state", "reason", "submitted_on"])
    if new == PeriodState.LOCKED:
        content = figures_of(locked)
        LockedFigures.objects.create(period=locked, content=content, hash=hash_of(content), locked_by=str(by))
    period.state, period.reason, period.submitted_on = locked.state, locked.reason, locked.submitted_on
    for share in locked.award.shares.select_related("partnership"):
        record(
            share.partnership,
            "period.moved",
            by=by,
            **_words(locked.award),
            n=locked.number,
            old=old,
            new=new,
            reason=reason,
        )


def _missing_to_move(period: ReportingPeriod, new: str, sent_on: date) -> list[Requirement]:
    if new == PeriodState.SUBMITTED:
        return missing_to_submit(period, sent_on)
    if new == PeriodState.EXPECTED:
        return missing_to_expect(period, period.award.periods.all())
    return missing_to_lock(period, period.award.periods.all()) if new == PeriodState.LOCKED else []


def _words(award: Award) -> dict:
    return {"number": award.number, "donor": str(award.donor), "award": award.pk}
