"""The shared table of cases, made into one form: every case is a calculation of its own."""

import datetime as dt
import json
from pathlib import Path

from toolkit.schema.answers import evaluate_answers
from toolkit.schema.parsing import parse

TABLE = json.loads((Path(__file__).parent / "cases.json").read_text(encoding="utf-8"))
TODAY = dt.date.fromisoformat(TABLE["today"])
NOW = dt.datetime.fromisoformat(TABLE["now"])
ROWS = [row["_row"] for row in TABLE["answers"]["r_lines"]]


def calculate(number: int, expression: str) -> dict:
    return {
        "id": f"c_case_{number}",
        "name": f"case_{number}",
        "type": "calculate",
        "calculation": expression,
        "label": {"en": expression[:1000]},
    }


def form_of(expressions: list[str], row_expressions: list[str] = ()) -> dict:
    """The tool of the table with a calculation for each expression, in the form or in each row."""
    tool = json.loads(json.dumps(TABLE["tool"]))
    items = [calculate(n, expression) for n, expression in enumerate(expressions)]
    if items:
        tool["form"].append({"group": "cases", "label": {"en": "Cases"}, "items": items})
    lines = next(node for node in tool["form"] if node.get("repeat") == "lines")
    start = len(items)
    lines["items"] += [calculate(start + n, e) for n, e in enumerate(row_expressions)]
    return tool


def worked_out(definition, answers=None):
    return evaluate_answers(definition, TABLE["answers"] if answers is None else answers, today=TODAY, now=NOW)


def table_form():
    """The definition of the whole table, and the value each calculated cell should have."""
    cases, row_cases = TABLE["cases"], TABLE["row_cases"]
    definition = parse(form_of([c["expression"] for c in cases], [c["expression"] for c in row_cases]))
    expected = {f"c_case_{n}": case["result"] for n, case in enumerate(cases)}
    for n, case in enumerate(row_cases, start=len(cases)):
        for row, result in zip(ROWS, case["results"], strict=True):
            expected[f"r_lines/{row}/c_case_{n}"] = result
    return definition, expected
