"""Whom a new version concerns, and what it would cost them: told before it is published."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import get_language

from toolkit.actions.moving import ONE_RESPONSE
from toolkit.models import Document, Response, Tool, ToolVersion
from toolkit.schema.carrying import at_risk, carry
from toolkit.schema.definition import Definition, Item, Repeat, tr
from toolkit.states import FILLABLE, Mode

# So many responses are read, the newest first: the page must come at once however much a tool is used.
MOST_RESPONSES = 500
# A query that asks for more keys than this costs more than reading what it would leave out.
MOST_KEYS = 50


@dataclass(frozen=True, kw_only=True)
class Dropped:
    """A question whose answers would not all come along, and how many documents hold such an answer."""

    label: str
    n_documents: int


@dataclass(frozen=True, kw_only=True)
class Effects:
    """Documents that stay on an older version, those that can never move, and copies that are offered a merge.

    ``is_partial``: there are more documents than were looked into. ``is_known``: the new version is sound, so that it
    could be told what becomes of answers.
    """

    n_documents: int
    n_partnerships: int
    n_copies: int
    n_stuck: int = 0
    dropped: tuple[Dropped, ...] = ()
    is_partial: bool = False
    is_known: bool = False


def effects_of(tool: Tool, form: Definition | None = None) -> Effects:
    """What publishing ``form`` as the next version of ``tool`` does; without it, whom any new version concerns."""
    under_way = Document.objects.filter(version__tool=tool, state__in=FILLABLE)
    movable = Q(mode__in=_modes_like(form.mode)) if form else Q()
    counted = under_way.aggregate(
        n_documents=Count("pk"),
        n_partnerships=Count("partnership", distinct=True),
        n_movable=Count("pk", filter=movable) if form else Count("pk"),
    )
    n_movable = counted.pop("n_movable")
    dropped, is_partial = _dropped(under_way.filter(movable), form) if form and n_movable else ((), False)
    return Effects(
        **counted,
        n_copies=tool.copies.filter(withdrawn_at__isnull=True).count(),
        n_stuck=counted["n_documents"] - n_movable,
        dropped=dropped,
        is_partial=is_partial,
        is_known=form is not None,
    )


def _modes_like(mode: str) -> list[str]:
    """The modes from which a document can move to ``mode`` (see also moving.refuse_unless_movable)."""
    return [each for each in Mode.values if each == mode or {each, mode} <= ONE_RESPONSE]


def _dropped(documents: QuerySet[Document], form: Definition) -> tuple[tuple[Dropped, ...], bool]:
    versions = ToolVersion.objects.filter(pk__in=documents.order_by().values("version")).defer("words")
    old = {version.pk: version.form for version in versions}
    risky = {pk: keys for pk, each in old.items() if (keys := at_risk(each, form))}
    if not risky:
        return (), False
    holds = Q()
    for pk, keys in risky.items():
        asked = Q(answers__has_any_keys=sorted(keys)) if len(keys) <= MOST_KEYS else Q()
        holds |= Q(document__version=pk) & asked
    read = (
        Response.objects.filter(holds, document__in=documents.order_by().values("pk"))
        .order_by("-document", "side")
        .values_list("document", "document__version", "answers")[: MOST_RESPONSES + 1]
    )
    rows = list(read)
    holders: dict[str, set[int]] = {}
    for document, version, answers in rows[:MOST_RESPONSES]:
        asked = {key: value for key, value in answers.items() if key in risky[version]}
        for name in _lost(old[version], form, asked):
            holders.setdefault(name, set()).add(document)
    told = {name: label for each in old.values() for name, label in _labels(each) if name in holders}
    return (
        tuple(Dropped(label=label, n_documents=len(holders[name])) for name, label in told.items()),
        len(rows) > MOST_RESPONSES,
    )


def _lost(old: Definition, new: Definition, answers: Mapping[str, Any]) -> set[str]:
    """The ids of the questions of which an answer is lost; for a whole row, that of its table."""
    return {loss.node.id for loss in carry(old, new, answers).lost if loss.node}


def _labels(form: Definition) -> Iterator[tuple[str, str]]:
    """Every question by its id as people call it, columns with their table, in the order of the form."""
    lang = get_language() or "en"
    for node in form.by_id.values():
        table = form.by_id.get(node.repeat) if isinstance(node, Item) and node.repeat else None
        above = f"{tr(table.label, lang)}: " if isinstance(table, Repeat) else ""
        yield node.id, f"{above}{tr(node.label, lang)}"
