"""Journey: both sides answer alone, are compared and agree; three people answer by one link, without JavaScript."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests.factories import make_partnership, make_user
from tests.factories.people import PASSWORD
from tests.factories.toolkit import make_document, make_link, make_tool
from toolkit.models import Document, Response, Submission
from toolkit.states import AGREED

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
FORM = """
  - group: together
    label: {en: Working together}
    items:
      - {id: f_trust, name: trust, type: rating, required: true, label: {en: Trust}}
      - {id: f_words, name: words, type: text, required: true, label: {en: In your words}}
"""


@pytest.fixture
def partnership():
    return make_partnership(
        name="Mombasa – Bergen", coordinator=make_user(name="Amina", email="amina@example.org", is_coordinator=True)
    )


def answer(person, url: str, *, mark: str, words: str, name: str = "") -> None:
    page = person.page
    page.goto(url)
    if name:
        page.get_by_label("Your name").fill(name)
    page.locator(f'input[name="f_trust"][value="{mark}"]').check(force=True)
    page.locator("#f_words").fill(words)


def test_two_sides_answer_alone_and_agree(visitor, partnership):
    document = make_document(partnership=partnership, version=make_tool(mode="each", form=FORM))
    host, guest, amina = visitor(), visitor(), visitor()
    answer(host, make_link(document, side="host").url, mark="5", words="Open doors", name="Hawa")
    host.page.get_by_role("button", name="Submit").click()
    expect(host.page.get_by_text("Your answers have been submitted")).to_be_visible()
    answer(guest, make_link(document, side="resource").url, mark="2", words="Long waits", name="Gro")
    assert "Open doors" not in guest.page.content()
    amina.sign_in("amina@example.org", PASSWORD)
    amina.page.goto(f"/documents/{document.reference}/compare/")
    expect(amina.page.get_by_text("are sealed until")).to_be_visible()
    assert "Open doors" not in amina.page.content()

    guest.page.get_by_role("button", name="Submit").click()
    expect(guest.page.get_by_text("Your answers have been submitted")).to_be_visible()

    amina.page.goto(f"/documents/{document.reference}/compare/")
    expect(amina.page.get_by_text("wide gap")).to_be_visible()
    amina.check()
    amina.page.get_by_role("button", name="Begin an agreed version").click()
    amina.check()
    amina.page.locator('input[name="take:f_trust"][value="resource"]').check()
    amina.page.get_by_role("button", name="Take what is chosen").click()
    amina.page.get_by_role("link", name="Write on the form and submit").click()
    amina.page.locator("#f_words").fill("Open doors, long waits")
    amina.page.get_by_role("button", name="Submit").click()
    amina.page.wait_for_url(re.compile(rf"/documents/{document.reference}/$"))

    agreed = Response.objects.get(side=AGREED)
    assert agreed.answers == {"f_trust": 2, "f_words": "Open doors, long waits"}
    assert Document.objects.get().state == "submitted"


def test_three_people_answer_by_one_link(visitor, partnership):
    document = make_document(partnership=partnership, version=make_tool(mode="open", form=FORM))
    Document.objects.update(is_anonymous=True)
    url = make_link(document).url
    for number in range(3):
        person = visitor(java_script_enabled=False)
        person.page.set_viewport_size({"width": 320, "height": 640})
        person.page.goto(url)
        person.page.get_by_role("button", name="Begin").click()
        answer(person, person.page.url, mark=str(3 + number), words=f"Person {number}")
        person.page.get_by_role("button", name="Submit").dblclick()  # the same page is sent twice
        expect(person.page.get_by_text("Your answers have been sent")).to_be_visible()
        assert person.page.evaluate("document.documentElement.scrollWidth") <= 320
    assert (Submission.objects.count(), Response.objects.count()) == (3, 3), "a replay is not another person"

    late = visitor()
    late.expected_statuses = {409}
    late.page.goto(url)
    late.check()
    late.page.get_by_role("button", name="Begin").click()
    late.check()
    Document.objects.update(closes_at=timezone.now() - timedelta(minutes=1))
    late.page.locator("#f_words").fill("Too late")
    late.page.get_by_role("button", name="Submit").click()
    expect(late.page.get_by_text("This closed on")).to_be_visible()
    expect(late.page.get_by_text("Too late")).to_be_visible()
    assert Submission.objects.count() == 3
