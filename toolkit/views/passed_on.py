"""Before a share link opens: the door of a link for a few devices, and who says that a link was passed on to them."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from toolkit.actions.visits import may_have_own, say_passed_on, take_seat
from toolkit.forms.passed_on import PassedOnForm
from toolkit.models import ShareLink
from toolkit.views import visiting
from toolkit.views.outcome import write_on
from toolkit.views.shared import shared_link_door, shared_link_required
from twinning.throttle import HOUR, is_blocked, note_miss

DOOR = "passed-on"


@shared_link_door
@require_POST
def shared_open(request: HttpRequest, *, link: ShareLink) -> HttpResponse:
    """Open a limited link on this device. Without the cookie it would not be known again, so the page says so."""
    key = visiting.note(link)
    try:
        take_seat(link, link.visit)
    except ValidationError as refusal:
        return visiting.door(request, link, refusal=" ".join(refusal.messages), status=403)
    return visiting.remember(redirect("toolkit:shared-fill", token=link.token), link, key)


@shared_link_required
@require_http_methods(["GET", "HEAD", "POST"])
def shared_forwarded(request: HttpRequest, *, link: ShareLink) -> HttpResponse:
    """“This link was forwarded to me – add yourself”."""
    form = PassedOnForm(request.POST if request.method == "POST" else None, may_have_own=may_have_own(link))
    if not (form.is_bound and form.is_valid()):
        return _page(request, link, form, status=400 if form.is_bound else 200)
    if is_blocked(request, DOOR, limit=settings.PASSED_ON_PER_HOUR, seconds=HOUR):
        form.add_error(None, _("Too many people were added from your network. Please try again in an hour."))
        return _page(request, link, form, status=429)
    note_miss(request, DOOR, seconds=HOUR)
    key = visiting.note(link)
    try:
        own = say_passed_on(link, link.visit, **{"wants_own": False, **form.cleaned_data})
    except ValidationError as refusal:
        write_on(form, refusal)
        return _page(request, link, form, status=400)
    if own is not None:
        messages.success(
            request, _("Thank you. A link of your own is on its way to %(email)s.") % {"email": own.recipient_email}
        )
    else:
        messages.success(request, _("Thank you. What you write here carries your name."))
    return visiting.remember(redirect("toolkit:shared-fill", token=link.token), link, key)


def _page(request: HttpRequest, link: ShareLink, form: PassedOnForm, *, status: int) -> HttpResponse:
    context = {"link": link, "document": link.document, "form": form}
    return render(request, "toolkit/shared/forwarded.html", context, status=status)
