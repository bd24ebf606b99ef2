"""Journey A: a coordinator signs in and starts a partnership between two hospitals."""

import pytest
from django.core.management import call_command
from playwright.sync_api import expect

from partnerships.models import Partnership
from tests.factories import make_organization, make_partnership, make_user
from tests.factories.people import PASSWORD

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]


@pytest.fixture
def world():
    call_command("load_phase_models", verbosity=0)
    make_organization(name="Coast General Hospital", short_name="Coast", country="KE")
    make_user(name="Amina Yusuf", email="amina@example.org", is_coordinator=True)


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_coordinator_starts_a_partnership(world, visitor, scripts):
    amina = visitor(java_script_enabled=scripts)
    page = amina.page
    page.goto("/")
    page.wait_for_url("**/accounts/login/**")
    if scripts:
        amina.check()

    amina.sign_in("amina@example.org", PASSWORD)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Amina Yusuf")
    if scripts:
        amina.check()

    page.get_by_role("link", name="Start a partnership").first.click()
    if scripts:
        amina.check()
    known = page.get_by_label("Host organization", exact=True)
    known.select_option(known.locator("option", has_text="Coast General Hospital").get_attribute("value"))
    # The other hospital is not known yet: it is typed in place.
    page.get_by_text("It is not in the list").nth(1).click()
    page.locator("[name=resource_new_name]").fill("Bệnh viện Sông Hương")
    page.locator("[name=resource_new_country]").select_option("VN")
    page.locator("[name=resource_new_type]").select_option("delivery")
    page.get_by_role("button", name="Start the partnership").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Coast – Bệnh viện Sông Hương")
    partnership = Partnership.objects.get()
    assert page.url.endswith(partnership.get_absolute_url())
    expect(page.get_by_text("What is missing before the next step")).to_be_visible()
    expect(page.get_by_text("a lead or coordinator named on each side")).to_be_visible()
    expect(page.get_by_text("Memorandum of understanding").first).to_be_attached()
    assert [str(phase) for phase in partnership.phases.all()][0] == "1. Initiating the partnership"
    assert partnership.phases.count() == 6
    if scripts:
        amina.check()

    page.get_by_role("link", name="History").click()
    expect(page.get_by_text("started the partnership")).to_be_visible()
    if scripts:
        amina.check()


def test_the_list_finds_it(world, visitor):
    amina = make_user(name="Second", email="second@example.org", is_coordinator=True)
    make_partnership(coordinator=amina, name="Lake – Mountain")
    make_partnership(coordinator=amina, name="River – Hill")
    person = visitor()
    person.sign_in("second@example.org", PASSWORD)

    person.page.goto("/partnerships/")
    person.check()
    person.page.get_by_label("Words").fill("lake")
    person.page.get_by_role("button", name="Search").click()

    expect(person.page.get_by_role("link", name="Lake – Mountain")).to_be_visible()
    expect(person.page.get_by_role("link", name="River – Hill")).to_have_count(0)
