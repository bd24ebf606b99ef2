"""Contributions and meetings where people look for what concerns them: as things, in their list, in their calendar."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import User
from partnerships.calendars import Audience, Event
from partnerships.contribution_states import ContributionState
from partnerships.models import Attendee, Contribution, Meeting, Partnership, TeamMember
from partnerships.permissions import SIGNING_ROLES
from partnerships.things import Kind
from partnerships.waiting import Row, Waiting, WaitingRows
from partnerships.waiting_rows import steered_by


def contribution_kinds() -> list[Kind]:
    """For settings.THING_KINDS."""
    return [_contributions(), _meetings()]


def _contributions() -> Kind:
    return Kind(
        name="contribution",
        label=gettext_lazy("Contribution"),
        model=Contribution,
        visible_to=Contribution.objects.visible_to,
        of=lambda partnership: partnership.contributions.order_by("-number"),
        title=lambda row: f"{row.code} {row.title}",
        url=lambda row, partnership: reverse("partnerships:contribution-detail", args=[partnership.slug, row.number]),
    )


def _meetings() -> Kind:
    return Kind(
        name="meeting",
        label=gettext_lazy("Meeting"),
        model=Meeting,
        visible_to=Meeting.objects.visible_to,
        of=lambda partnership: partnership.meetings.order_by("-starts_at", "-pk"),
        title=str,
        url=lambda row, partnership: reverse("partnerships:meeting-detail", args=[partnership.slug, row.pk]),
    )


def meeting_events(audience: Audience) -> Iterator[Event]:
    """For settings.CALENDAR_SOURCES: meetings, in a person's own calendar those in which they take part."""
    found = Meeting.objects.filter(
        partnership__in=audience.partnerships.order_by().values("pk"), starts_at__date__gte=audience.since
    )
    if audience.is_personal:
        found = found.filter(pk__in=Attendee.objects.filter(contact__user=audience.user).values("meeting"))
    for meeting in found.select_related("partnership").order_by("starts_at", "pk"):
        starts_at = timezone.localtime(meeting.starts_at)
        yield Event(
            uid=f"meeting-{meeting.pk}",
            title=meeting.title,
            text=f"{meeting.get_kind_display()} · {meeting.partnership.name}",
            on=starts_at.date(),
            url=meeting.get_absolute_url(),
            stamp=meeting.changed_at,
            starts_at=meeting.starts_at,
            ends_at=meeting.ends_at,
            place=meeting.place,
        )


def contribution_fact_rows() -> dict[str, QuerySet]:
    """``contribution:confirmed`` · ``contribution:counted`` · ``meeting:held``, and the forms that they replace."""
    given = Contribution.objects.filter(reverses__isnull=True, reversal__isnull=True)
    confirmed = given.filter(
        state__in=[ContributionState.CONFIRMED, ContributionState.VERIFIED, ContributionState.COUNTED]
    )
    held = Meeting.objects.filter(starts_at__lte=timezone.now())
    return {
        "contribution:confirmed": confirmed,
        "contribution:counted": given.filter(state=ContributionState.COUNTED),
        "document:in-kind-contribution:submitted": confirmed,
        "meeting:held": held,
        "document:meeting-record:submitted": held,
    }


def contribution_rows(user: User) -> Iterator[WaitingRows]:
    """For settings.WAITING_ROWS: gifts for ``user`` to confirm, and steps in partnerships that they steer."""
    own = Q(contributions__person__user=user) | Q(
        contributions__confirmed_by=user, contributions__confirmed_how="account"
    )
    confirmed = Q(contributions__state=ContributionState.CONFIRMED)
    steps = (
        (
            Partnership.objects.mine(user),
            Count("contributions", filter=Q(contributions__in=_to_confirm(user)), distinct=True),
            _confirm,
        ),
        # Nobody is asked to verify their own.
        (
            steered_by(user),
            Count("contributions", filter=confirmed, distinct=True)
            - Count("contributions", filter=confirmed & own, distinct=True),
            _verify,
        ),
        (
            steered_by(user),
            Count("contributions", filter=Q(contributions__state=ContributionState.VERIFIED), distinct=True),
            _count,
        ),
    )
    for partnerships, n, tell in steps:
        found = partnerships.annotate(n_waiting=n).filter(n_waiting__gt=0)
        yield WaitingRows(found=found, tell=tell, title="name", partnership="", n="n_waiting")


def _to_confirm(user: User) -> QuerySet[Contribution]:
    """Drafts that are complete and over, of which ``user`` or their organization is the giver."""
    speaks_for = TeamMember.objects.current().filter(
        partnership=OuterRef("partnership"),
        contact__user=user,
        contact__organization=OuterRef("participation__organization"),
        side=OuterRef("participation__side"),
        role__in=SIGNING_ROLES,
    )
    return Contribution.objects.filter(
        Q(person__user=user) | Q(Exists(speaks_for), person__isnull=True),
        state=ContributionState.DRAFT,
        rate__isnull=False,
        ends_on__lte=timezone.localdate(),
    )


def _confirm(row: Row) -> Waiting:
    words = ngettext(
        "%(n)s contribution waits for you to confirm that it was so",
        "%(n)s contributions wait for you to confirm that it was so",
        row.n,
    )
    return _step(row, "confirm", words, _("Confirm"), "state=draft&giver=me")


def _verify(row: Row) -> Waiting:
    words = ngettext(
        "%(n)s contribution is confirmed and waits for you to verify it",
        "%(n)s contributions are confirmed and wait for you to verify them",
        row.n,
    )
    return _step(row, "verify", words, _("Verify"), "state=confirmed")


def _count(row: Row) -> Waiting:
    words = ngettext(
        "%(n)s contribution is verified and can be counted",
        "%(n)s contributions are verified and can be counted",
        row.n,
    )
    return _step(row, "count", words, _("Count"), "state=verified")


def _step(row: Row, step: str, words: str, action: str, query: str) -> Waiting:
    return Waiting(
        kind=f"contributions-{step}",
        title=row.title,
        text=words % {"n": row.n},
        url=f"{reverse('partnerships:contribution-list', args=[row.slug])}?{query}",
        action=action,
    )
