"""Choosing between the answers of two sides: what is asked, what was shown of it, and what was posted."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.http import QueryDict
from django.utils import translation
from django.utils.translation import gettext as _

from toolkit.actions.saving import SaveResult
from toolkit.models import Response
from toolkit.rendering.display import Shown, Voice, show
from toolkit.schema.cells import get_cell
from toolkit.schema.comparing import Compared, ComparedRow, Comparison
from toolkit.schema.definition import language_of, tr
from toolkit.states import Part

TAKE = "take:"
OPEN_STATES = ("differs", "left", "right")


@dataclass(frozen=True, kw_only=True)
class Line:
    """One thing to choose: a question, or a whole row that only one side has. ``name`` is that of its radio buttons;
    ``standing`` is what the agreed version holds."""

    name: str
    label: str
    left: Shown | None
    right: Shown | None
    standing: Shown | None
    where: str = ""
    picked: str = ""
    error: str = ""


class Choosing:
    """``data`` is what a page posted: ``take:<cell>`` is a side, ``_rest`` a side for all that is still open, and
    ``_seen`` the revisions that the page had shown."""

    def __init__(
        self,
        response: Response,
        comparison: Comparison,
        *,
        sensitive: bool,
        data: QueryDict | None = None,
        result: SaveResult | None = None,
    ):
        self.response, self.comparison, self.sensitive, self.data, self.result = (
            response, comparison, sensitive, data, result,
        )  # fmt: skip
        form = response.document.version.form
        self.voice = Voice(form, language_of(form, response.document.language))
        self.lang = self.voice.lang
        self.left_label = response.document.part_label(Part.HOST)
        self.right_label = response.document.part_label(Part.RESOURCE)

    def after(self, result: SaveResult) -> Choosing:
        """The same page with what was refused."""
        return Choosing(self.response, self.comparison, sensitive=self.sensitive, data=self.data, result=result)

    @cached_property
    def lines(self) -> list[Line]:
        with translation.override(self.lang):
            return list(self._lines())

    @property
    def n_open(self) -> int:
        return sum(line.standing is None for line in self.lines)

    @property
    def n_alike(self) -> int:
        return sum(each.state == "same" for each in self.comparison)

    @property
    def seen_json(self) -> str:
        """The revisions of all that can be chosen here, as a page shows them now."""
        cells = (each.cell for each in self.comparison)
        return json.dumps({cell: self.response.revisions[cell] for cell in cells if cell in self.response.revisions})

    @property
    def seen(self) -> dict[str, int]:
        """The revisions that the page had shown; what cannot be read was seen empty, and so is never overwritten."""
        try:
            raw = json.loads(self.data.get("_seen", "{}"))
        except ValueError:
            return {}
        return {str(key): n for key, n in raw.items() if type(n) is int} if isinstance(raw, dict) else {}

    @property
    def chosen(self) -> dict[str, str]:
        """The side chosen, by cell."""
        found: dict[str, str] = {}
        rest = self.data.get("_rest", "")
        for row, cells in self._choices():
            side = self.data.get(f"{TAKE}{row}", "")
            is_open = all(get_cell(self.response.answers, each.cell) is None for each in cells)
            if not side and rest and is_open:
                side = rest
            for each in cells:
                gave = each.left if side == Part.HOST else each.right if side == Part.RESOURCE else None
                if side and (gave is not None or len(cells) == 1 and side != rest):
                    found[each.cell] = side
        return found

    def _choices(self) -> Iterator[tuple[str, list[Compared]]]:
        """What is chosen together: a question, or all of a row that one side alone has."""
        for each in self._open(self.comparison.items.values()):
            yield each.cell, [each]
        for rows in self.comparison.rows.values():
            for row in rows:
                if row.is_shared:
                    for each in self._open(row.cells):
                        yield each.cell, [each]
                elif cells := list(self._open(row.cells)):
                    yield row.row, cells

    def _open(self, compared) -> Iterator[Compared]:
        for each in compared:
            if each.state in OPEN_STATES and (self.sensitive or not each.item.sensitive):
                yield each

    def _lines(self) -> Iterator[Line]:
        for each in self._open(self.comparison.items.values()):
            yield self._line(each)
        for rows in self.comparison.rows.values():
            for number, row in enumerate(rows, start=1):
                where = self._row_name(row, number)
                if row.is_shared:
                    for each in self._open(row.cells):
                        yield self._line(each, where=where)
                elif cells := list(self._open(row.cells)):
                    yield self._whole_row(row, cells, where)

    def _line(self, each: Compared, *, where: str = "") -> Line:
        standing = get_cell(self.response.answers, each.cell)
        return Line(
            name=f"{TAKE}{each.cell}",
            label=tr(each.item.label, self.lang),
            left=self._shown(each, each.left),
            right=self._shown(each, each.right),
            standing=self._shown(each, standing),
            where=where,
            picked=self.data.get(f"{TAKE}{each.cell}", "") if self.data else "",
            error=self._error([each.cell]),
        )

    def _whole_row(self, row: ComparedRow, cells: list[Compared], where: str) -> Line:
        """A row that only one side has, told in one text."""
        parts = [(each, each.left if row.has_left else each.right) for each in cells]
        said = " · ".join(
            f"{tr(each.item.label, self.lang)}: {show(each.item, value, self.voice).text}" for each, value in parts
        )
        stands = get_cell(self.response.answers, row.row) is not None
        return Line(
            name=f"{TAKE}{row.row}",
            label=_("A row that only one side has"),
            left=Shown(said) if row.has_left else None,
            right=None if row.has_left else Shown(said),
            standing=Shown(_("taken")) if stands else None,
            where=where,
            picked=self.data.get(f"{TAKE}{row.row}", "") if self.data else "",
            error=self._error([each.cell for each in cells]),
        )

    def _row_name(self, row: ComparedRow, number: int) -> str:
        return _("%(table)s, row %(number)s") % {"table": tr(row.repeat.label, self.lang), "number": number}

    def _shown(self, each: Compared, value: Any) -> Shown | None:
        return None if value is None else show(each.item, value, self.voice)

    def _error(self, cells: list[str]) -> str:
        if self.result is None:
            return ""
        refused: Mapping[str, str] = self.result.refused
        clashes = {each.cell: each for each in self.result.conflicts}
        for cell in cells:
            if cell in refused:
                return refused[cell]
            if cell in clashes:
                return _("%(name)s has changed this meanwhile. What stands now is shown; choose again.") % {
                    "name": clashes[cell].theirs_name
                }
        return ""
