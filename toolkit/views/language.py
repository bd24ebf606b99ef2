"""In which of its languages a form is read: the one asked for, else one that the reader's browser prefers.

Where a document is filled in, the one chosen there before, else the document's own.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation.trans_real import parse_accept_lang_header

from toolkit.models import Document
from toolkit.rendering.plain import locale_of
from toolkit.schema.definition import Definition, language_of, tr
from twinning.languages import own_name, words_in
from twinning.markdown import markdown_html

LONGEST_TAG = 20


def language_asked(request: HttpRequest, form: Definition) -> str:
    """A language of ``form``: what ``?lang=`` names, else the first that the browser or the reader's account prefers.

    What the form does not speak is passed over; it always speaks its first.
    """
    spoken = {code.lower(): code for code in form.languages}
    asked = (code for wanted in _wanted(request) for code in (wanted.lower(), wanted.lower().partition("-")[0]))
    return next((spoken[code] for code in asked if code in spoken), form.languages[0])


def language_kept(request: HttpRequest, document: Document, *, first: str = "") -> str:
    """A language of the form of ``document``: what ``?lang=`` names, and the visitor finds again next time.

    ``first`` is the language in which this visitor was asked, if the form speaks it.
    """
    form, key = document.version.form, f"language-{document.pk}"
    spoken = {code.lower(): code for code in form.languages}
    asked = spoken.get(request.GET.get("lang", "")[:LONGEST_TAG].lower())
    # Without names nothing is kept of whoever answers: see views/respond.py
    if asked and not document.is_anonymous and asked != request.session.get(key):
        request.session[key] = asked
    return asked or language_of(form, request.session.get(key) or spoken.get(first.lower()) or document.language)


def _wanted(request: HttpRequest) -> Iterator[str]:
    yield request.GET.get("lang", "")[:LONGEST_TAG]
    # Answers vary by this header: LocaleMiddleware says so to whoever keeps them.
    yield from (code for code, _quality in parse_accept_lang_header(request.headers.get("Accept-Language", "").lower()))
    yield get_language() or ""


def spoken(form: Definition, lang: str, *, here: str = "") -> dict:
    """What the page ``here`` is told of the language in which it asks the questions of ``form``."""
    return {
        # Not “language”: that is what base.html calls the language of the page.
        "form_language": lang,
        "words": words_in(lang),
        "form_direction": locale_of(lang).text_direction,
        "purpose": tr(form.purpose, lang),
        "guidance_html": markdown_html(tr(form.guidance, lang)),
        "languages": languages_offered(form, lang, here=here),
    }


def languages_offered(form: Definition, current: str = "", *, here: str = "") -> list[dict]:
    """The languages to choose from on the page ``here``; none where there is no choice."""
    if len(form.languages) == 1:
        return []
    ask = f"{here}{'&' if '?' in here else '?'}lang="
    return [
        {"code": code, "name": own_name(code), "is_current": code == current, "url": ask + code}
        for code in form.languages
    ]
