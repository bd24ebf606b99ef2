"""Mails to people on the list of a workshop. They carry our words and the title, and nothing that strangers typed."""

from __future__ import annotations

import logging

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.emails import one_line, prefixed
from partnerships.actions.mailing import post
from partnerships.mail_states import MailKind
from partnerships.models import OutgoingMail, Registration
from partnerships.workshop_states import RegistrationState

logger = logging.getLogger(__name__)


def send_registered(registration: Registration, token: str) -> None:
    """That somebody is on the list, and the private address at which they see and give up their seat."""
    url = settings.SITE_URL + reverse("partnerships:registration-own", args=[token])
    _send(registration, _subject_of(registration), {"url": url, "is_new": True})


def send_seat(registration: Registration) -> None:
    """That a seat became free for somebody who waited."""
    workshop = registration.workshop
    if not registration.email:
        return
    subject, body = _written(registration, lambda: _("You have a seat: %(title)s"), {"url": "", "is_new": False})
    mail = OutgoingMail(
        partnership=workshop.partnership,
        kind=MailKind.WORKSHOP,
        about=workshop.reference,
        path=workshop.get_absolute_url(),
        to_name=registration.name,
        to_email=registration.email,
        language=registration.language or settings.LANGUAGE_CODE,
        subject=subject,
        body=body,
    )
    post(mail)


def _subject_of(registration: Registration):
    if registration.state == RegistrationState.SEATED:
        return lambda: _("You have a seat: %(title)s")
    return lambda: _("You are on the waiting list: %(title)s")


def _send(registration: Registration, subject, words: dict) -> None:
    """Outside the outbox: the address in it opens the registration, and its key is kept nowhere."""
    if not registration.email:
        return
    told, body = _written(registration, subject, words)
    try:
        send_mail(told, body, None, [registration.email])
    except OSError:  # SMTPException is one
        logger.exception("The mail about registration %s could not be sent.", registration.pk)


def _written(registration: Registration, subject, words: dict) -> tuple[str, str]:
    """Subject and text in the language of whoever registered."""
    workshop = registration.workshop
    with translation.override(registration.language or settings.LANGUAGE_CODE):
        first = workshop.sessions.first()
        start = first.local_start(workshop.zone) if first else None
        context = {
            **words,
            "workshop": workshop,
            "has_seat": registration.state == RegistrationState.SEATED,
            "day": date_format(start.date()) if start else "",
            "hour": f"{start:%H:%M}" if start else "",
            "site_name": settings.SITE_NAME,
        }
        body = render_to_string("emails/registration.txt", context)
        return prefixed(one_line(subject() % {"title": workshop.title})), body
