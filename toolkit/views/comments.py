"""Comments on the questions of a document: read, written, answered and marked as done, with an account or a link."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from toolkit.actions.field_comments import add_field_comment, mark_comment
from toolkit.forms.review import CommentForm
from toolkit.models import Document, FieldComment, Response, ShareLink
from toolkit.permissions import Writer, can_read_response, writer_for_link, writer_for_user
from toolkit.rendering.display import display_text
from toolkit.review_permissions import can_comment
from toolkit.schema.definition import Repeat, tr
from toolkit.talking import Talk, about_url, node_of, returned_to, rows_of, talk_of
from toolkit.views.filling import get_document
from toolkit.views.outcome import refusal_status, write_on
from toolkit.views.shared import responses_of_link, shared_link_required
from twinning.paginate import paginate

SHOWN_LENGTH = 1_000  # of the answer above what is said about it


@dataclass(frozen=True, kw_only=True)
class TalkPlace:
    """Where people talk: with which template, at which address, and where the way back leads."""

    template: str
    here: str
    back: str
    lang: str

    def about(self, response: Response, place: str) -> str:
        return about_url(self.here, response, place)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def document_comments(request: HttpRequest, *, reference: str) -> HttpResponse:
    document = get_document(request, reference)
    here = reverse("toolkit:document-comments", args=[reference])
    place = TalkPlace(
        template="toolkit/review/comments.html", here=here, back=document.get_absolute_url(), lang=document.language
    )
    return _talk(
        request, document, list(document.discussed_responses()), writer_for_user(request.user, document), place
    )


@shared_link_required
@require_http_methods(["GET", "HEAD", "POST"])
def shared_comments(request: HttpRequest, *, link: ShareLink) -> HttpResponse:
    here = reverse("toolkit:shared-comments", args=[link.token])
    back = reverse("toolkit:shared-done", args=[link.token])
    place = TalkPlace(template="toolkit/shared/comments.html", here=here, back=back, lang=link.document.language)
    return _talk(request, link.document, responses_of_link(link), writer_for_link(link), place, link=link)


def _talk(
    request: HttpRequest,
    document: Document,
    responses: list[Response],
    writer: Writer,
    place: TalkPlace,
    *,
    link: ShareLink | None = None,
) -> HttpResponse:
    talk = talk_of(document, responses, writer, here=place.here)
    about = _about(request, talk)
    if request.method == "POST":
        return _take(request, talk, about, place, link=link)
    return _show(request, talk, about, place, CommentForm(), link=link)


def _about(request: HttpRequest, talk: Talk) -> tuple[Response, str] | None:
    """The response and the place that ``?about=host:f_x`` names; 404 for what this reader is not shown."""
    side, colon, place = request.GET.get("about", "").partition(":")
    if not colon:
        return None
    response = next((each for each in talk.responses.values() if each.side == side.removeprefix("-")), None)
    if response is None or not talk.shows(response, place):
        raise Http404
    return response, place


def _take(
    request: HttpRequest, talk: Talk, about: tuple[Response, str] | None, place: TalkPlace, *, link: ShareLink | None
) -> HttpResponse:
    if about is None:
        raise Http404
    response, question = about
    if not can_comment(talk.writer, response):
        raise PermissionDenied
    form = CommentForm(request.POST)
    mark = request.POST.get("_mark", "")
    if not mark and not form.is_valid():
        return _show(request, talk, about, place, form, link=link, status=400)
    try:
        if mark:
            _mark(talk.writer, response, mark)
            return redirect(place.about(response, question))
        cell = request.POST.get("row") or question
        if cell.partition("/")[0] != question:
            raise PermissionDenied
        parent = form.cleaned_data["parent"]
        if parent:
            cell = _cell_of(response, parent)
        comment = add_field_comment(response, cell, form.cleaned_data["text"], by=talk.writer, parent=parent)
    except ValidationError as error:
        write_on(form, error) if form.is_bound and form.is_valid() else None
        refusal = " ".join(error.messages)
        return _show(request, talk, about, place, form, link=link, refusal=refusal, status=refusal_status(error))
    messages.success(request, _("Your comment is kept. Those who read the answer are told by e-mail."))
    return redirect(f"{place.about(response, question)}#comment-{comment.pk}")


def _cell_of(response: Response, parent: int) -> str:
    found = response.comments.filter(pk=parent).values_list("cell", flat=True).first()
    if found is None:
        raise ValidationError(_("This comment is not here any more."), code="parent")
    return found


def _mark(writer: Writer, response: Response, mark: str) -> None:
    """``done:12`` marks a remark as done, ``open:12`` opens it again."""
    what, _colon, number = mark.partition(":")
    is_known = what in ("done", "open") and number.isascii() and number.isdecimal()
    comment = FieldComment.objects.filter(response=response, pk=int(number[:18])).first() if is_known else None
    if comment is None:
        raise ValidationError(_("This comment is not here any more."), code="parent")
    comment.response = response
    mark_comment(comment, is_done=what == "done", by=writer)


def _show(
    request: HttpRequest,
    talk: Talk,
    about: tuple[Response, str] | None,
    place: TalkPlace,
    form: CommentForm,
    *,
    link: ShareLink | None,
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    document = talk.document
    rows = [row for row in talk.threads() if about is None or (row[0].pk, row[1]) == (about[0].pk, about[1])]
    questions = [_question(talk, response, question, threads, place) for response, question, threads in rows]
    # What waits for an answer stands first.
    questions.sort(key=lambda row: not row["n_open"])
    if about and not questions:
        questions = [_question(talk, *about, [], place)]
    context = {
        "document": document,
        "link": link,
        "about": about,
        "form": form,
        "refusal": refusal,
        "here": request.get_full_path(),
        "all_url": place.here,
        "back": place.back,
        "page": paginate(request, questions, per_page=20),
        "can_comment": any(talk.may_comment(response) for response in talk.responses.values()),
        "choices": [] if about else _choices(talk),
        "returned": returned_to(document, talk.responses.values(), talk.writer),
    }
    return render(request, place.template, context, status=status)


def _question(talk: Talk, response: Response, question: str, threads: list, place: TalkPlace) -> dict:
    document, lang = talk.document, talk.document.language
    node = node_of(document, question)
    is_table = isinstance(node, Repeat)
    value = None if is_table else response.answers.get(question)
    answer = "" if is_table else display_text(node, value, definition=document.version.form, lang=lang)
    return {
        "label": tr(node.label, lang),
        "side": document.part_label(response.side),
        "answer": answer[:SHOWN_LENGTH],
        "is_table": is_table,
        "rows": rows_of(response, node, talk.writer) if is_table else [],
        "threads": threads,
        "n_open": sum(thread.is_open for thread in threads),
        "url": place.about(response, question),
        "can_comment": talk.may_comment(response),
    }


def _choices(talk: Talk) -> list[tuple[str, list[tuple[str, str]]]]:
    """The questions that this reader may talk about, for a list to choose from."""
    document = talk.document
    found = []
    for response in talk.responses.values():
        if not can_read_response(talk.writer, response) or not talk.may_comment(response):
            continue
        own = [
            (f"{response.side or '-'}:{node.id}", tr(node.label, document.language))
            for node in document.version.form.by_id.values()
            if node_of(document, node.id) and talk.shows(response, node.id)
        ]
        found.append((document.part_label(response.side) or document.title, own))
    return found
