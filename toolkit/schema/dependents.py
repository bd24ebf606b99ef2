"""Which questions hang on others: where an answer may change, so must those whose conditions speak of it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from .definition import Definition, Item, Repeat
from .names import EXPRESSIONS
from .reach import named_in


def with_dependents(form: Definition, ids: Iterable[str]) -> frozenset[str]:
    """``ids`` of questions and tables, and all whose conditions, limits, choices or sums speak of them, however far.

    A table among them brings its columns. What a group's condition speaks of opens all that stands in the group.
    """
    users = _users(form)
    found: set[str] = set()
    waiting = list(ids)
    while waiting:
        key = waiting.pop()
        if key in found:
            continue
        found.add(key)
        node = form.by_id.get(key)
        if isinstance(node, Repeat):
            waiting += [item.id for item in node.items]
        waiting += users.get(key, ())
    return frozenset(found)


def _users(form: Definition) -> dict[str, set[str]]:
    """For each question and table the others that speak of it."""
    users: dict[str, set[str]] = defaultdict(set)
    tables = {repeat.name: repeat.id for repeat in form.repeats}
    for node in form.by_id.values():
        for name in _spoken_of(node):
            users[tables.get(name, name)].add(node.id)
    for group in form.groups:
        for name in named_in(group.relevant):
            users[name] |= {node.id for node in group.nodes}
    return users


def _spoken_of(node: Item | Repeat) -> Iterator[str]:
    for key in EXPRESSIONS:
        yield from named_in(getattr(node, key, None))
    # The rows of another table as choices: that one goes by its name.
    if isinstance(node, Item) and node.rows_of:
        yield node.rows_of
