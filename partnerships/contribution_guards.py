"""What is missing before a contribution's next step. The page, the button and the move itself ask here."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from partnerships.contribution_states import (
    CONTRIBUTION_NEEDS_REASON,
    CONTRIBUTION_TRANSITIONS,
    ContributionKind,
    ContributionState,
    Match,
    Unit,
    measured,
)
from partnerships.models import Contribution

S = ContributionState
# More hours than this on a day of the calendar are believed with a time sheet.
LONG_DAY = 12
LABELS = {
    S.CONFIRMED: lambda: _("Confirm it"),
    S.VERIFIED: lambda: _("Verify it"),
    S.COUNTED: lambda: _("Count it"),
    S.REJECTED: lambda: _("Reject it"),
}


@dataclass(frozen=True, kw_only=True)
class ContributionMove:
    """A step that a person may make, and what is missing for it."""

    to: str
    label: str
    missing: tuple[str, ...]
    needs_reason: bool = False


def contribution_moves(contribution: Contribution) -> list[ContributionMove]:
    """The steps that the present state allows, the next one first and rejecting last."""
    return [
        ContributionMove(
            to=new,
            label=LABELS[new](),
            missing=tuple(missing_for(contribution, new)),
            needs_reason=new in CONTRIBUTION_NEEDS_REASON,
        )
        for new in CONTRIBUTION_TRANSITIONS[contribution.state]
        if new != S.DRAFT  # an edit does that
    ]


def missing_for(contribution: Contribution, new: str) -> list[str]:
    """What must be there before ``contribution`` may become ``new``, each in words; nothing when it may."""
    if new == S.CONFIRMED:
        return _before_confirming(contribution)
    if new == S.VERIFIED:
        return _before_verifying(contribution)
    if new == S.COUNTED:
        return _before_counting(contribution)
    return []


def _before_confirming(contribution: Contribution) -> list[str]:
    found = [words] if (words := impossible_time(contribution)) else []
    if contribution.ends_on > timezone.localdate():
        day = date_format(contribution.ends_on)
        found.append(_("its last day, %(day)s: nobody can confirm what is still to come") % {"day": day})
    if contribution.kind == ContributionKind.TIME and not contribution.role:
        found.append(_("the role in which the person worked"))
    if contribution.rate is None:
        found.append(_missing_rate(contribution))
    return found


def _missing_rate(contribution: Contribution) -> str:
    if contribution.kind != ContributionKind.TIME or not contribution.role:
        return _("what one is worth, and why")
    return _(
        "a rate: the table has none for “%(role)s” on %(day)s. Ask an administrator to add it, or edit this and type "
        "one yourself"
    ) % {"role": contribution.role, "day": date_format(contribution.starts_on)}


def _before_verifying(contribution: Contribution) -> list[str]:
    found = []
    if needs_evidence(contribution) and not contribution.files.all():
        found.append(_missing_evidence(contribution))
    if words := impossible_time(contribution):
        found.append(words)
    return [*found, *_counted_elsewhere(contribution)]


def _before_counting(contribution: Contribution) -> list[str]:
    found = _counted_elsewhere(contribution)
    if words := impossible_time(contribution):
        found.append(words)
    if contribution.match == Match.TO_CHECK:
        found.append(_("the answer whether it may count as cost share"))
    return found


def _counted_elsewhere(contribution: Contribution) -> list[str]:
    if not contribution.is_counted_elsewhere:
        return []
    return [_("a gift of its own: this one is paid by a donor or counted for another award. Reject it")]


def needs_evidence(contribution: Contribution) -> bool:
    """For working time of usual days the word of the giver is enough; everything else leaves a paper."""
    return contribution.kind != ContributionKind.TIME or has_long_days(contribution)


def has_long_days(contribution: Contribution) -> bool:
    """Whether a person would have worked more than LONG_DAY hours on each of the days."""
    return contribution.unit == Unit.HOUR and contribution.quantity > LONG_DAY * _n_days(contribution)


def impossible_time(contribution: Contribution) -> str:
    """Why one person cannot have worked that long from the first day to the last; empty when they can."""
    if contribution.kind != ContributionKind.TIME or contribution.reverses_id:
        return ""
    n = _n_days(contribution)
    most = {Unit.HOUR: 24 * n, Unit.DAY: n}.get(contribution.unit)
    if most is None or contribution.quantity <= most:
        return ""
    return ngettext(
        "working time that fits into the calendar: from the first day to the last there is %(n)s day, at most %(most)s",
        "working time that fits into the calendar: from the first day to the last there are %(n)s days, at most "
        "%(most)s",
        n,
    ) % {"n": n, "most": measured(Decimal(most), contribution.unit)}


def _n_days(contribution: Contribution) -> int:
    return (contribution.ends_on - contribution.starts_on).days + 1


def _missing_evidence(contribution: Contribution) -> str:
    if contribution.kind == ContributionKind.TIME:
        return _("evidence, such as a time sheet: these are more than %(n)s hours a day") % {"n": LONG_DAY}
    return _("evidence: a receipt, a delivery note, a letter or a photo")


def possible_twins(contribution: Contribution) -> QuerySet[Contribution]:
    """Others in the ledger that may be the same gift from another source: look before one more is counted.

    Time of the same person on the same days; of other kinds, as many from the same organization on the same days.
    """
    others = Contribution.objects.standing().filter(
        partnership=contribution.partnership_id,
        kind=contribution.kind,
        starts_on__lte=contribution.ends_on,
        ends_on__gte=contribution.starts_on,
    )
    others = others.exclude(pk=contribution.pk)
    origin = contribution.source.partition(":")[0]
    if origin:  # what comes from the same sort of record was told apart there
        others = others.exclude(source__startswith=f"{origin}:")
    if contribution.kind == ContributionKind.TIME and contribution.person_id:
        same = others.filter(person=contribution.person_id)
    else:
        same = others.filter(
            participation=contribution.participation_id, quantity=contribution.quantity, unit=contribution.unit
        )
    return same.select_related("partnership", "person", "participation__organization").order_by("starts_on", "pk")
