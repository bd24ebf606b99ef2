"""One tool of the library: what it is for, how it is used, a good example, its blank form."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import User
from toolkit.actions.counting import count_opened
from toolkit.cards import languages_of, minutes_of, stars_of, use_text
from toolkit.forms.start import UseForm
from toolkit.kept import kept
from toolkit.models import Feedback, Tool, ToolVersion, WorkedExample
from toolkit.permissions import can_curate, can_edit_tool, can_learn, may_adapt_for_programmes, may_start_in
from toolkit.rendering.html import blank_html, blank_name, render_blank
from toolkit.rendering.sample import sample_html
from toolkit.rendering.store import is_kept, pdf_for
from toolkit.schema.definition import tr
from toolkit.states import LICENCE_ADDRESSES, Mode, ToolKind, VersionState
from toolkit.statistics import partnerships_using
from toolkit.views.examples import example_beside, example_of
from toolkit.views.language import language_asked, languages_offered
from toolkit.views.library import get_version, outline_of
from toolkit.views.papers import pdf_response
from toolkit.views.public import PAPER_KEPT_SECONDS, draw, open_to_all, too_many
from twinning.markdown import markdown_html

SAYINGS = 3
PAPERS_PER_MINUTE, NEW_PAPERS_PER_MINUTE = 60, 12
ROBOTS = ("bot", "crawl", "spider", "slurp")


@require_safe
@open_to_all
def tool_detail(request: HttpRequest, *, slug: str) -> HttpResponse:
    try:
        version = get_version(request, slug)
    except Http404:
        # Whoever makes a tool, or took it out of use, finds what there is of it among its versions.
        tool = get_object_or_404(Tool.objects.visible_to(request.user), slug=slug)
        if not can_edit_tool(request.user, tool):
            raise
        return redirect("toolkit:tool-versions", slug=slug)
    tool, form = version.tool, version.form
    use = None
    if request.user.is_authenticated and tool.kind != ToolKind.GUIDE:
        use = UseForm(request.GET if "partnership" in request.GET else None, user=request.user, tool=tool)
        if use.is_bound and use.is_valid():
            chosen = use.cleaned_data["partnership"]
            start = reverse("toolkit:document-start", args=[chosen.slug])
            return redirect(f"{start}?tool={slug}")
    if is_counted(request):
        count_opened(tool)
    context = {
        "version": version,
        "tool": tool,
        "use": use,
        "example": example_of(tool),
        "outline": outline_of(form, get_language() or "en"),
        **_glance(version),
        **_origin(version),
        **_opinions(tool),
        **_moves(request, tool, use),
    }
    return draw(request, "toolkit/tool_detail.html", context, status=400 if use and use.is_bound else 200)


def is_counted(request: HttpRequest) -> bool:
    """Whether a visit says something of the tool: not that of a curator at work, nor that of a search engine."""
    agent = request.headers.get("User-Agent", "").lower()
    return request.method == "GET" and not can_curate(request.user) and not any(name in agent for name in ROBOTS)


def _glance(version: ToolVersion) -> dict:
    form, language = version.form, get_language() or "en"
    return {
        "is_guide": version.tool.kind == ToolKind.GUIDE,
        "mode": "" if version.tool.kind == ToolKind.GUIDE else str(Mode(version.mode).label),
        "minutes": minutes_of(version),
        "languages": languages_of(version),
        "spoken": languages_offered(form),
        "has_text": bool(form.body),
        "filled_by": tr(form.filled_by, language),
        "frequency": tr(form.frequency, language),
        "guidance_html": markdown_html(tr(form.guidance, language)),
    }


def _origin(version: ToolVersion) -> dict:
    """Where the tool comes from, on what terms it may be used, and who wrote it."""
    tool = version.tool
    written = tool.versions.filter(state__in=[VersionState.PUBLISHED, VersionState.SUPERSEDED]).exclude(credit="")
    base = tool.base.versions.published().defer("definition", "words").first() if tool.base else None
    return {
        "source": tr(version.form.source, get_language() or "en"),
        "licence_url": LICENCE_ADDRESSES.get(tool.licence, ""),
        "credits": list(dict.fromkeys(written.order_by("number").values_list("credit", flat=True))),
        "base_title": base.title if base else "",
    }


def _opinions(tool: Tool) -> dict:
    rating = Feedback.objects.rating_of([tool]).get(tool.pk)
    return {
        "stars": stars_of(rating) if rating else "",
        "sayings": list(Feedback.objects.published().exclude(text="").filter(tool=tool)[:SAYINGS]),
        "use_text": "" if tool.is_copy else use_text(_n_partnerships(tool)),
    }


def _n_partnerships(tool: Tool) -> int:
    return kept(f"partnerships-using:{tool.pk}", lambda: partnerships_using([tool.pk]).get(tool.pk, 0)).value


def _moves(request: HttpRequest, tool: Tool, use: UseForm | None) -> dict:
    """Where those who signed in may go from here. Who may use a tool in a partnership may adapt it for that one."""
    user = request.user
    if not user.is_authenticated:
        return {"can_use": False}
    may_use = use.has_choices if use else may_start_in(user).exists()
    return {
        "can_use": bool(use and use.has_choices),
        "can_edit": can_edit_tool(user, tool),
        "can_adapt": not tool.partnership_id and (may_use or _has_programmes(user, tool)),
        "can_learn": can_learn(user, tool),
    }


def _has_programmes(user: User, tool: Tool) -> bool:
    """Copies of programmes are adapted by partnerships only."""
    return not tool.is_copy and may_adapt_for_programmes(user).exists()


@require_safe
@open_to_all
def tool_blank(request: HttpRequest, *, slug: str) -> HttpResponse:
    """The blank form to look at, and to print from the browser."""
    version = get_version(request, slug)
    lang = language_asked(request, version.form)
    context = {
        "version": version,
        "tool": version.tool,
        "title": tr(version.form.title, lang),
        "is_guide": version.tool.kind == ToolKind.GUIDE,
        "html": blank_html(version, lang=lang),
        "spoken": lang,
        "languages": languages_offered(version.form, lang),
        "example": example_beside(request, version.tool, version.form, lang),
        "robots": "noindex, follow",
    }
    return draw(request, "toolkit/tool_blank.html", context)


@require_safe
@open_to_all
def tool_blank_pdf(request: HttpRequest, *, slug: str) -> HttpResponse:
    version = get_version(request, slug)
    lang = language_asked(request, version.form)
    return _paper(request, render_blank(version, lang=lang, is_paper=True), blank_name(version.form, lang))


def _paper(request: HttpRequest, html: str, name: str) -> HttpResponse:
    """A PDF that is no secret, kept for an hour. Strangers get few new ones a minute: making one takes seconds."""
    refusal = too_many(request, "paper", limit=PAPERS_PER_MINUTE)
    if refusal is None and not is_kept(html):
        refusal = too_many(request, "new-paper", limit=NEW_PAPERS_PER_MINUTE)
    if refusal is not None:
        return refusal
    answer = pdf_response(request, lambda: (pdf_for(html), name))
    if answer.status_code in (200, 304):
        # Who signed in may keep it too, but asks first whether it is still the same.
        kept = f"public, max-age={PAPER_KEPT_SECONDS}"
        answer["Cache-Control"] = "private, no-cache" if request.user.is_authenticated else kept
        answer["X-Robots-Tag"] = "noindex"
    return answer


@require_safe
@open_to_all
def tool_example(request: HttpRequest, *, slug: str) -> HttpResponse:
    """A filled and invented response, with what to notice about it."""
    version, example = _example(request, slug)
    html = sample_html(
        version.form,
        example.answers,
        title=example.title or version.title,
        lang=example.language,
        mark=_("Example"),
        partnership=example.partnership,
    )
    context = {
        "version": version,
        "tool": version.tool,
        "example": example,
        "title": example.title or version.title,
        "html": html,
    }
    return draw(request, "toolkit/tool_example.html", context)


@require_safe
@open_to_all
def tool_example_pdf(request: HttpRequest, *, slug: str) -> HttpResponse:
    version, example = _example(request, slug)
    html = sample_html(
        version.form,
        example.answers,
        title=example.title or version.title,
        lang=example.language,
        mark=_("Example"),
        partnership=example.partnership,
        is_paper=True,
    )
    return _paper(request, html, f"{version.form.file_stem}-example.pdf")


def _example(request: HttpRequest, slug: str) -> tuple[ToolVersion, WorkedExample]:
    version = get_version(request, slug)
    example = example_of(version.tool)
    if example is None:
        raise Http404
    return version, example
