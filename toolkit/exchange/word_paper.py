"""A sheet of paper for a word processor: real styles, tables, fields for page numbers, and the direction of writing."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Sequence

from docx import Document
from docx.document import Document as WordDocument
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_ROW_HEIGHT_RULE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Length, Pt, RGBColor
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from toolkit.exchange.archive import without_dates
from toolkit.rendering.plain import direction_of

FONT, INK, GREY, ACCENT = "Calibri", RGBColor(0x1F, 0x29, 0x33), RGBColor(0x52, 0x5F, 0x6B), RGBColor(0x0B, 0x5C, 0x6B)
SHADE = "E8EEF0"
A4 = (Cm(21), Cm(29.7))
MARGIN = Cm(2)
INDENT = 137_160
RULE = "A9B7BD"
WRITTEN = dt.datetime.fromisoformat("2000-01-01T00:00:00")
# Name, what it is based on, size, bold, italic, colour, space before and after, keeps with what follows
_STYLES = (
    ("Purpose", "Normal", 12, False, False, GREY, 0, 10, False),
    ("Kicker", "Normal", 10, True, False, ACCENT, 0, 2, True),
    ("Question", "Normal", 11, True, False, INK, 10, 2, True),
    ("Help", "Normal", 9.5, False, False, GREY, 0, 2, True),
    ("Condition", "Normal", 10, False, True, ACCENT, 0, 2, True),
    ("Choice", "Normal", 10.5, False, False, INK, 0, 1, False),
    ("Gap", "Normal", 5, False, False, GREY, 0, 0, False),
    ("Space", "Normal", 10, False, False, GREY, 2, 2, False),
    ("Cell", "Normal", 9.5, False, False, INK, 2, 2, False),
    ("Cell head", "Normal", 9.5, True, False, INK, 2, 2, True),
)


class Paper:
    """A document that is written from top to bottom."""

    def __init__(self, *, lang: str, direction: str, title: str):
        self.document: WordDocument = Document()
        self.lang, self.is_rtl = lang, direction == "rtl"
        self._properties(title)
        self._styles()
        self.style_ids = {style.name: style.style_id for style in self.document.styles}
        section = self.document.sections[0]
        section.page_width, section.page_height = A4
        self._margins(section)

    def content(self) -> bytes:
        made = io.BytesIO()
        self.document.save(made)
        return without_dates(made.getvalue())

    # Text

    def write(self, text: str, style: str = "Normal") -> Paragraph:
        paragraph = self.styled(self.document.add_paragraph(), style)
        self.add(paragraph, text)
        return self.turned(paragraph)

    def styled(self, paragraph: Paragraph, style: str) -> Paragraph:
        """Set a style by what its name stands for, which the library would look up anew each time."""
        if style != "Normal":
            paragraph._p.style = self.style_ids[style]
        return paragraph

    def heading(self, text: str, level: int) -> Paragraph:
        return self.write(text, "Title" if level == 0 else f"Heading {level}")

    def add(self, paragraph: Paragraph, text: str, *, bold: bool | None = None, italic: bool | None = None) -> Run:
        run = paragraph.add_run(text)
        run.bold, run.italic = bold, italic
        if direction_of(text) == "rtl":
            run._r.get_or_add_rPr().append(OxmlElement("w:rtl"))
        return run

    def small(self, paragraph: Paragraph, text: str) -> None:
        """A grey remark at the end of a line."""
        run = self.add(paragraph, f"  {text}", bold=False)
        run.font.size, run.font.color.rgb = Pt(9), GREY

    def turned(self, paragraph: Paragraph) -> Paragraph:
        """A paragraph that runs as the language does."""
        if self.is_rtl:
            paragraph._p.get_or_add_pPr().insert_element_before(
                OxmlElement("w:bidi"), "w:adjustRightInd", "w:spacing", "w:ind", "w:jc", "w:rPr", "w:sectPr"
            )
        return paragraph

    def link(self, paragraph: Paragraph, text: str, address: str) -> None:
        relation = paragraph.part.relate_to(
            address, "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink", is_external=True
        )
        link = OxmlElement("w:hyperlink")
        link.set(qn("r:id"), relation)
        run = self.add(paragraph, text)
        run.font.underline, run.font.color.rgb = True, ACCENT
        link.append(run._r)
        paragraph._p.append(link)

    # Tables

    def grid(self, rows: int, widths: Sequence[float]) -> Table:
        """A ruled table; ``widths`` are parts of the width of the page."""
        room = self.room
        table = self.document.add_table(rows=rows, cols=len(widths))
        table.style = "Table Grid"
        table.autofit = False
        if self.is_rtl:
            table._tblPr.insert_element_before(
                OxmlElement("w:bidiVisual"), "w:tblW", "w:jc", "w:tblBorders", "w:tblLook"
            )
        indent = OxmlElement("w:tblInd")  # ruled where the text begins
        indent.set(qn("w:w"), "108")
        indent.set(qn("w:type"), "dxa")
        table._tblPr.insert_element_before(indent, "w:tblBorders", "w:shd", "w:tblLayout", "w:tblCellMar", "w:tblLook")
        lengths = [Length(int((room - INDENT) * width)) for width in widths]
        for column, length in zip(table.columns, lengths, strict=True):
            column.width = length
        for row in table._tbl.tr_lst:  # cell by cell would ask for the whole table each time
            for cell, length in zip(row.tc_lst, lengths, strict=True):
                cell.width = length
        return table

    def fill(self, cell: _Cell, text: str, style: str = "Cell") -> Paragraph:
        paragraph = self.styled(cell.paragraphs[0], style)
        self.add(paragraph, text)
        return self.turned(paragraph)

    def head(self, table: Table) -> None:
        """Repeat the first row on every page, shaded."""
        row = table.rows[0]
        mark = OxmlElement("w:tblHeader")
        row._tr.get_or_add_trPr().append(mark)
        for cell in row.cells:
            self.shade(cell)

    def shade(self, cell: _Cell) -> None:
        shade = OxmlElement("w:shd")
        for key, value in (("val", "clear"), ("color", "auto"), ("fill", SHADE)):
            shade.set(qn(f"w:{key}"), value)
        cell._tc.get_or_add_tcPr().append(shade)

    def tall(self, table: Table, first: int, height: float) -> None:
        """Rows from ``first`` on at least ``height`` centimetres high, none broken over two pages."""
        for row in table.rows[first:]:
            row.height, row.height_rule = Cm(height), WD_ROW_HEIGHT_RULE.AT_LEAST
            row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))

    def box(self, lines: int = 1, text: str = "", *, part: float = 1.0) -> None:
        """A frame to write in."""
        table = self.grid(1, (part,))
        self.tall(table, 0, 0.75 * lines)
        self.fill(table.cell(0, 0), text, "Space")

    @property
    def room(self) -> int:
        section = self.document.sections[-1]
        return section.page_width - section.left_margin - section.right_margin

    # Pages

    def turn_page(self, *, is_wide: bool) -> None:
        """Go on upon a new page, on its side when it is wide."""
        section = self.document.add_section(WD_SECTION.NEW_PAGE)
        short, long = A4
        section.orientation = WD_ORIENT.LANDSCAPE if is_wide else WD_ORIENT.PORTRAIT
        section.page_width, section.page_height = (long, short) if is_wide else (short, long)
        self._margins(section)

    def frame(self, header: str, footer: str) -> None:
        """What stands at the head and the foot of every page. In ``footer``, {page} and {pages} count."""
        section = self.document.sections[0]
        head = section.header.paragraphs[0]
        head.style = "Header"
        self.add(head, header)
        self.turned(head)
        foot = section.footer.paragraphs[0]
        foot.style = "Footer"
        foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
        for piece in footer.replace("{", "|{").replace("}", "}|").split("|"):
            if piece in ("{page}", "{pages}"):
                self._count(foot, "PAGE" if piece == "{page}" else "NUMPAGES")
            elif piece:
                self.add(foot, piece)
        self.turned(foot)

    def _count(self, paragraph: Paragraph, field: str) -> None:
        element = OxmlElement("w:fldSimple")
        element.set(qn("w:instr"), field)
        run = paragraph.add_run("1")
        element.append(run._r)
        paragraph._p.append(element)

    # The document itself

    def _margins(self, section) -> None:
        section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = MARGIN
        section.header_distance = section.footer_distance = Cm(1)
        if self.is_rtl:
            section._sectPr.append(OxmlElement("w:bidi"))

    def _properties(self, title: str) -> None:
        about = self.document.core_properties
        about.title, about.language, about.author, about.comments = title[:255], self.lang, "", ""
        about.created = about.modified = WRITTEN
        about.last_modified_by = ""

    def _styles(self) -> None:
        styles = self.document.styles
        normal = styles["Normal"]
        normal.font.name, normal.font.size = FONT, Pt(10.5)
        normal.paragraph_format.space_after = Pt(4)
        self._speak(normal)
        for name, base, size, bold, italic, colour, before, after, keeps in _STYLES:
            style = styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
            style.base_style = styles[base]
            style.font.size, style.font.bold, style.font.italic = Pt(size), bold, italic
            style.font.color.rgb = colour
            style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(before), Pt(after)
            style.paragraph_format.keep_with_next = keeps
        for name, size in (("Title", 22), ("Heading 1", 15), ("Heading 2", 12.5), ("Heading 3", 11)):
            style = styles[name]
            style.font.name, style.font.size, style.font.color.rgb = FONT, Pt(size), INK if name == "Title" else ACCENT
            self._plain_fonts(style)
            style.paragraph_format.space_before = Pt(0 if name == "Title" else 14 if name == "Heading 1" else 10)
            style.paragraph_format.space_after = Pt(6 if name == "Title" else 4)
            style.paragraph_format.keep_with_next = True
        borders = styles["Table Grid"].element.find(f".//{qn('w:tblBorders')}")
        for border in borders:
            border.set(qn("w:color"), RULE)
        for name in ("Header", "Footer"):
            styles[name].font.size, styles[name].font.color.rgb = Pt(9), GREY

    def _speak(self, style) -> None:
        """The language of the whole text, for whoever checks its spelling or reads it aloud."""
        marks = style.element.get_or_add_rPr()
        fonts = marks.find(qn("w:rFonts"))
        fonts.set(qn("w:cs"), "Arial")
        language = OxmlElement("w:lang")
        language.set(qn("w:val"), "en-GB" if self.is_rtl or self.lang == "en" else self.lang)
        if self.is_rtl:
            language.set(qn("w:bidi"), self.lang)
        marks.append(language)

    def _plain_fonts(self, style) -> None:
        """Without the theme's fonts, which would go before ours."""
        fonts = style.element.get_or_add_rPr().find(qn("w:rFonts"))
        for key in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{key}"), None)
        fonts.set(qn("w:hAnsi"), FONT)
