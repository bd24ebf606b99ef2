"""The same rendering on paper: margins, scripts, tags, and a PDF that is made once however many ask."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pypdfium2
import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from PIL import Image, ImageDraw, ImageFont
from pypdfium2 import raw

from tests.factories import make_organization, make_partnership, make_programme
from tests.factories.toolkit import make_document, make_tool, make_writer
from toolkit.actions.submitting import submit_part
from toolkit.rendering import pdf as door
from toolkit.rendering.html import blank_pdf, document_pdf, render_document
from toolkit.rendering.pdf import RenderFailed
from toolkit.rendering.store import pdf_for

from .pdfs import ink, likeness, links_in, opened, text_of

pytestmark = pytest.mark.django_db

COORDINATOR = make_writer("coordinator")
SCALE = 4

FORM = """
  - group: names
    label: {en: Names}
    items:
      - {id: f_cyrillic, name: cyrillic, type: text, label: {en: One}}
      - {id: f_arabic, name: arabic, type: text, label: {en: Two}}
      - {id: f_ethiopic, name: ethiopic, type: text, label: {en: Three}}
      - {id: f_vietnamese, name: vietnamese, type: text, label: {en: Four}}
      - {id: f_words, name: words, type: long_text, label: {en: Words}}
      - {id: f_site, name: site, type: url, label: {en: Site}}
      - {id: f_papers, name: papers, type: file, label: {en: Papers}}
      - {id: f_signed, name: signed, type: signature, label: {en: Signed by}}
  - repeat: costs
    id: r_costs
    label: {en: Costs}
    items:
      - {id: f_item, name: item, type: text, label: {en: Cost item}}
      - {id: f_amount, name: amount, type: decimal, label: {en: Amount}}
"""
SCRIPTS = {
    "cyrillic": ("TwinSans", "uk", "ltr", "Міська лікарня Щукі"),
    "arabic": ("TwinArabic", "ar", "rtl", "المستشفى الجامعي"),
    "ethiopic": ("TwinEthiopic", "am", "ltr", "ጥቁር አንበሳ ሆስፒታል"),
    "vietnamese": ("TwinSans", "vi", "ltr", "Bệnh viện Đa khoa Ấế"),
}


@pytest.fixture
def document(alice):
    partnership = make_partnership(
        coordinator=alice,
        name="Київ – Oslo",
        programme=make_programme(name="Care together"),
        host=make_organization(name="Kyiv Hospital"),
    )
    return make_document(partnership=partnership, version=make_tool(form=FORM, slug="trip-report", title="Trip report"))


def answered(document, **answers):
    response = document.responses.get()
    response.answers = answers
    response.save(update_fields=["answers"])
    response.document = document
    return response


def test_margins_of_every_page(document):
    rows = [{"_row": f"row{n:04d}", "f_item": f"Item {n}", "f_amount": str(n)} for n in range(80)]
    response = answered(document, r_costs=rows)
    submit_part(response, by=COORDINATOR)
    document.refresh_from_db()

    pdf, name = document_pdf(document, writer=COORDINATOR)

    assert name == f"{document.reference}-trip-report.pdf"
    pages = text_of(pdf).split("Cost item")
    assert len(pages) >= 3  # the head of the table comes back on every page it runs over
    text = text_of(pdf)
    with opened(pdf) as made:
        count = len(made.pages)
        assert made.Root.Lang == "en"
        assert str(made.docinfo.Title) == "Trip report"
        assert "/StructTreeRoot" in made.Root
    for number in range(1, count + 1):
        assert f"Page {number} of {count}" in text
    assert text.count("Care together · Київ – Oslo") == count - 1
    foot = f"{document.reference} · version 1 · {response.submissions.get().content_hash[:12]}"
    assert text.count(foot) == count
    assert "DRAFT" not in text.upper()


def test_draft_says_so_on_every_page(document):
    answered(document, f_words="\n\n".join(["A long paragraph about the visit. " * 12] * 30))

    pdf, _name = document_pdf(document, writer=COORDINATOR)

    with opened(pdf) as made:
        count = len(made.pages)
    assert count > 1
    assert text_of(pdf).upper().count("DRAFT") == count


@pytest.mark.parametrize("script", SCRIPTS)
def test_script_is_read_and_drawn_right_in_a_document(document, script):
    font, lang, direction, words = SCRIPTS[script]
    answered(document, **{f"f_{script}": words})

    pdf, _name = document_pdf(document, writer=COORDINATOR)

    assert words in text_of(pdf)
    assert likeness(drawn(words, font=font, lang=lang, direction=direction), seen(pdf, words)) > 0.55


def seen(pdf: bytes, words: str) -> Image.Image:
    """The place where ``words`` stand on the first page, as a picture."""
    opened_pdf = pypdfium2.PdfDocument(pdf)
    page = opened_pdf[0]
    height = page.get_height()
    text = page.get_textpage()
    index, count = text.search(words).get_next()
    boxes = [text.get_charbox(n, loose=True) for n in range(index, index + count)]
    left, bottom = min(box[0] for box in boxes), min(box[1] for box in boxes)
    right, top = max(box[2] for box in boxes), max(box[3] for box in boxes)
    picture = page.render(scale=SCALE, grayscale=True).to_pil().convert("L")
    place = (left - 1, height - top - 1, right + 1, height - bottom + 1)
    return ink(picture.crop(tuple(round(edge * SCALE) for edge in place)))


def drawn(words: str, *, font: str, lang: str, direction: str) -> Image.Image:
    """The words as the font file itself draws them."""
    used = ImageFont.truetype(
        Path(settings.VAR_DIR) / "fonts" / f"{font}-Regular.ttf", 10 * SCALE, layout_engine=ImageFont.Layout.RAQM
    )
    picture = Image.new("L", (2000, 300), 255)
    ImageDraw.Draw(picture).text((100, 100), words, fill=0, font=used, direction=direction, language=lang)
    return ink(picture)


def test_links_on_paper_are_web_addresses_alone(document):
    answered(document, f_site="https://example.org/a", f_papers=[{"id": "abc", "name": "plan.pdf", "size": 1}])

    pdf, _name = document_pdf(document, writer=COORDINATOR)

    assert links_in(pdf) == ["https://example.org/a"]
    assert "plan.pdf" in text_of(pdf)


def test_signature_that_is_missing_has_lines_on_paper(document):
    pdf, _name = document_pdf(document, writer=COORDINATOR)

    text = text_of(pdf)
    assert "Signature" in text
    assert "Not signed yet" not in text


def test_hostile_answers_print_as_text(document):
    typed = "<style>*{display:none}</style><img src=file:///etc/passwd> {{ 7 }} javascript:alert(1)"
    answered(document, f_cyrillic=typed, f_words=typed, f_site="javascript:alert(1)")

    pdf, _name = document_pdf(document, writer=COORDINATOR)

    assert "<style>" in text_of(pdf)
    assert links_in(pdf) == []


def test_blank_form_prints(document):
    pdf, name = blank_pdf(document.version)

    assert name == f"{document.version.form.number}-trip-report-blank.pdf"
    text = text_of(pdf)
    assert "Cost item" in text
    assert "Page 1 of" in text
    assert document.version.content_hash[:12] in text


def test_size_of_the_paper_is_a_setting(document, settings):
    html = render_document(document, responses=list(document.responses.all()), reader=COORDINATOR, is_paper=True)
    settings.PAPER = "Letter"
    letter = render_document(document, responses=list(document.responses.all()), reader=COORDINATOR, is_paper=True)

    for made, size in ((html, (595, 842)), (letter, (612, 792))):
        with opened(pdf_for(made)) as pdf:
            box = [float(edge) for edge in pdf.pages[0].MediaBox]
            assert (round(box[2]), round(box[3])) == size


def test_pdf_is_made_once_however_many_ask(document):
    html = render_document(document, responses=list(document.responses.all()), reader=COORDINATOR, is_paper=True)
    html = html.replace("Trip report", "Asked by twenty")
    before = door._pool().tally.done

    with ThreadPoolExecutor(20) as people:
        made = list(people.map(lambda _n: pdf_for(html), range(20)))

    assert len(set(made)) == 1
    assert door._pool().tally.done == before + 1
    assert pdf_for(html) == made[0]
    assert door._pool().tally.done == before + 1


def test_document_that_failed_is_refused_at_once_for_a_while(settings):
    settings.PDF_MAX_PAGES = 1
    html = "<!DOCTYPE html><html lang=en><title>x</title>" + "<p style='break-after: page'>page" * 3
    with pytest.raises(RenderFailed) as first:
        pdf_for(html)
    failed = dict(door._pool().tally.failed)

    with pytest.raises(RenderFailed) as second:
        pdf_for(html)

    assert first.value.reason == second.value.reason == "pages"
    assert second.value.message == str(first.value.message)
    assert dict(door._pool().tally.failed) == failed


@pytest.mark.parametrize(("name", "most"), [("print", 14_000), ("print-fill", 3_000), ("print-link", 1_000)])
def test_print_styles_are_small_and_lay_nothing_out_with_flex_or_grid(name, most):
    with open(finders.find(f"css/{name}.css"), encoding="utf-8") as file:
        css = file.read()

    assert len(css.encode()) <= most
    assert "flex" not in css
    assert "grid" not in css


RIGHT_TO_LEFT = """
  - {id: f_late, name: late, type: yes_no, label: {en: Late, ar: هل تأخرت؟}}
  - {id: f_state, name: state, type: select_one state, label: {en: State, ar: الحالة}}
"""
STATES = """\
choices:
  state:
    - {name: a, label: {en: The first of them all that there are to choose from, ar: الأول}}
    - {name: b, label: {en: The second of them all that there are to choose from, ar: الثاني}}
    - {name: c, label: {en: Third, ar: الثالث}}
    - {name: d, label: {en: Fourth, ar: الرابع}}
    - {name: e, label: {en: Fifth, ar: الخامس}}
    - {name: f, label: {en: Sixth, ar: السادس}}
"""


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_boxes_stand_at_the_margin_and_on_the_line_of_their_words(lang):
    version = make_tool(form=RIGHT_TO_LEFT, extra=STATES, languages="en, ar")
    pdf, _name = blank_pdf(version, lang=lang)

    document = pypdfium2.PdfDocument(pdf)
    sheet = document[0].get_textpage()
    count = sheet.count_chars()
    letters = [(chr(raw.FPDFText_GetUnicode(sheet, n)), sheet.get_charbox(n)) for n in range(count)]
    boxes = [box for letter, box in letters if letter == "☐"]
    edge = max if lang == "ar" else min
    side = 2 if lang == "ar" else 0
    margin = edge(box[side] for letter, box in letters if letter.strip())
    document.close()

    lines = {round(box[1]) for box in boxes}
    assert len(boxes) == 2 + 6
    # Yes and no beside each other, then three lines of two
    assert len(lines) == 1 + 3
    for line in lines:
        assert abs(edge(box[side] for box in boxes if round(box[1]) == line) - margin) < 4
