"""The curators' pages of proposals: what waits, one proposal with its file, and the forms that decide."""

import pytest
from django.core.cache import cache
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from tests.factories.contributing import make_proposal
from tests.factories.toolkit import make_tool
from tests.toolkit.contributing.test_deciding import FILE
from toolkit.actions.contributing import accept_proposal, answer_proposal, decline_proposal
from toolkit.models import Proposal, ToolVersion

pytestmark = pytest.mark.django_db
LIST = "/toolkit/proposals/"


@pytest.fixture(autouse=True)
def empty_counts():
    cache.clear()


@pytest.fixture
def tool(db):
    return make_tool(slug="visit", title="Ward visit").tool


def post(client, proposal: Proposal, act: str, *, seen: str = "waiting", **fields):
    typed = {f"{act}-{name}": value for name, value in fields.items()}
    return client.post(reverse(f"toolkit:proposal-{act}", args=[proposal.pk]), {f"{act}-seen": seen, **typed})


def test_what_waits_stands_first_and_is_counted(login, curator, tool):
    declined = make_proposal(title="Declined")
    decline_proposal(declined, by=curator, answer="")
    make_proposal(title="Older")
    make_proposal(title="Newer", tool=tool)
    client = login(curator)

    def titles(query: str = "") -> list[str]:
        return [item["proposal"].title for item in client.get(f"{LIST}?{query}").context["items"]]

    page = client.get(LIST)
    assert [item["proposal"].title for item in page.context["items"]] == ["Older", "Newer", "Declined"]
    assert [(tab["label"], tab["count"]) for tab in page.context["tabs"]][:2] == [("All", ""), ("Waiting", 2)]
    assertContains(page, "Change to “Ward visit”")
    assert titles("state=declined") == ["Declined"]
    assert titles("kind=change") == ["Newer"]
    assert titles("q=older") == ["Older"]
    assert client.get(f"{LIST}?state=lost").status_code == 400
    # The menu and the home page say how many wait.
    assertContains(page, '<span class="count">2<span class="visually-hidden"> waiting</span></span>')
    assertContains(client.get("/"), "2 proposals for the toolkit")


def test_administrators_find_them_on_their_home_page_and_others_do_not(login, admin, alice):
    make_proposal()

    assertContains(login(admin).get("/"), "1 proposal for the toolkit")
    assertNotContains(login(alice).get("/"), "proposal for the toolkit")


@pytest.mark.parametrize("n", [1, 10])
def test_query_counts_do_not_grow(login, curator, django_assert_max_num_queries, n):
    for number in range(n):
        make_proposal(tool=make_tool(slug=f"t{n}-{number}").tool, file=("t.yaml", FILE.encode()))
    client = login(curator)

    with django_assert_max_num_queries(9):
        client.get(LIST)
    with django_assert_max_num_queries(9):
        client.get(f"{Proposal.objects.first().get_absolute_url()}?look=file")


@pytest.mark.parametrize("user", [None, "alice", "carol"])
def test_they_are_for_curators_alone(client, request, tool, user):
    proposal = make_proposal(tool=tool, file=("t.yaml", FILE.encode()))
    if user:
        client.force_login(request.getfixturevalue(user))
    expected = 403 if user else 302

    assert client.get(LIST).status_code == expected
    for page in ("detail", "file"):
        assert client.get(reverse(f"toolkit:proposal-{page}", args=[proposal.pk])).status_code == expected
    for act in ("accept", "answer", "decline"):
        assert post(client, proposal, act, answer="x").status_code == expected
    proposal.refresh_from_db()
    assert (proposal.state, proposal.answer) == ("waiting", "")
    assert ToolVersion.objects.count() == 1


def test_a_file_is_opened_when_a_curator_asks_and_compared_with_the_tool(login, curator, tool):
    text = FILE.replace("Working days", "Days <b>at</b> work")
    proposal = make_proposal(tool=tool, file=("visit.yaml", text.encode()))
    client, address = login(curator), proposal.get_absolute_url()

    page = client.get(address)
    assertNotContains(page, "at&lt;/b&gt; work")
    assertContains(page, "See what the file would change")
    page = client.get(f"{address}?look=file")
    assertContains(page, "&lt;b&gt;at&lt;/b&gt;")
    assertContains(page, "reworded")
    assertContains(page, "accept-use_file")
    own = client.get(reverse("toolkit:proposal-file", args=[proposal.pk]))
    assert own["Content-Disposition"] == 'attachment; filename="visit.yaml"'
    assert own["X-Content-Type-Options"] == "nosniff"
    own.close()


def test_of_a_new_tool_the_page_shows_what_is_in_the_file(login, curator):
    proposal = make_proposal(file=("ward.yaml", FILE.encode()))

    page = login(curator).get(f"{proposal.get_absolute_url()}?look=file")

    assertContains(page, "The visit")
    assert page.context["desk"].accept["section"].value() == "implement"


def test_a_file_that_is_no_tool_is_told_with_its_faults(login, curator):
    proposal = make_proposal(file=("ward.yaml", b"tool: [<script>"))
    client = login(curator)

    page = client.get(f"{proposal.get_absolute_url()}?look=file")
    assertContains(page, "cannot be read as a tool")
    assertNotContains(page, "<script>alert")
    fields = {"section": "monitor", "kind": "form"}
    make_tool(section="monitor")
    refused = post(client, proposal, "accept", use_file="on", answer="Thank you", **fields)
    assertContains(refused, "could not be taken", status_code=400)
    assertContains(refused, "Thank you", status_code=400)
    assert post(client, proposal, "accept", **fields).status_code == 302
    # A picture is not looked into at all.
    other = make_proposal(file=("photo.png", b"\x89PNG\r\n\x1a\n"))
    page = client.get(f"{other.get_absolute_url()}?look=file")
    assertNotContains(page, "cannot be read as a tool")
    assertNotContains(page, "use_file")


def test_accepting_on_the_page_takes_the_file_the_place_and_the_credit(login, curator):
    make_tool(section="evaluate")
    proposal = make_proposal(file=("ward.yaml", FILE.encode()))

    response = post(
        login(curator), proposal, "accept", use_file="on", section="evaluate", kind="form", credit="Ann", answer="Nice"
    )

    assertRedirects(response, proposal.get_absolute_url())
    proposal.refresh_from_db()
    assert (proposal.state, proposal.answer, proposal.decided_by) == ("accepted", "Nice", curator)
    assert (proposal.draft.credit, proposal.draft.tool.section_id) == ("Ann", "evaluate")
    assert proposal.draft.title == "Ward round"
    page = login(curator).get(proposal.get_absolute_url())
    assertContains(page, "Work on the draft")
    assertNotContains(page, "What becomes of it?")


def test_answering_and_declining_on_the_page(login, curator, tool):
    proposal, client = make_proposal(tool=tool), login(curator)

    assertContains(post(client, proposal, "answer", answer="  "), "This field is required", status_code=400)
    assert post(client, proposal, "answer", answer="Which wards?").status_code == 302
    page = client.get(proposal.get_absolute_url())
    assertContains(page, "Which wards?")
    assertNotContains(page, "Answer, and leave it open")
    assert post(client, proposal, "decline", seen="answered").status_code == 302
    proposal.refresh_from_db()
    assert (proposal.state, proposal.answer) == ("declined", "Which wards?")


def test_two_curators_at_once(login, curator, admin, tool):
    """The second one is told, and what they wrote is not lost."""
    proposal, client = make_proposal(tool=tool), login(curator)
    answer_proposal(proposal, by=admin, answer="Which wards?")

    stale = post(client, proposal, "accept", answer="Thank you so much")
    assertContains(stale, "Read it again first", status_code=409)
    assertContains(stale, "Thank you so much", status_code=409)
    assertContains(stale, "Which wards?", status_code=409)
    assert stale.context["desk"].accept["seen"].value() == "answered"
    accept_proposal(proposal, by=admin)

    late = post(client, proposal, "decline", seen="accepted", answer="Sorry, no")
    assertContains(late, "Somebody was here before you", status_code=409)
    assertContains(late, "What you wrote was not sent", status_code=409)
    assertContains(late, "Sorry, no", status_code=409)
    proposal.refresh_from_db()
    assert (proposal.state, proposal.answer) == ("accepted", "Which wards?")
    assert tool.versions.count() == 2


def test_a_file_for_a_tool_that_somebody_works_on_is_refused_in_words(login, curator, tool):
    accept_proposal(make_proposal(tool=tool), by=curator)
    proposal = make_proposal(tool=tool, file=("t.yaml", FILE.encode()), title="Second")

    response = post(login(curator), proposal, "accept", use_file="on", answer="Fine")

    assertContains(response, "working on a draft", status_code=400)
    assertContains(response, "Fine", status_code=400)
    proposal.refresh_from_db()
    assert proposal.state == "waiting"
