"""A timeline as numbers: where each bar, month and line of today stands. Pure; the template draws exactly this.

All lengths are units of the drawing's view box, which is ``WIDTH`` wide whatever the size of screen or paper.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from partnerships.drawing.arrows import Arrow, arrow

WIDTH = 960
LABELS = 300
# Where the words of a row begin, beside its code, and how much stays free before the first bar.
WORDS_X = 44
GAP = 16
EDGE = 18
HEAD = 30
ROW = 28
LINE = 15
# The longest title in the widest letters is longer; nobody reads it off a drawing.
LINES = 5
BAR = 14
LEAST = 5
# A drawing with more rows of one line would not fit a page of paper on its side.
ROWS = 18
LETTER = 6.1
WIDE_LETTER = 13
MONTH = 30.44
STEPS = (1, 3, 6, 12)
MOST_TICKS = 13


@dataclass(frozen=True, kw_only=True)
class Bar:
    """What is to be drawn: ``state`` is a word for the style, ``hint`` what a reader is told about it.

    ``needs``: the codes of those that come first, drawn or not.
    """

    code: str
    label: str
    start: date
    end: date
    state: str
    hint: str = ""
    needs: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Line:
    text: str
    y: float


@dataclass(frozen=True, kw_only=True)
class Shape:
    """A bar in its place, with the lines of its label beside it.

    ``needs_elsewhere``: the codes of those it waits for that no arrow can come from, as they are not in the drawing;
    they are written at ``needs_y``.
    """

    code: str
    lines: tuple[Line, ...]
    hint: str
    state: str
    x: float
    y: float
    top: float
    width: float
    text_y: float
    needs_elsewhere: str
    needs_y: float

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
    arrows: tuple[Arrow, ...]
    today_x: float | None
    words_x: int = WORDS_X
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
    """``bars`` on one scale, as drawings of at most the height of ``ROWS`` rows each."""
    parts: list[list[Bar]] = []
    room = 0
    for bar in bars:
        # Counted as if all it waits for were elsewhere: what fits then fits always.
        height = _row_height(len(_lines(bar)) + bool(bar.needs))
        if height > room:
            parts.append([])
            room = ROW * ROWS
        parts[-1].append(bar)
        room -= height
    return [_draw(part, scale, today) for part in parts]


def _lines(bar: Bar) -> list[str]:
    return wrapped(bar.label, LABELS - WORDS_X - GAP)


def _row_height(n_lines: int) -> int:
    return ROW + LINE * (n_lines - 1)


def _draw(bars: Sequence[Bar], scale: Scale, today: date) -> Drawing:
    shapes: list[Shape] = []
    here, top = {bar.code for bar in bars}, HEAD
    for bar in bars:
        elsewhere = ", ".join(code for code in bar.needs if code not in here)
        shapes.append(_shape(bar, scale, top, elsewhere))
        top += _row_height(len(shapes[-1].lines) + bool(elsewhere))
    inside = scale.first <= today <= scale.last
    return Drawing(
        height=top + EDGE,
        ticks=scale.ticks(),
        shapes=tuple(shapes),
        arrows=tuple(_arrows(bars, shapes)),
        today_x=scale.x(today) if inside else None,
    )


def _shape(bar: Bar, scale: Scale, top: int, elsewhere: str) -> Shape:
    x, first = scale.x(bar.start), top + ROW / 2 + 4
    lines = tuple(Line(text=text, y=first + LINE * at) for at, text in enumerate(_lines(bar)))
    return Shape(
        code=bar.code,
        lines=lines,
        hint=bar.hint,
        state=bar.state,
        x=x,
        y=top + (ROW - BAR) / 2,
        top=top,
        width=max(round(scale.x(bar.end + timedelta(days=1)) - x, 1), LEAST),
        text_y=first,
        needs_elsewhere=elsewhere,
        needs_y=first + LINE * len(lines),
    )


def _arrows(bars: Sequence[Bar], shapes: Sequence[Shape]) -> Iterable[Arrow]:
    by_code = {shape.code: shape for shape in shapes}
    for bar in bars:
        after = by_code[bar.code]
        for before in (by_code[code] for code in bar.needs if code in by_code):
            # An arrow that comes from above turns over its row, one from below turns under the bar.
            turn_y = after.top + 2 if before.top < after.top else after.y + BAR + (ROW - BAR) / 2 - 2
            yield arrow(
                before=before.code,
                after=after.code,
                start=(before.end_x, before.middle_y),
                end=(after.x, after.middle_y),
                turn_y=turn_y,
            )


def wrapped(text: str, room: float) -> list[str]:
    """``text`` in lines of at most ``room`` units, broken between words; cut only when ``LINES`` cannot hold it."""
    lines, rest = [], " ".join(text.split())
    while rest and len(lines) < LINES - 1:
        cut = _reach(rest, room)
        if cut < len(rest):
            # A word that is wider than the room, or letters that know no spaces, break where they must.
            cut = rest.rfind(" ", 1, cut + 1) if " " in rest[1 : cut + 1] else cut
        lines.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    return [*lines, fitting(rest, room)] if rest else lines or [""]


def _reach(text: str, room: float) -> int:
    """How many letters of ``text`` take at most ``room`` units; one at least."""
    taken = 0.0
    for at, letter in enumerate(text):
        taken += WIDE_LETTER if unicodedata.east_asian_width(letter) in "WF" else LETTER
        if taken > room:
            return max(at, 1)
    return len(text)


def fitting(text: str, room: float) -> str:
    """``text`` cut so that it takes at most ``room`` units, with a sign that it was cut."""
    reach = _reach(text, room)
    return text if reach == len(text) else text[: max(reach - 1, 1)].rstrip() + "…"
