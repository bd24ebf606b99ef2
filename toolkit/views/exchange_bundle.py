"""The papers of an exchange in one click."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from partnerships.actions.travel_data import open_travel_data
from partnerships.exchange_permissions import can_open_travel_data
from partnerships.exchange_reading import whole, with_exchange
from partnerships.exchange_states import AWAY_OR_BACK, PREPARED_IN, TravelDataEvent
from partnerships.models import Exchange
from partnerships.permissions import can_edit_partnership
from partnerships.travel_seal import SealBrokenError
from toolkit.rendering.exchange_bundle import exchange_bundle as make_bundle
from toolkit.views.papers import file_response

# Each traveller has three papers; more would keep the printers busy for minutes.
MOST_TRAVELLERS = 40


@require_safe
def exchange_bundle(request: HttpRequest, *, reference: str) -> HttpResponse:
    """Letters, agenda, checklists and cards. Travel data only where the reader is named, and logged."""
    exchange = get_object_or_404(whole(Exchange.objects.visible_to(request.user)), reference=reference)
    with_exchange(exchange)
    if not can_edit_partnership(request.user, exchange.partnership):
        raise PermissionDenied
    refusal = ""
    if exchange.state not in (*PREPARED_IN, *AWAY_OR_BACK):
        refusal = _("Letters and cards are made when both sides have approved.")
    elif len(exchange.going) > MOST_TRAVELLERS:
        refusal = _("There are more than %(n)s travellers. Split the exchange.") % {"n": MOST_TRAVELLERS}
    if refusal:
        messages.error(request, refusal)
        return redirect(exchange)
    return file_response(request, lambda: make_bundle(exchange, _known(request, exchange)), kind="application/zip")


def _known(request: HttpRequest, exchange: Exchange) -> dict[int, dict[str, Any]]:
    """What the reader may print of each traveller; the others get lines to write on."""
    found = {}
    for traveller in exchange.going:
        if can_open_travel_data(request.user, traveller):
            try:
                found[traveller.pk] = open_travel_data(traveller, by=request.user, event=TravelDataEvent.PRINTED)
            except SealBrokenError:
                continue
    return found
