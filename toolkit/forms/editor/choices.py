"""The choices of a list as a grid: what each is called and counts, in which order, and new ones line by line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from toolkit.rendering.plain import locale_of
from toolkit.schema.checking import MAX_CHOICES
from toolkit.schema.choice_columns import MAX_COLUMNS, RESERVED, VALUE_LENGTH, columns_in, columns_of
from toolkit.schema.clean_number import number
from toolkit.schema.editing import Raw, set_choices
from toolkit.schema.errors import AnswerError
from toolkit.schema.numbers import to_text
from toolkit.schema.parts import label_of, parts_of
from toolkit.schema.report import Report
from toolkit.schema.retyping import choices_from, choices_in, list_of, name_from
from toolkit.schema.structure import CHOICE, MISSING, NAME

SPARE = 2
LONGEST_BULK = 20_000
# A little more than is taken, so that what is too long is told and not cut
LONGEST_CELL = 2 * VALUE_LENGTH
COLUMNS = ("was", "name", "label", "score")


@dataclass(kw_only=True)
class ChoiceRow:
    """One choice in the grid. ``was`` is its name, empty for one that is new; ``others`` its words elsewhere."""

    was: str = ""
    name: str = ""
    label: str = ""
    score: str = ""
    is_dropped: bool = False
    others: str = ""
    # What stands in the columns that filters ask for, in their order
    cells: dict[str, str] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        return not (self.was or self.name or self.label.strip() or self.score.strip() or any(self.cells.values()))


class ChoiceGrid:
    """Reads and writes the choices of ``list_name`` in the tool's first language."""

    def __init__(self, raw: Mapping[str, Any], list_name: str, *, lang: str, own: str = "", is_locked: bool = False):
        self.list_name, self.lang, self.is_locked = list_name, lang, is_locked
        self.known = choices_in(raw, list_name)
        self.bulk, self.error = "", ""
        self.notes: list[str] = []
        self.columns = columns_in(self.known)
        self.new_column = ""
        self.rows = [_row_of(choice, lang) for choice in self.known]
        self.has_scores = any(row.score for row in self.rows)
        users = [part for part in parts_of(raw).values() if list_of(part.entry) == list_name and part.id != own]
        self.users = [label_of(part, lang) for part in users]
        self._pad()

    def read(self, data: QueryDict) -> None:
        if self.is_locked or "choice-label" not in data:
            return
        others = {row.was: row.others for row in self.rows}
        columns = [data.getlist(f"choice-{name}") for name in COLUMNS]
        dropped = set(data.getlist("choice-drop"))
        keys = data.getlist("choice-key")
        self.columns = [*dict.fromkeys((*self.columns, *self._sound(data.getlist("choice-column"))))]
        self.new_column = data.get("choice-new-column", "").strip()[:60]
        cells = {column: data.getlist(f"choice-col-{column}") for column in self.columns}
        self.rows = [
            ChoiceRow(
                cells={column: each[at].strip()[:LONGEST_CELL] for column, each in cells.items() if at < len(each)},
                was=was if was in others else "",
                name=name.strip()[:60],
                label=label[:1000],
                score=score[:30],
                is_dropped=key in dropped,
                others=others.get(was, ""),
            )
            for at, (was, name, label, score, key) in enumerate(zip(*columns, keys, strict=False))
        ]
        self.has_scores = self.has_scores or any(row.score for row in self.rows)
        self.bulk = data.get("choice-lines", "")[:LONGEST_BULK]
        self._pad()

    @staticmethod
    def _sound(names: Sequence[str]) -> list[str]:
        """Columns that the page had made room for and that were not saved yet."""
        return [name for name in names if NAME(Report(), (), name) is not MISSING][:MAX_COLUMNS]

    def _add_column(self) -> None:
        """Make room for the column that a person named; what is no name becomes one."""
        if self.new_column:
            made = name_from(self.new_column, "column", taken={*self.columns, *CHOICE, *RESERVED})
            self.notes += [note_on_name(self.new_column, made)] if made != self.new_column else []
            self.columns.append(made)
            self.new_column = ""
            self._pad()

    def act(self, what: str) -> None:
        """A button of the grid: ``more``, ``column``, or ``up 3`` and ``down 3`` for a row by its place."""
        word, _space, place = what.partition(" ")
        if word == "column":
            self._add_column()
        elif word == "more":
            self.rows += [ChoiceRow() for _n in range(SPARE + 3)]
        elif place.isdecimal() and int(place) < len(self.rows):
            at = int(place)
            to = min(max(at + (-1 if word == "up" else 1), 0), len(self.rows) - 1)
            self.rows.insert(to, self.rows.pop(at))

    def is_valid(self) -> bool:
        if self.is_locked:
            return True
        names = {row.was for row in self.kept if row.was}
        for row in self.kept:
            row.name = row.was or self._name(row.name, names)
            names |= {row.name} - {""}
        if len(self.kept) + len(self._typed()) > MAX_CHOICES:
            self.error = _("A list has at most %(limit)d choices.") % {"limit": MAX_CHOICES}
        return not self.has_errors

    def _name(self, typed: str, taken: set[str]) -> str:
        """The short name of a new choice as it was typed, or made from it: answers hang on it, so it is always one."""
        if not typed or (typed not in taken and CHOICE["name"].read(Report(), (), typed) is not MISSING):
            return typed
        made = name_from(typed, "choice", taken=taken)
        self.notes.append(note_on_name(typed, made))
        return made

    @property
    def direction(self) -> str:
        return locale_of(self.lang).text_direction

    @property
    def kept(self) -> list[ChoiceRow]:
        return [row for row in self.rows if not row.is_empty and not row.is_dropped]

    def _typed(self) -> list[dict[str, Any]]:
        """One choice a line; what follows a tab, as a spreadsheet pastes it, is its score."""
        found = []
        for line in self.bulk.splitlines():
            label, score, *more = [*line.split("\t"), ""]
            if label.strip() and more and self.columns:
                cells = dict(zip(self.columns, (each.strip()[:LONGEST_CELL] for each in more), strict=False))
                found.append({"label": label.strip()[:1000], "score": _score(score), "columns": cells})
            elif label.strip():
                value = _score(score)
                if isinstance(value, str):
                    found.append({"label": line.replace("\t", " ").strip()[:1000]})
                else:
                    found.append({"label": label.strip()[:1000], "score": value})
        return found

    def change(self, raw: Raw) -> Raw:
        """``raw`` with these choices; to be asked after ``is_valid()``."""
        if self.is_locked:
            return raw
        rows: Sequence[dict[str, Any]] = [
            {"was": row.was, "name": row.name, "label": row.label, "score": _score(row.score)} | {"columns": row.cells}
            for row in self.kept
        ]
        known = choices_in(raw, self.list_name)
        made = choices_from([*rows, *self._typed()], known, self.lang)
        return raw if made == known else set_choices(raw, self.list_name, made)

    @property
    def has_errors(self) -> bool:
        return bool(self.error)

    @property
    def troubles(self) -> list[tuple[str, str, str]]:
        return [("choices", _("Choices"), self.error)] if self.error else []

    def shown(self) -> str:
        labels = [row.label.strip() for row in self.kept]
        return " · ".join([*labels, *(each["label"] for each in self._typed())])

    def _pad(self) -> None:
        if not self.is_locked:
            empty = sum(row.is_empty for row in self.rows)
            self.rows += [ChoiceRow() for _n in range(SPARE - empty)]
        for row in self.rows:
            row.cells = {column: row.cells.get(column, "") for column in self.columns}


def _row_of(choice: Mapping[str, Any], lang: str) -> ChoiceRow:
    label = choice.get("label")
    texts = label if isinstance(label, Mapping) else {lang: label}
    score = choice.get("score")
    return ChoiceRow(
        was=str(choice.get("name", "")),
        name=str(choice.get("name", "")),
        label=str(texts.get(lang) or ""),
        cells={key: str(value) for key, value in columns_of(choice).items()},
        score=to_text(score) if isinstance(score, int | float) else str(score or ""),
        others=" · ".join(str(words) for code, words in texts.items() if code != lang and words),
    )


def note_on_name(typed: str, made: str) -> str:
    return _("“%(typed)s” cannot be a short name: those have small letters without accents, digits and _. It was saved "
             "as “%(made)s”.") % {"typed": typed[:60], "made": made}  # fmt: skip


def _score(text: str) -> int | float | str | None:
    """A number; what is none stays as it was typed, and is a problem of the draft."""
    try:
        value = number(text)
    except AnswerError:
        return text.strip()
    return None if value is None else int(value) if value == int(value) else float(value)
