"""Cells: keys, and answers changed without touching the ones before."""

import pytest

from toolkit.schema.cells import ROW_ID, flatten, get_cell, new_row_id, parse_cell, set_cell

ANSWERS = {
    "f_title": "Trip",
    "r_costs": [
        {"_row": "row001", "f_item": "Taxi", "f_sum": 3},
        {"_row": "row002"},
    ],
}


@pytest.mark.parametrize(
    ("key", "parts"),
    [
        ("f_title", ("f_title", None, None)),
        ("c_total", ("c_total", None, None)),
        ("r_costs/row001", (None, "r_costs", "row001")),
        ("r_costs/row001/f_item", ("f_item", "r_costs", "row001")),
    ],
)
def test_cell_key_is_parsed_and_written_again(key, parts):
    assert parse_cell(key) == parts
    assert str(parse_cell(key)) == key


@pytest.mark.parametrize(
    "key",
    [
        "",
        "/",
        "title",
        "r_costs",
        "r_costs/",
        "r_costs/row1",
        "r_costs/ROW001",
        "r_costs/row001/",
        "r_costs/row001/item",
        "r_costs/row001/f_item/f_x",
        "/f_title",
        "f_title/",
        "f_",
        "f_title\n",
        "r_costs/row001f_item",
        "r_costs//f_item",
    ],
)
def test_other_text_is_no_cell_key(key):
    with pytest.raises(ValueError, match="is not a cell key"):
        parse_cell(key)


def test_get_cell_reads_answers_rows_and_cells():
    assert get_cell(ANSWERS, "f_title") == "Trip"
    assert get_cell(ANSWERS, "r_costs/row001/f_sum") == 3
    assert get_cell(ANSWERS, "r_costs/row001") == {"f_item": "Taxi", "f_sum": 3}
    assert get_cell(ANSWERS, "r_costs/row002") == {}
    for absent in ("f_none", "r_costs/row009", "r_costs/row009/f_sum", "r_none/row001/f_sum"):
        assert get_cell(ANSWERS, absent) is None


def test_set_cell_gives_new_answers_and_leaves_the_old():
    before = {"f_title": "Trip", "r_costs": [dict(row) for row in ANSWERS["r_costs"]]}

    new = set_cell(ANSWERS, "r_costs/row001/f_sum", 5)

    assert get_cell(new, "r_costs/row001/f_sum") == 5
    assert before == ANSWERS


@pytest.mark.parametrize(
    ("key", "value", "rows"),
    [
        ("r_costs/row001/f_sum", None, [{"_row": "row001", "f_item": "Taxi"}, {"_row": "row002"}]),
        ("r_costs/row002", None, [ANSWERS["r_costs"][0]]),
        ("r_costs/row003", {}, [*ANSWERS["r_costs"], {"_row": "row003"}]),
        ("r_costs/row003/f_sum", 1, [*ANSWERS["r_costs"], {"_row": "row003", "f_sum": 1}]),
        ("r_costs/row003/f_sum", None, ANSWERS["r_costs"]),
        ("r_costs/row003", None, ANSWERS["r_costs"]),
        ("r_costs/row001", {"f_sum": 9}, [{"_row": "row001", "f_sum": 9}, {"_row": "row002"}]),
    ],
)
def test_set_cell_changes_rows(key, value, rows):
    assert set_cell(ANSWERS, key, value)["r_costs"] == rows


def test_last_row_takes_its_table_along():
    answers = set_cell(set_cell(ANSWERS, "r_costs/row001", None), "r_costs/row002", None)

    assert answers == {"f_title": "Trip"}
    assert set_cell(answers, "f_title", None) == {}


def test_flatten_names_every_cell_and_can_be_put_together_again():
    cells = flatten(ANSWERS)

    assert cells == {
        "f_title": "Trip",
        "r_costs/row001": {},
        "r_costs/row001/f_item": "Taxi",
        "r_costs/row001/f_sum": 3,
        "r_costs/row002": {},
    }
    again = {}
    for key, value in cells.items():
        again = set_cell(again, key, value)
    assert again == ANSWERS


def test_broken_rows_are_passed_over():
    answers = {"r_costs": ["x", {"f_sum": 1}, {"_row": 5}], "r_other": "x"}

    assert flatten(answers) == {}
    assert get_cell(answers, "r_costs/row001") is None


def test_row_ids_are_new_each_time():
    made = {new_row_id() for _ in range(200)}

    assert len(made) == 200
    assert all(ROW_ID.fullmatch(row) for row in made)
