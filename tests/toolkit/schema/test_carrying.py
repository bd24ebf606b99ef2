"""Answers carried to another version of a form."""

import pytest

from tests.toolkit.schema.test_switching import item, tool
from toolkit.schema.carrying import carry, newly_required
from toolkit.schema.parsing import parse

LISTS = {"state": [{"name": "good", "label": {"en": "Good"}}, {"name": "poor", "label": {"en": "Poor"}}]}
FEWER = {"state": LISTS["state"][:1]}


def form(*entries, lists=None):
    return parse({**tool(list(entries)), "choices": lists or {}})


def table(*items, **more):
    return {"repeat": "things", "id": "r_things", "label": {"en": "Things"}, "items": list(items), **more}


@pytest.mark.parametrize(
    ("old", "new", "value", "expected"),
    [
        ("text", "long_text", "Kampala", "Kampala"),
        ("integer", "decimal", 12, "12"),
        ("integer", "text", 12, "12"),
        ("text", "integer", "12", 12),
        ("yes_no", "text", "yes", "yes"),
        ("select_one state", "select_multiple state", "good", ["good"]),
        ("date", "text", "2026-01-31", "2026-01-31"),
        ("text", "integer", "a week", None),
        ("text", "date", "soon", None),
        ("money", "integer", {"amount": "12.50", "currency": "EUR"}, None),
        ("text", "signature", "Ann", None),
        ("text", "file", "Ann", None),
        ("text", "note", "Ann", None),
    ],
)
def test_answers_change_their_type_with_the_question(old, new, value, expected):
    key = "n_x" if new == "note" else "f_x"
    before, after = (form(item("f_x", "x", type=old), lists=LISTS), form(item(key, "x", type=new), lists=LISTS))

    carried = carry(before, after, {"f_x": value})

    assert carried.answers.get("f_x") == expected
    assert [loss.value for loss in carried.lost] == ([] if expected is not None else [value])
    assert carried.rewritten == ({"f_x": expected} if expected not in (None, value) else {})


def test_an_answer_of_the_same_type_stays_even_where_it_breaks_a_new_rule():
    """It is told when the document is submitted, by whoever can put it right."""
    before = form(item("f_n", "n", type="integer"), item("f_t", "t", type="long_text"))
    after = form(item("f_n", "n", type="integer", max=3), item("f_t", "t", type="long_text", max_words=2))
    answers = {"f_n": 10, "f_t": "one two three"}

    carried = carry(before, after, answers)

    assert (carried.answers, carried.lost, carried.rewritten) == (answers, [], {})


def test_choices_that_are_gone_are_lost_and_the_others_stay():
    entries = [item("f_one", "one", type="select_one state"), item("f_all", "all", type="select_multiple state")]
    before, after = form(*entries, lists=LISTS), form(*entries, lists=FEWER)

    carried = carry(before, after, {"f_one": "poor", "f_all": ["good", "poor"]})

    assert carried.answers == {"f_all": ["good"]}
    assert [(loss.cell, loss.value, loss.why) for loss in carried.lost] == [
        ("f_one", "poor", "choice"), ("f_all", ["poor"], "choice"),
    ]  # fmt: skip
    assert carry(before, after, {"f_all": ["poor"]}).answers == {}


def test_rows_keep_their_ids_and_lose_what_their_columns_lose():
    before = form(table(item("f_what", "what"), item("f_n", "n", type="integer")))
    after = form(table(item("f_what", "what"), max=1))
    rows = [{"_row": "aaaaaa", "f_what": "Bed", "f_n": 2}, {"_row": "bbbbbb", "f_n": 3}]

    carried = carry(before, after, {"r_things": rows})

    assert carried.answers == {"r_things": [{"_row": "aaaaaa", "f_what": "Bed"}, {"_row": "bbbbbb"}]}
    assert [(loss.cell, loss.value) for loss in carried.lost] == [
        ("r_things/aaaaaa/f_n", 2),
        ("r_things/bbbbbb/f_n", 3),
    ]
    gone = carry(before, form(item("f_what", "what")), {"r_things": rows})
    assert gone.answers == {}
    assert [loss.cell for loss in gone.lost] == ["r_things/aaaaaa", "r_things/bbbbbb"]


def test_given_rows_are_those_of_the_new_version():
    what = item("f_what", "what")
    before = form(
        table(what, fixed=True, rows=[{"_row": "water1", "what": "Water"}, {"_row": "light1", "what": "Light"}])
    )
    after = form(
        table(what, fixed=True, rows=[{"_row": "oxygen", "what": "Oxygen"}, {"_row": "water1", "what": "Water"}])
    )
    answers = {"r_things": [{"_row": "water1", "f_what": "Water, clean"}, {"_row": "light1", "f_what": "Light"}]}

    carried = carry(before, after, answers)

    assert carried.answers["r_things"] == [
        {"_row": "oxygen", "f_what": "Oxygen"}, {"_row": "water1", "f_what": "Water, clean"},
    ]  # fmt: skip
    assert [(loss.cell, loss.why) for loss in carried.lost] == [("r_things/light1", "rows")]
    assert carried.added == {"r_things/oxygen": {}, "r_things/oxygen/f_what": "Oxygen"}


def test_a_question_that_moved_into_a_table_is_another_question():
    carried = carry(form(item("f_x", "x")), form(table(item("f_x", "x"))), {"f_x": "Bed"})
    assert (carried.answers, [loss.why for loss in carried.lost]) == ({}, ["gone"])


@pytest.mark.parametrize("answers", [{"f_nobody": 1}, {"r_things": ["x", {"_row": 4}, {}]}, {"r_nobody": "x"}])
def test_answers_that_make_no_sense_are_no_trouble(answers):
    both = form(table(item("f_what", "what")))
    assert carry(both, both, answers).answers in ({}, {"r_things": []})


def test_what_must_be_answered_now():
    before = form(item("f_a", "a"), item("f_b", "b", required=True), item("f_c", "c"))
    after = form(
        item("f_a", "a", required=True), item("f_b", "b", required=True), item("f_c", "c", required="${a} = 'x'"),
        item("f_d", "d", required=True),
    )  # fmt: skip
    assert [each.id for each in newly_required(before, after, {"f_a": "x"})] == ["f_c", "f_d"]
