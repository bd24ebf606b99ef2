"""Writing down meetings and who took part."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from partnerships.actions.contribution import lock_partnership
from partnerships.actions.follow_up import refuse_unless_followed
from partnerships.meeting_time import Presence
from partnerships.models import Attendee, Meeting, record
from twinning.locking import claim_version

FIELDS = ["title", "kind", "starts_at", "minutes", "place", "decisions", "notes", "version", "changed_at"]


@transaction.atomic
def add_meeting(meeting: Meeting, *, present: Sequence[Presence], by: User) -> Meeting:
    """Write down a meeting and who took part in it."""
    partnership = lock_partnership(meeting.partnership)
    refuse_unless_followed(partnership)
    meeting.partnership, meeting.created_by = partnership, by
    meeting.full_clean()
    meeting.save()
    _write_present(meeting, present)
    record(partnership, "meeting.added", by=by, title=meeting.title, n=len(present))
    return meeting


@transaction.atomic
def change_meeting(meeting: Meeting, *, present: Sequence[Presence], seen_version: int, by: User) -> Meeting:
    """Save an edited meeting if nobody else did since ``seen_version`` was read; otherwise StaleError.

    What was taken into the ledger from it stays there as it was: the coordinator corrects it by a reversal.
    """
    partnership = lock_partnership(meeting.partnership)
    refuse_unless_followed(partnership)
    claim_version(meeting, seen_version)
    meeting.full_clean()
    meeting.save(update_fields=FIELDS)
    _write_present(meeting, present)
    record(partnership, "meeting.changed", by=by, title=meeting.title, n=len(present))
    return meeting


def _write_present(meeting: Meeting, present: Sequence[Presence]) -> None:
    """The attendees as they are now; rows of those who stay keep their number."""
    if len({each.contact.pk for each in present}) != len(present):
        raise ValidationError(_("Somebody is named twice."), code="twice")
    known = {row.contact_id: row for row in meeting.attendees.all()}
    for each in present:
        minutes = meeting.minutes if each.minutes is None else each.minutes
        if not 1 <= minutes <= meeting.minutes:
            raise ValidationError(
                _("%(name)s cannot have been there for %(minutes)s minutes: the meeting had %(all)s."),
                code="minutes",
                params={"name": each.contact, "minutes": minutes, "all": meeting.minutes},
            )
        row = known.pop(each.contact.pk, None) or Attendee(meeting=meeting, contact=each.contact)
        row.minutes, row.role = minutes, each.role
        row.full_clean(exclude=["meeting"])
        row.save()
    for row in known.values():
        row.delete()


@transaction.atomic
def delete_meeting(meeting: Meeting, *, by: User) -> None:
    """Take away a meeting that was written down by mistake, and that nothing else names yet."""
    partnership = lock_partnership(meeting.partnership)
    refuse_unless_followed(partnership)
    about = {"subject_type": ContentType.objects.get_for_model(Meeting), "subject_id": meeting.pk}
    if partnership.contributions.filter(source__startswith=f"meeting:{meeting.pk}:").exists():
        raise ValidationError(_("Contributions have been taken from this meeting, so it stays."), code="in_ledger")
    if partnership.followups.filter(**about).exists() or partnership.comments.filter(**about).exists():
        raise ValidationError(_("Follow-ups or comments are about this meeting, so it stays."), code="talked_of")
    title = meeting.title
    partnership.dismissed_sources.filter(source__startswith=f"meeting:{meeting.pk}:").delete()
    meeting.delete()
    record(partnership, "meeting.deleted", by=by, title=title)
