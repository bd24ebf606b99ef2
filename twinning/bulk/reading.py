"""A table from somebody's spreadsheet program, as rows of texts."""

from __future__ import annotations

import csv
import io
import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.files import File
from django.utils.translation import gettext as _

from toolkit.exchange.refusals import ImportRefused, TooManyRows
from toolkit.exchange.workbook import read_first_sheet
from twinning.tables import FORMULA_STARTS

MOST_ROWS = 1000
MOST_BYTES = 8_000_000
LONGEST_CELL = 10_000
MOST_COLUMNS = 60
ENDINGS = {"csv": "text/csv", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
_MARKS = ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"\xef\xbb\xbf", "utf-8-sig"))


@dataclass(frozen=True, kw_only=True)
class Row:
    """``number`` is the one that a spreadsheet shows beside it; ``cells`` are by the folded heading, none empty."""

    number: int
    cells: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Table:
    """``headings`` as they are written, in their order."""

    headings: tuple[str, ...]
    rows: tuple[Row, ...]


def folded(heading: str) -> str:
    """A heading as it is compared: ``E-mail *`` and ``e mail`` are one."""
    return " ".join(heading.replace("*", " ").replace("-", " ").replace("_", " ").casefold().split())


def read_table(file: File) -> Table:
    """The rows of a CSV file or of the first sheet of a workbook. ValidationError says what is wrong with the whole."""
    file.seek(0)
    content = file.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise ValidationError(
            _("This file is too large. Send it in parts of up to %(most)s rows.") % {"most": MOST_ROWS}
        )
    if content.startswith((b"PK", b"\xd0\xcf\x11\xe0")):
        headings, lines = _of_workbook(content)
    else:
        headings, lines = _of_csv(content)
    names = [folded(heading) for heading in headings]
    if not any(names):
        raise ValidationError(_("There is nothing in this file."))
    twice = next((name for name in names if name and names.count(name) > 1), "")
    if twice:
        raise ValidationError(_("The heading “%(name)s” stands over two columns.") % {"name": twice[:60]})
    return Table(headings=tuple(headings), rows=tuple(lines))


def _too_many() -> str:
    return _("This file has more than %(most)s rows. Send it in parts; nothing was kept.") % {"most": MOST_ROWS}


def _of_workbook(content: bytes) -> tuple[list[str], list[Row]]:
    try:
        sheet = read_first_sheet(content, most=MOST_ROWS)
    except TooManyRows:
        raise ValidationError(_too_many()) from None
    except ImportRefused as error:
        raise ValidationError(str(error.message)) from None
    rows = [
        Row(number=number, cells={folded(name): _plain(text, number) for name, text in cells.items()})
        for number, cells in sheet.rows
    ]
    return list(sheet.headings), rows


def _of_csv(content: bytes) -> tuple[list[str], list[Row]]:
    reader = csv.reader(io.StringIO(_decoded(content), newline=""), delimiter=_delimiter(content), strict=True)
    lines = _lines(reader)
    _number, headings = next(lines, (0, []))
    names = [folded(heading) for heading in headings]
    if len(names) > MOST_COLUMNS:
        raise ValidationError(_("This file has more than %(most)s columns.") % {"most": MOST_COLUMNS})
    rows = []
    for number, line in lines:
        if len(rows) == MOST_ROWS:
            raise ValidationError(_too_many())
        if any(text.strip() for text in line[len(names) :]):
            raise ValidationError(
                _("Row %(number)s has more cells than there are headings. Is a comma inside a text without quotes?")
                % {"number": number}
            )
        named = zip(names, line, strict=False)
        rows.append(
            Row(number=number, cells={name: _plain(text, number) for name, text in named if name and text.strip()})
        )
    return headings, rows


def _lines(reader) -> Iterator[tuple[int, list[str]]]:
    """Lines that hold anything, by their number in the file."""
    try:
        for number, line in enumerate(reader, start=1):
            if any(text.strip() for text in line):
                yield number, line
    except csv.Error as error:
        raise ValidationError(
            _("Line %(number)s cannot be read: %(reason)s.") % {"number": reader.line_num, "reason": error}
        ) from None


def _decoded(content: bytes) -> str:
    encoding = next((name for mark, name in _MARKS if content.startswith(mark)), "utf-8")
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        raise ValidationError(
            _("This file is not written in UTF-8, so names would come out garbled. Save it as “CSV UTF-8” or as .xlsx.")
        ) from None
    if "\0" in text:
        raise ValidationError(_("This is not a table: save it as CSV or .xlsx."))
    return text


def _delimiter(content: bytes) -> str:
    """The sign that stands most often in the first line; semicolons come from countries that write 1,5."""
    first = next(itertools.islice(_decoded(content).splitlines(), 1), "")
    return max(",;\t", key=first.count)


def _plain(text: str, number: int) -> str:
    """A cell without the apostrophe that our own exports put before what looks like a formula."""
    text = text.strip()
    if len(text) > LONGEST_CELL:
        raise ValidationError(
            _("Row %(number)s holds a text of more than %(most)s characters.")
            % {"number": number, "most": LONGEST_CELL}
        )
    return text[1:] if text.startswith("'") and text[1:].lstrip().startswith(FORMULA_STARTS) else text
