"""One sheet of a workbook to fill in: the questions and tables of a section. See filled_workbook.py."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from toolkit.exchange import workbook_looks as looks
from toolkit.exchange.shapes import PARTS, parts_of, split, written
from toolkit.exchange.workbook import CELL_LENGTH
from toolkit.rendering.conditions import condition_text, filter_note
from toolkit.schema.cells import ROW, get_cell, new_row_id
from toolkit.schema.definition import Group, Item, Repeat, tr

if TYPE_CHECKING:
    from toolkit.exchange.filled_workbook import Maker

ANSWERS = "answers"  # what row 1 says above the column of answers
KEY, QUESTION, ANSWER, HELP = 1, 2, 3, 4
SPARE_ROWS = 10
# A part of an answer in a column of a table: the item, the part, its shape; without a shape it is only read
Columns = Sequence[tuple[Item, str, str]]


class Section:
    """One sheet, written from top to bottom."""

    def __init__(self, maker: Maker, sheet: Worksheet):
        self.maker, self.sheet, self.at = maker, sheet, 1
        looks.put(sheet, 1, ANSWER, ANSWERS)
        sheet.row_dimensions[1].hidden = True
        sheet.column_dimensions["A"].hidden = True

    def write(self, group: Group) -> None:
        say = self._say
        owner = self.maker.owner_of(group.side)
        self._line(say(group.label) or self.maker.document.title, looks.TITLE)
        if owner:
            self._line(_("Filled in by: %(side)s") % {"side": owner}, looks.QUIET)
        for text in (say(group.guidance), condition_text(group.relevant, self.maker.voice)):
            if text:
                self._line(text, looks.QUIET)
        looks.set_widths(self.sheet, self._widths(group))
        for node in group.nodes:
            if isinstance(node, Repeat):
                self._table(node, group)
            elif node.kind == "note":
                self._line(" ".join(filter(None, (say(node.label), self._condition(node)))), looks.QUIET)
            else:
                self._question(node, group)
        self.sheet.freeze_panes = "C3"

    def _say(self, text: dict[str, str] | None) -> str:
        return tr(text, self.maker.lang)

    def _condition(self, node: Item | Repeat) -> str:
        return condition_text(node.relevant, self.maker.voice)

    def _line(self, text: str, look: looks.Look) -> None:
        self.at += 1
        looks.put(self.sheet, self.at, QUESTION, text, look)
        self.sheet.merge_cells(start_row=self.at, end_row=self.at, start_column=QUESTION, end_column=HELP)
        self.sheet.row_dimensions[self.at].height = looks.height(text, 110, of=look)

    def _widths(self, group: Group) -> list[int]:
        """Of a sheet with questions that of its questions, else that of its only table."""
        tables = [node for node in group.nodes if isinstance(node, Repeat)]
        if len(tables) != len(group.nodes) or len(tables) != 1:
            return [38, 44, 44]
        shapes = (part[1] for item in tables[0].items for part in parts_of(item) or (("", "text"),))
        return [looks.WIDTHS[shape] for shape in shapes]

    # Questions

    def _question(self, item: Item, group: Group) -> None:
        self.at += 1
        label, help_text = self._label(item), self._help(item, group)
        if not self.maker.is_open(item) or self._is_too_long(item):
            self._row(label, self._closed_text(item), looks.CLOSED, help_text)
            return
        self.maker.keep(item.id)
        if item.kind == "select_multiple":
            self._marks(item, label, help_text)
            return
        held = split(item, get_cell(self.maker.response.answers, item.id))
        for n, (part, shape) in enumerate(PARTS[item.kind]):
            key = f"{item.id}:{part}" if part else item.id
            self.at += bool(n)
            said = f"{label} – {looks.part_label(part)}" if part and part != "amount" else label
            self._row(said, None, looks.OPEN, "" if n else help_text, key=key)
            self.maker.frame.fields.append(self._open(self.at, ANSWER, key, shape, item, part, held.get(part)))
            if shape == "long":
                self._grow(self.at, held.get(part), 44, least=4)

    def _marks(self, item: Item, label: str, help_text: str) -> None:
        """A row for each choice, with a place for a cross."""
        self._row(label, _("Mark with x what applies"), looks.CLOSED, help_text)
        name, choices = self.maker.choices(item, "")
        self.maker.frame.lists.setdefault(name, [list(pair) for pair in choices])
        held = get_cell(self.maker.response.answers, item.id) or ()
        for choice, value in choices:
            self.at += 1
            key = f"{item.id}={value}"
            self._row(f"    {choice}", None, looks.OPEN, "", key=key)
            cell = looks.put(self.sheet, self.at, ANSWER, "x" if value in held else None, looks.OPEN)
            self.maker.lists.bind(self.sheet, cell.coordinate, "mark", [["x", "x"]], strict=True)
            self.maker.frame.fields.append([key, "mark", name])

    def _label(self, item: Item) -> str:
        unit = self._say(item.unit) or ("%" if item.kind == "percent" else "")
        label = f"{self._say(item.label)} ({unit})" if unit else self._say(item.label)
        return f"{label} *" if item.required is True else label

    def _help(self, item: Item, group: Group | None) -> str:
        owner = self.maker.owner_beside(item, group) if group else ""
        said = (
            _("Filled in by: %(side)s") % {"side": owner} if owner else "",
            self._say(item.hint),
            self._say(item.guidance),
            self._condition(item),
            filter_note(item.choice_filter, self.maker.voice),
        )
        return "\n".join(filter(None, said))

    def _closed_text(self, item: Item) -> str:
        if item.kind in ("file", "image"):
            return self.maker.shown(item, item.id) or _("Files are attached on the page of the document.")
        if item.kind == "calculate" and not self.maker.shown(item, item.id):
            return _("Worked out from the other answers.")
        if self._is_too_long(item) and self.maker.is_open(item):
            return _("This text is too long for a sheet. It can be changed on the page of the document.")
        return self.maker.shown(item, item.id)

    def _is_too_long(self, item: Item) -> bool:
        value = get_cell(self.maker.response.answers, item.id)
        return isinstance(value, str) and len(value.encode("utf-16-le")) // 2 > CELL_LENGTH - 100

    def _row(self, label: str, text: str | None, look: looks.Look, help_text: str, *, key: str = "") -> None:
        if key:
            looks.put(self.sheet, self.at, KEY, key)
        looks.put(self.sheet, self.at, QUESTION, label, looks.LABEL)
        looks.put(self.sheet, self.at, ANSWER, text, look)
        looks.put(self.sheet, self.at, HELP, help_text or None, looks.QUIET)
        most = max((looks.height(words or "", 44) for words in (label, text, help_text)), default=18)
        self.sheet.row_dimensions[self.at].height = most

    def _grow(self, row: int, text: Any, width: int, *, least: int) -> None:
        held = self.sheet.row_dimensions[row].height or 0
        wanted = max(least * looks.LINE, looks.height(str(text or ""), width))
        self.sheet.row_dimensions[row].height = max(held, wanted)

    def _open(self, row: int, column: int, key: str, shape: str, item: Item, part: str, value: Any) -> list[str]:
        """Write what an open cell holds, with its list or its check; what the frame says of it."""
        name, choices = self.maker.choices(item, part)
        if item.kind == "signature" and part == "agreed" and isinstance(value, bool):
            value = "yes" if value else "no"
        cell = looks.put(self.sheet, row, column, written(shape, value, choices), looks.open_look(shape))
        if name and shape != "many":
            self.maker.lists.bind(self.sheet, cell.coordinate, name, choices, strict=shape == "choice")
        elif name:
            self.maker.frame.lists.setdefault(name, [list(pair) for pair in choices])
        else:
            self.maker.lists.check(self.sheet, cell.coordinate, shape, item)
        return [key, shape, name]

    # Tables

    def _table(self, repeat: Repeat, group: Group) -> None:
        columns = list(self._columns(repeat))
        if self._say(repeat.label) != self._say(group.label):
            self.at += 1
            self._line(self._say(repeat.label), looks.HEADING)
        for text in (self._say(repeat.hint), self._say(repeat.guidance), self._condition(repeat)):
            if text:
                self._line(text, looks.QUIET)
        self._head(repeat, columns)
        rows = [row[ROW] for row in self.maker.response.answers.get(repeat.id, []) if ROW in row]
        self.maker.frame.rows[repeat.id] = rows
        spare = self.maker.frame.spare[repeat.id] = self._spare(repeat, columns, len(rows))
        if not repeat.fixed and self.maker.writer.may_write(repeat.side) and all(shape for *_item, shape in columns):
            self.maker.frame.whole.append(repeat.id)
        for row in (*rows, *spare):
            self.at += 1
            looks.put(self.sheet, self.at, KEY, f"{repeat.id}/{row}")
            self._cells(repeat, row, columns)
        self.at += 1

    def _columns(self, repeat: Repeat) -> Iterator[tuple[Item, str, str]]:
        for item in repeat.items:
            if item.kind != "note":
                parts = parts_of(item) if self.maker.is_open(item) else ()
                yield from ((item, part, shape) for part, shape in parts or (("", ""),))

    def _head(self, repeat: Repeat, columns: Columns) -> None:
        self.at += 1
        looks.put(self.sheet, self.at, KEY, repeat.id)
        self.sheet.row_dimensions[self.at].hidden = True
        kept, tallest = [], looks.LINE
        for n, (item, part, shape) in enumerate(columns, start=QUESTION):
            key = f"{item.id}:{part}" if part else item.id
            label = self._label(item)
            label = f"{label} – {looks.part_label(part)}" if part and part != "amount" else label
            if shape:
                looks.put(self.sheet, self.at, n, key)
                name, choices = self.maker.choices(item, part)
                if name:
                    self.maker.frame.lists.setdefault(name, [list(pair) for pair in choices])
                kept.append([key, shape, name])
            looks.put(self.sheet, self.at + 1, n, label, looks.HEAD)
            told = "" if part and part != PARTS[item.kind][0][0] else self._column_help(item, shape)
            looks.put(self.sheet, self.at + 2, n, told or None, looks.QUIET)
            width = self.sheet.column_dimensions[get_column_letter(n)].width
            tallest = max(tallest, looks.height(told, width, of=looks.QUIET))
            looks.raise_to(self.sheet, self.at + 1, looks.height(label, width, of=looks.HEAD))
        self.maker.frame.columns[repeat.id] = kept
        self.sheet.row_dimensions[self.at + 2].height = min(tallest, 200)
        self.at += 2

    def _column_help(self, item: Item, shape: str) -> str:
        said = self._help(item, None)
        if shape == "many":
            labels = "; ".join(str(label) for label, _name in self.maker.choices(item, "")[1])
            said = "\n".join(filter(None, (said, _("Any of: %(choices)s") % {"choices": labels})))
        return said

    def _spare(self, repeat: Repeat, columns: Columns, n_rows: int) -> list[str]:
        may_add = not repeat.fixed and self.maker.writer.may_write(repeat.side)
        if not may_add or not any(shape for _item, _part, shape in columns):
            return []
        return [new_row_id() for _each in range(max(0, min(SPARE_ROWS, repeat.max - n_rows)))]

    def _cells(self, repeat: Repeat, row: str, columns: Columns) -> None:
        for n, (item, part, shape) in enumerate(columns, start=QUESTION):
            cell = f"{repeat.id}/{row}/{item.id}"
            if not shape:
                text = self.maker.shown(item, cell)
                looks.put(self.sheet, self.at, n, text or None, looks.CLOSED)
                continue
            self.maker.keep(cell)
            value = split(item, get_cell(self.maker.response.answers, cell)).get(part)
            if item.kind == "select_multiple":
                value = get_cell(self.maker.response.answers, cell)
            self._open(self.at, n, cell, shape, item, part, value)
            width = self.sheet.column_dimensions[get_column_letter(n)].width
            looks.raise_to(self.sheet, self.at, looks.height(str(value or ""), width))
