"""A form for those who want to mark it up in a word processor.

It says what the empty form on paper says (toolkit/rendering/blank.py walks the form for both), with room to type in.
"""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext

from toolkit.exchange.word_html import write_html
from toolkit.exchange.word_paper import Paper
from toolkit.models import Tool, ToolVersion
from toolkit.rendering.blank import BlankColumn, BlankNote, BlankSection, BlankSheet, BlankTable, Question, blank_sheet
from toolkit.rendering.brackets import unfilled_body
from toolkit.rendering.spaces import Space
from toolkit.schema.definition import Definition, language_of
from toolkit.schema.parsing import content_hash, to_json
from twinning.markdown import markdown_html

BOX = "☐"
RECORDS = 2
# So many choices stay on one page with their question.
TOGETHER = 12
# A frame to write in grows by itself; these are as many lines as it begins with.
LINES = 3


def to_docx(definition: Definition, language: str = "en", *, version: int | None = None) -> bytes:
    """The form as a Word document in ``language``, or in its first where it does not speak that.

    ``version`` is told in the header. The same form gives the same bytes.
    """
    lang = language_of(definition, language)
    tool = Tool(slug=definition.tool, number=definition.number, kind=definition.kind)
    stored = to_json(definition)
    draft = ToolVersion(tool=tool, number=version or 0, definition=stored, content_hash=content_hash(stored))
    with override(lang):
        return _Writer(definition, blank_sheet(draft, lang), lang, version).content()


class _Writer:
    def __init__(self, form: Definition, sheet: BlankSheet, lang: str, version: int | None):
        self.form, self.sheet, self.lang, self.version = form, sheet, lang, version
        self.paper = Paper(lang=lang, direction=sheet.direction, title=sheet.title)
        self.number = 0
        # Below a document's text, the sections stand one level lower.
        self.top = 2 if form.body else 1

    def content(self) -> bytes:
        told = [self.form.number, self.sheet.title]
        said = _("version %(number)s") % {"number": self.version} if self.version else ""
        header = " · ".join(filter(None, (" ".join(filter(None, told)), said)))
        self.paper.frame(header, _("Page %(page)s of %(pages)s") % {"page": "{page}", "pages": "{pages}"})
        self.opening()
        if self.form.body:
            self.body()
        is_wide = False
        for section in self.sheet.sections:
            if section.is_wide != is_wide:
                is_wide = section.is_wide
                self.paper.turn_page(is_wide=is_wide)
            self.section(section)
        return self.paper.content()

    # Before the questions

    def opening(self) -> None:
        paper, sheet = self.paper, self.sheet
        kind = sheet.kicker.split(" · ")[0]
        paper.write(" · ".join(filter(None, (kind, self.form.number))), "Kicker")
        paper.heading(sheet.title, 0)
        paper.write(sheet.purpose, "Purpose")
        for fact in sheet.facts:
            line = paper.write("")
            paper.add(line, f"{fact.label}: ", bold=True)
            paper.add(line, fact.value)
        if sheet.guidance:
            paper.heading(_("How to use it"), 1)
            write_html(paper, str(sheet.guidance))
        if sheet.sections:
            paper.write("", "Gap")
            sides = "  ".join(f"{BOX} {side}" for side in sheet.sides)
            whose = [(name, "") for pair in sheet.codes for name in pair]
            self.pairs([*whose, *([(_("Side"), sides)] if sides else [])])

    def pairs(self, rows: list[tuple[str, str]], height: float = 0.75) -> None:
        """Names on one side, room to write on the other."""
        table = self.paper.grid(len(rows), (0.28, 0.72))
        self.paper.tall(table, 0, height)
        for row, (name, text) in zip(table.rows, rows, strict=True):
            self.paper.fill(row.cells[0], name, "Cell head")
            self.paper.shade(row.cells[0])
            self.paper.fill(row.cells[1], text)
        self.paper.write("", "Gap")

    def body(self) -> None:
        """The text of a document, with what will stand in its gaps named in brackets."""
        paper = self.paper
        paper.heading(_("The text of the document"), 1)
        paper.write(_("What stands in brackets is filled in from the answers and the records."), "Help")
        made = unfilled_body(self.form, self.lang, top=2)
        if made.problem:
            paper.write(made.problem)
        write_html(paper, str(made.whole), top=2)
        if self.sheet.sections:
            paper.heading(_("The questions"), 1).paragraph_format.page_break_before = True

    # Questions

    def section(self, section: BlankSection) -> None:
        paper = self.paper
        if section.label:
            heading = paper.heading(section.label, self.top)
            if section.owner:
                paper.small(heading, section.owner)
        if section.condition:
            paper.write(section.condition, "Condition")
        self.guide(section.guidance)
        for block in section.blocks:
            if isinstance(block, Question):
                self.question(block)
            elif isinstance(block, BlankTable):
                self.table(block)
            elif isinstance(block, BlankNote):
                self.note(block)
            else:
                worked = (_("Worked out when the answers are typed in:"), " · ".join(block.names))
                paper.write(" ".join(worked), "Remark")

    def guide(self, text: str) -> None:
        """Help that its author wrote in Markdown."""
        if text:
            write_html(self.paper, str(markdown_html(text)), top=self.top + 1, style="Help")

    def explain(self, block: Question | BlankTable) -> None:
        """What must be known before answering."""
        for text, style in ((block.condition, "Condition"), (block.hint, "Help")):
            if text:
                self.paper.write(text, style)
        self.guide(block.guidance)

    def note(self, block: BlankNote) -> None:
        line = self.paper.write("")
        if block.condition:
            self.paper.add(line, f"{block.condition} ", italic=True)
        self.paper.add(line, block.text)

    def question(self, question: Question) -> None:
        paper = self.paper
        self.number += 1
        line = paper.write(f"{self.number}. {question.label}", "Question")
        for remark in (f"({question.space.unit})" if question.space.unit else "", question.owner):
            if remark:
                paper.small(line, remark)
        if question.is_required:
            paper.small(line, _("required"))
        self.explain(question)
        if question.suggestion:
            paper.write(question.suggestion, "Suggestion")
        SPACES.get(question.space.look, _lines)(self, question.space)
        paper.write("", "Gap")

    # Tables

    def table(self, table: BlankTable) -> None:
        paper = self.paper
        if table.is_titled:
            self.number += 1
            paper.heading(f"{self.number}. {table.label}", self.top + 1)
        self.explain(table)
        if any(column.is_required for column in table.columns):
            paper.write(_("What is marked with * must be filled in."), "Help")
        for name, text in table.legend:
            line = paper.write("", "Help")
            paper.add(line, f"{name}: ", bold=True)
            paper.add(line, text)
        if table.form == "records":
            self.records(table)
        else:
            self.rows(table)
        if table.may_grow:
            paper.write(_("Add as many rows as you need."), "Remark")

    def rows(self, table: BlankTable) -> None:
        paper = self.paper
        made = paper.grid(1 + len(table.rows) + table.has_totals, _widths(table.columns))
        paper.head(made)
        for cell, column in zip(made.rows[0].cells, table.columns, strict=True):
            paper.fill(cell, self.named(column), "Cell head")
        for row, cells in zip(made.rows[1:], table.rows, strict=False):
            for cell, (column, text) in zip(row.cells, cells, strict=True):
                paper.fill(cell, text or self.boxes(column))
        if table.has_totals:
            for n, (cell, column) in enumerate(zip(made.rows[-1].cells, table.columns, strict=True)):
                paper.fill(cell, _("Total") if n == 0 else "" if column.has_total else "–", "Cell head")
        paper.tall(made, 1, 0.8)
        paper.write("", "Gap")

    def records(self, table: BlankTable) -> None:
        """A table that is too wide for a page: its rows below each other."""
        written = sum(any(text for _column, text in row) for row in table.rows)
        for row in table.rows[: max(written, RECORDS)]:
            self.pairs([(self.named(column), text or self.boxes(column, inside=" · ")) for column, text in row])

    def named(self, column: BlankColumn) -> str:
        unit = f" ({column.space.unit})" if column.space.unit else ""
        return f"{column.label}{unit}{' *' if column.is_required else ''}"

    def boxes(self, column: BlankColumn, inside: str = "\n") -> str:
        options = column.space.options if column.is_boxed or inside != "\n" else ()
        if column.space.look == "signature":
            return "\n".join(f"{name}: " for name in _signature_names())
        return inside.join(f"{BOX} {option}" for option in options)


def _widths(columns: tuple[BlankColumn, ...]) -> list[float]:
    """The room of each column as part of the width, told by what must fit into it."""
    rooms = [max(column.space.room, *map(len, column.label.split(" ")), 5) for column in columns]
    return [room / sum(rooms) for room in rooms]


# Where an answer is written


def _lines(writer: _Writer, space: Space) -> None:
    writer.paper.box(min(space.lines, LINES))


def _short(writer: _Writer, space: Space) -> None:
    writer.paper.box(part=0.4)


def _told(say: Callable[[], str], part: float) -> Callable[[_Writer, Space], None]:
    return lambda writer, space: writer.paper.box(1, say(), part=part)


def _row(writer: _Writer, space: Space) -> None:
    boxes = (" ".join(filter(None, (BOX, face, option))) for option, face in space.faced)
    writer.paper.write("     ".join(boxes), "Choice")


def _choices(writer: _Writer, space: Space) -> None:
    for heading, options in space.groups:
        writer.paper.write(heading, "Choice", keeps=True)
        for option in options:
            writer.paper.write(f"{BOX} {option}", "Choice")
    last = len(space.options) - 1
    for n, (option, face) in enumerate(() if space.groups else space.faced):
        text = " ".join(filter(None, (BOX, face, option)))
        writer.paper.write(text, "Choice", keeps=n < last and (n == 0 or last < TOGETHER))


def _money(writer: _Writer, space: Space) -> None:
    writer.pairs([(_("Amount"), ""), (_("Currency"), "")])


def _signature_names() -> list[str]:
    return [_("Name"), pgettext("of a person", "Post"), _("Organization"), _("Date"), _("Signature")]


def _signature(writer: _Writer, space: Space) -> None:
    writer.pairs([(name, "") for name in _signature_names()])


def _check(writer: _Writer, space: Space) -> None:
    writer.paper.write(f"{BOX} {_('Done')}     {BOX} {_('Not needed')}", "Choice")
    writer.pairs([(_("Date"), ""), (_("Note"), "")])


def _attach(writer: _Writer, space: Space) -> None:
    writer.paper.write(_("Attach your papers and write here what they are."), "Help")
    writer.paper.box()


def _worked(writer: _Writer, space: Space) -> None:
    writer.paper.write(_("Worked out when the answers are typed in."), "Help")


SPACES: dict[str, Callable[[_Writer, Space], None]] = {
    "lines": _lines,
    "short": _short,
    "row": _row,
    "choices": _choices,
    "many": _choices,
    "money": _money,
    "date": _told(lambda: _("Day, month, year"), 0.4),
    "datetime": _told(lambda: _("Day, month, year, time and time zone"), 0.6),
    "time": _told(lambda: _("Hours and minutes"), 0.4),
    "year": _told(lambda: _("Year"), 0.3),
    "signature": _signature,
    "check": _check,
    "attach": _attach,
    "worked": _worked,
}
