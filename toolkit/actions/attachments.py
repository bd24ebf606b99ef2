"""Files given as answers: judged by their content, kept under random names."""

from __future__ import annotations

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from toolkit.models import Attachment, Response
from toolkit.schema.definition import Item
from twinning.uploads import IMAGES, OFFICE, PDF, TEXTS, checked_upload, digest_of, safe_name


def add_attachment(response: Response, cell: str, item: Item, upload: UploadedFile, *, by: str) -> Attachment:
    """Keep ``upload`` as an answer to ``cell``, or ValidationError when it is too big or not what its name says."""
    content_type = checked_type(item, upload)
    return Attachment.objects.create(
        response=response,
        cell=cell,
        file=upload,
        name=safe_name(upload.name),
        content_type=content_type,
        size=upload.size,
        sha256=digest_of(upload),
        added_by=by,
    )


def checked_type(item: Item, upload: UploadedFile) -> str:
    """The content type of ``upload`` as an answer to ``item``; see checked_upload()."""
    allowed = IMAGES if item.kind == "image" else {**IMAGES, **OFFICE, **TEXTS, **PDF}
    return checked_upload(upload, allowed, most=settings.MAX_UPLOAD_BYTES)
