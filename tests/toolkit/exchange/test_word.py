"""Forms as documents for a word processor, read back with the library that wrote them."""

import io
import json
import zipfile

import pytest
from docx import Document
from docx.oxml.ns import qn
from lxml import etree

from tests.toolkit.rendering.shipped import shipped
from tests.toolkit.schema.forms import group, item, table, tool
from toolkit.actions.library import read_all
from toolkit.exchange.word import to_docx
from toolkit.exchange.word_html import write_html
from toolkit.exchange.word_paper import Paper
from toolkit.schema.definition import Definition, tr
from toolkit.schema.parsing import parse
from twinning.markdown import markdown_html

HOSTILE = "a\x00b\x07c\x1b\u202ed\ufffe\ud800e <w:p/> & ]]> ${x} {{ y }}"


def read(content: bytes):
    return Document(io.BytesIO(content))


def lines(document, style: str = "") -> list[str]:
    """The paragraphs outside tables, of one style or of all."""
    return [each.text for each in document.paragraphs if not style or each.style.name == style]


def text_of(root) -> str:
    """All that is written, tables and all, in the order of the paper."""
    return "\n".join("".join(each.itertext()) for each in root.iter(qn("w:p")))


def arabic() -> Definition:
    def ar(en: str, words: str) -> dict[str, str]:
        return {"en": en, "ar": words}

    return parse(
        tool(
            group(
                "visit",
                item(
                    "f_ward",
                    "select_one wards",
                    label=ar("Ward", "القسم"),
                    required=True,
                    hint=ar("As on the door.", "كما هو مكتوب على الباب."),
                ),
                item("f_day", "date", label=ar("Day", "اليوم")),
                item("f_why", "long_text", label=ar("What was seen", "ما الذي شوهد"), relevant="${ward} = 'icu'"),
                item("f_sign", "signature", label=ar("Signature", "التوقيع")),
                label=ar("The visit", "الزيارة"),
                guidance=ar("Write **clearly**.", "اكتب **بوضوح** من فضلك."),
            ),
            table(
                "needs",
                item("f_thing", "text", label=ar("Thing", "الشيء")),
                item("f_beds", "integer", label=ar("Number", "العدد"), unit=ar("pieces", "قطع")),
                label=ar("What is needed", "ما يلزم"),
                totals=["beds"],
            ),
            title=ar("Ward visit", "زيارة القسم"),
            purpose=ar("What was seen on one ward.", "ما شوهد في قسم واحد وما يترتب عليه في مستشفى Hope."),
            guidance=ar(
                "1. Go\n2. Look", "1. اذهب إلى القسم\n2. انظر حولك\n\n| الخطوة | الوقت |\n|-|-|\n| **أولا** | 10 |"
            ),
            languages=["en", "ar"],
            choices={
                "wards": [
                    {"name": "icu", "label": ar("Intensive care", "العناية المركزة")},
                    {"name": "er", "label": ar("Emergency", "الطوارئ")},
                ]
            },
        )
    )


def numbering_of(paragraph) -> int:
    return paragraph._p.pPr.numPr.numId.val


# What the format says about the order of marks; Word calls a file damaged that does not keep to it.
ORDER = {
    "pPr": "pStyle keepNext keepLines pageBreakBefore widowControl numPr pBdr shd tabs bidi adjustRightInd snapToGrid "
    "spacing ind contextualSpacing jc outlineLvl rPr sectPr",
    "rPr": "rStyle rFonts b bCs i iCs caps smallCaps strike noProof color spacing w kern position sz szCs highlight u "
    "bdr shd vertAlign rtl cs lang",
    "tblPr": "tblStyle bidiVisual tblStyleRowBandSize tblStyleColBandSize tblW jc tblInd tblBorders shd tblLayout "
    "tblCellMar tblLook",
    "tcPr": "tcW gridSpan tcBorders shd vAlign",
    "sectPr": "headerReference footerReference type pgSz pgMar cols titlePg bidi docGrid",
}


def disorders(root) -> list[str]:
    found = []
    for name, order in ORDER.items():
        known = order.split()
        for element in root.iter(qn(f"w:{name}")):
            marks = [etree.QName(mark).localname for mark in element]
            strange = [mark for mark in marks if mark not in known]
            once = name == "sectPr" or len(marks) == len(set(marks))
            if strange or not once or marks != sorted(marks, key=known.index):
                found.append(f"{name}: {' '.join(marks)}")
    return found


# The shipped tools


def test_every_tool_of_the_library_says_in_word_what_it_asks():
    missing = []
    for form, _example in read_all():
        with zipfile.ZipFile(io.BytesIO(to_docx(form, "en"))) as parts:
            root = etree.fromstring(parts.read("word/document.xml"))
        text = text_of(root)
        asked = [tr(form.title, "en"), tr(form.purpose, "en")]
        asked += [tr(item.label, "en") for item in form.items if item.repeat is None and item.kind != "note"]
        for question in form.items:
            if question.list and question.repeat is None:
                asked += [tr(choice.label, "en") for choice in form.lists[question.list]]
        missing += [f"{form.tool}: {words}" for words in asked if " ".join(words.split()) not in text]
        missing += [f"{form.tool}: {fault}" for fault in disorders(root)]
        if form.body:
            assert "The text of the document" in text
            assert "{{" not in text
            assert "{%" not in text

    assert missing == []


def test_a_form_has_numbered_questions_with_their_help_and_room_for_the_answer():
    form = shipped("trip-report")
    document = read(to_docx(form, "en", version=3))

    assert lines(document, "Title") == ["Trip report"]
    assert lines(document, "Kicker") == ["Report · 4.1"]
    assert lines(document, "Heading 1")[:2] == ["How to use it", "Your trip"]
    numbered = [line for line in lines(document) if line[:1].isdigit() and ". " in line[:4]]
    assert [int(line.split(".")[0]) for line in numbered] == list(range(1, len(numbered) + 1))
    assert "1. Exchange  required" in lines(document, "Question")
    assert "The title of the exchange, as in the exchange request." in lines(document, "Help")
    assert "☐ Yes     ☐ No" in lines(document, "Choice")
    assert "Answer only if “Could this become a success story?” is “Yes”." in lines(document, "Condition")
    objectives = next(table for table in document.tables if table.cell(0, 0).text == "Objective *")
    assert [cell.text for cell in objectives.rows[0].cells] == ["Objective *", "Achieved? *", "What happened *"]
    assert objectives.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
    assert [cell.text for cell in objectives.rows[1].cells] == ["", "☐ Fully\n☐ Partly\n☐ Not achieved", ""]
    section = document.sections[0]
    assert section.header.paragraphs[0].text == "4.1 Trip report · version 3"
    fields = [field.get(qn("w:instr")) for field in section.footer._element.iter(qn("w:fldSimple"))]
    assert fields == ["PAGE", "NUMPAGES"]
    assert "version" not in read(to_docx(form)).sections[0].header.paragraphs[0].text


def test_a_document_shows_its_text_with_the_gaps_named_in_brackets_and_then_its_questions():
    document = read(to_docx(shipped("memorandum-of-understanding"), "en"))
    told = lines(document)

    assert "This memorandum of understanding for the partnership [name of the partnership] is made between:" in told
    assert "[Background]" in told
    assert told.index("[Background]") < told.index("The questions") < told.index("The parties")
    questions = next(each for each in document.paragraphs if each.text == "The questions")
    assert questions.style.name == "Heading 1"
    assert questions.paragraph_format.page_break_before
    assert next(each for each in document.paragraphs if each.text == "The parties").style.name == "Heading 2"
    clause = next(each for each in document.paragraphs if each.style.name == "Suggestion")
    assert clause.text.startswith("The parties work together as equals.")
    assert clause.style.paragraph_format.keep_with_next
    names = [row.cells[0].text for row in document.tables[1].rows]
    assert names[:3] == ["Organization *", "Legal name", "Short name"]


def test_wide_tables_lie_on_wide_pages():
    document = read(to_docx(shipped("needs-assessment"), "en"))

    turned = [section.page_width > section.page_height for section in document.sections]
    assert turned[0] is False
    assert True in turned
    widest = max(each.page_width - each.left_margin - each.right_margin for each in document.sections)
    assert all(sum(column.width for column in grid.columns) <= widest for grid in document.tables)


def test_a_form_speaks_the_language_asked_for_and_else_its_first():
    form = shipped("patient-satisfaction-survey")
    french = read(to_docx(form, "fr-CA"))

    assert lines(french, "Title") == ["Enquête de satisfaction auprès des patients et usagers"]
    assert french.styles["Normal"].element.rPr.find(qn("w:lang")).get(qn("w:val")) == "fr"
    assert french.core_properties.language == "fr"
    assert "☐ 😠 Très mal     ☐ 😞 Mal" in "\n".join(lines(french, "Choice"))
    assert lines(read(to_docx(form, "sw")), "Title") == ["Client and patient satisfaction survey"]


def test_arabic_runs_from_right_to_left():
    document = read(to_docx(arabic(), "ar", version=2))
    marks = document.styles["Normal"].element.rPr.find(qn("w:lang"))

    assert marks.get(qn("w:bidi")) == "ar"
    title = next(each for each in document.paragraphs if each.style.name == "Title")
    assert title.text == "زيارة القسم"
    assert title._p.pPr.find(qn("w:bidi")) is not None
    assert title.runs[0].font.rtl
    question = next(each for each in document.paragraphs if each.style.name == "Question")
    assert question.text.startswith("1. القسم")
    assert question._p.pPr.find(qn("w:bidi")) is not None
    assert all(table._tblPr.find(qn("w:bidiVisual")) is not None for table in document.tables)
    assert all(len(section._sectPr.findall(qn("w:bidi"))) == 1 for section in document.sections)
    # Our own words are translated, and begin where all others do.
    grow = next(each for each in document.paragraphs if each.text == "أضيفوا ما تحتاجون إليه من صفوف.")
    assert grow._p.pPr.find(qn("w:bidi")) is not None
    bold = next(run for each in document.paragraphs for run in each.runs if run.text == "بوضوح")
    assert (bold.font.bold, bold.font.cs_bold, bold.font.rtl) == (True, True, True)
    heading = document.styles["Heading 1"].element.rPr
    assert heading.find(qn("w:szCs")).get(qn("w:val")) == heading.find(qn("w:sz")).get(qn("w:val")) == "30"
    assert disorders(document.element) == []
    assert disorders(document.styles.element) == []


def test_our_words_in_a_language_that_we_do_not_know_read_as_they_run_at_the_side_where_all_others_begin():
    persian = json.loads(json.dumps(arabic().written).replace('"ar"', '"fa"'))

    document = read(to_docx(parse(persian), "fa"))

    grow = next(each for each in document.paragraphs if each.text == "Add as many rows as you need.")
    assert grow._p.pPr.find(qn("w:bidi")) is None
    assert grow._p.pPr.jc.val == 2


# Markdown


def test_guidance_keeps_its_headings_lists_tables_and_emphasis():
    text = (
        "# First\n\n1. one\n2. **two**\n   - inner\n\n   more\n\n## Second\n\n1. uno\n\nBreak  \nhere, *so* `it` is.\n"
        "\n5. five\n\n> said\n\n    kept\n      as it is\n\n|Step|Minutes|\n|-|-|\n|**Go** [on](https://a.example)|5|\n"
    )
    paper = Paper(lang="en", direction="ltr", title="x")
    write_html(paper, str(markdown_html(text)), top=2)
    document = read(paper.content())
    told = {each.text: each for each in document.paragraphs}

    assert told["First"].style.name == "Heading 2"
    assert told["Second"].style.name == "Heading 3"
    assert told["inner"].style.name == "List Bullet 2"
    assert told["more"].style.name == "List Continue"
    assert told["said"].style.name == "Quote"
    assert told["kept\n  as it is"].style.name == "Code"
    assert told["Break\nhere, so it is."].style.name == "Normal"
    assert told["two"].runs[0].bold
    assert numbering_of(told["one"]) == numbering_of(told["two"]) != numbering_of(told["uno"])
    starts = {
        number.numId: number.find(f".//{qn('w:startOverride')}").get(qn("w:val"))
        for number in document.part.numbering_part.element.num_lst
        if number.find(f".//{qn('w:startOverride')}") is not None
    }
    assert [starts[numbering_of(told[name])] for name in ("one", "uno", "five")] == ["1", "1", "5"]
    (table,) = document.tables
    assert [cell.text for cell in table.rows[0].cells] == ["Step", "Minutes"]
    assert table.cell(0, 0).paragraphs[0].style.name == "Cell head"
    cell = table.cell(1, 0).paragraphs[0]
    assert cell.runs[0].bold
    assert cell.hyperlinks[0].address == "https://a.example"


# Bad texts


def test_no_text_breaks_a_document():
    paper = Paper(lang="en", direction="ltr", title=HOSTILE)
    paper.frame(HOSTILE, "{page} {pages} {odd} | }")
    paper.heading(HOSTILE, 1)
    paper.box(text=HOSTILE)
    paper.write("x" * 3_000_000)
    for text in (
        HOSTILE.replace("\ud800", ""),
        "".join(f"{'  ' * n}- a\n" for n in range(200)),
        ">" * 200 + "deep",
        "|\n|-|\n",
        "[x](<a b>)",
    ):
        write_html(paper, str(markdown_html(text)))
    document = read(paper.content())

    assert lines(document, "Heading 1") == ["abcde <w:p/> & ]]> ${x} {{ y }}"]
    assert document.tables[0].cell(0, 0).text == "abcde <w:p/> & ]]> ${x} {{ y }}"
    assert max(map(len, lines(document))) == 3_000_000
    assert document.sections[0].footer.paragraphs[0].text.count("{odd}") == 1


def test_a_form_of_hostile_texts_is_a_sound_document():
    label = {"en": "<w:p/> & ]]> ${x} {{ y }} %(name)s"}
    form = parse(
        tool(
            group("g", item("f_a", "text", label=label), item("f_b", "select_one list", label=label), guidance=label),
            table("t", item("f_c", "long_text", label=label), label=label),
            title=label,
            body={"en": "{% for row in answers.t %}{{ row.c }}{% endfor %} <b>{{ answers.a }}</b>"},
            kind="document",
            choices={"list": [{"name": "one", "label": label}]},
        )
    )
    document = read(to_docx(form))

    assert lines(document, "Title") == [label["en"]]
    assert lines(document, "Choice") == [f"☐ {label['en']}"]
    assert f"[{label['en']}] <b>[{label['en']}]</b>" in lines(document)


def test_the_same_form_gives_the_same_bytes_without_a_date():
    form = arabic()
    content = to_docx(form, "ar")

    assert content == to_docx(form, "ar")
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        assert {entry.date_time for entry in parts.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert not [name for name in parts.namelist() if "thumbnail" in name or "customXml" in name]
        assert b"2000-01-01T00:00:00Z" in parts.read("docProps/core.xml")


@pytest.mark.parametrize("language", ["", "..", "ar; drop", "x" * 500])
def test_an_odd_language_is_the_first_one(language):
    assert lines(read(to_docx(arabic(), language)), "Title") == ["Ward visit"]
