"""A form tried out by anybody: the page that fills it, without a document behind it. Nothing is kept."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from toolkit.actions.counting import count_tried
from toolkit.actions.trying import Trial, everybody, start_trial, take_answers
from toolkit.forms.page import FormPage, PageBuilder
from toolkit.forms.posted import FILES, Posted, read_post
from toolkit.models import ToolVersion
from toolkit.rendering.sample import sample_html
from toolkit.schema.definition import tr
from toolkit.schema.rules import rules_for_browser
from toolkit.views.examples import example_beside, wants_example, with_example
from toolkit.views.language import language_asked, spoken
from toolkit.views.library import get_version
from toolkit.views.public import draw, open_to_all, too_many
from toolkit.views.tool import is_counted
from twinning.languages import words_in

TRIES_PER_MINUTE = 30


@require_http_methods(["GET", "HEAD", "POST"])
@open_to_all
@never_cache
def tool_try(request: HttpRequest, *, slug: str) -> HttpResponse:
    version = get_version(request, slug)
    if is_counted(request):
        count_tried(version.tool)
    return try_form(request, version, back=reverse("toolkit:tool-detail", args=[slug]))


def try_form(request: HttpRequest, version: ToolVersion, *, back: str) -> HttpResponse:
    """The form of ``version``, published or not, to be tried; ``back`` is the address of the page it is left for.

    What is posted is worked out and shown, as a page to go on with and as the document it would make. Raises
    SchemaError for a draft that is faulty.
    """
    if request.method == "POST":
        refusal = too_many(request, "try", limit=TRIES_PER_MINUTE)
        if refusal is not None:
            return refusal
    language = language_asked(request, version.form)
    with translation.override(words_in(language)):
        context, status = _tried(request, start_trial(version, language))
    return draw(request, "toolkit/tool_try.html", {**context, "back": back}, status=status)


def _tried(request: HttpRequest, trial: Trial) -> tuple[dict, int]:
    """What the page shows, and its status."""
    if request.method != "POST":
        return _page(request, trial)
    posted = read_post(trial.form, request.POST, request.FILES, writer=everybody(), references={})
    if not posted.is_whole:
        notice = _("The page arrived incomplete. Please send it again.")
        return _page(request, trial, posted=posted, notice=notice, status=400)
    take_answers(trial, posted.changes, posted.rows)
    wanted = request.POST.get("_action", "check")
    if wanted.startswith("add:"):
        return _page(request, trial, posted=posted, add=wanted.removeprefix("add:")[:80])
    return _page(request, trial, posted=posted, is_checked=True)


def _page(
    request: HttpRequest,
    trial: Trial,
    *,
    posted: Posted | None = None,
    is_checked: bool = False,
    add: str = "",
    notice: str = "",
    status: int = 200,
) -> tuple[dict, int]:
    version, form, language = trial.document.version, trial.form, trial.document.language
    evaluation = trial.evaluate()
    errors = trial.problems(evaluation) if is_checked else trial.errors
    example, here = None, with_example("", wanted=wants_example(request, usual=True), usual=True)
    if version.published_at:
        example = example_beside(request, version.tool, form, language, here=request.get_full_path(), usual=True)
    page: FormPage = PageBuilder(
        trial,
        evaluation,
        writer=everybody(str(request.user) if request.user.is_authenticated else ""),
        references={},
        posted=posted,
        errors=errors,
        add=add,
        keeps_all=True,
        example=example.shown if example else None,
    ).build()
    title = tr(form.title, language)
    context = {
        "version": version,
        "title": title,
        "page": page,
        "rules": rules_for_browser(form, language),
        **spoken(form, language, here=here),
        "form": form,
        "has_files": any(item.kind in FILES for item in form.items),
        "is_checked": is_checked,
        "result": sample_html(form, trial.answers, title=title, lang=language, mark=_("Trial")) if is_checked else "",
        "notice": notice,
        "example": example,
        "add": add,
        "robots": "noindex, nofollow",
    }
    return context, 422 if is_checked and page.problems else status
