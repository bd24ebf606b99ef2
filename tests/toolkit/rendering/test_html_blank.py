"""A tool as an empty form: room for every kind of answer, and conditions a pen can follow."""

import re

import pytest

from tests.factories.toolkit import make_tool
from toolkit.actions.library import load_library
from toolkit.models import ToolVersion
from toolkit.rendering.blank import blank_sheet
from toolkit.rendering.conditions import condition_text
from toolkit.rendering.display import Voice
from toolkit.rendering.html import blank_html, render_blank
from toolkit.schema.kinds import KINDS

pytestmark = pytest.mark.django_db

CHOICES = """choices:
  few: [{name: a, label: {en: Alpha}}, {name: b, label: {en: Beta}}]
  many: [{name: a, label: {en: One rather long choice}}, {name: b, label: {en: Another}}, {name: c, label: {en: Third}}, {name: d, label: {en: Fourth}}, {name: e, label: {en: Fifth}}, {name: f, label: {en: Sixth}}]
"""  # noqa: E501  # YAML reads better unbroken

FORM = """
  - group: visit
    label: {en: The visit}
    guidance: {en: Talk first.}
    items:
      - {id: f_late, name: late, type: yes_no, required: true, label: {en: "Was it late?"}, hint: {en: By an hour.}}
      - {id: f_why, name: why, type: long_text, max_words: 100, relevant: "${late} = 'yes'", label: {en: Reasons}}
      - {id: f_kind, name: kind_of, type: select_one many, label: {en: Kind}}
      - {id: f_topics, name: topics, type: select_multiple many, label: {en: Topics}}
      - {id: n_note, name: note, type: note, relevant: "count-selected(${topics}) > 2", label: {en: That is a lot.}}
      - {id: n_note2, name: note2, type: note, relevant: "${late} = 'no'", label: {en: Well done.}}
      - {id: f_clause, name: clause, type: long_text, default: Both sides agree., label: {en: Clause}}
      - {id: f_signed, name: signed, type: signature, label: {en: Signed by}}
      - repeat: costs
        id: r_costs
        label: {en: Costs}
        max: 4
        totals: [amount]
        items:
          - {id: f_item, name: item, type: select_one many, label: {en: Item}}
          - {id: f_sort, name: sort, type: select_one few, label: {en: Sort}}
          - {id: f_amount, name: amount, type: decimal, unit: {en: EUR}, label: {en: Amount}}
      - repeat: areas
        id: r_areas
        label: {en: Areas}
        fixed: true
        rows: [{_row: ward01, area: Ward}, {_row: theatre, area: Theatre}]
        items:
          - {id: f_area, name: area, type: text, readonly: true, label: {en: Area}}
          - {id: f_level, name: level, type: integer, label: {en: Level}}
"""


@pytest.fixture
def version(db) -> ToolVersion:
    return make_tool(form=FORM, extra=CHOICES, slug="visit", title="Visit form", mode="each")


@pytest.fixture
def html(version) -> str:
    return str(render_blank(version, is_paper=True))


def plain(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).replace("\xa0", " ").replace("&nbsp;", " ").split())


def test_head_says_what_the_form_is_for(html):
    text = plain(html)

    for said in (
        "Visit form",
        "What this tool is for.",
        "Filled in by a coordinator",
        "about 10 minutes",
        "Reference",
        "Programme, award",
        "Country",
    ):
        assert said in text
    assert "Side ☐ Host side ☐ Resource side" in text


def test_questions_have_room_hints_and_marks(html):
    text = plain(html)

    assert "Was it late? required By an hour. ☐ Yes ☐ No" in text
    assert "Mark one. ☐ One rather long choice ☐ Another" in text
    assert "Mark all that apply. ☐ One rather long choice" in text
    assert "Talk first." in text
    assert "Both sides agree." in text
    assert "Name Post Organization Date Signature" in text


def test_conditions_are_told_in_words(html):
    text = plain(html)

    assert "Reasons Answer only if “Was it late?” is “Yes”." in text
    assert "If “Was it late?” is “No”: Well done." in text
    assert "If the number of answers chosen for “Topics” is more than 2: That is a lot." in text


def test_tables_have_rows_to_write_in(version):
    sheet = blank_sheet(version, "en")
    costs, areas = (block for section in sheet.sections for block in section.blocks if hasattr(block, "rows"))

    assert len(costs.rows) == 4
    assert [row[0][1] for row in areas.rows] == ["Ward", "Theatre"]
    assert not areas.may_grow


def test_choices_of_a_column_stand_in_its_cells_or_below_the_title(html):
    text = plain(html)

    assert "☐ Alpha ☐ Beta" in text
    assert "Item: One of: One rather long choice; Another; Third" in text
    assert "Amount (EUR)" in text
    assert "Total" in text


def test_page_and_paper_show_the_same_form(version, html):
    page = plain(blank_html(version))

    assert page[page.index("The visit") :] == plain(html[html.index("<h2>The visit") : html.index("</article>")])


KINDS_FORM = "\n  - group: all\n    label: {en: All}\n    items:\n" + "".join(
    f"      - {{id: f_{kind}, name: x_{kind}, type: {kind}{' few' if kind.startswith('select') else ''}"
    f"{', of: contact' if kind == 'reference' else ''}, label: {{en: Item {kind}}}}}\n"
    for kind in KINDS
    if kind not in ("calculate", "note")
)


def test_every_kind_has_its_space():
    html = plain(blank_html(make_tool(form=KINDS_FORM, extra=CHOICES)))

    for kind in set(KINDS) - {"calculate", "note"}:
        assert f"Item {kind}" in html
    assert "Day Month Year" in html
    assert "Amount Currency" in html
    assert "☐ 1 ☐ 2 ☐ 3 ☐ 4 ☐ 5 ☐ Not applicable" in html


CASES = [
    ("${late} = 'yes'", "“Was it late?” is “Yes”"),
    ("${late} != 'yes'", "“Was it late?” is not “Yes”"),
    ("${kind_of} = ''", "“Kind” is not answered"),
    ("${kind_of} != ''", "“Kind” is answered"),
    ("selected(${topics}, 'b')", "“Topics” includes “Another”"),
    ("not(selected(${topics}, 'b'))", "“Topics” does not include “Another”"),
    ("${n} > 3", "“Number” is more than 3"),
    ("3 > ${n}", "“Number” is less than 3"),
    ("${n} >= 3 and ${late} = 'no'", "“Number” is 3 or more and “Was it late?” is “No”"),
    ("${n} <= 3 or ${late} = 'no'", "“Number” is 3 or less or “Was it late?” is “No”"),
    ("not(${n} < 3)", "“Number” is 3 or more"),
    ("${n} > ${other}", "“Number” is more than “Other”"),
    ("${day} > today()", "“Day” is after the day of filling in"),
    ("${day} <= '2026-01-31'", "“Day” is not after “31 January 2026”"),
    ("not(${n} + 1 = 3)", ""),
    ("${n} + 1 = 3", ""),
    ("${n} > 3 and (${late} = 'no' or ${n} > 4)", ""),
    ("count(${topics}) > 1", ""),
]


@pytest.mark.parametrize(("relevant", "said"), CASES)
def test_condition_in_words(relevant, said):
    form = f"""
  - {{id: f_late, name: late, type: yes_no, label: {{en: "Was it late?"}}}}
  - {{id: f_kind, name: kind_of, type: select_one many, label: {{en: Kind}}}}
  - {{id: f_topics, name: topics, type: select_multiple many, label: {{en: Topics}}}}
  - {{id: f_n, name: n, type: integer, label: {{en: Number}}}}
  - {{id: f_other, name: other, type: integer, label: {{en: Other}}}}
  - {{id: f_day, name: day, type: date, label: {{en: Day}}}}
  - {{id: f_x, name: x, type: text, relevant: "{relevant}", label: {{en: X}}}}
"""
    definition = make_tool(form=form, extra=CHOICES).form

    text = condition_text(definition.by_id["f_x"].relevant, Voice(definition))

    assert text == (f"Answer only if {said}." if said else "Answer only if this applies.")
    assert condition_text(None, Voice(definition)) == ""


def test_every_shipped_tool_has_a_blank_form():
    load_library()

    for version in ToolVersion.objects.select_related("tool"):
        html = blank_html(version)
        assert html.count("<section") == html.count("</section>") >= bool(version.form.nodes)
        # A guide without questions is read, not filled in: nothing asks whose it is.
        assert ("doc-codes" in html) == bool(version.form.nodes)
