"""Where workshops meet the rest: follow-ups and comments, what waits for people, calendars, facts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.db.models import Max, Min, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from partnerships.calendars import Audience, Event
from partnerships.models import Partnership, TeamMember, Workshop, WorkshopSession
from partnerships.permissions import EDITING_ROLES
from partnerships.things import Kind
from partnerships.waiting import Waiting
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


def workshop_facts(partnership: Partnership) -> set[str]:
    """``workshop:delivered`` · ``workshop:closed``: at least one was held, and one was closed with all its results."""
    states = set(partnership.workshops.filter(state__in=HELD).order_by().values_list("state", flat=True).distinct())
    found = {"workshop:delivered"} if states else set()
    return found | ({"workshop:closed"} if S.CLOSED in states else set())


def workshops_waiting(user: User) -> Iterator[Waiting]:
    """For settings.WAITING_PROVIDERS: workshops that ``user`` steers and whose next step is due."""
    editing = TeamMember.objects.current().filter(contact__user=user, role__in=EDITING_ROLES)
    steered = Partnership.objects.open().filter(Q(coordinator=user) | Q(pk__in=editing.values("partnership")))
    now = timezone.now()
    found = (
        Workshop.objects.filter(partnership__in=steered)
        .annotate(starts_at=Min("sessions__starts_at"), ends_at=Max("sessions__ends_at"))
        .filter(
            Q(state__in=[S.PLANNED, S.APPROVED, S.REGISTRATION_OPEN, S.REGISTRATION_CLOSED], starts_at__lte=now)
            | Q(state=S.RUNNING, ends_at__lte=now)
            | Q(state__in=[S.DELIVERED, S.RESULTS_ENTERED])
        )
        .select_related("partnership")
        .order_by("ends_at", "pk")
    )
    texts = {
        S.RUNNING: _("It is over: say that it was held"),
        S.DELIVERED: _("Enter attendance and results"),
        S.RESULTS_ENTERED: _("Issue the certificates and close it"),
    }
    for workshop in found:
        due = workshop.ends_at + RESULTS_WITHIN if workshop.state in HELD and workshop.ends_at else workshop.ends_at
        due_on = due.astimezone(workshop.zone).date() if due else None
        yield Waiting(
            kind="workshop",
            title=workshop.title,
            text=f"{texts.get(workshop.state, _('It should have started'))} · {workshop.partnership.name}",
            url=workshop.get_absolute_url(),
            action=_("Open"),
            due_on=due_on,
            is_late=due_on is not None and due_on < timezone.localdate(),
        )


def workshop_events(audience: Audience) -> Iterator[Event]:
    """For settings.CALENDAR_SOURCES: the days of the sessions, for the personal calendar those that the reader teaches
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
        )
