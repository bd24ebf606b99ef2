"""A form tried out: answers that are looked at and forgotten. Nothing here writes to the database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from toolkit.actions.documents import first_answers
from toolkit.models import ToolVersion
from toolkit.permissions import Writer
from toolkit.schema.answers import Evaluation, clean_value, evaluate_answers
from toolkit.schema.cells import ROW, get_cell, parse_cell, set_cell
from toolkit.schema.definition import Definition, Item, Repeat
from toolkit.schema.errors import AnswerError
from toolkit.schema.examples import LEFT_OUT
from toolkit.states import Part


@dataclass(frozen=True, kw_only=True)
class TrialDocument:
    """What the page that fills a form asks of a document, without one."""

    version: ToolVersion
    language: str

    @property
    def mode(self) -> str:
        return self.version.mode

    def part_label(self, part: str) -> str:
        return str(Part(part).label) if part else ""


@dataclass(kw_only=True)
class Trial:
    """A response that exists as long as the page is drawn. ``errors`` are of what was typed, by cell."""

    document: TrialDocument
    answers: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)

    # Nobody else writes here, so there is nothing to be in conflict with.
    @property
    def revisions(self) -> dict[str, int]:
        return {}

    @property
    def form(self) -> Definition:
        return self.document.version.form

    def evaluate(self) -> Evaluation:
        now = timezone.localtime()
        return evaluate_answers(self.form, self.answers, today=now.date(), now=now, lang=self.document.language)

    def problems(self, evaluation: Evaluation) -> dict[str, str]:
        """Everything that would keep these answers from being handed in, by cell; files cannot be given here."""
        found = {
            problem.cell: problem.message.translated(_)
            for problem in evaluation.problems
            if self._is_told(problem.cell)
        }
        return found | self.errors

    def _is_told(self, cell: str) -> bool:
        item = self.form.by_id.get(cell.rpartition("/")[2])
        return not (isinstance(item, Item) and item.kind in LEFT_OUT)


def everybody(name: str = "") -> Writer:
    """Somebody who tries a form writes for all sides."""
    return Writer(name=name or _("Your name"), parts=frozenset(Part.values))


def start_trial(version: ToolVersion, language: str) -> Trial:
    """The form as a new document shows it, with the records of an invented partnership."""
    form = version.form
    answers, _changes = first_answers(form, sample_records(), form.by_id.values())
    for repeat in form.repeats:
        # The page sends its rows back under the names it was given, so these must be the same every time.
        for number, row in enumerate(answers.get(repeat.id, []) if repeat.prefill else [], start=1):
            row[ROW] = f"trial{number:03}"
    return Trial(document=TrialDocument(version=version, language=language), answers=answers)


def take_answers(trial: Trial, changes: Mapping[str, Any], rows: Mapping[str, list[str]]) -> None:
    """Put what was typed into the trial, cell by cell; what cannot be read stays out and is said.

    ``rows`` are the rows that the page still has of each table.
    """
    for repeat in trial.form.repeats:
        if repeat.id in trial.answers and repeat.id in rows and not repeat.fixed:
            trial.answers[repeat.id] = [row for row in trial.answers[repeat.id] if row[ROW] in rows[repeat.id]]
    for cell, raw in changes.items():
        node = _node_of(trial.form, cell)
        if node is None:
            continue
        try:
            value = raw if isinstance(node, Repeat) else clean_value(node, raw, definition=trial.form)
        except AnswerError as error:
            trial.errors[cell] = error.message.translated(_)
            _keep_row(trial, cell)
            continue
        trial.answers = set_cell(trial.answers, cell, value)


def _keep_row(trial: Trial, cell: str) -> None:
    """A row of which nothing could be read yet is there all the same, and its other questions are asked."""
    row = cell.rpartition("/")[0]
    if row and get_cell(trial.answers, row) is None:
        trial.answers = set_cell(trial.answers, row, {})


def _node_of(form: Definition, cell: str) -> Item | Repeat | None:
    """What ``cell`` belongs to; None for a row that cannot be removed and whatever else is not the writer's."""
    key = parse_cell(cell)
    node = form.by_id.get(key.item or key.repeat or "")
    if isinstance(node, Repeat):
        return None if node.fixed else node
    return node


def sample_records() -> dict[str, Any]:
    """The records of an invented partnership, by the paths of schema/bindings.py (compare records.collect)."""
    lakeside, st_elin = _parties()
    team = [
        {
            "person": each["coordinator"],
            "side": each["side"],
            "role": "coordinator",
            "organization": each["legal_name"],
        }
        for each in (lakeside, st_elin)
    ]
    return {
        "partnership.name": "Lakeside – St Elin",
        "partnership.reference": "TP-EXAMPLE",
        "partnership.goal": _("Fewer mothers and newborn children die of causes that can be prevented."),
        "partnership.starts_on": "2026-01-12",
        "partnership.ends_on": "2028-12-31",
        "partnership.topics": [],
        "partnership.countries": [_("Kenya"), _("Norway")],
        "partnership.organizations": [lakeside, st_elin],
        "partnership.team": team,
        "programme.name": _("Example programme"),
        "programme.currency": "EUR",
        "document.reference": "TP-EXAMPLE-001",
        "organization.name": lakeside["organization"],
        "organization.country": lakeside["country"],
        "organization.city": "Kisumu",
        "organization.address": lakeside["address"],
    }


def _parties() -> tuple[dict[str, str], dict[str, str]]:
    lakeside = {
        "organization": "Lakeside District Hospital",
        "legal_name": "Lakeside District Hospital",
        "address": "14 Harbour Road, Kisumu",
        "country": "KE",
        "side": "host",
        "represented_by": "Dr Achieng Odhiambo",
        "represented_title": _("Medical director"),
        "coordinator": "Peter Wekesa",
    }
    st_elin = {
        "organization": "St Elin University Hospital",
        "legal_name": "St Elin University Hospital",
        "address": "2 Northgate, Bergen",
        "country": "NO",
        "side": "resource",
        "represented_by": "Kari Solheim",
        "represented_title": _("Managing director"),
        "coordinator": "Jonas Lie",
    }
    return lakeside, st_elin
