"""The participant list of an online meeting, as its program exports it: who was there, for how many minutes.

Columns are found by their heads (meeting_columns.py), tabs, commas and semicolons alike. Somebody who came back stands
several times; times that overlap – two devices – count once. From the first joining to the last leaving may be longer
than the time in between that was measured: the shorter one counts. Waiting to be let in is no attendance.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from partnerships.meeting_columns import columns_of, is_nothing, is_yes, length_of, span_of
from partnerships.models import Registration

MOST_ROWS = 5000
MOST_BYTES = 2_000_000
ADDRESS = re.compile(r"[^\s<>(),;:]+@[^\s<>(),;:]+")
COUNTED = re.compile(r"^\s*(?:\d{1,4}[.)]|[-*•])\s+")


class Unreadable(ValueError):
    """Why a list cannot be read, in a sentence for a person."""


@dataclass(kw_only=True)
class Present:
    """Somebody on the list. ``minutes`` is None when the list tells no times.

    ``spans`` are from when to when, ``rest`` is the length of lines without. ``measured`` adds up all lines, each by
    the length that the program measured, or else by its span.
    """

    name: str
    email: str
    spans: list[tuple[datetime, datetime]] = field(default_factory=list)
    rest: timedelta = timedelta()
    measured: timedelta | None = None

    @property
    def minutes(self) -> int | None:
        if self.measured is None:
            return None
        return round(min(self.measured, _covered(self.spans) + self.rest).total_seconds() / 60)


def decoded(body: bytes) -> str:
    """The text of an exported file; some programs write UTF-16."""
    if len(body) > MOST_BYTES:
        raise Unreadable(_("This file is too big for a participant list."))
    encodings = ("utf-16",) if body[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "cp1252")
    for encoding in encodings:
        try:
            return body.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Unreadable(_("The letters of this file cannot be read. Save it as CSV (UTF-8) and try again."))


def read_list(text: str, *, known: Iterable[str] = ()) -> list[Present]:
    """The people on an exported or copied list, in its order; Unreadable says why it is none.

    Without a line of heads, the list is read as one person a line if one of them has a name, or an address, of
    ``known``: names and addresses of participants.
    """
    lines = [line for line in text.replace("\x00", "").splitlines() if line.strip()]
    found = next(((n, mark) for n, line in enumerate(lines[:40]) if (mark := _mark_of(line))), None)
    if found is None:
        return _bare_list(lines, known)
    start, mark = found
    rows = list(csv.reader(io.StringIO("\n".join(lines[start:])), delimiter=mark))
    _refuse_many(len(rows) - 1)
    columns = columns_of(rows[0])
    people: dict[str, Present] = {}
    for row in rows[1:]:
        if len(rows[0]) > 1 and len(row) == 1:
            break  # the heading of a second table: what each person did in the meeting
        cells = {kind: row[at].strip() if at < len(row) else "" for kind, at in columns.items()}
        if is_yes(cells.get("lobby", "")):
            continue
        full = f"{cells['first']} {cells['last']}" if "last" in cells else cells["name"]
        name, email = " ".join(full.split())[:150], cells.get("email", "").lower()[:254]
        if not name and not email:
            continue
        person = people.setdefault(email or plain_name(name), Present(name=name, email=email))
        _note_time(person, cells)
    return _somebody(people)


def _bare_list(lines: list[str], known: Iterable[str]) -> list[Present]:
    """One person a line: a name, an address, or both."""
    people: dict[str, Present] = {}
    for line in lines[: MOST_ROWS + 1]:
        bare = COUNTED.sub("", line)
        email = address[0].lower()[:254] if (address := ADDRESS.search(bare)) else ""
        bare = re.split(r"[\t;]", ADDRESS.sub("\t", bare).lstrip("\t <"))[0]
        name = " ".join(bare.strip(' <>,"').rstrip("(").split())[:150]
        if name or email:
            people.setdefault(email or plain_name(name), Present(name=name, email=email))
    wanted = {each for one in known for each in (plain_name(one), one.lower())} - {""}
    if not any(one.email in wanted or plain_name(one.name) in wanted for one in people.values()):
        raise Unreadable(
            _(
                "No line with the names of the columns was found. One column must be called “Name” or “Full Name”. "
                "A list without such a line holds one person a line, written as on the list of participants."
            )
        )
    _refuse_many(len(lines))
    return _somebody(people)


def _refuse_many(n: int) -> None:
    if n > MOST_ROWS:
        raise Unreadable(_("A list may have %(n)s lines at most.") % {"n": MOST_ROWS})


def _somebody(people: dict[str, Present]) -> list[Present]:
    if not people:
        raise Unreadable(_("There is nobody on this list."))
    return list(people.values())


def _mark_of(line: str) -> str:
    """What separates the columns if ``line`` holds their names; else nothing."""
    for mark in ("\t", ",", ";"):
        cells = next(csv.reader([line], delimiter=mark), [])
        columns = columns_of(cells)
        if ("name" in columns or "last" in columns) and (len(columns) > 1 or len(cells) == 1):
            return mark
    return ""


def _note_time(person: Present, cells: dict[str, str]) -> None:
    """Add a line's time. A length that cannot be read is told, for without one the whole session would count."""
    span = span_of(cells.get("join", ""), cells.get("leave", ""))
    told = cells.get("minutes", "")
    length = length_of(told)
    if span is None and length is None:
        if not is_nothing(told):
            words = {"text": told[:40], "name": person.name or person.email}
            raise Unreadable(_("The time “%(text)s” of %(name)s cannot be read. Write it in minutes.") % words)
        return
    if span:
        person.spans.append(span)
    else:
        person.rest += length
    person.measured = (person.measured or timedelta()) + (span[1] - span[0] if length is None else length)


def _covered(spans: list[tuple[datetime, datetime]]) -> timedelta:
    total, until = timedelta(), None
    for start, end in sorted(spans):
        begin = start if until is None or start > until else until
        if end > begin:
            total += end - begin
        until = end if until is None else max(until, end)
    return total


def plain_name(name: str) -> str:
    """``name`` to compare: small letters without accents, marks and what stands in brackets, in order of the alphabet.

    “KEBEDE, Abebe (Jimma)” and “Abebe Kebede” are the same.
    """
    bare = re.sub(r"\([^)]*\)|\[[^\]]*\]", " ", name)
    letters = unicodedata.normalize("NFKD", bare.casefold())
    kept = "".join(letter if letter.isalpha() else " " for letter in letters if not unicodedata.combining(letter))
    return " ".join(sorted(kept.split()))


def matched(people: list[Present], registered: list[Registration]) -> list[tuple[Present, Registration | None]]:
    """Each of ``people`` with the participant they are: by address, else by a name that only one participant has."""
    by_email = {person.email: person for person in registered if person.email}
    by_name: dict[str, list[Registration]] = {}
    for person in registered:
        by_name.setdefault(plain_name(person.name), []).append(person)
    found = []
    for one in people:
        known = by_email.get(one.email) if one.email else None
        same = by_name.get(plain_name(one.name), []) if plain_name(one.name) else []
        found.append((one, known or (same[0] if len(same) == 1 else None)))
    return found
