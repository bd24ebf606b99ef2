"""What the toolkit has to say on a partnership's page: what partners at this phase normally have, and what there is."""

from __future__ import annotations

from itertools import groupby

from django.db.models import OuterRef, Prefetch, Q, Subquery

from accounts.models import User
from partnerships.models import Partnership
from partnerships.permissions import can_edit_partnership
from toolkit.models import Document, Tool, ToolVersion
from toolkit.permissions import can_start_document
from toolkit.states import DELIVERED, DocumentState, VersionState

RECENT = 5


def documents_prefetch(slug: str) -> Prefetch:
    """For settings.PARTNERSHIP_PREFETCH: a partnership's documents, newest first, once for the facts and the panel.

    Of many alike only the newest: they say what was delivered, and one more than RECENT says that there are more.
    """
    kept = Document.objects.filter(partnership__slug=slug).newest_of_a_kind(RECENT + 1)
    return Prefetch("documents", Document.objects.filter(pk__in=kept.values("pk")).for_list())


def documents_panel(user: User, partnership: Partnership) -> dict:
    """Template and context for settings.PARTNERSHIP_PANELS; reads prefetched phases, definitions and documents."""
    documents = list(partnership.documents.all())
    found = _by_tool(documents)
    slugs = expected_slugs(partnership)
    known = _versions_of(partnership, slugs)
    versions = _standing(known)
    return {
        "template": "toolkit/_documents_panel.html",
        "context": {
            "partnership": partnership,
            "expected": [_expectation(versions[slug], found.get(slug, [])) for slug in slugs if slug in versions],
            "documents": documents[:RECENT],
            "has_more": len(documents) > RECENT,
            "copies": _copies(known, partnership),
            "can_edit": can_edit_partnership(user, partnership),
            "can_start": partnership.is_open and can_start_document(user, partnership),
        },
    }


def _versions_of(partnership: Partnership, slugs: list[str]) -> list[ToolVersion]:
    """What is published for each of ``slugs`` and may be used here, and every version of the partnership's own copies.

    Each knows the number that its tool's base has reached (``newest_base``). One query for both panels.
    """
    asked = Q(tool__slug__in=slugs) | Q(tool__base__slug__in=slugs) | Q(tool__base__base__slug__in=slugs)
    usable = Q(tool__in=Tool.objects.usable_in(partnership).values("pk"), state=VersionState.PUBLISHED)
    bases = ToolVersion.objects.published().filter(tool=OuterRef("tool__base"))
    return list(
        ToolVersion.objects.filter((asked & usable) | Q(tool__partnership=partnership))
        .select_related("tool__section", "tool__base__base", "base_version")
        .annotate(newest_base=Subquery(bases.values("number")[:1]))
        .defer("definition", "words", "base_version__definition", "base_version__words")
        .order_by("tool__position", "tool", "-number")
    )


def _standing(versions: list[ToolVersion]) -> dict[str, ToolVersion]:
    """The version that stands for each tool: a copy of the partnership or its programme goes before the library."""
    usable = [each for each in versions if each.state == VersionState.PUBLISHED and each.tool.withdrawn_at is None]
    return {each.tool.stands_for: each for each in sorted(usable, key=lambda each: each.tool.nearness)}


def version_for(partnership: Partnership, slug: str) -> ToolVersion | None:
    """The version of ``slug`` that is used in ``partnership``: its own copy, its programme's, or the library's."""
    return _standing(_versions_of(partnership, [slug])).get(slug)


def _copies(versions: list[ToolVersion], partnership: Partnership) -> list[dict]:
    """The partnership's own copies, each with what is in use, what is being worked on and what its base has new."""
    own = [each for each in versions if each.tool.partnership_id == partnership.pk]
    return [_copy_row(list(rows)) for _pk, rows in groupby(own, key=lambda each: each.tool_id)]


def _copy_row(versions: list[ToolVersion]) -> dict:
    """``versions`` are those of one copy, the newest first."""
    published = next((each for each in versions if each.state == VersionState.PUBLISHED), None)
    draft = next((each for each in versions if each.is_open), None)
    shown = draft or published or versions[0]
    known = shown.base_version.number if shown.base_version else 0
    return {
        "tool": shown.tool,
        "title": (published or shown).title,
        "published": published,
        "draft": draft,
        "newer": known and (shown.newest_base or 0) > known,
    }


def expected_slugs(partnership: Partnership) -> list[str]:
    """The tools that the open phases expect, each once, in the order of the phases."""
    open_now = partnership.open_phases
    return list(dict.fromkeys(slug for phase in open_now for slug in phase.definition.expected_tools))


def _by_tool(documents: list[Document]) -> dict[str, list[Document]]:
    found: dict[str, list[Document]] = {}
    for document in documents:
        if document.state != DocumentState.WITHDRAWN:
            found.setdefault(document.version.tool.stands_for, []).append(document)
    return found


def _expectation(version: ToolVersion, documents: list[Document]) -> dict:
    """A tool with its latest document; one that was delivered counts even when another was started after it."""
    delivered = next((document for document in documents if document.state in DELIVERED), None)
    return {
        "tool": version.tool,
        "version": version,
        "document": delivered or next(iter(documents), None),
        "is_delivered": delivered is not None,
    }
