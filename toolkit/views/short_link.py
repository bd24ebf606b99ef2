"""Short addresses, typed from paper: /l/ABCD-EFGH leads to the long address of the link.

A code is short enough to be guessed by patient machines, so the door shuts for everybody behind a network that tried
too many wrong ones, also for right ones; the QR code on the same paper holds the long address and opens all the same.
Unknown, wrong, revoked and expired codes are answered alike.
"""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from toolkit.models import ShareLink
from toolkit.views.shared import private
from twinning.throttle import HOUR, WINDOW_SECONDS, is_blocked, note_miss, seconds_to_wait

DOOR = "short-code"


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def short_door(request: HttpRequest) -> HttpResponse:
    """Where a code is typed by whoever has only the first half of the address."""
    if request.method == "POST":
        return _open(request, request.POST.get("code", ""))
    return _page(request)


@login_not_required
@never_cache
@require_safe
def short_link(request: HttpRequest, *, code: str) -> HttpResponse:
    return _open(request, code)


def _open(request: HttpRequest, typed: str) -> HttpResponse:
    by_minute = is_blocked(request, DOOR, limit=settings.SHORT_MISSES_PER_MINUTE)
    if by_minute or is_blocked(request, DOOR, limit=settings.SHORT_MISSES_PER_HOUR, seconds=HOUR):
        answer = _page(request, is_blocked=True, status=429)
        answer["Retry-After"] = str(seconds_to_wait(WINDOW_SECONDS if by_minute else HOUR))
        return answer
    try:
        link = ShareLink.objects.from_code(typed)
    except ShareLink.DoesNotExist:
        note_miss(request, DOOR)
        note_miss(request, DOOR, seconds=HOUR)
        return _page(request, is_wrong=True, status=404)
    return private(redirect("toolkit:shared-fill", token=link.token))


def _page(request: HttpRequest, *, is_wrong: bool = False, is_blocked: bool = False, status: int = 200) -> HttpResponse:
    context = {"is_wrong": is_wrong, "is_blocked": is_blocked}
    return private(render(request, "toolkit/shared/short.html", context, status=status))
