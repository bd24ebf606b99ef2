"""How large the world for measuring is, and how a total is dealt out so that nothing gets lost on the way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

# The whole world. A fraction of it has at least LEAST of each, so that every kind of row is there.
PARTNERSHIPS, ORGANIZATIONS, CONTACTS = 300, 1_000, 20_000
EXCHANGES, WORKSHOPS, ATTENDANCES, RESPONSES = 5_000, 10_000, 150_000, 200_000
LEAST = {"partnerships": 20, "organizations": 40, "contacts": 400, "exchanges": 60, "workshops": 80}
LEAST |= {"attendances": 600, "responses": 300}


@dataclass(frozen=True, kw_only=True)
class Size:
    partnerships: int
    organizations: int
    contacts: int
    exchanges: int
    workshops: int
    attendances: int
    responses: int


def size_of(fraction: float) -> Size:
    """``fraction`` of the whole world, 1 for all of it."""
    whole = {
        "partnerships": PARTNERSHIPS,
        "organizations": ORGANIZATIONS,
        "contacts": CONTACTS,
        "exchanges": EXCHANGES,
        "workshops": WORKSHOPS,
        "attendances": ATTENDANCES,
        "responses": RESPONSES,
    }
    # By twos: whoever is on the list of a workshop is noted for both of its days.
    return Size(**{name: max(LEAST[name], 2 * round(n * fraction / 2)) for name, n in whole.items()})


def dealt(total: int, weights: Sequence[float]) -> list[int]:
    """``total`` in whole parts by ``weights``, which add up to it exactly."""
    whole, passed, given = sum(weights), 0.0, 0
    parts = []
    for weight in weights:
        passed += weight
        upto = round(total * passed / whole)
        parts.append(upto - given)
        given = upto
    return parts
