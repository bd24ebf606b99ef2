"""Mails about comments on questions: several in one mail, to each only what they may read, in their language."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from datetime import timedelta

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.states import Digest
from partnerships.mentions import find_mentions
from partnerships.people import people_of
from partnerships.permissions import APPROVING_ROLES
from toolkit import emails
from toolkit.models import Document, FieldComment
from toolkit.permissions import Writer, writer_for_link, writer_for_user
from toolkit.returned import label_of_place
from toolkit.review_permissions import sees_question
from toolkit.schema.definition import Item
from toolkit.states import LinkScope
from toolkit.talking import node_of

logger = logging.getLogger(__name__)
# Who was told just now is not told again for so long: the next mail brings together what is said meanwhile.
QUIET = timedelta(minutes=30)


def tell_of_comments(document: Document) -> int:
    """Send what nobody was told of yet, unless a mail about this document went out just now. How many were sent.

    What is left waits for the next comment after the quiet time, or for ``send_digests``.
    """
    with transaction.atomic():
        locked = Document.objects.select_for_update(of=("self",)).get(pk=document.pk)
        rows = FieldComment.objects.filter(response__document=locked)
        if rows.filter(told_at__gt=timezone.now() - QUIET).exists():
            return 0
        fresh = list(rows.filter(told_at__isnull=True).select_related("response", "parent"))
        if not fresh:
            return 0
        FieldComment.objects.filter(pk__in=[comment.pk for comment in fresh]).update(told_at=timezone.now())
    for comment in fresh:
        comment.response.document = document
    return sum(_sent(document, writer, email, told) for writer, email, told in _letters(document, fresh))


def documents_with_untold_comments() -> Iterator[Document]:
    waiting = FieldComment.objects.filter(told_at__isnull=True).values("response__document")
    yield from Document.objects.filter(pk__in=waiting).select_related(
        "partnership__programme", "partnership__coordinator", "version__tool"
    )


def _letters(document: Document, fresh: Sequence[FieldComment]) -> Iterator[tuple[Writer, str, list[FieldComment]]]:
    """Each recipient with what they did not write themselves, and may read."""
    for person in _people(document, fresh):
        writer = writer_for_user(person, document)
        told = [each for each in fresh if each.user_id != person.pk and _may_read(writer, each)]
        if told:
            yield writer, person.email, told
    links = document.links.live().exclude(scope=LinkScope.READ).exclude(recipient_email="").select_related("created_by")
    for link in links:
        link.document = document
        writer = writer_for_link(link)
        told = [each for each in fresh if each.link_id != link.pk and _may_read(writer, each)]
        if told:
            yield writer, link.recipient_email, told


def _people(document: Document, fresh: Sequence[FieldComment]) -> list[User]:
    """The coordinator, the leads of the sides, who has written or spoken here, and who is mentioned."""
    everybody = people_of(document.partnership)
    responses = {comment.response_id for comment in fresh}
    involved = {document.partnership.coordinator_id}
    leads = document.partnership.team.current().filter(role__in=APPROVING_ROLES)
    involved |= set(leads.values_list("contact__user", flat=True))
    for rows in ("changes", "comments", "part_submissions"):
        for response in responses:
            found = next(each.response for each in fresh if each.response_id == response)
            involved |= set(getattr(found, rows).order_by().values_list("user", flat=True).distinct())
    for comment in fresh:
        involved |= {person.pk for person in find_mentions(comment.text, everybody).people}
    return [person for person in everybody if person.pk in involved and person.digest != Digest.NONE]


def _may_read(writer: Writer, comment: FieldComment) -> bool:
    node = node_of(comment.response.document, comment.place)
    return node is not None and sees_question(writer, comment.response, node)


def _sent(document: Document, writer: Writer, email: str, told: Sequence[FieldComment]) -> int:
    if writer.link:
        url, lang, name = (
            reverse("toolkit:shared-comments", args=[writer.link.token]),
            document.language,
            writer.link.recipient_name,
        )
    else:
        url, lang, name = (
            reverse("toolkit:document-comments", args=[document.reference]),
            writer.user.language,
            str(writer.user),
        )
    said = [(label_of_place(document, each.place, lang), each.name, _quoted(each)) for each in told]
    try:
        emails.send_comments(document, email, name=name, lang=lang, url=url, said=said)
    except OSError:  # SMTPException is one
        logger.exception("Comments on %s could not be sent to somebody.", document.reference)
        return 0
    return 1


def _quoted(comment: FieldComment) -> str:
    """The words, unless the answer is not for everybody: a mailbox is no place for what is said about it."""
    node = node_of(comment.response.document, comment.place)
    items = (node,) if isinstance(node, Item) else node.items
    return "" if any(item.sensitive for item in items) else comment.text
