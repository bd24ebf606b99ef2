"""The pre-departure tool as the checklist of a traveller: its points, and the hazards it asks to think about."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from partnerships.models import ChecklistItem, Partnership
from partnerships.models.traveller import RISK
from toolkit.panels import version_for
from toolkit.schema.definition import Definition, language_of, tr

TOOL = "pre-departure-checklist"
LONGEST = ChecklistItem._meta.get_field("text").max_length


def traveller_lines(partnership: Partnership) -> list[dict[str, str]]:
    """For settings.TRAVELLER_CHECKLIST: lines {slug, text} of the version that is used in ``partnership``.

    Its own copy goes before the programme's and the library's. Nothing where no version can be used.
    """
    version = version_for(partnership, TOOL)
    if version is None:
        return []
    lang = language_of(version.form, get_language() or "en")
    return [{"slug": slug, "text": text[:LONGEST]} for slug, text in _lines(version.form, lang)]


def _lines(form: Definition, lang: str) -> Iterator[tuple[str, str]]:
    for item in form.items:
        if item.kind == "check" and item.repeat is None:
            label, hint = tr(item.label, lang), tr(item.hint, lang) if item.hint else ""
            both = f"{label}. {hint}" if hint else label
            yield item.name, both if len(both) <= LONGEST else label
    advisory = next((item for item in form.items if item.name == "advisory"), None)
    if advisory is not None:
        yield advisory.name, tr(advisory.label, lang)
    yield from _hazards(form, lang)


def _hazards(form: Definition, lang: str) -> Iterator[tuple[str, str]]:
    """One line for each hazard that the author put into the table: it is rated before anybody says “go”."""
    text = _("Risk: %(hazard)s. Rate it for this journey, and write in the note what is done about it and by whom")
    for table in form.repeats:
        column = next((item for item in table.items if item.name == "hazard" and item.list), None)
        if column is None:
            continue
        labels = {choice.name: tr(choice.label, lang) for choice in form.lists[column.list]}
        for row in table.rows:
            if row.get(column.id) in labels:
                yield f"{RISK}{row['_row']}", text % {"hazard": labels[row[column.id]]}
