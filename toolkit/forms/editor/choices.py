"""The choices of a list as a grid: what each is called and counts, in which order, and new ones line by line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from toolkit.schema.checking import MAX_CHOICES
from toolkit.schema.clean_number import number
from toolkit.schema.editing import Raw, set_choices
from toolkit.schema.errors import AnswerError
from toolkit.schema.numbers import to_text
from toolkit.schema.parts import label_of, parts_of
from toolkit.schema.report import Report
from toolkit.schema.retyping import choices_from, choices_in, list_of
from toolkit.schema.structure import CHOICE, MISSING

SPARE = 2
LONGEST_BULK = 20_000
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
    error: str = ""
    wrong: str = ""

    @property
    def is_empty(self) -> bool:
        return not (self.was or self.name or self.label.strip() or self.score.strip())


class ChoiceGrid:
    """Reads and writes the choices of ``list_name`` in the tool's first language."""

    def __init__(self, raw: Mapping[str, Any], list_name: str, *, lang: str, own: str = "", is_locked: bool = False):
        self.list_name, self.lang, self.is_locked = list_name, lang, is_locked
        self.known = choices_in(raw, list_name)
        self.bulk, self.error = "", ""
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
        self.rows = [
            ChoiceRow(
                was=was if was in others else "",
                name=name.strip()[:60],
                label=label[:1000],
                score=score[:30],
                is_dropped=key in dropped,
                others=others.get(was, ""),
            )
            for was, name, label, score, key in zip(*columns, keys, strict=False)
        ]
        self.has_scores = self.has_scores or any(row.score for row in self.rows)
        self.bulk = data.get("choice-lines", "")[:LONGEST_BULK]
        self._pad()

    def act(self, what: str) -> None:
        """A button of the grid: ``more``, or ``up 3`` and ``down 3`` for a row by its place."""
        word, _space, place = what.partition(" ")
        if word == "more":
            self.rows += [ChoiceRow() for _n in range(SPARE + 3)]
        elif place.isdecimal() and int(place) < len(self.rows):
            at = int(place)
            to = min(max(at + (-1 if word == "up" else 1), 0), len(self.rows) - 1)
            self.rows.insert(to, self.rows.pop(at))

    def is_valid(self) -> bool:
        if self.is_locked:
            return True
        names: set[str] = set()
        for row in self.kept:
            row.wrong, row.error = self._fault(row, names)
            names.add(row.was or row.name)
        if len(self.kept) + len(self._typed()) > MAX_CHOICES:
            self.error = _("A list has at most %(limit)d choices.") % {"limit": MAX_CHOICES}
        return not self.has_errors

    def _fault(self, row: ChoiceRow, names: set[str]) -> tuple[str, str]:
        """Which field is wrong, and why."""
        name = row.was or row.name
        if not row.label.strip():
            return "label", _("Write what people read, or remove this choice.")
        if row.name and not row.was and CHOICE["name"].read(Report(), (), row.name) is MISSING:
            return "name", _("A choice's name has letters without accents, digits and _ . - only.")
        if name and name in names:
            return "name", _("Another choice has the name “%(name)s”.") % {"name": name}
        try:
            _score(row.score)
        except AnswerError as error:
            return "score", error.message.translated(_)
        return "", ""

    @property
    def kept(self) -> list[ChoiceRow]:
        return [row for row in self.rows if not row.is_empty and not row.is_dropped]

    def _typed(self) -> list[dict[str, Any]]:
        """One choice a line; what follows a tab, as a spreadsheet pastes it, is its score."""
        found = []
        for line in self.bulk.splitlines():
            label, _tab, score = line.partition("\t")
            if label.strip():
                try:
                    found.append({"label": label.strip()[:1000], "score": _score(score)})
                except AnswerError:
                    found.append({"label": line.replace("\t", " ").strip()[:1000]})
        return found

    def change(self, raw: Raw) -> Raw:
        """``raw`` with these choices; to be asked after ``is_valid()``."""
        if self.is_locked:
            return raw
        rows: Sequence[dict[str, Any]] = [
            {"was": row.was, "name": row.name, "label": row.label, "score": _score(row.score)} for row in self.kept
        ]
        known = choices_in(raw, self.list_name)
        made = choices_from([*rows, *self._typed()], known, self.lang)
        return raw if made == known else set_choices(raw, self.list_name, made)

    @property
    def has_errors(self) -> bool:
        return bool(self.error) or any(row.error for row in self.rows)

    @property
    def troubles(self) -> list[tuple[str, str, str]]:
        errors = [self.error, *(row.error for row in self.rows)]
        return [("choices", _("Choices"), error) for error in errors if error]

    def shown(self) -> str:
        labels = [row.label.strip() for row in self.kept]
        return " · ".join([*labels, *(each["label"] for each in self._typed())])

    def _pad(self) -> None:
        if not self.is_locked:
            empty = sum(row.is_empty for row in self.rows)
            self.rows += [ChoiceRow() for _n in range(SPARE - empty)]


def _row_of(choice: Mapping[str, Any], lang: str) -> ChoiceRow:
    label = choice.get("label")
    texts = label if isinstance(label, Mapping) else {lang: label}
    score = choice.get("score")
    return ChoiceRow(
        was=str(choice.get("name", "")),
        name=str(choice.get("name", "")),
        label=str(texts.get(lang) or ""),
        score=to_text(score) if isinstance(score, int | float) else str(score or ""),
        others=" · ".join(str(words) for code, words in texts.items() if code != lang and words),
    )


def _score(text: str) -> int | float | None:
    value = number(text)
    return None if value is None else int(value) if value == int(value) else float(value)
