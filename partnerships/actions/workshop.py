"""Acts on a workshop itself: plan it, change it, move it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from partnerships.actions.partnership import refuse_unless_open
from partnerships.actions.seats import fill_seats
from partnerships.models import Partnership, Workshop, record
from partnerships.workshop_guards import missing_for
from partnerships.workshop_states import (
    PLANNABLE,
    WORKSHOP_NEEDS_REASON,
    WorkshopState,
    workshop_can_become,
)
from twinning.locking import claim_version

FIELDS = (
    "title",
    "purpose",
    "mode",
    "place",
    "meeting_url",
    "time_zone",
    "languages",
    "capacity",
    "activity",
    "attendance_percent",
    "score_percent",
    "valid_months",
    "needs_report",
)


def words_of(workshop: Workshop, **more: Any) -> dict[str, Any]:
    """What every sentence of the story about ``workshop`` is told with."""
    return {"reference": workshop.reference, "title": workshop.title, **more}


def lock_workshop(workshop: Workshop) -> Workshop:
    """The row of ``workshop``, locked. The partnership is locked first, as everywhere."""
    partnership = Partnership.objects.select_for_update(of=("self",)).get(pk=workshop.partnership_id)
    refuse_unless_open(partnership)
    locked = Workshop.objects.select_for_update(of=("self",)).get(pk=workshop.pk)
    locked.partnership = partnership
    return locked


def lock_to_plan(workshop: Workshop) -> Workshop:
    locked = lock_workshop(workshop)
    if locked.state not in PLANNABLE:
        raise ValidationError(
            _("A workshop that is “%(state)s” is not planned any more."),
            code="state",
            params={"state": locked.get_state_display()},
        )
    return locked


@transaction.atomic
def create_workshop(workshop: Workshop, *, by: User, topics: Iterable = ()) -> Workshop:
    """Write down a workshop as an idea."""
    partnership = Partnership.objects.select_for_update(of=("self",)).get(pk=workshop.partnership_id)
    refuse_unless_open(partnership)
    workshop.partnership = partnership
    _refuse_foreign_activity(workshop)
    workshop.reference = f"{partnership.reference}-W{partnership.workshops.count() + 1}"
    workshop.state = WorkshopState.IDEA
    workshop.created_by = by
    workshop.full_clean()
    workshop.save()
    workshop.topics.set(topics)
    record(partnership, "workshop.created", by=by, **words_of(workshop))
    return workshop


@transaction.atomic
def change_workshop(workshop: Workshop, *, seen_version: int, by: User, topics: Iterable = ()) -> Workshop:
    """Save an edited plan if nobody else did since ``seen_version`` was read; otherwise StaleError."""
    locked = lock_to_plan(workshop)
    claim_version(workshop, seen_version)
    _refuse_foreign_activity(workshop)
    if workshop.time_zone != locked.time_zone and locked.sessions.exists():
        raise ValidationError(
            {
                "time_zone": _(
                    "The hours of the sessions are in the old zone. Remove the sessions first, then change it."
                )
            }
        )
    n_seated = locked.registrations.seated().count()
    if workshop.capacity is not None and workshop.capacity < n_seated:
        seated = ngettext("%(n)s person has a seat already.", "%(n)s people have a seat already.", n_seated)
        raise ValidationError({"capacity": seated % {"n": n_seated}})
    workshop.full_clean()
    workshop.save(update_fields=[*FIELDS, "version", "changed_at"])
    workshop.topics.set(topics)
    record(locked.partnership, "workshop.changed", by=by, **words_of(workshop))
    fill_seats(workshop)
    return workshop


def _refuse_foreign_activity(workshop: Workshop) -> None:
    if workshop.activity and workshop.activity.plan.partnership_id != workshop.partnership_id:
        raise ValidationError({"activity": _("This activity belongs to another partnership.")})


@transaction.atomic
def move_workshop(workshop: Workshop, new: str, *, by: User, reason: str = "") -> Workshop:
    """Take one step along the table of states; postponing and cancelling ask for a reason."""
    locked = lock_workshop(workshop)
    old = locked.state
    if not workshop_can_become(old, new):
        raise ValidationError(
            _("A workshop that is “%(old)s” cannot become “%(new)s”."),
            code="transition",
            params={"old": WorkshopState(old).label, "new": WorkshopState(new).label if new in WorkshopState else new},
        )
    missing = missing_for(locked, new)
    if missing:
        raise ValidationError(
            _("This is still missing: %(missing)s."), code="missing", params={"missing": ", ".join(missing)}
        )
    reason = reason.strip()
    if new in WORKSHOP_NEEDS_REASON and not reason:
        raise ValidationError(_("Please say why."), code="reason")
    locked.state = new
    locked.state_reason = reason if new in WORKSHOP_NEEDS_REASON else ""
    locked.version += 1
    locked.save(update_fields=["state", "state_reason", "version", "changed_at"])
    record(locked.partnership, "workshop.moved", by=by, **words_of(locked, old=old, new=new, reason=reason))
    return locked
