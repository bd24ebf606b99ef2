"""Where many people answer by one link: beginning, answering at an address of one's own, and thanks. Public."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from toolkit.actions.collecting import begin_answers, key_of, new_key, refuse_unless_open_to_all, respondent_of
from toolkit.models import Response, ShareLink
from toolkit.permissions import writer_for_respondent
from toolkit.rendering.html import document_html
from toolkit.schema.definition import tr
from toolkit.states import LinkScope, Mode, ResponseState
from toolkit.views.filling import Place, fill, send_file
from toolkit.views.language import language_kept, languages_offered
from toolkit.views.shared import shared_link_required
from twinning.throttle import WINDOW_SECONDS, is_blocked, note_miss

BEGIN_DOOR, SAVE_DOOR = "begin-answers", "save-answers"


@shared_link_required
@require_http_methods(["GET", "HEAD", "POST"])
def shared_begin(request: HttpRequest, *, link: ShareLink) -> HttpResponse:
    """What is asked and on what terms, and a button to begin; whoever has begun on this device may go on."""
    document = link.document
    if document.mode != Mode.OPEN:
        return redirect("toolkit:shared-fill", token=link.token)
    if request.method == "POST":
        return _begin(request, link)
    return _front(request, link)


def _front(
    request: HttpRequest, link: ShareLink, *, refusal: str = "", error: str = "", status: int = 200
) -> HttpResponse:
    document = link.document
    known = None if "new" in request.GET else _by_cookie(request, link)
    try:
        _refuse_readers(link)
        refuse_unless_open_to_all(document)
    except ValidationError as closed:
        refusal = refusal or " ".join(closed.messages)
    here = reverse("toolkit:shared-begin", args=[link.token])
    language = language_kept(request, document)
    context = {
        "link": link,
        "document": document,
        "purpose": tr(document.version.form.purpose, language),
        "minutes": document.version.minutes,
        "form_language": language,
        "languages": languages_offered(document.version.form, language, here=here),
        "asked": _asked_language(request),
        "key": request.POST.get("_key") or new_key(link),
        "name": request.POST.get("_name", ""),
        "post": request.POST.get("_post", ""),
        "error": error,
        "refusal": refusal,
        "known": known,
        "go_on": _address(link, known) if known else "",
    }
    return render(request, "toolkit/shared/begin.html", context, status=status)


def _refuse_readers(link: ShareLink) -> None:
    if link.scope != LinkScope.FILL:
        raise ValidationError(_("This link does not let you answer. Ask for another one."), code="scope")


def _begin(request: HttpRequest, link: ShareLink) -> HttpResponse:
    if is_blocked(request, BEGIN_DOOR, limit=settings.OPEN_BEGINS_PER_MINUTE):
        return _busy(request)
    name = request.POST.get("_name", "")
    if not link.document.is_anonymous and not name.strip():
        error = _("Please write your name, so that the others know who filled this in.")
        return _front(request, link, error=error, status=422)
    try:
        _refuse_readers(link)
        response = begin_answers(link, request.POST.get("_key", ""), name=name, post=request.POST.get("_post", ""))
    except ValidationError as error:
        return _front(request, link, refusal=" ".join(error.messages), status=409)
    note_miss(request, BEGIN_DOOR)
    return _remembering(redirect(_address(link, response) + _asked_language(request)), link, response)


@shared_link_required
def shared_respond(request: HttpRequest, *, link: ShareLink, key: str) -> HttpResponse:
    """The form of one person, at the address that is theirs alone."""
    response = _own(link, key)
    if response.state == ResponseState.SUBMITTED and request.method != "POST":
        return redirect("toolkit:shared-respond-done", token=link.token, key=key)
    if request.method == "POST":
        if is_blocked(request, SAVE_DOOR, limit=settings.OPEN_SAVES_PER_MINUTE):
            return _busy(request)
        note_miss(request, SAVE_DOOR)
    place = Place(
        template="toolkit/shared/respond.html",
        language=language_kept(request, link.document),
        here=_address(link, response) + _asked_language(request),
        done=reverse("toolkit:shared-respond-done", args=[link.token, key]),
        file_url=lambda public_id: reverse("toolkit:shared-respond-file", args=[link.token, key, public_id]),
    )
    answer = fill(request, response, writer=writer_for_respondent(response, link), place=place)
    return _remembering(answer, link, response)


@shared_link_required
@require_safe
def shared_respond_done(request: HttpRequest, *, link: ShareLink, key: str) -> HttpResponse:
    """What this person answered, with thanks once it is sent."""
    response = _own(link, key)
    writer = writer_for_respondent(response, link)
    context = {
        "link": link,
        "document": link.document,
        "is_sent": response.state == ResponseState.SUBMITTED,
        "go_on": _address(link, response),
        "html": document_html(
            link.document,
            writer=writer,
            file_url=lambda public_id: reverse("toolkit:shared-respond-file", args=[link.token, key, public_id]),
        ),
    }
    return render(request, "toolkit/shared/sent.html", context)


@shared_link_required
@require_safe
def shared_respond_file(request: HttpRequest, *, link: ShareLink, key: str, public_id: str) -> HttpResponse:
    return send_file(link.document, writer_for_respondent(_own(link, key), link), public_id)


def _own(link: ShareLink, key: str) -> Response:
    """The response whose address holds ``key``; anything else is not found, whatever is wrong with it."""
    document = link.document
    respondent = respondent_of(document, key) if document.mode == Mode.OPEN else ""
    if not respondent or link.scope != LinkScope.FILL:
        raise Http404
    response = get_object_or_404(document.responses, respondent=respondent)
    response.document = document
    return response


def _by_cookie(request: HttpRequest, link: ShareLink) -> Response | None:
    respondent = respondent_of(link.document, request.COOKIES.get(_cookie(link), ""))
    response = link.document.responses.filter(respondent=respondent).first() if respondent else None
    if response:
        response.document = link.document
    return response


def _remembering(answer: HttpResponse, link: ShareLink, response: Response) -> HttpResponse:
    """So that this device finds its answers again: a cookie that only the pages of this link receive."""
    answer.set_cookie(
        _cookie(link),
        key_of(response),
        max_age=max(0, int((link.expires_at - timezone.now()).total_seconds())),
        path=reverse("toolkit:shared-fill", args=[link.token]),
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )
    return answer


def _cookie(link: ShareLink) -> str:
    return f"answers-{link.public_id}"


def _address(link: ShareLink, response: Response) -> str:
    return reverse("toolkit:shared-respond", args=[link.token, key_of(response)])


def _asked_language(request: HttpRequest) -> str:
    """Without names nothing is kept of a visitor, not even the language they chose; so the address says it."""
    lang = request.GET.get("lang", "")[:20]
    return f"?{urlencode({'lang': lang})}" if lang else ""


def _busy(request: HttpRequest) -> HttpResponse:
    answer = render(request, "toolkit/shared/busy.html", status=429)
    answer["Retry-After"] = str(WINDOW_SECONDS)
    return answer
