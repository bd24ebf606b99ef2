"""Mails about documents, one function a message. Each is a row of the outbox, sent once the transaction is through."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.emails import one_line
from accounts.models import User
from partnerships.actions.mailing import post
from partnerships.mail_states import MailKind
from partnerships.models import ADDRESS, OutgoingMail
from toolkit.mail_words import Words, filled, words_for
from toolkit.models import Document, LinkVisit, ShareLink, Signature
from twinning.languages import words_in


def send_part_submitted(document: Document, part: str, name: str) -> None:
    """To the coordinator: one side is ready, others are still to come."""
    _to_coordinator(
        document,
        gettext_lazy("%(reference)s: one part is in"),
        "emails/part_submitted.txt",
        {"part": document.part_label(part), "respondent": name},
    )


def send_submitted(document: Document, name: str) -> None:
    """To the coordinator: the whole document is in."""
    _to_coordinator(
        document, gettext_lazy("%(reference)s has been submitted"), "emails/submitted.txt", {"respondent": name}
    )


def send_passed_on(link: ShareLink, visit: LinkVisit) -> None:
    """To whoever made a link: somebody else has it now, and who that is."""
    _to_coordinator(
        link.document,
        gettext_lazy("%(reference)s: a link was passed on"),
        "emails/passed_on.txt",
        {"person": visit.name, "post": visit.post, "email": visit.email, "recipient": link.recipient_name},
        kind=MailKind.FORWARDED,
        reader=link.created_by,
    )


def _to_coordinator(
    document: Document,
    subject: str,
    template: str,
    context: dict[str, str],
    *,
    kind: str = MailKind.SUBMITTED,
    reader: User | None = None,
) -> None:
    reader = reader or document.partnership.coordinator
    with translation.override(reader.language):
        body = render_to_string(
            template,
            {
                **context,
                "name": reader.name,
                "title": document.title,
                "reference": document.reference,
                "partnership": document.partnership.name,
                "url": settings.SITE_URL + document.get_absolute_url(),
                "site_name": settings.SITE_NAME,
            },
        )
        told = str(subject) % {"reference": document.reference, "title": document.title}
    post(
        OutgoingMail(
            **_about(document),
            kind=kind,
            to_name=reader.name,
            to_email=reader.email,
            language=reader.language,
            subject=told,
            body=body,
        )
    )


def send_link(link: ShareLink, words: Words | None = None, *, by: User | None = None, once: str = "") -> bool:
    """To the recipient of a share link: the address, who sends it, and until when it works; whether it was written.

    In ``words`` when the sender chose their own. ``once`` names the occasion, for which there is one mail.
    """
    return _write(link, words, kind=MailKind.LINK, by=by, once=once)


def send_reminder(
    link: ShareLink, words: Words | None = None, *, by: User | None = None, once: str = "", today: date | None = None
) -> bool:
    """To the recipient of a share link: something is still to be done, and when it is or was due."""
    words = words or words_for(
        link.document, kind=MailKind.REMINDER, scope=link.scope, language=link.mail_language, today=today
    )
    return _write(link, words, kind=MailKind.REMINDER, by=by, once=once)


def _write(link: ShareLink, words: Words | None, *, kind: str, by: User | None, once: str) -> bool:
    words = words or words_for(link.document, kind=kind, scope=link.scope, language=link.mail_language)
    mail = _mail_to(link, kind=kind, words=filled(words, link))
    mail.created_by, mail.once = by, once or None
    if kind == MailKind.REMINDER:
        mail.address_of = f"reminder:{link.public_id}"
    return post(mail) is not None


def send_returned(link: ShareLink, document: Document, reason: str, places: Sequence[tuple[str, str]] = ()) -> None:
    """To the recipient of a live link: the document is open again, and why; ``places`` with a reason each."""
    link.document = document
    subject = gettext_lazy("Returned for changes: %(title)s")
    words = {"reason": reason, "places": places}
    _to_recipient(link, subject, "emails/returned.txt", words, kind=MailKind.RETURNED)


def send_returned_to(person: User, document: Document, reason: str, places: Sequence[tuple[str, str]]) -> None:
    """To somebody with an account who had handed it in: it is open again, and why."""
    _to_coordinator(
        document,
        gettext_lazy("Returned for changes: %(title)s"),
        "emails/returned_to.txt",
        {"reason": reason, "places": places},
        kind=MailKind.RETURNED,
        reader=person,
    )


def send_signed(document: Document, signature: Signature) -> None:
    """To the coordinator: somebody has signed."""
    words = {"signer": signature.signer, "code": signature.code}
    subject = gettext_lazy("%(reference)s has been signed")
    _to_coordinator(document, subject, "emails/signed.txt", words, kind=MailKind.SIGNED)


def send_comments(
    document: Document, email: str, *, name: str, lang: str, url: str, said: Sequence[tuple[str, str, str]]
) -> None:
    """To somebody who reads the answers: what was said, as (question, who, words); no words where they are not for
    a mailbox."""
    with translation.override(lang):
        body = render_to_string(
            "emails/comments.txt",
            {
                "name": name,
                "title": document.title,
                "reference": document.reference,
                "partnership": document.partnership.name,
                "said": said,
                "url": settings.SITE_URL + url,
                "site_name": settings.SITE_NAME,
            },
        )
        subject = _("Comments on %(title)s") % {"title": document.title}
    send_mail(one_line(subject), body, None, [email])


def send_reopened(link: ShareLink, document: Document, name: str) -> None:
    """To the recipient of a live link: their part must be submitted again, for ``name`` changed what both share."""
    link.document = document
    subject = gettext_lazy("Please look again: %(title)s")
    _to_recipient(link, subject, "emails/reopened.txt", {"changed_by": name}, kind=MailKind.REOPENED)


def send_moved(link: ShareLink, document: Document, name: str) -> None:
    """To the recipient of a live link: ``name`` moved the document to a newer form, so their part is open again."""
    link.document = document
    subject = gettext_lazy("Please look again: %(title)s")
    _to_recipient(link, subject, "emails/moved.txt", {"moved_by": name}, kind=MailKind.REOPENED)


def _to_recipient(link: ShareLink, subject: str, template: str, context: dict[str, Any], *, kind: str) -> None:
    document = link.document
    with translation.override(words_in(link.mail_language)):
        body = render_to_string(
            template,
            {
                **context,
                "name": link.greeted_name,
                "sender": str(link.created_by),
                "sender_email": link.created_by.email,
                "title": document.title,
                "partnership": document.partnership.name,
                "side": document.part_label(link.side),
                "url": ADDRESS,
                "site_name": settings.SITE_NAME,
            },
        )
        told = subject % {"title": document.title}
    post(_mail_to(link, kind=kind, words=Words(told, body)))


def _mail_to(link: ShareLink, *, kind: str, words: Words) -> OutgoingMail:
    return OutgoingMail(
        **_about(link.document),
        kind=kind,
        to_name=link.recipient_name,
        to_email=link.recipient_email,
        reply_to=link.created_by.email,
        language=link.mail_language,
        subject=words.subject,
        body=words.body,
        address_of=f"link:{link.public_id}",
    )


def _about(document: Document) -> dict:
    return {
        "partnership": document.partnership,
        "about": document.reference,
        "path": document.get_absolute_url(),
    }
