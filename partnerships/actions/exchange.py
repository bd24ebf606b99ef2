"""Writing an exchange: the request itself, who is on its list, its agenda and its costs."""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils.formats import date_format
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from accounts.models import User
from partnerships.actions.partnership import refuse_unless_open
from partnerships.exchange_reading import clashes, whole, with_exchange
from partnerships.exchange_states import ASKED_AGAIN, BEFORE_DEPARTURE, OVER, ExchangeState, ItemState, TravelDataEvent
from partnerships.models import ChecklistItem, Contact, Exchange, Partnership, TravelDataLog, Traveller, record
from partnerships.travel_lists import checklists
from twinning.locking import claim_version

TERMS = (
    "title", "kind", "purpose", "objectives", "virtual_considered", "sending", "receiving", "host_contact",
    "departs_from", "country", "place", "home_zone", "zone", "starts_on", "ends_on", "working_days", "activity",
    "unplanned_reason",
)  # fmt: skip
# Other days or another country are another journey.
JOURNEY = ("starts_on", "ends_on", "country")


def lock_exchange(exchange: Exchange) -> Exchange:
    """The row of ``exchange``, locked and read whole. The partnership is locked first, as everywhere."""
    partnership = Partnership.objects.select_for_update(of=("self",)).get(pk=exchange.partnership_id)
    Exchange.objects.select_for_update(of=("self",)).get(pk=exchange.pk)
    locked = with_exchange(whole(Exchange.objects.filter(pk=exchange.pk)).get())
    locked.partnership.status = partnership.status
    return locked


@transaction.atomic
def create_exchange(exchange: Exchange, *, by: User) -> Exchange:
    """Save a new request as a draft, with the checklist of the receiving side."""
    partnership = Partnership.objects.select_for_update(of=("self",)).get(pk=exchange.partnership_id)
    refuse_unless_open(partnership)
    exchange.reference = next_reference(partnership)
    exchange.state = ExchangeState.DRAFT
    exchange.created_by = by
    exchange.full_clean()
    exchange.save()
    _add_checklist(exchange, None)
    tell(exchange, "exchange.created", by=by)
    return exchange


def next_reference(partnership: Partnership) -> str:
    """The reference of the next exchange of ``partnership``, which is locked. Those that were removed count too."""
    return f"{partnership.reference}-X{n_made(partnership) + 1}"


def n_made(partnership: Partnership) -> int:
    return partnership.entries.filter(verb__in=["exchange.created", "exchange.recorded"]).count()


@transaction.atomic
def change_exchange(exchange: Exchange, *, seen_version: int, by: User) -> Exchange:
    """Save an edited request, unless somebody else saved since ``seen_version`` (StaleError).

    Everybody on the list must be free on the new days.
    """
    locked = lock_to_edit(exchange)
    claim_version(exchange, seen_version)
    exchange.full_clean()
    people = [traveller.contact for traveller in locked.travellers.all()]
    refuse_clashes(people, exchange, by=by, field="starts_on")
    exchange.save(update_fields=[*TERMS, "version"])
    if locked.state != ExchangeState.DRAFT and any(
        getattr(locked, name) != getattr(exchange, name) for name in JOURNEY
    ):
        ask_travellers_again(locked, by=by)
    tell(exchange, "exchange.changed", by=by)
    return exchange


def ask_travellers_again(exchange: Exchange, *, by: User) -> None:
    """What was settled was settled for other days: visas, clearances, undertakings, checklists and every “go”.

    Notes on the checklists stay, and so do the sealed travel data: passports do not change with the dates.
    """
    for traveller in exchange.travellers.all():
        if traveller.state != ASKED_AGAIN:
            tell(exchange, "traveller.moved", by=by, person=str(traveller), old=traveller.state, new=ASKED_AGAIN)
    exchange.travellers.update(
        state=ASKED_AGAIN, state_reason="", verdict="", verdict_note="", verdict_by=None,
        undertaken_on=None, undertaken_by=None, departed_on=None, version=F("version") + 1,
    )  # fmt: skip
    exchange.checklist.update(state=ItemState.PENDING, settled_by=None, settled_at=None)


def lock_to_edit(exchange: Exchange) -> Exchange:
    locked = lock_exchange(exchange)
    refuse_unless_open(locked.partnership)
    if not locked.is_editable:
        raise ValidationError(
            _("An exchange that is “%(state)s” is not changed any more: both sides said yes to what they read."),
            code="frozen",
            params={"state": locked.get_state_display()},
        )
    return locked


def refuse_if_over(exchange: Exchange) -> None:
    """Agenda, checklists and costs are worked on until the exchange is over."""
    if exchange.state in OVER:
        raise ValidationError(
            _("An exchange that is “%(state)s” stays as it is."),
            code="over",
            params={"state": exchange.get_state_display()},
        )


@transaction.atomic
def add_traveller(traveller: Traveller, *, by: User) -> Traveller:
    """Put a person on the list, with a checklist of their own. Nobody is in two places at once."""
    locked = lock_to_edit(traveller.exchange)
    traveller.exchange = locked
    traveller.full_clean()
    refuse_clashes([traveller.contact], locked, by=by, field="contact")
    traveller.save()
    _add_checklist(locked, traveller)
    _grow(locked)
    tell(locked, "traveller.added", by=by, person=str(traveller.contact))
    return traveller


@transaction.atomic
def remove_traveller(traveller: Traveller, *, reason: str, by: User) -> None:
    """Take a person off the list before they leave; once approvals were asked for, somebody wants to know why."""
    locked = lock_exchange(traveller.exchange)
    refuse_if_over(locked)
    fresh = locked.travellers.get(pk=traveller.pk)
    if fresh.state not in BEFORE_DEPARTURE:
        raise ValidationError(_("Somebody who has left stays on the list."), code="departed")
    if not locked.is_editable and not reason.strip():
        raise ValidationError(_("Please say why."), code="reason")
    name = str(fresh.contact)
    if hasattr(fresh, "travel_data"):
        TravelDataLog.objects.create(
            exchange=locked, traveller_name=name, event=TravelDataEvent.DELETED, by=by, by_name=str(by),
            detail=_("taken off the list"),
        )  # fmt: skip
    fresh.delete()
    _grow(locked)
    tell(locked, "traveller.removed", by=by, person=name, reason=reason.strip())


def lock_people(people: Iterable[Contact]) -> None:
    """Locked in one order, so that two lists at once do not both find the same person free."""
    keys = {person.pk for person in people}
    list(Contact.objects.select_for_update(of=("self",)).filter(pk__in=keys).order_by("pk").values_list("pk"))


def refuse_clashes(people: list[Contact], exchange: Exchange, *, by: User, field: str) -> None:
    """Refuse days on which somebody is on another exchange, in whatever partnership. What is not seen is not named."""
    lock_people(people)
    found = list(clashes(people, exchange.starts_on, exchange.ends_on, but=exchange if exchange.pk else None))
    if found:
        raise ValidationError({field: told_clashes(found, by=by)})


def told_clashes(found: list[Traveller], *, by: User) -> list[str]:
    """Journeys of days_taken() that are in the way. What ``by`` does not see is not named."""
    keys = [each.exchange_id for each in found]
    seen = set(Exchange.objects.visible_to(by).filter(pk__in=keys).values_list("pk", flat=True))
    told = []
    for each in found:
        words = {"name": each.contact, "first": date_format(each.first), "last": date_format(each.last)}
        words["title"] = each.exchange.title
        if each.exchange_id in seen:
            told.append(_("%(name)s is on “%(title)s” from %(first)s to %(last)s.") % words)
        else:
            told.append(_("%(name)s is on another exchange from %(first)s to %(last)s.") % words)
    return told


def _add_checklist(exchange: Exchange, traveller: Traveller | None) -> None:
    """A copy, so that later editions of the tool change no checklist that is already being worked on."""
    lines = import_string(settings.TRAVELLER_CHECKLIST)(exchange.partnership) if traveller else []
    ChecklistItem.objects.bulk_create(
        ChecklistItem(exchange=exchange, traveller=traveller, slug=item["slug"], text=item["text"], position=position)
        for position, item in enumerate(lines or checklists()["traveller" if traveller else "host"], start=1)
    )


def _grow(exchange: Exchange) -> None:
    """Whoever is editing or answering the request is told that it is another one now."""
    exchange.version += 1
    exchange.save(update_fields=["version"])


def tell(exchange: Exchange, verb: str, *, by: User | str, **words) -> None:
    record(exchange.partnership, verb, by=by, reference=exchange.reference, title=exchange.title, **words)
