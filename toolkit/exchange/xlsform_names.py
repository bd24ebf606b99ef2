"""Names for an XLSForm: there, every question, table and group of a form must have a name of its own."""

from collections.abc import Iterator

from toolkit.schema.definition import Definition, Group, Item, Repeat
from toolkit.schema.editing import fresh_name

# Names that XLSForm or its readers keep for themselves
RESERVED = frozenset({"data", "meta", "instanceid", "instancename", "audit", "entity"})


class Names:
    """The name of each part of ``definition`` by its id, and names for whatever is added.

    Questions outside tables and tables keep theirs; then columns choose, then groups.
    """

    def __init__(self, definition: Definition):
        self.taken = set(RESERVED)
        self.of: dict[str, str] = {}
        self.renamed: list[tuple[str, str]] = []
        # From a row of its table to a column, where that is more than its name
        self.within: dict[str, str] = {}
        for node in _by_right(definition):
            self._give(node, definition)
        for item in definition.items:
            if item.kind == "signature":
                self.within[item.id] = self.part(item, "signature")

    def _give(self, node: Group | Item | Repeat, definition: Definition) -> None:
        name = node.name
        if name in self.taken and isinstance(node, Item) and node.repeat:
            name = f"{definition.by_id[node.repeat].name}_{name}"[:60]
        elif name in self.taken and isinstance(node, Group):
            name = f"{name}_group"[:60]
        self.of[node.id] = self.fresh(name)
        if self.of[node.id] != node.name and not isinstance(node, Group):
            self.renamed.append((node.name, self.of[node.id]))
        if isinstance(node, Repeat) and node.fixed:
            self.taken.add(f"{self.of[node.id]}_count")  # made by whoever compiles the form

    def fresh(self, name: str) -> str:
        """``name``, or the like of it, for something new."""
        name = fresh_name(name[:60], self.taken)
        self.taken.add(name)
        return name

    def part(self, item: Item, part: str) -> str:
        """The name of a part of an answer: ``cost_currency``. The same each time."""
        key = f"{item.id}/{part}"
        if key not in self.of:
            self.of[key] = self.fresh(f"{self.of[item.id][:44]}_{part}")
        return self.of[key]


def _by_right(definition: Definition) -> Iterator[Group | Item | Repeat]:
    yield from (node for node in definition.by_id.values() if not getattr(node, "repeat", None))
    yield from (item for item in definition.items if item.repeat)
    yield from definition.groups
