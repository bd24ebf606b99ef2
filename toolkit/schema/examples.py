"""Worked examples: a filled response, written by the names of questions, read into answers by their ids."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from .answers import clean_value, evaluate_answers
from .cells import ROW
from .definition import Definition, Item, Repeat, Text
from .errors import AnswerError, SchemaError
from .report import MOST_PROBLEMS, Report
from .structure import HELP, MISSING, Key, anything, mapping, one_of, sequence, string, text
from .words import _
from .yaml_file import Path, load

# Nobody can upload a file into a text; a page says that the real one would have it.
LEFT_OUT = frozenset({"file", "image"})


@dataclass(frozen=True, kw_only=True)
class Example:
    """A filled response: its title, what to notice about it, and answers as documents keep them.

    ``partnership`` is the invented one that the text of a document speaks of: its name and its parties.
    """

    title: Text
    about: Text
    language: str
    answers: Mapping[str, Any]
    partnership: Mapping[str, Any] = field(default_factory=dict)


_NAMED = string(what="a name")
PARTY = {
    "name": Key(_NAMED, needed=True),
    "address": Key(_NAMED),
    "country": Key(string(r"[A-Z]{2}", "a country of two letters, such as UG"), needed=True),
    "side": Key(one_of(("host", "resource")), needed=True),
}


def _parties(report: Report, path: Path, value: Any) -> Any:
    rows = sequence(report, path, value)
    if rows is MISSING:
        return MISSING
    kept = [
        mapping(report, (*path, at), row, PARTY, "a party", holds_by=("name", "country", "side"))
        for at, row in enumerate(rows)
    ]
    return MISSING if None in kept else kept


PARTNERSHIP = {"name": Key(_NAMED, needed=True), "parties": Key(_parties, needed=True)}


def _partnership(report: Report, path: Path, value: Any) -> Any:
    kept = mapping(report, path, value, PARTNERSHIP, "a partnership", holds_by=("name", "parties"))
    return MISSING if kept is None else kept


def read_example(source: str | bytes, definition: Definition, *, name: str) -> Example:
    """The worked example of ``definition`` in a YAML file, or SchemaError with every fault and its line."""
    raw, lines, found = load(source)
    report = Report(lines, most=MOST_PROBLEMS)
    report.take(found)
    report.languages = tuple(dict.fromkeys(("en", *definition.languages)))
    keys = {
        "tool": Key(one_of((definition.tool,)), needed=True),
        "title": Key(text(200), needed=True),
        "about": Key(HELP, needed=True),
        "language": Key(one_of(definition.languages)),
        "partnership": Key(_partnership),
        "answers": Key(anything, needed=True),
    }
    kept = mapping(report, (), raw, keys, "an example", holds_by=("tool", "title", "about", "answers")) or {}
    written = kept.get("answers")
    answers = _answers(report, definition, written) if isinstance(written, dict) else {}
    if kept and not isinstance(written, dict):
        report.add(("answers",), _("Write the answers as name: answer pairs."))
    if not report.problems:
        problems_of(report, definition, answers)
    if report.problems:
        raise SchemaError(report.in_order(), name=name)
    return Example(
        title=kept["title"],
        about=kept["about"],
        language=kept.get("language", definition.languages[0]),
        answers=answers,
        partnership=kept.get("partnership", {}),
    )


def _answers(report: Report, definition: Definition, written: Mapping[str, Any]) -> dict[str, Any]:
    known = {node.name: node for node in definition.by_id.values() if not getattr(node, "repeat", None)}
    answers: dict[str, Any] = {}
    for name, value in written.items():
        node, path = known.get(name), ("answers", name)
        if node is None:
            report.add(path, _("There is no question “%(name)s”.", name=name))
        elif isinstance(node, Repeat):
            answers[node.id] = _rows(report, definition, node, value, path)
        else:
            _take(report, definition, node, value, path, answers)
    return answers


def _rows(report: Report, definition: Definition, table: Repeat, written: Any, path: Path) -> list[dict[str, Any]]:
    if not isinstance(written, list) or not all(isinstance(row, dict) for row in written):
        report.add(path, _("Write the rows as a list of name: answer pairs."))
        return []
    columns = {item.name: item for item in table.items}
    seeds = {row[ROW]: dict(row) for row in table.rows}
    rows: list[dict[str, Any]] = []
    for at, given in enumerate(written):
        row_id = str(given.get(ROW) or f"row{at + 1:03}")
        row = seeds.pop(row_id, {ROW: row_id})
        for name, value in given.items():
            if name in columns:
                _take(report, definition, columns[name], value, (*path, at, name), row)
            elif name != ROW:
                report.add((*path, at, name), _("There is no column “%(name)s”.", name=name))
        rows.append(row)
    if table.fixed:  # its rows stand as the author set them
        by_id = {row[ROW]: row for row in (*seeds.values(), *rows)}
        rows = [by_id.pop(row[ROW]) for row in table.rows] + list(by_id.values())
    return rows


def _take(
    report: Report, definition: Definition, item: Item, written: Any, path: Path, answers: dict[str, Any]
) -> None:
    try:
        value = clean_value(item, written, definition=definition)
    except AnswerError as error:
        report.add(path, error.message)
        return
    if value is not None:
        answers[item.id] = value


def problems_of(report: Report, definition: Definition, answers: Mapping[str, Any]) -> None:
    """What would keep these answers from being submitted, files apart."""
    now = datetime.now(tz=UTC).replace(tzinfo=None)
    found = evaluate_answers(definition, answers, today=now.date(), now=now)
    for problem in found.problems:
        item = definition.by_id.get(problem.cell.split("/")[-1])
        if isinstance(item, Item) and item.kind in LEFT_OUT:
            continue
        report.add(("answers",), _("%(cell)s: %(why)s", cell=_spelled(definition, problem.cell), why=problem.message))


def _spelled(definition: Definition, cell: str) -> str:
    """A cell by the names an author wrote: ``costs[row001].amount``."""
    parts = cell.split("/")
    node = definition.by_id.get(parts[0])
    name = node.name if node else parts[0]
    if len(parts) < 3:
        return name
    item = definition.by_id.get(parts[2])
    return f"{name}[{parts[1]}].{item.name if item else parts[2]}"
