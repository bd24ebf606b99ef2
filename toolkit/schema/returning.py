"""What a file that was filled in elsewhere would change: original, theirs and now of every cell."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from .answers import clean_value
from .cells import Cell, get_cell, parse_cell
from .definition import Definition, Item, Repeat
from .errors import AnswerError
from .words import Message, _

FILES = ("file", "image")
SILENT = ("calculate", "note")


@dataclass(frozen=True, kw_only=True)
class Difference:
    """A cell that the file would change. ``is_clear`` when nobody has changed it since the file was made.

    For a row (``r_x/<row>``) the values are its answers: None for theirs takes it out, and None for now means that it
    was taken out meanwhile; then ``theirs`` is the whole row, to be brought back.
    """

    cell: str
    original: Any
    theirs: Any
    now: Any

    @property
    def is_clear(self) -> bool:
        return self.now == self.original

    @property
    def is_row(self) -> bool:
        return parse_cell(self.cell).item is None


@dataclass(kw_only=True)
class Returned:
    """``differences`` in the order of the form; ``left``: what cannot be taken over, as (cell, why)."""

    differences: list[Difference] = field(default_factory=list)
    left: list[tuple[str, Message]] = field(default_factory=list)
    n_same: int = 0

    def changes_of(self, cell: str) -> dict[str, Any]:
        """What accepting the difference at ``cell`` writes."""
        found = next(each for each in self.differences if each.cell == cell)
        if not found.is_row or found.theirs is None:
            return {cell: found.theirs}
        return {cell: {}, **{f"{cell}/{name}": value for name, value in found.theirs.items()}}


def compare_returned(
    form: Definition,
    answers: Mapping[str, Any],
    *,
    cells: Mapping[str, Any],
    originals: Mapping[str, Any],
    new_rows: Collection[str],
    may_write: Callable[[str], bool],
) -> Returned:
    """What ``cells`` (raw values, by cell) of a file would change in ``answers``.

    ``originals`` are the values that the file was made with, ``new_rows`` the rows that it begins, ``may_write`` tells
    whether those who decide write for a side.
    """
    work = _Comparison(form, answers, originals, set(new_rows), may_write)
    for key, raw in cells.items():
        work.take(key, raw)
    return work.done()


class _Comparison:
    def __init__(self, form, answers, originals, new_rows, may_write):
        self.form, self.answers, self.originals = form, answers, originals
        self.new_rows, self.may_write = new_rows, may_write
        self.result = Returned()
        self.theirs: dict[str, Any] = {}  # every sound value of the file by cell
        self.gone: dict[str, bool] = {}  # rows that are not there any more, and whether the file changes them

    def take(self, key: str, raw: Any) -> None:
        try:
            cell = parse_cell(key)
        except ValueError:
            self._leave(key[:80], _("This form has no such question."))
            return
        node = self.form.by_id.get(cell.item or cell.repeat or "")
        if cell.item is None:
            self._row(key, node, raw)
        elif not isinstance(node, Item) or node.repeat != cell.repeat:
            if raw != self.originals.get(key):
                self._leave(key, _("The form has changed: this question is no longer in it."))
        else:
            self._value(key, cell, node, raw)

    def _leave(self, key: str, why: Message) -> None:
        self.result.left.append((key, why))

    def _value(self, key: str, cell: Cell, item: Item, raw: Any) -> None:
        original = self.originals.get(key)
        try:
            theirs = clean_value(item, raw, definition=self.form)
        except AnswerError as error:
            if raw != original:  # what stood so in the answers already is not told again
                self._leave(key, error.message)
            return
        self.theirs[key] = theirs
        if theirs == original:
            self.result.n_same += 1
            return
        if item.kind in SILENT or item.kind in FILES or item.readonly:
            self._leave(key, _("This field cannot be changed by a file."))
        elif not self.may_write(item.side):
            self._leave(key, _("This field belongs to another part of the form."))
        else:
            self._differ(key, cell, original, theirs)

    def _differ(self, key: str, cell: Cell, original: Any, theirs: Any) -> None:
        place = f"{cell.repeat}/{cell.row}"
        if cell.row and place not in self.new_rows and get_cell(self.answers, place) is None:
            self.gone[place] = True
            return
        now = get_cell(self.answers, key)
        if theirs == now:
            self.result.n_same += 1
        else:
            self.result.differences.append(Difference(cell=key, original=original, theirs=theirs, now=now))

    def _row(self, key: str, repeat: Any, raw: Any) -> None:
        now = get_cell(self.answers, key)
        if raw is not None or now is None:  # a row that is there, or was taken out on both sides
            return
        if not isinstance(repeat, Repeat):
            self._leave(key, _("The form has changed: this table is no longer in it."))
        elif repeat.fixed or not self.may_write(repeat.side):
            self._leave(key, _("This row cannot be taken out by a file."))
        else:
            begun = {
                cell.rpartition("/")[2]: value for cell, value in self.originals.items() if cell.startswith(f"{key}/")
            }
            shown = {name: value for name, value in now.items() if name in begun or self._is_asked(name)}
            self.result.differences.append(
                Difference(cell=key, original=begun, theirs=None, now=now if shown != begun else begun)
            )

    def _is_asked(self, name: str) -> bool:
        item = self.form.by_id.get(name)
        return isinstance(item, Item) and not item.readonly and item.kind not in FILES

    def done(self) -> Returned:
        for place in self.gone:
            inside = {key.rpartition("/")[2]: v for key, v in self.theirs.items() if key.startswith(f"{place}/")}
            theirs = {name: value for name, value in inside.items() if value is not None}
            if theirs:
                begun = {k.rpartition("/")[2]: v for k, v in self.originals.items() if k.startswith(f"{place}/")}
                self.result.differences.append(Difference(cell=place, original=begun, theirs=theirs, now=None))
        order = {key: n for n, key in enumerate(self.form.by_id)}
        self.result.differences.sort(key=lambda each: _place(each.cell, order))
        return self.result


def _place(key: str, order: Mapping[str, int]) -> int:
    """Questions as the page has them; rows stand together where their table is."""
    cell = parse_cell(key)
    return order[cell.repeat or cell.item or ""]
