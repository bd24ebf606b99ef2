"""Who opens a link, on how many devices, and to whom it was passed on."""

from __future__ import annotations

import secrets
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from partnerships.models import record
from toolkit import emails
from toolkit.actions.links import mail_share_link
from toolkit.models import LinkVisit, ShareLink
from toolkit.models.link_visit import hash_key

# A browser without cookies is a new one at every visit; only so many rows are kept of those who gave no name.
MOST_NAMELESS = 200
# Coming back within a minute is the same moment.
MOMENT = timedelta(minutes=1)
# So many people may get links of their own from one link without its maker doing anything.
MOST_PASSED_ON = 10


def visit_by(link: ShareLink, key: str) -> LinkVisit | None:
    """The visit of the browser that holds ``key``."""
    return LinkVisit.objects.filter(link=link, key_hash=hash_key(key)).first() if key else None


def note_visit(link: ShareLink, visit: LinkVisit | None) -> tuple[LinkVisit, str]:
    """Write down that a browser is here; the visit, and the key it gets if it is new (empty otherwise)."""
    now = timezone.now()
    if visit is not None:
        if now - visit.last_seen > MOMENT:
            visit.last_seen = now
            visit.save(update_fields=["last_seen"])
        return visit, ""
    key = secrets.token_urlsafe(18)
    made = LinkVisit.objects.create(link=link, key_hash=hash_key(key), first_seen=now, last_seen=now)
    if link.n_opened >= MOST_NAMELESS:
        _forget_nameless(link)
    return made, key


def _forget_nameless(link: ShareLink) -> None:
    nameless = LinkVisit.objects.filter(link=link, name="", has_seat=False, wrote_at__isnull=True)
    LinkVisit.objects.filter(pk__in=list(nameless.values_list("pk", flat=True)[MOST_NAMELESS:])).delete()


def note_wrote(visit: LinkVisit) -> None:
    if visit.wrote_at is None:
        visit.wrote_at = timezone.now()
        visit.save(update_fields=["wrote_at"])


def seats_taken(link: ShareLink) -> int:
    return LinkVisit.objects.filter(link=link, has_seat=True).count()


@transaction.atomic
def take_seat(link: ShareLink, visit: LinkVisit) -> None:
    """Count this browser among the devices on which a limited link opens. Raises ValidationError when all are taken."""
    locked = ShareLink.objects.select_for_update(of=("self",)).get(pk=link.pk)
    visit.refresh_from_db()
    if visit.has_seat or locked.most_devices is None:
        return
    if seats_taken(locked) >= locked.most_devices:
        raise ValidationError(
            _("This link has been opened on as many devices as it was made for. Please ask %(who)s for a new one."),
            code="full",
            params={"who": locked.created_by},
        )
    visit.has_seat = True
    visit.save(update_fields=["has_seat"])


@transaction.atomic
def free_seats(link: ShareLink) -> int:
    """Let the link be opened anew on as many devices as it is made for; how many were counted."""
    ShareLink.objects.select_for_update(of=("self",)).get(pk=link.pk)
    return LinkVisit.objects.filter(link=link, has_seat=True).update(has_seat=False)


@transaction.atomic
def say_passed_on(
    link: ShareLink, visit: LinkVisit, *, name: str, post: str, email: str, wants_own: bool
) -> ShareLink | None:
    """Somebody for whom the link was not made says who they are; the link of their own if they asked for one.

    Its maker is told, and what they write from this browser carries their name.
    """
    name, post, email = " ".join(name.split())[:150], " ".join(post.split())[:150], email.strip()[:254]
    if not name:
        raise ValidationError(_("Please write your name."), code="name")
    validate_email(email)
    locked = ShareLink.objects.select_for_update(of=("self",)).get(pk=link.pk)
    known = LinkVisit.objects.filter(link=link, email__iexact=email, is_other=True)
    is_new = not known.exists()
    visit.name, visit.post, visit.email, visit.is_other = name, post, email, True
    visit.save(update_fields=["name", "post", "email", "is_other"])
    if is_new:
        if _others(link) > MOST_PASSED_ON:
            raise ValidationError(
                _("Too many people said that this link was passed on to them. Please ask %(who)s for a link."),
                code="full",
                params={"who": link.created_by},
            )
        told = {"reference": link.document.reference, "side": link.side}
        record(link.document.partnership, "link.passed_on", by=name, **told)
        emails.send_passed_on(link, visit)
    return _own_link(locked, link, visit) if wants_own and may_have_own(link) else None


def may_have_own(link: ShareLink) -> bool:
    """A link for so many devices would open on more of them if it had others."""
    return link.most_devices is None


def _others(link: ShareLink) -> int:
    return LinkVisit.objects.filter(link=link, is_other=True).count()


def _own_link(locked: ShareLink, link: ShareLink, visit: LinkVisit) -> ShareLink:
    """The live link of this person that comes from the same one, or a new one: never more than ``link`` itself."""
    root = locked.passed_on_from_id or locked.pk
    own = ShareLink.objects.filter(passed_on_from=root, recipient_email__iexact=visit.email).live().first()
    if own is not None:
        return own
    own = ShareLink(
        document=link.document,
        side=locked.side,
        scope=locked.scope,
        recipient_name=visit.name,
        recipient_email=visit.email,
        respondent_name=visit.name,
        respondent_post=visit.post,
        language=locked.language,
        passed_on_from_id=root,
        created_by=link.created_by,
        created_at=timezone.now(),
        expires_at=locked.expires_at,
    )
    own.full_clean()
    own.save()
    mail_share_link(own, by=link.created_by, once=f"passed-on:{own.public_id}")
    return own
