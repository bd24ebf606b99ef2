"""The versions of a tool: its history, one of them as a blank form, two of them side by side."""

from __future__ import annotations

from itertools import zip_longest

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from toolkit.actions.adapting import newer_base
from toolkit.actions.publishing import needs_review, problems_of
from toolkit.forms.version import CompareForm
from toolkit.models import Tool, ToolVersion
from toolkit.permissions import can_edit_tool
from toolkit.rendering.differences import WHATS, Differences, Teller
from toolkit.rendering.html import blank_html
from toolkit.schema.definition import Definition
from toolkit.schema.errors import SchemaError
from toolkit.states import OPEN_VERSIONS, VersionState
from toolkit.views.editor.problems import told_problems
from toolkit.views.language import language_asked, languages_offered

BASE = "base"


def get_tool(request: HttpRequest, slug: str) -> Tool:
    """The tool if ``request.user`` may know it, published or not."""
    seen = Tool.objects.visible_to(request.user).select_related("section", "base", "programme", "partnership")
    return get_object_or_404(seen, slug=slug)


def versions_seen(tool: Tool, *, can_edit: bool) -> QuerySet[ToolVersion]:
    """The versions of ``tool`` that may be read: what was published, and for its editors what is being worked on."""
    versions = tool.versions.select_related("base_version__tool", "created_by", "published_by", "review_asked_by")
    return versions if can_edit else versions.exclude(state__in=OPEN_VERSIONS)


def head_of(
    tool: Tool, *, can_edit: bool, version: ToolVersion | None = None, is_published: bool | None = None
) -> dict:
    """What every page about the versions of a tool shows above: its name, whose it is, and the way back to it."""
    if is_published is None:
        is_published = tool.versions.published().exists()
    shown = version or tool.versions.order_by("-published_at", "-number").defer("definition", "words").first()
    title = shown.title if shown else tool.slug
    return {
        "tool": tool,
        "title": title,
        "named": f"{title} · {tool.owner}" if tool.owner else title,
        "home": tool.get_absolute_url()
        if is_published and not tool.withdrawn_at
        else reverse("toolkit:tool-versions", args=[tool.slug]),
        "can_edit": can_edit,
    }


def sound_form(version: ToolVersion) -> Definition | None:
    try:
        return version.form
    except SchemaError:
        return None


@require_safe
def tool_versions(request: HttpRequest, *, slug: str) -> HttpResponse:
    tool = get_tool(request, slug)
    return show_versions(request, tool)


def show_versions(request: HttpRequest, tool: Tool, *, refusal: str = "", status: int = 200) -> HttpResponse:
    """The history of a tool, with the sentence that says why a step was refused."""
    can_edit = can_edit_tool(request.user, tool)
    versions = list(versions_seen(tool, can_edit=can_edit).defer("definition", "words"))
    draft = next((version for version in versions if version.is_open), None)
    history = [version for version in versions if not version.is_open]
    return render(
        request,
        "toolkit/version/tool_versions.html",
        {
            **head_of(tool, can_edit=can_edit, version=next(iter(history), draft)),
            "draft": draft,
            "n_problems": len(problems_of(draft)) if draft else 0,
            "needs_review": bool(draft) and needs_review(tool),
            "history": [
                {"version": version, "before": before.number if before else None}
                for version, before in zip_longest(history, history[1:])
            ],
            "compare": _compare_form(None, tool, versions) if len(versions) + tool.is_copy > 1 else None,
            "newer": newer_base(tool) if can_edit else None,
            "base_title": _base_title(versions),
            "refusal": refusal,
        },
        status=status,
    )


def _base_title(versions: list[ToolVersion]) -> str:
    return next((version.base_version.title for version in versions if version.base_version), "")


def _compare_form(data, tool: Tool, versions: list[ToolVersion]) -> CompareForm:
    """Two versions to choose; without a choice the newest is held against the one before."""
    choices = [(str(each.number), f"{each.number} · {each.get_state_display()}") for each in versions]
    if tool.is_copy:
        choices.append((BASE, _("The tool it was made from")))
    numbers = [choice for choice, _label in choices]
    initial = {"after": numbers[0], "before": numbers[min(1, len(numbers) - 1)]}
    return CompareForm(data, choices=choices, initial=initial)


@require_safe
def version_compare(request: HttpRequest, *, slug: str) -> HttpResponse:
    tool = get_tool(request, slug)
    can_edit = can_edit_tool(request.user, tool)
    versions = list(versions_seen(tool, can_edit=can_edit))
    form = _compare_form(request.GET if "from" in request.GET or "to" in request.GET else None, tool, versions)
    context = {**head_of(tool, can_edit=can_edit), "form": form, "differences": None, "lead": ""}
    if form.is_bound and not form.is_valid():
        return render(request, "toolkit/version/version_compare.html", context, status=400)
    picked = form.cleaned_data if form.is_bound else form.initial
    found = {str(version.number): version for version in versions}
    after = found.get(picked["after"])
    before = found.get(picked["before"])
    base = (after or before or versions[0]).base_version if BASE in (picked["before"], picked["after"]) else None
    before, after = before or base, after or base
    what = picked.get("what") or ""
    differences = differences_of(before, after)
    here = f"{reverse('toolkit:version-compare', args=[slug])}?from={picked['before']}&to={picked['after']}"
    return render(
        request,
        "toolkit/version/version_compare.html",
        {
            **context,
            "before": before,
            "after": after,
            "differences": differences,
            "lead": differences.summary,
            "rows": differences.only(what),
            "tabs": _tabs(differences, what, here),
        },
    )


def differences_of(before: ToolVersion | None, after: ToolVersion) -> Differences:
    """Between two versions; without the one before, what the other holds."""
    language = get_language() or "en"
    old = before.raw if before else {"tool": after.raw.get("tool")}
    forms = {"old_form": sound_form(before) if before else None, "new_form": sound_form(after)}
    return Teller(old, after.raw, lang=language, is_first=before is None, **forms).differences()


def _tabs(differences: Differences, what: str, here: str) -> list[dict]:
    found = [{"label": _("Everything"), "url": here, "current": not what, "count": len(differences.rows)}]
    for key, label in WHATS.items():
        if differences.counts.get(key):
            tab = {"url": f"{here}&what={key}", "current": key == what, "count": differences.counts[key]}
            found.append({"label": label, **tab})
    return found


@require_safe
def version_detail(request: HttpRequest, *, slug: str, number: int) -> HttpResponse:
    tool = get_tool(request, slug)
    can_edit = can_edit_tool(request.user, tool)
    version = get_object_or_404(versions_seen(tool, can_edit=can_edit), number=number)
    version.tool = tool
    form = sound_form(version)
    lang = language_asked(request, form) if form else ""
    earlier = tool.versions.filter(published_at__isnull=False, number__lt=number).order_by("-number")
    return render(
        request,
        "toolkit/version/version_detail.html",
        {
            **head_of(tool, can_edit=can_edit, version=version),
            "version": version,
            "blank": blank_html(version, lang=lang) if form else "",
            "languages": languages_offered(form, lang) if form else [],
            "problems": [] if form else told_problems(version, version.problems()),
            "before": earlier.values_list("number", flat=True).first(),
            "is_current": version.state == VersionState.PUBLISHED,
        },
    )
