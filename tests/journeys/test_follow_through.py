"""A coordinator asks a partner to do something; both talk about it; it is done and stands in the story."""

import pytest
from django.core import mail
from playwright.sync_api import expect

from partnerships.models import FollowUp
from tests.factories import make_contact, make_member, make_partnership, make_user
from tests.factories.people import PASSWORD

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]


def test_from_a_promise_to_the_story(visitor):
    alice = make_user(name="Alice Moreau", email="alice@example.org", is_coordinator=True)
    hana = make_user(name="Hana Desta", email="hana@example.org")
    partnership = make_partnership(coordinator=alice, name="Lyon – Bamako", status="active")
    make_member(partnership, side="host", contact=make_contact(name="Hana Desta", user=hana))

    coordinator = visitor()
    coordinator.sign_in(alice.email, PASSWORD)
    page = coordinator.page
    page.goto(partnership.get_absolute_url())
    page.get_by_role("link", name="Follow-ups").click()
    page.get_by_label("What is to be done").fill("Send the photographs")
    page.get_by_label("Who does it").first.select_option(label="Hana Desta")
    page.get_by_role("button", name="Add").click()
    expect(page.get_by_text("The follow-up has been written down.")).to_be_visible()
    coordinator.check()
    page.get_by_role("link", name="Send the photographs").click()
    coordinator.check()
    page.get_by_role("link", name="Ask or say something about it").click()
    page.get_by_label("Your comment").fill("@Hana Desta, the ones of the drill, please: https://example.org/album")
    page.get_by_role("button", name="Add the comment").click()
    expect(page.get_by_text("Told: Hana Desta")).to_be_visible()
    coordinator.check()
    assert [letter.to for letter in mail.outbox] == [["hana@example.org"]] * 2

    # The partner's browser runs no script.
    partner = visitor(java_script_enabled=False)
    partner.sign_in(hana.email, PASSWORD)
    page = partner.page
    expect(page.get_by_role("heading", name="New for you")).to_be_visible()
    page.get_by_role("link", name="2 things concern you").click()
    page.get_by_role("button", name="Open: Alice Moreau mentioned you").click()
    expect(page.get_by_role("link", name="https://example.org/album")).to_be_visible()
    page.goto("/follow-ups/")
    page.get_by_role("button", name="Done: Send the photographs").click()
    expect(page.get_by_text("“Send the photographs” is now done.")).to_be_visible()
    assert FollowUp.objects.get().closed_by == hana

    page = coordinator.page
    page.goto(f"{partnership.get_absolute_url()}history/")
    expect(page.get_by_text("finished the follow-up “Send the photographs” of Hana Desta")).to_be_visible()
    coordinator.check()
    for path in ("/calendars/", "/notifications/", "/follow-ups/", "/waiting/"):
        page.goto(path)
        coordinator.check()
