"""Pages of the toolkit that people without an account may open, if the installation shares its toolkit."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.contrib.messages import get_messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from twinning.throttle import WINDOW_SECONDS, is_blocked, note_miss

KEPT_SECONDS = 5 * 60
PAPER_KEPT_SECONDS = 60 * 60
PRIVATE = "private, no-store"


def open_to_all(view: Callable[..., HttpResponse]):
    """Let people without an account read what they may see; for all else they are asked to sign in.

    What they get may be kept for minutes by whoever stands between, so it holds no secret and no token. A tool that
    they may not see is answered like one that does not exist.
    """

    @login_not_required
    @wraps(view)
    def wrapper(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if request.user.is_authenticated:
            return view(request, *args, **kwargs)
        if not settings.TOOLKIT_IS_PUBLIC:
            return redirect_to_login(request.get_full_path())
        try:
            response = view(request, *args, **kwargs)
        except Http404:
            return redirect_to_login(request.get_full_path())
        if request.method in ("GET", "HEAD") and response.status_code in (200, 304) and not _is_personal(request):
            response.setdefault("Cache-Control", f"public, max-age={KEPT_SECONDS}")
        return response

    return wrapper


def _is_personal(request: HttpRequest) -> bool:
    """Whether the page just drawn holds a token against forged posts, or a message for this visitor alone."""
    return bool(request.META.get("CSRF_COOKIE_NEEDS_UPDATE") or get_messages(request).used)


def draw(request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """``template`` in the frame of those who signed in, or in the one for everybody."""
    layout = "layouts/app.html" if request.user.is_authenticated else "layouts/library.html"
    return render(request, template, {"layout": layout, **context}, status=status)


def too_many(request: HttpRequest, door: str, *, limit: int) -> HttpResponse | None:
    """An answer that asks to wait, for people without an account who ask for more work a minute than ``limit``."""
    if request.user.is_authenticated:
        return None
    if not is_blocked(request, door, limit=limit):
        note_miss(request, door)
        return None
    typed = [value for name, value in request.POST.items() if name.startswith(("f_", "r_")) and value.strip()]
    answer = draw(request, "toolkit/wait.html", {"typed": "\n".join(typed)}, status=429)
    answer["Retry-After"] = str(WINDOW_SECONDS)
    answer["Cache-Control"] = PRIVATE
    return answer
