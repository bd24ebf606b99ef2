"""What stands in the gaps of a document's text while nobody has answered anything: what will, in brackets."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from toolkit.schema.definition import Definition, Item, Repeat, tr


def gaps_in_brackets(form: Definition, lang: str) -> dict[str, Any]:
    """What a document's text may say, each as its own name in brackets (compare toolkit/rendering/gaps.py)."""

    def name(node: Item | Repeat) -> Any:
        label = f"[{tr(node.label, lang)}]"
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
    }
    answers = {node.name: name(node) for node in nodes if getattr(node, "kind", "") != "note"}
    return brackets | {"answers": answers, "picked": picks}


def _bracketed(names: dict[str, str]) -> dict[str, str]:
    return {key: f"[{text}]" for key, text in names.items()}
