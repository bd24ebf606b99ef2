"""What exchanges, workshops, meetings and contributions prove: nobody fills in a form for what is on record."""

from __future__ import annotations

from django.db.models import CharField, Value

from partnerships.contribution_states import ContributionState
from partnerships.exchange_states import AWAY_OR_BACK, ExchangeState
from partnerships.models import Partnership
from partnerships.workshop_states import HELD, WorkshopState

S = ExchangeState
# From the yes of the receiving side on; what was cancelled afterwards proves nothing.
APPROVED = (S.HOST_APPROVED, S.CLEARED, S.PREPARING, S.READY, *AWAY_OR_BACK, S.CLOSED)


def record_facts(partnership: Partnership) -> set[str]:
    """``exchange:approved`` · ``workshop:delivered``, ``workshop:closed`` · ``meeting:recorded`` ·
    ``contribution:recorded``: there is at least one. Asked in one query.
    """
    workshops = partnership.workshops.filter(state__in=HELD)
    asked = {
        "exchange:approved": partnership.exchanges.filter(state__in=APPROVED),
        "workshop:delivered": workshops,
        "workshop:closed": workshops.filter(state=WorkshopState.CLOSED),
        "meeting:recorded": partnership.meetings,
        "contribution:recorded": partnership.contributions.exclude(state=ContributionState.REJECTED),
    }
    first, *others = (
        found.order_by().annotate(fact=Value(fact, CharField())).values_list("fact", flat=True)
        for fact, found in asked.items()
    )
    return set(first.union(*others))
