"""A curator who has never seen YAML builds a form in the browser, publishes it, and prints it."""

import pytest
from django.core.management import call_command
from playwright.sync_api import Page, expect

from tests.factories import make_user
from tests.factories.people import PASSWORD
from tests.factories.toolkit import make_tool
from toolkit.actions.library import publish_raw
from toolkit.models import Section, Tool
from toolkit.rendering.html import blank_html
from toolkit.schema.parts import parts_of
from toolkit.states import VersionState

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]

QUESTIONS = [
    ("Name of the ward", "text"),
    ("Day of the round", "date"),
    ("Beds on the ward", "integer"),
    ("Was a doctor present?", "yes_no"),
    ("Why not?", "long_text"),
    ("How clean was it?", "select_one"),
    ("Share of beds in use", "percent"),
    ("Who led the round?", "reference"),
]
COLUMNS = [("What was missing", "text"), ("Cost of replacing it", "decimal")]


@pytest.fixture
def world():
    call_command("load_phase_models", verbosity=0)
    Section.objects.create(slug="monitor", number=4, titles={"en": "Programme monitoring"}, purposes={"en": "To see."})
    make_user(name="Chipo Moyo", email="chipo@example.org", is_curator=True)


def start(page: Page) -> None:
    page.goto("/toolkit/new/")
    page.get_by_label("Title").fill("Night round")
    page.get_by_label("Section").select_option("monitor")
    page.get_by_role("button", name="Start the tool").click()
    expect(page.get_by_role("heading", name="Nothing is asked yet")).to_be_visible()


def the_draft():
    return Tool.objects.get(slug="night-round").versions.get(state=VersionState.DRAFT)


def names(raw) -> list[str]:
    return [part.name for part in parts_of(raw).values() if part.sort == "item"]


def type_where_the_cursor_is(page: Page, label: str, words: str) -> None:
    expect(page.get_by_label(label)).to_be_focused()
    page.keyboard.type(words)


def add_by_keyboard(page: Page, label: str, kind: str, *, another: bool) -> None:
    """The words are typed where the page puts the cursor; the keyboard does the rest."""
    type_where_the_cursor_is(page, "What do you ask?", label)
    page.locator(f"input[name=kind][value={kind}]").focus()
    page.keyboard.press("Space")
    if kind == "select_one":
        page.get_by_label("The choices, one on each line").focus()
        page.keyboard.type("Clean\nPartly clean\nDirty")
    page.get_by_role("button", name="Add, then another" if another else "Add", exact=True).focus()
    page.keyboard.press("Enter")


def test_a_form_of_ten_questions_is_built_with_the_keyboard(world, visitor):
    chipo = visitor()
    page = chipo.page
    chipo.sign_in("chipo@example.org", PASSWORD)
    start(page)
    chipo.check()
    page.get_by_role("link", name="Add the first group").click()
    type_where_the_cursor_is(page, "Heading", "The round")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Add a question").click()
    chipo.check()
    for label, kind in QUESTIONS:
        add_by_keyboard(page, label, kind, another=(label, kind) != QUESTIONS[-1])
        expect(
            page.get_by_text(f"It comes after “{label}”").or_(page.locator(".outline__row--current"))
        ).to_be_visible()
    assert len(names(the_draft().raw)) == 8

    a_table_with_a_total(page)
    chipo.check()
    a_condition(page)
    chipo.check()
    buttons_keep_the_focus(page)
    a_second_language(chipo)
    page.get_by_role("link", name="About the tool").click()
    page.get_by_label("Purpose").fill("What the night nurse sees on a round.")
    chipo.check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    expect(page.get_by_text("to put right before this can be published")).to_have_count(0)
    page.get_by_role("link", name="Try it out").click()
    expect(page.get_by_text("Was a doctor present?").first).to_be_visible()

    draft = the_draft()
    raw = draft.raw
    draft.delete()
    version = publish_raw(Tool.objects.get(slug="night-round"), raw)
    paper = blank_html(version)
    for words in ("Name of the ward", "Answer only if “Was a doctor present?” is “No”", "Cost of replacing it"):
        assert words in paper


def a_table_with_a_total(page: Page) -> None:
    page.locator("li[data-parent=g_the_round].outline__add").get_by_role("link", name="Table").click()
    type_where_the_cursor_is(page, "Heading", "What was missing?")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Add a column").click()
    for label, kind in COLUMNS:
        add_by_keyboard(page, label, kind, another=(label, kind) != COLUMNS[-1])
        expect(
            page.get_by_text(f"It comes after “{label}”").or_(page.locator(".outline__row--current"))
        ).to_be_visible()
    page.locator("a.outline__link", has_text="What was missing?").click()
    page.get_by_role("checkbox", name="Cost of replacing it").check()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    assert parts_of(the_draft().raw)[table_id()].entry["totals"] == ["cost_of_replacing_it"]


def table_id() -> str:
    return next(part.id for part in parts_of(the_draft().raw).values() if part.sort == "table")


def a_condition(page: Page) -> None:
    page.locator("a.outline__link", has_text="Why not?").click()
    shown = page.locator("[data-picker=relevant]")
    shown.get_by_label("Only when").check()
    shown.get_by_label("Question 1").select_option(label="Was a doctor present?")
    shown.get_by_label("Answer 1").select_option(label="No")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Saved.")).to_be_visible()
    expect(shown.locator("[data-said]")).to_have_text("${was_a_doctor_present} = 'no'")
    # A second line, which comes and goes without the server
    shown.get_by_role("button", name="Add a line").click()
    expect(shown.get_by_label("Question 2")).to_be_focused()
    shown.get_by_role("button", name="Remove line").last.click()
    expect(shown.locator("[data-line]")).to_have_count(1)


def buttons_keep_the_focus(page: Page) -> None:
    page.get_by_role("button", name="Move up: Beds on the ward").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Move up: Beds on the ward")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".outline__label").nth(1)).to_have_text("Beds on the ward")
    assert names(the_draft().raw)[0] == "beds_on_the_ward"


def a_second_language(chipo) -> None:
    page = chipo.page
    page.get_by_role("link", name="Languages").click()
    page.get_by_label("Add a language").select_option("fr")
    page.get_by_role("button", name="Add it").click()
    expect(page.get_by_role("heading", name="Texts in French")).to_be_visible()
    chipo.check()
    page.get_by_label("Name of the ward").fill("Nom du service")
    page.get_by_role("button", name="Save these texts").click()
    expect(page.get_by_text("1 text saved.")).to_be_visible()
    label = next(part for part in parts_of(the_draft().raw).values() if part.name == "name_of_the_ward").entry["label"]
    assert label == {"en": "Name of the ward", "fr": "Nom du service"}


def test_the_same_works_without_scripts(world, visitor):
    chipo = visitor(java_script_enabled=False)
    page = chipo.page
    chipo.sign_in("chipo@example.org", PASSWORD)
    start(page)
    page.get_by_role("link", name="Add a question without a group").click()
    page.get_by_label("What do you ask?").fill("Was it late?")
    page.locator("input[name=kind][value=yes_no]").check()
    page.get_by_role("button", name="Add, then another").click()
    page.get_by_label("What do you ask?").fill("How late?")
    page.locator("input[name=kind][value=select_one]").check()
    page.get_by_label("The choices, one on each line").fill("An hour\nA day")
    page.get_by_role("button", name="Add", exact=True).click()

    # The condition: a question is chosen, its answer typed; one more line is asked of the server and left empty.
    shown = page.locator("[data-picker=relevant]")
    shown.get_by_label("Only when").check()
    shown.get_by_label("Question 1").select_option(label="Was it late?")
    shown.get_by_label("Answer 1").fill("yes")
    shown.get_by_role("button", name="Add a line").click()
    expect(page.get_by_text("Not saved yet")).to_be_visible()
    expect(shown.get_by_label("Question 2")).to_be_visible()
    page.get_by_label("Choice", exact=True).nth(2).fill("Never mind")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved.")).to_be_visible()

    page.get_by_role("button", name="Move up: How late?").click()
    expect(page.locator(".outline__label").first).to_have_text("How late?")
    page.get_by_role("link", name="Delete: Was it late?").click()
    expect(page.get_by_text("These speak of it in a condition")).to_be_visible()
    page.get_by_role("button", name="Delete").click()
    page.get_by_role("link", name="How late?").first.click()

    assert names(the_draft().raw) == ["how_late"]
    assert [each["name"] for each in the_draft().raw["choices"]["how_late_choices"]] == [
        "an_hour",
        "a_day",
        "never_mind",
    ]
    problems = [problem.message for problem in the_draft().problems()]
    assert any("was_it_late" in problem for problem in problems)


def test_the_text_of_a_document_is_seen_while_one_writes(world, visitor):
    make_tool(slug="letter", kind="document", title="Letter", extra="body:\n  en: Dear {{ answers.title }}\n")
    chipo = visitor()
    page = chipo.page
    chipo.sign_in("chipo@example.org", PASSWORD)
    page.goto("/toolkit/letter/edit/")
    page.get_by_role("button", name="Start a draft").click()
    page.get_by_role("link", name="Text of the document").click()
    preview = page.locator("[data-look]")
    expect(preview).to_contain_text("Dear [Title]")
    chipo.check()

    page.get_by_label("Text", exact=True).fill("We were late: ")
    page.get_by_role("button", name="Insert : Was it late?").first.click()
    expect(preview).to_contain_text("We were late: Yes")
    page.get_by_label("Text", exact=True).fill("{{ answers.title | shout }}")
    expect(preview).to_contain_text("line 1: There is no filter “shout” here.")
    page.get_by_label("Text", exact=True).fill("In short")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    assert Tool.objects.get(slug="letter").versions.open().get().raw["body"] == {"en": "In short"}

    # Questions can be dragged, too
    page.get_by_role("link", name="Questions").click()
    page.locator("[data-part=c_total]").drag_to(page.locator("[data-part=f_title]"), target_position={"x": 40, "y": 4})
    expect(page.locator(".outline__label").nth(1)).to_have_text("Total cost")
    draft = Tool.objects.get(slug="letter").versions.open().get()
    assert [part.id for part in parts_of(draft.raw).values() if part.parent == "g_visit"][:2] == ["c_total", "f_title"]
