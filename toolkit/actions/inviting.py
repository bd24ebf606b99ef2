"""Asking several people at once to fill in or read a document: a link for each, and a mail in their language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from toolkit.actions.links import create_share_link, resend_share_link
from toolkit.mail_words import Words
from toolkit.models import Document, ShareLink

MOST_GUESTS = 40


@dataclass(frozen=True, kw_only=True)
class Guest:
    """Somebody to be asked, on behalf of a side. ``language`` is that of the mail; empty for the document's."""

    name: str
    email: str
    side: str
    language: str = ""


@transaction.atomic
def invite(
    document: Document,
    guests: Iterable[Guest],
    *,
    words: Mapping[str, Words],
    scope: str,
    days: int,
    key: str,
    by: User,
) -> list[ShareLink]:
    """A live link and a mail for each of ``guests``; the links that were mailed now.

    ``words`` by language. Whoever has such a link already is sent that one again. ``key`` is that of the page that was
    posted: the same post once more mails nobody.
    """
    by_email = {guest.email.lower(): guest for guest in guests}
    if not by_email:
        raise ValidationError(_("Choose at least one person."), code="guests")
    if len(by_email) > MOST_GUESTS:
        most = {"most": MOST_GUESTS}
        raise ValidationError(_("Invite at most %(most)s people at once."), code="guests", params=most)
    Document.objects.select_for_update(of=("self",)).get(pk=document.pk)
    sent = []
    for email, guest in by_email.items():
        link = _link_for(document, guest, scope=scope, days=days, by=by)
        own = words.get(guest.language or document.language)
        if resend_share_link(link, by=by, words=own, once=f"invite:{document.pk}:{key[:40]}:{email}"[:160]):
            sent.append(link)
    return sent


def live_link_of(document: Document, guest: Guest, *, scope: str) -> ShareLink | None:
    """The link that this person has already for the same."""
    known = document.links.live().filter(scope=scope, side=guest.side, recipient_email__iexact=guest.email)
    return known.filter(passed_on_from__isnull=True).select_related("created_by").first()


def _link_for(document: Document, guest: Guest, *, scope: str, days: int, by: User) -> ShareLink:
    link = live_link_of(document, guest, scope=scope)
    if link is None:
        return create_share_link(
            document,
            side=guest.side,
            days=days,
            by=by,
            scope=scope,
            recipient_name=guest.name,
            recipient_email=guest.email,
            language=guest.language,
        )
    link.document = document
    if guest.language != link.language:
        link.language = guest.language
        link.save(update_fields=["language"])
    return link
