"""An open form saves itself: typed, left, lost on a bad line, opened again, written by two at once."""

import re
import time

import pytest
from playwright.sync_api import expect

from tests.factories import make_organization, make_partnership, make_user
from tests.factories.people import PASSWORD
from tests.factories.toolkit import make_document, make_tool
from toolkit.actions.links import create_share_link
from toolkit.models import Document, Presence, Response

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]

FORM = """
  - group: visit
    label: {en: The visit}
    items:
      - {id: f_title, name: title, type: text, required: true, label: {en: Title}}
      - {id: f_days, name: days, type: integer, min: 0, max: 366, label: {en: Working days}}
      - {id: f_late, name: late, type: yes_no, label: {en: "Was it late?"}}
      - {id: f_why, name: why, type: long_text, label: {en: What happened}}
  - group: money
    label: {en: The money}
    items:
      - {id: f_note, name: note, type: text, label: {en: A note}}
      - repeat: costs
        id: r_costs
        label: {en: Costs}
        max: 5
        items:
          - {id: f_item, name: item, type: text, label: {en: Item}}
          - {id: f_amount, name: amount, type: decimal, label: {en: Amount}}
  - group: end
    label: {en: The end}
    items:
      - {id: f_last, name: last, type: text, label: {en: Last word}}
"""


@pytest.fixture
def document() -> Document:
    coordinator = make_user(name="Amina Yusuf", email="amina@example.org", is_coordinator=True)
    host = make_organization(name="Coast General Hospital", country="KE")
    resource = make_organization(name="Fjord University Hospital", country="NO")
    partnership = make_partnership(coordinator=coordinator, host=host, resource=resource)
    return make_document(partnership=partnership, version=make_tool(form=FORM))


def link_to(document: Document, side: str = "host", name: str = "Hawa") -> str:
    link = create_share_link(document, side=side, days=30, by=document.started_by, recipient_name=name)
    return link.url


def field(person, cell: str):
    return person.page.locator(f'[id="{cell}"]')


def line(person):
    return person.page.locator("[data-note]")


def write(person, cell: str, text: str) -> None:
    field(person, cell).fill(text)
    field(person, cell).blur()


def expect_saved(person) -> None:
    expect(line(person)).to_have_text(re.compile(r"^Saved at \d\d:\d\d$"))


@pytest.fixture
def two(document, visitor):
    """Hawa for the host and Gro for the resource side, each with the form open."""
    people = visitor(), visitor()
    for person, side, name in zip(people, ("host", "resource"), ("Hawa", "Gro"), strict=True):
        person.page.goto(link_to(document, side, name))
        expect(field(person, "f_title")).to_be_visible()
    return people


def kept(document) -> dict:
    return Response.objects.get(document=document).answers


def test_what_is_typed_is_saved_without_a_button_and_found_on_another_device(document, visitor):
    address = link_to(document)
    person = visitor()
    person.page.goto(address)
    field(person, "f_title").press_sequentially("Wards", delay=20)
    expect(line(person)).to_have_text("1 change waiting")
    expect_saved(person)  # a few seconds after the last key, without leaving the field
    person.page.get_by_label("Yes").check()
    write(person, "f_why", "Rain.")
    expect_saved(person)
    person.check()

    other = visitor()
    other.page.goto(address)
    expect(field(other, "f_title")).to_have_value("Wards")
    assert kept(document) == {"f_title": "Wards", "f_late": "yes", "f_why": "Rain."}


def wait_for(holds) -> None:
    """Until the page has said to the server what it says by itself."""
    until = time.monotonic() + 10
    while not holds():
        assert time.monotonic() < until, "nothing came"
        time.sleep(0.1)


def test_two_write_different_answers_and_both_see_them(document, two):
    hawa, gro = two
    write(hawa, "f_title", "Hawa’s title")
    expect_saved(hawa)
    write(gro, "f_days", "12")
    expect_saved(gro)

    expect(field(gro, "f_title")).to_have_value("Hawa’s title")
    expect(gro.page.get_by_text("From Hawa, just now")).to_be_visible()
    wait_for(lambda: Presence.objects.filter(name="Gro").exists())
    hawa.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(field(hawa, "f_days")).to_have_value("12")
    expect(hawa.page.locator("[data-present]")).to_contain_text("Gro")
    hawa.check()


def test_two_write_the_same_answer_and_the_second_chooses(document, two):
    hawa, gro = two
    gro.page.route(re.compile(r"/save/\?"), lambda route: route.abort())  # nothing is told in between
    write(hawa, "f_why", "Hawa’s words")
    write(hawa, "f_title", "Hawa’s title")
    write(hawa, "f_days", "1")
    expect_saved(hawa)
    gro.page.evaluate(WRITE, {"f_why": "Gro’s words", "f_title": "Gro’s title", "f_days": "2"})

    title = gro.page.locator('.fill-field[data-cell="f_title"]')
    expect(title.get_by_text(re.compile("Hawa changed this at .*, while you were writing"))).to_be_visible()
    expect(field(gro, "f_title")).to_have_value("Gro’s title")
    expect(line(gro)).to_contain_text("3 answers need your attention")
    gro.check()
    title.get_by_role("button", name="Keep mine").press("Enter")
    expect(title).to_be_focused()
    days = gro.page.locator('.fill-field[data-cell="f_days"]')
    days.get_by_role("button", name="Take theirs").press("Enter")
    expect(field(gro, "f_days")).to_have_value("1")
    why = gro.page.locator('.fill-field[data-cell="f_why"]')
    why.get_by_role("button", name="Merge both").press("Enter")
    both = why.get_by_label("Yours and theirs, to be made one text")
    expect(both).to_have_value("Gro’s words\n\nHawa’s words")
    gro.check()
    both.fill("Both our words")
    why.get_by_role("button", name="Use this text").press("Enter")

    expect_saved(gro)
    assert kept(document) == {"f_title": "Gro’s title", "f_days": 1, "f_why": "Both our words"}
    forgive(gro)


# All at once, so that the answers go out together.
WRITE = """(texts) => { for (const [cell, text] of Object.entries(texts)) {
  const input = document.getElementById(cell);
  input.value = text;
  input.dispatchEvent(new Event("input", {bubbles: true}));
} }"""


def forgive(person) -> None:
    """What a browser complains of when there is no line."""
    person.complaints = [each for each in person.complaints if "net::ERR" not in each]


def test_rows_of_both_stay_and_removing_one_that_was_changed_asks(document, two):
    hawa, gro = two
    for person, item in ((hawa, "Beds"), (gro, "Gloves")):
        row = person.page.locator("[data-rows] > li").last
        row.get_by_label("Item").fill(item)
        row.get_by_label("Item").blur()
        expect_saved(person)
    assert [row["f_item"] for row in kept(document)["r_costs"]] == ["Beds", "Gloves"]
    expect(gro.page.locator("[data-rows] > li")).to_have_count(2)
    gro.page.route(re.compile(r"/save/\?"), lambda route: route.abort())
    beds = hawa.page.locator("[data-rows] > li").first
    beds.get_by_label("Amount").fill("5")
    beds.get_by_label("Amount").blur()
    expect_saved(hawa)

    mine = gro.page.locator("[data-rows] > li").filter(has=gro.page.locator("input")).last
    mine.get_by_label("Remove this row").check()
    expect(gro.page.get_by_text(re.compile("Hawa changed this row at"))).to_be_visible()
    gro.check()
    gro.page.get_by_role("button", name="Keep the row").click()
    expect_saved(gro)
    assert len(kept(document)["r_costs"]) == 2
    forgive(gro)


def test_without_a_line_nothing_is_lost_and_the_page_says_where_it_is(document, visitor):
    person = visitor()
    person.page.goto(link_to(document))
    write(person, "f_title", "Before")
    expect_saved(person)
    wait_for_worker(person)
    person.context.set_offline(True)
    write(person, "f_days", "7")
    write(person, "f_why", "Written on the bus")
    expect(line(person)).to_contain_text("2 changes are kept on this device and are sent when the line returns")
    person.page.set_viewport_size({"width": 320, "height": 640})
    expect(line(person)).to_be_visible()
    assert kept(document) == {"f_title": "Before"}

    person.page.once("dialog", lambda dialog: dialog.accept())
    person.page.reload()
    expect(field(person, "f_title")).to_have_value("Before")
    expect(field(person, "f_why")).to_have_value("Written on the bus")
    expect(line(person)).to_contain_text("kept on this device")

    person.context.set_offline(False)
    person.page.evaluate("window.dispatchEvent(new Event('online'))")
    expect_saved(person)
    assert kept(document) == {"f_title": "Before", "f_days": 7, "f_why": "Written on the bus"}
    forgive(person)


def wait_for_worker(person) -> None:
    """Until the worker holds the page and its scripts."""
    person.page.wait_for_function(
        """async () => {
          const name = (await caches.keys()).find((name) => name.startsWith("fill|"));
          return Boolean(name && await (await caches.open(name)).match(location.href));
        }"""
    )


def test_a_link_that_ends_takes_what_the_device_kept(document, visitor):
    person = visitor()
    person.page.goto(link_to(document))
    wait_for_worker(person)
    document.links.update(revoked_at="2026-01-01T00:00Z")
    person.expected_statuses.add(410)
    write(person, "f_title", "Too late")

    expect(line(person)).to_contain_text("This link has ended. What you typed is still on this page")
    expect(field(person, "f_title")).to_have_value("Too late")
    person.page.wait_for_function("async () => (await caches.keys()).every((name) => !name.startsWith('fill|'))")
    assert not person.page.evaluate(RECORDS)
    assert kept(document) == {}


RECORDS = """() => new Promise((resolve) => {
  const asked = indexedDB.open("fill", 1);
  asked.onsuccess = () => {
    const all = asked.result.transaction("pages").objectStore("pages").getAll();
    all.onsuccess = () => resolve(all.result.length);
  };
})"""


def test_a_session_that_ran_out_is_told_and_nothing_is_lost(document, visitor):
    person = visitor()
    person.sign_in("amina@example.org", PASSWORD)
    person.page.goto(f"/documents/{document.reference}/fill/")
    cookies = person.context.cookies()
    person.context.clear_cookies(name=re.compile("session"))
    person.expected_statuses.add(401)
    write(person, "f_title", "Typed while signed out")

    expect(line(person)).to_contain_text("You are signed out")
    expect(line(person).get_by_role("link", name="Sign in again in another tab")).to_be_visible()
    assert kept(document) == {}
    person.context.add_cookies(cookies)
    expect_saved(person)
    assert kept(document) == {"f_title": "Typed while signed out"}


def test_a_save_whose_answer_was_lost_is_no_conflict_with_oneself(document, visitor):
    person = visitor()
    person.page.goto(link_to(document))
    lost = []

    def lose(route):
        if route.request.method == "POST" and not lost:
            lost.append(route.fetch())
            route.abort()
        else:
            route.continue_()

    person.page.route("**/save/", lose)
    write(person, "f_title", "First")
    expect(line(person)).to_contain_text("kept on this device")
    write(person, "f_title", "First and second")
    expect_saved(person)
    assert kept(document) == {"f_title": "First and second"}
    forgive(person)


def test_the_buttons_still_work_at_once_after_typing(document, visitor):
    person = visitor()
    person.page.goto(link_to(document))
    field(person, "f_title").fill("Ready")
    person.page.get_by_role("button", name="Submit").click()

    expect(person.page.get_by_text("Thank you")).to_be_visible()
    document.refresh_from_db()
    assert document.state == "submitted"


def test_by_keyboard_alone(document, visitor):
    person = visitor()
    person.page.goto(link_to(document))
    field(person, "f_title").focus()
    person.page.keyboard.type("Keys")
    person.page.keyboard.press("Tab")
    person.page.keyboard.type("4")
    person.page.keyboard.press("Tab")
    person.page.keyboard.press("Space")
    expect_saved(person)
    assert kept(document) == {"f_title": "Keys", "f_days": 4, "f_late": "yes"}


def test_without_scripts_each_section_is_saved_by_its_own_button(document, visitor):
    address = link_to(document)
    person = visitor(java_script_enabled=False)
    person.page.set_viewport_size({"width": 320, "height": 640})
    person.page.goto(address)
    field(person, "f_title").fill("First section")
    person.page.get_by_role("button", name="Save and go on to the next section").first.click()

    assert person.page.url == f"{address}#g_money"
    assert kept(document) == {"f_title": "First section"}
    other = visitor(java_script_enabled=False)
    other.page.goto(address)
    expect(field(other, "f_title")).to_have_value("First section")
