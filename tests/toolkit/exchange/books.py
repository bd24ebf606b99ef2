"""Workbooks as other programs make them."""

import io

from openpyxl import Workbook


def book(**sheets):
    """A workbook of ``sheets``: lists of rows, the first the headings."""
    made = Workbook()
    made.remove(made.active)
    for name, rows in sheets.items():
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(row)
    content = io.BytesIO()
    made.save(content)
    return content.getvalue()


def survey(*rows, headings=("type", "name", "label"), **sheets):
    return book(survey=[headings, *rows], **sheets)
