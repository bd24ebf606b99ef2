"""Faces stand beside the choices of a scale, on page and paper; nobody hears them read out."""

from datetime import datetime
from pathlib import Path

import pytest
from django.conf import settings
from fontTools.ttLib import TTFont

from tests.factories import make_partnership
from tests.factories.toolkit import make_document, make_tool, make_writer
from toolkit.actions.library import LIBRARY
from toolkit.forms.page import PageBuilder
from toolkit.rendering.faces import FACES, faces_of
from toolkit.rendering.html import render_blank
from toolkit.schema.answers import evaluate_answers
from toolkit.schema.definition import Choice, Item

NOW = datetime(2026, 11, 23, 12, 0)

CHOICES = """choices:
  scored: [{name: good, score: 3, label: {en: Good}}, {name: bad, score: 1, label: {en: Bad}}, {name: none, label: {en: Not for me}}]
"""  # noqa: E501  # YAML reads better unbroken
FORM = """
  - {id: f_scored, name: scored, type: select_one scored, appearance: smileys, label: {en: How was it}}
  - {id: f_plain, name: plain, type: select_one scored, label: {en: And without}}
  - {id: f_rating, name: rating, type: rating, appearance: smileys, label: {en: Marks}}
"""


class Form:
    """The one thing faces ask of a definition."""

    lists = {f"n{n}": tuple(Choice(name=f"c{m}", label={"en": "X"}) for m in range(n)) for n in range(9)}


def item(kind: str, list_name: str = "", appearance: str | None = "smileys") -> Item:
    return Item(id="f_x", name="x", kind=kind, label={"en": "X"}, list=list_name, appearance=appearance)


def test_scales_of_two_to_six_choices_have_faces():
    for n in range(1, 9):
        faces = faces_of(item("select_one", f"n{n}"), Form)
        assert "".join(faces.values()) == FACES.get(n, "")
    assert list(faces_of(item("rating"), Form)) == ["1", "2", "3", "4", "5"]
    assert not faces_of(item("rating", appearance="likert"), Form)
    assert not faces_of(item("select_multiple", "n5"), Form)


def test_every_face_is_in_the_fonts_that_print():
    known = TTFont(Path(settings.VAR_DIR) / "fonts" / "TwinSymbols-Regular.ttf").getBestCmap()

    assert {ord(face) for scale in FACES.values() for face in scale} <= set(known)


@pytest.mark.django_db
def test_page_and_paper_draw_them_by_score(alice):
    version = make_tool(form=FORM, extra=CHOICES)
    response = make_document(version=version, partnership=make_partnership(coordinator=alice)).responses.get()
    evaluation = evaluate_answers(version.form, {}, today=NOW.date(), now=NOW)
    page = PageBuilder(response, evaluation, writer=make_writer("coordinator"), references={}).build()
    fields = "".join(str(field.html) for group in page.groups for field in group.nodes)
    paper = str(render_blank(version, is_paper=True))

    for html, css in ((fields, "fill-face"), (paper, "doc-face")):
        assert f'<span class="{css}" aria-hidden="true">😊</span> Good' in html
        assert f'<span class="{css}" aria-hidden="true">😞</span> Bad' in html
        assert html.count(css) == 2 + 5  # the scale with scores, and the rating; none for “Not for me”
        assert html.count("Not for me") == 2


def test_labels_of_the_library_hold_no_faces():
    faces = {face for scale in FACES.values() for face in scale}

    for path in LIBRARY.glob("*/*.yaml"):
        assert not faces & set(path.read_text(encoding="utf-8")), path.name
