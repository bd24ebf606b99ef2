"""What the toolkit has to say on a partnership's page: what partners at this phase normally have, and what there is."""

from __future__ import annotations

from accounts.models import User
from partnerships.models import Partnership
from toolkit.models import Document, Tool
from toolkit.permissions import can_start_document
from toolkit.states import DELIVERED, DocumentState

RECENT = 5


def documents_panel(user: User, partnership: Partnership) -> dict:
    """Template and context for settings.PARTNERSHIP_PANELS; reads prefetched ``phases__definition``."""
    slugs = expected_slugs(partnership)
    tools = Tool.objects.for_list().filter(slug__in=slugs) if slugs else []
    found = _by_tool(partnership, slugs) if slugs else {}
    recent = list(Document.objects.filter(partnership=partnership).for_list()[: RECENT + 1])
    for document in recent:
        document.partnership = partnership
    return {
        "template": "toolkit/_documents_panel.html",
        "context": {
            "partnership": partnership,
            "expected": [_expectation(tool, found.get(tool.slug, [])) for tool in tools],
            "documents": recent[:RECENT],
            "has_more": len(recent) > RECENT,
            "can_start": partnership.is_open and can_start_document(user, partnership),
        },
    }


def expected_slugs(partnership: Partnership) -> list[str]:
    """The tools that the open phases expect, each once, in the order of the phases."""
    open_now = partnership.open_phases
    return list(dict.fromkeys(slug for phase in open_now for slug in phase.definition.expected_tools))


def _by_tool(partnership: Partnership, slugs: list[str]) -> dict[str, list[Document]]:
    rows = (
        Document.objects.filter(partnership=partnership, version__tool__slug__in=slugs)
        .exclude(state=DocumentState.WITHDRAWN)
        .select_related("version__tool")
        .defer("version__definition")
        .order_by("-started_at", "-pk")
    )
    found: dict[str, list[Document]] = {}
    for document in rows:
        found.setdefault(document.version.tool.slug, []).append(document)
    return found


def _expectation(tool: Tool, documents: list[Document]) -> dict:
    """A tool with its latest document; one that was delivered counts even when another was started after it."""
    delivered = next((document for document in documents if document.state in DELIVERED), None)
    return {
        "tool": tool,
        "version": tool.current_versions[0],
        "document": delivered or next(iter(documents), None),
        "is_delivered": delivered is not None,
    }
