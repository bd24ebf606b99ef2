"""The figures of a workshop's evaluation, proposed from what participants answered; for settings.EVALUATION_SOURCES."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from typing import Any

from partnerships.models import Workshop
from toolkit.models import Document
from toolkit.results import MOST_READ, is_guarded, sent
from toolkit.schema.cells import ROW
from toolkit.schema.definition import Definition
from toolkit.states import DocumentState, Mode

TOOL = "workshop-evaluation"
# What the evaluation of a workshop counts, and the name of the question that asks for it. One that is asked for several
# sessions counts once a person, by its mean.
ASKED = {
    "relevance": "relevance",
    "clarity": "clarity",
    "methods": "asking",
    "logistics": "logistics",
    "overall": "overall",
}
WORDS = {"best": "best", "better": "improve"}
MARKS = (5, 4, 3, 2, 1)
LONGEST = 4000


def proposed_evaluation(workshop: Workshop) -> dict[str, Any] | None:
    """``{document, url, n_sheets, counts, best, better}`` as the evaluation keeps them, or None when nobody answered,
    or too few where no names are kept."""
    asked = Document.objects.filter(workshop=workshop, mode=Mode.OPEN).exclude(state=DocumentState.WITHDRAWN)
    for document in asked.select_related("version__tool__base__base").newest_first():
        if document.version.tool.stands_for == TOOL:
            n = sent(document).count()
            return _proposed(document, n) if n and not is_guarded(document, n) else None
    return None


def _proposed(document: Document, n: int) -> dict[str, Any]:
    form = document.version.form
    counts = {key: [0] * len(MARKS) for key in ASKED}
    words: dict[str, list[str]] = {key: [] for key in WORDS}
    for answers in sent(document).values_list("answers", flat=True)[:MOST_READ].iterator(chunk_size=500):
        by_name = _by_name(form, answers)
        for key, name in ASKED.items():
            marks = [value for value in by_name.get(name, ()) if type(value) is int and 1 <= value <= 5]
            if marks:
                counts[key][MARKS.index(round(sum(marks) / len(marks)))] += 1
        for key, name in WORDS.items():
            words[key] += [value for value in by_name.get(name, ()) if isinstance(value, str)]
    for said in words.values():
        secrets.SystemRandom().shuffle(said)
    return {
        "document": document.reference,
        "url": document.get_absolute_url(),
        "n_sheets": n,
        "counts": {key: found for key, found in counts.items() if any(found)},
        **{key: "\n".join(said)[:LONGEST] for key, said in words.items()},
    }


def _by_name(form: Definition, answers: Mapping[str, Any]) -> dict[str, list[Any]]:
    """The answers by the names of their questions; of a column, those of every row."""
    found: dict[str, list[Any]] = {}
    for key, value in _cells(answers):
        if key in form.by_id:
            found.setdefault(form.by_id[key].name, []).append(value)
    return found


def _cells(answers: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for key, value in answers.items():
        if key.startswith("r_"):
            yield from ((name, each) for row in value for name, each in row.items() if name != ROW)
        else:
            yield key, value
