"""Calendars as other programs read them (RFC 5545): days or hours with a title, a place and a link, never more.

Each app adds its dates through settings.CALENDAR_SOURCES. What a feed shows is decided at every visit.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlsplit

import icalendar
from django.conf import settings
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.functional import cached_property
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.zones import zone_of
from partnerships.models import CalendarFeed, FollowUp, Partnership, Phase, TeamMember

LOOK_BACK = timedelta(days=400)
READ_EVERY = timedelta(hours=4)


@dataclass(frozen=True, kw_only=True)
class Event:
    """A day, or the days from ``on`` to ``until``, both included. ``uid`` never changes: “follow-up-12-due”.

    What has its hours, ``starts_at`` and ``ends_at``, stands at these instants, whatever the clock of the reader; such
    hours are taken, while a day is only one to know of. ``place`` is where, ``url`` a path of ours, ``stamp`` the
    moment of the last known change. Titles and places are all that leaves the house: sources name no health and no
    travel data.
    """

    uid: str
    title: str
    on: date
    url: str
    stamp: datetime
    until: date | None = None
    text: str = ""
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    place: str = ""


@dataclass(frozen=True, kw_only=True)
class Audience:
    """Whose calendar is made: the reader, the partnerships it is about – all of which they see now – and the side.

    ``is_personal`` asks for what is the reader's own to do; ``side`` for what is that side's.
    """

    user: User
    partnerships: QuerySet[Partnership]
    is_personal: bool = False
    side: str = ""

    @cached_property
    def rows(self) -> list[Partnership]:
        return list(self.partnerships.order_by("pk"))

    @property
    def since(self) -> date:
        return timezone.localdate() - LOOK_BACK


def audience_of(feed: CalendarFeed) -> Audience:
    if feed.partnership_id is None:
        return Audience(user=feed.user, partnerships=Partnership.objects.mine(feed.user), is_personal=True)
    seen = Partnership.objects.visible_to(feed.user).filter(pk=feed.partnership_id)
    return Audience(user=feed.user, partnerships=seen, side=feed.side)


def name_of(feed: CalendarFeed) -> str:
    """The name of a calendar in the reader's program, and in our list; for feeds whose partnership is seen."""
    if feed.partnership_id is None:
        return _("%(site)s: my dates") % {"site": settings.SITE_NAME}
    if feed.side:
        return f"{feed.partnership.name}: {feed.partnership.side_label(feed.side)}"
    return feed.partnership.name


def partnership_events(audience: Audience) -> Iterator[Event]:
    """Follow-ups due, starts and ends of partnerships, phases that were opened and finished."""
    yield from _follow_ups(audience)
    for partnership in audience.rows:
        url, stamp = partnership.get_absolute_url(), partnership.created_at
        for day, what, title in (
            (partnership.starts_on, "start", _("%(name)s begins")),
            (partnership.ends_on, "end", _("%(name)s ends")),
        ):
            if day:
                words = title % {"name": partnership.name}
                yield Event(uid=f"partnership-{partnership.pk}-{what}", title=words, on=day, url=url, stamp=stamp)
    yield from _phases(audience)


def _follow_ups(audience: Audience) -> Iterator[Event]:
    due = FollowUp.objects.open().filter(
        partnership__in=audience.partnerships.order_by().values("pk"), due_on__gte=audience.since
    )
    if audience.is_personal:
        due = due.owned_by(audience.user)
    if audience.side:
        members = TeamMember.objects.current().filter(
            partnership__in=audience.partnerships.order_by().values("pk"), side=audience.side
        )
        due = due.filter(owner__in=members.values("contact"))
    for follow_up in due.select_related("partnership", "owner").order_by("due_on", "pk"):
        yield Event(
            uid=f"follow-up-{follow_up.pk}-due",
            title=_("Due: %(title)s") % {"title": follow_up.title},
            text=f"{follow_up.owner} · {follow_up.partnership.name}",
            on=follow_up.due_on,
            url=follow_up.get_absolute_url(),
            stamp=follow_up.changed_at,
        )


def _phases(audience: Audience) -> Iterator[Event]:
    since = audience.since
    recent = Q(opened_on__gte=since) | Q(closed_on__gte=since)
    phases = Phase.objects.filter(recent, partnership__in=audience.partnerships.order_by().values("pk"))
    for phase in phases.select_related("definition", "partnership").order_by("pk"):
        words = {"phase": phase.definition.title, "name": phase.partnership.name}
        url = reverse("partnerships:phase-detail", args=[phase.partnership.slug, phase.pk])
        for day, what, title in (
            (phase.opened_on, "opened", _("%(name)s: phase “%(phase)s” was opened")),
            (phase.closed_on, "closed", _("%(name)s: phase “%(phase)s” was closed")),
        ):
            if day and day >= since:
                stamp = datetime(day.year, day.month, day.day, tzinfo=UTC)
                yield Event(uid=f"phase-{phase.pk}-{what}", title=title % words, on=day, url=url, stamp=stamp)


def calendar_of(feed: CalendarFeed) -> bytes:
    """The file that ``feed`` is now, in its reader's language and days; the same rows give the same bytes."""
    user = feed.user
    with translation.override(user.language), timezone.override(zone_of(user.time_zone)):
        audience = audience_of(feed)
        is_seen = feed.partnership_id is None or bool(audience.rows)
        name = name_of(feed) if is_seen else _("No longer shared with you")
        events = [
            event for path in (settings.CALENDAR_SOURCES if is_seen else []) for event in import_string(path)(audience)
        ]
    return _written(name, events)


def _written(name: str, events: Iterable[Event]) -> bytes:
    calendar = icalendar.Calendar()
    calendar.add("prodid", "-//Twinning//Calendar//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", READ_EVERY, parameters={"value": "DURATION"})
    calendar.add("x-published-ttl", READ_EVERY)
    host = urlsplit(settings.SITE_URL).hostname or "localhost"
    for event in events:
        calendar.add_component(_component(event, host))
    return calendar.to_ical()


def _component(event: Event, host: str) -> icalendar.Event:
    component = icalendar.Event()
    component.add("uid", f"{event.uid}@{host}")
    component.add("dtstamp", event.stamp.astimezone(UTC))
    component.add("last-modified", event.stamp.astimezone(UTC))
    component.add("summary", event.title)
    if event.starts_at and event.ends_at:
        component.add("dtstart", event.starts_at.astimezone(UTC))
        component.add("dtend", event.ends_at.astimezone(UTC))
    else:
        component.add("dtstart", event.on)
        component.add("dtend", (event.until or event.on) + timedelta(days=1))  # the day after, by the standard
    if event.text:
        component.add("description", event.text)
    if event.place:
        # An address at which one joins opens a door; it stays on our page, to which the event links.
        component.add("location", _("Online") if "://" in event.place else event.place)
    component.add("url", settings.SITE_URL + event.url)
    component.add("class", "PRIVATE")
    component.add("transp", "OPAQUE" if event.starts_at else "TRANSPARENT")
    return component


def fingerprint(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()
