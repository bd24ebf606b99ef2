"""From a tool in normal form and its compiled trees to the frozen Definition. Checks nothing."""

from collections.abc import Iterator, Mapping
from typing import Any

from .cells import ROW
from .choice_columns import columns_of
from .definition import (
    DEFAULT_MAX_ROWS,
    Choice,
    Definition,
    Group,
    Item,
    Repeat,
)

_PLAIN = (
    "id name label hint guidance constraint_message default bind appearance readonly sensitive "
    "max_words max_length min max unit currency of rows_of label_from required feeds"
).split()
_NO_TREES: Mapping[str, Any] = {}


def choice_lists(written: Mapping[str, Any]) -> dict[str, tuple[Choice, ...]]:
    return {name: tuple(map(_choice, choices)) for name, choices in written.get("choices", {}).items()}


def _choice(written: Mapping[str, Any]) -> Choice:
    columns = columns_of(written)
    return Choice(**{key: each for key, each in written.items() if key not in columns}, columns=columns)


def item_from(
    written: Mapping[str, Any],
    trees: Mapping[str, Any] | None,
    *,
    side: str = "both",
    group: str | None = None,
    repeat: str | None = None,
) -> Item:
    kind, _, choices = written["type"].partition(" ")
    return Item(
        **{key: written[key] for key in _PLAIN if key in written} | (trees or _NO_TREES),
        kind=kind,
        list=choices or None,
        side=written.get("side", side),
        group=group,
        repeat=repeat,
    )


def build(written: Mapping[str, Any], compiled: Mapping[str, Any]) -> Definition:
    maker = _Maker(compiled["trees"])
    keys = ("tool section kind title purpose number guidance filled_by subject mode minutes source body").split()
    return Definition(
        **{key: written[key] for key in keys if key in written},
        frequency=written.get("repeats"),
        languages=tuple(written["languages"]),
        lists=choice_lists(written),
        nodes=tuple(maker.nodes(written["form"])),
        order=tuple(compiled["order"]),
        written=written,
    )


class _Maker:
    def __init__(self, trees: Mapping[str, Mapping[str, Any]]):
        self.trees = trees

    def nodes(
        self, entries: list[Mapping[str, Any]], side: str = "both", group: str | None = None
    ) -> Iterator[Group | Repeat | Item]:
        for entry in entries:
            if "group" in entry:
                yield self.group(entry)
            elif "repeat" in entry:
                yield self.repeat(entry, side, group)
            else:
                trees = self.trees.get(entry["id"])
                yield item_from(entry, trees, side=side, group=group)

    def group(self, written: Mapping[str, Any]) -> Group:
        name = f"g_{written['group']}"
        side = written.get("side", "both")
        return Group(
            name=written["group"],
            label=written["label"],
            guidance=written.get("guidance"),
            side=side,
            nodes=tuple(self.nodes(written["items"], side, name)),
            **self.trees.get(name, _NO_TREES),
        )

    def repeat(self, written: Mapping[str, Any], side: str, group: str | None) -> Repeat:
        side = written.get("side", side)
        ids = {item["name"]: item["id"] for item in written["items"]}
        keys = ("id", "label", "hint", "guidance", "min", "prefill", "fixed")
        return Repeat(
            **{key: written[key] for key in keys if key in written},
            name=written["repeat"],
            side=side,
            group=group,
            max=written.get("max", DEFAULT_MAX_ROWS),
            totals=tuple(ids[name] for name in written.get("totals", ())),
            rows=tuple(
                {ROW if name == ROW else ids[name]: value for name, value in row.items()}
                for row in written.get("rows", ())
            ),
            items=tuple(
                item_from(
                    item,
                    self.trees.get(item["id"]),
                    side=side,
                    group=group,
                    repeat=written["id"],
                )
                for item in written["items"]
            ),
            **self.trees.get(written["id"], _NO_TREES),
        )
