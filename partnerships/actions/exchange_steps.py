"""The steps of an exchange: those people take, the answers to a request, and those that follow from travellers."""

from __future__ import annotations

from datetime import date, timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.models import User
from partnerships.actions.exchange import ask_travellers_again, lock_exchange, refuse_clashes, tell
from partnerships.actions.partnership import refuse_unless_open
from partnerships.exchange_emails import send_answered, send_asked, send_reports_asked
from partnerships.exchange_guards import missing_for, why_not_answer
from partnerships.exchange_states import (
    AFTER_YES,
    ASKS,
    BY_HAND,
    NEEDS_CODE,
    OVER,
    Decision,
    ExchangeState,
    ReasonCode,
    Step,
    exchange_can_become,
)
from partnerships.models import Exchange, ExchangeApproval
from twinning.locking import StaleError

S = ExchangeState
# Who made a step that followed from arrivals and returns.
TRAVELLERS = gettext_noop("The travellers")


@transaction.atomic
def move_exchange(exchange: Exchange, new: str, *, by: User, code: str = "", reason: str = "") -> Exchange:
    """Take one of the steps that are taken by hand; postponing and cancelling ask for a code and a reason."""
    locked = lock_exchange(exchange)
    if new not in OVER:
        refuse_unless_open(locked.partnership)
    _refuse_transition(locked, new, allowed=new in BY_HAND)
    if new in NEEDS_CODE and (code not in ReasonCode.values or not reason.strip()):
        raise ValidationError(_("Please choose a reason and say why."), code="reason")
    if new == S.SUBMITTED:
        people = [traveller.contact for traveller in locked.travellers.all()]
        refuse_clashes(people, locked, by=by, field="__all__")
        locked.round += 1
        locked.submitted_by = by
    old = locked.state
    fields = _put(locked, new)
    locked.reason_code, locked.state_reason = (code, reason.strip()) if new in NEEDS_CODE else ("", "")
    if new == S.POSTPONED:
        ask_travellers_again(locked, by=by)
    locked.save(update_fields=[*fields, "round", "submitted_by", "reason_code", "state_reason"])
    tell(locked, "exchange.moved", by=by, old=old, new=new, reason=locked.state_reason, code=locked.reason_code)
    if new == S.SUBMITTED:
        transaction.on_commit(lambda: send_asked(locked), robust=True)
    if new == S.REPORTING:
        transaction.on_commit(lambda: send_reports_asked(locked), robust=True)
    return locked


@transaction.atomic
def answer_exchange(exchange: Exchange, decision: str, *, seen_version: int, by: User, comment: str = "") -> Exchange:
    """Approve, return or reject the request that was seen, for the step that it waits for."""
    locked = lock_exchange(exchange)
    refuse_unless_open(locked.partnership)
    refusal = why_not_answer(by, locked)
    if refusal:
        raise ValidationError(refusal, code="answer")
    if locked.version != seen_version:
        raise StaleError(locked)
    comment = comment.strip()
    if decision != Decision.APPROVED and not comment:
        raise ValidationError(_("Please say why."), code="reason")
    step, old = ASKS[locked.state], locked.state
    new = {Decision.APPROVED: AFTER_YES[step], Decision.RETURNED: S.CHANGES, Decision.REJECTED: S.REJECTED}[decision]
    _refuse_transition(locked, new, allowed=True)
    ExchangeApproval.objects.create(
        exchange=locked, round=locked.round, step=step, decision=decision, comment=comment, by=by, by_name=str(by)
    )
    locked.save(update_fields=_put(locked, new))
    asked = {Step.SENDING: locked.sending, Step.RECEIVING: locked.receiving}.get(step)
    words = {"side": asked.side} if asked else {}
    verb = f"exchange.{decision}" if asked else f"exchange.{decision}_by_programme"
    tell(locked, verb, by=by, old=old, new=new, note=comment, **words)
    transaction.on_commit(lambda: send_answered(locked, decision=decision, comment=comment, by=by), robust=True)
    return locked


def follow_travellers(exchange: Exchange) -> None:
    """After a traveller arrived or came home: the exchange is travelling, or everybody is back. It is locked."""
    if exchange.state not in (S.READY, S.TRAVELLING):
        return  # nobody can have left yet, so there is nothing to read anew
    fresh = lock_exchange(exchange)
    travellers = list(fresh.travellers.all())
    if fresh.state == S.READY and not missing_for(fresh, S.TRAVELLING):
        fresh.actual_starts_on = min(each.departed_on or each.arrived_on for each in travellers if each.arrived_on)
        _follow(fresh, S.TRAVELLING, "actual_starts_on")
    if fresh.state == S.TRAVELLING and not missing_for(fresh, S.RETURNED):
        back = [each.returned_on for each in travellers if each.returned_on]
        fresh.actual_ends_on = max(back, default=max(fresh.actual_starts_on, timezone.localdate()))
        _follow(fresh, S.RETURNED, "actual_ends_on")
    exchange.state, exchange.version = fresh.state, fresh.version


def _follow(exchange: Exchange, new: str, field: str) -> None:
    old = exchange.state
    exchange.save(update_fields=[*_put(exchange, new), field])
    tell(exchange, "exchange.moved", by=str(TRAVELLERS), old=old, new=new)


def _refuse_transition(exchange: Exchange, new: str, *, allowed: bool) -> None:
    if not allowed or not exchange_can_become(exchange.state, new):
        raise ValidationError(
            _("An exchange that is “%(old)s” cannot become “%(new)s”."),
            code="transition",
            params={
                "old": ExchangeState(exchange.state).label,
                "new": ExchangeState(new).label if new in ExchangeState else new,
            },
        )
    missing = missing_for(exchange, new)
    if missing:
        raise ValidationError(
            _("This is still missing: %(missing)s."), code="missing", params={"missing": ", ".join(missing)}
        )


def _put(exchange: Exchange, new: str) -> list[str]:
    """Change the state in memory, and what hangs on it; returns the fields to save."""
    exchange.state = new
    exchange.version += 1
    if new in OVER:
        exchange.closed_on = timezone.localdate()
        exchange.delete_data_on = day_of_deletion(exchange.closed_on)
    return ["state", "version", "closed_on", "delete_data_on"]


def day_of_deletion(closed_on: date) -> date:
    return closed_on + timedelta(days=settings.TRAVEL_DATA_DAYS)
