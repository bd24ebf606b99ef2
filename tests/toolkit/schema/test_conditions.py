"""Conditions as lines and back: every one of the library that lines can say comes out as the same expression."""

import pytest

from toolkit.actions.library import read_library
from toolkit.schema.conditions import (
    ASKED,
    SELF,
    Picked,
    Ref,
    Row,
    Today,
    asked_for,
    read_condition,
    to_expression,
    value_of,
)
from toolkit.schema.errors import ExpressionError
from toolkit.schema.expressions import parse_expression
from toolkit.schema.kinds import KINDS
from toolkit.schema.parts import parts_of

KEYS = ("relevant", "required", "constraint")


def test_conditions_of_the_library_survive():
    written = [
        part.entry[key]
        for definition in read_library()
        for part in parts_of(definition.written).values()
        for key in KEYS
        if isinstance(part.entry.get(key), str)
    ]
    picked = {text: read_condition(text) for text in written}
    said = {text: lines for text, lines in picked.items() if lines}

    for text, lines in said.items():
        assert parse_expression(to_expression(lines)) == parse_expression(text), text
    assert len(said) > 0.6 * len(picked), "most conditions of the library can be picked"


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("${late} = 'yes'", Picked((Row("late", "is", "yes"),))),
        ("${late} != ''", Picked((Row("late", "answered"),))),
        ("${late} = ''", Picked((Row("late", "unanswered"),))),
        ("${n} > 3 and ${n} <= 10.5", Picked((Row("n", "more", 3), Row("n", "at_most", 10.5)))),
        ("${n} < -2", Picked((Row("n", "less", -2),))),
        ("selected(${w}, 'a') or not(selected(${w}, 'b'))",
         Picked((Row("w", "includes", "a"), Row("w", "excludes", "b")), is_any=True)),
        ("contains(${city}, 'Kam')", Picked((Row("city", "contains", "Kam"),))),
        (". <= today()", Picked((Row(SELF, "at_most", Today()),))),
        ("not(. < ${from})", Picked((Row(SELF, "not_less", Ref("from")),))),
    ],
)  # fmt: skip
def test_what_lines_can_say(text, lines):
    assert read_condition(text) == lines
    assert parse_expression(to_expression(lines)) == parse_expression(text)


@pytest.mark.parametrize(
    "text",
    [
        "count(${rows}) > 0",
        "${a} = 'x' and (${b} = 'y' or ${c} = 'z')",
        "not(${a} = 'x' and ${b} = 'y')",
        "days-between(${a}, ${b}) > 30",
        "true()",
        "${a} +",
        "${n} > ''",
    ],
)
def test_what_they_cannot_stays_text(text):
    assert read_condition(text) is None


def test_quotation_marks_are_written_so_that_they_can_be_read():
    said = to_expression(Picked((Row("word", "is", "it's"),)))

    assert parse_expression(said) == ["=", ["$", "word"], "it's"]
    with pytest.raises(ExpressionError):
        to_expression(Picked((Row("word", "is", 'it\'s "so"'),)))


def test_numbers_are_numbers_where_the_question_asks_for_one():
    assert value_of(" 3 ", is_number=True) == 3
    assert value_of("2.5", is_number=True) == 2.5
    assert value_of("3", is_number=False) == "3"
    assert value_of("three", is_number=True) == "three"


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_can_be_asked_about(kind):
    assert set(asked_for(kind)) <= set(ASKED)
    assert set(asked_for(kind, is_check=True)) <= set(ASKED)
    assert {"answered", "unanswered"} <= set(asked_for(kind))
