"""Expressions: text to tree, the limits, and every refusal in its words."""

import time

import pytest

from toolkit.schema.errors import ExpressionError
from toolkit.schema.evaluate import Scope, evaluate
from toolkit.schema.expressions import parse_expression
from toolkit.schema.functions import FUNCTIONS
from toolkit.schema.numbers import from_text, round_half_away, snap, to_text
from toolkit.schema.regexes import safe_pattern

TREES = [
    ("1", 1),
    ("1.50", 1.5),
    ("'a'", "a"),
    ("true()", True),
    (".", ["self"]),
    ("${a}", ["$", "a"]),
    ("${ a }", ["$", "a"]),
    ("${lines.qty}", ["$", "lines.qty"]),
    ("1 + 2 + 3", ["+", 1, 2, 3]),
    ("1 - 2 - 3", ["-", ["-", 1, 2], 3]),
    ("1 + 2 * 3", ["+", 1, ["*", 2, 3]]),
    ("(1 + 2) * 3", ["*", ["+", 1, 2], 3]),
    ("-1 + 2", ["+", ["neg", 1], 2]),
    ("- - 1", ["neg", ["neg", 1]]),
    ("1 = 2 or 3 = 4 and 5 < 6", ["or", ["=", 1, 2], ["and", ["=", 3, 4], ["<", 5, 6]]]),
    ("1 < 2 = 3 < 4", ["=", ["<", 1, 2], ["<", 3, 4]]),
    ("6 div 3 mod 2", ["mod", ["div", 6, 3], 2]),
    (".>=1", [">=", ["self"], 1]),
    (". mod 2", ["mod", ["self"], 2]),
    ("count-if(${r}, ${a} = 'x')", ["count-if", ["$", "r"], ["=", ["$", "a"], "x"]]),
    ("position(..)", ["position"]),
    ("today()\n - 1", ["-", ["today"], 1]),
    ("jr:choice-name('a', '${b}')", ["jr:choice-name", "a", ["$", "b"]]),
    ("regex(., '^\\d+$')", ["regex", ["self"], "[0-9]+"]),
]


@pytest.mark.parametrize(("text", "tree"), TREES)
def test_text_becomes_its_tree(text, tree):
    assert parse_expression(text) == tree


REFUSED = [
    ("", 0, "is empty"),
    ("  ", 0, "is empty"),
    ("1 +", 3, "missing at the end"),
    ("1 2", 2, "“2” does not fit here"),
    ("(1", 2, "“)” is missing"),
    ("1)", 1, "“)” does not fit"),
    ("* 2", 0, "“*” does not fit"),
    ("1 == 2", 2, "Write = instead of =="),
    ("1 && 2", 2, "Write and instead of &&"),
    ("1 || 2", 2, "Write or instead of ||"),
    ("!1", 0, "Write not(…) or != instead of !"),
    ("4 / 2", 2, "Write div instead of /"),
    ("5 % 2", 2, "Write mod instead of %"),
    ("${a} = ‘x’", 7, "Write ' instead of ‘"),
    ("1 ≤ 2", 2, "Write <= instead of ≤"),
    ("'open", 0, "never closed"),
    ('"open', 0, "never closed"),
    ("$a", 0, "as ${name}"),
    ("${a", 0, "as ${name}"),
    ("${A}", 0, "is not a name"),
    ("${}", 0, "is not a name"),
    ("${a.b.c}", 0, "is not a name"),
    ("${a b}", 0, "is not a name"),
    ("a # b", 2, "has no meaning here"),
    ("1; 2", 1, "has no meaning here"),
    ("total", 0, "${total} for an answer, or 'total' for a word"),
    ("div 2", 0, "“div” does not fit"),
    ("1 and", 5, "missing at the end"),
    ("sume(1)", 0, "no function sume(). Did you mean sum()?"),
    ("SUM(1)", 0, "Did you mean sum()?"),
    ("frobnicate(1)", 0, "no function frobnicate()."),
    ("__import__('os')", 0, "no function __import__()"),
    ("selected(${a})", 0, "selected() takes 2 arguments"),
    ("today(1)", 0, "today() takes nothing"),
    ("round(1, 2, 3)", 0, "round() takes 1 to 2 arguments"),
    ("sum()", 0, "sum() takes 1 to 50 arguments"),
    (f"sum({','.join('1' * 51)})", 0, "sum() takes 1 to 50 arguments"),
    ("if(1, 2)", 0, "if() takes 3 arguments"),
    ("position(1)", 0, "position() takes nothing"),
    ("count(..)", 6, "“..” does not fit"),
    ("sum(1,)", 6, "“)” does not fit"),
    ("regex(., ${a})", 0, "pattern of regex() in quotes"),
    ("format-date(., ${a})", 0, "form of format-date() in quotes"),
    ("format-date(., '%Q')", 0, "does not know %Q"),
    ("format-date(., '100%')", 0, "does not know %"),
    ("jr:choice-name(., 'x')", 0, "Name a question in jr:choice-name()"),
    ("jr:choice-name(., 1)", 0, "Name a question in jr:choice-name()"),
    ("9999999999999999", 0, "too large"),
    ("1" * 2001, 2000, "longer than 2000 characters"),
    ("(" * 60 + "1" + ")" * 60, 51, "more than 50 deep"),
    ("-" * 60 + "1", 51, "more than 50 deep"),
    ("1" + " - 1" * 60, 0, "more than 50 deep"),
    ("not(" * 51 + "1" + ")" * 51, 204, "more than 50 deep"),
    ("+".join("1" * 300), 0, "more than 500 parts"),
]


@pytest.mark.parametrize(("text", "position", "words"), REFUSED, ids=range(len(REFUSED)))
def test_faulty_text_is_refused_with_place_and_reason(text, position, words):
    with pytest.raises(ExpressionError) as refusal:
        parse_expression(text)

    assert (refusal.value.position, words in refusal.value.message) == (position, True)


def test_limits_can_be_reached():
    assert parse_expression("(" * 50 + "1" + ")" * 50) == 1
    assert parse_expression("+".join("1" * 250)) == ["+", *[1] * 250]
    assert parse_expression("1" + " - 1" * 50)[0] == "-"


def test_longest_expressions_are_read_fast():
    start = time.process_time()
    for text in ("(" * 2000, "-" * 2000, "${a}+" * 400, "not(" * 500, "''" * 1000):
        with pytest.raises(ExpressionError):
            parse_expression(text)

    assert time.process_time() - start < 0.5


@pytest.mark.parametrize("name", FUNCTIONS)
def test_function_refuses_one_argument_too_many(name):
    arguments = ", ".join(["${a}"] * (FUNCTIONS[name].most + 1))

    with pytest.raises(ExpressionError, match="takes"):
        parse_expression(f"{name}({arguments})")


SAFE = [
    (r"^\d{3}-\w+$", "[0-9]{3}-[A-Za-z0-9_]+"),
    (r"[\d.]+", r"[0-9\.]+"),
    (r"\S\D\W", r"[^ \t\n\r\f\v][^0-9][^A-Za-z0-9_]"),
    (r"a\$", r"a\$"),
    (r"a\\$", r"a\\"),
    ("(ab)+", "(?:ab)+"),
    ("(?:a|b)?", "(?:a|b)?"),
    ("([0-9]{2}){3}", "(?:[0-9]{2}){3}"),
    ("[^-a]", r"[^\-a]"),
    ("[a-]", r"[a\-]"),
    ("[a-c-e]", r"[a-c\-e]"),
    ("[&&~~||]", r"[\x26\x26\x7e\x7e\|\|]"),
    (r"[\]\\]", r"[\]\\]"),
    (r"\t\n\r", r"\t\n\r"),
    ("é.", r"é[^\n]"),
    (".*.*", r"[^\n]*[^\n]*"),
]


@pytest.mark.parametrize(("pattern", "written"), SAFE)
def test_pattern_is_written_in_the_common_dialect(pattern, written):
    assert safe_pattern(pattern) == written


UNSAFE = [
    ("(a+)+$", "too many ways"),
    ("(a*)*", "too many ways"),
    ("(a|a)*", "too many ways"),
    ("(a|aa)+", "too many ways"),
    ("(a?){30}", "too many ways"),
    ("(.*a){20}", "too many ways"),
    ("((a{1,3}){1,3}){1,3}x*y*", "too many ways"),
    (".*.*.*.*", "too many ways"),
    ("a?" * 30, "too many ways"),
    (r"(a)\1", r"may not use \1"),
    (r"\bword", r"may not use \b"),
    (r"\p{L}", r"may not use \p"),
    (r"\x41", r"may not use \x"),
    ("a\\", "may not use \\"),
    ("(?=a)", "group with"),
    ("(?i)a", "group with"),
    ("(?P<x>a)", "group with"),
    ("a**", "repeat a repeat"),
    ("a+?", "repeat a repeat"),
    ("a{2}{3}", "repeat a repeat"),
    ("*a", "repeats nothing"),
    ("|+", "repeats nothing"),
    ("{2}", "repeats nothing"),
    ("a{2,1}", "count"),
    ("a{201}", "count"),
    ("a{,2}", "Write a count"),
    ("a{x}", "Write a count"),
    ("(a", "never closed"),
    ("a)", "never opened"),
    ("[a", "never closed"),
    ("[]", "is empty"),
    ("[^]", "is empty"),
    ("[z-a]", "cannot be read"),
    (r"[\d-z]", "cannot be read"),
    (r"[\D]", r"may not use \D"),
    ("a^b", "only at the start"),
    ("a$b", "only at the start"),
    ("a" * 201, "200 characters"),
    ("(" * 12 + "a" + ")" * 12, "nested too deep"),
]


@pytest.mark.parametrize(("pattern", "words"), UNSAFE, ids=range(len(UNSAFE)))
def test_pattern_that_could_run_away_or_differ_is_refused(pattern, words):
    with pytest.raises(ExpressionError) as refusal:
        safe_pattern(pattern)

    assert words in refusal.value.message


@pytest.mark.parametrize("pattern", ["a*a*a*b", "(?:aa)*a*a?b", "[a-z]*[a-y]*[a-x]*1", "(?:a|a)?a*a*b"])
@pytest.mark.parametrize("length", [200, 30_000])
def test_worst_allowed_pattern_is_quick(pattern, length):
    tree = parse_expression(f"regex(., '{pattern}')")
    start = time.process_time()

    assert evaluate(tree, Scope(own="a" * length)) is False

    assert time.process_time() - start < 1


@pytest.mark.parametrize(
    ("number", "kept"),
    [
        (0.1 + 0.2, 0.3),
        (1e15, ""),
        (-1e15, ""),
        (999999999999999.9, ""),
        (float("nan"), ""),
        (float("inf"), ""),
        (-0.0, 0.0),
        (1e-11, 0.0),
        (12345678901234.25, 12345678901234.3),
    ],
)
def test_snap_keeps_fifteen_digits_and_ten_places(number, kept):
    assert snap(number) == kept
    assert str(snap(number)) != "-0.0"


def test_numbers_are_written_plainly_and_read_again():
    for number in (0.0, 1.5, -2.25, 1e-10, 123456789012345.0, 0.00001234, 99999.1234567891):
        assert from_text(to_text(number)) == number
        assert "e" not in to_text(number)
    assert round_half_away(-2.5, 0) == -3
