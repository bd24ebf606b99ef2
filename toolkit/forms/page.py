"""A form as the page that fills it: plain views of groups, tables and fields, made once and drawn by templates."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from toolkit.forms.drawing import draw_field
from toolkit.forms.example import Example, ExampleRows
from toolkit.forms.field import FieldView
from toolkit.forms.options import CURRENCIES, Options, offered, options_of, suggestions, zone_options
from toolkit.forms.posted import FILES, SILENT, Posted
from toolkit.forms.question import NOTHING, Question, look_of, parts_of
from toolkit.models import Response, ReturnedPoint
from toolkit.permissions import Writer
from toolkit.records import LIVE_BINDINGS
from toolkit.rendering.display import display_text, total_text
from toolkit.rendering.faces import faces_of
from toolkit.returned import label_of_place, opened_of
from toolkit.schema.answers import Evaluation, blank_cell
from toolkit.schema.cells import flatten, new_row_id
from toolkit.schema.definition import Definition, Group, Item, Repeat, tr
from toolkit.states import Mode

EMPTY: dict[str, Any] = {}


def nothing_beside(_place: str) -> SafeString:
    return NOTHING


@dataclass(kw_only=True)
class RowView:
    id: str
    place: str
    number: int
    fields: list[FieldView]
    label: str = ""
    is_new: bool = False
    is_removed: bool = False
    error: str = ""


@dataclass(kw_only=True)
class TableView:
    repeat: Repeat
    label: str
    hint: str
    guidance: str
    rows: list[RowView]
    totals: list[tuple[str, str, str]]
    is_open: bool
    is_relevant: bool
    can_add: bool
    can_remove: bool
    blank: RowView | None
    error: str = ""
    example: ExampleRows | None = None
    beside: SafeString = NOTHING

    @property
    def cell(self) -> str:
        return self.repeat.id

    is_table = True

    @property
    def is_removable(self) -> bool:
        return self.can_remove and not self.repeat.fixed


@dataclass(kw_only=True)
class GroupView:
    id: str
    label: str
    guidance: str
    owner: str
    is_open: bool
    is_relevant: bool
    nodes: list[FieldView | TableView]
    next: str = ""  # the group to go on to, where its answers are saved by a button of their own


@dataclass(kw_only=True)
class FormPage:
    groups: list[GroupView]
    seen: dict[str, int]
    key: str
    problems: list[tuple[str, str, str]]
    has_files: bool
    has_zones: bool
    is_part: bool
    may_submit: bool
    fixed: dict[str, Any]
    returned: list[tuple[str, str, str]] = field(default_factory=list)

    currencies = suggestions(CURRENCIES)
    zones = suggestions(zone_options())

    @property
    def seen_json(self) -> str:
        return json.dumps(self.seen, separators=(",", ":"))


class PageBuilder:
    """Builds a FormPage from a response, and after a failed post from what was typed."""

    def __init__(
        self,
        response: Response,
        evaluation: Evaluation,
        *,
        writer: Writer,
        references: Mapping[str, list[tuple[str, str]]],
        posted: Posted | None = None,
        errors: Mapping[str, str] = EMPTY,
        conflicts: Mapping[str, Any] = EMPTY,
        add: str = "",
        sensitive: bool = True,
        parts: Sequence[str] = (),
        keeps_all: bool = False,
        lang: str = "",
        example: Example | None = None,
        points: Sequence[ReturnedPoint] = (),
        beside: Callable[[str], SafeString] = nothing_beside,
    ):
        # ``points``: what was returned, where not all of it was. ``beside``: what people say about a question.
        self.points, self.opened, self.beside = points, opened_of(response, list(points)), beside
        self.response, self.evaluation, self.writer = response, evaluation, writer
        self.form: Definition = response.document.version.form
        self.lang = lang or response.document.language
        self.references, self.posted, self.add, self.sensitive = references, posted, add, sensitive
        self.errors, self.conflicts = errors, conflicts
        # ``parts``: what this writer may hand in now. ``keeps_all``: nothing of the post was saved, all of it is shown.
        self.parts, self.keeps_all, self.example = parts, keeps_all, example
        self._kept = flatten(response.answers)
        self._questions: dict[str, Question] = {}
        self._lists: dict[tuple[str, str | None, bool], Options] = {}

    def build(self) -> FormPage:
        document = self.response.document
        groups = [self._group(node) for node in self._grouped()]
        return FormPage(
            groups=groups,
            seen=self._seen(),
            key=secrets.token_urlsafe(16),
            problems=list(self._problems(groups)),
            has_files=any(item.kind in FILES for item in self.form.items),
            has_zones=any(item.kind == "datetime" for item in self.form.items),
            is_part=document.mode in (Mode.JOINT, Mode.EACH),
            fixed=self._fixed(),
            may_submit=bool(self.parts),
            returned=[self._returned(point) for point in self.points],
        )

    def _returned(self, point: ReturnedPoint) -> tuple[str, str, str]:
        """(where it stands on the page, what it is called, the reason) of something that was returned."""
        node = self.form.by_id.get(point.place)
        is_here = node is not None or any(group.id == point.place for group in self.form.groups)
        return (
            point.place if is_here else "",
            label_of_place(self.response.document, point.place, self.lang),
            point.reason,
        )

    def _grouped(self) -> Iterator[Group]:
        """The groups of the form; what stands outside any gets a group of its own without a title."""
        loose: list[Item | Repeat] = []
        for node in self.form.nodes:
            if isinstance(node, Group):
                if loose:
                    yield Group(name=f"loose_{loose[0].name}", label={}, nodes=tuple(loose))
                    loose = []
                yield node
            else:
                loose.append(node)
        if loose:
            yield Group(name=f"loose_{loose[0].name}", label={}, nodes=tuple(loose))

    def _seen(self) -> dict[str, int]:
        """The revision of every cell shown. What is in conflict counts as seen now: saving again decides it."""
        return dict(self.response.revisions)

    def _fixed(self) -> dict[str, Any]:
        """The answers that this page shows without inputs, for the conditions that the browser works out."""
        closed = {item.id for item in self.form.items if not self._is_open(item) and self._may_show(item)}
        fixed = {key: value for key, value in self.response.answers.items() if key in closed}
        for repeat in self.form.repeats:
            rows = self.response.answers.get(repeat.id, [])
            kept = [{key: value for key, value in row.items() if key == "_row" or key in closed} for row in rows]
            if any(len(row) > 1 for row in kept):
                fixed[repeat.id] = kept
        return fixed

    def _is_open(self, item: Item) -> bool:
        own = self.writer.may_write(item.side) and self.opened.allows(item)
        return own and not item.readonly and item.kind not in SILENT

    def _may_show(self, item: Item) -> bool:
        return self.sensitive or not item.sensitive

    def _group(self, group: Group) -> GroupView:
        nodes = [self._table(node) if isinstance(node, Repeat) else self._field(node.id, node) for node in group.nodes]
        return GroupView(
            id=group.id,
            label=tr(group.label, self.lang),
            guidance=tr(group.guidance, self.lang),
            owner=self.response.document.part_label(group.side) if group.side != "both" else "",
            is_open=any(node.is_open for node in nodes),
            is_relevant=self.evaluation.is_relevant(group.id) if group.label else True,
            nodes=nodes,
        )

    def _table(self, repeat: Repeat) -> TableView:
        is_open = any(self._is_open(item) for item in repeat.items)
        can_remove = is_open and self.opened.allows(repeat)
        can_add = can_remove and not repeat.fixed and self.writer.may_write(repeat.side)
        kept = self.response.answers.get(repeat.id, [])
        ids = [row["_row"] for row in kept]
        if self.posted:
            ids += [row for row in self.posted.rows.get(repeat.id, []) if row not in set(ids)][: repeat.max]
        stored = len(kept)
        while can_add and len(ids) < max(repeat.min, 1):
            ids.append(new_row_id())
        if can_add and self.add == repeat.id and len(ids) < repeat.max:
            ids.append(new_row_id())
        rows = [self._row(repeat, row, n, is_new=n > stored) for n, row in enumerate(ids, start=1)]
        return TableView(
            repeat=repeat,
            label=tr(repeat.label, self.lang),
            hint=tr(repeat.hint, self.lang),
            guidance=tr(repeat.guidance, self.lang),
            rows=rows,
            totals=list(self._totals(repeat)),
            is_open=is_open,
            is_relevant=self.evaluation.is_relevant(repeat.id),
            can_add=can_add and len(ids) < repeat.max,
            can_remove=can_remove,
            blank=self._row(repeat, "newrow00", 0, is_new=True) if can_add else None,
            error=self.errors.get(repeat.id, ""),
            example=self.example.rows_of(repeat) if self.example else None,
            beside=self.beside(repeat.id),
        )

    def _row(self, repeat: Repeat, row: str, number: int, *, is_new: bool) -> RowView:
        place = f"{repeat.id}/{row}"
        return RowView(
            id=row,
            place=place,
            number=number,
            is_new=is_new,
            fields=[self._field(f"{place}/{item.id}", item) for item in repeat.items],
            is_removed=bool(self.posted and place in self.posted.removed),
            error=self.errors.get(place, ""),
        )

    def _totals(self, repeat: Repeat) -> Iterator[tuple[str, str, str]]:
        for item in repeat.items:
            if item.id in repeat.totals:
                total = self.evaluation.totals.get(repeat.id, {}).get(item.id, "")
                yield item.id, tr(item.label, self.lang), total_text(total, self.lang)

    def _question(self, item: Item) -> Question:
        """What all cells of ``item`` have in common, made once."""
        if item.id not in self._questions:
            is_open = self._is_open(item)
            self._questions[item.id] = Question(
                item=item,
                look=look_of(item, self.form) if is_open else "shown",
                label=tr(item.label, self.lang),
                hint=tr(item.hint, self.lang),
                guidance=tr(item.guidance, self.lang),
                unit=tr(item.unit, self.lang),
                options=self._options(item) if is_open else (),
            )
        return self._questions[item.id]

    def _field(self, cell: str, item: Item) -> FieldView:
        question = self._question(item)
        value = self._value(cell, item, is_open=question.is_open)
        view = FieldView(
            cell=conditional_escape(cell),
            question=question,
            parts=parts_of(item, value) if question.is_open else EMPTY,
            shown="" if question.is_open else self._shown(cell, item, value),
            is_relevant=self.evaluation.is_relevant(cell),
            error=self.errors.get(cell, ""),
            offered=self._offered(cell, item) if question.is_open else None,
            example=self.example.beside(cell, item) if self.example else NOTHING,
            beside=self.beside(cell) if item.repeat is None else NOTHING,
        )
        conflict = self.conflicts.get(cell)
        if conflict is not None:
            view.theirs = display_text(item, conflict.theirs, definition=self.form, lang=self.lang) or _("(emptied)")
            view.theirs_name = conflict.theirs_name
        view.html = draw_field(view)
        return view

    def _offered(self, cell: str, item: Item) -> frozenset[str] | None:
        """What a filter leaves; in a row that nobody has saved yet, what it leaves in an empty one."""
        if item.choice_filter is None:
            return None
        offered = self.evaluation.offered
        return offered.get(cell, offered.get(blank_cell(item), frozenset()))

    def _value(self, cell: str, item: Item, *, is_open: bool) -> Any:
        """What stands in the field: what was typed and not saved, else what is kept, else what the page may offer.

        A cell that was saved, or that somebody else changed and this writer did not touch, shows what is kept: the
        page goes out with the newest revisions, so sending an older value back would undo the other's change.
        """
        unsaved = self.keeps_all or cell in self.errors or cell in self.conflicts
        if is_open and self.posted and unsaved and cell in self.posted.changes:
            return self.posted.changes[cell]
        kept = self._kept.get(cell)
        if kept is None and is_open and item.bind in LIVE_BINDINGS and cell not in self.response.revisions:
            return self.writer.name if item.bind == "user.name" else timezone.localdate().isoformat()
        return kept

    def _shown(self, cell: str, item: Item, value: Any) -> str:
        if not self._may_show(item) and value is not None:
            return _("Restricted")
        if item.kind == "calculate":
            value = self.evaluation.calculated.get(cell, "")
        return display_text(item, value, definition=self.form, lang=self.lang)

    def _options(self, item: Item) -> Options:
        if item.kind == "reference":
            return offered(self._reference_options(item))
        faces = faces_of(item, self.form)
        key = (item.kind, item.list, bool(faces))
        if key not in self._lists:
            self._lists[key] = offered(options_of(item, self.form, self.lang), faces=faces)
        return self._lists[key]

    def _reference_options(self, item: Item) -> list[tuple[str, str]]:
        if item.of != "rows":
            return self.references.get(item.of or "", [])
        repeat = next((r for r in self.form.repeats if r.name == item.rows_of), None)
        source = next((i for i in repeat.items if i.name == item.label_from), None) if repeat else None
        rows = self.response.answers.get(repeat.id, []) if source else []
        return [(f"row:{row['_row']}", str(row[source.id])) for row in rows if source.id in row]

    def _problems(self, groups: list[GroupView]) -> Iterator[tuple[str, str, str]]:
        """(cell, question, message) for the summary at the top of the page, in the order of the page."""
        for group in groups:
            for node in group.nodes:
                if isinstance(node, FieldView):
                    yield from _problem(node, "")
                    continue
                if node.error:
                    yield node.cell, node.label, node.error
                for row in node.rows:
                    if row.error:
                        yield node.cell, f"{node.label} {row.number}", row.error
                    for view in row.fields:
                        yield from _problem(view, f"{node.label} {row.number}: ")


def _problem(view: FieldView, before: str) -> Iterator[tuple[str, str, str]]:
    if view.error:
        yield view.cell, before + view.label, view.error
    elif view.theirs is not None:
        yield view.cell, before + view.label, _("%(name)s changed this meanwhile.") % {"name": view.theirs_name}
