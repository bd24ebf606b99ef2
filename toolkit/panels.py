"""What the toolkit has to say on a partnership's page: what partners at this phase normally have, and what there is."""

from __future__ import annotations

from django.db.models import Prefetch

from accounts.models import User
from partnerships.models import Partnership
from toolkit.models import Document, ToolVersion
from toolkit.permissions import can_start_document
from toolkit.states import DELIVERED, DocumentState

RECENT = 5


def documents_prefetch() -> Prefetch:
    """For settings.PARTNERSHIP_PREFETCH: a partnership's documents, newest first, once for the facts and the panel."""
    return Prefetch("documents", Document.objects.for_list())


def documents_panel(user: User, partnership: Partnership) -> dict:
    """Template and context for settings.PARTNERSHIP_PANELS; reads prefetched phases, definitions and documents."""
    documents = list(partnership.documents.all())
    found = _by_tool(documents)
    slugs = expected_slugs(partnership)
    versions = {
        version.tool.slug: version
        for version in ToolVersion.objects.published()
        .filter(tool__slug__in=slugs)
        .select_related("tool__section")
        .defer("definition")
    }
    return {
        "template": "toolkit/_documents_panel.html",
        "context": {
            "partnership": partnership,
            "expected": [_expectation(versions[slug], found.get(slug, [])) for slug in slugs if slug in versions],
            "documents": documents[:RECENT],
            "has_more": len(documents) > RECENT,
            "can_start": partnership.is_open and can_start_document(user, partnership),
        },
    }


def expected_slugs(partnership: Partnership) -> list[str]:
    """The tools that the open phases expect, each once, in the order of the phases."""
    open_now = partnership.open_phases
    return list(dict.fromkeys(slug for phase in open_now for slug in phase.definition.expected_tools))


def _by_tool(documents: list[Document]) -> dict[str, list[Document]]:
    found: dict[str, list[Document]] = {}
    for document in documents:
        if document.state != DocumentState.WITHDRAWN:
            found.setdefault(document.version.tool.slug, []).append(document)
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
