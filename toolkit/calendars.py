"""Due dates of documents, for settings.CALENDAR_SOURCES."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from partnerships.calendars import Audience, Event
from toolkit.models import Document, PartSubmission
from toolkit.states import FILLABLE


def document_events(audience: Audience) -> Iterator[Event]:
    """Documents that are still to be handed in; for a side, as long as it has not handed in its own part."""
    due = Document.objects.filter(
        partnership__in=audience.partnerships.order_by().values("pk"),
        state__in=FILLABLE,
        due_on__gte=audience.since,
    )
    if audience.side:
        done = PartSubmission.objects.filter(part=audience.side, response__document__in=due.values("pk"))
        due = due.exclude(pk__in=done.values("response__document"))
    for document in due.select_related("partnership").order_by("due_on", "pk"):
        yield Event(
            uid=f"document-{document.pk}-due",
            title=_("To hand in: %(title)s") % {"title": document.title},
            text=f"{document.reference} · {document.partnership.name}",
            on=document.due_on,
            url=document.get_absolute_url(),
            stamp=document.started_at,
        )
