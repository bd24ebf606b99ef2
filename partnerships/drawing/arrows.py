"""Arrows between the bars of a timeline: from the end of what comes first to the start of what waits for it. Pure."""

from __future__ import annotations

from dataclasses import dataclass

# How far an arrow leaves and reaches its bars before it turns, and the size of its head.
STUB = 8
TIP = 6
HALF_TIP = 3.5


@dataclass(frozen=True, kw_only=True)
class Arrow:
    """``line`` and ``tip`` are paths in the words of SVG; ``before`` and ``after`` the codes of the two bars."""

    before: str
    after: str
    line: str
    tip: str


def arrow(*, before: str, after: str, start: tuple[float, float], end: tuple[float, float], turn_y: float) -> Arrow:
    """From ``start``, the middle of a bar's end, to ``end``, the middle of another's start.

    ``turn_y``: between the rows, where an arrow goes back when the second bar starts before the first one ends.
    """
    (x, y), (to_x, to_y) = start, end
    if to_x - x >= STUB + TIP:
        points = [(x, y), (x + STUB / 2, y), (x + STUB / 2, to_y), (to_x - TIP, to_y)]
    else:
        out, back = x + STUB / 2, to_x - STUB - HALF_TIP
        points = [(x, y), (out, y), (out, turn_y), (back, turn_y), (back, to_y), (to_x - TIP, to_y)]
    corners = [(to_x - TIP, to_y - HALF_TIP), (to_x, to_y), (to_x - TIP, to_y + HALF_TIP)]
    return Arrow(before=before, after=after, line=_path(points), tip=f"{_path(corners)} Z")


def _path(points: list[tuple[float, float]]) -> str:
    return "M " + " L ".join(f"{round(x, 1):g} {round(y, 1):g}" for x, y in points)
