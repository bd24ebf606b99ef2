"""Exchanges: the list of a partnership, a new request, its page and its terms."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from partnerships import permissions
from partnerships.actions.exchange import change_exchange, create_exchange
from partnerships.forms.exchange import ExchangeForm
from partnerships.models import Exchange
from partnerships.views.exchange_page import editable_exchange, get_exchange, show_exchange
from partnerships.views.outcome import attempt, posted
from partnerships.views.page import get_partnership, show_records


@require_safe
def exchange_list(request: HttpRequest, *, slug: str) -> HttpResponse:
    return show_records(request, slug, "exchange", template="partnerships/exchange_list.html")


@require_http_methods(["GET", "HEAD", "POST"])
def exchange_create(request: HttpRequest, *, slug: str) -> HttpResponse:
    partnership = get_partnership(request, slug)
    if not permissions.can_edit_partnership(request.user, partnership):
        raise PermissionDenied
    form = ExchangeForm(posted(request), instance=Exchange(partnership=partnership), partnership=partnership)
    outcome = attempt(form, lambda: create_exchange(form.save(commit=False), by=request.user))
    if outcome.done:
        messages.success(request, _("The exchange has been written down. Now say who travels."))
        return redirect(outcome.saved)
    context = {"form": form, "partnership": partnership}
    return render(request, "partnerships/exchange_create.html", context, status=outcome.status)


@require_safe
def exchange_detail(request: HttpRequest, *, reference: str) -> HttpResponse:
    return show_exchange(request, get_exchange(request, reference))


@require_http_methods(["GET", "HEAD", "POST"])
def exchange_edit(request: HttpRequest, *, reference: str) -> HttpResponse:
    exchange = editable_exchange(request, reference)
    if not exchange.is_editable:
        refusal = _("An exchange that is “%(state)s” is not changed any more: both sides said yes to what they read.")
        words = {"state": exchange.get_state_display()}
        return show_exchange(
            request, exchange, refusal=refusal % words, status=409 if request.method == "POST" else 200
        )
    # The form writes on a row of its own, so that the page around it keeps speaking of what is saved.
    form = ExchangeForm(
        posted(request),
        instance=Exchange.objects.select_related("partnership__programme", "sending", "receiving").get(pk=exchange.pk),
        partnership=exchange.partnership,
    )
    outcome = attempt(
        form, lambda: change_exchange(form.save(commit=False), seen_version=form.seen_version, by=request.user)
    )
    if outcome.done:
        messages.success(request, _("Your changes have been saved."))
        return redirect(exchange)
    context = {"form": form, "clash": outcome.clash, "exchange": exchange}
    return render(request, "partnerships/exchange_edit.html", context, status=outcome.status)
