"""What awards prove, what is missing before their steps, and what of them waits, is due and can be talked about."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import User
from partnerships.award_states import PERIOD_TRANSITIONS, SETTLED, PeriodState, StaffRole
from partnerships.calendars import Audience, Event
from partnerships.guards import Requirement
from partnerships.models import Award, AwardShare, ProgrammeStaff, ReportingPeriod
from partnerships.things import Kind
from partnerships.waiting import Row, Waiting, WaitingRows


def missing_to_submit(period: ReportingPeriod, on: date) -> list[Requirement]:
    """What a report still lacks before it can have been sent ``on`` that day."""
    missing = []
    if on > timezone.localdate():
        missing.append(Requirement(fact="period:sent", text=_("a day on which it was sent that is not in the future")))
    if on <= period.ends_on:
        missing.append(Requirement(fact="period:over", text=_("the end of the period"), waivable=False))
    return missing


def missing_to_lock(period: ReportingPeriod, periods: Iterable[ReportingPeriod]) -> list[Requirement]:
    """What holds up the locking of a report; ``periods`` are those of its award.

    They are locked in their order, so that a correction always has a later one to stand in.
    """
    # See also ReportingPeriodQuerySet.to_lock()
    earlier = [str(each.number) for each in periods if each.number < period.number and each.state not in SETTLED]
    if not earlier:
        return []
    text = ngettext(
        "report %(numbers)s, which comes before it, locked or not needed",
        "reports %(numbers)s, which come before it, locked or not needed",
        len(earlier),
    ) % {"numbers": ", ".join(earlier)}
    return [Requirement(fact="period:earlier", text=text, waivable=False)]


def missing_to_expect(period: ReportingPeriod, periods: Iterable[ReportingPeriod]) -> list[Requirement]:
    """What keeps a report that was not needed from being expected again: a later one of its award that is locked."""
    later = [str(each.number) for each in periods if each.number > period.number and each.state == PeriodState.LOCKED]
    if not later:
        return []
    text = _("a report after it that is not locked yet: %(numbers)s") % {"numbers": ", ".join(later)}
    return [Requirement(fact="period:later", text=text, waivable=False)]


def steps_of(period: ReportingPeriod) -> list[str]:
    """The states that the report may take today, in order; what ``missing_to_submit`` holds up is left out."""
    held = bool(missing_to_submit(period, timezone.localdate()))
    return [new for new in PERIOD_TRANSITIONS[period.state] if not (new == PeriodState.SUBMITTED and held)]


def missing_of(award: Award, n_shares: int) -> list[str]:
    """What is worth adding before the next report, in sentences, for the page of an award."""
    missing = []
    if not n_shares:
        missing.append(_("the partnerships that it pays for"))
    if award.amount is None:
        missing.append(_("its amount"))
    if award.amount and (award.cost_share_demand or 0) > award.amount:
        missing.append(_("a second look at the cost share: it is more than the award itself"))
    if award.frequency == "none":
        missing.append(_("when the donor wants reports"))
    return missing


def award_fact_rows() -> dict[str, QuerySet]:
    """``award:promised`` when an award pays for the partnership, ``award:running`` while it is between its dates."""
    shares, today = AwardShare.objects.all(), timezone.localdate()
    return {
        "award:promised": shares,
        "award:running": shares.filter(award__starts_on__lte=today, award__ends_on__gte=today),
    }


def award_kinds() -> list[Kind]:
    """For settings.THING_KINDS."""
    return [
        Kind(
            name="award",
            label=gettext_lazy("Award"),
            model=Award,
            visible_to=Award.objects.visible_to,
            of=lambda partnership: Award.objects.filter(shares__partnership=partnership),
            title=str,
            url=lambda award, _partnership: award.get_absolute_url(),
        )
    ]


def _managed(user: User) -> Iterable[int]:
    return ProgrammeStaff.objects.current().filter(user=user, role=StaffRole.MANAGER).values("programme")


def report_rows(user: User) -> Iterator[WaitingRows]:
    """For settings.WAITING_ROWS: reports that ``user`` answers for, to be sent or locked, and late ones of programmes
    they manage.
    """
    pressing = ReportingPeriod.objects.pressing()
    columns = {"key": "award_id", "title": "award__number", "partnership": "award__donor", "due_on": "due_on"}
    yield WaitingRows(found=pressing.filter(award__responsible=user), tell=_own_report, n="number", **columns)
    others = pressing.filter(award__programme__in=_managed(user), due_on__lt=timezone.localdate())
    yield WaitingRows(found=others.exclude(award__responsible=user), tell=_late_report, n="number", **columns)
    accepted = ReportingPeriod.objects.to_lock().filter(award__responsible=user)
    yield WaitingRows(found=accepted, tell=_accepted_report, n="number", **(columns | {"due_on": ""}))


def _own_report(row: Row) -> Waiting:
    return _report(row, _("Your report to %(donor)s"))


def _late_report(row: Row) -> Waiting:
    return _report(row, _("Somebody else’s report to %(donor)s is late"))


def _accepted_report(row: Row) -> Waiting:
    return _report(row, _("%(donor)s accepted your report: lock it, so that its figures stay as they are"))


def _report(row: Row, text: str) -> Waiting:
    return Waiting(
        kind="report",
        title=_("Award %(award)s, period %(number)s") % {"award": row.title, "number": row.n},
        text=text % {"donor": row.partnership},
        url=f"{reverse('partnerships:award-detail', args=[row.key])}#period-{row.n}",
        action=_("Open"),
        due_on=row.due_on,
        is_late=row.is_late,
    )


def report_events(audience: Audience) -> Iterator[Event]:
    """For settings.CALENDAR_SOURCES: due dates of reports, and ends of awards."""
    awards = Award.objects.filter(shares__partnership__in=audience.partnerships.order_by().values("pk"))
    if audience.is_personal:
        awards = Award.objects.filter(responsible=audience.user)
    if audience.side:
        return  # a donor hears from the partnership, not from a side
    awards = awards.order_by().values("pk")
    for period in (
        ReportingPeriod.objects.to_send()
        .filter(award__in=awards, due_on__gte=audience.since)
        .select_related("award__donor")
        .order_by("due_on", "pk")
    ):
        yield Event(
            uid=f"report-{period.award_id}-{period.number}-due",
            title=_("Report to %(donor)s due: %(award)s") % {"donor": period.award.donor, "award": period.award.number},
            on=period.due_on,
            url=period.award.get_absolute_url(),
            stamp=period.award.created_at,
        )
    for award in Award.objects.filter(pk__in=awards, ends_on__gte=audience.since).select_related("donor"):
        day = award.created_at.date()
        yield Event(
            uid=f"award-{award.pk}-end",
            title=_("Award %(award)s ends") % {"award": award.number},
            on=award.ends_on,
            url=award.get_absolute_url(),
            stamp=datetime(day.year, day.month, day.day, tzinfo=UTC),
        )
