"""The words of invitations and reminders: ready in the recipient's language, and open to the sender's own hand.

People edit plain text with a few names in braces. What stands for a name is put in once, in one pass, so that nothing
that somebody is called can bring in more; braces that name nothing stay as they are.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.emails import one_line
from partnerships.mail_states import MailKind
from partnerships.models import ADDRESS
from toolkit.models import Document, ShareLink
from toolkit.states import LinkScope
from twinning.languages import words_in

NAMES = ("name", "title", "side", "partnership", "sender", "sender_email", "due", "until", "address")
LONGEST_SUBJECT = 200
LONGEST_BODY = 5000
_GAP = re.compile(r"\{(" + "|".join(NAMES) + r")\}")
# What looks like a key of ours: whoever writes one by hand would send one person's link to others.
_KEY = re.compile(r"/(?:f|l)/[\w%-]{6,}", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True)
class Words:
    """Subject and text of a mail, with names in braces."""

    subject: str
    body: str


def words_for(document: Document, *, kind: str, scope: str, language: str, today: date | None = None) -> Words:
    """The words as they come, in ``language``: those of an invitation, or of a reminder that fits ``today``."""
    with translation.override(words_in(language)):
        gaps = {name: f"{{{name}}}" for name in NAMES}
        today = today or timezone.localdate()
        context = {
            **gaps,
            "is_reminder": kind == MailKind.REMINDER,
            "fills": scope == LinkScope.FILL,
            "comments": scope == LinkScope.REVIEW,
            "has_due": document.due_on is not None,
            "is_today": document.due_on == today,
            "is_late": document.due_on is not None and document.due_on < today,
            "minutes": document.version.minutes if scope == LinkScope.FILL else 0,
            "site_name": settings.SITE_NAME,
        }
        return Words(_subject(kind, scope, context), render_to_string("emails/invite.txt", context).strip() + "\n")


def _subject(kind: str, scope: str, context: Mapping) -> str:
    if kind == MailKind.REMINDER:
        if context["is_late"]:
            return _("Overdue: {title}")
        return _("Due today: {title}") if context["is_today"] else _("Reminder: {title}")
    if scope == LinkScope.FILL:
        return _("Please fill in: {title}")
    return _("Please read and comment: {title}") if scope == LinkScope.REVIEW else _("To read: {title}")


def own_words(subject: str, body: str) -> Words:
    """What a person wrote as words of a mail. Raises ValidationError, with the field as its code."""
    if _CONTROL.search(subject) or "\n" in subject:
        raise ValidationError(_("The subject is one line, without special characters."), code="subject")
    subject, body = subject.strip(), body.replace("\r\n", "\n").replace("\r", "\n")
    if not subject:
        raise ValidationError(_("Write a subject."), code="subject")
    if not body.strip():
        raise ValidationError(_("Write a few words."), code="body")
    if len(subject) > LONGEST_SUBJECT or len(body) > LONGEST_BODY:
        raise ValidationError(_("Use at most %(most)s characters."), code="body", params={"most": LONGEST_BODY})
    if _CONTROL.search(body) or ADDRESS in body or ADDRESS in subject:
        raise ValidationError(_("The text holds characters that do not belong into a mail."), code="body")
    if _KEY.search(body) or _KEY.search(subject):
        raise ValidationError(
            _("Leave the address of the link to the mail: write {address} where it should stand."), code="body"
        )
    if "{address}" in subject:
        raise ValidationError(_("The address of the link belongs into the text, not into the subject."), code="subject")
    return Words(subject, body)


def filled(words: Words, link: ShareLink) -> Words:
    """``words`` for the recipient of ``link``. The address is always there, and only ever that of this link."""
    document = link.document
    with translation.override(words_in(link.mail_language)):
        values = {
            "name": link.greeted_name,
            "title": document.title,
            "side": document.part_label(link.side),
            "partnership": document.partnership.name,
            "sender": str(link.created_by),
            "sender_email": link.created_by.email,
            "due": date_format(document.due_on) if document.due_on else "",
            "until": date_format(timezone.localtime(link.expires_at).date()),
            "address": ADDRESS,
        }
    body = words.body if "{address}" in words.body else f"{words.body.rstrip()}\n\n{{address}}\n"
    if not values["name"]:
        # “Hello ,” greets nobody.
        body = re.sub(r",?[ \u00a0]*\{name\}", "", body)
    plain = {key: value.replace(ADDRESS, "") if key != "address" else value for key, value in values.items()}
    return Words(one_line(_put(words.subject, plain)), _put(body, plain))


def _put(text: str, values: Mapping[str, str]) -> str:
    return _GAP.sub(lambda gap: values[gap[1]], text)
