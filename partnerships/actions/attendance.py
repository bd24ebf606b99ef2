"""Writing down who was there: from a sign-in sheet, a phone, or the list of an online meeting."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from partnerships.actions.workshop import lock_workshop, words_of
from partnerships.meeting_list import plain_name
from partnerships.models import Attendance, Certificate, Registration, Workshop, WorkshopSession, record
from partnerships.session_codes import is_now, is_right
from partnerships.workshop_states import ATTENDABLE, CORRECTABLE, AttendanceSource, WorkshopState

Cell = tuple[int, int]
NOT_NOW = gettext_lazy("Nobody can sign in to this session now.")


def _lock_to_note(workshop: Workshop, *, reason: str = "") -> Workshop:
    locked = lock_workshop(workshop)
    if locked.state in ATTENDABLE or (locked.state in CORRECTABLE and reason):
        return locked
    text = _("Attendance is written down while a workshop is running or was just held. This one is “%(state)s”.")
    if locked.state in CORRECTABLE:
        text += " " + _("What is wrong is put right in the grid, with a reason: please say why.")
    raise ValidationError(text, code="state", params={"state": locked.get_state_display()})


@transaction.atomic
def save_sheet(
    workshop: Workshop,
    *,
    people: set[int],
    ticked: set[Cell],
    seen: set[Cell],
    complete: Iterable[int],
    by: User,
    reason: str = "",
) -> tuple[int, int]:
    """Write a typed sign-in sheet; gives back how many cells changed, and how many people were there.

    ``people`` are the registrations on the page. Cells are pairs (registration, session). ``seen`` were ticked when the
    page was drawn: only what the writer changed is written, so that who signed in by phone meanwhile stays.
    ``complete`` are the sessions whose whole sheet was typed: whoever is not ticked there was not there.
    Once all results are entered, ``reason`` says why something is put right; certificates that are out bind it.
    """
    reason = reason.strip()
    locked = _lock_to_note(workshop, reason=reason)
    people = people & set(locked.registrations.seated().values_list("pk", flat=True))
    sessions = {session.pk: session for session in locked.sessions.all()}
    complete = set(complete) & sessions.keys()
    noted = {(one.registration_id, one.session_id): one for one in Attendance.objects.filter(session__in=sessions)}
    new, changed = [], []
    for person in people:
        for session in sessions:
            cell, now = (person, session), (person, session) in ticked
            old = noted.get(cell)
            if old is None and (now or session in complete):
                new.append(_cell(cell, was_there=now))
            elif old is not None and now != (cell in seen) and old.was_there != now:
                old.was_there, old.minutes, old.source, old.at = now, None, AttendanceSource.SHEET, timezone.now()
                changed.append(old)
    if locked.state in CORRECTABLE:
        _refuse_certified([one.registration_id for one in [*new, *changed]])
    Attendance.objects.bulk_create(new)
    Attendance.objects.bulk_update(changed, ["was_there", "minutes", "source", "at"])
    if new or changed:
        titles = ", ".join(sessions[pk].title for pk in sorted({one.session_id for one in [*new, *changed]}))
        words = words_of(locked, sessions=titles)
        if locked.state in CORRECTABLE:
            record(locked.partnership, "workshop.attendance_corrected", by=by, **words, reason=reason)
        else:
            record(locked.partnership, "workshop.attendance_noted", by=by, **words)
    return len(new) + len(changed), Attendance.objects.filter(session__in=sessions, was_there=True).count()


def _refuse_certified(people: list[int]) -> None:
    held = Certificate.objects.live().filter(registration__in=people).values_list("name", flat=True)
    if held:
        raise ValidationError(
            _("%(names)s: the certificate is out. Revoke it first, then put the attendance right."),
            code="certified",
            params={"names": ", ".join(held)},
        )


def _cell(cell: Cell, *, was_there: bool) -> Attendance:
    person, session = cell
    return Attendance(registration_id=person, session_id=session, was_there=was_there, source=AttendanceSource.SHEET)


@transaction.atomic
def check_in(session: WorkshopSession, *, code: str, who: str) -> Registration:
    """Somebody signs in on a phone with the code on the wall and their address, or the name they registered with."""
    workshop = lock_workshop(session.workshop)
    if workshop.state != WorkshopState.RUNNING or not is_now(session):
        raise ValidationError(NOT_NOW, code="closed")
    if not is_right(session, code):
        raise ValidationError({"code": _("This is not the code of now. It changes every five minutes.")}, code="code")
    person = _find(workshop, who)
    if person is None:
        raise ValidationError(
            {"who": _("We do not find you on the list. Try your e-mail address, or ask the trainer.")}, code="unknown"
        )
    found, made = Attendance.objects.get_or_create(
        registration=person, session=session, defaults={"source": AttendanceSource.PHONE}
    )
    if not made and not found.was_there:
        found.was_there, found.source, found.at = True, AttendanceSource.PHONE, timezone.now()
        found.save(update_fields=["was_there", "source", "at"])
    return person


def _find(workshop: Workshop, who: str) -> Registration | None:
    people = list(workshop.registrations.seated())
    given = who.strip().lower()
    if "@" in given:
        return next((person for person in people if person.email == given), None)
    same = [person for person in people if given and plain_name(person.name) == plain_name(given)]
    return same[0] if len(same) == 1 else None


@transaction.atomic
def take_meeting_list(session: WorkshopSession, *, minutes: Mapping[int, int | None], by: User) -> int:
    """Write down who was on the list of an online meeting: minutes by registration; all others were not there."""
    workshop = _lock_to_note(session.workshop)
    people = set(workshop.registrations.seated().values_list("pk", flat=True))
    if not minutes.keys() <= people:
        raise ValidationError(_("Somebody on this list has no seat any more. Look at it once more."), code="stale")
    for person in people:
        was_there = person in minutes
        told = minutes.get(person)
        Attendance.objects.update_or_create(
            registration_id=person,
            session=session,
            defaults={
                "was_there": was_there,
                "minutes": told if was_there else None,
                "source": AttendanceSource.MEETING,
                "at": timezone.now(),
            },
        )
    record(workshop.partnership, "workshop.attendance_noted", by=by, **words_of(workshop, sessions=session.title))
    return len(minutes)
