"""What is missing before a partnership's next step. The page, the button and the move itself ask here."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from django.db.models import Prefetch
from django.utils.translation import gettext_lazy as _

from partnerships.facts import known_facts
from partnerships.models import CriterionCheck, ExitCriterion, Partnership, Phase, PhaseDefinition
from partnerships.states import (
    NEEDS_REASON,
    PHASE_NEEDS_REASON,
    PHASE_TRANSITIONS,
    STEPS_OF_BOTH_SIDES,
    TRANSITIONS,
    PhaseState,
    Side,
    Status,
    ToolkitSection,
)


@dataclass(frozen=True, kw_only=True)
class Requirement:
    """Something a move asks for. A waivable one may be set aside with a reason, which the history keeps.

    Any of the facts in ``others`` proves it as well.
    """

    fact: str
    text: str
    waivable: bool = True
    others: tuple[str, ...] = ()

    def is_met(self, facts: Collection[str]) -> bool:
        return self.fact in facts or any(other in facts for other in self.others)


TWO_SIDES = Requirement(fact="sides:two", text=_("at least one organization on each side"), waivable=False)
FOCAL_POINTS = Requirement(fact="team:focal-points", text=_("a lead or coordinator named on each side"))
SELECTION = Requirement(
    fact="document:proposal-scoring-sheet:submitted",
    others=("document:proposal-panel-sheet:submitted",),
    text=_("the decision that selected the partners (scoring or panel sheet), or why they were paired directly"),
)
SIDES_AGREE = (
    Requirement(fact="step:agreed-host", text=_("the agreement of the host side, by its lead or coordinator")),
    Requirement(fact="step:agreed-resource", text=_("the agreement of the resource side, by its lead or coordinator")),
)
CLOSE_OUT = "document:sustainability-and-close-out-plan"
STATUS_REQUIREMENTS: dict[tuple[str, str], tuple[Requirement, ...]] = {
    (Status.PROPOSED, Status.FORMING): (TWO_SIDES, FOCAL_POINTS, SELECTION),
    (Status.FORMING, Status.ACTIVE): (
        TWO_SIDES,
        FOCAL_POINTS,
        Requirement(
            fact="memorandum:agreed",
            text=_("a memorandum of understanding that is in force, or was accepted as a document"),
        ),
        Requirement(fact="document:communication-plan:submitted", text=_("a communication plan that was submitted")),
        Requirement(fact="dates:start", text=_("a start date")),
        *SIDES_AGREE,
    ),
    (Status.ACTIVE, Status.GRADUATING): (
        Requirement(
            fact="document:partnership-health-check:submitted",
            others=(
                "document:partnership-self-assessment:submitted",
                "document:mid-term-review:submitted",
                "document:final-evaluation-report:submitted",
            ),
            text=_("a look back: a health check, self-assessment or mid-term review that was handed in"),
        ),
        Requirement(
            fact=f"{CLOSE_OUT}:started", text=_("a sustainability and close-out plan that somebody has begun to write")
        ),
        *SIDES_AGREE,
    ),
    (Status.GRADUATING, Status.GRADUATED): (
        Requirement(fact="dates:end", text=_("an end date")),
        Requirement(
            fact="document:final-evaluation-report:accepted", text=_("a final evaluation report that was accepted")
        ),
        Requirement(
            fact=f"{CLOSE_OUT}:accepted",
            text=_("the close-out checklist, accepted (sustainability and close-out plan)"),
        ),
        Requirement(
            fact="follow-up:after-a-year",
            text=_("the follow-up after a year: an open follow-up that is due in six months or later"),
        ),
        *SIDES_AGREE,
    ),
}
STATUS_FACTS = frozenset(
    fact for asked in STATUS_REQUIREMENTS.values() for each in asked for fact in (each.fact, *each.others)
)
# What a status asks for besides a reason: when work may go on again, and what remains to be done for one another.
STATUS_ASKS = {Status.ON_HOLD: "restart_on", Status.TERMINATED: "obligations"}


@dataclass(frozen=True, kw_only=True)
class Move:
    """A step that the state table allows, with what is missing for it.

    ``asks`` names what is to be said besides the reason: ``restart_on``, ``obligations``, or nothing.
    """

    to: str
    label: str
    missing: tuple[Requirement, ...]
    needs_reason: bool
    asks: str = ""

    @property
    def is_blocked(self) -> bool:
        return any(not requirement.waivable for requirement in self.missing)


def status_moves(
    partnership: Partnership, facts: frozenset[str] | None = None, *, agreed: Collection[str] = ()
) -> list[Move]:
    """Every status the partnership may take next; ``facts`` spares asking for them again.

    ``agreed`` are sides whose word is not in the records but given by taking the step: those of whoever takes it.
    """
    nexts = TRANSITIONS[partnership.status]
    if facts is None:
        facts = known_facts(partnership) if nexts else frozenset()
    return [_status_move(partnership, new, facts | _words_of(agreed)) for new in nexts]


def status_move(partnership: Partnership, new: str, *, agreed: Collection[str] = ()) -> Move:
    return _status_move(partnership, new, known_facts(partnership) | _words_of(agreed))


def _words_of(sides: Collection[str]) -> frozenset[str]:
    return frozenset(f"step:agreed-{side}" for side in sides)


def step_of_both_sides(partnership: Partnership) -> str:
    """The step onwards that both sides have to agree to, if the present status has one."""
    return next((new for old, new in STEPS_OF_BOTH_SIDES if old == partnership.status), "")


def sides_to_agree(facts: Collection[str]) -> list[str]:
    """The sides that have not agreed to the step yet."""
    return [side for side in Side.values if f"step:agreed-{side}" not in facts]


def _status_move(partnership: Partnership, new: str, facts: frozenset[str]) -> Move:
    asked = STATUS_REQUIREMENTS.get((partnership.status, new), ())
    missing = tuple(requirement for requirement in asked if not requirement.is_met(facts))
    return Move(
        to=new,
        label=str(Status(new).label),
        missing=missing,
        needs_reason=bool(missing) or new in NEEDS_REASON,
        asks=STATUS_ASKS.get(new, ""),
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
    """Every state the phase may take next; what is missing for it may be set aside with a reason."""
    return [phase_move(phase, new, facts) for new in PHASE_TRANSITIONS[phase.state]]


def phase_move(phase: Phase, new: str, facts: frozenset[str]) -> Move:
    missing: list[Requirement] = []
    if new == PhaseState.DONE:
        missing = _required(missing_to_finish(phase, facts))
    elif new == PhaseState.OPEN:
        missing = missing_to_open(phase, facts)
    return Move(
        to=new,
        label=str(PHASE_MOVE_LABELS[phase.state, new]),
        missing=tuple(missing),
        needs_reason=bool(missing) or new in PHASE_NEEDS_REASON,
    )


def _required(criteria: list[ExitCriterion]) -> list[Requirement]:
    return [Requirement(fact=criterion.fact, text=criterion.text) for criterion in criteria]


# The sections whose phases lay the ground. Those after them overlap: monitoring begins while work goes on.
PREPARING = (ToolkitSection.INITIATE, ToolkitSection.WORKPLAN)
WORK_PLAN = Requirement(fact="document:work-plan:accepted", text=_("a work plan that both sides have approved"))

DONOR_APPROVAL = Requirement(
    fact="workplan:donor-approved", text=_("the donor’s approval of the work plan, written down on its page")
)


# The same, for a cycle that is not the first.
PLANS_ANEW = {
    WORK_PLAN.fact: replace(WORK_PLAN, text=_("a work plan that both sides have approved since this cycle began")),
    DONOR_APPROVAL.fact: replace(
        DONOR_APPROVAL, text=_("the donor’s approval of the work plan of this cycle, written down on its page")
    ),
}
# What a later cycle asks for anew, and what proves that it was given since that cycle began.
_PLAN_THIS_CYCLE = frozenset({"workplan:approved-this-cycle", "document:work-plan:accepted-this-cycle"})
ASKED_EACH_CYCLE: dict[str, frozenset[str]] = {
    "workplan:approved": _PLAN_THIS_CYCLE,
    WORK_PLAN.fact: _PLAN_THIS_CYCLE,
    DONOR_APPROVAL.fact: frozenset({"workplan:donor-approved-this-cycle"}),
}


def facts_for(phase: Phase, facts: Collection[str]) -> Collection[str]:
    """``facts`` as ``phase`` counts them: in a later cycle the plan of the last one is no plan, nor its approval one.

    What proved a phase that is over goes on proving it.
    """
    if phase.cycle == 1 or phase.closed_on is not None:
        return facts
    return {fact for fact in facts if fact not in ASKED_EACH_CYCLE or not ASKED_EACH_CYCLE[fact].isdisjoint(facts)}


def missing_to_open(phase: Phase, facts: frozenset[str]) -> list[Requirement]:
    """What should be there before a phase opens for the first time: what prepares it, and a plan before the work.

    A phase that was done or skipped asks for nothing more: if something was set aside then, the reason is on record.
    """
    if phase.state == PhaseState.DONE:
        return []
    section = phase.definition.section
    before = PREPARING[: PREPARING.index(section)] if section in PREPARING else PREPARING
    earlier = (
        Phase.objects.filter(partnership=phase.partnership_id, cycle=phase.cycle, definition__section__in=before)
        .filter(definition__number__lt=phase.definition.number, state__in=(PhaseState.PLANNED, PhaseState.OPEN))
        .select_related("definition")
        .prefetch_related(
            "definition__criteria", Prefetch("checks", CriterionCheck.objects.select_related("checked_by"))
        )
    )
    missing = [each for other in earlier for each in _required(missing_to_finish(other, facts))] if before else []
    asked = _missing_to_work(section, facts_for(phase, facts), missing)
    return [*missing, *(PLANS_ANEW[each.fact] if phase.cycle > 1 else each for each in asked)]


def _missing_to_work(section: str, facts: Collection[str], asked: list[Requirement]) -> list[Requirement]:
    """An approved plan before the work; whoever pays for it has approved it too."""
    if section != ToolkitSection.IMPLEMENT:
        return []
    needed = [WORK_PLAN, DONOR_APPROVAL] if "award:promised" in facts else [WORK_PLAN]
    known = {each.fact for each in asked}
    return [each for each in needed if not each.is_met(facts) and each.fact not in known]


def missing_in_new_cycle(phase: Phase, facts: Collection[str]) -> list[Requirement]:
    """What should be there before ``phase`` opens again in a cycle that begins with it.

    A partnership is begun once, but each cycle has a plan of its own: what planning asks for by hand is asked anew,
    and so are the plan and the donor’s word, for nothing was approved yet in a cycle that is about to begin.
    """
    section = phase.definition.section
    if section in PREPARING:
        return []
    facts = set(facts) - ASKED_EACH_CYCLE.keys()
    earlier = PhaseDefinition.objects.filter(
        model=phase.definition.model_id,
        number__lt=phase.definition.number,
        section=ToolkitSection.WORKPLAN,
        is_retired=False,
    ).prefetch_related("criteria")
    open_ones = [
        criterion
        for definition in earlier
        for criterion in definition.criteria.all()
        if criterion.is_asked_in(None) and not (criterion.fact and criterion.fact in facts)
    ]
    missing = _required(open_ones)
    return [*missing, *(PLANS_ANEW[each.fact] for each in _missing_to_work(section, facts, missing))]


BEFORE_THIS_CYCLE = _("What was approved before this cycle began does not count for it.")


@dataclass(frozen=True, kw_only=True)
class CriterionState:
    """An exit criterion of a phase and whether it is met. ``checked_by`` only for manual ones; ``note`` for those, and
    where the records prove it, but not for this cycle.
    """

    criterion: ExitCriterion
    is_met: bool
    is_automatic: bool
    note: str = ""
    checked_by: str = ""


def criteria_of(phase: Phase, facts: Collection[str]) -> list[CriterionState]:
    """The exit criteria of ``phase`` in order; uses prefetched ``definition.criteria`` and ``checks``."""
    checks = {check.criterion_id: check for check in phase.checks.all()}
    counted, before = facts_for(phase, facts), str(BEFORE_THIS_CYCLE)
    too_old = set(facts).difference(counted)
    states = []
    for criterion in phase.definition.criteria.all():
        check = checks.get(criterion.pk)
        if check is None and not criterion.is_asked_in(phase.closed_on):
            continue
        states.append(
            CriterionState(
                criterion=criterion,
                is_automatic=bool(criterion.fact),
                is_met=criterion.fact in counted if criterion.fact else check is not None,
                note=check.note if check else before if criterion.fact in too_old else "",
                checked_by=str(check.checked_by) if check else "",
            )
        )
    return states


def missing_to_finish(phase: Phase, facts: frozenset[str]) -> list[ExitCriterion]:
    """The criteria that do not hold yet; a phase may still be closed, with a reason."""
    return [state.criterion for state in criteria_of(phase, facts) if not state.is_met]


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
