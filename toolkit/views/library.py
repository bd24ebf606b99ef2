"""The library to look at: what there is, what one tool is for, its blank form on paper."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from toolkit.beginnings import beginnings
from toolkit.cards import cards_of, languages_of, minutes_of
from toolkit.filters import ToolFilterSet
from toolkit.models import Section, Tool, ToolVersion
from toolkit.permissions import can_curate
from toolkit.schema.definition import Definition, Item, Repeat, tr
from toolkit.schema.folding import wanted_words
from toolkit.shelf import Entry, by_relevance
from toolkit.states import Mode, Part
from toolkit.views.public import draw, open_to_all
from twinning.paginate import paginate

PER_PAGE = 60
MOST_COPIES = 6
BEGIN_WITH = 3


@require_safe
@open_to_all
def tool_list(request: HttpRequest) -> HttpResponse:
    """The ways in; or, once something is searched or chosen, the tools that fit, a page at a time."""
    found = ToolFilterSet(request.GET, ToolVersion.objects.offered_to(request.user), user=request.user)
    if not found.is_active and request.GET.get("show") != "all":
        return draw(request, "toolkit/tool_list.html", {"filter": found, **_front(request, found)})
    wanted = wanted_words(request.GET.get("q", ""))
    page = paginate(request, by_relevance(found.entries(), wanted), per_page=PER_PAGE)
    section = found.form.cleaned_data.get("section") if found.form.is_valid() else ""
    context = {
        "filter": found,
        "page": page,
        "cards": cards_of([entry.pk for entry in page], wanted=wanted),
        "section": Section.objects.filter(pk=section).first() if section else None,
        "robots": "noindex, follow",
    }
    return draw(request, "toolkit/tool_found.html", context, status=found.status)


def _front(request: HttpRequest, found: ToolFilterSet) -> dict:
    """Where to begin in each section and in each situation; the guides; what was adapted for those who look."""
    shelf = [entry for entry in found.shelf.values() if not entry.is_copy]
    copies = [entry.pk for entry in found.shelf.values() if entry.is_copy]
    by_slug = {entry.slug: entry for entry in shelf}
    sections = [_begin(section, shelf, by_slug) for section in Section.objects.all()]
    shown = [entry.pk for each in sections for entry in each["begin"]] + copies[:MOST_COPIES]
    cards = {card.tool.pk: card for card in cards_of(shown)}
    for each in sections:
        each["cards"] = [cards[entry.pk] for entry in each.pop("begin") if entry.pk in cards]
    return {
        "sections": sections,
        "n_tools": len(shelf),
        "situations": list(_situations(by_slug)),
        "guides": [entry for entry in shelf if entry.is_guide],
        "copies": [cards[pk] for pk in copies[:MOST_COPIES] if pk in cards],
        "n_copies": len(copies),
        "can_curate": can_curate(request.user),
    }


def _begin(section: Section, shelf: list[Entry], by_slug: dict[str, Entry]) -> dict:
    """A section with the tools to begin with: those named for it, else its first ones."""
    mine = [entry for entry in shelf if entry.section == section.slug]
    named = [by_slug[slug] for slug in beginnings().sections.get(section.slug, ()) if slug in by_slug]
    begin = named or [entry for entry in mine if not entry.is_guide] or mine
    return {"section": section, "begin": begin[:BEGIN_WITH], "n_tools": len(mine)}


def _situations(by_slug: dict[str, Entry]) -> Iterable[dict]:
    for situation in beginnings().situations:
        tools = [by_slug[slug] for slug in situation.tools if slug in by_slug]
        if tools:
            yield {"title": situation.title, "tools": tools}


def card_of(tool: Tool) -> dict:
    """What components/card.html says of a tool from for_list()."""
    version = tool.current_versions[0]
    return {
        "tool": tool,
        "title": version.title,
        "text": version.purpose,
        "above": tool.sort_text,
        "meta": " · ".join(filter(None, [str(Mode(version.mode).label), minutes_of(version), languages_of(version)])),
    }


def get_version(request: HttpRequest, slug: str) -> ToolVersion:
    """The published version of a tool, or 404."""
    return get_object_or_404(
        ToolVersion.objects.offered_to(request.user).select_related(
            "tool__section", "tool__base", "tool__programme", "tool__partnership__programme"
        ),
        tool__slug=slug,
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
