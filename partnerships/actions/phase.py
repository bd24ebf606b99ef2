"""Acts on the phases of a partnership."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from partnerships.actions.partnership import copy_phases, refuse_unless_open
from partnerships.facts import known_facts
from partnerships.guards import missing_in_new_cycle, missing_to_reopen, phase_move
from partnerships.models import CriterionCheck, ExitCriterion, Partnership, Phase, record
from partnerships.states import PhaseState, phase_can_become


@transaction.atomic
def move_phase(phase: Phase, new: str, *, by: User, reason: str = "") -> None:
    """Open, finish, skip or put back a phase. Finishing it, or opening it too early, asks for a reason."""
    partnership = Partnership.objects.select_for_update(of=("self",)).get(pk=phase.partnership_id)
    refuse_unless_open(partnership)
    locked = Phase.objects.select_for_update(of=("self",)).select_related("definition").get(pk=phase.pk)
    old = locked.state
    if not phase_can_become(old, new):
        raise ValidationError(
            _("A phase that is %(old)s cannot become %(new)s."),
            code="transition",
            params={
                "old": PhaseState(old).label.lower(),
                "new": PhaseState(new).label.lower() if new in PhaseState else new,
            },
        )
    move = phase_move(locked, new, known_facts(partnership))
    if move.needs_reason and not reason.strip():
        raise ValidationError(_("Please say why."), code="reason")
    today = timezone.localdate()
    locked.state = new
    locked.closed_on = today if new in (PhaseState.DONE, PhaseState.SKIPPED) else None
    if new == PhaseState.OPEN:
        locked.opened_on = locked.opened_on or today
    if new == PhaseState.PLANNED:
        locked.opened_on = None
    locked.save(update_fields=["state", "opened_on", "closed_on"])
    phase.state, phase.opened_on, phase.closed_on = locked.state, locked.opened_on, locked.closed_on
    record(
        partnership,
        "phase.moved",
        by=by,
        phase=locked.definition.title,
        cycle=locked.cycle,
        old=old,
        new=new,
        reason=reason.strip(),
        waived=[str(requirement.text) for requirement in move.missing],
    )


@transaction.atomic
def reopen_in_new_cycle(phase: Phase, *, by: User, reason: str = "") -> Phase:
    """Open a phase that is over once more, in the next cycle; the others wait there, and open ones go on as they are.

    Monitoring feeds the next year's plan, long before every phase of this year is over. What should come before the
    phase may be set aside with a reason, as in the first cycle.
    """
    partnership = Partnership.objects.select_for_update(of=("self",)).get(pk=phase.partnership_id)
    refuse_unless_open(partnership)
    locked = Phase.objects.select_related("definition").get(pk=phase.pk)
    if missing := missing_to_reopen(locked):
        raise ValidationError(missing[0].text, code="cycle")
    early = missing_in_new_cycle(locked, known_facts(partnership))
    if early and not reason.strip():
        raise ValidationError(_("Please say why."), code="reason")
    again = copy_phases(partnership, cycle=locked.cycle + 1, opened=locked.definition)
    record(partnership, "cycle.started", by=by, cycle=again.cycle)
    record(
        partnership,
        "cycle.phase_reopened",
        by=by,
        phase=again.definition.title,
        cycle=again.cycle,
        reason=reason.strip(),
        waived=[str(requirement.text) for requirement in early],
    )
    return again


@transaction.atomic
def check_criterion(phase: Phase, criterion: ExitCriterion, *, is_met: bool, by: User, note: str = "") -> None:
    """Tick or untick a manual exit criterion."""
    partnership = Partnership.objects.select_for_update(of=("self",)).get(pk=phase.partnership_id)
    refuse_unless_open(partnership)
    if criterion.phase_id != phase.definition_id:
        raise ValidationError(_("This criterion belongs to another phase."), code="phase")
    if criterion.fact:
        raise ValidationError(_("The records answer this criterion; it cannot be ticked by hand."), code="automatic")
    if is_met:
        _check, added = CriterionCheck.objects.get_or_create(
            phase=phase, criterion=criterion, defaults={"checked_by": by, "note": note.strip()}
        )
        changed = added
    else:
        deleted, _rows = CriterionCheck.objects.filter(phase=phase, criterion=criterion).delete()
        changed = bool(deleted)
    if changed:
        record(
            partnership,
            "criterion.met" if is_met else "criterion.unmet",
            by=by,
            criterion=criterion.text,
            phase=phase.definition.title,
            note=note.strip(),
        )
