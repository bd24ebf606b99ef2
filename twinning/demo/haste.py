"""Building the demonstration world without asking the database everything twice."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db.models import Model


@contextmanager
def asking_once() -> Iterator[None]:
    """Inside, ``full_clean`` leaves the constraints to the database, which holds them at every save all the same.

    Asked beforehand they tell people kindly what is wrong, at the price of a query each; the files of the
    demonstration world need no kindness. For one process that does nothing else meanwhile.
    """
    kind = Model.validate_constraints
    Model.validate_constraints = lambda *_args, **_kwargs: None
    try:
        yield
    finally:
        Model.validate_constraints = kind
