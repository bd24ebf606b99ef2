"""How much tools are used and what is thought of them: counts over many partnerships, and nobody's own."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from toolkit.models import Document, Feedback, Tool, ToolDay, ToolVersion
from toolkit.models.learning import Rating
from toolkit.states import DocumentState

# Fewer than this could point at somebody, so it is not told exactly.
FEW = 3
LATELY_DAYS = 90
# What was returned had been submitted.
HANDED_IN = (DocumentState.SUBMITTED, DocumentState.RETURNED, DocumentState.ACCEPTED)


def told(number: int) -> str:
    """``number`` as it may be told to everybody: small ones are not exact."""
    return _("fewer than %(few)s") % {"few": FEW} if 0 < number < FEW else str(number)


def told_short(number: int) -> str:
    """``told`` for a table that says once what the sign stands for."""
    return f"< {FEW}" if 0 < number < FEW else str(number)


def documents_of(tools: Collection[int]) -> QuerySet[Document]:
    """The documents made with ``tools`` and with the copies adapted from them; not what was withdrawn."""
    family = Q(version__tool__in=tools) | Q(version__tool__base__in=tools) | Q(version__tool__base__base__in=tools)
    return Document.objects.exclude(state=DocumentState.WITHDRAWN).filter(family)


def partnerships_using(tools: Collection[int]) -> dict[int, int]:
    """In how many partnerships each of ``tools`` is used, adapted copies of it included."""
    used = _family(tools).filter(documents__state__in=set(DocumentState.values) - {DocumentState.WITHDRAWN})
    return dict(used.values_list("origin").annotate(n=Count("documents__partnership", distinct=True)))


def _family(tools: Collection[int]) -> QuerySet[ToolVersion]:
    """Every version of ``tools`` and of the copies adapted from them, with the tool that it goes back to (``origin``):
    a copy of a programme may be copied once more.

    Documents are counted by version, which an index holds, and never joined to tools row by row.
    """
    family = Q(tool__in=tools) | Q(tool__base__in=tools) | Q(tool__base__base__in=tools)
    return (
        ToolVersion.objects.filter(family)
        .annotate(origin=Coalesce("tool__base__base", "tool__base", "tool"))
        .order_by()
    )


@dataclass(kw_only=True)
class Counts:
    """What became of one tool, its adapted copies included."""

    opened: int = 0
    opened_lately: int = 0
    tried: int = 0
    tried_lately: int = 0
    started: int = 0
    submitted: int = 0
    accepted: int = 0
    partnerships: int = 0
    copies: int = 0
    rating: Rating | None = None


def counts_of(tools: Collection[int]) -> dict[int, Counts]:
    """The counts of each of ``tools``, in six queries however many they are."""
    found = {tool: Counts() for tool in tools}
    for row in _days(tools):
        counts = found[row.pop("tool")]
        counts.opened, counts.tried = row["opened"], row["tried"]
        counts.opened_lately, counts.tried_lately = row["opened_lately"] or 0, row["tried_lately"] or 0
    for tool, n in partnerships_using(tools).items():
        found[tool].partnerships = n
    versions = dict(_family(tools).values_list("pk", "origin"))
    for version, state, n in _documents(versions):
        counts = found[versions[version]]
        counts.started += n
        counts.submitted += n if state in HANDED_IN else 0
        counts.accepted += n if state == DocumentState.ACCEPTED else 0
    for tool, n in Tool.objects.filter(base__in=tools).values_list("base").annotate(n=Count("pk")).order_by():
        found[tool].copies = n
    for tool, rating in Feedback.objects.rating_of(tools).items():
        found[tool].rating = rating
    return found


def _days(tools: Collection[int]) -> QuerySet:
    lately = Q(on__gt=timezone.localdate() - timedelta(days=LATELY_DAYS))
    rows = ToolDay.objects.filter(tool__in=tools).values("tool")
    return rows.annotate(
        opened=Sum("n_opened"),
        tried=Sum("n_tried"),
        opened_lately=Sum("n_opened", filter=lately),
        tried_lately=Sum("n_tried", filter=lately),
    ).order_by()


def _documents(versions: Collection[int]) -> QuerySet:
    """How many documents are on each of ``versions``, by state."""
    rows = Document.objects.exclude(state=DocumentState.WITHDRAWN).filter(version__in=versions)
    return rows.order_by().values_list("version", "state").annotate(n=Count("pk"))
