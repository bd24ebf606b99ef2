"""What is different between two states of the answers, question by question, with changed words marked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from toolkit.models import Document, Response
from toolkit.past import Moment
from toolkit.permissions import Writer, sees_sensitive
from toolkit.rendering.differences import Row, Shift
from toolkit.rendering.display import Voice, show
from toolkit.schema.cells import ROW, flatten, get_cell, parse_cell
from toolkit.schema.definition import Definition, Item, Repeat, language_of, tr
from twinning.word_diff import word_diff

WORDS = frozenset({"text", "long_text"})


class AnswerTeller:
    """Tells answers of one document to one reader, in the document's language; what is sensitive stays unsaid."""

    def __init__(self, document: Document, writer: Writer):
        self.document, self.writer = document, writer
        self.lang = language_of(document.version.form, document.language)

    def may_say(self, response: Response, item: Item) -> bool:
        return not item.sensitive or sees_sensitive(self.writer, response) or self.writer.may_write(item.side)

    def node(self, form: Definition, cell: str) -> Item | Repeat | None:
        parsed = parse_cell(cell)
        return form.by_id.get(parsed.item or parsed.repeat or "")

    def label(self, form: Definition, cell: str) -> str:
        """The question that a cell answers, or the table of a row; its id where the form has it no longer."""
        node = self.node(form, cell)
        return tr(node.label, self.lang) if node is not None else cell.rpartition("/")[2]

    def place(self, form: Definition, cell: str, *states: Mapping[str, Any]) -> str:
        """For what stands in a table which row it is: by its number, where it is or was."""
        parsed = parse_cell(cell)
        if not parsed.row:
            return ""
        number = next((n for n in (_number(state, parsed.repeat, parsed.row) for state in states) if n), 0)
        table = self.node(form, f"{parsed.repeat}/{parsed.row}")
        name = tr(table.label, self.lang) if table else parsed.repeat
        return _("%(table)s, row %(number)s") % {"table": name, "number": number} if number else name

    def shift(self, form: Definition, response: Response, cell: str, before: Any, after: Any) -> Shift:
        """One answer before and after, as this reader may see it."""
        node = self.node(form, cell)
        name = _("Answer")
        if isinstance(node, Item) and not self.may_say(response, node):
            return Shift(name=name, before=_("Restricted"), after=_("Restricted"))
        old, new = (self.text(form, response, node, value) for value in (before, after))
        if isinstance(node, Item) and node.kind in WORDS or "\n" in old + new:
            return Shift(name=name, lang=self.lang, pieces=word_diff(old, new))
        return Shift(name=name, before=old, after=new)

    def text(self, form: Definition, response: Response, node: Item | Repeat | None, value: Any) -> str:
        """An answer as words; of a row those of its columns that this reader may see."""
        voice = Voice(form, self.lang)
        if isinstance(node, Item):
            return show(node, value, voice).text
        if not isinstance(value, Mapping):
            return ""
        columns = ((form.by_id.get(key), each) for key, each in value.items() if key != ROW)
        said = (show(item, each, voice).text for item, each in columns if item and self.may_say(response, item))
        return "; ".join(filter(None, said))


def _number(state: Mapping[str, Any], table: str, row: str) -> int:
    rows = state.get(table) or []
    return next((n for n, each in enumerate(rows, start=1) if each.get(ROW) == row), 0)


def answer_differences(
    before: Moment, after: Moment, responses: Sequence[Response], *, writer: Writer
) -> tuple[Row, ...]:
    """What changed between two moments in ``responses``, which ``writer`` may read, in the order of the form."""
    found: list[Row] = []
    for response in responses:
        teller = AnswerTeller(after.document, writer)
        old, new = before.answers[response.pk], after.answers[response.pk]
        own = _rows(teller, response, (before.document.version.form, old), (after.document.version.form, new))
        side = after.document.part_label(response.side)
        found += [replace(row, above=" · ".join(filter(None, (side, row.above)))) for row in own]
    return tuple(found)


def _rows(teller: AnswerTeller, response: Response, before: tuple, after: tuple) -> list[Row]:
    (old_form, old), (new_form, new) = before, after
    was, now = flatten(old), flatten(new)
    order = {name: at for at, name in enumerate(new_form.by_id)}
    cells = [cell for cell in dict.fromkeys([*now, *was]) if was.get(cell) != now.get(cell)]
    gone = {cell for cell in was if was[cell] == {} and cell not in now}
    # Of a row that went, the row is told with all that stood in it.
    cells = [cell for cell in cells if cell in gone or cell.rpartition("/")[0] not in gone]
    rows = []
    for cell in sorted(cells, key=lambda cell: order.get(cell.partition("/")[0], len(order))):
        if now.get(cell) == {} and cell not in was:
            continue  # a row that came is told by its answers
        form = new_form if cell in now or teller.node(new_form, cell) else old_form
        one, other = get_cell(old, cell), get_cell(new, cell)
        rows.append(
            Row(
                id=cell,
                sort="item",
                whats=("added" if one is None else "removed" if other is None else "changed",),
                label=teller.label(form, cell),
                above=teller.place(form, cell, new, old),
                shifts=(teller.shift(form, response, cell, one, other),),
            )
        )
    return rows
