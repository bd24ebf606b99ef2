"""Reads the shipped phase models and topics. A file is taken whole or not at all, with every problem and its line."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import yaml

from partnerships.states import ToolkitSection

MAX_CHARACTERS = 500_000
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
FACT = re.compile(
    r"sides:two|team:focal-points|team:alternates|dates:start|dates:end|goal:written|memorandum:agreed"
    r"|agreement:(memorandum|commitment|data_sharing|contract|other):in-force|workplan:approved|award:(promised|running)|team:every-organization"
    r"|exchange:(approved|made|closed)|workshop:(delivered|closed)|meeting:held|contribution:(confirmed|counted)"
    r"|resource:published|transfer:(received|in-use|checked)"
    r"|follow-up:after-a-year|step:agreed-(host|resource)|workplan:donor-approved|document:[a-z0-9-]+:(started|submitted|accepted)"
    r"|workplan:(donor-)?approved-this-cycle|document:work-plan:accepted-this-cycle"
)


class LibraryError(ValueError):
    """Every problem of a file as ``name:line: reason``, in the order an author would meet them."""

    def __init__(self, problems: list[str]):
        self.problems = problems
        super().__init__("\n".join(problems))


class Row(dict):
    """A mapping of the file that knows the line it begins on and the lines of its keys."""

    line: int
    lines: dict[str, int]


class _Loader(yaml.SafeLoader):
    """Plain YAML without references, in which no key is written twice."""

    def compose_node(self, parent, index):
        if self.check_event(yaml.AliasEvent):
            raise yaml.MarkedYAMLError(
                problem="references are not used here", problem_mark=self.peek_event().start_mark
            )
        return super().compose_node(parent, index)

    def construct_row(self, node: yaml.MappingNode) -> Row:
        row = Row()
        row.line, row.lines = node.start_mark.line + 1, {}
        for key_node, value_node in node.value:
            key = self.construct_object(key_node, deep=True)
            if not isinstance(key, str) or key in row:
                raise yaml.MarkedYAMLError(problem=f"“{key}” is here twice", problem_mark=key_node.start_mark)
            row[key] = self.construct_object(value_node, deep=True)
            row.lines[key] = key_node.start_mark.line + 1
        return row


_Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _Loader.construct_row)


def read_phase_models(text: str, *, name: str) -> list[Row]:
    """The phase models of a file, or LibraryError."""
    reader = _Reader(name)
    models = reader.rows(text)
    for model in models:
        reader.check(model, MODEL)
        reader.unique(_rows_in(model, "phases"), "slug", "number")
        for phase in _rows_in(model, "phases"):
            reader.check(phase, PHASE)
            reader.unique(_rows_in(phase, "criteria"), "slug")
            for criterion in _rows_in(phase, "criteria"):
                reader.check(criterion, CRITERION)
    reader.unique(models, "slug", "name")
    return reader.finish(models)


def read_topics(text: str, *, name: str) -> list[Row]:
    """The topics of a file, or LibraryError."""
    reader = _Reader(name)
    topics = reader.rows(text)
    for topic in topics:
        reader.check(topic, TOPIC)
    reader.unique(topics, "slug", "name")
    return reader.finish(topics)


def _rows_in(row: Row, key: str) -> list[Row]:
    rows = row.get(key)
    return [inner for inner in rows if isinstance(inner, Row)] if isinstance(rows, list) else []


class _Reader:
    def __init__(self, name: str):
        self.name = name
        self.problems: list[tuple[int, str]] = []

    def rows(self, text: str) -> list[Row]:
        if len(text) > MAX_CHARACTERS:
            raise LibraryError([f"{self.name}:1: The file is too long."])
        try:
            # A subclass of SafeLoader that builds nothing but text, numbers, lists and mappings.
            found = yaml.load(text, Loader=_Loader)  # noqa: S506
        except yaml.MarkedYAMLError as error:
            line = error.problem_mark.line + 1 if error.problem_mark else 1
            raise LibraryError([f"{self.name}:{line}: {error.problem}"]) from None
        except (yaml.YAMLError, RecursionError, ValueError) as error:
            raise LibraryError([f"{self.name}:1: The file cannot be read: {error}"]) from None
        if not isinstance(found, list) or not found or not all(isinstance(row, Row) for row in found):
            raise LibraryError([f"{self.name}:1: The file must hold a list of entries."])
        return found

    def say(self, line: int, reason: str) -> None:
        self.problems.append((line, reason))

    def check(self, row: Row, shape: dict[str, tuple[bool, Callable[[Any], str]]]) -> None:
        """Every key of ``shape`` is (required?, what is wrong with the value or nothing)."""
        for key in row:
            if key not in shape:
                self.say(row.lines[key], f"“{key}” is not known here.")
        for key, (required, wrong) in shape.items():
            if key in row:
                if reason := wrong(row[key]):
                    self.say(row.lines[key], f"“{key}” {reason}.")
            elif required:
                self.say(row.line, f"“{key}” is missing.")

    def unique(self, rows: list[Row], *keys: str) -> None:
        for key in keys:
            seen: set = set()
            for row in rows:
                value = row.get(key)
                if isinstance(value, str | int) and value in seen:
                    self.say(row.lines[key], f"“{value}” is used twice as {key}.")
                elif isinstance(value, str | int):
                    seen.add(value)

    def finish(self, rows: list[Row]) -> list[Row]:
        if self.problems:
            raise LibraryError([f"{self.name}:{line}: {reason}" for line, reason in sorted(self.problems)])
        return rows


def _words(limit: int) -> Callable[[Any], str]:
    def wrong(value: Any) -> str:
        if not isinstance(value, str) or not value.strip():
            return "must be words"
        return f"is longer than {limit} characters" if len(value) > limit else ""

    return wrong


def _slug(value: Any) -> str:
    known = isinstance(value, str) and len(value) <= 60 and SLUG.fullmatch(value)
    return "" if known else "must be small letters, digits and single hyphens"


def _number(value: Any) -> str:
    return "" if type(value) is int and 1 <= value <= 99 else "must be a number from 1 to 99"


def _truth(value: Any) -> str:
    return "" if isinstance(value, bool) else "must be true or false"


def _section(value: Any) -> str:
    return "" if value in ToolkitSection.values else f"must be one of {', '.join(ToolkitSection.values)}"


def _fact(value: Any) -> str:
    return "" if isinstance(value, str) and FACT.fullmatch(value) else "is not a fact that the records can answer"


def _list_of(wrong: Callable[[Any], str]) -> Callable[[Any], str]:
    def wrong_in(value: Any) -> str:
        if not isinstance(value, list):
            return "must be a list"
        return next((reason for reason in map(wrong, value) if reason), "")

    return wrong_in


def _entries(value: Any) -> str:
    entries = isinstance(value, list) and value and all(isinstance(row, Row) for row in value)
    return "" if entries else "must be a list of entries"


MODEL = {
    "slug": (True, _slug),
    "name": (True, _words(120)),
    "summary": (True, _words(2000)),
    "source": (False, _words(300)),
    "is_cycle": (False, _truth),
    "phases": (True, _entries),
}
PHASE = {
    "slug": (True, _slug),
    "number": (True, _number),
    "title": (True, _words(120)),
    "purpose": (True, _words(2000)),
    "section": (True, _section),
    "deliverables": (False, _list_of(_words(300))),
    "expects": (False, _list_of(_slug)),
    "criteria": (False, _entries),
}
CRITERION = {"slug": (True, _slug), "text": (True, _words(300)), "fact": (False, _fact)}
TOPIC = {"slug": (True, _slug), "name": (True, _words(100))}
