"""An exchange from the request to the ledger: approvals, checklists, the journey, its report, closed, counted once."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import expect

from partnerships.models import Contribution, Exchange
from tests.factories import make_contact, make_member, make_partnership, make_user
from tests.factories.people import PASSWORD
from tests.factories.workplan import make_leads

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]


def test_from_request_to_ledger(visitor):
    call_command("load_toolkit", verbosity=0)
    alice = make_user(name="Alice Moreau", email="alice@example.org", is_coordinator=True)
    partnership = make_partnership(coordinator=alice, name="Lyon – Bamako", status="active")
    leads = make_leads(partnership)
    tabitha = make_user(name="Tabitha Wanjiru", email="tabitha@example.org")
    host = partnership.participations.get(side="host").organization
    contact = make_contact(name="Tabitha Wanjiru", user=tabitha, organization=host)
    make_member(partnership, side="host", role="technical", contact=contact)

    coordinator, traveller = visitor(), visitor()
    coordinator.sign_in(alice.email, PASSWORD)
    traveller.sign_in(tabitha.email, PASSWORD)
    request(coordinator, partnership, contact)
    exchange = Exchange.objects.get()
    for side, state in (("host", "Approved by the sending side"), ("resource", "Approved by the receiving side")):
        approve(visitor(), leads[side], exchange, state)
    get_ready(coordinator, traveller, exchange)
    travel(coordinator, exchange)
    report(coordinator, traveller, exchange)
    count(coordinator, partnership, exchange)


def press(page, name: str) -> None:
    """A step by its button, and that the page came back with the step made."""
    page.get_by_role("button", name=name, exact=True).click()
    expect(page.get_by_role("button", name=name, exact=True)).to_have_count(0)


def request(coordinator, partnership, contact) -> None:
    page, today = coordinator.page, timezone.localdate()
    page.goto(partnership.get_absolute_url())
    page.get_by_role("link", name="Exchanges").click()
    coordinator.check()
    page.get_by_role("link", name="New exchange").first.click()
    page.get_by_label("Title").fill("Birth care in Oslo")
    page.get_by_label("Purpose").fill("See how the ward works at night.")
    page.get_by_label("Not in the work plan, because").fill("It came up in a call.")
    page.get_by_label("Sending organization").select_option(index=1)
    page.get_by_label("Receiving organization").select_option(index=2)
    page.get_by_label("Country of destination").select_option(value="NO")
    page.get_by_label("Place of destination").fill("Oslo")
    page.get_by_label("First day of travel").fill(today.isoformat())
    page.get_by_label("Last day of travel").fill((today + timedelta(days=1)).isoformat())
    page.get_by_label("Working days").fill("2")
    coordinator.check()
    page.get_by_role("button", name="Write it down").click()
    page.get_by_role("link", name="Add a person").click()
    page.get_by_role("combobox", name="Person").select_option(value=str(contact.pk))
    coordinator.check()
    page.get_by_role("button", name="Put on the list").click()
    page.goto(Exchange.objects.get().get_absolute_url())
    press(page, "Ask for approval")
    coordinator.check()


def approve(person, user, exchange, state: str) -> None:
    """Found in what waits for them, read, and answered."""
    page = person.page
    person.sign_in(user.email, PASSWORD)
    page.get_by_role("link", name="Read and answer: Birth care in Oslo").click()
    page.get_by_label("Approve").check()
    person.check()
    page.get_by_role("button", name="Send the answer").click()
    expect(page.get_by_text(state).first).to_be_visible()
    exchange.refresh_from_db()


def tick_all(page) -> None:
    for box in page.locator(".exchange-items select").all():
        box.select_option(value="done")
    for note in page.get_by_placeholder("What is done about it, and by whom").all():
        note.fill("The hosts drive, by day only.")
    page.get_by_role("button", name="Save the checklist").click()


def get_ready(coordinator, traveller, exchange) -> None:
    page, own = coordinator.page, traveller.page
    page.goto(exchange.get_absolute_url())
    press(page, "Begin to prepare")
    page.get_by_role("link", name="Checklist of the receiving side").click()
    coordinator.check()
    tick_all(page)

    # The traveller writes down what nobody else may read, promises what is asked, and ticks the list.
    person = exchange.travellers.get()
    own.goto(person.get_absolute_url())
    press(own, "Accepts the journey")
    traveller.check()
    own.get_by_role("link", name="Open", exact=True).click()
    own.get_by_label("Family name").fill("Wanjiru")
    own.get_by_label("Passport number").fill("AK0123456")
    own.get_by_label("Valid until").fill("2040-01-31")
    own.get_by_label("Emergency contact", exact=True).fill("Sister Ruth")
    own.get_by_label("Telephone of the emergency contact").fill("+254 700 000 000")
    own.get_by_label("Travel insurance").fill("Umoja 77-1")
    traveller.check()
    own.get_by_role("button", name="Save").click()
    own.goto(person.get_absolute_url())
    own.get_by_role("button", name="I promise all of this").click()
    own.get_by_role("link", name="Checklist").first.click()
    tick_all(own)

    page.goto(person.get_absolute_url())
    expect(page.get_by_text("AK0123456")).to_have_count(0)
    page.get_by_text("Decide: go or no go").click()
    page.get_by_label("Go", exact=True).check()
    page.get_by_role("button", name="Save the decision").click()
    press(page, "No visa is needed")
    press(page, "Clear to travel")
    coordinator.check()
    page.goto(exchange.get_absolute_url())
    press(page, "Everything is ready")


def travel(coordinator, exchange) -> None:
    page = coordinator.page
    page.goto(exchange.travellers.get().get_absolute_url())
    for step in ("Has departed", "Has arrived", "Is back home"):
        day = timezone.localdate().isoformat()
        form = page.locator("form", has=page.get_by_role("button", name=step, exact=True))
        form.get_by_label("On which day").fill(day)
        press(page, step)
    coordinator.check()
    page.goto(exchange.get_absolute_url())
    press(page, "Ask for the trip reports")


def report(coordinator, traveller, exchange) -> None:
    page, own = coordinator.page, traveller.page
    own.goto("/waiting/")
    own.get_by_role("link", name="Birth care in Oslo").first.click()
    own.get_by_role("button", name="Write the report").click()
    traveller.check()
    fill_report(own)
    page.goto(exchange.travellers.get().get_absolute_url())
    expect(page.get_by_text("The trip report was handed in")).to_be_visible()
    page.get_by_label("Working days given").fill("1")
    page.get_by_role("button", name="Save the days").click()
    page.goto(exchange.get_absolute_url())
    page.get_by_role("link", name="Costs").click()
    page.get_by_role("button", name="It cost nothing").click()
    page.goto(exchange.get_absolute_url())
    press(page, "Close the exchange")
    expect(page.get_by_text("Closed").first).to_be_visible()
    coordinator.check()


def fill_report(own) -> None:
    """What every report asks for; days and names stand there already."""
    own.locator("[name=f_new_skills]").fill("Two midwives check each drug together.")
    own.locator("[name=f_recommendations]").fill("Stay two weeks.")
    own.locator("[name=f_safeguarding][value=no]").check()
    own.locator("[name=f_working_days]").fill("1")
    own.locator('[name^="r_objectives/"][name$="/f_objective"]').first.fill("See two births at night")
    own.locator('[name^="r_objectives/"][name$="/f_achieved"]').first.select_option(value="fully")
    own.locator('[name^="r_objectives/"][name$="/f_what_happened"]').first.fill("We saw three.")
    own.locator('[name^="r_changes/"][name$="/f_change"]').first.fill("Two people check each drug.")
    own.locator('[name^="r_follow_up/"][name$="/f_follow_up_action"]').first.fill("Print the drug list")
    own.locator("[name=f_prepared_by]").fill("Tabitha Wanjiru")
    own.locator("[name=f_prepared_on]").fill(timezone.localdate().isoformat())
    own.get_by_role("button", name="Submit").first.click()
    expect(own.get_by_text("Submitted").first).to_be_visible()


def count(coordinator, partnership, exchange) -> None:
    """The days are proposed once, taken once, and proposed nowhere any more."""
    page = coordinator.page
    page.goto(f"{partnership.get_absolute_url()}contributions/proposed/")
    expect(page.get_by_text("Exchange: Birth care in Oslo")).to_have_count(1)
    coordinator.check()
    page.get_by_label("Exchange: Birth care in Oslo").check()
    page.get_by_role("button", name="Take the ticked ones").click()
    page.goto(f"{partnership.get_absolute_url()}contributions/proposed/")
    expect(page.get_by_text("Exchange: Birth care in Oslo")).to_have_count(0)
    page.goto(f"{partnership.get_absolute_url()}contributions/all/")
    expect(page.get_by_text("Exchange: Birth care in Oslo")).to_have_count(1)
    row = Contribution.objects.get()
    assert (str(row.quantity), row.unit, row.source_thing) == ("1.00", "day", f"exchange:{exchange.pk}")
