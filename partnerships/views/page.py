"""What the pages of one partnership share: loading it whole, its sides, its phases as a track."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any, TypeVar

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db.models import Model, OuterRef, Prefetch, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from partnerships import permissions
from partnerships.chronicle import note_of
from partnerships.facts import with_facts
from partnerships.guards import STATUS_ASKS, criteria_of
from partnerships.models import CriterionCheck, HistoryEntry, Participation, Partnership, Phase, TeamMember, Topic
from partnerships.states import PhaseState, Side
from partnerships.story import tell
from twinning.aggregates import LINE, Lines
from twinning.paginate import paginate

Row = TypeVar("Row", bound=Model)
# Pages that stand side by side below one tab: the name of each and what it is called.
Pages = tuple[tuple[str, Callable[[], str]], ...]


def get_partnership(request: HttpRequest, slug: str) -> Partnership:
    """The partnership if the person may see it, else 404."""
    seen = Partnership.objects.visible_to(request.user).select_related(
        "programme", "coordinator", "phase_model", "work_plan"
    )
    return get_object_or_404(seen, slug=slug)


def get_partnership_with_people(request: HttpRequest, slug: str) -> Partnership:
    """As get_partnership, with sides and team."""
    return get_object_or_404(_with_people(request), slug=slug)


def _with_people(request: HttpRequest) -> QuerySet[Partnership]:
    return (
        Partnership.objects.visible_to(request.user)
        .select_related("programme", "coordinator", "phase_model", "work_plan")
        .prefetch_related(
            Prefetch("participations", Participation.objects.select_related("organization")),
            Prefetch("team", TeamMember.objects.select_related("contact__organization", "contact__user")),
        )
    )


def get_whole_partnership(request: HttpRequest, slug: str) -> Partnership:
    """As get_partnership_with_people, with phases, criteria, facts and ``topic_names``; its queries never grow."""
    topics = Topic.objects.filter(partnerships=OuterRef("pk")).order_by().values("partnerships")
    topics = topics.annotate(names=Lines("name")).values("names")
    whole = with_facts(_with_people(request)).annotate(topic_names=Subquery(topics))
    whole = whole.prefetch_related(
        Prefetch("phases", Phase.objects.select_related("definition")),
        "phases__definition__criteria",
        Prefetch("phases__checks", CriterionCheck.objects.select_related("checked_by")),
        *(import_string(path)(slug) for path in settings.PARTNERSHIP_PREFETCH),
    )
    return get_object_or_404(whole, slug=slug)


def topics_of(partnership: Partnership) -> list[str]:
    """The names of its topics in order; reads ``topic_names``."""
    return sorted((partnership.topic_names or "").split(LINE))


def sides_of_page(partnership: Partnership) -> list[dict]:
    """Both sides with the organizations and people of now and of before; reads prefetched rows."""
    parties, team = list(partnership.participations.all()), list(partnership.team.all())
    sides = []
    for side in Side:
        own_parties = [party for party in parties if party.side == side]
        own_team = [member for member in team if member.side == side]
        sides.append(
            {
                "side": side.value,
                "label": partnership.side_label(side),
                "parties": [party for party in own_parties if party.left_on is None],
                "past_parties": [party for party in own_parties if party.left_on is not None],
                "members": [member for member in own_team if member.is_current],
                "past_members": [member for member in own_team if not member.is_current],
            }
        )
    return sides


def cycles(partnership: Partnership, chosen: str) -> list[dict]:
    """The cycles of a partnership, {number, current}; ``chosen`` is what an address asked for, else the latest."""
    numbers = sorted({phase.cycle for phase in partnership.phases.all()})
    current = int(chosen) if chosen.isdecimal() and int(chosen) in numbers else max(numbers, default=1)
    return [{"number": number, "current": number == current} for number in numbers]


def track(partnership: Partnership, facts: frozenset[str], cycle: int) -> list[dict]:
    """The phases of one cycle for components/track.html; reads prefetched ``phases``.

    What waits in this cycle may still be worked on in an earlier one: then it is open, and its step leads there.
    """
    at_work = partnership.open_phases
    earlier = {phase.definition_id: phase for phase in at_work if phase.cycle < cycle}
    steps = []
    for planned in partnership.phases.all():
        if planned.cycle != cycle:
            continue
        phase = earlier.get(planned.definition_id, planned) if planned.state == PhaseState.PLANNED else planned
        steps.append(
            _step(partnership, phase, facts, state=_drawn(phase, at_work), label=_state_of(phase, cycle, at_work))
        )
    return steps


def _step(partnership: Partnership, phase: Phase, facts: frozenset[str], *, state: str, label: str) -> dict:
    criteria = criteria_of(phase, facts)
    met = sum(each.is_met for each in criteria)
    counted = criteria and state in (PhaseState.OPEN, PhaseState.DONE)
    return {
        "number": phase.definition.number,
        "title": phase.definition.title,
        "state": state,
        "state_label": label,
        "note": met_of(met, len(criteria)) if counted else "",
        "url": reverse("partnerships:phase-detail", args=[partnership.slug, phase.pk]),
        "section": phase.definition.section,
    }


def met_of(met: int, n: int) -> str:
    said = ngettext("%(met)s of %(all)s criterion met", "%(met)s of %(all)s criteria met", n)
    return said % {"met": met, "all": n}


def _drawn(phase: Phase, at_work: list[Phase]) -> str:
    """Its state, for the eye: what was left open when the partnership ended is nothing that goes on."""
    return PhaseState.PLANNED if phase.state == PhaseState.OPEN and phase not in at_work else phase.state


def _state_of(phase: Phase, cycle: int, at_work: list[Phase]) -> str:
    if phase.state == PhaseState.OPEN and phase not in at_work:
        return _("Not finished")
    if phase.cycle < cycle:
        return _("Open in cycle %(n)s") % {"n": phase.cycle}
    return phase.get_state_display()


def open_phases(partnership: Partnership, facts: frozenset[str]) -> list[dict]:
    """What is being worked on, in any cycle, with what is still missing."""
    found = []
    for phase in partnership.open_phases:
        criteria = criteria_of(phase, facts)
        missing = [state for state in criteria if not state.is_met]
        found.append(
            {"phase": phase, "missing": missing, "n_met": len(criteria) - len(missing), "n_criteria": len(criteria)}
        )
    return found


def pause_of(partnership: Partnership) -> dict:
    """Since when and why the partnership rests or was ended, and what was said with it; empty in other statuses."""
    if partnership.status not in STATUS_ASKS:
        return {}
    moved = partnership.entries.filter(verb="partnership.status_changed").first()
    if moved is None:
        return {}
    said = moved.data
    restart = said.get("restart_on", "")
    return {
        "since": moved.at,
        "reason": said.get("reason", ""),
        "restart_on": date.fromisoformat(restart) if restart else None,
        "obligations": said.get("obligations", ""),
    }


def tabs(partnership: Partnership, current: str, *, can_edit: bool) -> list[dict]:
    """The pages of a partnership for components/tabs.html; ``current`` is the name of the one that is open."""
    pages = [
        ("partnership-detail", _("Overview")),
        ("partnership-team", _("Team")),
        ("agreement-list", _("Agreements")),
        ("workplan-detail", _("Work plan")),
        ("exchange-list", _("Exchanges")),
        ("workshop-list", _("Workshops")),
        ("contribution-ledger", _("Contributions")),
        ("resource-list", _("Resources")),
        ("partnership-funding", _("Funding")),
        ("partnership-follow-ups", _("Follow-ups")),
        ("partnership-comments", _("Comments")),
        ("partnership-history", _("History")),
    ]
    if can_edit:
        pages += [
            ("partnership-mails", _("Outbox")),
            ("partnership-status", _("Status")),
            ("partnership-edit", _("Edit")),
        ]
    return [
        {
            "label": label,
            "url": reverse(f"partnerships:{name}", args=[partnership.slug]),
            "current": name == current,
            "count": "",
        }
        for name, label in pages
    ]


def show_records(request: HttpRequest, slug: str, noun: str, *, template: str) -> HttpResponse:
    """The list of what a partnership has of one kind (``noun``: agreement, exchange), page by page."""
    partnership = get_partnership(request, slug)
    can_edit = permissions.can_edit_partnership(request.user, partnership)
    context = {
        "partnership": partnership,
        "page": paginate(request, getattr(partnership, f"{noun}s").for_list()),
        "can_create": can_edit and partnership.is_open,
        "tabs": tabs(partnership, f"{noun}-list", can_edit=can_edit),
    }
    return render(request, template, context)


def head_of(request: HttpRequest, partnership: Partnership, pages: Pages, current: str) -> dict[str, Any]:
    """Head and tabs of ``pages``, which stand below the tab of their first; ``current`` is the one that is open."""
    can_edit = permissions.can_edit_partnership(request.user, partnership)
    return {
        "partnership": partnership,
        "tabs": tabs(partnership, pages[0][0], can_edit=can_edit),
        "pages": [
            {
                "label": label(),
                "url": reverse(f"partnerships:{name}", args=[partnership.slug]),
                "current": name == current,
                "count": "",
            }
            for name, label in pages
        ],
        "can_edit": can_edit,
    }


def steered(request: HttpRequest, row: Row) -> Row:
    """``row``, for those who run its partnership; 403 for others."""
    return only_if(permissions.can_edit_partnership(request.user, row.partnership), row)


def only_if(allowed: bool, row: Row) -> Row:
    """``row``, or 403."""
    if not allowed:
        raise PermissionDenied
    return row


def told(entry: HistoryEntry) -> dict:
    """A history entry for components/timeline_item.html."""
    return {
        "when": entry.at,
        "text": _("%(who)s %(what)s.") % {"who": entry.actor_name, "what": tell(entry)},
        "note": note_of(entry),
    }


def panels_of(paths: Iterable[str], user: User, row: Model) -> list[dict[str, Any]]:
    """What other apps have to say on the page of ``row``: {template, context} from each of the settings' functions."""
    found = [import_string(path)(user, row) for path in paths]
    return [panel for panel in found if panel]
