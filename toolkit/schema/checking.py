"""From raw data to a tool in normal form: every key checked, every name placed, all faults told."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from types import SimpleNamespace
from typing import Any

from .bindings import BINDINGS, FILLS, is_known_to
from .build import choice_lists, item_from
from .cells import ROW, ROW_ID
from .choice_columns import read_choice
from .definition import DEFAULT_MAX_ROWS, Choice
from .errors import AnswerError
from .kinds import KINDS, TOTALLED
from .report import Report
from .structure import GROUP, ITEM, MISSING, ONLY_FOR, REPEAT, TOOL, mapping
from .words import _
from .yaml_file import Path

MAX_ITEMS = 1000
MAX_CHOICES = 500
_PREFIX = {"calculate": "c_", "note": "n_"}


@dataclass
class Node:
    """A group, table or item of the form under check: where it is and what was written there."""

    sort: str
    id: str
    name: str
    path: Path
    written: dict[str, Any]
    group: str | None = None
    repeat: str | None = None
    columns: list["Node"] = field(default_factory=list)

    @property
    def kind(self) -> str:
        return self.written["type"].split()[0] if self.sort == "item" else self.sort

    @property
    def list(self) -> str:
        return self.written["type"].partition(" ")[2] if self.sort == "item" else ""


@dataclass
class Outline:
    """A tool in normal form, its nodes in order, and the names of nodes too faulty to keep."""

    written: dict[str, Any]
    nodes: list[Node]
    broken: set[str]
    n_entries: int = 0

    @cached_property
    def lists(self) -> dict[str, tuple[Choice, ...]]:
        """The choices, which are checked before the form is."""
        return choice_lists(self.written)

    def within(self, repeat: str | None) -> Iterator[Node]:
        return (n for n in self.nodes if n.sort != "group" and n.repeat == repeat)


def check_tool(report: Report, raw: Any) -> Outline:
    """The normal form of what is sound in ``raw``; everything else is in ``report``."""
    if isinstance(raw, dict) and "languages" in raw:
        read = TOOL["languages"].read(Report(), (), raw["languages"])
        report.languages = tuple(read) if read is not MISSING else report.languages
    written = mapping(report, (), raw, TOOL, "a tool", holds_by=())
    if written is None:
        written = {}
        raw = raw if isinstance(raw, dict) else {}
    written.pop("compiled", None)
    written["languages"] = list(report.languages)
    written["choices"] = _choices(report, raw.get("choices"))
    outline = Outline(written, [], set())
    form = raw.get("form") if isinstance(raw.get("form"), list) else []
    written["form"] = [node for at, entry in enumerate(form) if (node := _top(report, outline, ("form", at), entry))]
    if not form and raw.get("kind") != "guide":
        report.add(("form",), _("A tool needs a form. Only a guide may do without."))
    if "body" in written and written.get("kind", "document") != "document":
        report.add(("body",), _("Only a document has a body."))
    if written.get("kind") == "guide" and "guidance" not in written and not form:
        report.add((), _("A guide needs its guidance."))
    _check_names(report, outline)
    _check_tables(report, outline)
    return outline


# Choice lists


def _choices(report: Report, raw: Any) -> dict[str, list[dict[str, Any]]]:
    if raw is None:
        return {}
    if not isinstance(raw, dict):
        report.add(("choices",), _("Write choices as list_name: [choices]."))
        return {}
    lists = {}
    for name, entries in raw.items():
        path: Path = ("choices", name)
        if not isinstance(name, str) or not name.isidentifier() or len(name) > 60:
            report.add(path, _("A list's name is made of letters, digits and _."))
        if not isinstance(entries, list) or not 0 < len(entries) <= MAX_CHOICES:
            report.add(path, _("A list has 1 to %(limit)d choices.", limit=MAX_CHOICES))
            entries = []
        kept = [read_choice(report, (*path, n), entry) for n, entry in enumerate(entries)]
        lists[name] = [choice | {"label": choice.get("label", {})} for choice in kept if choice]
        seen: set[str] = set()
        for at, choice in enumerate(kept):
            if choice and choice["name"] in seen:
                report.add((*path, at), _("The choice “%(name)s” stands twice.", name=choice["name"]))
            seen.add(choice["name"] if choice else "")
    return lists


# Nodes


def _top(report: Report, outline: Outline, path: Path, raw: Any) -> dict[str, Any] | None:
    if not isinstance(raw, dict) or "group" not in raw:
        return _node(report, outline, path, raw, None)
    written = mapping(report, path, raw, GROUP, "a group", holds_by=("group",))
    if written is None:
        name = str(raw["group"])
        written = {}
    else:
        name = written["group"]
        outline.nodes.append(Node("group", f"g_{name}", name, path, written))
    entries = raw.get("items") if isinstance(raw.get("items"), list) else []
    if not entries and written:
        report.add(path, _("The group “%(name)s” is empty.", name=name))
    nodes = [_node(report, outline, (*path, "items", at), entry, f"g_{name}") for at, entry in enumerate(entries)]
    written["items"] = [node for node in nodes if node]
    return written or None


def _node(report: Report, outline: Outline, path: Path, raw: Any, group: str | None) -> dict[str, Any] | None:
    if isinstance(raw, dict) and "group" in raw:
        report.add(path, _("A group may not stand in another group."))
        return None
    if isinstance(raw, dict) and "repeat" in raw:
        return _repeat(report, outline, path, raw, group)
    return _item(report, outline, path, raw, group, None)


def _repeat(
    report: Report, outline: Outline, path: Path, raw: dict[str, Any], group: str | None
) -> dict[str, Any] | None:
    written = mapping(report, path, raw, REPEAT, "a table", holds_by=("repeat", "id"))
    node = None
    if written is None:
        outline.broken.add(str(raw.get("repeat")))
    else:
        node = Node("repeat", written["id"], written["repeat"], path, written, group)
        outline.nodes.append(node)
    entries = raw.get("items") if isinstance(raw.get("items"), list) else []
    kept = []
    for at, entry in enumerate(entries):
        where = (*path, "items", at)
        if isinstance(entry, dict) and ("repeat" in entry or "group" in entry):
            report.add(where, _("A table holds columns only, no table or group."))
            continue
        item = _item(report, outline, where, entry, group, node.id if node else "r_")
        if item:
            kept.append(item)
    if node:
        node.columns = [n for n in outline.nodes if n.repeat == node.id]
        if not entries:
            report.add(path, _("The table “%(name)s” has no column.", name=node.name))
        written["items"] = kept
    return written


def _item(
    report: Report,
    outline: Outline,
    path: Path,
    raw: Any,
    group: str | None,
    repeat: str | None,
) -> dict[str, Any] | None:
    outline.n_entries += 1
    if outline.n_entries == MAX_ITEMS:
        report.add(path, _("A form may have %(limit)d items at most.", limit=MAX_ITEMS))
    is_read = outline.n_entries <= MAX_ITEMS
    written = mapping(report, path, raw, ITEM, "an item", holds_by=("id", "name", "type")) if is_read else None
    if written is None:
        outline.broken.add(str(raw.get("name")) if isinstance(raw, dict) else "")
        return None
    written.setdefault("label", {})
    node = Node("item", written["id"], written["name"], path, written, group, repeat)
    outline.nodes.append(node)
    _check_item(report, outline, node)
    return written


def _check_item(report: Report, outline: Outline, node: Node) -> None:
    written, path, kind = node.written, node.path, node.kind
    prefix = _PREFIX.get(kind, "f_")
    if not node.id.startswith(prefix):
        report.add(
            (*path, "id"),
            _("The id of a %(kind)s starts with %(prefix)s.", kind=kind, prefix=prefix),
        )
    for key, kinds in ONLY_FOR.items():
        if key in written and kind not in kinds:
            report.add((*path, key), _("A %(kind)s takes no “%(key)s”.", kind=kind, key=key))
    if kind == "calculate" and "calculation" not in written:
        report.add(path, _("A calculate needs its calculation."))
    if "constraint_message" in written and not {"constraint", "min", "max"} & written.keys():
        report.add((*path, "constraint_message"), _("There is no constraint to go with this."))
    if "min" in written and "max" in written and written["min"] > written["max"]:
        report.add((*path, "min"), _("“min” is above “max”."))
    if node.list and node.list not in outline.written["choices"]:
        _unknown(report, (*path, "type"), node.list, outline.written["choices"], "choice list")
        return
    if "bind" in written and kind in ONLY_FOR["bind"]:
        _check_bind(report, outline, node)
    if "default" in written and kind in ONLY_FOR["default"]:
        value = _clean(report, outline, node, written["default"], (*path, "default"))
        written["default"] = value if value is not None else written["default"]


def _unknown(report: Report, path: Path, name: str, known, what: str) -> None:
    near = report.near(name, known)
    report.add(
        path,
        _(
            "There is no %(what)s “%(name)s”. Did you mean “%(near)s”?",
            what=what,
            name=name,
            near=near,
        )
        if near
        else _("There is no %(what)s “%(name)s”.", what=what, name=name),
    )


def _check_bind(report: Report, outline: Outline, node: Node) -> None:
    path, bound = (*node.path, "bind"), node.written["bind"]
    if bound not in BINDINGS:
        _unknown(report, path, bound, BINDINGS, "path")
    elif node.kind not in FILLS[BINDINGS[bound].kind]:
        report.add(path, _("“%(path)s” cannot fill a %(kind)s.", path=bound, kind=node.kind))
    else:
        _check_reach(report, outline, path, bound)


def _check_reach(report: Report, outline: Outline, path: Path, bound: str) -> None:
    subject = outline.written.get("subject", "partnership")
    if not is_known_to(subject, bound):
        report.add(path, _("A tool about a %(subject)s has nothing at “%(path)s”.", subject=subject, path=bound))


def _clean(report: Report, outline: Outline, node: Node, raw: Any, path: Path) -> Any:
    """``raw`` as the item would keep it; None, and a problem, when it would not."""
    lists = SimpleNamespace(lists=outline.lists)
    try:
        return KINDS[node.kind].clean(item_from(node.written, None), raw, lists)
    except AnswerError as error:
        report.add(path, error.message)
        return None


# Names and tables


def _check_names(report: Report, outline: Outline) -> None:
    seen: dict[tuple[str, str | None, str], Node] = {}
    for node in outline.nodes:
        ids = ("id", None, node.id)
        name = ("group" if node.sort == "group" else "name", node.repeat, node.name)
        if ids in seen and node.sort != "group":
            report.add(
                (*node.path, "id"),
                _("The id “%(id)s” is used twice. An id is for one thing, for ever.", id=node.id),
            )
        if name in seen:
            key = "name" if node.sort == "item" else node.sort
            report.add((*node.path, key), _("The name “%(name)s” is used twice.", name=node.name))
        seen.setdefault(ids, node)
        seen.setdefault(name, node)


def _check_tables(report: Report, outline: Outline) -> None:
    tables = {node.name: node for node in outline.nodes if node.sort == "repeat"}
    for node in tables.values():
        _check_table(report, outline, node)
    for node in outline.nodes:
        if node.kind == "reference":
            _check_reference(report, node, tables)


def _check_table(report: Report, outline: Outline, node: Node) -> None:
    written, path = node.written, node.path
    columns = {column.name: column for column in node.columns}
    if written.get("min", 0) > written.get("max", DEFAULT_MAX_ROWS):
        report.add((*path, "min"), _("“min” is above “max”."))
    for name in written.get("totals", ()):
        if name not in columns:
            if name not in outline.broken:
                _unknown(report, (*path, "totals"), name, columns, "column")
        elif columns[name].kind not in TOTALLED:
            report.add((*path, "totals"), _("“%(name)s” is no number and has no total.", name=name))
    if "prefill" in written:
        _check_prefill(report, outline, node, columns)
    if written.get("fixed") and not written.get("rows"):
        report.add((*path, "fixed"), _("A table with fixed rows needs its rows."))
    if written.get("fixed") and "prefill" in written:
        report.add((*path, "prefill"), _("A table with fixed rows cannot be prefilled."))
    if "rows" in written:
        written["rows"] = _seed_rows(report, outline, node, columns)


def _check_prefill(report: Report, outline: Outline, node: Node, columns: dict[str, Node]) -> None:
    path, bound = (*node.path, "prefill"), node.written["prefill"]
    if bound not in BINDINGS:
        _unknown(report, path, bound, BINDINGS, "path")
    elif BINDINGS[bound].kind != "rows":
        report.add(path, _("“%(path)s” gives no rows.", path=bound))
    elif not columns.keys() & set(BINDINGS[bound].keys):
        report.add(
            path,
            _(
                "No column takes what “%(path)s” gives: %(keys)s.",
                path=bound,
                keys=", ".join(BINDINGS[bound].keys),
            ),
        )
    else:
        _check_reach(report, outline, path, bound)


def _seed_rows(report: Report, outline: Outline, node: Node, columns: dict[str, Node]) -> list[dict[str, Any]]:
    rows, seen = [], set()
    if len(node.written["rows"]) > node.written.get("max", DEFAULT_MAX_ROWS):
        report.add((*node.path, "rows"), _("There are more rows than “max” allows."))
    for at, raw in enumerate(node.written["rows"]):
        path = (*node.path, "rows", at)
        row_id = raw.get(ROW) if isinstance(raw, dict) else None
        if not isinstance(row_id, str) or not ROW_ID.fullmatch(row_id):
            report.add(path, _("A row needs its _row: 6 to 12 small letters and digits, such as row001."))
            continue
        if row_id in seen:
            report.add(path, _("The row “%(row)s” stands twice.", row=row_id))
        seen.add(row_id)
        row = {ROW: row_id}
        for name, value in raw.items():
            if name in columns:
                kept = _clean(report, outline, columns[name], value, (*path, name))
                row |= {} if kept is None else {name: kept}
            elif name != ROW and name not in outline.broken:
                _unknown(report, (*path, name), str(name), columns, "column")
        rows.append(row)
    return rows


def _check_reference(report: Report, node: Node, tables: dict[str, Node]) -> None:
    written, path = node.written, node.path
    if "of" not in written:
        report.add(path, _("A reference needs “of”: what it refers to."))
        return
    if written["of"] != "rows":
        for key in {"rows_of", "label_from"} & written.keys():
            report.add((*path, key), _("“%(key)s” goes with “of: rows” only.", key=key))
        return
    name, label = written.get("rows_of"), written.get("label_from")
    if not name or not label:
        report.add(path, _("“of: rows” needs “rows_of” and “label_from”."))
    elif name not in tables:
        _unknown(report, (*path, "rows_of"), name, tables, "table")
    elif label not in {column.name for column in tables[name].columns}:
        columns = [column.name for column in tables[name].columns]
        _unknown(report, (*path, "label_from"), label, columns, "column")
