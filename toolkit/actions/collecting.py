"""The answers of many people to one document: each begins their own, and a coordinator closes the collection."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Count, Q
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from accounts.models import User
from partnerships.models import record
from toolkit.actions.documents import prefill
from toolkit.actions.saving import refuse_unless_fillable
from toolkit.actions.submitting import refuse_unless_place_is_left
from toolkit.actions.window import refuse_unless_taking_answers
from toolkit.models import Document, Response, ShareLink
from toolkit.models.share_link import ALPHABET
from toolkit.states import DocumentState, LinkScope, Mode, ResponseState, document_can_become

KEY_LENGTH = 20  # characters of 31: more than 99 bits
SIGNED_LENGTH = 20  # hexadecimal
SALT = "toolkit.respondent"


def new_key(link: ShareLink) -> str:
    """A key for one more person who comes by ``link``: a random word and our signature. It is in the address of their
    own answers; the database holds the word alone, so that a copy of it opens nothing."""
    word = "".join(secrets.choice(ALPHABET) for _position in range(KEY_LENGTH))
    return f"{word}-{_signature(link.document, word)}"


def respondent_of(document: Document, key: str) -> str:
    """The random word in ``key``, or empty text when the key is not one that we gave out for ``document``."""
    word, _dash, signature = key.partition("-")
    is_ours = len(word) == KEY_LENGTH and constant_time_compare(signature, _signature(document, word))
    return word if is_ours else ""


def key_of(response: Response) -> str:
    return f"{response.respondent}-{_signature(response.document, response.respondent)}"


def _signature(document: Document, word: str) -> str:
    return salted_hmac(SALT, f"{document.pk}:{word}", algorithm="sha256").hexdigest()[:SIGNED_LENGTH]


def refuse_unless_open_to_all(document: Document) -> None:
    """Refuse somebody who comes to answer when it is too early, too late, full or over."""
    refuse_unless_fillable(document)
    refuse_unless_taking_answers(document)
    refuse_unless_place_is_left(document)


@transaction.atomic
def begin_answers(link: ShareLink, key: str, *, name: str = "", post: str = "") -> Response:
    """The response of the person with ``key``, begun now unless it was before: a page sent twice is one response.

    Raises ValidationError when nobody can begin, or the key is none of ours.
    """
    document = (
        Document.objects.select_for_update(of=("self",))
        .select_related("partnership__programme", "version__tool")
        .get(pk=link.document_id)
    )
    respondent = respondent_of(document, key)
    if document.mode != Mode.OPEN or link.scope != LinkScope.FILL or not respondent:
        raise ValidationError(_("This page is too old to begin with. Open the link again."), code="key")
    known = document.responses.filter(respondent=respondent).first()
    if known is not None:
        known.document = document
        return known
    refuse_unless_open_to_all(document)
    is_named = not document.is_anonymous
    response = Response.objects.create(
        document=document,
        respondent=respondent,
        respondent_name=name.strip()[:150] if is_named else "",
        respondent_post=post.strip()[:150] if is_named else "",
    )
    prefill(response, document.version.form, by=None)
    if document.state == DocumentState.ASSIGNED:
        document.state = DocumentState.IN_PROGRESS
        document.save(update_fields=["state"])
    return response


@transaction.atomic
def close_collection(document: Document, *, by: User) -> None:
    """Take no more answers; the document counts as handed in. Returning it opens it again."""
    locked = (
        Document.objects.select_for_update(of=("self",)).select_related("partnership__programme").get(pk=document.pk)
    )
    if locked.mode != Mode.OPEN:
        raise PermissionDenied
    refuse_unless_fillable(locked)
    n_sent = locked.responses.filter(state=ResponseState.SUBMITTED).count()
    if not n_sent:
        raise ValidationError(
            _("Nobody has answered yet. Change the closing time, or take the document out of use."), code="empty"
        )
    if not document_can_become(locked.state, DocumentState.SUBMITTED):
        raise ValidationError(_("This document takes no answers now."), code="closed")
    locked.state = DocumentState.SUBMITTED
    locked.save(update_fields=["state"])
    record(
        locked.partnership,
        "document.collected",
        by=by,
        reference=locked.reference,
        title=locked.title,
        n=n_sent,
    )
    document.state = locked.state


@dataclass(frozen=True)
class Answers:
    """How many people have sent their answers, and how many have begun and not sent them."""

    n_sent: int
    n_begun: int


def n_answers(document: Document) -> Answers:
    sent = Q(state=ResponseState.SUBMITTED)
    begun = Q(state=ResponseState.DRAFT, changed_at__isnull=False)
    return Answers(**document.responses.aggregate(n_sent=Count("pk", filter=sent), n_begun=Count("pk", filter=begun)))
