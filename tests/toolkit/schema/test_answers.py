"""A form worked out: what applies, what follows, what is wrong, and for whom."""

import time

import pytest

from toolkit.schema.answers import can_write, starting_answers, strip_irrelevant
from toolkit.schema.parsing import from_json, parse, to_json

from .cases import TABLE, worked_out
from .forms import CHOICES, FORMS, evaluation_of, group, item, table, tool


def problems(evaluation):
    return [(problem.cell, problem.code) for problem in evaluation.problems]


def form_named(name):
    return parse(next(form["tool"] for form in FORMS if form["name"].startswith(name)))


def test_required_and_constraint_are_told_with_the_question():
    definition = form_named("dates in order")

    told = evaluation_of(definition, {"f_from": "2026-01-02", "f_to": "2026-01-01"}).problems
    empty = evaluation_of(definition, {}).problems

    assert [(p.cell, p.code, p.label) for p in told] == [("f_to", "constraint", "To")]
    assert [(p.cell, p.code, p.label) for p in empty] == [
        ("f_from", "required", "From"),
        ("f_to", "required", "To"),
    ]
    assert empty[0].message == "Please answer this question."


def test_label_and_message_come_in_the_language_asked_for():
    definition = parse(
        tool(
            item(
                "f_age",
                "integer",
                constraint=". < 120",
                constraint_message={"en": "Too old.", "fr": "Trop vieux."},
                label={"en": "Age", "fr": "Âge"},
            )
            | {"label": {"en": "Age", "fr": "Âge"}},
            languages=["en", "fr"],
        )
    )

    [problem] = evaluation_of(definition, {"f_age": 130}, lang="fr").problems

    assert (problem.label, problem.message) == ("Âge", "Trop vieux.")


def test_conditions_follow_each_other_whatever_their_order():
    definition = form_named("conditions that hang")
    answers = {"f_first": "no", "f_second": "yes", "f_third": "x"}

    evaluation = evaluation_of(definition, answers)

    assert evaluation.relevant == {
        "f_first": True,
        "f_second": False,
        "f_third": False,
        "c_sum": True,
    }
    assert evaluation.values == {"f_first": "no", "c_sum": "none"}
    assert evaluation.calculated == {"c_sum": "none"}
    assert evaluation.problems == []
    assert strip_irrelevant(definition, answers, evaluation) == {"f_first": "no"}
    assert answers["f_third"] == "x", "the draft keeps what may apply again"


def test_what_stands_in_something_irrelevant_is_irrelevant():
    definition = form_named("a group and a table")
    answers = {"f_has": "no", "f_why": "x", "r_rows": [{"_row": "row001", "f_what": "fully"}]}

    evaluation = evaluation_of(definition, answers)

    assert not any(evaluation.is_relevant(c) for c in ("g_more", "r_rows", "r_rows/row001/f_what"))
    assert evaluation.calculated == {"c_number": 0}
    assert strip_irrelevant(definition, answers, evaluation) == {"f_has": "no"}


def test_cells_of_a_row_apply_row_by_row():
    definition = form_named("a group and a table")
    rows = [
        {"_row": "row001", "f_what": "fully", "f_rest": "kept"},
        {"_row": "row002", "f_what": "partly"},
    ]
    answers = {"f_has": "yes", "f_why": "x", "r_rows": rows}

    evaluation = evaluation_of(definition, answers)

    assert evaluation.is_relevant("r_rows/row002/f_rest")
    assert not evaluation.is_relevant("r_rows/row001/f_rest")
    assert problems(evaluation) == [("r_rows/row002/f_rest", "required")]
    kept = strip_irrelevant(definition, answers, evaluation)["r_rows"]
    assert kept == [{"_row": "row001", "f_what": "fully"}, rows[1]]


def test_only_the_problems_of_ones_own_side_are_told():
    definition = parse(
        tool(
            group("hosts", item("f_host", "text", required=True), side="host"),
            group(
                "shared",
                item("f_both", "text", required=True),
                item("f_coordinator", "text", required=True, side="coordinator"),
                table("costs", item("f_cost", "integer"), min=1, side="resource"),
            ),
        )
    )

    def told(sides):
        return [cell for cell, code in problems(evaluation_of(definition, {}, sides=sides))]

    assert told(None) == ["f_host", "f_both", "f_coordinator", "r_costs"]
    assert told({"host"}) == ["f_host", "f_both"]
    assert told({"resource"}) == ["f_both", "r_costs"]
    assert told({"coordinator"}) == ["f_both", "f_coordinator"]
    assert told({"host", "coordinator"}) == ["f_host", "f_both", "f_coordinator"]
    assert told(set()) == []
    assert can_write(definition.by_id["f_host"], {"host"})
    assert not can_write(definition.by_id["f_host"], {"resource"})


def test_stored_answer_of_the_wrong_kind_is_a_problem_and_counts_as_none():
    definition = parse(tool(item("f_n", "integer"), item("c_next", "calculate", calculation="coalesce(${n}, 0) + 1")))

    evaluation = evaluation_of(definition, {"f_n": "many"})

    assert problems(evaluation) == [("f_n", "number")]
    assert evaluation.values == {"c_next": 1}


@pytest.mark.parametrize(
    ("answers", "told"),
    [
        ({"f_zz": 1}, [("f_zz", "unknown"), ("r_t", "min_rows")]),
        ({"f_a": 1}, [("f_a", "unknown"), ("r_t", "min_rows")]),
        ({"r_t": "x"}, [("r_t", "rows")]),
        ({"r_t": ["x"]}, [("r_t", "rows")]),
        ({"r_t": [{"f_a": "1"}]}, [("r_t", "rows")]),
        ({"r_t": [{"_row": "BAD"}]}, [("r_t", "rows")]),
        ({"r_t": [{"_row": "row001"}, {"_row": "row001"}]}, [("r_t", "rows")]),
        ({"r_t": [{"_row": "row001", "f_zz": 1}]}, [("r_t/row001/f_zz", "unknown")]),
        ({"r_t": [{"_row": f"row00{n}"} for n in range(4)]}, [("r_t", "max_rows")]),
        ({"r_t": [{"_row": "row001"}]}, []),
    ],
)
def test_broken_tables_and_unknown_answers_are_told(answers, told):
    definition = parse(tool(table("t", item("f_a", "text"), min=1, max=3)))

    assert problems(evaluation_of(definition, answers)) == told


def test_ten_thousand_rows_are_one_problem_and_quick():
    definition = parse(tool(table("t", item("f_a", "text", required=True))))
    rows = [{"_row": f"r{n:07}", "f_a": "x"} for n in range(10_000)]
    start = time.process_time()

    evaluation = evaluation_of(definition, {"r_t": rows})

    assert problems(evaluation) == [("r_t", "max_rows")]
    assert evaluation.problems[0].message == "This table takes 200 rows; it has 10000."
    assert time.process_time() - start < 1


def test_fixed_rows_can_be_filled_but_not_changed():
    definition = parse(
        tool(
            table(
                "t",
                item("f_what", "text"),
                item("f_mark", "rating"),
                rows=[{"_row": "row001", "what": "Water"}, {"_row": "row002", "what": "Power"}],
                fixed=True,
            )
        )
    )
    answers = starting_answers(definition)
    fewer = {"r_t": answers["r_t"][:1]}
    more = {"r_t": [*answers["r_t"], {"_row": "row003"}]}
    filled = {"r_t": [row | {"f_mark": 3} for row in answers["r_t"]]}

    assert answers["r_t"][0] == {"_row": "row001", "f_what": "Water"}
    assert problems(evaluation_of(definition, filled)) == []
    for changed in (fewer, more, {}, {"r_t": answers["r_t"][::-1]}):
        assert problems(evaluation_of(definition, changed)) == [("r_t", "fixed_rows")]


def test_new_document_starts_with_defaults_and_seed_rows():
    definition = parse(
        tool(
            item("f_lang", "language", default="fr"),
            item("f_many", "select_multiple done", default=["partly"]),
            table(
                "t",
                item("f_what", "text"),
                item("f_n", "integer", default=1),
                rows=[{"_row": "row001", "what": "A"}, {"_row": "row002", "n": 5}],
            ),
            table("empty", item("f_x", "text", default="x")),
            choices=CHOICES,
        )
    )

    assert starting_answers(definition) == {
        "f_lang": "fr",
        "f_many": ["partly"],
        "r_t": [{"_row": "row001", "f_n": 1, "f_what": "A"}, {"_row": "row002", "f_n": 5}],
    }


def test_totals_are_by_column_and_by_currency():
    totals = worked_out(parse(TABLE["tool"])).totals

    assert totals == {
        "r_lines": {
            "f_qty": 5,
            "c_amount": 9.75,
            "f_cost": [{"amount": "3.30", "currency": "EUR"}],
        },
        "r_mixed": {
            "f_pay": [
                {"amount": "1.00", "currency": "EUR"},
                {"amount": "2.00", "currency": "USD"},
            ]
        },
    }


def test_irrelevant_table_has_no_totals():
    definition = parse(
        tool(item("f_has", "yes_no"), table("t", item("f_n", "integer"), totals=["n"], relevant="${has} = 'yes'"))
    )
    answers = {"f_has": "no", "r_t": [{"_row": "row001", "f_n": 1}]}

    assert evaluation_of(definition, answers).totals == {}


def test_once_keeps_the_value_it_had():
    definition = form_named("a table within its limits")

    assert evaluation_of(definition, {}).calculated["c_stamp"] == "2026-03-15"
    kept = evaluation_of(definition, {"c_stamp": "2025-01-01"})
    assert kept.calculated["c_stamp"] == "2025-01-01"


def cost(call) -> float:
    """Seconds of processor time, the best of several runs."""
    times = []
    for _attempt in range(12):
        start = time.process_time()
        call()
        times.append(time.process_time() - start)
    return min(times)


def allowance() -> float:
    """How much slower than a quiet machine, 2 ms for this sum, we are; and half as much again."""
    return 1.5 * max(1, cost(lambda: sum(n for n in range(60_000))) / 0.002)


def test_hundred_items_are_worked_out_in_five_milliseconds():
    items = [item("f_0", "integer") | {"name": "n0"}]
    for n in range(1, 50):
        chain = item(f"f_{n}", "integer", relevant=f"${{n{n - 1}}} >= 0") | {"name": f"n{n}"}
        calculation = f"sum(${{n{n}}}, 1) * 2 - ${{n{n - 1}}}"
        items += [chain, item(f"c_{n}", "calculate", calculation=calculation) | {"name": f"c{n}"}]
    definition = parse(tool(*items))
    answers = {f"f_{n}": n for n in range(50)}

    assert evaluation_of(definition, answers).calculated["c_49"] == 52
    assert cost(lambda: evaluation_of(definition, answers)) <= 0.005 * allowance()


def test_three_hundred_items_are_parsed_in_fifteen_milliseconds():
    rules = {"relevant": "${n0} > 1 and not(${n0} = 9)", "required": True}
    items = [item(f"f_{n}", "integer", **(rules if n else {})) | {"name": f"n{n}"} for n in range(300)]
    raw = to_json(parse(tool(*items)))

    assert cost(lambda: parse(raw)) <= 0.015 * allowance()
    assert cost(lambda: from_json(raw)) <= 0.005 * allowance()
