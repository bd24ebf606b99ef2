"""A tool in several languages is read and printed in each of them."""

import re

import pytest
from django.core.cache import caches
from pytest_django.asserts import assertContains, assertNotContains

from tests.factories.toolkit import make_tool
from toolkit.forms.options import options_of
from toolkit.rendering import store
from toolkit.rendering.pdf import render_key

pytestmark = pytest.mark.django_db

FORM = """
  - {id: f_day, name: day, type: date, label: {en: The day, fr: Le jour, ar: اليوم}}
"""
YES_NO = """
  - {id: f_ok, name: ok, type: yes_no, label: {en: Fine, ar: بخير}}
"""


@pytest.fixture
def printed(monkeypatch):
    """What went through the PDF door, as HTML."""
    caches["files"].clear()
    pages = []

    def press(html, assets=None, stylesheet="print"):
        pages.append(str(html))
        return b"%PDF-1.7 " + render_key(html, assets, stylesheet=stylesheet).encode()

    monkeypatch.setattr(store, "html_to_pdf", press)
    return pages


@pytest.fixture
def tool(db):
    return make_tool(form=FORM, languages="en, fr, ar", slug="visit").tool


def address(tool, page: str) -> str:
    return f"{tool.get_absolute_url()}{page}"


@pytest.mark.parametrize(
    ("lang", "question", "direction"), [("en", "The day", "ltr"), ("fr", "Le jour", "ltr"), ("ar", "اليوم", "rtl")]
)
def test_paper_speaks_the_language_asked_for(client, tool, printed, lang, question, direction):
    answer = client.get(address(tool, "blank.pdf"), {"lang": lang})

    (html,) = printed
    assert re.search(rf'<html lang="{lang}" dir="{direction}">', html)
    assert re.search(rf'<article class="doc doc--blank"\s+lang="{lang}"\s+dir="{direction}">', html)
    assert question in html
    assert f"visit-blank.{lang}.pdf" in answer["Content-Disposition"]


def test_papers_of_two_languages_are_kept_apart(client, tool, printed):
    papers = [client.get(address(tool, "blank.pdf"), {"lang": lang}).content for lang in ("en", "ar", "en")]

    assert papers[0] == papers[2] != papers[1]
    assert len(printed) == 2


@pytest.mark.parametrize(
    ("query", "header", "question"),
    [
        ("", "", "The day"),
        ("", "fr-CA,fr;q=0.9,en;q=0.5", "Le jour"),
        ("", "sw,ar;q=0.5", "اليوم"),
        ("?lang=ar", "fr", "اليوم"),
        ("?lang=FR-be", "", "Le jour"),
        ("?lang=sw", "", "The day"),
        ("?lang=%3Cscript%3E", "", "The day"),
    ],
)
def test_the_page_follows_the_choice_then_the_browser(client, tool, query, header, question):
    page = client.get(f"{address(tool, 'blank/')}{query}", headers={"Accept-Language": header})

    assertContains(page, question)
    assert "Accept-Language" in page["Vary"]


def test_every_language_is_offered_where_the_form_is(client, tool):
    here = tool.get_absolute_url()

    tool_page, blank = client.get(here), client.get(address(tool, "blank/"), {"lang": "fr"})
    export = client.get(f"{here}export/")

    for lang in ("en", "fr", "ar"):
        assertContains(tool_page, f'href="{here}blank/?lang={lang}"')
        assertContains(tool_page, f'href="{here}blank.pdf?lang={lang}"')
        assertContains(blank, f'href="?lang={lang}"')
        assertContains(export, f'href="{here}blank.pdf?lang={lang}"')
        assertContains(export, f'href="?format=docx&amp;lang={lang}"')
    assertContains(blank, f'href="{here}blank.pdf?lang=fr"')


def test_a_version_is_read_in_each_language(login, alice, tool):
    page = login(alice).get(f"{tool.get_absolute_url()}versions/1/", {"lang": "ar"})

    assertContains(page, "اليوم")
    assertContains(page, 'href="?lang=fr"')


def test_a_form_in_one_language_offers_no_choice(client):
    here = make_tool().tool.get_absolute_url()

    for page in ("", "blank/"):
        assertNotContains(client.get(f"{here}{page}"), "?lang=")


def test_a_form_is_tried_out_in_its_language_and_direction(client):
    tool = make_tool(form=YES_NO, languages="en, ar", title='Visit", ar: "زيارة').tool

    page = client.get(address(tool, "try/"), {"lang": "ar"})

    assertContains(page, '<h1 lang="ar"><bdi>زيارة</bdi></h1>')
    assertContains(page, 'lang="ar" dir="rtl" novalidate data-fill="trial" data-language="ar"')
    for words in ("نعم", "لا", "بخير"):
        assertContains(page, f"{words}</")
    assertContains(page, 'href="?lang=en"')


def test_our_own_words_are_the_same_on_the_page_and_on_paper(client, printed):
    version = make_tool(form=YES_NO, languages="en, ar")

    client.get(address(version.tool, "blank.pdf"), {"lang": "ar"})

    labels = [label for _name, label in options_of(version.form.items[0], version.form, "ar")]
    assert labels == ["نعم", "لا"]
    assert all(label in printed[0] for label in labels)
