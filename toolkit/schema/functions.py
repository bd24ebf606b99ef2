"""The functions of the expression language: what each takes, so that faults show on loading."""

from dataclasses import dataclass

MANY = 50


@dataclass(frozen=True)
class Function:
    """How many arguments a function takes, and of what sort.

    ``columns``: arguments may be whole columns of a table. ``first`` is what the first argument
    must be: "" anything, "answer" a ${name}, "table" the name of a table, "any" either.
    """

    least: int
    most: int
    columns: bool = False
    first: str = ""


FUNCTIONS: dict[str, Function] = {
    "selected": Function(2, 2),
    "count-selected": Function(1, 1),
    "if": Function(3, 3),
    "coalesce": Function(2, MANY),
    "count": Function(1, 1, columns=True, first="any"),
    "count-if": Function(2, 2, first="table"),
    "sum-if": Function(3, 3, first="table"),
    "sum": Function(1, MANY, columns=True),
    "avg": Function(1, MANY, columns=True),
    "min": Function(1, MANY, columns=True),
    "max": Function(1, MANY, columns=True),
    "join": Function(2, MANY, columns=True),
    "round": Function(1, 2),
    "int": Function(1, 1),
    "number": Function(1, 1),
    "string": Function(1, 1),
    "string-length": Function(1, 1),
    "count-words": Function(1, 1),
    "concat": Function(1, MANY),
    "contains": Function(2, 2),
    "starts-with": Function(2, 2),
    "regex": Function(2, 2),
    "not": Function(1, 1),
    "true": Function(0, 0),
    "false": Function(0, 0),
    "today": Function(0, 0),
    "now": Function(0, 0),
    "date": Function(1, 1),
    "format-date": Function(2, 2),
    "days-between": Function(2, 2),
    "position": Function(0, 0),
    "jr:choice-name": Function(2, 2),
    "once": Function(1, 1),
    "score": Function(1, 1, columns=True, first="answer"),
}

# The codes format-date understands.
DATE_CODES = frozenset("YymndeHhMba")
