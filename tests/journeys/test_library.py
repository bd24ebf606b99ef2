"""Somebody without an account finds a tool by a word in one of its questions, tries it out and prints it blank."""

import pypdfium2
import pytest
from playwright.sync_api import Page, expect

from tests.factories.toolkit import make_tool
from toolkit.models import Document, Response, ToolDay, ToolVersion, WorkedExample

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
FORM = """
  - group: stay
    label: {en: The stay}
    items:
      - {id: f_name, name: guest, type: text, required: true, label: {en: Name of the guest}}
      - {id: f_yellow, name: yellow, type: yes_no, required: true, label: {en: Is a yellow fever vaccination needed?}}
      - {id: f_when, name: when, type: text, required: true, relevant: "${yellow} = 'yes'", label: {en: Since when?}}
  - group: money
    label: {en: Money}
    items:
      - repeat: costs
        id: r_costs
        label: {en: Costs}
        totals: [amount]
        items:
          - {id: f_item, name: item, type: text, label: {en: Item}}
          - {id: f_amount, name: amount, type: decimal, label: {en: Amount}}
"""


@pytest.fixture
def tool() -> ToolVersion:
    version = make_tool(title="Traveller sheet", slug="traveller-sheet", form=FORM, section="implement")
    make_tool(title="Advice", kind="guide", extra='guidance: {en: "## First\\n\\n| a | b |\\n|---|---|\\n| 1 | 2 |"}\n')
    WorkedExample.objects.create(
        tool=version.tool,
        titles={"en": "A good sheet"},
        abouts={"en": "Notice the costs."},
        answers={"f_name": "Amina", "f_yellow": "no"},
    )
    return version


def find(page: Page) -> None:
    """From the front page, by a word that only a question has."""
    page.goto("/toolkit/")
    page.get_by_label("What are you looking for?").fill("vaccination")
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_text("Found in a question")).to_be_visible()
    page.get_by_role("link", name="Traveller sheet").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Traveller sheet")


def answer(page: Page) -> None:
    page.get_by_label("Name of the guest").fill("Hawa")
    page.get_by_label("Yes", exact=True).check()


def check_form(person) -> None:
    """As person.check(), with the bar of buttons at its place: whatever scrolls beneath it counts as too small."""
    person.page.evaluate("document.querySelector('.fill-actions').style.position = 'static'")
    person.check()


def nothing_is_kept() -> bool:
    return not Document.objects.exists() and not Response.objects.exists()


def test_a_stranger_finds_tries_and_prints_a_tool(tool, visitor, tmp_path):
    person = visitor()
    page = person.page
    page.goto("/toolkit/")
    person.check()
    find(page)
    person.check()

    page.get_by_role("link", name="See it filled in").click()
    expect(page.get_by_text("Notice the costs.")).to_be_visible()
    person.check()
    page.get_by_role("link", name="Try it out yourself").click()
    expect(page.get_by_label("Since when?")).to_be_hidden()
    answer(page)
    expect(page.get_by_label("Since when?")).to_be_visible()
    page.locator('[id^="r_costs"] input[inputmode="decimal"]').first.fill("12.5")
    expect(page.locator("[data-total]")).to_have_text("12.5")
    person.expected_statuses.add(422)
    page.get_by_role("button", name="Check my answers").click()
    expect(page.get_by_role("heading", name="One answer needs your attention")).to_be_visible()
    expect(page.get_by_label("Name of the guest")).to_have_value("Hawa")
    check_form(person)
    page.get_by_label("Since when?").fill("2019")
    page.get_by_role("button", name="Check my answers").click()
    expect(page.get_by_role("heading", name="Everything is in order")).to_be_visible()
    expect(page.locator(".doc")).to_contain_text("2019")
    check_form(person)
    # Leaving asks nothing, for nothing is lost.
    page.get_by_label("Since when?").fill("2020")
    page.get_by_role("link", name="Traveller sheet").click()
    expect(page.get_by_role("heading", name="At a glance")).to_be_visible()

    with page.expect_download() as waiting:
        page.evaluate(
            """() => { const link = document.createElement("a"); link.href = "blank.pdf"; link.download = "";
            document.body.append(link); link.click(); }"""
        )
    waiting.value.save_as(tmp_path / "blank.pdf")
    paper = pypdfium2.PdfDocument(tmp_path / "blank.pdf")
    assert "Is a yellow fever vaccination needed?" in paper[0].get_textpage().get_text_range()
    assert nothing_is_kept()
    assert ToolDay.objects.get().n_opened == 2
    assert ToolDay.objects.get().n_tried == 1


def test_it_works_without_scripts(tool, visitor):
    person = visitor(java_script_enabled=False)
    page = person.page
    find(page)
    page.get_by_role("link", name="Try it out").click()
    answer(page)
    page.get_by_role("button", name="Add a row").click()
    expect(page.locator(".fill-rows > li")).to_have_count(2)
    expect(page.get_by_label("Name of the guest")).to_have_value("Hawa")
    person.expected_statuses.add(422)
    page.get_by_role("button", name="Check my answers").click()
    expect(page.get_by_role("link", name="Since when?")).to_be_visible()
    page.get_by_label("Since when?").fill("2019")
    page.get_by_role("button", name="Check my answers").click()
    expect(page.get_by_role("heading", name="Everything is in order")).to_be_visible()
    assert nothing_is_kept()


def test_every_page_of_the_library_is_accessible(tool, visitor):
    person = visitor()
    for address in (
        "/toolkit/?show=all",
        "/toolkit/?section=implement",
        "/toolkit/?q=zebra&kind=form",
        "/toolkit/traveller-sheet/blank/",
        f"/toolkit/{ToolVersion.objects.get(tool__kind='guide').tool.slug}/",
    ):
        person.page.goto(address)
        person.check()
