"""Moments in words, on the clocks of one place."""

from datetime import datetime

from django.utils.formats import date_format


def told_moment(moment: datetime) -> str:
    """``3 March 2027, 17:00 (Africa/Nairobi)``, in the zone that ``moment`` is in."""
    zone = str(moment.tzinfo).replace("_", " ")
    return f"{date_format(moment, 'DATE_FORMAT')}, {moment:%H:%M} ({zone})"
