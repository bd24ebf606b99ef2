"""The paper of a document: whose it is at the foot of every page, and what was answered so far."""

import pypdfium2
import pytest

from tests.factories import make_partnership
from tests.factories.toolkit import make_document, make_tool, make_writer
from toolkit.actions.saving import save_answers
from toolkit.rendering.paper import paper_html, paper_pdf
from toolkit.rendering.pdf import close_pool

pytestmark = pytest.mark.django_db
FORM = """
  - {id: f_title, name: title, type: text, label: {en: Title}}
  - {id: f_secret, name: secret, type: text, side: resource, sensitive: true, label: {en: Secret}}
  - {id: f_long, name: long, type: long_text, max_words: 300, label: {en: Story}}
  - repeat: staff
    id: r_staff
    label: {en: Staff}
    items:
      - {id: f_name, name: name, type: text, label: {en: Name}}
"""
HOST = make_writer("host")


def response_of(alice, mode="joint"):
    version = make_tool(form=FORM, mode=mode)
    document = make_document(partnership=make_partnership(coordinator=alice), version=version)
    response = document.responses.first()
    response.document = document
    return response


def answered(response, by):
    cells = {"f_title": "Begun", "f_secret": "Hidden words", "r_staff/aaaaaa/f_name": "Rolf"}
    save_answers(response, cells, response.revisions, by=by)


def test_answers_so_far_stand_on_it_but_not_what_is_sensitive(alice):
    response = response_of(alice)
    answered(response, make_writer("host", "resource", "coordinator"))
    paper = paper_html(response, reader=HOST, side="host", is_blank=False)

    assert "So far: Begun" in paper
    assert "Rolf" in paper
    assert "Hidden words" not in paper
    assert response.document.reference in paper


def test_an_empty_paper_holds_no_answer(alice):
    response = response_of(alice)
    answered(response, make_writer("host", "resource", "coordinator"))
    paper = paper_html(response, reader=HOST, side="host", is_blank=True)

    assert "Begun" not in paper
    assert "Rolf" not in paper


def test_sealed_answers_are_not_printed_for_others(alice):
    response = response_of(alice, mode="each")
    answered(response, make_writer("host"))
    assert "So far: Begun" in paper_html(response, reader=HOST, side="host", is_blank=False)
    assert "Begun" not in paper_html(response, reader=make_writer("resource"), side="host", is_blank=False)


def test_reference_and_side_stand_at_the_foot_of_every_page(alice):
    response = response_of(alice)
    lines = (f"  - {{id: f_q{n}, name: q{n}, type: long_text, label: {{en: Q{n}}}}}\n" for n in range(12))
    response.document.version = make_tool(form="\n" + "".join(lines))
    try:
        pdf, name = paper_pdf(response, reader=HOST, side="host", is_blank=True)
    finally:
        close_pool()
    texts = [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(pdf)]

    assert name.endswith("-host-paper.pdf")
    assert len(texts) > 1
    for text in texts:
        assert response.document.reference in text
        assert response.document.part_label("host") in text
