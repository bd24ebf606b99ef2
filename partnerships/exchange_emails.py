"""Mails about exchanges, one function a message. None holds a passport number or a word about health."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.emails import prefixed
from accounts.models import User
from partnerships.actions.mailing import post
from partnerships.agreement_emails import Readers, coordinators_of, readers_of
from partnerships.exchange_guards import needs_clearance
from partnerships.exchange_permissions import who_clear
from partnerships.exchange_states import ASKS, Decision, Step
from partnerships.mail_states import MailKind
from partnerships.models import ADDRESS, Exchange, OutgoingMail, Traveller
from partnerships.permissions import APPROVING_ROLES

# Called when the language of the reader is set.
Words = Callable[[], str]


def answerers_of(exchange: Exchange) -> Readers:
    """Who can answer the request that waits now."""
    step = ASKS.get(exchange.state)
    if step is None or (step == Step.PROGRAMME and not needs_clearance(exchange)):
        return {}
    if step == Step.PROGRAMME:
        return readers_of(who_clear(exchange))
    side = (exchange.sending if step == Step.SENDING else exchange.receiving).side
    team = exchange.partnership.team.current().select_related("contact__user")
    return readers_of([each.contact for each in team if each.side == side and each.role in APPROVING_ROLES])


def send_asked(exchange: Exchange) -> int:
    """To those who can answer next."""
    return _send(
        exchange,
        answerers_of(exchange),
        lambda: _("Please answer: exchange “%(title)s”") % {"title": exchange.title},
        lambda: [
            _(
                "Please read this exchange of %(partnership)s and approve it, return it for changes, or "
                "reject it: %(what)s"
            )
            % {"partnership": exchange.partnership.name, "what": _what(exchange)}
        ],
        exchange.get_absolute_url(),
    )


def send_answered(exchange: Exchange, *, decision: str, comment: str, by: User) -> int:
    """A yes goes on to whoever is asked next; the coordinators hear of every answer."""
    if decision == Decision.APPROVED:
        send_asked(exchange)
    readers = coordinators_of(exchange.partnership)
    readers.pop(by.email.lower(), None)
    said = {
        Decision.APPROVED: lambda: _("Approved by %(who)s: exchange “%(title)s”"),
        Decision.RETURNED: lambda: _("Returned for changes by %(who)s: exchange “%(title)s”"),
        Decision.REJECTED: lambda: _("Rejected by %(who)s: exchange “%(title)s”"),
    }[decision]
    return _send(
        exchange,
        readers,
        lambda: said() % {"who": by, "title": exchange.title},
        lambda: [_what(exchange), *([f"“{comment}”"] if comment else [])],
        exchange.get_absolute_url(),
    )


def send_reports_asked(exchange: Exchange) -> int:
    """To every traveller who owes a report."""
    return sum(send_report_asked(each) for each in exchange.travellers.all() if each.owes_report)


def send_report_asked(traveller: Traveller, *, is_late: bool = False) -> int:
    exchange = traveller.exchange
    words = {"title": exchange.title}

    def subject() -> str:
        return _("Your trip report is late: %(title)s") % words if is_late else _("Your trip report: %(title)s") % words

    def lines() -> list[str]:
        due = {"day": date_format(traveller.report_due_on)}
        first = (
            _("Your trip report was due on %(day)s.") % due
            if is_late
            else _("Welcome home. Please write your trip report by %(day)s; an hour is enough.") % due
        )
        return [first, _what(exchange), _("This link is yours alone, and needs no account:")]

    readers = readers_of([traveller.contact])
    return _send(exchange, readers, subject, lines, ADDRESS, address_of=f"report:{traveller.pk}")


def send_reader_named(traveller: Traveller, *, reader: User, by: User) -> int:
    """To a traveller for whom somebody else named a reader."""
    words = {"reader": reader, "by": by, "title": traveller.exchange.title}
    return _send(
        traveller.exchange,
        readers_of([traveller.contact]),
        lambda: _("Who may read your travel data: %(title)s") % words,
        lambda: [
            _("%(by)s named %(reader)s as somebody who may read and write your passport, insurance, emergency and "
              "health data for “%(title)s”. If you do not agree, tell your coordinator; it is undone at once.") % words
        ],
        traveller.get_absolute_url(),
    )  # fmt: skip


def _what(exchange: Exchange) -> str:
    return _("“%(title)s”, %(first)s to %(last)s, %(place)s.") % {
        "title": exchange.title,
        "first": date_format(exchange.from_on),
        "last": date_format(exchange.until_on),
        "place": exchange.place,
    }


def _send(
    exchange: Exchange,
    readers: Readers,
    subject: Words,
    lines: Callable[[], Iterable[str]],
    path: str,
    *,
    address_of: str = "",
) -> int:
    """One mail a reader into the outbox, in their language, ending in ``path`` of ours; returns how many they are.

    A secret address is ADDRESS here, and ``address_of`` says whose.
    """
    for address, (name, language) in readers.items():
        with translation.override(language):
            context = {
                "name": name,
                "lines": list(lines()),
                "url": path if address_of else settings.SITE_URL + path,
                "site_name": settings.SITE_NAME,
            }
            body, line = render_to_string("emails/exchange.txt", context), subject()
        mail = OutgoingMail(
            partnership=exchange.partnership,
            kind=MailKind.EXCHANGE,
            about=exchange.reference,
            path=exchange.get_absolute_url(),
            to_name=name,
            to_email=address,
            language=language,
            subject=prefixed(line),
            body=body,
            address_of=address_of,
        )
        post(mail)
    return len(readers)
