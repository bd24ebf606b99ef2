"""Which browser stands before a link: a cookie for that link alone, and the door of links for a few devices."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from toolkit.actions.visits import note_visit, visit_by
from toolkit.models import ShareLink

COOKIE = "visit"
LONGEST_KEY = 60


def recognise(request: HttpRequest, link: ShareLink) -> None:
    """Let ``link`` know which visit this is, if its browser was here before."""
    link.visit = visit_by(link, request.COOKIES.get(COOKIE, "")[:LONGEST_KEY])


def note(link: ShareLink) -> str:
    """Write the visit down; the key for the browser's cookie when it is a new one."""
    link.visit, key = note_visit(link, link.visit)
    return key


def remember(answer: HttpResponse, link: ShareLink, key: str) -> HttpResponse:
    """Give the browser its key, for the pages of this link and as long as the link works."""
    if key:
        answer.set_cookie(
            COOKIE,
            key,
            max_age=max(60, int((link.expires_at - timezone.now()).total_seconds())),
            path=reverse("toolkit:shared-fill", args=[link.token]),
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
    return answer


def is_shut(link: ShareLink) -> bool:
    """Whether a limited link must still be opened on this device. Opening is a press of a button: programs that look
    into mails follow links, and press none."""
    return link.most_devices is not None and not (link.visit is not None and link.visit.has_seat)


def door(
    request: HttpRequest, link: ShareLink, *, typed: str = "", refusal: str = "", status: int = 200
) -> HttpResponse:
    context = {"link": link, "document": link.document, "typed": typed, "refusal": refusal}
    return render(request, "toolkit/shared/door.html", context, status=status)
