"""Mails about agreements, one function a message. Nothing is promised by mail: each leads to the page."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.emails import one_line, prefixed
from partnerships.agreement_states import Occasion
from partnerships.models import Agreement, Contact, Partnership, TeamMember
from partnerships.permissions import SIGNING_ROLES
from partnerships.states import Side, TeamRole

# address → name and language of whoever reads it
Readers = dict[str, tuple[str, str]]


def coordinators_of(partnership: Partnership) -> Readers:
    """The coordinators of both sides, and the lead of a side that has none; the responsible coordinator always."""
    team = list(partnership.team.current().select_related("contact__user"))
    people = [partnership.coordinator]
    for side in Side.values:
        own = [member for member in team if member.side == side]
        coordinators = [member for member in own if member.role == TeamRole.COORDINATOR]
        people += [each.contact for each in coordinators or own if each.role in SIGNING_ROLES]
    return readers_of(people)


def signatories_of(agreement: Agreement) -> Readers:
    """Who is asked to accept: named signatories, else the leads and coordinators of each organization."""
    team = list(agreement.partnership.team.current().select_related("contact__user"))
    people: list[Contact] = []
    for party in agreement.parties.select_related("participation", "signatory__user"):
        people += [party.signatory] if party.signatory else _speakers(team, party.participation.organization_id)
    return readers_of(people)


def _speakers(team: Iterable[TeamMember], organization_id: int) -> list[Contact]:
    return [
        member.contact
        for member in team
        if member.role in SIGNING_ROLES and member.contact.organization_id == organization_id
    ]


def readers_of(people: Iterable) -> Readers:
    found: Readers = {}
    for person in people:
        account = getattr(person, "user", None) or (None if isinstance(person, Contact) else person)
        address = account.email if account and account.is_active else person.email
        if address:
            found.setdefault(address.lower(), (person.name, account.language if account else settings.LANGUAGE_CODE))
    return found


def send_out_for_signature(agreement: Agreement) -> None:
    _send(
        agreement,
        signatories_of(agreement),
        "emails/agreement_to_sign.txt",
        lambda: _("Please read and accept: %(title)s"),
        {},
    )


def send_voided(agreement: Agreement, *, changed: list[str], who: str) -> None:
    """To those who had accepted, or are asked to: the text was changed, and what was accepted counts no more."""
    words = {"changed": changed, "who": who}
    _send(
        agreement,
        signatories_of(agreement),
        "emails/agreement_voided.txt",
        lambda: _("Changed after acceptance: %(title)s"),
        words,
    )


def send_in_force(agreement: Agreement) -> None:
    _send(
        agreement,
        coordinators_of(agreement.partnership),
        "emails/agreement_in_force.txt",
        lambda: _("In force: %(title)s"),
        {},
    )


def send_notice(agreement: Agreement, *, occasion: str, on: date, days_left: int) -> int:
    """To the coordinators of both sides; returns to how many people it went."""
    readers = coordinators_of(agreement.partnership)
    words = {"on": on, "days_left": days_left, "is_end": occasion == Occasion.END}
    subjects = {
        Occasion.END: lambda: ngettext(
            "Ends in %(days)s day: %(title)s", "Ends in %(days)s days: %(title)s", days_left
        ),
        Occasion.REVIEW: lambda: ngettext(
            "To be reviewed in %(days)s day: %(title)s", "To be reviewed in %(days)s days: %(title)s", days_left
        ),
    }
    _send(agreement, readers, "emails/agreement_notice.txt", subjects[occasion], words)
    return len(readers)


def _send(agreement: Agreement, readers: Readers, template: str, subject, words: dict) -> None:
    """One mail a reader, in their language. ``subject`` is called when the language is set."""
    for address, (reader, language) in readers.items():
        with translation.override(language):
            context = {
                **words,
                "name": reader,
                "agreement": agreement,
                "partnership": agreement.partnership.name,
                "url": settings.SITE_URL + agreement.get_absolute_url(),
                "site_name": settings.SITE_NAME,
            }
            body = render_to_string(template, context)
            line = one_line(subject() % {"title": agreement.title, "days": words.get("days_left", "")})
        send_mail(prefixed(line), body, None, [address])
