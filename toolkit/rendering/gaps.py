"""What a document's text may say in its gaps: plain texts, lists and mappings of texts; see docs/documents.md."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from partnerships.models import Participation
from toolkit.models import Document
from toolkit.rendering.display import Voice, show
from toolkit.rendering.plain import date_text
from toolkit.rendering.reading import Told
from toolkit.schema.cells import ROW
from toolkit.schema.definition import Definition, Item

PICKED = frozenset({"select_one", "yes_no"})
LISTS = frozenset({"select_multiple", "file", "image"})


def gaps_of(
    document: Document, told: Told, parties: Iterable[Participation], *, voice: Voice, sensitive: bool
) -> dict[str, Any]:
    partnership = document.partnership
    programme = partnership.programme
    named = [_party(document, party) for party in parties]
    return {
        "answers": answers_of(document.version.form, told, voice=voice, sensitive=sensitive),
        "picked": picked_in(document.version.form, told),
        "partnership": {
            "name": partnership.name,
            "reference": partnership.reference,
            "goal": partnership.goal,
            "starts_on": _day(partnership.starts_on, voice.lang),
            "ends_on": _day(partnership.ends_on, voice.lang),
            "countries": sorted({party["country"] for party in named}),
        },
        "programme": {"name": programme.name if programme else "", "currency": programme.currency if programme else ""},
        "parties": named,
        "document": {"reference": document.reference, "title": document.title},
        "today": _day(timezone.localdate(), voice.lang),
    }


def answers_of(definition: Definition, told: Told, *, voice: Voice, sensitive: bool) -> dict[str, Any]:
    """Every answer by the name of its question; tables as lists of rows. What is empty or did not apply is absent."""
    found: dict[str, Any] = {}
    for item in definition.items:
        if item.repeat is None and told.applies(item.id):
            _put(found, item, item.id, told.answers.get(item.id), told, voice, sensitive)
    for repeat in definition.repeats:
        rows = []
        for kept in told.rows(repeat) if told.applies(repeat.id) else ():
            row: dict[str, Any] = {}
            for item in repeat.items:
                cell = f"{repeat.id}/{kept.get(ROW, '')}/{item.id}"
                if told.applies(cell):
                    _put(row, item, cell, kept.get(item.id), told, voice, sensitive)
            if row:
                rows.append(row)
        if rows:
            found[repeat.name] = rows
    return found


def picked_in(definition: Definition, told: Told) -> dict[str, str]:
    """The name of each choice that was picked: what a condition asks, the same in every language."""
    items = (item for item in definition.items if item.kind in PICKED and item.repeat is None and not item.sensitive)
    return {
        item.name: str(told.answers[item.id]) for item in items if item.id in told.answers and told.applies(item.id)
    }


def _put(target: dict[str, Any], item: Item, cell: str, value: Any, told: Told, voice: Voice, sensitive: bool) -> None:
    shown = show(item, told.calculated.get(cell) if item.kind == "calculate" else value, voice)
    if not shown.text:
        return
    if item.sensitive and not sensitive:
        target[item.name] = _("Restricted")
    elif item.kind in LISTS and shown.look in ("list", "files"):
        target[item.name] = [part[0] if shown.look == "list" else part.name for part in shown.parts]
    else:
        target[item.name] = shown.text


def _party(document: Document, party: Participation) -> Mapping[str, str]:
    organization = party.organization
    return {
        "name": organization.name,
        "legal_name": organization.name,
        "local_name": organization.local_name,
        "address": ", ".join(part for part in (organization.address, organization.city) if part),
        "country": str(organization.country.name),
        "side": document.part_label(party.side),
    }


def _day(value: Any, lang: str) -> str:
    return date_text(value.isoformat(), lang) if value else ""
