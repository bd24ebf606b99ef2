"""Three people are invited; one passes the link on, one is reminded, all is handed in: in a real browser."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import Page, expect

from partnerships.models import Partnership
from tests.factories import make_contact, make_member, make_partnership, make_user
from tests.factories.people import PASSWORD
from tests.factories.toolkit import make_document
from toolkit.models import AnswerChange, Document, LinkVisit, ShareLink

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]


@pytest.fixture
def partnership() -> Partnership:
    amina = make_user(name="Amina Yusuf", email="amina@example.org", is_coordinator=True)
    partnership = make_partnership(name="Mombasa – Bergen", coordinator=amina)
    people = {"Hawa Said": "host", "Иван Петров": "resource", "سامي علي": "resource"}
    for number, (name, side) in enumerate(people.items()):
        make_member(partnership, side=side, contact=make_contact(name=name, email=f"p{number}@example.org"))
    return partnership


@pytest.fixture
def document(partnership) -> Document:
    due = timezone.localdate() + timedelta(days=1)
    return make_document(partnership=partnership, title="Visit of the teams", due_on=due)


def address_in(message) -> str:
    return re.search(r"http://\S+/f/\S+/", message.body).group(0)


def choose(page: Page, document: Document) -> None:
    page.goto(f"{document.get_absolute_url()}links/")
    page.get_by_role("link", name="Invite people").click()
    for name, language in (("Hawa Said", ""), ("Иван Петров", "ru"), ("سامي علي", "ar")):
        page.get_by_role("checkbox", name=name).check()
        page.get_by_label(f"Language of the mail: {name}").select_option(language)


@pytest.mark.parametrize("scripts", [True, False])
def test_three_are_invited_one_passes_it_on_one_is_reminded_and_it_comes_in(visitor, document, scripts):
    amina = visitor(java_script_enabled=True)
    amina.sign_in("amina@example.org", PASSWORD)
    page = amina.page
    choose(page, document)
    amina.check()
    page.get_by_role("button", name="Next: read the mails").click()
    expect(page.get_by_role("heading", name="Русский")).to_be_visible()
    amina.check()
    page.get_by_label("Subject").first.fill("Our visit: {title}")
    page.get_by_role("button", name="Look again").click()
    expect(page.locator(".letter").first).to_contain_text("Our visit: Visit of the teams")
    assert mail.outbox == []
    page.get_by_role("button", name="Send 3 mails").click()
    expect(page.get_by_text("3 people are invited now.")).to_be_visible()
    amina.check()

    told = {message.to[0]: message for message in mail.outbox}
    assert told["p0@example.org"].subject == "Our visit: Visit of the teams"
    assert "Здравствуйте, Иван Петров!" in told["p1@example.org"].body
    assert "السلام عليكم سامي علي،" in told["p2@example.org"].body

    _passed_on(visitor, address_in(told["p1@example.org"]), scripts=scripts)
    page.goto(f"{document.get_absolute_url()}links/")
    page.get_by_role("link", name="Иван Петров", exact=True).click()
    expect(page.get_by_text("Passed on", exact=True)).to_be_visible()
    expect(page.get_by_text("olga@example.org").first).to_be_visible()
    amina.check()

    _remind(amina, document)
    _hand_in(visitor, address_in(told["p0@example.org"]), scripts=scripts)
    mail.outbox.clear()
    call_command("send_notices", verbosity=0)
    assert [message for message in mail.outbox if "Visit" in message.subject] == [], "what is done is not reminded of"
    page.goto(f"{document.get_absolute_url()}links/")
    page.get_by_role("link", name="Outbox").click()
    expect(page.get_by_text("Our visit: Visit of the teams")).to_be_visible()
    amina.check()


def _passed_on(visitor, address: str, *, scripts: bool) -> None:
    """Olga got Ivan's link, says so, and writes under her own name."""
    olga = visitor(java_script_enabled=scripts)
    olga.page.goto(address)
    olga.page.get_by_role("link", name="This link was forwarded to me").click()
    if scripts:
        olga.check()
    olga.page.get_by_label("Your name").fill("Ольга")
    olga.page.get_by_label("Your e-mail").fill("olga@example.org")
    olga.page.get_by_label("Send me a link of my own").check()
    olga.page.get_by_role("button", name="Add me").click()
    expect(olga.page.get_by_text("A link of your own is on its way to olga@example.org")).to_be_visible()
    olga.page.locator("#f_title").fill("Письмо Ольги")
    olga.page.get_by_role("button", name="Save and continue later").click()
    expect(olga.page.get_by_text("Saved at")).to_be_visible()
    assert AnswerChange.objects.get(cell="f_title").name == "Ольга"
    assert ShareLink.objects.get(recipient_email="olga@example.org").passed_on_from.recipient_email == "p1@example.org"
    assert {"amina@example.org", "olga@example.org"} <= {message.to[0] for message in mail.outbox}


def _remind(amina, document: Document) -> None:
    page = amina.page
    page.goto(f"{document.get_absolute_url()}links/")
    row = page.locator("article.link", has_text="Hawa Said")
    row.get_by_role("link", name="Remind").click()
    amina.check()
    page.get_by_role("button", name="Send it", exact=True).click()
    expect(page.get_by_text("The mail goes to p0@example.org now.")).to_be_visible()
    assert mail.outbox[-1].subject == "Reminder: Visit of the teams"


def _hand_in(visitor, address: str, *, scripts: bool) -> None:
    hawa = visitor(java_script_enabled=scripts)
    hawa.page.goto(address)
    assert hawa.page.get_by_label("Your name").input_value() == "Hawa Said"
    hawa.page.get_by_role("button", name="Submit").click()
    expect(hawa.page.get_by_text("Thank you.")).to_be_visible()
    assert Document.objects.get().state == "submitted"
    assert LinkVisit.objects.get(name="Hawa Said").wrote_at is not None


def test_a_link_for_one_device_is_printed_and_typed(visitor, document):
    amina = visitor()
    amina.sign_in("amina@example.org", PASSWORD)
    page = amina.page
    page.goto(f"{document.get_absolute_url()}links/")
    page.get_by_label("Host side").check()
    page.get_by_label("Name of the recipient").fill("Ward 3")
    page.get_by_label("On how many devices may it be opened?").fill("1")
    page.get_by_role("button", name="Make the link").click()
    page.get_by_role("button", name="Print it").click()
    code = page.locator(".doc-link__short b").inner_text()
    amina.check()

    nurse, second = visitor(), visitor()
    nurse.page.goto("/l/")
    nurse.check()
    nurse.page.get_by_label("Code").fill(code.lower().replace("-", " "))
    nurse.page.get_by_role("button", name="Open").click()
    nurse.check()
    nurse.page.get_by_role("button", name="Open it on this device").click()
    expect(nurse.page.locator("#f_title")).to_be_visible()
    nurse.page.reload()
    expect(nurse.page.locator("#f_title")).to_be_visible()
    second.expected_statuses = {403}
    second.page.goto(f"/l/{code}/")
    second.page.get_by_role("button", name="Open it on this device").click()
    expect(second.page.get_by_text("on as many devices as it was made for")).to_be_visible()
    second.check()
