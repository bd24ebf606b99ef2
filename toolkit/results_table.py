"""What many people answered as a table for other programs: a line a person, without names in random order."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from toolkit.models import Document
from toolkit.rendering.display import Voice, show
from toolkit.results import Results, sent
from toolkit.schema.cells import ROW
from toolkit.schema.definition import Item, Repeat, language_of, tr

MOST_IN_WORKBOOK = 20_000


def results_head(document: Document) -> list[str]:

    named = [] if document.is_anonymous else [_("Name"), _("Post"), _("Sent")]
    return [*named, *(tr(node.label, _lang(document)) for node in _columns(document))]


def results_rows(document: Document, results: Results) -> Iterator[list[Any]]:
    """One line a person. Without names they come in the order of their hashes, which says nothing of who came when, and
    questions that too few answered stay empty; nothing at all where too few answered."""
    if results.is_guarded:
        return
    known, nodes = results.known(), _columns(document)
    voice = Voice(document.version.form, _lang(document))
    rows = sent(document).order_by("content_hash" if document.is_anonymous else "pk")
    names = ("answers", "calculated", "at", "response__respondent_name", "response__respondent_post")
    for answers, calculated, at, name, post in rows.values_list(*names).iterator(chunk_size=500):
        who = [] if document.is_anonymous else [name, post, timezone.localtime(at).strftime("%Y-%m-%d %H:%M")]
        with translation.override(voice.lang):
            yield [*who, *(_cell(node, answers, calculated, known, voice) for node in nodes)]


def _columns(document: Document) -> list[Item | Repeat]:
    """The questions and tables of the form; a table is one column, its rows below each other."""
    form = document.version.form
    asked = (node for node in form.by_id.values() if isinstance(node, Repeat) or node.repeat is None)
    return [node for node in asked if isinstance(node, Repeat) or node.kind not in ("note", "file", "image")]


def _cell(node: Item | Repeat, answers: dict, calculated: dict, known: frozenset[str], voice: Voice) -> Any:
    if isinstance(node, Repeat):
        columns = [item for item in node.items if item.id in known]
        lines = (
            " · ".join(filter(None, (show(item, row.get(item.id), voice).text for item in columns)))
            for row in answers.get(node.id) or ()
            if row.get(ROW)
        )
        return "\n".join(lines)
    if node.id not in known:
        return ""
    value = calculated.get(node.id) if node.kind == "calculate" else answers.get(node.id)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return value
    return show(node, value, voice).text


def _lang(document: Document) -> str:
    return language_of(document.version.form, document.language)
