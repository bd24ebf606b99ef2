"""The picker of conditions: “when ‹question› ‹is› ‹answer›”, line by line, or a formula written by hand."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from toolkit.rendering.vocabulary import ASKED, CHECK_STATES, YES_NO
from toolkit.schema.conditions import (
    MAX_ROWS,
    NEGATED,
    SELF,
    SIGNS,
    WITHOUT_VALUE,
    Picked,
    Ref,
    Row,
    Today,
    asked_for,
    read_condition,
    to_expression,
    value_of,
    written,
)
from toolkit.schema.errors import ExpressionError
from toolkit.schema.kinds import KINDS
from toolkit.schema.parts import Part, label_of, parts_of
from toolkit.schema.retyping import choices_in, kind_of, list_of

ROWS, TEXT = "rows", "text"
TODAY = "today()"
DATES = frozenset({"date", "datetime"})
MAX_TEXT = 4000
# All that a field for dates can hold
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
# Offered while no question is chosen yet
EVERY_WAY = tuple(way for way in ASKED if way not in NEGATED)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A question that a condition may speak of."""

    name: str
    label: str
    kind: str
    choices: tuple[tuple[str, str], ...] = ()

    @property
    def is_number(self) -> bool:
        return self.kind == "calculate" or KINDS[self.kind].numeric if self.kind in KINDS else False

    @property
    def is_ordered(self) -> bool:
        return self.is_number or self.kind in DATES or self.kind == "time"


@dataclass(kw_only=True)
class Line:
    """One line of the picker as it is shown: what was chosen, and what can be."""

    name: str = ""
    asked: str = ""
    value: str = ""
    other: str = ""
    question: Asked | None = None
    ways: Sequence[tuple[str, str]] = ()
    others: Sequence[tuple[str, str]] = ()
    options: str = ""
    error: str = ""

    @property
    def widget(self) -> str:
        """What the value is chosen or typed with."""
        if self.question is None:
            return "text"
        if self.question.choices:
            return "choices"
        if self.question.kind in DATES:
            return "date" if not self.value or DAY.fullmatch(self.value) else "text"
        return "number" if self.question.is_number else "text"

    @property
    def is_strange(self) -> bool:
        """Whether the value is none of the choices; it is shown all the same, to be put right."""
        return bool(self.value and self.question) and self.value not in dict(self.question.choices)


@dataclass(frozen=True, kw_only=True)
class Scope:
    """The questions of a tool, found once for all conditions of a page."""

    groups: list[tuple[str, list[Asked]]] = field(default_factory=list)

    @property
    def all(self) -> list[Asked]:
        return [each for _label, questions in self.groups for each in questions]

    @property
    def by_name(self) -> dict[str, Asked]:
        """Of two questions with one name the first, as in formulas."""
        return {each.name: each for each in reversed(self.all)}

    @property
    def doubtful(self) -> set[str]:
        """Names that more than one question has."""
        return {name for name, count in Counter(each.name for each in self.all).items() if count > 1}


def scope_of(raw: Mapping[str, Any], part: Part, lang: str) -> Scope:
    """What the conditions of ``part`` may ask: the form's own questions and, in a table, the columns of its row."""
    parts = parts_of(raw)
    table = parts.get(part.parent)
    own = table.id if part.sort == "item" and table and table.sort == "table" else ""
    groups: dict[str, list[Asked]] = {}
    for each in parts.values():
        above = parts.get(each.parent)
        in_table = above is not None and above.sort == "table"
        if each.sort != "item" or each.id == part.id or kind_of(each.entry) in ("note", ""):
            continue
        if (in_table and each.parent != own) or part.id in (each.parent, above.parent if above else ""):
            continue
        heading = label_of(above, lang) if above else ""
        groups.setdefault(heading, []).append(_asked(raw, each, lang))
    return Scope(groups=list(groups.items()))


def names_of(raw: Mapping[str, Any], part: Part, lang: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """All that a formula of ``part`` may name: (heading, (how it is written, what it is)), columns and tables too."""
    parts = parts_of(raw)
    groups: dict[str, list[tuple[str, str]]] = {}
    for each in parts.values():
        above = parts.get(each.parent)
        heading = label_of(above, lang) if above else ""
        label = _short(label_of(each, lang))
        if each.sort == "table":
            groups.setdefault(heading, []).append((f"count(${{{each.name}}})", _("Rows of “%s”") % label))
        elif each.sort == "item" and each.id != part.id and kind_of(each.entry) not in ("note", ""):
            is_column = above is not None and above.sort == "table" and each.parent != part.parent
            name = f"${{{each.name}}}"
            is_number = Asked(name=each.name, label="", kind=kind_of(each.entry)).is_number
            text = name if not is_column else f"sum({name})" if is_number else f"count({name})"
            groups.setdefault(heading, []).append((text, label))
    return list(groups.items())


def _asked(raw: Mapping[str, Any], part: Part, lang: str) -> Asked:
    kind = kind_of(part.entry)
    choices: Sequence[tuple[str, Any]] = {"yes_no": YES_NO, "check": CHECK_STATES}.get(kind, ())
    if name := list_of(part.entry):
        choices = [(str(each.get("name")), _words(each.get("label"), lang)) for each in choices_in(raw, name)]
    shown = tuple((key, str(words)) for key, words in choices)
    return Asked(name=part.name, label=_short(label_of(part, lang)), kind=kind, choices=shown)


def _words(text: Any, lang: str) -> str:
    if isinstance(text, Mapping) and text:
        return str(text.get(lang) or next(iter(text.values())))
    return str(text or "")


def _short(text: str, length: int = 70) -> str:
    return text if len(text) <= length else f"{text[: length - 1].rstrip()}…"


class Condition:
    """One property of a part that may be an expression, as a fieldset of the page.

    ``plain`` are the answers that need no expression: ``(key, words, value)``. After ``is_valid()`` the property is
    in ``value``.
    """

    def __init__(
        self,
        key: str,
        *,
        legend: str,
        plain: Sequence[tuple[str, str, Any]],
        rows_label: str,
        scope: Scope,
        current: Any,
        own: Asked | None = None,
        is_locked: bool = False,
    ):
        self.key, self.legend, self.plain, self.rows_label = key, legend, plain, rows_label
        self.scope, self.own, self.is_locked = scope, own, is_locked
        self.known = scope.by_name | ({SELF: own} if own else {})
        self.error = ""
        self.value = current
        self.text = current if isinstance(current, str) else ""
        picked = read_condition(self.text) if self.text else None
        known = picked is not None and self._can_show(picked)
        self.how = TEXT if isinstance(current, str) else self._plain_key(current)
        self.how = ROWS if known else self.how
        self.is_any = bool(picked and picked.is_any)
        self.lines = [self._line_of(row) for row in picked.rows] if picked and known else []
        self._finish()

    def _plain_key(self, current: Any) -> str:
        return next((key for key, _label, value in self.plain if value == current), self.plain[0][0])

    def _can_show(self, picked: Picked) -> bool:
        """Whether the lines, read back as the page sends them, say what the formula says. If not, it stays a formula:
        nobody is to be held up by it who came to change something else."""
        lines = [self._finished(self._line_of(row)) for row in picked.rows]
        for line in lines:
            is_known = line.name in self.known and line.name not in self.scope.doubtful
            if (line.name and not is_known) or (line.other and line.other not in dict(line.others)):
                return False
        return tuple(self._row(line) for line in lines) == picked.rows

    def _line_of(self, row: Row) -> Line:
        other = TODAY if isinstance(row.value, Today) else row.value.name if isinstance(row.value, Ref) else ""
        value = "" if other or row.asked in WITHOUT_VALUE else row.value
        shown = written(value) if isinstance(value, int | float) else str(value)
        is_open = not row.name or not (other or shown or row.asked in WITHOUT_VALUE)
        error = (_("Choose or write the answer.") if row.name else _("Choose a question.")) if is_open else ""
        return Line(name=row.name, asked=row.asked, value=shown, other=other, error=error)

    # What was posted

    def read(self, data: QueryDict) -> None:
        """Take what the page sent; nothing of it is lost when it is wrong."""
        if self.is_locked:
            return
        self.how = data.get(f"{self.key}-how", self.how)
        self.is_any = data.get(f"{self.key}-join") == "any"
        self.text = data.get(f"{self.key}-text", self.text)[:MAX_TEXT].strip()
        columns = [data.getlist(f"{self.key}-{part}")[: MAX_ROWS + 1] for part in ("q", "asked", "value", "other")]
        self.lines = [
            Line(name=name, asked=asked, value=value[:500], other=other)
            for name, asked, value, other in zip(*columns, strict=False)
            if name or value.strip()
        ]
        self._finish()

    def is_valid(self) -> bool:
        plain = {key: value for key, _label, value in self.plain}
        if self.is_locked:
            return True
        if self.how in plain:
            self.value = plain[self.how]
        elif self.how == TEXT:
            self.value = self.text
        else:
            rows = [self._row(line) for line in self.lines if line.name or line.value.strip()]
            self._write(Picked(tuple(rows) or (Row("", "is"),), self.is_any))
        return not self.error

    def _write(self, picked: Picked) -> None:
        try:
            self.value = self.text = to_expression(picked)
        except ExpressionError as error:
            self.error = error.message.translated(_)

    def _row(self, line: Line) -> Row:
        """What a line says; what is missing in it is empty, and listed with the problems of the draft."""
        question = self.known.get(line.name)
        if question is None:
            return Row(line.name, line.asked if line.asked in ASKED else "is", line.value.strip())
        ways = asked_for(question.kind, is_check=line.name == SELF)
        asked = line.asked if line.asked in ASKED else ways[0]
        if question.kind == "select_multiple":
            asked = {"is": "includes", "is_not": "excludes"}.get(asked, asked)
        if asked in WITHOUT_VALUE:
            return Row(line.name, asked)
        if line.other and question.is_ordered:
            return Row(line.name, asked, Today() if line.other == TODAY else Ref(line.other))
        value = (_choice(line, question) if question.choices else line.value).strip()
        if asked not in SIGNS and asked not in NEGATED:
            return Row(line.name, asked, value)
        return Row(line.name, asked, value_of(value, is_number=question.is_number))

    # What the page shows

    def add_line(self) -> None:
        self.how = ROWS
        if len(self.lines) < MAX_ROWS:
            self.lines.append(self._finished(Line()))

    def _finish(self) -> None:
        """There is always a line to choose something in."""
        self.lines = [self._finished(line) for line in self.lines] or [
            self._finished(Line(name=SELF if self.own else ""))
        ]

    def _finished(self, line: Line) -> Line:
        line.question = self.known.get(line.name)
        kind = line.question.kind if line.question else ""
        ways = (
            list(asked_for(kind, is_check=line.name == SELF)) if kind else [key for key in ASKED if key[:4] != "not_"]
        )
        if line.asked and line.asked not in ways and line.asked in ASKED:
            ways = [line.asked, *(way for way in ways if ASKED[way] != ASKED[line.asked])]
        line.ways = [(way, str(ASKED[way])) for way in ways]
        line.others = self._others(line.question) if line.question and line.question.is_ordered else ()
        return line

    def _others(self, question: Asked) -> list[tuple[str, str]]:
        is_day = question.kind in DATES
        today = [(TODAY, _("the day it is filled in"))] if is_day else []
        alike = [
            (each.name, _("the answer to “%(label)s”") % {"label": each.label})
            for each in self.scope.by_name.values()
            if each.name != question.name and (each.kind in DATES if is_day else each.is_number)
        ]
        return [*today, *alike]

    @property
    def has_errors(self) -> bool:
        return bool(self.error) or any(line.error for line in self.lines)

    @property
    def troubles(self) -> list[tuple[str, str, str]]:
        errors = [self.error, *(line.error for line in self.lines)]
        return [(f"{self.key}-picker", str(self.legend), error) for error in errors if error]

    @property
    def said(self) -> str:
        """The expression, to be seen beside the lines that say the same."""
        return self.text

    def shown(self) -> str:
        """For a comparison of what two people wrote."""
        if isinstance(self.value, str):
            return self.value
        key = self._plain_key(self.value)
        return str(next(label for each, label, _value in self.plain if each == key))


def _choice(line: Line, question: Asked) -> str:
    """The name of a choice; people without scripts may have typed its words. What is no choice stays as it is."""
    typed = line.value.strip()
    found = (name for name, words in question.choices if typed == name or typed.casefold() == words.casefold())
    return next(found, typed)
