"""Workbooks and packs that mean harm, or are not what they say."""

import io
import resource
import time
import zipfile

from tests.toolkit.exchange.books import book

GOOD = book(survey=[["type", "name", "label"], ["text", "a", "A"]])
SHEET, STRINGS, STYLES = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml"
SPACE = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
SECONDS, MEGABYTES = 2, 200


def with_part(name, content, source=GOOD):
    """The workbook with one of its parts exchanged, or one more."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(source)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            if entry.filename != name:
                new.writestr(entry.filename, old.read(entry))
        new.writestr(name, content)
    return made.getvalue()


def sheet_of(rows):
    return f"<worksheet {SPACE}><sheetData>{rows}</sheetData></worksheet>"


def cell(place, text="text"):
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'


def rows(count):
    return sheet_of("".join(f'<row r="{n}">{cell(f"A{n}", f"text {n}")}</row>' for n in range(1, count + 1)))


def entities(size):
    declared = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * size}">' for n in range(1, 9))
    kind = f'<!DOCTYPE x [<!ENTITY e0 "ha">{declared}]>'
    return f'<?xml version="1.0"?>{kind}<worksheet {SPACE}><sheetData>&e8;</sheetData></worksheet>'


def encrypted(content):
    """A zip whose directory says that its files are."""
    changed = bytearray(content)
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = changed.find(mark)
        while place != -1:
            changed[place + at] |= 1
            place = changed.find(mark, place + 4)
    return bytes(changed)


class Spent:
    """How much time and memory a block took: ``with Spent() as spent: …``, then ``spent.is_within``."""

    def __enter__(self):
        self.started, self.before = time.process_time(), self.peak()
        return self

    def __exit__(self, *error):
        self.seconds = time.process_time() - self.started
        self.megabytes = self.peak() - self.before

    @staticmethod
    def peak():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024

    @property
    def is_within(self):
        return self.seconds < SECONDS and self.megabytes < MEGABYTES
