"""A clock that stands on another day, so that what the actions write down is dated by itself."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta

from django.apps import apps
from django.utils import timezone

OPENS = time(8, tzinfo=UTC)
BETWEEN_STEPS = timedelta(minutes=3)


class Clock:
    """Says the moment on which it stands, until it is put on another day."""

    def __init__(self, moment: datetime):
        self.moment = moment

    def now(self) -> datetime:
        return self.moment

    def put_on(self, day: date) -> None:
        """To ``day``, three minutes after the step before if that was on the same day."""
        start = datetime.combine(day, OPENS)
        self.moment = self.moment + BETWEEN_STEPS if self.moment.date() == day and self.moment >= start else start


@contextmanager
def standing_clock(day: date) -> Iterator[Clock]:
    """Inside, ``timezone.now()`` and whatever asks it says what the clock says, fields with that default too.

    For one process that does nothing else meanwhile: a command that fills a database.
    """
    real = timezone.now
    clock = Clock(datetime.combine(day, OPENS))
    fields = [
        field
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.concrete_fields
        if field.default is real
    ]
    timezone.now = clock.now
    for field in fields:  # each keeps the function that it was declared with
        field.default = clock.now
        vars(field).pop("_get_default", None)
    try:
        yield clock
    finally:
        timezone.now = real
        for field in fields:
            field.default = real
            vars(field).pop("_get_default", None)
