"""What a page is given so that static/js/expressions.js can work the form out as the server does."""

from collections.abc import Iterator
from typing import Any

from .answers import scope_lists
from .definition import Definition, Group, Item, Repeat, Tree, tr
from .filters import choice_columns
from .linking import KEYS

_WITH_LISTS = frozenset({"score", "jr:choice-name"})


def rules_for_browser(definition: Definition, lang: str = "en") -> dict[str, Any]:
    """``nodes`` in order of dependence with their trees, and the choice ``lists`` they look up."""
    groups = {group.id: group for group in definition.groups}
    nodes = [_rules(groups.get(key) or definition.by_id[key], lang) for key in definition.order]
    used = {name for node in nodes for key in KEYS for name in _lists(node.get(key))}
    lists = scope_lists(definition, lang)
    filtered = sorted({item.list for item in definition.items if item.choice_filter is not None})
    return {
        "nodes": nodes,
        "lists": {name: _choices(lists[name]) for name in sorted(used) if name in lists},
        "columns": {name: choice_columns(definition.lists[name]) for name in filtered},
    }


def _rules(node: Group | Repeat | Item, lang: str) -> dict[str, Any]:
    rules: dict[str, Any] = {"id": node.id}
    if isinstance(node, Item):
        rules["kind"] = node.kind
    if getattr(node, "choice_filter", None) is not None:
        rules["list"] = node.list
    for key in ("group", "repeat", *KEYS):
        value = getattr(node, key, None)
        # A condition may be plain false; "not required" is what goes without saying.
        if value is not None and not (key == "required" and value is False):
            rules[key] = value
    if isinstance(node, Item) and node.constraint_message:
        rules["message"] = tr(node.constraint_message, lang)
    if isinstance(node, Repeat) and node.totals:
        rules["totals"] = list(node.totals)
    return rules


def _choices(choices: dict[str, tuple]) -> dict[str, list]:
    """Labels and scores without a trailing null, which the browser does without."""
    return {name: [label] if score is None else [label, score] for name, (label, score) in choices.items()}


def _lists(tree: Tree | None) -> Iterator[str]:
    if isinstance(tree, list):
        if tree[0] in _WITH_LISTS and tree[2]:
            yield tree[2]
        for branch in tree[1:]:
            yield from _lists(branch)
