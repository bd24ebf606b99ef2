"""Sessions and trainers of a workshop. Nobody teaches, and no room is used, twice at a time."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from partnerships.actions.workshop import lock_to_plan, words_of
from partnerships.models import Contact, Trainer, Workshop, WorkshopSession, record
from partnerships.workshop_states import LIVE
from twinning.locking import claim_stamp

MOST_SESSIONS = 200


@transaction.atomic
def add_trainer(trainer: Trainer, *, by: User) -> Trainer:
    """Name a person as trainer; sessions without trainers of their own are theirs too."""
    workshop = lock_to_plan(trainer.workshop)
    trainer.full_clean()
    _lock_people([trainer.contact_id])
    open_to_all = workshop.sessions.filter(trainers__isnull=True)
    for session in open_to_all:
        _refuse_busy([trainer.contact_id], session, workshop)
    trainer.save()
    record(workshop.partnership, "workshop.trainer_added", by=by, **words_of(workshop, person=str(trainer.contact)))
    return trainer


@transaction.atomic
def remove_trainer(trainer: Trainer, *, by: User) -> None:
    workshop = lock_to_plan(trainer.workshop)
    only = [session for session in trainer.sessions.prefetch_related("trainers") if len(session.trainers.all()) == 1]
    if only:
        raise ValidationError(
            _("%(person)s alone teaches “%(title)s”. Give it to somebody else first."),
            code="only",
            params={"person": trainer, "title": only[0].title},
        )
    record(workshop.partnership, "workshop.trainer_removed", by=by, **words_of(workshop, person=str(trainer.contact)))
    trainer.delete()


@transaction.atomic
def save_session(
    session: WorkshopSession, *, trainers: Iterable[Trainer], by: User, weeks: int = 1, seen_stamp: str = ""
) -> list[WorkshopSession]:
    """Add or change a session; a new one may be repeated, once a week at the same hour, ``weeks`` times in all.

    Either all are saved or none. One that exists is saved if nobody else changed it since ``seen_stamp``; otherwise
    StaleError. Hours stay the same on the workshop's clock when it changes for summer.
    """
    workshop = lock_to_plan(session.workshop)
    trainers, is_new = list(trainers), session.pk is None
    if not is_new:
        claim_stamp(session, seen_stamp, *WorkshopSession.EDITED)
    if any(trainer.workshop_id != workshop.pk for trainer in trainers):
        raise ValidationError({"trainers": _("A trainer must be one of this workshop.")})
    if is_new and workshop.sessions.count() + weeks > MOST_SESSIONS:
        raise ValidationError(_("A workshop has at most %(n)s sessions."), code="many", params={"n": MOST_SESSIONS})
    people = [one.contact_id for one in trainers] or list(workshop.trainers.values_list("contact_id", flat=True))
    _lock_people(people)
    rows = [session, *(_later(session, week) for week in range(1, weeks if is_new else 1))]
    for row in rows:
        row.workshop = workshop
        row.full_clean()
        _refuse_taken_room(row, workshop)
        _refuse_busy(people, row, workshop)
        row.save()
        row.trainers.set(trainers)
    verb = "workshop.session_added" if is_new else "workshop.session_changed"
    record(workshop.partnership, verb, by=by, **words_of(workshop, session=session.title, n=len(rows)))
    return rows


def _later(session: WorkshopSession, weeks: int) -> WorkshopSession:
    zone, by = session.workshop.zone, timedelta(weeks=weeks)

    def moved(moment: datetime) -> datetime:
        return (moment.astimezone(zone).replace(tzinfo=None) + by).replace(tzinfo=zone)

    return WorkshopSession(
        workshop=session.workshop,
        title=session.title,
        room=session.room,
        starts_at=moved(session.starts_at),
        ends_at=moved(session.ends_at),
    )


@transaction.atomic
def remove_session(session: WorkshopSession, *, by: User) -> None:
    workshop = lock_to_plan(session.workshop)
    if session.attendances.exists():
        raise ValidationError(
            _("Attendance was written down for “%(title)s”, so it stays."), code="held", params={"title": session.title}
        )
    record(workshop.partnership, "workshop.session_removed", by=by, **words_of(workshop, session=session.title))
    session.delete()


def _lock_people(pks: Iterable[int]) -> None:
    """Two workshops that ask for the same trainer at once are planned one after the other."""
    list(Contact.objects.select_for_update(of=("self",)).filter(pk__in=pks).order_by("pk").values_list("pk"))


def _at_the_same_time(session: WorkshopSession):
    found = WorkshopSession.objects.filter(
        starts_at__lt=session.ends_at, ends_at__gt=session.starts_at, workshop__state__in=LIVE
    )
    return found.exclude(pk=session.pk)


def _refuse_taken_room(session: WorkshopSession, workshop: Workshop) -> None:
    """The same room, or none named, in one workshop; the same room of the same place in another of the partnership."""
    # A workshop that was put off and is planned anew must fit together too.
    here = WorkshopSession.objects.filter(
        workshop=workshop, starts_at__lt=session.ends_at, ends_at__gt=session.starts_at
    ).exclude(pk=session.pk)
    same = Q(pk__in=here.values("pk"), room__iexact=session.room)
    if workshop.place:
        same |= Q(
            pk__in=_at_the_same_time(session).values("pk"),
            workshop__partnership=workshop.partnership_id,
            workshop__place__iexact=workshop.place,
            room__iexact=session.room,
        )
    clash = WorkshopSession.objects.filter(same).select_related("workshop").first()
    if clash is None:
        return
    words = {"title": clash.title, "workshop": clash.workshop.title, "when": _when(clash, workshop)}
    if session.room:
        text = _("“%(title)s” of “%(workshop)s” is in this room then (%(when)s).")
    else:
        text = _("“%(title)s” of “%(workshop)s” is at the same time (%(when)s). Name the rooms if both take place.")
    raise ValidationError({"room" if session.room else "start": text % words})


def _refuse_busy(people: list[int], session: WorkshopSession, workshop: Workshop) -> None:
    """Whoever teaches teaches once at a time, whatever the partnership. Other partnerships stay unnamed."""
    taught = Q(trainers__contact__in=people) | Q(trainers__isnull=True, workshop__trainers__contact__in=people)
    clash = _at_the_same_time(session).filter(taught).select_related("workshop").first()
    if clash is None:
        return
    own = clash.trainers.all() if clash.trainers.exists() else clash.workshop.trainers.all()
    busy = own.filter(contact__in=people).select_related("contact").first()
    words = {"person": busy.contact, "title": clash.title, "when": _when(clash, workshop)}
    if clash.workshop.partnership_id == workshop.partnership_id:
        text = _("%(person)s teaches “%(title)s” then (%(when)s).")
    else:
        text = _("%(person)s teaches somewhere else then (%(when)s).")
    raise ValidationError({"trainers": text % words})


def _when(session: WorkshopSession, workshop: Workshop) -> str:
    start, end = session.local_start(workshop.zone), session.local_end(workshop.zone)
    return f"{date_format(start.date(), 'SHORT_DATE_FORMAT')}, {start:%H:%M}–{end:%H:%M}"
