"""Mails about what people offer to the toolkit.

Nothing that a stranger typed stands in them: anybody may write any address into the form, and a letter of ours must not
carry somebody else's words to it.
"""

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import User
from toolkit.models import Proposal


def send_proposals_wait() -> None:
    """To every curator, each in their language; to the administrators where nobody is a curator."""
    people = User.objects.filter(is_active=True)
    readers = list(people.filter(is_curator=True)) or list(people.filter(is_admin=True))
    n_waiting = Proposal.objects.waiting().count()
    for reader in readers:
        with translation.override(reader.language):
            words = {"name": reader.name, "n_waiting": n_waiting, "url": _address("toolkit:proposal-list")}
            _send(_("A proposal for the toolkit waits"), "emails/proposals_wait.txt", words, reader.email)


def send_decision(proposal: Proposal, answer: str) -> None:
    """To the sender, if they gave an address: what was decided, and where to read it."""
    address = proposal.email
    if not address:
        return
    with translation.override(proposal.user.language if proposal.user else settings.LANGUAGE_CODE):
        words = {"state": proposal.state, "sent_on": proposal.created_at, "answer": answer, "url": proposal.status_url}
        _send(_("Your proposal for the toolkit"), "emails/proposal_decided.txt", words, address)


def _address(name: str) -> str:
    return settings.SITE_URL + reverse(name)


def _send(subject: str, template: str, words: dict, to: str) -> None:
    body = render_to_string(template, {**words, "site_name": settings.SITE_NAME})
    send_mail(f"[{settings.SITE_NAME}] {subject}", body, None, [to])
