"""The worked example in the form itself: what it answers to each question, told beside the inputs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from toolkit.forms.question import NOTHING
from toolkit.rendering.display import display_text
from toolkit.schema.answers import Evaluation, evaluate_answers
from toolkit.schema.cells import ROW, flatten
from toolkit.schema.definition import Definition, Item, Repeat, tr

# A text is told as far as this; the rest unfolds. In a table it ends there: the whole example is a click away.
LONG, LONG_CELL = 240, 90
MOST_ROWS = 5
# What people wrote in their own language; everything else is told in that of the form.
WRITTEN = frozenset({"text", "long_text", "reference"})

# ``role`` and the word keep it apart from an answer for those who hear the page; it is no input and is never sent.
BESIDE = '<div class="fill-example" role="note"><b class="fill-example__mark">{}</b> {}</div>'
TEXT = '<span class="fill-example__text" dir="auto"{}>{}</span>'
FOLDED = '<details class="fill-example__text" dir="auto"{}><summary>{}</summary>{}</details>'


@dataclass(frozen=True, kw_only=True)
class ExampleRows:
    """The first rows of a table: the labels of its columns, the rows as cells, and how many more there are."""

    columns: tuple[str, ...]
    rows: tuple[tuple[SafeString, ...], ...]
    more: int


class Example:
    """Answers of a worked example as the page tells them. They hang on ids; what the form does not know is left out."""

    def __init__(self, form: Definition, answers: Mapping[str, Any], *, lang: str, written_in: str):
        self.form, self.answers, self.lang = form, answers, lang
        self.tongue = format_html(' lang="{}"', written_in) if written_in != lang else NOTHING
        self._cells = flatten(answers)

    def beside(self, cell: str, item: Item) -> SafeString:
        """What stands beside the inputs of ``cell``; rows that people add themselves are told above their table."""
        if item.repeat and not self.form.by_id[item.repeat].fixed:
            return NOTHING
        text = self._text(cell, item, self._cells.get(cell))
        if not text:
            return NOTHING
        tongue, (start, rest) = self._tongue_of(item), clipped(text, LONG)
        told = format_html(FOLDED, tongue, f"{start} …", rest) if rest else format_html(TEXT, tongue, text)
        return format_html(BESIDE, _("Example"), told)

    def rows_of(self, table: Repeat) -> ExampleRows | None:
        """The rows of ``table`` with the columns that say something; none where its rows are fixed: they say it."""
        kept = self.answers.get(table.id)
        rows = [row for row in kept if isinstance(row, Mapping)] if isinstance(kept, list) else []
        if table.fixed or not rows:
            return None
        texts = [[self._of_row(table, row, item) for item in table.items] for row in rows[:MOST_ROWS]]
        said = [n for n in range(len(table.items)) if any(row[n] for row in texts)]
        return ExampleRows(
            columns=tuple(tr(table.items[n].label, self.lang) for n in said),
            rows=tuple(tuple(self._cell(table.items[n], row[n]) for n in said) for row in texts),
            more=len(rows) - len(texts),
        )

    def _of_row(self, table: Repeat, row: Mapping[str, Any], item: Item) -> str:
        return self._text(f"{table.id}/{row.get(ROW, '')}/{item.id}", item, row.get(item.id))

    def _cell(self, item: Item, text: str) -> SafeString:
        start, rest = clipped(text, LONG_CELL)
        return format_html(TEXT, self._tongue_of(item), f"{start} …" if rest else text)

    def _text(self, cell: str, item: Item, value: Any) -> str:
        if item.kind == "calculate":
            value = self._evaluation.calculated.get(cell)
        return "" if value in (None, "") else display_text(item, value, definition=self.form, lang=self.lang)

    def _tongue_of(self, item: Item) -> SafeString:
        return self.tongue if item.kind in WRITTEN else NOTHING

    @cached_property
    def _evaluation(self) -> Evaluation:
        now = timezone.localtime()
        return evaluate_answers(self.form, dict(self.answers), today=now.date(), now=now, lang=self.lang)


def clipped(text: str, most: int) -> tuple[str, str]:
    """``text`` up to the last whole word within ``most`` characters, and the rest of it."""
    if len(text) <= most + most // 5:
        return text, ""
    at = text.rfind(" ", most // 2, most)
    at = at if at > 0 else most
    return text[:at].rstrip(" ,;:–-"), text[at:].strip()
