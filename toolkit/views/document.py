"""Documents: the list, starting one, reading one."""

from __future__ import annotations

from itertools import groupby

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from partnerships.models import Exchange, Partnership, Phase, Workshop
from toolkit import permissions
from toolkit.actions.documents import start_document
from toolkit.filters import DocumentFilterSet
from toolkit.forms.start import StartForm
from toolkit.models import Document, Tool, ToolVersion
from toolkit.panels import expected_slugs
from toolkit.permissions import Writer, writer_for_user
from toolkit.rendering import html as rendering
from toolkit.states import ToolKind
from toolkit.subjects import address_of, subjects_within
from toolkit.talking import returned_to, talk_of
from toolkit.views.course import course_of
from toolkit.views.filling import get_document
from toolkit.views.library import card_of
from toolkit.views.outcome import attempt
from toolkit.views.papers import pdf_response
from toolkit.views.signed import place_of, signatures_panel
from twinning.paginate import paginate


@require_safe
def document_list(request: HttpRequest) -> HttpResponse:
    newest = Document.objects.visible_to(request.user).newest_first()
    found = DocumentFilterSet(request.GET, newest, user=request.user)
    page = paginate(request, found.qs.values("pk"))
    # Which rows first, then what they say: counting sides while sorting would count those of every document.
    page.object_list = list(Document.objects.filter(pk__in=page.object_list).for_list())
    return render(
        request,
        "toolkit/document_list.html",
        {
            "page": page,
            "filter": found,
            "can_start": permissions.may_start_in(request.user).exists(),
        },
        status=found.status,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def document_start(request: HttpRequest, *, slug: str) -> HttpResponse:
    """Without ``?tool=`` a choice of tools; with it the few questions before a document starts."""
    phases = Prefetch("phases", Phase.objects.select_related("definition"))
    seen = Partnership.objects.visible_to(request.user).select_related("programme").prefetch_related(phases)
    partnership = get_object_or_404(seen, slug=slug)
    if not permissions.can_start_document(request.user, partnership):
        raise PermissionDenied
    if not partnership.is_open:
        status = 409 if request.method == "POST" else 200
        return render(request, "toolkit/document_start_closed.html", {"partnership": partnership}, status=status)
    inside = _inside(request, partnership)
    context = {"partnership": partnership, "inside": inside, **_addresses(partnership, inside)}
    if "tool" not in request.GET:
        return render(request, "toolkit/document_start.html", context | _choice(partnership, inside))
    version = _usable_version(partnership, request.GET["tool"])
    form = StartForm(
        request.POST if request.method == "POST" else None, version=version, partnership=partnership, inside=inside
    )
    outcome = attempt(form, lambda: _start(request, partnership, version, form))
    if outcome.done:
        messages.success(request, _("The document has been started. Send each side a link, or fill it in yourself."))
        return redirect(outcome.saved)
    return render(
        request,
        "toolkit/document_start.html",
        {**context, "version": version, "form": form},
        status=outcome.status,
    )


def _start(request: HttpRequest, partnership: Partnership, version: ToolVersion, form: StartForm) -> Document:
    return start_document(
        partnership,
        version,
        by=request.user,
        title=form.cleaned_data["title"],
        about=form.cleaned_data.get(version.form.subject),
        period=form.period,
        due_on=form.cleaned_data["due_on"],
        language=form.cleaned_data.get("language", ""),
        terms=form.terms,
    )


def _usable_version(partnership: Partnership, slug: str) -> ToolVersion:
    """The published version of a tool that ``partnership`` may use; the copies of others are not found."""
    return get_object_or_404(
        ToolVersion.objects.published().select_related("tool__section"),
        tool__in=Tool.objects.usable_in(partnership),
        tool__slug=slug,
    )


def _card_of(tool: Tool) -> dict:
    """See card_of(); a copy says whose it is."""
    whose = {1: _("adapted by the programme"), 2: _("adapted by this partnership")}.get(tool.nearness)
    card = card_of(tool)
    return {**card, "above": f"{card['above']} · {whose}"} if whose else card


def _inside(request: HttpRequest, partnership: Partnership) -> Exchange | Workshop | None:
    """The exchange or workshop from whose page somebody comes: ``?exchange=`` or ``?workshop=`` with its reference."""
    for name, rows in (("exchange", partnership.exchanges), ("workshop", partnership.workshops)):
        if name in request.GET:
            return get_object_or_404(rows, reference=request.GET[name])
    return None


def _addresses(partnership: Partnership, inside: Exchange | Workshop | None) -> dict[str, str]:
    """Where a tool is chosen, and where one is started once its name is put behind the address."""
    asked = {inside._meta.model_name: inside.reference} if inside else {}
    page = reverse("toolkit:document-start", args=[partnership.slug])
    choose = f"{page}?{urlencode(asked)}" if asked else page
    return {"choose_url": choose, "start_url": f"{page}?{urlencode(asked | {'tool': ''})}"}


def _choice(partnership: Partnership, inside: Exchange | Workshop | None) -> dict:
    """The tools that can be put to work: those that the open phases expect first, then section by section.

    From the page of an exchange or a workshop, those that are about it or somebody on it.
    """
    expected = expected_slugs(partnership)
    tools = [tool for tool in Tool.objects.standing_in(partnership) if tool.kind != ToolKind.GUIDE]
    if inside:
        wanted = ToolVersion.objects.published().filter(definition__subject__in=subjects_within(inside))
        about = set(wanted.values_list("tool", flat=True))
        tools = [tool for tool in tools if tool.pk in about]
    return {
        "expected": [_card_of(tool) for tool in tools if tool.stands_for in expected],
        "sections": [
            {"section": section, "cards": [_card_of(tool) for tool in rows]}
            for section, rows in groupby(tools, key=lambda tool: tool.section)
        ],
    }


@require_safe
def document_detail(request: HttpRequest, *, reference: str) -> HttpResponse:
    return show_document(request, get_document(request, reference))


def show_document(request: HttpRequest, document: Document, *, refusal: str = "", status: int = 200) -> HttpResponse:
    """The page on which a document is read, with the sentence that says why a step was refused."""
    writer = writer_for_user(request.user, document)
    course = course_of(document, writer)
    responses = rendering.responses_for(document, writer)
    comments = reverse("toolkit:document-comments", args=[document.reference])
    talk = talk_of(document, responses, writer, here=comments)
    return render(
        request,
        "toolkit/document_detail.html",
        {
            "document": document,
            "about_url": address_of(document),
            "html": rendering.document_html(
                document, writer=writer, file_url=file_url_of(document), talk=talk, responses=responses
            ),
            "talk": talk,
            "comments_url": comments,
            "returned": returned_to(document, responses, writer),
            "signing": signatures_panel(document, responses, writer, place_of(document)),
            "refusal": refusal,
            **course,
        },
        status=status,
    )


def file_url_of(document: Document):
    return lambda public_id: reverse("toolkit:document-file", args=[document.reference, public_id])


@require_safe
def document_pdf(request: HttpRequest, *, reference: str) -> HttpResponse:
    document = get_document(request, reference)
    writer: Writer = writer_for_user(request.user, document)
    return pdf_response(request, lambda: rendering.document_pdf(document, writer=writer))
