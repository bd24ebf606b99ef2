"""Answers that belong to no document, drawn like those of one: worked examples, and a form that is being tried out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.utils import timezone, translation
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from toolkit.rendering.body import render_body
from toolkit.rendering.display import Voice
from toolkit.rendering.gaps import answers_of, picked_in
from toolkit.rendering.html import drawn, language_of
from toolkit.rendering.plain import date_text, locale_of
from toolkit.rendering.reading import Reader, Told
from toolkit.rendering.sheet import Notice, Sheet, dress_of
from toolkit.schema.answers import evaluate_answers, starting_answers
from toolkit.schema.definition import Definition, tr
from toolkit.states import ToolKind


def sample_html(
    form: Definition, answers: Mapping[str, Any], *, title: str, lang: str, mark: str = "", is_paper: bool = False
) -> SafeString:
    """``answers`` to ``form`` as an article for a page, or with ``is_paper`` a whole page for the PDF door.

    ``mark`` says across the head what this is, such as “Example”. The text of a document speaks of an invented
    partnership.
    """
    lang = language_of(form, lang)
    with translation.override(lang):
        sheet = _sheet(form, answers, title=title, lang=lang, mark=mark)
        return drawn("document", sheet, is_paper=is_paper)


def body_html(form: Definition, answers: Mapping[str, Any], *, lang: str) -> tuple[SafeString, str]:
    """The text of a document with ``answers`` in its gaps, and what is wrong with it (for its author)."""
    lang = language_of(form, lang)
    with translation.override(lang):
        body = render_body(tr(form.body, lang), sample_gaps(form, _told(form, answers, lang), Voice(form, lang, None)))
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


def _sheet(form: Definition, answers: Mapping[str, Any], *, title: str, lang: str, mark: str) -> Sheet:
    voice = Voice(form, lang, None)
    reader = Reader(form, _told(form, answers, lang), voice=voice, sensitive=True, owners={})
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
    body = render_body(tr(form.body, lang), sample_gaps(form, reader.told, voice))
    if body.problem:
        broken = Notice(
            tone="danger",
            title=_("The text of this document cannot be put together."),
            text=body.problem,
        )
        return replace(sheet, notices=(broken,))
    signatures = tuple(reader.signatures())
    return replace(sheet, body=body.html, signatures=signatures, body_rest=body.rest, dress=dress_of(form))


def sample_gaps(form: Definition, told: Told, voice: Voice) -> dict[str, Any]:
    """What a document's text may say, spoken of an invented partnership (compare gaps.gaps_of)."""
    lang = voice.lang
    parties = [
        ("Lakeside District Hospital", "14 Harbour Road, Kisumu", _("Kenya"), _("Host side")),
        ("St Elin University Hospital", "2 Northgate, Bergen", _("Norway"), _("Resource side")),
    ]
    return {
        "answers": answers_of(form, told, voice=voice, sensitive=True),
        "picked": picked_in(form, told),
        "partnership": {
            "name": "Lakeside – St Elin",
            "reference": "TP-EXAMPLE",
            "goal": _("Fewer mothers and newborn children die of causes that can be prevented."),
            "starts_on": date_text("2026-01-12", lang),
            "ends_on": date_text("2028-12-31", lang),
            "countries": sorted({country for _name, _address, country, _side in parties}),
        },
        "programme": {"name": _("Example programme"), "currency": "EUR"},
        "parties": [
            {"name": name, "legal_name": name, "local_name": "", "address": where, "country": country, "side": side}
            for name, where, country, side in parties
        ],
        "document": {"reference": "TP-EXAMPLE-001", "title": tr(form.title, lang)},
        "today": date_text(timezone.localdate().isoformat(), lang),
    }
