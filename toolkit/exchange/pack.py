"""A toolkit pack: a selection of tools in one zip, to hand on to another installation.

``pack.json`` lists the tools and a checksum for every file; ``tools/<slug>.yaml`` is the tool as a text file,
``examples/<slug>.yaml`` its worked example, ``blank/<slug>.pdf`` the form to print, ``files/…`` whatever else belongs
to it. Reading unpacks into memory only, and nothing is ever written under a name from a pack.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
import zipfile
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from toolkit.exchange.archive import Limits, Unsound, is_link, open_zip, pieces_of, read_entry, write_zip
from toolkit.exchange.pack_names import MANIFEST, SLUG, belongs, fault_of
from toolkit.exchange.refusals import PackRefused
from toolkit.exchange.yaml_out import to_yaml
from toolkit.schema.cells import ROW
from toolkit.schema.definition import Definition, Repeat
from toolkit.schema.errors import SchemaError
from toolkit.schema.examples import Example, read_example
from toolkit.schema.parsing import read_yaml
from toolkit.schema.words import Message, _

FORMAT = 1
LIMITS = Limits(packed=20_000_000, unpacked=100_000_000, entries=2_000)
MANIFEST_SIZE = 2_000_000
YAML_SIZE = 3_000_000
MAX_TOOLS = 300
MAX_PROBLEMS = 200
LONGEST_HISTORY = 100
_HASH = re.compile(r"[0-9a-f]{64}")
# What becomes a tool here; everything else in a pack is only looked over.
READ = ("tools/", "examples/")


@dataclass(frozen=True, kw_only=True)
class PackedTool:
    """One tool on its way: what it is, on what terms, and what goes with it. ``files`` by name, with no folder.

    ``history`` are the content hashes of earlier versions: who has one of them knows an update from another tool of
    the same name.
    """

    definition: Definition
    licence: str = ""
    credit: str = ""
    version: int = 0
    history: tuple[str, ...] = ()
    example: Example | None = None
    blank_pdf: bytes | None = None
    files: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def slug(self) -> str:
        return self.definition.tool


@dataclass(frozen=True, kw_only=True)
class Pack:
    """A whole pack: its tools in the order of the pack, where it comes from and when it was made."""

    tools: tuple[PackedTool, ...]
    source: str = ""
    exported_at: str = ""


# Writing


def write_pack(tools: Iterable[PackedTool], *, source: str = "", exported_at: datetime | None = None) -> bytes:
    """The pack of ``tools``. The same tools, source and time give the same bytes.

    An example that no longer fits its tool stays behind; see fitting_example().
    """
    files: dict[str, bytes] = {}
    listed = []
    for tool in tools:
        own = _files_of(tool)
        files |= own
        form = tool.definition
        listed.append(
            {
                "slug": tool.slug,
                "number": form.number,
                "title": dict(form.title),
                "version": tool.version,
                "history": list(tool.history[:LONGEST_HISTORY]),
                "licence": tool.licence,
                "credit": tool.credit,
                "files": {name: _checksum(content) for name, content in sorted(own.items())},
            }
        )
    about = {
        "format": FORMAT,
        "source": source,
        "exported_at": exported_at.isoformat(timespec="seconds") if exported_at else "",
        "tools": sorted(listed, key=lambda tool: tool["slug"]),
    }
    files[MANIFEST] = (json.dumps(about, indent=2, ensure_ascii=False) + "\n").encode()
    return write_zip(files)


def fitting_example(definition: Definition, example: Example) -> str | None:
    """A worked example as the text of a file; nothing when its answers are not those of a sound response any more."""
    text = to_yaml(
        {
            "tool": definition.tool,
            "title": example.title,
            "about": example.about,
            "language": example.language,
            **({"partnership": example.partnership} if example.partnership else {}),
            "answers": _by_name(definition, example.answers),
        }
    )
    try:
        read_example(text, definition, name="example")
    except SchemaError:
        return None
    return text


def _by_name(definition: Definition, answers: Mapping[str, Any]) -> dict[str, Any]:
    """Answers by the names of questions. Answers to questions that are gone stay behind."""
    found: dict[str, Any] = {}
    for key, value in answers.items():
        node = definition.by_id.get(key)
        if isinstance(node, Repeat):
            names = {item.id: item.name for item in node.items} | {ROW: ROW}
            found[node.name] = [{names[part]: each for part, each in row.items() if part in names} for row in value]
        elif node is not None:
            found[node.name] = value
    return found


def _files_of(tool: PackedTool) -> dict[str, bytes]:
    slug = tool.slug
    files = {f"tools/{slug}.yaml": to_yaml(tool.definition.written).encode()}
    example = fitting_example(tool.definition, tool.example) if tool.example else None
    if example:
        files[f"examples/{slug}.yaml"] = example.encode()
    if tool.blank_pdf is not None:
        files[f"blank/{slug}.pdf"] = tool.blank_pdf
    files |= {f"files/{slug}/{name}": content for name, content in tool.files.items()}
    if faults := [fault for name in files if (fault := fault_of(name))]:
        raise ValueError(faults[0])
    return files


def _checksum(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


# Reading


def read_pack(content: bytes) -> Pack:
    """The pack in a zip, every tool in it read; or PackRefused with every problem."""
    try:
        archive = open_zip(content, LIMITS)
    except Unsound as error:
        raise PackRefused(error.problems) from None
    with archive:
        return _Reader(archive).pack()


class _Reader:
    def __init__(self, archive: zipfile.ZipFile):
        self.archive = archive
        self.problems: list[Message] = []
        self.n_more = 0
        self.entries: dict[str, zipfile.ZipInfo] = {}

    def refuse(self, message: Message) -> None:
        if len(self.problems) < MAX_PROBLEMS:
            self.problems.append(message)
        else:
            self.n_more += 1

    def pack(self) -> Pack:
        self._look_at_names()
        self._stop_if_wrong()
        about = self._manifest()
        self._stop_if_wrong()
        contents = self._contents(about)
        self._stop_if_wrong()
        tools = self._tools(about["tools"], contents)
        self._stop_if_wrong()
        return Pack(
            tools=tuple(tool for tool in tools if tool),
            source=_line(about.get("source")),
            exported_at=_line(about.get("exported_at"))[:40],
        )

    def _stop_if_wrong(self) -> None:
        if self.n_more:
            self.problems.append(_("Faults that are not listed: %(more)d.", more=self.n_more))
        if self.problems:
            raise PackRefused(self.problems)

    # Names

    def _look_at_names(self) -> None:
        """Every name must be one that we would have written: nothing that leads out, nothing that is there twice."""
        seen: dict[str, str] = {}
        for entry in self.archive.infolist():
            # The library turns some separators round and cuts at a zero; what was sent is kept as well.
            name = entry.orig_filename
            alike = unicodedata.normalize("NFC", name).casefold()
            if entry.is_dir() and not any(part in ("", ".", "..") for part in name[:-1].split("/")):
                continue
            if fault := fault_of(name) or (fault_of(entry.filename) if entry.filename != name else None):
                self.refuse(fault)
            elif is_link(entry):
                self.refuse(_("“%(name)s” is a link or something other than a file.", name=name[:120]))
            elif name in self.entries:
                self.refuse(_("“%(name)s” is in the pack twice.", name=name[:120]))
            elif alike in seen:
                other = seen[alike][:120]
                self.refuse(_("“%(name)s” and “%(other)s” have the same name.", name=name[:120], other=other))
            seen[alike] = name
            self.entries[name] = entry
        if sum(entry.file_size for name, entry in self.entries.items() if name.endswith(".yaml")) > YAML_SIZE:
            self.refuse(_("The tools in this pack are larger than %(limit)d MB.", limit=YAML_SIZE // 1_000_000))
        if MANIFEST not in self.entries:
            self.refuse(_("This is no toolkit pack: it has no pack.json."))

    def _read(self, name: str) -> bytes | None:
        try:
            return read_entry(self.archive, self.entries[name])
        except Unsound as error:
            self.refuse(error.problems[0])
            return None

    def _copy(self, name: str, contents: dict[str, bytes]) -> str | None:
        """The checksum of a file, which goes into ``contents`` if it is one that is read here."""
        found, kept = hashlib.sha256(), []
        try:
            for piece in pieces_of(self.archive, self.entries[name]):
                found.update(piece)
                if name.startswith(READ):
                    kept.append(piece)
        except Unsound as error:
            self.refuse(error.problems[0])
            return None
        if kept:
            contents[name] = b"".join(kept)
        return found.hexdigest()

    # What it says of itself

    def _manifest(self) -> dict[str, Any]:
        if self.entries[MANIFEST].file_size > MANIFEST_SIZE:
            self.refuse(_("pack.json is too large."))
            return {}
        content = self._read(MANIFEST)
        try:
            about = json.loads((content or b"").decode("utf-8"))
        except (ValueError, RecursionError):
            self.refuse(_("pack.json cannot be read."))
            return {}
        if not isinstance(about, dict) or about.get("format") != FORMAT:
            found = about.get("format") if isinstance(about, dict) else None
            found = str(found)[:20]
            self.refuse(
                _("This pack is of format %(found)s; format %(known)d is read here.", found=found, known=FORMAT)
            )
            return {}
        tools = about.get("tools")
        if not isinstance(tools, list) or not tools or not all(map(_is_listed, tools)):
            self.refuse(_("pack.json does not list its tools as it should."))
            return {}
        if len(tools) > MAX_TOOLS:
            self.refuse(
                _("This pack lists %(found)d tools; %(limit)d are read at a time.", found=len(tools), limit=MAX_TOOLS)
            )
            return {}
        counted = Counter(tool["slug"] for tool in tools)
        for slug in sorted(slug for slug, times in counted.items() if times > 1):
            self.refuse(_("The tool “%(slug)s” is listed twice.", slug=slug))
        return about

    def _contents(self, about: Mapping[str, Any]) -> dict[str, bytes]:
        """Every file that is listed has the checksum it should have, and there is no other.

        What is not read here is not kept: files beside the tools may be large.
        """
        contents: dict[str, bytes] = {}
        listed = {name: sum_ for tool in about["tools"] for name, sum_ in tool["files"].items()}
        for tool in about["tools"]:
            slug = tool["slug"]
            for name in tool["files"]:
                if not belongs(name, slug):
                    self.refuse(_("“%(name)s” does not belong to the tool “%(slug)s”.", name=name[:120], slug=slug))
            if f"tools/{slug}.yaml" not in tool["files"]:
                self.refuse(_("The file of the tool “%(slug)s” is not listed.", slug=slug))
        for name in sorted(self.entries.keys() - listed.keys() - {MANIFEST}):
            self.refuse(_("“%(name)s” is not listed in pack.json.", name=name[:120]))
        for name, expected in listed.items():
            if name not in self.entries:
                self.refuse(_("“%(name)s” is missing.", name=name[:120]))
                continue
            found = self._copy(name, contents)
            if found is not None and found != expected:
                self.refuse(_("“%(name)s” is not as it was sent: its checksum is wrong.", name=name[:120]))
        return contents

    # Tools

    def _tools(self, listed: Sequence[Mapping[str, Any]], contents: Mapping[str, bytes]) -> list[PackedTool | None]:
        """One after the other, until more is wrong than anybody wants to read."""
        tools: list[PackedTool | None] = []
        for each in listed:
            tools.append(self._tool(each, contents))
            if len(self.problems) >= MAX_PROBLEMS:
                break
        left = len(listed) - len(tools)
        if left:
            self.problems.append(_("Tools that were not looked at after that: %(left)d.", left=left))
        return tools

    def _tool(self, listed: Mapping[str, Any], contents: Mapping[str, bytes]) -> PackedTool | None:
        slug = listed["slug"]
        name = f"tools/{slug}.yaml"
        try:
            definition = read_yaml(contents.get(name, b""), name=name)
        except SchemaError as error:
            self._faults(name, error)
            return None
        if definition.tool != slug:
            self.refuse(_("%(name)s holds the tool “%(other)s”.", name=name, other=definition.tool))
            return None
        example, path = None, f"examples/{slug}.yaml"
        if path in contents:
            try:
                example = read_example(contents[path], definition, name=path)
            except SchemaError as error:
                self._faults(path, error)
        version = listed.get("version")
        return PackedTool(
            definition=definition,
            licence=_line(listed.get("licence")),
            credit=_line(listed.get("credit")),
            version=version if isinstance(version, int) and not isinstance(version, bool) else 0,
            history=_hashes(listed.get("history")),
            example=example,
        )

    def _faults(self, name: str, error: SchemaError) -> None:
        for problem in error.problems:
            self.refuse(_("%(file)s, line %(line)d: %(why)s", file=name, line=problem.line or 1, why=problem.message))


def _is_listed(tool: Any) -> bool:
    """Whether pack.json says of a tool what must be said."""
    if not isinstance(tool, dict) or not isinstance(tool.get("slug"), str) or not SLUG.fullmatch(tool["slug"]):
        return False
    files = tool.get("files")
    return isinstance(files, dict) and all(isinstance(sum_, str) for sum_ in files.values())


def _hashes(value: Any) -> tuple[str, ...]:
    found = value[:LONGEST_HISTORY] if isinstance(value, list) else ()
    return tuple(each for each in found if isinstance(each, str) and _HASH.fullmatch(each))


def _line(value: Any) -> str:
    """A short text from pack.json, on one line."""
    return " ".join(value.split())[:300] if isinstance(value, str) else ""
