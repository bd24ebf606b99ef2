"""Answers in time: date, datetime with its zone, time."""

import datetime as dt
import re

from .codes import time_zones
from .definition import Definition, Item
from .errors import AnswerError
from .words import _

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIME = re.compile(r"([0-9]{1,2}):([0-9]{2})(?::[0-9]{2}(?:\.[0-9]+)?)?")
FIRST_YEAR, LAST_YEAR = 1800, 2200


def day(raw: object) -> str | None:
    """A calendar day as YYYY-MM-DD."""
    if isinstance(raw, dt.datetime):
        raw = raw.date()
    text = raw.isoformat() if isinstance(raw, dt.date) else raw
    if not isinstance(text, str):
        raise AnswerError("date", _("Write the date as 2026-01-31."))
    text = text.strip()
    if not text:
        return None
    if not _DATE.fullmatch(text):
        raise AnswerError("date", _("Write the date as year-month-day, such as 2026-01-31."))
    try:
        value = dt.date.fromisoformat(text)
    except ValueError:
        raise AnswerError("date_unknown", _("The date %(date)s does not exist.", date=text)) from None
    if not FIRST_YEAR <= value.year <= LAST_YEAR:
        raise AnswerError("date_range", _("Check the year of %(date)s.", date=text))
    return text


def clock(raw: object) -> str | None:
    """A time of day as HH:MM."""
    if isinstance(raw, dt.time):
        raw = f"{raw:%H:%M}"
    if not isinstance(raw, str):
        raise AnswerError("time", _("Write the time as 14:30."))
    text = raw.strip()
    if not text:
        return None
    match = _TIME.fullmatch(text)
    if not match or int(match[1]) > 23 or int(match[2]) > 59:
        raise AnswerError("time", _("Write the time as hours and minutes, such as 14:30."))
    return f"{int(match[1]):02}:{match[2]}"


def date(item: Item, raw: object, definition: Definition) -> str | None:
    return day(raw)


def time(item: Item, raw: object, definition: Definition) -> str | None:
    return clock(raw)


def moment(item: Item, raw: object, definition: Definition) -> dict[str, str] | None:
    """A datetime: the wall clock and the zone whose wall it hangs on."""
    if not isinstance(raw, dict):
        raw = {"at": raw}
    if raw.keys() - {"at", "zone"}:
        raise AnswerError("type", _("Give a date, a time and a time zone, and nothing else."))
    at = raw.get("at")
    if at is None or at == "":
        return None
    if not isinstance(at, str) or len(at.strip()) < 11 or at.strip()[10] not in "T ":
        raise AnswerError("datetime", _("Give both a date and a time."))
    on, hour = day(at.strip()[:10]), clock(at.strip()[11:])
    if not on or not hour:
        raise AnswerError("datetime", _("Give both a date and a time."))
    zone = raw.get("zone")
    if not zone:
        raise AnswerError("zone_missing", _("Choose the time zone."))
    if not isinstance(zone, str) or zone not in time_zones():
        raise AnswerError("zone", _("Choose a time zone from the list, such as Africa/Kampala."))
    return {"at": f"{on}T{hour}", "zone": zone}
