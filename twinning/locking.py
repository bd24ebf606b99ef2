"""Optimistic locking: nobody overwrites what they have not seen. See also twinning/stale.py for the form."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _


class StaleError(ValidationError):
    """Somebody saved the same row first. ``current`` is the row as it stands now."""

    def __init__(self, current):
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
