"""YAML to plain data, remembering the line of everything.

Much less than YAML: no tags, no anchors, one document, no key twice, and of plain words only
numbers, true, false and null are not text. So ``no`` is the word no, and Norway.
"""

import re
from typing import Any

import yaml

from .clean_text import SURROGATE
from .errors import Problem, SchemaError
from .words import _

MAX_BYTES = 512 * 1024
MAX_NESTING = 20
MAX_PARTS = 60_000
# The same events from C, where PyYAML has it: twenty times as quick
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_INTEGER = re.compile(r"[-+]?(?:0|[1-9][0-9]{0,17})")
_FLOAT = re.compile(r"[-+]?(?:0|[1-9][0-9]{0,17})?\.[0-9]{1,18}")
_WORDS = {"": None, "~": None, "null": None, "true": True, "false": False}

Path = tuple[str | int, ...]


def spell(path: Path) -> str:
    """form[0].items[2].type"""
    return "".join(f"[{p}]" if isinstance(p, int) else f".{p}" for p in path).lstrip(".")


def load(text: str | bytes) -> tuple[Any, dict[Path, int], list[Problem]]:
    """The data, the line of every path, and faults that leave the data readable.

    Raises SchemaError when the file cannot be read at all.
    """
    reader = _Reader(_decoded(text))
    try:
        data = reader.document()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        why = _("This is not valid YAML: %(why)s.", why=error.problem or error.context)
        raise _unreadable(why, mark.line + 1 if mark else None) from None
    except yaml.reader.ReaderError as error:
        line = reader.text.count("\n", 0, error.position) + 1
        raise _unreadable(_("This file holds a character that YAML forbids."), line) from None
    return data, reader.lines, reader.problems


def _unreadable(message, line: int | None = None) -> SchemaError:
    return SchemaError((Problem("", message, line),))


def _decoded(text: str | bytes) -> str:
    if len(text) > MAX_BYTES or len(text.encode(errors="replace") if isinstance(text, str) else text) > MAX_BYTES:
        raise _unreadable(_("A tool file may have %(limit)d kB at most.", limit=MAX_BYTES // 1024))
    if isinstance(text, str):
        if broken := SURROGATE.search(text):
            line = text.count("\n", 0, broken.start()) + 1
            raise _unreadable(_("This file holds a character that YAML forbids."), line)
        return text
    try:
        return text.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = text.count(b"\n", 0, error.start) + 1
        raise _unreadable(_("This file is not UTF-8 text."), line) from None


class _Reader:
    """Builds data from the events of the YAML parser, which it may stop at any time."""

    def __init__(self, text: str):
        self.text = text
        self.lines: dict[Path, int] = {}
        self.problems: list[Problem] = []
        self.parts = 0

    def document(self) -> Any:
        self.events = yaml.parse(self.text, Loader=LOADER)
        next(self.events)  # the stream starts
        if isinstance(next(self.events), yaml.StreamEndEvent):
            raise _unreadable(_("This file is empty."))
        data = self.value(next(self.events), ())
        next(self.events)  # the document ends
        after = next(self.events)
        if not isinstance(after, yaml.StreamEndEvent):
            raise _unreadable(_("A file holds one tool only."), after.start_mark.line + 1)
        return data

    def refuse(self, path: Path, message, event: yaml.Event) -> None:
        self.problems.append(Problem(spell(path), message, event.start_mark.line + 1))

    def value(self, event: yaml.Event, path: Path) -> Any:
        self.parts += 1
        line = event.start_mark.line + 1
        if self.parts > MAX_PARTS:
            raise _unreadable(_("This file has too many parts."), line)
        if len(path) > MAX_NESTING:
            raise _unreadable(_("This file is nested too deep."), line)
        self.lines.setdefault(path, line)
        if isinstance(event, yaml.AliasEvent):
            self.refuse(path, _("Write this out: anchors (*) are not used here."), event)
            return None
        if event.anchor:
            self.refuse(path, _("Write this out: anchors (&) are not used here."), event)
        if event.tag not in (None, "!"):
            self.refuse(path, _("YAML tags such as !!str are not used here."), event)
        if isinstance(event, yaml.MappingStartEvent):
            return self.mapping(path)
        if isinstance(event, yaml.SequenceStartEvent):
            return self.sequence(path)
        return _scalar(event)

    def sequence(self, path: Path) -> list[Any]:
        found: list[Any] = []
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            found.append(self.value(event, (*path, len(found))))
        return found

    def mapping(self, path: Path) -> dict[str, Any]:
        found: dict[str, Any] = {}
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            if not isinstance(event, yaml.ScalarEvent):
                self.refuse(path, _("A key must be a word."), event)
                self.value(event, (*path, "?"))
                self.value(next(self.events), (*path, "?"))
                continue
            key = event.value
            if key in found:
                self.refuse((*path, key), _("The key “%(key)s” is written twice.", key=key), event)
            self.lines[(*path, key)] = event.start_mark.line + 1
            found[key] = self.value(next(self.events), (*path, key))
        return found


def _scalar(event: yaml.ScalarEvent) -> Any:
    word = event.value
    if not event.implicit[0]:  # quoted, or a block
        return word
    if word in _WORDS:
        return _WORDS[word]
    if _INTEGER.fullmatch(word):
        return int(word)
    return float(word) if _FLOAT.fullmatch(word) else word
