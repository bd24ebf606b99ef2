"""A response as a workbook (.xlsx) to fill in elsewhere: a sheet for each section, open where an answer belongs.

What a workbook is made of, for whoever reads it back (filled_workbook_in.py): row 1 of a sheet and column A are hidden.
Row 1 says which column holds the answers. Column A says what stands in a row: the cell of a question and its part
(``f_cost:amount``), one choice of several (``f_topics=icu``), a table (``r_staff``, with the columns beside it), or a
row of it (``r_staff/k3x9p2ab``). A hidden sheet holds the frame (frame.py), another the lists.
"""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Callable

from django.utils import timezone, translation
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.workbook.protection import WorkbookProtection
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.writer.excel import ExcelWriter

from toolkit.exchange import workbook_looks as looks
from toolkit.exchange.archive import without_dates
from toolkit.exchange.frame import Frame, sealed
from toolkit.exchange.shapes import Choices, parts_of
from toolkit.exchange.workbook import CELL_LENGTH, WRITTEN
from toolkit.exchange.workbook_section import Section
from toolkit.models import Response
from toolkit.permissions import Writer, sees_sensitive
from toolkit.rendering.display import Voice, show
from toolkit.rendering.plain import date_text, locale_of
from toolkit.rendering.reading import grouped
from toolkit.schema.answers import Evaluation, evaluate_answers
from toolkit.schema.cells import get_cell
from toolkit.schema.definition import Group, Item, Repeat, language_of, tr

FRAME_SHEET, LIST_SHEET = "twinning", "lists"
SHEET_NAME = 31
PIECE = 30_000  # characters of the frame in one cell
Options = Callable[[Item], Choices]


def filled_workbook(response: Response, *, writer: Writer, options: Options) -> bytes:
    """The workbook of ``response`` for ``writer``: what is theirs to fill in is open, all else can only be read.

    ``options`` gives what an item offers, as (label, value): choices, or for a reference the records that may be meant.
    """
    document = response.document
    lang = language_of(document.version.form, document.language)
    with translation.override(lang):
        return Maker(response, writer, options, lang).made()


class Maker:
    def __init__(self, response: Response, writer: Writer, options: Options, lang: str):
        self.response, self.writer, self.options, self.lang = response, writer, options, lang
        self.document = response.document
        self.form = self.document.version.form
        self.voice = Voice(self.form, lang)
        self.sensitive = sees_sensitive(writer, response)
        now = timezone.localtime()
        self.worked: Evaluation = evaluate_answers(self.form, response.answers, today=now.date(), now=now, lang=lang)
        self.frame = Frame(
            reference=self.document.reference,
            side=response.side,
            version_hash=self.document.version.content_hash,
            revisions={},
            originals={},
            columns={},
            rows={},
            spare={},
            lists={},
            whole=[],
        )
        self.book = Workbook()
        self.book.remove(self.book.active)
        self.lists = looks.Lists(self.frame.lists)

    def made(self) -> bytes:
        start = self.book.create_sheet(self._free_name(_("Start here")))
        names = []
        for group in grouped(self.form):
            name = self._free_name(tr(group.label, self.lang) or _("Questions"))
            names.append((name, self.owner_of(group.side)))
            Section(self, self.book.create_sheet(name)).write(group)
        self._start(start, names)
        self.lists.write(self.book.create_sheet(LIST_SHEET))
        self._write_frame(self.book.create_sheet(FRAME_SHEET))
        for sheet in self.book.worksheets:
            self._close(sheet)
        self.book.security = WorkbookProtection(lockStructure=True)
        self.book.properties.creator = "Twinning"
        self.book.properties.title = self.document.title
        self.book.properties.language = self.lang
        self.book.properties.created = self.book.properties.modified = dt.datetime.fromisoformat(WRITTEN)
        content = io.BytesIO()
        with zipfile.ZipFile(content, "w") as archive:
            ExcelWriter(self.book, archive).save()
        return without_dates(content.getvalue())

    def is_open(self, item: Item) -> bool:
        return self.writer.may_write(item.side) and not item.readonly and bool(parts_of(item))

    def owner_beside(self, item: Item | Repeat, group: Group) -> str:
        return self.owner_of(item.side) if item.side != group.side else ""

    def owner_of(self, side: str) -> str:
        return self.document.part_label(side) if side != "both" and len(self.document.parts) > 1 else ""

    def keep(self, cell: str) -> None:
        """Remember in the frame what ``cell`` holds now."""
        value = get_cell(self.response.answers, cell)
        if value is not None:
            self.frame.originals[cell] = value
        if cell in self.response.revisions:
            self.frame.revisions[cell] = self.response.revisions[cell]

    def shown(self, item: Item, cell: str) -> str:
        """What a cell says that nobody fills in here."""
        value = get_cell(self.response.answers, cell)
        if item.kind == "calculate":
            value = self.worked.calculated.get(cell, "")
        if item.sensitive and not self.sensitive:
            return _("Restricted") if value is not None else ""
        return show(item, value, self.voice).text[:CELL_LENGTH]

    def choices(self, item: Item, part: str) -> tuple[str, Choices]:
        """The name of the list of a part, and what it offers; nothing for what is written freely."""
        if item.kind == "check" and part == "state":
            return "check", [[_("Not yet done"), "pending"], [_("Done"), "done"], [_("Not needed"), "not_needed"]]
        if item.kind == "signature" and part == "agreed":
            return "agreed", [[_("Yes"), "yes"], [_("No"), "no"]]
        if part in ("currency", "zone"):
            return part, [[each, each] for each in looks.offered(part)]
        if item.kind in ("select_one", "select_multiple", "yes_no", "rating", "country", "language", "reference"):
            name = f"{item.kind}.{item.list or item.of or ''}"
            return name, self.frame.lists.get(name) or looks.told_apart(self.options(item))
        return "", ()

    def _free_name(self, label: str) -> str:
        plain = " ".join("".join(" " if sign in "[]:*?/\\'" else sign for sign in label).split())[:SHEET_NAME]
        taken = {name.casefold() for name in (*self.book.sheetnames, FRAME_SHEET, LIST_SHEET, "history")}
        name, n = plain, 1
        while name.casefold() in taken:
            n += 1
            name = f"{plain[: SHEET_NAME - 4]} {n}"
        return name

    def _start(self, sheet: Worksheet, names: list[tuple[str, str]]) -> None:
        document = self.document
        writes = ", ".join(filter(None, (self.owner_of(part) for part in document.parts if part in self.writer.parts)))
        side = document.part_label(self.response.side) if self.response.side else ""
        facts = (
            (_("Partnership"), document.partnership.name),
            (_("Reference"), document.reference),
            (_("Filled in by"), side or writes),
            (_("Made on"), date_text(timezone.localdate().isoformat(), self.lang)),
            (_("Due"), date_text(document.due_on.isoformat(), self.lang) if document.due_on else ""),
        )
        steps = (
            _("Write in the cells with a yellow ground. All other cells are locked."),
            _("Where a cell offers a list, choose from it. A question with a star * must be answered in the end."),
            _("Empty rows at the end of a table are for more entries. To take a row out, empty all of its cells."),
            _("Write values, no formulas. Save the file as .xlsx."),
            _(
                "Bring the file back on the page of the document, under “Take it with you”. Nothing is changed before "
                "you have seen there what is different and have agreed."
            ),
        )
        looks.start_sheet(sheet, document.title, [fact for fact in facts if fact[1]], steps, names)

    def _write_frame(self, sheet: Worksheet) -> None:
        line = sealed(self.frame)
        for n, start in enumerate(range(0, len(line), PIECE), start=1):
            looks.put(sheet, n, 1, line[start : start + PIECE])

    def _close(self, sheet: Worksheet) -> None:
        sheet.protection.sheet = True
        sheet.protection.formatColumns = sheet.protection.formatRows = False  # may be made wider
        sheet.sheet_view.rightToLeft = locale_of(self.lang).text_direction == "rtl"
        sheet.sheet_view.showGridLines = False
        if sheet.title in (FRAME_SHEET, LIST_SHEET):
            sheet.sheet_state = "veryHidden"
