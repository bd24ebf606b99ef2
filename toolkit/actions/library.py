"""Bringing the shipped toolkit into the database."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from django.db import transaction
from django.utils import timezone

from toolkit.models import Section, Tool, ToolVersion, WorkedExample
from toolkit.models.library import position_of
from toolkit.models.version import words_of
from toolkit.schema.definition import Definition
from toolkit.schema.examples import Example, read_example
from toolkit.schema.parsing import SchemaError, content_hash, read_yaml, to_json
from toolkit.states import VersionState

EXAMPLE = ".example.yaml"
LIBRARY = Path(__file__).resolve().parent.parent / "library"


class LibraryError(ValueError):
    """Every problem in every file; nothing was loaded. ``problems`` are lines such as ``trip.yaml:12: …``."""

    def __init__(self, problems: list[str]):
        self.problems = problems
        super().__init__("\n".join(problems))


@dataclass(kw_only=True)
class Loaded:
    """Slugs of what was new, what changed, what was already so, and what a curator's own version stays in front of."""

    added: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)


def read_library(folder: Path = LIBRARY) -> list[Definition]:
    """Every tool under ``folder``, in the order of their numbers, or LibraryError with every problem of every file."""
    return [definition for definition, _example in read_all(folder)]


def read_all(folder: Path = LIBRARY) -> list[tuple[Definition, Example | None]]:
    """Every tool under ``folder`` with its worked example, or LibraryError with every problem of every file."""
    problems: list[str] = []
    tools: dict[str, tuple[Path, Definition]] = {}
    examples: dict[str, Example] = {}
    paths = sorted(folder.glob("*/*.yaml"), key=lambda path: (path.name.endswith(EXAMPLE), path))
    for path in paths:
        name = f"{path.parent.name}/{path.name}"
        try:
            text = path.read_text(encoding="utf-8")
            if path.name.endswith(EXAMPLE):
                slug = path.name.removesuffix(EXAMPLE)
                if slug in tools:
                    examples[slug] = read_example(text, tools[slug][1], name=name)
                else:
                    problems.append(f"{name}:1: there is no tool “{slug}” to be an example of")
                continue
            definition = read_yaml(text, name=name)
        except UnicodeDecodeError as error:
            problems.append(f"{name}: not UTF-8 text ({error.reason} at byte {error.start})")
            continue
        except SchemaError as error:
            problems += [f"{name}:{problem.line or 1}: {problem.path}: {problem.message}" for problem in error.problems]
            continue
        if definition.section != path.parent.name:
            problems.append(f"{name}:1: section: says “{definition.section}” but lies in “{path.parent.name}”")
        if definition.tool in tools:
            problems.append(f"{name}:1: tool: “{definition.tool}” is also the name of {tools[definition.tool][0].name}")
        tools[definition.tool] = (path, definition)
    if problems:
        raise LibraryError(problems)
    found = sorted((definition for _path, definition in tools.values()), key=lambda d: _order(d.number))
    return [(definition, examples.get(definition.tool)) for definition in found]


@transaction.atomic
def load_library(folder: Path = LIBRARY) -> Loaded:
    """Publish a version for every tool whose text changed since the last one; all files or none."""
    tools = read_all(folder)
    _load_sections(folder)
    loaded = Loaded()
    for definition, example in tools:
        tool = _load_tool(definition, loaded)
        if example:
            WorkedExample.objects.update_or_create(
                tool=tool,
                defaults={
                    "titles": example.title,
                    "abouts": example.about,
                    "language": example.language,
                    "answers": example.answers,
                    "partnership": example.partnership,
                },
            )
    return loaded


def _load_sections(folder: Path) -> None:
    for row in yaml.safe_load((folder / "sections.yaml").read_text(encoding="utf-8")):
        Section.objects.update_or_create(
            slug=row["slug"],
            defaults={
                "number": row["number"],
                "titles": row["title"],
                "purposes": row["purpose"],
                "questions": row["question"],
            },
        )


def _load_tool(definition: Definition, loaded: Loaded) -> Tool:
    tool, added = Tool.objects.update_or_create(
        slug=definition.tool,
        defaults={
            "section_id": definition.section,
            "number": definition.number,
            "position": position_of(definition.number),
            "kind": definition.kind,
            "is_shipped": True,
        },
    )
    raw = to_json(definition)
    current = tool.versions.published().first()
    if current and current.content_hash == content_hash(raw):
        if current.words != (words := words_of(raw)):
            current.words = words
            current.save(update_fields=["words"])
        loaded.unchanged.append(tool.slug)
        return tool
    if current and current.published_by_id:
        # Somebody here made the tool their own. What they published stays; they may compare it with ours.
        loaded.kept.append(tool.slug)
        return tool
    publish_raw(tool, raw)
    (loaded.added if added else loaded.updated).append(tool.slug)
    return tool


def publish_raw(tool: Tool, raw: dict[str, Any], **fields) -> ToolVersion:
    """A new published version of ``tool`` with sound content; the one before steps back."""
    current = tool.versions.published().first()
    if current:
        current.state = VersionState.SUPERSEDED
        current.save(update_fields=["state"])
    version = ToolVersion(
        tool=tool, number=next_number(tool), state=VersionState.PUBLISHED, published_at=timezone.now(), **fields
    )
    version.set_definition(raw)
    version.save()
    return version


def next_number(tool: Tool) -> int:
    return (tool.versions.order_by("-number").values_list("number", flat=True).first() or 0) + 1


def _order(number: str) -> tuple[str, int]:
    """The sections in their order, and in each the tools, then guides and variants."""
    return (number.partition(".")[0].rjust(3) if "." in number else number[:1], position_of(number))
