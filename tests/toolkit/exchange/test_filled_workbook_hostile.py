"""Workbooks that are not what they should be: each gets a clear sentence, and what is sound is still read."""

import io
import zipfile

import openpyxl
import pytest

from tests.toolkit.exchange.sheets import options
from tests.toolkit.exchange.test_filled_workbook_shipped import ALL, response_of
from tests.toolkit.rendering.shipped import shipped
from toolkit.exchange.filled_workbook import FRAME_SHEET, filled_workbook
from toolkit.exchange.filled_workbook_in import read_filled_workbook
from toolkit.exchange.read_back import ReadBackError

FORM = shipped("workshop-plan")
TITLE = next(item.id for item in FORM.items if item.kind == "text" and item.repeat is None)
TABLE = FORM.repeats[0]
COLUMN = next(item.id for item in TABLE.items if item.kind in ("text", "long_text"))
ANSWERS = {TITLE: "As it was", TABLE.id: [{"_row": "aaaaaa", COLUMN: "First"}, {"_row": "bbbbbb", COLUMN: "Second"}]}


@pytest.fixture(scope="module")
def content():
    return filled_workbook(response_of(FORM, ANSWERS), writer=ALL, options=options(FORM))


def changed(content, change):
    book = openpyxl.load_workbook(io.BytesIO(content))
    change(book)
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def place(book, key):
    """The sheet and the row in which ``key`` stands."""
    for sheet in book.worksheets:
        for row in sheet.iter_rows(min_col=1, max_col=1):
            if row[0].value == key:
                return sheet, row[0].row
    raise AssertionError(key)


def refused(content):
    with pytest.raises(ReadBackError) as error:
        read_filled_workbook(content)
    return str(error.value)


def with_part(content, name, data):
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for entry in source.infolist():
            archive.writestr(entry.filename, data if entry.filename == name else source.read(entry))
        if name not in source.namelist():
            archive.writestr(name, data)
    return made.getvalue()


def test_a_workbook_of_somebody_else_is_told():
    book, made = openpyxl.Workbook(), io.BytesIO()
    book.save(made)

    assert "was not made here" in refused(made.getvalue())


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "not an Excel workbook"),
        (b"%PDF-1.7", "not an Excel workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"0" * 600, "has a password or was made by an old program"),
        (b"PK\x03\x04" + b"0" * 600, "damaged"),
        (b"PK\x03\x04" + b"0" * 9_000_000, "larger than 8 MB"),
    ],
)
def test_what_is_no_workbook_is_told(data, words):
    assert words in refused(data)


def test_a_zip_bomb_is_not_unpacked(content):
    assert "zip bomb" in refused(with_part(content, "xl/worksheets/sheet2.xml", b" " * 30_000_000))


def test_a_hundred_thousand_rows_are_not_read(content):
    rows = b"".join(b'<row r="%d"><c r="A%d"/></row>' % (n, n) for n in range(1, 100_001))
    sheet = b'<?xml version="1.0"?><worksheet><sheetData>' + rows + b"</sheetData></worksheet>"

    assert "more rows than are read here" in refused(with_part(content, "xl/worksheets/sheet2.xml", sheet))


def test_macros_are_told(content):
    assert "macros" in refused(with_part(content, "xl/vbaProject.bin", b"Sub Auto_Open()"))


def test_a_changed_frame_is_told(content):
    def change(book):
        cell = book[FRAME_SHEET]["A1"]
        cell.value = cell.value.replace("TP-TEST1-001", "TP-TEST1-002")

    assert "was changed" in refused(changed(content, change))


def test_a_deleted_frame_is_told(content):
    assert "hidden sheet" in refused(changed(content, lambda book: book.remove(book[FRAME_SHEET])))


def test_renamed_and_moved_sheets_are_read_all_the_same(content):
    def change(book):
        sheet, row = place(book, TITLE)
        sheet.cell(row=row, column=3).value = "Changed"
        for n, each in enumerate(book.worksheets):
            if each.title not in (FRAME_SHEET, "lists"):
                each.title = f"Renamed {n}"
        book.move_sheet(sheet, offset=-2)

    said = read_filled_workbook(changed(content, change))
    assert said.problems == ()
    assert said.cells[TITLE] == "Changed"


def test_a_deleted_column_of_answers_is_told_once_a_question(content):
    def change(book):
        sheet, _row = place(book, TITLE)
        sheet.delete_cols(3)

    said = read_filled_workbook(changed(content, change))
    assert TITLE not in said.cells
    assert any(cell == TITLE and "column with the answers" in words for cell, words in said.problems)


def test_a_deleted_row_takes_nothing_out(content):
    def change(book):
        sheet, row = place(book, f"{TABLE.id}/aaaaaa")
        sheet.delete_rows(row)

    said = read_filled_workbook(changed(content, change))
    assert f"{TABLE.id}/aaaaaa" not in said.cells
    assert said.cells[f"{TABLE.id}/bbbbbb/{COLUMN}"] == "Second"
    assert [cell for cell, _words in said.problems] == [f"{TABLE.id}/aaaaaa"]


def test_an_emptied_row_is_taken_out(content):
    def change(book):
        sheet, row = place(book, f"{TABLE.id}/aaaaaa")
        for cell in sheet[row][1:]:
            cell.value = None

    said = read_filled_workbook(changed(content, change))
    assert (f"{TABLE.id}/aaaaaa", None) in said.cells.items()


def test_a_row_that_was_put_in_is_not_guessed(content):
    def change(book):
        sheet, row = place(book, f"{TABLE.id}/aaaaaa")
        sheet.cell(row=sheet.max_row + 1, column=1).value = f"{TABLE.id}/zzzzzz"
        sheet.cell(row=sheet.max_row, column=2).value = "Smuggled"

    said = read_filled_workbook(changed(content, change))
    assert not any("zzzzzz" in cell for cell in said.cells)
    assert said.problems


def test_a_question_copied_twice_is_told(content):
    def change(book):
        sheet, _row = place(book, TITLE)
        sheet.cell(row=sheet.max_row + 1, column=1).value = TITLE
        sheet.cell(row=sheet.max_row, column=3).value = "Another"

    said = read_filled_workbook(changed(content, change))
    assert said.cells[TITLE] == "As it was"
    assert [cell for cell, _words in said.problems] == [TITLE]


@pytest.mark.parametrize("value", ["=1+1", '=HYPERLINK("http://example.org")', "=cmd|'/c calc'!A1"])
def test_formulas_are_told_and_not_read(content, value):
    def change(book):
        sheet, row = place(book, TITLE)
        cell = sheet.cell(row=row, column=3)
        cell.value, cell.data_type = value, "f"

    said = read_filled_workbook(changed(content, change))
    assert TITLE not in said.cells
    assert (TITLE, "A formula stands here. Write the value instead.") in said.problems


def test_a_text_that_begins_like_a_formula_stays_a_text():
    answers = {TITLE: '=HYPERLINK("http://example.org")'}
    made = filled_workbook(response_of(FORM, answers), writer=ALL, options=options(FORM))
    sheet, row = place(openpyxl.load_workbook(io.BytesIO(made)), TITLE)

    assert sheet.cell(row=row, column=3).data_type == "s"
    assert read_filled_workbook(made).cells[TITLE] == answers[TITLE]


def test_all_but_the_cells_of_answers_is_locked(content):
    book = openpyxl.load_workbook(io.BytesIO(content))
    for sheet in book.worksheets:
        assert sheet.protection.sheet
    sheet, row = place(book, TITLE)
    assert [cell.protection.locked for cell in sheet[row][:4]] == [True, True, False, True]
    assert book[FRAME_SHEET].sheet_state == "veryHidden"
    assert sheet.column_dimensions["A"].hidden
