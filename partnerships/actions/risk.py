"""The risk register: it lives on beside the approved plan, so nothing here asks for a new approval."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from partnerships.actions.workplan import lock_plan
from partnerships.models import Risk, record
from partnerships.workplan_states import RISK_NEEDS_REASON, RiskState, risk_can_become
from twinning.locking import claim_version

FIELDS = ("title", "category", "likelihood", "impact", "response", "measures", "owner", "review_on")


@transaction.atomic
def add_risk(risk: Risk, *, by: User) -> Risk:
    """Put a new risk on the register."""
    plan = lock_plan(risk.plan)
    plan.last_risk += 1
    plan.save(update_fields=["last_risk"])
    risk.plan, risk.number, risk.changed_by = plan, plan.last_risk, by
    risk.full_clean()
    risk.save()
    record(plan.partnership, "risk.added", by=by, code=risk.code, title=risk.title, level=risk.level)
    return risk


@transaction.atomic
def change_risk(risk: Risk, *, seen_version: int, by: User) -> Risk:
    """Save an edited risk if nobody else did since ``seen_version`` was read; otherwise StaleError."""
    plan = lock_plan(risk.plan)
    before = Risk.objects.get(pk=risk.pk).level
    claim_version(risk, seen_version)
    risk.changed_by = by
    risk.full_clean()
    risk.save(update_fields=[*FIELDS, "version", "changed_by", "changed_at"])
    record(plan.partnership, "risk.changed", by=by, code=risk.code, title=risk.title, was=before, level=risk.level)
    return risk


@transaction.atomic
def move_risk(risk: Risk, new: str, *, by: User, reason: str = "") -> None:
    """Move a risk along its table; that it happened or is over is said with a sentence."""
    plan = lock_plan(risk.plan)
    locked = Risk.objects.select_for_update(of=("self",)).get(pk=risk.pk)
    old = locked.state
    if not risk_can_become(old, new):
        raise ValidationError(
            _("A risk that is “%(old)s” cannot become “%(new)s”."),
            code="transition",
            params={"old": RiskState(old).label, "new": RiskState(new).label if new in RiskState else new},
        )
    reason = reason.strip()
    if new in RISK_NEEDS_REASON and not reason:
        raise ValidationError(_("Please say why."), code="reason")
    locked.state = new
    locked.state_reason = reason if new in RISK_NEEDS_REASON else ""
    locked.save(update_fields=["state", "state_reason"])
    risk.state, risk.state_reason = locked.state, locked.state_reason
    record(plan.partnership, "risk.moved", by=by, code=locked.code, title=locked.title, old=old, new=new, reason=reason)
