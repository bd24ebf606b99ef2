"""Every shipped tool works with answers and on paper, and the check notices when one does not."""

from datetime import datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from toolkit.actions.checking import check_tool
from toolkit.actions.library import LIBRARY, read_all
from toolkit.schema.parsing import read_yaml
from toolkit.schema.reach import out_of_reach

TOOLS = read_all()
NOW = datetime(2026, 11, 23, 12, 0)  # the moment of a person, in their own zone

HEAD = """
tool: visit
section: monitor
kind: {kind}
title: {{en: Visit}}
purpose: {{en: "What was seen."}}
languages: [en]
choices:
  state: [{{name: good, label: {{en: Good}}}}, {{name: poor, label: {{en: Poor}}}}]
form:
  - {{id: f_n, name: n, type: integer, min: 0, max: 10, label: {{en: N}}}}
  - {{id: f_state, name: state, type: select_one state, label: {{en: State}}}}
  - repeat: things
    id: r_things
    label: {{en: Things}}
    max: 5
    items:
      - {{id: f_cost, name: cost, type: money, currency: EUR, label: {{en: Cost}}}}
      - {{id: f_seen, name: seen, type: yes_no, label: {{en: Seen}}}}
"""


def tool(more="", kind="form"):
    return read_yaml(HEAD.format(kind=kind) + more, name="visit.yaml")


def asked(condition):
    """Whether a question under this condition is found to be within reach."""
    form = tool(f'  - {{id: f_x, name: x, type: text, relevant: "{condition}", label: {{en: X}}}}\n')
    return [node.name for node in out_of_reach(form, now=NOW)] == []


@pytest.mark.parametrize(("form", "example"), TOOLS, ids=[form.tool for form, _example in TOOLS])
def test_every_shipped_tool_can_be_filled_in_read_and_printed(form, example):
    assert check_tool(form, example) == []


def test_the_toolkit_is_whole():
    numbers = {form.number for form, _example in TOOLS}
    chapters = {1: 8, 2: 6, 3: 15, 4: 6, 5: 5, 6: 5}
    assert {f"{chapter}.{n}" for chapter, last in chapters.items() for n in range(1, last + 1)} <= numbers
    assert {f"G{n}" for n in range(1, 11)} | {f"V{n}" for n in range(1, 10)} <= numbers
    assert {form.section for form, example in TOOLS if example} == {form.section for form, _example in TOOLS}


def test_every_document_has_a_text_and_every_guide_something_to_say():
    for form, example in TOOLS:
        assert bool(form.body) == (form.kind == "document"), form.tool
        assert example or form.kind != "document", form.tool
        if form.kind == "guide":
            assert len(form.guidance["en"].split()) > 500, form.tool


@pytest.mark.parametrize(
    ("condition", "is_asked"),
    [
        ("${state} = 'good'", True),
        ("${state} = 'good' and ${state} = 'poor'", False),
        ("${n} > 7", True),
        ("${n} > 12", False),
        ("count(${things}) > 1", True),
        ("count(${things}) > 5", False),
        ("sum(${cost}) = ''", True),
        ("count-if(${things}, ${seen} = 'yes') > 1 and ${n} = 3", True),
        ("${n} > 3 and not(${n} > 3)", False),
    ],
)
def test_a_question_nobody_can_be_asked_is_noticed(condition, is_asked):
    assert asked(condition) is is_asked


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("{% for n in (1..1000000000) %}x{% endfor %}", "the text with the empty answers"),
        ("{{ answers.n | nonsense }}", "the text with the empty answers"),
        ("{% if %}", "the text with the empty answers"),
        ("{% include 'settings.py' %}", "the text with the empty answers"),
    ],
)
def test_a_text_that_cannot_be_put_together_is_noticed(body, told):
    problems = check_tool(tool(f'body:\n  en: "{body}"\n', kind="document"))
    assert [problem for problem in problems if problem.startswith(told)]


def test_the_command_names_the_tool_and_what_is_wrong(tmp_path):
    (tmp_path / "monitor").mkdir()
    text = HEAD.format(kind="form") + '  - {id: f_x, name: x, type: text, relevant: "${n} > 12", label: {en: X}}\n'
    (tmp_path / "monitor" / "visit.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(CommandError, match="visit: “x” can never be asked"):
        call_command("check_toolkit", folder=tmp_path)

    (tmp_path / "monitor" / "visit.yaml").write_text(text.replace("type: text", "type: txt"), encoding="utf-8")
    with pytest.raises(CommandError, match=r"monitor/visit.yaml:\d+: .*“txt” is unknown"):
        call_command("check_toolkit", folder=tmp_path)


def test_the_command_checks_those_that_are_named():
    told = StringIO()
    call_command("check_toolkit", "trip-report", stdout=told)
    assert "1 tools and 1 worked examples are sound" in told.getvalue()
    with pytest.raises(CommandError, match="no tool no-such"):
        call_command("check_toolkit", "no-such")


def test_an_example_needs_its_tool(tmp_path):
    (tmp_path / "monitor").mkdir()
    example = LIBRARY / "monitor" / "trip-report.example.yaml"
    (tmp_path / "monitor" / example.name).write_bytes(example.read_bytes())
    with pytest.raises(CommandError, match="no tool “trip-report”"):
        call_command("check_toolkit", folder=tmp_path)
