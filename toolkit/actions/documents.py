"""Putting a tool to work: a document starts, already filled in with what the records know."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from accounts.models import User
from partnerships.actions.partnership import refuse_unless_open
from partnerships.models import Partnership, record
from toolkit.actions.terms import USUAL, Terms, put_terms
from toolkit.actions.window import moment_for
from toolkit.models import AnswerChange, Document, Response, ToolVersion
from toolkit.records import LIVE_BINDINGS, collect
from toolkit.schema.answers import AnswerError, clean_value
from toolkit.schema.cells import new_row_id
from toolkit.schema.clean_text import LONG_TEXT_LENGTH, TEXT_LENGTH
from toolkit.schema.definition import Choice, Definition, Item, Repeat, language_of, tr
from toolkit.states import Mode, Part, Source, ToolKind, VersionState
from toolkit.subjects import SUBJECTS

# Who answers on their own from the beginning, where it is not one response for all
_SIDES = {Mode.EACH: (Part.HOST, Part.RESOURCE), Mode.OPEN: ()}
# Kinds in words, and how many characters they take where a form says nothing else.
_CUT = {"text": TEXT_LENGTH, "reference": TEXT_LENGTH, "long_text": LONG_TEXT_LENGTH}


@transaction.atomic
def start_document(
    partnership: Partnership,
    version: ToolVersion,
    *,
    by: User,
    title: str = "",
    about: Model | None = None,
    period: tuple[date, date] | None = None,
    due_on: date | None = None,
    language: str = "",
    terms: Terms = USUAL,
) -> Document:
    """A document on the published ``version``, with one response (or one a side) filled from the records; where many
    people answer, each gets one when they begin (see collecting.py). ``terms``: when it opens and closes, and so on.

    It speaks ``language``, or the first of the form; ``period`` is the first and the last day that a report is about.
    Raises ValidationError when the version is not published, the
    partnership is not open, the tool is about an organization and none was chosen, or ``about`` is not a record of
    the partnership that the tool can be about (see subjects.py).
    """
    locked = Partnership.objects.select_for_update(of=("self",)).get(pk=partnership.pk)
    refuse_unless_open(locked)
    _refuse_unless_usable(version)
    form = version.form
    subject = _subject(form, locked, about)
    spoken = language_of(form, language)
    document = Document(
        partnership=locked,
        version=version,
        reference=_free_reference(locked),
        title=title.strip() or _title(tr(form.title, spoken), about),
        language=spoken,
        mode=form.mode,
        due_on=due_on,
        started_by=by,
        period_from=period[0] if period else None,
        period_until=period[1] if period else None,
        **({subject: about} if subject else {}),
    )
    put_terms(document, terms)
    if document.has_closed:
        raise ValidationError(_("Choose a time that is still to come."), code="closes_at")
    document.full_clean()
    document.save()
    for side in _SIDES.get(form.mode, ("",)):
        prefill(Response.objects.create(document=document, side=side), form, by=by)
    record(locked, "document.started", by=by, reference=document.reference, title=document.title)
    return document


def _refuse_unless_usable(version: ToolVersion) -> None:
    if version.state != VersionState.PUBLISHED:
        raise ValidationError(_("Only a published version can be put to work."), code="version")
    if version.tool.withdrawn_at:
        raise ValidationError(_("This tool was taken out of the library."), code="version")
    if version.tool.kind == ToolKind.GUIDE:
        raise ValidationError(_("A guide is for reading; there is nothing in it to fill in."), code="guide")


def _subject(form: Definition, partnership: Partnership, about: Model | None) -> str:
    """The field of Document that leads to ``about``; empty when the document is about no record."""
    subject = SUBJECTS.get(form.subject)
    if about is None:
        if subject and subject.is_required:
            raise ValidationError(_("Choose the organization that this is about."), code=subject.name)
        return ""
    if subject is None:
        raise ValidationError(_("This tool is about the partnership as a whole."), code="about")
    rows = subject.rows(partnership)
    if not isinstance(about, rows.model) or not rows.filter(pk=about.pk).exists():
        raise ValidationError(subject.wrong, code=subject.name)
    return subject.name


def _title(named: str, about: Model | None) -> str:
    return f"{named} – {about}"[:200] if about else named


def _free_reference(partnership: Partnership) -> str:
    """The partnership's reference and a running number, such as ``TP-7K2MQ-004``; the partnership is locked."""
    return f"{partnership.reference}-{partnership.documents.count() + 1:03d}"


def prefill(response: Response, form: Definition, *, by: User | None) -> None:
    """Fill in seed rows, standard texts and what the records know; every value remembers which it was."""
    records = collect(response.document, form, user=by)
    answers, changes = first_answers(form, records, form.by_id.values())
    response.answers = answers
    response.revisions = {cell: 1 for cell, _value, _source in changes}
    response.save(update_fields=["answers", "revisions"])
    AnswerChange.objects.bulk_create(
        AnswerChange(
            response=response,
            cell=cell,
            revision=1,
            after=value,
            user=by,
            name=str(by or ""),
            source=source,
            at=moment_for(response.document),
        )
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
            rows, source = _rows(node, records, form)
            if rows:
                answers[node.id] = rows
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


def _rows(repeat: Repeat, records: dict[str, Any], form: Definition) -> tuple[list[dict[str, Any]], str]:
    """Rows from the records, whose keys are the names of its columns; where they know none, the table's seed rows."""
    rows: list[dict[str, Any]] = []
    for known in records.get(repeat.prefill) or [] if repeat.prefill else []:
        values = {item.id: cleaned(item, known.get(item.name), form) for item in repeat.items}
        filled = {key: value for key, value in values.items() if value is not None}
        if filled and len(rows) < repeat.max:
            rows.append({"_row": new_row_id(), **filled})
    return (rows, Source.RECORD) if rows else ([dict(row) for row in repeat.rows], Source.DEFAULT)


def cleaned(item: Item, raw: Any, form: Definition) -> Any:
    """``raw`` as a value of ``item``, or None: what the records hold need not fit what a form asks.

    Words that are too long for the form are cut, and end in “…” for whoever reads it through.
    """
    if raw in (None, "", []) or item.kind in ("calculate", "note"):
        return None
    if isinstance(raw, list) and item.kind != "select_multiple":
        raw = ", ".join(str(part) for part in raw)
    if item.kind in ("select_one", "select_multiple"):
        named = {str(word).casefold() for word in (raw if isinstance(raw, list) else [raw])}
        found = [choice.name for choice in form.lists[item.list] if named & _words_of(choice)]
        raw = found if item.kind == "select_multiple" else next(iter(found), "")
        if not raw:
            return None
    if item.kind in _CUT and isinstance(raw, str):
        raw = _cut(raw, item.max_length or _CUT[item.kind], item.max_words)
    try:
        return clean_value(item, raw, definition=form)
    except AnswerError:
        return None


def _cut(text: str, most: int, most_words: int | None) -> str:
    words = text.split()
    if most_words and len(words) > most_words:
        text = " ".join(words[:most_words]) + "…"
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def _words_of(choice: Choice) -> set[str]:
    """What the records may call a choice: its name, or its label in any language."""
    return {word.casefold() for word in (choice.name, *choice.label.values())}
