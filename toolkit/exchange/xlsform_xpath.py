"""Our expressions in the words of XLSForm. What XLSForm has no words for is Unsayable.

See also toolkit/schema/evaluate.py, whose meaning this keeps: what is empty stays out of sums, a score is a chain of
conditions, and a whole column seen from within a table is worked out once beside it.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from toolkit.exchange.xlsform_names import Names
from toolkit.schema.definition import Definition, Item, Tree
from toolkit.schema.numbers import to_text
from toolkit.schema.values import day
from toolkit.schema.words import Message, _

AGREED = "OK"
FAR = "999999999999999"
_BINDS = {
    "or": 1, "and": 2, "=": 3, "!=": 3, "<": 4, "<=": 4, ">": 4, ">=": 4, "+": 5, "-": 5, "*": 6, "div": 6, "mod": 6,
}  # fmt: skip
_ARITHMETIC = frozenset({"+", "-", "*", "div", "mod"})
_TRUTHS = frozenset("or and not = != < <= > >= selected contains starts-with regex".split())
_NUMBERS = _ARITHMETIC | frozenset(
    "neg round int number sum avg count count-if sum-if position string-length count-selected count-words days-between "
    "score".split()
)
_OF_KIND = {
    "integer": "number", "decimal": "number", "percent": "number", "money": "number", "year": "number",
    "rating": "number", "date": "date", "datetime": "moment", "time": "time",
}  # fmt: skip
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_QUOTES = (("'", frozenset("'‘’")), ('"', frozenset('"“”')))
_DATED = frozenset({"date", "moment"})
_IS_EMPTY = " = ''"
_NAMES = frozenset({"item", "row", "self"})
# What comes out of these is a number, or not a number
_NEVER_TEXT = _ARITHMETIC | frozenset("neg round int number".split())
_OVER_COLUMNS = frozenset({"sum", "avg", "min", "max", "count", "count-if", "sum-if", "join"})
# Functions that mean the same there
SAME = frozenset("selected count-selected string string-length contains starts-with today now once".split())


class Unsayable(ValueError):
    """What an expression asks for and XLSForm cannot say."""

    def __init__(self, message: Message):
        self.message = message
        super().__init__(message)


@dataclass(frozen=True)
class Place:
    """From where names are seen: the table whose row is at hand, and whether that row is a candidate in brackets."""

    table: str | None = None
    is_candidate: bool = False


def literal(text: str) -> str:
    """A text as XPath writes it, which has no way to escape a quotation mark, nor XLSForm one for ``${``.

    Curved marks count as straight ones, for whoever compiles the form straightens them.
    """
    if "${" not in text:
        for quote, alike in _QUOTES:
            if not alike & set(text):
                return f"{quote}{text}{quote}"
    pieces = [piece for piece in re.split("(['‘’]+)|(\\$)(?={)", text) if piece]
    quoted = [f'"{piece}"' if _QUOTES[0][1] & set(piece) else f"'{piece}'" for piece in pieces]
    return f"concat({', '.join([*quoted, repr('')])})"


Writer = Callable[["Xpath", list, Place], str]


class Xpath:
    """Writes the trees of one definition. ``lifted`` holds what had to be worked out beside a
    table, and ``columns`` what had to be in each of its rows, by name."""

    def __init__(self, definition: Definition, names: Names, writers: Mapping[str, Writer]):
        self.definition, self.names, self.writers = definition, names, writers
        self.lifted: dict[str, str] = {}
        self.columns: dict[str, dict[str, str]] = {}
        self._lifted_names: dict[str, str] = {}
        self._sorts: dict[str, str] = {}

    # Entrances

    def condition(self, tree: Tree, place: Place) -> str:
        """An expression that is true or false."""
        if isinstance(tree, bool):
            return "true()" if tree else "false()"
        sort = self.sort(tree)
        said = self.value(tree, place)
        if sort == "truth":
            return f"{said} = 'true'" if tree[0] in ("item", "row") else said
        if sort == "number":
            return f"({said} != '' and {said} != 0)"
        return f"{said} != ''"

    def value(self, tree: Tree, place: Place) -> str:
        if isinstance(tree, bool):
            return "true()" if tree else "false()"
        if isinstance(tree, str):
            return literal(tree)
        if not isinstance(tree, list):
            return to_text(float(tree))
        name = tree[0]
        if name in _BINDS:
            return self._binary(tree, place)
        if name in _OVER_COLUMNS and place.table is not None and _is_over_columns(tree):
            return f"${{{self._lift(tree)}}}"
        if name in self.writers:
            return self.writers[name](self, tree, place)
        if name not in SAME:
            raise Unsayable(_("%(name)s()", name=name))
        return f"{name}({', '.join(self.value(branch, place) for branch in tree[1:])})"

    # Sorts

    def sort(self, tree: Tree) -> str:
        """What a tree yields: number, date, moment, time, truth or text."""
        if isinstance(tree, bool):
            return "truth"
        if isinstance(tree, str):
            return "date" if _DAY.fullmatch(tree) and day(tree) else "text"
        if not isinstance(tree, list):
            return "number"
        name = tree[0]
        if name in ("item", "row", "col"):
            return self._sort_of_item(tree[-1])
        if name in _NUMBERS:
            return "number"
        if name in _TRUTHS:
            return "truth"
        if name in ("min", "max"):
            return "date" if all(self.sort(branch) in _DATED for branch in tree[1:]) else "number"
        if name in ("if", "coalesce", "once"):
            sorts = {self.sort(branch) for branch in tree[2 if name == "if" else 1 :] if branch != ""}
            return sorts.pop() if len(sorts) == 1 else "text"
        return {"today": "date", "date": "date", "now": "moment"}.get(name, "text")

    def _sort_of_item(self, key: str) -> str:
        item = self.definition.by_id[key]
        if item.kind != "calculate":
            return _OF_KIND.get(item.kind, "text")
        if key not in self._sorts:
            self._sorts[key] = "text"
            self._sorts[key] = self.sort(item.calculation)
        return self._sorts[key]

    # Names

    def name(self, tree: list, place: Place) -> str:
        """One answer: ``${beds}``, or within brackets the path from the row that is tried."""
        item = self.definition.by_id[tree[-1]]
        own = self._path(item, self.names.of[item.id], place)
        if item.kind == "signature":
            agreed = self._path(item, self.names.part(item, "agreed"), place)
            return f"if({agreed} = '{AGREED}', {own}, '')"
        return own

    def _path(self, item: Item, name: str, place: Place) -> str:
        if place.is_candidate and item.repeat == place.table:
            start = f"{self.names.within[item.id]}/" if item.id in self.names.within else ""
            return f"{start}{name}"
        return f"${{{name}}}"

    def column(self, tree: list) -> str:
        """The answers of a column that are not empty."""
        item = self.definition.by_id[tree[2]]
        test = ". != '' and . != 'na'" if item.kind == "rating" else ". != ''"
        return f"${{{self.names.of[item.id]}}}[{test}]"

    def _lift(self, tree: list) -> str:
        """The name of a calculation beside the table that says the same of its whole columns."""
        key = json.dumps(tree)
        if key not in self._lifted_names:
            about = next((part for part in reversed(list(mentioned(tree))) if part in self.names.of), "")
            said = self.value(tree, Place())
            name = self.names.fresh(f"whole_{self.names.of.get(about, 'table')}"[:60])
            self._lifted_names[key] = name
            self.lifted[name] = said
        return self._lifted_names[key]

    def in_each_row(self, table: str, stem: str, said: str) -> str:
        """The name of a column that holds ``said`` in each row of a table."""
        columns = self.columns.setdefault(table, {})
        known = next((name for name, each in columns.items() if each == said), "")
        name = known or self.names.fresh(stem)
        columns[name] = said
        return name

    # Operators

    def _binary(self, tree: list, place: Place) -> str:
        operator, binds = tree[0], _BINDS[tree[0]]
        if operator in ("=", "!=") and "" in tree[1:] and tree[1] != tree[2]:
            asked = tree[2] if tree[1] == "" else tree[1]
            return self.empty(asked, place) if operator == "=" else self.filled(asked, place)
        write: Callable[[Tree, Place], str] = self.value
        if operator in _ARITHMETIC:
            write = self.number
        elif operator in ("and", "or") or any(self.sort(branch) == "truth" for branch in tree[1:]):
            write = self.condition
        elif {"date", "moment"} == {self.sort(branch) for branch in tree[1:]}:
            write = self.days  # a date beside a moment: the whole day
        elif any(self.sort(branch) in _DATED for branch in tree[1:]):
            write = self.dated
        parts = []
        for at, branch in enumerate(tree[1:]):
            said = write(branch, place)
            loose = isinstance(branch, list) and _BINDS.get(branch[0], 9) < binds + (at > 0)
            # A condition or number that was written around its tree may bind more loosely than the tree itself
            loose = loose or (write == self.condition and binds > 2 and not said.endswith(")"))
            if operator == "div" and at and not (isinstance(branch, (int, float)) and branch):
                parts.append(f"if({said} != 0, {said}, '')")  # a division by zero is empty, not endless
            else:
                parts.append(f"({said})" if loose else said)
        return f" {operator} ".join(parts)

    def dated(self, tree: Tree, place: Place) -> str:
        """A date to compare or to count from: a text that spells one is made a date."""
        said = self.value(tree, place)
        return f"date({said})" if self.sort(tree) == "date" and not self._is_typed(tree) else said

    def days(self, tree: Tree, place: Place) -> str:
        """A date or moment as the number of its day."""
        said = self.value(tree, place) if self.sort(tree) == "moment" else self.dated(tree, place)
        return f"int(decimal-date-time({said}))"

    def _is_typed(self, tree: Tree) -> bool:
        """Whether readers of the form know by themselves that this is a date."""
        if not isinstance(tree, list) or tree[0] in ("if", "coalesce", "once"):
            return False
        return tree[0] not in ("item", "row") or self.definition.by_id[tree[1]].kind != "calculate"

    def number(self, tree: Tree, place: Place) -> str:
        """A value in arithmetic: a date counts the days since 1970, a time its part of the day."""
        sort = self.sort(tree)
        if sort in _DATED:
            return f"decimal-date-time({self.dated(tree, place)})"
        said = self.value(tree, place)
        return f"decimal-time({said})" if sort == "time" else said

    # Many values

    def pieces(self, branches: list[Tree], place: Place) -> tuple[list[str], list[Tree]]:
        """Columns as sets of answers, and the other trees."""
        columns = [branch for branch in branches if isinstance(branch, list) and branch[0] == "col"]
        return [self.column(branch) for branch in columns], [each for each in branches if each not in columns]

    def empty(self, tree: Tree, place: Place) -> str:
        """Whether a value is empty. What was worked out may be no number, which is no text either."""
        said = self.value(tree, place)
        if not isinstance(tree, list) or tree[0] in _NAMES or self.sort(tree) != "number":
            return said + _IS_EMPTY
        if tree[0] in _NEVER_TEXT:
            return f"string({said}) = 'NaN'"
        return f"(string({said}) = '' or string({said}) = 'NaN')"

    def filled(self, tree: Tree, place: Place) -> str:
        said = self.empty(tree, place)
        return f"{said.removesuffix(_IS_EMPTY)} != ''" if said.endswith(_IS_EMPTY) else f"not({said})"

    def counts(self, tree: Tree, place: Place) -> str:
        """Whether one value has a part in a sum; a mark that is not applicable has none."""
        said = self.filled(tree, place)
        if isinstance(tree, list) and tree[0] in ("item", "row") and self.definition.by_id[tree[1]].kind == "rating":
            return f"{said} and {self.value(tree, place)} != 'na'"
        return said


def mentioned(tree: Tree) -> Iterator[str]:
    """Every word of a tree, and so every id it speaks of."""
    if isinstance(tree, str):
        yield tree
    for branch in tree[1:] if isinstance(tree, list) else ():
        yield from mentioned(branch)


def _is_over_columns(tree: list) -> bool:
    """Whether a tree asks about whole columns or tables only, and nothing of the row at hand."""
    name, branches = tree[0], tree[1:]
    if name in ("count-if", "sum-if"):
        return True
    if name == "join":
        if isinstance(branches[0], list):
            return False
        branches = branches[1:]
    return all(
        isinstance(each, list) and (each[0] in ("col", "rows") or (each[0] == "score" and each[1][0] == "col"))
        for each in branches
    )
