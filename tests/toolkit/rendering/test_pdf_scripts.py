"""Pixels, not only text: a wrong glyph reads well to a machine. One picture a script, against the font itself."""

from pathlib import Path

import pytest
from django.conf import settings
from PIL import Image, ImageDraw, ImageFont, features

from toolkit.rendering.fonts import FACES, FONT_STACK
from toolkit.rendering.pdf import html_to_pdf

from .pdfs import SCALE, ink, likeness, page, picture_of, text_of

SIZE = 40
SHEET = (
    "<style>@page { size: 900px 140px; margin: 0 }"
    f"body {{ margin: 20px; font-size: {SIZE}px; white-space: nowrap }} p {{ margin: 0 }}</style>"
)
SCRIPTS = {
    "latin": ("en", "ltr", "TwinSans", "Façade garden №5"),
    "cyrillic": ("uk", "ltr", "TwinSans", "Міська лікарня Щукі"),
    "kazakh": ("kk", "ltr", "TwinSans", "Қазақстан Әңгіме"),
    "vietnamese": ("vi", "ltr", "TwinSans", "Bệnh viện Đa khoa Ấế"),
    "arabic": ("ar", "rtl", "TwinArabic", "المستشفى الجامعي في القاهرة"),
    "ethiopic": ("am", "ltr", "TwinEthiopic", "ጥቁር አንበሳ ሆስፒታል"),
}
SYMBOLS = {
    "boxes": "☐☑☒✔★☆●○",
    "georgian": "საქართველო",
    "armenian": "Հայաստան",
}


def drawn(text: str, *, font: str, lang: str, direction: str) -> Image.Image:
    """The text as the font file itself draws it, without WeasyPrint, Pango or PDF."""
    path = Path(settings.VAR_DIR) / "fonts" / f"{font}.ttf"
    used = ImageFont.truetype(path, SIZE * SCALE, layout_engine=ImageFont.Layout.RAQM)
    picture = Image.new("L", (2400, 400), 255)
    ImageDraw.Draw(picture).text((100, 100), text, fill=0, font=used, direction=direction, language=lang)
    return ink(picture)


def check(pdf: bytes, text: str, *, font: str, lang: str = "en", direction: str = "ltr") -> None:
    seen = ink(picture_of(pdf))
    expected = drawn(text, font=font, lang=lang, direction=direction)
    assert abs(seen.width - expected.width) <= 4
    assert abs(seen.height - expected.height) <= 4
    assert likeness(expected, seen) > 0.75
    # What it would look like with boxes for letters, or with its letters in the wrong order
    boxes = drawn("\uffff" * len(text), font=font, lang=lang, direction=direction)
    wrong = drawn(text[::-1], font=font, lang=lang, direction=direction)
    assert likeness(boxes, seen) < 0.4
    assert likeness(wrong, seen) < 0.5


def test_reference_can_shape_arabic():
    assert features.check("raqm")


@pytest.mark.parametrize("style", ["Regular", "Bold"])
@pytest.mark.parametrize("script", SCRIPTS)
def test_script_looks_and_reads_right(script, style):
    lang, direction, font, text = SCRIPTS[script]
    tag = "b" if style == "Bold" else "p"

    pdf = html_to_pdf(page(f"<{tag}>{text}</{tag}>", head=SHEET, lang=lang, direction=direction), stylesheet=None)

    check(pdf, text, font=f"{font}-{style}", lang=lang, direction=direction)
    assert text_of(pdf) == text


def test_italic_is_a_font_of_its_own():
    pdf = html_to_pdf(page("<em>Больница façade</em>", head=SHEET), stylesheet=None)

    check(pdf, "Больница façade", font="TwinSans-Italic")


@pytest.mark.parametrize("name", SYMBOLS)
def test_signs_and_further_scripts_come_from_the_symbols_font(name):
    if not any(face.family == "Twin Symbols" and face.source() for face in FACES):
        pytest.fail("install fonts-dejavu-core: forms print their boxes and ticks with it")

    pdf = html_to_pdf(page(SYMBOLS[name], head=SHEET), stylesheet=None)

    check(pdf, SYMBOLS[name], font="TwinSymbols-Regular")


def test_a_character_without_a_glyph_is_noted_and_signs_of_forms_are_not(caplog):
    caplog.set_level("INFO", logger="toolkit.rendering.pdf")

    html_to_pdf(page("☐☑☒✓✔✗→←↑↓≤≥≠≈★☆●○■□▲▼◆“”‘’–—…•№€£¥₴₸₽₾₺₫₹×÷±°"), stylesheet=None)
    assert caplog.messages == []

    html_to_pdf(page("\u4e2d"), stylesheet=None)
    assert "U+4E2D" in caplog.text


def test_arabic_letters_join_and_lam_alef_is_one_shape():
    """Letters of the wrong form are the usual fault of right-to-left text in PDF files."""
    pdf = html_to_pdf(page("السلام", head=SHEET, lang="ar", direction="rtl"), stylesheet=None)

    check(pdf, "السلام", font="TwinArabic-Regular", lang="ar", direction="rtl")


def test_right_to_left_text_starts_at_the_right_and_keeps_its_numbers():
    pdf = html_to_pdf(page("<p>رقم 123 قسم", head=SHEET, lang="ar", direction="rtl"), stylesheet=None)
    picture = picture_of(pdf)

    left, _top, right, _bottom = Image.eval(picture, lambda value: 255 - value).getbbox()
    assert left > picture.width / 2
    assert picture.width - right < 30 * SCALE
    assert "123" in text_of(pdf)


@pytest.mark.parametrize("family", ["Arial", "monospace", "serif", "No Such Font"])
def test_any_other_family_falls_back_to_ours(family):
    pdf = html_to_pdf(page(f'<p style="font-family: {family}">Façade Больница', head=SHEET), stylesheet=None)

    check(pdf, "Façade Больница", font="TwinSans-Regular")


def test_stylesheets_can_name_the_stack():
    style = f"<style>p {{ font-family: {FONT_STACK} }}</style>"
    pdf = html_to_pdf(page("<p>ሆስፒታል", head=SHEET + style), stylesheet=None)

    check(pdf, "ሆስፒታል", font="TwinEthiopic-Regular")
