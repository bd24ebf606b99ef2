from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from partnerships.models import PhaseDefinition
from tests.factories import make_contact, make_member, make_organization, make_partnership
from tests.factories.exchanges import make_exchange, make_traveller
from tests.factories.toolkit import make_document, make_tool, only_response
from tests.factories.workshops import make_running
from toolkit.models import Document, ToolVersion
from toolkit.states import DocumentState, VersionState

pytestmark = pytest.mark.django_db


def start(partnership):
    return f"/partnerships/{partnership.slug}/documents/new/"


@pytest.fixture
def partnership(alice):
    return make_partnership(coordinator=alice)


def test_choice_shows_expected_tools_first(login, alice, partnership):
    expected, other = make_tool(title="Expected"), make_tool(title="Other", section="workplan")
    make_tool(title="A guide", kind="guide")
    PhaseDefinition.objects.filter(uses__partnership=partnership, number=1).update(expected_tools=[expected.tool.slug])

    response = login(alice).get(start(partnership))

    assert [card["title"] for card in response.context["expected"]] == ["Expected"]
    assertContains(response, f"{start(partnership)}?tool={other.tool.slug}")
    assertNotContains(response, "A guide")


@pytest.mark.parametrize("n", [1, 3])
def test_choice_query_count_does_not_grow(login, alice, partnership, django_assert_num_queries, n):
    for _each in range(n):
        make_tool()
    client = login(alice)

    # session, person, partnership, phases, tools, versions
    with django_assert_num_queries(6):
        client.get(start(partnership))


def test_start_makes_a_document_on_the_published_version(login, alice, partnership):
    version = make_tool(title="Trip report")
    due_on = timezone.localdate() + timedelta(days=9)

    response = login(alice).post(
        f"{start(partnership)}?tool={version.tool.slug}", {"title": "My trip", "due_on": due_on.isoformat()}
    )

    document = Document.objects.get()
    assertRedirects(response, document.get_absolute_url())
    assert (document.title, document.due_on, document.version) == ("My trip", due_on, version)
    assert (document.state, document.started_by, document.partnership) == (DocumentState.ASSIGNED, alice, partnership)
    assert partnership.entries.first().verb == "document.started"


def test_start_names_the_document_after_its_tool(login, alice, partnership):
    version = make_tool(title="Trip report")

    login(alice).post(f"{start(partnership)}?tool={version.tool.slug}", {"title": " "})

    assert Document.objects.get().title == "Trip report"


def test_start_asks_which_organization_a_tool_is_about(login, alice, partnership):
    version = make_tool(title="Profile", subject="organization")
    address = f"{start(partnership)}?tool={version.tool.slug}"
    party = partnership.participations.first().organization
    stranger = make_organization()

    assertContains(login(alice).get(address), party.name)
    assertNotContains(login(alice).get(address), stranger.name)
    for wrong in ("", stranger.pk, "x"):
        assert login(alice).post(address, {"organization": wrong}).status_code == 400
    assert not Document.objects.exists()

    login(alice).post(address, {"organization": party.pk})

    assert Document.objects.get().organization == party
    assert Document.objects.get().title == f"Profile – {party}"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"due_on": "2020-01-01"}, "The due date has passed already"),
        ({"due_on": "2027-02-30"}, "Enter a valid date"),
        ({"due_on": "soon"}, "Enter a valid date"),
        ({"title": "x" * 201}, "at most 200 characters"),
    ],
)
def test_start_refuses_what_cannot_be(login, alice, partnership, data, words):
    version = make_tool()

    response = login(alice).post(f"{start(partnership)}?tool={version.tool.slug}", data)

    assertContains(response, words, status_code=400)
    assert not Document.objects.exists()


@pytest.mark.parametrize("method", ["get", "post"])
def test_start_of_an_unknown_or_superseded_tool_is_not_found(login, alice, partnership, method):
    version = make_tool()
    ToolVersion.objects.update(state=VersionState.SUPERSEDED)

    for slug in (version.tool.slug, "nothing", ""):
        assert getattr(login(alice), method)(f"{start(partnership)}?tool={slug}").status_code == 404


def test_start_of_a_guide_is_refused(login, alice, partnership):
    version = make_tool(kind="guide")

    response = login(alice).post(f"{start(partnership)}?tool={version.tool.slug}", {})

    assertContains(response, "A guide is for reading", status_code=400)


@pytest.mark.parametrize(("method", "status"), [("get", 200), ("post", 409)])
def test_start_in_a_closed_partnership_is_refused(login, alice, method, status):
    partnership = make_partnership(coordinator=alice, status="on_hold")
    version = make_tool()

    response = getattr(login(alice), method)(f"{start(partnership)}?tool={version.tool.slug}")

    assertContains(response, "no document can be started", status_code=status)
    assert not Document.objects.exists()


def test_start_is_for_those_who_steer(login, partnership, bob, carol, curator):
    make_member(partnership, user=carol)
    version = make_tool()

    for person, status in ((bob, 404), (curator, 404), (carol, 403)):
        assert login(person).post(f"{start(partnership)}?tool={version.tool.slug}", {}).status_code == status
    assert not Document.objects.exists()


def test_an_empty_toolkit_says_whom_to_ask(login, alice, partnership):
    assertContains(login(alice).get(start(partnership)), "The toolkit is empty")


# --- About a record ---------------------------------------------------------------------------------------------------
def test_start_asks_which_traveller_and_takes_over_what_is_known(login, alice, partnership):
    traveller = make_traveller(make_exchange(partnership), contact=make_contact(name="Tabitha Wanjiru"))
    stranger = make_traveller(make_exchange(), contact=make_contact(name="Somebody else"))
    form = "\n  - {id: f_who, name: who, type: text, bind: traveller.name, label: {en: Who}}"
    version = make_tool(title="Letter", subject="traveller", form=form)
    address = f"{start(partnership)}?tool={version.tool.slug}"

    page = login(alice).get(address)
    assertContains(page, f"Tabitha Wanjiru – {traveller.exchange}")
    assertNotContains(page, "Somebody else")
    for wrong in (stranger.pk, "x", 0):
        assert login(alice).post(address, {"traveller": wrong}).status_code == 400
    assert not Document.objects.exists()

    response = login(alice).post(address, {"traveller": traveller.pk}, follow=True)
    document = Document.objects.get()
    assert (document.traveller, only_response(document).answers) == (traveller, {"f_who": "Tabitha Wanjiru"})
    assertContains(response, traveller.get_absolute_url())

    login(alice).post(address, {"traveller": ""})
    assert Document.objects.count() == 2


def test_start_from_a_page_offers_what_belongs_there(login, alice, partnership):
    exchange, other = make_exchange(partnership), make_exchange(partnership)
    make_traveller(exchange, contact=make_contact(name="Tabitha Wanjiru"))
    make_traveller(other, contact=make_contact(name="Another Traveller"))
    letter, agenda = make_tool(title="Letter", subject="traveller"), make_tool(title="Agenda", subject="exchange")
    make_tool(title="Work plan")

    page = login(alice).get(f"{start(partnership)}?exchange={exchange.reference}")
    assertContains(page, "Letter")
    assertNotContains(page, "Work plan")
    assertContains(page, f"?exchange={exchange.reference}&amp;tool={letter.tool.slug}")
    page = login(alice).get(f"{start(partnership)}?exchange={exchange.reference}&tool={letter.tool.slug}")
    assertContains(page, "Tabitha Wanjiru")
    assertNotContains(page, "Another Traveller")
    page = login(alice).get(f"{start(partnership)}?exchange={exchange.reference}&tool={agenda.tool.slug}")
    assertContains(page, f'<option value="{exchange.pk}" selected>')
    for nothing in (make_exchange().reference, "x"):
        assert login(alice).get(f"{start(partnership)}?exchange={nothing}").status_code == 404


def test_start_asks_for_the_days_of_a_period(login, alice, partnership):
    address = f"{start(partnership)}?tool={make_tool(subject='period').tool.slug}"
    for wrong in (
        {"period_from": "2026-01-01"},
        {"period_until": "2026-01-01"},
        {"period_from": "2026-03-31", "period_until": "2026-01-01"},
        {"period_from": "soon", "period_until": "2026-01-01"},
    ):
        assert login(alice).post(address, wrong).status_code == 400, wrong

    response = login(alice).post(address, {"period_from": "2026-01-01", "period_until": "2026-03-31"}, follow=True)
    assert [str(day) for day in Document.objects.get().period] == ["2026-01-01", "2026-03-31"]
    assertContains(response, "31 March 2026")


@pytest.mark.parametrize("n", [1, 4])
def test_start_about_a_record_costs_the_same_however_many_there_are(
    login, alice, partnership, django_assert_max_num_queries, n
):
    exchange = make_exchange(partnership)
    for _each in range(n):
        make_traveller(exchange)
    version = make_tool(subject="traveller")
    client = login(alice)

    with django_assert_max_num_queries(9):
        client.get(f"{start(partnership)}?exchange={exchange.reference}&tool={version.tool.slug}")


def test_pages_of_exchanges_and_workshops_lead_to_their_documents(login, alice, carol, partnership):
    traveller, workshop = make_traveller(make_exchange(partnership)), make_running(partnership)
    person = workshop.registrations.first()
    make_member(partnership, user=carol)
    for page, subject, about in (
        (traveller.exchange, "traveller", traveller),
        (workshop, "registration", person),
    ):
        document = make_document(
            partnership=partnership, version=make_tool(subject=subject), title=f"Paper of a {subject}", about=about
        )
        shown = login(alice).get(page.get_absolute_url())
        assertContains(shown, document.get_absolute_url())
        assertContains(shown, f"{start(partnership)}?{page._meta.model_name}={page.reference}")
        assertNotContains(login(carol).get(page.get_absolute_url()), f"{start(partnership)}?")
