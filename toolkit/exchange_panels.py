"""What the toolkit shows on the pages of exchanges and travellers: EXCHANGE_PANELS and TRAVELLER_PANELS."""

from __future__ import annotations

from accounts.models import User
from partnerships.exchange_permissions import is_own
from partnerships.exchange_states import AWAY_OR_BACK, PREPARED_IN
from partnerships.models import Exchange, Traveller
from partnerships.permissions import can_edit_partnership
from toolkit.actions.trip_reports import is_past, report_of, why_no_report
from toolkit.report_links import opens_on, report_url


def bundle_panel(user: User, exchange: Exchange) -> dict | None:
    """The papers of the journey in one click, from the second approval on."""
    if exchange.state not in (*PREPARED_IN, *AWAY_OR_BACK) or not can_edit_partnership(user, exchange.partnership):
        return None
    return {"template": "toolkit/_bundle_panel.html", "context": {"exchange": exchange}}


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
