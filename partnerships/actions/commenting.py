"""Acts on comments: say something, put it right, take it away."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from partnerships.actions.follow_up import refuse_unless_followed
from partnerships.actions.notifying import tell
from partnerships.mentions import find_mentions
from partnerships.models import Comment, Partnership, record
from partnerships.permissions import can_remove_comment
from partnerships.states import NoticeKind
from partnerships.things import Thing, readers_of
from twinning.locking import claim_version

MOST_AN_HOUR = 60
MOST_MENTIONS = 30
# The same words about the same thing within this time are a post that came twice.
ECHO = timedelta(minutes=2)


@transaction.atomic
def add_comment(
    partnership: Partnership, about: Thing, text: str, *, by: User, picked: Iterable[User] = ()
) -> tuple[Comment, list[str]]:
    """Keep what ``by`` says about a thing they see, and tell whom it mentions.

    Returns the comment and the names after an “@” that belong to nobody who may see the thing, or to several.
    """
    # The author's row is the queue in which their comments stand, so that the limit holds for two at once.
    User.objects.select_for_update(of=("self",)).get(pk=by.pk)
    refuse_unless_followed(Partnership.objects.get(pk=partnership.pk))
    now = timezone.now()
    type_id, pk = about.key
    own = Comment.objects.filter(author=by)
    echo = own.filter(subject_type_id=type_id, subject_id=pk, text=text, created_at__gt=now - ECHO).first()
    if echo:
        return echo, []
    if own.filter(created_at__gt=now - timedelta(hours=1)).count() >= MOST_AN_HOUR:
        raise ValidationError(
            _("You have written %(n)s comments within an hour. Please wait a little."),
            code="rate",
            params={"n": MOST_AN_HOUR},
        )
    comment = Comment(partnership=partnership, subject_type_id=type_id, subject_id=pk, text=text, author=by)
    comment.full_clean()
    comment.save()
    unknown = _mention(comment, about, picked)
    # The history keeps no words: a comment can be removed, and not everybody may see what it is about.
    record(partnership, "comment.added", by=by, comment=comment.pk)
    return comment, unknown


@transaction.atomic
def change_comment(
    comment: Comment, *, about: Thing, seen_version: int, by: User, picked: Iterable[User] = ()
) -> list[str]:
    """Save other words while the author may still put them right; people who are new in it are told. See add_comment"""
    before = Comment.objects.get(pk=comment.pk)
    if before.author_id != by.pk:
        raise PermissionDenied
    refuse_unless_followed(Partnership.objects.get(pk=comment.partnership_id))
    if not before.may_still_be_edited:
        raise ValidationError(_("A comment can be changed for half an hour. Write another one instead."), code="window")
    claim_version(comment, seen_version)
    comment.edited_at = timezone.now()
    comment.full_clean()
    comment.save(update_fields=["text", "edited_at", "version"])
    return _mention(comment, about, picked)


@transaction.atomic
def remove_comment(comment: Comment, *, by: User) -> None:
    """Take the words away; that something was said here, by whom and when, stays."""
    locked = Comment.objects.select_for_update(of=("self",)).get(pk=comment.pk)
    if not can_remove_comment(by, locked):
        raise PermissionDenied
    if locked.is_removed:
        raise ValidationError(_("This comment has been removed already."), code="removed")
    locked.text, locked.removed_at, locked.removed_by = "", timezone.now(), by
    locked.version += 1
    locked.save(update_fields=["text", "removed_at", "removed_by", "version"])
    locked.mentioned.clear()
    record(locked.partnership, "comment.removed", by=by, comment=locked.pk)


def _mention(comment: Comment, about: Thing, picked: Iterable[User]) -> list[str]:
    readers = readers_of(about, comment.partnership)
    meant = find_mentions(comment.text, readers)
    known = {person.pk: person for person in readers}
    chosen = {person.pk: known[person.pk] for person in [*picked, *meant.people] if person.pk in known}
    chosen.pop(comment.author_id, None)
    if len(chosen) > MOST_MENTIONS:
        raise ValidationError(_("Mention %(n)s people at most."), code="mentions", params={"n": MOST_MENTIONS})
    comment.mentioned.set(chosen.values())
    for person in chosen.values():
        tell(
            person,
            NoticeKind.MENTIONED,
            key=f"mentioned:{comment.pk}",
            partnership=comment.partnership,
            comment=comment,
            by=comment.author,
        )
    return meant.unknown
