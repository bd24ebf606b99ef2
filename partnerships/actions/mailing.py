"""The way of a mail out of the house: written with what it tells of, sent once that is saved, tried again when refused.

A mail is a row of the same transaction as the act it tells of, so neither is without the other. It is sent in the
request, after commit; what the mail server does not take waits for ``manage.py send_mails``.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from smtplib import SMTPRecipientsRefused, SMTPResponseException

from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from accounts.emails import one_line
from accounts.models import User
from partnerships.mail_states import LEASE, MOST_TRIES, PAUSES, MailState
from partnerships.models import ADDRESS, OutgoingMail

logger = logging.getLogger(__name__)
# A mail server that does not answer is asked no more from pages for so many seconds: nobody waits for it in vain.
REST_SECONDS = 60
SERVER_RESTS = "mail-server-rests"
# Answers of a mail server about one mail, and the number from which on they are final.
ANSWERS = (SMTPResponseException, SMTPRecipientsRefused)
FINAL = 500
# What a server says of us and not of the mail: signing in failed, or is asked for. An administrator mends that.
SIGN_IN = frozenset({530, 534, 535, 538})
KEPT = timedelta(days=400)


class FinalError(Exception):
    """A mail that no further try will send."""


def post(mail: OutgoingMail) -> OutgoingMail | None:
    """Put ``mail`` into the outbox; it is sent when the transaction is through.

    None when a mail for the same occasion (``once``) is there already.
    """
    mail.subject = one_line(mail.subject)
    try:
        with transaction.atomic():
            mail.save(force_insert=True)
    except IntegrityError:
        if mail.once and OutgoingMail.objects.filter(once=mail.once).exists():
            return None
        raise
    transaction.on_commit(lambda: send_from_page(mail.pk), robust=True)
    return mail


def send_from_page(pk: int) -> None:
    """Try a mail at once, unless the mail server has just been found away."""
    if not cache.get(SERVER_RESTS):
        send(pk)


def send(pk: int) -> bool:
    """Try one mail, if it is its turn; whether it went out. Nobody else tries the same mail meanwhile.

    A process that dies between the server's yes and ours leaves a mail that is sent once more: better than never.
    """
    now = timezone.now()
    taken = OutgoingMail.objects.due().filter(pk=pk)
    if not taken.update(state=MailState.SENDING, tries=F("tries") + 1, next_try_at=now + LEASE):
        return False
    mail = OutgoingMail.objects.get(pk=pk)
    try:
        _hand_over(mail)
    except ValidationError as no_longer:
        _end(mail, MailState.CANCELLED, reason=" ".join(no_longer.messages))
    except FinalError as refusal:
        _end(mail, MailState.FAILED, reason=str(refusal))
    except Exception as trouble:  # whatever a mail server or its library does, the page goes on and the mail waits
        logger.warning("Mail %s could not be sent: %s", mail.pk, type(trouble).__name__)
        if not isinstance(trouble, ANSWERS):
            cache.set(SERVER_RESTS, value=True, timeout=REST_SECONDS)
        _try_later(mail, trouble)
    else:
        _end(mail, MailState.SENT, sent_at=timezone.now())
        return True
    return False


def _hand_over(mail: OutgoingMail) -> None:
    message = EmailMessage(
        mail.subject,
        mail.body.replace(ADDRESS, address_for(mail)) if mail.address_of else mail.body,
        None,
        [mail.to_email],
        reply_to=[mail.reply_to] if mail.reply_to else None,
        headers={"Auto-Submitted": "auto-generated"},
    )
    try:
        message.send()
    except SMTPRecipientsRefused as refused:
        codes = dict(refused.recipients.values())
        if min(codes, default=0) >= FINAL:
            raise FinalError(_words_of(next(iter(codes.items())))) from refused
        raise
    except SMTPResponseException as refused:
        if refused.smtp_code >= FINAL and refused.smtp_code not in SIGN_IN:
            raise FinalError(_words_of((refused.smtp_code, refused.smtp_error))) from refused
        raise
    except (ValueError, UnicodeError) as unfit:
        raise FinalError(str(unfit)) from unfit


def address_for(mail: OutgoingMail) -> str:
    """The secret address in ``mail``. Raises ValidationError when it leads nowhere, or is not wanted, any more."""
    kind, _colon, key = mail.address_of.partition(":")
    found: Callable[[str], str] = import_string(settings.MAIL_ADDRESSES[kind])
    return found(key)


def _words_of(answer: tuple[int, bytes | str]) -> str:
    code, said = answer
    return f"{code} {said.decode('utf-8', 'replace') if isinstance(said, bytes) else said}"


def _try_later(mail: OutgoingMail, trouble: Exception) -> None:
    reason = type(trouble).__name__
    if isinstance(trouble, SMTPResponseException):
        reason = _words_of((trouble.smtp_code, trouble.smtp_error))
    if mail.tries >= MOST_TRIES:
        _end(mail, MailState.FAILED, reason=reason)
    else:
        _end(mail, MailState.QUEUED, reason=reason, next_try_at=timezone.now() + PAUSES[mail.tries - 1])


def _end(mail: OutgoingMail, state: str, *, reason: str = "", **fields: datetime) -> None:
    """Write down what became of a try; a mail that meanwhile was given up by us and taken by another stays theirs."""
    changes = {"state": state, "reason": one_line(reason), **fields}
    OutgoingMail.objects.filter(pk=mail.pk, state=MailState.SENDING, tries=mail.tries).update(**changes)
    for name, value in changes.items():
        setattr(mail, name, value)


def send_due(*, most: int = 1000) -> tuple[int, int]:
    """Try everything whose turn it is, the oldest first; how many went out and how many did not.

    Stops when the mail server is found away: the rest would only wait for it one by one.
    """
    cache.delete(SERVER_RESTS)
    n_sent = n_left = 0
    for pk in OutgoingMail.objects.due().order_by("next_try_at", "pk").values_list("pk", flat=True)[:most]:
        if cache.get(SERVER_RESTS):
            break
        if send(pk):
            n_sent += 1
        else:
            n_left += 1
    return n_sent, n_left


@transaction.atomic
def cancel_mail(mail: OutgoingMail, *, by: User) -> None:
    locked = OutgoingMail.objects.select_for_update(of=("self",)).get(pk=mail.pk)
    if not locked.can_be_cancelled:
        raise ValidationError(_("Only a mail that still waits can be cancelled."), code="transition")
    locked.state, locked.reason = MailState.CANCELLED, _("Cancelled by %(who)s.") % {"who": by}
    locked.save(update_fields=["state", "reason"])


@transaction.atomic
def send_mail_again(mail: OutgoingMail, *, by: User) -> OutgoingMail:
    """The same words to the same person once more, as a mail of its own: what became of the first stays on record."""
    locked = OutgoingMail.objects.select_for_update(of=("self",)).get(pk=mail.pk)
    if not locked.can_be_sent_again:
        words = _("This mail is still on its way.") if locked.forgotten_at is None else _("Its words are deleted.")
        raise ValidationError(words, code="transition")
    if locked.address_of:
        address_for(locked)
    if OutgoingMail.objects.filter(_same(locked), state__in=[MailState.QUEUED, MailState.SENDING]).exists():
        raise ValidationError(_("The same mail already waits to be sent."), code="transition")
    kept = ("partnership", "kind", "about", "path", "to_name", "to_email", "language", "subject", "body", "address_of")
    again = OutgoingMail(**{name: getattr(locked, name) for name in kept}, reply_to=by.email, created_by=by)
    return post(again)


def _same(mail: OutgoingMail) -> Q:
    return Q(to_email=mail.to_email, subject=mail.subject, address_of=mail.address_of, partnership=mail.partnership_id)


def forget_old_mails() -> int:
    """Delete the words of mails after MAIL_BODY_DAYS, and the mails themselves after more than a year."""
    now = timezone.now()
    ended = OutgoingMail.objects.exclude(state__in=[MailState.QUEUED, MailState.SENDING])
    ended.filter(created_at__lt=now - KEPT).delete()
    old = ended.filter(created_at__lt=now - timedelta(days=settings.MAIL_BODY_DAYS), forgotten_at__isnull=True)
    return old.update(body="", forgotten_at=now)
