"""The address to which an open form sends its changed cells by itself, and where it asks what others did."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from toolkit.actions.autosaving import AutoPost, News, news_of, note_presence, take_changes
from toolkit.actions.saving import lock_document, refuse_unless_fillable, refuse_unless_writable
from toolkit.forms.news import conflicts_told, news_told
from toolkit.forms.options import reference_options
from toolkit.forms.posted import Posted, read_post
from toolkit.models import Document, Presence, Response
from toolkit.models.share_link import ShareLink
from toolkit.permissions import Writer, writer_for_link, writer_for_user
from toolkit.schema.definition import Item
from toolkit.states import Mode
from toolkit.views.filling import owner_mark
from toolkit.views.language import language_kept
from toolkit.views.shared import named, shared_link_required, side_of

METHODS = ["GET", "HEAD", "POST"]


@login_not_required
@never_cache
@require_http_methods(METHODS)
def document_save(request: HttpRequest, *, reference: str) -> HttpResponse:
    """For people with an account. Whoever is signed out is told so, instead of being led away from what they typed."""
    if not request.user.is_authenticated:
        return refusal(401, "signed_out", _("You are signed out. Sign in again in another tab; nothing is lost."))
    if request.GET.get("for") not in (None, owner_mark(request.user.pk)):
        words = _("Somebody else is signed in now. What is typed on this page is not sent in their name.")
        return refusal(409, "other_person", words)
    documents = Document.objects.visible_to(request.user).filter(reference=reference)
    side = request.GET.get("side", "")[:12]
    try:
        if request.method == "POST":
            with transaction.atomic():
                document = lock_document(documents)
                return _save(request, document, side, writer_for_user(request.user, document))
        document = documents.select_related("partnership__programme", "version__tool").defer("version__definition")
        document = document.get()
        return _look(request, document, side, writer_for_user(request.user, document))
    except (Document.DoesNotExist, Response.DoesNotExist):
        return refusal(404, "unknown", _("This document does not exist, or it is not yours to see."))


@shared_link_required
@require_http_methods(METHODS)
def shared_save(request: HttpRequest, *, link: ShareLink) -> HttpResponse:
    if link.document.mode == Mode.OPEN:  # many people, each at an address of their own
        return refusal(404, "unknown", _("This document does not exist, or it is not yours to see."))
    side = side_of(link)
    if request.method != "POST":
        return _look(request, link.document, side, writer_for_link(link))
    writer = named(request, writer_for_link(link), link)
    with transaction.atomic():
        return _save(request, lock_document(Document.objects.filter(pk=link.document_id)), side, writer)


def refusal(status: int, code: str, message: str) -> JsonResponse:
    return JsonResponse({"error": code, "message": message}, status=status)


def _save(request: HttpRequest, document: Document, side: str, writer: Writer) -> JsonResponse:
    """Called inside a transaction that holds ``document``."""
    if moved := _moved(request, document):
        return moved
    form = document.version.form
    names = {name.partition(":")[0].rpartition("/")[2] for name in request.POST}
    asked = any(isinstance(item := form.by_id.get(name), Item) and item.kind == "reference" for name in names)
    references = reference_options(document) if asked else {}
    posted = read_post(form, request.POST, request.FILES, writer=writer, references=references)
    if not posted.is_whole:
        return refusal(400, "cut_off", _("This did not arrive whole, so nothing of it was saved."))
    try:
        taken = take_changes(document, side, _auto_post(request, posted), by=writer)
    except ValidationError as error:
        return _closed(error)
    taken.given["refused"] |= _left_out(request, posted, writer, document)
    language = language_kept(request, document)
    answer = {
        **{name: told for name, told in taken.given.items() if name != "overtaken"},
        "conflicts": conflicts_told(taken.response, taken.given["conflicts"], writer=writer, lang=language),
    }
    return _answer(taken.response, taken.news, writer, language, answer)


def _left_out(request: HttpRequest, posted: Posted, writer: Writer, document: Document) -> dict[str, str]:
    """What no page of ours would have sent. The page for it would not have been saved at all."""
    refused = {name[:200]: _("This form has no such field.") for name in posted.unknown[:50]}
    for cell in {name.partition(":")[0] for name in request.POST} - posted.changes.keys():
        item = document.version.form.by_id.get(cell.rpartition("/")[2])
        if isinstance(item, Item) and (item.readonly or not writer.may_write(item.side)):
            refused[cell] = _("This field belongs to another part of the form.")
    return refused


def _look(request: HttpRequest, document: Document, side: str, writer: Writer) -> JsonResponse:
    """What others changed, who else is here, and a new token for a page whose own has run out."""
    if moved := _moved(request, document):
        return moved
    response = Response.objects.with_submitted_parts().get(document=document, side=side)
    response.document = document
    try:
        refuse_unless_fillable(document)
        refuse_unless_writable(response, writer)
    except ValidationError as error:
        return _closed(error)
    answer: dict[str, Any] = {}
    if request.GET.get("token"):
        answer["token"] = get_token(request)
    page, group = request.GET.get("page", "")[:32], request.GET.get("here", "")[:80]
    if page:
        group = group if group in {node.id for node in document.version.form.nodes} else ""
        answer["who"] = [_person(document, each) for each in note_presence(response, page, group, by=writer)]
    news = news_of(response, _whole_number(request.GET.get("known")))
    return _answer(response, news, writer, language_kept(request, document), answer)


def _answer(response: Response, news: News, writer: Writer, language: str, answer: dict[str, Any]) -> JsonResponse:
    changed = news_told(response, news.changes, writer=writer, lang=language)
    at = timezone.now().isoformat(timespec="seconds")
    return JsonResponse({**answer, "changed": changed, "known": news.known, "at": at})


def _person(document: Document, presence: Presence) -> dict[str, str]:
    side = document.part_label(presence.side) if presence.side else ""
    return {"name": presence.name, "side": str(side), "group": presence.group}


def _closed(error: ValidationError) -> JsonResponse:
    code = getattr(error, "code", None) or "closed"
    return refusal(403 if code == "part" else 409, code, " ".join(error.messages))


def _moved(request: HttpRequest, document: Document) -> JsonResponse | None:
    sent = request.POST if request.method == "POST" else request.GET
    if sent.get("_version", "") in ("", str(document.version_id)):
        return None
    words = _("This form has a newer version by now. Reload the page; what you typed is kept on this device.")
    return refusal(409, "moved", words)


def _whole_number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 10 else 0


def _auto_post(request: HttpRequest, posted: Posted) -> AutoPost:
    """What was typed, without what differs each time it is sent (the token, what the page knows of others)."""
    typed = json.dumps([posted.changes, posted.seen], sort_keys=True, default=str)
    return AutoPost(
        key=posted.key,
        body_hash=hashlib.sha256(typed.encode()).hexdigest(),
        changes=posted.changes,
        seen=posted.seen,
        known=_whole_number(request.POST.get("_known")),
    )
