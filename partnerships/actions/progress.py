"""How far objectives and activities are. Moving them asks nobody's approval; the plan itself stays as approved."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from partnerships.actions.workplan import lock_plan
from partnerships.models import Activity, Objective, record
from partnerships.planning.checks import missing_to_move
from partnerships.workplan_states import PROGRESS_NEEDS_REASON, Progress, progress_can_become


@transaction.atomic
def move_progress(row: Objective | Activity, new: str, *, by: User, reason: str = "") -> None:
    """Move an objective or activity along its table. Cancelling asks why; else ``reason`` is a note for the story."""
    plan = lock_plan(row.plan)
    locked = type(row).objects.select_for_update(of=("self",)).get(pk=row.pk)
    old = locked.progress
    if not progress_can_become(old, new):
        raise ValidationError(
            _("What is “%(old)s” cannot become “%(new)s”."),
            code="transition",
            params={"old": Progress(old).label, "new": Progress(new).label if new in Progress else new},
        )
    below = locked.activities.all() if isinstance(locked, Objective) else ()
    if missing := missing_to_move(locked, new, below):
        told = ", ".join(str(requirement.text) for requirement in missing)
        raise ValidationError(_("This is still missing: %(missing)s."), code="missing", params={"missing": told})
    reason = reason.strip()
    if new in PROGRESS_NEEDS_REASON and not reason:
        raise ValidationError(_("Please say why."), code="reason")
    locked.progress = new
    locked.cancel_reason = reason if new == Progress.CANCELLED else ""
    locked.done_on = timezone.localdate() if new == Progress.DONE else None
    locked.clean_fields(exclude=["plan", "objective", "host_owner", "resource_owner", "changed_by", "title"])
    locked.save(update_fields=["progress", "cancel_reason", "done_on"])
    row.progress, row.cancel_reason, row.done_on = locked.progress, locked.cancel_reason, locked.done_on
    record(
        plan.partnership,
        "objective.moved" if isinstance(row, Objective) else "activity.moved",
        by=by,
        code=locked.code,
        title=locked.title,
        old=old,
        new=new,
        reason=reason,
    )
