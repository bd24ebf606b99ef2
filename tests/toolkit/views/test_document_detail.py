import pytest
from pytest_django.asserts import assertContains, assertNotContains

from tests.factories import make_member, make_partnership
from tests.factories.toolkit import SIDES, make_document, make_link, make_tool, make_writer, only_response
from toolkit.actions.saving import save_answers
from toolkit.actions.submitting import return_document, submit_part
from toolkit.models import Document

pytestmark = pytest.mark.django_db
CANARY = "canary-of-the-hosts"


@pytest.fixture
def partnership(alice):
    return make_partnership(coordinator=alice)


def fill(response, *, side, submit=True, **answers):
    writer = make_writer(side, name=f"Writer of the {side}")
    assert save_answers(response, answers, response.revisions, by=writer).is_clean
    if submit:
        submit_part(response, by=writer)


def test_detail_shows_the_answers_and_who_has_submitted(login, alice, partnership):
    document = make_document(partnership=partnership, version=make_tool(mode="joint", form=SIDES))
    fill(only_response(document), side="host", f_host="Fewer infections <script>")

    response = login(alice).get(document.get_absolute_url())

    assertContains(response, "Fewer infections &lt;script&gt;")
    assertContains(response, "Writer of the host")
    assertContains(response, "nobody yet", 1)
    assert [part["submission"] is not None for part in response.context["parts"]] == [True, False]
    assert [entry["text"].rstrip(".") for entry in response.context["story"]][-1].endswith(f"“{document.title}”")


def test_detail_shows_only_its_own_story(login, alice, partnership):
    document = make_document(partnership=partnership, title="Mine")
    make_document(partnership=partnership, title="Another")

    assertNotContains(login(alice).get(document.get_absolute_url()), "Another")


def test_buttons_of_somebody_who_steers(login, alice, partnership):
    document = make_document(partnership=partnership)

    response = login(alice).get(document.get_absolute_url())

    for step in ("links/", "fill/", "pdf", "withdraw/"):
        assertContains(response, f"{document.get_absolute_url()}{step}")
    for step in ("accept/", "return/"):
        assertNotContains(response, f"{document.get_absolute_url()}{step}")
    Document.objects.update(state="submitted")
    response = login(alice).get(document.get_absolute_url())
    for step in ("accept/", "return/"):
        assertContains(response, f"{document.get_absolute_url()}{step}")
    assertNotContains(response, f"{document.get_absolute_url()}fill/")


def test_buttons_of_a_partner_on_the_team(login, carol, partnership):
    make_member(partnership, side="host", user=carol)
    document = make_document(partnership=partnership)
    make_link(document)
    Document.objects.update(state="submitted")

    response = login(carol).get(document.get_absolute_url())

    assertContains(response, f"{document.get_absolute_url()}pdf")
    for step in ("accept/", "return/", "links/", "withdraw/"):
        assertNotContains(response, f"{document.get_absolute_url()}{step}")


def test_fill_button_goes_when_ones_own_part_is_submitted(login, carol, partnership):
    make_member(partnership, side="host", user=carol)
    document = make_document(partnership=partnership, version=make_tool(mode="joint", form=SIDES))
    assertContains(login(carol).get(document.get_absolute_url()), f"{document.get_absolute_url()}fill/")

    fill(only_response(document), side="host", f_host="x")

    assertNotContains(login(carol).get(document.get_absolute_url()), f"{document.get_absolute_url()}fill/")


def test_fill_buttons_name_the_side_where_each_answers_alone(login, carol, partnership):
    make_member(partnership, side="resource", user=carol)
    document = make_document(partnership=partnership, version=make_tool(mode="each"))

    response = login(carol).get(document.get_absolute_url())

    assert [fill["url"] for fill in response.context["fill_urls"]] == [
        f"{document.get_absolute_url()}fill/?side=resource"
    ]
    assertContains(response, "Fill in: Resource side")


def test_answers_of_one_side_are_sealed_until_both_have_submitted(login, alice, carol, partnership):
    make_member(partnership, side="resource", user=carol)
    document = make_document(partnership=partnership, version=make_tool(mode="each"))
    host, resource = document.responses.order_by("side")
    fill(host, side="host", f_title=CANARY)
    own, whole = document.get_absolute_url(), partnership.get_absolute_url()
    for person in (alice, carol):
        for address in (own, "/documents/", whole, f"{whole}history/", "/"):
            response = login(person).get(address)
            assertNotContains(response, CANARY)

    fill(resource, side="resource", f_title="Ours")

    for person in (alice, carol):
        assertContains(login(person).get(document.get_absolute_url()), CANARY)


def test_what_should_change_stands_above_a_returned_document(login, alice, partnership):
    document = make_document(partnership=partnership)
    Document.objects.update(state="submitted")
    return_document(document, by=alice, reason="The <costs> are missing.")

    assertContains(login(alice).get(document.get_absolute_url()), "The &lt;costs&gt; are missing.")


def test_detail_is_kept_by_no_cache(login, alice, partnership):
    response = login(alice).get(make_document(partnership=partnership).get_absolute_url())

    assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize("n", [1, 3])
def test_query_count_does_not_grow_with_links_and_submissions(
    login, alice, partnership, django_assert_max_num_queries, n
):
    document = make_document(partnership=partnership, version=make_tool(mode="joint", form=SIDES))
    for _each in range(n):
        make_link(document)
        make_document(partnership=partnership, version=document.version)
    fill(only_response(document), side="host", f_host="x")
    client = login(alice)

    with django_assert_max_num_queries(12):
        client.get(document.get_absolute_url())
