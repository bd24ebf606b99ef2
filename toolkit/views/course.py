"""How far a document has come and what may be done with it next: the side column of its page."""

from __future__ import annotations

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from partnerships.story import tell
from toolkit.actions.moving import newer_version
from toolkit.models import Document, HandedFile, PartSubmission
from toolkit.permissions import Writer, can_see_handed, can_steer_document, can_write_response
from toolkit.states import DocumentState, Mode, document_can_become

STORY = 20


def course_of(document: Document, writer: Writer) -> dict:
    """What document_detail.html shows beside the text. ``writer`` has an account."""
    submissions = list(PartSubmission.objects.filter(response__document=document).order_by("at", "pk"))
    steers = can_steer_document(writer.user, document)
    links = list(document.links.all()) if steers else []
    return {
        "parts": _parts(document, submissions),
        "fill_urls": _fill_urls(document, writer, {submission.part for submission in submissions}),
        "can_steer": steers,
        "n_handed": _waiting_files(document, writer),
        "can_accept": steers and document_can_become(document.state, DocumentState.ACCEPTED),
        "can_return": steers and document_can_become(document.state, DocumentState.RETURNED),
        "can_finish": steers and document.is_fillable and bool(submissions),
        "can_withdraw": steers and document_can_become(document.state, DocumentState.WITHDRAWN),
        "n_links": len(links),
        "n_live_links": sum(link.is_live for link in links),
        "n_opened": sum(bool(link.n_opened) for link in links),
        "newer": newer_version(document) if steers and document.is_fillable else None,
        "story": story_of(document),
    }


def _waiting_files(document: Document, writer: Writer) -> int:
    """How many files that came back wait for this person's decision. ``document`` comes from get_document()."""
    if not writer.parts or not document.has_files_waiting:
        return 0
    waiting = list(HandedFile.objects.waiting().filter(response__document=document).select_related("response"))
    for handed in waiting:
        handed.response.document = document
    return sum(can_see_handed(writer, handed) for handed in waiting)


def _parts(document: Document, submissions: list[PartSubmission]) -> list[dict]:
    """Each part with who submitted it and when, or nobody yet."""
    by_part = {submission.part: submission for submission in submissions}
    return [
        {"label": document.part_label(part) or _("The document"), "submission": by_part.get(part)}
        for part in document.parts
    ]


def _fill_urls(document: Document, writer: Writer, submitted: set[str]) -> list[dict]:
    """Where this person may fill in: one address, or one a side where each side answers on its own."""
    if not document.is_fillable or not writer.parts:
        return []
    url = reverse("toolkit:document-fill", args=[document.reference])
    if document.mode != Mode.EACH:
        mine = {""} if document.mode == Mode.SINGLE else writer.parts & set(document.parts)
        return [] if mine and mine <= submitted else [{"label": _("Fill in"), "url": url}]
    found = []
    for response in document.responses.all():
        response.document = document
        if can_write_response(writer, response) and response.side not in submitted:
            label = _("Fill in: %(side)s") % {"side": document.part_label(response.side)}
            found.append({"label": label, "url": f"{url}?side={response.side}"})
    return found


def story_of(document: Document) -> list[dict]:
    """What happened to this document, latest first, for components/timeline_item.html."""
    entries = document.partnership.entries.filter(data__reference=document.reference)
    return [
        {
            "when": timezone.localtime(entry.at),
            "text": _("%(who)s %(what)s.") % {"who": entry.actor_name, "what": tell(entry)},
            "note": entry.data.get("reason", ""),
        }
        for entry in entries[:STORY]
    ]
