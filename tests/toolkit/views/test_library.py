import pytest
from django.core.management import call_command
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from tests.factories import make_member, make_partnership
from tests.factories.toolkit import make_tool
from toolkit.actions.library import read_library
from toolkit.models import Tool, ToolVersion
from toolkit.states import VersionState

pytestmark = pytest.mark.django_db
LIST = "/toolkit/"


def titles(response):
    return [card.title for card in response.context["cards"]]


def test_list_shows_every_section_and_tool_of_the_shipped_toolkit(login, carol):
    call_command("load_toolkit", verbosity=0)

    front, everything = login(carol).get(LIST), login(carol).get(f"{LIST}?show=all&page=1")

    assert [item["section"].slug for item in front.context["sections"]] == [
        "initiate", "workplan", "implement", "monitor", "evaluate", "disseminate",
    ]  # fmt: skip
    assert [len(item["cards"]) for item in front.context["sections"]] == [3] * 6
    assertContains(front, "Trip report")
    assertContains(front, "about 45 minutes")
    assert everything.context["page"].paginator.count == len(read_library()) == front.context["n_tools"]


def test_list_shows_only_what_is_published(login, carol):
    make_tool(title="Public")
    hidden = make_tool(title="Superseded")
    ToolVersion.objects.filter(pk=hidden.pk).update(state=VersionState.SUPERSEDED)

    assert titles(login(carol).get(f"{LIST}?show=all")) == ["Public"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("q=TRIP", ["Trip to Nyeri"]),
        ("q=trip+purpose", []),
        ("q=what+this", ["Trip to Nyeri", "Ärztliche Übergabe"]),
        ("q=ÜBERGABE", ["Ärztliche Übergabe"]),
        ("section=workplan", ["Ärztliche Übergabe"]),
        ("kind=checklist", ["Trip to Nyeri"]),
        ("kind=checklist&section=workplan", []),
    ],
)
def test_list_is_narrowed_down(login, carol, query, expected):
    make_tool(title="Trip to Nyeri", section="monitor", kind="checklist")
    make_tool(title="Ärztliche Übergabe", section="workplan")

    assert sorted(titles(login(carol).get(f"{LIST}?{query}"))) == sorted(expected)


def test_list_refuses_an_unknown_choice(login, carol):
    response = login(carol).get(f"{LIST}?kind=novel")

    assert response.status_code == 400
    assertContains(response, "Select a valid choice", status_code=400)


@pytest.mark.parametrize("n", [1, 3])
def test_list_query_count_does_not_grow(login, carol, django_assert_num_queries, n):
    for _each in range(n):
        make_tool()
    client = login(carol)

    # session, person, all tools at a glance, sections; of those shown the tools, versions, use and ratings
    with django_assert_num_queries(8):
        client.get(LIST)


def test_detail_tells_what_the_tool_is(login, carol):
    version = make_tool(
        title="Trip report",
        extra='guidance: {en: "**Before** you [start](https://example.org/)"}\nsource: {en: Our own wording.}\n',
    )

    response = login(carol).get(version.tool.get_absolute_url())

    assertContains(response, "<strong>Before</strong>")
    for words in ("Trip report", "a coordinator", "once", "about 10 minutes", "Our own wording.", "The visit"):
        assertContains(response, words)
    assert [(part["label"], part["n_questions"]) for part in response.context["outline"]] == [("The visit", 4)]


@pytest.mark.parametrize("slug", ["nothing", "a-b-c"])
def test_detail_of_an_unknown_tool_is_not_found(login, carol, slug):
    assert login(carol).get(f"{LIST}{slug}/").status_code == 404


def test_detail_of_an_unpublished_tool_is_not_found(login, carol):
    version = make_tool()
    ToolVersion.objects.update(state=VersionState.SUPERSEDED)

    assert login(carol).get(version.tool.get_absolute_url()).status_code == 404


def test_use_offers_partnerships_one_may_steer(login, alice, carol):
    version = make_tool()
    mine = make_partnership(coordinator=alice, name="Mine")
    make_partnership(name="Not mine")
    make_partnership(coordinator=alice, name="Over", status="closed")
    make_member(mine, user=carol)

    assertContains(login(alice).get(version.tool.get_absolute_url()), f'value="{mine.slug}"')
    assertNotContains(login(alice).get(version.tool.get_absolute_url()), "Not mine")
    assertNotContains(login(alice).get(version.tool.get_absolute_url()), "Over")
    assertContains(login(carol).get(version.tool.get_absolute_url()), "You do not coordinate a partnership")


def test_use_offers_partnerships_to_coordinators_on_the_team(login, carol):
    version = make_tool()
    partnership = make_partnership()
    make_member(partnership, user=carol, role="alternate")

    assertContains(login(carol).get(version.tool.get_absolute_url()), f'value="{partnership.slug}"')


def test_use_leads_to_the_start_of_a_document(login, alice):
    version = make_tool()
    partnership = make_partnership(coordinator=alice)

    response = login(alice).get(f"{version.tool.get_absolute_url()}?partnership={partnership.slug}")

    start = f"/partnerships/{partnership.slug}/documents/new/?tool={version.tool.slug}"
    assertRedirects(response, start, fetch_redirect_response=False)


@pytest.mark.parametrize("choice", ["", "other"])
def test_use_refuses_a_partnership_that_is_not_offered(login, alice, choice):
    version = make_tool()
    make_partnership(coordinator=alice)
    make_partnership(name="other")

    response = login(alice).get(f"{version.tool.get_absolute_url()}?partnership={choice}")

    assert response.status_code == 400


def test_a_guide_is_not_put_to_work(login, alice):
    version = make_tool(kind="guide")
    make_partnership(coordinator=alice)

    assertNotContains(login(alice).get(version.tool.get_absolute_url()), "Use this tool")


def test_no_tool_at_all_is_said(login, alice):
    assert not Tool.objects.exists()
    assert login(alice).get(LIST).status_code == 200
