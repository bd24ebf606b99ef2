"""The toolkit to look at: six sections, each tool, its blank form on paper."""

from __future__ import annotations

from itertools import groupby

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language, get_language_info, ngettext
from django.views.decorators.http import require_safe

from toolkit.filters import ToolFilterSet
from toolkit.forms.start import UseForm
from toolkit.models import Section, Tool, ToolVersion
from toolkit.rendering.body import markdown_html
from toolkit.rendering.html import blank_html, blank_pdf
from toolkit.schema.definition import Definition, Item, Repeat, tr
from toolkit.states import Mode, Part, ToolKind
from toolkit.views.papers import pdf_response


@require_safe
def tool_list(request: HttpRequest) -> HttpResponse:
    found = ToolFilterSet(request.GET, Tool.objects.visible_to(request.user).published().for_list(), user=request.user)
    tools = {slug: list(rows) for slug, rows in groupby(found.qs, key=lambda tool: tool.section_id)}
    sections = [
        {"section": section, "cards": [card_of(tool) for tool in tools.get(section.slug, [])]}
        for section in Section.objects.all()
        if section.slug in tools or not found.is_active
    ]
    return render(
        request,
        "toolkit/tool_list.html",
        {"sections": sections, "filter": found, "n_tools": sum(len(rows) for rows in tools.values())},
        status=found.status,
    )


def card_of(tool: Tool) -> dict:
    """What components/card.html says of a tool from for_list()."""
    version = tool.current_versions[0]
    return {
        "tool": tool,
        "title": version.title,
        "text": version.purpose,
        "above": f"{tool.number} · {tool.get_kind_display()}",
        "meta": " · ".join(filter(None, [str(Mode(version.mode).label), minutes_of(version), languages_of(version)])),
    }


def minutes_of(version: ToolVersion) -> str:
    if not version.minutes:
        return ""
    return ngettext("about %(n)s minute", "about %(n)s minutes", version.minutes) % {"n": version.minutes}


def languages_of(version: ToolVersion) -> str:
    """The languages a tool is written in, each by its own name."""
    names = []
    for code in version.languages:
        try:
            names.append(get_language_info(code)["name_local"])
        except KeyError:
            names.append(code)
    return ", ".join(names)


def get_version(request: HttpRequest, slug: str) -> ToolVersion:
    """The published version of a tool, or 404."""
    return get_object_or_404(
        ToolVersion.objects.published().select_related("tool__section"),
        tool__in=Tool.objects.visible_to(request.user).published(),
        tool__slug=slug,
    )


@require_safe
def tool_detail(request: HttpRequest, *, slug: str) -> HttpResponse:
    version = get_version(request, slug)
    form, language = version.form, get_language() or "en"
    is_guide = version.tool.kind == ToolKind.GUIDE
    use = UseForm(request.GET if "partnership" in request.GET else None, user=request.user)
    if use.is_bound and not is_guide and use.is_valid():
        chosen = use.cleaned_data["partnership"]
        start = reverse("toolkit:document-start", args=[chosen.slug])
        return redirect(f"{start}?tool={slug}")
    return render(
        request,
        "toolkit/tool_detail.html",
        {
            "version": version,
            "tool": version.tool,
            "mode": str(Mode(version.mode).label),
            "minutes": minutes_of(version),
            "languages": languages_of(version),
            "filled_by": tr(form.filled_by, language),
            "frequency": tr(form.frequency, language),
            "source": tr(form.source, language),
            "guidance_html": markdown_html(tr(form.guidance, language)),
            "outline": outline_of(form, language),
            "blank": blank_html(version),
            "use": None if is_guide else use,
        },
        status=400 if use.is_bound else 200,
    )


def outline_of(form: Definition, language: str) -> list[dict]:
    """The parts of a form: what each is called, whose it is, its tables, and how many questions it asks."""
    parts = []
    for group in form.groups:
        tables = [node for node in group.nodes if isinstance(node, Repeat)]
        items = [node for node in group.nodes if isinstance(node, Item)] + [item for t in tables for item in t.items]
        parts.append(
            {
                "label": tr(group.label, language),
                "side": str(Part(group.side).label) if group.side in Part.values else "",
                "tables": [tr(table.label, language) for table in tables if table.label != group.label],
                "n_questions": sum(item.kind not in ("calculate", "note") for item in items),
            }
        )
    return parts


@require_safe
def tool_blank_pdf(request: HttpRequest, *, slug: str) -> HttpResponse:
    version = get_version(request, slug)
    answer = pdf_response(request, lambda: blank_pdf(version))
    if answer.status_code in (200, 304):
        # A blank form is no secret: the browser may keep it, but asks first whether it is still the same.
        answer["Cache-Control"] = "private, no-cache"
    return answer
