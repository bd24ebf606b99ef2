"""Journey C: a partnership adapts the trip report, its base gets a new version, the two are merged and put to work."""

import re

import pytest
from django.core.management import call_command
from playwright.sync_api import Page, expect

from accounts.models import User
from partnerships.models import Partnership, PhaseModel
from tests.factories import make_organization, make_partnership, make_user
from tests.factories.people import PASSWORD
from tests.journeys.test_fill_together import fill_every_required_field, make_link
from tests.toolkit.versions.making import with_question, worded
from toolkit.actions.drafting import edit_draft, open_draft
from toolkit.models import Document, Tool
from toolkit.schema.editing import Raw, set_properties
from toolkit.schema.parts import parts_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]


@pytest.fixture
def partnership() -> Partnership:
    call_command("load_phase_models", verbosity=0)
    call_command("load_toolkit", verbosity=0)
    make_user(name="Chipo Moyo", email="chipo@example.org", is_curator=True)
    return make_partnership(
        name="Mombasa – Bergen",
        phase_model=PhaseModel.objects.get(slug="aiha"),
        coordinator=make_user(name="Amina Yusuf", email="amina@example.org", is_coordinator=True),
        host=make_organization(name="Coast General Hospital", country="KE"),
        resource=make_organization(name="Fjord University Hospital", country="NO"),
    )


def adapt(amina, partnership: Partnership) -> Tool:
    """A copy for the partnership: one question left out, another in words of their own, published."""
    page = amina.page
    page.goto("/toolkit/trip-report/")
    page.get_by_role("navigation", name="This tool").get_by_role("link", name="Adapt").click()
    amina.check()
    page.get_by_label("Who is the copy for?").select_option(label=partnership.name)
    page.get_by_role("button", name="Make the copy").click()
    expect(page.get_by_role("heading", name="Leave questions out")).to_be_visible()
    expect(page.get_by_role("checkbox", name="Working days")).to_be_disabled()
    amina.check()
    page.get_by_role("checkbox", name="Attachments").uncheck()
    page.get_by_role("button", name="Save in the draft").click()

    page.get_by_role("link", name="Edit", exact=True).click()
    page.locator("a.outline__link", has_text="Unexpected outcomes").click()
    page.get_by_label("Question", exact=True).fill("What surprised you")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    page.get_by_role("link", name="Publish").click()
    amina.check()
    publish(page, "Our own words.")
    expect(page.get_by_text("Your copy is published")).to_be_visible()
    return Tool.objects.get(base__slug="trip-report")


def publish(page: Page, note: str) -> None:
    """From the page of versions to the page that says what publishing changes, and through it."""
    if "/versions/publish/" not in page.url:
        page.get_by_role("link", name="Publish").click()
    page.get_by_label("What is new").fill(note)
    page.get_by_role("button", name="Publish").click()
    page.wait_for_url(re.compile(r"/versions/$"))


def revised(raw: Raw) -> Raw:
    """The curator's new version: the same question reworded, another explained, one more asked."""
    raw = worded(raw, "f_unexpected", "Outcomes that nobody expected")
    raw = set_properties(raw, "f_recommendations", {"hint": {"en": "At most three."}})
    return with_question(raw, "Would you go again?", parent=parts_of(raw)["f_recommendations"].parent, kind="yes_no")


def test_a_copy_is_adapted_merged_and_put_to_work(partnership, visitor):
    amina = visitor()
    amina.sign_in("amina@example.org", PASSWORD)
    copy = adapt(amina, partnership)

    chipo = visitor()
    chipo.sign_in("chipo@example.org", PASSWORD)
    base = Tool.objects.get(slug="trip-report")
    curator = User.objects.get(email="chipo@example.org")
    edit_draft(open_draft(base, by=curator), revised, by=curator)
    chipo.page.goto("/toolkit/trip-report/versions/publish/")
    expect(chipo.page.get_by_text("1 added, 2 reworded")).to_be_visible()
    expect(chipo.page.get_by_text("One adapted copy is offered what is new")).to_be_visible()
    chipo.check()
    publish(chipo.page, "Clearer, and one question more.")
    chipo.page.get_by_role("link", name="What changed in version 2").click()
    expect(chipo.page.locator("ins", has_text="Outcomes that nobody expected")).to_be_visible()
    chipo.check()

    merge(amina, partnership)
    raw = copy.versions.published().get().raw
    labels = [part.entry["label"]["en"] for part in parts_of(raw).values() if part.sort == "item"]
    assert {"What surprised you", "Would you go again?"} <= set(labels)
    assert not {"Unexpected outcomes", "Outcomes that nobody expected", "Attachments"} & set(labels)
    assert parts_of(raw)["f_recommendations"].entry["hint"] == {"en": "At most three."}

    fill_it_by_link(amina, partnership, visitor)


def merge(amina, partnership: Partnership) -> None:
    """The newer version is offered on the partnership's page; one conflict is decided, the rest is taken."""
    page = amina.page
    page.goto(partnership.get_absolute_url())
    page.get_by_role("link", name="See what is new").click()
    expect(page.get_by_text("Clearer, and one question more.")).to_be_visible()
    amina.check()
    amina.expected_statuses.add(400)
    page.get_by_role("button", name="Make the draft").click()
    expect(page.get_by_text("One thing was changed on both sides")).to_be_visible()
    page.get_by_label("Keep yours").check()
    page.get_by_role("button", name="Make the draft").click()
    expect(page.get_by_text("holds what you took")).to_be_visible()
    amina.check()
    publish(page, "In step with the toolkit again.")


def fill_it_by_link(amina, partnership: Partnership, visitor) -> None:
    page = amina.page
    page.goto(f"/partnerships/{partnership.slug}/documents/new/")
    expect(page.get_by_text("adapted by this partnership").first).to_be_visible()
    page.get_by_role("link", name="Trip report").first.click()
    page.get_by_role("button", name="Start the document").click()
    page.wait_for_url(re.compile(r"/documents/TP-"))
    document = Document.objects.get()
    assert document.version.tool.partnership == partnership
    hawa = visitor()
    hawa.page.goto(make_link(page, document, "Host side", "Hawa Njeri"))
    expect(hawa.page.get_by_label("What surprised you")).to_be_visible()
    expect(hawa.page.get_by_text("Would you go again?")).to_be_visible()
    expect(hawa.page.get_by_text("Attachments")).to_have_count(0)
    hawa.page.get_by_label("Your name").first.fill("Hawa Njeri")
    fill_every_required_field(hawa.page)
    hawa.page.get_by_role("button", name="Save and continue later").click()
    expect(hawa.page.get_by_text("Saved at")).to_be_visible()
    answers = document.responses.get().answers
    assert "f_recommendations" in answers
