"""Where workshops meet the rest: follow-ups and comments, what waits for people, calendars."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.db.models import Max, Min, Q, QuerySet
from django.db.models.functions import TruncDate
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from partnerships.calendars import Audience, Event
from partnerships.models import Workshop, WorkshopSession
from partnerships.things import Kind
from partnerships.waiting import Row, Waiting, WaitingRows
from partnerships.waiting_rows import steered_by
from partnerships.workshop_states import HELD, LIVE, WorkshopState

S = WorkshopState
# Results are entered within two weeks, and a workshop that did not start on its day is asked about.
RESULTS_WITHIN = timedelta(days=14)


def workshop_kinds() -> list[Kind]:
    """For settings.THING_KINDS."""
    return [
        Kind(
            name="workshop",
            label=gettext_lazy("Workshop"),
            model=Workshop,
            visible_to=Workshop.objects.visible_to,
            of=lambda partnership: partnership.workshops.all(),
            title=str,
            url=lambda row, _partnership: row.get_absolute_url(),
        )
    ]


def workshop_fact_rows() -> dict[str, QuerySet]:
    """``workshop:delivered`` · ``workshop:closed``: at least one was held, and one was closed with all its results."""
    held = Workshop.objects.filter(state__in=HELD)
    return {"workshop:delivered": held, "workshop:closed": held.filter(state=S.CLOSED)}


def workshop_rows(user: User) -> Iterator[WaitingRows]:
    """For settings.WAITING_ROWS: workshops that ``user`` steers and whose next step is due."""
    now = timezone.now()
    found = Workshop.objects.filter(partnership__in=steered_by(user).open()).annotate(
        starts_at=Min("sessions__starts_at"),
        ends_at=Max("sessions__ends_at"),
        last_day=TruncDate(Max("sessions__ends_at")),
    )
    late = found.filter(
        state__in=[S.PLANNED, S.APPROVED, S.REGISTRATION_OPEN, S.REGISTRATION_CLOSED], starts_at__lte=now
    )
    for rows, tell in (
        (late, _not_started),
        (found.filter(state=S.RUNNING, ends_at__lte=now), _not_over),
        (found.filter(state=S.DELIVERED), _without_results),
        (found.filter(state=S.RESULTS_ENTERED), _not_closed),
    ):
        yield WaitingRows(found=rows, tell=tell, key="reference", due_on="last_day")


def _not_started(row: Row) -> Waiting:
    return _workshop(row, _("It should have started"))


def _not_over(row: Row) -> Waiting:
    return _workshop(row, _("It is over: say that it was held"))


def _without_results(row: Row) -> Waiting:
    return _workshop(row, _("Enter attendance and results"), within=RESULTS_WITHIN)


def _not_closed(row: Row) -> Waiting:
    return _workshop(row, _("Issue the certificates and close it"), within=RESULTS_WITHIN)


def _workshop(row: Row, text: str, *, within: timedelta = timedelta(0)) -> Waiting:
    row = row._replace(due_on=row.due_on + within if row.due_on else None)
    return Waiting(
        kind="workshop",
        title=row.title,
        text=f"{text} · {row.partnership}",
        url=reverse("partnerships:workshop-detail", args=[row.key]),
        action=_("Open"),
        due_on=row.due_on,
        is_late=row.is_late,
    )


def workshop_events(audience: Audience) -> Iterator[Event]:
    """For settings.CALENDAR_SOURCES: the hours of the sessions, for the personal calendar those that the reader teaches
    or whose partnership they steer."""
    sessions = WorkshopSession.objects.filter(
        workshop__partnership__in=audience.partnerships.order_by().values("pk"),
        workshop__state__in=[state for state in LIVE if state != S.IDEA],
        starts_at__date__gte=audience.since,
    )
    if audience.is_personal:
        own = Q(workshop__trainers__contact__user=audience.user) | Q(workshop__partnership__coordinator=audience.user)
        sessions = sessions.filter(own).distinct()
    for session in sessions.select_related("workshop__partnership").order_by("starts_at", "pk"):
        workshop = session.workshop
        start, end = session.local_start(workshop.zone), session.local_end(workshop.zone)
        yield Event(
            uid=f"workshop-session-{session.pk}",
            title=f"{workshop.title}: {session.title}",
            text=f"{start:%H:%M}–{end:%H:%M} ({workshop.time_zone}) · {workshop.partnership.name}",
            on=start.date(),
            until=end.date() if end.date() != start.date() else None,
            url=workshop.get_absolute_url(),
            stamp=workshop.changed_at,
            starts_at=session.starts_at,
            ends_at=session.ends_at,
            place=", ".join(part for part in (workshop.place or workshop.meeting_url, session.room) if part.strip()),
        )
