"""What every question of an XLSForm has, whatever its type: conditions, what it begins with, its texts."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from toolkit.exchange.xlsform_dialect import texts_of
from toolkit.exchange.xlsform_rows import Kit, Row, default_cell, rows_for
from toolkit.exchange.xlsform_xpath import Place, Unsayable, Xpath, literal, mentioned
from toolkit.schema.definition import Definition, Group, Item, Repeat, Text, Tree
from toolkit.schema.numbers import to_text
from toolkit.schema.words import Message
from toolkit.schema.words import _ as message

_KEPT = ("side", "bind", "sensitive", "feeds", "currency", "of", "rows_of", "label_from")
_SAME_APPEARANCE = frozenset({"likert", "minimal"})
_AMOUNTS = frozenset({"money"})


class ItemRows:
    """Makes the rows of questions. ``notes`` says what was left out on the way."""

    def __init__(self, kit: Kit, xpath: Xpath):
        self.kit, self.xpath = kit, xpath
        self.notes: list[Message] = []
        self.circular = circular_demands(kit.definition)

    def rows(self, item: Item) -> list[Row]:
        written = self.kit.written[item.id]
        row = Row({"name": self.kit.names.of[item.id]}, own={"id": item.id})
        if item.name != row.cells["name"]:
            row.own["name"] = item.name
        row.own |= {key: written[key] for key in _KEPT if key in written}
        self.texts(row, item, written)
        self.condition(row, "relevant", item.relevant, written, item)
        if item.id in self.circular:
            row.put("required", "", required=written["required"])
            self.notes.append(
                message(
                    "“%(name)s” may be left empty there: no two questions can each demand the other.", name=item.name
                )
            )
        else:
            self.condition(row, "required", item.required, written, item)
        self.condition(row, "choice_filter", item.choice_filter, written, item)
        self.limits(row, item, written)
        self.calculation(row, item, written)
        self.looks(row, item, written)
        self.beginning(row, item, written)
        made = rows_for(self.kit, item, row)
        table = self.kit.definition.by_id.get(item.repeat or "")
        if isinstance(table, Repeat) and table.rows:
            self.seeds(made, item, table)
        return made

    def texts(self, row: Row, item: Item, written: Any) -> None:
        row.texts["label"] = texts_of(item.label)
        units = item.unit or (dict.fromkeys(self.kit.lists.languages, "%") if item.kind == "percent" else {})
        if units and item.kind != "calculate":
            row.texts["hint"] = self.with_unit(item.hint or {}, units)
            row.seal("hint", hint=written.get("hint"), unit=written.get("unit"))
        else:
            row.texts["hint"] = texts_of(item.hint)
            if "unit" in written:
                row.seal("hint", hint=written.get("hint"), unit=written["unit"])
        row.texts["guidance_hint"] = texts_of(item.guidance)

    def with_unit(self, hint: Text, units: Text) -> Text:
        first = next(iter(units.values()))
        tags = [lang for lang in self.kit.lists.languages if lang in hint or lang in units]
        return {lang: f"{texts_of(hint).get(lang, '')} ({units.get(lang, first)})".strip() for lang in tags}

    # Expressions

    def condition(
        self,
        row: Row,
        column: str,
        tree: Tree | None,
        written: Any,
        node: Item | Group | Repeat,
        table: str | None = None,
    ) -> None:
        """A cell that holds true or false or a condition; sealed unless it reads back as it was written."""
        if column not in written or tree is None:
            return
        if isinstance(written[column], bool):
            if tree:
                row.cells[column] = "yes"
            else:
                row.put(column, "", **{column: False})
            return
        said = self.said(tree, node, column)
        if said == written[column]:
            row.cells[column] = said
        else:
            row.put(column, said, **{column: written[column]})

    def said(self, tree: Tree, node: Item | Group | Repeat, column: str, *, is_value: bool = False) -> str:
        place = Place(node.repeat if isinstance(node, Item) else None)
        try:
            return self.xpath.value(tree, place) if is_value else self.xpath.condition(tree, place)
        except Unsayable as unsayable:
            self.notes.append(
                message(
                    "The %(column)s of “%(name)s” is left out: XLSForm cannot say %(what)s.",
                    column=column,
                    name=node.name,
                    what=unsayable.message,
                )
            )
            return ""

    def calculation(self, row: Row, item: Item, written: Any) -> None:
        if item.calculation is None:
            return
        said = self.said(item.calculation, item, "calculation", is_value=True)
        if self.xpath.sort(item.calculation) == "truth":
            said = f"if({self.said(item.calculation, item, 'calculation')}, 'true', 'false')"
        if said == written["calculation"]:
            row.cells["calculation"] = said
        else:
            row.put("calculation", said or "''", calculation=written["calculation"])

    def limits(self, row: Row, item: Item, written: Any) -> None:
        """All that an answer must meet, as one test."""
        tests = []
        if item.min is not None:
            tests.append(f". >= {to_text(float(item.min))}")
        if item.max is not None:
            tests.append(f". <= {to_text(float(item.max))}")
        if item.max_length is not None:
            tests.append(f"string-length(.) <= {item.max_length}")
        if item.max_words is not None:
            tests.append(f"count-selected(normalize-space(.)) <= {item.max_words}")
        test = " and ".join(tests)
        own = {key: written[key] for key in ("constraint", "min", "max", "max_words", "max_length") if key in written}
        if item.constraint_message:
            row.texts["constraint_message"] = texts_of(item.constraint_message)
        if item.constraint is not None:
            said = self.said(item.constraint, item, "constraint")
            if said == written["constraint"] and not tests:
                row.cells["constraint"] = said
                return
            row.put("constraint", f"{test} and ({said})" if test and said else test or said, **own)
        elif test:
            row.put("constraint", test, **own)
            row.advise(self.kit.say(lambda: self.advice(item)))

    def advice(self, item: Item) -> str:
        least, most = (None if n is None else to_text(float(n)) for n in (item.min, item.max))
        if least is not None and most is not None:
            return _("Write a number from %(least)s to %(most)s.") % {"least": least, "most": most}
        if least is not None:
            return _("Write %(least)s or more.") % {"least": least}
        if most is not None:
            return _("Write %(most)s or less.") % {"most": most}
        if item.max_words:
            return _("Words, at most: %(limit)d.") % {"limit": item.max_words}
        return _("Characters, at most: %(limit)d.") % {"limit": item.max_length}

    # How it looks and what it begins with

    def looks(self, row: Row, item: Item, written: Any) -> None:
        if item.appearance in _SAME_APPEARANCE:
            row.cells["appearance"] = item.appearance
        elif item.appearance:
            row.put("appearance", "likert" if item.appearance == "smileys" else "", appearance=item.appearance)
        if "readonly" in written:
            row.cells["read_only"] = "yes" if item.readonly else ""
            if not item.readonly:
                row.seal("read_only", readonly=False)

    def beginning(self, row: Row, item: Item, written: Any) -> None:
        if item.default is not None:
            row.put("default", default_cell(answer_text(item, item.default)), default=written["default"])
        elif item.bind == "today" and item.kind == "date":
            row.put("default", "today()")

    def seeds(self, made: list[Row], item: Item, table: Repeat) -> None:
        """What the rows that stand in a table from the start hold: told by the number of the row."""
        values = [row.get(item.id) for row in table.rows]
        if all(value is None for value in values):
            return
        own = {"default": self.kit.written[item.id].get("default")}
        said = by_row([answer_text(item, value) for value in values])
        if item.readonly:
            made[0].put("calculation", said)
        else:
            made[0].put("default", said, **own)
        if item.kind in _AMOUNTS:
            currencies = [value["currency"] if value else "" for value in values]
            made[1].cells["default"] = by_row(currencies)


def circular_demands(definition: Definition) -> set[str]:
    """Questions whose answer is demanded when another is missing, and the other way round.

    XLSForm cannot have both; the later question keeps its demand, and so one of them is answered all the same.
    """
    needs = {
        node.id: {
            *filter(None, (getattr(node, "group", None), getattr(node, "repeat", None))),
            *mentioned(node.relevant),
            *mentioned(getattr(node, "calculation", None)),
            *mentioned(getattr(node, "choice_filter", None)),
        }
        for node in (*definition.groups, *definition.by_id.values())
    }
    circular = set()
    for item in reversed(definition.items):
        asked = set(mentioned(item.required)) & needs.keys()
        if any(_leads_to(needs, start, item.id) for start in asked):
            circular.add(item.id)
        else:
            needs[item.id] |= asked
    return circular


def _leads_to(needs: dict[str, set[str]], start: str, end: str) -> bool:
    seen, waiting = set(), [start]
    while waiting:
        key = waiting.pop()
        if key == end:
            return True
        if key not in seen:
            seen.add(key)
            waiting += needs.get(key, ())
    return False


def by_row(texts: list[str]) -> str:
    """A different text in each row of a table: the first in the first, …"""
    pieces = [f"if(position(..) = {n}, {literal(text)}, '')" for n, text in enumerate(texts, start=1) if text]
    return pieces[0] if len(pieces) == 1 else f"concat({', '.join(pieces)})"


def answer_text(item: Item, value: Any) -> str:
    """An answer as XLSForm keeps it in one cell."""
    if value is None:
        return ""
    if isinstance(value, dict):
        part = {"money": "amount", "datetime": "at", "reference": "text", "check": "state"}.get(item.kind, "")
        return str(value.get(part, ""))
    return " ".join(map(str, value)) if isinstance(value, list) else str(value)
