from datetime import date

import pytest
from django.core.exceptions import ValidationError

from partnerships.actions.team import end_participation
from tests.factories import make_contact, make_member, make_organization, make_partnership, make_programme
from tests.factories.toolkit import make_document, make_tool, only_response
from toolkit.actions.documents import start_document
from toolkit.models import AnswerChange, Document, ToolVersion
from toolkit.states import VersionState

pytestmark = pytest.mark.django_db
BOUND = """
  - {id: f_goal, name: goal, type: long_text, bind: partnership.goal, label: {en: Goal}}
  - {id: f_author, name: author, type: text, bind: user.name, label: {en: Author}}
  - {id: f_money, name: money, type: text, bind: programme.currency, label: {en: Currency}}
  - {id: f_rule, name: rule, type: text, default: We decide together., label: {en: Rule}}
  - repeat: roster
    id: r_roster
    label: {en: Roster}
    prefill: partnership.team
    items:
      - {id: f_person, name: person, type: text, label: {en: Person}}
      - {id: f_side, name: side, type: text, label: {en: Side}}
"""
PROFILE = """
  - {id: f_name, name: legal_name, type: text, bind: organization.name, label: {en: Name}}
  - {id: f_city, name: city, type: text, bind: organization.city, label: {en: City}}
"""


@pytest.fixture
def partnership(alice):
    return make_partnership(coordinator=alice, goal="Fewer infections", programme=make_programme(currency="EUR"))


def test_a_document_starts_with_what_the_records_know(partnership, alice):
    make_member(partnership, side="host", contact=make_contact(name="Hana"))

    document = start_document(partnership, make_tool(form=BOUND), by=alice)

    answers = only_response(document).answers
    (row,) = answers.pop("r_roster")
    assert answers == {"f_goal": "Fewer infections", "f_money": "EUR", "f_rule": "We decide together."}
    assert (row["f_person"], row["f_side"]) == ("Hana", "host")
    sources = dict(AnswerChange.objects.values_list("cell", "source"))
    assert (sources["f_goal"], sources["f_rule"]) == ("record", "default")
    assert sources[f"r_roster/{row['_row']}/f_person"] == "record"
    assert set(only_response(document).revisions.values()) == {1}


def test_a_profile_starts_with_its_organization(partnership, alice):
    party = partnership.participations.first().organization
    party.city = "Nyeri"
    party.save()

    version = make_tool(form=PROFILE, subject="organization", title="Profile")
    document = start_document(partnership, version, by=alice, about=party)

    assert only_response(document).answers == {"f_name": party.name, "f_city": "Nyeri"}
    assert document.title == f"Profile – {party.name}"


def test_references_count_up_in_their_partnership(partnership):
    first, second = make_document(partnership=partnership), make_document(partnership=partnership)
    other = make_document(partnership=make_partnership())

    assert first.reference == f"{partnership.reference}-001"
    assert second.reference == f"{partnership.reference}-002"
    assert other.reference.endswith("-001")


@pytest.mark.parametrize(("mode", "sides"), [("single", [""]), ("joint", [""]), ("each", ["host", "resource"])])
def test_each_side_has_a_response_of_its_own_where_it_answers_alone(partnership, mode, sides):
    document = make_document(partnership=partnership, version=make_tool(mode=mode))

    assert sorted(document.responses.values_list("side", flat=True)) == sides


def test_start_is_recorded(partnership, alice):
    document = make_document(partnership=partnership, title="Trip", due_on=date(2030, 1, 31))

    entry = partnership.entries.first()
    assert (entry.verb, entry.actor, entry.data) == (
        "document.started",
        alice,
        {"reference": document.reference, "title": "Trip"},
    )
    assert document.due_on == date(2030, 1, 31)


def refusal(partnership, version, **fields) -> str:
    with pytest.raises(ValidationError) as refused:
        start_document(partnership, version, by=partnership.coordinator, **fields)
    assert not Document.objects.exists()
    return refused.value.code


def test_what_cannot_start_is_refused(partnership):
    about = make_tool(subject="organization")
    stranger = make_organization()
    left = partnership.participations.filter(side="host").first()

    assert refusal(partnership, make_tool(kind="guide")) == "guide"
    assert refusal(partnership, about) == "organization"
    assert refusal(partnership, about, about=stranger) == "organization"
    partnership.participations.create(organization=stranger, side="host")
    end_participation(left, by=partnership.coordinator)
    assert refusal(partnership, about, about=left.organization) == "organization"


def test_a_superseded_version_does_not_start(partnership):
    version = make_tool()
    ToolVersion.objects.update(state=VersionState.SUPERSEDED)
    version.refresh_from_db()

    assert refusal(partnership, version) == "version"


@pytest.mark.parametrize("status", ["on_hold", "closed", "declined"])
def test_nothing_starts_in_a_partnership_that_is_not_open(status):
    partnership = make_partnership(status=status)

    with pytest.raises(ValidationError):
        start_document(partnership, make_tool(), by=partnership.coordinator)
    assert not Document.objects.exists()
