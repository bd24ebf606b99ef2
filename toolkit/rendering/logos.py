"""The pictures at the head of a certificate: what its questions for pictures were answered with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress

from toolkit.models import Attachment, Document
from toolkit.rendering.display import Voice
from toolkit.rendering.pdf import Assets
from toolkit.rendering.reading import Told
from toolkit.rendering.sheet import CERTIFICATE, Logo, dress_of
from toolkit.schema.definition import Definition

# More do not stand beside each other, and a larger file is a photograph, not a logo.
MOST = 4
LARGEST = 2_000_000


def logos_of(form: Definition, told: Told, *, voice: Voice, sensitive: bool) -> tuple[Logo, ...]:
    """The logos of a certificate for a reader who sees its answers; no other document has any."""
    return tuple(_logos(form, told, voice, sensitive))[:MOST] if dress_of(form) == CERTIFICATE else ()


def _logos(form: Definition, told: Told, voice: Voice, sensitive: bool) -> Iterator[Logo]:
    for item in form.items:
        if item.kind != "image" or item.repeat or (item.sensitive and not sensitive) or not told.applies(item.id):
            continue
        files = told.answers.get(item.id)
        for file in files if isinstance(files, list) else ():
            if isinstance(file, Mapping) and file.get("id"):
                key = str(file["id"])
                yield Logo(key=key, url=voice.file_url(key) if voice.file_url else "")


def pictures_of(document: Document, logos: Iterable[Logo]) -> Assets:
    """What the PDF renderer may load for ``logos``. It judges them by their content; a missing one is not drawn."""
    keys = [logo.key for logo in logos]
    if not keys:
        return {}
    pictures = {}
    for kept in Attachment.objects.filter(response__document=document, public_id__in=keys, size__lte=LARGEST):
        with suppress(OSError), kept.file.open("rb") as file:
            pictures[kept.public_id] = (file.read(), kept.content_type)
    return pictures
