"""Cases of one test that each leave the database as they found it."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction


@contextmanager
def undone() -> Iterator[None]:
    """What is written inside is gone afterwards; rows read before keep what was set on them."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
