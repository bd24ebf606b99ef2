"""A form as XLSForm, for KoboToolbox, ODK and all who read it. docs/exchange.md says what becomes of what."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext

from toolkit.exchange.workbook import CELL_LENGTH, write_workbook
from toolkit.exchange.xlsform_dialect import (
    OWN,
    ROWS_SHEET,
    TOOL_SHEET,
    TRANSLATED,
    column_for,
    encode,
    guarded,
    language_name,
    seal_of,
    texts_of,
)
from toolkit.exchange.xlsform_functions import writer_for
from toolkit.exchange.xlsform_items import ItemRows
from toolkit.exchange.xlsform_lists import Lists
from toolkit.exchange.xlsform_names import Names
from toolkit.exchange.xlsform_rows import Kit, Row
from toolkit.schema.cells import ROW
from toolkit.schema.definition import Definition, Group, Item, Repeat, Text
from toolkit.schema.parsing import content_hash
from toolkit.schema.parts import parts_of
from toolkit.schema.words import Message, _

# The columns of XLSForm in the order in which people read them
COLUMNS = (
    "type", "name", "label", "hint", "guidance_hint", "required", "relevant", "constraint", "constraint_message",
    "choice_filter", "calculation", "default", "appearance", "read_only", "repeat_count",
)  # fmt: skip
_OWN_ORDER = (
    "id", "part", "name", "type", "side", "bind", "prefill", "feeds", "sensitive", "of", "rows_of", "label_from",
    "currency", "unit", "hint", "min", "max", "max_words", "max_length", "totals", "fixed", "relevant", "required",
    "constraint", "constraint_message", "choice_filter", "calculation", "default", "appearance", "readonly",
    "untranslated", "seal",
)  # fmt: skip
_TOOL_KEYS = ("tool", "number", "section", "kind", "subject", "mode", "minutes")
_TOOL_TEXTS = ("title", "filled_by", "repeats", "source", "body")
FORMAT = "1"


@dataclass(frozen=True)
class Exported:
    """A file for another program, and what it could not take along, as sentences."""

    content: bytes
    notes: tuple[Message, ...]


def to_xlsform(definition: Definition) -> Exported:
    """The form as a workbook (.xlsx). The same form gives the same bytes."""
    return _Exporter(definition).exported()


class _Exporter:
    def __init__(self, definition: Definition):
        self.definition = definition
        self.names = Names(definition)
        self.lists = Lists(definition)
        written = {key: part.entry for key, part in parts_of(definition.written).items()}
        self.kit = Kit(definition, self.names, self.lists, written)
        self.xpath = writer_for(definition, self.names)
        self.items = ItemRows(self.kit, self.xpath)
        self.ends: dict[str, Row] = {}

    def exported(self) -> Exported:
        rows = [*self.opening(), *(row for node in self.definition.nodes for row in self.node(node))]
        rows += [self.helper(name, said, "tool") for name, said in self.xpath.lifted.items()]
        for table, columns in self.xpath.columns.items():
            at = rows.index(self.ends[table])
            rows[at:at] = [self.helper(name, said, table) for name, said in columns.items()]
        sheets = {
            "survey": self.survey(rows),
            "choices": self.choices(),
            "settings": self.settings(),
            TOOL_SHEET: self.tool(),
            ROWS_SHEET: self.seed_rows(),
        }
        if len(sheets["choices"]) == 1:
            del sheets["choices"]
        if len(sheets[ROWS_SHEET]) == 1:
            del sheets[ROWS_SHEET]
        return Exported(write_workbook(sheets), tuple(self.notes()))

    # Rows of the survey

    def helper(self, name: str, said: str, owner: str) -> Row:
        """A calculation that others need and nobody sees."""
        return Row({"type": "calculate", "name": name, "calculation": said}, own={"part": f"{owner}/{name}"})

    def opening(self) -> Iterator[Row]:
        """What the form is for and how to fill it in, as notes before the first question."""
        for key in ("purpose", "guidance"):
            text = getattr(self.definition, key)
            if text:
                yield self.note(f"about_{key}", text, f"tool/{key}")

    def note(self, name: str, text: Text, part: str, **cells: str) -> Row:
        cells = {"type": "note", "name": self.names.fresh(name), **cells}
        return Row(cells, {"label": texts_of(text)}, {"part": part})

    def node(self, node: Group | Repeat | Item) -> Iterator[Row]:
        if isinstance(node, Group):
            yield from self.group(node)
        elif isinstance(node, Repeat):
            yield from self.table(node)
        else:
            yield from self.items.rows(node)

    def group(self, group: Group) -> Iterator[Row]:
        row = self.branch(group, "begin_group")
        yield row
        if group.guidance:
            yield self.note(f"{row.cells['name'][:44]}_guidance", group.guidance, f"{group.id}/guidance")
        for node in group.nodes:
            yield from self.node(node)
        yield Row({"type": "end_group", "name": row.cells["name"]})

    def branch(self, node: Group | Repeat, kind: str) -> Row:
        written = self.kit.written[node.id]
        row = Row({"type": kind, "name": self.names.of[node.id]}, {"label": texts_of(node.label)}, {"id": node.id})
        if row.cells["name"] != node.name:
            row.own["name"] = node.name
        if "side" in written:
            row.own["side"] = written["side"]
        self.items.condition(row, "relevant", node.relevant, written, node)
        return row

    def table(self, table: Repeat) -> Iterator[Row]:
        written = self.kit.written[table.id]
        name = self.names.of[table.id]
        about = {"relevant": self.items.said(table.relevant, table, "relevant")} if table.relevant is not None else {}
        for key in ("hint", "guidance"):
            text = getattr(table, key)
            if text:
                yield self.note(f"{name[:44]}_{key}", text, f"{table.id}/{key}", **about)
        row = self.branch(table, "begin_repeat")
        row.own |= {key: written[key] for key in ("min", "max", "totals", "prefill") if key in written}
        if table.fixed:
            row.put("repeat_count", str(len(table.rows)), fixed=True)
        elif "fixed" in written:
            row.seal("repeat_count", fixed=False)
        yield row
        for item in table.items:
            yield from self.items.rows(item)
        self.ends[table.id] = Row({"type": "end_repeat", "name": name})
        yield self.ends[table.id]
        for key in table.totals:
            yield from self.total(table, key, about)

    def total(self, table: Repeat, key: str, about: dict[str, str]) -> Iterator[Row]:
        """A total below its table: worked out, and shown."""
        item = self.definition.by_id[key]
        name = self.names.part(item, "total")
        said = f"sum({self.xpath.column(['col', table.id, key])})"
        part = f"{table.id}/total_{item.name}"
        yield Row({"type": "calculate", "name": name, "calculation": said, **about}, own={"part": part})
        words = self.kit.beside(item, lambda: gettext("total"))
        shown = self.note(f"{name[:52]}_shown", {}, f"{part}_shown", **about)
        shown.texts["label"] = {lang: f"{guarded(text)}: ${{{name}}}" for lang, text in words.items()}
        yield shown

    # Sheets

    def survey(self, rows: list[Row]) -> list[list[Any]]:
        languages = self.definition.languages
        for row in rows:
            self.finish(row)
        used = {column for row in rows for column in row.cells} | {"type", "name"}
        texts = {column for row in rows for column in row.texts if row.texts[column]} | {"label"}
        own = [key for key in _OWN_ORDER if any(key in row.own for row in rows)]
        headings: list[tuple[str, str]] = []
        for column in COLUMNS:
            if column in TRANSLATED:
                headings += [(column, lang) for lang in languages] if column in texts else []
            elif column in used:
                headings.append((column, ""))
        names = [column_for(column, lang) if lang else column for column, lang in headings]
        table: list[list[Any]] = [[*names, *(f"{OWN}{key}" for key in own)]]
        for row in rows:
            cells = [
                row.texts.get(column, {}).get(lang) if lang else row.cells.get(column) for column, lang in headings
            ]
            table.append([*cells, *(guarded(encode(row.own[key])) if key in row.own else None for key in own)])
        return table

    def finish(self, row: Row) -> None:
        """Fill in what nobody translated, for readers show a dash else; and seal."""
        missing = []
        for column, text in row.texts.items():
            first = text.get(self.definition.languages[0])
            for lang in self.definition.languages if first else ():
                if lang not in text:
                    text[lang] = first
                    missing.append(f"{column}:{lang}")
        if missing:
            row.own["untranslated"] = " ".join(missing)
        if row.sealed:
            row.own["seal"] = " ".join(f"{column}:{self.seal(row, column)}" for column in sorted(row.sealed))

    @staticmethod
    def seal(row: Row, column: str) -> str:
        return seal_of(row.texts.get(column, {}) if column in TRANSLATED else row.cells.get(column, ""))

    def choices(self) -> list[list[Any]]:
        languages = self.definition.languages
        lists = {
            name: [(choice.name, choice.label, choice.score, choice.columns) for choice in choices]
            for name, choices in self.definition.lists.items()
        }
        extra = list(dict.fromkeys(key for each in lists.values() for choice in each for key in choice[3]))
        lists |= {
            name: [(code, label, None, {}) for code, label in each.items()]
            for name, each in self.lists.choices().items()
        }
        table: list[list[Any]] = [
            ["list_name", "name", *(column_for("label", lang) for lang in languages), "score", *extra]
        ]
        for name, choices in lists.items():
            for code, label, score, columns in choices:
                texts = [guarded(label.get(lang) or label[languages[0]]) for lang in languages]
                said = [guarded(columns[key]) if key in columns else None for key in extra]
                table.append([name, code, *texts, None if score is None else encode(score), *said])
        return table

    def settings(self) -> list[list[Any]]:
        form, first = self.definition, self.definition.languages[0]
        return [
            ["form_title", "form_id", "version", "default_language"],
            [form.title[first], form.tool, content_hash(form.written)[:12], language_name(first)],
        ]

    def tool(self) -> list[list[Any]]:
        """What XLSForm has no place for, so that the form comes back as it went."""
        written = self.definition.written
        table: list[list[Any]] = [["property", "value", "language"], ["format", FORMAT, None]]
        table += [[key, encode(written[key]), None] for key in _TOOL_KEYS if key in written]
        table += [["languages", " ".join(self.definition.languages), None]]
        table += [["lists", " ".join(f"{name}={kind}" for kind, name in self.lists.kinds()), None]]
        for key in _TOOL_TEXTS:
            for lang, text in written.get(key, {}).items():
                table += [[key, text[at : at + CELL_LENGTH], lang] for at in range(0, len(text), CELL_LENGTH)]
        for name, choices in self.definition.lists.items():
            for choice in choices:
                missing = [lang for lang in self.definition.languages if lang not in choice.label]
                table += [["untranslated", f"{name}/{choice.name}", lang] for lang in missing]
        return table

    def seed_rows(self) -> list[list[Any]]:
        table: list[list[Any]] = [["table", "row", "column", "value"]]
        for repeat in self.definition.repeats:
            for row in self.kit.written[repeat.id].get("rows", ()):
                values = [(name, value) for name, value in row.items() if name != ROW] or [("", "")]
                table += [[repeat.id, row[ROW], name, encode(value) if name else None] for name, value in values]
        return table

    # What was left out

    def notes(self) -> Iterator[Message]:
        yield from self.items.notes
        form = self.definition
        for old, new in self.names.renamed:
            yield _("“%(old)s” is called “%(new)s” there, for its name is used twice.", old=old, new=new)
        told = {
            _("Records cannot be chosen there; a name is written instead: %(names)s."): [
                item.name for item in form.items if item.kind == "reference"
            ],
            _("These are filled in from records here and by hand there: %(names)s."): [
                *(item.name for item in form.items if item.bind and item.bind != "today"),
                *(table.name for table in form.repeats if table.prefill),
            ],
            _("One file can be attached there, not several: %(names)s."): [
                item.name for item in form.items if item.kind in ("file", "image")
            ],
            _("How many rows there may be is not checked there: %(names)s."): [
                table.name
                for table in form.repeats
                if not table.fixed and ("min" in self.kit.written[table.id] or "max" in self.kit.written[table.id])
            ],
            _("Amounts are added up there whatever their currencies: %(names)s."): [
                item.name
                for table in form.repeats
                for item in table.items
                if item.kind == "money" and item.id in table.totals
            ],
            _("Answers that few may see are seen by all there: %(names)s."): [
                item.name for item in form.items if item.sensitive
            ],
        }
        for sentence, names in told.items():
            if names:
                yield Message(sentence.template, names=", ".join(dict.fromkeys(names)))
        if form.mode in ("joint", "each"):
            yield _("Two sides fill this in; there, nobody knows which side a question is for.")
        if form.body:
            yield _(
                "The text of the document stands on a sheet of its own, which those who fill in the form do not see."
            )
