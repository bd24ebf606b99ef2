"""Items of an agenda that want the same people at the same time. Told, never refused: groups may part."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from django.utils.translation import gettext as _

from partnerships.models import AgendaItem

MOST_TOLD = 12


def overlaps(items: Iterable[AgendaItem]) -> list[tuple[AgendaItem, AgendaItem]]:
    """Pairs of items that share some time, the earlier one first. What says no end is a moment."""
    # Moments, not hours of the clock: in the night of the change to winter time two to three comes twice.
    rows = sorted(((_moment(item.begins), _moment(item.ends or item.begins), item) for item in items), key=_order)
    return [
        (one, other)
        for at, (begins, ends, one) in enumerate(rows)
        for later, _later_ends, other in rows[at + 1 :]
        if later == begins or later < ends
    ]


def _moment(when: datetime) -> datetime:
    return when.astimezone(UTC)


def _order(row: tuple[datetime, datetime, AgendaItem]) -> tuple:
    return row[0], row[1], row[2].pk or 0


def overlap_warnings(items: Iterable[AgendaItem]) -> list[str]:
    """Each pair in a sentence, with the hours of both places."""
    pairs = overlaps(items)
    told = [
        _("%(one)s and %(other)s overlap.") % {"one": _said(one), "other": _said(other)}
        for one, other in pairs[:MOST_TOLD]
    ]
    if len(pairs) > MOST_TOLD:
        told.append(_("And %(n)s more overlap.") % {"n": len(pairs) - MOST_TOLD})
    return told


def _said(item: AgendaItem) -> str:
    until = f"–{item.ends_at:%H:%M}" if item.ends_at else ""
    return _("“%(title)s” (%(times)s, at home %(home)s)") % {
        "title": item.title,
        "times": f"{item.starts_at:%H:%M}{until}",
        "home": item.home_times,
    }
