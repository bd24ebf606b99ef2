"""One search over everything that a person may see: a few of each kind, and the way to the whole list."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts.models import User
from partnerships.models import Agreement, Contact, FollowUp, Organization, Partnership, SharedResource, Transfer
from toolkit.filters import ToolFilterSet
from toolkit.models import Document, ToolVersion
from toolkit.schema.folding import wanted_words
from toolkit.shelf import by_relevance

LONGEST = 200
SHOWN = 5


@dataclass(frozen=True)
class Hit:
    title: str
    note: str
    url: str


@dataclass(frozen=True)
class Part:
    """What was found of one kind. ``more_url`` leads to all of it, when there is more."""

    title: Any
    hits: list[Hit]
    more_url: str = ""


def _note(*texts: Any) -> str:
    return " · ".join(str(text) for text in texts if text)


# Of each kind: its name, the rows a person may see, what a row says beside its name, and the list it belongs to.
PLACES: tuple[tuple[Any, Callable[[User], QuerySet], Callable[[Any], str], str], ...] = (
    (
        _("Partnerships"),
        lambda user: Partnership.objects.visible_to(user).order_by("name", "pk"),
        lambda row: _note(row.reference, row.get_status_display()),
        "partnerships:partnership-list",
    ),
    (
        _("Organizations"),
        lambda user: Organization.objects.visible_to(user).order_by("name", "pk"),
        lambda row: _note(row.local_name, row.city, row.country.name),
        "partnerships:organization-list",
    ),
    (
        _("People"),
        lambda user: Contact.objects.visible_to(user).select_related("organization").order_by("name", "pk"),
        lambda row: _note(row.post, row.organization),
        "partnerships:contact-list",
    ),
    (
        _("Documents"),
        lambda user: Document.objects.visible_to(user).select_related("partnership").newest_first(),
        lambda row: _note(row.reference, row.get_state_display(), row.partnership),
        "toolkit:document-list",
    ),
    (
        _("Agreements"),
        lambda user: Agreement.objects.visible_to(user).select_related("partnership").order_by("-created_at", "-pk"),
        lambda row: _note(row.reference, row.get_state_display(), row.partnership),
        "",
    ),
    (
        _("Follow-ups"),
        lambda user: FollowUp.objects.visible_to(user).select_related("partnership", "owner").order_by("-pk"),
        lambda row: _note(row.get_state_display(), row.owner, row.partnership),
        "partnerships:follow-up-list",
    ),
    (
        _("Shared resources"),
        lambda user: SharedResource.objects.visible_to(user).select_related("partnership").order_by("title", "pk"),
        lambda row: _note(row.get_kind_display(), row.current_state_label, row.partnership),
        "",
    ),
    (
        _("Transfers of equipment"),
        lambda user: Transfer.objects.visible_to(user).select_related("partnership").order_by("-pk"),
        lambda row: _note(row.code, row.get_state_display(), row.partnership),
        "",
    ),
)


def find(user: User, words: str) -> Iterator[Part]:
    """The kinds in which something was found; one question to the database each."""
    for title, rows, note, name in PLACES:
        found = list(rows(user).search(words)[: SHOWN + 1])
        hits = [Hit(getattr(row, "title", "") or str(row), note(row), row.get_absolute_url()) for row in found[:SHOWN]]
        is_more = len(found) > SHOWN and name
        if hits:
            yield Part(title, hits, f"{reverse(name)}?{urlencode({'q': words})}" if is_more else "")
    tools = list(_tools(user, words))
    if tools:
        more = f"{reverse('toolkit:tool-list')}?{urlencode({'q': words})}" if len(tools) > SHOWN else ""
        yield Part(_("Tools"), tools[:SHOWN], more)


def _tools(user: User, words: str) -> Iterator[Hit]:
    query = QueryDict(mutable=True)
    query["q"] = words
    found = ToolFilterSet(query, ToolVersion.objects.offered_to(user), user=user)
    for entry in by_relevance(found.entries(), wanted_words(words)):
        yield Hit(entry.title, entry.number, reverse("toolkit:tool-detail", args=[entry.slug]))


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    words = " ".join(request.GET.get("q", "").split())[:LONGEST]
    parts = list(find(request.user, words)) if words else []
    return render(request, "search.html", {"words": words, "parts": parts, "longest": LONGEST})
