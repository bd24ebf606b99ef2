"""What the records of a partnership already prove. Exit criteria and guards of moves ask for facts by name.

Most facts hold as soon as there is one row of a kind: settings.FACT_ROWS name those, and one query finds them all.
What takes more than a row comes from settings.FACT_PROVIDERS.
"""

from __future__ import annotations

import re
from datetime import timedelta

from django.conf import settings
from django.db.models import Exists, OuterRef, Prefetch, QuerySet, prefetch_related_objects
from django.utils import timezone
from django.utils.module_loading import import_string

from partnerships.agreement_states import AgreementKind
from partnerships.models import Agreement, FollowUp, HistoryEntry, Partnership, TeamMember
from partnerships.states import Side, TeamRole


def known_facts(partnership: Partnership) -> frozenset[str]:
    """Every fact that holds, from every app that provides facts."""
    found = row_facts(partnership)
    return frozenset(found.union(*(import_string(path)(partnership) for path in settings.FACT_PROVIDERS)))


def fact_rows() -> dict[str, QuerySet]:
    """For each fact the rows of which one is enough; the models have a ``partnership``."""
    return {fact: rows for path in settings.FACT_ROWS for fact, rows in import_string(path)().items()}


def with_facts(partnerships: QuerySet[Partnership], *, only: frozenset[str] | None = None) -> QuerySet[Partnership]:
    """The same partnerships, which need no further query to tell which facts of rows hold for them (``only`` those)."""
    return partnerships.annotate(
        **{
            _column(fact): Exists(rows.filter(partnership=OuterRef("pk")))
            for fact, rows in fact_rows().items()
            if only is None or fact in only
        }
    )


def row_facts(partnership: Partnership) -> set[str]:
    """What with_facts() found; one query for a partnership that came without."""
    columns = {fact: _column(fact) for fact in fact_rows()}
    held = vars(partnership)
    if held.keys().isdisjoint(columns.values()):
        held = with_facts(Partnership.objects.filter(pk=partnership.pk)).values(*columns.values()).get()
    return {fact for fact, column in columns.items() if held.get(column)}


def _column(fact: str) -> str:
    return "fact_" + re.sub(r"\W", "_", fact)


def partnership_facts(partnership: Partnership) -> set[str]:
    """``sides:two`` · ``team:focal-points``, ``team:alternates`` · ``dates:start``, ``dates:end`` · ``goal:written`` ·
    ``workplan:approved`` · ``team:every-organization``

    An approved work plan holds while an amendment is being written, and says what an accepted document of the same kind
    says; its goal is the goal of the partnership.
    """
    plan = getattr(partnership, "work_plan", None)
    has_plan = plan is not None and plan.current_version_id is not None
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
        "goal:written": bool(partnership.goal.strip()) or (has_plan and bool(plan.goal.strip())),
        "workplan:approved": has_plan,
        "document:work-plan:submitted": has_plan,
        "document:work-plan:accepted": has_plan,
    }
    return {fact for fact, holds in held.items() if holds}


def agreement_fact_rows() -> dict[str, QuerySet]:
    """``agreement:<kind>:in-force`` · ``memorandum:agreed``, which a memorandum accepted as a document proves too."""
    in_force = Agreement.objects.in_force()
    found = {f"agreement:{kind}:in-force": in_force.filter(kind=kind) for kind in AgreementKind.values}
    return found | {"memorandum:agreed": in_force.filter(kind=AgreementKind.MEMORANDUM)}


# The follow-up after a year is written down around the end; some partnerships graduate months after their last day.
LONG_AFTER = timedelta(days=180)


def status_fact_rows() -> dict[str, QuerySet]:
    """``follow-up:after-a-year`` · ``workplan:donor-approved`` · ``step:agreed-host``, ``step:agreed-resource``: to the
    step after this status · ``workplan:approved-this-cycle``, ``workplan:donor-approved-this-cycle``: since it began
    """
    approved = HistoryEntry.objects.filter(verb="workplan.approved")
    return {
        "workplan:approved-this-cycle": this_cycle(approved),
        "workplan:donor-approved": donor_approvals(),
        "workplan:donor-approved-this-cycle": this_cycle(donor_approvals()),
        "follow-up:after-a-year": FollowUp.objects.open().filter(due_on__gte=timezone.localdate() + LONG_AFTER),
        **{f"step:agreed-{side}": agreed_to_step(side) for side in Side.values},
    }


def agreed_to_step(side: str) -> QuerySet[HistoryEntry]:
    """The word of ``side`` on the step after the present status; it counts until taken back, or the status moves."""
    after = HistoryEntry.objects.filter(partnership=OuterRef("partnership"), pk__gt=OuterRef("pk"))
    moved = after.filter(verb="partnership.status_changed")
    taken_back = after.filter(verb="partnership.step_withdrawn", data__side=side)
    agreed = HistoryEntry.objects.filter(verb="partnership.step_agreed", data__side=side)
    return agreed.filter(~Exists(moved), ~Exists(taken_back))


def donor_approvals() -> QuerySet[HistoryEntry]:
    """That the donor approved the version of a work plan that is in force; a newer version is asked about anew."""
    newer = HistoryEntry.objects.filter(
        partnership=OuterRef("partnership"), verb="workplan.approved", pk__gt=OuterRef("pk")
    )
    return HistoryEntry.objects.filter(verb="workplan.donor_approved").filter(~Exists(newer))


def this_cycle(entries: QuerySet[HistoryEntry]) -> QuerySet[HistoryEntry]:
    """Of ``entries`` those since the newest cycle of their partnership began; in the first cycle all."""
    after = HistoryEntry.objects.filter(partnership=OuterRef("partnership"), pk__gt=OuterRef("pk"))
    return entries.filter(~Exists(after.filter(verb="cycle.started")))
