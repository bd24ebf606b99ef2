"""Contributions and meetings where people look for what concerns them: as things, in their list, in their calendar."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import time_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import User
from partnerships.calendars import Audience, Event
from partnerships.contribution_states import ContributionState
from partnerships.models import Attendee, Contribution, Meeting, Partnership, TeamMember
from partnerships.permissions import EDITING_ROLES, SIGNING_ROLES
from partnerships.things import Kind
from partnerships.waiting import Waiting


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
            title=f"{time_format(starts_at)} {meeting.title}",
            text=f"{meeting.get_kind_display()} · {meeting.partnership.name}",
            on=starts_at.date(),
            url=meeting.get_absolute_url(),
            stamp=meeting.changed_at,
        )


def contributions_waiting(user: User) -> Iterator[Waiting]:
    """For settings.WAITING_PROVIDERS: gifts for ``user`` to confirm, and steps in partnerships that they steer."""
    editing = TeamMember.objects.current().filter(contact__user=user, role__in=EDITING_ROLES)
    steered = Q(coordinator=user) | Q(pk__in=editing.values("partnership"))
    own = Q(contributions__person__user=user) | Q(
        contributions__confirmed_by=user, contributions__confirmed_how="account"
    )
    confirmed = Q(contributions__state=ContributionState.CONFIRMED) & steered
    verified = Q(contributions__state=ContributionState.VERIFIED) & steered
    found = (
        Partnership.objects.mine(user)
        .annotate(
            n_draft=Count("contributions", filter=Q(contributions__in=_to_confirm(user)), distinct=True),
            # Nobody is asked to verify their own.
            n_confirmed=Count("contributions", filter=confirmed, distinct=True)
            - Count("contributions", filter=confirmed & own, distinct=True),
            n_verified=Count("contributions", filter=verified, distinct=True),
        )
        .filter(Q(n_draft__gt=0) | Q(n_confirmed__gt=0) | Q(n_verified__gt=0))
        .order_by("name", "pk")
    )
    for partnership in found:
        yield from _steps_of(partnership)


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


def _steps_of(partnership: Partnership) -> Iterator[Waiting]:
    if partnership.n_draft:
        words = ngettext(
            "%(n)s contribution waits for you to confirm that it was so",
            "%(n)s contributions wait for you to confirm that it was so",
            partnership.n_draft,
        ) % {"n": partnership.n_draft}
        yield _of(partnership, "confirm", words, _("Confirm"), "state=draft&giver=me")
    if partnership.n_confirmed:
        words = ngettext(
            "%(n)s contribution is confirmed and waits for you to verify it",
            "%(n)s contributions are confirmed and wait for you to verify them",
            partnership.n_confirmed,
        ) % {"n": partnership.n_confirmed}
        yield _of(partnership, "verify", words, _("Verify"), "state=confirmed")
    if partnership.n_verified:
        words = ngettext(
            "%(n)s contribution is verified and can be counted",
            "%(n)s contributions are verified and can be counted",
            partnership.n_verified,
        ) % {"n": partnership.n_verified}
        yield _of(partnership, "count", words, _("Count"), "state=verified")


def _of(partnership: Partnership, step: str, words: str, action: str, query: str) -> Waiting:
    url = reverse("partnerships:contribution-list", args=[partnership.slug])
    return Waiting(
        kind=f"contributions-{step}", title=partnership.name, text=words, url=f"{url}?{query}", action=action
    )
