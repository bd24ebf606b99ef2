"""The way to a trip report: from the traveller's page, and by a link that opens on the day of return."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from partnerships.exchange_permissions import is_own
from partnerships.models import Traveller
from partnerships.permissions import can_edit_partnership
from toolkit.actions.trip_reports import is_past, link_to_report, report_of, start_trip_report, why_no_report
from toolkit.report_links import opens_on, traveller_pk
from toolkit.views.shared import private
from twinning.throttle import WINDOW_SECONDS, is_blocked, note_miss

DOOR = "trip-report"


@require_POST
def trip_report_start(request: HttpRequest, *, reference: str, pk: int) -> HttpResponse:
    seen = Traveller.objects.visible_to(request.user).select_related("contact", "exchange__partnership")
    traveller = get_object_or_404(seen, exchange__reference=reference, pk=pk)
    if not is_own(request.user, traveller) and not can_edit_partnership(request.user, traveller.exchange.partnership):
        raise PermissionDenied
    try:
        document = start_trip_report(traveller, by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect(traveller)
    return redirect("toolkit:document-fill", reference=document.reference)


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def trip_report_door(request: HttpRequest, *, token: str) -> HttpResponse:
    """No account: a traveller begins the report here, from the day of return on, and goes on under a share link."""
    known = Traveller.objects.select_related("contact", "exchange__partnership__coordinator", "exchange__sending")
    traveller = known.filter(pk=traveller_pk(token)).first()
    if traveller is None:
        if is_blocked(request, DOOR, limit=settings.SHARE_MISSES_PER_MINUTE):
            answer = render(request, "toolkit/shared/wait.html", status=429)
            answer["Retry-After"] = str(WINDOW_SECONDS)
            return private(answer)
        note_miss(request, DOOR)
        return private(render(request, "toolkit/shared/unknown.html", status=404))
    refusal = why_no_report(traveller)
    if not refusal and request.method == "POST":
        try:
            return private(redirect(link_to_report(traveller, by=traveller.exchange.partnership.coordinator).url))
        except ValidationError as error:
            refusal = " ".join(error.messages)
    context = {
        "traveller": traveller,
        "exchange": traveller.exchange,
        "refusal": refusal,
        "opens_on": opens_on(traveller),
        "is_past": is_past(traveller),
        "is_begun": report_of(traveller) is not None,
    }
    return private(render(request, "toolkit/trip_report_door.html", context))
