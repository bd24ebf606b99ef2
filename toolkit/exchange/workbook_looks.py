"""How a workbook to fill in looks, and the lists and checks behind its cells."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from toolkit.exchange.shapes import FORMATS, Choices
from toolkit.schema.codes import CURRENCIES, time_zones
from toolkit.schema.definition import Item

LINE = 15.5  # points
TALLEST = 400
WIDTHS = {"text": 26, "long": 40, "number": 13, "percent": 11, "date": 13, "moment": 17, "time": 9}
WIDTHS |= {"choice": 20, "suggest": 20, "many": 28}
_EDGE = Side(style="thin", color="9DB4B0")
_FRAME = Border(left=_EDGE, right=_EDGE, top=_EDGE, bottom=_EDGE)


@dataclass(frozen=True, eq=False, kw_only=True)
class Look:
    font: Font = Font(name="Calibri", size=11, color="1D2B2A")
    fill: PatternFill | None = None
    border: Border | None = None
    alignment: Alignment = Alignment(vertical="top", wrap_text=True)
    number_format: str = "General"
    protection: Protection | None = None


def _fill(colour: str) -> PatternFill:
    return PatternFill("solid", start_color=colour)


PLAIN = Look(alignment=Alignment(vertical="top"))
TITLE = Look(font=Font(name="Calibri", size=16, bold=True, color="0E5A66"))
HEADING = Look(font=Font(name="Calibri", size=13, bold=True, color="0E5A66"))
LABEL = Look(font=Font(name="Calibri", size=11, bold=True, color="1D2B2A"))
HEAD = Look(font=LABEL.font, fill=_fill("DCEBE8"), border=_FRAME)
QUIET = Look(font=Font(name="Calibri", size=10, color="56625F"))
CLOSED = Look(font=Font(name="Calibri", size=11, color="56625F"), fill=_fill("F1F3F2"), border=_FRAME)
_OPENS = {
    shape: Look(fill=_fill("FFF8DC"), border=_FRAME, number_format=form, protection=Protection(locked=False))
    for shape, form in FORMATS.items()
}
OPEN = _OPENS["mark"]


def open_look(shape: str) -> Look:
    return _OPENS[shape]


def put(sheet: Worksheet, row: int, column: int, value: Any, look: Look = PLAIN) -> Cell:
    """Write a cell. A text is a text, whatever it begins with."""
    cell = sheet.cell(row=row, column=column)
    cell.value = value
    if isinstance(value, str):
        cell.data_type = "s"
        cell.quotePrefix = value.startswith(("=", "+", "-", "@"))
    cell.font, cell.alignment, cell.number_format = look.font, look.alignment, look.number_format
    if look.fill:
        cell.fill = look.fill
    if look.border:
        cell.border = look.border
    if look.protection:
        cell.protection = look.protection
    return cell


def height(text: str, width: float, *, of: Look = PLAIN) -> float:
    """How tall a row must be for ``text`` in a column of ``width`` letters."""
    size = (of.font.size or 11) / 11
    lines = sum(max(1, math.ceil(len(line) * size / max(width - 2, 4))) for line in text.split("\n"))
    return min(lines * LINE * max(size, 1) + 4, TALLEST)


def raise_to(sheet: Worksheet, row: int, points: float) -> None:
    held = sheet.row_dimensions[row]
    held.height = max(held.height or 0, points)


def set_widths(sheet: Worksheet, widths: Sequence[int]) -> None:
    for n in range(2, 60):
        sheet.column_dimensions[get_column_letter(n)].width = widths[n - 2] if n - 2 < len(widths) else 20


def start_sheet(
    sheet: Worksheet,
    title: str,
    facts: Iterable[tuple[str, str]],
    steps: Iterable[str],
    sections: Iterable[tuple[str, str]],
) -> None:
    """What the file is, how it is filled in, and where each section stands."""
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 24, 80
    rows: list[tuple[Any, Any, Look]] = [(title, None, TITLE), (None, None, PLAIN)]
    rows += [(label, value, LABEL) for label, value in facts]
    rows += [(None, None, PLAIN), (_("How to fill it in"), None, HEADING)]
    rows += [(n, step, LABEL) for n, step in enumerate(steps, start=1)]
    rows += [(None, None, PLAIN), (_("Sections"), None, HEADING)]
    for at, (left, right, look) in enumerate(rows, start=1):
        wide = Look(font=look.font, alignment=Alignment(vertical="top", horizontal="general"))
        put(sheet, at, 1, left, wide if right is None else look)
        put(sheet, at, 2, right, Look())
        if right:
            sheet.row_dimensions[at].height = height(str(right), 80)
    for at, (name, owner) in enumerate(sections, start=len(rows) + 1):
        cell = put(sheet, at, 2, f"{name} ({owner})" if owner else name, Look())
        cell.hyperlink = f"#'{name}'!B2"
        cell.font = Font(name="Calibri", size=11, underline="single", color="0E5A66")


def part_label(part: str) -> str:
    """What the parts of an answer are called beside its question."""
    return {
        "amount": _("Amount"),
        "currency": _("Currency"),
        "at": _("Date and time"),
        "zone": _("Time zone"),
        "name": _("Name"),
        "title": pgettext("of a person", "Post"),
        "organization": _("Organization"),
        "on": _("Date"),
        "agreed": _("I agree"),
        "state": _("Status"),
        "note": _("Note"),
    }[part]


def offered(part: str) -> list[str]:
    return sorted(CURRENCIES if part == "currency" else time_zones())


def told_apart(choices: Choices) -> list[list[Any]]:
    """``choices`` with labels that differ, for a label is all that a cell keeps of a choice."""
    pairs = [[label, value] for label, value in choices]
    labels = [str(label).strip().casefold() for label, _value in pairs]
    return [
        [label, value] if labels.count(str(label).strip().casefold()) == 1 else [f"{label} ({value})", value]
        for label, value in pairs
    ]


class Lists:
    """What cells offer: each list once on a hidden sheet, and once as a check on all cells of a sheet that offer it."""

    def __init__(self, told: dict[str, list[list[Any]]]):
        self.told = told
        self.columns: dict[str, int] = {}
        self.labels: dict[str, list[Any]] = {}
        self.checks: dict[tuple, DataValidation] = {}

    def bind(self, sheet: Worksheet, place: str, name: str, choices: Choices, *, strict: bool) -> None:
        if name != "mark":
            self.told.setdefault(name, [list(pair) for pair in choices])
        if not choices:
            return
        column = self.columns.setdefault(name, len(self.columns) + 1)
        self.labels[name] = [label for label, _value in choices]
        letter = get_column_letter(column)
        made = DataValidation(
            type="list",
            formula1=f"lists!${letter}$1:${letter}${len(choices)}",
            allow_blank=True,
            showErrorMessage=strict,
            errorTitle=_("Not in the list"),
            error=_("Please choose from the list."),
        )
        self._add(sheet, place, (sheet.title, name, strict), made)

    def check(self, sheet: Worksheet, place: str, shape: str, item: Item) -> None:
        """Numbers must be numbers and days must be days, as far as a sheet can tell; the page looks again."""
        if shape == "number":
            kind = "whole" if item.kind in ("integer", "year") else "decimal"
            least = item.min if item.min is not None else -1e15
            most = item.max if item.max is not None else 1e15
            error = _("Please write a number.") if kind == "decimal" else _("Please write a whole number.")
            made = DataValidation(
                type=kind,
                operator="between",
                formula1=f"{least:.15g}",
                formula2=f"{most:.15g}",
                allow_blank=True,
                showErrorMessage=True,
                error=error,
            )
            self._add(sheet, place, (sheet.title, kind, least, most), made)
        elif shape == "date":
            words = _("Please write a date, such as 2026-01-31.")
            made = DataValidation(type="date", operator="greaterThan", formula1="1", allow_blank=True, error=words)
            made.showErrorMessage, made.errorStyle = True, "warning"
            self._add(sheet, place, (sheet.title, "date"), made)

    def _add(self, sheet: Worksheet, place: str, key: tuple, made: DataValidation) -> None:
        if key not in self.checks:
            self.checks[key] = made
            sheet.add_data_validation(made)
        self.checks[key].add(place)

    def write(self, sheet: Worksheet) -> None:
        for name, column in self.columns.items():
            for row, label in enumerate(self.labels[name], start=1):
                put(sheet, row, column, label)
