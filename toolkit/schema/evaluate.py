"""The meaning of a linked tree. static/js/expressions.js says the same to a browser."""

import datetime as dt
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from .definition import Tree
from .numbers import round_half_away, snap
from .regexes import MAX_INPUT
from .values import Value, compare, day, is_date, number, same, text, truth, words

MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
# What a browser takes for a space as well
_SPACES = re.compile(r"[\s\ufeff]+")
DAYS = "Mon Tue Wed Thu Fri Sat Sun".split()


@dataclass(kw_only=True)
class Scope:
    """What a tree may see. ``values`` and ``currencies`` are by cell, ``rows`` by table.

    ``row`` is "r_x/rowid" inside a row, ``own`` the answer that ``.`` and once() mean, ``lists``
    the choices as {list: {name: (label, score)}}, ``choice`` the columns of the choice that a filter is asked of.
    """

    values: dict[str, Value] = field(default_factory=dict)
    rows: dict[str, Sequence[str]] = field(default_factory=dict)
    row: str = ""
    own: Value = ""
    today: str = ""
    now: str = ""
    lists: Mapping[str, Mapping[str, Sequence]] = field(default_factory=dict)
    currencies: dict[str, str] = field(default_factory=dict)
    choice: Mapping[str, Value] = field(default_factory=dict)


def evaluate(tree: Tree, scope: Scope) -> Value:
    """The value of ``tree`` in ``scope``."""
    if not isinstance(tree, list):
        return float(tree) if type(tree) is int else tree
    return _OPERATIONS[tree[0]](tree, scope)


# Comparisons


def _ordered(wanted: frozenset[int]) -> Callable:
    def operation(tree: list, scope: Scope) -> bool:
        return compare(evaluate(tree[1], scope), evaluate(tree[2], scope)) in wanted

    return operation


# Arithmetic


def _arithmetic(step: Callable[[float, float], float]) -> Callable:
    def operation(tree: list, scope: Scope) -> float | str:
        total = number(evaluate(tree[1], scope))
        for branch in tree[2:]:
            operand = number(evaluate(branch, scope))
            if total == "" or operand == "":
                return ""
            try:
                total = snap(step(total, operand))
            except (ZeroDivisionError, ValueError):  # fmod by zero is a ValueError
                return ""
        return total

    return operation


def _negative(tree: list, scope: Scope) -> float | str:
    value = number(evaluate(tree[1], scope))
    return value if value == "" else snap(-value)


def _round(tree: list, scope: Scope) -> float | str:
    value = number(evaluate(tree[1], scope))
    digits = number(evaluate(tree[2], scope)) if len(tree) > 2 else 0.0
    if value == "" or digits == "" or not -15 <= digits <= 10:
        return ""
    return round_half_away(value, int(digits))


def _int(tree: list, scope: Scope) -> float | str:
    value = number(evaluate(tree[1], scope))
    return value if value == "" else snap(float(math.trunc(value)))


# Answers, columns and tables


def _column(tree: list, scope: Scope) -> list[str]:
    """The cells that a name stands for; one, or one a row."""
    sort = tree[0]
    if sort == "item":
        return [tree[1]]
    if sort == "row":
        return [f"{scope.row}/{tree[1]}"]
    return [f"{tree[1]}/{row}/{tree[2]}" for row in scope.rows.get(tree[1], ())]


_NAMES = frozenset({"item", "row", "col"})


def _all(branches: Sequence[Tree], scope: Scope) -> list[Value]:
    """The values of arguments that may be columns, one after the other, empty ones left out."""
    values = []
    for branch in branches:
        if isinstance(branch, list) and branch[0] == "col":
            values += [scope.values.get(cell, "") for cell in _column(branch, scope)]
        elif isinstance(branch, list) and branch[0] == "score":
            values += _scores(branch, scope)
        else:
            values.append(evaluate(branch, scope))
    return [value for value in values if value != ""]


def _currencies(branches: Sequence[Tree], scope: Scope) -> set[str]:
    found = {
        scope.currencies.get(cell)
        for branch in branches
        if isinstance(branch, list) and branch[0] in _NAMES
        for cell in _column(branch, scope)
    }
    return {code for code in found if code}


def _mixes_money(branches: Sequence[Tree], scope: Scope) -> bool:
    """Whether the amounts named are of several currencies, which nobody can add or compare."""
    return len(_currencies(branches, scope)) > 1


def _aggregate(gather: Callable[[list[float]], float | str]) -> Callable:
    def operation(tree: list, scope: Scope) -> Value:
        if scope.currencies and _mixes_money(tree[1:], scope):
            return ""
        values = _all(tree[1:], scope)
        return gather([n for n in map(number, values) if n != ""])

    return operation


def _extreme(pick: Callable) -> Callable:
    def operation(tree: list, scope: Scope) -> Value:
        if scope.currencies and _mixes_money(tree[1:], scope):
            return ""
        values = _all(tree[1:], scope)
        if values and all(is_date(v) for v in values):
            return pick(values)
        return pick([n for n in map(number, values) if n != ""], default="")

    return operation


def _sum(numbers: list[float]) -> float | str:
    total: float | str = 0.0
    for each in numbers:
        total = "" if total == "" else snap(total + each)
    return total


def _mean(numbers: list[float]) -> float | str:
    total = _sum(numbers)
    return snap(total / len(numbers)) if numbers and total != "" else ""


def _count(tree: list, scope: Scope) -> float:
    if tree[1][0] == "rows":
        return float(len(scope.rows.get(tree[1][1], ())))
    return float(len(_all(tree[1:], scope)))


def _count_if(tree: list, scope: Scope) -> float:
    repeat, outer, count = tree[1][1], scope.row, 0
    for row in scope.rows.get(repeat, ()):
        scope.row = f"{repeat}/{row}"
        count += truth(evaluate(tree[2], scope))
    scope.row = outer
    return float(count)


def _sum_if(tree: list, scope: Scope) -> float | str:
    repeat, outer = tree[1][1], scope.row
    numbers, currencies = [], set()
    for row in scope.rows.get(repeat, ()):
        scope.row = f"{repeat}/{row}"
        if truth(evaluate(tree[2], scope)):
            numbers.append(number(evaluate(tree[3], scope)))
            currencies |= _currencies(tree[3:], scope)
    scope.row = outer
    return "" if len(currencies) > 1 else _sum([n for n in numbers if n != ""])


def _position(tree: list, scope: Scope) -> float | str:
    repeat, _, row = scope.row.partition("/")
    rows = scope.rows.get(repeat, ())
    return float(list(rows).index(row) + 1) if row in rows else ""


def _scores(tree: list, scope: Scope) -> list[Value]:
    """The scores of the choices picked; a mark that is a number is its own score."""
    choices = scope.lists.get(tree[2], {})
    scores = []
    for cell in _column(tree[1], scope):
        value = scope.values.get(cell, "")
        if not tree[2]:
            scores.append(number(value))
            continue
        picked = [choices[name][1] for name in words(text(value)) if name in choices]
        picked = [float(score) for score in picked if score is not None]
        scores.append(_sum(picked) if picked else "")
    return scores


def _score(tree: list, scope: Scope) -> Value:
    scores = _scores(tree, scope)
    return scores[0] if scores else ""


def _choice_name(tree: list, scope: Scope) -> str:
    choices = scope.lists.get(tree[2], {})
    names = words(text(evaluate(tree[1], scope)))
    return ", ".join(choices[name][0] for name in names if name in choices)


# Words and dates


def _texts(tree: list, scope: Scope) -> list[str]:
    return [text(evaluate(branch, scope)) for branch in tree[1:]]


def _selected(tree: list, scope: Scope) -> bool:
    picked, name = _texts(tree, scope)
    return name in words(picked)


def _regex(tree: list, scope: Scope) -> bool:
    value = text(evaluate(tree[1], scope))
    return len(value) <= MAX_INPUT and re.fullmatch(tree[2], value, re.ASCII) is not None


def _join(tree: list, scope: Scope) -> str:
    return text(evaluate(tree[1], scope)).join(text(v) for v in _all(tree[2:], scope))


def _contains(tree: list, scope: Scope) -> bool:
    whole, part = _texts(tree, scope)
    return part in whole


def _starts_with(tree: list, scope: Scope) -> bool:
    whole, part = _texts(tree, scope)
    return whole.startswith(part)


def _days_between(tree: list, scope: Scope) -> float | str:
    start, end = (number(day(evaluate(branch, scope))) for branch in tree[1:])
    return "" if start == "" or end == "" else end - start


def _format_date(tree: list, scope: Scope) -> str:
    value = evaluate(tree[1], scope)
    on = day(value)
    if not on:
        return ""
    clock = value[11:] if is_date(value) and len(value) > 10 else "00:00"
    year, month, date = on.split("-")
    parts = {
        "Y": year,
        "y": year[2:],
        "m": month,
        "n": str(int(month)),
        "b": MONTHS[int(month) - 1],
        "d": date,
        "e": str(int(date)),
        "H": clock[:2],
        "h": str(int(clock[:2])),
        "M": clock[3:],
        "a": DAYS[dt.date.fromisoformat(on).weekday()],
    }
    return re.sub(r"%(.)", lambda match: parts[match[1]], tree[2])


def _if(tree: list, scope: Scope) -> Value:
    return evaluate(tree[2] if truth(evaluate(tree[1], scope)) else tree[3], scope)


def _coalesce(tree: list, scope: Scope) -> Value:
    for branch in tree[1:]:
        value = evaluate(branch, scope)
        if value != "":
            return value
    return ""


def _once(tree: list, scope: Scope) -> Value:
    return scope.own if scope.own != "" else evaluate(tree[1], scope)


def _value(tree: list, scope: Scope) -> Value:
    return scope.values.get(tree[1] if tree[0] == "item" else f"{scope.row}/{tree[1]}", "")


_OPERATIONS: dict[str, Callable[[list, Scope], Value]] = {
    "item": _value,
    "row": _value,
    "self": lambda tree, scope: scope.own,
    "choice": lambda tree, scope: scope.choice.get(tree[1], ""),
    "or": lambda tree, scope: any(truth(evaluate(branch, scope)) for branch in tree[1:]),
    "and": lambda tree, scope: all(truth(evaluate(branch, scope)) for branch in tree[1:]),
    "not": lambda tree, scope: not truth(evaluate(tree[1], scope)),
    "=": lambda tree, scope: same(evaluate(tree[1], scope), evaluate(tree[2], scope)),
    "!=": lambda tree, scope: not same(evaluate(tree[1], scope), evaluate(tree[2], scope)),
    "<": _ordered(frozenset({-1})),
    "<=": _ordered(frozenset({-1, 0})),
    ">": _ordered(frozenset({1})),
    ">=": _ordered(frozenset({0, 1})),
    "+": _arithmetic(lambda a, b: a + b),
    "-": _arithmetic(lambda a, b: a - b),
    "*": _arithmetic(lambda a, b: a * b),
    "div": _arithmetic(lambda a, b: a / b),
    "mod": _arithmetic(math.fmod),
    "neg": _negative,
    "round": _round,
    "int": _int,
    "number": lambda tree, scope: number(evaluate(tree[1], scope)),
    "string": lambda tree, scope: text(evaluate(tree[1], scope)),
    "sum": _aggregate(_sum),
    "avg": _aggregate(_mean),
    "min": _extreme(min),
    "max": _extreme(max),
    "count": _count,
    "count-if": _count_if,
    "sum-if": _sum_if,
    "position": _position,
    "join": _join,
    "score": _score,
    "jr:choice-name": _choice_name,
    "selected": _selected,
    "count-selected": lambda tree, scope: float(len(words(text(evaluate(tree[1], scope))))),
    "if": _if,
    "coalesce": _coalesce,
    "once": _once,
    "concat": lambda tree, scope: "".join(_texts(tree, scope)),
    "count-words": lambda tree, scope: float(len(_SPACES.sub(" ", text(evaluate(tree[1], scope))).split())),
    "string-length": lambda tree, scope: float(len(text(evaluate(tree[1], scope)))),
    "contains": _contains,
    "starts-with": _starts_with,
    "regex": _regex,
    "today": lambda tree, scope: scope.today,
    "now": lambda tree, scope: scope.now,
    "date": lambda tree, scope: day(evaluate(tree[1], scope)),
    "format-date": _format_date,
    "days-between": _days_between,
}
