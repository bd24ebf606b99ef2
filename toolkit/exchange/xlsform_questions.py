"""One question of an XLSForm as one of ours, from its own cells or, where those are untouched, from what we wrote."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from toolkit.exchange.xlsform_choices import Choices
from toolkit.exchange.xlsform_dialect import SEALED
from toolkit.exchange.xlsform_sheets import Languages, Line, plain_text
from toolkit.exchange.xlsform_texts import is_long, joined, label_for, without_markup
from toolkit.exchange.xlsform_tree import Node, Tree
from toolkit.exchange.xlsform_words import is_no, is_yes
from toolkit.schema.definition import Text
from toolkit.schema.structure import APPEARANCES, ONLY_FOR
from toolkit.schema.words import _

Entry = dict[str, Any]
_PREFIX = {"calculate": "c_", "note": "n_"}
_KEPT = ("side", "bind", "sensitive", "feeds", "currency", "of", "rows_of", "label_from")
_ID = re.compile(r"[fcn]_[a-z0-9_]{1,60}")
_DYNAMIC = re.compile(r"\$\{|^[a-z][a-z:-]*\(.*\)$", re.DOTALL)
_PARAMETER = re.compile(r"(start|end|step)\s*=\s*(-?[0-9]+(?:\.[0-9]+)?)")
_SETTING = re.compile(r"([a-z-]+)\s*=\s*([^\s=;]+)")
_LOST = {
    "media": _("Pictures and sounds beside a question are left out."),
    "trigger": _("What starts a calculation anew is left out."),
    "required_message": _("The message for a missing answer is left out."),
    "save_to": _("Saving answers into lists of entities is left out."),
    "intent": _("Calling another app is left out."),
}
HELP_LENGTH = 2000


class Questions:
    """Makes entries for nodes of a tree."""

    def __init__(self, tree: Tree, languages: Languages, choices: Choices, kinds: Mapping[str, str]):
        self.tree, self.languages, self.choices = tree, languages, choices
        # The types that lists of ours stand for: {"country": "country"}
        self.kinds = kinds
        self.note = tree.note
        self.ids: set[str] = set()

    def text(self, line: Line, column: str) -> Text:
        but = (
            pair.partition(":")[2]
            for pair in str(line.own.get("untranslated", "")).split()
            if pair.startswith(f"{column}:")
        )
        text = line.texts.get(column, {})
        first = text.get(self.languages.first)
        return plain_text(text, self.languages, but=[tag for tag in but if text.get(tag) == first])

    def entry(self, node: Node, within: Node | None = None) -> list[Entry]:
        """What a question becomes: itself, and a line for “other” where it has one."""
        line = node.line
        entry: Entry = {"name": node.name}
        self.type(node, entry, within)
        kind = entry["type"].split()[0]
        entry["id"] = self.id(node, kind)
        self.texts(node, entry, kind)
        for key in _KEPT:
            if key in line.own:
                entry[key] = line.own[key]
        self.conditions(node, entry)
        self.beginning(node, entry, kind)
        self.looks(line, entry, kind)
        for column, message in _LOST.items():
            if line.cells.get(column):
                self.note(line, message)
        if line.cells.get("parameters"):
            self.parameters(line, entry)
        if node.typed.or_other and entry["type"].startswith("select"):
            return [entry, self.other(node, entry)]
        return [entry]

    # What it is

    def type(self, node: Node, entry: Entry, within: Node | None) -> None:
        line, typed = node.line, node.typed
        if line.is_untouched("type") and isinstance(line.own.get("type"), str):
            entry["type"] = line.own["type"]
            return
        kind = typed.kind
        if kind in ("select_one", "select_multiple") or (kind == "score" and within is not None):
            name = typed.list if kind != "score" else within.line.cells.get("kobo--score-choices", within.typed.list)
            entry["type"] = self.choice(line, "select_one" if kind == "score" else kind, name)
        elif kind == "acknowledge":
            self.choices.lists.setdefault("acknowledge", [{"name": "OK", "label": {self.languages.first: "OK"}}])
            entry["type"] = "select_one acknowledge"
        elif kind == "today":
            entry |= {"type": "date", "bind": "today"}
        elif kind == "text" and "multiline" in line.cells.get("appearance", ""):
            entry["type"] = "long_text"
        else:
            entry["type"] = {"rank": "text", "score": "text"}.get(kind, kind)
        if typed.kind == "decimal" and "parameters" in line.cells and "range" in line.cells["type"].casefold():
            self.range(line, entry)
        if kind != "calculate" and line.cells.get("calculation") and not line.is_untouched("calculation"):
            if is_yes(line.cells.get("read_only", "no")) or kind == "text" and not line.texts.get("label"):
                entry["type"] = "calculate"
            else:
                self.note(line, _("An answer that is worked out at first and changed later has no calculation here."))

    def choice(self, line: Line, kind: str, theirs: str) -> str:
        if theirs in self.kinds:
            return self.kinds[theirs] if kind == "select_one" else "text"
        ours = self.choices.called.get(theirs, "")
        if ours in self.choices.too_long:
            self.note(line, _("The list “%(list)s” is too long. This becomes a line of text.", list=theirs[:60]))
            return "text"
        if ours not in self.choices.lists:
            self.note(line, _("There is no list “%(list)s”. This becomes a line of text.", list=theirs[:60]))
            return "text"
        if kind == "select_one" and self.choices.names(ours) == {"yes", "no"}:
            return "yes_no"
        return f"{kind} {ours}"

    def range(self, line: Line, entry: Entry) -> None:
        numbers = dict(_PARAMETER.findall(line.cells["parameters"]))
        values = {key: float(number) if "." in number else int(number) for key, number in numbers.items()}
        if all(isinstance(value, int) for value in values.values()):
            entry["type"] = "integer"
        entry |= {ours: values[theirs] for ours, theirs in (("min", "start"), ("max", "end")) if theirs in values}

    def parameters(self, line: Line, entry: Entry) -> None:
        """Name the settings of a question that have no place here."""
        found = dict(pair for pair in _SETTING.findall(line.cells["parameters"]))
        if "range" in line.cells.get("type", "").casefold():
            found.pop("start", None)
            found.pop("end", None)
            if entry["type"] == "integer" and found.get("step", "").partition(".")[0] == "1":
                del found["step"]
        if found:
            settings = ", ".join(f"{name}={value}" for name, value in found.items())[:60]
            self.note(line, _("Settings of the question are left out: %(settings)s.", settings=settings))

    def id(self, node: Node, kind: str) -> str:
        prefix = _PREFIX.get(kind, "f_")
        own = node.own_id
        if _ID.fullmatch(own) and own.startswith(prefix) and own not in self.ids:
            self.ids.add(own)
            return own
        stem = (
            f"{prefix}{node.table}_{node.name}" if node.name in self.tree.dictionary.doubles else f"{prefix}{node.name}"
        )
        name, number = stem[:58], 2
        while name in self.ids or (name in self.tree.own_ids and own != name):
            name, number = f"{stem[:54]}_{number}", number + 1
        self.ids.add(name)
        return name

    def texts(self, node: Node, entry: Entry, kind: str) -> None:
        line, is_ours = node.line, "id" in node.line.own
        label, guidance = self.text(line, "label"), self.text(line, "guidance_hint")
        long = is_long(label)
        if long:
            self.note(line, _("The long text stands as help; the question is its beginning."))
            plain = without_markup(label, lambda message: None)
            guidance = joined([plain, guidance], self.languages) if guidance else plain
        entry["label"] = label_for(
            label, node.name, self.languages, self.tree.notes, line, is_ours=is_ours, tells=not long
        )
        for key, text in (("hint", self.text(line, "hint")), ("guidance", guidance)):
            if key == "hint" and line.is_untouched("hint"):
                entry |= {own: line.own[own] for own in SEALED["hint"] if own in line.own}
                continue
            text = without_markup(text, lambda message: self.note(line, message)) if not is_ours else text
            if text and self.languages.first not in text:
                text = {self.languages.first: next(iter(text.values())), **text}
            if key == "hint" and any(len(words) > HELP_LENGTH for words in text.values()):
                entry["guidance"] = joined([text, entry.get("guidance", {})], self.languages)
            elif text:
                entry[key] = text if key == "hint" else joined([text], self.languages)

    # Conditions

    def cell(self, node: Node, entry: Entry, column: str) -> str:
        """A cell that somebody wrote; empty where ours was left untouched, whose properties are taken instead."""
        line = node.line
        if line.is_untouched(column):
            entry |= {key: line.own[key] for key in SEALED[column] if key in line.own}
            return ""
        return line.cells.get(column, "").strip()

    def said(self, node: Node, text: str) -> str:
        return self.tree.dictionary.translated(text, node.table)

    def conditions(self, node: Node, entry: Entry) -> None:
        line = node.line
        self.filter(node, entry)
        for column in ("relevant", "constraint", "calculation"):
            written = self.cell(node, entry, column)
            if written and (column != "calculation" or entry["type"] == "calculate"):
                entry[column] = self.said(node, written)
        required = self.cell(node, entry, "required")
        if is_yes(required):
            entry["required"] = True
        elif not is_no(required):
            entry["required"] = self.said(node, required)
        kind = entry["type"].split()[0]
        if entry["type"] in ("note", "calculate"):
            for column in ("required", "constraint"):
                entry.pop(column, None)
        if line.is_untouched("constraint_message"):
            entry |= {key: line.own[key] for key in ("constraint_message",) if key in line.own}
        else:
            message = self.text(line, "constraint_message")
            first = self.languages.first
            if message and {"constraint", "min", "max"} & entry.keys() and kind in ONLY_FOR["constraint"]:
                entry["constraint_message"] = message if first in message else {first: next(iter(message.values()))}

    def filter(self, node: Node, entry: Entry) -> None:
        """Which choices are offered. What is no choice from a list of ours here offers all it has."""
        written = self.cell(node, entry, "choice_filter")
        if entry["type"].split()[0] not in ONLY_FOR["choice_filter"]:
            if entry.pop("choice_filter", written):
                self.note(node.line, _("All choices are offered: the filter on them is left out."))
        elif written:
            entry["choice_filter"] = self.choices.with_our_columns(self.said(node, written))

    def beginning(self, node: Node, entry: Entry, kind: str) -> None:
        default = self.cell(node, entry, "default")
        if not default or kind not in ONLY_FOR["default"]:
            return
        if default == "today()" and kind == "date":
            entry.setdefault("bind", "today")
        elif _DYNAMIC.search(default):
            self.note(node.line, _("An answer to begin with that is worked out is left out."))
        else:
            entry["default"] = default

    def looks(self, line: Line, entry: Entry, kind: str) -> None:
        if line.is_untouched("appearance"):
            entry |= {key: line.own[key] for key in ("appearance",) if key in line.own}
        else:
            words = set(line.cells.get("appearance", "").split())
            known = next((word for word in APPEARANCES if word in words), None)
            entry |= {"appearance": known} if known else {}
        read_only = line.cells.get("read_only", "")
        if line.is_untouched("read_only"):
            entry |= {key: line.own[key] for key in ("readonly",) if key in line.own}
        elif is_yes(read_only) and kind in ONLY_FOR["readonly"]:
            entry["readonly"] = True
        elif not is_no(read_only) and kind in ONLY_FOR["readonly"]:
            self.note(line, _("A question is read only or not; a condition for it is left out."))

    def other(self, node: Node, entry: Entry) -> Entry:
        """The line for an answer that is not on the list."""
        name = entry["type"].split()[1]
        self.choices.add_other(name, {self.languages.first: "Other"})
        is_one = entry["type"].startswith("select_one")
        own = f"{node.name[:54]}_other"
        test = f"${{{node.name}}} = 'other'" if is_one else f"selected(${{{node.name}}}, 'other')"
        label = {self.languages.first: "Other, please say"}
        twin = Node(node.line, node.typed, name=own, table=node.table)
        return {"id": self.id(twin, "text"), "name": own, "type": "text", "label": label, "relevant": test}
