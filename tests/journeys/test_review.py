"""Review in real browsers: one question comes back, is spoken of, mended and handed in; accepted, signed, reopened."""

import pytest
from playwright.sync_api import expect

from tests.factories import make_partnership, make_user
from tests.factories.people import PASSWORD
from tests.factories.toolkit import make_document, make_link, make_tool, make_writer, only_response
from toolkit.actions.saving import save_answers
from toolkit.actions.submitting import submit_part
from toolkit.models import Document, Signature

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
FORM = """
  - group: hosts
    side: host
    label: {en: "The host's part"}
    items:
      - {id: f_births, name: births, type: integer, required: true, label: {en: Births in the quarter}}
      - {id: f_words, name: words, type: long_text, label: {en: How it went}}
      - {id: f_host_sign, name: host_sign, type: signature, label: {en: For the host side}}
  - group: guests
    side: resource
    label: {en: "The resource side's part"}
    items:
      - {id: f_guest, name: guest_word, type: text, label: {en: "The resource side's word"}}
      - {id: f_guest_sign, name: guest_sign, type: signature, label: {en: For the resource side}}
"""


@pytest.fixture
def document() -> Document:
    amina = make_user(name="Amina Yusuf", email="amina@example.org", is_coordinator=True)
    version = make_tool(form=FORM, mode="joint", title="Quarterly report")
    document = make_document(partnership=make_partnership(coordinator=amina), version=version)
    response = only_response(document)
    hosts, guests = make_writer("host", name="Hawa Abdi"), make_writer("resource", name="Gro Lie")
    save_answers(response, {"f_births": "412", "f_words": "A good quarter."}, {}, by=hosts)
    save_answers(response, {"f_guest": "We agree."}, response.revisions, by=guests)
    submit_part(response, by=hosts)
    submit_part(response, by=guests)
    return document


def links_of(document) -> dict[str, str]:
    names = {"host": "Hawa Abdi", "resource": "Gro Lie"}
    return {side: f"/f/{make_link(document, side=side, recipient_name=name).token}/" for side, name in names.items()}


def comment(page, words: str) -> None:
    page.get_by_label("Your comment").fill(words)
    page.get_by_role("button", name="Comment", exact=True).click()
    expect(page.get_by_text(words).first).to_be_visible()


def return_births(amina, document) -> None:
    page = amina.page
    page.goto(f"/documents/{document.reference}/")
    amina.check()
    page.get_by_role("link", name="Return", exact=True).click()
    page.get_by_label("Births in the quarter").fill("Without the stillborn, please.")
    amina.check()
    page.get_by_role("button", name="Return the document").click()
    expect(page.locator(".badge, .status").filter(has_text="Returned").first).to_be_visible()
    expect(page.get_by_text("Without the stillborn, please.").first).to_be_visible()


def mend(hawa, link: str) -> None:
    page = hawa.page
    page.goto(link)
    page.get_by_role("link", name="Births in the quarter").first.click()
    expect(page.locator('textarea[name="f_words"]')).to_have_count(0)
    hawa.check()
    page.locator('[id="f_births"]').fill("409")
    page.get_by_role("button", name="Submit our part").click()
    page.wait_for_url("**/done/")


def sign(person, link: str, name: str) -> None:
    page = person.page
    page.goto(f"{link}done/")
    person.check()
    page.get_by_role("link", name="Read and sign").click()
    page.get_by_label("Post").fill("Director")
    expect(page.get_by_label("Name of the person who signs")).to_have_value(name)
    page.get_by_role("button", name="Sign", exact=True).click()
    expect(page.get_by_text("you have read it and sign it").first).to_be_visible()
    person.check()
    page.get_by_label("I have read this document").check()
    page.get_by_role("button", name="Sign", exact=True).click()
    page.wait_for_url("**/done/")


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_a_question_comes_back_and_what_was_signed_is_voided_when_it_is_reopened(document, visitor, scripts):
    links = links_of(document)
    amina = visitor(java_script_enabled=True)
    hawa, gro = (visitor(java_script_enabled=scripts) for _side in links)
    if not scripts:
        hawa.check = gro.check = lambda: None  # what looks for faults is a script itself
    for person in (hawa, gro):
        person.expected_statuses = {400}
        person.page.set_viewport_size({"width": 320, "height": 800})
    amina.sign_in("amina@example.org", PASSWORD)

    gro.page.goto(f"{links['resource']}comments/")
    gro.page.get_by_label("Comment on a question").select_option(label="Births in the quarter")
    gro.page.get_by_role("button", name="Go to the question").click()
    comment(gro.page, "Is this with the stillborn?")
    gro.check()
    return_births(amina, document)
    hawa.page.goto(links["host"])
    expect(hawa.page.get_by_text("Is this with the stillborn?").first).to_be_visible()
    mend(hawa, links["host"])
    amina.page.goto(f"/documents/{document.reference}/")
    amina.page.get_by_role("link", name="Accept", exact=True).click()
    amina.page.get_by_role("button", name="Accept").click()
    sign(hawa, links["host"], "Hawa Abdi")
    sign(gro, links["resource"], "Gro Lie")

    document.refresh_from_db()
    assert document.state == "accepted"
    assert {each.signer: each.is_live for each in Signature.objects.all()} == {"Hawa Abdi": True, "Gro Lie": True}
    code = Signature.objects.first().code
    amina.page.goto(f"/documents/{document.reference}/")
    expect(amina.page.locator("#signatures").get_by_text(code).first).to_be_visible()
    amina.page.get_by_role("link", name="Reopen", exact=True).click()
    amina.page.get_by_label("Why is it opened again?").fill("A birth was counted twice.")
    amina.page.get_by_role("button", name="Reopen the document").click()
    expect(amina.page.locator("#signatures del").first).to_contain_text("Hawa Abdi")
    amina.check()
    assert not Signature.objects.live().exists()
    see_the_history(amina, document)


def see_the_history(amina, document) -> None:
    page = amina.page
    page.get_by_role("link", name="Who changed what").click()
    expect(page.locator("del", has_text="412")).to_be_visible()
    amina.check()
    page.get_by_role("link", name="Submission 1").click()
    expect(page.get_by_text("412")).to_be_visible()
    amina.check()
    page.goto(f"/documents/{document.reference}/history/")
    page.get_by_role("link", name="What has changed since").last.click()
    expect(page.locator("ins", has_text="409")).to_be_visible()
    amina.check()
