"""Expressions: text in XLSForm's words to a JSON tree.

A tree is a number, a string, true or false, or a list that starts with an operator or a function:
``${days} > 3 or selected(${why}, 'other')`` is
``["or", [">", ["$", "days"], 3], ["selected", ["$", "why"], "other"]]``.
``["$", name]`` is a name still to be found; linking.py turns it into an id. ``["self"]`` is ``.``.
"""

import re
from functools import lru_cache
from typing import NamedTuple

from .definition import Tree
from .errors import ExpressionError
from .functions import DATE_CODES, FUNCTIONS
from .numbers import from_text
from .regexes import safe_pattern
from .suggestions import nearest
from .words import _

MAX_LENGTH = 2000
MAX_DEPTH = 50
MAX_NODES = 500

_TOKEN = re.compile(
    r"""[ \t\r\n]*(?:
    (?P<ref>\$\{[^}]*\})
    |(?P<number>[0-9]+(?:\.[0-9]+)?|\.[0-9]+)
    |(?P<string>'[^']*'|"[^"]*")
    |(?P<name>[A-Za-z_][A-Za-z0-9_]*(?:[-:][A-Za-z_][A-Za-z0-9_]*)*)
    |(?P<op><=|>=|!=|\.\.|=(?!=)|[-+*<>(),.])
    |(?P<end>\Z))""",
    re.VERBOSE,
)
_REF = re.compile(r"\$\{\s*([a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)?)\s*\}")
_COLUMN = re.compile(r"[a-z][a-z0-9_]*")
_WORD_OPERATORS = frozenset({"and", "or", "div", "mod"})
# The higher binds the tighter; each binds from the left.
_BINDS = {
    "or": 1,
    "and": 2,
    **dict.fromkeys(("=", "!="), 3),
    **dict.fromkeys(("<", "<=", ">", ">="), 4),
    **dict.fromkeys(("+", "-"), 5),
    **dict.fromkeys(("*", "div", "mod"), 6),
}
# Written side by side in one list, so that a long sum is not a deep tree.
_CHAINED = frozenset({"or", "and", "+", "*"})
# What people write out of habit, and what this language says instead.
_HABITS = (
    ("==", "="),
    ("&&", "and"),
    ("||", "or"),
    ("!", "not(…) or !="),
    ("/", "div"),
    ("%", "mod"),
    ("‘", "'"),
    ("’", "'"),
    ("“", '"'),
    ("”", '"'),
    ("≤", "<="),
    ("≥", ">="),
    ("≠", "!="),
)


class Token(NamedTuple):
    sort: str
    text: str
    at: int


@lru_cache(maxsize=4096)  # the same expressions are read again at every change of a draft
def parse_expression(text: str, *, columns: bool = False) -> Tree:
    """The tree of ``text``, or ExpressionError with a sentence and a position. The tree is shared: never change it.

    With ``columns``, as in a filter on choices, a plain name is a column of the choices: ``["choice", "country"]``.
    """
    if len(text) > MAX_LENGTH:
        raise ExpressionError(_("This expression is longer than %(limit)d characters.", limit=MAX_LENGTH), MAX_LENGTH)
    return _Parser(_tokens(text), columns=columns).whole()


def _tokens(text: str) -> list[Token]:
    tokens: list[Token] = []
    at = 0
    while not tokens or tokens[-1].sort != "end":
        match = _TOKEN.match(text, at)
        if not match:
            at = len(text) - len(text[at:].lstrip(" \t\r\n"))
            raise ExpressionError(_stray(text, at), at)
        sort = match.lastgroup
        tokens.append(Token(sort, match[sort], match.start(sort)))
        at = match.end()
    return tokens


# Stands in a condition for a question or an answer that is still to be chosen.
GAP = "?"
MISSING_HERE = _("Choose or write what is still missing (“?”).")


def _stray(text: str, at: int):
    if text[at] == GAP:
        return MISSING_HERE
    for habit, ours in _HABITS:
        if text.startswith(habit, at):
            return _("Write %(ours)s instead of %(habit)s.", ours=ours, habit=habit)
    if text[at] in "'\"":
        return _("This quotation mark is never closed.")
    if text[at] == "$":
        return _("Write an answer's name as ${name}.")
    return _("“%(character)s” has no meaning here.", character=text[at])


def _too_deep(position: int = 0) -> ExpressionError:
    return ExpressionError(_("This expression is nested more than %(limit)d deep.", limit=MAX_DEPTH), position)


def _depth(tree: Tree) -> int:
    if not isinstance(tree, list):
        return 0
    return 1 + max((_depth(branch) for branch in tree[1:]), default=0)


class _Parser:
    """One pass over the tokens, one method for each rule of the grammar."""

    def __init__(self, tokens: list[Token], *, columns: bool):
        self.tokens = tokens
        self.columns = columns
        self.at = 0
        self.depth = 0
        self.nodes = 0

    def whole(self) -> Tree:
        if self.peek().sort == "end":
            raise ExpressionError(_("This expression is empty."))
        tree = self.binary(1)
        if self.peek().sort != "end":
            raise self.unexpected()
        if len(self.tokens) > MAX_DEPTH and _depth(tree) > MAX_DEPTH:
            raise _too_deep()
        return tree

    def peek(self) -> Token:
        return self.tokens[self.at]

    def take(self) -> Token:
        token = self.tokens[self.at]
        self.at += 1
        return token

    def expect(self, text: str) -> None:
        if self.peek().text != text or self.peek().sort != "op":
            raise self.unexpected(_("A “%(sign)s” is missing here.", sign=text))
        self.at += 1

    def unexpected(self, message=None) -> ExpressionError:
        token = self.peek()
        if message is None:
            message = (
                _("Something is missing at the end.")
                if token.sort == "end"
                else _("“%(text)s” does not fit here.", text=token.text[:40])
            )
        return ExpressionError(message, token.at)

    def node(self, tree: Tree) -> Tree:
        self.nodes += 1
        if self.nodes > MAX_NODES:
            raise ExpressionError(_("This expression has more than %(limit)d parts.", limit=MAX_NODES))
        return tree

    def binary(self, least: int) -> Tree:
        """Operands and the operators between them that bind at least as tightly as ``least``."""
        left = self.unary()
        while True:
            token = self.tokens[self.at]
            binds = _BINDS.get(token.text, 0) if token.sort in ("op", "name") else 0
            if not binds or binds < least:
                return left
            self.at += 1
            right = self.binary(binds + 1)
            if token.text in _CHAINED and isinstance(left, list) and left[0] == token.text:
                self.node(None)
                left = [*left, right]
            else:
                left = self.node([token.text, left, right])

    def unary(self) -> Tree:
        if self.peek().sort == "op" and self.peek().text == "-":
            self.at += 1
            return self.deeper(lambda: self.node(["neg", self.unary()]))
        return self.primary()

    def deeper(self, rule) -> Tree:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise _too_deep(self.peek().at)
        tree = rule()
        self.depth -= 1
        return tree

    def primary(self) -> Tree:
        token = self.take()
        if token.sort == "number":
            number = from_text(token.text)
            if number == "":
                raise ExpressionError(_("This number is too large."), token.at)
            return self.node(int(number) if number == int(number) else number)
        if token.sort == "string":
            return self.node(token.text[1:-1])
        if token.sort == "ref":
            return self.node(_reference(token))
        if token.text == "(":
            tree = self.deeper(lambda: self.binary(1))
            self.expect(")")
            return tree
        if token.text == ".":
            return self.node(["self"])
        if token.sort == "name" and token.text not in _WORD_OPERATORS:
            return self.call(token)
        self.at -= 1
        raise self.unexpected()

    def call(self, token: Token) -> Tree:
        name = token.text
        if self.peek().text != "(" or self.peek().sort != "op":
            if self.columns and _COLUMN.fullmatch(name):
                return self.node(["choice", name])
            raise ExpressionError(_("Write ${%(name)s} for an answer, or '%(name)s' for a word.", name=name), token.at)
        if name not in FUNCTIONS:
            raise ExpressionError(_unknown_function(name), token.at)
        self.at += 1
        arguments: list[Tree] = []
        if name == "position" and self.peek().text == "..":
            self.at += 1
        elif self.peek().text != ")" or self.peek().sort != "op":
            arguments = self.deeper(self.arguments)
        self.expect(")")
        return self.node(_checked(name, arguments, token))

    def arguments(self) -> list[Tree]:
        arguments = [self.binary(1)]
        while self.peek().sort == "op" and self.peek().text == ",":
            self.at += 1
            arguments.append(self.binary(1))
        return arguments


def _reference(token: Token) -> Tree:
    match = _REF.fullmatch(token.text)
    if not match:
        raise ExpressionError(
            _("“%(text)s” is not a name. Names are small letters, digits and _.", text=token.text),
            token.at,
        )
    return ["$", match[1]]


def _unknown_function(name: str):
    near = nearest(name.lower(), FUNCTIONS)
    if near:
        return _("There is no function %(name)s(). Did you mean %(near)s()?", name=name, near=near)
    return _("There is no function %(name)s().", name=name)


def _checked(name: str, arguments: list[Tree], token: Token) -> Tree:
    """The call as a tree, its count of arguments and its fixed texts checked."""
    function = FUNCTIONS[name]
    if not function.least <= len(arguments) <= function.most:
        raise ExpressionError(_arity(name), token.at)
    if name in ("true", "false"):
        return name == "true"
    if name == "regex":
        if not isinstance(arguments[1], str):
            raise ExpressionError(_("Write the pattern of regex() in quotes."), token.at)
        return [name, arguments[0], safe_pattern(arguments[1], token.at)]
    if name == "format-date":
        _check_date_format(arguments[1], token)
    if name == "jr:choice-name":
        return [name, arguments[0], _question(arguments[1], token)]
    return [name, *arguments]


def _arity(name: str):
    function = FUNCTIONS[name]
    if function.most == 0:
        return _("%(name)s() takes nothing between its brackets.", name=name)
    if function.least == function.most:
        if function.least == 1:
            return _("%(name)s() takes one argument.", name=name)
        return _("%(name)s() takes %(count)d arguments.", name=name, count=function.least)
    if function.most < 50:
        return _(
            "%(name)s() takes %(least)d to %(most)d arguments.",
            name=name,
            least=function.least,
            most=function.most,
        )
    return _("%(name)s() takes %(least)d to 50 arguments.", name=name, least=function.least)


def _check_date_format(pattern: Tree, token: Token) -> None:
    if not isinstance(pattern, str):
        raise ExpressionError(_("Write the form of format-date() in quotes."), token.at)
    for code in re.findall(r"%(.?)", pattern, re.DOTALL):
        if code not in DATE_CODES:
            raise ExpressionError(_("format-date() does not know %%%(code)s.", code=code or " "), token.at)


def _question(tree: Tree, token: Token) -> Tree:
    """The second argument of jr:choice-name(): XLSForm writes it '${name}', in quotes."""
    if isinstance(tree, str) and _REF.fullmatch(tree):
        return ["$", _REF.fullmatch(tree)[1]]
    if isinstance(tree, list) and tree[0] == "$":
        return tree
    raise ExpressionError(_("Name a question in jr:choice-name(), as '${name}'."), token.at)
