"""A calculation says its currency where that is beyond doubt, and nowhere else."""

from datetime import datetime

import pytest

from toolkit.rendering.display import Voice
from toolkit.rendering.reading import Reader, Told
from toolkit.schema.answers import evaluate_answers
from toolkit.schema.parsing import read_yaml

NOW = datetime(2026, 11, 23, 12, 0)
EUR, UGX = {"amount": "12.50", "currency": "EUR"}, {"amount": "4000", "currency": "UGX"}

TOOL = """
tool: claim
section: implement
kind: form
title: {en: Claim}
purpose: {en: What was spent.}
languages: [en]
form:
  - {id: f_days, name: days, type: integer, label: {en: Days}}
  - {id: f_rate, name: rate, type: decimal, label: {en: Exchange rate}}
  - {id: f_less, name: less, type: percent, label: {en: Less}}
  - {id: f_fee, name: fee, type: money, label: {en: Fee}}
  - repeat: costs
    id: r_costs
    label: {en: Costs}
    totals: [double]
    items:
      - {id: f_what, name: what, type: text, label: {en: What}}
      - {id: f_cost, name: cost, type: money, label: {en: Cost}}
      - {id: c_double, name: double, type: calculate, calculation: "${cost} * 2", label: {en: Double}}
  - {id: c_known, name: known, type: calculate, calculation: "sum(${cost})", label: {en: Known}}
  - {id: c_asked, name: asked, type: calculate, calculation: "CALCULATION", label: {en: Asked}UNIT}
"""


def asked(calculation: str, *costs, unit: str = "", fee=EUR, key: str = "c_asked") -> str:
    text = TOOL.replace("CALCULATION", calculation).replace("UNIT", f", unit: {{en: {unit}}}" if unit else "")
    form = read_yaml(text, name="claim.yaml")
    rows = [{"_row": f"row{n:05d}", "f_what": "x", "f_cost": cost} for n, cost in enumerate(costs)]
    answers = {"f_days": 4, "f_rate": "0.5", "f_less": "50", "f_fee": fee, "r_costs": rows}
    evaluation = evaluate_answers(form, answers, today=NOW.date(), now=NOW)
    told = Told(answers=answers, evaluation=evaluation, calculated=evaluation.calculated)
    reader = Reader(form, told, voice=Voice(form), sensitive=True, owners={})
    if key.startswith("r_"):
        return "".join(reader.table(form.by_id[key]).totals).replace("\xa0", " ")
    return reader.shown(form.by_id[key], key, None).text.replace("\xa0", " ")


@pytest.mark.parametrize(
    ("calculation", "said"),
    [
        ("sum(${cost})", "25.00 EUR"),
        ("${known} - ${fee}", "12.50 EUR"),
        ("round(${fee} * ${days} * (1 - coalesce(${less}, 0) div 100), 2)", "25.00 EUR"),
        ("if(${days} > 3, ${fee}, 0)", "12.50 EUR"),
        ("max(${cost})", "12.50 EUR"),
        ("sum-if(${costs}, ${what} = 'x', ${cost})", "25.00 EUR"),
        ("sum(${double})", "50.00 EUR"),
        ("${fee} div ${days}", "3.125 EUR"),
        # A decimal may be an exchange rate, a quotient of amounts is a share, and three of anything is no money.
        ("${fee} * ${rate}", "6.25"),
        ("sum(${cost}) * ${rate} + ${fee}", "25"),
        ("${fee} div ${known} * 100", "50"),
        ("${fee} + ${days}", "16.5"),
        ("${fee} * ${fee}", "156.25"),
        ("${days} * 3", "12"),
        ("count(${costs})", "2"),
        ("concat('x', ${fee})", "x12.5"),
    ],
)
def test_currency_of_a_calculation(calculation, said):
    assert asked(calculation, EUR, EUR) == said


def test_amounts_of_two_currencies_have_none():
    assert asked("sum(${cost})", EUR, UGX) == ""
    assert asked("if(${known} = '', ${fee}, 0)", EUR, UGX) == "12.5"
    assert asked("${fee} - ${fee}", UGX, fee=UGX) == "0 UGX"


def test_nothing_answered_has_no_currency_and_a_unit_of_the_author_stays():
    assert asked("sum(${cost})") == "0"
    assert asked("${fee} + 0", unit="euros") == "12.5 euros"


def test_totals_of_a_column_have_it_too():
    assert asked("1", EUR, EUR, key="r_costs") == "50.00 EUR"
    assert asked("1", EUR, UGX, key="r_costs") == ""


def test_long_chains_are_no_burden():
    links = "".join(
        f'  - {{id: c_n{n}, name: n{n}, type: calculate, calculation: "${{n{n - 1}}} + ${{n{n - 1}}}", '
        f"label: {{en: N}}}}\n"
        for n in range(1, 600)
    )
    form = read_yaml(
        TOOL.replace("CALCULATION", "${n599} - ${n599}").replace("UNIT", "")
        + '  - {id: c_n0, name: n0, type: calculate, calculation: "${fee} - ${fee}", label: {en: N}}\n'
        + links,
        name="claim.yaml",
    )
    evaluation = evaluate_answers(form, {"f_fee": EUR}, today=NOW.date(), now=NOW)
    told = Told(answers={"f_fee": EUR}, evaluation=evaluation, calculated=evaluation.calculated)

    reader = Reader(form, told, voice=Voice(form), sensitive=True, owners={})

    assert reader.shown(form.by_id["c_asked"], "c_asked", None).text == "0.00\xa0EUR"
