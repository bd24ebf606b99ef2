"""The text of a document before anybody uses it, and where its signatures stand."""

import re

import pytest
from pytest_django.asserts import assertContains, assertNotContains

from tests.factories import make_partnership
from tests.factories.toolkit import make_document, make_tool
from tests.toolkit.rendering.documents import plain, read, written
from tests.toolkit.rendering.shipped import shipped, version_of
from toolkit.actions.library import LIBRARY
from toolkit.rendering.body import render_body
from toolkit.rendering.brackets import unfilled_body
from toolkit.rendering.html import render_blank
from toolkit.rendering.sample import sample_html

FORM = """
  - {id: f_who, name: who, type: text, label: {en: "Who <signs>", fr: Qui}}
  - {id: f_clause, name: clause, type: long_text, default: Both sides agree., label: {en: Clause, fr: Clause}}
  - {id: f_signed, name: signed, type: signature, label: {en: For the hospital, fr: "Pour l’hôpital"}}
"""
BODY = """body:
  en: |
    {{ partnership.name }}: **{{ answers.who }}** writes.

    {{ answers.clause }}

    Yours sincerely,

    {{ signatures }}

    Enclosed: a map.
  fr: |
    {{ answers.who }} écrit.
"""
WITH_TEXT = sorted(path.stem for path in LIBRARY.glob("*/*.yaml") if "\nbody:" in path.read_text(encoding="utf-8"))


@pytest.fixture
def version(db):
    return make_tool(form=FORM, extra=BODY, kind="document", slug="letter", title="Letter", languages="en, fr")


@pytest.mark.parametrize("is_paper", [False, True])
def test_the_empty_form_tells_the_text_with_its_gaps_marked(version, is_paper):
    html = str(render_blank(version, lang="en", is_paper=is_paper))

    questions, _heading, text = html.partition('id="the-text"')
    assert "For the hospital" in questions
    assert '<span class="doc-gap">[name of the partnership]</span>' in text
    assert '<strong><span class="doc-gap">[Who &lt;signs&gt;]</span></strong> writes.' in text
    assert "[Both sides agree.]" in text
    assert "Enclosed: a map." in text
    assert "[Qui]</span> écrit." in str(render_blank(version, lang="fr", is_paper=is_paper))


def test_the_tool_leads_to_its_text(client, version):
    here = version.tool.get_absolute_url()

    assertContains(client.get(here), f'href="{here}blank/#the-text"')
    assertContains(client.get(f"{here}blank/"), 'id="the-text"')
    other = make_tool().tool.get_absolute_url()
    assertNotContains(client.get(other), "#the-text")
    assertNotContains(client.get(f"{other}blank/"), "the-text")


@pytest.mark.parametrize("slug", WITH_TEXT)
def test_every_shipped_text_can_be_read_before_use(slug):
    form = shipped(slug)
    for lang in form.languages:
        body = unfilled_body(form, lang, top=3, marked=True)
        assert body.problem == ""
        assert body.whole.count('class="doc-gap"') > 3
    assert 'id="the-text"' in render_blank(version_of(form), lang="en", is_paper=True)


def test_only_data_are_marked_and_only_where_they_are_read():
    text = '[a] {{ x }} [link](https://example.org "{{ x }}") `{{ x }}`'

    html = render_body(text, {"x": "[a <i>]"}, marked=True).html

    mark = '<span class="doc-gap">[a &lt;i&gt;]</span>'
    assert html.count(mark) == 2
    assert 'title="[a' in html
    assert "<p>[a] " in html


def test_signatures_stand_where_the_text_wants_them(version, alice):
    document = make_document(partnership=make_partnership(coordinator=alice), version=version)
    written(document, f_who="Ann")

    for html in (
        read(document),
        str(sample_html(version.form, {"f_who": "Ann"}, title="Letter", lang="en", is_paper=True)),
    ):
        text = plain(html)
        places = [text.index(words) for words in ("Yours sincerely,", "Signatures", "For the hospital", "Enclosed")]
        assert places == sorted(places)


def test_nobody_moves_the_signatures_by_what_they_type():
    data = {"x": "\ue001", "y": "{{ signatures }}"}

    body = render_body("{{ x }}\n\n{{ y }}\n\nEnd", data)

    assert body.rest == ""
    assert "{{ signatures }}" in body.html


def test_the_letter_of_invitation_is_signed_below_its_closing():
    answers = {"f_second_text": "Kutsu.", "f_bilingual": "yes", "f_visitor": "Ann"}

    html = sample_html(shipped("letter-of-invitation"), answers, title="Letter", lang="en", is_paper=True)

    said = re.sub(r"\s+", " ", plain(html))
    places = [said.index(words) for words in ("Yours sincerely,", "Signature", "Reference:", "Kutsu.")]
    assert places == sorted(places)


def test_nothing_stands_above_a_certificate_but_its_text():
    form = shipped("certificate-of-completion")

    page = str(sample_html(form, {"f_name": "Ann"}, title="Certificate", lang="en"))
    letter = str(sample_html(shipped("letter-of-invitation"), {}, title="Letter", lang="en"))

    assert page.index("doc-body") < page.index("All answers") < page.index("3.12 Certificate of completion")
    assert letter.index("3.3 Letter of invitation") < letter.index("doc-body")


def test_a_letter_on_paper_is_headed_by_who_writes():
    form = shipped("letter-of-invitation")

    paper = str(sample_html(form, {"f_visitor": "Ann"}, title="A letter", lang="en", is_paper=True))
    page = str(sample_html(form, {"f_visitor": "Ann"}, title="A letter", lang="en"))

    assert '<article class="doc doc--letter"' in paper
    assert "doc-kicker" not in paper
    assert "<h1>A letter</h1>" in paper, "a file has a heading, however small"
    assert "doc-facts" in page, "on the screen it is a document like any other"
