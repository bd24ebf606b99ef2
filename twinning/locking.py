"""Optimistic locking: nobody overwrites what they have not seen. See also twinning/stale.py for the form.

Most rows count their versions. A row without a count is known by a stamp of what stands in the fields of its form.
"""

import hashlib
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _


class StaleError(ValidationError):
    """Somebody saved the same row first. ``current`` is the row as it stands now."""

    def __init__(self, current):
        self.current = current
        super().__init__(_("Somebody else saved this while you were editing."), code="stale")


class StaleRowsError(ValidationError):
    """Somebody saved some rows of the same page first. ``current``: what stands there now, by the keys of the rows."""

    def __init__(self, current: dict[int, Any]):
        self.current = current
        super().__init__(_("Somebody else saved this while you were editing."), code="stale")


def claim_version(row, seen_version: int) -> None:
    """Lock ``row`` and take its next version, or raise StaleError if ``seen_version`` is not the last one.

    Works for every model with a ``version``; ``row`` holds unsaved edits and is not reloaded.
    """
    current = type(row).objects.select_for_update(of=("self",)).get(pk=row.pk)
    if current.version != seen_version:
        raise StaleError(current)
    row.version = current.version + 1


def row_stamp(row, *fields: str) -> str:
    """A sign of what stands in ``fields`` of ``row``, the same for the same values."""
    values = [row._meta.get_field(name).value_from_object(row) for name in fields]
    kept = [sorted(each.pk for each in value) if isinstance(value, list) else str(value) for value in values]
    return hashlib.sha256(repr(kept).encode()).hexdigest()[:32]


def claim_stamp(row, seen_stamp: str, *fields: str) -> None:
    """Lock ``row``, or raise StaleError if what is stored in ``fields`` is not what ``seen_stamp`` was made of."""
    current = type(row).objects.select_for_update(of=("self",)).get(pk=row.pk)
    if row_stamp(current, *fields) != seen_stamp:
        raise StaleError(current)


def own_changes(
    sent: Mapping[int, Any], *, seen: Mapping[int, Any], current: Mapping[int, Any], empty: Any
) -> dict[int, Any]:
    """What a page of many rows, which sends them all, really changed; the rest of ``sent`` is only sent back.

    All are values by the keys of the rows: as sent, as the page had shown them, as they stand. A row that is absent is
    ``empty``. Raises StaleRowsError for those that somebody else has changed to something else meanwhile.
    """
    own = {key: value for key, value in sent.items() if value != seen.get(key, empty)}
    stands = {key: current.get(key, empty) for key in own}
    stale = {key: value for key, value in stands.items() if value not in (seen.get(key, empty), own[key])}
    if stale:
        raise StaleRowsError(stale)
    return own
