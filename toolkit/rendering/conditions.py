"""Conditions told to somebody with a pen: “Answer only if …”."""

from __future__ import annotations

from typing import Any

from django.utils.text import Truncator
from django.utils.translation import gettext as _

from toolkit.rendering.display import Voice, show
from toolkit.schema.definition import Item, Repeat, Tree, tr
from toolkit.schema.filters import questions_in
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
# The same of days and times
_DATED = _COMPARED | {
    "<": lambda name, value: _("%(question)s is before %(answer)s") % {"question": name, "answer": value},
    "<=": lambda name, value: _("%(question)s is not after %(answer)s") % {"question": name, "answer": value},
    ">": lambda name, value: _("%(question)s is after %(answer)s") % {"question": name, "answer": value},
    ">=": lambda name, value: _("%(question)s is not before %(answer)s") % {"question": name, "answer": value},
}
DATES = frozenset({"date", "datetime", "time", "year"})
# The same comparison with its sides exchanged: 3 < x is x > 3
_TURNED = {"=": "=", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
_DENIED = {"=": "!=", "!=": "=", "<": ">=", "<=": ">", ">": "<=", ">=": "<"}


def condition_text(tree: Tree | None, voice: Voice) -> str:
    """A sentence for the condition of a question, a table or a group; empty when there is none."""
    if tree is None or tree is True:
        return ""
    said = _clause(tree, voice)
    if not said:
        return _("Answer only if this applies.")
    return _("Answer only if %(condition)s.") % {"condition": said}


def filter_note(tree: Tree | None, voice: Voice) -> str:
    """What somebody with a pen is told of a filter: which answers decide on what may be chosen."""
    asked = [voice.definition.by_id[key] for key in dict.fromkeys(questions_in(tree))]
    names = [_quoted(Truncator(tr(node.label, voice.lang)).chars(NAME_LENGTH)) for node in asked]
    if not names:
        return ""
    return _("Choose only what goes with the answer to %(questions)s.") % {"questions": ", ".join(names[:MOST_PARTS])}


def clause_text(tree: Tree | None, voice: Voice) -> str:
    """When a note holds, such as “if …”; empty when it always does or when words cannot say it in short."""
    said = _clause(tree, voice)
    return _("If %(condition)s:") % {"condition": said} if said else ""


def in_words(tree: Tree | None, voice: Voice, own: Item | None = None) -> str:
    """A condition by itself, such as “Was it late?” is “Yes”; empty where there is none or words cannot say it.

    ``own`` is the question whose answer a rule checks.
    """
    return _clause(tree, voice, own)


def _clause(tree: Tree | None, voice: Voice, own: Item | None = None) -> str:
    """``tree`` in words, or nothing when it is more than words can say in short."""
    if not isinstance(tree, list):
        return ""
    operator = tree[0]
    if operator in ("and", "or"):
        return _joined(operator, tree[1:], voice, own)
    if operator in _COMPARED:
        return _comparison(tree, voice, own)
    if operator == "selected":
        return _selection(tree, voice, own, _("%(question)s includes %(answer)s"))
    if operator == "not" and isinstance(tree[1], list):
        return _denial(tree[1], voice, own)
    return ""


def _denial(tree: list, voice: Voice, own: Item | None) -> str:
    if tree[0] == "selected":
        return _selection(tree, voice, own, _("%(question)s does not include %(answer)s"))
    if tree[0] in _DENIED:
        return _comparison([_DENIED[tree[0]], *tree[1:]], voice, own)
    return ""


def _joined(operator: str, branches: list[Tree], voice: Voice, own: Item | None) -> str:
    clauses = [_clause(branch, voice, own) for branch in branches]
    # "a and b or c" could be read in two ways
    nested = any(isinstance(branch, list) and branch[0] in ("and", "or") for branch in branches)
    if nested or not all(clauses) or len(clauses) > MOST_PARTS:
        return ""
    word = _(" and ") if operator == "and" else _(" or ")
    return word.join(clauses)


def _comparison(tree: list, voice: Voice, own: Item | None) -> str:
    operator, left, right = tree
    if said := _measured(tree, voice, own):
        return said
    item, other = _asked(left, voice, own), right
    if item is None:
        item, other, left, operator = _asked(right, voice, own), left, right, _TURNED[operator]
    if item is None:
        return ""
    name = _name(left, item, voice)
    if other == "":
        if operator == "=":
            return _("%(question)s is not answered") % {"question": name}
        return _("%(question)s is answered") % {"question": name} if operator == "!=" else ""
    value = _told(other, item, voice, own)
    return (_DATED if item.kind in DATES else _COMPARED)[operator](name, value) if value else ""


def _measured(tree: list, voice: Voice, own: Item | None) -> str:
    """How many answers or rows there are, beside a number, an answer or another such count."""
    operator, left, right = tree
    values = [_amount(branch, voice) for branch in (left, right)]
    if not any(values):
        return ""
    if values[0] and isinstance(right, int | float):
        return _COMPARED[operator](values[0], to_text(right))
    names = [
        said or (_name(branch, item, voice) if (item := _asked(branch, voice, own)) else "")
        for said, branch in zip(values, (left, right), strict=True)
    ]
    return _COMPARED[operator](*names) if all(names) else ""


def _amount(tree: Tree, voice: Voice) -> str:
    match tree:
        case ["count-selected", asked] if item := _asked(asked, voice, None):
            return _("the number of answers chosen for %(question)s") % {"question": _name(asked, item, voice)}
        case ["count", ["rows", key]] if isinstance(table := voice.definition.by_id.get(key), Repeat):
            return _("the number of rows in %(table)s") % {"table": _quoted(tr(table.label, voice.lang))}
    return ""


def _selection(tree: list, voice: Voice, own: Item | None, sentence: str) -> str:
    item = _asked(tree[1], voice, own)
    if item is None or not isinstance(tree[2], str):
        return ""
    return sentence % {"question": _name(tree[1], item, voice), "answer": _quoted(voice.choice(item, tree[2]))}


def _asked(tree: Tree, voice: Voice, own: Item | None) -> Item | None:
    """The question that ``tree`` is the answer to; ``own`` where it is the answer being checked."""
    if tree == ["self"]:
        return own
    if isinstance(tree, list) and tree[0] in ("item", "row"):
        node = voice.definition.by_id.get(tree[1])
        return node if isinstance(node, Item) else None
    return None


def _told(tree: Tree, item: Item, voice: Voice, own: Item | None) -> str:
    """What an answer to ``item`` is held against: a value, another answer, or today."""
    if tree == ["today"]:
        return _("the day of filling in")
    if isinstance(tree, list):
        other = _asked(tree, voice, own)
        return _name(tree, other, voice) if other else ""
    return _value(item, tree, voice)


def _name(tree: Tree, item: Item, voice: Voice) -> str:
    if tree == ["self"]:
        return _("the answer")
    return _quoted(Truncator(tr(item.label, voice.lang)).chars(NAME_LENGTH))


def _quoted(text: str) -> str:
    return _("“%(text)s”") % {"text": text}


def _value(item: Item, literal: Any, voice: Voice) -> str:
    if isinstance(literal, float) and literal.is_integer():
        literal = int(literal)
    if item.kind == "check":
        literal = {"state": literal}
    text = show(item, literal, voice).text or str(literal)
    return _quoted(text) if isinstance(literal, (str, dict)) else text
