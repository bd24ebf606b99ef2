"""Journey B: a form is put to work, each side gets a link, both fill it without an account; it is read and printed."""

import re

import pypdfium2
import pytest
from django.core.management import call_command
from playwright.sync_api import Page, expect

from partnerships.models import Partnership, PhaseModel
from tests.factories import make_organization, make_partnership, make_user
from tests.factories.people import PASSWORD
from toolkit.actions.documents import start_document
from toolkit.actions.links import create_share_link
from toolkit.models import Document, Response, ToolVersion

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]


@pytest.fixture
def partnership() -> Partnership:
    call_command("load_phase_models", verbosity=0)
    call_command("load_toolkit", verbosity=0)
    return make_partnership(
        name="Mombasa – Bergen",
        phase_model=PhaseModel.objects.get(slug="aiha"),
        coordinator=make_user(name="Amina Yusuf", email="amina@example.org", is_coordinator=True),
        host=make_organization(name="Coast General Hospital", country="KE"),
        resource=make_organization(name="Fjord University Hospital", country="NO"),
    )


def put_to_work(amina, partnership: Partnership, tool: str) -> Document:
    """From the partnership's page: choose the tool, start the document."""
    page = amina.page
    page.goto(f"/partnerships/{partnership.slug}/documents/new/?tool={tool}")
    page.get_by_role("button", name="Start the document").click()
    page.wait_for_url(re.compile(r"/documents/TP-"))
    return Document.objects.get()


def make_link(page: Page, document: Document, side: str, name: str) -> str:
    """A link made on the page of links; returns the address as the page shows it."""
    page.goto(f"/documents/{document.reference}/links/")
    page.get_by_label(side).check()
    page.get_by_label("Name of the recipient").fill(name)
    page.get_by_role("button", name="Make the link").click()
    address = document.links.order_by("-pk").first().url
    expect(page.locator(f'input[value="{address}"]')).to_be_visible()
    return address


def fill_in(page: Page, cell: str, text: str) -> None:
    page.locator(f'[id="{cell}"]').fill(text)


def fill_every_required_field(page: Page) -> None:
    """Whatever the form asks of this side, answered with something that fits; names of people in their own script."""
    for _round in range(6):
        open_fields = page.locator(".fill-field:visible:has(.fill-required)")
        before = page.evaluate(FILL_REQUIRED)
        if not before and open_fields.count():
            return
        page.wait_for_timeout(300)


# Answers every visible required question that has none; returns how many it answered.
FILL_REQUIRED = """() => {
  let answered = 0;
  let day = 1;  // each date a day after the one before, for an end comes after its start
  const fire = (input) => { input.dispatchEvent(new Event("input", {bubbles: true}));
    input.dispatchEvent(new Event("change", {bubbles: true})); answered += 1; };
  const put = (input) => {
    if (input.value || input.closest("[hidden], template")) return;
    const next = () => `2026-03-${String(++day).padStart(2, "0")}`;
    const one = { date: next(), time: "09:30", email: "a@example.org", "datetime-local": `${next()}T09:30` };
    const name = input.name.split(":")[1];
    if (name === "currency") input.value = "EUR";
    else if (name === "zone") input.value = "Africa/Nairobi";
    else if (input.type in one) input.value = one[input.type];
    else if (["numeric", "decimal"].includes(input.inputMode)) input.value = "2";
    else if (input.inputMode === "url") input.value = "https://example.org";
    else input.value = "Ответ አዲስ جواب";
    fire(input);
  };
  for (const field of document.querySelectorAll(".fill-field")) {
    if (field.closest("[hidden]") || !field.querySelector(".fill-required")) continue;
    const radios = [...field.querySelectorAll("input[type=radio]")];
    const boxes = [...field.querySelectorAll("input[type=checkbox]:not([data-remove])")];
    if (radios.length && !radios.some((r) => r.checked)) { radios[0].checked = true; fire(radios[0]); }
    if (boxes.length && !boxes.some((b) => b.checked)) { boxes[0].checked = true; fire(boxes[0]); }
    for (const select of field.querySelectorAll("select")) {
      if (!select.value) { select.selectedIndex = 1; fire(select); }
    }
    for (const input of field.querySelectorAll("input, textarea")) {
      if (!["radio", "checkbox", "hidden", "file"].includes(input.type)) put(input);
    }
  }
  return answered;
}"""


def test_two_partners_fill_one_form_and_it_becomes_paper(partnership, visitor, tmp_path):
    amina = visitor()
    amina.sign_in("amina@example.org", PASSWORD)
    amina.page.goto(partnership.get_absolute_url())
    amina.page.get_by_role("link", name="Memorandum of understanding").first.click()
    document = put_to_work(amina, partnership, "memorandum-of-understanding")
    amina.check()
    host_link = make_link(amina.page, document, "Host side", "Hawa Njeri")
    resource_link = make_link(amina.page, document, "Resource side", "Gro Lund")
    amina.check()

    hawa = visitor()
    hawa.page.goto(host_link)
    expect(hawa.page.get_by_text("No account is needed")).to_be_visible()
    hawa.check()
    fill_every_required_field(hawa.page)
    hawa.page.get_by_role("button", name="Save and continue later").click()
    expect(hawa.page.get_by_text("Saved at")).to_be_visible()
    fill_every_required_field(hawa.page)
    hawa.expected_statuses.add(422)
    hawa.page.get_by_role("button", name="Submit our part").click()
    expect(hawa.page.get_by_text("Thank you")).to_be_visible()
    hawa.check()

    gro = visitor()
    gro.page.goto(resource_link)
    gro.check()
    fill_every_required_field(gro.page)
    gro.page.get_by_role("button", name="Submit our part").click()
    expect(gro.page.get_by_text("Thank you")).to_be_visible()

    document.refresh_from_db()
    assert document.state == "submitted"
    amina.page.goto(f"/documents/{document.reference}/")
    expect(amina.page.get_by_text("Hawa Njeri").locator("visible=true").first).to_be_visible()
    expect(amina.page.get_by_text("Ответ አዲስ جواب").locator("visible=true").first).to_be_visible()
    amina.check()
    with amina.page.expect_download() as waiting:
        amina.page.evaluate(
            """(address) => { const link = document.createElement("a"); link.href = address; link.download = "";
            document.body.append(link); link.click(); }""",
            f"/documents/{document.reference}/pdf",
        )
    paper = tmp_path / "document.pdf"
    waiting.value.save_as(paper)
    pages = pypdfium2.PdfDocument(paper)
    text = "\n".join(page.get_textpage().get_text_range() for page in pages)
    assert pages[0].get_size() == pytest.approx((595, 842), abs=1)
    assert document.reference in text
    assert "Mombasa – Bergen" in text
    assert "Coast General Hospital" in text
    assert "Ответ" in text
    assert f"Page 1 of {len(pages)}" in text

    amina.page.get_by_role("link", name="Accept").click()
    amina.check()
    amina.page.get_by_role("button", name="Accept").click()
    document.refresh_from_db()
    assert document.state == "accepted"
    hawa.page.goto(host_link)
    expect(hawa.page.get_by_text("can no longer be changed")).to_be_visible()
    hawa.check()


@pytest.fixture
def trip(partnership) -> Document:
    version = ToolVersion.objects.published().get(tool__slug="trip-report")
    return start_document(partnership, version, by=partnership.coordinator)


def link_to(document: Document, side: str = "host") -> str:
    return create_share_link(document, side=side, days=30, by=document.started_by).url


def test_without_scripts_rows_are_added_and_conditions_hold(trip, visitor):
    person = visitor(java_script_enabled=False)
    page = person.page
    page.goto(link_to(trip))
    rows = page.locator('[id="r_activities"] .fill-row, section.fill-table').first
    expect(rows).to_be_visible()
    before = page.locator(".fill-rows > li").count()
    page.get_by_role("button", name="Add a row").first.click()
    expect(page.locator(".fill-rows > li")).to_have_count(before + 1)

    page.get_by_label("Your name").first.fill("ወይዘሮ አልማዝ")
    page.get_by_role("button", name="Save and continue later").click()
    expect(page.get_by_text("Saved at")).to_be_visible()
    expect(page.get_by_label("Your name").first).to_have_value("ወይዘሮ አልማዝ")


def test_what_is_missing_is_said_and_nothing_typed_is_lost(trip, visitor):
    person = visitor()
    page = person.page
    page.goto(link_to(trip))
    page.get_by_label("Your name").first.fill("Hawa")
    fill_in(page, "f_working_days", "many")
    person.expected_statuses.add(422)
    page.get_by_role("button", name="Submit").click()

    expect(page.get_by_role("heading", name="Some answers need your attention")).to_be_visible()
    expect(page.locator('[id="f_working_days"]')).to_have_value("many")
    person.check()


def test_scripts_show_questions_and_add_rows_as_one_types(trip, visitor):
    person = visitor()
    page = person.page
    page.goto(link_to(trip))
    total = page.locator("[data-total]").first
    expect(total).to_be_attached()
    button = page.get_by_role("button", name="Add a row").first
    before = page.locator(".fill-rows").first.locator("> li").count()
    button.click()
    expect(page.locator(".fill-rows").first.locator("> li")).to_have_count(before + 1)
    assert not Response.objects.get().changes.filter(source="page").exists()


def test_two_people_who_change_the_same_answer_see_both(trip, visitor):
    hawa, gro = visitor(), visitor()
    for person, side in ((hawa, "host"), (gro, "resource")):
        # A page that saves itself asks at once, see test_fill_saving.py; here only the button saves.
        person.page.route("**/fill-save.js", lambda route: route.fulfill(body="", content_type="text/javascript"))
        person.page.goto(link_to(trip, side))
        person.page.get_by_label("Your name").first.fill("Hawa" if person is hawa else "Gro")
    fill_in(hawa.page, "f_traveller", "Hawa’s words")
    hawa.page.get_by_role("button", name="Save and continue later").click()
    expect(hawa.page.get_by_text("Saved at")).to_be_visible()
    fill_in(gro.page, "f_traveller", "Gro’s words")
    gro.expected_statuses.add(409)
    gro.page.get_by_role("button", name="Save and continue later").click()

    expect(gro.page.get_by_text("Hawa changed this while you were writing")).to_be_visible()
    expect(gro.page.get_by_text("Hawa’s words")).to_be_visible()
    expect(gro.page.locator('[id="f_traveller"]')).to_have_value("Gro’s words")
    gro.check()
    gro.page.get_by_role("button", name="Save and continue later").click()
    expect(gro.page.get_by_text("Saved at")).to_be_visible()
    assert Response.objects.get().answers["f_traveller"]["text"] == "Gro’s words"


def test_a_link_that_is_over_is_kind(trip, visitor):
    address = link_to(trip)
    trip.links.update(revoked_at="2026-01-01T00:00Z")
    person = visitor()
    person.expected_statuses |= {404, 410}

    person.page.goto(address)
    expect(person.page.get_by_text("This link was withdrawn")).to_be_visible()
    person.check()
    person.page.goto("/f/nothing-here/")
    expect(person.page.get_by_role("heading", name="This link does not work")).to_be_visible()
    person.check()
