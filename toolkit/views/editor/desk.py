"""What every page of the editor starts from: a tool that one may edit, its draft, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from toolkit.actions.publishing import needs_review, problems_of
from toolkit.forms.editor.drawing import Outline
from toolkit.forms.editor.outline import Fault, faults_of, outline_of
from toolkit.forms.editor.typed import typed_in
from toolkit.models import Tool, ToolVersion
from toolkit.permissions import can_edit_tool
from toolkit.schema.editing import Raw
from toolkit.schema.locks import locked_parts
from toolkit.schema.parts import Part, parts_of
from toolkit.schema.texts import languages_of
from toolkit.states import ToolKind, VersionState
from toolkit.views.editor.problems import editor_url, told

# What a form sends that nobody typed
UNTYPED = frozenset({"csrfmiddlewaretoken", "seen", "part", "do", "sort", "parent", "after", "before"})


@dataclass
class Desk:
    """One draft on the desk of somebody who may change it."""

    request: HttpRequest
    tool: Tool
    draft: ToolVersion

    @cached_property
    def raw(self) -> Raw:
        return self.draft.raw

    @cached_property
    def parts(self) -> dict[str, Part]:
        return parts_of(self.raw)

    @cached_property
    def lang(self) -> str:
        return languages_of(self.raw)[0]

    @cached_property
    def locked(self) -> frozenset[str]:
        return frozenset(locked_parts(self.draft.base_version.raw)) if self.draft.base_version else frozenset()

    @cached_property
    def faults(self) -> list[Fault]:
        return faults_of(self.raw, problems_of(self.draft), lang=self.lang)

    def url(self, place: str = "edit", /, *, anchor: str = "", **query: str) -> str:
        return editor_url(self.tool.slug, place, anchor=anchor, **query)

    @property
    def texts_url(self) -> str:
        return self.url("edit-texts")

    @property
    def has_parts(self) -> bool:
        return any(part.sort in ("group", "table", "item") for part in self.parts.values())

    def outline(self, at: str = "") -> SafeString:
        rows = outline_of(self.raw, lang=self.lang, at=at, locked=self.locked, faults=self.faults)
        places = {"edit": self.url(), "add": self.url("edit-add"), "delete": self.url("edit-delete")}
        return Outline(**places, lang=self.lang).draw(rows)

    def problems(self) -> list[dict[str, str]]:
        """All that is wrong, each with the address where it is put right."""
        return told(self.tool.slug, self.faults)

    def next_step(self) -> tuple[str, str]:
        """What comes after editing: its address and what it does."""
        if self.draft.state == VersionState.IN_REVIEW:
            return self._step("version-review"), _("Go to the review")
        return self._step("version-publish"), _("Ask for a review") if needs_review(self.tool) else _("Publish")

    def _step(self, name: str) -> str:
        return reverse(f"toolkit:{name}", args=[self.tool.slug])

    def tabs(self) -> list[dict[str, Any]]:
        pages = [("edit", _("Questions")), ("edit-texts", _("Languages")), ("edit-about", _("About the tool"))]
        if self.raw.get("kind") == ToolKind.DOCUMENT:
            pages.insert(1, ("edit-body", _("Text of the document")))
        pages.append(("edit-preview", _("Try it out")))
        here = self.request.resolver_match.url_name
        count = len(languages_of(self.raw))
        return [
            {
                "label": label,
                "url": self.url(page),
                "current": here == f"tool-{page}",
                "count": count if page == "edit-texts" and count > 1 else "",
            }
            for page, label in pages
        ]


def editable_tool(request: HttpRequest, slug: str) -> Tool:
    """404 for a tool that ``request.user`` may not know, 403 for one that they may not edit."""
    seen = Tool.objects.visible_to(request.user).select_related("section", "programme", "partnership")
    tool = get_object_or_404(seen, slug=slug)
    if not can_edit_tool(request.user, tool):
        raise PermissionDenied
    return tool


def open_version(tool: Tool) -> ToolVersion | None:
    version = tool.versions.open().select_related("base_version", "review_asked_by").first()
    if version:
        version.tool = tool
    return version


def with_draft(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Give the view a desk with the draft; where there is none to write on, say what can be done instead."""

    @never_cache
    @wraps(view)
    def wrapper(request: HttpRequest, *, slug: str) -> HttpResponse:
        tool = editable_tool(request, slug)
        draft = open_version(tool)
        if draft is None or draft.state != VersionState.DRAFT:
            return no_draft(request, tool, draft)
        return view(request, Desk(request, tool, draft))

    return wrapper


def no_draft(request: HttpRequest, tool: Tool, version: ToolVersion | None) -> HttpResponse:
    """Nothing can be written (any more). What was typed is shown, so that it can be copied from the page."""
    published = tool.versions.published().first()
    at, left = request.GET.get("at", ""), version or published
    if at and request.method == "POST" and left:
        typed = typed_in(left.raw, at, request.POST)
    else:
        typed = [
            {"label": "", "text": text}
            for name in request.POST
            if name not in UNTYPED and not name.startswith("_") and not name.startswith("seen:")
            for text in request.POST.getlist(name)
            if text.strip()
        ]
    return render(
        request,
        "toolkit/editor/start.html",
        {"tool": tool, "version": version, "published": published, "typed": typed},
        status=409 if request.method == "POST" else 200,
    )


def show(desk: Desk, template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    common = {
        "desk": desk,
        "tool": desk.tool,
        "draft": desk.draft,
        "tabs": desk.tabs(),
        "next_step": desk.next_step(),
        "problems": desk.problems(),
        "lang": desk.lang,
    }
    return render(desk.request, template, common | context, status=status)
