"""Answers that belong to no document, drawn like those of one: worked examples, and a form that is being tried out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.utils import timezone, translation
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django_countries import countries

from toolkit.rendering.body import render_body
from toolkit.rendering.display import Voice
from toolkit.rendering.gaps import answers_of, picked_in
from toolkit.rendering.html import drawn
from toolkit.rendering.plain import date_text, locale_of
from toolkit.rendering.reading import Reader, Told
from toolkit.rendering.sheet import Notice, Sheet, dress_of
from toolkit.schema.answers import evaluate_answers, starting_answers
from toolkit.schema.definition import Definition, language_of, tr
from toolkit.states import ToolKind

INVENTED = {
    "name": "Lakeside – St Elin",
    "parties": [
        {"name": "Lakeside District Hospital", "address": "14 Harbour Road, Kisumu", "country": "KE", "side": "host"},
        {"name": "St Elin University Hospital", "address": "2 Northgate, Bergen", "country": "NO", "side": "resource"},
    ],
}


def sample_html(
    form: Definition,
    answers: Mapping[str, Any],
    *,
    title: str,
    lang: str,
    mark: str = "",
    partnership: Mapping[str, Any] | None = None,
    is_paper: bool = False,
) -> SafeString:
    """``answers`` to ``form`` as an article for a page, or with ``is_paper`` a whole page for the PDF door.

    ``mark`` says across the head what this is, such as “Example”. The text of a document speaks of an invented
    ``partnership``, as a worked example names it, or of one of ours.
    """
    lang = language_of(form, lang)
    with translation.override(lang):
        told = _told(form, answers, lang)
        sheet = _sheet(form, told, title=title, lang=lang, mark=mark, partnership=partnership)
        return drawn("document", sheet, is_paper=is_paper)


def body_html(
    form: Definition, answers: Mapping[str, Any], *, lang: str, partnership: Mapping[str, Any] | None = None
) -> tuple[SafeString, str]:
    """The text of a document with ``answers`` in its gaps, and what is wrong with it (for its author)."""
    lang = language_of(form, lang)
    with translation.override(lang):
        gaps = sample_gaps(form, _told(form, answers, lang), Voice(form, lang, None), partnership)
        body = render_body(tr(form.body, lang), gaps)
    return body.whole, body.problem


def body_problems(form: Definition) -> list[tuple[str, str]]:
    """What is wrong with the text of a document, by language: ``(language, sentence)``."""
    answers = starting_answers(form)
    told = ((lang, body_html(form, answers, lang=lang)[1]) for lang in (form.body or {}))
    return [(lang, problem) for lang, problem in told if problem]


def _told(form: Definition, answers: Mapping[str, Any], lang: str) -> Told:
    now = timezone.localtime()
    evaluation = evaluate_answers(form, answers, today=now.date(), now=now, lang=lang)
    return Told(answers=answers, evaluation=evaluation, calculated=evaluation.calculated)


def _sheet(
    form: Definition, told: Told, *, title: str, lang: str, mark: str, partnership: Mapping[str, Any] | None
) -> Sheet:
    voice = Voice(form, lang, None)
    reader = Reader(form, told, voice=voice, sensitive=True, owners={})
    name = form.named(lang)
    sheet = Sheet(
        title=title,
        kicker=" · ".join((str(ToolKind(form.kind).label), name)),
        lang=lang,
        direction=locale_of(lang).text_direction,
        running=name,
        footing=mark or name,
        facts=(),
        notices=(),
        sections=tuple(reader.sections()),
        mark=mark,
    )
    if not form.body:
        return sheet
    body = render_body(tr(form.body, lang), sample_gaps(form, told, voice, partnership))
    if body.problem:
        broken = Notice(
            tone="danger",
            title=_("The text of this document cannot be put together."),
            text=body.problem,
        )
        return replace(sheet, notices=(broken,))
    signatures = tuple(reader.signatures())
    return replace(sheet, body=body.html, signatures=signatures, body_rest=body.rest, dress=dress_of(form))


def sample_gaps(
    form: Definition, told: Told, voice: Voice, partnership: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """What a document's text may say, spoken of an invented partnership (compare gaps.gaps_of)."""
    lang = voice.lang
    spoken_of = partnership or INVENTED
    parties = [_party(each) for each in spoken_of["parties"]]
    return {
        "answers": answers_of(form, told, voice=voice, sensitive=True),
        "picked": picked_in(form, told),
        "partnership": {
            "name": spoken_of["name"],
            "reference": "TP-EXAMPLE",
            "goal": _("Fewer mothers and newborn children die of causes that can be prevented."),
            "starts_on": date_text("2026-01-12", lang),
            "ends_on": date_text("2028-12-31", lang),
            "countries": sorted({party["country"] for party in parties}),
        },
        "programme": {"name": _("Example programme"), "currency": "EUR"},
        "parties": parties,
        "document": {"reference": "TP-EXAMPLE-001", "title": tr(form.title, lang)},
        "today": date_text(timezone.localdate().isoformat(), lang),
    }


def _party(party: Mapping[str, str]) -> dict[str, str]:
    return {
        "name": party["name"],
        "legal_name": party["name"],
        "local_name": "",
        "address": party.get("address", ""),
        "country": str(countries.name(party["country"])),
        "side": _("Host side") if party["side"] == "host" else _("Resource side"),
    }
