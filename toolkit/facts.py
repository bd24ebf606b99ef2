"""What a partnership's documents prove, for exit criteria and guards of moves."""

from collections.abc import Iterable, Iterator

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.fields.json import KT
from django.db.models.functions import Coalesce

from partnerships.facts import this_cycle
from partnerships.models import HistoryEntry, Partnership
from toolkit.models import Document
from toolkit.states import DELIVERED, DocumentState

# The tool whose accepted document counts as an agreed memorandum.
MEMORANDUM = "memorandum-of-understanding"
WORK_PLAN = "work-plan"
# A document of these proves something as soon as somebody has begun it.
COUNTED_WHEN_STARTED = ("sustainability-and-close-out-plan",)
STARTED = (DocumentState.IN_PROGRESS, DocumentState.RETURNED, *DELIVERED)

# See also Tool.stands_for
STANDS_FOR = Coalesce("version__tool__base__base__slug", "version__tool__base__slug", "version__tool__slug")


def document_fact_rows() -> dict[str, QuerySet]:
    """``document:work-plan:accepted-this-cycle``: since the newest cycle began; a cycle has a plan of its own."""
    words = HistoryEntry.objects.filter(verb="document.accepted", partnership=OuterRef("partnership"))
    said = this_cycle(words).annotate(reference=KT("data__reference")).filter(reference=OuterRef("reference"))
    plans = Document.objects.filter(state=DocumentState.ACCEPTED).alias(stands_for=STANDS_FOR)
    return {"document:work-plan:accepted-this-cycle": plans.filter(Exists(said), stands_for=WORK_PLAN)}


def document_facts(partnership: Partnership) -> set[str]:
    """``document:<tool>:submitted`` and ``document:<tool>:accepted``; what was accepted was also submitted.

    ``document:<tool>:started`` holds of delivered ones, and of a close-out plan as soon as somebody writes in it.

    An accepted memorandum of understanding also proves ``memorandum:agreed``, as an agreement in force does.

    A document on an adapted copy counts for the tool that the copy was made from.
    """
    if "documents" in getattr(partnership, "_prefetched_objects_cache", {}):
        loaded = partnership.documents.all()
        return facts_of((each.version.tool.stands_for, each.state) for each in loaded if each.state in STARTED)
    return facts_of((slug, state) for _pk, slug, state in delivered_in([partnership]))


def delivered_in(partnerships: Iterable[Partnership]) -> Iterator[tuple[int, str, str]]:
    """Partnership, tool and state of what was delivered, or counts begun, each once however often; one query."""
    rows = Document.objects.filter(partnership__in=partnerships, state__in=STARTED).annotate(stands_for=STANDS_FOR)
    rows = rows.filter(Q(state__in=DELIVERED) | Q(stands_for__in=COUNTED_WHEN_STARTED))
    yield from rows.order_by().values_list("partnership", "stands_for", "state").distinct()


def facts_of(delivered: Iterable[tuple[str, str]]) -> set[str]:
    """The facts that delivered documents prove, given as pairs of tool and state."""
    facts = set()
    for slug, state in delivered:
        facts.add(f"document:{slug}:started")
        if state not in DELIVERED:
            continue
        facts.add(f"document:{slug}:submitted")
        if state == DocumentState.ACCEPTED:
            facts.add(f"document:{slug}:accepted")
            if slug == MEMORANDUM:
                facts.add("memorandum:agreed")  # see also partnerships.facts.agreement_fact_rows()
    return facts
