"""The page that fills a form, for people with an account; what it shares with the page for links is here too."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from itertools import pairwise

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Exists, OuterRef
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.crypto import salted_hmac
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.models import User
from toolkit.actions.posting import Post, take_post, was_taken
from toolkit.actions.saving import SaveResult, refuse_unless_fillable, refuse_unless_writable
from toolkit.actions.submitting import NotReadyError, evaluate_response, open_parts, submit_part
from toolkit.forms.beside import beside_of
from toolkit.forms.options import reference_options
from toolkit.forms.page import PageBuilder
from toolkit.forms.posted import Posted, read_post
from toolkit.forms.words import saving_words
from toolkit.models import ABOUT_WITH_NAMES, Attachment, Document, HandedFile, Response
from toolkit.permissions import Writer, can_read_response, can_write_response, sees_sensitive, writer_for_user
from toolkit.returned import points_of
from toolkit.schema.definition import tr
from toolkit.schema.rules import rules_for_browser
from toolkit.states import Mode
from toolkit.talking import talk_of
from toolkit.views.examples import example_beside, wants_example, with_example
from toolkit.views.language import language_kept, spoken
from twinning.downloads import download
from twinning.languages import words_in


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a form is filled: for whom, with which template, in which language, and where the ways out lead.

    ``talk`` is the page of comments. ``save``: where the open form saves itself; empty where it does not. ``owner``:
    whose page it is, for what a browser keeps of it; empty for a link. ``frame`` is the language of the page around the
    form, in which this was made.
    """

    template: str
    language: str
    here: str
    done: str
    file_url: Callable[[str], str]
    save: str = ""
    talk: str = ""
    owner: str = ""
    check: Callable[[HttpRequest], dict[str, str]] = lambda request: {}
    named: Callable[[HttpRequest, Writer], Writer] = lambda request, writer: writer
    frame: str = field(default_factory=lambda: translation.get_language() or settings.LANGUAGE_CODE)

    def drawn(self, request: HttpRequest, template: str, context: dict, *, status: int) -> HttpResponse:
        with translation.override(self.frame):
            return render(request, template, context, status=status)


def document_fill(request: HttpRequest, *, reference: str) -> HttpResponse:
    document = get_document(request, reference)
    if document.mode == Mode.OPEN:
        # Each of many people answers by the link; whoever looks after the document reads what they said.
        return redirect(document)
    writer = writer_for_user(request.user, document)
    response = _response_of(request, document, writer)
    side = f"?side={response.side}" if response.side else ""
    place = Place(
        template="toolkit/document_fill.html",
        language=language_kept(request, document),
        here=reverse("toolkit:document-fill", args=[reference]) + side,
        done=document.get_absolute_url(),
        save=_save_url(document, response, request.user),
        owner=owner_mark(request.user.pk),
        file_url=lambda public_id: reverse("toolkit:document-file", args=[reference, public_id]),
        talk=reverse("toolkit:document-comments", args=[reference]),
    )
    return fill(request, response, writer=writer, place=place)


def _save_url(document: Document, response: Response, user: User) -> str:
    asked = {"for": owner_mark(user.pk)} | ({"side": response.side} if response.side else {})
    return f"{reverse('toolkit:document-save', args=[document.reference])}?{urlencode(asked)}"


def owner_mark(pk: int) -> str:
    """Whose page this is, without saying who: the page sends it back, and keeps what it keeps under it."""
    return salted_hmac("toolkit.fill-owner", str(pk), algorithm="sha256").hexdigest()[:16]


def get_document(request: HttpRequest, reference: str) -> Document:
    """The document if ``request.user`` may know it, with all that its pages show."""
    return get_object_or_404(
        Document.objects.visible_to(request.user)
        .select_related(
            "partnership__programme",
            "partnership__coordinator",
            "version__tool__section",
            "started_by",
            *ABOUT_WITH_NAMES,
        )
        .annotate(has_files_waiting=Exists(HandedFile.objects.waiting().filter(response__document=OuterRef("pk"))))
        .defer("version__definition"),  # the form in it is in memory: see ToolVersion.form
        reference=reference,
    )


def _response_of(request: HttpRequest, document: Document, writer: Writer) -> Response:
    """The response that ``writer`` writes; ``?side=`` chooses when there are several."""
    mine = []
    for response in document.responses.all():
        response.document = document
        if can_write_response(writer, response):
            mine.append(response)
    wanted = request.GET.get("side")
    if wanted:
        mine = [response for response in mine if response.side == wanted]
    if not mine:
        raise PermissionDenied
    return mine[0]


@never_cache
def fill(request: HttpRequest, response: Response, *, writer: Writer, place: Place) -> HttpResponse:
    """Show the form, or take what was typed: a draft, one more row, or the submission."""
    wanted = wants_example(request, usual=False)
    place = replace(place, here=with_example(place.here, wanted=wanted, usual=False))
    try:
        refuse_unless_fillable(response.document)
        refuse_unless_writable(response, writer)
    except ValidationError as error:
        if request.method == "POST" and was_taken(response, _post(request, _posted(request, response, writer))):
            return redirect(place.done)
        return _closed(request, response, writer, place, error)
    with translation.override(words_in(place.language)):
        if request.method != "POST":
            return _page(request, response, writer, place, add=request.GET.get("add", ""))
        return _take(request, response, writer, place)


def _posted(request: HttpRequest, response: Response, writer: Writer) -> Posted:
    document = response.document
    return read_post(
        document.version.form, request.POST, request.FILES, writer=writer, references=reference_options(document)
    )


def _take(request: HttpRequest, response: Response, writer: Writer, place: Place) -> HttpResponse:
    form = response.document.version.form
    posted = _posted(request, response, writer)
    if not posted.is_whole or posted.unknown:
        return _page(request, response, writer, place, posted=posted, notice=_broken(posted), status=400)
    own_errors = place.check(request)
    writer = place.named(request, writer)
    try:
        result = take_post(response, _post(request, posted), by=writer)
        if result is not None and not result.is_clean:
            return _refused(request, response, writer, place, posted, result)
    except ValidationError as error:
        return _closed(request, response, writer, place, error, posted=posted)
    wanted = request.POST.get("_action", "save")
    if wanted == "submit":
        if own_errors:
            return _page(request, response, writer, place, own_errors=own_errors, status=422)
        return _submit(request, response, writer, place)
    if wanted.startswith("add:"):
        table = wanted.removeprefix("add:")[:80]
        sep = "&" if "?" in place.here else "?"
        return redirect(f"{place.here}{sep}add={table}#{table}" if table in form.by_id else place.here)
    if wanted.startswith("next:") and wanted.removeprefix("next:") in {node.id for node in form.nodes}:
        return redirect(f"{place.here}#{wanted.removeprefix('next:')}")
    with translation.override(place.frame):
        done = _("Saved at %(time)s. You can close the page and come back later.")
    messages.success(request, done % {"time": timezone.localtime().strftime("%H:%M")})
    return redirect(place.here)


def _broken(posted: Posted) -> str:
    if not posted.is_whole:
        return _("The page arrived incomplete, so nothing was saved. Please send it again.")
    return _("The page sent fields that this form does not have (%(names)s), so nothing was saved.") % {
        "names": ", ".join(name[:40] for name in posted.unknown[:5])
    }


def _post(request: HttpRequest, posted: Posted) -> Post:
    """The cells and what tells this post from another with the same key: everything that was sent."""
    digest = hashlib.sha256()
    for name in sorted(request.POST):
        digest.update(repr((name, request.POST.getlist(name))).encode())
    for name in sorted(request.FILES):
        for upload in request.FILES.getlist(name):
            digest.update(repr((name, upload.name)).encode())
            for chunk in upload.chunks():
                digest.update(chunk)
    return Post(
        key=posted.key,
        body_hash=digest.hexdigest(),
        changes=posted.changes,
        seen=posted.seen,
        uploads=posted.uploads,
        dropped=posted.dropped,
    )


def _submit(request: HttpRequest, response: Response, writer: Writer, place: Place) -> HttpResponse:
    try:
        submit_part(response, by=writer, lang=place.language)
    except NotReadyError as error:
        problems = {problem.cell: problem.message.translated(_) for problem in error.problems}
        return _page(request, response, writer, place, errors=problems, status=422)
    except ValidationError as error:
        # What was typed is saved; only handing it in was refused.
        notice = _("Your answers are saved. %(reason)s") % {"reason": " ".join(error.messages)}
        return _page(request, response, writer, place, notice=notice, status=409)
    return redirect(place.done)


def _refused(
    request: HttpRequest, response: Response, writer: Writer, place: Place, posted: Posted, result: SaveResult
) -> HttpResponse:
    """The page again with what was typed; what could be saved has been."""
    return _page(
        request,
        response,
        writer,
        place,
        posted=posted,
        errors=result.refused,
        conflicts={conflict.cell: conflict for conflict in result.conflicts},
        status=409 if result.conflicts else 422,
    )


def _page(
    request: HttpRequest,
    response: Response,
    writer: Writer,
    place: Place,
    *,
    posted: Posted | None = None,
    errors: dict[str, str] | None = None,
    conflicts: dict | None = None,
    own_errors: dict[str, str] | None = None,
    notice: str = "",
    add: str = "",
    status: int = 200,
) -> HttpResponse:
    document = response.document
    form, lang = document.version.form, place.language
    example = example_beside(request, document.version.tool, form, lang, here=place.here, usual=False)
    page = PageBuilder(
        response,
        evaluate_response(response, lang=lang),
        writer=writer,
        references=reference_options(document),
        posted=posted,
        errors=errors or {},
        conflicts=conflicts or {},
        add=add,
        sensitive=sees_sensitive(writer, response),
        parts=[part for part in open_parts(response) if part == "" or part in writer.parts],
        keeps_all=status == 400,
        lang=lang,
        example=example.shown if example else None,
        points=points_of(response),
        beside=beside_of(talk_of(document, [response], writer, here=place.talk), response),
    ).build()
    shown = [group for group in page.groups if group.is_relevant]
    for group, following in pairwise(shown):
        group.next = following.id if group.is_open else ""
    context = {
        "document": document,
        "response": response,
        "page": page,
        "form": form,
        "rules": rules_for_browser(form, lang),
        "saving": _saving(response, place),
        "writer": writer,
        "place": place,
        **spoken(form, lang, here=place.here),
        "example": example,
        "own_errors": own_errors or {},
        "conflicts": conflicts or {},
        "notice": notice,
        "link": writer.link,
    }
    return place.drawn(request, place.template, context, status=status)


def _saving(response: Response, place: Place) -> dict:
    """What the scripts of the page need to save it bit by bit."""
    return {
        "url": place.save,
        "known": response.n_changes,
        "base": response.revisions,
        "version": response.document.version_id,
        "owner": place.owner,
        "login": f"{reverse(settings.LOGIN_URL)}?{urlencode({'next': place.here})}",
        "words": saving_words(),
    }


def _closed(
    request: HttpRequest,
    response: Response,
    writer: Writer,
    place: Place,
    error: ValidationError,
    *,
    posted: Posted | None = None,
) -> HttpResponse:
    """Nothing can be written (any more). What was typed is shown, so that it can be copied from the page."""
    typed = []
    if request.method == "POST":
        form = response.document.version.form
        posted = posted or read_post(form, request.POST, request.FILES, writer=writer, references={})
        for cell, raw in posted.changes.items():
            item = form.by_id.get(cell.rpartition("/")[2])
            if raw and item is not None:
                typed.append((tr(item.label, place.language) or cell, _words(raw)))
    context = {
        "document": response.document,
        "place": place,
        "reason": " ".join(error.messages),
        "typed": typed,
        "writer": writer,
        "is_readable": can_read_response(writer, response),
    }
    return place.drawn(request, "toolkit/fill_closed.html", context, status=409 if request.method == "POST" else 200)


def _words(raw) -> str:
    if isinstance(raw, dict):
        return " ".join(str(part) for part in raw.values() if part)
    return ", ".join(raw) if isinstance(raw, list) else str(raw)


@require_safe
@never_cache
def document_file(request: HttpRequest, *, reference: str, public_id: str) -> HttpResponse:
    document = get_document(request, reference)
    writer = writer_for_user(request.user, document)
    return send_file(document, writer, public_id)


def send_file(document: Document, writer: Writer, public_id: str) -> HttpResponse:
    """An attachment as a download, if ``writer`` may read the answer it belongs to."""
    attachment = get_object_or_404(
        Attachment.objects.select_related("response"), response__document=document, public_id=public_id
    )
    attachment.response.document = document
    item = document.version.form.by_id.get(attachment.cell.rpartition("/")[2])
    hidden = item is None or (
        item.sensitive and not sees_sensitive(writer, attachment.response) and not writer.may_write(item.side)
    )
    if hidden or not can_read_response(writer, attachment.response):
        raise Http404
    return download(attachment.file, name=attachment.name, content_type=attachment.content_type)
