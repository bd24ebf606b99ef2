"""The pages behind a share link: no account, one document, one side. The only public views of the toolkit."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from toolkit.actions.links import name_respondent, note_opened
from toolkit.actions.visits import note_wrote
from toolkit.models import Response, ShareLink
from toolkit.permissions import Writer, can_read_response, can_write_response, writer_for_link
from toolkit.rendering.html import document_html, document_pdf, responses_for
from toolkit.states import AGREED, LinkScope, Mode
from toolkit.talking import returned_to, talk_of
from toolkit.views import visiting
from toolkit.views.filling import Place, fill, send_file
from toolkit.views.language import language_kept
from toolkit.views.papers import pdf_response
from toolkit.views.signed import place_of_link, signatures_panel
from twinning.errors import wants_json
from twinning.languages import words_in
from twinning.throttle import WINDOW_SECONDS, is_blocked, note_miss

DOOR = "share-link"
CODES = {404: "unknown", 410: "over", 429: "wait"}
# Parts of a post that nobody wrote, see forms/posted.py
UNWRITTEN = (":row", ":shown", ":currency", ":zone", ":drop", ":remove")


def shared_link_required(view: Callable[..., HttpResponse]):
    """Pass the live ShareLink to the view, or say kindly that the link is over or unknown, and nothing else.

    A link for so many devices stays shut on others (see views/visiting.py).
    """
    return _guarded(view, is_door=False)


def _guarded(view: Callable[..., HttpResponse], *, is_door: bool):
    @login_not_required
    @never_cache
    @wraps(view)
    def wrapper(request: HttpRequest, *, token: str, **kwargs) -> HttpResponse:
        try:
            # The definition is not read, for the form in it is in memory: see ToolVersion.form
            links = ShareLink.objects.select_related("created_by").defer("document__version__definition")
            link = links.from_token(token)
        except ShareLink.DoesNotExist:
            # Only misses are slowed down: a whole hospital may stand behind one address, and its good links must open.
            if is_blocked(request, DOOR, limit=settings.SHARE_MISSES_PER_MINUTE):
                answer = _told(request, "toolkit/shared/wait.html", 429, _("Too many tries. Wait a minute."))
                answer["Retry-After"] = str(WINDOW_SECONDS)
                return private(answer)
            note_miss(request, DOOR)
            return private(_told(request, "toolkit/shared/unknown.html", 404, _("This link does not work.")))
        # Whoever holds the link has no account that says a language: the whole page speaks that of the form.
        with translation.override(words_in(language_kept(request, link.document, first=link.language))):
            if link.is_live:
                visiting.recognise(request, link)
                if visiting.is_shut(link) and not is_door:
                    typed = _typed(request)
                    answer = visiting.door(request, link, typed=typed, status=409 if typed else 200)
                else:
                    answer = view(request, link=link, **kwargs)
            else:
                context = {"link": link, "typed": _typed(request)}
                words = _("This link has ended. What you typed is still on this page; copy what you need.")
                answer = _told(request, "toolkit/shared/over.html", 410, words, context)
            answer["Content-Language"] = translation.get_language()
            return private(answer)

    return wrapper


def shared_link_door(view: Callable[..., HttpResponse]):
    """As shared_link_required(), for pages at which a device takes its place before the link opens on it."""
    return _guarded(view, is_door=True)


def _told(request: HttpRequest, template: str, status: int, words: str, context: dict | None = None) -> HttpResponse:
    """Why a link opens nothing: as a page, or in a word for the script of a page that is open already."""
    if wants_json(request):
        return JsonResponse({"error": CODES[status], "message": words}, status=status)
    return render(request, template, context, status=status)


def _typed(request: HttpRequest) -> str:
    """What was written on a page whose link ended meanwhile, for its writer to copy. Nothing of it is saved."""
    answers = (name for name in request.POST if name.startswith(("f_", "r_")) and not name.endswith(UNWRITTEN))
    values = (value.strip() for name in answers for value in request.POST.getlist(name))
    return "\n".join(value for value in values if value)


def private(response: HttpResponse) -> HttpResponse:
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Cache-Control"] = "no-store, private"
    return response


def response_of(link: ShareLink) -> Response:
    """The response behind a link: its side's own where each side has one, and then the one that both agree on."""
    if link.document.mode == Mode.OPEN:  # many people, each at an address of their own: see respond.py
        raise Http404
    response = link.document.responses.get(side=side_of(link))
    response.document = link.document
    return response


def side_of(link: ShareLink) -> str:
    """Of which response a link is."""
    alone = AGREED if link.document.agreed_at else link.side
    return alone if link.document.mode == Mode.EACH else ""


def responses_of_link(link: ShareLink) -> list[Response]:
    """Every response that counts for the document behind a link; what of them its holder reads, other rules say."""
    response_of(link)  # or there is nothing behind it
    responses = list(link.document.counting_responses().order_by("side"))
    for response in responses:
        response.document = link.document
    return responses


@shared_link_required
@require_http_methods(["GET", "HEAD", "POST"])
def shared_fill(request: HttpRequest, *, link: ShareLink) -> HttpResponse:
    if link.document.mode == Mode.OPEN:
        return redirect("toolkit:shared-begin", token=link.token)
    response = response_of(link)
    writer, key = writer_for_link(link), ""
    # Whoever asks for another language has opened it already.
    # Nor does the worker that keeps the page for a time without a line.
    if request.method == "GET" and "lang" not in request.GET and "X-Purpose" not in request.headers:
        note_opened(link)
        key = visiting.note(link)
    if link.scope != LinkScope.FILL or not can_write_response(writer, response):
        return visiting.remember(redirect("toolkit:shared-done", token=link.token), link, key)
    place = Place(
        template="toolkit/shared/fill.html",
        language=language_kept(request, link.document, first=link.language),
        here=reverse("toolkit:shared-fill", args=[link.token]),
        done=reverse("toolkit:shared-done", args=[link.token]),
        save=reverse("toolkit:shared-save", args=[link.token]),
        file_url=lambda public_id: reverse("toolkit:shared-file", args=[link.token, public_id]),
        talk=reverse("toolkit:shared-comments", args=[link.token]),
        check=_check_name,
        named=lambda request, writer: named(request, writer, link),
    )
    return visiting.remember(fill(request, response, writer=writer, place=place), link, key)


def _check_name(request: HttpRequest) -> dict[str, str]:
    if request.POST.get("_name", "").strip():
        return {}
    return {"_name": _("Please write your name, so that the others know who filled this in.")}


def named(request: HttpRequest, writer: Writer, link: ShareLink) -> Writer:
    """The writer under the name just given, which the link remembers for the next visit."""
    name, post = request.POST.get("_name", ""), request.POST.get("_post", "")
    if name.strip() and (name.strip(), post.strip()) != _known(link):
        name_respondent(link, name=name, post=post)
        writer = writer_for_link(link)
    if link.visit is not None:
        note_wrote(link.visit)
    return writer


def _known(link: ShareLink) -> tuple[str, str]:
    """The name and post that this browser gave, or whoever used the link before."""
    known = link.visit
    return (known.name, known.post) if known is not None else (link.respondent_name, link.respondent_post)


@shared_link_required
@require_safe
def shared_done(request: HttpRequest, *, link: ShareLink) -> HttpResponse:
    """What was filled in, as it stands, with thanks; also where a link that may only read leads."""
    response = response_of(link)
    writer = writer_for_link(link)
    comments = reverse("toolkit:shared-comments", args=[link.token])
    responses = responses_for(link.document, writer)
    talk = talk_of(link.document, responses, writer, here=comments)
    context = {
        "link": link,
        "document": link.document,
        "response": response,
        "is_submitted": response.part_submissions.filter(part__in=["", AGREED, link.side]).exists(),
        "html": document_html(
            link.document,
            writer=writer,
            file_url=lambda public_id: reverse("toolkit:shared-file", args=[link.token, public_id]),
            talk=talk,
            responses=responses,
        ),
        "talk": talk,
        "comments_url": comments,
        "signing": signatures_panel(link.document, responses, writer, place_of_link(link)),
        "returned": returned_to(link.document, talk.responses.values(), writer),
    }
    return render(request, "toolkit/shared/done.html", context)


@shared_link_required
@require_safe
def shared_pdf(request: HttpRequest, *, link: ShareLink) -> HttpResponse:
    response_of(link)  # or there is nothing behind it
    return pdf_response(request, lambda: document_pdf(link.document, writer=writer_for_link(link)))


@shared_link_required
@require_safe
def shared_file(request: HttpRequest, *, link: ShareLink, public_id: str) -> HttpResponse:
    writer = writer_for_link(link)
    if not can_read_response(writer, response_of(link)):
        raise Http404
    return send_file(link.document, writer, public_id)
