"""From names to ids: every expression resolved, and the order in which to work them out."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from .checking import Node, Outline
from .choice_columns import tell_idle
from .definition import DEFAULT_MAX_ROWS, Tree
from .errors import ExpressionError
from .expressions import parse_expression
from .filters import Filtered
from .functions import FUNCTIONS
from .report import Report
from .suggestions import MOST_NAMED
from .words import Message, _

ENGINE = 1
MOST_IN_CIRCLE = 5
# Rows × choices × steps of the filter, over the whole form: a second or two, each time that the page is made.
MOST_FILTERING = 2_000_000
KEYS = ("relevant", "required", "constraint", "choice_filter", "calculation")
# What must be known before an answer counts
ORDERING = ("relevant", "choice_filter", "calculation")
_BOOLEAN = frozenset({"relevant", "required", "constraint", "choice_filter"})
_FIXED_ANSWERS = {
    "yes_no": ("yes", "no"),
    "check": ("done", "not_needed", "pending"),
}


def link(report: Report, outline: Outline) -> dict[str, Any]:
    """The compiled part of a tool: ``trees`` by id and key, and ``order``."""
    trees: dict[str, dict[str, Tree]] = {}
    names = _Names(report, outline)
    for node in outline.nodes:
        for key in KEYS:
            source = node.written.get(key)
            if isinstance(source, str):
                tree = _linked(report, names, node, key, source)
                if tree is not None:
                    trees.setdefault(node.id, {})[key] = tree
    if not names.broken:
        tell_idle(report, outline.written)
    _tell_heavy(report, outline, trees)
    return {"engine": ENGINE, "trees": trees, "order": _order(report, outline, trees)}


def _tell_heavy(report: Report, outline: Outline, trees: Mapping[str, Mapping[str, Tree]]) -> None:
    """The filter with which all filters of the form together become more work than a page may take."""
    rows = {node.id: node.written.get("max", DEFAULT_MAX_ROWS) for node in outline.nodes if node.sort == "repeat"}
    work = 0
    for node in outline.nodes:
        tree = trees.get(node.id, {}).get("choice_filter")
        if tree is not None:
            work += rows.get(node.repeat, 1) * len(outline.lists.get(node.list, ())) * _steps(tree)
            if work > MOST_FILTERING:
                sentence = _("Too much to work out on one page: allow fewer rows, or write a shorter filter.")
                report.add((*node.path, "choice_filter"), sentence)
                return


def _steps(tree: Tree) -> int:
    return 1 + sum(_steps(branch) for branch in tree[1:]) if isinstance(tree, list) else 0


def _linked(report: Report, names: "_Names", node: Node, key: str, source: str) -> Tree | None:
    path = (*node.path, key)
    try:
        tree = _Linker(names, key, node).value(parse_expression(source, columns=key == "choice_filter"), node.repeat)
        if key in _BOOLEAN:
            _check_truth(tree, names)
    except ExpressionError as error:
        if error.message:
            before = source[: error.position][-30:]
            report.add(
                path,
                _("In “%(name)s”: %(why)s", name=node.name, why=error.message)
                if not before
                else _(
                    "In “%(name)s”, after “%(before)s”: %(why)s",
                    name=node.name,
                    before=before,
                    why=error.message,
                ),
            )
        return None
    return tree


class _Names:
    """What each name of a form may mean."""

    def __init__(self, report: Report, outline: Outline):
        self.near = report.near
        self.broken = outline.broken - {""}
        self.lists = outline.written["choices"]
        self.by_id = {node.id: node for node in outline.nodes}
        self.form: dict[str, Node] = {}
        self.rows: dict[str, dict[str, Node]] = {}
        self.columns: dict[str, list[Node]] = {}
        for node in outline.nodes:
            if node.repeat:
                self.rows.setdefault(node.repeat, {}).setdefault(node.name, node)
                self.columns.setdefault(node.name, []).append(node)
            elif node.sort != "group":
                self.form.setdefault(node.name, node)

    def table(self, name: str) -> Node | None:
        node = self.form.get(name)
        return node if node and node.sort == "repeat" else None

    def meant(self, name: str, row: str | None) -> list[Node]:
        """This row's, then the form's, then every column of that name; or the one qualified."""
        table, dot, column = name.rpartition(".")
        if dot:
            node = self.table(table)
            found = self.rows.get(node.id, {}).get(column) if node else None
        else:
            found = self.rows.get(row, {}).get(name) or self.form.get(name)
        return [found] if found else self.columns.get(name, [])


class _Linker:
    """Resolves the names of one expression. ``row`` is the table whose row is at hand, if any."""

    def __init__(self, names: _Names, key: str, node: Node):
        self.names = names
        self.key = key
        self.filtered = Filtered(names.lists.get(node.list, ()), node.list) if key == "choice_filter" else None

    def value(self, tree: Tree, row: str | None) -> Tree:
        if not isinstance(tree, list):
            return tree
        name = tree[0]
        if name == "$":
            return self.answer(tree[1], row)
        if name == "self":
            if self.key != "constraint":
                raise ExpressionError(_("“.” means this answer, and has its place in a constraint."))
            return tree
        if self.filtered:
            self.filtered.look_at(tree, self.names.near)
        if name == "choice":
            return tree
        function = FUNCTIONS.get(name)
        self.check_place(name, row)
        if name in ("count-if", "sum-if"):
            table = self.table(tree[1], name)
            return [name, ["rows", table.id], *(self.value(branch, table.id) for branch in tree[2:])]
        if name == "score":
            return self.score(tree, row, column=False)
        if name == "jr:choice-name":
            node = self.found(tree[2][1], row)
            return [name, self.value(tree[1], row), self.choices(node)]
        if function and function.columns:
            return self.aggregate(tree, row)
        linked = [name, *(self.value(branch, row) for branch in tree[1:])]
        self.check_choice(linked)
        return linked

    def check_place(self, name: str, row: str | None) -> None:
        if name == "position" and row is None:
            raise ExpressionError(_("position() counts rows, and this is not in a table."))
        if name == "once" and self.key != "calculation":
            raise ExpressionError(_("once() has its place in a calculation."))

    def aggregate(self, tree: list, row: str | None) -> Tree:
        name, branches = tree[0], tree[1:]
        if name == "count":
            return [name, self.counted(branches[0], row)]
        first = [self.value(branches[0], row)] if name == "join" else []
        linked = [self.column(branch, row) for branch in branches[len(first) :]]
        if len(linked) == 1 and isinstance(linked[0], list) and linked[0][0] == "row":
            table = self.names.by_id[row].name
            raise ExpressionError(
                _(
                    "Inside its table, ${%(name)s} is this row alone. "
                    "Write ${%(table)s.%(name)s} for the whole column.",
                    name=branches[-1][1],
                    table=table,
                )
            )
        return [name, *first, *linked]

    def counted(self, tree: Tree, row: str | None) -> Tree:
        """What count() counts: the rows of a table, or the answers in a column."""
        if not isinstance(tree, list) or tree[0] != "$":
            raise ExpressionError(_("Write count() around one name: count(${table})."))
        table = self.names.table(tree[1])
        return ["rows", table.id] if table else self.column(tree, row)

    def column(self, tree: Tree, row: str | None) -> Tree:
        """An argument of a function that takes whole columns."""
        if isinstance(tree, list) and tree[0] == "score":
            return self.score(tree, row, column=True)
        if not isinstance(tree, list) or tree[0] != "$":
            return self.value(tree, row)
        node = self.found(tree[1], row)
        if node.repeat is None or (node.repeat == row and "." not in tree[1]):
            return self.answer(tree[1], row)
        return ["col", node.repeat, node.id]

    def score(self, tree: list, row: str | None, *, column: bool) -> Tree:
        argument = tree[1]
        if not isinstance(argument, list) or argument[0] != "$":
            raise ExpressionError(_("Write score() around one name: score(${answer})."))
        node = self.found(argument[1], row)
        if not node.list and node.kind not in ("rating", "integer", "decimal"):
            raise ExpressionError(_("“%(name)s” has no score.", name=node.name))
        choices = self.names.lists.get(node.list, ())
        if node.list and not any("score" in choice for choice in choices):
            raise ExpressionError(_("The choices of “%(list)s” have no score.", list=node.list))
        linked = self.column(argument, row) if column else self.answer(argument[1], row)
        return ["score", linked, node.list]

    def answer(self, name: str, row: str | None) -> Tree:
        """A name that stands for one answer."""
        node = self.found(name, row)
        if node.sort == "repeat":
            raise ExpressionError(_("“%(name)s” is a table. Write count(${%(name)s}) for its rows.", name=name))
        if node.repeat is None:
            return ["item", node.id]
        if node.repeat == row and "." not in name:
            return ["row", node.id]
        raise ExpressionError(_("“%(name)s” is a column of a table. Say what of it: sum(${%(name)s}), …", name=name))

    def table(self, tree: Tree, function: str) -> Node:
        name = tree[1] if isinstance(tree, list) and tree[0] == "$" else ""
        table = self.names.table(name)
        if table is None:
            echo = name in self.names.broken
            raise ExpressionError("" if echo else _("%(name)s() starts with the ${name} of a table.", name=function))
        return table

    def found(self, name: str, row: str | None) -> Node:
        matches = self.names.meant(name, row)
        if len(matches) > 1:
            raise ExpressionError(_("Several tables have a “%(name)s”. Write ${table.%(name)s}.", name=name))
        if not matches:
            # A fault of that item is told already; this would only be its echo.
            echo = self.names.broken & {name, *name.split(".")}
            raise ExpressionError("" if echo else self.unknown(name))
        if matches[0].kind == "note":
            raise ExpressionError(_("“%(name)s” is a note and has no answer.", name=name))
        return matches[0]

    def unknown(self, name: str):
        known = [*self.names.form, *self.names.columns]
        near = self.names.near(name, known)
        if near:
            return _(
                "There is no “%(name)s” in this form. Did you mean “%(near)s”?",
                name=name,
                near=near,
            )
        return _("There is no “%(name)s” in this form.", name=name)

    def choices(self, node: Node) -> str:
        if not node.list:
            raise ExpressionError(_("“%(name)s” has no choices.", name=node.name))
        return node.list

    def check_choice(self, tree: list) -> None:
        """Refuse a comparison with a choice that is not on the list: it could never be true."""
        if tree[0] not in ("=", "!=", "selected") or len(tree) != 3:
            return
        if self.filtered:
            self.filtered.check(tree, self.answers_of)
        for answer, word in ((tree[1], tree[2]), (tree[2], tree[1])):
            if isinstance(answer, list) and answer[0] in ("item", "row") and isinstance(word, str):
                node, known = self.names.by_id[answer[1]], self.answers_of(answer[1])
                if known and word and word not in known:
                    raise ExpressionError(
                        _(
                            "“%(word)s” is not an answer to “%(name)s”. Its answers: %(known)s.",
                            word=word,
                            name=node.name,
                            known=", ".join(known[:MOST_NAMED]) + (", …" if len(known) > MOST_NAMED else ""),
                        )
                    )

    def answers_of(self, key: str) -> Sequence[str]:
        """All that a question may be answered with, where that is known."""
        node = self.names.by_id[key]
        if not node.list:
            return _FIXED_ANSWERS.get(node.kind, ())
        return [choice["name"] for choice in self.names.lists.get(node.list, ())]


def _check_truth(tree: Tree, names: _Names) -> None:
    """Refuse a bare yes-or-no answer as a condition: “no” is a text too, and would count as true."""
    if not isinstance(tree, list):
        return
    if tree[0] in ("and", "or", "not"):
        for branch in tree[1:]:
            _check_truth(branch, names)
    elif tree[0] in ("item", "row"):
        node = names.by_id[tree[1]]
        if node.kind == "yes_no":
            raise ExpressionError(_("Write ${%(name)s} = 'yes'.", name=node.name))


# The order of working out


def _mentions(tree: Tree) -> Iterator[str]:
    if not isinstance(tree, list):
        return
    if tree[0] in ("item", "row", "rows"):
        yield tree[1]
    elif tree[0] == "col":
        yield from tree[1:]
    else:
        for branch in tree[1:]:
            yield from _mentions(branch)


def _order(report: Report, outline: Outline, trees: dict[str, dict[str, Tree]]) -> list[str]:
    """Every id after those it depends on. A circle is a problem, told once."""
    nodes = {node.id: node for node in outline.nodes}
    needs = {
        key: [
            *(parent for parent in (node.group, node.repeat) if parent in nodes),
            *(other for name in ORDERING for other in _mentions(trees.get(key, {}).get(name))),
        ]
        for key, node in nodes.items()
    }
    order: list[str] = []
    state: dict[str, str] = {}
    for start in nodes:
        for circle in _visit(needs, state, order, start):
            report.add(nodes[circle[-1]].path, _circle([nodes[key].name for key in circle]))
    return order


def _visit(needs: Mapping[str, list[str]], state: dict[str, str], order: list[str], start: str) -> Iterator[list[str]]:
    """The circles met on the way from ``start``, one for each id that closes any.

    Depth first, with a stack of its own: a chain of calculations may be a thousand long.
    """
    trail = [(start, iter(needs[start]))] if start not in state else []
    closing: set[str] = set()
    state.setdefault(start, "open")
    while trail:
        current, rest = trail[-1]
        following = next(rest, None)
        if following is None:
            state[current] = "done"
            order.append(current)
            trail.pop()
        elif state.get(following) == "open":
            if current not in closing:
                closing.add(current)
                ids = [key for key, __ in trail]
                yield ids[ids.index(following) :]
        elif following not in state:
            state[following] = "open"
            trail.append((following, iter(needs[following])))


def _circle(names: list[str]) -> Message:
    if len(names) <= MOST_IN_CIRCLE:
        return _("These depend on each other in a circle: %(names)s.", names=" → ".join([*names, names[0]]))
    return _(
        "These depend on each other in a circle: %(names)s and %(more)d more.",
        names=" → ".join(names[:MOST_IN_CIRCLE]),
        more=len(names) - MOST_IN_CIRCLE,
    )
