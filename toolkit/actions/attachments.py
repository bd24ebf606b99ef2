"""Files given as answers: judged by their content, kept under random names."""

from __future__ import annotations

from pathlib import PurePath

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from toolkit.actions.window import moment_for
from toolkit.models import Attachment, Response
from toolkit.schema.definition import Item
from twinning.uploads import IMAGES, OFFICE, PDF, TEXTS, checked_upload, digest_of, safe_name


def add_attachment(response: Response, cell: str, item: Item, upload: UploadedFile, *, by: str) -> Attachment:
    """Keep ``upload`` as an answer to ``cell``, or ValidationError when it is too big or not what its name says."""
    content_type = checked_type(item, upload)
    name = safe_name(upload.name)
    if response.document.is_anonymous:  # people call files after themselves
        name = f"file{PurePath(name).suffix}"
    return Attachment.objects.create(
        response=response,
        cell=cell,
        file=upload,
        name=name,
        content_type=content_type,
        size=upload.size,
        sha256=digest_of(upload),
        added_by=by,
        added_at=moment_for(response.document),
    )


def checked_type(item: Item, upload: UploadedFile) -> str:
    """The content type of ``upload`` as an answer to ``item``; see checked_upload()."""
    allowed = IMAGES if item.kind == "image" else {**IMAGES, **OFFICE, **TEXTS, **PDF}
    return checked_upload(upload, allowed, most=settings.MAX_UPLOAD_BYTES)
