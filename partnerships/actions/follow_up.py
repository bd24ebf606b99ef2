"""Acts on follow-ups: write one down, change it, close it, open it again."""

from __future__ import annotations

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from partnerships.actions.notifying import tell
from partnerships.models import Contact, FollowUp, Partnership, record
from partnerships.people import possible_owners
from partnerships.states import (
    FOLLOW_UP_NEEDS_REASON,
    FOLLOWED_STATUSES,
    FollowUpState,
    NoticeKind,
    follow_up_can_become,
)
from partnerships.things import Thing
from twinning.locking import claim_version

# Each of them may send a mail; nobody types as many.
MOST_AN_HOUR = 200
VERBS = {FollowUpState.DONE: "done", FollowUpState.DROPPED: "dropped", FollowUpState.OPEN: "reopened"}


@transaction.atomic
def add_follow_up(follow_up: FollowUp, *, about: Thing, by: User) -> FollowUp:
    """Write down what is to be done about a thing that ``by`` sees; its owner is told."""
    partnership = _locked(follow_up.partnership)
    refuse_unless_followed(partnership)
    lately = FollowUp.objects.filter(created_by=by, created_at__gt=timezone.now() - timedelta(hours=1)).count()
    if lately >= MOST_AN_HOUR:
        raise ValidationError(
            _("You have written down %(n)s follow-ups within an hour. Please wait a little."),
            code="rate",
            params={"n": MOST_AN_HOUR},
        )
    _refuse_stranger(partnership, follow_up.owner)
    follow_up.subject_type_id, follow_up.subject_id = about.key
    follow_up.created_by = by
    follow_up.full_clean()
    follow_up.save()
    verb = "taken" if follow_up.owner.user == by else "added"
    record(partnership, f"follow_up.{verb}", by=by, **_words(follow_up))
    _tell_owner(follow_up, by=by)
    return follow_up


@transaction.atomic
def change_follow_up(follow_up: FollowUp, *, about: Thing, seen_version: int, by: User) -> FollowUp:
    """Save an edited follow-up if nobody else did since ``seen_version`` was read; otherwise StaleError."""
    partnership = _locked(follow_up.partnership)
    refuse_unless_followed(partnership)
    before = FollowUp.objects.get(pk=follow_up.pk)
    claim_version(follow_up, seen_version)
    if not before.is_open:
        raise ValidationError(_("This follow-up is closed. Open it again to change it."), code="closed")
    if before.owner_id != follow_up.owner_id:
        _refuse_stranger(partnership, follow_up.owner)
    follow_up.subject_type_id, follow_up.subject_id = about.key
    follow_up.full_clean()
    follow_up.save()
    record(partnership, "follow_up.changed", by=by, **_words(follow_up))
    if before.owner_id != follow_up.owner_id:
        _tell_owner(follow_up, by=by)
    return follow_up


def give_follow_up(follow_up: FollowUp, *, to: Contact, by: User) -> None:
    """Give an open follow-up of a locked partnership to somebody else on its team, who is told."""
    locked = FollowUp.objects.select_for_update(of=("self",)).get(pk=follow_up.pk)
    locked.owner = to
    locked.version += 1
    locked.save(update_fields=["owner", "version", "changed_at"])
    _tell_owner(locked, by=by)


@transaction.atomic
def move_follow_up(follow_up: FollowUp, new: str, *, by: User, reason: str = "") -> None:
    """Close a follow-up as done or dropped, or open it again. Dropping asks for a reason."""
    partnership = _locked(follow_up.partnership)
    locked = FollowUp.objects.select_for_update(of=("self",)).get(pk=follow_up.pk)
    old = locked.state
    if not follow_up_can_become(old, new):
        raise ValidationError(
            _("A follow-up that is %(old)s cannot become %(new)s."),
            code="transition",
            params={
                "old": FollowUpState(old).label.lower(),
                "new": FollowUpState(new).label.lower() if new in FollowUpState else new,
            },
        )
    if new == FollowUpState.OPEN:
        refuse_unless_followed(partnership)
    if new in FOLLOW_UP_NEEDS_REASON and not reason.strip():
        raise ValidationError(_("Please say why."), code="reason")
    is_open = new == FollowUpState.OPEN
    locked.state = new
    locked.reason = "" if is_open else reason.strip()
    locked.closed_at = None if is_open else timezone.now()
    locked.closed_by = None if is_open else by
    locked.version += 1
    locked.save(update_fields=["state", "reason", "closed_at", "closed_by", "version", "changed_at"])
    for name in ("state", "reason", "closed_at", "closed_by", "version"):
        setattr(follow_up, name, getattr(locked, name))
    record(partnership, f"follow_up.{VERBS[new]}", by=by, **_words(locked), reason=locked.reason)


def refuse_unless_followed(partnership: Partnership) -> None:
    if partnership.status not in FOLLOWED_STATUSES:
        raise ValidationError(
            _("This partnership is %(status)s; nothing more is written down or commented on in it."),
            code="closed",
            params={"status": partnership.get_status_display().lower()},
        )


def _locked(partnership: Partnership) -> Partnership:
    return Partnership.objects.select_for_update(of=("self",)).get(pk=partnership.pk)


def _refuse_stranger(partnership: Partnership, owner: Contact) -> None:
    if not possible_owners(partnership).filter(pk=owner.pk).exists():
        raise ValidationError({"owner": _("%(name)s is not on the team.") % {"name": owner}}, code="owner")


def _words(follow_up: FollowUp) -> dict:
    return {"title": follow_up.title, "person": str(follow_up.owner), "follow_up": follow_up.pk}


def _tell_owner(follow_up: FollowUp, *, by: User) -> None:
    owner = follow_up.owner.user
    if owner is not None and owner != by:
        # Given back and given again, somebody is told again: the version is the moment.
        tell(
            owner,
            NoticeKind.ASSIGNED,
            key=f"assigned:{follow_up.pk}:{follow_up.version}",
            partnership=follow_up.partnership,
            follow_up=follow_up,
            by=by,
        )
