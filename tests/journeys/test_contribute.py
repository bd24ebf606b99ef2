"""Somebody without an account and without scripts proposes a change with a file; it becomes a draft that names them."""

import re
import time

import pytest
from django.core import mail
from django.core.cache import cache
from playwright.sync_api import Page, expect

from tests.factories import make_user
from tests.factories.contributing import answer_to
from tests.factories.people import PASSWORD
from tests.factories.toolkit import FORM, make_tool
from toolkit.exchange.yaml_out import to_yaml
from toolkit.models import Feedback, Proposal

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]


@pytest.fixture(autouse=True)
def toolkit(db):
    cache.clear()
    make_user(name="Cyril Curator", email="curator@example.org", is_curator=True)
    return make_tool(slug="ward-visit", title="Ward visit", form=FORM)


def answer(page: Page) -> None:
    """What a person does who reads the question; they take longer than three seconds."""
    time.sleep(4)
    token = page.locator("input[name=challenge]").input_value()
    page.locator("input[name=word]").fill(answer_to(token))


def test_a_change_is_proposed_accepted_and_followed(toolkit, visitor):
    changed = to_yaml(toolkit.raw).replace("Working days", "Days at work")
    hawa = visitor(java_script_enabled=False)
    hawa.expected_statuses.add(400)
    page = hawa.page
    page.goto("/toolkit/proposals/new/?tool=ward-visit")
    expect(page.get_by_role("heading", name="Propose a change")).to_be_visible()
    page.get_by_label("Title").fill("Ask for days at work")
    page.get_by_label("File", exact=True).set_input_files(
        {"name": "ward-visit.yaml", "mimeType": "application/yaml", "buffer": changed.encode()}
    )
    page.get_by_label("Credit", exact=True).fill("Hawa Njeri, Nyeri")
    page.get_by_label("E-mail", exact=True).fill("hawa@example.org")
    page.get_by_role("button", name="Send the proposal").click()
    # The text is missing and the question not answered. Nothing else is lost, the file neither.
    expect(page.get_by_role("heading", name="Please look at this again")).to_be_visible()
    expect(page.get_by_label("Title")).to_have_value("Ask for days at work")
    expect(page.get_by_text("ward-visit.yaml is kept")).to_be_visible()
    page.get_by_label("What it is and why it helps").fill("Nobody knew what “working” meant.")
    answer(page)
    page.get_by_role("button", name="Send the proposal").click()
    expect(page.get_by_role("heading", name="Thank you. Your proposal has arrived.")).to_be_visible()
    proposal = Proposal.objects.get()
    secret = page.get_by_label("Address of this page").input_value()
    assert secret == proposal.status_url

    cyril = visitor()
    cyril.sign_in("curator@example.org", PASSWORD)
    page = cyril.page
    page.get_by_role("link", name="1 proposal for the toolkit", exact=True).click()
    cyril.check()
    page.get_by_role("link", name="Ask for days at work").click()
    cyril.check()
    page.get_by_role("link", name="See what the file would change").click()
    expect(page.get_by_text("Days at work").first).to_be_visible()
    cyril.check()
    page.get_by_label("A word to the sender").fill("Thank you, Hawa. It comes in May.")
    page.get_by_role("button", name="Accept").click()
    expect(page.get_by_text("Accepted. A draft is ready")).to_be_visible()
    expect(page.get_by_role("link", name="Work on the draft")).to_be_visible()
    cyril.check()
    proposal.refresh_from_db()
    assert (proposal.draft.tool, proposal.draft.credit) == (toolkit.tool, "Hawa Njeri, Nyeri")
    assert "Days at work" in str(proposal.draft.raw)
    assert secret in mail.outbox[-1].body

    reader = visitor()
    reader.page.goto("/toolkit/proposals/new/")
    reader.check()
    reader.page.goto(f"{secret}thanks/")
    reader.check()
    reader.page.goto(secret)
    expect(reader.page.get_by_text("Your proposal was accepted")).to_be_visible()
    expect(reader.page.get_by_text("Thank you, Hawa. It comes in May.")).to_be_visible()
    reader.check()


def test_feedback_is_given_and_answered(toolkit, visitor):
    reader = visitor()
    page = reader.page
    page.goto("/toolkit/ward-visit/feedback/")
    reader.check()
    page.get_by_label("4 – useful").check()
    page.get_by_label("What do you think of it?").fill("نموذج مفيد\nhttp://example.org")
    reader.expected_statuses.add(400)
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", name="Please look at this again")).to_be_visible()
    expect(page.get_by_label("4 – useful")).to_be_checked()
    reader.check()
    answer(page)
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("Thank you. What you said stands below.")).to_be_visible()
    expect(page.get_by_text("نموذج مفيد")).to_be_visible()
    # An address that somebody typed leads nowhere.
    assert page.get_by_role("link", name=re.compile("example.org")).count() == 0
    reader.check()

    cyril = visitor()
    cyril.sign_in("curator@example.org", PASSWORD)
    page = cyril.page
    page.goto("/toolkit/proposals/feedback/")
    page.locator("summary").filter(has_text="Answer").click()
    page.get_by_label("Answer", exact=True).fill("شكرا")
    cyril.check()
    page.get_by_role("button", name="Publish the answer").click()
    expect(page.get_by_text("Your answer stands below it.")).to_be_visible()
    page.get_by_role("button", name="Hide").click()
    expect(page.get_by_text("It is hidden")).to_be_visible()
    cyril.check()
    said = Feedback.objects.get()
    assert (said.answer, said.is_hidden, said.rating) == ("شكرا", True, 4)
