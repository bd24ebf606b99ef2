"""Telling people what concerns them: a row for their list, and a mail as often as they want one."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.states import Digest
from partnerships.digest_emails import send_notices
from partnerships.models import Comment, FollowUp, Notification, Partnership
from partnerships.states import NoticeKind

DUE_WARNING = timedelta(days=2)


def tell(
    user: User,
    kind: NoticeKind,
    *,
    key: str,
    partnership: Partnership,
    by: User | None = None,
    follow_up: FollowUp | None = None,
    comment: Comment | None = None,
    due_on: date | None = None,
) -> None:
    """Tell ``user`` once of what ``key`` names. Whoever wants mails at once gets one when the act is saved."""
    notice, is_new = Notification.objects.get_or_create(
        user=user,
        key=key,
        defaults={
            "kind": kind,
            "partnership": partnership,
            "follow_up": follow_up,
            "comment": comment,
            "due_on": due_on,
            "actor_name": str(by) if by else "",
        },
    )
    if is_new and by is not None and user.digest == Digest.IMMEDIATE and user.is_active:
        transaction.on_commit(lambda: mail_at_once(notice))


def mail_at_once(notice: Notification) -> None:
    """One mail for one notice, unless somebody else is sending it."""
    if not Notification.objects.unmailed().filter(pk=notice.pk).update(mailed_at=timezone.now()):
        return
    if not send_notices(notice.user, Notification.objects.of(notice.user).filter(pk=notice.pk)):
        Notification.objects.filter(pk=notice.pk).update(mailed_at=None)  # the next round of send_digests tries again


def note_dates(user: User) -> None:
    """Tell ``user`` of their follow-ups that are due soon or overdue, once for each date. In their own time zone."""
    today = timezone.localdate()
    soon = FollowUp.objects.visible_to(user).owned_by(user).open().filter(due_on__lte=today + DUE_WARNING)
    for follow_up in soon.select_related("partnership"):
        kind = NoticeKind.OVERDUE if follow_up.due_on < today else NoticeKind.DUE
        tell(
            user,
            kind,
            key=f"{kind}:{follow_up.pk}:{follow_up.due_on.isoformat()}",
            partnership=follow_up.partnership,
            follow_up=follow_up,
            due_on=follow_up.due_on,
        )


@transaction.atomic
def mark_read(user: User, *, pk: int | None = None) -> int:
    """Note that ``user`` has seen one notification, or all of them; says how many were new."""
    rows = Notification.objects.unread().filter(user=user).exclude(kind=NoticeKind.WAITS)
    return (rows if pk is None else rows.filter(pk=pk)).update(read_at=timezone.now())
