"""Filters on choices: which of them a question offers, as its other answers stand. Asked once for each choice."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from .choice_columns import columns_in
from .definition import Choice, Definition, Item, Tree
from .errors import ExpressionError
from .evaluate import Scope, evaluate
from .expressions import parse_expression
from .functions import FUNCTIONS
from .suggestions import MOST_NAMED
from .values import Value, truth
from .words import _

# What every choice has, whatever its list
OWN_COLUMNS = ("name", "score")


def asks_choice(tree: Tree) -> bool:
    """Whether a part of a filter depends on the choice that it is asked of."""
    return isinstance(tree, list) and (tree[0] == "choice" or any(asks_choice(branch) for branch in tree[1:]))


def questions_in(tree: Tree | None) -> Iterator[str]:
    """The ids of the questions and tables that a filter asks."""
    if not isinstance(tree, list):
        return
    if tree[0] in ("item", "row", "col", "rows"):
        yield tree[-1]
    else:
        for branch in tree[1:]:
            yield from questions_in(branch)


# What can be picked without writing a formula


@dataclass(frozen=True)
class PickedFilter:
    """Only the choices whose ``column`` is the answer to ``question``; with ``or_empty``, also those that have none."""

    column: str
    question: str
    or_empty: bool = False


def read_filter(text: str) -> PickedFilter | None:
    """What a filter says, if it says no more than can be picked."""
    try:
        tree = parse_expression(text, columns=True)
    except ExpressionError:
        return None
    match tree:
        case ["or", [*told], ["=", ["choice", empty], ""]]:
            found = _picked(told)
            return replace(found, or_empty=True) if found and found.column == empty else None
        case [*told]:
            return _picked(told)
    return None


def _picked(tree: list) -> PickedFilter | None:
    match tree:
        case ["=", ["choice", column], ["$", question]] | ["=", ["$", question], ["choice", column]]:
            return PickedFilter(column, question)
        case ["selected", ["$", question], ["choice", column]]:
            return PickedFilter(column, question)
    return None


def filter_text(picked: PickedFilter, *, is_many: bool) -> str:
    """The filter as a formula; ``is_many`` where the question may have several answers."""
    asked = f"${{{picked.question}}}"
    said = f"selected({asked}, {picked.column})" if is_many else f"{picked.column} = {asked}"
    return f"{said} or {picked.column} = ''" if picked.or_empty else said


# Checking, while names become ids


class Filtered:
    """The choices that a filter is asked of, as they are written."""

    def __init__(self, choices: Sequence[Mapping[str, Any]], name: str):
        self.choices, self.name = choices, name
        self.known = (*columns_in(choices), *OWN_COLUMNS)

    def look_at(self, tree: list, near: Callable[[str, Iterable[str]], str]) -> None:
        """Refuse what has no place in a filter: a column that no choice has, and one among the rows of a table."""
        function = FUNCTIONS.get(tree[0])
        if tree[0] == "choice":
            self._find(tree, near)
        elif function and (function.columns or function.first == "table") and asks_choice(tree):
            # What goes through rows is worked out once, not for each choice
            raise ExpressionError(
                _("A column of the choices has no place in %(name)s(), which looks at whole tables.", name=tree[0])
            )

    def _find(self, tree: list, near: Callable[[str, Iterable[str]], str]) -> None:
        if tree[1] in self.known:
            return
        if found := near(tree[1], self.known):
            raise ExpressionError(
                _(
                    "The choices of “%(list)s” have no column “%(name)s”. Did you mean “%(near)s”?",
                    list=self.name,
                    name=tree[1],
                    near=found,
                )
            )
        raise ExpressionError(
            _("The choices of “%(list)s” have no column “%(name)s”.", list=self.name, name=tree[1]),
        )

    def check(self, tree: list, answers_of: Callable[[str], Sequence[str]]) -> None:
        """Refuse a comparison of a column with what no choice has in it: it would leave no choice, or all."""
        for column, other in ((tree[1], tree[2]), (tree[2], tree[1])):
            if not (isinstance(column, list) and column[0] == "choice") or column[1] == "score":
                continue
            values = list(dict.fromkeys(str(choice.get(column[1], "")) for choice in self.choices))
            if isinstance(other, str) and other and other not in values:
                self._refuse(_("No choice has “%(word)s” in its column “%(name)s”: %(known)s."), column, values, other)
            if isinstance(other, list) and other[0] in ("item", "row") and tree[0] != "!=":
                answers = answers_of(other[1])
                if answers and values and set(values).isdisjoint(answers):
                    sentence = _(
                        "Nothing would be left to choose: the column “%(name)s” holds no answer to that question. "
                        "It holds: %(known)s."
                    )
                    self._refuse(sentence, column, values)

    def _refuse(self, sentence: Any, column: list, values: list[str], word: str = "") -> None:
        known = [value for value in values if value]
        told = ", ".join(known[:MOST_NAMED]) + (", …" if len(known) > MOST_NAMED else "")
        raise ExpressionError(_(sentence.template, word=word, name=column[1], known=told or "–"))


# Working out


def choice_columns(choices: Iterable[Choice]) -> dict[str, dict[str, Value]]:
    """What a filter sees of each choice: every column that any of them has, empty where it has none."""
    choices = list(choices)
    names = dict.fromkeys(name for choice in choices for name in choice.columns)
    return {
        choice.name: {
            **dict.fromkeys(names, ""),
            **choice.columns,
            "name": choice.name,
            "score": "" if choice.score is None else float(choice.score),
        }
        for choice in choices
    }


class Filters:
    """The filters of one form over one set of answers.

    What of a filter is the same for all choices is worked out first; questions that ask the same of the same choices,
    as those in the rows of a table do, share what came out.
    """

    def __init__(self, definition: Definition):
        self.definition = definition
        self._lists: dict[str, dict[str, dict[str, Value]]] = {}
        self._known: dict[tuple[str, str], frozenset[str]] = {}

    def offered(self, item: Item, scope: Scope) -> frozenset[str]:
        name = item.list or ""
        tree = _settled(item.choice_filter, scope)
        key = (name, repr(tree))
        if key not in self._known:
            if name not in self._lists:
                self._lists[name] = choice_columns(self.definition.lists[name])
            self._known[key] = frozenset(self._left(tree, self._lists[name], scope))
        return self._known[key]

    def _left(self, tree: Tree, choices: Mapping[str, Mapping[str, Value]], scope: Scope) -> Iterator[str]:
        for name, columns in choices.items():
            scope.choice = columns
            if truth(evaluate(tree, scope)):
                yield name
        scope.choice = {}


def _settled(tree: Tree, scope: Scope) -> Tree:
    """``tree`` with all worked out that does not depend on the choice."""
    if not asks_choice(tree):
        return evaluate(tree, scope)
    if tree[0] == "choice":
        return tree
    return [tree[0], *(_settled(branch, scope) for branch in tree[1:])]
