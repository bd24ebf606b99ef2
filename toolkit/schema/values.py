"""What expressions work on, and how one sort of value becomes another.

Values are text, numbers (doubles, see numbers.py) and truth values; the empty text stands for no
answer, and for every result that cannot be had: a division by zero, a number out of words.
"""

import datetime as dt
import math
import re

from .numbers import from_text, snap, to_text

Value = str | float | bool

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:T[0-9]{2}:[0-9]{2})?")
_TIME = re.compile(r"[0-9]{2}:[0-9]{2}")
_EPOCH = dt.date(1970, 1, 1).toordinal()
_FIRST_DAY = dt.date.min.toordinal() - _EPOCH
_LAST_DAY = dt.date.max.toordinal() - _EPOCH


def is_date(value: Value) -> bool:
    return isinstance(value, str) and _DATE.fullmatch(value) is not None


def words(value: str) -> list[str]:
    """The names in a text that holds several, between spaces."""
    return [word for word in value.split(" ") if word]


def truth(value: Value) -> bool:
    return value != "" and value is not False and (value is True or value != 0)


def number(value: Value) -> float | str:
    """``value`` as a number: a date is its day since 1970, a time of day its part of the day."""
    if isinstance(value, bool):
        return float(value)
    if not isinstance(value, str):
        return value
    if _DATE.fullmatch(value):
        try:
            days = dt.date.fromisoformat(value[:10]).toordinal() - _EPOCH
        except ValueError:
            return ""
        clock = _minutes(value[11:]) if len(value) > 10 else 0
        return "" if clock is None else snap(days + clock / 1440)
    if _TIME.fullmatch(value):
        clock = _minutes(value)
        return "" if clock is None else snap(clock / 1440)
    return from_text(value)


def _minutes(clock: str) -> int | None:
    hours, minutes = int(clock[:2]), int(clock[3:])
    return hours * 60 + minutes if hours < 24 and minutes < 60 else None


def text(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else to_text(value)


def day(value: Value) -> str:
    """The ISO date that ``value`` is or counts, or ''."""
    days = number(value) if not (isinstance(value, str) and _TIME.fullmatch(value)) else ""
    if isinstance(value, bool) or days == "" or not _FIRST_DAY <= math.floor(days) <= _LAST_DAY:
        return ""
    return dt.date.fromordinal(math.floor(days) + _EPOCH).isoformat()


def same(a: Value, b: Value) -> bool:
    if isinstance(a, bool) or isinstance(b, bool):
        return truth(a) == truth(b)
    if isinstance(a, str) and isinstance(b, str):
        return compare(a, b) == 0 if is_date(a) and is_date(b) else a == b
    a, b = number(a), number(b)
    return a != "" and a == b


def compare(a: Value, b: Value) -> int | None:
    """-1, 0 or 1 as a stands to b, or None when they have no order."""
    if is_date(a) and is_date(b):
        # A date beside a moment: the whole day.
        length = min(len(a), len(b))
        a, b = a[:length], b[:length]
    else:
        a, b = number(a), number(b)
        if a == "" or b == "":
            return None
    return (a > b) - (a < b)
