"""A workbook that was filled in elsewhere, read back: what filled_workbook.py wrote, with what people made of it.

Cells are found by what stands in column A and in the hidden rows, so a sheet may have been renamed or moved, and rows
may have been put between others. Whatever cannot be told is a problem of its cell, and nothing is guessed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from toolkit.exchange.filled_workbook import FRAME_SHEET, LIST_SHEET
from toolkit.exchange.frame import Frame, unsealed
from toolkit.exchange.read_back import ReadBack, ReadBackError
from toolkit.exchange.refusals import ImportRefused
from toolkit.exchange.shapes import LEADING, Unreadable, read, text_of
from toolkit.exchange.workbook import Cells, Formula, read_cells
from toolkit.exchange.workbook_section import ANSWERS, KEY

MOST_PROBLEMS = 500


def read_filled_workbook(data: bytes) -> ReadBack:
    """What the workbook in ``data`` says; ReadBackError when it cannot be read at all."""
    try:
        cells = read_cells(data)
        # Nothing else is read before it is sure that the file is one of ours.
        frame = unsealed(_frame_line(cells))
        return _Reading(cells, frame).read_back()
    except ImportRefused as error:
        raise ReadBackError(error.message.translated(_)) from error


def _frame_line(cells: Cells) -> str:
    rows = cells.sheet(FRAME_SHEET)
    if not rows:
        raise ReadBackError(
            _(
                "This workbook was not made here, or the hidden sheet that says which document it belongs to was "
                "deleted. Download it again, and copy your answers into it."
            )
        )
    return "".join(str(row.get(KEY, "")) for _number, row in sorted(rows.items()))


class _Reading:
    def __init__(self, cells: Cells, frame: Frame):
        self.cells, self.frame = cells, frame
        self.problems: list[tuple[str, str]] = []
        self.shapes = {key: (shape, name) for key, shape, name in frame.fields}
        # Where each place stands: the value by its key; of tables by row and key
        self.fields: dict[str, Any] = {}
        self.rows: dict[str, dict[str, Any]] = {}
        self.seen_columns: dict[str, set[str]] = {}

    def read_back(self) -> ReadBack:
        for name in self.cells.names:
            if name not in (FRAME_SHEET, LIST_SHEET):
                self._sheet(name, self.cells.sheet(name))
        found: dict[str, Any] = {}
        for cell, value in (*self._questions(), *self._tables()):
            found[cell] = value
        new_rows = [place for place in self._spare() if any(cell.startswith(f"{place}/") for cell in found)]
        return ReadBack(
            reference=self.frame.reference,
            side=self.frame.side,
            version_hash=self.frame.version_hash,
            revisions=dict(self.frame.revisions),
            originals=dict(self.frame.originals),
            cells=found,
            new_rows=tuple(new_rows),
            problems=tuple(self.problems[:MOST_PROBLEMS]),
        )

    # Where everything stands

    def _sheet(self, name: str, rows: Mapping[int, Mapping[int, Any]]) -> None:
        answers = next((n for n, text in rows.get(1, {}).items() if text == ANSWERS), None)
        table, columns = "", {}
        for _number, row in sorted(rows.items()):
            key = row.get(KEY)
            if not isinstance(key, str):
                continue
            if key in self.frame.columns:
                known = {column[0] for column in self.frame.columns[key]}
                table, columns = key, {n: text for n, text in row.items() if n != KEY and text in known}
                self.seen_columns.setdefault(key, set()).update(columns.values())
            elif key in self.shapes:
                self._field(name, key, row, answers)
            elif "/" in key:
                self._row(key, table, {columns[n]: value for n, value in row.items() if n in columns})

    def _field(self, sheet: str, key: str, row: Mapping[int, Any], answers: int | None) -> None:
        if answers is None:
            self._tell(_cell_of(key), _("The column with the answers of the sheet “%(name)s” is missing."), name=sheet)
        elif key in self.fields:
            self._tell(_cell_of(key), _("This question stands in the file twice. The first answer is taken."))
        else:
            self.fields[key] = row.get(answers)

    def _row(self, place: str, table: str, values: dict[str, Any]) -> None:
        repeat, _slash, row = place.partition("/")
        if repeat != table or row not in (*self.frame.rows[table], *self.frame.spare[table]):
            self._tell("", _("A row that this file did not have was put into it; it is not read."))
        elif place in self.rows:
            self._tell(place, _("This row stands in the file twice. The first one is taken."))
        else:
            self.rows[place] = values

    def _tell(self, cell: str, sentence: str, **params: Any) -> None:
        told = (cell, sentence % params if params else sentence)
        if told not in self.problems:
            self.problems.append(told)

    # What it says

    def _questions(self) -> Iterator[tuple[str, Any]]:
        wanted: dict[str, list[str]] = {}
        for key in self.shapes:
            wanted.setdefault(_cell_of(key), []).append(key)
        for cell, keys in wanted.items():
            missing = [key for key in keys if key not in self.fields]
            if missing:
                self._tell_unless_told(cell, _("This question was taken out of the file; its answer stays as it is."))
                continue
            if self.shapes[keys[0]][0] == "mark":
                yield from self._marks(cell, keys)
            else:
                held = {_part_of(key): (*self.shapes[key], self.fields[key]) for key in keys}
                yield from self._answer(cell, held)

    def _tell_unless_told(self, cell: str, sentence: str) -> None:
        if all(each != cell for each, _words in self.problems):
            self._tell(cell, sentence)

    def _marks(self, cell: str, keys: list[str]) -> Iterator[tuple[str, Any]]:
        formulas = [key for key in keys if isinstance(self.fields[key], Formula)]
        if formulas:
            self._tell(cell, _("A formula stands here. Write the value instead."))
            return
        names = [name for _label, name in self.frame.lists[self.shapes[keys[0]][1]]]
        marked = {key.partition("=")[2] for key in keys if text_of(self.fields[key] or "").strip() not in ("", "-")}
        yield cell, [name for name in names if str(name) in marked] or None

    def _answer(self, cell: str, held: Mapping[str, tuple[str, str, Any]]) -> Iterator[tuple[str, Any]]:
        """A cell with its answer, put together from its parts; nothing when one of them cannot be told."""
        parts: dict[str, Any] = {}
        for part, (shape, name, value) in held.items():
            if isinstance(value, Formula):
                self._tell(cell, _("A formula stands here. Write the value instead."))
                return
            try:
                parts[part] = read(shape, value, self.frame.lists.get(name, ()), self.cells.epoch)
            except Unreadable as error:
                self._tell(cell, str(error))
                return
        yield cell, self._whole(cell, parts, held)

    def _whole(self, cell: str, parts: dict[str, Any], held: Mapping[str, tuple[str, str, Any]]) -> Any:
        if set(parts) == {""}:
            shape, name, _value = held[""]
            return self._reference(cell, name, parts[""]) if shape == "suggest" else parts[""]
        said = {part: value for part, value in parts.items() if value is not None}
        if any(leading in parts and leading not in said for leading in LEADING.values()):
            return None
        return said or None

    def _reference(self, cell: str, name: str, text: Any) -> Any:
        """Who or what is meant: the record that was meant before, or the one of the list that is called so."""
        if text is None:
            return None
        original = self.frame.originals.get(cell)
        if isinstance(original, dict) and original.get("text") == text:
            return original
        ref = next((ref for label, ref in self.frame.lists.get(name, ()) if label == text), None)
        return {"text": text, "ref": ref}

    def _tables(self) -> Iterator[tuple[str, Any]]:
        for repeat, columns in self.frame.columns.items():
            if not columns:
                continue
            gone = {key.partition(":")[0] for key, _shape, _list in columns} - self._whole_columns(repeat)
            for item in sorted(gone):
                self._tell(item, _("A column was taken out of the file, so its answers stay as they are."))
            for row in (*self.frame.rows[repeat], *self.frame.spare[repeat]):
                yield from self._table_row(repeat, row, gone)

    def _whole_columns(self, repeat: str) -> set[str]:
        """The columns of which every part is still there."""
        seen = self.seen_columns.get(repeat, set())
        lost = {key.partition(":")[0] for key, _shape, _list in self.frame.columns[repeat] if key not in seen}
        return {key.partition(":")[0] for key in seen} - lost

    def _table_row(self, repeat: str, row: str, gone: set[str]) -> Iterator[tuple[str, Any]]:
        place = f"{repeat}/{row}"
        is_spare = row in self.frame.spare[repeat]
        if place not in self.rows:
            if not is_spare:
                self._tell(place, _("This row was deleted from the file and stays. To take it out, empty it."))
            return
        values, held = self.rows[place], {}
        for key, shape, name in self.frame.columns[repeat]:
            item, _colon, part = key.partition(":")
            if item not in gone:
                held.setdefault(item, {})[part] = (shape, name, values.get(key))
        told = len(self.problems)
        found = [pair for item, parts in held.items() for pair in self._answer(f"{place}/{item}", parts)]
        is_empty = told == len(self.problems) and all(value is None for _cell, value in found)
        if is_spare:
            yield from (pair for pair in found if pair[1] is not None)
        elif is_empty and self._was_filled(place) and not gone and repeat in self.frame.whole:
            yield place, None
        else:
            yield from found

    def _was_filled(self, place: str) -> bool:
        return any(cell.startswith(f"{place}/") for cell in self.frame.originals)

    def _spare(self) -> Iterator[str]:
        for repeat, rows in self.frame.spare.items():
            yield from (f"{repeat}/{row}" for row in rows)


def _cell_of(key: str) -> str:
    return key.partition("=")[0].partition(":")[0]


def _part_of(key: str) -> str:
    return key.partition(":")[2]
