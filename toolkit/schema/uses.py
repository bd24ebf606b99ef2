"""Who speaks of whom in a tool as it is written: by an expression, a reference to rows, or the text of a document."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from .choice_columns import columns_asked
from .names import EXPRESSIONS
from .parts import TOOL, Part, parts_of
from .spoken import Names, spoken_in

SORTS = ("item", "table")
# The properties by which one part speaks of others
SPEAKING = (*EXPRESSIONS, "rows_of", "default")
_REFERENCE = re.compile(r"\$\{([^}]*)\}")
_QUOTED = re.compile(r"'([^']*)'|\"([^\"]*)\"")


class Uses:
    """Which parts of a raw tool cannot do without which."""

    def __init__(self, raw: Mapping[str, Any]):
        self.parts = parts_of(raw)
        self._named: dict[str, list[Part]] = {}
        for part in self.parts.values():
            if part.sort in SORTS:
                self._named.setdefault(part.name, []).append(part)
        self._users: dict[str, dict[str, Part]] | None = None
        self._names: Names | None = None

    def of(self, name: str) -> list[Part]:
        """The parts that speak of the part ``name``, which is an id; none when it is not there."""
        if self._users is None:
            self._users = self._all_users()
        return [part for part in self._users.get(name, {}).values() if part.id != name]

    def _all_users(self) -> dict[str, dict[str, Part]]:
        found: dict[str, dict[str, Part]] = {}
        for part in self.parts.values():
            for key in SPEAKING:
                for meant in self.meant_by(part, key):
                    found.setdefault(meant.id, {})[part.id] = part
        body = self.parts[TOOL].entry.get("body")
        for text in body.values() if isinstance(body, Mapping) else ():
            for meant in self.meant_in_text(text):
                found.setdefault(meant.id, {})[TOOL] = self.parts[TOOL]
        return found

    def meant_by(self, part: Part, key: str) -> Iterator[Part]:
        """The questions, tables and choices of which the property ``key`` of ``part`` speaks."""
        value = part.entry.get(key)
        if key == "default":
            names = value if isinstance(value, list) else [value]
            yield from self._choices(part, {name for name in names if isinstance(name, str)})
        elif not isinstance(value, str):
            return
        elif key == "rows_of":
            yield from self._meant(f"{value}.{part.entry.get('label_from', '')}", part)
        elif references := _REFERENCE.findall(value):
            quoted = {one or other for one, other in _QUOTED.findall(value)}
            if key == "choice_filter" and "name" in columns_asked(value):
                yield from self._choices(part, quoted)
            for reference in references:
                for meant in self._meant(reference, part):
                    yield meant
                    yield from self._choices(meant, quoted)
        elif key == "choice_filter" and "name" not in columns_asked(value):
            return
        elif "'" in value or '"' in value:  # of its own answer, which is written as a point
            yield from self._choices(part, {one or other for one, other in _QUOTED.findall(value)})

    def choosers(self, name: str) -> list[Part]:
        """The questions that choose from the list ``name``, which is an id."""
        which = name.removeprefix("list:")
        return [part for part in self.parts.values() if str(part.entry.get("type", "")).partition(" ")[2] == which]

    def meant_in_text(self, text: Any) -> Iterator[Part]:
        """The questions, tables and columns of which the text of a document speaks."""
        if isinstance(text, str):
            if self._names is None:
                self._names = Names(self.parts[TOOL].entry)
            yield from spoken_in(text, self._names)

    def _choices(self, part: Part, names: set[str]) -> Iterator[Part]:
        """Those choices of the question ``part`` that bear one of ``names``."""
        which = str(part.entry.get("type", "")).partition(" ")[2]
        for name in sorted(names) if which else ():
            if (choice := self.parts.get(f"list:{which}/{name}")) is not None:
                yield choice

    def _meant(self, reference: str, place: Part) -> list[Part]:
        """A dotted name is a table and its column; a plain one a column beside it, else a question, else a column."""
        table, dot, name = reference.rpartition(".")
        named = self._named.get(name, [])
        if dot:
            tables = [part for part in self._in_form(table) if part.sort == "table"]
            return tables + [part for part in named if part.parent in {each.id for each in tables}]
        beside = [part for part in named if part.parent == place.parent and self._is_column(part)]
        return beside or self._in_form(name) or named

    def _in_form(self, name: str) -> list[Part]:
        return [part for part in self._named.get(name, ()) if not self._is_column(part)]

    def _is_column(self, part: Part) -> bool:
        return part.parent in self.parts and self.parts[part.parent].sort == "table"
