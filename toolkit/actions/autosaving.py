"""Changed cells as a page sends them every few seconds, what others changed meanwhile, and who else is here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, NamedTuple

from django.db import transaction
from django.utils import timezone

from toolkit.actions.saving import SaveResult, save_locked
from toolkit.models import Document, PostReceipt, Presence, Response
from toolkit.permissions import Writer
from toolkit.states import Source

MOST_SHOWN = 12  # people named as present; a form that more have open at once is an exception
STILL_HERE = timedelta(seconds=12)


@dataclass(frozen=True, kw_only=True)
class AutoPost:
    """``key`` was made for this save and stays with it however often it is sent; ``body_hash`` is of what was typed.

    ``known``: how many changes of the response the page has been told of.
    """

    key: str
    body_hash: str
    changes: Mapping[str, Any]
    seen: Mapping[str, int]
    known: int


@dataclass(frozen=True, kw_only=True)
class Change:
    """The newest change of a cell: ``value`` stands there now; None where it was emptied, or the row removed."""

    cell: str
    revision: int
    value: Any
    name: str


class News(NamedTuple):
    """``changes`` in the order in which they happened; ``known``: how many the response had had by then."""

    changes: list[Change]
    known: int


class Taken(NamedTuple):
    """``given``: what became of the cells, as JSON (see ``_given``); the same each time the same post comes."""

    response: Response
    given: dict[str, Any]
    news: News


def take_changes(document: Document, side: str, post: AutoPost, *, by: Writer) -> Taken:
    """Save what a page sent by itself, in the transaction that has locked ``document``: see ``saving.lock_document``.

    Exactly the same post again is answered as the first time, also when the document is closed by now: its cells were
    saved. The same key with other content is another post. Raises ValidationError when nothing may be written.
    """
    responses = Response.objects.select_for_update(of=("self",)).with_submitted_parts()
    # The document is held, so whoever took this post before has finished, and the receipt is seen here.
    response = responses.with_receipt(post.key, post.body_hash).get(document=document, side=side)
    response.document = document
    if response.given is not None:
        return Taken(response, response.given, _with_overtaken(response, response.given, news_of(response, post.known)))
    result = save_locked(response, post.changes, post.seen, by=by, source=Source.AUTOSAVE)
    given = _given(post, result, response)
    if post.key:
        PostReceipt.objects.create(response=response, key=post.key, body_hash=post.body_hash, answer=given)
    news = news_of(response, post.known, without=result.saved)
    return Taken(response, given, _with_overtaken(response, given, news))


def _given(post: AutoPost, result: SaveResult, response: Response) -> dict[str, Any]:
    """``saved``: revisions of the cells that stand as sent; ``conflicts`` and ``refused`` as in SaveResult."""
    open_cells = {*result.refused, *result.overtaken, *(conflict.cell for conflict in result.conflicts)}
    return {
        "saved": {cell: response.revisions.get(cell, 0) for cell in post.changes if cell not in open_cells},
        "conflicts": [
            {
                "cell": conflict.cell,
                "theirs": conflict.theirs,
                "name": conflict.theirs_name,
                "at": conflict.theirs_at.isoformat(timespec="seconds") if conflict.theirs_at else "",
                "seen": dict(conflict.seen),
            }
            for conflict in result.conflicts
        ],
        "refused": result.refused,
        "overtaken": result.overtaken,
    }


def _with_overtaken(response: Response, given: Mapping[str, Any], news: News) -> News:
    """What stands in the cells that were sent back as they had been read: the page may have passed over that news."""
    cells = given["overtaken"]
    if not cells:
        return news
    rows = {cell.rpartition("/")[0] for cell in cells} - {""}
    latest = {each.cell: each for each in news.changes}
    asked = response.changes.filter(cell__in=[*cells, *rows]).order_by("pk")
    for cell, revision, after, name in asked.values_list("cell", "revision", "after", "name"):
        latest.pop(cell, None)
        latest[cell] = Change(cell=cell, revision=revision, value=after, name=name)
    return News(list(latest.values()), news.known)


def news_of(response: Response, known: int, *, without: Mapping[str, int] | None = None) -> News:
    """What was changed after the first ``known`` changes, each cell once, but for what ``without`` names.

    A page that knows of more changes than there are (the data were put back from a backup) is told all of them.
    """
    without = without or {}
    known = known if 0 <= known <= response.n_changes else 0
    if response.n_changes - known == len(without):
        return News([], response.n_changes)
    rows = response.changes.order_by("pk")[known:].values_list("cell", "revision", "after", "name")
    latest: dict[str, Change] = {}
    number = 0
    for cell, revision, after, name in rows:
        number += 1
        latest.pop(cell, None)
        if without.get(cell) != revision:
            latest[cell] = Change(cell=cell, revision=revision, value=after, name=name)
    return News(list(latest.values()), known + number)


@transaction.atomic
def note_presence(response: Response, page: str, group: str, *, by: Writer) -> list[Presence]:
    """Write down that ``by`` has ``page`` open, and say who else is here: one for each person."""
    now = timezone.now()
    here = list(response.presences.here().order_by("name", "-at")[:100])
    mine = next((each for each in here if each.page == page), None)
    if mine is None:
        Presence.objects.gone().delete()
    if mine is None or mine.group != group or mine.at < now - STILL_HERE:
        row = Presence(response=response, page=page, name=by.name, side=by.side, group=group, at=now)
        fields = ["name", "side", "group", "at"]
        Presence.objects.bulk_create(
            [row], update_conflicts=True, unique_fields=["response", "page"], update_fields=fields
        )
    others: dict[tuple[str, str], Presence] = {}
    for each in here:
        if each.page != page and (each.name, each.side) != (by.name, by.side):
            others.setdefault((each.name, each.side), each)
    return list(others.values())[:MOST_SHOWN]
