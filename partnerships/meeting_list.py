"""The participant list of an online meeting, as its program exports it: who was there, for how many minutes.

Columns are found by their heads, tabs, commas and semicolons alike. Somebody who came back stands several times;
times that overlap – two devices – count once.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from partnerships.models import Registration

MOST_ROWS = 5000
MOST_BYTES = 2_000_000
HEADS = {
    "name": ("name", "name (original name)", "full name", "participant", "attendee", "display name", "user name"),
    "email": ("email", "e-mail", "user email", "email address", "participant id (upn)", "upn"),
    "join": ("join time", "first join", "joined", "join", "start time"),
    "leave": ("leave time", "last leave", "left", "leave", "end time"),
    "minutes": (
        "duration (minutes)",
        "total duration (minutes)",
        "duration",
        "in-meeting duration",
        "minutes",
        "duration (min)",
        "time in session (minutes)",
    ),
}
TIMES = (
    "%m/%d/%Y %I:%M:%S %p",
    "%m/%d/%Y, %I:%M:%S %p",
    "%m/%d/%y, %I:%M:%S %p",
    "%m/%d/%Y %I:%M %p",
    "%m/%d/%Y %H:%M:%S",
    "%m/%d/%Y %H:%M",
    "%d.%m.%Y %H:%M:%S",
    "%d.%m.%Y, %H:%M:%S",
    "%d.%m.%Y %H:%M",
    "%d/%m/%Y %H:%M:%S",
    "%d/%m/%Y %H:%M",
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%d %H:%M",
    "%Y-%m-%dT%H:%M:%S",
)
SPAN = re.compile(r"(?:(\d+)\s*h\w*)?\s*(?:(\d+)\s*m\w*)?\s*(?:(\d+)\s*s\w*)?", re.IGNORECASE)


class Unreadable(ValueError):
    """Why a list cannot be read, in a sentence for a person."""


@dataclass(kw_only=True)
class Present:
    """Somebody on the list. ``minutes`` is None when the list tells no times."""

    name: str
    email: str
    spans: list[tuple[datetime, datetime]] = field(default_factory=list)
    told: int | None = None

    @property
    def minutes(self) -> int | None:
        if self.spans:
            return round(_covered(self.spans).total_seconds() / 60)
        return self.told


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


def read_list(text: str) -> list[Present]:
    """The people on an exported or copied list, in its order; Unreadable when there is no column of names."""
    lines = [line for line in text.replace("\x00", "").splitlines() if line.strip()]
    found = next(((n, mark) for n, line in enumerate(lines[:40]) if (mark := _mark_of(line))), None)
    if found is None:
        raise Unreadable(
            _("No line with the names of the columns was found. One column must be called “Name” or “Full Name”.")
        )
    start, mark = found
    rows = list(csv.reader(io.StringIO("\n".join(lines[start:])), delimiter=mark))
    if len(rows) - 1 > MOST_ROWS:
        raise Unreadable(_("A list may have %(n)s lines at most.") % {"n": MOST_ROWS})
    columns = _columns(rows[0])
    people: dict[str, Present] = {}
    for row in rows[1:]:
        if len(rows[0]) > 1 and len(row) == 1:
            break  # the heading of a second table: what each person did in the meeting
        cells = {kind: row[at].strip() if at < len(row) else "" for kind, at in columns.items()}
        name, email = " ".join(cells["name"].split())[:150], cells.get("email", "").lower()[:254]
        if not name and not email:
            continue
        person = people.setdefault(email or plain_name(name), Present(name=name, email=email))
        _note_time(person, cells)
    if not people:
        raise Unreadable(_("There is nobody on this list."))
    return list(people.values())


def _mark_of(line: str) -> str:
    """What separates the columns if ``line`` holds their names; else nothing."""
    for mark in ("\t", ",", ";"):
        cells = next(csv.reader([line], delimiter=mark), [])
        columns = _columns(cells)
        if "name" in columns and (len(columns) > 1 or len(cells) == 1):
            return mark
    return ""


def _columns(cells: list[str]) -> dict[str, int]:
    heads = [" ".join(cell.strip().strip("\ufeff").casefold().split()) for cell in cells]
    return {kind: heads.index(name) for kind, names in HEADS.items() for name in reversed(names) if name in heads}


def _note_time(person: Present, cells: dict[str, str]) -> None:
    start, end = _moment(cells.get("join", "")), _moment(cells.get("leave", ""))
    if start and end and end >= start:
        person.spans.append((start, end))
        return
    minutes = _minutes(cells.get("minutes", ""))
    if minutes is not None:
        person.told = (person.told or 0) + minutes


def _moment(text: str) -> datetime | None:
    for form in TIMES:
        try:
            return datetime.strptime(text, form)  # noqa: DTZ007 - only differences matter
        except ValueError:
            continue
    return None


def _minutes(text: str) -> int | None:
    text = text.strip()
    if text.isdecimal():
        return min(int(text[:6]), 100_000)
    if clock := re.fullmatch(r"(\d{1,3}):(\d{2}):(\d{2})", text):
        hours, minutes, seconds = map(int, clock.groups())
        return round(hours * 60 + minutes + seconds / 60)
    match = SPAN.fullmatch(text) if text else None
    if match is None or not any(match.groups()):
        return None
    hours, minutes, seconds = (int(part[:6]) if part else 0 for part in match.groups())
    return round(hours * 60 + minutes + seconds / 60)


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
