"""Notifications as lines to read. Words come from the rows they name, so what is no longer seen is no longer told."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils.formats import date_format
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from accounts.models import User
from partnerships.models import Notification
from partnerships.states import NoticeKind
from partnerships.things import Thing, things_of, visible_subjects

QUOTED = 300
ICONS = {
    NoticeKind.MENTIONED: "at-sign",
    NoticeKind.ASSIGNED: "list-todo",
    NoticeKind.DUE: "clock",
    NoticeKind.OVERDUE: "alarm-clock",
}


@dataclass(frozen=True, kw_only=True)
class Line:
    """What a person is told: a sentence, what was said, and where it is."""

    notice: Notification
    text: str
    quote: str
    url: str
    icon: str


def notices_for(user: User) -> QuerySet[Notification]:
    """What ``user`` may be told of now, things that they no longer see left out."""
    seen = Q(comment__isnull=True) | visible_subjects(user, prefix="comment__")
    return Notification.objects.of(user).filter(seen)


def lines_of(notices: Iterable[Notification], user: User) -> list[Line]:
    """The lines of ``notices``, from notices_for() or ``Notification.objects.of(user)``; none about hidden things."""
    notices = list(notices)
    comments = [notice.comment for notice in notices if notice.comment_id]
    for notice in notices:
        if notice.comment_id:
            notice.comment.partnership = notice.partnership
    things = things_of(comments, user)
    lines = []
    for notice in notices:
        thing = things[notice.comment.subject_key] if notice.comment_id else None
        if thing is None or not thing.is_hidden:
            lines.append(_line(notice, thing))
    return lines


def _line(notice: Notification, thing: Thing | None) -> Line:
    if thing is not None:
        text = _("%(who)s mentioned you in “%(thing)s”") % {"who": notice.actor_name, "thing": thing.title}
        quote = Truncator(notice.comment.text).chars(QUOTED)
        url = f"{thing.talk_url}#comment-{notice.comment_id}"
    else:
        notice.follow_up.partnership = notice.partnership
        text, quote, url = _about_follow_up(notice), "", notice.follow_up.get_absolute_url()
    return Line(notice=notice, text=text, quote=quote, url=url, icon=ICONS[notice.kind])


def _about_follow_up(notice: Notification) -> str:
    words = {"who": notice.actor_name, "title": notice.follow_up.title}
    if notice.kind == NoticeKind.ASSIGNED:
        if notice.follow_up.due_on:
            words["day"] = date_format(notice.follow_up.due_on)
            return _("%(who)s asked you to do this by %(day)s: “%(title)s”") % words
        return _("%(who)s asked you to do this: “%(title)s”") % words
    words["day"] = date_format(notice.due_on)
    if notice.kind == NoticeKind.OVERDUE:
        return _("“%(title)s” was due on %(day)s") % words
    return _("“%(title)s” is due on %(day)s") % words
