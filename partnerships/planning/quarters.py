"""A plan cut into quarters, of the calendar year or of a year that starts in another month."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from partnerships.models import Activity
from partnerships.workplan_states import Progress

MONTHS = 12
IN_A_QUARTER = 3


@dataclass(frozen=True, order=True)
class Quarter:
    """``year`` is the calendar year in which the quarter's year began; ``number`` counts from 1."""

    year: int
    number: int
    first_month: int = 1

    @property
    def starts_on(self) -> date:
        months = self.first_month - 1 + (self.number - 1) * IN_A_QUARTER
        return date(self.year + months // MONTHS, months % MONTHS + 1, 1)

    @property
    def ends_on(self) -> date:
        months = self.first_month - 1 + self.number * IN_A_QUARTER
        return date(self.year + months // MONTHS, months % MONTHS + 1, 1) - timedelta(days=1)


def quarter_of(day: date, first_month: int = 1) -> Quarter:
    """The quarter that ``day`` lies in, in years that begin with ``first_month``."""
    months = (day.month - first_month) % MONTHS
    year = day.year if day.month >= first_month else day.year - 1
    return Quarter(year, months // IN_A_QUARTER + 1, first_month)


def quarters_of_year(year: int, first_month: int = 1) -> list[Quarter]:
    return [Quarter(year, number, first_month) for number in range(1, 5)]


def years_of(activities: Iterable[Activity], today: date, first_month: int = 1) -> list[int]:
    """Every year that the plan touches, and the present one."""
    days = [day for each in activities for day in (each.starts_on, each.ends_on) if day]
    years = {quarter_of(day, first_month).year for day in (*days, today)}
    return list(range(min(years), max(years) + 1))


@dataclass
class QuarterRows:
    """What goes on in a quarter. ``due`` are the activities that end in it, ``running`` those that end later."""

    quarter: Quarter
    due: list[Activity]
    running: list[Activity]
    today: date

    @property
    def is_now(self) -> bool:
        return self.quarter.starts_on <= self.today <= self.quarter.ends_on

    def _count(self, progress: str) -> int:
        return sum(activity.progress == progress for activity in self.due)

    @property
    def n_planned(self) -> int:
        return sum(each.progress in (Progress.PLANNED, Progress.UNDER_WAY) for each in self.due) - self.n_late

    @property
    def n_done(self) -> int:
        return self._count(Progress.DONE)

    @property
    def n_cancelled(self) -> int:
        return self._count(Progress.CANCELLED)

    @property
    def n_late(self) -> int:
        return sum(activity.late_on(self.today) for activity in self.due)


def by_quarter(activities: Iterable[Activity], quarters: Iterable[Quarter], today: date) -> list[QuarterRows]:
    """Every quarter with the activities whose days touch it; those without an end count by their start."""
    dated = [each for each in activities if each.starts_on or each.ends_on]
    found = []
    for quarter in quarters:
        due, running = [], []
        for activity in dated:
            start, end = activity.starts_on or activity.ends_on, activity.ends_on or activity.starts_on
            if quarter.starts_on <= end <= quarter.ends_on:
                due.append(activity)
            elif start <= quarter.ends_on and end > quarter.ends_on:
                running.append(activity)
        due.sort(key=lambda each: each.ends_on or each.starts_on)
        found.append(QuarterRows(quarter, due, running, today))
    return found
