"""Reading, writing and deleting travel and health data. Nothing of it is read without a line in its log."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.models import User
from partnerships.actions.exchange import tell
from partnerships.actions.travelling import lock_traveller
from partnerships.exchange_emails import send_reader_named
from partnerships.exchange_permissions import can_erase_travel_data, can_name_readers, can_open_travel_data
from partnerships.exchange_states import TravelDataEvent
from partnerships.models import TravelData, TravelDataLog, TravelDataReader, Traveller
from partnerships.people import people_of
from partnerships.travel_seal import seal, unseal
from twinning.locking import StaleError

SCHEDULE = gettext_noop("The schedule")
# An exchange that nobody ever closed keeps no passports for years.
FORGOTTEN = timedelta(days=365)


@transaction.atomic
def open_travel_data(traveller: Traveller, *, by: User, event: str = TravelDataEvent.READ) -> dict[str, Any]:
    """The data of ``traveller`` for ``by``, written down in the log; nothing known is an empty mapping.

    Raises ValidationError for people who are not named, and SealBrokenError when the seal does not open.
    """
    if not can_open_travel_data(by, traveller):
        raise ValidationError(_("Only the traveller and the people named may read this."), code="closed")
    data = TravelData.objects.filter(traveller=traveller).first()
    if data is None:
        return {}
    opened = unseal(data.sealed, owner=traveller.pk)
    _log(traveller, event, by=by)
    return opened


@transaction.atomic
def save_travel_data(traveller: Traveller, data: dict[str, Any], *, seen_version: int, by: User) -> TravelData:
    """Seal ``data`` (plain JSON) in place of what was there, if nobody did since ``seen_version`` (0: nothing yet)."""
    locked = lock_traveller(traveller)
    if not can_open_travel_data(by, locked):
        raise ValidationError(_("Only the traveller and the people named may write this."), code="closed")
    row = TravelData.objects.filter(traveller=locked).first() or TravelData(traveller=locked, version=0)
    if row.version != seen_version:
        raise StaleError(row)
    row.sealed, row.version = seal(data, owner=locked.pk), row.version + 1
    row.save()
    _log(locked, TravelDataEvent.CHANGED, by=by)
    return row


@transaction.atomic
def name_reader(traveller: Traveller, reader: User, *, by: User) -> TravelDataReader:
    """Let one more person of the partnership read the data of ``traveller``. The traveller is told by mail."""
    locked = lock_traveller(traveller)
    if not can_name_readers(by, locked):
        raise ValidationError(_("Only the traveller names who may read this."), code="closed")
    if reader not in people_of(locked.exchange.partnership):
        raise ValidationError({"user": _("%(name)s does not take part in this partnership.") % {"name": reader}})
    named = TravelDataReader(traveller=locked, user=reader, named_by=by)
    named.full_clean()
    named.save()
    _log(locked, TravelDataEvent.NAMED, by=by, detail=str(reader))
    if locked.contact.user_id != by.pk:
        transaction.on_commit(lambda: send_reader_named(locked, reader=reader, by=by), robust=True)
    return named


@transaction.atomic
def drop_reader(traveller: Traveller, reader: TravelDataReader, *, by: User) -> None:
    """Take a reader off; readers may also step back themselves."""
    locked = lock_traveller(traveller)
    if reader.user_id != by.pk and not can_name_readers(by, locked):
        raise ValidationError(_("Only the traveller decides who may read this."), code="closed")
    name = str(reader.user)
    reader.delete()
    _log(locked, TravelDataEvent.UNNAMED, by=by, detail=name)


@transaction.atomic
def erase_travel_data(traveller: Traveller, *, by: User) -> bool:
    """Delete the data before its time. True when there were any."""
    locked = lock_traveller(traveller)
    if not can_erase_travel_data(by, locked):
        raise ValidationError(_("Only the traveller and the people named may delete this."), code="closed")
    n_deleted, _rows = TravelData.objects.filter(traveller=locked).delete()
    if n_deleted:
        _log(locked, TravelDataEvent.DELETED, by=by)
    return bool(n_deleted)


@dataclass
class Deleted:
    """What a round did: people whose data were deleted, and exchanges they were on."""

    travellers: int = 0
    exchanges: int = 0


def delete_due_travel_data() -> Deleted:
    """Delete the data of exchanges that are over and past their day, and of those that everybody forgot."""
    done = Deleted()
    for exchange_id in list(_due().values_list("traveller__exchange", flat=True).distinct().order_by()):
        with transaction.atomic():
            rows = list(
                _due()
                .select_for_update(of=("self",))
                .filter(traveller__exchange=exchange_id)
                .select_related("traveller__contact", "traveller__exchange__partnership")
            )
            for row in rows:
                _log(row.traveller, TravelDataEvent.DELETED, by=str(SCHEDULE))
                row.delete()
            if rows:
                # Whom somebody trusted with these data is nobody's business afterwards.
                TravelDataReader.objects.filter(traveller__exchange=exchange_id).delete()
                exchange = rows[0].traveller.exchange
                tell(exchange, "exchange.data_deleted", by=str(SCHEDULE), n=len(rows))
                done.travellers += len(rows)
                done.exchanges += 1
    return done


def _due() -> QuerySet[TravelData]:
    today = timezone.localdate()
    over = Q(traveller__exchange__delete_data_on__lte=today)
    forgotten = Q(traveller__exchange__ends_on__lte=today - FORGOTTEN, traveller__exchange__delete_data_on=None)
    return TravelData.objects.filter(over | forgotten)


def _log(traveller: Traveller, event: str, *, by: User | str, detail: str = "") -> None:
    TravelDataLog.objects.create(
        exchange_id=traveller.exchange_id,
        traveller=traveller,
        traveller_name=str(traveller.contact)[:150],
        event=event,
        by=by if isinstance(by, User) else None,
        by_name=str(by),
        detail=detail,
    )
