"""Rows by the thousand: written in batches, with the moments that they bring along."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from typing import TypeVar

from django.apps import apps
from django.db import models
from django.utils import timezone

BATCH = 2_000
APPS = ("accounts", "partnerships", "toolkit")
Rows = TypeVar("Rows", bound=models.Model)


@contextmanager
def own_moments() -> Iterator[None]:
    """Inside, a field that says when its row was made keeps what the row says: a world has a past."""
    stamped = [
        (field, field.auto_now, field.auto_now_add)
        for app in APPS
        for model in apps.get_app_config(app).get_models()
        for field in model._meta.local_fields
        if isinstance(field, models.DateField) and (field.auto_now or field.auto_now_add)
    ]
    for field, *_stamps in stamped:
        field.auto_now = field.auto_now_add = False
    try:
        yield
    finally:
        for field, auto_now, auto_now_add in stamped:
            field.auto_now, field.auto_now_add = auto_now, auto_now_add


class Writing:
    """Writes rows of a kind at once and counts them. What no row says of its making is taken from ``at``."""

    def __init__(self):
        self.counts: Counter[str] = Counter()

    def put(self, rows: Iterable[Rows], *, at: datetime | None = None) -> list[Rows]:
        """The rows, saved, with their keys. ``at``: when they were made, now without it."""
        rows = list(rows)
        if not rows:
            return rows
        model = type(rows[0])
        fields = [f for f in model._meta.local_fields if isinstance(f, models.DateTimeField) and not f.null]
        for row in rows:
            for field in fields:
                if getattr(row, field.attname) is None:
                    setattr(row, field.attname, at or timezone.now())
        self.counts[model._meta.model_name] += len(rows)
        return model._default_manager.bulk_create(rows, batch_size=BATCH)


def moment(day: date, hour: int = 9, minute: int = 0) -> datetime:
    """``day`` at an hour of UTC."""
    return datetime.combine(day, time(hour, minute), tzinfo=UTC)


def days(n: float) -> timedelta:
    return timedelta(days=round(n))
