"""Whatever comes in, the answer is a value or a refusal, never a fault of the program."""

import copy
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from toolkit.schema.answers import clean_value, starting_answers, strip_irrelevant
from toolkit.schema.cells import flatten, get_cell
from toolkit.schema.errors import AnswerError, ExpressionError, SchemaError
from toolkit.schema.expressions import parse_expression
from toolkit.schema.parsing import from_json, parse, read_yaml, to_json
from toolkit.schema.rules import rules_for_browser

from .cases import TABLE, worked_out
from .test_kinds import DEFINITION
from .trip import TRIP

MANY = settings(
    max_examples=150,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=12),
    st.sampled_from(
        "en name at zone amount currency text ref state agreed on _row row001 EUR yes done "
        "2026-01-01 ${n} sum(1) select_one f_x r_x".split()
    ),
    st.text(st.characters(categories=["Cs", "Cc", "Nd"]), max_size=4),
)
KEYS = st.one_of(
    st.text(max_size=5),
    st.sampled_from("at zone amount currency text ref state on note name agreed id size".split()),
)
JSON = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4), max_leaves=8
)
CASES = parse(TABLE["tool"])


def attempt(refusal, call):
    """What ``call`` gives and None, or None and its refusal. Anything else it raises goes on."""
    try:
        return call(), None
    except refusal as error:
        return None, error


@pytest.mark.parametrize("item", DEFINITION.items, ids=lambda item: item.name)
@MANY
@given(raw=JSON)
def test_clean_value_keeps_or_refuses(item, raw):
    value, refusal = attempt(AnswerError, lambda: clean_value(item, raw, definition=DEFINITION))
    if refusal:
        assert refusal.message
        return
    assert clean_value(item, value, definition=DEFINITION) == value
    json.dumps(value, allow_nan=False).encode()


@MANY
@given(
    answers=st.dictionaries(
        st.sampled_from([*CASES.by_id, "f_zz", "x"]),
        JSON | st.lists(st.dictionaries(st.sampled_from(["_row", "f_qty", "f_on", "x"]), LEAVES), max_size=3),
        max_size=8,
    )
)
def test_stored_rubbish_is_told_and_nothing_breaks(answers):
    evaluation = worked_out(CASES, answers)

    json.dumps(evaluation.values, allow_nan=False)
    strip_irrelevant(CASES, answers, evaluation)
    for cell in flatten(answers):
        if cell.startswith(("f_", "c_")):
            get_cell(answers, cell)


def _places(node, path=()):
    yield path
    pairs = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, child in pairs:
        yield from _places(child, (*path, key))


SOUND = to_json(read_yaml(TRIP, name="trip.yaml"))
PLACES = [path for path in _places({k: v for k, v in SOUND.items() if k != "compiled"}) if path]


@settings(MANY, max_examples=600)
@given(path=st.sampled_from(PLACES), junk=JSON, how=st.sampled_from(["put", "drop", "add"]))
def test_any_change_to_a_tool_is_taken_or_refused(path, junk, how):
    raw = copy.deepcopy(SOUND)
    place = raw
    for key in path[:-1]:
        place = place[key]
    if how == "drop":
        del place[path[-1]]
    elif how == "add" and isinstance(place[path[-1]], dict):
        place[path[-1]]["extra"] = junk
    else:
        place[path[-1]] = junk
    definition, refusal = attempt(SchemaError, lambda: parse(raw))
    if refusal:
        assert all(problem.message for problem in refusal.problems)
        return
    assert from_json(json.loads(json.dumps(to_json(definition)))) == definition
    rules_for_browser(definition)
    worked_out(definition, starting_answers(definition))


@settings(MANY, max_examples=400)
@given(text=st.text(max_size=300) | st.binary(max_size=300))
def test_any_text_is_a_tool_or_is_refused(text):
    with pytest.raises(SchemaError):
        read_yaml(text, name="any.yaml")


TOKENS = st.lists(
    st.sampled_from(
        "( ) , . .. + - * = != < and or div mod ${n} ${lines} ${lines.qty} ${qty} 'x' 1 2.5 sum( if( "
        "count-if( regex( '[a' score( position( not( today() true()".split()
    ),
    max_size=25,
).map(" ".join)


@settings(MANY, max_examples=600)
@given(text=TOKENS | st.text(max_size=60))
def test_any_text_is_an_expression_or_is_refused(text):
    tree, refusal = attempt(ExpressionError, lambda: parse_expression(text))
    if refusal:
        assert refusal.message
        assert 0 <= refusal.position <= len(text)
        return
    assert json.loads(json.dumps(tree)) == tree
