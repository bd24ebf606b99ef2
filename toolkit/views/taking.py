"""“Take it with you”: a document as a workbook or on paper, and the files that come back."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from toolkit.actions.handing_in import KNOWN, hand_in
from toolkit.actions.links import name_respondent
from toolkit.actions.saving import refuse_unless_fillable
from toolkit.exchange.filled_workbook import filled_workbook
from toolkit.forms.taking import HandInForm, offered_in
from toolkit.models import HandedFile, ShareLink
from toolkit.permissions import can_read_scan, can_see_handed, can_type_paper, writer_for_link
from toolkit.rendering.paper import paper_pdf
from toolkit.schema.definition import language_of
from toolkit.states import LinkScope
from toolkit.views.door import Door, account_door, link_door
from toolkit.views.outcome import attempt
from toolkit.views.papers import pdf_response
from toolkit.views.shared import shared_link_required
from twinning.throttle import is_blocked, note_miss
from twinning.uploads import OFFICE

UPLOADS_PER_MINUTE = 20
HAND_IN = "hand-in"


def writing_link(link: ShareLink) -> Door:
    """The door of a link that may fill in; 403 for one that may only read."""
    if link.scope != LinkScope.FILL:
        raise PermissionDenied
    return link_door(link)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def document_take(request: HttpRequest, *, reference: str) -> HttpResponse:
    return _take(request, account_door(request, reference))


@shared_link_required
@require_http_methods(["GET", "HEAD", "POST"])
def shared_take(request: HttpRequest, *, link: ShareLink) -> HttpResponse:
    return _take(request, writing_link(link))


def _take(request: HttpRequest, door: Door) -> HttpResponse:
    form = HandInForm(
        request.POST if request.method == "POST" else None,
        request.FILES if request.method == "POST" else None,
        asks_name=_asks_name(door),
    )
    if request.method == "POST" and is_blocked(request, HAND_IN, limit=UPLOADS_PER_MINUTE):
        form.add_error(None, _("Too many files came from your network. Please try again in a minute."))
        return _page(request, door, form, status=429)
    outcome = attempt(form, lambda: _hand_in(request, door, form))
    if outcome.done:
        return redirect(door.address("handed", outcome.saved.public_id))
    return _page(request, door, form, status=outcome.status)


def _asks_name(door: Door) -> bool:
    """Whether nobody knows yet who uses the link."""
    link = door.writer.link
    return link is not None and not (link.respondent_name or link.recipient_name)


def _hand_in(request: HttpRequest, door: Door, form: HandInForm) -> HandedFile:
    note_miss(request, HAND_IN)
    writer = door.writer
    if form.cleaned_data.get("name"):
        name_respondent(writer.link, name=form.cleaned_data["name"], post=form.cleaned_data.get("post", ""))
        writer = writer_for_link(writer.link)
    return hand_in(door.document, form.cleaned_data["file"], by=writer)


def _page(request: HttpRequest, door: Door, form: HandInForm, *, status: int) -> HttpResponse:
    document, user = door.document, door.writer.user
    closed = ""
    try:
        refuse_unless_fillable(document)
    except ValidationError as error:
        closed = " ".join(error.messages)
    context = {
        "door": door,
        "document": document,
        "layout": door.layout,
        "form": form,
        "closed": closed,
        "rows": [] if closed else _rows(door),
        "reads_pdf": "pdf" in KNOWN,
        "handed": _handed(door),
        "can_type": user is not None and not closed,
    }
    return render(request, "toolkit/taking/take.html", context, status=status)


def _rows(door: Door) -> list[dict]:
    """What may be taken along: one row for each response, with the papers of each side."""
    document, found = door.document, []
    for response in door.responses:
        asked = f"?side={response.side}" if response.side else ""
        papers = [
            {
                "label": document.part_label(side),
                "url": f"{door.address('paper')}?for={side}&side={response.side}",
            }
            for side in door.sides(response)
        ]
        found.append(
            {
                "label": document.part_label(response.side),
                "workbook": door.address("workbook") + asked,
                "fillable": door.address("fillable") + asked,
                "papers": papers,
            }
        )
    return found


def _handed(door: Door) -> list[dict]:
    """The files that came back, newest first, as far as this person may see them."""
    rows = HandedFile.objects.filter(response__document=door.document).select_related("response")[:50]
    for handed in rows:
        handed.response.document = door.document
    papers = {each.side for each in rows if each.is_paper}
    types = {side for side in papers if can_type_paper(door.writer, door.document, side)} if door.writer.user else set()
    return [
        {
            "handed": each,
            "url": _url(door, each, types),
            "file_url": door.address("file", each.public_id),
        }
        for each in rows
        if (can_read_scan(door.writer, each) if each.is_paper else can_see_handed(door.writer, each))
    ]


def _url(door: Door, handed: HandedFile, types: set[str]) -> str:
    """Where a file is looked at, or a paper typed in further; empty when there is nothing to do."""
    if not handed.is_paper:
        return door.address("handed", handed.public_id)
    return handed.get_absolute_url() if handed.side in types and door.document.is_fillable else ""


@require_safe
def document_workbook(request: HttpRequest, *, reference: str) -> HttpResponse:
    return _workbook(request, account_door(request, reference))


@shared_link_required
@require_safe
def shared_workbook(request: HttpRequest, *, link: ShareLink) -> HttpResponse:
    return _workbook(request, writing_link(link))


def _workbook(request: HttpRequest, door: Door) -> HttpResponse:
    response, document = door.response(request), door.document
    if not document.is_fillable:
        return redirect(door.address("take"))
    lang = language_of(document.version.form, document.language)
    with translation.override(lang):
        content = filled_workbook(response, writer=door.writer, options=offered_in(response, lang))
    name = "-".join(filter(None, (document.reference, document.version.form.tool, response.side)))
    answer = HttpResponse(content, content_type=OFFICE["xlsx"])
    answer["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    return answer


@require_safe
def document_paper(request: HttpRequest, *, reference: str) -> HttpResponse:
    return _paper(request, account_door(request, reference))


@shared_link_required
@require_safe
def shared_paper(request: HttpRequest, *, link: ShareLink) -> HttpResponse:
    return _paper(request, writing_link(link))


def _paper(request: HttpRequest, door: Door) -> HttpResponse:
    response, side = door.response(request), request.GET.get("for", "")
    if not door.document.is_fillable:
        return redirect(door.address("take"))
    if side not in door.sides(response):
        side = door.sides(response)[0]
    is_blank = "blank" in request.GET
    return pdf_response(request, lambda: paper_pdf(response, reader=door.writer, side=side, is_blank=is_blank))
