"""Exchanges among the things people write about, what waits for them, and their calendars (twinning/settings.py)."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Prefetch, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from partnerships.calendars import Audience, Event
from partnerships.exchange_guards import needs_clearance
from partnerships.exchange_permissions import may_answer
from partnerships.exchange_states import ASKS, OVER, UNDER_APPROVAL, ExchangeState, Step, TravellerState
from partnerships.models import Exchange, Partnership, TeamMember, Traveller
from partnerships.permissions import EDITING_ROLES
from partnerships.states import OPEN_STATUSES
from partnerships.things import Kind
from partnerships.waiting import Waiting


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


def exchanges_waiting(user: User) -> Iterator[Waiting]:
    """For settings.WAITING_PROVIDERS: requests to answer, what travellers owe, and steps that coordinators can take."""
    yield from _to_answer(user)
    yield from _to_do_as_traveller(user)
    yield from _to_move(user)


def _to_answer(user: User) -> Iterator[Waiting]:
    found = (
        Exchange.objects.filter(state__in=UNDER_APPROVAL, partnership__status__in=OPEN_STATUSES)
        .visible_to(user)
        .select_related("partnership__programme", "sending", "receiving")
        .prefetch_related(
            Prefetch("partnership__team", TeamMember.objects.select_related("contact")),
            "costs",
            Prefetch("travellers", Traveller.objects.select_related("contact")),
            "approvals",
        )
        .order_by("starts_on", "pk")
    )
    for exchange in found:
        step = ASKS[exchange.state]
        if step == Step.PROGRAMME and not needs_clearance(exchange):
            continue
        answered = any(approval.by_id == user.pk for approval in exchange.approvals_that_count.values())
        people = [traveller.contact.user_id for traveller in exchange.travellers.all()]
        if may_answer(user, exchange, step) and not answered and people != [user.pk]:
            yield Waiting(
                kind="exchange-approval",
                title=exchange.title,
                text=f"{_('An exchange to approve')} · {exchange.partnership.name}",
                url=exchange.get_absolute_url(),
                action=_("Read and answer"),
                due_on=exchange.starts_on,
            )


def _to_do_as_traveller(user: User) -> Iterator[Waiting]:
    mine = Traveller.objects.filter(contact__user=user).exclude(exchange__state__in=OVER)
    for traveller in mine.select_related("exchange__partnership").order_by("pk"):
        exchange, late = traveller.exchange, traveller.is_report_late
        if traveller.state == TravellerState.NOMINATED:
            what, due = _("You are asked to travel"), None
        elif traveller.owes_report:
            what, due = _("Your trip report"), traveller.report_due_on
        elif traveller.state in (TravellerState.ACCEPTED, TravellerState.CLEARED) or not traveller.undertaken_on:
            what, due = _("Your journey"), exchange.starts_on
        else:
            continue
        yield Waiting(
            kind="traveller",
            title=exchange.title,
            text=f"{what} · {exchange.partnership.name}",
            url=traveller.get_absolute_url(),
            action=_("Open"),
            due_on=due,
            is_late=late,
        )


def _to_move(user: User) -> Iterator[Waiting]:
    """Of partnerships that ``user`` steers: what came back to be changed, is to be prepared, or can be finished."""
    editing = TeamMember.objects.current().filter(contact__user=user, role__in=EDITING_ROLES)
    steered = Partnership.objects.filter(
        Q(coordinator=user) | Q(pk__in=editing.values("partnership")), status__in=OPEN_STATUSES
    )
    words = {
        ExchangeState.CHANGES: _("An exchange that was returned for changes"),
        ExchangeState.CLEARED: _("An exchange that can be prepared"),
        ExchangeState.PREPARING: _("An exchange in preparation"),
        ExchangeState.RETURNED: _("The travellers are back: ask for their reports"),
        ExchangeState.REPORTING: _("An exchange to close when all reports are in"),
    }
    found = Exchange.objects.filter(partnership__in=steered.values("pk"), state__in=words)
    for exchange in found.select_related("partnership").order_by("starts_on", "pk"):
        before_start = exchange.state in (ExchangeState.CLEARED, ExchangeState.PREPARING)
        yield Waiting(
            kind="exchange",
            title=exchange.title,
            text=f"{words[exchange.state]} · {exchange.partnership.name}",
            url=exchange.get_absolute_url(),
            action=_("Open"),
            due_on=exchange.starts_on if before_start else None,
        )


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
