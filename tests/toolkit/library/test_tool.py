"""The page of one tool: what it says, and to whom it shows which way on."""

import re

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django.asserts import assertContains, assertNotContains

from tests.factories import make_partnership, make_programme
from tests.factories.toolkit import make_document, make_tool
from tests.toolkit.library.test_browse import make_copy
from toolkit.actions.library import publish_raw
from toolkit.models import Feedback, ToolDay
from toolkit.states import Licence

pytestmark = pytest.mark.django_db
GUIDE = 'guidance: {en: "## First\\n\\nTalk.\\n\\n| a | b |\\n|---|---|\\n| 1 | 2 |"}\n'


def ways(response) -> set[str]:
    """What the row of moves offers, by the last part of the address."""
    row = response.content.decode().partition('class="tool-moves')[2].partition("</nav>")[0]
    return {part.partition('"')[0].strip("/").rpartition("/")[2] for part in row.split('href="')[1:]}


def test_each_is_shown_the_ways_they_may_go(login, client, alice, carol, curator, admin):
    make_partnership(coordinator=alice)
    version = make_tool()
    address = version.tool.get_absolute_url()

    assert ways(client.get(address)) == set()
    assert ways(login(carol).get(address)) >= {"versions"}
    assert not ways(login(carol).get(address)) & {"edit", "adapt", "learn"}
    assert ways(login(alice).get(address)) >= {"versions", "adapt"}
    assert not ways(login(alice).get(address)) & {"edit", "learn"}
    make_programme()
    for person in (curator, admin):
        assert ways(login(person).get(address)) >= {"edit", "versions", "adapt", "learn"}


def test_owners_edit_their_copy_and_nobody_adapts_it_again(login, alice):
    copy = make_copy(make_tool(), partnership=make_partnership(coordinator=alice))

    assert "edit" in ways(login(alice).get(copy.tool.get_absolute_url()))
    assert "adapt" not in ways(login(alice).get(copy.tool.get_absolute_url()))


def test_everybody_may_say_what_they_think(client):
    address = make_tool().tool.get_absolute_url()

    assertContains(client.get(address), f"{address}feedback/")


def test_origin_credit_and_licence_are_told(client):
    version = make_tool(title="Old", extra="source: {en: 'After a form of the <ministry>.'}\n")
    tool = version.tool
    publish_raw(tool, {**version.raw, "title": {"en": "New"}}, credit="Ana & Co", change_note="Shorter")
    publish_raw(tool, {**version.raw, "title": {"en": "Newest"}}, credit="Ben")

    response = client.get(tool.get_absolute_url())

    assert response.context["credits"] == ["Ana & Co", "Ben"]
    assertContains(response, "After a form of the &lt;ministry&gt;.")
    assertContains(response, 'href="https://creativecommons.org/licenses/by/4.0/"')
    assertContains(response, "3, of")
    tool.licence = Licence.OWN_USE
    tool.save()
    assertNotContains(client.get(tool.get_absolute_url()), "creativecommons.org")


def test_opinions_are_shown_unless_hidden_and_only_as_words(client):
    tool = make_tool().tool
    for n in range(4):
        Feedback.objects.create(tool=tool, version_number=1, rating=4, text=f"Word <i>{n}</i>", name=f"<b>N{n}</b>")
    Feedback.objects.filter(text__contains="3").update(is_hidden=True)
    Feedback.objects.filter(text__contains="2").update(answer="We <u>changed</u> it.")

    response = client.get(tool.get_absolute_url())

    assertContains(response, "Word &lt;i&gt;0&lt;/i&gt;")
    assertContains(response, "&lt;b&gt;N1&lt;/b&gt;")
    assertContains(response, "We &lt;u&gt;changed&lt;/u&gt; it.")
    assertNotContains(response, "Word &lt;i&gt;3")
    assertContains(response, "4.0 of 5 (3)")


def test_a_guide_is_read_on_its_page(client, login, alice):
    version = make_tool(kind="guide", extra=GUIDE)

    for visitor in (client, login(alice)):
        response = visitor.get(version.tool.get_absolute_url())
        assertContains(response, "<h3>First</h3>", html=True)
        assertContains(response, "<td>2</td>", html=True)
        assertContains(response, "Guide as PDF")
        assertNotContains(response, "Try it out")
        assertNotContains(response, 'id="use"')


def test_opening_is_counted_without_curators_robots_and_heads(client, login, alice, curator, admin):
    version = make_tool()
    address = version.tool.get_absolute_url()
    client.get(address)
    client.get(f"{address}try/")
    login(alice).get(address)
    for nobody in (login(curator), login(admin)):
        nobody.get(address)
        nobody.get(f"{address}try/")
    client.head(address)
    client.get(address, headers={"User-Agent": "Mozilla/5.0 (compatible; Googlebot/2.1)"})

    day = ToolDay.objects.get()
    assert (day.tool, day.n_opened, day.n_tried) == (version.tool, 2, 1)


def test_the_page_costs_few_queries(client, login, alice, curator):
    version = make_tool()
    for _n in range(3):
        make_document(partnership=make_partnership(coordinator=alice), version=version)
    copy = make_copy(version, programme=make_programme())
    Feedback.objects.create(tool=version.tool, version_number=1, rating=4, text="Good")
    for visitor, most in ((client, 9), (login(curator), 12), (login(alice), 12)):
        for tool in (version.tool, copy.tool):
            visitor.get(tool.get_absolute_url())
            with CaptureQueriesContext(connection) as seen:
                visitor.get(tool.get_absolute_url())
            assert len(seen) <= most, "\n".join(each["sql"][:140] for each in seen)


@pytest.mark.parametrize("kind", ["form", "guide"])
def test_the_blank_form_on_the_screen_says_what_it_is_and_what_for(client, kind):
    tool = make_tool(title="Hosting an exchange", kind=kind, extra="guidance: {en: Ask early.}\n").tool

    page = client.get(f"{tool.get_absolute_url()}blank/")

    assertContains(page, '<h1 lang="en"><bdi>Hosting an exchange</bdi></h1>')
    assertContains(page, "What this tool is for.")
    assertContains(page, "Ask early.")
    name = "Hosting an exchange" if kind == "guide" else "Hosting an exchange: blank form"
    assert name == re.search(r"<title>(.*?) · ", page.content.decode())[1]


def test_an_example_says_what_it_is(client, db):
    call_command("load_toolkit", verbosity=0)

    page = client.get("/toolkit/trip-report/example/").content.decode()

    assert page.count("<h1") == 1
