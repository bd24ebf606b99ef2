"""How often tools are opened and tried, day by day. Nothing is kept of who did."""

from __future__ import annotations

from django.db import DatabaseError, transaction
from django.db.models import F
from django.utils import timezone

from toolkit.models import Tool, ToolDay


def count_opened(tool: Tool) -> None:
    _count(tool, "n_opened")


def count_tried(tool: Tool) -> None:
    _count(tool, "n_tried")


def _count(tool: Tool, column: str) -> None:
    """One more today. A page is worth more than a count, so a database that is busy or gone loses the count alone."""
    day = {"tool": tool, "on": timezone.localdate()}
    try:
        if not ToolDay.objects.filter(**day).update(**{column: F(column) + 1}):
            # Two first visitors at once: one makes the row, and both are counted in it.
            with transaction.atomic():
                ToolDay.objects.bulk_create([ToolDay(**day)], ignore_conflicts=True)
                ToolDay.objects.filter(**day).update(**{column: F(column) + 1})
    except DatabaseError:
        return
