"""Answers: one cleaned, and a whole form worked out."""

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from .cells import ROW, ROW_ID
from .clean_choice import refuse_unoffered
from .definition import Definition, Item, Repeat, Tree, tr
from .errors import AnswerError
from .evaluate import Scope, evaluate
from .filters import Filters
from .kinds import KINDS
from .numbers import snap
from .structure import MAX_ROWS
from .values import Value, truth
from .words import Message, _

EVERYONE = frozenset({"host", "resource", "coordinator"})


@dataclass(frozen=True)
class AnswerProblem:
    """Why a cell cannot be handed in. ``label`` is the question, in the language asked for."""

    cell: str
    code: str
    message: Message
    label: str = ""


@dataclass
class Evaluation:
    """A form worked out. Keys are cells; ``relevant`` also has the ids of groups and tables.

    ``values`` are the answers that count: relevant, sound and not empty, calculations included.
    ``totals`` is by table and column: a number, or for money one amount a currency. ``offered`` has the names of the
    choices that the filter of a question leaves, where it has one and applies; see also ``blank_cell``.
    """

    values: dict[str, Any] = field(default_factory=dict)
    relevant: dict[str, bool] = field(default_factory=dict)
    calculated: dict[str, Value] = field(default_factory=dict)
    totals: dict[str, dict[str, Any]] = field(default_factory=dict)
    offered: dict[str, frozenset[str]] = field(default_factory=dict)
    problems: list[AnswerProblem] = field(default_factory=list)

    def is_relevant(self, cell: str) -> bool:
        return self.relevant.get(cell, True)


def clean_value(item: Item, raw: Any, *, definition: Definition) -> Any:
    """``raw`` in its canonical form, None when it is empty, or AnswerError.

    ``raw`` is JSON-like: a string as a page posts it, or a value in its canonical form.
    """
    if raw is None:
        return None
    return KINDS[item.kind].clean(item, raw, definition)


def can_write(node: Item | Repeat, sides: Collection[str] | None) -> bool:
    """Whether someone of ``sides`` writes here; None stands for everyone."""
    if sides is None or node.side in sides:
        return True
    return node.side == "both" and not EVERYONE.isdisjoint(sides)


def blank_cell(item: Item) -> str:
    """Where ``Evaluation.offered`` has what the column ``item`` offers in a row without answers."""
    return f"{item.repeat}/{item.id}"


def starting_answers(definition: Definition) -> dict[str, Any]:
    """The answers a new document begins with: the author's defaults and seed rows."""
    answers: dict[str, Any] = {
        item.id: item.default for item in definition.items if item.default is not None and item.repeat is None
    }
    for repeat in definition.repeats:
        defaults = {i.id: i.default for i in repeat.items if i.default is not None}
        if repeat.rows:
            answers[repeat.id] = [{**defaults, **row} for row in repeat.rows]
    return answers


def evaluate_answers(
    definition: Definition,
    answers: Mapping[str, Any],
    *,
    today: dt.date,
    now: dt.datetime,
    lang: str = "en",
    sides: Collection[str] | None = None,
) -> Evaluation:
    """Work out what applies, what follows and what is wrong, in one pass in order of dependence.

    Problems are told only of what applies and, with ``sides``, of what those sides may write.
    """
    return _Work(definition, answers, today, now, lang, sides).done()


def strip_irrelevant(definition: Definition, answers: Mapping[str, Any], evaluation: Evaluation) -> dict[str, Any]:
    """The answers without those to questions that did not apply."""
    kept: dict[str, Any] = {}
    for key, value in answers.items():
        if not evaluation.is_relevant(key):
            continue
        if isinstance(definition.by_id.get(key), Repeat) and isinstance(value, list):
            value = [
                {
                    name: cell
                    for name, cell in row.items()
                    if name == ROW or evaluation.is_relevant(f"{key}/{row[ROW]}/{name}")
                }
                for row in value
                if isinstance(row, Mapping) and ROW in row
            ]
        kept[key] = value
    return kept


def scope_lists(definition: Definition, lang: str) -> dict[str, dict[str, tuple]]:
    """The choices as expressions see them: {list: {name: (label, score)}}."""
    return {
        name: {choice.name: (tr(choice.label, lang), choice.score) for choice in choices}
        for name, choices in definition.lists.items()
    }


class _Work:
    """One evaluation. The browser does the same in evaluateForm()."""

    def __init__(self, definition, answers, today, now, lang, sides):
        self.definition = definition
        self.answers = answers
        self.lang = lang
        self.sides = sides
        self.result = Evaluation()
        self.rows: dict[str, list[Mapping[str, Any]]] = {}
        self.faults: dict[str, AnswerError] = {}
        self.filters = Filters(definition)
        self.scope = Scope(
            today=today.isoformat(),
            now=now.strftime("%Y-%m-%dT%H:%M"),
            lists=scope_lists(definition, lang),
        )

    def done(self) -> Evaluation:
        self.check_known()
        groups = {group.id: group for group in self.definition.groups}
        for key in self.definition.order:
            node = groups.get(key) or self.definition.by_id[key]
            if isinstance(node, Item):
                self.item(node)
            else:
                self.container(node)
        for node in self.definition.by_id.values():
            self.find_problems(node)
        for repeat in self.definition.repeats:
            if repeat.totals and self.result.relevant[repeat.id]:
                self.result.totals[repeat.id] = {
                    item.id: self.total(repeat, item) for item in repeat.items if item.id in repeat.totals
                }
        return self.result

    # What applies and what follows

    def check_known(self) -> None:
        for key in self.answers:
            node = self.definition.by_id.get(key)
            if node is None or (isinstance(node, Item) and node.repeat):
                self.problem(key, "unknown", _("This form has no such question."), None)

    def holds(self, tree: Tree | None) -> bool:
        return tree is None or truth(evaluate(tree, self.scope))

    def inside(self, node: Any) -> bool:
        """Whether what ``node`` stands in applies."""
        relevant = self.result.relevant
        parents = (getattr(node, "group", None), getattr(node, "repeat", None))
        return all(relevant[parent] for parent in parents if parent)

    def container(self, node: Any) -> None:
        applies = self.inside(node) and self.holds(node.relevant)
        self.result.relevant[node.id] = applies
        if isinstance(node, Repeat):
            self.rows[node.id] = self.sound_rows(node)
            ids = [row[ROW] for row in self.rows[node.id]]
            self.scope.rows[node.id] = ids if applies else []

    def sound_rows(self, repeat: Repeat) -> list[Mapping[str, Any]]:
        """The rows that can be read. What cannot is a fault of the table."""
        raw = self.answers.get(repeat.id)
        raw = [] if raw is None else raw
        rows, seen = [], set()
        for row in raw[:MAX_ROWS] if isinstance(raw, list) else ():
            row_id = row.get(ROW) if isinstance(row, Mapping) else None
            if isinstance(row_id, str) and ROW_ID.fullmatch(row_id) and row_id not in seen:
                seen.add(row_id)
                rows.append(row)
        if not isinstance(raw, list) or len(rows) != len(raw[:MAX_ROWS]):
            self.faults[repeat.id] = AnswerError("rows", _("This table cannot be read."))
        return rows

    def item(self, item: Item) -> None:
        inside = self.inside(item)
        if item.repeat is None:
            self.scope.row = ""
            self.cell(item, item.id, self.answers.get(item.id), inside)
            return
        for row in self.rows[item.repeat]:
            self.scope.row = f"{item.repeat}/{row[ROW]}"
            self.cell(item, f"{self.scope.row}/{item.id}", row.get(item.id), inside)
        if item.choice_filter is not None and inside:
            self.scope.row = f"{item.repeat}/"
            self.result.offered[blank_cell(item)] = self.filters.offered(item, self.scope)

    def cell(self, item: Item, cell: str, raw: Any, inside: bool) -> None:
        applies = inside and self.holds(item.relevant)
        self.result.relevant[cell] = applies
        if not applies:
            return
        if item.kind == "calculate":
            self.scope.own = _as_before(raw)
            value = evaluate(item.calculation, self.scope)
            if value == "":
                return
            self.scope.values[cell] = value
            self.result.calculated[cell] = self.result.values[cell] = _number(value)
            return
        if item.choice_filter is not None:
            self.result.offered[cell] = self.filters.offered(item, self.scope)
        if raw is None:
            return
        kind = KINDS[item.kind]
        try:
            value = kind.clean(item, raw, self.definition)
            if cell in self.result.offered:
                refuse_unoffered(item, value, self.result.offered[cell], definition=self.definition, lang=self.lang)
        except AnswerError as error:
            self.faults[cell] = error
            return
        if value is not None:
            self.result.values[cell] = value
            self.scope.values[cell] = kind.to_expression(value)
            if item.kind == "money":
                self.scope.currencies[cell] = value["currency"]

    # What is wrong

    def problem(self, cell: str, code: str, message: Message, node: Any) -> None:
        label = tr(node.label, self.lang) if node else ""
        self.result.problems.append(AnswerProblem(cell, code, message, label))

    def find_problems(self, node: Item | Repeat) -> None:
        if isinstance(node, Repeat):
            if self.result.relevant[node.id] and can_write(node, self.sides):
                self.check_rows(node)
        elif node.kind not in ("calculate", "note") and can_write(node, self.sides):
            self.scope.row = ""
            for cell in self.cells(node):
                self.check_cell(node, cell)

    def cells(self, item: Item):
        if item.repeat is None:
            yield item.id
            return
        for row in self.rows[item.repeat]:
            self.scope.row = f"{item.repeat}/{row[ROW]}"
            yield f"{self.scope.row}/{item.id}"

    def check_cell(self, item: Item, cell: str) -> None:
        if not self.result.relevant[cell]:
            return
        if cell in self.faults:
            self.problem(cell, self.faults[cell].code, self.faults[cell].message, item)
            return
        value = self.result.values.get(cell)
        self.scope.own = self.scope.values.get(cell, "")
        if value is None or KINDS[item.kind].is_empty(value):
            if item.required is not False and truth(evaluate(item.required, self.scope)):
                self.problem(cell, "required", _("Please answer this question."), item)
        elif not self.holds(item.constraint):
            own = tr(item.constraint_message, self.lang)
            message = Message(own) if own else _("This answer does not fit the other answers.")
            self.problem(cell, "constraint", message, item)

    def check_rows(self, repeat: Repeat) -> None:
        rows = self.rows[repeat.id]
        raw = self.answers.get(repeat.id)
        count = len(raw) if isinstance(raw, list) else 0
        known = {item.id for item in repeat.items} | {ROW}
        for row in rows:
            for key in row.keys() - known:
                cell = f"{repeat.id}/{row[ROW]}/{key}"
                self.problem(cell, "unknown", _("This table has no such column."), repeat)
        if repeat.id in self.faults:
            fault = self.faults[repeat.id]
            self.problem(repeat.id, fault.code, fault.message, repeat)
        elif repeat.fixed and [row[ROW] for row in rows] != [row[ROW] for row in repeat.rows]:
            self.problem(repeat.id, "fixed_rows", _("The rows of this table cannot be changed."), repeat)
        elif count < repeat.min:
            message = _("Fill in at least %(limit)d rows.", limit=repeat.min)
            if repeat.min == 1:
                message = _("Fill in at least one row.")
            self.problem(repeat.id, "min_rows", message, repeat)
        elif count > repeat.max:
            message = _(
                "This table takes %(limit)d rows; it has %(count)d.",
                limit=repeat.max,
                count=count,
            )
            if repeat.max == 1:
                message = _("This table takes one row.")
            self.problem(repeat.id, "max_rows", message, repeat)

    def total(self, repeat: Repeat, item: Item) -> Any:
        if item.kind != "money":
            return _number(evaluate(["sum", ["col", repeat.id, item.id]], self.scope))
        amounts: dict[str, Decimal] = {}
        for row in self.rows[repeat.id]:
            value = self.result.values.get(f"{repeat.id}/{row[ROW]}/{item.id}")
            if value:
                currency, amount = value["currency"], Decimal(value["amount"])
                amounts[currency] = amounts.get(currency, 0) + amount
        return [{"amount": str(amount), "currency": currency} for currency, amount in amounts.items()]


def _as_before(raw: Any) -> Value:
    """What a calculation came to last time, for once()."""
    if isinstance(raw, (str, bool)):
        return raw
    return snap(raw) if isinstance(raw, (int, float)) else ""


def _number(value: Value) -> Value:
    return int(value) if isinstance(value, float) and value.is_integer() else value
