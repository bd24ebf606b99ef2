"""Whoever has a link chooses, too, what both sides agree on."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from toolkit.models import ShareLink
from toolkit.permissions import can_write_response, writer_for_link
from toolkit.views.shared import response_of, shared_link_required
from toolkit.views.together import choose


@shared_link_required
@require_http_methods(["GET", "HEAD", "POST"])
def shared_agree(request: HttpRequest, *, link: ShareLink) -> HttpResponse:
    if not link.document.agreed_at:
        raise Http404
    response, writer = response_of(link), writer_for_link(link)
    if not link.document.is_fillable or not can_write_response(writer, response):
        return redirect("toolkit:shared-done", token=link.token)
    fill_url = reverse("toolkit:shared-fill", args=[link.token])
    return choose(request, response, writer=writer, fill_url=fill_url, template="toolkit/shared/agree.html")
