"""One post of a form page: taken once, files and answers together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from toolkit.actions.attachments import add_attachment
from toolkit.actions.saving import SaveResult, lock_response, save_answers
from toolkit.actions.window import moment_for
from toolkit.models import PostReceipt, Response
from toolkit.permissions import Writer
from toolkit.schema.cells import get_cell
from toolkit.schema.definition import Item


@dataclass(frozen=True, kw_only=True)
class Post:
    """What one page sent. ``key`` was made for the page; ``body_hash`` tells a repetition from other content."""

    key: str
    body_hash: str
    changes: Mapping[str, Any]
    seen: Mapping[str, int]
    uploads: Mapping[str, list[UploadedFile]]
    dropped: Mapping[str, set[str]]


def was_taken(response: Response, post: Post) -> bool:
    """Whether exactly this post was taken before; also asked when the document is closed by now, for it may be the
    post that closed it, sent again."""
    return bool(post.key) and response.receipts.filter(key=post.key, body_hash=post.body_hash).exists()


@transaction.atomic
def take_post(response: Response, post: Post, *, by: Writer) -> SaveResult | None:
    """Save what a page sent. None when exactly this was taken before: a double click, or a retry on a bad line.

    The same key with other content (the page was sent, then changed after “back”) is saved like any other post;
    revisions see to it that nothing is overwritten unseen.
    """
    lock_response(response)
    if was_taken(response, post):
        response.refresh_from_db(fields=["answers", "revisions", "state", "changed_at"])
        return None
    refused: dict[str, str] = {}
    changes = dict(post.changes) | _files(response, post, by, refused)
    result = save_answers(response, changes, post.seen, by=by)
    result.refused |= refused
    if post.key and result.is_clean:
        # Only what was taken whole is taken once: a refused post sent again is refused again, with the same words.
        PostReceipt.objects.get_or_create(
            response=response,
            key=post.key,
            body_hash=post.body_hash,
            defaults={"at": moment_for(response.document)},
        )
    return result


def _files(response: Response, post: Post, by: Writer, refused: dict[str, str]) -> dict[str, Any]:
    """The new lists of files; a file that is refused is named and the others are kept."""
    changes: dict[str, Any] = {}
    form = response.document.version.form
    for cell in {*post.uploads, *post.dropped}:
        item = form.by_id[cell.rpartition("/")[2]]
        kept = [each for each in get_cell(response.answers, cell) or [] if each["id"] not in post.dropped.get(cell, ())]
        changes[cell] = [*kept, *_added(response, cell, item, post.uploads.get(cell, []), by, refused)] or None
    return changes


def _added(
    response: Response, cell: str, item: Item, uploads: list[UploadedFile], by: Writer, refused: dict[str, str]
) -> list[dict[str, Any]]:
    added = []
    for upload in uploads:
        try:
            attachment = add_attachment(response, cell, item, upload, by=by.name)
        except ValidationError as error:
            refused[cell] = " ".join([*([refused[cell]] if cell in refused else []), *error.messages])
            continue
        added.append({"id": attachment.public_id, "name": attachment.name, "size": attachment.size})
    return added
