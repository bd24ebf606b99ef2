"""Conditions told to somebody with a pen: “Answer only if …”."""

from __future__ import annotations

from typing import Any

from django.utils.text import Truncator
from django.utils.translation import gettext as _

from toolkit.rendering.display import Voice, show
from toolkit.schema.definition import Item, Repeat, Tree, tr
from toolkit.schema.numbers import to_text

NAME_LENGTH = 90
MOST_PARTS = 4

_COMPARED = {
    "=": lambda name, value: _("%(question)s is %(answer)s") % {"question": name, "answer": value},
    "!=": lambda name, value: _("%(question)s is not %(answer)s") % {"question": name, "answer": value},
    "<": lambda name, value: _("%(question)s is less than %(answer)s") % {"question": name, "answer": value},
    "<=": lambda name, value: _("%(question)s is %(answer)s or less") % {"question": name, "answer": value},
    ">": lambda name, value: _("%(question)s is more than %(answer)s") % {"question": name, "answer": value},
    ">=": lambda name, value: _("%(question)s is %(answer)s or more") % {"question": name, "answer": value},
}
# The same comparison with its sides exchanged: 3 < x is x > 3
_TURNED = {"=": "=", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}


def condition_text(tree: Tree | None, voice: Voice) -> str:
    """A sentence for the condition of a question, a table or a group; empty when there is none."""
    if tree is None or tree is True:
        return ""
    said = _clause(tree, voice)
    if not said:
        return _("Answer only if this applies.")
    return _("Answer only if %(condition)s.") % {"condition": said}


def clause_text(tree: Tree | None, voice: Voice) -> str:
    """When a note holds, such as “if …”; empty when it always does or when words cannot say it in short."""
    said = _clause(tree, voice)
    return _("If %(condition)s:") % {"condition": said} if said else ""


def in_words(tree: Tree | None, voice: Voice) -> str:
    """A condition by itself, such as “Was it late?” is “Yes”; empty where there is none or words cannot say it."""
    return _clause(tree, voice)


def _clause(tree: Tree | None, voice: Voice) -> str:
    """``tree`` in words, or nothing when it is more than words can say in short."""
    if not isinstance(tree, list):
        return ""
    operator = tree[0]
    if operator in ("and", "or"):
        return _joined(operator, tree[1:], voice)
    if operator in _COMPARED:
        return _comparison(tree, voice)
    if operator == "selected":
        return _selection(tree, voice, _("%(question)s includes %(answer)s"))
    if operator == "not" and isinstance(tree[1], list) and tree[1][0] == "selected":
        return _selection(tree[1], voice, _("%(question)s does not include %(answer)s"))
    return ""


def _joined(operator: str, branches: list[Tree], voice: Voice) -> str:
    clauses = [_clause(branch, voice) for branch in branches]
    # "a and b or c" could be read in two ways
    nested = any(isinstance(branch, list) and branch[0] in ("and", "or") for branch in branches)
    if nested or not all(clauses) or len(clauses) > MOST_PARTS:
        return ""
    word = _(" and ") if operator == "and" else _(" or ")
    return word.join(clauses)


def _comparison(tree: list, voice: Voice) -> str:
    operator, left, right = tree
    if said := _measured(tree, voice):
        return said
    item, literal = _asked(left, voice), right
    if item is None:
        item, literal, operator = _asked(right, voice), left, _TURNED[operator]
    if item is None or isinstance(literal, list):
        return ""
    name = _name(item, voice)
    if literal == "":
        if operator == "=":
            return _("%(question)s is not answered") % {"question": name}
        return _("%(question)s is answered") % {"question": name} if operator == "!=" else ""
    return _COMPARED[operator](name, _value(item, literal, voice))


def _measured(tree: list, voice: Voice) -> str:
    """How many answers or rows there are, and one answer beside another or beside today."""
    operator, left, right = tree
    values = [_amount(branch, voice) for branch in (left, right)]
    if values[0] and isinstance(right, int | float):
        return _COMPARED[operator](values[0], to_text(right))
    names = [
        said or (_name(item, voice) if (item := _asked(branch, voice)) else "")
        for said, branch in zip(values, (left, right), strict=True)
    ]
    return _COMPARED[operator](*names) if all(names) else ""


def _amount(tree: Tree, voice: Voice) -> str:
    match tree:
        case ["today"]:
            return _("today’s date")
        case ["count-selected", asked] if item := _asked(asked, voice):
            return _("the number of answers chosen for %(question)s") % {"question": _name(item, voice)}
        case ["count", ["rows", key]] if isinstance(table := voice.definition.by_id.get(key), Repeat):
            return _("the number of rows in %(table)s") % {"table": _quoted(tr(table.label, voice.lang))}
    return ""


def _selection(tree: list, voice: Voice, sentence: str) -> str:
    item = _asked(tree[1], voice)
    if item is None or not isinstance(tree[2], str):
        return ""
    return sentence % {"question": _name(item, voice), "answer": _quoted(voice.choice(item, tree[2]))}


def _asked(tree: Tree, voice: Voice) -> Item | None:
    if isinstance(tree, list) and tree[0] in ("item", "row"):
        node = voice.definition.by_id.get(tree[1])
        return node if isinstance(node, Item) else None
    return None


def _name(item: Item, voice: Voice) -> str:
    return _quoted(Truncator(tr(item.label, voice.lang)).chars(NAME_LENGTH))


def _quoted(text: str) -> str:
    return f"“{text}”"


def _value(item: Item, literal: Any, voice: Voice) -> str:
    if isinstance(literal, float) and literal.is_integer():
        literal = int(literal)
    if item.kind == "check":
        literal = {"state": literal}
    text = show(item, literal, voice).text or str(literal)
    return _quoted(text) if isinstance(literal, (str, dict)) else text
