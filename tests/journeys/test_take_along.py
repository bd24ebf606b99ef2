"""A partner without an account takes a form along as a workbook, fills it in offline, brings it back and agrees."""

import re

import openpyxl
import pytest
from playwright.sync_api import Page, expect

from partnerships.models import Partnership
from tests.factories import make_organization, make_partnership, make_user
from tests.factories.people import PASSWORD
from tests.factories.toolkit import make_document, make_link, make_tool
from toolkit.models import HandedFile, Response

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
FORM = """
  - {id: f_title, name: title, type: text, required: true, label: {en: Title}}
  - {id: f_topics, name: topics, type: select_multiple topics, label: {en: Topics}}
  - repeat: staff
    id: r_staff
    label: {en: Staff}
    items:
      - {id: f_name, name: name, type: text, label: {en: Name}}
      - {id: f_on, name: on, type: date, label: {en: Since}}
"""
LISTS = """\
choices:
  topics:
    - {name: icu, label: {en: Intensive care}}
    - {name: lab, label: {en: Laboratory}}
"""


@pytest.fixture
def partnership() -> Partnership:
    return make_partnership(
        name="Mombasa – Bergen",
        coordinator=make_user(name="Amina Yusuf", email="amina@example.org", is_coordinator=True),
        host=make_organization(name="Coast General Hospital", country="KE"),
        resource=make_organization(name="Fjord University Hospital", country="NO"),
    )


def fill_in_offline(path, **cells) -> None:
    """What a person types in the workbook, beside the keys that stand in the hidden column."""
    book = openpyxl.load_workbook(path)
    new_row = False
    for sheet in book.worksheets:
        for row in sheet.iter_rows(min_row=2):
            key = row[0].value
            if key in cells:
                row[2].value = cells[key]
            elif str(key).startswith("r_staff/") and not new_row:
                row[1].value, new_row = "የነርሶች ኃላፊ", True
    book.save(path)


def download(page: Page, name: str, path) -> None:
    with page.expect_download() as started:
        page.get_by_role("link", name=name).click()
    started.value.save_as(path)


@pytest.mark.parametrize("javascript", [True, False], ids=["with scripts", "without scripts"])
def test_a_workbook_goes_out_and_its_answers_come_back(partnership, visitor, tmp_path, javascript):
    document = make_document(partnership=partnership, version=make_tool(form=FORM, extra=LISTS, mode="joint"))
    link = make_link(document, recipient_name="Hawa Njeri")
    path = tmp_path / "mine.xlsx"

    hawa = visitor(java_script_enabled=javascript)
    hawa.page.goto(link.url)
    hawa.page.get_by_role("link", name=re.compile("Take it with you")).click()
    if javascript:
        hawa.check()
    download(hawa.page, "Download the workbook", path)
    fill_in_offline(path, **{"f_title": "Обучение сестёр", "f_topics=lab": "x"})

    # Meanwhile somebody answers the same question on the page.
    amina = visitor()
    amina.sign_in("amina@example.org", PASSWORD)
    amina.page.goto(f"/documents/{document.reference}/fill/")
    amina.page.locator("[id=f_title]").fill("Training of nurses")
    amina.page.get_by_role("button", name="Save and continue later").click()
    expect(amina.page.get_by_text("Saved at")).to_be_visible()

    hawa.page.get_by_label("The file that was filled in").set_input_files(path)
    hawa.page.get_by_role("button", name="See what would change").click()
    expect(hawa.page.get_by_role("heading", name="What this file would change")).to_be_visible()
    expect(hawa.page.get_by_text("1 of them was changed here meanwhile and needs your decision.")).to_be_visible()
    if javascript:
        hawa.check()
    assert Response.objects.get(document=document).answers == {"f_title": "Training of nurses"}

    hawa.expected_statuses = {422}
    hawa.page.get_by_role("button", name="Take over what is chosen").click()
    expect(hawa.page.get_by_text("Choose which answer shall stand.")).to_be_visible()
    hawa.page.get_by_role("group", name="Title").get_by_label("In the file").check()
    hawa.page.get_by_role("button", name="Take over what is chosen").click()
    hawa.page.wait_for_url(re.compile(r"/f/[^/]+/$"))

    answers = Response.objects.get(document=document).answers
    assert answers["f_title"] == "Обучение сестёр"
    assert answers["f_topics"] == ["lab"]
    assert [row["f_name"] for row in answers["r_staff"]] == ["የነርሶች ኃላፊ"]
    assert HandedFile.objects.get().decided_by == "Hawa Njeri"


def test_a_coordinator_types_in_a_paper(partnership, visitor, tmp_path):
    document = make_document(partnership=partnership, version=make_tool(form=FORM, extra=LISTS, mode="joint"))
    scan = tmp_path / "scan.pdf"
    scan.write_bytes(b"%PDF-1.7\n")

    amina = visitor()
    amina.sign_in("amina@example.org", PASSWORD)
    amina.page.goto(document.get_absolute_url())
    amina.page.get_by_role("link", name="Take it with you").click()
    amina.check()
    amina.page.get_by_role("link", name="Type in a paper").click()
    amina.check()
    amina.page.get_by_label("Name on the paper").fill("Hawa Njeri")
    amina.page.get_by_label("Date on the paper").fill("2026-01-05")
    amina.page.get_by_label("Scan or photo of the paper").set_input_files(scan)
    amina.page.get_by_role("button", name="Go on to the answers").click()
    expect(amina.page.get_by_text("You are typing in the paper of Hawa Njeri")).to_be_visible()
    amina.check()
    amina.page.locator("[id=f_title]").fill("From the paper")
    amina.page.get_by_role("button", name="Save and continue later").click()
    expect(amina.page.get_by_text("Saved at")).to_be_visible()

    change = Response.objects.get(document=document).changes.get()
    assert (change.name, change.source) == ("Amina Yusuf, from the paper of Hawa Njeri", "paper")
