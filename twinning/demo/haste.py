"""Building the demonstration world without asking the database everything twice."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db.models import ForeignKey, Model


@contextmanager
def asking_once() -> Iterator[None]:
    """Inside, ``full_clean`` leaves to the database what it holds at every save all the same: constraints, what is
    unique, and that there is a row where a key points.

    Asked beforehand they tell people kindly what is wrong, at the price of a query each; the files of the
    demonstration world need no kindness. For one process that does nothing else meanwhile.
    """
    asked = [(Model, "validate_constraints"), (Model, "validate_unique"), (ForeignKey, "validate")]
    real = [getattr(owner, name) for owner, name in asked]
    for owner, name in asked[:-1]:
        setattr(owner, name, lambda *_args, **_kwargs: None)
    ForeignKey.validate = super(ForeignKey, ForeignKey).validate  # that something is chosen, where it must be
    try:
        yield
    finally:
        for (owner, name), method in zip(asked, real, strict=True):
            setattr(owner, name, method)
