"""What a list is that leaves as a file: who sees which rows, how they are narrowed down, and what each cell says."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils import timezone

from accounts.models import User

PIECE = 500


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Who asks for a list, narrowed down by what, and whose rows they are: a partnership, a workshop, or nobody’s."""

    user: User
    query: QueryDict
    of: Any = None


@dataclass(frozen=True, kw_only=True)
class Found:
    """Rows, or a status other than 200 when they were asked for by something that does not exist."""

    qs: QuerySet | list
    status: int = 200


Cells = tuple[tuple[Any, Callable[[Any], Any]], ...]


@dataclass(frozen=True, kw_only=True)
class Export:
    """A list as a file. ``page`` is the name of the page that shows it and links here.

    ``whose`` finds what the rows belong to by its part of the address, and raises 404 or 403; ``may`` says who gets a
    list that belongs to nobody. ``narrowed`` makes a filter of the rows, with ``qs`` and ``status``. ``cells`` may
    depend on what was asked. ``prepared`` gives a few hundred rows what their cells say, in few queries.
    """

    title: Any
    page: str
    rows: Callable[[Asked], QuerySet | list]
    cells: Cells | Callable[[Asked], Cells]
    whose: Callable[[User, str], Any] | None = None
    may: Callable[[User], bool] | None = None
    narrowed: Callable[[Asked, Any], Any] | None = None
    prepared: Callable[[list, Asked], None] | None = None

    def found(self, asked: Asked) -> Any:
        rows = self.rows(asked)
        return self.narrowed(asked, rows) if self.narrowed else Found(qs=rows)

    def cells_for(self, asked: Asked) -> Cells:
        return self.cells(asked) if callable(self.cells) else self.cells

    def headings(self, asked: Asked) -> list[str]:
        return [str(heading) for heading, _cell in self.cells_for(asked)]

    def lines(self, rows: QuerySet | list, asked: Asked) -> Iterator[list[Any]]:
        """Row by row, a few hundred at a time, so that twenty thousand take no more memory than one page."""
        cells = self.cells_for(asked)
        for piece in _pieces(rows.iterator(chunk_size=PIECE) if isinstance(rows, QuerySet) else rows):
            if self.prepared:
                self.prepared(piece, asked)
            for row in piece:
                yield [_plain(cell(row)) for _heading, cell in cells]


def _pieces(rows: Iterable[Any]) -> Iterator[list[Any]]:
    rest = iter(rows)
    while piece := list(islice(rest, PIECE)):
        yield piece


def _plain(value: Any) -> Any:
    """Numbers and days stay what they are; moments are told in the zone of the reader; all else is words."""
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, datetime):
        return f"{timezone.localtime(value):%Y-%m-%d %H:%M}"
    if value is None or isinstance(value, (int, float, date)) or hasattr(value, "as_tuple"):
        return value
    return str(value)


def said(path: str) -> Callable[[Any], Any]:
    """The attribute ``path`` of a row, through dots; empty where one of them is not there."""
    names = path.split(".")

    def cell(row: Any) -> Any:
        for name in names:
            row = getattr(row, name)
            if row is None:
                return ""
        return row

    return cell


def label(name: str) -> Callable[[Any], Any]:
    """What a person reads for the choice in field ``name``."""
    return lambda row: getattr(row, f"get_{name}_display")()


def joined(path: str, *, each: str = "") -> Callable[[Any], Any]:
    """The members of the relation ``path``, with semicolons; of each its ``each``, or what it calls itself."""
    tell = said(each) if each else str
    return lambda row: "; ".join(str(tell(member)) for member in getattr(row, path).all())


def by(filter_set: type) -> Callable[[Asked, Any], Any]:
    """Narrowed down by one of the filters that the pages use."""
    return lambda asked, rows: filter_set(asked.query, rows, user=asked.user)
