"""What happens to one traveller: moves, undertakings, the checklist and its verdict, reports and working days."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from partnerships.actions.exchange import lock_exchange, refuse_if_over, tell
from partnerships.actions.exchange_steps import follow_travellers
from partnerships.exchange_guards import missing_controls, missing_for_traveller
from partnerships.exchange_reading import clashes, own_items
from partnerships.exchange_states import (
    AWAY_OR_BACK,
    BEFORE_DEPARTURE,
    TRAVELLER_BY_HAND,
    TRAVELLER_NEEDS_DAY,
    TRAVELLER_NEEDS_REASON,
    ItemState,
    TravellerState,
    Verdict,
    traveller_can_become,
)
from partnerships.models import ChecklistItem, Exchange, Traveller
from twinning.locking import own_changes

T = TravellerState
DAYS = {T.DEPARTED: "departed_on", T.ARRIVED: "arrived_on", T.EXTENDED: "stays_until", T.RETURNED: "returned_on"}


def lock_traveller(traveller: Traveller) -> Traveller:
    """The traveller as it stands now, with the exchange read whole and locked."""
    exchange = lock_exchange(traveller.exchange)
    found = next((each for each in exchange.travellers.all() if each.pk == traveller.pk), None)
    if found is None:
        raise ValidationError(_("This person is no longer on the list."), code="removed")
    return found


@transaction.atomic
def move_traveller(traveller: Traveller, new: str, *, by: User, on: date | None = None, reason: str = "") -> Traveller:
    """Take one step of the table. Departures, arrivals and returns have a day, which is not still to come.

    The first arrival makes the exchange travel, the last return brings it back and sets the days of the reports.
    """
    locked = lock_traveller(traveller)
    refuse_if_over(locked.exchange)
    _refuse_traveller_transition(locked, new)
    if new in TRAVELLER_NEEDS_REASON and not reason.strip():
        raise ValidationError(_("Please say why."), code="reason")
    if new in TRAVELLER_NEEDS_DAY:
        setattr(locked, DAYS[new], _checked_day(locked, new, on))
    old, locked.state = locked.state, new
    locked.state_reason = reason.strip() if new in TRAVELLER_NEEDS_REASON else ""
    if new == T.RETURNED:
        locked.report_due_on = locked.returned_on + timedelta(days=settings.TRIP_REPORT_DAYS)
        if locked.days_given is not None:
            # A report that came before the return was written down knew of no shorter journey.
            locked.days_given = min(locked.days_given, Decimal(locked.days_away))
    if new == T.DID_NOT_RETURN:
        locked.report_due_on = timezone.localdate() + timedelta(days=settings.TRIP_REPORT_DAYS)
    locked.version += 1
    changed = ["state", "state_reason", "report_due_on", "days_given", "version", *DAYS.values()]
    locked.save(update_fields=changed)
    tell(locked.exchange, "traveller.moved", by=by, person=str(locked), old=old, new=new, reason=locked.state_reason)
    follow_travellers(locked.exchange)
    return locked


def _refuse_traveller_transition(traveller: Traveller, new: str) -> None:
    if new not in TRAVELLER_BY_HAND or not traveller_can_become(traveller.state, new):
        raise ValidationError(
            _("A traveller who is “%(old)s” cannot become “%(new)s”."),
            code="transition",
            params={
                "old": TravellerState(traveller.state).label,
                "new": TravellerState(new).label if new in TravellerState else new,
            },
        )
    missing = missing_for_traveller(traveller, new)
    if missing:
        raise ValidationError(
            _("This is still missing: %(missing)s."), code="missing", params={"missing": ", ".join(missing)}
        )


def _checked_day(traveller: Traveller, new: str, on: date | None) -> date:
    """``on``, when it fits what is known; a day to come only where somebody stays longer."""
    today = timezone.localdate()
    if on is None:
        raise ValidationError({"on": _("Please write the day.")})
    if new == T.EXTENDED:
        if on <= traveller.until_on:
            raise ValidationError({"on": _("This is not after the planned return.")})
        _refuse_other_journey(traveller, traveller.from_on, on)
        return on
    if on > today:
        raise ValidationError({"on": _("This day is still to come. Write it down when it has happened.")})
    before = {
        T.DEPARTED: traveller.exchange.starts_on - timedelta(days=31),
        T.ARRIVED: traveller.departed_on,
        T.RETURNED: traveller.arrived_on,
    }[new]
    if before and on < before:
        words = {"day": date_format(before)}
        raise ValidationError({"on": _("This cannot be before %(day)s.") % words})
    if new != T.ARRIVED:
        first, last = (on, max(on, traveller.until_on)) if new == T.DEPARTED else (traveller.from_on, on)
        _refuse_other_journey(traveller, first, last)
    return on


def _refuse_other_journey(traveller: Traveller, first: date, last: date) -> None:
    """Nobody is in two places at once: neither on planned days nor on those that happened."""
    other = clashes([traveller.contact], first, last, but=traveller.exchange).first()
    if other:
        words = {"first": date_format(other.first), "last": date_format(other.last)}
        raise ValidationError({"on": _("This person is on another exchange from %(first)s to %(last)s.") % words})


@transaction.atomic
def sign_undertakings(traveller: Traveller, *, by: User) -> Traveller:
    """The traveller promises; for somebody without an account a coordinator writes down what was signed on paper."""
    locked = lock_traveller(traveller)
    refuse_if_over(locked.exchange)
    if locked.undertaken_on:
        raise ValidationError(_("The undertakings are signed already."), code="twice")
    if locked.contact.user_id is not None and locked.contact.user_id != by.pk:
        raise ValidationError(_("Only the traveller signs."), code="own")
    locked.undertaken_on, locked.undertaken_by = timezone.localdate(), by
    locked.version += 1
    locked.save(update_fields=["undertaken_on", "undertaken_by", "version"])
    tell(locked.exchange, "traveller.undertook", by=by, person=str(locked))
    return locked


@transaction.atomic
def tick_items(
    exchange: Exchange,
    traveller: Traveller | None,
    answers: Mapping[int, tuple[str, str]],
    *,
    seen: Mapping[int, tuple[str, str]],
    by: User,
) -> int:
    """Write down ``answers``: item → (state, note). Returns how many changed.

    ``seen``: what the writer had read; an item that is absent was seen pending. What the writer left alone is not
    touched; StaleRowsError names the items that somebody else has settled otherwise meanwhile.

    A “go” no longer holds when something that was settled is to be done again. A risk is settled with what is done
    about it in the note, or as one that does not matter on this journey.
    """
    locked = lock_exchange(exchange)
    refuse_if_over(locked)
    if traveller is not None:
        traveller = next((each for each in locked.travellers.all() if each.pk == traveller.pk), None)
        if traveller is None or traveller.state not in BEFORE_DEPARTURE:
            raise ValidationError(_("Who has left has a checklist that stays as it is."), code="departed")
    changed, reopened = [], False
    items = own_items(locked, traveller)
    current = {item.pk: (item.state, item.note) for item in items}
    own = own_changes(answers, seen=seen, current=current, empty=(ItemState.PENDING, ""))
    for item in items:
        state, note = own.get(item.pk, (item.state, item.note))
        if (state, note) == (item.state, item.note):
            continue
        reopened |= state == ItemState.PENDING != item.state
        _settle(item, state, note, by=by)
        changed.append(item)
    if bare := [item for item in changed if item.lacks_control]:
        raise ValidationError(
            {f"note_{item.pk}": _("Write what is done about this risk, and by whom.") for item in bare}
        )
    ChecklistItem.objects.bulk_update(changed, ["state", "note", "settled_by", "settled_at"])
    if reopened and traveller is not None and traveller.verdict in (Verdict.GO, Verdict.CONTROLS):
        traveller.verdict, traveller.verdict_note, traveller.verdict_by = "", "", None
        traveller.save(update_fields=["verdict", "verdict_note", "verdict_by"])
        tell(locked, "traveller.verdict_void", by=by, person=str(traveller))
    return len(changed)


def _settle(item: ChecklistItem, state: str, note: str, *, by: User) -> None:
    is_open = state == ItemState.PENDING
    item.state, item.note = state, note
    item.settled_by, item.settled_at = (None, None) if is_open else (by, timezone.now())
    item.clean_fields(exclude=["exchange", "traveller", "settled_by"])


@transaction.atomic
def judge_traveller(traveller: Traveller, verdict: str, *, note: str, by: User) -> Traveller:
    """Say go, go with controls, or no go, after the checklist. Nobody judges their own journey."""
    locked = lock_traveller(traveller)
    refuse_if_over(locked.exchange)
    if locked.contact.user_id == by.pk:
        raise ValidationError(_("Nobody says “go” for themselves. Ask another coordinator."), code="own")
    if locked.state not in BEFORE_DEPARTURE:
        raise ValidationError(_("This traveller has left already."), code="departed")
    n_open = sum(item.is_open for item in own_items(locked.exchange, locked))
    if verdict != Verdict.NO_GO and n_open:
        still = ngettext(
            "The checklist still has %(n)s thing to do.", "The checklist still has %(n)s things to do.", n_open
        )
        raise ValidationError(still, code="missing", params={"n": n_open})
    if verdict != Verdict.NO_GO and (missing := missing_controls(locked)):
        raise ValidationError(_("This is still missing: %(missing)s."), code="missing", params={"missing": missing[0]})
    if verdict != Verdict.GO and not note.strip():
        raise ValidationError(
            {"note": _("Please say why not.") if verdict == Verdict.NO_GO else _("Please write down the controls.")}
        )
    locked.verdict, locked.verdict_note, locked.verdict_by = verdict, note.strip(), by
    locked.version += 1
    locked.save(update_fields=["verdict", "verdict_note", "verdict_by", "version"])
    tell(locked.exchange, "traveller.judged", by=by, person=str(locked), verdict=verdict, note=note.strip())
    return locked


@transaction.atomic
def record_days(traveller: Traveller, days: Decimal, *, by: User) -> Traveller:
    """The working days that the traveller gave: what the in-kind account counts, once."""
    locked = lock_traveller(traveller)
    refuse_if_over(locked.exchange)
    if locked.exchange.state not in AWAY_OR_BACK or not locked.was_away:
        raise ValidationError(_("The days are counted when the traveller is back."), code="early")
    most = locked.days_away
    if not 0 <= days <= most:
        told = ngettext("There was %(most)s day in all.", "There were %(most)s days in all.", most)
        raise ValidationError({"days": told % {"most": most}})
    _put_days(locked, days, by=by)
    return locked


def _put_days(traveller: Traveller, days: Decimal, *, by: User | str) -> None:
    traveller.days_given = days
    traveller.version += 1
    traveller.save(update_fields=["days_given", "version"])
    tell(traveller.exchange, "traveller.days", by=by, person=str(traveller), days=f"{days.normalize():f}")


@transaction.atomic
def waive_report(traveller: Traveller, *, reason: str, by: User) -> Traveller:
    """Do without the trip report of one traveller, with a reason that stays."""
    locked = lock_traveller(traveller)
    refuse_if_over(locked.exchange)
    if not locked.owes_report:
        raise ValidationError(_("No report is owed."), code="report")
    if not reason.strip():
        raise ValidationError(_("Please say why."), code="reason")
    locked.report_waived_reason = reason.strip()
    locked.version += 1
    locked.save(update_fields=["report_waived_reason", "version"])
    tell(locked.exchange, "traveller.report_waived", by=by, person=str(locked), reason=reason.strip())
    return locked


@transaction.atomic
def name_report(traveller: Traveller, reference: str) -> None:
    """The document ``reference`` is where this traveller writes the report."""
    locked = lock_traveller(traveller)
    locked.report_reference = reference
    locked.save(update_fields=["report_reference"])
    traveller.report_reference = reference


@transaction.atomic
def take_report(traveller: Traveller, *, by: User | str, days: Decimal | None = None) -> Traveller:
    """The report was handed in: the traveller has reported. Handed in again after a return, it stays so.

    The working ``days`` that it tells are those that the traveller gave, as far as the journey had them.
    """
    locked = lock_traveller(traveller)
    if days is not None and not locked.exchange.is_over:
        days = min(max(days, Decimal(0)), Decimal(locked.days_away)).quantize(Decimal("0.1"), ROUND_HALF_UP)
        if days != locked.days_given:
            _put_days(locked, days, by=by)
    if not traveller_can_become(locked.state, T.REPORTED):
        return locked
    old, locked.state = locked.state, T.REPORTED
    locked.reported_at = timezone.now()
    locked.version += 1
    locked.save(update_fields=["state", "reported_at", "version"])
    tell(locked.exchange, "traveller.moved", by=by, person=str(locked), old=old, new=locked.state)
    return locked
