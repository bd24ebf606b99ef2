"""Making, changing, revoking and sending share links."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from partnerships.mail_states import MailKind
from partnerships.models import record
from toolkit import emails
from toolkit.mail_addresses import why_no_reminder
from toolkit.mail_words import Words
from toolkit.models import Document, ShareLink
from toolkit.models.share_link import hash_code
from toolkit.states import DocumentState, LinkScope, Mode, Part

LONGEST_DAYS = 365
MOST_DEVICES = 500
# A code that another link has already is passed over; so many in a row are not met by chance.
CODES_TRIED = 20


@transaction.atomic
def create_share_link(
    document: Document,
    *,
    side: str,
    days: int,
    by: User,
    scope: str = LinkScope.FILL,
    recipient_name: str = "",
    recipient_email: str = "",
    language: str = "",
    most_devices: int | None = None,
    send: bool = False,
) -> ShareLink:
    """A link for one side, good for ``days`` days; mailed to the recipient when ``send``."""
    _refuse_unless_possible(document, side=side, days=days)
    if document.mode == Mode.OPEN and scope != LinkScope.FILL:
        raise ValidationError(_("Many people answer this by one link; there is nothing in it to read."), code="scope")
    if send and not recipient_email:
        raise ValidationError(_("Write the e-mail address the link should go to."), code="email")
    now = timezone.now()
    link = ShareLink(
        document=document,
        side=side,
        scope=scope,
        recipient_name=recipient_name.strip(),
        recipient_email=recipient_email.strip(),
        language=language,
        most_devices=most_devices,
        created_by=by,
        created_at=now,
        expires_at=now + timedelta(days=days),
    )
    _take_what_is_known(link)
    link.full_clean()
    link.save()
    record(document.partnership, "link.created", by=by, reference=document.reference, side=side)
    if send:
        mail_share_link(link, by=by)
    return link


def _refuse_unless_possible(document: Document, *, side: str, days: int) -> None:
    if document.state == DocumentState.WITHDRAWN:
        raise ValidationError(_("This document was withdrawn; nobody can be asked to fill it in."), code="withdrawn")
    if side not in (Part.HOST, Part.RESOURCE):
        raise ValidationError(_("Choose the side that the link is for."), code="side")
    _refuse_days(days)


def _refuse_days(days: int) -> None:
    if not 1 <= days <= LONGEST_DAYS:
        raise ValidationError(_("A link may work for 1 to %(most)s days."), code="days", params={"most": LONGEST_DAYS})


def _take_what_is_known(link: ShareLink) -> None:
    """Name and post that the same person gave under another link of the partnership are not asked for again."""
    if not link.recipient_email:
        return
    before = (
        ShareLink.objects.filter(
            document__partnership=link.document.partnership_id, recipient_email__iexact=link.recipient_email
        )
        .exclude(respondent_name="")
        .order_by("-opened_at", "-pk")
        .first()
    )
    if before is not None:
        link.respondent_name, link.respondent_post = before.respondent_name, before.respondent_post


def mail_share_link(link: ShareLink, words: Words | None = None, *, by: User, once: str = "") -> bool:
    """Write the mail with the link; whether there is one for this occasion now that was not before."""
    if not emails.send_link(link, words, by=by, once=once):
        return False
    link.mailed_at = timezone.now()
    link.save(update_fields=["mailed_at"])
    return True


@transaction.atomic
def revoke_share_link(link: ShareLink, *, by: User) -> None:
    """End a link, and those that people got to whom it was passed on."""
    locked = _lock(link)
    if locked.revoked_at is not None:
        raise ValidationError(_("This link was already revoked."), code="revoked")
    now = timezone.now()
    locked.revoked_at = link.revoked_at = now
    locked.save(update_fields=["revoked_at"])
    ShareLink.objects.filter(passed_on_from=locked.pk, revoked_at__isnull=True).update(revoked_at=now)
    record(link.document.partnership, "link.revoked", by=by, reference=link.document.reference, side=link.side)


@transaction.atomic
def change_share_link(
    link: ShareLink, *, days: int | None, most_devices: int | None, is_reminded: bool, seen: str, by: User
) -> None:
    """Let a link work for ``days`` more days from now (also one that ran out), on so many devices, with reminders."""
    locked = _lock(link)
    if locked.revoked_at is not None or link.document.state == DocumentState.WITHDRAWN:
        raise ValidationError(_("This link was revoked. Make a new one."), code="revoked")
    if stamp_of(locked) != seen:
        raise ValidationError(
            _("Somebody else changed this link since you opened the page. Look at it again first."), code="stale"
        )
    if most_devices is not None and not 1 <= most_devices <= MOST_DEVICES:
        most = {"most": MOST_DEVICES}
        raise ValidationError(_("A link may open on 1 to %(most)s devices."), code="most_devices", params=most)
    if days is not None:
        _refuse_days(days)
        locked.expires_at = timezone.now() + timedelta(days=days)
        ShareLink.objects.filter(passed_on_from=locked.pk, revoked_at__isnull=True).update(expires_at=locked.expires_at)
        until = timezone.localtime(locked.expires_at).date().isoformat()
        told = {"reference": link.document.reference, "side": link.side, "day": until}
        record(link.document.partnership, "link.extended", by=by, **told)
    locked.most_devices, locked.is_reminded = most_devices, is_reminded
    locked.save(update_fields=["expires_at", "most_devices", "is_reminded"])
    link.refresh_from_db(fields=["expires_at", "most_devices", "is_reminded"])


def stamp_of(link: ShareLink) -> str:
    """What a page showed of a link that it lets people change."""
    return f"{link.expires_at.isoformat()} {link.most_devices or ''} {int(link.is_reminded)}"


@transaction.atomic
def resend_share_link(link: ShareLink, *, by: User, words: Words | None = None, once: str = "") -> bool:
    """Mail a link to the recipient it was made for, perhaps again; False when this very letter is written already."""
    locked = _lock(link)
    if not locked.is_live:
        raise ValidationError(_("This link no longer works, so it was not sent. Make a new one."), code="closed")
    _refuse_without_address(locked)
    if not mail_share_link(link, words, by=by, once=once):
        return False
    record(link.document.partnership, "link.sent", by=by, reference=link.document.reference, side=link.side)
    return True


@transaction.atomic
def remind_by_hand(link: ShareLink, *, by: User, words: Words | None = None, now: datetime | None = None) -> None:
    """Remind the recipient of a link that something is still to be done; once a day at most."""
    _lock(link)
    refusal = why_no_reminder(link)
    if refusal:
        raise ValidationError(_("No reminder was sent. %(why)s"), code="closed", params={"why": refusal})
    _refuse_without_address(link)
    day = timezone.localtime(now).date() if now else timezone.localdate()
    if not emails.send_reminder(link, words, by=by, once=f"{MailKind.REMINDER}:{link.public_id}:by-hand:{day}"):
        raise ValidationError(_("A reminder was sent today already. One a day is enough."), code="stale")
    told = {"reference": link.document.reference, "side": link.side}
    record(link.document.partnership, "link.reminded", by=by, **told)


def _refuse_without_address(link: ShareLink) -> None:
    if not link.recipient_email:
        raise ValidationError(
            _("No e-mail address is known for this link. Copy it, or make a new one with an address."), code="email"
        )


@transaction.atomic
def give_code(link: ShareLink, *, renew: bool = False) -> str:
    """The short code of a live link, made when it has none; ``renew`` makes another, and the old one opens nothing."""
    locked = _lock(link)
    if not locked.is_live:
        raise ValidationError(_("This link no longer works. Make a new one."), code="closed")
    if renew or not locked.code_number:
        _next_code(locked)
        locked.save(update_fields=["code_number", "code_hash"])
    link.code_number, link.code_hash = locked.code_number, locked.code_hash
    return locked.code


def _next_code(link: ShareLink) -> None:
    for _try in range(CODES_TRIED):
        link.code_number += 1
        link.code_hash = hash_code(link.code)
        if not ShareLink.objects.filter(code_hash=link.code_hash).exists():
            return
    raise RuntimeError("No short code is free.")


def _lock(link: ShareLink) -> ShareLink:
    return ShareLink.objects.select_for_update(of=("self",)).get(pk=link.pk)


def note_opened(link: ShareLink) -> None:
    """Count a visit. One statement, so that simultaneous visits are all counted."""
    ShareLink.objects.filter(pk=link.pk).update(n_opened=F("n_opened") + 1, opened_at=timezone.now())


def name_respondent(link: ShareLink, *, name: str, post: str) -> None:
    """Remember who filled in, for the next visit and for the history; of whom a link was passed on to, only here."""
    name, post = name.strip()[:150], post.strip()[:150]
    if link.visit is not None:
        link.visit.name, link.visit.post = name, post
        link.visit.save(update_fields=["name", "post"])
        if link.visit.is_other:
            return
    link.respondent_name, link.respondent_post = name, post
    link.save(update_fields=["respondent_name", "respondent_post"])
