"""The rows of a survey sheet as a tree, and what each part of it is called here."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from toolkit.exchange.refusals import ImportRefused, RowNote
from toolkit.exchange.xlsform_sheets import Line
from toolkit.exchange.xlsform_types import Typed, read_type
from toolkit.exchange.xlsform_words import Dictionary, is_yes
from toolkit.schema.checking import MAX_ITEMS
from toolkit.schema.editing import fresh_name
from toolkit.schema.words import Message, _

# Forms have groups in groups three or four deep; who has more has forgotten their ends.
MAX_DEPTH = 20
_NAME = re.compile(r"[a-z][a-z0-9_]{0,59}")


@dataclass
class Node:
    """A question, group or table. ``name`` is ours; ``table`` the name of the table it is a column of."""

    line: Line
    typed: Typed
    children: list[Node] = field(default_factory=list)
    name: str = ""
    table: str = ""

    @property
    def is_group(self) -> bool:
        return self.typed.sort == "begin_group"

    @property
    def is_table(self) -> bool:
        return self.typed.sort == "begin_repeat"

    @property
    def own_id(self) -> str:
        return str(self.line.own.get("id", ""))


class Tree:
    """Grows from the lines of a survey. ``parts`` are rows of ours that say something of another row, by its id."""

    def __init__(self, lines: list[Line]):
        self.notes: list[RowNote] = []
        self.parts: dict[str, Line] = {}
        self.nodes: list[Node] = []
        self.own_ids = {str(line.own["id"]) for line in lines if "id" in line.own} | {"tool"}
        open_nodes: list[Node] = []
        for line in lines:
            self._take(line, open_nodes)
        for node in open_nodes:
            self.note(node.line, _("This group or table has no end; it is taken to end with the form."))
        self._cut()
        self.dictionary = Dictionary()
        self._name_all()

    def note(self, line: Line, message: Message) -> None:
        self.notes.append(RowNote(line.sheet, line.row, message))

    def _take(self, line: Line, open_nodes: list[Node]) -> None:
        part = str(line.own.get("part", ""))
        if part and part.partition("/")[0] in self.own_ids:
            self.parts[part] = line
            return
        cell = line.cells.get("type", "")
        if not cell or is_yes(line.cells.get("disabled", "no")):
            if line.cells.get("name") or line.texts:
                self.note(line, _("This row has no type, or is switched off; it is left out."))
            return
        typed = read_type(cell)
        if line.own.get("type") == "signature" and line.is_untouched("type"):
            typed = Typed(kind="signature")
        if typed.told and not line.is_untouched("type"):
            self.note(line, typed.told)
        if typed.sort.startswith("end"):
            self._close(line, typed, open_nodes)
        elif typed.sort != "nothing":
            node = Node(line, typed)
            (open_nodes[-1].children if open_nodes else self.nodes).append(node)
            if typed.sort.startswith("begin"):
                open_nodes.append(node)
            if len(open_nodes) > MAX_DEPTH:
                raise ImportRefused(
                    _(
                        "Row %(row)d of the sheet “%(sheet)s” begins a group within %(limit)d others. "
                        "Is the end of a group missing?",
                        row=line.row,
                        sheet=line.sheet,
                        limit=MAX_DEPTH,
                    )
                )

    def _close(self, line: Line, typed: Typed, open_nodes: list[Node]) -> None:
        wanted = typed.sort.replace("end", "begin")
        if not open_nodes:
            self.note(line, _("This ends a group or table that never began."))
        elif open_nodes[-1].typed.sort == wanted:
            open_nodes.pop()
        else:
            self.note(line, _("This does not end what was begun last; it is left out."))

    def _cut(self) -> None:
        """Leave out what is more than a form may have."""
        nodes = list(walk(self.nodes))
        if len(nodes) >= MAX_ITEMS:
            first = nodes[MAX_ITEMS - 1]
            self.note(first.line, _("A form may have %(limit)d rows; the rest is left out.", limit=MAX_ITEMS - 1))
            kept = {id(node) for node in nodes[: MAX_ITEMS - 1]}
            self.nodes = [node for node in self.nodes if id(node) in kept]
            for node in nodes:
                node.children = [child for child in node.children if id(child) in kept]

    # Names

    def _name_all(self) -> None:
        taken: dict[str, set[str]] = {}
        groups: set[str] = set()
        used: Counter[str] = Counter()
        for node in walk(self.nodes):
            own = str(node.line.own.get("name") or "") or node.line.cells.get("name", "")
            space = groups if node.is_group else taken.setdefault(node.table, set())
            # Names are told apart over the whole form, unless they are ours and known to be different
            others = space if node.own_id else space.union(*taken.values())
            node.name = fresh_name(sound_name(own) or "question", others)
            space.add(node.name)
            if not node.own_id:
                self._note_name(node)
            if node.is_table:
                for child in walk(node.children):
                    child.table = node.name
            if not node.is_group:
                used[node.name] += 1
                self._enter(node)
        self.dictionary.doubles = frozenset(name for name, times in used.items() if times > 1)

    def _note_name(self, node: Node) -> None:
        theirs = node.line.cells.get("name", "")
        if not theirs and not node.is_group:
            self.note(node.line, _("This row has no name; it is called “%(new)s” here.", new=node.name))
        elif theirs and node.name != theirs:
            self.note(node.line, _("“%(old)s” is called “%(new)s” here.", old=theirs[:60], new=node.name))

    def _enter(self, node: Node) -> None:
        theirs = node.line.cells.get("name", "")
        if node.typed.kind == "signature" and f"{node.own_id}/name" in self.parts:
            theirs = self.parts[f"{node.own_id}/name"].cells.get("name", "")
        self.dictionary.names.setdefault(theirs, (node.name, node.table))


def walk(nodes: list[Node]) -> Iterator[Node]:
    for node in nodes:
        yield node
        yield from walk(node.children)


def sound_name(name: str) -> str:
    """A name as ours may be: small letters, digits and _, a letter first."""
    if _NAME.fullmatch(name):
        return name
    name = re.sub(r"[^a-z0-9]+", "_", name.casefold()).strip("_")[:50]
    return name if not name or name[0].isalpha() else f"q_{name}"
