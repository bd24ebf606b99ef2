"""What stands in the gaps of a document's text while nobody has answered anything: what will, in brackets.

A tool is read like this before anybody uses it, on its page, on paper and in a word processor.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from toolkit.rendering.body import Body, render_body
from toolkit.schema.definition import Definition, Item, Repeat, tr

# Kinds of questions for which a tool may suggest a wording
WORDED = frozenset({"text", "long_text"})


def unfilled_body(form: Definition, lang: str, *, top: int, marked: bool = False) -> Body:
    """The text of a document in ``lang`` before anything is known; with ``marked`` its gaps stand out on a page."""
    return render_body(tr(form.body, lang), gaps_in_brackets(form, lang), top=top, marked=marked)


def gaps_in_brackets(form: Definition, lang: str) -> dict[str, Any]:
    """What a document's text may say, each as its own name in brackets (compare gaps.py).

    A question for which the tool suggests a wording stands there as that wording, in the language it is written in.
    """

    def name(node: Item | Repeat) -> Any:
        wording = _wording(node) if lang == form.languages[0] else ""
        label = f"[{wording or tr(node.label, lang)}]"
        if isinstance(node, Repeat):
            return [{item.name: name(item) for item in node.items if item.kind != "note"}]
        return [label] if node.kind in ("select_multiple", "file", "image") else label

    nodes = [node for node in form.by_id.values() if not getattr(node, "repeat", None)]
    picks = {item.name: choices[0].name for item in form.items if (choices := form.lists.get(item.list or ""))}
    partnership = {
        "name": _("name of the partnership"),
        "reference": _("reference of the partnership"),
        "goal": _("goal of the partnership"),
        "starts_on": _("first day of the partnership"),
        "ends_on": _("last day of the partnership"),
    }
    party = {
        "name": _("name of an organization"),
        "legal_name": _("legal name of an organization"),
        "local_name": _("name of an organization in its language"),
        "address": _("address of an organization"),
        "country": _("country of an organization"),
        "side": _("side of an organization"),
    }
    programme = {"name": _("name of the programme"), "currency": _("currency of the programme")}
    document = {"reference": _("reference of the document"), "title": _("title of the document")}
    brackets = {
        "partnership": {**_bracketed(partnership), "countries": [f"[{_('countries of the partnership')}]"]},
        "programme": _bracketed(programme),
        "parties": [_bracketed(party), _bracketed(party)],
        "document": _bracketed(document),
        "today": f"[{_('date')}]",
        "signatures": f"[{_('signatures')}]",
    }
    answers = {node.name: name(node) for node in nodes if getattr(node, "kind", "") != "note"}
    return brackets | {"answers": answers, "picked": picks}


def _wording(node: Item | Repeat) -> str:
    is_worded = isinstance(node, Item) and node.kind in WORDED and isinstance(node.default, str)
    return node.default.strip() if is_worded else ""


def _bracketed(names: dict[str, str]) -> dict[str, str]:
    return {key: f"[{text}]" for key, text in names.items()}
