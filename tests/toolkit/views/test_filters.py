"""Filters on choices while a form is filled in: what is shown, what is taken, what becomes of what no longer fits."""

import re

import pytest

from tests.factories import make_partnership
from tests.factories.toolkit import make_document, make_link, make_tool, make_writer, only_response
from toolkit.actions.saving import save_answers

from .test_shared import address, body

pytestmark = pytest.mark.django_db

CHOICES = """choices:
  country:
    - {name: KE, label: {en: Kenya}}
    - {name: UG, label: {en: Uganda}}
  town:
    - {name: kisumu, label: {en: Kisumu}, country: KE}
    - {name: nairobi, label: {en: Nairobi}, country: KE}
    - {name: gulu, label: {en: Gulu}, country: UG}
"""
FORM = """
  - {id: f_land, name: land, type: select_one country, label: {en: Country}}
  - {id: f_town, name: town, type: select_one town, choice_filter: "country = ${land}", label: {en: Town}}
  - {id: f_seen, name: seen, type: select_multiple town, choice_filter: "country = ${land}", label: {en: Seen}}
  - repeat: visits
    id: r_visits
    label: {en: Visits}
    items:
      - {id: f_state, name: state, type: select_one country, label: {en: Country}}
      - {id: f_place, name: place, type: select_one town, choice_filter: "country = ${state}", label: {en: Place}}
"""
NOT_OFFERED = "“Gulu” does not go with the other answers. Choose one that does."


@pytest.fixture
def document(alice):
    return make_document(partnership=make_partnership(coordinator=alice), version=make_tool(form=FORM, extra=CHOICES))


def test_only_what_the_filter_leaves_is_taken_and_nothing_else_is_lost(document):
    response, writer = only_response(document), make_writer("host")
    row = "r_visits/row00001"

    result = save_answers(
        response,
        {
            "f_town": "gulu",
            "f_seen": ["kisumu", "gulu"],
            "f_land": "KE",
            f"{row}/f_place": "kisumu",
            f"{row}/f_state": "KE",
            "r_visits/row00002/f_place": "gulu",
        },
        {},
        by=writer,
    )

    assert result.refused == dict.fromkeys(("f_town", "f_seen", "r_visits/row00002/f_place"), NOT_OFFERED)
    kept = only_response(document)
    assert kept.answers == {"f_land": "KE", "r_visits": [{"_row": "row00001", "f_place": "kisumu", "f_state": "KE"}]}
    assert kept.revisions.keys() == {"f_land", f"{row}/f_place", f"{row}/f_state"} == result.saved.keys()
    assert set(kept.changes.values_list("cell", flat=True)) == kept.revisions.keys()


def test_answer_that_another_rules_out_stays_and_is_told_when_handed_in(client, document):
    response, writer, link = only_response(document), make_writer("host"), make_link(document)
    save_answers(response, {"f_land": "UG", "f_town": "gulu", "f_seen": ["gulu"]}, {}, by=writer)

    result = save_answers(response, {"f_land": "KE", "f_town": "gulu"}, {"f_land": 1, "f_town": 1}, by=writer)
    more = save_answers(response, {"f_seen": ["gulu", "kisumu"]}, {"f_seen": 1}, by=writer)

    assert (result.is_clean, more.is_clean) == (True, True)
    assert only_response(document).answers == {"f_land": "KE", "f_town": "gulu", "f_seen": ["kisumu", "gulu"]}
    page = client.get(address(link)).content.decode()
    assert page.count("data-ruled-out>What is chosen here does not go with the other answers.") == 2
    assert re.search(r'name="f_town" value="gulu" checked>', page)
    answer = client.post(address(link), body(action="submit", seen={"f_land": 2, "f_town": 1, "f_seen": 2}))
    assert answer.status_code == 422
    assert NOT_OFFERED in answer.content.decode()
    assert only_response(document).answers["f_town"] == "gulu"


def test_page_shows_what_is_offered_and_keeps_what_was_refused(client, document):
    link = make_link(document)
    empty = client.get(address(link)).content.decode()
    assert "data-no-choice>What can be chosen here depends on other answers." in empty
    assert empty.count('<label class="fill-choice" hidden>') == 6
    assert not re.search(r"<input[^>]* hidden", empty), "the label is out of sight, and shows its box again with it"

    answer = client.post(address(link), body(f_land="KE", f_town="gulu"))

    page = answer.content.decode()
    assert answer.status_code == 422
    assert NOT_OFFERED in page
    assert re.search(r'name="f_town" value="gulu" checked>', page), "what was chosen stays to be seen"
    assert re.search(r'<label class="fill-choice"><input[^>]* name="f_town" value="kisumu"', page)
    assert re.search(r'<option value="gulu" hidden disabled>Gulu', page)
    assert only_response(document).answers == {"f_land": "KE"}
