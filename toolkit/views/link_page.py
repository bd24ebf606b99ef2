"""One link: who opened it, which mails went out, and what can be changed about it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from partnerships.models import OutgoingMail
from toolkit.actions.links import change_share_link
from toolkit.actions.visits import free_seats
from toolkit.forms.link_change import LinkChangeForm
from toolkit.models import Document, ShareLink
from toolkit.views.link import row_of, steerable, submitted_parts, the_link
from toolkit.views.outcome import attempt

MOST_VISITS = 50
MOST_MAILS = 20


@require_safe
@never_cache
def link_detail(request: HttpRequest, *, reference: str, public_id: str) -> HttpResponse:
    document = steerable(request, reference)
    link = the_link(document, public_id)
    return _show(request, document, link, LinkChangeForm.of(link))


def _show(
    request: HttpRequest, document: Document, link: ShareLink, form: LinkChangeForm, *, status: int = 200
) -> HttpResponse:
    keys = [f"link:{link.public_id}", f"reminder:{link.public_id}"]
    context = {
        "document": document,
        "item": row_of(link, submitted_parts(document)),
        "link": link,
        "visits": link.visits.all()[:MOST_VISITS],
        "n_seats": link.visits.filter(has_seat=True).count() if link.most_devices else 0,
        "mails": OutgoingMail.objects.filter(address_of__in=keys).for_list()[:MOST_MAILS],
        "passed_on": link.passed_on.all(),
        "form": None if link.revoked_at else form,
        "refusal": " ".join(form.non_field_errors()) if form.is_bound and link.revoked_at else "",
    }
    return render(request, "toolkit/link_detail.html", context, status=status)


@require_POST
def link_change(request: HttpRequest, *, reference: str, public_id: str) -> HttpResponse:
    document = steerable(request, reference)
    link = the_link(document, public_id)
    form = LinkChangeForm(request.POST)
    outcome = attempt(form, lambda: change_share_link(link, by=request.user, **form.cleaned_data))
    if not outcome.done:
        return _show(request, document, link, form, status=outcome.status)
    messages.success(request, _("The link has been changed. Its address is the same."))
    return redirect("toolkit:link-detail", reference=reference, public_id=public_id)


@require_POST
def link_seats(request: HttpRequest, *, reference: str, public_id: str) -> HttpResponse:
    """Forget on which devices a limited link was opened, so that it opens on others."""
    document = steerable(request, reference)
    free_seats(the_link(document, public_id))
    messages.success(request, _("The link can be opened on new devices. Those that had it open must open it again."))
    return redirect("toolkit:link-detail", reference=reference, public_id=public_id)
