"""A workshop from plan to certificates: planned, registered for, signed on paper, typed in, certified, checked."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from partnerships.models import Certificate, Workshop
from tests.factories import make_contact, make_member, make_partnership, make_user
from tests.factories.people import PASSWORD
from twinning import challenge

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]


def test_from_plan_to_certificates(visitor):
    alice = make_user(name="Alice Moreau", email="alice@example.org", is_coordinator=True)
    partnership = make_partnership(coordinator=alice, name="Lyon – Bamako", status="active")
    hana = make_contact(name="Hana Desta", time_zone="Africa/Nairobi")
    make_member(partnership, side="host", role="coordinator", contact=hana)
    make_contact(name="Dr Rolf Hansen")
    coordinator = visitor()
    coordinator.sign_in(alice.email, PASSWORD)
    page = coordinator.page
    plan(coordinator, partnership)
    register(visitor, page, coordinator)

    # The day of the workshop: it starts, the sheet is printed and signed, and typed in afterwards.
    press(page, "Close the registration")
    press(page, "Start it")
    page.get_by_role("link", name="Attendance").click()
    coordinator.check()
    page.get_by_role("link", name="Sign-in sheet to print").click()
    expect(page.get_by_role("rowheader", name="Akinyi Otieno")).to_be_visible()
    coordinator.check()
    page.go_back()
    page.get_by_label("Akinyi Otieno, Opening").check()
    page.get_by_label("The whole sheet of “Opening” is typed").check()
    page.get_by_role("button", name="Save attendance").click()
    expect(page.get_by_text("Saved. Boxes that are new or changed: 2, ticked in all: 1.")).to_be_visible()

    workshop = Workshop.objects.get()
    page.goto(workshop.get_absolute_url())
    press(page, "Say that it was held")
    results(coordinator)
    page.goto(workshop.get_absolute_url())
    press(page, "Say that all results are entered")
    page.get_by_role("link", name="Results").click()
    page.get_by_role("button", name="Issue 1 certificate").click()
    expect(page.get_by_text("1 certificate was issued.")).to_be_visible()
    coordinator.check()
    page.goto(workshop.get_absolute_url())
    press(page, "Close it")
    expect(page.get_by_text("Closed").first).to_be_visible()
    coordinator.check()

    # Somebody holds the certificate in their hands and checks it.
    certificate = Certificate.objects.get()
    stranger = visitor(java_script_enabled=False)
    stranger.page.goto(certificate.verify_path)
    expect(stranger.page.get_by_role("heading", name="This certificate is valid")).to_be_visible()
    expect(stranger.page.get_by_text("Akinyi Otieno")).to_be_visible()
    page.goto(f"{partnership.get_absolute_url()}history/")
    expect(page.get_by_text("issued certificates of the workshop “Newborn care” (1)")).to_be_visible()


def press(page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()
    expect(page.get_by_text("is now").first).to_be_visible()


def plan(coordinator, partnership) -> None:
    page = coordinator.page
    page.goto(partnership.get_absolute_url())
    page.get_by_role("link", name="Workshops").click()
    coordinator.check()
    page.get_by_role("link", name="New workshop").first.click()
    page.get_by_label("Title").fill("Newborn care")
    page.get_by_label("Place").fill("Bamako, hall")
    page.get_by_label("Seats").fill("2")
    coordinator.check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("at least one session")).to_be_visible()

    page.get_by_role("link", name="Add a session").click()
    page.get_by_label("Title").fill("Opening")
    page.get_by_label("Day").fill(timezone.localdate().isoformat())
    page.get_by_label("From").fill("00:30")
    page.get_by_label("Until").fill("02:00")
    coordinator.check()
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="Add a trainer").click()
    page.get_by_label("Person").select_option(label="Dr Rolf Hansen")
    page.get_by_label("Side").select_option(value="resource")
    coordinator.check()
    page.get_by_role("button", name="Add", exact=True).click()
    press(page, "Say that it is planned")
    press(page, "Approve it")
    coordinator.check()


def register(visitor, page, coordinator) -> None:
    """Two seats: Akinyi takes one without an account, Baraka is added by hand, and a third person waits."""
    press(page, "Open the registration")
    page.get_by_role("link", name="People").click()
    page.get_by_role("button", name="Make the address").click()
    address = page.get_by_label("The address for registering").input_value()
    coordinator.check()

    participant = visitor(java_script_enabled=False)
    form = participant.page
    form.goto(address)
    asked = challenge.same_challenge(form.locator("input[name=challenge]").input_value())
    form.get_by_label("Full name").fill("Akinyi Otieno")
    form.get_by_label("E-mail").fill("akinyi@example.org")
    form.get_by_label("Organization").fill("Lakeside clinic")
    form.get_by_label("Country").select_option(value="KE")
    form.get_by_label("The organizers may keep these data").check()
    form.get_by_label(asked.question).fill(challenge._asked(challenge._nonce(asked.token)).right[0])
    form.wait_for_timeout(1000 * (challenge.QUICKEST_SECONDS + 1))
    form.get_by_role("button", name="Register").click()
    expect(form.get_by_text("Akinyi Otieno, you have a seat")).to_be_visible()

    page.get_by_role("link", name="People").click()
    page.get_by_role("link", name="Add a person").click()
    for name in ("Baraka Mwangi", "Chege Kamau"):
        page.get_by_label("Full name").fill(name)
        page.get_by_role("button", name="Save, and add another one").click()
        expect(page.get_by_text(name)).to_be_visible()
    page.get_by_role("link", name="People").click()
    expect(page.get_by_role("heading", name="Waiting list")).to_be_visible()
    coordinator.check()
    page.get_by_role("link", name="Plan", exact=True).click()


def results(coordinator) -> None:
    page = coordinator.page
    page.get_by_role("link", name="Results").click()
    for name, line in (("Enter the test before", "100"), ("Enter the test after", "111")):
        page.get_by_role("link", name=name).click()
        page.get_by_label("How many questions").fill("3")
        page.get_by_label("Akinyi Otieno").fill(line)
        coordinator.check()
        page.get_by_role("button", name="Save the results").click()
        expect(page.get_by_text("1 test was saved.")).to_be_visible()
    expect(page.get_by_text("+67").first).to_be_visible()
    page.get_by_role("link", name="Enter the summary").click()
    page.get_by_label("evaluation sheets that came back").fill("1")
    page.get_by_label("The workshop as a whole").fill("1 0 0 0 0")
    coordinator.check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("1 evaluation sheet came back.")).to_be_visible()
