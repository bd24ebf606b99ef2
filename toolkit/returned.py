"""What of a returned document may be written again: everything, or only the questions that were returned."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from toolkit.models import Document, Response, ReturnedPoint
from toolkit.schema.definition import Definition, Group, Item, Repeat, tr
from toolkit.schema.dependents import with_dependents
from toolkit.states import DocumentState, Part


@dataclass(frozen=True)
class Opened:
    """The ids of questions and tables that may be written; None when all of them may."""

    ids: frozenset[str] | None = None

    @property
    def is_whole(self) -> bool:
        return self.ids is None

    def allows(self, node: Item | Repeat) -> bool:
        return self.ids is None or node.id in self.ids

    def allows_cell(self, cell: str) -> bool:
        """Whether what stands in ``cell`` may be put right; in a table the table or the column is what counts."""
        if self.ids is None:
            return True
        table, _slash, rest = cell.partition("/")
        return table in self.ids or rest.rpartition("/")[2] in self.ids


EVERYTHING = Opened()
# The place that stands for all of a side's own response.
WHOLE = "all"


def points_of(response: Response) -> list[ReturnedPoint]:
    """What of ``response`` was returned and is not handed in again yet; none when it was returned whole."""
    if response.document.state != DocumentState.RETURNED:
        return []
    return list(response.returned_points.open())


def opened_of(response: Response, points: list[ReturnedPoint] | None = None) -> Opened:
    """What may be written of ``response``, with the document it belongs to at hand."""
    points = points_of(response) if points is None else points
    return opened_by(response.document.version.form, [point.place for point in points]) if points else EVERYTHING


def opened_by(form: Definition, places: Iterable[str]) -> Opened:
    """What returning ``places`` opens: they themselves, what hangs on their answers, and who signs."""
    places = list(places)
    if WHOLE in places:
        return EVERYTHING
    ids = {key for place in places for key in _inside(form, place)}
    whole = with_dependents(form, ids)
    sides = {form.by_id[key].side for key in whole if key in form.by_id}
    # What was signed is another thing now, so whoever puts something right may sign again.
    signed = {item.id for item in form.items if item.kind == "signature" and item.side in sides}
    tables = {item.repeat for item in form.items if item.id in signed and item.repeat in whole}
    return Opened(whole | signed | {table for table in tables if table})


def _inside(form: Definition, place: str) -> Iterator[str]:
    """The ids of the questions and tables of ``place``."""
    if place in Part.values:
        yield from (node.id for node in form.by_id.values() if node.side == place)
        return
    group = next((group for group in form.groups if group.id == place), None)
    nodes = group.nodes if group else (form.by_id[place],) if place in form.by_id else ()
    for node in nodes:
        yield node.id
        yield from (item.id for item in node.items) if isinstance(node, Repeat) else ()


def parts_concerned(form: Definition, places: Iterable[str], parts: Collection[str]) -> set[str]:
    """Those of ``parts`` that must be handed in again when ``places`` are returned; what is of both concerns all."""
    sides = set()
    for place in places:
        sides |= {place} | {form.by_id[key].side for key in _inside(form, place)}
    return set(parts) if "both" in sides else sides & set(parts) or set(parts)


def sides_of_place(form: Definition, place: str) -> set[str]:
    """Whose words stand in ``place``: parts, or ``both``."""
    return {place} if place in Part.values else {form.by_id[key].side for key in _inside(form, place)}


def is_place(form: Definition, place: str) -> bool:
    """Whether ``place`` can be returned: a question outside tables that is answered, a table, a group or a part."""
    node = form.by_id.get(place)
    if isinstance(node, Item):
        return node.repeat is None and node.kind not in ("note", "calculate")
    return node is not None or place in Part.values or any(group.id == place for group in form.groups)


def label_of_place(document: Document, place: str, lang: str) -> str:
    """What people call ``place``; its id where the form has it no longer."""
    if place == WHOLE:
        return _("Everything")
    if place in Part.values:
        return document.part_label(place)
    form = document.version.form
    node: Group | Item | Repeat | None = form.by_id.get(place)
    node = node or next((group for group in form.groups if group.id == place), None)
    return tr(node.label, lang) if node is not None else place
