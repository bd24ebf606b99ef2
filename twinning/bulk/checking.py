"""What a table would become: each row new, here already, or with reasons why it cannot be taken."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import CheckConstraint, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from twinning.bulk.constraints import broken_constraints, told_constraint
from twinning.bulk.reading import MOST_ROWS, Row, Table, folded


@dataclass(frozen=True, kw_only=True)
class Column:
    """One thing that a table may say. ``read`` makes a value of the text, or raises ValidationError."""

    name: str
    heading: str
    is_needed: bool = False
    also: tuple[str, ...] = ()
    read: Callable[[str], Any] = str
    example: str = ""

    @property
    def names(self) -> frozenset[str]:
        return frozenset(folded(each) for each in (self.name, self.heading, *self.also))


@dataclass(kw_only=True)
class Fault:
    """A row that is left out, and every reason."""

    row: Row
    reasons: list[str]


@dataclass(kw_only=True)
class Fresh:
    """A row that would be added: the record, unsaved, and what is set once it has been."""

    row: Row
    record: models.Model
    more: dict[str, Any]


@dataclass(kw_only=True)
class Findings:
    """What became of each row, in the order of the file. ``unread`` are headings that say nothing here."""

    table: Table
    new: list[Fresh] = field(default_factory=list)
    known: list[Row] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)


@contextmanager
def naming(row: Row) -> Iterator[None]:
    """A refusal in here says in which row it was."""
    try:
        yield
    except ValidationError as error:
        words = {"number": row.number, "reason": " ".join(error.messages)}
        raise ValidationError(_("Row %(number)s: %(reason)s") % words) from error


class Kind:
    """One kind of record that comes in as a table. Subclasses say which columns, and what makes two rows the same."""

    slug = ""
    title: Any = ""
    list_name = ""
    # How many rows are taken in one request.
    most = MOST_ROWS
    # Whether rows that are here already are passed over, or told as rows that cannot be taken.
    leaves_known = True
    # What the page of the file says about the headings, beside their names.
    hint: Any = ""
    columns: tuple[Column, ...] = ()
    # Links between records are ours; whether it is unique is asked once for all rows.
    not_asked = ("slug", "user", "organization")

    def __init__(self, user: User):
        self.user = user

    @property
    def into(self) -> str:
        """What the rows go into, as it stands in the address; empty where they stand for themselves."""
        return ""

    @property
    def list_url(self) -> str:
        """The page on which people look for these rows."""
        return reverse(self.list_name, args=[self.into] if self.into else [])

    def address(self, step: str) -> str:
        """Of “import”, “take”, “faults” or “template”."""
        if self.into:
            return reverse(f"bulk-{step}-into", args=[self.slug, self.into])
        return reverse(f"bulk-{step}", args=[self.slug])

    def may(self) -> bool:
        raise NotImplementedError

    def refusal(self) -> str:
        """Why nothing can come in at all now, whatever the file says; empty when it can."""
        return ""

    def notes(self, found: Findings) -> list[str]:
        """What a person should know before the yes, beside the numbers."""
        return []

    def record(self, values: Mapping[str, Any]) -> tuple[models.Model, dict[str, Any]]:
        """An unsaved record, and what is set once it is saved."""
        raise NotImplementedError

    def marks(self, values: Mapping[str, Any]) -> Iterable[Any]:
        """What makes it one that is known: any one of these is enough."""
        raise NotImplementedError

    def known_marks(self) -> set[Any]:
        raise NotImplementedError

    def save(self, fresh: Fresh) -> None:
        raise NotImplementedError

    def save_all(self, rows: list[Fresh], *, source: str) -> None:
        """Keep ``rows``, from the file named ``source``, inside one transaction. ValidationError undoes them all."""
        for fresh in rows:
            with naming(fresh.row):
                self.save(fresh)

    def check(self, table: Table) -> Findings:
        """Look at every row. ValidationError when the table as a whole is none of this kind."""
        refusal = self.refusal()
        if refusal:
            raise ValidationError(refusal)
        if len(table.rows) > self.most:
            raise ValidationError(
                _("This file has more than %(most)s rows. Send it in parts; nothing was kept.") % {"most": self.most}
            )
        by_heading = {name: column for column in self.columns for name in column.names}
        there = {by_heading[folded(heading)].name for heading in table.headings if folded(heading) in by_heading}
        missing = [column.heading for column in self.columns if column.is_needed and column.name not in there]
        if missing:
            raise ValidationError(
                _("The first row must hold the headings, and these are missing: %(missing)s.")
                % {"missing": ", ".join(map(str, missing))}
            )
        found = Findings(table=table)
        found.unread = [each for each in table.headings if each.strip() and folded(each) not in by_heading]
        known, seen = self.known_marks(), dict[Any, int]()
        for row in table.rows:
            values, reasons = self._values(row, by_heading)
            fresh = None if reasons else self._fresh(row, values, reasons)
            marks = [] if fresh is None else list(self.marks(values))
            twin = next((seen[mark] for mark in marks if mark in seen), None)
            if twin is not None:
                reasons.append(_("The same as row %(number)s.") % {"number": twin})
            if reasons or fresh is None:
                found.faults.append(Fault(row=row, reasons=reasons))
            elif any(mark in known for mark in marks):
                found.known.append(row)
            else:
                found.new.append(fresh)
            seen |= dict.fromkeys((mark for mark in marks if mark not in seen), row.number)
        self._ask_the_database(found)
        return found

    def _ask_the_database(self, found: Findings) -> None:
        """Rows that its constraints would refuse become faults: what the preview promises is taken."""
        broken = broken_constraints([fresh.record for fresh in found.new], exclude=self.not_asked)
        for n, checks in broken.items():
            reasons = [self._told(check) for check in checks]
            found.faults.append(Fault(row=found.new[n].row, reasons=reasons))
        found.new = [fresh for n, fresh in enumerate(found.new) if n not in broken]
        found.faults.sort(key=lambda fault: fault.row.number)

    def _told(self, check: CheckConstraint) -> str:
        about = Q(check.condition).referenced_base_fields
        headings = [str(column.heading) for column in self.columns if column.name in about]
        return ": ".join([*headings[:1], told_constraint(check)])

    def _values(self, row: Row, by_heading: Mapping[str, Column]) -> tuple[dict[str, Any], list[str]]:
        texts = {by_heading[name].name: text for name, text in row.cells.items() if name in by_heading}
        values: dict[str, Any] = {}
        reasons: list[str] = []
        for column in self.columns:
            text = texts.get(column.name, "")
            if not text:
                if column.is_needed:
                    reasons.append(_("%(heading)s is missing.") % {"heading": column.heading})
                continue
            try:
                values[column.name] = column.read(text)
            except ValidationError as error:
                reasons.append(f"{column.heading}: {' '.join(error.messages)}")
        return values, reasons

    def _fresh(self, row: Row, values: Mapping[str, Any], reasons: list[str]) -> Fresh | None:
        record, more = self.record(values)
        try:
            record.clean_fields(exclude=self.not_asked)
            record.clean()
        except ValidationError as error:
            headings = {column.name: str(column.heading) for column in self.columns}
            for name, told in error.message_dict.items():
                reasons.append(f"{headings.get(name, name)}: {' '.join(told)}")
            return None
        return Fresh(row=row, record=record, more=more)
