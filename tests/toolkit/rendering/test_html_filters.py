"""Filters on paper, which cannot filter: all choices are printed, under the answers that they go with."""

import io

import pytest
from docx import Document

from tests.factories.toolkit import make_tool
from toolkit.exchange.word import to_docx
from toolkit.rendering.html import render_blank

pytestmark = pytest.mark.django_db
CHOICES = """choices:
  country: [{name: KE, label: {en: Kenya}}, {name: UG, label: {en: Uganda}}]
  town:
    - {name: kisumu, label: {en: Kisumu}, country: KE}
    - {name: gulu, label: {en: Gulu}, country: UG}
    - {name: elsewhere, label: {en: Elsewhere}}
"""
FORM = """
  - {id: f_land, name: land, type: select_one country, label: {en: Country}}
  - {id: f_town, name: town, type: select_one town, label: {en: Town},
     choice_filter: "country = ${land} or country = ''"}
  - {id: f_odd, name: odd, type: select_one town, choice_filter: "name != ${town}", label: {en: Odd}}
  - repeat: visits
    id: r_visits
    label: {en: Visits}
    items:
      - {id: f_place, name: place, type: select_one town, choice_filter: "country = ${land}", label: {en: Place}}
"""
NOTE = "Choose only what goes with the answer to “Country”."


def test_choices_stand_under_the_answers_they_go_with():
    version = make_tool(form=FORM, extra=CHOICES)
    page = render_blank(version, lang="en", is_paper=True)

    town = page[page.index("Town") : page.index("Odd")]
    assert [town.index(word) for word in ("Kenya", "Kisumu", "Uganda", "Gulu", "Other choices", "Elsewhere")] == sorted(
        town.index(word) for word in ("Kenya", "Kisumu", "Uganda", "Gulu", "Other choices", "Elsewhere")
    )
    assert page.count(NOTE) == 2
    assert "Choose only what goes with the answer to “Town”." in page
    words = "\n".join(each.text for each in Document(io.BytesIO(to_docx(version.form))).paragraphs)
    town = words[words.index("Town") : words.index("Odd")]
    assert "Kenya\n☐ Kisumu\nUganda\n☐ Gulu\nOther choices\n☐ Elsewhere" in town
    odd = page[page.index("Odd") :]
    assert all(label in odd for label in ("Kisumu", "Gulu", "Elsewhere"))
