"""What is missing before a partnership's next step. The page, the button and the move itself ask here."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from partnerships.facts import known_facts
from partnerships.models import ExitCriterion, Partnership, Phase
from partnerships.states import NEEDS_REASON, PHASE_NEEDS_REASON, PHASE_TRANSITIONS, TRANSITIONS, PhaseState, Status


@dataclass(frozen=True, kw_only=True)
class Requirement:
    """Something a move asks for. A waivable one may be set aside with a reason, which the history keeps."""

    fact: str
    text: str
    waivable: bool = True


TWO_SIDES = Requirement(fact="sides:two", text=_("at least one organization on each side"), waivable=False)
FOCAL_POINTS = Requirement(fact="team:focal-points", text=_("a lead or coordinator named on each side"))
STATUS_REQUIREMENTS: dict[tuple[str, str], tuple[Requirement, ...]] = {
    (Status.PROPOSED, Status.FORMING): (TWO_SIDES, FOCAL_POINTS),
    (Status.FORMING, Status.ACTIVE): (
        TWO_SIDES,
        FOCAL_POINTS,
        Requirement(
            fact="memorandum:agreed",
            text=_("a memorandum of understanding that is in force, or was accepted as a document"),
        ),
        Requirement(fact="document:communication-plan:submitted", text=_("a communication plan that was submitted")),
        Requirement(fact="dates:start", text=_("a start date")),
    ),
    (Status.ACTIVE, Status.GRADUATING): (
        Requirement(
            fact="document:partnership-health-check:submitted",
            text=_("a partnership health check filled in by both sides"),
        ),
    ),
    (Status.GRADUATING, Status.GRADUATED): (Requirement(fact="dates:end", text=_("an end date")),),
}


STATUS_FACTS = frozenset(each.fact for asked in STATUS_REQUIREMENTS.values() for each in asked)


@dataclass(frozen=True, kw_only=True)
class Move:
    """A step that the state table allows, with what is missing for it."""

    to: str
    label: str
    missing: tuple[Requirement, ...]
    needs_reason: bool

    @property
    def is_blocked(self) -> bool:
        return any(not requirement.waivable for requirement in self.missing)


def status_moves(partnership: Partnership, facts: frozenset[str] | None = None) -> list[Move]:
    """Every status the partnership may take next; ``facts`` spares asking for them again."""
    nexts = TRANSITIONS[partnership.status]
    if facts is None:
        facts = known_facts(partnership) if nexts else frozenset()
    return [_status_move(partnership, new, facts) for new in nexts]


def status_move(partnership: Partnership, new: str) -> Move:
    return _status_move(partnership, new, known_facts(partnership))


def _status_move(partnership: Partnership, new: str, facts: frozenset[str]) -> Move:
    asked = STATUS_REQUIREMENTS.get((partnership.status, new), ())
    missing = tuple(requirement for requirement in asked if requirement.fact not in facts)
    return Move(
        to=new, label=str(Status(new).label), missing=missing, needs_reason=bool(missing) or new in NEEDS_REASON
    )


PHASE_MOVE_LABELS = {
    (PhaseState.PLANNED, PhaseState.OPEN): _("Open this phase"),
    (PhaseState.PLANNED, PhaseState.SKIPPED): _("Skip this phase"),
    (PhaseState.OPEN, PhaseState.DONE): _("Finish this phase"),
    (PhaseState.OPEN, PhaseState.PLANNED): _("Put it back to planned"),
    (PhaseState.DONE, PhaseState.OPEN): _("Open it again"),
    (PhaseState.SKIPPED, PhaseState.OPEN): _("Open it after all"),
}


def phase_moves(phase: Phase, facts: frozenset[str]) -> list[Move]:
    """Every state the phase may take next; what is missing to finish it may be set aside with a reason."""
    moves = []
    for new in PHASE_TRANSITIONS[phase.state]:
        unmet = missing_to_finish(phase, facts) if new == PhaseState.DONE else []
        moves.append(
            Move(
                to=new,
                label=str(PHASE_MOVE_LABELS[phase.state, new]),
                missing=tuple(Requirement(fact=criterion.fact, text=criterion.text) for criterion in unmet),
                needs_reason=phase_needs_reason(phase, new, facts),
            )
        )
    return moves


@dataclass(frozen=True, kw_only=True)
class CriterionState:
    """An exit criterion of a phase and whether it is met. ``note`` and ``checked_by`` only for manual ones."""

    criterion: ExitCriterion
    is_met: bool
    is_automatic: bool
    note: str = ""
    checked_by: str = ""


def criteria_of(phase: Phase, facts: frozenset[str]) -> list[CriterionState]:
    """The exit criteria of ``phase`` in order; uses prefetched ``definition.criteria`` and ``checks``."""
    checks = {check.criterion_id: check for check in phase.checks.all()}
    states = []
    for criterion in phase.definition.criteria.all():
        check = checks.get(criterion.pk)
        if check is None and not criterion.is_asked_in(phase.closed_on):
            continue
        states.append(
            CriterionState(
                criterion=criterion,
                is_automatic=bool(criterion.fact),
                is_met=criterion.fact in facts if criterion.fact else check is not None,
                note=check.note if check else "",
                checked_by=str(check.checked_by) if check else "",
            )
        )
    return states


def missing_to_finish(phase: Phase, facts: frozenset[str]) -> list[ExitCriterion]:
    """The criteria that do not hold yet; a phase may still be closed, with a reason."""
    return [state.criterion for state in criteria_of(phase, facts) if not state.is_met]


def phase_needs_reason(phase: Phase, new: str, facts: frozenset[str] | None = None) -> bool:
    if new in PHASE_NEEDS_REASON:
        return True
    if new != PhaseState.DONE:
        return False
    return bool(missing_to_finish(phase, known_facts(phase.partnership) if facts is None else facts))


def missing_to_reopen(phase: Phase) -> list[Requirement]:
    """What keeps a phase from being opened once more in the next cycle."""
    missing = []
    if phase.state not in (PhaseState.DONE, PhaseState.SKIPPED):
        text = _("Only a phase that is over is opened again in a new cycle.")
        missing.append(Requirement(fact="phase:over", text=text, waivable=False))
    if phase.definition.is_retired:
        text = _("This phase is no longer part of the phase model.")
        missing.append(Requirement(fact="phase:in-use", text=text, waivable=False))
    if Phase.objects.filter(partnership=phase.partnership_id, cycle__gt=phase.cycle).exists():
        text = _("A later cycle has begun. Open the phase there.")
        missing.append(Requirement(fact="phase:latest-cycle", text=text, waivable=False))
    return missing
