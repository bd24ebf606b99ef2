"""What many people answered, counted question by question. Nobody's answers stand together here, but in the export.

Without names nothing is broken down under five answers: see ``FEW_ANSWERS`` and docs/security.md.
"""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.cache import cache
from django.db.models import Count, Max, QuerySet

from toolkit.models import Document, Submission
from toolkit.rendering.display import Voice, show
from toolkit.schema.cells import ROW
from toolkit.schema.definition import Definition, Item, Repeat, language_of, tr
from toolkit.schema.kinds import KINDS

FEW_ANSWERS = 5
# So many answers are read, the newest first: the page must come at once however many there are.
MOST_READ = 20_000
MOST_TEXTS, MOST_BARS, MOST_NAMED = 200, 30, 40
KEPT_SECONDS = 15 * 60
NUMBERS = frozenset({"integer", "decimal", "percent", "calculate"})
CHOICES = frozenset({"select_one", "select_multiple", "yes_no", "rating", "year", "country", "language", "check"})
# Told as often as each was given, like choices: many people name the same day or the same hospital
NAMED = frozenset({"date", "reference"})
MARKS = ("5", "4", "3", "2", "1", "na")


@dataclass(frozen=True)
class Bar:
    """One answer that could be given, and how many gave it."""

    label: str
    n: int


@dataclass(kw_only=True)
class Question:
    """What was answered to one question: ``mean``, ``least`` and ``most`` where answers are numbers; ``is_hidden``
    where too few people answered to tell more."""

    id: str
    label: str
    group: str
    n: int = 0
    mean: float | None = None
    least: float | None = None
    most: float | None = None
    bars: list[Bar] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    n_texts: int = 0
    is_hidden: bool = False


@dataclass(kw_only=True)
class Results:
    """``n``: how many people sent their answers; ``n_read`` of them are counted. ``is_guarded``: too few to be told."""

    n: int
    n_read: int = 0
    is_guarded: bool = False
    questions: list[Question] = field(default_factory=list)

    def known(self) -> frozenset[str]:
        """The ids of the questions that may be told answer by answer."""
        return frozenset(each.id for each in self.questions if not each.is_hidden)


def sent(document: Document) -> QuerySet[Submission]:
    """What each person sent, once: a response of many is handed in once and never returned."""
    return Submission.objects.filter(response__document=document)


def results_of(document: Document) -> Results:
    """The answers to ``document``, counted in its language. Kept until somebody answers again, for minutes at most.

    Two queries, however many answered.
    """
    seen = sent(document).aggregate(n=Count("pk"), last=Max("pk"))
    key = f"results:{document.pk}:{document.version_id}:{seen['n']}:{seen['last']}"
    found = cache.get(key)
    if found is None:
        found = _counted(document, seen["n"])
        cache.set(key, found, KEPT_SECONDS)
    return found


def _counted(document: Document, n: int) -> Results:
    results = Results(n=n)
    if is_guarded(document, n):
        results.is_guarded = True
        return results
    form = document.version.form
    voice = Voice(form, language_of(form, document.language))
    tallies = {item.id: _Tally(item) for item in form.items if _is_counted(item)}
    rows = sent(document).order_by("-pk").values_list("answers", "calculated")[:MOST_READ]
    for answers, calculated in rows.iterator(chunk_size=500):
        results.n_read += 1
        told = {
            name for name, value in _values(form, answers, calculated) if name in tallies and tallies[name].add(value)
        }
        for name in told:
            tallies[name].n_people += 1
    for item_id, question in _questions(form, voice.lang):
        tallies[item_id].tell(question, voice)
        # Several rows of a table are one person's.
        if document.is_anonymous and tallies[item_id].n_people < FEW_ANSWERS:
            question = Question(
                id=question.id, label=question.label, group=question.group, n=question.n, is_hidden=True
            )
        results.questions.append(question)
    return results


def is_guarded(document: Document, n: int) -> bool:
    return document.is_anonymous and n < FEW_ANSWERS


def _is_counted(item: Item) -> bool:
    return item.kind not in ("note", "file", "image", "signature")


def _values(form: Definition, answers: Mapping[str, Any], calculated: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for key, value in answers.items():
        node = form.by_id.get(key)
        if isinstance(node, Repeat):
            for row in value if isinstance(value, list) else ():
                yield from ((name, each) for name, each in row.items() if name != ROW)
        elif isinstance(node, Item):
            yield key, value
    for cell, value in calculated.items():
        yield cell.rpartition("/")[2], value


def _questions(form: Definition, lang: str) -> Iterator[tuple[str, Question]]:
    """Every question in the order of the form; a column is named after its table too."""
    groups = {group.id: tr(group.label, lang) for group in form.groups}
    for node in form.by_id.values():
        if not isinstance(node, Item) or not _is_counted(node):
            continue
        table = form.by_id.get(node.repeat) if node.repeat else None
        label = tr(node.label, lang)
        if isinstance(table, Repeat):
            label = f"{tr(table.label, lang)}: {label}"
        yield node.id, Question(id=node.id, label=label, group=groups.get(node.group or "", ""))


class _Tally:
    """The answers to one question, as they come."""

    def __init__(self, item: Item):
        self.item = item
        self.n = self.n_people = self.n_numbers = 0
        self.sum = 0.0
        self.least: float | None = None
        self.most: float | None = None
        self.counts: Counter[str] = Counter()
        self.texts: list[Any] = []
        self.n_texts = 0

    def add(self, value: Any) -> bool:
        """Count one answer; whether it was one at all."""
        if value in (None, "") or KINDS[self.item.kind].is_empty(value):
            return False
        self.n += 1
        kind = self.item.kind
        if kind in CHOICES or kind in NAMED:
            self._count(value)
        elif kind in NUMBERS and _is_number(value):
            self._number(float(value))
        else:
            self._text(value)
        return True

    def _count(self, value: Any) -> None:
        if isinstance(value, Mapping):
            value = value.get("state") or value.get("text")
        for each in value if isinstance(value, list) else [value]:
            self.counts[str(each)] += 1
        if self.item.kind == "rating" and _is_number(value):
            self._number(float(value))

    def _number(self, number: float) -> None:
        self.n_numbers += 1
        self.sum += number
        self.least = number if self.least is None else min(self.least, number)
        self.most = number if self.most is None else max(self.most, number)

    def _text(self, value: Any) -> None:
        """Keep some at random: each has the same chance, however many come (reservoir sampling)."""
        self.n_texts += 1
        if len(self.texts) < MOST_TEXTS:
            self.texts.append(value)
            return
        at = secrets.randbelow(self.n_texts)
        if at < MOST_TEXTS:
            self.texts[at] = value

    def tell(self, question: Question, voice: Voice) -> None:
        question.n = self.n
        scores = {choice.name: choice.score for choice in voice.definition.lists.get(self.item.list or "", ())}
        if self.counts:
            question.bars = [Bar(label, n) for label, n in self._bars(voice)][:MOST_BARS]
            scored = [(scores[name], n) for name, n in self.counts.items() if scores.get(name) is not None]
            if scored and self.item.kind == "select_one":
                question.mean = sum(score * n for score, n in scored) / sum(n for _score, n in scored)
        if self.n_numbers:
            question.mean, question.least, question.most = self.sum / self.n_numbers, self.least, self.most
        # The order in which people answered is nobody's business.
        secrets.SystemRandom().shuffle(self.texts)
        question.texts = [show(self.item, value, voice).text for value in self.texts]
        question.n_texts = self.n_texts

    def _bars(self, voice: Voice) -> Iterator[tuple[str, int]]:
        for name in self._offered(voice):
            yield self._label(name, voice), self.counts[name]

    def _offered(self, voice: Voice) -> Iterable[str]:
        """The answers that could be given, in their order, also those that nobody gave; then others that were."""
        if self.item.kind == "rating":
            return [mark for mark in MARKS if mark != "na" or self.counts["na"]]
        if self.item.kind == "yes_no":
            return ["yes", "no"]
        listed = [choice.name for choice in voice.definition.lists.get(self.item.list or "", ())]
        frequent = [name for name, _n in self.counts.most_common() if name not in listed]
        return [*listed, *frequent]

    def _label(self, name: str, voice: Voice) -> str:
        value: Any = name
        if self.item.kind == "rating" and name != "na" or self.item.kind == "year":
            value = int(name)
        if self.item.kind == "select_multiple":
            return voice.choice(self.item, name)
        if self.item.kind == "check":
            value = {"state": name}
        if self.item.kind == "reference":
            return name
        return show(self.item, value, voice).text or name


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)
