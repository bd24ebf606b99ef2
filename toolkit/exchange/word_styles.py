"""How a document for a word processor looks: its styles, its language, the direction of writing."""

from __future__ import annotations

from docx.document import Document as WordDocument
from docx.enum.style import WD_STYLE_TYPE
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt, RGBColor
from docx.styles.style import ParagraphStyle

FONT, COMPLEX_FONT = "Calibri", "Arial"
INK, GREY, ACCENT = RGBColor(0x1F, 0x29, 0x33), RGBColor(0x52, 0x5F, 0x6B), RGBColor(0x0B, 0x5C, 0x6B)
SHADE, RULE = "E8EEF0", "A9B7BD"
SIZE = 10.5
# Name, size, bold, italic, colour, space before and after, keeps with what follows
STYLES = (
    ("Purpose", 12, False, False, GREY, 0, 10, False),
    ("Kicker", 10, True, False, ACCENT, 0, 2, True),
    ("Question", 11, True, False, INK, 10, 2, True),
    ("Help", 9.5, False, False, GREY, 0, 2, True),
    ("Remark", 9.5, False, False, GREY, 2, 2, False),
    ("Condition", 10, False, True, ACCENT, 0, 2, True),
    ("Suggestion", 10.5, False, True, INK, 2, 4, True),
    ("Choice", 10.5, False, False, INK, 0, 1, False),
    ("Code", 9.5, False, False, INK, 0, 4, False),
    ("Space", 10.5, False, False, GREY, 3, 2, False),
    ("Gap", 5, False, False, GREY, 0, 0, False),
    ("Cell", 9.5, False, False, INK, 2, 2, False),
    ("Cell head", 9.5, True, False, INK, 2, 2, True),
)
# Name, size, colour, space before and after
HEADINGS = (
    ("Title", 22, INK, 0, 6),
    ("Heading 1", 15, ACCENT, 14, 4),
    ("Heading 2", 12.5, ACCENT, 10, 4),
    ("Heading 3", 11, ACCENT, 10, 4),
    ("Heading 4", 10.5, ACCENT, 8, 2),
)
# What the size of Arabic and Hebrew letters stands before
_AFTER_SIZE = ("w:highlight", "w:u", "w:effect", "w:bdr", "w:shd", "w:vertAlign", "w:rtl", "w:cs", "w:lang")
_EAST_ASIAN = ("zh", "ja", "ko")
# Parts of the library's own empty document that say nothing about ours
_STRANGE = (
    "http://schemas.openxmlformats.org/package/2006/relationships/metadata/thumbnail",
    "http://schemas.microsoft.com/office/2007/relationships/stylesWithEffects",
    RELATIONSHIP_TYPE.CUSTOM_XML,
)


def dress(document: WordDocument, lang: str, *, is_rtl: bool) -> None:
    """Give an empty document our styles."""
    for relations in (document.part.rels, document.part.package.rels):
        for key in [key for key, relation in relations.items() if relation.reltype in _STRANGE]:
            del relations[key]
    _be_modern(document)
    styles = document.styles
    normal = styles["Normal"]
    _plain_fonts(normal)
    _sized(normal, SIZE)
    normal.paragraph_format.space_after = Pt(4)
    _speak(normal, lang, is_rtl=is_rtl)
    for name, size, bold, italic, colour, before, after, keeps in STYLES:
        style = styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = normal
        _sized(style, size)
        style.font.bold = style.font.cs_bold = bold
        style.font.italic = style.font.cs_italic = italic
        _spaced(style, colour, before, after, keeps=keeps)
    for name, size, colour, before, after in HEADINGS:
        style = styles[name]
        _plain_fonts(style)
        _sized(style, size)
        style.font.bold = style.font.cs_bold = name != "Title"
        style.font.italic = style.font.cs_italic = False
        _spaced(style, colour, before, after, keeps=True)
    for name in ("Header", "Footer"):
        _sized(styles[name], 9)
        styles[name].font.color.rgb = GREY
    styles["Code"].font.name = "Consolas"
    styles["Suggestion"].paragraph_format.left_indent = Pt(10)
    for border in styles["Table Grid"].element.find(f".//{qn('w:tblBorders')}"):
        border.set(qn("w:color"), RULE)
    line = styles["Title"].element.find(f".//{qn('w:pBdr')}/{qn('w:bottom')}")
    line.attrib.pop(qn("w:themeColor"), None)
    line.set(qn("w:color"), str(ACCENT))


def _be_modern(document: WordDocument) -> None:
    """Without this, Word takes the file for one of 2010 and says so in the title of its window."""
    for setting in document.settings.element.iter(qn("w:compatSetting")):
        if setting.get(qn("w:name")) == "compatibilityMode":
            setting.set(qn("w:val"), "15")


def _sized(style: ParagraphStyle, size: float) -> None:
    """A size for all scripts: Word keeps that of Arabic and Hebrew apart."""
    style.font.size = Pt(size)
    marks = style.element.get_or_add_rPr()
    for old in marks.findall(qn("w:szCs")):
        marks.remove(old)
    mark = OxmlElement("w:szCs")
    mark.set(qn("w:val"), str(int(size * 2)))
    marks.insert_element_before(mark, *_AFTER_SIZE)


def _spaced(style: ParagraphStyle, colour: RGBColor, before: float, after: float, *, keeps: bool) -> None:
    style.font.color.rgb = colour
    layout = style.paragraph_format
    layout.space_before, layout.space_after, layout.keep_with_next = Pt(before), Pt(after), keeps


def _speak(style: ParagraphStyle, lang: str, *, is_rtl: bool) -> None:
    """The language of the whole text, for whoever checks its spelling or reads it aloud."""
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "en-GB")
    kind = "w:bidi" if is_rtl else "w:eastAsia" if lang.split("-")[0] in _EAST_ASIAN else "w:val"
    language.set(qn(kind), "en-GB" if lang == "en" else lang)
    style.element.get_or_add_rPr().append(language)


def _plain_fonts(style: ParagraphStyle) -> None:
    """Our fonts, without the theme's, which would go before them."""
    style.font.name = FONT
    fonts = style.element.rPr.find(qn("w:rFonts"))
    for key in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{key}"), None)
    fonts.set(qn("w:cs"), COMPLEX_FONT)
