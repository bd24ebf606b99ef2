"""An XLSForm as a tool of ours, and a note for every row that could not be carried over whole.

docs/exchange.md says what becomes of what. A form that we wrote ourselves comes back as it went, but for what somebody
changed in it meanwhile.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext, override

from toolkit.exchange.refusals import ImportRefused, RowNote
from toolkit.exchange.workbook import Sheet, read_workbook
from toolkit.exchange.xlsform_choices import Choices, read_choices
from toolkit.exchange.xlsform_dialect import OWN, ROWS_SHEET, TOOL_SHEET, decode
from toolkit.exchange.xlsform_questions import Questions
from toolkit.exchange.xlsform_settle import settle
from toolkit.exchange.xlsform_sheets import Languages, lines_of
from toolkit.exchange.xlsform_survey import Survey
from toolkit.exchange.xlsform_tree import Tree
from toolkit.schema.cells import ROW
from toolkit.schema.codes import language_tag
from toolkit.schema.definition import Definition
from toolkit.schema.names import EXPRESSIONS
from toolkit.schema.words import _

SHEETS = {"survey": 5_000, "choices": 10_000, "settings": 20, TOOL_SHEET: 20_000, ROWS_SHEET: 20_000}
_LEFT = ("external_choices", "entities", "osm")
TITLE_LENGTH = 200
EXPRESSIONS_LENGTH = 300_000


@dataclass(frozen=True)
class Imported:
    """``raw`` is a tool and ``definition`` the same, parsed; ``notes`` say row by row what is not as it was."""

    raw: dict[str, Any]
    definition: Definition
    notes: tuple[RowNote, ...]


def from_xlsform(content: bytes, *, slug: str, section: str, title: str | None = None) -> Imported:
    """The tool in a workbook (.xlsx), or ImportRefused for what is no XLSForm. ``title`` goes before the form's own."""
    sheets = read_workbook(content, SHEETS | dict.fromkeys(_LEFT, 25_000))
    survey = sheets.get("survey")
    if survey is None or not any(heading.strip().casefold() in ("type", "command") for heading in survey.headings):
        raise ImportRefused(_("This is no XLSForm: it needs a sheet “survey” with a column “type”."))
    return _Importer(sheets, slug, section, title).imported()


class _Importer:
    def __init__(self, sheets: dict[str, Sheet], slug: str, section: str, title: str | None):
        self.sheets, self.slug, self.section, self.title = sheets, slug, section, title
        self.survey = sheets["survey"]
        self.is_ours = any(heading.casefold().startswith(OWN) for heading in self.survey.headings)
        self.tool = _Tool(sheets.get(TOOL_SHEET)) if self.is_ours else _Tool(None)
        self.settings = self._settings()
        self.notes: list[RowNote] = []
        with_texts = [sheets[name] for name in ("survey", "choices") if name in sheets]
        default = self.settings.get("default_language", "")
        self.languages = Languages(with_texts, default=default, known=self.tool.languages)
        self.notes += self.languages.notes

    def _settings(self) -> dict[str, str]:
        sheet = self.sheets.get("settings")
        rows = sheet.rows[:1] if sheet else ()
        return {"_".join(key.casefold().split()): value for _row, cells in rows for key, value in cells.items()}

    def imported(self) -> Imported:
        choices = self._choices()
        tree = Tree(list(lines_of(self.survey, self.languages)))
        tree.dictionary.choices = choices.renamed
        questions = Questions(tree, self.languages, choices, self.tool.kinds)
        survey = Survey(questions, self._seeds())
        form = survey.form()
        choices.keep_asked(form)
        self._note_left_sheets()
        raw = self._head(tree, questions)
        raw |= {"languages": list(self.languages.all), "choices": self._used(choices, form), "form": form}
        self.notes += [*choices.notes, *tree.notes]
        if not form and raw["kind"] != "guide":
            raise ImportRefused(_("This form holds no question that can be understood here."))
        _refuse_endless(form)
        definition = settle(raw, survey.lines, self.notes)
        order = {name: at for at, name in enumerate(("survey", "choices", "settings"))}
        notes = sorted(dict.fromkeys(self.notes), key=lambda note: (order.get(note.sheet.casefold(), 9), note.row))
        return Imported(raw, definition, tuple(notes))

    def _choices(self) -> Choices:
        sheet = self.sheets.get("choices")
        lines = lines_of(sheet, self.languages) if sheet else ()
        leave, missing = frozenset(self.tool.kinds) | self.tool.lists, self.tool.untranslated
        return read_choices(lines, self.languages, is_ours=self.is_ours, leave=leave, untranslated=missing)

    def _used(self, choices: Choices, form: list[dict[str, Any]]) -> dict[str, Any]:
        """The lists; of a foreign form only those that something chooses from."""
        if self.is_ours:
            return choices.lists
        types = {item["type"] for entry in form for item in _items(entry)}
        used = {kind.partition(" ")[2] for kind in types}
        return {name: each for name, each in choices.lists.items() if name in used}

    def _seeds(self) -> dict[str, list[dict[str, Any]]]:
        """The rows that stand in tables from the start, by the table's id."""
        sheet = self.sheets.get(ROWS_SHEET) if self.is_ours else None
        tables: dict[str, dict[str, dict[str, Any]]] = {}
        for _number, cells in sheet.rows if sheet else ():
            table, row_id = cells.get("table", ""), cells.get("row", "")
            row = tables.setdefault(table, {}).setdefault(row_id, {ROW: row_id})
            if "column" in cells:
                row[cells["column"]] = decode(cells.get("value", ""))
        return {table: list(rows.values()) for table, rows in tables.items()}

    def _note_left_sheets(self) -> None:
        for name in _LEFT:
            if name in self.sheets:
                self.notes.append(RowNote(self.sheets[name].name, 0, _("This sheet is not read here.")))

    def _head(self, tree: Tree, questions: Questions) -> dict[str, Any]:
        first = self.languages.first
        title = self.title or self.settings.get("form_title") or self.settings.get("title") or self.slug
        title = title.strip()[:TITLE_LENGTH]
        titles = {**self.tool.texts.get("title", {})}
        raw: dict[str, Any] = {"kind": "form", **self.tool.plain}
        raw |= self.tool.texts | {"tool": self.slug, "section": self.section, "title": {**titles, first: title}}
        for key in ("purpose", "guidance"):
            part = tree.parts.get(f"tool/{key}")
            if part and (text := questions.text(part, "label")):
                raw[key] = text
        if first not in raw.get("purpose", {}):
            with override(first):
                said = gettext("Brought in from the XLSForm “%(title)s”.") % {"title": title}
            raw["purpose"] = {first: said}
        return raw


def _refuse_endless(form: list[dict[str, Any]]) -> None:
    """Conditions and calculations are read several times over, so there is a limit to all of them together."""
    written = sum(len(str(item.get(key, ""))) for entry in form for item in _items(entry) for key in EXPRESSIONS)
    if written > EXPRESSIONS_LENGTH:
        raise ImportRefused(
            _(
                "The conditions and calculations of this form have %(found)d characters; %(limit)d are read here.",
                found=written,
                limit=EXPRESSIONS_LENGTH,
            )
        )


def _items(entry: dict[str, Any]) -> list[dict[str, Any]]:
    return [item for each in entry["items"] for item in _items(each)] if "items" in entry else [entry]


class _Tool:
    """What stands on our own sheet: what XLSForm has no place for."""

    def __init__(self, sheet: Sheet | None):
        self.plain: dict[str, Any] = {}
        self.texts: dict[str, dict[str, str]] = {}
        self.languages: tuple[str, ...] = ()
        self.kinds: dict[str, str] = {}
        self.lists: frozenset[str] = frozenset()
        missing = set()
        for _row, cells in sheet.rows if sheet else ():
            key, value, lang = (cells.get(name, "") for name in ("property", "value", "language"))
            if key == "untranslated":
                missing.add((value, lang))
            elif key == "languages":
                self.languages = tuple(tag for tag in value.split() if language_tag(tag) == tag)
            elif key == "lists":
                self._lists(value.split())
            elif lang:
                self.texts[key] = self.texts.get(key, {}) | {lang: self.texts.get(key, {}).get(lang, "") + value}
            elif key in ("number", "kind", "subject", "mode", "minutes"):
                self.plain[key] = decode(value)
        self.untranslated = frozenset(missing)

    def _lists(self, pairs: list[str]) -> None:
        """``country=country``: which of our types a list stands for."""
        known = [pair.partition("=") for pair in pairs]
        self.lists = frozenset(name for name, _equals, _kind in known)
        self.kinds = {name: kind for name, _equals, kind in known if kind not in ("", "money")}
