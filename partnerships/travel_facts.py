"""What the guards need to know of sealed travel data: answers, never the data. No person reads anything here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from partnerships.models import TravelData, Traveller
from partnerships.travel_seal import SealBrokenError, unseal


@dataclass(frozen=True, kw_only=True)
class TravelFacts:
    """``passport_until`` only where number and last day are known; ``is_broken`` when the seal does not open."""

    passport_until: date | None = None
    has_insurance: bool = False
    has_emergency_contact: bool = False
    is_broken: bool = False


def travel_facts(traveller: Traveller) -> TravelFacts:
    """Reads a prefetched ``travel_data``."""
    try:
        data = unseal(traveller.travel_data.sealed, owner=traveller.pk)
    except TravelData.DoesNotExist:
        return TravelFacts()
    except SealBrokenError:
        return TravelFacts(is_broken=True)
    until = data.get("passport_expires_on", "")
    return TravelFacts(
        passport_until=date.fromisoformat(until) if until and data.get("passport_number") else None,
        has_insurance=bool(data.get("insurance")),
        has_emergency_contact=bool(data.get("emergency_name") and data.get("emergency_phone")),
    )
