"""The choice lists of an XLSForm as ours: names made sound, doubles and what is too much told."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from toolkit.exchange.refusals import RowNote
from toolkit.exchange.xlsform_dialect import decode
from toolkit.exchange.xlsform_sheets import Languages, Line, plain_text
from toolkit.exchange.xlsform_texts import label_for
from toolkit.schema.checking import MAX_CHOICES
from toolkit.schema.choice_columns import RESERVED, VALUE_LENGTH, columns_of, idle_columns
from toolkit.schema.definition import Text
from toolkit.schema.editing import fresh_name
from toolkit.schema.structure import CHOICE
from toolkit.schema.words import Message, _

_NAME = re.compile(r"[a-z][a-z0-9_]{0,59}")
# Texts and names of questions, which stay; and the plain words between them
_PLAIN = re.compile(r"""('[^']*'|"[^"]*"|\$\{[^}]*\})|(?<![\w-])([A-Za-z_][\w-]*)(?!\s*\()""")
_CHOICE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,59}")


@dataclass
class Choices:
    """The lists by our names. ``called`` gives ours for theirs; ``renamed`` are choices with another name here."""

    lists: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    called: dict[str, str] = field(default_factory=dict)
    renamed: dict[str, str] = field(default_factory=dict)
    too_long: set[str] = field(default_factory=set)
    notes: list[RowNote] = field(default_factory=list)
    # What the columns that filters ask for are called here, by their headings
    columns: dict[str, str] = field(default_factory=dict)
    is_ours: bool = False
    sheet: str = "choices"

    def names(self, name: str) -> set[str]:
        return {choice["name"] for choice in self.lists.get(name, ())}

    def with_our_columns(self, text: str) -> str:
        """A filter with the columns as they are called here."""
        known = {theirs: ours for theirs, ours in self.columns.items() if theirs != ours}

        def swap(match: re.Match[str]) -> str:
            return match[1] or known.get(match[2], match[2])

        return _PLAIN.sub(swap, text) if known else text

    def keep_asked(self, form: list[dict[str, Any]]) -> None:
        """Leave out the columns that no filter asks for, which would be none but dead weight here."""
        idle = idle_columns({"choices": self.lists, "form": form})
        for name, columns in idle.items():
            self.lists[name] = [{k: v for k, v in choice.items() if k not in columns} for choice in self.lists[name]]
        for column in dict.fromkeys(column for columns in idle.values() for column in columns):
            message = _("The column “%(column)s” is left out: no filter asks for it.", column=column)
            self.notes.append(RowNote(self.sheet, 0, message))

    def add_other(self, name: str, label: Text) -> None:
        """“Other” at the end of a list, as a question that says “or other” wants it."""
        if "other" not in self.names(name):
            self.lists[name].append({"name": "other", "label": label})


def read_choices(
    lines: Iterable[Line],
    languages: Languages,
    *,
    is_ours: bool,
    leave: frozenset[str],
    untranslated: frozenset[tuple[str, str]],
) -> Choices:
    """All lists but those in ``leave``. ``untranslated`` has the labels that only repeat the first language."""
    found = Choices(is_ours=is_ours)
    for line in lines:
        theirs = line.cells.get("list_name", "")
        if not theirs:
            _note(found, line, _("This choice belongs to no list and is left out."))
        elif theirs not in leave:
            _take(found, line, theirs, languages, untranslated)
    for name, choices in list(found.lists.items()):
        if len(choices) > MAX_CHOICES:
            found.too_long.add(name)
            del found.lists[name]
    for choice in (each for choices in found.lists.values() for each in choices if found.renamed):
        choice |= {key: found.renamed.get(value, value) for key, value in columns_of(choice).items()}
    return found


def _take(
    found: Choices, line: Line, theirs: str, languages: Languages, untranslated: frozenset[tuple[str, str]]
) -> None:
    ours = found.called.setdefault(theirs, _list_name(theirs, set(found.called.values())))
    choices = found.lists.setdefault(ours, [])
    if len(choices) > MAX_CHOICES:
        return
    if len(choices) == MAX_CHOICES:
        _note(
            found, line, _("A list may have %(limit)d choices. “%(list)s” is left out.", limit=MAX_CHOICES, list=theirs)
        )
    name = line.cells.get("name", "")
    if not name:
        _note(found, line, _("This choice has no name and is left out."))
        return
    if any(choice["name"] == name for choice in choices):
        _note(found, line, _("The choice “%(name)s” stands twice; the second is left out.", name=name[:60]))
        return
    sound = _sound(name, {choice["name"] for choice in choices})
    if sound != name:
        found.renamed[name] = sound
        _note(found, line, _("The choice “%(old)s” is called “%(new)s” here.", old=name[:60], new=sound))
    but = [lang for lang in languages.all if (f"{theirs}/{name}", lang) in untranslated]
    label = plain_text(line.texts.get("label", {}), languages, but=but)
    choice: dict[str, Any] = {
        "name": sound,
        "label": label_for(label, name, languages, found.notes, line, is_ours=found.is_ours),
    }
    if line.cells.get("media"):
        _note(found, line, _("Pictures and sounds of a choice are left out."))
    score = decode(line.cells.get("score", ""))
    if isinstance(score, (int, float)) and not isinstance(score, bool):
        choice["score"] = score
    choices.append(choice | _columns(found, line))


def _columns(found: Choices, line: Line) -> dict[str, str]:
    """What filters may ask of a choice."""
    found.sheet = line.sheet
    kept = {}
    for heading, text in line.extra.items():
        if heading not in found.columns:
            found.columns[heading] = _column_name(heading, set(found.columns.values()))
        if len(text) > VALUE_LENGTH:
            _note(found, line, _("What stands in “%(column)s” is too long and left out.", column=heading[:60]))
        elif text.strip():
            kept[found.columns[heading]] = text.strip()
    return kept


def _column_name(heading: str, taken: set[str]) -> str:
    name = heading if _NAME.fullmatch(heading) else re.sub(r"[^a-z0-9]+", "_", heading.casefold()).strip("_")[:50]
    name = name if _NAME.fullmatch(name) and name not in RESERVED | CHOICE.keys() else f"column_{name}"
    return fresh_name(name, taken)


def _list_name(theirs: str, taken: set[str]) -> str:
    name = re.sub(r"[^A-Za-z0-9_]", "_", theirs)[:50]
    name = name if name.isidentifier() else f"list_{name}"
    number, stem = 2, name
    while name in taken:
        name, number = f"{stem}_{number}", number + 1
    return name


def _sound(name: str, taken: set[str]) -> str:
    if _CHOICE.fullmatch(name):
        return name
    sound = re.sub(r"[^A-Za-z0-9_.-]+", "_", name).strip("_.-")[:50] or "choice"
    number, stem = 2, sound
    while sound in taken:
        sound, number = f"{stem}_{number}", number + 1
    return sound


def _note(found: Choices, line: Line, message: Message) -> None:
    found.notes.append(RowNote(line.sheet, line.row, message))
