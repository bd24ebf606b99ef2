"""What the toolkit shows on the pages of exchanges, travellers and workshops (settings: EXCHANGE_PANELS and so on)."""

from __future__ import annotations

from django.db.models import Q
from django.urls import reverse
from django.utils.http import urlencode

from accounts.models import User
from partnerships.exchange_permissions import is_own
from partnerships.exchange_states import AWAY_OR_BACK, PREPARED_IN
from partnerships.models import Exchange, Traveller, Workshop
from partnerships.permissions import can_edit_partnership
from toolkit.actions.trip_reports import is_past, report_of, why_no_report
from toolkit.models import Document
from toolkit.report_links import opens_on, report_url

# How many documents a panel lists, the newest of them.
MOST = 10


def bundle_panel(user: User, exchange: Exchange) -> dict | None:
    """The papers of the journey in one click, from the second approval on."""
    if exchange.state not in (*PREPARED_IN, *AWAY_OR_BACK) or not can_edit_partnership(user, exchange.partnership):
        return None
    return {"template": "toolkit/_bundle_panel.html", "context": {"exchange": exchange}}


def exchange_papers(user: User, exchange: Exchange) -> dict | None:
    """The documents about an exchange and its travellers, and the way to another."""
    return _papers(user, exchange, Q(exchange=exchange) | Q(traveller__exchange=exchange))


def workshop_papers(user: User, workshop: Workshop) -> dict | None:
    """The documents about a workshop, its sessions and its participants, and the way to another."""
    inside = Q(workshop=workshop) | Q(session__workshop=workshop) | Q(registration__workshop=workshop)
    return _papers(user, workshop, inside)


def _papers(user: User, row: Exchange | Workshop, about: Q) -> dict | None:
    partnership = row.partnership
    found = list(
        Document.objects.filter(about, partnership=partnership).newest_first().only("reference", "title")[:MOST]
    )
    can_start = partnership.is_open and can_edit_partnership(user, partnership)
    if not found and not can_start:
        return None
    start = reverse("toolkit:document-start", args=[partnership.slug])
    url = f"{start}?{urlencode({row._meta.model_name: row.reference})}" if can_start else ""
    return {"template": "toolkit/_papers_panel.html", "context": {"documents": found, "start_url": url}}


def report_panel(user: User, traveller: Traveller) -> dict | None:
    """The trip report: the way to it, or when it opens."""
    exchange = traveller.exchange
    if exchange.state not in (*PREPARED_IN, *AWAY_OR_BACK) and not traveller.report_reference:
        return None
    may = is_own(user, traveller) or can_edit_partnership(user, exchange.partnership)
    refusal = why_no_report(traveller)
    return {
        "template": "toolkit/_report_panel.html",
        "context": {
            "exchange": exchange,
            "traveller": traveller,
            "document": report_of(traveller),
            "can_start": may and not refusal,
            "refusal": refusal,
            "is_past": is_past(traveller),
            "opens_on": opens_on(traveller),
            "url": report_url(traveller) if may and not traveller.report_waived_reason else "",
        },
    }
