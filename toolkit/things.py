"""What of the toolkit people write follow-ups and comments about, for settings.THING_KINDS."""

from django.utils.translation import gettext_lazy as _

from partnerships.things import Kind
from toolkit.models import Document, Tool


def document_kinds() -> list[Kind]:
    return [
        Kind(
            name="document",
            label=_("Document"),
            model=Document,
            visible_to=Document.objects.visible_to,
            of=lambda partnership: partnership.documents.order_by("-started_at", "-pk"),
            title=lambda document: document.title,
            url=lambda document, _partnership: document.get_absolute_url(),
        )
    ]


def tool_slugs() -> list[str]:
    """For settings.TOOL_SLUGS."""
    return list(Tool.objects.values_list("slug", flat=True))
