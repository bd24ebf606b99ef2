"""Mails about what concerns a person. Each carries the way to have no more of them."""

from __future__ import annotations

import logging

from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import ngettext

from accounts.digests import stop_url
from accounts.emails import prefixed
from accounts.models import User
from accounts.zones import zone_of
from partnerships.notices import Line, lines_of
from partnerships.waiting import Waiting

logger = logging.getLogger(__name__)
MOST_WAITING = 25


def send_notices(user: User, notices: QuerySet) -> bool:
    """One mail at once about ``notices``; True also when there is nothing left to say."""
    with translation.override(user.language), timezone.override(zone_of(user.time_zone)):
        lines = lines_of(notices.for_list(), user)
        return not lines or send_digest_mail(user, lines, [])


def send_digest_mail(user: User, lines: list[Line], waiting: list[Waiting]) -> bool:
    """Send what is new and what waits, in the present language; whether the mail server took it."""
    stop = stop_url(user)
    body = render_to_string(
        "emails/digest.txt",
        {
            "name": user.name,
            "lines": [{"text": line.text, "quote": line.quote, "url": _whole(line.url)} for line in lines],
            "waiting": [{"item": one, "url": _whole(one.url)} for one in waiting[:MOST_WAITING]],
            "n_more": max(0, len(waiting) - MOST_WAITING),
            "home_url": _whole(reverse("home")),
            "profile_url": _whole(reverse("accounts:profile")),
            "stop_url": stop,
            "site_name": settings.SITE_NAME,
        },
    )
    mail = EmailMessage(_subject(lines, waiting), body, None, [user.email], headers={"List-Unsubscribe": f"<{stop}>"})
    try:
        mail.send()
    except OSError:  # SMTPException is one
        logger.exception("The notices of account %s could not be sent.", user.pk)
        return False
    return True


def _whole(path: str) -> str:
    return settings.SITE_URL + path


def _subject(lines: list[Line], waiting: list[Waiting]) -> str:
    if len(lines) == 1 and not waiting:
        return prefixed(" ".join(lines[0].text.split())[:150])
    if lines:
        return prefixed(ngettext("%(n)s new thing for you", "%(n)s new things for you", len(lines)) % {"n": len(lines)})
    n_waiting = len(waiting)
    return prefixed(ngettext("%(n)s thing waits for you", "%(n)s things wait for you", n_waiting) % {"n": n_waiting})
