"""The home page, and the choice of light and dark."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from partnerships.models import Partnership
from partnerships.notices import notices_for
from partnerships.permissions import can_create_partnership
from toolkit.waiting import desk_of, waiting_for
from twinning.paginate import paginate

THEMES = ("auto", "light", "dark")
MOST_WAITING = 12
MOST_PARTNERSHIPS = 6
ONE_YEAR = 365 * 24 * 60 * 60


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What waits for the person who looks, and their partnerships; kind words where there is nothing yet."""
    user = request.user
    desk = desk_of(user)
    waiting = waiting_for(user, desk)
    return render(
        request,
        "home.html",
        {
            "waiting": waiting[:MOST_WAITING],
            "n_new": notices_for(user).unread().count(),
            "n_more": max(0, len(waiting) - MOST_WAITING),
            "partnerships": desk.partnerships[:MOST_PARTNERSHIPS],
            "n_partnerships": len(desk.partnerships),
            "can_create": can_create_partnership(user),
            "n_all": Partnership.objects.open().count() if user.is_admin and not desk.partnerships else 0,
        },
    )


@require_safe
def waiting_list(request: HttpRequest) -> HttpResponse:
    """Everything that waits for the person who looks, page by page."""
    return render(request, "waiting.html", {"page": paginate(request, waiting_for(request.user), per_page=50)})


@login_not_required
@require_POST
def set_theme(request: HttpRequest) -> HttpResponse:
    """Remember light, dark or automatic on this device and go back to the page."""
    back = request.POST.get("next", "/")
    allowed = url_has_allowed_host_and_scheme(
        back, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    if not (allowed and back.startswith("/")):
        back = "/"
    response = HttpResponseRedirect(back)
    theme = request.POST.get("theme", "auto")
    response.set_cookie(
        "theme",
        theme if theme in THEMES else "auto",
        max_age=ONE_YEAR,
        httponly=True,
        samesite="Lax",
        secure=request.is_secure(),
    )
    return response
