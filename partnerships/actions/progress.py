"""How far objectives and activities are. Moving them asks nobody's approval; the plan itself stays as approved."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from partnerships.actions.workplan import lock_plan
from partnerships.models import Activity, Objective, WorkPlan, record
from partnerships.planning.checks import missing_to_move
from partnerships.workplan_states import PROGRESS_NEEDS_REASON, Progress, progress_can_become


@transaction.atomic
def move_progress(row: Objective | Activity, new: str, *, by: User, reason: str = "") -> None:
    """Move an objective or activity along its table. Cancelling asks why; else ``reason`` is a note for the story."""
    plan = lock_plan(row.plan)
    locked = type(row).objects.select_for_update(of=("self",)).get(pk=row.pk)
    check_move(locked, new, reason=reason)
    put_progress(locked, new, plan=plan, by=by, reason=reason)
    row.progress, row.cancel_reason, row.done_on = locked.progress, locked.cancel_reason, locked.done_on


def check_move(row: Objective | Activity, new: str, *, reason: str) -> None:
    """Refuse what the table or a guard forbids, with the reason."""
    if not progress_can_become(row.progress, new):
        raise ValidationError(
            _("What is “%(old)s” cannot become “%(new)s”."),
            code="transition",
            params={"old": Progress(row.progress).label, "new": Progress(new).label if new in Progress else new},
        )
    below = row.activities.all() if isinstance(row, Objective) else ()
    if missing := missing_to_move(row, new, below):
        told = ", ".join(str(requirement.text) for requirement in missing)
        raise ValidationError(_("This is still missing: %(missing)s."), code="missing", params={"missing": told})
    if new in PROGRESS_NEEDS_REASON and not reason.strip():
        raise ValidationError(_("Please say why."), code="reason")


def put_progress(row: Objective | Activity, new: str, *, plan: WorkPlan, by: User, reason: str) -> None:
    """Write and tell a move that check_move let pass; ``plan`` is locked."""
    old, reason = row.progress, reason.strip()
    row.progress = new
    row.cancel_reason = reason if new == Progress.CANCELLED else ""
    row.done_on = timezone.localdate() if new == Progress.DONE else None
    row.clean_fields(exclude=["plan", "objective", "host_owner", "resource_owner", "changed_by", "title"])
    row.save(update_fields=["progress", "cancel_reason", "done_on"])
    record(
        plan.partnership,
        "objective.moved" if isinstance(row, Objective) else "activity.moved",
        by=by,
        code=row.code,
        title=row.title,
        old=old,
        new=new,
        reason=reason,
    )
