"""What the records of a partnership already prove. Exit criteria and guards of moves ask for facts by name."""

from django.conf import settings
from django.utils.module_loading import import_string

from partnerships.models import Partnership
from partnerships.states import Side, TeamRole


def known_facts(partnership: Partnership) -> frozenset[str]:
    """Every fact that holds, from every app that provides facts (settings.FACT_PROVIDERS)."""
    found: set[str] = set()
    for path in settings.FACT_PROVIDERS:
        found |= import_string(path)(partnership)
    return frozenset(found)


def partnership_facts(partnership: Partnership) -> set[str]:
    """``sides:two`` · ``team:focal-points`` · ``team:alternates`` · ``dates:start`` · ``dates:end`` · ``goal:written``"""
    sides = set(partnership.participations.current().values_list("side", flat=True))
    roles = set(partnership.team.current().values_list("side", "role"))
    held = {
        "sides:two": sides == set(Side.values),
        "team:focal-points": all(roles & {(s, TeamRole.COORDINATOR), (s, TeamRole.LEAD)} for s in Side.values),
        "team:alternates": all((s, TeamRole.ALTERNATE) in roles for s in Side.values),
        "dates:start": partnership.starts_on is not None,
        "dates:end": partnership.ends_on is not None,
        "goal:written": bool(partnership.goal.strip()),
    }
    return {fact for fact, holds in held.items() if holds}
