"""The rows a table begins with, as a grid of its columns."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from toolkit.forms.editor.values import UNTYPED, from_text, options_for, to_text
from toolkit.schema.cells import ROW, ROW_ID, new_row_id
from toolkit.schema.parts import Part, label_of, parts_of
from toolkit.schema.retyping import kind_of

SPARE, MOST_ROWS, LONGEST_BULK = 2, 400, 60_000


@dataclass(frozen=True, kw_only=True)
class Column:
    name: str
    label: str
    entry: Mapping[str, Any]
    options: list[tuple[str, str]]

    @property
    def field(self) -> str:
        return f"row-{self.name}"


@dataclass(kw_only=True)
class SeedRow:
    """``id`` is empty for a row that is new; ``kept`` is what the grid has no field for."""

    id: str = ""
    cells: list[tuple[Column, str]] = field(default_factory=list)
    kept: dict[str, Any] = field(default_factory=dict)
    is_dropped: bool = False

    @property
    def is_empty(self) -> bool:
        return not self.id and not any(text.strip() for _column, text in self.cells)


def text_at(texts: list[str], at: int) -> str:
    return texts[at][:2000] if at < len(texts) else ""


class SeedGrid:
    legend = gettext_lazy("Rows to begin with")
    has_errors = False
    troubles: tuple[tuple[str, str, str], ...] = ()

    def __init__(self, raw: Mapping[str, Any], table: Part, *, lang: str, is_locked: bool):
        self.is_locked = is_locked
        parts = [part for part in parts_of(raw).values() if part.parent == table.id]
        self.columns = [
            Column(
                name=part.name, label=label_of(part, lang), entry=part.entry, options=options_for(raw, part.entry, lang)
            )
            for part in parts
            if kind_of(part.entry) not in (*UNTYPED, "calculate", "note", "")
        ]
        written = table.entry.get("rows")
        self.known = [row for row in written if isinstance(row, Mapping)] if isinstance(written, list) else []
        self.rows = [self._row_of(row) for row in self.known]
        self.bulk = ""
        self._pad()

    def _row_of(self, row: Mapping[str, Any]) -> SeedRow:
        cells = [(each, to_text(kind_of(each.entry), row.get(each.name))) for each in self.columns]
        names = {each.name for each in self.columns} | {ROW}
        kept = {name: value for name, value in row.items() if name not in names}
        return SeedRow(id=str(row.get(ROW, "")), cells=cells, kept=kept)

    def read(self, data: QueryDict) -> None:
        if self.is_locked or "row-id" not in data:
            return
        known = {row.id: row for row in self.rows if row.id}
        dropped, keys = set(data.getlist("row-drop")), data.getlist("row-key")
        values = {column.name: data.getlist(column.field) for column in self.columns}
        self.rows = []
        for at, row_id in enumerate(data.getlist("row-id")[:MOST_ROWS]):
            cells = [
                (each, values[each.name][at][:2000] if at < len(values[each.name]) else "") for each in self.columns
            ]
            old = known.get(row_id)
            self.rows.append(
                SeedRow(
                    id=row_id if old or ROW_ID.fullmatch(row_id) else "",
                    cells=cells,
                    kept=old.kept if old else {},
                    is_dropped=at < len(keys) and keys[at] in dropped,
                )
            )
        self.bulk = data.get("row-lines", "")[:LONGEST_BULK]
        self._pad()

    def is_valid(self) -> bool:
        return True

    @property
    def written(self) -> list[dict[str, Any]]:
        """The rows as the tool keeps them; what did not change stays as it was, to the letter."""
        before = {str(row.get(ROW)): row for row in self.known}
        made = []
        for row in [*self.rows, *self._pasted()]:
            if row.is_empty or row.is_dropped:
                continue
            old = before.get(row.id, {})
            found: dict[str, Any] = {ROW: row.id or new_row_id()}
            for column, text in row.cells:
                was = old.get(column.name)
                same = was is not None and to_text(kind_of(column.entry), was) == text.strip()
                value = was if same else from_text(column.entry, text)
                found |= {} if value is None else {column.name: value}
            made.append(found | row.kept)
        return made

    def _pasted(self) -> list[SeedRow]:
        """Lines of a spreadsheet: one row each, tabs between the columns."""
        rows = []
        for line in self.bulk.splitlines()[:MOST_ROWS]:
            texts = re.split(r"\t", line) if line.strip() else []
            if texts:
                cells = [(each, self._chosen(each, text)) for each, text in zip(self.columns, texts, strict=False)]
                rows.append(SeedRow(cells=cells))
        return rows

    def _chosen(self, column: Column, text: str) -> str:
        """The name of a choice where its words were pasted."""
        typed = text.strip().casefold()
        return next((name for name, words in column.options if typed in (name.casefold(), words.casefold())), text)

    def shown(self) -> str:
        rows = [row for row in [*self.rows, *self._pasted()] if not row.is_empty and not row.is_dropped]
        return "; ".join(", ".join(text.strip() for _column, text in row.cells if text.strip()) for row in rows)

    def _pad(self) -> None:
        if not self.is_locked and self.columns:
            empty = sum(row.is_empty for row in self.rows)
            blank = [(each, "") for each in self.columns]
            self.rows += [SeedRow(cells=list(blank)) for _n in range(SPARE - empty)]

    @property
    def note(self) -> str:
        return "" if self.columns else _("Add columns first; then the rows can be written here.")
