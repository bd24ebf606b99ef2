"""The texts of a draft in its languages, and which languages these are."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from toolkit.actions.drafting import edit_draft
from toolkit.forms.editor.texts import LanguageForm, TextsPage
from toolkit.schema.editing import Raw
from toolkit.schema.locks import locked_texts
from toolkit.schema.texts import add_language, languages_of, remove_language, set_texts
from toolkit.views.editor.desk import Desk, show, with_draft
from toolkit.views.outcome import refusal_status
from twinning.languages import languages_with_words, name_here


@require_http_methods(["GET", "HEAD", "POST"])
@with_draft
def tool_edit_texts(request: HttpRequest, desk: Desk) -> HttpResponse:
    page = _page(request, desk, desk.raw)
    if request.method != "POST":
        return _show(request, desk, page)
    pages: list[TextsPage] = []
    written: list[int] = []

    def change(raw: Raw) -> Raw:
        mine = _page(request, desk, raw)
        mine.read(request.POST)
        pages.append(mine)
        values = mine.changed()
        written.append(len(values))
        return set_texts(raw, mine.lang, values)

    try:
        edit_draft(desk.draft, change, by=request.user)
    except ValidationError as error:
        page.read(request.POST)
        return _show(request, desk, page, error=" ".join(error.messages), status=refusal_status(error))
    page, saved = pages[0], written[0]
    if page.has_trouble:
        status = 409 if any(row.theirs for row in page.rows) else 400
        return _show(request, desk, page, saved=saved, status=status)
    if saved:
        messages.success(request, ngettext("%(n)d text saved.", "%(n)d texts saved.", saved) % {"n": saved})
    following = page.number + 1 if "_next" in request.POST and not page.only_missing else page.number
    return redirect(_url(desk, page, following))


def _page(request: HttpRequest, desk: Desk, raw: Raw) -> TextsPage:
    base = desk.draft.base_version
    return TextsPage(
        raw,
        request.GET.get("lang", ""),
        only_missing=request.GET.get("only") == "missing",
        number=request.GET.get("page", "1"),
        locked=frozenset(locked_texts(base.raw)) if base else frozenset(),
    )


def _url(desk: Desk, page: TextsPage, number: int) -> str:
    only = "missing" if page.only_missing else ""
    return desk.url("edit-texts", lang=page.lang, only=only, page=str(number) if number > 1 else "")


def _show(
    request: HttpRequest, desk: Desk, page: TextsPage, *, error: str = "", saved: int = 0, status: int = 200
) -> HttpResponse:
    only = "missing" if page.only_missing else ""
    numbers = [(n, _url(desk, page, n)) for n in range(1, page.n_pages + 1)]
    context = {
        "page": page,
        "numbers": numbers if page.n_pages > 1 else [],
        "languages": [(each, desk.url("edit-texts", lang=each.code, only=only)) for each in page.languages],
        "all_url": desk.url("edit-texts", lang=page.lang),
        "missing_url": desk.url("edit-texts", lang=page.lang, only="missing"),
        "language_form": LanguageForm(None, known=languages_of(desk.raw), lang=get_language() or "en"),
        "with_words": ", ".join(name_here(code) for code in languages_with_words()),
        "error": error,
        "saved": saved,
    }
    return show(desk, "toolkit/editor/texts.html", context, status=status)


@require_POST
@with_draft
def tool_edit_languages(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Add a language, or remove one with all that is written in it."""
    removed = request.POST.get("remove", "")
    form = LanguageForm(request.POST, known=languages_of(desk.raw), lang=get_language() or "en")
    if not removed and not form.is_valid():
        messages.error(request, _("Choose the language that you want to add."))
        return redirect(desk.url("edit-texts"))
    code = removed or form.cleaned_data["add"]
    act = remove_language if removed else add_language
    try:
        edit_draft(desk.draft, lambda raw: act(raw, code), by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect(desk.url("edit-texts"))
    said = _("%(language)s has been removed.") if removed else _("%(language)s has been added. Its texts can follow.")
    messages.success(request, said % {"language": name_here(code)})
    return redirect(desk.url("edit-texts", lang="" if removed else code))
