"""Saving answers: what was seen decides what may be written, and nothing is lost."""

import pytest
from django.core.exceptions import ValidationError

from tests.factories import make_partnership
from tests.factories.toolkit import SIDES, make_document, make_tool, make_writer, only_response
from toolkit.actions.saving import save_answers
from toolkit.models import AnswerChange
from toolkit.states import DocumentState

pytestmark = pytest.mark.django_db
ROW, OTHER = "r_costs/row00001", "r_costs/row00002"


@pytest.fixture
def document(alice):
    return make_document(partnership=make_partnership(coordinator=alice))


@pytest.fixture
def response(document):
    return only_response(document)


@pytest.fixture
def host():
    return make_writer("host", name="Hawa")


def test_save_writes_values_revisions_and_who_did_it(response, host):
    result = save_answers(response, {"f_title": " A visit ", "f_days": "3"}, {}, by=host)

    assert result.saved == {"f_title": 1, "f_days": 1}
    kept = only_response(response.document)
    assert kept.answers == {"f_title": "A visit", "f_days": 3}
    assert kept.revisions == {"f_title": 1, "f_days": 1}
    changes = AnswerChange.objects.filter(response=kept).values_list(
        "cell", "before", "after", "name", "side", "source"
    )
    assert list(changes) == [
        ("f_title", None, "A visit", "Hawa", "host", "page"),
        ("f_days", None, 3, "Hawa", "host", "page"),
    ]
    assert kept.document.state == DocumentState.IN_PROGRESS


def test_save_of_what_stands_already_changes_nothing(response, host):
    save_answers(response, {"f_title": "A visit"}, {}, by=host)

    result = save_answers(response, {"f_title": "A visit"}, {"f_title": 1}, by=host)

    assert (result.saved, result.is_clean) == ({}, True)
    assert AnswerChange.objects.count() == 1


def test_two_writers_of_different_cells_both_win(response, host):
    guest = make_writer("resource")
    save_answers(response, {"f_title": "Host"}, {}, by=host)

    # The guest's page shows every field; the title stood empty on it.
    result = save_answers(response, {"f_days": "4", "f_title": None}, {}, by=guest)

    assert result.is_clean
    assert only_response(response.document).answers == {"f_title": "Host", "f_days": 4}


def test_two_writers_of_the_same_cell_see_both_values(response, host):
    guest = make_writer("resource", name="Gro")
    save_answers(response, {"f_title": "Host’s"}, {}, by=host)

    result = save_answers(response, {"f_title": "Guest’s", "f_days": "4"}, {}, by=guest)

    [conflict] = result.conflicts
    assert (conflict.cell, conflict.mine, conflict.theirs) == ("f_title", "Guest’s", "Host’s")
    assert (conflict.revision, conflict.theirs_name) == (1, "Hawa")
    assert result.saved == {"f_days": 1}
    assert only_response(response.document).answers == {"f_title": "Host’s", "f_days": 4}


def test_a_writer_who_saw_the_other_value_replaces_it(response, host):
    save_answers(response, {"f_title": "Host’s"}, {}, by=host)

    result = save_answers(response, {"f_title": "Agreed"}, {"f_title": 1}, by=make_writer("resource"))

    assert result.saved == {"f_title": 2}
    before = AnswerChange.objects.get(revision=2).before
    assert (before, only_response(response.document).answers["f_title"]) == ("Host’s", "Agreed")


def test_a_revision_from_the_future_is_a_conflict(response, host):
    save_answers(response, {"f_title": "Now"}, {}, by=host)

    result = save_answers(response, {"f_title": "Later"}, {"f_title": 99}, by=host)

    assert [c.cell for c in result.conflicts] == ["f_title"]
    assert only_response(response.document).answers == {"f_title": "Now"}


def test_emptying_a_cell_is_a_change_like_any_other(response, host):
    save_answers(response, {"f_title": "A visit"}, {}, by=host)

    result = save_answers(response, {"f_title": None}, {"f_title": 1}, by=host)

    assert result.saved == {"f_title": 2}
    assert only_response(response.document).answers == {}


def test_rows_come_with_their_first_cell_and_both_sides_rows_stay(response, host):
    save_answers(response, {f"{ROW}/f_item": "Tickets"}, {}, by=host)
    save_answers(response, {f"{OTHER}/f_item": "Visa", f"{OTHER}/f_amount": "20"}, {}, by=make_writer("resource"))

    assert only_response(response.document).answers["r_costs"] == [
        {"_row": "row00001", "f_item": "Tickets"},
        {"_row": "row00002", "f_item": "Visa", "f_amount": "20"},
    ]


def test_empty_cells_of_a_blank_row_make_no_row(response, host):
    result = save_answers(response, {f"{ROW}/f_item": None, f"{ROW}/f_amount": None}, {}, by=host)

    assert (result.saved, only_response(response.document).answers) == ({}, {})


def test_removing_a_row_that_nobody_else_touched(response, host):
    save_answers(response, {f"{ROW}/f_item": "Tickets"}, {}, by=host)

    result = save_answers(response, {ROW: None}, {f"{ROW}/f_item": 1}, by=host)

    assert result.is_clean
    assert only_response(response.document).answers == {}


def test_removing_a_row_that_somebody_else_edited_asks_first(response, host):
    save_answers(response, {f"{ROW}/f_item": "Tickets"}, {}, by=host)
    save_answers(response, {f"{ROW}/f_amount": "7"}, {}, by=make_writer("resource"))

    result = save_answers(response, {ROW: None}, {f"{ROW}/f_item": 1}, by=host)

    assert [c.cell for c in result.conflicts] == [ROW]
    assert only_response(response.document).answers["r_costs"][0]["f_amount"] == "7"


def test_more_rows_than_the_table_takes_are_refused_and_the_others_kept(response, host):
    changes = {f"r_costs/row0000{n}/f_item": f"Item {n}" for n in range(1, 6)}

    result = save_answers(response, changes, {}, by=host)

    assert list(result.refused) == ["r_costs/row00004/f_item", "r_costs/row00005/f_item"]
    assert "This table is full (3)" in result.refused["r_costs/row00004/f_item"]
    assert len(only_response(response.document).answers["r_costs"]) == 3


@pytest.mark.parametrize(
    ("cell", "raw", "words"),
    [
        ("f_days", "three", "number"),
        ("f_days", "1.5", "whole"),
        ("f_title", "x" * 501, "500"),
        ("f_late", "perhaps", "yes or no"),
        ("f_days", ["1"], ""),
        ("f_unknown", "x", "no such field"),
        ("c_total", "5", "no such field"),
        ("f_item", "x", "no such field"),
        ("r_costs/row00001/f_title", "x", "no such field"),
        ("r_none/row00001", None, "no such table"),
        ("r_costs/../f_item", "x", "no such field"),
        ("__class__", "x", "no such field"),
    ],
)
def test_bad_input_is_refused_with_a_sentence_and_the_rest_is_saved(response, host, cell, raw, words):
    sent = {cell: raw, "f_why": "Fog"}

    result = save_answers(response, sent, {}, by=host)

    assert words in result.refused[cell]
    assert only_response(response.document).answers == {"f_why": "Fog"}


@pytest.fixture
def sides(alice):
    tool = make_tool(form=SIDES, mode="joint")
    return only_response(make_document(partnership=make_partnership(coordinator=alice), version=tool))


@pytest.mark.parametrize(
    ("part", "allowed"),
    [("host", ["f_host", "f_shared"]), ("resource", ["f_guest", "f_shared"]), ("coordinator", ["f_shared"])],
)
def test_each_side_writes_its_own_part(sides, part, allowed):
    everything = {"f_host": "1", "f_guest": "2", "f_shared": "3"}

    result = save_answers(sides, everything, {}, by=make_writer(part))

    assert sorted(result.saved) == allowed
    assert set(result.refused) == set(everything) - set(allowed)
    assert sorted(only_response(sides.document).answers) == allowed


def test_somebody_without_a_part_writes_nothing(response):
    with pytest.raises(ValidationError, match="not yours"):
        save_answers(response, {"f_title": "x"}, {}, by=make_writer())

    assert only_response(response.document).answers == {}


@pytest.mark.parametrize("state", ["submitted", "accepted", "withdrawn"])
def test_a_closed_document_takes_nothing(response, host, state):
    type(response.document).objects.filter(pk=response.document_id).update(state=state)

    with pytest.raises(ValidationError, match="can no longer be changed"):
        save_answers(response, {"f_title": "x"}, {}, by=host)

    assert only_response(response.document).answers == {}


@pytest.mark.parametrize("status", ["on_hold", "closed", "terminated", "declined", "graduated"])
def test_a_document_of_a_partnership_that_is_not_open_takes_nothing(response, host, status):
    partnership = response.document.partnership
    type(partnership).objects.filter(pk=partnership.pk).update(status=status)

    with pytest.raises(ValidationError, match="can only be read"):
        save_answers(response, {"f_title": "x"}, {}, by=host)

    assert only_response(response.document).answers == {}


def test_changes_are_never_changed(response, host):
    save_answers(response, {"f_title": "x"}, {}, by=host)
    change = AnswerChange.objects.get()

    with pytest.raises(TypeError, match="only added"):
        change.save()
