"""Conditions as lines that a person can pick, and back: “‹question› is ‹answer›”, joined by all or any.

What cannot be said in such lines is None, and stays the text it is. A line that is not finished has a “?” for what is
missing: ``${late} = ?`` can be kept in a draft and picked on, and is a fault until then.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from .definition import Tree
from .errors import ExpressionError
from .expressions import GAP, parse_expression
from .numbers import to_text
from .words import _

SELF = "."
MAX_ROWS = 12

# What each way of asking is in the language; those with a function stand in _CALLS.
SIGNS = {"is": "=", "is_not": "!=", "more": ">", "less": "<", "at_least": ">=", "at_most": "<="}
# The same from the other side: they hold as well while there is nothing to compare with
NEGATED = {"not_less": "<", "not_more": ">"}
WITHOUT_VALUE = frozenset({"answered", "unanswered"})
ASKED = (*SIGNS, *NEGATED, "includes", "excludes", "contains", "answered", "unanswered")
_BY_SIGN = {sign: name for name, sign in SIGNS.items()}
_BY_NEGATED = {sign: name for name, sign in NEGATED.items()}
_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
_NAME = re.compile(r"[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)?")
# A gap as a name, while the rest is read; no question can be called so.
_GAP_NAME = "gap" + "_" * 60
_GAPS = re.compile(r"""('[^']*'|"[^"]*")|\?""")


@dataclass(frozen=True)
class Ref:
    """The answer to another question, by its name."""

    name: str


@dataclass(frozen=True)
class Today:
    """The day on which the form is filled in."""


Value = str | float | Ref | Today


@dataclass(frozen=True)
class Row:
    """One line: the question ``name`` (``.`` for the answer being checked), how it is asked, and with what.

    An empty name or value is still to be chosen.
    """

    name: str
    asked: str
    value: Value = ""


@dataclass(frozen=True)
class Picked:
    """Lines of which all must hold, or any one."""

    rows: tuple[Row, ...]
    is_any: bool = False


def read_condition(text: str) -> Picked | None:
    """The lines that say the same as the expression ``text``; None when there are none, or it cannot be read."""
    try:
        return to_rows(parse_expression(text))
    except ExpressionError:
        return _with_gaps(text) if GAP in text else None


def _with_gaps(text: str) -> Picked | None:
    filled = _GAPS.sub(lambda match: match[1] or f"${{{_GAP_NAME}}}", text)
    try:
        picked = to_rows(parse_expression(filled))
    except ExpressionError:
        return None
    return picked and Picked(tuple(map(_emptied, picked.rows)), picked.is_any)


def _emptied(row: Row) -> Row:
    value = "" if row.value == Ref(_GAP_NAME) else row.value
    return Row("" if row.name == _GAP_NAME else row.name, row.asked, value)


def to_rows(tree: Tree) -> Picked | None:
    """``tree`` is one of expressions.py, with names."""
    branches, is_any = [tree], False
    if isinstance(tree, list) and tree[0] in ("and", "or"):
        branches, is_any = tree[1:], tree[0] == "or"
    rows = [_row(branch) for branch in branches]
    if None in rows or len(rows) > MAX_ROWS:
        return None
    return Picked(tuple(row for row in rows if row), is_any)


def _row(tree: Tree) -> Row | None:
    if not isinstance(tree, list):
        return None
    if tree[0] == "not" and isinstance(tree[1], list):
        return _denied(tree[1])
    if tree[0] in ("selected", "contains"):
        return _called(tree, "includes" if tree[0] == "selected" else "contains")
    if tree[0] not in _BY_SIGN:
        return None
    name, value = _name(tree[1]), _value(tree[2])
    if name is None or value is None:
        return None
    if value == "":
        return {"!=": Row(name, "answered"), "=": Row(name, "unanswered")}.get(tree[0])
    return Row(name, _BY_SIGN[tree[0]], value)


def _denied(tree: list) -> Row | None:
    if tree[0] == "selected":
        return _called(tree, "excludes")
    if tree[0] not in _BY_NEGATED:
        return None
    name, value = _name(tree[1]), _value(tree[2])
    return Row(name, _BY_NEGATED[tree[0]], value) if name and value not in (None, "") else None


def _called(tree: list, asked: str) -> Row | None:
    name, value = _name(tree[1]), _value(tree[2])
    is_word = value == Ref(_GAP_NAME) or (isinstance(value, str) and value)
    return Row(name, asked, value) if name and is_word and value is not None else None


def _name(tree: Tree) -> str | None:
    if isinstance(tree, list) and tree[0] == "$":
        return tree[1]
    return SELF if tree == ["self"] else None


def _value(tree: Tree) -> Value | None:
    if isinstance(tree, bool):
        return None
    if not isinstance(tree, list):
        return tree
    if tree[0] == "neg" and isinstance(tree[1], int | float) and not isinstance(tree[1], bool):
        return -tree[1]
    if tree[0] == "today":
        return Today()
    return Ref(tree[1]) if tree[0] == "$" else None


def to_expression(picked: Picked) -> str:
    """The expression that says what the lines say; ExpressionError where a value cannot be written in one."""
    return (" or " if picked.is_any else " and ").join(_said(row) for row in picked.rows)


def _said(row: Row) -> str:
    name = row.name if row.name == SELF else f"${{{row.name}}}" if _NAME.fullmatch(row.name) else GAP
    if row.asked in WITHOUT_VALUE:
        return f"{name} {'!=' if row.asked == 'answered' else '='} ''"
    if row.asked in SIGNS:
        return f"{name} {SIGNS[row.asked]} {written(row.value)}"
    if row.asked in NEGATED:
        return f"not({name} {NEGATED[row.asked]} {written(row.value)})"
    if row.asked == "contains":
        return f"contains({name}, {written(row.value)})"
    said = f"selected({name}, {written(row.value)})"
    return f"not({said})" if row.asked == "excludes" else said


def written(value: Value) -> str:
    if isinstance(value, Ref):
        return f"${{{value.name}}}"
    if isinstance(value, Today):
        return "today()"
    if isinstance(value, int | float):
        return to_text(value)
    if not value:
        return GAP
    if "'" in value and '"' in value:
        raise ExpressionError(_("A value may hold ' or \", but not both."))
    return f'"{value}"' if "'" in value else f"'{value}'"


def value_of(text: str, *, is_number: bool) -> Value:
    """What a person typed as a value: a number where the question asks for one."""
    text = text.strip()
    if is_number and _NUMBER.fullmatch(text):
        number = float(text)
        return int(number) if number.is_integer() else number
    return text


def asked_for(kind: str, *, is_check: bool = False) -> Sequence[str]:
    """The ways in which a question of ``kind`` can be asked about, the usual one first.

    A check of an answer holds as long as what it is held against is empty.
    """
    always = ("answered", "unanswered")
    if kind == "select_multiple":
        return ("includes", "excludes", *always)
    if kind in ("select_one", "yes_no", "check", "country", "language"):
        return ("is", "is_not", *always)
    if kind in ("text", "long_text", "email", "phone", "url", "reference"):
        return ("is", "is_not", "contains", *always)
    if kind in ("file", "image", "signature"):
        return always
    edges = ("not_less", "not_more") if is_check else ("at_least", "at_most")
    return ("is", "is_not", "more", "less", *edges, *always)
