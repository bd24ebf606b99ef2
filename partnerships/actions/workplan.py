"""A work plan as a whole: begun, opened for changes, proposed, approved by each side, amended."""

from __future__ import annotations

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from partnerships.actions.partnership import refuse_unless_open
from partnerships.facts import donor_approvals, this_cycle
from partnerships.handing import as_handed_over
from partnerships.models import Partnership, PlanApproval, PlanVersion, WorkPlan, record
from partnerships.permissions import approving_roles
from partnerships.planning.checks import missing_to_propose
from partnerships.planning.rows import read_rows
from partnerships.planning.snapshot import content_of, hash_of, is_same_plan, risk_content
from partnerships.states import Side
from partnerships.workplan_states import PlanState, plan_can_become
from twinning.locking import StaleError, claim_version


@transaction.atomic
def start_plan(partnership: Partnership, *, by: User) -> WorkPlan:
    """Begin a partnership's work plan, with its goal and its programme's currency; a second call finds the first."""
    locked = Partnership.objects.select_for_update(of=("self",)).get(pk=partnership.pk)
    found = WorkPlan.objects.filter(partnership=locked).first()
    if found:
        return found
    refuse_unless_open(locked)
    currency = locked.programme.currency if locked.programme_id else "USD"
    plan = WorkPlan.objects.create(partnership=locked, goal=locked.goal, currency=currency)
    record(locked, "workplan.started", by=by)
    return plan


def lock_plan(plan: WorkPlan) -> WorkPlan:
    """The plan's row, ours until the transaction ends, if its partnership is open."""
    locked = WorkPlan.objects.select_for_update(of=("self",)).select_related("partnership__programme").get(pk=plan.pk)
    refuse_unless_open(locked.partnership)
    return locked


def open_for_change(plan: WorkPlan, *, by: User) -> None:
    """Make sure that the locked ``plan`` may be edited. An edit takes a proposal back, and with it every approval."""
    if plan.state == PlanState.APPROVED:
        raise ValidationError(_("This plan is approved. Begin an amendment before you change it."), code="approved")
    if plan.state == PlanState.PROPOSED:
        _void(plan, by=by, verb="workplan.voided", reason=_("The plan was changed."))


@transaction.atomic
def change_plan(plan: WorkPlan, *, seen_version: int, by: User) -> WorkPlan:
    """Save an edited goal or currency if nobody else did since ``seen_version`` was read; otherwise StaleError."""
    locked = lock_plan(plan)
    if locked.version != seen_version:
        raise StaleError(locked)
    if (locked.goal, locked.currency) == (plan.goal, plan.currency):
        return locked
    open_for_change(locked, by=by)
    locked.goal, locked.currency = plan.goal, plan.currency
    locked.clean_fields(exclude=["partnership", "current_version"])
    claim_version(locked, seen_version)
    locked.save(update_fields=["goal", "currency", "version"])
    record(locked.partnership, "workplan.changed", by=by, changed=[_("the goal or currency")])
    return locked


def note_change(
    plan: WorkPlan, *, by: User, added: Iterable = (), changed: Iterable = (), removed: Iterable = ()
) -> None:
    """Put into the story which rows of the plan were added, changed and removed, by their codes."""
    record(
        plan.partnership,
        "workplan.changed",
        by=by,
        added=[str(each) for each in added],
        changed=[str(each) for each in changed],
        removed=[str(each) for each in removed],
    )


def _move(plan: WorkPlan, new: str, *, more: Iterable[str] = ()) -> None:
    if not plan_can_become(plan.state, new):
        raise ValidationError(
            _("A plan that is “%(old)s” cannot become “%(new)s”."),
            code="transition",
            params={"old": PlanState(plan.state).label, "new": PlanState(new).label},
        )
    plan.state = new
    plan.save(update_fields=["state", *more])


@transaction.atomic
def propose_plan(plan: WorkPlan, *, seen_hash: str, by: User, reason: str = "") -> PlanVersion:
    """Freeze the plan as it stands and ask both sides to approve it.

    ``seen_hash`` is that of the content the proposer looked at. An amendment keeps the reason it was begun with
    unless ``reason`` says it better.
    """
    locked = lock_plan(plan)
    _move(locked, PlanState.PROPOSED)
    rows = read_rows(locked)
    if missing := missing_to_propose(rows):
        told = ", ".join(str(requirement.text) for requirement in missing)
        raise ValidationError(_("This is still missing: %(missing)s."), code="missing", params={"missing": told})
    content = content_of(rows)
    code = hash_of(content)
    if code != seen_hash:
        raise ValidationError(
            _("Somebody changed the plan meanwhile. Look at it again before you propose it."), code="stale"
        )
    if locked.current_version and is_same_plan(content, locked.current_version.content):
        raise ValidationError(_("Nothing differs from the approved version."), code="same")
    version = PlanVersion.objects.create(
        plan=locked,
        content=content,
        risks=risk_content(list(locked.risks.select_related("owner__contact"))),
        hash=code,
        reason=reason.strip() or locked.reason,
        proposed_by=by,
        proposed_at=timezone.now(),
    )
    record(locked.partnership, "workplan.proposed", by=by, code=version.code, reason=version.reason)
    return version


def waiting_version(plan: WorkPlan) -> PlanVersion:
    """The version that waits for approval, or a refusal."""
    version = plan.versions.waiting().first() if plan.state == PlanState.PROPOSED else None
    if version is None:
        raise ValidationError(_("This plan does not wait for approval."), code="waiting")
    return version


@transaction.atomic
def approve_plan(plan: WorkPlan, side: str, *, seen_hash: str, by: User) -> PlanVersion:
    """Say yes for one side to exactly what has ``seen_hash``; with the other side's yes the plan is approved."""
    locked = lock_plan(plan)
    version = waiting_version(locked)
    role = _role_for(locked.partnership, side, by)
    if version.hash != seen_hash or not is_same_plan(content_of(read_rows(locked)), version.content):
        raise ValidationError(
            _("This is no longer what you read. Look at the plan again before you approve it."), code="stale"
        )
    given = {approval.side: approval for approval in version.approvals.all()}
    if side in given:
        raise ValidationError(_("This side has approved already."), code="given")
    if any(approval.by_id == by.pk for approval in given.values()):
        raise ValidationError(_("One person cannot approve for both sides."), code="both")
    now = timezone.now()
    PlanApproval.objects.create(version=version, side=side, hash=version.hash, by=by, name=str(by), role=role, at=now)
    record(locked.partnership, "workplan.side_approved", by=by, side=side, code=version.code)
    if {*given, side} == set(Side.values):
        _put_in_force(locked, version, now, by=by)
    return version


def _role_for(partnership: Partnership, side: str, by: User) -> str:
    roles = approving_roles(by, partnership)
    if side not in roles:
        raise ValidationError(
            _("Only a lead or coordinator of this side can approve for it: %(side)s."),
            code="side",
            params={"side": partnership.side_label(side) if side in Side.values else side},
        )
    return roles[side]


def _put_in_force(plan: WorkPlan, version: PlanVersion, now, *, by: User) -> None:
    version.number = plan.versions.approved().count() + 1
    version.approved_at = now
    version.save(update_fields=["number", "approved_at"])
    plan.current_version, plan.reason = version, ""
    _move(plan, PlanState.APPROVED, more=["current_version", "reason"])
    record(plan.partnership, "workplan.approved", by=by, number=version.number, reason=version.reason)


@transaction.atomic
def take_back_plan(plan: WorkPlan, *, by: User) -> None:
    """Withdraw a proposal before both sides have approved it; approvals given so far are void."""
    locked = lock_plan(plan)
    _void(locked, by=by, verb="workplan.taken_back", reason=_("The proposal was taken back."))


@transaction.atomic
def return_plan(plan: WorkPlan, side: str, *, reason: str, by: User) -> None:
    """Say no for one side, and why; the plan is open for changes again."""
    locked = lock_plan(plan)
    waiting_version(locked)
    _role_for(locked.partnership, side, by)
    if not reason.strip():
        raise ValidationError(_("Please say why."), code="reason")
    _void(locked, by=by, verb="workplan.returned", reason=reason.strip(), side=side)


def _void(plan: WorkPlan, *, by: User, verb: str, reason: str, **data) -> None:
    version = waiting_version(plan)
    version.voided_at, version.void_reason = timezone.now(), reason
    version.save(update_fields=["voided_at", "void_reason"])
    _move(plan, plan.open_state)
    record(plan.partnership, verb, by=by, code=version.code, reason=reason, **data)


@transaction.atomic
def amend_plan(plan: WorkPlan, *, reason: str, by: User) -> None:
    """Begin a new draft over the approved version, which stays as it is."""
    locked = lock_plan(plan)
    if not reason.strip():
        raise ValidationError(_("Please say why."), code="reason")
    if locked.state != PlanState.APPROVED:
        raise ValidationError(_("Only an approved plan can be amended; this one is open for changes."), code="state")
    locked.reason = reason.strip()
    _move(locked, PlanState.AMENDED, more=["reason"])
    record(locked.partnership, "workplan.amended", by=by, reason=locked.reason)


@transaction.atomic
def end_amendment(plan: WorkPlan, *, by: User) -> None:
    """Close an amendment that changed nothing: the approved version stands as before."""
    locked = lock_plan(plan)
    if locked.state != PlanState.AMENDED:
        raise ValidationError(_("This plan is not being amended."), code="state")
    if not is_same_plan(content_of(read_rows(locked)), as_handed_over(locked.current_version)):
        raise ValidationError(
            _("The draft differs from the approved version. Undo the changes or propose them."), code="differs"
        )
    locked.reason = ""
    _move(locked, PlanState.APPROVED, more=["reason"])
    record(locked.partnership, "workplan.amendment_ended", by=by)


@transaction.atomic
def note_donor_approval(plan: WorkPlan, *, note: str, by: User) -> None:
    """Write down that whoever pays has approved the version in force; ``note`` says who told whom, and when."""
    locked = lock_plan(plan)
    if locked.state != PlanState.APPROVED:
        raise ValidationError(_("Both sides approve the plan first; then the donor does."), code="state")
    if not locked.partnership.award_shares.exists():
        raise ValidationError(_("No award pays for this partnership."), code="award")
    if this_cycle(donor_approvals()).filter(partnership=locked.partnership).exists():
        raise ValidationError(_("The donor’s approval is written down already."), code="given")
    if not note.strip():
        raise ValidationError({"note": _("Write who approved it, and when.")})
    number = locked.current_version.number
    record(locked.partnership, "workplan.donor_approved", by=by, number=number, note=note.strip())
