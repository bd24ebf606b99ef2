"""Calendar addresses: the list of a person's own, and the file that other programs read without signing in."""

from __future__ import annotations

from allauth.core.ratelimit import respond_429
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from partnerships.actions.calendar import end_feed, make_feed, note_shown
from partnerships.calendars import calendar_of, name_of
from partnerships.forms.calendar import CalendarForm
from partnerships.models import CalendarFeed, Partnership
from partnerships.states import Side
from twinning import throttle

MOST_PARTNERSHIPS = 100


@require_safe
def calendar_list(request: HttpRequest) -> HttpResponse:
    return _show(request)


def _show(request: HttpRequest, *, feed: CalendarFeed | None = None, token: str = "") -> HttpResponse:
    """The person's addresses; the one that was made just now is shown in full, this once."""
    user = request.user
    shown = Partnership.objects.visible_to(user)
    partnerships = list(shown.order_by("name", "pk")[: MOST_PARTNERSHIPS + 1])
    feeds = user.calendar_feeds.select_related("partnership__programme")
    own = {"label": _("My dates"), "value": "", "side": "", "feed": None}
    rows = []
    for each in feeds.filter(Q(partnership=None) | Q(partnership__in=shown.values("pk"))).order_by("pk"):
        if each.partnership_id is None:
            own["feed"] = each
        else:
            rows.append({"label": name_of(each), "value": each.partnership.slug, "side": each.side, "feed": each})
    made = None
    if feed:
        address = settings.SITE_URL + reverse("partnerships:calendar-feed", args=[token])
        made = {"name": name_of(feed), "url": address, "webcal": address.replace("https:", "webcal:", 1)}
    context = {
        "own": own,
        "rows": sorted(rows, key=lambda row: row["label"]),
        "form": CalendarForm(partnerships=partnerships[:MOST_PARTNERSHIPS]) if partnerships else None,
        "most": MOST_PARTNERSHIPS if len(partnerships) > MOST_PARTNERSHIPS else 0,
        "made": made,
    }
    return render(request, "partnerships/calendar_list.html", context)


@never_cache
@require_POST
def calendar_make(request: HttpRequest) -> HttpResponse:
    """Answered with the page itself and not with a redirect: the address is known in this moment only."""
    partnership, side = None, request.POST.get("side", "")
    if slug := request.POST.get("partnership", "")[:100]:
        seen = Partnership.objects.visible_to(request.user).select_related("programme")
        partnership = get_object_or_404(seen, slug=slug)
    if side and (partnership is None or side not in Side.values):
        raise Http404
    feed, token = make_feed(request.user, partnership=partnership, side=side)
    return _show(request, feed=feed, token=token)


@require_POST
def calendar_end(request: HttpRequest, *, pk: int) -> HttpResponse:
    end_feed(get_object_or_404(request.user.calendar_feeds, pk=pk))
    messages.success(request, _("This calendar address does not work any more."))
    return redirect("partnerships:calendar-list")


@login_not_required
@require_safe
def calendar_feed(request: HttpRequest, *, token: str) -> HttpResponse:
    """The calendar itself. Wrong, ended and renewed addresses have one answer, and are counted."""
    if throttle.is_blocked(request, "calendar", limit=settings.SHARE_MISSES_PER_MINUTE):
        response = respond_429(request)
        response["Retry-After"] = str(throttle.WINDOW_SECONDS)
        return response
    try:
        feed = CalendarFeed.objects.from_token(token)
    except CalendarFeed.DoesNotExist:
        throttle.note_miss(request, "calendar")
        raise Http404 from None
    body = calendar_of(feed)
    shown, since = note_shown(feed, body)
    response = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'inline; filename="twinning.ics"'
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Referrer-Policy"] = "no-referrer"
    # Asked for anew at every visit: whoever leaves a team sees nothing more from that moment on.
    response["Cache-Control"] = "private, no-cache"
    response["ETag"] = f'"{shown}"'
    response["Last-Modified"] = http_date(since.timestamp())
    found = get_conditional_response(
        request, etag=response["ETag"], last_modified=int(since.timestamp()), response=response
    )
    return found or response
