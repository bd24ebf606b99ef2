"""Whether every question can be asked: a search for answers that make each condition true."""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from itertools import chain, islice, product
from typing import Any

from .answers import evaluate_answers
from .cells import ROW
from .definition import Definition, Group, Item, Repeat

# So many combinations in order, then so many mixed ones, are tried before a question counts as out of reach.
IN_ORDER, MIXED = 1000, 1000
ROWS = (1, 2, 3, 50)

Node = Group | Repeat | Item


def out_of_reach(form: Definition, *, now: dt.datetime) -> list[Node]:
    """The nodes whose condition none of the answers tried makes true, groups first."""
    search = _Search(form, now)
    conditional = [node for node in (*form.groups, *form.by_id.values()) if node.relevant is not None]
    return [node for node in conditional if not search.reaches(node)]


def never_offering(form: Definition, *, now: dt.datetime) -> list[Item]:
    """The questions whose filter leaves no choice for any of the answers tried."""
    search = _Search(form, now)
    return [item for item in form.items if item.choice_filter is not None and not search.offers_any(item)]


class _Search:
    def __init__(self, form: Definition, now: dt.datetime):
        self.form, self.now = form, now
        self.groups = {group.id: group for group in form.groups}

    def reaches(self, node: Node) -> bool:
        return self.finds(node, self.applies)

    def offers_any(self, item: Item) -> bool:
        return self.finds(item, self.has_choice)

    def finds(self, node: Node, holds: Callable[[Node, Mapping[str, Any]], bool]) -> bool:
        """Whether ``holds`` for any of the answers tried to what decides on ``node``."""
        asked = self.decisive(node)
        constants = {each for tree in self.trees(node, *asked) for each in _constants(tree)}
        constants |= {value for each in (node, *asked) for value in self.noted(each)}
        offered = [offers(self.form, item, constants, self.now.date()) for item in asked]
        own = node.id if isinstance(node, Repeat) else getattr(node, "repeat", None)
        start = {table: self.rows(table, 1) for table in (own, *self.counted(node, *asked)) if table}
        tried = (self.answers(start, asked, values) for values in islice(product(*offered), IN_ORDER))
        mixed = (self.mixed(start, asked, offered, turn) for turn in range(MIXED))
        return any(holds(node, answers) for answers in chain(tried, mixed))

    def answers(self, start: Mapping[str, Any], asked: list[Item], values: tuple[Any, ...]) -> dict[str, Any]:
        """One answer to each question; in a table, the same one in its only row or in each of its fixed ones."""
        answers = deepcopy(dict(start))
        for item, value in zip(asked, values, strict=True):
            if item.repeat and item.repeat not in answers:
                answers[item.repeat] = self.rows(item.repeat, 1)
            for place in answers[item.repeat] if item.repeat else (answers,):
                place.update({item.id: value} if value is not None else {})
        return answers

    def mixed(self, start: Mapping[str, Any], asked: list[Item], offered: list[list[Any]], turn: int) -> dict[str, Any]:
        """An answer to most questions, another one at each turn and, in a table, in each of several rows."""
        n_rows = ROWS[turn % len(ROWS)]
        answers = {table: self.rows(table, n_rows) for table in start}
        for at, (item, choices) in enumerate(zip(asked, offered, strict=True), start=1):
            if item.repeat and item.repeat not in answers:
                answers[item.repeat] = self.rows(item.repeat, n_rows)
            for n, place in enumerate(answers[item.repeat] if item.repeat else (answers,)):
                # Each question goes through its choices at a pace of its own.
                value = choices[(turn * at + turn // (at + 1) + n) % len(choices)]
                place.update({item.id: value} if value is not None else {})
        return answers

    def decisive(self, node: Node) -> list[Item]:
        """The questions whose answers decide whether ``node`` applies, nearest first."""
        found: dict[str, Item] = {}
        waiting: list[Node] = [node]
        while waiting:
            for name in (name for tree in self.trees(waiting.pop()) for name in named_in(tree)):
                item = self.form.by_id.get(name)
                if isinstance(item, Item) and name not in found:
                    found[name] = item
                    waiting.append(item)
        return [item for item in found.values() if item.kind not in ("calculate", "note")]

    def counted(self, *nodes: Node) -> set[str]:
        """The tables whose rows conditions count."""
        names = (name for tree in self.trees(*nodes) for name in named_in(tree))
        return {name for name in names if isinstance(self.form.by_id.get(name), Repeat)}

    def trees(self, *nodes: Node) -> Iterator[Any]:
        """The conditions of ``nodes`` and of what they stand in, and what they calculate."""
        for node in nodes:
            group, table = getattr(node, "group", None), getattr(node, "repeat", None)
            for each in (node, self.groups.get(group or ""), self.form.by_id.get(table or "")):
                if each is not None and each.relevant is not None:
                    yield each.relevant
            for key in ("calculation", "choice_filter"):
                if getattr(node, key, None) is not None:
                    yield getattr(node, key)

    def noted(self, node: Node) -> Iterator[str]:
        """What stands in the columns that a filter asks for: the answers that it waits for are among them."""
        if getattr(node, "choice_filter", None) is not None:
            yield from (value for choice in self.form.lists[node.list] for value in choice.columns.values())

    def rows(self, table: str, count: int) -> list[dict[str, Any]]:
        node = self.form.by_id[table]
        return [dict(row) for row in node.rows] or [{ROW: f"row{n:03}"} for n in range(1, min(count, node.max) + 1)]

    def has_choice(self, item: Item, answers: Mapping[str, Any]) -> bool:
        offered = evaluate_answers(self.form, answers, today=self.now.date(), now=self.now).offered
        cells = (names for cell, names in offered.items() if cell == item.id or cell.endswith(f"/{item.id}"))
        return any(cells)

    def applies(self, node: Node, answers: Mapping[str, Any]) -> bool:
        relevant = evaluate_answers(self.form, answers, today=self.now.date(), now=self.now).relevant
        if isinstance(node, Item) and node.repeat:
            return any(holds for cell, holds in relevant.items() if cell.endswith(f"/{node.id}"))
        return relevant.get(node.id, False)


def named_in(tree: Any) -> Iterator[str]:
    """The ids of the questions and tables of which a linked tree speaks."""
    if not isinstance(tree, list):
        return
    if tree and tree[0] in ("item", "row", "col", "rows"):
        yield from (part for part in tree[1:] if isinstance(part, str))
    for branch in tree:
        yield from named_in(branch)


def _constants(tree: Any) -> Iterator[str | float]:
    if isinstance(tree, list):
        for branch in tree[1:]:
            yield from _constants(branch)
    elif isinstance(tree, str | int | float) and not isinstance(tree, bool):
        yield tree


# Answers worth trying, none first. ``c`` are the constants that conditions name.

Offer = Callable[[Definition, Item, set[str | float], dt.date], list[Any]]


def offers(form: Definition, item: Item, constants: set[str | float], today: dt.date) -> list[Any]:
    """Answers to ``item`` worth trying: every choice, and around each number and day that a condition names."""
    offer = OFFERS.get(item.kind, _words)
    return [None, *offer(form, item, constants, today)]


def _one(form: Definition, item: Item, c: set[str | float], today: dt.date) -> list[Any]:
    # Those that a condition names come first.
    return sorted((choice.name for choice in form.lists[item.list]), key=lambda name: name not in c)


def _several(form: Definition, item: Item, c: set[str | float], today: dt.date) -> list[Any]:
    names = _one(form, item, c, today)
    return [*([name] for name in names), [choice.name for choice in form.lists[item.list]]]


def _whole(form: Definition, item: Item, c: set[str | float], today: dt.date) -> list[Any]:
    near = {int(n) + step for n in c if not isinstance(n, str) for step in (-1, 0, 1)}
    return sorted({0, 1, *near, *([today.year] if item.kind == "year" else [])})


def _broken(form: Definition, item: Item, c: set[str | float], today: dt.date) -> list[Any]:
    return [str(n) for n in _whole(form, item, c, today)]


def _money(form: Definition, item: Item, c: set[str | float], today: dt.date) -> list[Any]:
    amounts = [str(n) for n in _whole(form, item, c, today) if n >= 0]
    return [{"amount": each, "currency": code} for code in (item.currency or "EUR", "UGX") for each in amounts]


def _day(form: Definition, item: Item, c: set[str | float], today: dt.date) -> list[Any]:
    return [(today + dt.timedelta(days=n)).isoformat() for n in (0, -1, 1, -30, 30, -400, 400)]


def _moment(form: Definition, item: Item, c: set[str | float], today: dt.date) -> list[Any]:
    return [{"at": f"{day}T12:00", "zone": "UTC"} for day in _day(form, item, c, today)]


def _words(form: Definition, item: Item, c: set[str | float], today: dt.date) -> list[Any]:
    # The longest that is taken too, for limits that are told in a note
    room = (item.max_length or (20_000 if item.kind == "long_text" else 500)) // 5
    longest = ("word " * min(room, item.max_words or room)).strip()
    return ["text", *(text for text in c if isinstance(text, str) and text), longest]


def _code(*usual: str) -> Offer:
    """Codes that conditions name, then usual ones."""
    return lambda form, item, c, today: [*(text for text in c if isinstance(text, str) and 1 < len(text) < 8), *usual]


def _signed(form: Definition, item: Item, c: set[str | float], today: dt.date) -> list[Any]:
    return [{"name": "Ann", "title": "Matron", "organization": "Hope", "on": today.isoformat(), "agreed": True}]


def _always(*values: Any) -> Offer:
    return lambda form, item, c, today: list(values)


OFFERS: dict[str, Offer] = {
    "select_one": _one,
    "select_multiple": _several,
    "yes_no": _always("yes", "no"),
    "rating": _always(1, 2, 3, 4, 5, "na"),
    "check": _always({"state": "done"}, {"state": "not_needed"}, {"state": "pending"}),
    "integer": _whole,
    "year": _whole,
    "decimal": _broken,
    "percent": _broken,
    "money": _money,
    "date": _day,
    "datetime": _moment,
    "time": _always("00:00", "12:00", "23:59"),
    "email": _always("name@example.org"),
    "phone": _always("+256 414 123456"),
    "url": _always("https://www.example.org"),
    "country": _code("UG", "NO"),
    "language": _code("en", "fr"),
    "reference": _always({"text": "Somebody", "ref": None}),
    "signature": _signed,
    "file": _always([{"id": "sample", "name": "sample.pdf", "size": 1}]),
    "image": _always([{"id": "sample", "name": "sample.jpg", "size": 1}]),
}
