"""What the use of one tool teaches its authors: which questions are left empty, put right or changed, and how long it
takes. Worked out over many responses; nobody's answers are in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import groupby, pairwise
from statistics import median

from django.db.models import F, Min, OuterRef, Subquery
from django.utils import timezone
from django.utils.translation import get_language

from toolkit.models import AnswerChange, Submission, Tool, ToolVersion
from toolkit.schema.answers import Evaluation, evaluate_answers
from toolkit.schema.changes import compare
from toolkit.schema.definition import Definition, Item, Repeat, tr
from toolkit.schema.kinds import KINDS
from toolkit.states import TYPED, VersionState
from toolkit.statistics import FEW, documents_of

MOST_SUBMISSIONS, MOST_COPIES, MOST_CHANGES = 300, 100, 20_000
MOST_ROWS = 10
LEAST_SHARE = 0.1
BREAK = timedelta(minutes=15)


@dataclass(frozen=True)
class Asked:
    """A question, how many responses it applied to, and in how many it was left empty."""

    id: str
    label: str
    n_asked: int
    n_empty: int

    @property
    def percent(self) -> int:
        return round(100 * self.n_empty / self.n_asked)


@dataclass(frozen=True)
class Counted:
    """A question, and in how many responses or copies something happened to it."""

    label: str
    n: int


@dataclass(kw_only=True)
class Lessons:
    """``n_responses``: how many were looked at; ``has_enough``: whether they come from enough partnerships to be told.

    ``minutes`` is the median over ``n_timed`` responses, None when there are too few.
    """

    n_responses: int = 0
    has_enough: bool = False
    empty: list[Asked] = field(default_factory=list)
    corrected: list[Counted] = field(default_factory=list)
    minutes: int | None = None
    n_timed: int = 0
    n_copies: int = 0
    left_out: list[Counted] = field(default_factory=list)
    reworded: list[Counted] = field(default_factory=list)
    n_added: int = 0


def lessons_of(version: ToolVersion) -> Lessons:
    """What is to be learnt of the tool of ``version``, whose words name the questions."""
    tool, lang = version.tool, get_language() or "en"
    latest = _latest(tool)
    labels = _labels(version.form, lang)
    lessons = Lessons(n_responses=len(latest))
    lessons.has_enough = len({row["response__document__partnership"] for row in latest}) >= FEW
    _learn_from_copies(lessons, tool, labels, lang)
    if lessons.has_enough:
        responses = [row["response"] for row in latest]
        lessons.empty = _left_empty(latest, labels)
        lessons.corrected = _corrected(responses, labels)
        minutes = _minutes(responses)
        lessons.n_timed = len(minutes)
        lessons.minutes = max(1, round(median(minutes))) if len(minutes) >= FEW else None
    return lessons


def _submissions(tool: Tool):
    return Submission.objects.filter(response__document__in=documents_of([tool.pk]).values("pk"))


def _latest(tool: Tool) -> list[Mapping]:
    """The last submission of each response, the newest first."""
    newest = _submissions(tool).order_by("-pk")
    names = ("answers", "at", "response", "response__document__version", "response__document__partnership")
    rows: dict[int, Mapping] = {}
    for row in newest.values(*names)[:MOST_SUBMISSIONS]:
        rows.setdefault(row["response"], row)
    return list(rows.values())


def _labels(form: Definition, lang: str) -> dict[str, str]:
    """The questions and tables by their ids; a column is named after its table too."""
    found = {}
    for node in form.by_id.values():
        table = form.by_id.get(node.repeat) if isinstance(node, Item) and node.repeat else None
        found[node.id] = f"{tr(table.label, lang)}: {tr(node.label, lang)}" if table else tr(node.label, lang)
    return found


# Left empty


def _left_empty(latest: list[Mapping], labels: Mapping[str, str]) -> list[Asked]:
    versions = ToolVersion.objects.in_bulk({row["response__document__version"] for row in latest})
    asked: Counter[str] = Counter()
    empty: Counter[str] = Counter()
    for row in latest:
        form, at = versions[row["response__document__version"]].form, timezone.localtime(row["at"])
        evaluation = evaluate_answers(form, row["answers"], today=at.date(), now=at)
        for node, is_empty in _asked(form, row["answers"], evaluation):
            asked[node] += 1
            empty[node] += is_empty
    found = [Asked(node, labels[node], asked[node], empty[node]) for node in asked if node in labels]
    found = [each for each in found if each.n_empty >= max(FEW, LEAST_SHARE * each.n_asked)]
    return sorted(found, key=lambda each: (-each.n_empty / each.n_asked, -each.n_asked))[:MOST_ROWS]


def _asked(form: Definition, answers: Mapping, evaluation: Evaluation) -> Iterable[tuple[str, bool]]:
    """Every question and table that applied, and whether nothing was answered. A column counts once for all rows."""
    for node in form.by_id.values():
        if isinstance(node, Repeat):
            if evaluation.is_relevant(node.id) and not node.fixed:
                yield node.id, not answers.get(node.id)
            continue
        if not KINDS[node.kind].answered or node.readonly:
            continue
        cells = [cell for cell in _cells(node, answers) if evaluation.relevant.get(cell)]
        if cells:
            yield node.id, all(_is_empty(node, evaluation.values.get(cell)) for cell in cells)


def _cells(item: Item, answers: Mapping) -> list[str]:
    if item.repeat is None:
        return [item.id]
    return [f"{item.repeat}/{row['_row']}/{item.id}" for row in answers.get(item.repeat) or []]


def _is_empty(item: Item, value) -> bool:
    return value is None or KINDS[item.kind].is_empty(value)


# Put right after the document came back


def _corrected(responses: list[int], labels: Mapping[str, str]) -> list[Counted]:
    """The questions most often changed after a first submission, that is after the document was returned."""
    first = Submission.objects.filter(response=OuterRef("response")).values("response")
    first = first.annotate(first=Min("at")).values("first")
    changes = AnswerChange.objects.filter(response__in=responses, source__in=TYPED)
    later = changes.annotate(first=Subquery(first)).filter(at__gt=F("first"))
    pairs = {(response, _question(cell)) for response, cell in later.values_list("response", "cell")[:MOST_CHANGES]}
    return _most(Counter(node for _response, node in pairs), labels)


def _question(cell: str) -> str:
    """The question that a cell answers; for a whole row its table."""
    parts = cell.split("/")
    return parts[2] if len(parts) == 3 else parts[0]


def _most(counts: Counter[str], labels: Mapping[str, str]) -> list[Counted]:
    return [Counted(labels[node], n) for node, n in counts.most_common() if node in labels][:MOST_ROWS]


# How long it takes


def _minutes(responses: list[int]) -> list[float]:
    """The minutes somebody wrote at each response: the time between saves, without the breaks.

    Who saves once only leaves no trace of time and is not counted.
    """
    rows = AnswerChange.objects.filter(response__in=responses, source__in=TYPED).order_by("response", "at")
    found = []
    for _response, times in groupby(rows.values_list("response", "at"), key=lambda row: row[0]):
        spent = _time_spent(at for _pk, at in times)
        if spent >= timedelta(minutes=1):
            found.append(spent.total_seconds() / 60)
    return found


def _time_spent(times: Iterable[datetime]) -> timedelta:
    gaps = (later - before for before, later in pairwise(times))
    return sum((gap for gap in gaps if gap < BREAK), timedelta())


# What adapted copies change


def _learn_from_copies(lessons: Lessons, tool: Tool, labels: dict[str, str], lang: str) -> None:
    copies = (
        ToolVersion.objects.filter(tool__base=tool, state=VersionState.PUBLISHED, base_version__isnull=False)
        .select_related("base_version")
        .order_by("-pk")[:MOST_COPIES]
    )
    left_out: Counter[str] = Counter()
    reworded: Counter[str] = Counter()
    for copy in copies:
        lessons.n_copies += 1
        for change in compare(copy.base_version.raw, copy.raw):
            if change.sort not in ("item", "table"):
                continue
            lessons.n_added += change.what == "added"
            left_out[change.id] += change.what == "removed"
            reworded[change.id] += any(each.key == "label" and each.before for each in change.properties)
    # What the newest version does not ask any more has no name here, and nothing is to be learnt of it.
    lessons.left_out = _most(+left_out, labels)
    lessons.reworded = _most(+reworded, labels)
