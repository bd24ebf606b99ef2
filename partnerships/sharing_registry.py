"""Shared resources and transfers where people look for what concerns them: things, lists, calendars, facts, ledger."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Value
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from partnerships.calendars import Audience, Event
from partnerships.contribution_sources import Proposal, givers_of
from partnerships.contribution_states import ContributionKind, RateBasis, Unit
from partnerships.models import Partnership, SharedResource, TeamMember, Transfer, TransferCheck, TransferItem
from partnerships.resource_states import ResourceState
from partnerships.states import FOLLOWED_STATUSES
from partnerships.things import Kind
from partnerships.transfer_states import ARRIVED, GIVER_STEPS, ItemKind, TransferState, ValueBasis
from partnerships.waiting import Row, Waiting, WaitingRows
from partnerships.waiting_rows import steered_by

R, T = ResourceState, TransferState
# How long before its day a check or a review is told of.
SOON = timedelta(days=30)


def sharing_kinds() -> list[Kind]:
    """For settings.THING_KINDS. A resource is chosen on its own page; the list of a form offers transfers."""
    return [
        Kind(
            name="resource",
            label=gettext_lazy("Shared resource"),
            model=SharedResource,
            visible_to=SharedResource.objects.visible_to,
            of=lambda partnership: partnership.resources.order_by("-number"),
            title=lambda row: f"{row.code} {row.title}",
            url=lambda row, partnership: reverse("partnerships:resource-detail", args=[partnership.slug, row.number]),
            is_offered=False,
        ),
        Kind(
            name="transfer",
            label=gettext_lazy("Transfer of equipment"),
            model=Transfer,
            visible_to=Transfer.objects.visible_to,
            of=lambda partnership: partnership.transfers.order_by("-number"),
            title=lambda row: f"{row.code} {row.title}",
            url=lambda row, partnership: reverse("partnerships:transfer-detail", args=[partnership.slug, row.number]),
        ),
    ]


# What waits for a person


def sharing_rows(user: User) -> Iterator[WaitingRows]:
    """For settings.WAITING_ROWS: resources to review and publish, the next steps of transfers, and checks."""
    today = timezone.localdate()
    steered = steered_by(user).filter(status__in=FOLLOWED_STATUSES).order_by().values("pk")
    own = SharedResource.objects.filter(partnership__in=steered)
    for found, tell, due_on in (
        (own.filter(state=R.SUBMITTED), _review, ""),
        (own.filter(state=R.REVIEWED), _publish, ""),
        (own.filter(state=R.PUBLISHED, review_on__lte=today + SOON), _renew, "review_on"),
    ):
        yield WaitingRows(found=found, tell=tell, key="number", due_on=due_on)
    given, received = _of_sides(user, "giver"), _of_sides(user, "receiver")
    for state, (next_state, tell, due_on) in STEPS.items():
        mine = given if next_state in GIVER_STEPS else received
        found = Transfer.objects.filter(mine | Q(partnership__in=steered), state=state)
        yield WaitingRows(found=found.filter(_followed()), tell=tell, key="number", due_on=due_on)
    checks = TransferCheck.objects.filter(
        _of_sides(user, "transfer__receiver") | Q(transfer__partnership__in=steered),
        done_on__isnull=True,
        due_on__lte=today + SOON,
        transfer__partnership__status__in=FOLLOWED_STATUSES,
    )
    yield WaitingRows(
        found=checks, tell=_check, key="transfer__number", title="transfer__title",
        partnership="transfer__partnership", due_on="due_on", n="months",
    )  # fmt: skip


def _of_sides(user: User, party: str) -> Q:
    """Rows whose ``party`` is on a side for which ``user`` is on the team now."""
    team = TeamMember.objects.current().filter(
        contact__user=user, partnership=OuterRef(f"{party}__partnership"), side=OuterRef(f"{party}__side")
    )
    return Q(Exists(team))


def _followed() -> Q:
    return Q(partnership__status__in=FOLLOWED_STATUSES)


def _waits(kind: str, page: str, text: Any):
    def tell(row: Row) -> Waiting:
        return Waiting(
            kind=kind,
            title=row.title,
            text=f"{text} · {row.partnership}",
            url=reverse(f"partnerships:{page}", args=[row.slug, row.key]),
            action=_("Open"),
            due_on=row.due_on,
            is_late=row.is_late,
        )

    return tell


_review = _waits("resource-review", "resource-detail", gettext_lazy("A resource to be reviewed"))
_publish = _waits("resource-publish", "resource-detail", gettext_lazy("A reviewed resource to be published"))
_renew = _waits("resource-renew", "resource-detail", gettext_lazy("A published resource to be reviewed again"))
# By the state of a transfer: the step that comes next, and how it is told.
STEPS = {
    T.OFFERED: (T.NEED_CONFIRMED, _waits("transfer", "transfer-detail", gettext_lazy("Say whether it is needed")), ""),
    T.NEED_CONFIRMED: (
        T.ACCEPTED,
        _waits("transfer", "transfer-detail", gettext_lazy("Accept or decline each item")),
        "",
    ),
    T.ACCEPTED: (T.SHIPPED, _waits("transfer", "transfer-detail", gettext_lazy("Accepted: it can be sent")), ""),
    T.SHIPPED: (
        T.RECEIVED,
        _waits("transfer", "transfer-detail", gettext_lazy("On its way: write down when it arrives")),
        "expected_on",
    ),
    T.CUSTOMS: (
        T.RECEIVED,
        _waits("transfer", "transfer-detail", gettext_lazy("In customs: write down when it arrives")),
        "expected_on",
    ),
    T.RECEIVED: (T.INSTALLED, _waits("transfer", "transfer-detail", gettext_lazy("Received: have it installed")), ""),
    T.INSTALLED: (T.IN_USE, _waits("transfer", "transfer-detail", gettext_lazy("Installed: put it to use")), ""),
}


def _check(row: Row) -> Waiting:
    return Waiting(
        kind="transfer-check",
        title=row.title,
        text=f"{_('Check after %(n)s months of use') % {'n': row.n}} · {row.partnership}",
        url=reverse("partnerships:transfer-check", args=[row.slug, row.key, row.n]),
        action=_("Check it"),
        due_on=row.due_on,
        is_late=row.is_late,
    )


# Calendars


def sharing_events(audience: Audience) -> Iterator[Event]:
    """For settings.CALENDAR_SOURCES: reviews of resources, arrivals that are expected, checks that are due.

    In a person's own calendar, of the partnerships in which they take part; a side's has what that side does.
    """
    seen = audience.partnerships.order_by().values("pk")
    reviews = SharedResource.objects.filter(partnership__in=seen, state=R.PUBLISHED, review_on__gte=audience.since)
    arrivals = Transfer.objects.filter(
        partnership__in=seen, state__in=[T.SHIPPED, T.CUSTOMS], expected_on__gte=audience.since
    )
    checks = TransferCheck.objects.filter(
        transfer__partnership__in=seen, done_on__isnull=True, due_on__gte=audience.since
    )
    if audience.side:
        reviews = reviews.filter(owner__side=audience.side)
        arrivals = arrivals.filter(receiver__side=audience.side)
        checks = checks.filter(transfer__receiver__side=audience.side)
    found = (
        _days("resource-%s-review", "resource", reviews, "review_on"),
        _days("transfer-%s-arrival", "transfer", arrivals, "expected_on"),
        _days("transfer-check-%s-due", "transfer", checks, "due_on", of="transfer__", months=F("months")),
    )
    for uid, page, pk, number, title, months, name, slug, on, stamp in found[0].union(*found[1:], all=True):
        words = {"title": title, "n": months}
        yield Event(
            uid=uid % pk,
            title=TOLD[uid] % words,
            text=name,
            on=on,
            url=reverse(f"partnerships:{page}-detail", args=[slug, number]),
            stamp=stamp,
        )


TOLD = {
    "resource-%s-review": gettext_lazy("To be reviewed again: %(title)s"),
    "transfer-%s-arrival": gettext_lazy("Expected to arrive: %(title)s"),
    "transfer-check-%s-due": gettext_lazy("Check after %(n)s months: %(title)s"),
}


def _days(uid: str, page: str, rows: QuerySet, on: str, *, of: str = "", months: Any = None) -> QuerySet:
    """The columns of one kind of day; together they are one query."""
    return rows.order_by().values_list(
        Value(uid), Value(page), "pk", f"{of}number", f"{of}title", months or Value(0),
        f"{of}partnership__name", f"{of}partnership__slug", on, f"{of}changed_at",
    )  # fmt: skip


# Facts


def sharing_fact_rows() -> dict[str, QuerySet]:
    """``resource:published`` · ``transfer:received`` · ``transfer:in-use`` · ``transfer:checked``: at least one is.

    A resource whose review is due is still published.
    """
    transfers = Transfer.objects.all()
    return {
        "resource:published": SharedResource.objects.filter(state=R.PUBLISHED),
        "transfer:received": transfers.filter(state__in=ARRIVED),
        "transfer:in-use": transfers.filter(state__in=[T.IN_USE, T.CLOSED]),
        "transfer:checked": transfers.filter(state=T.CLOSED),
    }


# The ledger

KINDS = {
    ItemKind.DEVICE: ContributionKind.EQUIPMENT,
    ItemKind.IT: ContributionKind.EQUIPMENT,
    ItemKind.BOOK: ContributionKind.BOOKS,
    ItemKind.SOFTWARE: ContributionKind.BOOKS,
    ItemKind.SUPPLIES: ContributionKind.SUPPLIES,
    ItemKind.DRUG: ContributionKind.MEDICINES,
    ItemKind.OTHER: ContributionKind.OTHER,
}
BASES = {
    ValueBasis.INVOICE: RateBasis.INVOICE,
    ValueBasis.MARKET: RateBasis.FAIR_VALUE,
    ValueBasis.DEPRECIATED: RateBasis.FAIR_VALUE,
}


def goods_of_transfers(partnership: Partnership) -> Iterator[Proposal]:
    """For settings.CONTRIBUTION_SOURCES: what arrived whole of each item of a transfer that was received."""
    parties = {party.pk: party for party in givers_of(partnership).parties}
    arrived = TransferItem.objects.filter(
        transfer__partnership=partnership, transfer__state__in=ARRIVED, received_quantity__gt=0
    )
    for item in arrived.select_related("transfer").order_by("transfer_id", "number"):
        transfer = item.transfer
        if item.good_quantity > 0:
            yield Proposal(
                source=f"transfer:{transfer.pk}:item:{item.pk}",
                thing=f"transfer:{transfer.pk}",
                title=_("Given: %(item)s (%(title)s)") % {"item": item.name, "title": transfer.title},
                participation=parties[transfer.giver_id],
                kind=KINDS[item.kind],
                starts_on=transfer.received_on,
                ends_on=transfer.received_on,
                quantity=Decimal(item.good_quantity),
                unit=Unit.ITEM,
                rate=item.unit_value,
                rate_basis=BASES[item.value_basis] if item.unit_value is not None else "",
                currency=transfer.currency,
            )
