"""The text of a document in one language, and the palette of what may stand in its gaps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partnerships.forms.layout import long_text
from toolkit.forms.editor.base import HOW_TO_WRITE
from toolkit.schema.editing import Raw
from toolkit.schema.parts import Part, label_of, parts_of
from toolkit.schema.retyping import kind_of
from toolkit.schema.spoken import spelled

LONGEST = 100_000
LISTS = frozenset({"select_multiple", "file", "image"})
PICKED = frozenset({"select_one", "yes_no"})
UNSAID = frozenset({"note", "signature"})


class BodyForm(forms.Form):
    body = forms.CharField(
        label=gettext_lazy("Text"), max_length=LONGEST, required=False, strip=False, widget=long_text(28)
    )

    def __init__(self, data: QueryDict | None, *, raw: Raw, lang: str):
        super().__init__(data)
        self.lang = lang
        body = raw.get("body")
        self.initial["body"] = body.get(lang, "") if isinstance(body, Mapping) else ""
        self.fields["body"].widget.attrs.update(spellcheck="true", dir="auto")
        self.fields["body"].help_text = HOW_TO_WRITE

    def clean_body(self) -> str:
        return self.cleaned_data["body"].replace("\r\n", "\n").strip()

    def change(self, raw: Raw) -> Raw:
        body = dict(raw["body"]) if isinstance(raw.get("body"), Mapping) else {}
        body.pop(self.lang, None)
        body |= {self.lang: self.cleaned_data["body"]} if self.cleaned_data["body"] else {}
        return {**raw, "body": body} if body else {key: value for key, value in raw.items() if key != "body"}


@dataclass(frozen=True, kw_only=True)
class Snippet:
    """Something to insert: what it is, and the letters that stand for it."""

    label: str
    text: str

    @property
    def has_lines(self) -> bool:
        return "\n" in self.text


def palette(raw: Raw, lang: str) -> list[tuple[str, list[Snippet]]]:
    """Everything the text may speak of, under headings."""
    parts = parts_of(raw)
    tables = [part for part in parts.values() if part.sort == "table"]
    columns = {table.id: [part for part in parts.values() if part.parent == table.id] for table in tables}
    inside = {part.id for each in columns.values() for part in each}
    items = [part for part in parts.values() if part.sort == "item" and part.id not in inside]
    found = [
        (_("Answers"), [each for item in items for each in _answer(item, lang)]),
        (_("Tables"), [each for table in tables for each in _table(table, columns[table.id], lang)]),
        (_("Only when it was answered so"), [each for item in items for each in _when(raw, item, lang)]),
        (_("The partnership and its partners"), list(_records())),
    ]
    return [(heading, snippets) for heading, snippets in found if snippets]


def _answer(item: Part, lang: str) -> Iterator[Snippet]:
    kind = kind_of(item.entry)
    if kind in UNSAID:
        return
    name = spelled("answers", item.name)
    text = f'{{{{ {name} | join: ", " }}}}' if kind in LISTS else f"{{{{ {name} }}}}"
    yield Snippet(label=label_of(item, lang), text=text)


def _table(table: Part, columns: list[Part], lang: str) -> Iterator[Snippet]:
    shown = [each for each in columns if kind_of(each.entry) not in UNSAID]
    if not shown:
        return
    label = label_of(table, lang)
    cells = [f"{{{{ {spelled('row', each.name)} }}}}" for each in shown]
    heads = [label_of(each, lang).replace("|", "/") for each in shown]
    lines = [
        f"| {' | '.join(heads)} |",
        f"|{' --- |' * len(heads)}",
        f"{{% for row in {spelled('answers', table.name)} -%}}",
        f"| {' | '.join(cells)} |",
        "{% endfor %}",
    ]
    yield Snippet(label=_("%(table)s, as a table") % {"table": label}, text="\n".join(lines))
    loop = [f"{{% for row in {spelled('answers', table.name)} -%}}", f"- {', '.join(cells)}", "{% endfor %}"]
    yield Snippet(label=_("%(table)s, as a list") % {"table": label}, text="\n".join(loop))


def _when(raw: Raw, item: Part, lang: str) -> Iterator[Snippet]:
    kind, label = kind_of(item.entry), label_of(item, lang)
    if kind in UNSAID:
        return
    if kind == "yes_no":
        text = f'{{% if {spelled("picked", item.name)} == "yes" %}}\n\n{{% endif %}}'
        yield Snippet(label=_("“%(question)s” is yes") % {"question": label}, text=text)
    elif kind == "select_one":
        name = str(item.entry.get("type", "")).partition(" ")[2]
        choices = (raw.get("choices") or {}).get(name)
        first = choices[0].get("name", "") if isinstance(choices, list) and choices else ""
        text = f'{{% if {spelled("picked", item.name)} == "{first}" %}}\n\n{{% endif %}}'
        yield Snippet(label=_("“%(question)s” is a certain choice") % {"question": label}, text=text)
    else:
        text = f"{{% if {spelled('answers', item.name)} %}}\n\n{{% endif %}}"
        yield Snippet(label=_("“%(question)s” is answered") % {"question": label}, text=text)


def _records() -> Iterator[Snippet]:
    named: dict[str, Any] = {
        _("Name of the partnership"): "partnership.name",
        _("Reference of the partnership"): "partnership.reference",
        _("Goal of the partnership"): "partnership.goal",
        _("Start of the partnership"): "partnership.starts_on",
        _("End of the partnership"): "partnership.ends_on",
        _("Name of the programme"): "programme.name",
        _("Currency of the programme"): "programme.currency",
        _("Reference of the document"): "document.reference",
        _("Title of the document"): "document.title",
        _("The day of reading"): "today",
        _("The signatures, where they do not stand at the end"): "signatures",
    }
    for label, name in named.items():
        yield Snippet(label=label, text=f"{{{{ {name} }}}}")
    lines = [
        "{% for party in parties -%}",
        "- {{ party.legal_name }}, {{ party.address }}, {{ party.country }} ({{ party.side }})",
        "{% endfor %}",
    ]
    yield Snippet(label=_("The partners, one line each"), text="\n".join(lines))
    yield Snippet(label=_("The countries of the partners"), text='{{ partnership.countries | join: ", " }}')
