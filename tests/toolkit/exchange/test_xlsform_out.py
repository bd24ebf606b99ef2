import io

import pytest
from openpyxl import load_workbook
from pyxform.xls2xform import convert

from tests.toolkit.exchange.filled import compiled, differences
from tests.toolkit.exchange.rich import RICH
from tests.toolkit.schema import cases
from tests.toolkit.schema.forms import FORMS, item, table, tool
from toolkit.exchange.workbook import read_workbook
from toolkit.exchange.xlsform_functions import WRITERS
from toolkit.exchange.xlsform_out import to_xlsform
from toolkit.exchange.xlsform_rows import MAKERS
from toolkit.exchange.xlsform_xpath import SAME
from toolkit.schema.functions import FUNCTIONS
from toolkit.schema.kinds import KINDS
from toolkit.schema.parsing import parse


def rows_of(raw):
    """The rows of the exported survey by their names, and what was left out."""
    exported = to_xlsform(parse(raw))
    survey = read_workbook(exported.content, {"survey": 5000})["survey"]
    rows = {row["name"]: row for _number, row in survey.rows if not row["type"].startswith("end")}
    return rows, exported.notes


def said(expression, *items, key="calculation", **keys):
    """An expression as XLSForm says it, in a form that has ``items`` and a table of things."""
    things = table(
        "things",
        item("f_thing", "text"),
        item("f_qty", "integer"),
        item("f_mark", "rating"),
        item("f_state", "select_one state"),
    )
    last = (
        item("c_it", "calculate", calculation=expression)
        if key == "calculation"
        else item("f_it", "integer", **{key: expression})
    )
    rows, notes = rows_of(tool(*items, things, last, choices=STATES, **keys))
    return rows["it"].get(key), notes


STATES = {
    "state": [
        {"name": "good", "label": {"en": "Good"}, "score": 2},
        {"name": "bad", "label": {"en": "Bad"}, "score": 0.5},
        {"name": "na", "label": {"en": "–"}},
    ]
}
N = item("f_n", "integer")
DAY, END = item("f_day", "date"), item("f_end", "date")


def test_every_type_and_every_function_can_be_said():
    assert MAKERS.keys() == KINDS.keys()
    assert FUNCTIONS.keys() - WRITERS.keys() - SAME == {"true", "false"}


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("${n} * 2 + 1", "${n} * 2 + 1"),
        ("(${n} + 1) * -2", "(${n} + 1) * (0 - (2))"),
        ("1 div ${n}", "1 div if(${n} != 0, ${n}, '')"),
        ("sum(${qty})", "sum(${qty}[. != ''])"),
        ("sum(${things.qty}, ${n})", "(sum(${qty}[. != '']) + if(${n} != '', ${n}, 0))"),
        ("avg(${qty})", "if(count(${qty}[. != '']) = 0, '', sum(${qty}[. != '']) div count(${qty}[. != '']))"),
        ("max(${mark})", "if(count(${mark}[. != '' and . != 'na']) = 0, '', max(${mark}[. != '' and . != 'na']))"),
        ("count(${things})", "count(${things})"),
        ("count-if(${things}, ${state} = 'good' and ${qty} > ${n})", "count(${things}[state = 'good' and qty > ${n}])"),
        ("join(', ', ${thing})", "join(', ', ${thing}[. != ''])"),
        ("sum(score(${state}))", "(count(${state}[. = 'good']) * 2 + count(${state}[. = 'bad']) * 0.5)"),
        ("days-between(${day}, ${end}) + 1", "round(decimal-date-time(${end}) - decimal-date-time(${day}), 0) + 1"),
        ("date(${day} + 30)", "date(decimal-date-time(${day}) + 30)"),
        ("coalesce(${n}, ${qty2}, 0)", "coalesce(${n}, coalesce(${qty2}, 0))"),
        ("if(${n}, 'a', 'b')", "if((${n} != '' and ${n} != 0), 'a', 'b')"),
        ("round(${n} div 3)", "round(${n} div 3, 0)"),
        ("concat('it', \"'s\")", "concat('it', \"'s\")"),
        ("format-date(now(), '%d/%m %H:%M')", "format-date-time(now(), '%d/%m %H:%M')"),
        ("regex(string(${n}), '\\d+')", "regex(string(${n}), '^([0-9]+)$')"),
        ("(${n} + 1) = ''", "string(${n} + 1) = 'NaN'"),
        ("${n} = 1", "if(${n} = 1, 'true', 'false')"),
    ],
)
def test_expressions_are_said_in_the_words_of_xlsform(ours, theirs):
    found, notes = said(ours, N, DAY, END, item("f_qty2", "integer"))

    assert found == theirs or found == f"if({theirs}, 'true', 'false')"
    assert notes == ()


def test_a_score_is_a_chain_of_conditions():
    found, _notes = said("score(${one})", item("f_one", "select_one state"))
    several, _notes = said("score(${all})", item("f_all", "select_multiple state"))

    assert found == "if(${one} = 'good', 2, if(${one} = 'bad', 0.5, ''))"
    assert several == (
        "if(selected(${all}, 'good') or selected(${all}, 'bad'), "
        "if(selected(${all}, 'good'), 2, 0) + if(selected(${all}, 'bad'), 0.5, 0), '')"
    )


def test_a_whole_column_seen_from_its_table_is_worked_out_beside_it():
    lines = table(
        "lines",
        item("f_cost", "decimal"),
        item("c_share", "calculate", calculation="${cost} div sum(${lines.cost}) * 100"),
    )
    rows, _notes = rows_of(tool(lines))

    assert rows["share"]["calculation"] == "${cost} div if(${whole_cost} != 0, ${whole_cost}, '') * 100"
    assert rows["whole_cost"] == {
        "type": "calculate",
        "name": "whole_cost",
        "calculation": "sum(${cost}[. != ''])",
        "twinning::part": "tool/whole_cost",
    }


def test_a_sum_under_a_condition_is_a_column_and_its_sum():
    lines = table("lines", item("f_cost", "decimal"), item("f_kind", "text"))
    rows, _notes = rows_of(
        tool(lines, item("c_it", "calculate", calculation="sum-if(${lines}, ${kind} = 'a', ${cost} * 2)"))
    )

    assert rows["it"]["calculation"] == "sum(${lines_counted}[. != ''])"
    assert rows["lines_counted"]["calculation"] == "if(${kind} = 'a', ${cost} * 2, '')"


def test_what_cannot_be_said_is_left_out_with_the_name_of_the_question():
    several = item("f_all", "select_multiple state")
    rows, notes = rows_of(
        tool(several, item("c_it", "calculate", calculation="jr:choice-name(${all}, '${all}')"), choices=STATES)
    )

    assert rows["it"]["calculation"] == "''"
    assert [str(note) for note in notes] == [
        "The calculation of “it” is left out: XLSForm cannot say the labels of several choices."
    ]


def test_types_of_ours_become_the_nearest_of_xlsform():
    rows, _notes = rows_of(RICH)
    types = {name: row["type"] for name, row in rows.items()}

    assert types["long"] == "text"
    assert rows["long"]["appearance"] == "multiline"
    assert (types["cost"], types["cost_currency"]) == ("decimal", "select_one currency")
    assert rows["cost_currency"]["default"] == "EUR"
    assert (types["call"], types["start"], types["year"]) == ("dateTime", "time", "integer")
    assert types["yes"] == "select_one yes_no_"  # the form has a list called yes_no
    assert types["mark"] == "select_one rating"
    assert [types[f"sign_{part}"] for part in ("signature", "title", "organization", "date", "agreed")] == [
        "begin_group", "text", "text", "date", "acknowledge",
    ]  # fmt: skip
    assert rows["sign"]["required"] == rows["sign_agreed"]["required"] == "yes"
    assert (
        rows["true"]["calculation"]
        == "if(${int} > 3 and if(${sign_agreed} = 'OK', ${sign}, '') != '', 'true', 'false')"
    )
    assert rows["mail"]["constraint_message::English (en)"].startswith("Write an e-mail address")
    assert rows["int"]["constraint"] == ". >= 0 and . <= 10"
    assert rows["int"]["hint::French (fr)"] == "(beds (fr))"
    assert rows["long"]["constraint"] == "count-selected(normalize-space(.)) <= 20"


def test_rows_that_stand_in_a_table_are_told_by_their_number():
    rows, _notes = rows_of(RICH)

    assert rows["things"]["repeat_count"] == "3"
    first = """concat('It', "'", 's "here"', '')"""
    assert rows["thing"]["calculation"] == (
        f"concat(if(position(..) = 1, {first}, ''), if(position(..) = 2, '12', ''))"
    )
    assert rows["qty"]["default"] == "if(position(..) = 1, '2', '')"
    assert rows["price_currency"]["default"] == "if(position(..) = 1, 'UGX', '')"
    seeds = read_workbook(to_xlsform(parse(RICH)).content, {"twinning_rows": 100})["twinning_rows"]
    assert [row["row"] for _number, row in seeds.rows] == ["first01"] * 3 + ["second"] * 3 + ["third03"]


def test_texts_that_nobody_translated_are_filled_in_and_names_are_unique():
    content = to_xlsform(parse(RICH)).content
    book = load_workbook(io.BytesIO(content), read_only=True)
    choices = [[cell.value for cell in row][:4] for row in book["choices"].rows]

    assert choices[1:4] == [
        ["state", "good", "Good", "Bon"],
        ["state", "fair", "Fair", "Fair"],
        ["state", "unknown", "“Don’t know”", "“Don’t know”"],
    ]
    assert ["yes_no", "no_idea", "= None", "= None"] in choices
    names = (
        [cell.value for cell in book["survey"]["B"]]
        if not book.read_only
        else [row[1].value for row in book["survey"].rows]
    )
    begun = [
        name for row, name in zip(book["survey"].rows, names, strict=True) if not str(row[0].value).startswith("end")
    ]
    assert len(begun) == len(set(begun))
    assert not any(cell.data_type == "f" for sheet in book for row in sheet.rows for cell in row)


def test_two_questions_that_demand_each_other_do_not_go_round_in_a_circle():
    phone = item("f_phone", "phone", required="${mail} = ''")
    rows, notes = rows_of(tool(phone, item("f_mail", "email", required="${phone} = ''")))

    assert "required" not in rows["phone"]
    assert rows["mail"]["required"] == "${phone} = ''"
    assert "“phone” may be left empty there: no two questions can each demand the other." in notes


def test_the_notes_name_what_other_programs_do_not_know():
    _rows, notes = rows_of(RICH)

    assert "Records cannot be chosen there; a name is written instead: lead, row." in notes
    assert "How many rows there may be is not checked there: costs." in notes
    assert "“qty” is called “costs_qty” there, for its name is used twice." in notes
    assert any(note.startswith("Two sides fill this in") for note in notes)


# Where other programs come to another result: beyond 15 digits, at the edges of the calendar, with several currencies
# (the export says so), and with texts that only look like numbers or moments.
OTHERWISE = {
    "0.1 + 0.2 = 0.3", "100000000 * 100000000", "999999999999999 + 1", "${amount} = ${qty} * ${price}",
    "${dt} = '2026-02-28T09:30'", "${dt} > '2026-02-28T09:29'", "date(-719163)", "date(2932897)", "date(true())",
    "date('10:30')", "number('1970-01-02T25:00')", "number('24:00')", "round(1, 11)", "number('1e3')", "number('+5')",
    "number('Infinity')", "number('99999999999999999999')", "string(123456789012345)", "string(0.0000012)",
    "format-date('12345.678901', '%Y %H:%M')", "jr:choice-name(${many}, '${many}')", "sum('x', '2')",
    "sum(${m}, ${m2})", "min(${m}, ${m2})", "sum(999999999999999, 999999999999999, -5)", "sum(${pay})", "max(${pay})",
    "sum-if(${mixed}, true(), ${pay})", "count-if(${lines}, position(..) > 1)",
}  # fmt: skip


def test_the_shared_table_of_expressions_comes_to_the_same_results():
    expressions = [case["expression"] for case in (*cases.TABLE["cases"], *cases.TABLE["row_cases"])]
    definition, _expected = cases.table_form()

    found = differences(definition, cases.TABLE["answers"], compiled(definition), today=cases.TODAY, now=cases.NOW)

    other = {expressions[int(cell.rpartition("_")[2])] for cell, _ours, _theirs in found}
    assert other == OTHERWISE


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form["name"])
def test_forms_with_conditions_work_out_the_same(form):
    definition = parse(form["tool"])
    xml = compiled(definition)

    for answers in form["answers"]:
        # What is not yet done, and what a calculation first came to, is no answer there
        if "c_stamp" not in answers and answers.get("f_check", {}).get("state") != "pending":
            assert list(differences(definition, answers, xml)) == []


def test_everything_compiles_and_the_same_form_has_the_same_bytes():
    content = to_xlsform(parse(RICH)).content
    result = convert(content, validate=False, file_type=".xlsx")

    assert content == to_xlsform(parse(RICH)).content

    assert result.warnings == [] or all("max-pixels" in warning for warning in result.warnings)
