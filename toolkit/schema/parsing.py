"""The way into the form language: a tool's file or stored JSON to a Definition, and back."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from .build import build
from .checking import check_tool
from .definition import Definition
from .errors import Problem, SchemaError
from .linking import ENGINE, link
from .report import MOST_PROBLEMS, Report
from .spoken import unknown_names
from .yaml_file import Path, load

__all__ = [
    "Problem",
    "SchemaError",
    "content_hash",
    "from_json",
    "parse",
    "read_yaml",
    "to_json",
]


def read_yaml(text: str | bytes, *, name: str) -> Definition:
    """The tool in a YAML file, or SchemaError with every fault and its line.

    ``name`` is the file's, for the error; a file is named after its tool.
    """
    try:
        raw, lines, problems = load(text)
        definition = parse(raw, lines=lines, found=problems, most=MOST_PROBLEMS)
        if unknown := unknown_names(definition.written):
            raise SchemaError(tuple(unknown))
    except SchemaError as error:
        raise SchemaError(error.problems, name=name) from None
    return definition


def parse(
    raw: Any,
    *,
    lines: Mapping[Path, int] | None = None,
    found: list[Problem] | None = None,
    most: int | None = None,
) -> Definition:
    """The tool in plain data, or SchemaError with all that is wrong, in the order of the file.

    Of more than ``most`` problems the others are only counted.
    """
    report = Report(lines, most=most)
    report.take(found or [])
    outline = check_tool(report, raw)
    compiled = link(report, outline)
    if report.problems:
        raise SchemaError(report.in_order())
    return build({**outline.written, "compiled": compiled}, compiled)


def to_json(definition: Definition) -> dict[str, Any]:
    """What a published version stores: the tool in normal form, and its compiled expressions."""
    return dict(definition.written)


def from_json(stored: Mapping[str, Any]) -> Definition:
    """The Definition that ``to_json`` stored, without checking or parsing it again.

    Expressions compiled by another version of the engine are compiled anew.
    """
    compiled = stored.get("compiled", {})
    if compiled.get("engine") != ENGINE:
        return parse(stored)
    return build(stored, compiled)


def content_hash(stored: Mapping[str, Any]) -> str:
    """The SHA-256 of what the author wrote, the same however its keys are ordered.

    What is compiled from it is left out: a better compiler does not make another tool.
    """
    content = {key: value for key, value in stored.items() if key != "compiled"}
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
