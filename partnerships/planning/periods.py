"""Reporting periods from a schedule. A donor counts from its own day, not from the calendar's quarters."""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

# Ten years of months; a schedule that gives more is a mistake in a date.
MOST_PERIODS = 120


@dataclass(frozen=True, kw_only=True)
class Span:
    """A period from ``starts_on`` to ``ends_on``, both included; its report is due on ``due_on``."""

    starts_on: date
    ends_on: date
    due_on: date


def months_after(day: date, months: int) -> date:
    """The same day ``months`` later or, if negative, earlier; the last of the month where there is no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def spans(*, starts_on: date, ends_on: date, anchor: date, months: int, due_days: int) -> Iterator[Span]:
    """The periods of ``months`` each that lie between two days, cut at both.

    Periods begin on the ``anchor`` and every ``months`` before and after it, so the first and the last may be shorter:
    an award from 15 November to 31 December that reports by quarters from 1 October has one period of 47 days. All
    boundaries are counted from the anchor itself, so that the 31st does not wander to the 28th for good.
    """
    step = 0
    while months_after(anchor, step) > starts_on:
        step -= months
    while months_after(anchor, step + months) <= starts_on:
        step += months
    while (begins := months_after(anchor, step)) <= ends_on:
        step += months
        last = min(months_after(anchor, step) - timedelta(days=1), ends_on)
        yield Span(starts_on=max(begins, starts_on), ends_on=last, due_on=last + timedelta(days=due_days))
