"""Workbooks (.xlsx) of texts: read from strangers within bounds, and written so that no cell is a formula."""

import datetime as dt
import io
import re
import warnings
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.writer.excel import ExcelWriter

from toolkit.exchange.archive import MAGIC, Limits, Unsound, is_bomb, open_zip, read_entry, without_dates
from toolkit.exchange.refusals import ImportRefused
from toolkit.schema.clean_text import CONTROL, SURROGATE
from toolkit.schema.words import Message, _

LIMITS = Limits(packed=8_000_000, unpacked=40_000_000, entries=500)
# What is read whole before the first row is, in bytes
PARTS = {"xl/styles.xml": 400_000, "xl/workbook.xml": 400_000, "xl/sharedStrings.xml": 12_000_000}
MAX_COLUMNS = 256
MAX_STRINGS = 120_000
MAX_CELLS = 300_000
MAX_XML_ROWS = 30_000
CELL_LENGTH = 32_767
WRITTEN = "2000-01-01T00:00"
# The library's advice on styles and extensions of Excel helps nobody here.
warnings.filterwarnings("ignore", category=UserWarning, module=r"openpyxl\.")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_DECLARED = re.compile(rb"^\s*<\?xml[^>]*?encoding\s*=\s*[\"']([A-Za-z0-9._-]+)[\"']")
_ENCODINGS = frozenset({b"utf-8", b"us-ascii", b"ascii", b"iso-8859-1", b"windows-1252"})
_ENTITY = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_COUNTED = (
    (re.compile(rb"<(?:[\w.-]+:)?row[\s/>]"), MAX_XML_ROWS, _("“%(name)s” has more rows than are read here.")),
    (re.compile(rb"<(?:[\w.-]+:)?c[\s/>]"), MAX_CELLS, _("“%(name)s” has more cells than are read here.")),
    (re.compile(rb"<(?:[\w.-]+:)?si[\s/>]"), MAX_STRINGS, _("“%(name)s” has more texts than are read here.")),
)


@dataclass(frozen=True)
class Sheet:
    """A sheet as rows of texts: the row's number, and what stands under each heading. Empty cells are left out."""

    name: str
    headings: tuple[str, ...]
    rows: tuple[tuple[int, Mapping[str, str]], ...]


# Reading


def read_workbook(content: bytes, wanted: Mapping[str, int]) -> dict[str, Sheet]:
    """The sheets named in ``wanted`` (small letters: the most rows each may have), or ImportRefused.

    Headings stand in the first row that holds anything.
    """
    if content.startswith(_OLE):
        raise ImportRefused(
            _("This workbook has a password or was made by an old program. Save it as .xlsx without a password.")
        )
    if not content.startswith(MAGIC):
        raise ImportRefused(_("This is not an Excel workbook (.xlsx)."))
    try:
        with open_zip(content, LIMITS) as archive:
            _check_parts(archive)
    except Unsound as error:
        raise ImportRefused(error.problems[0]) from None
    try:
        return _sheets(content, wanted)
    except ImportRefused:
        raise
    except Exception as error:  # whatever a broken workbook makes the library stumble over
        raise ImportRefused(_("This workbook is damaged and cannot be read.")) from error


def _sheets(content: bytes, wanted: Mapping[str, int]) -> dict[str, Sheet]:
    book = load_workbook(io.BytesIO(content), read_only=True, keep_links=False, rich_text=False)
    names = {name.strip().casefold(): name for name in reversed(book.sheetnames)}
    return {name: _sheet(book[names[name]], most) for name, most in wanted.items() if name in names}


def _check_parts(archive: zipfile.ZipFile) -> None:
    names = archive.namelist()
    if "[Content_Types].xml" not in names or "xl/workbook.xml" not in names:
        raise Unsound(_("This is not an Excel workbook (.xlsx)."))
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise Unsound(_("This workbook holds macros. Save it as .xlsx without them."))
    for entry in archive.infolist():
        if not entry.filename.lower().endswith((".xml", ".rels", ".vml")):
            continue
        if entry.file_size > PARTS.get(entry.filename, LIMITS.unpacked) or is_bomb(entry):
            raise Unsound(_("“%(name)s” in this workbook is too large.", name=entry.filename[:100]))
        _check_xml(entry.filename, read_entry(archive, entry))


def _check_xml(name: str, xml: bytes) -> None:
    declared = _DECLARED.match(xml[:300].removeprefix(b"\xef\xbb\xbf"))
    if b"\x00" in xml or (declared and declared[1].lower() not in _ENCODINGS):
        raise Unsound(_("“%(name)s” in this workbook is not written in UTF-8.", name=name[:100]))
    if _ENTITY.search(xml):
        raise Unsound(
            _("“%(name)s” in this workbook declares entities of its own. That is not allowed.", name=name[:100])
        )
    for pattern, most, sentence in _COUNTED:
        if sum(1 for _each in pattern.finditer(xml)) > most:
            raise Unsound(Message(sentence.template, name=name[:100]))


def _sheet(sheet: Any, most: int) -> Sheet:
    sheet.reset_dimensions()
    rows = _cells(sheet, most)
    headings: dict[int, str] = {}
    kept: list[tuple[int, Mapping[str, str]]] = []
    for number, cells in rows:
        if not headings:
            headings = {column: text.strip() for column, text in cells.items()}
            if max(headings, default=0) > MAX_COLUMNS:
                raise ImportRefused(
                    _("The sheet “%(sheet)s” has more than %(limit)d columns.", sheet=sheet.title, limit=MAX_COLUMNS)
                )
            continue
        row = {headings[column]: text for column, text in cells.items() if column in headings}
        if row:
            kept.append((number, row))
    return Sheet(sheet.title, tuple(headings.values()), tuple(kept))


def _cells(sheet: Any, most: int) -> Iterator[tuple[int, dict[int, str]]]:
    """Rows that hold anything, by their number; ImportRefused where there are too many, or formulas."""
    number = found = 0
    for row in sheet.iter_rows():
        number += 1
        if number > MAX_XML_ROWS:
            raise ImportRefused(
                _(
                    "The sheet “%(sheet)s” goes on below row %(limit)d. Delete the empty rows.",
                    sheet=sheet.title,
                    limit=number - 1,
                )
            )
        cells = {}
        for cell in row:
            if cell.value is None:
                continue
            if cell.data_type == "f" and str(cell.value).startswith("="):
                place = f"{get_column_letter(cell.column)}{cell.row}"
                raise ImportRefused(
                    _(
                        "Cell %(place)s of the sheet “%(sheet)s” holds a formula. Write its value instead.",
                        place=place,
                        sheet=sheet.title,
                    )
                )
            text = _plain(cell.value)
            if text:
                cells[cell.column] = text
        if cells:
            found += 1
            if found > most + 1:
                raise ImportRefused(
                    _("The sheet “%(sheet)s” has more than %(limit)d rows.", sheet=sheet.title, limit=most)
                )
            yield number, cells


def _plain(value: Any) -> str:
    """A cell as the text a person sees in it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        value = int(value)
    if isinstance(value, dt.datetime):
        is_day = value.time() == dt.time()
        return value.date().isoformat() if is_day else value.isoformat(timespec="minutes")
    if isinstance(value, (dt.date, dt.time)):
        return value.isoformat()
    text = SURROGATE.sub("", str(value)).replace("\r\n", "\n").replace("_x000D_", "").replace("\r", "\n")
    return CONTROL.sub("", text).strip()


# Writing


def write_workbook(sheets: Mapping[str, Sequence[Sequence[Any]]]) -> bytes:
    """A workbook of ``sheets``, the first row of each its headings; the same rows give the same bytes."""
    book = Workbook(write_only=True)
    book.properties.creator = "Twinning"
    book.properties.created = book.properties.modified = dt.datetime.fromisoformat(WRITTEN)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        sheet.freeze_panes = "A2"
        for column, width in enumerate(_widths(rows), start=1):
            sheet.column_dimensions[get_column_letter(column)].width = width
        for number, row in enumerate(rows):
            sheet.append([_cell(sheet, value, is_heading=number == 0) for value in row])
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:  # as book.save() does, which would put the time of day into it
        ExcelWriter(book, archive).save()
    return without_dates(made.getvalue())


def _cell(sheet: Any, value: Any, *, is_heading: bool) -> Any:
    if value is None or value == "":
        return None
    cell = WriteOnlyCell(sheet, value=value)
    if isinstance(value, str):
        cell.data_type = "s"  # even where it begins with “=”
        cell.alignment = Alignment(vertical="top", wrap_text="\n" in value or len(value) > 60)
    if is_heading:
        cell.font = Font(bold=True)
    return cell


def _widths(rows: Sequence[Sequence[Any]]) -> Iterable[int]:
    columns = max((len(row) for row in rows), default=0)
    for column in range(columns):
        longest = max((len(str(row[column])) for row in rows if column < len(row) and row[column]), default=0)
        yield min(max(longest + 2, 10), 60)
