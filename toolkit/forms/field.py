"""One question on the page that fills a form: a cell, and what stands in its inputs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString

from toolkit.forms.question import NOTHING, Question


@dataclass(kw_only=True)
class FieldView:
    """One cell on the page. ``parts`` holds what stands in its inputs, by part name (``value`` when it has one).

    ``html`` is the whole of it, drawn by ``drawing.draw_field``; templates only say where it goes.
    """

    cell: SafeString
    question: Question
    parts: dict[str, Any]
    is_relevant: bool = True
    shown: str = ""
    error: str = ""
    # The choices that the filter of the question leaves; None where it has no filter
    offered: frozenset[str] | None = None
    theirs: str | None = None
    theirs_name: str = ""
    example: SafeString = NOTHING
    beside: SafeString = NOTHING
    html: SafeString = NOTHING

    is_table = False

    @property
    def value(self) -> Any:
        return self.parts.get("value", "")

    def is_out(self, name: str) -> bool:
        """Whether the filter leaves out this choice."""
        return self.offered is not None and bool(name) and name not in self.offered

    @property
    def picked(self) -> list[str]:
        return self.value if isinstance(self.value, list) else [str(self.value)]

    @property
    def label(self) -> str:
        return self.question.label

    @property
    def is_open(self) -> bool:
        return self.question.is_open

    @property
    def described_by(self) -> str:
        """The ids of the lines that go with the inputs, for those who do not see the page."""
        hint = f"{self.cell}-hint" if self.question.hint else ""
        error = f"{self.cell}-error" if self.error else ""
        return f"{hint} {error}".strip()
