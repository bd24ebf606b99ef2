"""What others changed, as an open page is told of it: only what the page itself would show its reader."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from toolkit.actions.autosaving import Change
from toolkit.forms.posted import FILES, SILENT
from toolkit.models import Response
from toolkit.permissions import Writer, sees_sensitive
from toolkit.rendering.display import display_text
from toolkit.schema.cells import parse_cell
from toolkit.schema.definition import Item, Repeat, tr


def news_told(response: Response, changes: Iterable[Change], *, writer: Writer, lang: str) -> list[list[Any]]:
    """``[cell, revision, value, words or None, by whom]`` for each change.

    Words stand where the page has no inputs for the cell, and where its inputs cannot be filled (files).
    """
    return list(_told(response, changes, writer, lang))


def _told(response: Response, changes: Iterable[Change], writer: Writer, lang: str) -> Iterator[list[Any]]:
    form = response.document.version.form
    is_trusted = sees_sensitive(writer, response)
    for change in changes:
        parsed = parse_cell(change.cell)
        item = form.by_id.get(parsed.item or parsed.repeat or "")
        if isinstance(item, Repeat):
            yield [change.cell, change.revision, None if change.value is None else {}, None, change.name]
        if not isinstance(item, Item) or item.kind in SILENT:
            continue
        value, words = change.value, None
        if not writer.may_write(item.side) or item.readonly or item.kind in FILES:
            if item.sensitive and not is_trusted and value is not None:
                yield [change.cell, change.revision, None, _("Restricted"), change.name]
                continue
            words = display_text(item, value, definition=form, lang=lang)
        yield [change.cell, change.revision, value, words, change.name]


def conflicts_told(
    response: Response, conflicts: Iterable[Mapping[str, Any]], *, writer: Writer, lang: str
) -> list[dict[str, Any]]:
    """Each conflict of a save with ``words``: theirs as a person reads it. Of a row, what the reader may see of it."""
    form = response.document.version.form
    told = []
    for conflict in conflicts:
        parsed = parse_cell(conflict["cell"])
        theirs, shown = conflict["theirs"], conflict["theirs"]
        if parsed.item is None:
            items = form.by_id[parsed.repeat].items
            words = "\n".join(_row_words(response, items, theirs, writer, lang))
            shown = None
        else:
            words = display_text(form.by_id[parsed.item], theirs, definition=form, lang=lang)
        told.append({**conflict, "theirs": shown, "words": words})
    return told


def _row_words(
    response: Response, items: Iterable[Item], row: Mapping[str, Any], writer: Writer, lang: str
) -> Iterator[str]:
    form, is_trusted = response.document.version.form, sees_sensitive(writer, response)
    for item in items:
        if item.id in row and (is_trusted or not item.sensitive or writer.may_write(item.side)):
            yield f"{tr(item.label, lang)}: {display_text(item, row[item.id], definition=form, lang=lang)}"
