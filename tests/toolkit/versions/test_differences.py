"""What a difference says of types, of what is new, of rules, and of a first version."""

import pytest
from pytest_django.asserts import assertContains, assertNotContains

from tests.factories import make_user
from tests.factories.toolkit import make_tool
from tests.toolkit.versions.making import make_draft, publish_next
from tests.toolkit.versions.test_version_pages import CHOICES, CHOSEN, revised
from toolkit.actions.publishing import ask_review
from toolkit.models import Tool, ToolVersion
from toolkit.rendering.vocabulary import KIND_NAMES
from toolkit.schema.editing import add_part, set_properties
from toolkit.schema.parts import parts_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def other(db):
    return make_user(name="Olga", is_curator=True)


@pytest.fixture
def version():
    return make_tool(form=CHOSEN, extra=CHOICES, title="Trip")


@pytest.fixture
def address(version):
    return f"/toolkit/{version.tool.slug}/versions/"


def said(shift) -> str:
    return shift.after or "".join(piece.text for piece in shift.pieces)


def new_tool_like(version, curator) -> Tool:
    """A tool of which nothing is published yet."""
    tool = Tool.objects.create(slug="fresh", section=version.tool.section, kind="form", position=9)
    ToolVersion.objects.create(tool=tool, number=1, definition={**version.raw, "tool": "fresh"}, created_by=curator)
    return tool


def test_the_difference_speaks_the_words_of_the_editor(login, alice, version, address):
    def retyped(raw):
        raw = set_properties(raw, "f_title", {"type": "long_text", "max_words": 9})
        return set_properties(raw, "f_state", {"type": "reference", "of": "person"})

    publish_next(version.tool, retyped)

    page = login(alice).get(f"{address}compare/?from=1&to=2")

    chosen = "One of several choices: In good order, Does not work"
    for words in ("Short text", "Long text", "Words at most", "Person or other record", chosen):
        assertContains(page, words)
    assertNotContains(page, "select_one")
    assertNotContains(page, "list “state”")
    shifts = [shift for row in page.context["differences"].rows for shift in row.shifts if shift.name == "Type"]
    assert {each for shift in shifts for each in (shift.before, shift.after)} - {chosen} <= set(KIND_NAMES.values())


def test_what_is_new_is_told_with_its_translations_and_totals(login, alice, version, address):
    def grown(raw):
        raw = {**raw, "languages": ["en", "fr"]}
        raw, table = add_part(raw, "table", parent="g_visit", label="Costs")
        raw = set_properties(raw, table, {"label": {"en": "Costs", "fr": "Frais"}, "max": 7})
        raw, column = add_part(raw, "item", parent=table, kind="decimal", label="Amount")
        raw = set_properties(raw, column, {"label": {"en": "Amount", "fr": "Montant"}, "unit": {"en": "days"}})
        raw = set_properties(raw, table, {"totals": [parts_of(raw)[column].name]})
        raw, asked = add_part(raw, "item", parent="g_visit", kind="yes_no", label="Paid?")
        return set_properties(raw, asked, {"hint": {"en": "By whom?", "fr": "Par qui ?"}, "bind": None})

    publish_next(version.tool, grown)

    rows = {row.label: row for row in login(alice).get(f"{address}compare/?from=1&to=2").context["differences"].rows}
    told = {
        label: {(shift.name, shift.language): said(shift) for shift in row.shifts}
        for label, row in rows.items()
        if row.whats == ("added",)
    }

    assert told["Costs"][("Wording", "français")] == "Frais"
    assert told["Costs"][("Columns with a total", "")] == "Amount"
    assert told["Costs"][("At most", "")] == "7"
    assert told["Amount"][("Wording", "français")] == "Montant"
    assert ("Wording", "English") not in told["Amount"]
    assert told["Amount"][("Unit", "English")] == "days"
    assert told["Paid?"][("Hint", "français")] == "Par qui ?"


def test_a_rule_is_told_in_words_with_its_formula(login, alice, version, address):
    def ruled(raw):
        raw, start = add_part(raw, "item", parent="g_visit", kind="date", label="First day")
        raw, end = add_part(raw, "item", parent="g_visit", kind="date", label="Last day")
        name = parts_of(raw)[start].name
        return set_properties(raw, end, {"constraint": f"not(. < ${{{name}}}) or . = today()"})

    publish_next(version.tool, ruled)

    page = login(alice).get(f"{address}compare/?from=1&to=2")

    words = "the answer is not before “First day” or the answer is the day of filling in"
    shifts = [shift for row in page.context["differences"].rows for shift in row.shifts]
    assert [shift.after_words for shift in shifts if shift.is_code] == [words]
    assertContains(page, "or . = today()</code>")


def test_a_first_version_says_what_it_holds(login, curator, version):
    copy = new_tool_like(version, curator)

    page = login(curator).get(f"/toolkit/{copy.slug}/versions/publish/")

    assert page.context["differences"].summary == "1 group, 4 questions, 1 list of choices"
    assertNotContains(page, "1 reworded")
    assert not [row.badges for row in page.context["differences"].rows if row.badges]
    assertContains(page, "One of several choices")


def test_the_reviewer_is_led_to_the_version_and_may_try_it(login, curator, other, version, address):
    draft = make_draft(version.tool, revised, by=curator)
    ask_review(draft, change_note="Clearer.", by=curator)
    client = login(other)

    page = client.get(f"{address}review/")

    whole, trial = f"{address}{draft.number}/", f"/toolkit/{version.tool.slug}/edit/preview/"
    for way in (whole, trial):
        assertContains(page, f'href="{way}"')
        assertContains(client.get(way), "How many working days did you spend there?")
