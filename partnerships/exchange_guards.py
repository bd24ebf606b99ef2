"""What is missing before the next step of an exchange or a traveller. The page, the button and the move ask here.

Reads prefetched travellers (with contact, checklist, travel data), approvals, checklist and costs: see whole() in
exchange_reading.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.conf import settings
from django.db.models import Case, DecimalField, Exists, F, OuterRef, Q, QuerySet, Subquery, Sum, Value, When
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from partnerships.exchange_permissions import may_answer
from partnerships.exchange_reading import own_items
from partnerships.exchange_states import (
    ASKS,
    AWAY,
    BY_HAND,
    EXCHANGE_TRANSITIONS,
    HAS_VISA,
    NEEDS_CODE,
    PREPARED_IN,
    TRAVELLER_BY_HAND,
    TRAVELLER_NEEDS_DAY,
    TRAVELLER_NEEDS_REASON,
    TRAVELLER_TRANSITIONS,
    WAS_AWAY,
    ExchangeState,
    Step,
    TravellerState,
    Verdict,
)
from partnerships.models import Contact, Exchange, ExchangeCost, Traveller
from partnerships.travel_facts import travel_facts

S, T = ExchangeState, TravellerState
LABELS = {
    S.SUBMITTED: lambda: _("Ask for approval"),
    S.PREPARING: lambda: _("Begin to prepare"),
    S.READY: lambda: _("Everything is ready"),
    S.REPORTING: lambda: _("Ask for the trip reports"),
    S.CLOSED: lambda: _("Close the exchange"),
    S.POSTPONED: lambda: _("Postpone the exchange"),
    S.CANCELLED: lambda: _("Cancel the exchange"),
}


@dataclass(frozen=True, kw_only=True)
class StepAhead:
    """A step that a person may make, and what is missing for it."""

    to: str
    label: str
    missing: tuple[str, ...]
    needs_code: bool = False
    needs_reason: bool = False
    needs_day: bool = False


def exchange_moves(exchange: Exchange) -> list[StepAhead]:
    """The steps that the present state allows by hand, the next one first, postponing and cancelling last."""
    return [
        StepAhead(to=new, label=LABELS[new](), missing=tuple(missing_for(exchange, new)), needs_code=new in NEEDS_CODE)
        for new in EXCHANGE_TRANSITIONS[exchange.state]
        if new in BY_HAND and not (new == S.PREPARING and needs_clearance(exchange) and exchange.state != S.CLEARED)
    ]


def missing_for(exchange: Exchange, new: str) -> list[str]:
    """What must be there before ``exchange`` may become ``new``, each in words; nothing when it may."""
    ask = {
        S.SUBMITTED: missing_to_submit,
        S.PREPARING: _missing_to_prepare,
        S.READY: missing_to_be_ready,
        S.TRAVELLING: _missing_to_travel,
        S.RETURNED: _missing_to_be_back,
        S.CLOSED: missing_to_close,
        S.POSTPONED: _missing_to_stop,
        S.CANCELLED: _missing_to_stop,
    }.get(new)
    return ask(exchange) if ask else []


def missing_to_submit(exchange: Exchange) -> list[str]:
    found = []
    if exchange.activity_id is None and not exchange.unplanned_reason:
        found.append(_("an activity of the work plan, or the reason why there is none"))
    if not exchange.travellers.all():
        found.append(_("at least one traveller"))
    if exchange.starts_on < timezone.localdate():
        found.append(_("days that are still to come"))
    for party in (exchange.sending, exchange.receiving):
        if party.left_on:
            found.append(_("another organization: %(name)s takes part no longer") % {"name": party.organization})
    if settings.LATE_REPORT_BLOCKS:
        people = [traveller.contact_id for traveller in exchange.travellers.all()]
        late = Traveller.objects.filter(
            contact__in=people, state=T.RETURNED, report_due_on__lt=timezone.localdate(), report_waived_reason=""
        ).exclude(exchange=exchange)
        names = dict.fromkeys(str(traveller.contact) for traveller in late.select_related("contact"))
        found += [_("the overdue trip report of %(name)s") % {"name": name} for name in names]
    return found


def that_need_clearance(exchanges: QuerySet[Exchange]) -> QuerySet[Exchange]:
    """Those for which needs_clearance() holds; it says why."""
    programme, most = "partnership__programme", settings.EXCHANGE_CLEARANCE_ABOVE
    money = DecimalField(max_digits=14, decimal_places=2)
    costs = ExchangeCost.objects.filter(exchange=OuterRef("pk"), planned__gt=0).order_by()
    sums = costs.values("exchange").annotate(total=Sum("planned")).values("total")
    own = Q(**{f"{programme}__clearance_above__isnull": False})
    return exchanges.annotate(
        most=Case(When(own, then=F(f"{programme}__clearance_above")), default=Value(most), output_field=money),
        most_in=Case(When(own, then=F(f"{programme}__currency")), default=Value(settings.EXCHANGE_CLEARANCE_CURRENCY)),
        planned=Subquery(sums),
    ).filter(
        Q(planned__gt=F("most")) | Exists(costs.exclude(currency=OuterRef("most_in"))),
        own if most is None else Q(),
    )


def needs_clearance(exchange: Exchange) -> bool:
    """Whether it is planned to cost more than both sides may say yes to alone.

    Costs in another currency than the threshold cannot be compared with it, and are shown to the programme.
    """
    programme = exchange.partnership.programme if exchange.partnership.programme_id else None
    if programme and programme.clearance_above is not None:
        most, currency = programme.clearance_above, programme.currency
    else:
        most, currency = settings.EXCHANGE_CLEARANCE_ABOVE, settings.EXCHANGE_CLEARANCE_CURRENCY
    if most is None:
        return False
    planned = [cost for cost in exchange.costs.all() if cost.planned]
    if any(cost.currency != currency for cost in planned):
        return True
    return sum((cost.planned for cost in planned), Decimal(0)) > most


def why_not_answer(user: User, exchange: Exchange) -> str:
    """Why ``user`` may not answer the request that waits now; empty when they may."""
    step = ASKS.get(exchange.state)
    if step is None:
        return _("This exchange waits for no approval now.")
    if step == Step.PROGRAMME and not needs_clearance(exchange):
        return _("Both sides have approved, and what it is planned to cost needs nobody else.")
    if step == Step.PROGRAMME and not may_answer(user, exchange, step):
        return _("Only a manager of the programme or an administrator may answer.")
    if step == Step.PROGRAMME and user.pk in exchange.askers:
        return _("You asked for this exchange. Somebody else clears what it is planned to cost.")
    if not may_answer(user, exchange, step):
        return _("Only a lead or coordinator of the side that is asked may answer.")
    travellers = list(exchange.travellers.all())
    if len(travellers) == 1 and travellers[0].contact.user_id == user.pk:
        return _("You are the only traveller. Somebody else must answer.")
    if any(approval.by_id == user.pk for approval in exchange.approvals_that_count.values()):
        return _("You have answered this request already. Somebody else answers this step.")
    return ""


def _missing_to_prepare(exchange: Exchange) -> list[str]:
    if exchange.state == S.HOST_APPROVED and needs_clearance(exchange):
        return [_("the programme’s clearance, for the planned cost is above its threshold")]
    return []


def missing_to_be_ready(exchange: Exchange) -> list[str]:
    found = []
    going = [traveller for traveller in exchange.travellers.all() if traveller.state != T.NO_SHOW]
    if not going:
        found.append(_("at least one traveller"))
    for traveller in going:
        name = {"name": traveller.contact}
        found += [f"{_('%(name)s:') % name} {what}" for what in missing_to_go(traveller)]
        if traveller.state != T.CLEARED:
            found.append(_("%(name)s: to be cleared to travel") % name)
    n_open = sum(item.is_open for item in exchange.checklist.all() if item.traveller_id is None)
    if n_open:
        found.append(_("the checklist of the receiving side: %(n)s still to do") % {"n": n_open})
    return found


def missing_to_go(traveller: Traveller) -> list[str]:
    """What ``traveller`` needs before leaving. Says what is missing, and nothing of what is there."""
    facts = travel_facts(traveller)
    found = []
    if facts.is_broken:
        found.append(_("travel data that can be opened: type them again, or ask an administrator for the old key"))
    elif facts.passport_until is None:
        found.append(_("a passport number and the day on which the passport ends"))
    elif facts.passport_until < traveller.until_on:
        found.append(_("a passport that is valid until the return"))
    if traveller.state not in HAS_VISA:
        found.append(_("the visa, or that none is needed"))
    if not facts.is_broken:
        if not facts.has_insurance:
            found.append(_("a travel insurance"))
        if not facts.has_emergency_contact:
            found.append(_("an emergency contact with a telephone number"))
    if traveller.undertaken_on is None:
        found.append(_("the signed undertakings"))
    if traveller.verdict not in (Verdict.GO, Verdict.CONTROLS):
        found.append(_("the checklist with a “go”"))
    return [*found, *missing_controls(traveller)]


def missing_controls(traveller: Traveller) -> list[str]:
    """Risks of the journey that were ticked, but of which nobody wrote down what is done about them."""
    n = sum(item.lacks_control for item in own_items(traveller.exchange, traveller))
    words = ngettext(
        "the note beside %(n)s risk of the checklist: what is done about it, and by whom",
        "the notes beside %(n)s risks of the checklist: what is done about them, and by whom",
        n,
    )
    return [words % {"n": n}] if n else []


def _missing_to_travel(exchange: Exchange) -> list[str]:
    if any(traveller.arrived_on for traveller in exchange.travellers.all()):
        return []
    return [_("the arrival notice of a traveller")]


def _missing_to_stop(exchange: Exchange) -> list[str]:
    """Who has left is not forgotten on the way: they arrive and come home, or did not travel after all."""
    left = [traveller for traveller in exchange.travellers.all() if traveller.state in (*AWAY, *WAS_AWAY)]
    text = _("the journey of %(name)s, who has departed: broken off (“Did not travel”), or made to its end")
    return [text % {"name": traveller.contact} for traveller in left]


def _missing_to_be_back(exchange: Exchange) -> list[str]:
    away = [traveller for traveller in exchange.travellers.all() if traveller.state in (*AWAY, T.CLEARED)]
    return [_("the return of %(name)s") % {"name": traveller.contact} for traveller in away]


def missing_to_close(exchange: Exchange) -> list[str]:
    found = []
    for traveller in exchange.travellers.all():
        name = {"name": traveller.contact}
        if traveller.owes_report:
            found.append(_("the trip report of %(name)s, or a reason to do without it") % name)
        if traveller.was_away and traveller.days_given is None:
            found.append(_("the working days that %(name)s gave") % name)
    costs = list(exchange.costs.all())
    if any(cost.actual is None for cost in costs):
        found.append(_("what each planned cost was in the end (0 where there was none)"))
    if not costs and not exchange.no_costs:
        found.append(_("the costs, or that there were none"))
    return found


def missing_to_record(exchange: Exchange, people: list[Contact]) -> list[str]:
    """What keeps an exchange that is not saved yet from being recorded as over; what it cost may stay unknown."""
    found = []
    if exchange.ends_on >= timezone.localdate():
        found.append(_("days that are over: what is still to come is asked for and approved"))
    if not people:
        found.append(_("at least one traveller"))
    if exchange.working_days is None:
        found.append(_("the working days that each traveller gave (0 where there were none)"))
    return found


TRAVELLER_LABELS = {
    T.ACCEPTED: lambda: _("Accepts the journey"),
    T.VISA_APPLIED: lambda: _("Visa applied for"),
    T.VISA_NOT_NEEDED: lambda: _("No visa is needed"),
    T.VISA_GRANTED: lambda: _("Visa granted"),
    T.VISA_REFUSED: lambda: _("Visa refused"),
    T.CLEARED: lambda: _("Clear to travel"),
    T.DEPARTED: lambda: _("Has departed"),
    T.ARRIVED: lambda: _("Has arrived"),
    T.EXTENDED: lambda: _("Stays longer"),
    T.RETURNED: lambda: _("Is back home"),
    T.NO_SHOW: lambda: _("Did not travel"),
    T.DID_NOT_RETURN: lambda: _("Did not return"),
}


def traveller_moves(traveller: Traveller) -> list[StepAhead]:
    return [
        StepAhead(
            to=new,
            label=TRAVELLER_LABELS[new](),
            missing=tuple(missing_for_traveller(traveller, new)),
            needs_reason=new in TRAVELLER_NEEDS_REASON,
            needs_day=new in TRAVELLER_NEEDS_DAY,
        )
        for new in TRAVELLER_TRANSITIONS[traveller.state]
        if new in TRAVELLER_BY_HAND
    ]


def missing_for_traveller(traveller: Traveller, new: str) -> list[str]:
    """What must be there before ``traveller`` may become ``new``; the exchange must have come far enough too."""
    state = traveller.exchange.state
    if new in (T.VISA_APPLIED, T.VISA_GRANTED, T.VISA_REFUSED, T.VISA_NOT_NEEDED) and state not in PREPARED_IN:
        return [_("the approval of both sides")]
    if new == T.CLEARED:
        found = missing_to_go(traveller)
        return found if state in PREPARED_IN else [_("the approval of both sides"), *found]
    if new in (T.DEPARTED, T.NO_SHOW) and state not in (S.READY, S.TRAVELLING):
        return [_("that the exchange is ready to travel")]
    if new == T.REPORTED and state not in (S.RETURNED, S.REPORTING, S.TRAVELLING):
        return [_("the return of the travellers")]
    return []


def warnings_of(exchange: Exchange) -> list[str]:
    """What may go wrong although nothing is forbidden: too little time, passports that end soon."""
    found = []
    if exchange.state in (*PREPARED_IN, S.DRAFT, S.CHANGES, S.POSTPONED, S.SUBMITTED, S.SENDING_APPROVED):
        found += _lead_time(exchange)
        found += [warning for traveller in exchange.travellers.all() for warning in passport_warnings(traveller)]
    return found


def _lead_time(exchange: Exchange) -> list[str]:
    if exchange.state not in (S.DRAFT, S.CHANGES, S.POSTPONED, S.SUBMITTED, S.SENDING_APPROVED, S.HOST_APPROVED):
        return []
    days = settings.EXCHANGE_LEAD_DAYS.get(exchange.country.code, settings.EXCHANGE_LEAD_DAYS[""])
    left = exchange.days_until_start
    if not 0 <= left < days:
        return []
    return [
        ngettext(
            "It starts in %(left)s day. For travel to %(country)s plan %(days)s days for approval, visas, tickets.",
            "It starts in %(left)s days. For travel to %(country)s plan %(days)s days for approval, visas, tickets.",
            left,
        )
        % {"left": left, "days": days, "country": exchange.country.name}
    ]


def passport_warnings(traveller: Traveller) -> list[str]:
    until = travel_facts(traveller).passport_until
    back = traveller.until_on
    if until is None or until >= in_six_months(back):
        return []
    return [
        _("%(name)s: the passport must be valid for six months after the return on %(day)s, and is not.")
        % {"name": traveller.contact, "day": date_format(back)}
    ]


def in_six_months(day: date) -> date:
    """Six calendar months later; the last day of the month where the day does not exist."""
    year, month = divmod(day.month + 5, 12)
    year, month = day.year + year, month + 1
    for number in (day.day, 30, 29, 28):
        try:
            return date(year, month, number)
        except ValueError:
            continue
    raise ValueError(day)
