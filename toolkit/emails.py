"""Mails about documents, one function a message."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.emails import one_line
from accounts.models import User
from toolkit.models import Document, ShareLink, Signature


def send_part_submitted(document: Document, part: str, name: str) -> None:
    """To the coordinator: one side is ready, others are still to come."""
    _to_coordinator(
        document,
        _("%(reference)s: one part is in") % {"reference": document.reference},
        "emails/part_submitted.txt",
        {"part": document.part_label(part), "respondent": name},
    )


def send_submitted(document: Document, name: str) -> None:
    """To the coordinator: the whole document is in."""
    _to_coordinator(
        document,
        _("%(reference)s has been submitted") % {"reference": document.reference},
        "emails/submitted.txt",
        {"respondent": name},
    )


def _to_coordinator(document: Document, subject: str, template: str, context: dict[str, str]) -> None:
    coordinator = document.partnership.coordinator
    with translation.override(coordinator.language):
        body = render_to_string(
            template,
            {
                **context,
                "name": coordinator.name,
                "title": document.title,
                "reference": document.reference,
                "partnership": document.partnership.name,
                "url": settings.SITE_URL + document.get_absolute_url(),
                "site_name": settings.SITE_NAME,
            },
        )
    send_mail(one_line(subject), body, None, [coordinator.email])


def send_link(link: ShareLink) -> None:
    """To the recipient of a share link: the address, who sends it, and until when it works."""
    _to_recipient(link, gettext_lazy("Please fill in: %(title)s"), "emails/share_link.txt", {})


def send_returned(link: ShareLink, document: Document, reason: str, places: Sequence[tuple[str, str]] = ()) -> None:
    """To the recipient of a live link: the document is open again, and why; ``places`` with a reason each."""
    link.document = document
    words = {"reason": reason, "places": places}
    _to_recipient(link, gettext_lazy("Returned for changes: %(title)s"), "emails/returned.txt", words)


def send_returned_to(person: User, document: Document, reason: str, places: Sequence[tuple[str, str]]) -> None:
    """To somebody with an account who had handed it in: it is open again, and why."""
    subject = gettext_lazy("Returned for changes: %(title)s")
    _to_person(person, document, subject, "emails/returned_to.txt", {"reason": reason, "places": places})


def send_signed(document: Document, signature: Signature) -> None:
    """To the coordinator: somebody has signed."""
    words = {"signer": signature.signer, "code": signature.code}
    subject = gettext_lazy("%(reference)s has been signed")
    _to_person(document.partnership.coordinator, document, subject, "emails/signed.txt", words)


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


def _to_person(person: User, document: Document, subject: str, template: str, context: dict[str, Any]) -> None:
    words = {"title": document.title, "reference": document.reference}
    with translation.override(person.language):
        body = render_to_string(
            template,
            {
                **context,
                **words,
                "name": person.name,
                "partnership": document.partnership.name,
                "url": settings.SITE_URL + document.get_absolute_url(),
                "site_name": settings.SITE_NAME,
            },
        )
        told = one_line(subject % words)
    send_mail(told, body, None, [person.email])


def send_reopened(link: ShareLink, document: Document, name: str) -> None:
    """To the recipient of a live link: their part must be submitted again, for ``name`` changed what both share."""
    link.document = document
    _to_recipient(link, gettext_lazy("Please look again: %(title)s"), "emails/reopened.txt", {"changed_by": name})


def send_moved(link: ShareLink, document: Document, name: str) -> None:
    """To the recipient of a live link: ``name`` moved the document to a newer form, so their part is open again."""
    link.document = document
    _to_recipient(link, gettext_lazy("Please look again: %(title)s"), "emails/moved.txt", {"moved_by": name})


def _to_recipient(link: ShareLink, subject: str, template: str, context: dict[str, Any]) -> None:
    document = link.document
    with translation.override(document.language):
        body = render_to_string(
            template,
            {
                **context,
                "name": link.recipient_name,
                "sender": str(link.created_by),
                "sender_email": link.created_by.email,
                "title": document.title,
                "partnership": document.partnership.name,
                "side": document.part_label(link.side),
                "url": link.url,
                "expires_at": link.expires_at,
                "minutes": document.version.minutes,
                "site_name": settings.SITE_NAME,
            },
        )
        told = one_line(subject % {"title": document.title})
    send_mail(told, body, None, [link.recipient_email])
