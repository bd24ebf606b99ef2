"""Putting a tool to work: a document starts, already filled in with what the records know."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from partnerships.actions.partnership import refuse_unless_open
from partnerships.models import Organization, Partnership, record
from toolkit.models import AnswerChange, Document, Response, ToolVersion
from toolkit.records import LIVE_BINDINGS, collect
from toolkit.schema.answers import AnswerError, clean_value
from toolkit.schema.cells import new_row_id
from toolkit.schema.definition import Definition, Item, Repeat, language_of, tr
from toolkit.states import Mode, Part, Source, ToolKind, VersionState


@transaction.atomic
def start_document(
    partnership: Partnership,
    version: ToolVersion,
    *,
    by: User,
    title: str = "",
    organization: Organization | None = None,
    due_on: date | None = None,
    language: str = "",
) -> Document:
    """A document on the published ``version``, with one response (or one a side) filled from the records.

    It speaks ``language``, or the first of the form. Raises ValidationError when the version is not published, the
    partnership is not open, or the tool is about an organization and none of the partnership's was chosen.
    """
    locked = Partnership.objects.select_for_update(of=("self",)).get(pk=partnership.pk)
    refuse_unless_open(locked)
    if version.state != VersionState.PUBLISHED:
        raise ValidationError(_("Only a published version can be put to work."), code="version")
    if version.tool.withdrawn_at:
        raise ValidationError(_("This tool was taken out of the library."), code="version")
    if version.tool.kind == ToolKind.GUIDE:
        raise ValidationError(_("A guide is for reading; there is nothing in it to fill in."), code="guide")
    form = version.form
    if form.subject == "organization" and organization is None:
        raise ValidationError(_("Choose the organization that this is about."), code="organization")
    if organization and not locked.participations.current().filter(organization=organization).exists():
        raise ValidationError(_("This organization does not take part in the partnership."), code="organization")
    spoken = language_of(form, language)
    document = Document(
        partnership=locked,
        version=version,
        reference=_free_reference(locked),
        title=title.strip() or _title(tr(form.title, spoken), organization),
        language=spoken,
        mode=form.mode,
        organization=organization,
        due_on=due_on,
        started_by=by,
    )
    document.full_clean()
    document.save()
    for side in (Part.HOST, Part.RESOURCE) if form.mode == Mode.EACH else ("",):
        _prefill(Response.objects.create(document=document, side=side), form, by=by)
    record(locked, "document.started", by=by, reference=document.reference, title=document.title)
    return document


def _title(named: str, organization: Organization | None) -> str:
    return f"{named} – {organization}"[:200] if organization else named


def _free_reference(partnership: Partnership) -> str:
    """The partnership's reference and a running number, such as ``TP-7K2MQ-004``; the partnership is locked."""
    return f"{partnership.reference}-{partnership.documents.count() + 1:03d}"


def _prefill(response: Response, form: Definition, *, by: User) -> None:
    """Fill in seed rows, standard texts and what the records know; every value remembers which it was."""
    records = collect(response.document, user=by)
    answers, changes = first_answers(form, records, form.by_id.values())
    response.answers = answers
    response.revisions = {cell: 1 for cell, _value, _source in changes}
    response.save(update_fields=["answers", "revisions"])
    AnswerChange.objects.bulk_create(
        AnswerChange(response=response, cell=cell, revision=1, after=value, user=by, name=str(by), source=source)
        for cell, value, source in changes
    )


def first_answers(
    form: Definition, records: dict[str, Any], nodes: Iterable[Item | Repeat]
) -> tuple[dict[str, Any], list[tuple[str, Any, str]]]:
    """What ``nodes`` of ``form`` begin with: the answers, and each cell with its value and where that comes from."""
    answers: dict[str, Any] = {}
    changes: list[tuple[str, Any, str]] = []
    for node in nodes:
        if isinstance(node, Repeat):
            rows = _rows(node, records, form)
            if rows:
                answers[node.id] = rows
                source = Source.RECORD if node.prefill else Source.DEFAULT
                for row in rows:
                    changes += [(f"{node.id}/{row['_row']}/{k}", v, source) for k, v in row.items() if k != "_row"]
        elif node.repeat is None:
            value, source = _first_value(node, records, form)
            if value is not None:
                answers[node.id] = value
                changes.append((node.id, value, source))
    return answers, changes


def _first_value(item: Item, records: dict[str, Any], form: Definition) -> tuple[Any, str]:
    if item.bind and item.bind not in LIVE_BINDINGS:
        value = cleaned(item, records.get(item.bind), form)
        if value is not None:
            return value, Source.RECORD
    return cleaned(item, item.default, form), Source.DEFAULT


def _rows(repeat: Repeat, records: dict[str, Any], form: Definition) -> list[dict[str, Any]]:
    """The seed rows of a table, or rows from the records whose keys are the names of its columns."""
    if repeat.rows:
        return [dict(row) for row in repeat.rows]
    rows = []
    for known in records.get(repeat.prefill) or [] if repeat.prefill else []:
        values = {item.id: cleaned(item, known.get(item.name), form) for item in repeat.items}
        filled = {key: value for key, value in values.items() if value is not None}
        if filled and len(rows) < repeat.max:
            rows.append({"_row": new_row_id(), **filled})
    return rows


def cleaned(item: Item, raw: Any, form: Definition) -> Any:
    """``raw`` as a value of ``item``, or None: what the records hold need not fit what a form asks."""
    if raw in (None, "", []) or item.kind in ("calculate", "note"):
        return None
    if isinstance(raw, list) and item.kind != "select_multiple":
        raw = ", ".join(str(part) for part in raw)
    if item.kind == "select_multiple" and isinstance(raw, list):
        raw = [choice.name for choice in form.lists[item.list] if {choice.name, *choice.label.values()} & set(raw)]
    try:
        return clean_value(item, raw, definition=form)
    except AnswerError:
        return None
