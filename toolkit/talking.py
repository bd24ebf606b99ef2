"""What people say about single questions, as far as a reader sees the answers: nobody else is shown a word of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial

from toolkit.models import Document, FieldComment, Response
from toolkit.permissions import Writer, can_read_response
from toolkit.returned import label_of_place, points_of
from toolkit.review_permissions import can_comment_within, sees_question, sees_within
from toolkit.schema.cells import ROW
from toolkit.schema.definition import Item, Repeat, tr


@dataclass(kw_only=True)
class Thread:
    """A remark with the answers to it. ``row`` says which row of a table it is about, empty for all of it."""

    first: FieldComment
    replies: list[FieldComment] = field(default_factory=list)
    row: str = ""

    @property
    def is_open(self) -> bool:
        return self.first.is_open

    @property
    def comments(self) -> list[FieldComment]:
        return [self.first, *self.replies]


@dataclass(frozen=True, kw_only=True)
class Aside:
    """What stands beside a question: threads, and where to write (empty for those who only read)."""

    threads: Sequence[Thread]
    url: str = ""

    @property
    def open_threads(self) -> list[Thread]:
        return [thread for thread in self.threads if thread.is_open]

    @property
    def n_done(self) -> int:
        return len(self.threads) - len(self.open_threads)


class Talk:
    """The threads of a document that ``writer`` may read, with ``url_of(response, place)`` where they may write."""

    def __init__(
        self,
        document: Document,
        responses: Iterable[Response],
        writer: Writer,
        *,
        url_of: Callable[[Response, str], str],
    ):
        self.document, self.writer, self.url_of = document, writer, url_of
        self.responses = {response.pk: response for response in responses}
        for response in self.responses.values():
            response.document = document
        every = list(self.responses.values())
        among = every if len(every) > 1 else None
        self._reads = {response.pk: can_read_response(writer, response, among=among) for response in every}
        self._may_comment: dict[int, bool] = {}
        self._threads: dict[tuple[int, str], list[Thread]] = defaultdict(list)
        self._read()

    def _read(self) -> None:
        # Whoever has counted already is believed.
        asked = [pk for pk, response in self.responses.items() if getattr(response, "has_comments", True)]
        rows = FieldComment.objects.filter(response__in=asked).order_by("pk") if asked else ()
        by_pk: dict[int, Thread] = {}
        seen: dict[tuple[int, str], bool] = {}
        for comment in rows:
            key = (comment.response_id, comment.place)
            if key not in seen:
                seen[key] = self.shows(self.responses[comment.response_id], comment.place)
            if not seen[key]:
                continue
            if comment.parent_id in by_pk:
                by_pk[comment.parent_id].replies.append(comment)
            elif comment.parent_id is None:
                row = row_label(self.responses[comment.response_id], comment.cell, self.writer)
                by_pk[comment.pk] = Thread(first=comment, row=row)
                self._threads[key].append(by_pk[comment.pk])

    def shows(self, response: Response, place: str) -> bool:
        node = node_of(self.document, place)
        return node is not None and self._reads[response.pk] and sees_within(self.writer, response, node)

    def may_comment(self, response: Response) -> bool:
        if response.pk not in self._may_comment:
            self._may_comment[response.pk] = self._reads[response.pk] and can_comment_within(self.writer, response)
        return self._may_comment[response.pk]

    def beside(self, response: Response, place: str) -> Aside | None:
        """What to show beside the question or table ``place``; None when there is nothing."""
        threads = self._threads.get((response.pk, place), [])
        writes = self.may_comment(response) and self.shows(response, place)
        if not threads and not writes:
            return None
        return Aside(threads=threads, url=self.url_of(response, place) if writes else "")

    def threads(self) -> list[tuple[Response, str, list[Thread]]]:
        """Everything said, question by question in the order of the form."""
        order = {place: at for at, place in enumerate(self.document.version.form.by_id)}
        keys = sorted(self._threads, key=lambda key: (order.get(key[1], len(order)), key[0]))
        return [(self.responses[pk], place, self._threads[pk, place]) for pk, place in keys]

    @property
    def n_open(self) -> int:
        return sum(thread.is_open for threads in self._threads.values() for thread in threads)

    @property
    def n_all(self) -> int:
        return sum(len(threads) for threads in self._threads.values())


def about_url(here: str, response: Response, place: str) -> str:
    """The page ``here`` about one question of one response."""
    return f"{here}?about={response.side or '-'}:{place}"


def talk_of(document: Document, responses: Iterable[Response], writer: Writer, *, here: str) -> Talk:
    """What is said about the questions of ``responses``; ``here`` is the page on which it is written."""
    return Talk(document, responses, writer, url_of=partial(about_url, here))


def node_of(document: Document, place: str) -> Item | Repeat | None:
    """The question outside tables, or the table, that people may talk about under this name."""
    node = document.version.form.by_id.get(place)
    if isinstance(node, Item) and (node.repeat or node.kind in ("note", "calculate")):
        return None
    return node


def rows_of(response: Response, repeat: Repeat, writer: Writer) -> list[tuple[str, str]]:
    """(cell, what it is called) of each row of a table."""
    lang = response.document.language
    # The first words of a row name it, unless they are not for everybody.
    naming = next((item for item in repeat.items if item.kind in ("text", "reference") and not item.sensitive), None)
    found = []
    for number, row in enumerate(response.answers.get(repeat.id) or [], start=1):
        value = row.get(naming.id) if naming else None
        words = value.get("text", "") if isinstance(value, dict) else value or ""
        name = f"{tr(repeat.label, lang)} {number}"
        found.append((f"{repeat.id}/{row[ROW]}", f"{name}: {words}" if words else name))
    return found


def row_label(response: Response, cell: str, writer: Writer) -> str:
    place, _slash, row = cell.partition("/")
    node = node_of(response.document, place)
    if not row or not isinstance(node, Repeat):
        return ""
    return dict(rows_of(response, node, writer)).get(cell, "")


def returned_to(document: Document, responses: Iterable[Response], writer: Writer) -> list[tuple[str, str]]:
    """(what it is called, the reason) of what was returned, as far as ``writer`` sees the answers."""
    found = []
    for response in responses:
        response.document = document
        for point in points_of(response):
            node = document.version.form.by_id.get(point.place)
            if node is None or sees_question(writer, response, node):
                found.append((label_of_place(document, point.place, document.language), point.reason))
    return found
