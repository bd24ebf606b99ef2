"""What the records of a partnership already prove. Exit criteria and guards of moves ask for facts by name."""

from collections.abc import Iterable

from django.conf import settings
from django.db.models import Prefetch, prefetch_related_objects
from django.utils.module_loading import import_string

from partnerships.agreement_states import AgreementKind
from partnerships.models import Agreement, Partnership, TeamMember
from partnerships.states import Side, TeamRole

# What is on record here, and approved where it needs to be, says what a document of the same kind says.
ALSO_PROVES = {
    "workplan:approved": ("document:work-plan:submitted", "document:work-plan:accepted"),
    "exchange:approved": ("document:exchange-request:submitted", "document:exchange-request:accepted"),
    "meeting:recorded": ("document:meeting-record:submitted",),
    "contribution:recorded": ("document:in-kind-contribution:submitted",),
}


def known_facts(partnership: Partnership) -> frozenset[str]:
    """Every fact that holds, from every app that provides facts (settings.FACT_PROVIDERS)."""
    found: set[str] = set()
    for path in settings.FACT_PROVIDERS:
        found |= import_string(path)(partnership)
    return frozenset(found.union(*(also for fact, also in ALSO_PROVES.items() if fact in found)))


def partnership_facts(partnership: Partnership) -> set[str]:
    """``sides:two`` · ``team:focal-points``, ``team:alternates`` · ``dates:start``, ``dates:end`` · ``goal:written`` ·
    ``memorandum:agreed`` · ``agreement:<kind>:in-force`` · ``workplan:approved`` · ``team:every-organization``

    A memorandum that was accepted as a document counts as agreed too (toolkit.facts). An approved work plan holds while
    an amendment is being written.
    """
    plan = getattr(partnership, "work_plan", None)
    prefetch_related_objects([partnership], Prefetch("team", TeamMember.objects.select_related("contact")))
    # Read in Python, so that a page that has prefetched both asks nothing more of the database.
    parties = [party for party in partnership.participations.all() if party.left_on is None]
    sides = {party.side for party in parties}
    at_work = {member.contact.organization_id for member in partnership.team.all() if member.is_current}
    organizations = {party.organization_id for party in parties}
    roles = {(member.side, member.role) for member in partnership.team.all() if member.is_current}
    held = {
        "sides:two": sides == set(Side.values),
        "team:focal-points": all(roles & {(s, TeamRole.COORDINATOR), (s, TeamRole.LEAD)} for s in Side.values),
        "team:alternates": all((s, TeamRole.ALTERNATE) in roles for s in Side.values),
        "team:every-organization": organizations <= at_work,
        "dates:start": partnership.starts_on is not None,
        "dates:end": partnership.ends_on is not None,
        "goal:written": bool(partnership.goal.strip()),
        "workplan:approved": plan is not None and plan.current_version_id is not None,
    }
    return {fact for fact, holds in held.items() if holds} | agreement_facts(partnership.agreements.all())


def agreement_facts(agreements: Iterable[Agreement]) -> set[str]:
    kinds = {agreement.kind for agreement in agreements if agreement.is_in_force}
    found = {f"agreement:{kind}:in-force" for kind in kinds}
    return found | ({"memorandum:agreed"} if AgreementKind.MEMORANDUM in kinds else set())
