"""One thing that waits for a person. The whole list, with settings.WAITING_PROVIDERS, is in toolkit/waiting.py."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Model, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from partnerships.models import FollowUp, Partnership, TeamMember
from partnerships.permissions import EDITING_ROLES


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """One thing to do: what, where, and by when. ``kind`` is for icons and tests."""

    kind: str
    title: str
    text: str
    url: str
    action: str
    due_on: date | None = None
    is_late: bool = False
    document: Model | None = None


def in_order(found: Iterable[Waiting]) -> list[Waiting]:
    """Late things first, then by date, then what has no date."""
    return sorted(found, key=lambda one: (not one.is_late, one.due_on is None, one.due_on or date.max))


def follow_ups_waiting(user: User) -> Iterator[Waiting]:
    """For settings.WAITING_PROVIDERS: what ``user`` is to do, and what in their partnerships nobody does."""
    mine = FollowUp.objects.filter(partnership__in=Partnership.objects.mine(user)).owned_by(user).open()
    for follow_up in mine.for_list():
        yield Waiting(
            kind="follow-up",
            title=follow_up.title,
            text=f"{_('Your follow-up')} · {follow_up.partnership.name}",
            url=follow_up.get_absolute_url(),
            action=_("Open"),
            due_on=follow_up.due_on,
            is_late=follow_up.is_overdue,
        )
    yield from _unattended(user)


def _unattended(user: User) -> Iterator[Waiting]:
    """Of partnerships that ``user`` steers: follow-ups of people who left, and those that others are late with."""
    editing = TeamMember.objects.current().filter(contact__user=user, role__in=EDITING_ROLES)
    steered = Partnership.objects.filter(Q(coordinator=user) | Q(pk__in=editing.values("partnership")))
    lost, late = FollowUp.objects.without_owner(), FollowUp.objects.overdue().exclude(owner__user=user)
    found = (
        steered.annotate(
            n_lost=Count("followups", filter=Q(followups__in=lost)),
            n_late=Count("followups", filter=Q(followups__in=late)),
        )
        .filter(Q(n_lost__gt=0) | Q(n_late__gt=0))
        .order_by("name", "pk")
    )
    for partnership in found:
        url = reverse("partnerships:partnership-follow-ups", args=[partnership.slug])
        if partnership.n_lost:
            yield Waiting(
                kind="follow-ups-lost",
                title=partnership.name,
                text=ngettext(
                    "%(n)s follow-up belongs to somebody who left the team: give it to another person",
                    "%(n)s follow-ups belong to people who left the team: give them to others",
                    partnership.n_lost,
                )
                % {"n": partnership.n_lost},
                url=f"{url}?owner=left",
                action=_("Give away"),
            )
        if partnership.n_late:
            yield Waiting(
                kind="follow-ups-late",
                title=partnership.name,
                text=ngettext(
                    "%(n)s follow-up of another person is overdue",
                    "%(n)s follow-ups of other people are overdue",
                    partnership.n_late,
                )
                % {"n": partnership.n_late},
                url=f"{url}?overdue=on",
                action=_("Look"),
                is_late=False,
            )
