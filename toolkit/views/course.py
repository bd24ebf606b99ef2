"""How far a document has come and what may be done with it next: the side column of its page."""

from __future__ import annotations

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from partnerships.story import tell
from toolkit.actions.collecting import n_answers
from toolkit.actions.moving import newer_version
from toolkit.actions.terms import ASKED
from toolkit.models import Document, HandedFile, PartSubmission, Response
from toolkit.permissions import Writer, can_compare, can_see_handed, can_steer_document, can_write_response
from toolkit.review_permissions import can_accept_document, can_return_document
from toolkit.states import AGREED, DocumentState, Mode, Part, document_can_become

STORY = 20


def course_of(document: Document, writer: Writer) -> dict:
    """What document_detail.html shows beside the text. ``writer`` has an account."""
    submissions = list(PartSubmission.objects.filter(response__document=document).order_by("at", "pk"))
    responses = _sides(document)
    steers = can_steer_document(writer.user, document)
    is_submitted = document.state == DocumentState.SUBMITTED
    links = list(document.links.all()) if steers else []
    return {
        "parts": _parts(document, submissions),
        "fill_urls": _fill_urls(document, writer, responses, {submission.part for submission in submissions}),
        "can_compare": can_compare(writer, document, among=responses),
        "can_set_terms": steers and document.is_fillable and document.mode in ASKED,
        "n_answers": n_answers(document) if document.mode == Mode.OPEN else None,
        "can_steer": steers,
        "can_accept": is_submitted and can_accept_document(writer.user, document),
        "can_return": is_submitted and can_return_document(writer.user, document),
        "can_reopen": steers and document.state == DocumentState.ACCEPTED and document.partnership.is_open,
        "n_handed": _waiting_files(document, writer),
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
    parts = document.parts
    if document.agreed_at:
        parts = (Part.HOST, Part.RESOURCE, *parts)
    return [
        {
            "label": document.part_label(part) or _("The document"),
            "submission": by_part.get(part),
            "is_over": document.has_closed and part not in by_part and part in (Part.HOST, Part.RESOURCE),
        }
        for part in parts
    ]


def _sides(document: Document) -> list[Response]:
    """The responses of a document that each side answers on its own; of others nothing is asked here."""
    responses = list(document.responses.all()) if document.mode == Mode.EACH else []
    for response in responses:
        response.document = document
    return responses


def _fill_urls(document: Document, writer: Writer, responses: list[Response], submitted: set[str]) -> list[dict]:
    """Where this person may fill in: one address, or one a side where each side answers on its own."""
    if not document.is_fillable or not writer.parts or document.mode == Mode.OPEN:
        return []
    url = reverse("toolkit:document-fill", args=[document.reference])
    if document.mode != Mode.EACH:
        mine = {""} if document.mode == Mode.SINGLE else writer.parts & set(document.parts)
        return [] if mine and mine <= submitted else [{"label": _("Fill in"), "url": url}]
    found = []
    for response in responses:
        is_over = response.side != AGREED and (document.has_closed or document.agreed_at)
        if can_write_response(writer, response) and response.side not in submitted and not is_over:
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
