"""What people without an account may read, and what they may not."""

import re
from itertools import count

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from tests.factories import make_partnership, make_programme
from tests.factories.toolkit import make_document, make_link, make_tool
from tests.toolkit.library.test_browse import make_copy
from toolkit.models import ToolDay, ToolVersion, WorkedExample
from toolkit.rendering import store
from toolkit.rendering.pdf import render_key
from toolkit.states import VersionState
from toolkit.views import tool as tool_views
from toolkit.views import trying

pytestmark = pytest.mark.django_db
PAGES = ("", "try/", "blank/", "blank.pdf", "example/", "example.pdf")


@pytest.fixture
def pressed(monkeypatch):
    """The PDF door, without its seconds of work: how often it was gone through."""
    made = count(1)
    files = []

    def press(html, assets=None, stylesheet="print"):
        files.append(render_key(html, assets, stylesheet=stylesheet))
        return b"%PDF-1.7 " + str(next(made)).encode()

    monkeypatch.setattr(store, "html_to_pdf", press)
    return files


def make_whole_tool(**fields) -> ToolVersion:
    version = make_tool(**fields)
    WorkedExample.objects.create(
        tool=version.tool,
        titles={"en": "A good one"},
        abouts={"en": "Notice the title."},
        answers={"f_title": "Visit to Nyeri", "f_days": 3, "f_gone": "a question that is no more"},
    )
    return version


def addresses(version) -> list[str]:
    return ["/toolkit/", "/toolkit/?q=title", *(f"{version.tool.get_absolute_url()}{page}" for page in PAGES)]


def is_login(response) -> bool:
    return response.status_code == 302 and response["Location"].startswith("/accounts/login/?next=")


def test_the_published_library_is_open_to_everybody(client, pressed):
    for address in addresses(make_whole_tool()):
        response = client.get(address)
        assert response.status_code == 200, address
        assert client.head(address).status_code == 200


def test_a_library_that_is_not_shared_asks_to_sign_in(client, settings, login, carol, pressed):
    version = make_whole_tool()
    settings.TOOLKIT_IS_PUBLIC = False

    assert all(is_login(client.get(address)) for address in addresses(version))
    assert is_login(client.post(f"{version.tool.get_absolute_url()}try/"))
    assert {login(carol).get(address).status_code for address in addresses(version)} == {200}
    assert ToolDay.objects.get().n_opened == 1


def unpublished():
    version = make_whole_tool()
    ToolVersion.objects.filter(pk=version.pk).update(state=VersionState.SUPERSEDED)
    return version


def withdrawn():
    version = make_whole_tool()
    version.tool.withdrawn_at = timezone.now()
    version.tool.save()
    return version


def copy_of_a_programme():
    return make_copy(make_whole_tool(), programme=make_programme())


def copy_of_a_partnership():
    return make_copy(make_whole_tool(), partnership=make_partnership())


@pytest.mark.parametrize("make", [unpublished, withdrawn, copy_of_a_programme, copy_of_a_partnership])
def test_everything_else_is_not_told_from_what_does_not_exist(client, login, carol, pressed, make):
    version = make()
    home = version.tool.get_absolute_url()

    for page in PAGES:
        assert is_login(client.get(home + page))
        assert is_login(client.get(f"/toolkit/nothing/{page}"))
        assert login(carol).get(home + page).status_code == 404
    assert version.tool not in [card.tool for card in client.get("/toolkit/?show=all").context["cards"]]
    assert not ToolDay.objects.filter(tool=version.tool).exists()
    assert pressed == []


@pytest.mark.parametrize("make", [withdrawn, unpublished])
def test_curators_are_led_from_what_is_withdrawn_to_its_versions(login, curator, make):
    home = make().tool.get_absolute_url()

    response = login(curator).get(home)

    assertRedirects(response, f"{home}versions/")
    assert login(curator).get(f"{home}try/").status_code == 404


def test_owners_open_their_copies_and_use_them_where_they_belong(login, alice):
    mine = make_partnership(coordinator=alice, name="Mine")
    make_partnership(coordinator=alice, name="Another of mine")
    base = make_whole_tool(title="Base")
    copy = make_copy(base, partnership=mine)

    response = login(alice).get(copy.tool.get_absolute_url())

    assertContains(response, "Adapted by Mine")
    assertContains(response, f'value="{mine.slug}"')
    assertNotContains(response, "Another of mine")
    assertContains(response, base.tool.get_absolute_url())
    assertContains(login(alice).get(f"{copy.tool.get_absolute_url()}example/"), "Visit to Nyeri")


def test_public_pages_may_be_kept_and_indexed_and_lead_to_the_login(client):
    version = make_whole_tool()

    for address in ("/toolkit/", version.tool.get_absolute_url()):
        response = client.get(address)
        assert response["Cache-Control"] == "public, max-age=300"
        assert "Cookie" in response["Vary"]
        assert not response.cookies
        assertContains(response, 'name="robots" content="index, follow"')
        assertContains(response, f"/accounts/login/?next={address}")
        assertNotContains(response, "csrfmiddlewaretoken")
    assertContains(client.get("/toolkit/?q=title"), 'content="noindex, follow"')


def test_pages_of_those_who_signed_in_are_kept_by_nobody(login, carol):
    version = make_whole_tool()

    for address in ("/toolkit/", version.tool.get_absolute_url()):
        response = login(carol).get(address)
        assert response["Cache-Control"] == "private, no-store"
        assertContains(response, 'name="robots" content="noindex"')


def test_a_page_with_a_token_is_kept_by_nobody(client):
    version = make_whole_tool()

    response = client.get(f"{version.tool.get_absolute_url()}try/")

    assertContains(response, "csrfmiddlewaretoken")
    assert "no-store" in response["Cache-Control"]
    assertContains(response, 'content="noindex, nofollow"')


def test_a_blank_form_is_made_once_and_then_kept(client, login, carol, pressed):
    address = f"{make_whole_tool().tool.get_absolute_url()}blank.pdf"

    first = client.get(address)

    assert first["Content-Type"] == "application/pdf"
    assert re.search(r'filename="9\.\d+-tool-\d+-blank\.pdf"', first["Content-Disposition"])
    assert first["Cache-Control"] == "public, max-age=3600"
    again = client.get(address, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert login(carol).get(address)["Cache-Control"] == "private, no-cache"
    assert len(pressed) == 1


def test_strangers_get_few_new_papers_a_minute(client, login, carol, pressed, monkeypatch):
    monkeypatch.setattr(tool_views, "NEW_PAPERS_PER_MINUTE", 2)
    papers = [f"{make_whole_tool().tool.get_absolute_url()}blank.pdf" for _n in range(4)]

    statuses = [client.get(paper).status_code for paper in papers]

    assert statuses == [200, 200, 429, 429]
    refused = client.get(papers[2])
    assert (refused["Retry-After"], "no-store" in refused["Cache-Control"]) == ("60", True)
    assertContains(refused, "Please try again in a minute", status_code=429)
    # What was made already is still handed out, and people with an account are served.
    assert client.get(papers[0]).status_code == 200
    assert login(carol).get(papers[2]).status_code == 200
    assert len(pressed) == 3


def test_strangers_get_no_endless_row_of_papers(client, pressed, monkeypatch):
    monkeypatch.setattr(tool_views, "PAPERS_PER_MINUTE", 3)
    paper = f"{make_whole_tool().tool.get_absolute_url()}blank.pdf"

    assert [client.get(paper).status_code for _n in range(4)] == [200, 200, 200, 429]
    other = client.get(paper, REMOTE_ADDR="203.0.113.9")
    assert other.status_code == 200


def test_who_tries_too_often_waits_and_keeps_the_words(client, login, carol, monkeypatch):
    monkeypatch.setattr(trying, "TRIES_PER_MINUTE", 1)
    address = f"{make_whole_tool().tool.get_absolute_url()}try/"
    data = {"_end": "1", "_action": "check", "f_title": "Words <b>of</b> mine"}

    assert client.post(address, data).status_code == 200
    refused = client.post(address, data)

    assertContains(refused, "Words &lt;b&gt;of&lt;/b&gt; mine", status_code=429)
    assert login(carol).post(address, data).status_code == 200


def test_an_example_that_outlived_its_questions_is_still_shown(client, pressed):
    version = make_whole_tool()

    response = client.get(f"{version.tool.get_absolute_url()}example/")

    assertContains(response, "Visit to Nyeri")
    assertContains(response, "Notice the title.")
    assertContains(response, "Example")
    assertNotContains(response, "a question that is no more")


def test_a_tool_without_an_example_has_no_page_for_it(login, carol):
    version = make_tool()

    assert login(carol).get(f"{version.tool.get_absolute_url()}example/").status_code == 404
    assertNotContains(login(carol).get(version.tool.get_absolute_url()), "A worked example")


@pytest.mark.parametrize("page", ["", "blank/", "blank.pdf", "example/", "learn/"])
def test_pages_are_only_read(client, login, curator, page):
    address = f"{make_whole_tool().tool.get_absolute_url()}{page}"

    assert login(curator).post(address).status_code == 405


def test_the_login_leads_to_a_toolkit_that_is_shared(client, settings):
    assertContains(client.get("/accounts/login/"), 'href="/toolkit/"')
    settings.TOOLKIT_IS_PUBLIC = False
    assertNotContains(client.get("/accounts/login/"), "Look at the toolkit without signing in")


def test_a_worked_example_is_one_click_from_the_form_itself(client, login, alice, settings):
    document = make_document(partnership=make_partnership(coordinator=alice))
    tool = document.version.tool
    WorkedExample.objects.create(tool=tool, titles={"en": "A good one"}, answers={})
    example = reverse("toolkit:tool-example", args=[tool.slug])
    for page in ("tool-try", "tool-blank"):
        assertContains(client.get(reverse(f"toolkit:{page}", args=[tool.slug])), example)
    fill, link = f"{document.get_absolute_url()}fill/", f"/f/{make_link(document).token}/"
    assertContains(login(alice).get(fill), f'href="{example}"')
    assertContains(client.get(link), f'href="{example}"')

    settings.TOOLKIT_IS_PUBLIC = False  # those without an account could not open it
    assertNotContains(client.get(link), example)
    assertContains(login(alice).get(fill), example)

    WorkedExample.objects.all().delete()
    assertNotContains(login(alice).get(fill), "A worked example")
