"""Every component in a real browser: readable, narrow enough, and working with the keyboard and without JavaScript."""

import pytest
from playwright.sync_api import expect

from tests.factories import make_user

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]

PASSWORD = "a-quiet-place"


@pytest.fixture
def guide(settings, visitor):
    """A maker of visitors who signed in and opened the style guide."""
    settings.ROOT_URLCONF = "tests.journeys.guide_urls"
    user = make_user(name="Aigul Asanova", email="aigul@example.org", is_admin=True)
    user.set_password(PASSWORD)
    user.save()

    def _guide(**options):
        person = visitor(**options)
        # The home page is another test's matter: sign in straight to the guide.
        person.page.goto("/accounts/login/?next=/guide/")
        person.page.get_by_label("E-mail").fill(user.email)
        person.page.get_by_label("Password").fill(PASSWORD)
        person.page.get_by_role("button", name="Sign in").click()
        person.page.wait_for_url("**/guide/")
        return person

    return _guide


def test_components_are_accessible_and_fit(guide):
    person = guide()

    expect(person.page.locator("#conflict-title")).to_be_focused()
    person.check()


@pytest.mark.parametrize("address", ["/accounts/login/", "/accounts/password/reset/", "/accounts/password/reset/done/"])
def test_pages_before_the_door_are_accessible_and_fit(visitor, address):
    person = visitor()
    person.page.goto(address)

    person.check()


def test_menu_closes_on_escape_and_gives_the_focus_back(guide):
    page = guide().page
    summary = page.locator("details.menu:visible > summary")

    summary.click()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    page.keyboard.press("Escape")

    expect(page.get_by_role("button", name="Sign out")).to_be_hidden()
    expect(summary).to_be_focused()


def test_menu_closes_when_one_looks_elsewhere(guide):
    page = guide().page

    page.locator("details.menu:visible > summary").click()
    page.get_by_role("heading", level=1).click()

    expect(page.get_by_role("button", name="Sign out")).to_be_hidden()


def test_menu_and_confirmation_need_no_javascript(guide):
    person = guide(java_script_enabled=False)
    page = person.page
    page.set_viewport_size({"width": 320, "height": 900})

    page.get_by_text("Menu", exact=True).click()
    expect(page.get_by_role("link", name="Partnerships", exact=True)).to_be_visible()
    page.get_by_text("Take off the team").click()

    expect(page.get_by_role("button", name="Take off", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Copy")).to_be_hidden()


def test_theme_is_chosen_without_javascript_and_remembered(guide):
    page = guide(java_script_enabled=False, color_scheme="light").page
    ground = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(ground)

    page.locator("details.menu:visible > summary").click()
    page.get_by_role("button", name="Dark").click()

    page.wait_for_url("**/guide/")
    dark = page.evaluate(ground)
    assert dark != light
    page.reload()
    assert page.evaluate(ground) == dark
    # Paper stays white whatever the screen does.
    page.emulate_media(media="print")
    assert page.evaluate(ground) == "rgb(255, 255, 255)"


def test_copy_box_copies(guide):
    person = guide(permissions=["clipboard-read", "clipboard-write"])
    page = person.page

    page.get_by_role("button", name="Copy").click()

    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == page.locator("#link").input_value()


def test_skip_link_leads_past_the_menu(guide):
    page = guide().page
    page.goto("/accounts/profile/")

    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")

    expect(page.locator("#content")).to_be_focused()
