"""Worked examples: read by the names of questions, and refused with the place of each fault."""

import pytest

from tests.toolkit.schema.test_parsing import LIBRARY
from toolkit.schema.examples import read_example
from toolkit.schema.parsing import SchemaError, read_yaml

TOOL = """
tool: costs
section: monitor
kind: form
title: {en: Costs}
purpose: {en: What it cost.}
languages: [en]
form:
  - {id: f_day, name: day, type: date, required: true, label: {en: Day}, constraint: ". <= today()"}
  - {id: f_paper, name: paper, type: file, required: true, label: {en: Paper}}
  - repeat: costs
    id: r_costs
    label: {en: Costs}
    min: 1
    items:
      - {id: f_what, name: what, type: text, required: true, label: {en: What}}
      - {id: f_amount, name: amount, type: money, currency: EUR, label: {en: Amount}}
  - repeat: places
    id: r_places
    label: {en: Places}
    fixed: true
    rows: [{_row: first01, place: Ward}, {_row: second1, place: Kitchen}]
    items:
      - {id: f_place, name: place, type: text, label: {en: Place}}
      - {id: f_seen, name: seen, type: yes_no, label: {en: Seen}}
"""
FORM = read_yaml(TOOL, name="costs.yaml")
HEAD = 'tool: costs\ntitle: {en: A week}\nabout: {en: "What to notice."}\nanswers:\n'


def read(answers, head=HEAD):
    return read_example(head + answers, FORM, name="costs.example.yaml")


def test_answers_are_kept_by_id_as_documents_keep_them():
    example = read(
        '  day: "2026-03-02"\n'
        '  costs:\n    - {what: Bus, amount: {amount: "12,5", currency: EUR}}\n    - {what: Tea}\n'
        '  places:\n    - {_row: second1, seen: "yes"}\n'
    )
    assert example.title == {"en": "A week"}
    assert example.language == "en"
    assert example.answers == {
        "f_day": "2026-03-02",
        "r_costs": [
            {"_row": "row001", "f_what": "Bus", "f_amount": {"amount": "12.50", "currency": "EUR"}},
            {"_row": "row002", "f_what": "Tea"},
        ],
        "r_places": [
            {"_row": "first01", "f_place": "Ward"},
            {"_row": "second1", "f_place": "Kitchen", "f_seen": "yes"},
        ],
    }


@pytest.mark.parametrize(
    ("answers", "line", "told"),
    [
        ('  day: "2026-03-02"\n  costs: []\n', 5, "at least one row"),
        ('  day: "2126-03-02"\n  costs: [{what: Bus}]\n', 5, "day: This answer does not fit"),
        ("  costs: [{what: Bus}]\n", 5, "day: Please answer"),
        ('  day: "2026-03-02"\n  costs: [{amount: 3}]\n', 5, "costs[row001].what: Please answer"),
        ('  day: "2026-02-30"\n  costs: [{what: Bus}]\n', 5, "does not exist"),
        ('  day: "2026-03-02"\n  costs: [{what: Bus, price: 3}]\n', 6, "no column “price”"),
        ('  day: "2026-03-02"\n  costs: Bus\n', 6, "list of name: answer pairs"),
        ('  night: "2026-03-02"\n', 5, "no question “night”"),
        ("  - day\n", 5, "name: answer pairs"),
    ],
)
def test_a_faulty_example_is_refused_with_the_place(answers, line, told):
    with pytest.raises(SchemaError) as refused:
        read(answers)
    assert told in str(refused.value)
    assert f"line {line}" in str(refused.value) or f"line {line - 1}" in str(refused.value)


def test_an_example_names_the_partnership_that_its_text_speaks_of():
    party = "{name: Bagmati Hospital, address: Ring Road, country: NP, side: host}"
    other = "{name: Dal Clinic, country: CA, side: resource}"
    head = HEAD.replace("answers:", f"partnership:\n  name: Ring – Dal\n  parties: [{party}, {other}]\nanswers:")

    example = read('  day: "2026-03-02"\n  costs: [{what: Bus}]\n  places: [{_row: first01}]\n', head)

    assert example.partnership == {
        "name": "Ring – Dal",
        "parties": [
            {"name": "Bagmati Hospital", "address": "Ring Road", "country": "NP", "side": "host"},
            {"name": "Dal Clinic", "country": "CA", "side": "resource"},
        ],
    }


@pytest.mark.parametrize(
    ("head", "told"),
    [
        ("partnership: {name: A}\n" + HEAD, "“parties” of a partnership is missing"),
        (
            "partnership: {name: A, parties: [{name: B, country: Nepal, side: host}]}\n" + HEAD,
            "“Nepal” is not a country",
        ),
        ("partnership: {name: A, parties: [{name: B, country: NP, side: guest}]}\n" + HEAD, "“guest” is unknown"),
        ("partnership: {name: A, parties: Bagmati}\n" + HEAD, "Write a list here"),
        (HEAD.replace("costs", "other", 1), "“other” is unknown"),
        (HEAD.replace("title: {en: A week}\n", ""), "“title” of an example is missing"),
        (HEAD.replace("about", "abouts"), "“abouts” is not a key of an example"),
        ("language: sw\n" + HEAD, "“sw” is unknown"),
    ],
)
def test_an_example_says_what_it_is_of(head, told):
    with pytest.raises(SchemaError, match=told):
        read('  day: "2026-03-02"\n  costs: [{what: Bus}]\n', head)


def test_every_section_has_a_worked_example():
    sections = {path.parent.name for path in LIBRARY if path.with_suffix(".example.yaml").exists()}
    assert sections == {path.parent.name for path in LIBRARY}
