"""A sheet of paper for a word processor: paragraphs, lists, tables, page numbers, and the direction of writing."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Sequence
from functools import lru_cache

from docx import Document
from docx.document import Document as WordDocument
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.table import WD_ROW_HEIGHT_RULE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.table import CT_Tbl
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.section import Section
from docx.shared import Cm, Length, Pt
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from toolkit.exchange.archive import without_dates
from toolkit.exchange.word_styles import ACCENT, GREY, SHADE, dress
from toolkit.rendering.plain import UNSEEN, direction_of

A4 = (Cm(21), Cm(29.7))
MARGIN = Cm(2)
WRITTEN = dt.datetime.fromisoformat("2000-01-01T00:00:00")
# What Word asks to stand behind a mark that is put in by hand
_AFTER_BIDI = ("w:adjustRightInd", "w:snapToGrid", "w:spacing", "w:ind", "w:contextualSpacing", "w:jc", "w:rPr")
_AFTER_VISUAL = ("w:tblW", "w:jc", "w:tblInd", "w:tblBorders", "w:tblLayout", "w:tblLook")
_AFTER_SECTION_BIDI = ("w:rtlGutter", "w:docGrid")


class Paper:
    """A document that is written from top to bottom."""

    def __init__(self, *, lang: str, direction: str, title: str):
        self.lang, self.is_rtl = lang, direction == "rtl"
        self.document: WordDocument = Document(io.BytesIO(_empty(lang, is_rtl=self.is_rtl)))
        self._properties(title)
        self.style_ids = {style.name: style.style_id for style in self.document.styles}
        self.room = 0
        self._numbered = _Numbering(self.document)
        section = self.document.sections[0]
        section.page_width, section.page_height = A4
        self._laid_out(section)

    def content(self) -> bytes:
        made = io.BytesIO()
        self.document.save(made)
        return without_dates(made.getvalue())

    # Text

    def write(self, text: str, style: str = "Normal", *, keeps: bool = False) -> Paragraph:
        """A paragraph. ``keeps`` holds it on the page of what follows."""
        paragraph = self.styled(Paragraph(self._appended(OxmlElement("w:p")), self.document._body), style)
        if keeps:
            paragraph.paragraph_format.keep_with_next = True
        if text:
            self.add(paragraph, text)
        return self.turned(paragraph, text)

    def styled(self, paragraph: Paragraph, style: str) -> Paragraph:
        """Set a style by what its name stands for, which the library would look up anew each time."""
        if style != "Normal":
            mark = OxmlElement("w:pStyle")
            mark.set(qn("w:val"), self.style_ids[style])
            paragraph._p.get_or_add_pPr().insert(0, mark)
        return paragraph

    def heading(self, text: str, level: int) -> Paragraph:
        return self.write(text, "Title" if level == 0 else f"Heading {min(level, 4)}")

    def add(self, paragraph: Paragraph, text: str, *, bold: bool | None = None, italic: bool | None = None) -> Run:
        text = UNSEEN.sub("", text.replace("\r\n", "\n"))
        run = paragraph.add_run(text)
        is_rtl = direction_of(text) == "rtl"
        for said, mark, complex_mark in ((bold, "bold", "cs_bold"), (italic, "italic", "cs_italic")):
            if said is not None:
                setattr(run.font, mark, said)
                if is_rtl:
                    setattr(run.font, complex_mark, said)
        if is_rtl:
            run.font.rtl = True
        return run

    def small(self, paragraph: Paragraph, text: str) -> None:
        """A grey remark at the end of a line."""
        run = self.add(paragraph, f"  {text}", bold=False)
        run.font.size, run.font.color.rgb = Pt(9), GREY

    def turned(self, paragraph: Paragraph, text: str = "") -> Paragraph:
        """A paragraph that begins where the language does, and runs as its own words do."""
        if self.is_rtl and direction_of(text) != "ltr":
            paragraph._p.get_or_add_pPr().insert_element_before(OxmlElement("w:bidi"), *_AFTER_BIDI)
        elif self.is_rtl and paragraph.alignment is None:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        return paragraph

    def link(self, paragraph: Paragraph, text: str, address: str) -> None:
        relation = paragraph.part.relate_to(address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
        link = OxmlElement("w:hyperlink")
        link.set(qn("r:id"), relation)
        run = self.add(paragraph, text)
        run.font.underline, run.font.color.rgb = True, ACCENT
        link.append(run._r)
        paragraph._p.append(link)

    def number(self, paragraph: Paragraph, numbering: int) -> None:
        """Count a paragraph of a numbered list in ``numbering``, which start_numbering() gave."""
        paragraph._p.get_or_add_pPr().get_or_add_numPr().get_or_add_numId().val = numbering

    def start_numbering(self, style: str, first: int = 1) -> int:
        """Word counts on over all lists of a style unless each has a numbering of its own."""
        return self._numbered.start(style, first)

    def _appended(self, element: BaseOxmlElement) -> BaseOxmlElement:
        """The last of a document is the mark of its section; to look for it among all others takes ever longer."""
        self.document.element.body[-1].addprevious(element)
        return element

    # Tables

    def grid(self, rows: int, widths: Sequence[float]) -> Table:
        """A ruled table; ``widths`` are parts of the width of the page."""
        made = self._appended(CT_Tbl.new_tbl(rows, len(widths), Length(self.room)))
        table = Table(made, self.document._body)
        table._tbl.tblPr.style = self.style_ids["Table Grid"]
        table.autofit = False
        if self.is_rtl:
            table._tblPr.insert_element_before(OxmlElement("w:bidiVisual"), *_AFTER_VISUAL)
        lengths = [Length(int(self.room * width)) for width in widths]
        for column, length in zip(table._tbl.tblGrid.gridCol_lst, lengths, strict=True):
            column.w = length
        for row in table._tbl.tr_lst:  # cell by cell would ask for the whole table each time
            for cell, length in zip(row.tc_lst, lengths, strict=True):
                cell.width = length
        return table

    def fill(self, cell: _Cell, text: str, style: str = "Cell") -> Paragraph:
        paragraph = self.styled(cell.paragraphs[0], style)
        if text:
            self.add(paragraph, text)
        return self.turned(paragraph, text)

    def head(self, table: Table) -> None:
        """Repeat the first row on every page, shaded."""
        row = table.rows[0]
        row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
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
            row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
            row.height, row.height_rule = Cm(height), WD_ROW_HEIGHT_RULE.AT_LEAST

    def box(self, lines: int = 1, text: str = "", *, part: float = 1.0) -> None:
        """A frame to write in: from right to left a wide one, for programs differ on where a narrow one stands."""
        table = self.grid(1, (1.0 if self.is_rtl else part,))
        self.tall(table, 0, 0.75 * lines)
        self.fill(table.cell(0, 0), text, "Space")

    # Pages

    def turn_page(self, *, is_wide: bool) -> None:
        """Go on upon a new page, on its side when it is wide."""
        section = self.document.add_section(WD_SECTION.NEW_PAGE)
        short, long = A4
        section.orientation = WD_ORIENT.LANDSCAPE if is_wide else WD_ORIENT.PORTRAIT
        section.page_width, section.page_height = (long, short) if is_wide else (short, long)
        self._laid_out(section)

    def frame(self, header: str, footer: str) -> None:
        """What stands at the head and the foot of every page. In ``footer``, {page} and {pages} count."""
        section = self.document.sections[0]
        head = section.header.paragraphs[0]
        head.style = "Header"
        self.add(head, header)
        self.turned(head, header)
        foot = section.footer.paragraphs[0]
        foot.style = "Footer"
        foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
        for piece in footer.replace("{", "|{").replace("}", "}|").split("|"):
            if piece in ("{page}", "{pages}"):
                self._count(foot, "PAGE" if piece == "{page}" else "NUMPAGES")
            elif piece:
                self.add(foot, piece)
        self.turned(foot, footer.replace("{page}", "").replace("{pages}", ""))

    def _count(self, paragraph: Paragraph, field: str) -> None:
        element = OxmlElement("w:fldSimple")
        element.set(qn("w:instr"), field)
        run = paragraph.add_run("1")
        element.append(run._r)
        paragraph._p.append(element)

    def _laid_out(self, section: Section) -> None:
        section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = MARGIN
        section.header_distance = section.footer_distance = Cm(1)
        marks = section._sectPr
        if self.is_rtl and marks.find(qn("w:bidi")) is None:
            marks.insert_element_before(OxmlElement("w:bidi"), *_AFTER_SECTION_BIDI)
        self.room = section.page_width - section.left_margin - section.right_margin

    def _properties(self, title: str) -> None:
        about = self.document.core_properties
        about.title, about.language, about.author, about.comments = UNSEEN.sub("", title)[:255], self.lang, "", ""
        about.created = about.modified = WRITTEN
        about.last_modified_by = ""


@lru_cache(maxsize=16)
def _empty(lang: str, *, is_rtl: bool) -> bytes:
    """A dressed document with nothing in it: to dress one takes longer than to read it."""
    document = Document()
    dress(document, lang, is_rtl=is_rtl)
    made = io.BytesIO()
    document.save(made)
    return made.getvalue()


class _Numbering:
    """The numberings of the lists of a document."""

    def __init__(self, document: WordDocument):
        self.styles, self.all = document.styles, document.part.numbering_part.element
        self.last = max(number.numId for number in self.all.num_lst)
        self.kinds: dict[str, int] = {}

    def start(self, style: str, first: int) -> int:
        self.last += 1
        numbering, over = OxmlElement("w:num"), OxmlElement("w:lvlOverride")
        numbering.set(qn("w:numId"), str(self.last))
        over.set(qn("w:ilvl"), "0")
        for parent, name, value in (
            (numbering, "w:abstractNumId", self._kind(style)),
            (over, "w:startOverride", first),
        ):
            mark = OxmlElement(name)
            mark.set(qn("w:val"), str(value))
            parent.append(mark)
        numbering.append(over)
        self.all.append(numbering)
        return self.last

    def _kind(self, style: str) -> int:
        """How the lists of a style count: in letters, in figures."""
        if style not in self.kinds:
            own = self.styles[style].element.pPr.numPr.numId.val
            self.kinds[style] = self.all.num_having_numId(own).abstractNumId.val
        return self.kinds[style]
