"""Toolkit packs: a selection of tools as one zip, to carry from one installation to another.

``pack.json`` says what is in it and the SHA-256 of every other file; ``tools/<slug>.yaml`` are tools in the form
language, ``examples/<slug>.yaml`` worked examples, ``blank/<slug>.pdf`` empty forms for people without the product.
Nothing is ever unpacked to a disk, and no name in a pack leads anywhere.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from toolkit.exchange.archive import Limits, Unsound, is_link, open_zip, read_entry, write_zip
from toolkit.exchange.refusals import PackRefused
from toolkit.exchange.yaml_out import to_yaml
from toolkit.schema.definition import Definition
from toolkit.schema.errors import SchemaError
from toolkit.schema.examples import Example, read_example
from toolkit.schema.parsing import content_hash, read_yaml
from toolkit.schema.words import Message, _

FORMAT = 1
INDEX = "pack.json"
LIMITS = Limits(packed=20_000_000, unpacked=100_000_000, entries=2000)
MOST_TOOLS = 500
LONGEST_INDEX = 2_000_000
LONGEST_HISTORY = 100
_SLUG = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_PATH = re.compile(r"pack\.json|tools/[a-z0-9-]{1,80}\.yaml|examples/[a-z0-9-]{1,80}\.yaml|blank/[a-z0-9-]{1,80}\.pdf")
_HASH = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, kw_only=True)
class PackTool:
    """One tool on its way. ``history`` are the content hashes of its earlier versions, so that an installation that has
    one of them knows an update from another tool of the same name. ``example`` is written by the names of questions.
    """

    written: Mapping[str, Any]
    licence: str = ""
    credit: str = ""
    history: tuple[str, ...] = ()
    example: Mapping[str, Any] | None = None
    blank: bytes = b""

    @property
    def slug(self) -> str:
        return str(self.written["tool"])


@dataclass(frozen=True, kw_only=True)
class Packed:
    """A tool that came in a pack, read and sound."""

    definition: Definition
    licence: str
    credit: str
    history: tuple[str, ...]
    example: Example | None


@dataclass(frozen=True, kw_only=True)
class Pack:
    """What a pack holds. ``source`` is where it says that it comes from."""

    source: str
    made_on: str
    tools: tuple[Packed, ...] = field(default_factory=tuple)


# Out


def write_pack(tools: Iterable[PackTool], *, source: str = "", made_on: str = "") -> bytes:
    """A pack of ``tools``. The same tools, source and day give the same bytes."""
    files: dict[str, bytes] = {}
    index = []
    for tool in sorted(tools, key=lambda tool: tool.slug):
        files[f"tools/{tool.slug}.yaml"] = to_yaml(tool.written).encode()
        if tool.example:
            # JSON is YAML too, and the shortest way to write one that nobody misreads
            files[f"examples/{tool.slug}.yaml"] = json.dumps(tool.example, ensure_ascii=False, indent=1).encode()
        if tool.blank:
            files[f"blank/{tool.slug}.pdf"] = tool.blank
        index.append(
            {
                "tool": tool.slug,
                "number": tool.written.get("number", ""),
                "title": tool.written["title"],
                "licence": tool.licence,
                "credit": tool.credit,
                "content": content_hash(tool.written),
                "history": list(tool.history[:LONGEST_HISTORY]),
            }
        )
    sums = {name: hashlib.sha256(content).hexdigest() for name, content in sorted(files.items())}
    head = {"format": FORMAT, "source": source, "made_on": made_on, "tools": index, "files": sums}
    files[INDEX] = json.dumps(head, ensure_ascii=False, indent=1, sort_keys=True).encode()
    return write_zip(files)


# In


def read_pack(content: bytes) -> Pack:
    """The tools in a pack, or PackRefused with every problem that was found. Nothing is kept of a refused pack."""
    try:
        files = _files(content)
    except Unsound as error:
        raise PackRefused(error.problems) from None
    head = _index(files)
    problems = [*_wrong_sums(files, head)]
    tools: list[Packed] = []
    for entry in head["tools"]:
        try:
            tools.append(_tool(entry, files))
        except PackRefused as error:
            problems += error.problems
    if problems:
        raise PackRefused(problems)
    return Pack(source=_line(head.get("source")), made_on=_line(head.get("made_on")), tools=tuple(tools))


def _files(content: bytes) -> dict[str, bytes]:
    """Every file by its path. Only the paths that a pack has, each once, and plain files."""
    archive = open_zip(content, LIMITS)
    problems: list[Message] = []
    files: dict[str, bytes] = {}
    for entry in archive.infolist():
        name = entry.filename
        if entry.is_dir() and name in ("tools/", "examples/", "blank/"):
            continue
        if is_link(entry) or not _PATH.fullmatch(name):
            problems.append(_("“%(name)s” has no place in a toolkit pack.", name=_line(name)))
        elif name in files:
            problems.append(_("“%(name)s” is in this pack twice.", name=name))
        else:
            files[name] = b""
    if problems:
        raise Unsound(*problems[:50])
    for name in files:
        files[name] = read_entry(archive, archive.getinfo(name))
    return files


def _index(files: Mapping[str, bytes]) -> dict[str, Any]:
    content = files.get(INDEX)
    if content is None:
        raise PackRefused([_("This zip file is no toolkit pack: it has no pack.json.")])
    try:
        head = json.loads(content.decode()) if len(content) <= LONGEST_INDEX else None
    except (ValueError, RecursionError):
        head = None
    if not isinstance(head, dict):
        raise PackRefused([_("The pack.json of this pack cannot be read.")])
    if head.get("format") != FORMAT:
        raise PackRefused([_("This pack was made by a newer product; its format is not known here.")])
    tools, sums = head.get("tools"), head.get("files")
    if not isinstance(tools, list) or not isinstance(sums, dict) or not all(isinstance(tool, dict) for tool in tools):
        raise PackRefused([_("The pack.json of this pack cannot be read.")])
    if not 0 < len(tools) <= MOST_TOOLS:
        raise PackRefused([_("A pack holds 1 to %(limit)d tools.", limit=MOST_TOOLS)])
    return head


def _wrong_sums(files: Mapping[str, bytes], head: Mapping[str, Any]) -> list[Message]:
    sums = head["files"]
    told = [_("“%(name)s” is missing in this pack.", name=_line(name)) for name in sums if name not in files]
    for name, content in files.items():
        if name == INDEX:
            continue
        if name not in sums:
            told.append(_("“%(name)s” is not listed in the pack.json.", name=name))
        elif hashlib.sha256(content).hexdigest() != sums[name]:
            told.append(_("“%(name)s” was changed or damaged after the pack was made.", name=name))
    named = {f"tools/{tool.get('tool')}.yaml" for tool in head["tools"]}
    if len(named) < len(head["tools"]):
        told.append(_("A tool is listed twice in the pack.json."))
    told += [_("“%(name)s” is of no tool in this pack.", name=name) for name in files if _stray(name, named)]
    return told


def _stray(name: str, named: set[str]) -> bool:
    folder, _slash, rest = name.partition("/")
    return folder in ("tools", "examples", "blank") and f"tools/{rest.rpartition('.')[0]}.yaml" not in named


def _tool(entry: Mapping[str, Any], files: Mapping[str, bytes]) -> Packed:
    slug = entry.get("tool")
    name = f"tools/{slug}.yaml"
    if not isinstance(slug, str) or not _SLUG.fullmatch(slug) or name not in files:
        raise PackRefused([_("The pack.json lists a tool “%(name)s” that is not there.", name=_line(slug))])
    try:
        definition = read_yaml(files[name], name=name)
        if definition.tool != slug:
            raise PackRefused([_("“%(name)s” says that it is “%(tool)s”.", name=name, tool=definition.tool)])
        example = None
        if (of := f"examples/{slug}.yaml") in files:
            example = read_example(files[of], definition, name=of)
    except SchemaError as error:
        raise PackRefused(
            [_("%(name)s, %(problem)s", name=error.name, problem=each) for each in error.problems]
        ) from None
    history = entry.get("history")
    kept = (
        [each for each in history if isinstance(each, str) and _HASH.fullmatch(each)]
        if isinstance(history, list)
        else []
    )
    return Packed(
        definition=definition,
        licence=_line(entry.get("licence")),
        credit=_line(entry.get("credit"), 300),
        history=tuple(kept[:LONGEST_HISTORY]),
        example=example,
    )


def _line(value: Any, limit: int = 100) -> str:
    """What a stranger wrote, short and on one line."""
    text = value if isinstance(value, str) else ""
    return "".join(sign if sign.isprintable() else " " for sign in text)[:limit].strip()
