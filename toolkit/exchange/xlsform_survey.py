"""The tree of a survey as the form of a tool: groups within groups are flattened, and so are tables within tables."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from toolkit.exchange.xlsform_dialect import SEALED
from toolkit.exchange.xlsform_questions import Entry, Questions
from toolkit.exchange.xlsform_sheets import Line
from toolkit.exchange.xlsform_texts import joined, label_for
from toolkit.exchange.xlsform_tree import Node
from toolkit.exchange.xlsform_words import is_no
from toolkit.schema.structure import MAX_ROWS
from toolkit.schema.words import _

_OF_TABLE = ("min", "max", "totals", "prefill")


class Survey:
    """Makes the form. ``lines`` remembers on which line each entry stood, by the entry's ``id()``."""

    def __init__(self, questions: Questions, seeds: dict[str, list[dict[str, Any]]]):
        self.questions, self.tree, self.languages = questions, questions.tree, questions.languages
        self.seeds = seeds
        self.lines: dict[int, Line] = {}
        self.groups: set[str] = set()

    def form(self) -> list[Entry]:
        made = []
        for node in self.tree.nodes:
            if node.is_group:
                made += self.group(node)
            else:
                made += self.within(node, [], None)
        return made

    def keep(self, entry: Entry, line: Line) -> Entry:
        self.lines[id(entry)] = line
        return entry

    # Groups

    def group(self, node: Node) -> Iterator[Entry]:
        entry: Entry = {"group": node.name, "label": self.label(node)}
        self.branch(node, entry)
        self.about(entry, node, "guidance", f"g_{node.name}", node.own_id)
        entry["items"] = [each for child in node.children for each in self.within(child, [], node)]
        if entry["items"]:
            yield self.keep(entry, node.line)
        else:
            self.tree.note(node.line, _("This group is empty and is left out."))

    def branch(self, node: Node, entry: Entry) -> None:
        """What groups and tables have both."""
        relevant = self.questions.cell(node, entry, "relevant")
        if relevant:
            entry["relevant"] = self.questions.said(node, relevant)
        if "side" in node.line.own:
            entry["side"] = node.line.own["side"]
        if node.line.cells.get("media"):
            self.tree.note(node.line, _("Pictures and sounds beside a question are left out."))

    def about(self, entry: Entry, node: Node, key: str, *owners: str) -> None:
        """Help for a group or table, which stands in a note of its own."""
        for owner in owners:
            part = self.tree.parts.get(f"{owner}/{key}")
            if part and (text := self.questions.text(part, "label")):
                entry[key] = text
                return
        text = self.questions.text(node.line, "hint")
        if key == "guidance" and text and self.languages.first in text:
            entry[key] = joined([text], self.languages)

    def label(self, node: Node) -> dict[str, str]:
        text = self.questions.text(node.line, "label")
        return label_for(text, node.name, self.languages, self.tree.notes, node.line, is_ours="id" in node.line.own)

    def within(self, node: Node, tests: list[str], group: Node | None) -> Iterator[Entry]:
        """What stands for ``node`` in a group, in a table, or by itself; ``tests`` are the conditions around it."""
        if node.is_group:
            yield from self.flattened(node, tests, group)
        elif node.is_table and not node.table:
            yield from self.table(node, tests)
        elif node.is_table:
            self.tree.note(node.line, _("A table within a table becomes columns of the outer one, asked once a row."))
            yield from self.flattened(node, tests, group, told=True)
        else:
            for entry in self.questions.entry(node, group):
                add_tests(entry, tests)
                yield self.keep(entry, node.line)

    def flattened(self, node: Node, tests: list[str], group: Node | None, *, told: bool = False) -> Iterator[Entry]:
        """The questions of a group that stands where none can: its condition becomes theirs, its label a note."""
        if not told and (group or node.table):
            self.tree.note(node.line, _("A group within a group or table is dissolved; its questions are kept."))
        around: Entry = {}
        self.branch(node, around)
        tests = [*tests, around["relevant"]] if "relevant" in around else tests
        if node.line.texts.get("label") and not node.table:
            heading: Entry = {"id": self.questions.id(node, "note"), "name": self.heading_name(node), "type": "note"}
            heading["label"] = self.label(node)
            add_tests(heading, tests)
            yield self.keep(heading, node.line)
        for child in node.children:
            yield from self.within(child, tests, node)

    def heading_name(self, node: Node) -> str:
        """A name among questions for what was the name of a group."""
        taken = {name for name, _table in self.tree.dictionary.names.values()} | self.groups
        name, number = node.name, 2
        while name in taken:
            name, number = f"{node.name[:52]}_group{number if number > 2 else ''}", number + 1
        self.groups.add(name)
        return name

    # Tables

    def table(self, node: Node, tests: list[str]) -> Iterator[Entry]:
        line = node.line
        entry: Entry = {"repeat": node.name, "id": self.table_id(node), "label": self.label(node)}
        self.branch(node, entry)
        add_tests(entry, tests)
        for key in ("hint", "guidance"):
            self.about(entry, node, key, entry["id"])
        entry |= {key: line.own[key] for key in _OF_TABLE if key in line.own}
        self.rows(node, entry)
        entry["items"] = [each for child in node.children for each in self.within(child, [], node)]
        if entry["items"]:
            yield self.keep(entry, line)
        else:
            self.tree.note(line, _("This table has no columns and is left out."))

    def table_id(self, node: Node) -> str:
        own, ids = node.own_id, self.questions.ids
        name = own if own.startswith("r_") and own not in ids else f"r_{node.name}"[:58]
        stem, number = name, 2
        while name in ids:
            name, number = f"{stem[:54]}_{number}", number + 1
        ids.add(name)
        return name

    def rows(self, node: Node, entry: Entry) -> None:
        """Rows to begin with, and how many there are."""
        line = node.line
        if entry["id"] in self.seeds:
            entry["rows"] = self.seeds[entry["id"]]
        if line.is_untouched("repeat_count"):
            entry |= {key: line.own[key] for key in SEALED["repeat_count"] if key in line.own}
            return
        count = line.cells.get("repeat_count", "").strip()
        if count.isdecimal() and 0 < int(count) <= MAX_ROWS:
            entry |= {"min": int(count), "max": int(count)}
        elif not is_no(count):
            self.tree.note(line, _("How many rows there are cannot be worked out here; people add them."))


def add_tests(entry: Entry, tests: list[str]) -> None:
    """Let an entry apply only where what stood around it does."""
    own = [entry["relevant"]] if "relevant" in entry else []
    every = [*tests, *own]
    if tests:
        entry["relevant"] = every[0] if len(every) == 1 else " and ".join(f"({test})" for test in every)
