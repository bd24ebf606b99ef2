"""In which of its languages a form is read: the one asked for, else one that the reader's browser prefers."""

from __future__ import annotations

from collections.abc import Iterator

from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation.trans_real import parse_accept_lang_header

from toolkit.schema.definition import Definition
from toolkit.shelf import language_name

LONGEST_TAG = 20


def language_asked(request: HttpRequest, form: Definition) -> str:
    """A language of ``form``: what ``?lang=`` names, else the first that the browser or the reader's account prefers.

    What the form does not speak is passed over; it always speaks its first.
    """
    spoken = {code.lower(): code for code in form.languages}
    asked = (code for wanted in _wanted(request) for code in (wanted.lower(), wanted.lower().partition("-")[0]))
    return next((spoken[code] for code in asked if code in spoken), form.languages[0])


def _wanted(request: HttpRequest) -> Iterator[str]:
    yield request.GET.get("lang", "")[:LONGEST_TAG]
    # Answers vary by this header: LocaleMiddleware says so to whoever keeps them.
    yield from (code for code, _quality in parse_accept_lang_header(request.headers.get("Accept-Language", "").lower()))
    yield get_language() or ""


def languages_offered(form: Definition, current: str = "") -> list[dict]:
    """The languages to choose from; none where there is no choice."""
    if len(form.languages) == 1:
        return []
    return [{"code": code, "name": language_name(code), "is_current": code == current} for code in form.languages]
