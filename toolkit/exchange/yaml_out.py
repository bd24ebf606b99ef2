"""A tool as it is written, in the YAML style of the library: what somebody would have typed.

See also toolkit/schema/yaml_file.py, which reads it back.
"""

import re
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from toolkit.schema.parts import sort_of
from toolkit.schema.structure import CHOICE, GROUP, ITEM, REPEAT, TOOL

WIDTH = 150
# A text that needs quotes is folded when its line gets longer than this.
QUOTED = 120
_ORDER = {"group": tuple(GROUP), "table": tuple(REPEAT), "item": tuple(ITEM)}
_PLAIN = re.compile(r"[^\W\d][\w.()/'’“”…–-]*(?: [\w.()/'’“”…–;+=-]+)*")
# Other readers of YAML take these for truth values, and ours takes some for values of its own.
_NOT_PLAIN = frozenset("true false null yes no on off y n".split())
_NUMBER_LIKE = re.compile(r"[-+.]?[0-9].*")
# Characters that YAML counts as the end of a line, or that nobody could see; text with them stands in quotes.
_ODD = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff\ufff9-\uffff]"
)
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t"}


def to_yaml(written: Mapping[str, Any]) -> str:
    """``written`` as the text of a file. Reading it gives the same tool, key by key."""
    lines: list[str] = []
    for key, value in _in_order(written, tuple(TOOL)):
        if key == "form":
            lines += ["", "form:", *_nodes(value, "  ")]
        elif key == "choices":
            lines += _lists(value)
        elif key != "compiled":
            lines += _pair(key, value, "")
    return "\n".join(lines) + "\n"


def _in_order(written: Mapping[str, Any], order: Sequence[str]) -> Iterator[tuple[str, Any]]:
    known = [key for key in order if key in written]
    yield from ((key, written[key]) for key in known)
    yield from ((key, written[key]) for key in written if key not in order)


def _lists(lists: Any) -> list[str]:
    if not isinstance(lists, Mapping) or not lists:
        return _pair("choices", lists, "")
    lines = ["", "choices:"]
    for name, choices in lists.items():
        if not isinstance(choices, Sequence) or isinstance(choices, str) or not choices:
            lines += _pair(name, choices, "  ")
            continue
        lines.append(f"  {_word(name)}:")
        for choice in choices:
            entry = dict(_in_order(choice, tuple(CHOICE))) if isinstance(choice, Mapping) else choice
            lines += _entry(entry, "    ")
    return lines


def _nodes(nodes: Any, margin: str) -> list[str]:
    if not isinstance(nodes, list) or not nodes:
        return [margin + _flow(nodes)]
    lines: list[str] = []
    for at, node in enumerate(nodes):
        sort = sort_of(node) if isinstance(node, Mapping) else "item"
        entry = dict(_in_order(node, _ORDER[sort])) if isinstance(node, Mapping) else node
        if at and "group" in (sort, sort_of(nodes[at - 1]) if isinstance(nodes[at - 1], Mapping) else ""):
            lines.append("")
        lines += _entry(entry, margin) if sort == "item" else _branch(entry, margin)
    return lines


def _branch(node: Mapping[str, Any], margin: str) -> list[str]:
    """A group or a table: a key on each line."""
    inner = margin + "  "
    lines: list[str] = []
    for key, value in node.items():
        if key == "items":
            lines += [f"{inner}items:", *_nodes(value, inner + "  ")]
        elif key == "rows" and isinstance(value, list) and value:
            lines += [f"{inner}rows:", *(line for row in value for line in _entry(row, inner + "  "))]
        else:
            lines += _pair(key, value, inner)
    return _dashed(lines, margin)


def _entry(value: Any, margin: str) -> list[str]:
    """One entry of a list: in braces, on as many lines as it needs; without braces where a long text stands in it."""
    flow = f"{margin}- {_flow(value)}"
    if len(flow) <= WIDTH or not isinstance(value, Mapping) or not value:
        return [flow]
    pieces = [f"{_word(key)}: {_flow(each)}" for key, each in value.items()]
    room = WIDTH - len(margin) - 4
    if any(len(piece) > room for piece in pieces):
        lines = [line for key, each in value.items() for line in _pair(key, each, margin + "  ")]
        return _dashed(lines, margin)
    rows = [pieces[0]]
    for piece in pieces[1:]:
        if len(rows[-1]) + len(piece) + 2 <= room:
            rows[-1] += f", {piece}"
        else:
            rows.append(piece)
    return [f"{margin}- {{" + f",\n{margin}   ".join(rows) + "}"]


def _dashed(lines: list[str], margin: str) -> list[str]:
    return [f"{margin}- {lines[0][len(margin) + 2 :]}", *lines[1:]]


def _pair(key: str, value: Any, margin: str) -> list[str]:
    """A key with its value, on one line if there is room."""
    flow = f"{margin}{_word(key)}: {_flow(value)}"
    if isinstance(value, str):
        return _text(key, value, margin, flow)
    fits = len(flow) <= WIDTH and not _has_lines(value)
    if fits or not isinstance(value, (Mapping, list)) or not value:
        return [flow]
    inner = margin + "  "
    if isinstance(value, list):
        return [f"{margin}{_word(key)}:", *(line for each in value for line in _entry(each, inner))]
    return [f"{margin}{_word(key)}:", *(line for name, each in value.items() for line in _pair(name, each, inner))]


def _has_lines(value: Any) -> bool:
    if isinstance(value, str):
        return "\n" in value
    parts = value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ()
    return any(_has_lines(part) for part in parts)


def _text(key: str, text: str, margin: str, flow: str) -> list[str]:
    """A long text as a block: folded when it is one paragraph, line by line when it has lines of its own."""
    lines = text.split("\n")
    sound = text and not _ODD.search(text) and "\t" not in text
    sound = sound and all(line == line.rstrip(" ") for line in lines) and not text.startswith((" ", "\n"))
    if not sound or text.endswith("\n"):
        return [flow]
    inner = margin + "  "
    if len(lines) > 1:
        return [f"{margin}{_word(key)}: |-", *(inner + line if line else "" for line in lines)]
    is_short = len(flow) <= (QUOTED if flow.endswith('"') else WIDTH)
    if is_short or "  " in text:
        return [flow]
    folded = textwrap.wrap(text, WIDTH - len(inner), break_long_words=False, break_on_hyphens=False)
    return [f"{margin}{_word(key)}: >-", *(inner + line for line in folded)]


def _flow(value: Any) -> str:
    """``value`` on one line."""
    if isinstance(value, str):
        return _word(value)
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_word(key)}: {_flow(each)}" for key, each in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(_flow(each) for each in value) + "]"
    if isinstance(value, float):
        number = format(Decimal(repr(value)), "f")
        return number if "." in number else f"{number}.0"
    if value is None or isinstance(value, bool):
        return {True: "true", False: "false", None: "null"}[value]
    return str(value)


def _word(text: Any) -> str:
    """A text without quotes where it cannot be taken for anything else."""
    text = str(text)
    plain = _PLAIN.fullmatch(text) and text.casefold() not in _NOT_PLAIN and not _NUMBER_LIKE.fullmatch(text)
    return text if plain and not _ODD.search(text) else _quoted(text)


def _quoted(text: str) -> str:
    kept = "".join(_ESCAPES.get(sign, sign) for sign in text)
    return f'"{_ODD.sub(_escape, kept)}"'


def _escape(match: re.Match) -> str:
    code = ord(match[0])
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"
