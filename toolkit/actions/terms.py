"""On what terms people answer where each answers alone: from when, until when, how many, with or without names."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from partnerships.models import record
from toolkit.models import Document
from toolkit.permissions import can_steer_document
from toolkit.states import Mode, ResponseState

# Which terms a document may have, by how people share it
ASKED: dict[str, tuple[str, ...]] = {
    Mode.EACH: ("closes_at", "time_zone"),
    Mode.OPEN: ("opens_at", "closes_at", "time_zone", "capacity", "is_anonymous"),
}


@dataclass(frozen=True, kw_only=True)
class Terms:
    """Moments are aware; ``time_zone`` is the zone in which they are told. ``capacity``: the most people."""

    opens_at: datetime | None = None
    closes_at: datetime | None = None
    time_zone: str = "UTC"
    capacity: int | None = None
    is_anonymous: bool = False


USUAL = Terms()


def terms_of(document: Document) -> Terms:
    return Terms(**{name: getattr(document, name) for name in Terms.__dataclass_fields__})


def stamp_of(document: Document) -> str:
    """What a page showed of the terms, so that nobody overwrites what somebody else has set meanwhile."""
    return sha256(repr(terms_of(document)).encode()).hexdigest()[:16]


def put_terms(document: Document, terms: Terms) -> None:
    """Set ``terms`` on ``document``, unsaved. Raises ValidationError for those that its mode does not know."""
    asked = ASKED.get(document.mode, ())
    for name in Terms.__dataclass_fields__:
        value = getattr(terms, name)
        if name not in asked and value != getattr(USUAL, name):
            raise ValidationError(_("A document that is filled in like this one has no such setting."), code=name)
        setattr(document, name, value)
    if terms.closes_at and terms.opens_at and terms.closes_at <= terms.opens_at:
        raise ValidationError(_("It must close after it opens."), code="closes_at")


@transaction.atomic
def change_terms(document: Document, terms: Terms, *, seen: str, by: User) -> None:
    """Change the terms of a document under way; the history says who did. ``seen``: stamp_of() what they had read.

    Raises PermissionDenied, or ValidationError with the name of the setting as its code.
    """
    locked = (
        Document.objects.select_for_update(of=("self",)).select_related("partnership__programme").get(pk=document.pk)
    )
    if not can_steer_document(by, locked):
        raise PermissionDenied
    if locked.mode not in ASKED:
        raise ValidationError(_("This document has no such settings."), code="closed")
    if not locked.is_fillable:
        raise ValidationError(_("This document takes no more answers, so its settings stay."), code="closed")
    if stamp_of(locked) != seen:
        raise ValidationError(
            _("Somebody else has changed these settings since you opened the page. Look at them again."), code="stale"
        )
    if terms == terms_of(locked):
        return
    _refuse_what_comes_too_late(locked, terms)
    put_terms(locked, terms)
    locked.full_clean(exclude=["partnership", "version", "started_by"])
    locked.save(update_fields=list(Terms.__dataclass_fields__))
    record(locked.partnership, "document.terms_changed", by=by, reference=locked.reference, title=locked.title)
    for name in Terms.__dataclass_fields__:
        setattr(document, name, getattr(locked, name))


def _refuse_what_comes_too_late(document: Document, terms: Terms) -> None:
    if document.mode == Mode.EACH and (document.has_closed or document.agreed_at):
        raise ValidationError(
            _("The time is over and the answers have been shown, so it cannot be opened again."), code="closed"
        )
    if terms.closes_at and terms.closes_at != document.closes_at and terms.closes_at <= timezone.now():
        raise ValidationError(_("Choose a time that is still to come."), code="closes_at")
    if document.mode != Mode.OPEN:
        return
    if terms.is_anonymous != document.is_anonymous and document.responses.exists():
        raise ValidationError(
            _("Somebody has begun to answer already. Whether names are kept can only be chosen before."),
            code="is_anonymous",
        )
    n_sent = document.responses.filter(state=ResponseState.SUBMITTED).count()
    if terms.capacity is not None and terms.capacity < n_sent:
        raise ValidationError(
            ngettext(
                "One person has answered already, so there must be room for them.",
                "%(n)s people have answered already, so there must be room for them.",
                n_sent,
            ),
            code="capacity",
            params={"n": n_sent},
        )
