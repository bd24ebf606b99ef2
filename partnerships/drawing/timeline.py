"""A timeline as numbers: where each bar, month and line of today stands. Pure; the template draws exactly this.

All lengths are units of the drawing's view box, which is ``WIDTH`` wide whatever the size of screen or paper.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

WIDTH = 960
LABELS = 270
EDGE = 18
HEAD = 30
ROW = 28
BAR = 14
LEAST = 5
# A drawing with more rows would not fit a page of paper on its side.
ROWS = 18
LETTER = 6.1
WIDE_LETTER = 13
MONTH = 30.44
STEPS = (1, 3, 6, 12)
MOST_TICKS = 13


@dataclass(frozen=True, kw_only=True)
class Bar:
    """What is to be drawn: ``state`` is a word for the style, ``hint`` what a reader is told about it."""

    code: str
    label: str
    start: date
    end: date
    state: str
    hint: str = ""


@dataclass(frozen=True, kw_only=True)
class Shape:
    """A bar in its place, with a label that fits beside it."""

    code: str
    label: str
    hint: str
    state: str
    x: float
    y: float
    width: float
    text_y: float

    @property
    def end_x(self) -> float:
        return round(self.x + self.width, 1)

    @property
    def middle_y(self) -> float:
        return self.y + BAR / 2


@dataclass(frozen=True, kw_only=True)
class Tick:
    """The first day of a month that gets a line. ``is_year``: a line at which a year begins, or the first one."""

    x: float
    day: date
    is_year: bool


@dataclass(frozen=True, kw_only=True)
class Drawing:
    height: int
    ticks: tuple[Tick, ...]
    shapes: tuple[Shape, ...]
    today_x: float | None
    width: int = WIDTH
    head: int = HEAD
    bar: int = BAR
    foot: int = EDGE

    @property
    def bottom(self) -> int:
        return self.height - EDGE


@dataclass(frozen=True)
class Scale:
    """Days to units: ``first`` and ``last`` are whole months, both inside the plot."""

    first: date
    last: date

    def x(self, day: date) -> float:
        room = WIDTH - LABELS - EDGE
        days = (self.last - self.first).days + 1
        return round(LABELS + room * (day - self.first).days / days, 1)

    @property
    def step(self) -> int:
        """Months between two lines: as few as there is room for."""
        months = ((self.last - self.first).days + 1) / MONTH
        return next((step for step in STEPS if months / step <= MOST_TICKS), STEPS[-1])

    def ticks(self) -> tuple[Tick, ...]:
        found, day = [], self.first
        while day <= self.last:
            if not found or (day.month - 1) % self.step == 0:
                found.append(Tick(x=self.x(day), day=day, is_year=day.month == 1 or not found))
            day = next_month(day)
        # The first line may stand too close to the second to be written at.
        if len(found) > 1 and found[1].x - found[0].x < 44:
            del found[1 if not found[1].is_year else 0]
        return tuple(found)


def scale_of(bars: Iterable[Bar]) -> Scale | None:
    """From the first day of the month of the first bar to the end of the month of the last; None without bars."""
    bars = list(bars)
    if not bars:
        return None
    first = min(bar.start for bar in bars).replace(day=1)
    last = next_month(max(bar.end for bar in bars)) - timedelta(days=1)
    return Scale(first, last)


def next_month(day: date) -> date:
    """The first day of the month after that of ``day``."""
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)


def draw(bars: Sequence[Bar], scale: Scale, today: date) -> list[Drawing]:
    """``bars`` on one scale, as drawings of at most ``ROWS`` rows each."""
    return [_draw(bars[at : at + ROWS], scale, today) for at in range(0, len(bars), ROWS)]


def _draw(bars: Sequence[Bar], scale: Scale, today: date) -> Drawing:
    shapes = []
    for row, bar in enumerate(bars):
        top = HEAD + row * ROW
        x = scale.x(bar.start)
        shapes.append(
            Shape(
                code=bar.code,
                label=fitting(bar.label, LABELS - 62),
                hint=bar.hint,
                state=bar.state,
                x=x,
                y=top + (ROW - BAR) / 2,
                width=max(round(scale.x(bar.end + timedelta(days=1)) - x, 1), LEAST),
                text_y=top + ROW / 2 + 4,
            )
        )
    inside = scale.first <= today <= scale.last
    return Drawing(
        height=HEAD + ROW * len(shapes) + EDGE,
        ticks=scale.ticks(),
        shapes=tuple(shapes),
        today_x=scale.x(today) if inside else None,
    )


def fitting(text: str, room: float) -> str:
    """``text`` cut so that it takes at most ``room`` units, with a sign that it was cut."""
    taken = 0.0
    for at, letter in enumerate(text):
        taken += WIDE_LETTER if unicodedata.east_asian_width(letter) in "WF" else LETTER
        if taken > room:
            return text[: max(at - 1, 1)].rstrip() + "…"
    return text
