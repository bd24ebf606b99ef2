"""Bringing the shipped toolkit into the database."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import yaml
from django.db import transaction
from django.utils import timezone

from toolkit.models import Section, Tool, ToolVersion
from toolkit.schema.definition import Definition
from toolkit.schema.parsing import SchemaError, content_hash, read_yaml, to_json
from toolkit.states import VersionState

LIBRARY = Path(__file__).resolve().parent.parent / "library"


class LibraryError(ValueError):
    """Every problem in every file; nothing was loaded. ``problems`` are lines such as ``trip.yaml:12: …``."""

    def __init__(self, problems: list[str]):
        self.problems = problems
        super().__init__("\n".join(problems))


@dataclass(kw_only=True)
class Loaded:
    """Slugs of what was new, what changed and what was already so."""

    added: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)


def read_library(folder: Path = LIBRARY) -> list[Definition]:
    """Every tool under ``folder``, in the order of their numbers, or LibraryError with every problem of every file."""
    problems: list[str] = []
    tools: dict[str, tuple[Path, Definition]] = {}
    for path in sorted(folder.glob("*/*.yaml")):
        name = f"{path.parent.name}/{path.name}"
        try:
            definition = read_yaml(path.read_text(encoding="utf-8"), name=name)
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
    return sorted((definition for _path, definition in tools.values()), key=lambda d: _position(d.number))


@transaction.atomic
def load_library(folder: Path = LIBRARY) -> Loaded:
    """Publish a version for every tool whose text changed since the last one; all files or none."""
    definitions = read_library(folder)
    _load_sections(folder)
    loaded = Loaded()
    for definition in definitions:
        _load_tool(definition, loaded)
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


def _load_tool(definition: Definition, loaded: Loaded) -> None:
    tool, added = Tool.objects.update_or_create(
        slug=definition.tool,
        defaults={
            "section_id": definition.section,
            "number": definition.number,
            "position": _position(definition.number)[1],
            "kind": definition.kind,
        },
    )
    raw = to_json(definition)
    sha = content_hash(raw)
    current = tool.versions.published().first()
    if current and current.content_hash == sha:
        loaded.unchanged.append(tool.slug)
        return
    if current:
        current.state = VersionState.SUPERSEDED
        current.save(update_fields=["state"])
    last = tool.versions.order_by("-number").values_list("number", flat=True).first() or 0
    ToolVersion.objects.create(
        tool=tool,
        number=last + 1,
        state=VersionState.PUBLISHED,
        published_at=timezone.now(),
        definition=raw,
        content_hash=sha,
        titles=definition.title,
        purposes=definition.purpose,
        mode=definition.mode,
        minutes=definition.minutes,
        languages=list(definition.languages),
    )
    (loaded.added if added else loaded.updated).append(tool.slug)


def _position(number: str) -> tuple[int, int]:
    """``"3.14"`` as (3, 14), so that it stands after 3.7."""
    chapter, _dot, rest = number.partition(".")
    return int(chapter or 0), int(rest or 0)
