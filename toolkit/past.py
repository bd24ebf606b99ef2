"""Documents as they stood: the answers after any change, at the end of any day, and as they were submitted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from toolkit.models import AnswerChange, Document, Response, Submission, ToolVersion
from toolkit.schema.cells import ROW, parse_cell, set_cell
from toolkit.schema.definition import Definition, Repeat

NOW, START = "now", "start"
# The changes of a move are written just before the entry that tells of it.
AT_ONCE = timedelta(seconds=2)


@dataclass(frozen=True, kw_only=True)
class Moment:
    """``document`` (on the version of its form of that time) with the ``answers`` of each response then.

    ``submission`` where that is what is looked at; ``key`` names the moment in addresses.
    """

    key: str
    label: str
    document: Document
    at: datetime
    answers: Mapping[int, Mapping[str, Any]]
    submission: Submission | None = None
    calculated: Mapping[int, Mapping[str, Any]] = field(default_factory=dict)


def moment_of(document: Document, responses: Sequence[Response], key: str) -> Moment | None:
    """The moment that ``key`` names, or None: ``now``, ``start``, ``s<submission>``, ``c<change>``, ``d<ISO day>``.

    ``responses`` are those that the reader may read; a change or submission of another is not found.
    """
    if key == NOW:
        answers = {response.pk: response.answers for response in responses}
        return Moment(key=key, label=_("now"), document=document, at=timezone.now(), answers=answers)
    if key == START:
        return _rewound(document, responses, key, _("at the start"), 0, document.started_at)
    kind, rest = key[:1], key[1:]
    if kind == "d":
        return _end_of_day(document, responses, key, rest)
    if kind not in ("s", "c") or not (rest.isascii() and rest.isdecimal()) or len(rest) > 18:
        return None
    return (_submitted if kind == "s" else _changed)(document, responses, key, int(rest))


def _end_of_day(document: Document, responses: Sequence[Response], key: str, day: str) -> Moment | None:
    try:
        wanted = date.fromisoformat(day)
        until = timezone.make_aware(datetime.combine(wanted + timedelta(days=1), time.min))
    except (ValueError, OverflowError):
        return None
    last = AnswerChange.objects.filter(response__in=responses, at__lt=until).order_by("-pk").first()
    label = _("on %(day)s") % {"day": date_format(wanted)}
    return _rewound(document, responses, key, label, last.pk if last else 0, until)


def _changed(document: Document, responses: Sequence[Response], key: str, pk: int) -> Moment | None:
    change = AnswerChange.objects.filter(response__in=responses, pk=pk).first()
    if change is None:
        return None
    return _rewound(document, responses, key, _("on %(when)s") % {"when": when_text(change.at)}, pk, change.at)


def _submitted(document: Document, responses: Sequence[Response], key: str, pk: int) -> Moment | None:
    submission = Submission.objects.filter(response__in=responses, pk=pk).first()
    if submission is None:
        return None
    words = {"number": submission.number, "when": when_text(submission.at)}
    label = _("as submitted on %(when)s (number %(number)s)") % words
    before = AnswerChange.objects.filter(response__in=responses, at__lte=submission.at).order_by("-pk").first()
    moment = _rewound(document, responses, key, label, before.pk if before else 0, submission.at)
    return Moment(
        key=key,
        label=label,
        document=moment.document,
        at=submission.at,
        answers={**moment.answers, submission.response_id: submission.answers},
        submission=submission,
        calculated={submission.response_id: submission.calculated},
    )


def when_text(at: datetime) -> str:
    return date_format(timezone.localtime(at), "SHORT_DATETIME_FORMAT")


def _rewound(
    document: Document, responses: Sequence[Response], key: str, label: str, last: int, at: datetime
) -> Moment:
    """The answers after the change ``last``: all later ones taken back, the newest first."""
    then = copy(document)
    then.version = version_at(document, at)
    form = then.version.form
    later: dict[int, list[AnswerChange]] = {response.pk: [] for response in responses}
    for change in AnswerChange.objects.filter(response__in=responses, pk__gt=last).order_by("-pk"):
        later[change.response_id].append(change)
    answers = {response.pk: _taken_back(response, later[response.pk], form) for response in responses}
    return Moment(key=key, label=label, document=then, at=at, answers=answers)


def _taken_back(response: Response, changes: Iterable[AnswerChange], form: Definition) -> dict[str, Any]:
    answers = response.answers
    touched: set[tuple[str, str]] = set()
    restored: set[str] = set()
    for change in changes:
        cell = parse_cell(change.cell)
        if cell.item is None and change.before is not None:
            restored.add(cell.repeat)
        if cell.row:
            touched.add((cell.repeat, cell.row))
        answers = set_cell(answers, change.cell, change.before)
    for table, row in touched:
        # A row begins with its first answer, and without any it was not there yet.
        if not _is_given(form, table, row) and {ROW: row} in answers.get(table, ()):
            answers = set_cell(answers, f"{table}/{row}", None)
    for table in restored:
        if answers.get(table):
            answers = {**answers, table: _in_order(response, table, answers[table])}
    return answers


def _is_given(form: Definition, table: str, row: str) -> bool:
    """Whether the author of the form wrote this row."""
    repeat = form.by_id.get(table)
    return isinstance(repeat, Repeat) and any(each[ROW] == row for each in repeat.rows)


def _in_order(response: Response, table: str, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows are added at the end, so a row that was removed later stood in the order in which rows came to be."""
    cells = response.changes.filter(cell__startswith=f"{table}/").order_by("-pk").values_list("cell", "pk")
    first = {cell.split("/")[1]: pk for cell, pk in cells}
    return sorted(rows, key=lambda row: first.get(row[ROW], 0))


def version_at(document: Document, at: datetime) -> ToolVersion:
    """The version of its form that the document stood on: the one before its first move after ``at``."""
    moves = document.partnership.entries.filter(verb="document.moved", data__reference=document.reference)
    move = moves.filter(at__gt=at + AT_ONCE).order_by("pk").first()
    if move is None:
        return document.version
    versions = ToolVersion.objects.filter(tool=document.version.tool_id, number=move.data["before"])
    return versions.select_related("tool").first() or document.version
