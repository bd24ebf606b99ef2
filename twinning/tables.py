"""Lists as CSV files for spreadsheets: streamed, and no cell is ever a formula."""

import csv
from collections.abc import Iterable, Iterator
from decimal import Decimal

from django.http import HttpResponse, StreamingHttpResponse
from django.utils import timezone, translation

from twinning.slugs import latin_slug

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# A spreadsheet takes what begins like this for a formula and runs it on the reader's machine.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


def harmless(value: object) -> str:
    """``value`` as a cell: an apostrophe in front keeps it words."""
    if isinstance(value, (int, Decimal)):
        return str(value)  # a number, even below zero, is no formula
    text = "" if value is None else str(value)
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA_STARTS) else text


class _Line:
    """What the csv module writes to: it hands each line back."""

    def write(self, line: str) -> str:
        return line


def csv_lines(head: Iterable[object], rows: Iterable[Iterable[object]]) -> Iterator[str]:
    writer = csv.writer(_Line())
    yield "\ufeff"  # or Excel takes UTF-8 for something else
    yield writer.writerow([harmless(cell) for cell in head])
    for row in rows:
        yield writer.writerow([harmless(cell) for cell in row])


def csv_response(name: str, head: Iterable[object], rows: Iterable[Iterable[object]]) -> StreamingHttpResponse:
    """A download of ``rows``, made while it is sent: in the reader's language and time zone all the same."""
    language, zone = translation.get_language(), timezone.get_current_timezone()

    def lines() -> Iterator[str]:
        with translation.override(language), timezone.override(zone):
            yield from csv_lines(head, rows)

    response = StreamingHttpResponse(lines(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{latin_slug(name) or "list"}.csv"'
    return response


def workbook_response(name: str, book: bytes) -> HttpResponse:
    """A download of ``book``, under the name that csv_response() would give it."""
    response = HttpResponse(book, content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="{latin_slug(name) or "list"}.xlsx"'
    response["Cache-Control"] = "private, no-store"
    return response
