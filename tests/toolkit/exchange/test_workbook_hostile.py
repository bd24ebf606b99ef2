"""Workbooks that mean harm are refused with the reason, within two seconds and 200 MB, and open no door."""

import zipfile
from io import BytesIO

import pytest

from tests.toolkit.exchange import hostile
from tests.toolkit.exchange.books import book
from tests.toolkit.exchange.hostile import GOOD, SHEET, SPACE, STRINGS, STYLES, Spent, cell, sheet_of, with_part
from toolkit.exchange.refusals import ImportRefused
from toolkit.exchange.workbook import read_workbook, write_workbook
from toolkit.exchange.xlsform_in import from_xlsform

NOT_EXCEL = "This is not an Excel workbook (.xlsx)."
ENTITIES = "in this workbook declares entities of its own. That is not allowed."
UTF8 = "in this workbook is not written in UTF-8."
XLS = "This workbook has a password or was made by an old program. Save it as .xlsx without a password."
FORM = [["type", "name", "label"]]


def many(count):
    return book(survey=[*FORM, *(["text", f"q{n}", "Q"] for n in range(count))])


HOSTILE = {
    "a zip bomb": (lambda: with_part(SHEET, b"<a/>" + b" " * 60_000_000), "Unpacked, this would be larger than 40 MB."),
    "a smaller one": (
        lambda: with_part("xl/media/image1.png", b"\0" * 30_000_000),
        "This zip file unpacks to far more than it holds, as a zip bomb does.",
    ),
    "a thousand files": (
        lambda: _with_files(1000),
        "This zip file holds more than 500 files.",
    ),
    "a million rows": (lambda: with_part(SHEET, hostile.rows(200_000)), f"“{SHEET}” has more rows than are read here."),
    "too many rows": (lambda: many(5001), "The sheet “survey” has more than 5000 rows."),
    "too many choices": (
        lambda: book(
            survey=[*FORM, ["text", "a", "A"]], choices=[["list_name", "name"], *(["l", n] for n in range(10_001))]
        ),
        "The sheet “choices” has more than 10000 rows.",
    ),
    "a row far below": (
        lambda: with_part(
            SHEET, sheet_of(f'<row r="1">{cell("A1", "type")}</row><row r="99999999">{cell("A99999999")}</row>')
        ),
        "The sheet “survey” goes on below row 30000. Delete the empty rows.",
    ),
    "a column far out": (
        lambda: with_part(
            SHEET, sheet_of("".join(f'<row r="{n}">{cell(f"XFD{n}", "type")}</row>' for n in range(1, 3000)))
        ),
        "Cell XFD1 of the sheet “survey” stands too far out: 256 columns are read here.",
    ),
    "half a million texts": (
        lambda: with_part(
            STRINGS, f"<sst {SPACE}>" + "".join(f"<si><t>{n}</t></si>" for n in range(300_000)) + "</sst>"
        ),
        f"“{STRINGS}” has more texts than are read here.",
    ),
    "many styles": (
        lambda: with_part(
            STYLES, f"<styleSheet {SPACE}>" + "".join(f'<xf n="{n}"/>' for n in range(60_000)) + "</styleSheet>"
        ),
        f"“{STYLES}” in this workbook is too large.",
    ),
    "entities within entities": (lambda: with_part(SHEET, hostile.entities(10)), f"“{SHEET}” {ENTITIES}"),
    "an entity from elsewhere": (
        lambda: with_part(STRINGS, f'<?xml version="1.0"?><!DOCTYPE s SYSTEM "file:///etc/passwd"><sst {SPACE}/>'),
        f"“{STRINGS}” {ENTITIES}",
    ),
    "entities in UTF-16": (lambda: with_part(SHEET, hostile.entities(3).encode("utf-16")), f"“{SHEET}” {UTF8}"),
    "another alphabet": (lambda: with_part(SHEET, '<?xml version="1.0" encoding="cp037"?><a/>'), f"“{SHEET}” {UTF8}"),
    "macros": (
        lambda: with_part("xl/vbaProject.bin", b"\xd0\xcf"),
        "This workbook holds macros. Save it as .xlsx without them.",
    ),
    "a formula": (
        lambda: book(survey=[*FORM, ["text", "a", '=HYPERLINK("http://127.0.0.1","x")']]),
        "Cell C2 of the sheet “survey” holds a formula. Write its value instead.",
    ),
    "a formula among the choices": (
        lambda: book(survey=[*FORM, ["text", "a", "A"]], choices=[["list_name", "name"], ["l", "=1+1"]]),
        "Cell B2 of the sheet “choices” holds a formula. Write its value instead.",
    ),
    "a password": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 4096, XLS),
    "files with a password": (
        lambda: hostile.encrypted(GOOD),
        "This zip file is protected by a password. Save it without one.",
    ),
    "nothing": (lambda: b"", NOT_EXCEL),
    "a text": (lambda: b"type,name,label\ntext,a,A\n", NOT_EXCEL),
    "another zip": (lambda: _zip({"word/document.xml": b"<a/>"}), NOT_EXCEL),
    "half a file": (lambda: GOOD[: len(GOOD) // 2], "This zip file is damaged and cannot be read."),
    "a broken sheet": (lambda: with_part(SHEET, "<worksheet"), "This workbook is damaged and cannot be read."),
    "far too much": (lambda: b"PK\x03\x04" + b"\0" * 9_000_000, "This file is larger than 8 MB."),
}


def _zip(files):
    made = BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return made.getvalue()


def _with_files(count):
    return _zip({"[Content_Types].xml": b"<a/>", **{f"xl/{n}.xml": b"<a/>" for n in range(count)}})


@pytest.mark.parametrize("name", HOSTILE)
def test_a_workbook_that_means_harm_is_refused_with_the_reason(name):
    make, why = HOSTILE[name]
    content = make()

    with Spent() as spent, pytest.raises(ImportRefused) as refused:
        from_xlsform(content, slug="sample", section="monitor")

    assert str(refused.value) == why
    assert spent.is_within, (spent.seconds, spent.megabytes)


def test_a_sheet_may_lie_about_its_size_and_end_in_empty_rows():
    body = "".join(f'<row r="{n}"><c r="A{n}"/></row>' for n in range(3, 2000))
    head = f'<row r="1">{cell("A1", "type")}{cell("B1", "name")}{cell("C1", "label")}</row>'
    first = f'<row r="2">{cell("A2", "text")}{cell("B2", "a")}{cell("C2", "A")}</row>'
    lying = sheet_of(head + first + body).replace("<sheetData>", '<dimension ref="A1:XFD1048576"/><sheetData>', 1)

    imported = from_xlsform(with_part(SHEET, lying), slug="sample", section="monitor")

    assert [entry["name"] for entry in imported.raw["form"]] == ["a"]


def test_no_cell_that_is_written_is_a_formula():
    content = write_workbook({"survey": [["type", "=1+1"], ["=cmd|' /C calc'!A0", "+1", "@x", 2, 2.5, None, "a\nb"]]})

    assert content == write_workbook(
        {"survey": [["type", "=1+1"], ["=cmd|' /C calc'!A0", "+1", "@x", 2, 2.5, None, "a\nb"]]}
    )
    assert b"<f>" not in zipfile.ZipFile(BytesIO(content)).read(SHEET)
    sheet = read_workbook(content, {"survey": 10})["survey"]
    assert sheet.rows == ((2, {"type": "=cmd|' /C calc'!A0", "=1+1": "+1"}),)
