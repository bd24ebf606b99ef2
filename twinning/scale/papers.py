"""Documents of the world for measuring: shipped tools put to work, with answers that their forms accept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone

from accounts.models import User
from partnerships.states import Side
from toolkit.actions.submitting import submission_hash
from toolkit.models import (
    AnswerChange,
    Document,
    PartSubmission,
    Response,
    ShareLink,
    Submission,
    ToolVersion,
    WorkedExample,
)
from toolkit.models.share_link import short_id
from toolkit.schema.answers import evaluate_answers, strip_irrelevant
from toolkit.schema.definition import Definition, tr
from toolkit.schema.sampling import sample_answers
from toolkit.states import DocumentState, LinkScope, Mode, ResponseState, Source
from twinning.scale.dice import Dice
from twinning.scale.frame import Place
from twinning.scale.writing import days, moment

# The tools in use, and how often of a hundred: many short forms, a few long papers.
USE = {
    "meeting-record": 36,
    "partnership-self-assessment": 20,
    "patient-satisfaction-survey": 12,
    "in-kind-contribution": 12,
    "host-readiness-checklist": 10,
    "workshop-evaluation": 6,
    "communication-plan": 2,
    "gap-analysis": 1,
    "memorandum-of-understanding": 1,
}
VARIANTS = 8
OPEN = 8  # documents of a partnership that are being worked on
EVERY = 100  # of as many documents one keeps how each of its answers came about
TOLD = 40  # documents of a partnership whose every step is in its history; of older ones the last step
S = DocumentState
UNDER_WAY = (S.IN_PROGRESS, S.ASSIGNED, S.SUBMITTED, S.RETURNED, S.IN_PROGRESS, S.ACCEPTED)


@dataclass(frozen=True, kw_only=True)
class Filled:
    """Answers that may be submitted, as a submission keeps them."""

    answers: dict[str, Any]
    calculated: dict[str, Any]

    @property
    def cells(self) -> dict[str, Any]:
        """What was written, cell by cell."""
        found: dict[str, Any] = {}
        for key, value in self.answers.items():
            if isinstance(value, list) and value and isinstance(value[0], dict) and "_row" in value[0]:
                for row in value:
                    found |= {f"{key}/{row['_row']}/{k}": v for k, v in row.items() if k != "_row"}
            else:
                found[key] = value
        return found


@dataclass(frozen=True, kw_only=True)
class Form:
    version: ToolVersion
    title: str
    filled: tuple[Filled, ...]


def make_forms(dice: Dice) -> list[Form]:
    """Every tool of USE as often as it is used, each with a few sets of answers without a problem."""
    versions = ToolVersion.objects.published().filter(tool__slug__in=USE).select_related("tool")
    examples = dict(WorkedExample.objects.values_list("tool_id", "answers"))
    forms = []
    for version in sorted(versions, key=lambda version: version.tool.slug):
        form = version.form
        first = examples.get(version.tool_id) or sample_answers(form, lang="en", today=timezone.localdate())
        filled = [_evaluated(form, first)] + [_evaluated(form, _varied(dice, form, first)) for _n in range(VARIANTS)]
        sound = tuple(each for each in filled if each)
        if sound:
            shown = Form(version=version, title=tr(form.title, "en"), filled=sound)
            forms += [shown] * USE[version.tool.slug]
    if not forms:
        raise ValueError("No tool of the shipped toolkit could be filled in; run load_toolkit first.")
    return forms


def _varied(dice: Dice, form: Definition, answers: dict[str, Any]) -> dict[str, Any]:
    """The same, with other marks and other choices."""
    found = dict(answers)
    for item in form.items:
        if item.repeat is None and item.id in found and item.kind == "rating":
            found[item.id] = dice.randrange(2, 6)
        elif item.repeat is None and found.get(item.id) in ("yes", "no") and item.kind == "yes_no":
            found[item.id] = dice.choice(("yes", "no"))
    return found


def _evaluated(form: Definition, answers: dict[str, Any]) -> Filled | None:
    now = timezone.localtime()
    result = evaluate_answers(form, answers, today=now.date(), now=now, lang="en", sides=None)
    if result.problems:
        return None
    kept = {cell: value for cell, value in result.calculated.items() if value not in ("", None)}
    return Filled(answers=strip_irrelevant(form, answers, result), calculated=kept)


def make_papers(place: Place, forms: list[Form], n: int) -> list[Document]:
    """Documents with ``n`` responses in all, most of them accepted long ago."""
    rows: list[tuple[Document, Form]] = []
    left = n
    while left > 0:
        form = place.dice.choice(forms)
        if form.version.mode == Mode.EACH and left < 2:
            continue
        left -= 2 if form.version.mode == Mode.EACH else 1
        rows.append((Document(), form))
    span = (min(place.until, place.today) - place.since).days
    for at, (document, form) in enumerate(rows):
        is_late = at >= len(rows) - OPEN and place.is_open
        state = UNDER_WAY[at % len(UNDER_WAY)] if is_late else (S.WITHDRAWN if at % 33 == 32 else S.ACCEPTED)
        _begin(place, document, form, at, place.since + days(span * at / len(rows)), state)
        _tell(place, document, is_old=at < len(rows) - TOLD)
    documents = place.writing.put(document for document, _form in rows)
    _answer(place, rows)
    return documents


def _begin(place: Place, document: Document, form: Form, at: int, on: date, state: str) -> None:
    document.partnership, document.version, document.mode = place.partnership, form.version, form.version.mode
    document.reference = f"{place.partnership.reference}-{at + 1:03d}"
    document.title, document.state = f"{form.title} {at + 1}", state
    if form.version.form.subject == "organization":
        document.organization = place.parties[Side.HOST].organization
    document.started_by, document.started_at = place.by, moment(on, 7 + at % 10, at % 60)
    document.due_on = on + days(30) if at % 4 == 0 else None
    document.return_reason = "Please add the figures of the second ward." if state == S.RETURNED else ""


def _tell(place: Place, document: Document, *, is_old: bool) -> None:
    on, words = document.started_at.date(), {"reference": document.reference, "title": document.title}
    if not is_old:
        place.record(on, "document.started", **words)
    if document.state == S.ACCEPTED:
        if not is_old:
            place.record(on + days(12), "document.submitted", **words, by=place.leads[Side.HOST])
        place.record(on + days(14), "document.accepted", **words)


def _answer(place: Place, rows: list[tuple[Document, Form]]) -> None:
    responses: list[tuple[Response, Filled]] = []
    for at, (document, form) in enumerate(rows):
        sides = (Side.HOST, Side.RESOURCE) if document.mode == Mode.EACH else ("",)
        for side in sides:
            filled = place.dice.choice(form.filled)
            response = _response(document, side, filled)
            if at % EVERY == 0:
                response.revisions = dict.fromkeys(filled.cells, 1) if response.answers else {}
            responses.append((response, filled))
    place.writing.put(response for response, _filled in responses)
    given = [(response, filled) for response, filled in responses if response.state == ResponseState.SUBMITTED]
    place.writing.put(_submission(place, response, filled) for response, filled in given)
    place.writing.put(
        PartSubmission(response=response, part=part, user=who, name=who.name, at=response.submitted_at)
        for response, _filled in given
        for part, who in _parts(place, response)
    )
    place.writing.put(
        AnswerChange(
            response=response,
            cell=cell,
            revision=1,
            after=value,
            user=place.by,
            name=place.by.name,
            source=Source.PAGE,
            at=response.changed_at,
        )
        for response, filled in responses
        if response.revisions
        for cell, value in filled.cells.items()
    )
    place.writing.put(_link(place, document) for document, _form in rows if document.state == S.IN_PROGRESS)


def _response(document: Document, side: str, filled: Filled) -> Response:
    response = Response(document=document, side=side, respondent=short_id() if document.mode == Mode.OPEN else "")
    if document.state == S.ASSIGNED:
        return response
    response.answers = filled.answers
    response.changed_at = document.started_at + days(1)
    if document.state in (S.SUBMITTED, S.ACCEPTED):
        response.state, response.submitted_at = ResponseState.SUBMITTED, document.started_at + days(2)
    return response


def _submission(place: Place, response: Response, filled: Filled) -> Submission:
    return Submission(
        response=response,
        number=1,
        answers=filled.answers,
        calculated=filled.calculated,
        content_hash=submission_hash(response.document, filled.answers, filled.calculated),
        name=place.leads[Side.HOST].name,
        at=response.submitted_at,
    )


def _parts(place: Place, response: Response) -> list[tuple[str, User]]:
    parts = (response.side,) if response.side else response.document.parts
    return [(part, place.leads.get(part or Side.HOST, place.by)) for part in parts]


def _link(place: Place, document: Document) -> ShareLink:
    made = min(document.started_at, timezone.now() - days(1))
    return ShareLink(
        document=document,
        side=Side.HOST,
        scope=LinkScope.FILL,
        recipient_name=place.people[Side.HOST][0].name,
        created_by=place.by,
        created_at=made,
        expires_at=timezone.now() + days(20),
    )
