"""One thing that waits for a person. The whole list is in toolkit/waiting.py.

What is a row that waits is asked for by settings.WAITING_ROWS, all of them in one query however many there are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from django.conf import settings
from django.db.models import CharField, DateField, F, Model, QuerySet, Value
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.module_loading import import_string

from accounts.models import User


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """One thing to do: what, where, and by when. ``kind`` is for icons and tests."""

    kind: str
    title: str
    text: str
    url: str
    action: str
    due_on: date | None = None
    is_late: bool = False
    document: Model | None = None


def in_order(found: Iterable[Waiting]) -> list[Waiting]:
    """Late things first, then by date, then what has no date."""
    return sorted(found, key=lambda one: (not one.is_late, one.due_on is None, one.due_on or date.max))


class Row(NamedTuple):
    """What the one query says of a thing. ``key`` is whatever its address needs besides the partnership's slug."""

    place: int
    key: str
    title: str
    partnership: str
    slug: str
    due_on: date | None
    n: int

    @property
    def is_late(self) -> bool:
        return self.due_on is not None and self.due_on < timezone.localdate()


@dataclass(frozen=True, kw_only=True)
class WaitingRows:
    """Rows that wait, and how one is told. The other texts name the fields from which the columns are read.

    ``partnership`` is "" for rows that are partnerships themselves, and None for those that belong to none.
    """

    found: QuerySet
    tell: Callable[[Row], Waiting]
    key: str = "pk"
    title: str = "title"
    partnership: str | None = "partnership"
    due_on: str = ""
    n: str = ""

    def columns(self, place: int) -> QuerySet:
        near = f"{self.partnership}__" if self.partnership else ""
        return (
            self.found.order_by()
            .annotate(
                w_place=Value(place),
                w_key=Cast(F(self.key), CharField()),
                w_title=Cast(F(self.title), CharField()),
                w_name=Value("") if self.partnership is None else F(f"{near}name"),
                w_slug=Value("") if self.partnership is None else F(f"{near}slug"),
                w_due=F(self.due_on) if self.due_on else Cast(Value(None), DateField()),
                w_n=F(self.n) if self.n else Value(0),
            )
            .values_list("w_place", "w_key", "w_title", "w_name", "w_slug", "w_due", "w_n")
        )


def rows_waiting(user: User) -> Iterator[Waiting]:
    """All that settings.WAITING_ROWS find for ``user``, in one query."""
    sources = [source for path in settings.WAITING_ROWS for source in import_string(path)(user)]
    first, *others = [source.columns(place) for place, source in enumerate(sources)]
    for row in map(Row._make, first.union(*others, all=True)):
        yield sources[row.place].tell(row)
