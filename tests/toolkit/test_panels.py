import pytest
from pytest_django.asserts import assertContains, assertNotContains

from partnerships.models import Partnership, PhaseDefinition
from tests.factories import make_member, make_partnership
from tests.factories.toolkit import make_document, make_tool
from toolkit.models import Document
from toolkit.panels import documents_panel, documents_prefetch

pytestmark = pytest.mark.django_db


@pytest.fixture
def partnership(alice):
    return make_partnership(coordinator=alice)


def expect(partnership, *versions):
    PhaseDefinition.objects.filter(uses__partnership=partnership, number=1).update(
        expected_tools=[version.tool.slug for version in versions]
    )


def whole(partnership) -> Partnership:
    """As the partnership's page reads it."""
    return Partnership.objects.prefetch_related("phases__definition", documents_prefetch(partnership.slug)).get(
        pk=partnership.pk
    )


def expected(user, partnership):
    rows = documents_panel(user, whole(partnership))["context"]["expected"]
    return {row["version"].title: (row["document"] and row["document"].title, row["is_delivered"]) for row in rows}


def test_panel_says_what_is_missing_under_way_and_delivered(alice, partnership):
    missing, begun, done = make_tool(title="Missing"), make_tool(title="Begun"), make_tool(title="Done")
    expect(partnership, missing, begun, done)
    make_document(partnership=partnership, version=begun, title="Our own")
    delivered = make_document(partnership=partnership, version=done)
    Document.objects.filter(pk=delivered.pk).update(state="submitted")
    make_document(partnership=partnership, version=done, title="A second one")
    make_document(partnership=make_partnership(), version=missing, title="Of others")

    assert expected(alice, partnership) == {
        "Missing": (None, False),
        "Begun": ("Our own", False),
        "Done": ("Done", True),
    }


def test_a_withdrawn_document_is_not_there(alice, partnership):
    version = make_tool(title="Plan")
    expect(partnership, version)
    make_document(partnership=partnership, version=version)
    Document.objects.update(state="withdrawn")

    assert expected(alice, partnership) == {"Plan": (None, False)}


def test_only_open_phases_expect(alice, partnership):
    version = make_tool()
    PhaseDefinition.objects.filter(uses__partnership=partnership, number=2).update(expected_tools=[version.tool.slug])

    assert expected(alice, partnership) == {}


def test_partnership_page_offers_what_is_missing_to_those_who_steer(login, alice, carol, partnership):
    version = make_tool(title="Plan")
    expect(partnership, version)
    make_member(partnership, user=carol)
    button = f"/partnerships/{partnership.slug}/documents/new/?tool={version.tool.slug}"

    assertContains(login(alice).get(partnership.get_absolute_url()), button)
    response = login(carol).get(partnership.get_absolute_url())
    assertContains(response, "not here yet")
    assertNotContains(response, button)


def test_partnership_page_leads_to_all_documents_when_there_are_many(login, alice, partnership):
    version = make_tool()
    for number in range(6):
        make_document(partnership=partnership, version=version, title=f"Number {number}")

    response = login(alice).get(partnership.get_absolute_url())

    assertContains(response, f"/documents/?partnership={partnership.slug}")
    panel = documents_panel(alice, whole(partnership))["context"]
    assert [document.title for document in panel["documents"]] == [f"Number {n}" for n in (5, 4, 3, 2, 1)]


@pytest.mark.parametrize("n", [1, 3])
def test_query_count_does_not_grow(alice, partnership, django_assert_num_queries, n):
    versions = [make_tool() for _each in range(n)]
    expect(partnership, *versions)
    for version in versions:
        make_document(partnership=partnership, version=version)
    seen = type(partnership).objects.prefetch_related("phases__definition", documents_prefetch(partnership.slug))
    partnership = seen.get(pk=partnership.pk)

    # the published versions of the tools that are expected
    with django_assert_num_queries(1):
        documents_panel(alice, partnership)
