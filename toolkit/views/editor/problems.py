"""What must be put right before a draft can be published, told alike wherever it is listed."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlencode

from django.urls import reverse

from toolkit.forms.editor.outline import Fault, faults_of
from toolkit.models import ToolVersion
from toolkit.schema.errors import Problem
from toolkit.schema.parts import TOOL
from toolkit.schema.texts import languages_of


def editor_url(slug: str, place: str = "edit", /, *, anchor: str = "", **query: str) -> str:
    address = reverse(f"toolkit:tool-{place}", args=[slug])
    asked = urlencode({key: value for key, value in query.items() if value})
    return address + (f"?{asked}" if asked else "") + (f"#{anchor}" if anchor else "")


def told(slug: str, faults: Iterable[Fault]) -> list[dict[str, str]]:
    """Rows {label, text, url}: whose fault it is, what to do, and the address where it is done."""
    return [{"label": fault.label, "text": fault.text, "url": _place(slug, fault)} for fault in faults]


def told_problems(version: ToolVersion, problems: Iterable[Problem]) -> list[dict[str, str]]:
    return told(version.tool.slug, faults_of(version.raw, problems, lang=languages_of(version.raw)[0]))


def _place(slug: str, fault: Fault) -> str:
    if fault.page == "form":
        anchor = f"id_{fault.key}" if fault.key else "part"
        return editor_url(slug, at=fault.part, anchor=anchor) if fault.part != TOOL else editor_url(slug, "edit-add")
    anchor = f"id_{fault.key}" if fault.page == "about" else ""
    return editor_url(slug, f"edit-{fault.page}", lang=fault.lang, anchor=anchor)
