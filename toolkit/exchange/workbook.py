"""Workbooks (.xlsx) of texts: read from strangers within bounds, and written so that no cell is a formula."""

import datetime as dt
import io
import re
import warnings
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.reader.excel import ExcelReader
from openpyxl.styles import Alignment, Font
from openpyxl.styles.stylesheet import apply_stylesheet
from openpyxl.utils import get_column_letter
from openpyxl.utils.cell import coordinate_to_tuple
from openpyxl.worksheet._reader import INLINE_STRING, WorkSheetParser
from openpyxl.writer.excel import ExcelWriter
from openpyxl.xml.constants import SHARED_STRINGS, SHEET_MAIN_NS

from toolkit.exchange.archive import MAGIC, Limits, Unsound, is_bomb, open_zip, read_entry, without_dates
from toolkit.exchange.refusals import ImportRefused, TooManyRows
from toolkit.schema.clean_text import CONTROL, SURROGATE
from toolkit.schema.words import Message, _

LIMITS = Limits(packed=8_000_000, unpacked=40_000_000, entries=500)
# What is read whole before the first row is, in bytes
PARTS = {"xl/styles.xml": 400_000, "xl/workbook.xml": 400_000, "xl/sharedStrings.xml": 12_000_000}
MAX_COLUMNS = 256
MAX_STRINGS = 120_000
MAX_CELLS = 150_000
MAX_XML_ROWS = 30_000
CELL_LENGTH = 32_767
WRITTEN = "2000-01-01T00:00"
# The library's advice on styles and extensions of Excel helps nobody here.
warnings.filterwarnings("ignore", category=UserWarning, module=r"openpyxl\.")
TEXT, RUN = f"{{{SHEET_MAIN_NS}}}t", f"{{{SHEET_MAIN_NS}}}r/{{{SHEET_MAIN_NS}}}t"
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


class Formula(str):
    """What a cell works out instead of holding it, or the error that came of that."""


class Cells:
    """A workbook whose sheets are read when they are asked for. ``epoch`` is the day that days are counted from."""

    def __init__(self, book: "_Book"):
        self._book, self.epoch = book, book.wb.epoch
        self.names = [name for name, _path in book.sheets.values()]

    def sheet(self, name: str) -> dict[int, dict[int, Any]]:
        """The rows of a sheet by number, values by column; empty when there is no such sheet. Or ImportRefused."""
        path = next((path for known, path in self._book.sheets.values() if known == name), None)
        with _told_damaged():
            return dict(_values(self._book, path)) if path else {}


# Reading


def read_workbook(content: bytes, wanted: Mapping[str, int]) -> dict[str, Sheet]:
    """The sheets named in ``wanted`` (small letters: the most rows each may have), or ImportRefused.

    Headings stand in the first row that holds anything.
    """
    return _read(content, lambda book: {name: (name, most) for name, most in wanted.items()})


def read_first_sheet(content: bytes, *, most: int) -> Sheet:
    """The first sheet of a workbook with ``most`` rows at most below its headings, or ImportRefused."""
    sheets = _read(content, lambda book: {"": (next(iter(book.sheets), ""), most)})
    return sheets.get("") or Sheet("", (), ())


def read_cells(content: bytes) -> Cells:
    """A workbook within bounds, each cell as its sheet holds it, or ImportRefused.

    A formula is a Formula, and so is an error that one came to. Columns that are too far out are left out.
    """
    return Cells(_open(content))


def _values(book: "_Book", path: str) -> Iterator[tuple[int, dict[int, Any]]]:
    for number, row in book.rows(path):
        cells = {cell["column"]: _value(cell) for cell in row if cell["column"] <= MAX_COLUMNS}
        held = {column: value for column, value in cells.items() if value not in (None, "")}
        if held:
            yield number, held


def _value(cell: Mapping[str, Any]) -> Any:
    value = cell["value"]
    if cell["data_type"] == "e" or cell["data_type"] == "f":
        return Formula(str(value))
    return CONTROL.sub("", SURROGATE.sub("", value)) if isinstance(value, str) else value


@contextmanager
def _told_damaged() -> Iterator[None]:
    try:
        yield
    except ImportRefused:
        raise
    except Exception as error:  # whatever a broken workbook makes the library stumble over
        raise ImportRefused(_("This workbook is damaged and cannot be read.")) from error


def _read(content: bytes, choose: Callable[["_Book"], Mapping[str, tuple[str, int]]]) -> dict[str, Sheet]:
    """The sheets that ``choose`` finds by their names in small letters, under the keys that it gives them."""
    book = _open(content)
    with _told_damaged():
        chosen = choose(book).items()
        return {key: _sheet(book, *book.sheets[name], most) for key, (name, most) in chosen if name in book.sheets}


def _open(content: bytes) -> "_Book":
    """A workbook within bounds, or ImportRefused."""
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
    with _told_damaged():
        return _Book(content)


class _Book(ExcelReader):
    """A workbook whose sheets are gone through once, row by row as they stand.

    As a rule the library fills rows up to their last cell, which may be 16,000 columns out, and goes through a sheet
    that does not say how large it is before anybody asks for it.
    """

    def __init__(self, content: bytes):
        super().__init__(io.BytesIO(content), read_only=True, keep_links=False, rich_text=False)
        self.read_manifest()
        self.read_strings()
        self.read_workbook()
        apply_stylesheet(self.archive, self.wb)
        # In small letters: the name, and the part of the zip. What is no .xml has not been looked through
        found = [(sheet.name, rel.target) for sheet, rel in self.parser.find_sheets() if rel.target.endswith(".xml")]
        self.sheets: dict[str, tuple[str, str]] = {}
        for name, path in found:
            self.sheets.setdefault(name.strip().casefold(), (name, path))

    def read_strings(self) -> None:
        strings = self.package.find(SHARED_STRINGS)
        if strings is not None and strings.PartName.endswith(".xml"):
            super().read_strings()

    def rows(self, path: str) -> Iterator[tuple[int, list[dict[str, Any]]]]:
        book = self.wb
        formats = {"date_formats": book._date_formats, "timedelta_formats": book._timedelta_formats}
        with self.archive.open(path) as source:
            yield from _Rows(source, self.shared_strings, epoch=book.epoch, **formats).parse()


class _Rows(WorkSheetParser):
    def parse_cell(self, element: Any) -> dict[str, Any]:
        """As the library does, but of a text within the cell only the words are taken, which is much quicker."""
        place, text = element.get("r"), element.find(INLINE_STRING)
        if text is None or not place or element.get("t") != "inlineStr":
            return super().parse_cell(element)
        words = "".join([text.findtext(TEXT, ""), *(run.text or "" for run in text.iterfind(RUN))])
        row, self.col_counter = coordinate_to_tuple(place)
        return {"row": row, "column": self.col_counter, "value": words, "data_type": "s"}


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
            told = Message(sentence.template, name=name[:100])
            raise TooManyRows(told) if most == MAX_XML_ROWS else Unsound(told)


def _sheet(book: _Book, name: str, path: str, most: int) -> Sheet:
    rows = _cells(book, name, path, most)
    headings: dict[int, str] = {}
    kept: list[tuple[int, Mapping[str, str]]] = []
    for number, cells in rows:
        if not headings:
            headings = {column: text.strip() for column, text in cells.items()}
            continue
        row = {headings[column]: text for column, text in cells.items() if column in headings}
        if row:
            kept.append((number, row))
    return Sheet(name, tuple(headings.values()), tuple(kept))


def _cells(book: _Book, sheet: str, path: str, most: int) -> Iterator[tuple[int, dict[int, str]]]:
    """Rows that hold anything, by their number; ImportRefused where there are too many, or formulas."""
    last = found = 0
    for number, row in book.rows(path):
        if number > MAX_XML_ROWS:
            raise ImportRefused(
                _(
                    "The sheet “%(sheet)s” goes on below row %(limit)d. Delete the empty rows.",
                    sheet=sheet,
                    limit=MAX_XML_ROWS,
                )
            )
        texts = {cell["column"]: _text(cell, sheet) for cell in row if cell["value"] is not None}
        cells = {column: text for column, text in texts.items() if text}
        if number <= last or not cells:
            continue
        last, found = number, found + 1
        if found > most + 1:
            raise TooManyRows(_("The sheet “%(sheet)s” has more than %(limit)d rows.", sheet=sheet, limit=most))
        yield number, cells


def _text(cell: Mapping[str, Any], sheet: str) -> str:
    """What a cell says, or ImportRefused where nobody would look for it, or where it is worked out."""
    value, column = cell["value"], cell["column"]
    is_formula = cell["data_type"] == "f" and str(value).startswith("=")
    if column <= MAX_COLUMNS and not is_formula:
        return _plain(value)
    place = f"{get_column_letter(column)}{cell['row']}"
    if is_formula:
        raise ImportRefused(
            _(
                "Cell %(place)s of the sheet “%(sheet)s” holds a formula. Write its value instead.",
                place=place,
                sheet=sheet,
            )
        )
    raise ImportRefused(
        _(
            "Cell %(place)s of the sheet “%(sheet)s” stands too far out: %(limit)d columns are read here.",
            place=place,
            sheet=sheet,
            limit=MAX_COLUMNS,
        )
    )


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
