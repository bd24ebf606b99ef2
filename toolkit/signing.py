"""Where a form is signed, and who has signed there: plain reading, for pages, papers and the act itself."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone

from toolkit.models import Response, Signature, Submission
from toolkit.schema.answers import Evaluation, evaluate_answers
from toolkit.schema.cells import ROW, get_cell, set_cell
from toolkit.schema.definition import Definition, Item, tr


@dataclass(kw_only=True)
class Spot:
    """One place to sign. ``unbound`` is a signature given in the form before others went on writing."""

    cell: str
    item: Item
    row: int = 0
    live: Signature | None = None
    void: list[Signature] = field(default_factory=list)
    unbound: Mapping[str, Any] | None = None

    def label(self, lang: str) -> str:
        name = tr(self.item.label, lang)
        return f"{name} {self.row}" if self.row else name


def is_signed(form: Definition) -> bool:
    """Whether the form has places to sign."""
    return any(item.kind == "signature" for item in form.items)


def signature_cells(
    form: Definition, answers: Mapping[str, Any], evaluation: Evaluation | None = None
) -> Iterator[str]:
    """The cells to sign in ``answers``; with ``evaluation`` only those that apply."""
    for item in form.items:
        if item.kind != "signature":
            continue
        cells = [item.id]
        if item.repeat:
            rows = answers.get(item.repeat) or []
            cells = [f"{item.repeat}/{row[ROW]}/{item.id}" for row in rows]
        yield from (cell for cell in cells if evaluation is None or evaluation.is_relevant(cell))


def last_submission(response: Response) -> Submission | None:
    return response.submissions.order_by("-number").first()


def evaluated(form: Definition, submission: Submission, lang: str = "") -> Evaluation:
    """What was submitted, as the rules of its day saw it."""
    at = timezone.localtime(submission.at)
    return evaluate_answers(form, submission.answers, today=at.date(), now=at, lang=lang or "en")


def spots_of(response: Response, submission: Submission | None, signatures: Iterable[Signature]) -> list[Spot]:
    """The places to sign in ``submission``, in the order of the form, with those of ``signatures`` that are there."""
    form = response.document.version.form
    if submission is None or not is_signed(form):
        return []
    by_cell: dict[str, list[Signature]] = defaultdict(list)
    for signature in signatures:
        by_cell[signature.cell].append(signature)
    spots, rows = [], {}
    for repeat in form.repeats:
        for number, row in enumerate(submission.answers.get(repeat.id) or [], start=1):
            rows[f"{repeat.id}/{row[ROW]}"] = number
    for cell in signature_cells(form, submission.answers, evaluated(form, submission)):
        place, _slash, name = cell.rpartition("/")
        spot = Spot(cell=cell, item=form.by_id[name], row=rows.get(place, 0))
        spot.live = next((each for each in by_cell[cell] if each.is_live), None)
        spot.void = [each for each in by_cell[cell] if not each.is_live]
        value = get_cell(submission.answers, cell)
        is_given = isinstance(value, Mapping) and value.get("agreed") is True
        bound = any(each.submission_id == submission.pk for each in by_cell[cell])
        spot.unbound = value if is_given and not bound else None
        spots.append(spot)
    return spots


def spot_of(response: Response, cell: str) -> Spot | None:
    """The place ``cell`` of what was submitted last, if there is one."""
    spots = spots_of(response, last_submission(response), ())
    return next((spot for spot in spots if spot.cell == cell), None)


def with_signatures(answers: Mapping[str, Any], submission: int, signatures: Iterable[Signature]) -> dict[str, Any]:
    """``answers`` of a submission with who signed it: bound signatures carry their ``code``, void ones say so."""
    signed = dict(answers)
    mine = [each for each in signatures if each.submission_id == submission]
    # A void one first: where another came in its place, that one is what stands.
    for each in sorted(mine, key=lambda each: each.is_live):
        value = {
            "name": each.signer,
            "title": each.post,
            "organization": each.organization,
            "on": each.signed_on.isoformat(),
            "agreed": each.is_live,
            "code": each.code,
        }
        if not each.is_live:
            value["void"] = each.get_voided_by_display()
        signed = set_cell(signed, each.cell, value)
    return signed
