"""Exchanges among the things people write about, what waits for them, and their calendars (twinning/settings.py)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from partnerships.award_states import StaffRole
from partnerships.calendars import Audience, Event
from partnerships.exchange_guards import that_need_clearance
from partnerships.exchange_states import APPROVED, ASKS, BACK, OVER, ExchangeState, Step, TravellerState
from partnerships.models import Exchange, ExchangeApproval, ProgrammeStaff, TeamMember, Traveller
from partnerships.permissions import APPROVING_ROLES
from partnerships.states import OPEN_STATUSES
from partnerships.things import Kind
from partnerships.waiting import Row, Waiting, WaitingRows
from partnerships.waiting_rows import steered_by


def exchange_kinds() -> list[Kind]:
    """For settings.THING_KINDS."""
    return [
        Kind(
            name="exchange",
            label=gettext_lazy("Exchange"),
            model=Exchange,
            visible_to=Exchange.objects.visible_to,
            of=lambda partnership: partnership.exchanges.order_by("-starts_on", "-pk"),
            title=str,
            url=lambda row, _partnership: row.get_absolute_url(),
        )
    ]


def exchange_fact_rows() -> dict[str, QuerySet]:
    """``exchange:approved`` · ``exchange:made`` · ``exchange:closed``, and the request that they replace."""
    approved = Exchange.objects.filter(state__in=APPROVED)
    return {
        "exchange:approved": approved,
        "exchange:made": approved.filter(state__in=BACK),
        "exchange:closed": approved.filter(state=ExchangeState.CLOSED),
        "document:exchange-request:submitted": approved,
        "document:exchange-request:accepted": approved,
    }


def approval_rows(user: User) -> Iterator[WaitingRows]:
    """For settings.WAITING_ROWS: requests that ``user`` may answer and has not; not for a journey of theirs alone."""
    state_that_asks = {step: state for state, step in ASKS.items()}
    answers = ExchangeApproval.objects.filter(exchange=OuterRef("pk"), round=OuterRef("round"), by=user)
    people = Traveller.objects.filter(exchange=OuterRef("pk"))
    to_answer = Exchange.objects.filter(
        ~Exists(answers), ~Exists(people) | Exists(people.exclude(contact__user=user)),
        partnership__status__in=OPEN_STATUSES,
    )  # fmt: skip
    approving = TeamMember.objects.current().filter(
        contact__user=user, role__in=APPROVING_ROLES, partnership=OuterRef("partnership")
    )
    for step, side in ((Step.SENDING, "sending__side"), (Step.RECEIVING, "receiving__side")):
        own = to_answer.filter(Exists(approving.filter(side=OuterRef(side))), state=state_that_asks[step])
        yield WaitingRows(found=own, tell=_to_approve, key="reference", due_on="starts_on")
    found = that_need_clearance(to_answer.filter(state=state_that_asks[Step.PROGRAMME]))
    found = found.exclude(created_by=user).exclude(submitted_by=user)
    if not user.is_admin:
        # See also may_answer()
        managed = ProgrammeStaff.objects.current().filter(user=user, role=StaffRole.MANAGER)
        mine = Q(partnership__programme__in=managed.values("programme"))
        if user.is_coordinator:
            mine |= Q(partnership__programme=None, partnership__coordinator=user)
        found = found.filter(mine)
    yield WaitingRows(found=found, tell=_to_approve, key="reference", due_on="starts_on")


def _to_approve(row: Row) -> Waiting:
    return Waiting(
        kind="exchange-approval",
        title=row.title,
        text=f"{_('An exchange to approve')} · {row.partnership}",
        url=reverse("partnerships:exchange-detail", args=[row.key]),
        action=_("Read and answer"),
        due_on=row.due_on,
    )


def exchange_rows(user: User) -> Iterator[WaitingRows]:
    """For settings.WAITING_ROWS: what ``user`` owes as a traveller, and the next steps of exchanges that they steer."""
    mine = Traveller.objects.filter(contact__user=user).exclude(exchange__state__in=OVER)
    owing = mine.filter(state__in=[TravellerState.RETURNED, TravellerState.DID_NOT_RETURN], report_waived_reason="")
    asked = mine.filter(state=TravellerState.NOMINATED)
    going = mine.exclude(pk__in=owing.values("pk")).exclude(state=TravellerState.NOMINATED)
    going = going.filter(Q(state__in=[TravellerState.ACCEPTED, TravellerState.CLEARED]) | Q(undertaken_on__isnull=True))
    for found, tell, due_on in (
        (asked, _asked, ""),
        (owing, _owing, "report_due_on"),
        (going, _going, "exchange__starts_on"),
    ):
        yield WaitingRows(
            found=found, tell=tell, key="exchange__reference", title="exchange__title",
            partnership="exchange__partnership", due_on=due_on, n="pk",
        )  # fmt: skip
    steered = Exchange.objects.filter(partnership__in=steered_by(user).filter(status__in=OPEN_STATUSES))
    for state, tell in STEPS.items():
        due_on = "starts_on" if state in (ExchangeState.CLEARED, ExchangeState.PREPARING) else ""
        yield WaitingRows(found=steered.filter(state=state), tell=tell, key="reference", due_on=due_on)


def _asked(row: Row) -> Waiting:
    return _journey(row, _("You are asked to travel"))


def _owing(row: Row) -> Waiting:
    return _journey(row, _("Your trip report"), is_late=row.is_late)


def _going(row: Row) -> Waiting:
    return _journey(row, _("Your journey"))


def _journey(row: Row, text: str, *, is_late: bool = False) -> Waiting:
    return Waiting(
        kind="traveller",
        title=row.title,
        text=f"{text} · {row.partnership}",
        url=reverse("partnerships:traveller-detail", args=[row.key, row.n]),
        action=_("Open"),
        due_on=row.due_on,
        is_late=is_late,
    )


def _step(text: Any) -> Callable[[Row], Waiting]:
    return lambda row: Waiting(
        kind="exchange",
        title=row.title,
        text=f"{text} · {row.partnership}",
        url=reverse("partnerships:exchange-detail", args=[row.key]),
        action=_("Open"),
        due_on=row.due_on,
    )


# What came back to be changed, is to be prepared, or can be finished
STEPS = {
    ExchangeState.CHANGES: _step(gettext_lazy("An exchange that was returned for changes")),
    ExchangeState.CLEARED: _step(gettext_lazy("An exchange that can be prepared")),
    ExchangeState.PREPARING: _step(gettext_lazy("An exchange in preparation")),
    ExchangeState.RETURNED: _step(gettext_lazy("The travellers are back: ask for their reports")),
    ExchangeState.REPORTING: _step(gettext_lazy("An exchange to close when all reports are in")),
}


def exchange_events(audience: Audience) -> Iterator[Event]:
    """For settings.CALENDAR_SOURCES: the days of exchanges, and those on which reports are due."""
    seen = Exchange.objects.filter(
        partnership__in=audience.partnerships.order_by().values("pk"), ends_on__gte=audience.since
    ).exclude(state__in=[ExchangeState.REJECTED, ExchangeState.CANCELLED, ExchangeState.POSTPONED])
    if audience.side:
        seen = seen.filter(Q(sending__side=audience.side) | Q(receiving__side=audience.side))
    for exchange in seen.select_related("partnership").order_by("starts_on", "pk"):
        yield Event(
            uid=f"exchange-{exchange.pk}",
            title=exchange.title,
            text=f"{exchange.place} · {exchange.partnership.name}",
            on=exchange.from_on,
            until=exchange.until_on,
            url=exchange.get_absolute_url(),
            stamp=exchange.created_at,
        )
    yield from _reports_due(audience)


def _reports_due(audience: Audience) -> Iterator[Event]:
    owing = Traveller.objects.filter(
        exchange__partnership__in=audience.partnerships.order_by().values("pk"),
        state__in=[TravellerState.RETURNED, TravellerState.DID_NOT_RETURN],
        report_waived_reason="",
        report_due_on__gte=audience.since,
    )
    if audience.is_personal:
        owing = owing.filter(contact__user=audience.user)
    if audience.side:
        owing = owing.filter(exchange__sending__side=audience.side)
    for traveller in owing.select_related("contact", "exchange__partnership").order_by("report_due_on", "pk"):
        yield Event(
            uid=f"trip-report-{traveller.pk}-due",
            title=_("Trip report due: %(title)s") % {"title": traveller.exchange.title},
            text=f"{traveller.contact} · {traveller.exchange.partnership.name}",
            on=traveller.report_due_on,
            url=traveller.get_absolute_url(),
            stamp=traveller.added_at,
        )
