"""Where a newcomer to the toolkit begins, as toolkit/library/start.yaml says."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml
from django.utils.translation import get_language

from toolkit.schema.definition import Text, tr

FILE = Path(__file__).resolve().parent / "library" / "start.yaml"


@dataclass(frozen=True)
class Situation:
    """What somebody wants to do, and the tools that help, by their slugs."""

    titles: Text
    tools: tuple[str, ...]

    @property
    def title(self) -> str:
        return tr(self.titles, get_language() or "en")


@dataclass(frozen=True)
class Beginnings:
    """``sections``: the tools that each section is best opened with."""

    sections: dict[str, tuple[str, ...]]
    situations: tuple[Situation, ...]

    @property
    def slugs(self) -> set[str]:
        named = [*self.sections.values(), *(situation.tools for situation in self.situations)]
        return {slug for tools in named for slug in tools}


@cache
def beginnings() -> Beginnings:
    found = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return Beginnings(
        sections={section: tuple(tools) for section, tools in found["sections"].items()},
        situations=tuple(Situation(row["title"], tuple(row["tools"])) for row in found["situations"]),
    )
