"""Whatever two or three writers do at once, on lines that lose and repeat: nothing acknowledged is lost, all end alike.

The writers are models of the page (Queue in static/js/fill-save.js): what is not answered is sent again as it was,
what is in conflict waits until its writer chose.
"""

import hashlib
import json
from copy import deepcopy

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.factories import make_partnership
from tests.factories.toolkit import make_document, make_tool, make_writer, only_response
from toolkit.actions.autosaving import AutoPost, news_of, take_changes
from toolkit.actions.saving import lock_document
from toolkit.models import AnswerChange, Document, PostReceipt
from toolkit.schema.cells import flatten, set_cell

pytestmark = pytest.mark.django_db

ROWS = ("r_costs/aaaaaaaa", "r_costs/bbbbbbbb")
CELLS = ("f_title", "f_days", *(f"{row}/f_item" for row in ROWS), *ROWS)
VALUES = {"f_title": ["A", "B", None], "f_days": ["1", "2", None]}


class Page:
    """What one writer has on the screen, and what of it waits."""

    def __init__(self, document: Document, name: str):
        self.document, self.writer = document, make_writer("host", name=name)
        self.shown: dict = {}
        self.base: dict[str, int] = {}
        self.known, self.number = 0, 0
        self.dirty: dict = {}
        self.held: dict = {}
        self.batch: AutoPost | None = None
        self.acknowledged: list[tuple[str, object, int]] = []

    def type(self, cell: str, value) -> None:
        if cell in ROWS and cell not in flatten(self.shown):
            return  # there is no such row to remove
        self.shown = set_cell(self.shown, cell, value)
        if cell in ROWS:
            for inside in [each for each in self.dirty if each.startswith(f"{cell}/")]:
                self.dirty.pop(inside)
                self.held.pop(inside, None)
        self.dirty[cell] = value

    def send(self, *, is_lost: bool = False, is_answer_lost: bool = False) -> None:
        if self.batch is None:
            cells = {cell: value for cell, value in self.dirty.items() if cell not in self.held}
            if not cells:
                return
            self.number += 1
            seen = {key: rev for key, rev in self.base.items() if any(_goes_with(key, cell) for cell in cells)}
            text = json.dumps([cells, seen], sort_keys=True)
            self.batch = AutoPost(
                key=f"{self.writer.name}-{self.number}",
                body_hash=hashlib.sha256(text.encode()).hexdigest(),
                changes=cells,
                seen=seen,
                known=self.known,
            )
            self.dirty = {cell: value for cell, value in self.dirty.items() if cell not in cells}
        if is_lost:
            return
        with transaction.atomic():
            locked = lock_document(Document.objects.filter(pk=self.document.pk))
            taken = take_changes(locked, "", self.batch, by=self.writer)
        if is_answer_lost:
            return
        self.take(deepcopy(taken.given), taken.news)

    def take(self, given: dict, news) -> None:
        sent, self.batch = self.batch.changes, None
        for cell, revision in given["saved"].items():
            self.base[cell] = revision
            self.acknowledged.append((cell, sent[cell], revision))
        for conflict in given["conflicts"]:
            self.dirty.setdefault(conflict["cell"], sent[conflict["cell"]])
            self.held[conflict["cell"]] = conflict
        assert not given["refused"], given
        self.hear(news)

    def hear(self, news) -> None:
        self.known = news.known
        for change in news.changes:
            is_touched = any(_within(cell, change.cell) for cell in (*self.dirty, *self._sent()))
            if change.revision > self.base.get(change.cell, 0) and not is_touched:
                self.base[change.cell] = change.revision
                value = {} if change.cell in ROWS and change.value is not None else change.value
                self.shown = set_cell(self.shown, change.cell, value)

    def _sent(self) -> dict:
        return dict(self.batch.changes) if self.batch else {}

    def decide(self, *, mine: bool) -> None:
        for cell, conflict in list(self.held.items()):
            del self.held[cell]
            self.base |= conflict["seen"]
            value = self.dirty[cell]
            row = cell.rpartition("/")[0]
            if mine:
                self.shown = set_cell(self.shown, cell, value)
                continue
            del self.dirty[cell]
            if row in ROWS and row in conflict["seen"]:
                self.shown = set_cell(self.shown, row, None)
                self.dirty = {each: v for each, v in self.dirty.items() if not each.startswith(f"{row}/")}
                self.held = {each: c for each, c in self.held.items() if not each.startswith(f"{row}/")}
            elif cell in ROWS:
                for item, theirs in (conflict["theirs"] or {}).items():
                    self.shown = set_cell(self.shown, f"{cell}/{item}", theirs)
            else:
                self.shown = set_cell(self.shown, cell, conflict["theirs"])

    def look(self) -> None:
        if self.batch is None:
            self.hear(news_of(only_response(self.document), self.known))

    @property
    def is_settled(self) -> bool:
        return not self.dirty and self.batch is None


def _goes_with(key: str, cell: str) -> bool:
    return key == cell or cell.startswith(f"{key}/") or key.startswith(f"{cell}/")


def _within(cell: str, other: str) -> bool:
    return cell == other or cell.startswith(f"{other}/")


def steps():
    who = st.integers(0, 2)
    typed = st.sampled_from(CELLS).flatmap(
        lambda cell: st.tuples(
            st.just(cell), st.just(None) if cell in ROWS else st.sampled_from(VALUES.get(cell, ["Bed", "Cot", None]))
        )
    )
    return st.lists(
        st.one_of(
            st.tuples(st.just("type"), who, typed),
            st.tuples(st.sampled_from(["send", "send", "lost", "answer lost", "look", "mine", "theirs"]), who),
        ),
        max_size=40,
    )


def play(pages: list[Page], script) -> None:
    for act, who, *rest in script:
        page = pages[who % len(pages)]
        match act:
            case "type":
                page.type(*rest[0])
            case "look":
                page.look()
            case "mine" | "theirs":
                page.decide(mine=act == "mine")
            case _:
                page.send(is_lost=act == "lost", is_answer_lost=act == "answer lost")


def settle(pages: list[Page]) -> None:
    """The line is back and everybody chooses, until nothing waits."""
    for turn in range(30):
        for page in pages:
            page.send()
            page.decide(mine=turn < 3)
        if all(page.is_settled for page in pages):
            break
    for page in pages:
        page.look()


@pytest.fixture
def document(alice):
    return make_document(partnership=make_partnership(coordinator=alice), version=make_tool())


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(n=st.integers(2, 3), script=steps())
def test_nothing_acknowledged_is_lost_and_all_see_the_same(document, n, script):
    with transaction.atomic():
        pages = [Page(document, f"W{number}") for number in range(n)]
        play(pages, script)
        settle(pages)

        response = only_response(document)
        written = set(response.changes.values_list("cell", "revision"))
        kept = {(row.cell, row.revision): row.after for row in AnswerChange.objects.filter(response=response)}
        for page in pages:
            assert page.is_settled
            assert _texts(page.shown) == _texts(response.answers)
            for cell, value, revision in page.acknowledged:
                if revision:
                    assert (cell, revision) in written
                    assert _text(kept[cell, revision]) == _text(value)
        assert PostReceipt.objects.filter(response=response).count() <= sum(page.number for page in pages)
        transaction.set_rollback(True)


def _texts(answers: dict) -> dict[str, str]:
    """By cell, as pages show it: a number is typed as text."""
    return {cell: str(value) for cell, value in flatten(answers).items()}


def _text(value) -> str:
    return "" if value is None else str(value)
